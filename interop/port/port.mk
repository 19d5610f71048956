# The contracts of an engine for its port (spec/engines/NAME_port.h), tried at the port's calls of the live engine.

PORT_BUILD    := $(INTEROP_BUILD)/port
PORT_ENGINES  := $(filter $(BUILT_PORTS),openssl mbedtls gnutls wolfssl bearssl)
# In programs of other rooms; and in every sequence (walk), of those whose memory explore keeps and puts back.
PORT_PROGRAMS  = $(if $(filter $(1),$(PORT_WALKED)),walk) kit fuzz
PORT_WALKED   := $(filter $(BUILT_PORTS),openssl mbedtls)
PORT_TOOLS     = $(foreach engine,$(PORT_ENGINES),$(foreach program,$(call PORT_PROGRAMS,$(engine)),$(PORT_BUILD)/$(program)_$(engine)))
PORT_FLAGS    := -Iinterop/explore -Ispec/engines
ROOM_port     := $(PORT_FLAGS) '-DPORT_ENGINES=$(foreach engine,$(PORT_ENGINES),ENGINE($(engine)))'
PORT_CC       := $(CC) $(INTEROP_FLAGS) $(PORT_FLAGS) -Iinterop/port -O1 -g
# Every function that has a contract is called by way of its check; one that is compiled into its caller stays where it is.
$(foreach engine,$(PORT_ENGINES),$(eval PORT_ASKED_$(engine) := \
    $(shell sed -n '/^static inline/d; s/^[A-Za-z_].*[ *]\(\w*\)([^;]*)*;*$$/\1/p' spec/engines/$(engine)_port.h)))
PORT_WRAPS     = $(patsubst %,-Wl$(comma)--wrap=%,$(PORT_ASKED_$(1)) $(if $(filter $(1),$(PORT_SENDS)),ew_transport_send) $(2))
# What was made is read off the records, of some engines; and how deep the walk goes, all of it and the quick form.
PORT_MADE     := mbedtls wolfssl
PORT_SENDS    := $(PORT_MADE) bearssl
PORT_MODEL     = $(addprefix port/,calls.o $(1).o $(if $(filter $(1),$(PORT_MADE)),made.o))
openssl_DEPTH := 4
openssl_QUICK := 3
mbedtls_DEPTH := 5
mbedtls_QUICK := 4

# The walk is that over our library, with a subject of its own, the books of use/, and what is the engine's own.
walk_OBJS = $(EXPLORE_PLAYS:%=$(INTEROP_BUILD)/%.o) $(filter-out %/subject_endwell.o,$(OURS_OBJS)) \
    $(addprefix $(INTEROP_BUILD)/,use/tried.o $(addprefix port/,peer.o walk.o walk_$(1).o) $(call PORT_MODEL,$(1)))
walk_LINK = $(CFLAGS) $(OURS_LIBS) $(call PORT_WRAPS,$(1),wire_keys_tls12 wire_keys_tls13 ew_memory_init) $(OURS_LINK)
walk_LIBS = $(OURS_LIBS)
kit_OBJS  = $(KIT_OBJS) $(addprefix $(INTEROP_BUILD)/,port/watch.o port/in_kit.o $(call PORT_MODEL,$(1)))
kit_LINK  = $(CFLAGS) $(call PORT_WRAPS,$(1),ew_$(1)_port) $(KIT_LINK)
fuzz_OBJS = $(FUZZ_OBJS) $(addprefix $(BUILD)/interop-asan/,port/watch.o port/in_fuzz.o $(call PORT_MODEL,$(1)))
fuzz_LIBS = $(FUZZ_LIB)
fuzz_LINK = $(FUZZ_ASAN) $(FUZZ_LIB) $(call PORT_WRAPS,$(1),ew_$(1)_port) $(FUZZ_LINK)

define PORT_TRIED
$(PORT_BUILD)/checks_$(1).c: spec/engines/$(1)_port.h interop/port/checks.py src/port_$(1).h src/ew_transport.h \
    $(addprefix proofs/lib/,acsl.py acsl_c.py acsl_checks.py acsl_fields.py)
	@mkdir -p $$(@D)
	python3 interop/port/checks.py $$< $$@
$(PORT_BUILD)/checks_$(1).o: $(PORT_BUILD)/checks_$(1).c $(addprefix interop/port/,checks.h moment_$(1).h)
	$(PORT_CC) -c -o $$@ $$<
endef
define PORT_PROGRAM
PORT_LINK_$(2)_$(1) := $(call $(2)_OBJS,$(1)) $(call $(2)_LINK,$(1))
$(PORT_BUILD)/$(2)_$(1): $(call $(2)_OBJS,$(1)) $($(2)_LIBS) $(PORT_BUILD)/checks_$(1).o | without-SIDE_PORTS without-FUZZ_PORTS
	$(CC) -o $$@ $(PORT_BUILD)/checks_$(1).o $$(PORT_LINK_$(2)_$(1))
PORT_PLANTED_$(2)_$(1) = python3 proofs/lib/planted.py $(PORT_BUILD)/planted/$(2)_$(1) \
    'python3 interop/port/checks.py $(1)_port.h $(PORT_CC) -O0' '$(CC) -o % @ $$(PORT_LINK_$(2)_$(1))' interop/port/planted/$(1)
endef
$(foreach engine,$(PORT_ENGINES),$(eval $(call PORT_TRIED,$(engine))) \
    $(foreach program,$(call PORT_PROGRAMS,$(engine)),$(eval $(call PORT_PROGRAM,$(engine),$(program)))))
$(PORT_BUILD)/walk.o: $(BUILD)/engines.h

# Those of PORT, or all.
PORT_NAMED = $(or $(filter $(PORT_ENGINES),$(PORT)),$(if $(PORT),$(error no port '$(PORT)' (there are: $(PORT_ENGINES))),$(PORT_ENGINES)))
PORT_WALKS = $(foreach engine,$(filter $(PORT_WALKED),$(PORT_NAMED)),$(PORT_BUILD)/walk_$(engine) $($(engine)_$(1)) &&) true
# And in the kit's cases, these, with one in so many of its faults, and in so many sequences of fuzz.
PORT_PLAYS = $(foreach engine,$(PORT_NAMED),$(PORT_BUILD)/kit_$(engine) --certificates $(BUILD)/certs --only $(engine)$(1) --sample $(2) && \
    $(PORT_BUILD)/fuzz_$(engine) --engine $(engine) --certs $(BUILD)/certs --sequences $(3) --brief &&) true
PORT_PLANTS = $(foreach engine,$(PORT_NAMED),$(foreach program,$(call PORT_PROGRAMS,$(engine)),$(PORT_PLANTED_$(program)_$(engine)) $(1) $(program) &&)) true

.PHONY: try-port try-port-quick test-try-port test-try-port-quick
try-port: kit-build $(PORT_TOOLS) ## prove: what spec/engines/*_port.h say of an engine, where its port calls it: all sequences, kit, fuzz; PORT=NAME
	@$(call PORT_WALKS,DEPTH)
	@$(call PORT_PLAYS,,5,3000)

try-port-quick: kit-build $(PORT_TOOLS) ## prove: try-port, with shorter sequences and a sample of the rest
	@$(call PORT_WALKS,QUICK)
	@$(call PORT_PLAYS,/1.2/client,500,100)

test-try-port: kit-build $(PORT_TOOLS) ## prove: wrong clauses in spec/engines/*_port.h, which try-port must find
	@$(call PORT_PLANTS,1)

test-try-port-quick: kit-build $(PORT_TOOLS) ## prove: test-try-port, with a third of the wrong clauses
	@$(call PORT_PLANTS,3)
