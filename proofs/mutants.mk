# Break the tables and the C on purpose.

.PHONY: mutants
mutants: $(GEN_TOOL) ## thirty broken tables and cores, each of which a proof must notice
	@python3 proofs/mutants.py --out $(EVIDENCE)/mutants.json
