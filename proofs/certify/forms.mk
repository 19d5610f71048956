# One digest, many forms: the same answers from the tables, from every compiler, on every processor.

FORMS = python3 proofs/certify/forms.py --generator $(GEN_TOOL) --build $(BUILD)/forms \
        --out $(EVIDENCE)/forms.json

.PHONY: digest digest-all
digest: $(GEN_TOOL) ## prove: the same answers from the tables, gcc, clang and E-ACSL
	@python3 proofs/certify/forms_test.py
	@$(FORMS)

digest-all: $(GEN_TOOL) ## prove: the same answers from six more processors, bare metal, WebAssembly, WhyML too
	@./setup forms cross
	@python3 proofs/certify/forms_test.py
	@$(FORMS) --all
