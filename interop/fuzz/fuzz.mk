# Random sequences of all public calls on each engine, against a hostile peer, under AddressSanitizer
# and UndefinedBehaviorSanitizer.
#
# An engine joins with interop/engines/NAME.c and interop/engines/hooks_NAME.c.

FUZZ_BUILD := $(BUILD)/fuzz
FUZZ_TOOL  := $(FUZZ_BUILD)/endwell-fuzz
FUZZ_ASAN  := $(interop-asan_FLAGS)
ROOM_fuzz  := -D_GNU_SOURCE
$(eval $(call ADAPTERS,FUZZ_PORTS,fuzz,interop/engines/hooks_%.c interop/engines/%.c))
FUZZ_PARTS := $(call room,fuzz) lib/records lib/libssl_peer lib/net $(FUZZ_PORTS:%=engines/hooks_%) \
    engines/limits $(INTEROP_ENGINES)
FUZZ_OBJS  := $(FUZZ_PARTS:%=$(BUILD)/interop-asan/%.o)
# The library as it is built here: an archive, so that a part of it can be put in its place.
FUZZ_LIB   := $(FUZZ_BUILD)/libendwell-asan.a
FUZZ_CODE  := $(INTEROP_OURS:%=$(BUILD)/interop-asan/%.o)
FUZZ_LINK  := $(BUILT_LINK) -lssl -lcrypto $(MBEDTLS_LINK) \
    -Wl,--wrap=send,--wrap=recv,--wrap=shutdown,--wrap=poll,--wrap=clock_gettime

$(FUZZ_LIB): $(FUZZ_CODE)
	@mkdir -p $(@D)
	rm -f $@
	$(AR) rcs $@ $^
$(FUZZ_TOOL): $(FUZZ_OBJS) $(FUZZ_LIB) | without-FUZZ_PORTS
	$(CC) $(FUZZ_ASAN) -o $@ $^ $(FUZZ_LINK)

# One of these, or all that were built; seconds for each engine; the first sequence's seed.
FUZZ_ENGINES = $(if $(ENGINE),$(ENGINE),$(FUZZ_PORTS))
FUZZ_SECONDS ?= 120
FUZZ_SEED    ?= 1
# What an application can meet has to have occurred so often; and how many sequences a quick run has.
FUZZ_LEAST   ?= 100
FUZZ_QUICK   := --sequences 400 --least 2

.PHONY: fuzz fuzz-quick test-fuzz
fuzz: interop-tools certs $(FUZZ_TOOL) ## test: random sequences of all public calls against a hostile peer; ENGINE=, FUZZ_SECONDS=, FUZZ_SEED=
	@python3 interop/fuzz/fuzz.py $(FUZZ_TOOL) --out $(EVIDENCE)/fuzz.json --table $(FUZZ_ENGINES) -- \
	    --certs $(BUILD)/certs --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED) --least $(FUZZ_LEAST)

fuzz-quick: interop-tools certs $(FUZZ_TOOL) ## test: the first 400 sequences of fuzz, on every engine
	@python3 interop/fuzz/fuzz.py $(FUZZ_TOOL) --out $(EVIDENCE)/fuzz_quick.json --quick $(FUZZ_PORTS) -- \
	    --certs $(BUILD)/certs $(FUZZ_QUICK)

test-fuzz: interop-tools certs $(FUZZ_TOOL) ## test: bugs planted in our code that fuzz-quick must find
	@python3 proofs/lib/planted.py $(FUZZ_BUILD)/planted \
	    '$(CC) $(SRC_FLAGS) $(FUZZ_ASAN)' \
	    '$(CC) $(FUZZ_ASAN) -o % @ $(FUZZ_OBJS) $(FUZZ_LIB) $(FUZZ_LINK)' \
	    interop/fuzz/planted
