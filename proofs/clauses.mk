# Every clause is discharged.

.PHONY: check-clauses
check-clauses: ## test: every clause is discharged, every row, contract and theorem was asked for
	@python3 proofs/clauses.py --evidence $(EVIDENCE)
	@python3 proofs/clauses_test.py
