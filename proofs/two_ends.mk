# Two ends and the transport between them: every state, by Spin.

.PHONY: two-ends two-ends-full
two-ends: ## search two ends and a transport; FAULT=name shows what a seeded fault leads to
	@python3 proofs/two_ends --build $(BUILD)/two_ends --out $(EVIDENCE)/two_ends.json \
	    $(if $(FAULT),--fault $(FAULT))

two-ends-full: ## the same with larger bounds (needs gigabytes of memory)
	@python3 proofs/two_ends --full --build $(BUILD)/two_ends --out $(EVIDENCE)/two_ends_full.json
