# The proofs: the contracts of the core, the theorems over every history, and what tests them.

.PHONY: prove mutants
prove: ## prove the core and the theorems; PROP=label proves one requirement alone
	@python3 proofs/prove --build $(BUILD)/proofs --out $(EVIDENCE)/proof.json \
	    $(if $(PROP),--prop $(PROP))

mutants: $(GEN_TOOL) ## damage tables and code on purpose: a proof must fail each time
	@python3 proofs/mutate --generator $(GEN_TOOL) --build $(BUILD)/mutants \
	    --out $(EVIDENCE)/mutants.json
