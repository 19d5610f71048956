# The proofs: the contracts of the core, the theorems over every history, and what tests them.

include proofs/audit/clauses.mk
include proofs/certify/certify.mk
include proofs/certify/forms.mk
include proofs/theorems/two_ends.mk
include proofs/trial/provers.mk
include proofs/audit/trace.mk
include proofs/audit/evidence.mk
include proofs/theorems/theorems.mk

.PHONY: prove prove-quick prove-all prove-wire prove-connection prove-opening prove-io prove-joint prove-port prove-layers prove-layers-quick prove-orderly prove-orderly-quick prove-use prove-use-quick test-prove test-prove-quick test-prove-io test-prove-use test-prove-use-quick
prove: ## prove: the core and the theorems; PROP=label: one requirement, with all that it rests on
	@python3 proofs/prove --build $(BUILD)/proofs --out $(EVIDENCE)/proof.json \
	    $(if $(PROP),--prop $(PROP))

prove-quick: ## prove: every goal of prove, a twentieth of its canaries and a 32nd of its smoke tests
	@python3 proofs/prove --quick --build $(BUILD)/proofs --out $(EVIDENCE)/proof_sample.json

prove-all: ## prove: prove and -orderly, -wire, -connection, -opening, -io, -joint, -port, -use; stopped, it goes on with the rest (an hour)
	@MAKE='$(MAKE)' python3 proofs/prove_all.py

# What a run before proved of the very same texts, by the same tools, is taken.
GO = $(if $(GO_ON),--go-on)
prove-wire: ## prove: transport and waiting; what planted bugs break (ten minutes); GO_ON=1: what is not proved yet
	@python3 proofs/prove_wire $(GO) --build $(BUILD)/proofs/wire --out $(EVIDENCE)/proof_wire.json

prove-connection: ## prove: calls, close and actions over any port; what planted bugs break (twenty minutes); GO_ON=1
	@python3 proofs/prove_wire connection $(GO) --build $(BUILD)/proofs/connection --out $(EVIDENCE)/proof_connection.json

prove-opening: ## prove: what is open is usable; any history of all calls keeps W5 to W9; planted bugs (ten minutes); GO_ON=1
	@python3 proofs/prove_wire opening $(GO) --build $(BUILD)/proofs/opening --out $(EVIDENCE)/proof_opening.json

prove-io: ## prove: the ios against spec/wire/, over the system's calls; what planted bugs break (ten minutes)
	@python3 proofs/prove_io.py --build $(BUILD)/proofs/io --out $(EVIDENCE)/proof_io.json

prove-joint: ## prove: what the ports and the connection assume of the transport follows from its contracts (two minutes)
	@python3 proofs/prove_joint.py --build $(BUILD)/proofs/joint --out $(EVIDENCE)/proof_joint.json

# The ports that are proven, each a proof of its own: prove-port-openssl and so on.
PROVEN_PORTS := openssl mbedtls gnutls wolfssl bearssl
.PHONY: $(PROVEN_PORTS:%=prove-port-%)
prove-port: $(PROVEN_PORTS:%=prove-port-%) ## prove: the actions of ports over contracts of their libraries (half an hour); one: prove-port-openssl; GO_ON=1

$(PROVEN_PORTS:%=prove-port-%): prove-port-%:
	@python3 proofs/prove_port.py $(GO) $* --build $(BUILD)/proofs/port --out $(EVIDENCE)/proof_port_$*.json

prove-layers: ## prove: every goal of prove-orderly, -wire, -connection, -opening and -io; no smoke test, no planted bug
	@timeout 600 python3 proofs/prove_orderly.py --goals --out $(EVIDENCE)/proof_orderly_sample.json
	@python3 proofs/prove_wire --goals --build $(BUILD)/proofs/wire_goals --out $(EVIDENCE)/proof_wire_goals.json
	@python3 proofs/prove_wire connection --goals --build $(BUILD)/proofs/connection_goals --out $(EVIDENCE)/proof_connection_goals.json
	@python3 proofs/prove_wire opening --goals --build $(BUILD)/proofs/opening_goals --out $(EVIDENCE)/proof_opening_goals.json
	@python3 proofs/prove_io.py --goals --build $(BUILD)/proofs/io_goals --out $(EVIDENCE)/proof_io_goals.json

LAYERS := wire connection opening io joint $(PROVEN_PORTS:%=port-%)
prove-layers-quick: ## prove: a few functions and an edit of one layer, another with each commit; LAYER=wire, port-openssl ...
	@layer='$(LAYER)'; \
	case "$${layer:=$$(python3 proofs/lib/sample.py $(words $(LAYERS)) $(LAYERS))}" in \
	wire) set -- prove_wire ;; connection) set -- prove_wire connection ;; opening) set -- prove_wire opening ;; \
	io) set -- prove_io.py ;; joint) set -- prove_joint.py ;; port-*) set -- prove_port.py "$${layer#port-}" ;; \
	*) echo "prove-layers-quick: no layer '$$layer' (there are: $(LAYERS))" >&2; exit 2 ;; esac; \
	what=$$1; shift; python3 proofs/$$what "$$@" --quick --build $(BUILD)/proofs/layers --out $(EVIDENCE)/proof_layers_sample.json

prove-orderly: ## prove: the orderly close: its contracts, its theorems, smoke tests, a canary, what it rests on
	@timeout 1200 python3 proofs/prove_orderly.py

prove-orderly-quick: ## prove: goals of a fifth of the orderly close; of all of it, where the figures are of other texts
	@timeout 600 python3 proofs/prove_orderly.py --quick --out $(EVIDENCE)/proof_orderly_sample.json

prove-use: ## prove: examples/proven_client.c keeps SSL_shutdown(3) (a minute); USE=FILE.c, USE_FLAGS='-I...': a program of yours
	@python3 proofs/prove_use --build $(BUILD)/proofs/use $(if $(USE),$(USE) $(USE_FLAGS),--out $(EVIDENCE)/proof_use.json)

prove-use-quick: ## prove: every goal of examples/proven_client.c, and a twelfth of its smoke tests
	@python3 proofs/prove_use --quick --build $(BUILD)/proofs/use --out $(EVIDENCE)/proof_use_quick.json

PROVEN_CLIENT := $(BUILD)/examples/proven_client
$(PROVEN_CLIENT): examples/proven_client.c
	@mkdir -p $(@D)
	$(CC) -std=c99 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror $(CFLAGS) -o $@ $< -lssl -lcrypto

test-prove-use: $(PROVEN_CLIENT) $(BUILD)/certs/server.pem ## prove: mistakes in the proven client fail where they are; it closes with live peers
	@python3 proofs/prove_use --planted --build $(BUILD)/proofs/use-planted
	@python3 proofs/use/use_test.py $(PROVEN_CLIENT) $(BUILD)/certs/server.pem $(BUILD)/certs/server.key

test-prove-use-quick: $(PROVEN_CLIENT) $(BUILD)/certs/server.pem ## prove: test-prove-use, with one of its twelve mistakes and one program that is refused
	@python3 proofs/prove_use --planted --quick --build $(BUILD)/proofs/use-planted
	@python3 proofs/use/use_test.py --quick $(PROVEN_CLIENT) $(BUILD)/certs/server.pem $(BUILD)/certs/server.key

test-prove-quick: ## prove: a third of what test-prove tries
	@python3 proofs/prove_test.py --quick
	@python3 proofs/prove_all_test.py

test-prove: ## prove: prove PROP= of what rests on a broken function, of misspelt labels; prove-all
	@python3 proofs/prove_test.py
	@python3 proofs/prove_all_test.py

test-prove-io: ## prove: a model that is not the system, an io that keeps less than is assumed
	@python3 proofs/prove_io_test.py
