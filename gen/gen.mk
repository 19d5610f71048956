# The generator: how it is built, run, tested and fuzzed.

GEN_PAGES = spec/machine.md spec/calls.md spec/outcomes.md spec/clauses.md spec/codes.md
GEN_MORE  = spec/orderly.md
GEN_BUILD = $(BUILD)/gen
GEN_TOOL  = $(GEN_BUILD)/endwell-gen
GEN_HEADS = $(wildcard gen/*.h)
GEN_FRONT = $(filter-out gen/main.c gen/fuzz.c,$(wildcard gen/*.c))
GEN_LIBS  = -lcmark-gfm-extensions -lcmark-gfm -lcrypto
GEN_FLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -Wpedantic -Wconversion \
            -Wno-sign-conversion
GEN_CHECK = -fsanitize=address,undefined -fno-sanitize-recover=all -g -O1
GEN_FUZZ_SECONDS ?= 300

.PHONY: regenerate test-gen test-gen-quick gen-cases test-machines test-machines-quick fuzz-gen

$(GEN_TOOL): $(GEN_FRONT) gen/main.c $(GEN_HEADS)
	@mkdir -p $(GEN_BUILD)
	$(CC) $(CFLAGS) $(GEN_FLAGS) $(GEN_FRONT) gen/main.c -o $@ $(GEN_LIBS)

# The same program with everything checked at run time.
$(GEN_BUILD)/endwell-gen-checked: $(GEN_FRONT) gen/main.c $(GEN_HEADS)
	@mkdir -p $(GEN_BUILD)
	$(CC) $(GEN_CHECK) $(GEN_FLAGS) $(GEN_FRONT) gen/main.c -o $@ $(GEN_LIBS)

# The core as it ships, with the contracts that a compiler sees as prototypes.
$(GEN_BUILD)/core_test: gen/tests/core_test.c gen/tests/relation_reader.c \
                        gen/tests/relation_reader.h gen/out/ew_core.c gen/out/ew_core.h
	@mkdir -p $(GEN_BUILD)
	$(CC) $(GEN_CHECK) $(GEN_FLAGS) -Wno-error -Igen/out -Ispec gen/tests/core_test.c \
	    gen/tests/relation_reader.c gen/out/ew_core.c -o $@ -lcmocka -lcrypto

$(GEN_BUILD)/orderly_test: gen/tests/orderly_test.c gen/out/ew_orderly.c gen/out/ew_orderly.h
	@mkdir -p $(GEN_BUILD)
	$(CC) $(GEN_CHECK) $(GEN_FLAGS) -Igen/out gen/tests/orderly_test.c gen/out/ew_orderly.c -o $@ \
	    -lcmocka -lcrypto

$(GEN_BUILD)/fuzz: $(GEN_FRONT) gen/fuzz.c $(GEN_HEADS)
	@mkdir -p $(GEN_BUILD)
	clang-14 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	    $(GEN_FLAGS) $(GEN_FRONT) gen/fuzz.c -o $@ $(GEN_LIBS)

regenerate: $(GEN_TOOL) ## use: make gen/out from spec/
	@mkdir -p gen/out
	$(GEN_TOOL) --out gen/out $(GEN_PAGES) $(GEN_MORE)

GEN_TESTED := $(GEN_TOOL) $(GEN_BUILD)/endwell-gen-checked $(GEN_BUILD)/core_test $(GEN_BUILD)/orderly_test
test-gen: $(GEN_TESTED) ## test: the generator on good and bad input, both machines in every state on every event
	@$(MAKE) --no-print-directory gen-cases PARTS=1

test-gen-quick: $(GEN_TESTED) ## test: test-gen, with an eighth of the input under sanitizers
	@$(MAKE) --no-print-directory gen-cases PARTS=8

gen-cases: $(GEN_TESTED)
	$(GEN_TOOL) --check gen/out $(GEN_PAGES) $(GEN_MORE)
	gen/tests/run.sh $(GEN_TOOL) $(GEN_BUILD)/cases
	gen/tests/run.sh $(GEN_BUILD)/endwell-gen-checked $(GEN_BUILD)/cases-checked $(PARTS)
	$(GEN_BUILD)/endwell-gen-checked --check gen/out $(GEN_PAGES) $(GEN_MORE)
	timeout 120 $(GEN_BUILD)/core_test gen/out
	timeout 120 $(GEN_BUILD)/orderly_test gen/out

test-machines: $(GEN_TOOL) ## test: a machine that is not the core, from its tables to its proof
	timeout 600 gen/tests/machines_test.py $(GEN_TOOL) $(BUILD)/machines

test-machines-quick: $(GEN_TOOL) ## test: test-machines, with a quarter of its smoke tests
	timeout 600 gen/tests/machines_test.py $(GEN_TOOL) $(BUILD)/machines --quick

fuzz-gen: $(GEN_BUILD)/fuzz ## test: random pages for the generator; GEN_FUZZ_SECONDS=300
	gen/tests/fuzz.sh $(GEN_BUILD)/fuzz $(GEN_FUZZ_SECONDS) $(GEN_BUILD)/fuzzing $(BUILD)/evidence/fuzz_gen.json
