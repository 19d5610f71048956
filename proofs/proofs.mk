# The proofs: the contracts of the core, the theorems over every history, and what tests them.

include proofs/clauses.mk
include proofs/certify.mk
include proofs/forms.mk
include proofs/two_ends.mk
include proofs/engines.mk
include proofs/trace.mk
include proofs/evidence.mk
include proofs/theorems.mk

.PHONY: prove prove-transport check-prove
prove: ## prove the core and the theorems; PROP=label proves one requirement, with all that it rests on
	@python3 proofs/prove --build $(BUILD)/proofs --out $(EVIDENCE)/proof.json \
	    $(if $(PROP),--prop $(PROP))

prove-transport: ## prove the transport against spec/wire/transport.h; what edits of it lose (seven minutes)
	@python3 proofs/prove_transport --build $(BUILD)/proofs/transport --out $(EVIDENCE)/proof_transport.json

check-prove: ## PROP=label is not told as proved where a callee is broken; misspelt labels
	@python3 proofs/prove_test.py
