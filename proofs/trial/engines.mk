# Which engine proves what by itself: Eva, each prover alone, other machine models.

.PHONY: engines engines-quick test-engines
engines: ## prove: Eva over every state, each prover alone, five machine models (half an hour or more)
	@[ -f $(EVIDENCE)/proof.json ] || $(MAKE) --no-print-directory prove
	@python3 proofs/trial/engines --build $(BUILD)/engines --evidence $(EVIDENCE)

test-engines: ## prove: each wrong core, of which Eva must complain as its canary says
	@python3 proofs/trial/engines_test.py

engines-quick: ## prove: Eva over a sample of states, a machine model over a sample of functions
	@python3 proofs/trial/engines --quick --build $(BUILD)/engines --evidence $(EVIDENCE)
