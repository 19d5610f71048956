# The figures that a certification asks for.

.PHONY: mcdc misra complexity worst-case certify check-certify
mcdc: ## coverage of the core by all states and events: lines, branches, MC/DC
	@python3 proofs/mcdc.py --build $(BUILD)/mcdc --out $(EVIDENCE)/mcdc.json

misra: ## MISRA C:2012 by cppcheck: none in the core, elsewhere what MISRA.md lists
	@python3 proofs/misra.py --out $(EVIDENCE)/misra.json

complexity: ## cyclomatic complexity of each function of the core
	@python3 proofs/complexity.py --out $(EVIDENCE)/complexity.json

worst-case: ## the most instructions that a step takes on each target
	@python3 proofs/worst_case.py --out $(EVIDENCE)/worst_case.json

certify: ## all of these and the size, in one file
	@./setup build certify test
	@python3 proofs/certify.py --evidence $(EVIDENCE) --build $(BUILD)

check-certify: certify ## the same, and that each of them can fail
	@python3 proofs/certify_test.py

# What they rest on.

.PHONY: conditions check-conditions
conditions: ## make proofs/CONDITIONS.md, the conditions of use
	@python3 proofs/conditions.py

check-conditions: ## the conditions of use are as said, and each has its evidence
	@python3 proofs/conditions.py --check --evidence $(EVIDENCE)
	@python3 proofs/conditions_test.py
