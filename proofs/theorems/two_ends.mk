# Two ends and the transport between them: every state, by Spin.

.PHONY: two-ends two-ends-quick
two-ends: ## prove: search every state of two ends and a transport; FAULT=name: what a planted bug leads to
	@python3 proofs/theorems/two_ends --build $(BUILD)/two_ends --out $(EVIDENCE)/two_ends.json \
	    $(if $(FAULT),--fault $(FAULT))

two-ends-quick: ## prove: one or two of the four searches of two-ends, a twelfth of its planted bugs
	@python3 proofs/theorems/two_ends --quick --build $(BUILD)/two_ends --out $(EVIDENCE)/two_ends_quick.json
