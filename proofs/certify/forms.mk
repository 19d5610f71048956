# One digest, many forms: the same answers from the tables, from every compiler, on every processor.

FORMS = python3 proofs/certify/forms.py --generator $(GEN_TOOL) --build $(BUILD)/forms \
        --out $(EVIDENCE)/forms.json

.PHONY: digest-quick digest
digest-quick: $(GEN_TOOL) ## prove: one digest of all answers from a quarter of: the tables, gcc and clang at three levels, E-ACSL
	@python3 proofs/certify/forms_test.py
	@$(FORMS)

digest: $(GEN_TOOL) ## prove: one digest of all answers from every form: compilers, processors, WebAssembly, WhyML (./setup cross)
	@./setup forms cross
	@python3 proofs/certify/forms_test.py
	@$(FORMS) --all
