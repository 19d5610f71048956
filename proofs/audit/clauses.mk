# Every clause is discharged.

.PHONY: test-clauses test-clauses-quick check-clauses
test-clauses: ## prove: every clause is discharged; every row, contract and theorem was asked for; each gap is found
	@python3 proofs/audit/clauses.py --evidence $(EVIDENCE)
	@python3 proofs/audit/clauses_test.py

test-clauses-quick: ## prove: test-clauses, with a twelfth of the gaps
	@python3 proofs/audit/clauses.py --evidence $(EVIDENCE)
	@python3 proofs/audit/clauses_test.py --quick

# As spec/clauses.md calls it: the page is part of the machine's digest, and changes with it only.
check-clauses: test-clauses
