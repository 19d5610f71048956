# The theorems over histories, proved of the generated WhyML model.

.PHONY: theorems theorems-quick theorem-sessions theorem-texts
theorems: ## prove: T1 to T14 over lists of events of any length, from scratch and replayed; two ends; broken models; no statement is hollow
	@python3 proofs/theorems/statements --build $(BUILD)/statements
	@python3 proofs/theorems/theorems --build $(BUILD)/theorems --out $(EVIDENCE)/theorems.json

theorems-quick: ## prove: T1 to T14 from scratch, a part of two ends and of the rest; a sixteenth of the broken models and hollow statements
	@python3 proofs/theorems/statements --quick --build $(BUILD)/statements
	@python3 proofs/theorems/theorems --quick --build $(BUILD)/theorems --out $(EVIDENCE)/theorems.json

theorem-sessions: ## prove: write proofs/theorems/sessions again, after the theorems changed
	@python3 proofs/theorems/theorems --renew --build $(BUILD)/theorems

theorem-texts: ## prove: pin the texts of the theorems, after they were read again
	@python3 proofs/theorems/statements --renew
