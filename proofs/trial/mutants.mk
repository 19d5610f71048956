# Break the tables and the C on purpose; take away what the proofs rely on.

mutants_TOOLS = $(GEN_TOOL)
mutants_SHARD = python3 proofs/trial/by_label.py --build $(BUILD)/mutants/{name} --shard {shard} --out {part}
mutants_SUM   = python3 proofs/trial/by_label.py --build $(BUILD)/mutants --out $(EVIDENCE)/mutants.json --parts {parts}

.PHONY: mutants-quick mutants mutants-orderly-quick mutants-orderly test-mutants-layers mutants-layers survivors survivors-quick tables-orderly-quick tables-orderly necessity
mutants-quick: $(GEN_TOOL) ## prove: a sample of changed tables and cores, each of which a proof must notice
	@python3 proofs/trial/mutants_test.py
	@python3 proofs/trial/mutants.py --build $(BUILD)/mutants --out $(EVIDENCE)/mutants_sample.json

mutants: $(GEN_TOOL) ## prove: every change of tables and C against every label of the contracts (a quarter of an hour or more)
	@python3 proofs/trial/by_label.py --build $(BUILD)/mutants --out $(EVIDENCE)/mutants.json

mutants-orderly-quick: ## prove: a sample of changed orderly closes, each of which a contract must notice
	@python3 proofs/trial/orderly_mutants.py --build $(BUILD)/mutants-orderly --out $(EVIDENCE)/mutants_orderly_c_sample.json

mutants-orderly: ## prove: every changed answer, assignment and condition of the orderly close (hours; goes on)
	@python3 proofs/trial/orderly_mutants.py --all --build $(BUILD)/mutants-orderly --out $(EVIDENCE)/mutants_orderly_c.json

test-mutants-layers: ## prove: what mutants-layers changes, and what it says of who survives
	@python3 proofs/trial/layer_mutants_test.py

survivors: ## test: who survives mutants-layers, and is said to be noticed by a unit test, is noticed by it
	@python3 proofs/trial/survivors.py --build $(BUILD)/survivors

survivors-quick: ## test: of who survives mutants-layers a quarter is noticed by the unit test that it names
	@python3 proofs/trial/survivors.py --quick --build $(BUILD)/survivors

mutants-layers: ## prove: changed C of transport, connection and two ports (hours; goes on); OF='src/transport.c ...' COUNT=N
	@python3 proofs/trial/layer_mutants.py $(if $(COUNT),--count $(COUNT)) --out $(EVIDENCE)/mutants_layers.json $(OF)

tables-orderly-quick: $(GEN_TOOL) ## prove: changed C and a sample of changed tables of the orderly close, each of which a label must notice
	@python3 proofs/trial/orderly_tables.py --build $(BUILD)/tables-orderly --out $(EVIDENCE)/mutants_orderly_sample.json

tables-orderly: $(GEN_TOOL) ## prove: every change of tables and C of the orderly close; what each row and label is there for (minutes)
	@python3 proofs/trial/orderly_tables.py --all --build $(BUILD)/tables-orderly --out $(EVIDENCE)/mutants_orderly.json

necessity: ## prove: take away each thing that the proofs require; a goal must break (hours; goes on where it was stopped)
	@python3 proofs/trial/necessity.py --build $(BUILD)/necessity --out $(EVIDENCE)/necessity.json
