# Which prover proves what by itself: Eva, each prover alone, other machine models.

.PHONY: provers provers-quick test-provers
provers: ## prove: Eva over every state, each prover alone, five machine models (half an hour or more)
	@[ -f $(EVIDENCE)/proof.json ] || $(MAKE) --no-print-directory prove
	@python3 proofs/trial/provers --build $(BUILD)/provers --evidence $(EVIDENCE)

test-provers: ## prove: each wrong core, of which Eva must complain as its canary says
	@python3 proofs/trial/provers_test.py

provers-quick: ## prove: Eva over a sample of states, a machine model over a sample of functions
	@python3 proofs/trial/provers --quick --build $(BUILD)/provers --evidence $(EVIDENCE)
