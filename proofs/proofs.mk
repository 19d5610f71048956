# The proofs: the contracts of the core, the theorems over every history, and what tests them.

include proofs/clauses.mk
include proofs/certify.mk
include proofs/forms.mk
include proofs/two_ends.mk
include proofs/engines.mk
include proofs/trace.mk
include proofs/evidence.mk
include proofs/theorems.mk

.PHONY: prove
prove: ## prove the core and the theorems; PROP=label proves one requirement alone
	@python3 proofs/prove --build $(BUILD)/proofs --out $(EVIDENCE)/proof.json \
	    $(if $(PROP),--prop $(PROP))
