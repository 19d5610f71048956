# The proofs: the contracts of the core, the theorems over every history, and what tests them.

include proofs/audit/clauses.mk
include proofs/certify/certify.mk
include proofs/certify/forms.mk
include proofs/theorems/two_ends.mk
include proofs/trial/engines.mk
include proofs/audit/trace.mk
include proofs/audit/evidence.mk
include proofs/theorems/theorems.mk

.PHONY: prove prove-wire test-prove
prove: ## prove: the core and the theorems; PROP=label: one requirement, with all that it rests on
	@python3 proofs/prove --build $(BUILD)/proofs --out $(EVIDENCE)/proof.json \
	    $(if $(PROP),--prop $(PROP))

prove-wire: ## prove: transport and waiting against spec/wire/; what planted bugs in them break (seven minutes)
	@python3 proofs/prove_wire --build $(BUILD)/proofs/wire --out $(EVIDENCE)/proof_wire.json

test-prove: ## prove: prove PROP= of what rests on a broken function, and of misspelt labels
	@python3 proofs/prove_test.py
