# Which engine proves what by itself: Eva, each prover alone, other machine models.

.PHONY: engines engines-quick check-engines
engines: ## prove: Eva over every state, each prover alone, five machine models (half an hour or more)
	@[ -f $(EVIDENCE)/proof.json ] || $(MAKE) --no-print-directory prove
	@python3 proofs/trial/engines --build $(BUILD)/engines --evidence $(EVIDENCE)

check-engines: ## prove: Eva complains of each wrong core, and of what the canary names
	@python3 proofs/trial/engines_test.py

engines-quick: ## prove: Eva over a sample of states, a machine model over a sample of functions
	@python3 proofs/trial/engines --quick --build $(BUILD)/engines --evidence $(EVIDENCE)
