# Random sequences of all public calls on each engine, against a hostile peer, under AddressSanitizer
# and UndefinedBehaviorSanitizer.
#
# An engine joins with its adapter of the conformance kit and interop/fuzz/hooks_NAME.c.

FUZZ_BUILD := $(BUILD)/fuzz
FUZZ_TOOL  := $(FUZZ_BUILD)/endwell-fuzz
FUZZ_ASAN  := $(interop-asan_FLAGS)
FUZZ_FLAGS := $(INTEROP_FLAGS) -D_GNU_SOURCE -Iinterop/fuzz -Iinterop/kit
FUZZ_PARTS := $(filter-out hooks_%,$(patsubst interop/fuzz/%.c,%,$(wildcard interop/fuzz/*.c)))
FUZZ_OBJS  := $(addprefix $(FUZZ_BUILD)/,$(addsuffix .o,$(FUZZ_PARTS) records net \
    $(BUILT_PORTS:%=hooks_%) $(BUILT_PORTS:%=engine_%) \
    $(patsubst interop/kit/own_%.c,own_%,$(wildcard $(BUILT_PORTS:%=interop/kit/own_%.c)))))
# The library as it is built here: an archive, so that a part of it can be put in its place.
FUZZ_LIB   := $(FUZZ_BUILD)/libendwell-asan.a
FUZZ_CODE  := $(addprefix $(FUZZ_BUILD)/src/,$(addsuffix .o,ew_core transport $(CONN_CODE) $(BUILT_PORTS:%=port_%)))
FUZZ_LINK  := $(BUILT_LINK) -lssl -lcrypto $(MBEDTLS_LINK) \
    -Wl,--wrap=send,--wrap=recv,--wrap=poll,--wrap=clock_gettime

$(FUZZ_BUILD) $(FUZZ_BUILD)/src:
	@mkdir -p $@
$(FUZZ_BUILD)/%.o: interop/fuzz/%.c | $(FUZZ_BUILD)
	$(CC) $(FUZZ_FLAGS) $(FUZZ_ASAN) -c -o $@ $<
$(FUZZ_BUILD)/engine_%.o: interop/kit/engine_%.c | $(FUZZ_BUILD)
	$(CC) $(FUZZ_FLAGS) $(FUZZ_ASAN) -c -o $@ $<
$(FUZZ_BUILD)/own_%.o: interop/kit/own_%.c | $(FUZZ_BUILD)
	$(CC) $(FUZZ_FLAGS) $(FUZZ_ASAN) -c -o $@ $<
$(FUZZ_BUILD)/records.o $(FUZZ_BUILD)/net.o: $(FUZZ_BUILD)/%.o: interop/%.c | $(FUZZ_BUILD)
	$(CC) $(INTEROP_FLAGS) $(FUZZ_ASAN) -c -o $@ $<
$(FUZZ_BUILD)/src/%.o: src/%.c | $(FUZZ_BUILD)/src
	$(CC) $(SRC_FLAGS) $(FUZZ_ASAN) -c -o $@ $<
$(FUZZ_BUILD)/src/ew_core.o: $(CORE)/ew_core.c | $(FUZZ_BUILD)/src
	$(CC) $(SRC_FLAGS) $(FUZZ_ASAN) -c -o $@ $<
$(FUZZ_BUILD)/subject.o: $(BUILD)/engines.h
$(FUZZ_LIB): $(FUZZ_CODE)
	rm -f $@
	$(AR) rcs $@ $^
$(FUZZ_TOOL): $(FUZZ_OBJS) $(FUZZ_LIB)
	$(CC) $(FUZZ_ASAN) -o $@ $^ $(FUZZ_LINK)
-include $(wildcard $(FUZZ_BUILD)/*.d $(FUZZ_BUILD)/src/*.d)

# One of these, or all that were built; seconds for each engine; the first sequence's seed.
FUZZ_ENGINES = $(if $(ENGINE),$(ENGINE),$(BUILT_PORTS))
FUZZ_SECONDS ?= 120
FUZZ_SEED    ?= 1
# What an application can meet has to have occurred so often; and how many sequences a quick run has.
FUZZ_LEAST   ?= 100
FUZZ_QUICK   := --sequences 600 --least 2

.PHONY: fuzz fuzz-quick check-fuzz
fuzz: interop-tools certs $(FUZZ_TOOL) ## random sequences of all public calls, against a hostile peer; ENGINE=, FUZZ_SECONDS=, FUZZ_SEED=
	@python3 interop/fuzz/fuzz.py $(FUZZ_TOOL) --out $(EVIDENCE)/fuzz.json --table $(FUZZ_ENGINES) -- \
	    --certs $(BUILD)/certs --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED) --least $(FUZZ_LEAST)

fuzz-quick: interop-tools certs $(FUZZ_TOOL) ## make fuzz, its first 600 sequences on every engine
	@python3 interop/fuzz/fuzz.py $(FUZZ_TOOL) --out $(EVIDENCE)/fuzz_quick.json --quick $(BUILT_PORTS) -- \
	    --certs $(BUILD)/certs $(FUZZ_QUICK)

check-fuzz: interop-tools certs $(FUZZ_TOOL) ## planted bugs in our code that fuzz-quick must find
	@python3 interop/explore/defects.py $(FUZZ_BUILD)/defects \
	    '$(CC) $(SRC_FLAGS) $(FUZZ_ASAN)' \
	    '$(CC) $(FUZZ_ASAN) -o % @ $(FUZZ_OBJS) $(FUZZ_LIB) $(FUZZ_LINK)' \
	    interop/fuzz/defects
