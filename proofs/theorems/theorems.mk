# The theorems over histories, proved of the generated WhyML model.

.PHONY: theorems check-theorems theorem-sessions theorem-texts
theorems: ## prove: T1 to T14 over lists of events of any length, from scratch and replayed; broken models
	@python3 proofs/theorems/theorems --build $(BUILD)/theorems --out $(EVIDENCE)/theorems.json

check-theorems: ## prove: the proofs of theorems; for each a broken model that refutes it; no statement is hollow
	@python3 proofs/theorems/statements --build $(BUILD)/statements
	@python3 proofs/theorems/theorems --quick --build $(BUILD)/theorems --out $(EVIDENCE)/theorems.json

theorem-sessions: ## prove: make the sessions of Why3 in proofs/theorems/sessions anew, after the theorems changed
	@python3 proofs/theorems/theorems --renew --build $(BUILD)/theorems

theorem-texts: ## prove: pin the texts of the theorems in proofs/theorems/statements.sha256, after they were read again
	@python3 proofs/theorems/statements --renew
