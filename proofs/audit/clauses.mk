# Every clause is discharged.

.PHONY: check-clauses
check-clauses: ## test: every clause is discharged, every row, contract and theorem was asked for
	@python3 proofs/audit/clauses.py --evidence $(EVIDENCE)
	@python3 proofs/audit/clauses_test.py
