# The theorems over histories, proved of the generated WhyML model.

.PHONY: theorems check-theorems
theorems: ## prove T1 to T10 over lists of events of any length, break the model on purpose
	@python3 proofs/theorems --build $(BUILD)/theorems --out $(EVIDENCE)/theorems.json

check-theorems: ## the same proofs, with two of the broken models
	@python3 proofs/theorems --quick --build $(BUILD)/theorems --out $(EVIDENCE)/theorems.json
