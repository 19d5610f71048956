# The contracts of libssl for its port (spec/engines/openssl_port.h), tried at the port's calls of a live libssl.

PORT_BUILD := $(INTEROP_BUILD)/port
PORT_TOOL  := $(PORT_BUILD)/walk
PORT_MODEL := spec/engines/openssl_port.h
PORT_FLAGS := -Iinterop/explore -Ispec/engines
ROOM_port  := $(PORT_FLAGS)
# The walk over our library, with a subject of its own, and the books of use/.
PORT_OBJS  := $(EXPLORE_PLAYS:%=$(INTEROP_BUILD)/%.o) $(filter-out %/subject_endwell.o,$(OURS_OBJS)) \
    $(INTEROP_BUILD)/use/tried.o $(INTEROP_BUILD)/port/peer.o $(INTEROP_BUILD)/port/walk.o
PORT_CC    := $(CC) $(INTEROP_FLAGS) $(PORT_FLAGS) -Iinterop/port -O1 -g
# Every function that has a contract is called by way of its check; one that is compiled into its caller stays where it is.
PORT_WRAP  := $(patsubst %,-Wl$(comma)--wrap=%,$(shell sed -n '/^static inline/d; s/^[A-Za-z_].*[ *]\(\w*\)(.*);$$/\1/p' $(PORT_MODEL)))
PORT_LINK  := $(OURS_LIBS) $(PORT_WRAP) -Wl,--wrap=wire_keys_tls13 $(OURS_LINK)

$(PORT_BUILD)/checks.c: $(PORT_MODEL) interop/port/checks.py $(addprefix proofs/lib/,acsl.py acsl_c.py acsl_checks.py acsl_fields.py) \
    src/port_openssl.h src/ew_transport.h
	@mkdir -p $(@D)
	python3 interop/port/checks.py $< $@
$(PORT_BUILD)/checks.o: $(PORT_BUILD)/checks.c interop/port/checks.h
	$(PORT_CC) -c -o $@ $<
$(PORT_BUILD)/walk.o: $(BUILD)/engines.h
$(PORT_TOOL): $(PORT_OBJS) $(PORT_BUILD)/checks.o $(OURS_LIBS) | without-SIDE_PORTS
	$(CC) $(CFLAGS) -o $@ $(PORT_OBJS) $(PORT_BUILD)/checks.o $(PORT_LINK)

.PHONY: try-port try-port-quick test-try-port
try-port: $(PORT_TOOL) certs ## prove: what spec/engines/openssl_port.h says of libssl, at each call of the port in every sequence to depth 4
	@$(PORT_TOOL) 4

try-port-quick: $(PORT_TOOL) certs ## prove: what spec/engines/openssl_port.h says of libssl, to depth 3
	@$(PORT_TOOL) 3

test-try-port: $(PORT_OBJS) $(OURS_LIBS) certs ## prove: wrong clauses in spec/engines/openssl_port.h, which try-port must find
	@python3 proofs/lib/planted.py $(PORT_BUILD)/planted 'python3 interop/port/checks.py $(PORT_CC)' \
	    '$(CC) -o % @ $(PORT_OBJS) $(PORT_LINK)' interop/port/planted
