# The figures that a certification asks for.

.PHONY: mcdc misra complexity worst-case certify check-certify
mcdc: ## measure: coverage of the core by all states and events: lines, branches, MC/DC
	@python3 proofs/certify/mcdc.py --build $(BUILD)/mcdc --out $(EVIDENCE)/mcdc.json

misra: ## measure: MISRA C:2012 by cppcheck: none in the core, elsewhere what MISRA.md lists
	@python3 proofs/certify/misra.py --out $(EVIDENCE)/misra.json

complexity: ## measure: cyclomatic complexity of each function of the core
	@python3 proofs/certify/complexity.py --out $(EVIDENCE)/complexity.json

worst-case: ## measure: the most instructions that a step takes on each target
	@python3 proofs/certify/worst_case.py --out $(EVIDENCE)/worst_case.json

certify: ## measure: coverage, MISRA C, complexity, worst case and size, in one file
	@./setup build certify test
	@python3 proofs/certify/certify.py --evidence $(EVIDENCE) --build $(BUILD)

check-certify: certify ## measure: certify, and that each of its checks can fail
	@python3 proofs/certify/certify_test.py

# What they rest on.

.PHONY: conditions check-conditions
conditions: ## look: make proofs/CONDITIONS.md, the conditions of use
	@python3 proofs/certify/conditions.py

check-conditions: ## test: the conditions of use are as said, and each has its evidence
	@python3 proofs/certify/conditions.py --check --evidence $(EVIDENCE)
	@python3 proofs/certify/conditions_test.py
