# The theorems over histories, proved of the generated WhyML model.

.PHONY: theorems check-theorems theorem-sessions theorem-texts
theorems: ## T1 to T14 over lists of events of any length, from scratch and replayed; broken models
	@python3 proofs/theorems --build $(BUILD)/theorems --out $(EVIDENCE)/theorems.json

check-theorems: ## the same proofs, for each theorem a broken model that refutes it; no statement is hollow
	@python3 proofs/statements --build $(BUILD)/statements
	@python3 proofs/theorems --quick --build $(BUILD)/theorems --out $(EVIDENCE)/theorems.json

theorem-sessions: ## make the sessions of Why3 in proofs/sessions anew, after the theorems changed
	@python3 proofs/theorems --renew --build $(BUILD)/theorems

theorem-texts: ## pin the texts of the theorems in proofs/statements.sha256, after they were read again
	@python3 proofs/statements --renew
