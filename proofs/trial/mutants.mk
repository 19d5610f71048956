# Break the tables and the C on purpose; take away what the proofs rely on.

.PHONY: mutants matrix necessity
mutants: $(GEN_TOOL) ## prove: a sample of broken tables and cores, each of which a proof must notice
	@python3 proofs/trial/mutants_test.py
	@python3 proofs/trial/mutants.py --build $(BUILD)/mutants --out $(EVIDENCE)/mutants_sample.json

matrix: $(GEN_TOOL) ## prove: every mutant against every label of the contracts (a quarter of an hour or more)
	@python3 proofs/trial/matrix.py --build $(BUILD)/mutants --out $(EVIDENCE)/mutants.json

necessity: ## prove: take away each thing that the proofs require; something must break (long; goes on where it was stopped)
	@python3 proofs/trial/necessity.py --build $(BUILD)/necessity --out $(EVIDENCE)/necessity.json
