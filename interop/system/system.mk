# Faults of the system under the adapter, and a million closes.
# The objects are those that ship; the linker puts the system calls of calls.c in their place.

SYSTEM_BUILD := $(BUILD)/system
SYSTEM_TOOL  := $(SYSTEM_BUILD)/endwell-system
ROOM_system   := -Isrc/tests -D_XOPEN_SOURCE=700
# A connection and its peer, on each engine that was built and that the unit tests know.
SYSTEM_WORLD := $(addprefix $(INTEROP_BUILD)/,system/world.o system/sockets.o system/plain.o lib/net.o tests/link.o tests/wire.o tests/engines.o \
    $(patsubst %,tests/engine_%.o,$(filter-out openssl mbedtls,$(TEST_PORTS))))
SYSTEM_OBJS  := $(patsubst %,$(INTEROP_BUILD)/%.o,$(filter-out system/world system/sockets system/plain,$(call room,system))) \
    $(SYSTEM_WORLD) $(INTEROP_ENGINES:%=$(INTEROP_BUILD)/%.o)
SYSTEM_LIBS  := $(BUILT_PORTS:%=$(BUILD)/libendwell-%.a) $(BUILD)/libendwell.a
SYSTEM_LINK  := -lcmocka $(BUILT_LINK)
SYSTEM_WRAP  := -Wl,--wrap=send,--wrap=recv,--wrap=poll,--wrap=clock_gettime,--wrap=fcntl \
    -Wl,--wrap=getsockopt,--wrap=setsockopt,--wrap=shutdown,--wrap=close

$(SYSTEM_TOOL): $(SYSTEM_OBJS) $(SYSTEM_LIBS) | without-TEST_PORTS
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(SYSTEM_LINK) $(SYSTEM_WRAP)

SYSTEM_PACKAGES := $(foreach engine,$(BUILT),$($(engine)_PACKAGE))

# Of the allocations in a handshake, which are the engine's alone, every so many fails.
EVERY ?= 20
SOAK  ?= 1000000
SOAK_ENGINES ?= 64000

.PHONY: system-tools system-faults system-faults-quick test-system-faults test-system-faults-quick soak
system-tools: ports
	@[ "$(OPENSSL) $(MBEDTLS)" = 'yes yes' ] || { echo 'system: needs OpenSSL and mbedTLS: apt-get install libssl-dev libmbedtls-dev' >&2; exit 2; }
	@command -v python3 >/dev/null || { echo 'system: needs python3: apt-get install python3' >&2; exit 2; }
	@[ -e /usr/include/cmocka.h ] || { echo 'system: needs cmocka: apt-get install libcmocka-dev' >&2; exit 2; }

system-faults: system-tools certs $(SYSTEM_TOOL) ## test: every system call and allocation of the adapter made to fail; EVERY=1: all of a handshake too
	@python3 interop/system/system.py $(SYSTEM_TOOL) --every $(EVERY) --out $(EVIDENCE)/system.json \
	    --packages $(SYSTEM_PACKAGES)

system-faults-quick: system-tools certs $(SYSTEM_TOOL) ## test: a sample of the failures of system-faults: every engine, every kind
	@python3 interop/system/system.py $(SYSTEM_TOOL) --quick --out $(EVIDENCE)/system_quick.json \
	    --packages $(SYSTEM_PACKAGES)

SYSTEM_PLANTED = timeout 900 python3 proofs/lib/planted.py $(SYSTEM_BUILD)/planted \
	    '$(CC) $(SRC_FLAGS) $(CFLAGS)' \
	    '$(CC) $(CFLAGS) -o % @ $(SYSTEM_OBJS) $(SYSTEM_LIBS) $(SYSTEM_LINK) $(SYSTEM_WRAP)' \
	    interop/system/planted

test-system-faults: system-tools certs $(SYSTEM_TOOL) ## test: bugs planted in our code that system-faults must find
	@$(SYSTEM_PLANTED)

test-system-faults-quick: system-tools certs $(SYSTEM_TOOL) ## test: a sixth of the bugs of test-system-faults
	@$(SYSTEM_PLANTED) 6

soak: system-tools certs $(SYSTEM_TOOL) ## measure: a million closes and more on each engine, and nothing grows; SOAK=N, SOAK_ENGINES=N
	@python3 interop/system/soak.py $(SYSTEM_TOOL) --closes $(SOAK) --engine-closes $(SOAK_ENGINES) \
	    --out $(EVIDENCE)/soak.json --packages $(SYSTEM_PACKAGES)
