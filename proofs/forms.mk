# One digest, many forms: the same answers from the tables, from every compiler, on every processor.

FORMS = python3 proofs/forms.py --generator $(GEN_TOOL) --build $(BUILD)/forms \
        --out $(EVIDENCE)/forms.json

.PHONY: digest digest-all
digest: $(GEN_TOOL) ## the same answers from the tables, gcc, clang and E-ACSL
	@python3 proofs/forms_test.py
	@$(FORMS)

digest-all: $(GEN_TOOL) ## the same from six more processors, bare metal, WebAssembly, WhyML
	@./setup forms cross
	@python3 proofs/forms_test.py
	@$(FORMS) --all
