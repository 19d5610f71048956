# The figures that a certification asks for.

.PHONY: mcdc misra complexity worst-case certify test-certify test-certify-quick
mcdc: ## measure: coverage of the core by all states and events: lines, branches, MC/DC
	@python3 proofs/certify/mcdc.py --build $(BUILD)/mcdc --out $(EVIDENCE)/mcdc.json

misra: ## measure: MISRA C:2012 by cppcheck: none in the core, elsewhere what MISRA.md lists
	@python3 proofs/certify/misra.py --out $(EVIDENCE)/misra.json

complexity: ## measure: cyclomatic complexity of each function of the core and the orderly close
	@python3 proofs/certify/complexity.py --out $(EVIDENCE)/complexity.json

worst-case: ## measure: the most instructions that a step of the core, or of the orderly close, takes on each target
	@python3 proofs/certify/worst_case.py --out $(EVIDENCE)/worst_case.json

certify: ## measure: size, mcdc, misra, complexity and worst-case in one file
	@./setup build certify test
	@python3 proofs/certify/certify.py --evidence $(EVIDENCE) --build $(BUILD)

test-certify: certify ## measure: certify, and that each of its parts can fail
	@python3 proofs/certify/certify_test.py

test-certify-quick: certify ## measure: certify, and a third of what test-certify breaks
	@python3 proofs/certify/certify_test.py --quick

# What they rest on.

.PHONY: conditions test-conditions test-conditions-quick
conditions: ## prove: make proofs/CONDITIONS.md, the conditions of use
	@python3 proofs/certify/conditions.py

test-conditions: ## prove: the conditions of use are up to date, each has its evidence; each gap is found
	@python3 proofs/certify/conditions.py --check --evidence $(EVIDENCE)
	@python3 proofs/certify/conditions_test.py

test-conditions-quick: ## prove: test-conditions, with a twelfth of the gaps
	@python3 proofs/certify/conditions.py --check --evidence $(EVIDENCE)
	@python3 proofs/certify/conditions_test.py --quick
