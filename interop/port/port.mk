# The contracts of an engine for its port (spec/engines/NAME_port.h), tried at the port's calls of the live engine.

PORT_BUILD   := $(INTEROP_BUILD)/port
PORT_ENGINES := openssl mbedtls
PORT_TOOLS   := $(PORT_ENGINES:%=$(PORT_BUILD)/walk_%)
PORT_FLAGS   := -Iinterop/explore -Ispec/engines
ROOM_port    := $(PORT_FLAGS)
# The walk over our library, with a subject of its own, the books of use/, and what is the engine's own.
PORT_SHARED  := $(EXPLORE_PLAYS:%=$(INTEROP_BUILD)/%.o) $(filter-out %/subject_endwell.o,$(OURS_OBJS)) \
    $(INTEROP_BUILD)/use/tried.o $(INTEROP_BUILD)/port/peer.o $(INTEROP_BUILD)/port/walk.o
PORT_CC      := $(CC) $(INTEROP_FLAGS) $(PORT_FLAGS) -Iinterop/port -O1 -g
# Every function that has a contract is called by way of its check; one that is compiled into its caller stays where it is.
PORT_ASKED    = $(shell sed -n '/^static inline/d; s/^[A-Za-z_].*[ *]\(\w*\)([^;]*)*;*$$/\1/p' spec/engines/$(1)_port.h)
# What else the walk hears of; and how deep it goes, all of it and the quick form.
PORT_SEEN    := wire_keys_tls12 wire_keys_tls13 ew_memory_init
openssl_SEEN := $(PORT_SEEN)
mbedtls_SEEN := $(PORT_SEEN) ew_transport_send
openssl_DEPTH := 4
openssl_QUICK := 3
mbedtls_DEPTH := 5
mbedtls_QUICK := 4

define PORT_TRIED
PORT_OBJS_$(1) := $(PORT_SHARED) $(INTEROP_BUILD)/port/$(1).o
PORT_LINK_$(1) := $(OURS_LIBS) $(patsubst %,-Wl$(comma)--wrap=%,$(call PORT_ASKED,$(1)) $($(1)_SEEN)) $(OURS_LINK)
$(PORT_BUILD)/checks_$(1).c: spec/engines/$(1)_port.h interop/port/checks.py src/port_$(1).h src/ew_transport.h \
    $(addprefix proofs/lib/,acsl.py acsl_c.py acsl_checks.py acsl_fields.py)
	@mkdir -p $$(@D)
	python3 interop/port/checks.py $$< $$@
$(PORT_BUILD)/checks_$(1).o: $(PORT_BUILD)/checks_$(1).c $(addprefix interop/port/,checks.h moment_$(1).h)
	$(PORT_CC) -c -o $$@ $$<
$(PORT_BUILD)/walk_$(1): $$(PORT_OBJS_$(1)) $(PORT_BUILD)/checks_$(1).o $(OURS_LIBS) | without-SIDE_PORTS
	$(CC) $(CFLAGS) -o $$@ $$(PORT_OBJS_$(1)) $(PORT_BUILD)/checks_$(1).o $$(PORT_LINK_$(1))
PORT_PLANTED_$(1) = python3 proofs/lib/planted.py $(PORT_BUILD)/planted/$(1) \
    'python3 interop/port/checks.py $(1)_port.h $(PORT_CC) -O0' '$(CC) -o % @ $$(PORT_OBJS_$(1)) $$(PORT_LINK_$(1))' interop/port/planted/$(1)
endef
$(foreach engine,$(PORT_ENGINES),$(eval $(call PORT_TRIED,$(engine))))
$(PORT_BUILD)/walk.o: $(BUILD)/engines.h

# Those of PORT, or all.
PORT_NAMED = $(or $(filter $(PORT_ENGINES),$(PORT)),$(if $(PORT),$(error no port '$(PORT)' (there are: $(PORT_ENGINES))),$(PORT_ENGINES)))
PORT_WALKS = $(foreach engine,$(PORT_NAMED),$(PORT_BUILD)/walk_$(engine) $($(engine)_$(1)) &&) true

.PHONY: try-port try-port-quick test-try-port test-try-port-quick
try-port: $(PORT_TOOLS) certs ## prove: what spec/engines/*_port.h say of an engine, at each call of its port, in every sequence; PORT=openssl|mbedtls
	@$(call PORT_WALKS,DEPTH)

try-port-quick: $(PORT_TOOLS) certs ## prove: what spec/engines/*_port.h say of an engine, in shorter sequences
	@$(call PORT_WALKS,QUICK)

test-try-port: $(PORT_TOOLS) certs ## prove: wrong clauses in spec/engines/*_port.h, which try-port must find
	@$(foreach engine,$(PORT_NAMED),$(PORT_PLANTED_$(engine)) &&) true

test-try-port-quick: $(PORT_TOOLS) certs ## prove: test-try-port, with a third of the wrong clauses
	@$(foreach engine,$(PORT_NAMED),$(PORT_PLANTED_$(engine)) 3 &&) true
