# The programs of interop/: each room a program, lib/ what several link. README.md says which answers what.

INTEROP_BUILD := $(BUILD)/interop
INTEROP_FLAGS := -std=c11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror -Iinterop/lib -Iinterop -Isrc \
    -I$(CORE) -Ispec -I$(BUILD) $(MBEDTLS_INCLUDE) -MMD -MP
# Plain, and with sanitizers: objects are in $(BUILD)/MODE/ROOM/, those of src/ and gen/ in MODE/src/, MODE/gen/.
# What a room has besides, of flags: ROOM_ROOM.
INTEROP_MODES := interop interop-asan
interop_FLAGS      := $(CFLAGS)
interop-asan_FLAGS := $(asan_FLAGS)

# What says for itself which engines it has: $(BUILD)/engines.h.
INTEROP_LISTS := lib/sides explore/subject_endwell matrix/engines kit/engines fuzz/subject lossless/engines bench/natives system/known port/watch tests/engines

define INTEROP_MODE
$(BUILD)/$(1)/%.o: interop/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(INTEROP_FLAGS) $$(ROOM_$$(firstword $$(subst /, ,$$*))) $$($(1)_FLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/tests/%.o: src/tests/%.c
	@mkdir -p $$(@D)
	$$(CC) $$(INTEROP_FLAGS) -D_XOPEN_SOURCE=700 $$($(1)_FLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/gen/%.o: gen/%.c $$(GEN_HEADS)
	@mkdir -p $$(@D)
	$$(CC) $$(GEN_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
$(INTEROP_LISTS:%=$(BUILD)/$(1)/%.o): $(BUILD)/engines.h
-include $(wildcard $(BUILD)/$(1)/*/*.d)
endef
$(foreach mode,$(INTEROP_MODES),$(eval $(call INTEROP_MODE,$(mode))))

# Our code is that of the libraries; with sanitizers that of the unit tests.
$(INTEROP_BUILD)/src/%.o: $(SRC_BUILD)/%.o
	@mkdir -p $(@D)
	@ln -f $< $@
$(BUILD)/interop-asan/src/%.o: $(SRC_BUILD)/asan/%.o
	@mkdir -p $(@D)
	@ln -f $< $@

# The C files of a room, without their ending: ROOM.
room = $(patsubst interop/%.c,%,$(wildcard interop/$(1)/*.c))
# An engine as our side of a connection.
$(eval $(call ADAPTERS,SIDE_PORTS,interop,interop/engines/%.c))
# And what is beside it: the own calls of one that can be adopted.
INTEROP_ENGINES := $(SIDE_PORTS:%=engines/%) $(patsubst %,engines/own_%,$(filter $(patsubst interop/engines/own_%.c,%,$(wildcard interop/engines/own_*.c)),$(SIDE_PORTS)))
INTEROP_SIDES := lib/side_endwell lib/sides engines/limits $(INTEROP_ENGINES)
# Our library, from objects: under ASan, or where a part of it is exchanged.
INTEROP_OURS  := $(addprefix src/,$(CONN_CODE) transport $(MACHINES) $(BUILT_PORTS:%=port_%))

.PHONY: interop-tools
interop-tools: ports
	@[ "$(OPENSSL) $(MBEDTLS)" = 'yes yes' ] || { echo 'interop: needs OpenSSL and mbedTLS: apt-get install libssl-dev libmbedtls-dev' >&2; exit 2; }
	@command -v openssl >/dev/null || { echo 'interop: needs openssl: apt-get install openssl' >&2; exit 2; }
	@[ -e /usr/include/cjson/cJSON.h ] || { echo 'interop: needs cJSON: apt-get install libcjson-dev' >&2; exit 2; }

include interop/matrix/matrix.mk
include interop/explore/explore.mk
include interop/divergences/divergences.mk
include interop/system/system.mk
include interop/bench/bench.mk
include interop/world/world.mk
include interop/kit/kit.mk
include interop/cuts/cuts.mk
include interop/lossless/lossless.mk
include interop/fuzz/fuzz.mk
include interop/use/use.mk
include interop/port/port.mk
include interop/sockets/sockets.mk

INTEROP_PROGRAMS = $(INTEROP_BUILD)/lib/frame_test.o interop-build kit-build world-build $(DIVERGENCES_TOOL) $(EXPLORE_TOOL) $(OURS_TOOL) $(SYSTEM_TOOL) \
    $(BENCH_TOOL) $(CUTS_TOOL) $(LOSSLESS_TOOL) $(FUZZ_TOOL)
.PHONY: programs
programs: $(INTEROP_PROGRAMS) $(filter $(SRC_BUILD)/plain/%,$(TEST_PROGRAMS)) ## test: every program of interop/ and the unit tests, built and not run

# What the programs are linked from, each once: of the fuzzer, which has no plain objects, those under ASan.
NAMED_CODE = $(filter-out $(foreach engine,$(LACKING),%_$($(engine)_PORT).c interop/engines/$($(engine)_PORT).c interop/port/$($(engine)_PORT).c),$(wildcard interop/*/*.c))
NAMED = $(patsubst interop/%.c,$(INTEROP_BUILD)/%.o,$(filter-out interop/fuzz/%,$(NAMED_CODE))) \
    $(patsubst interop/%.c,$(BUILD)/interop-asan/%.o,$(filter interop/fuzz/%,$(NAMED_CODE))) \
    $(addprefix $(INTEROP_BUILD)/,$(INTEROP_OURS:=.o) tests/link.o tests/wire.o tests/engines.o)

.PHONY: test-frame test-names
test-frame: $(addprefix $(INTEROP_BUILD)/lib/,frame_test.o frame.o net.o) ## test: cases planted late, once and always, which the frame of the tools must tell from findings
	@$(CC) $(CFLAGS) -o $(INTEROP_BUILD)/frame_test $^ -lcjson -lpthread
	@timeout 300 $(INTEROP_BUILD)/frame_test
	@timeout 300 python3 proofs/lib/frame_test.py

test-names: $(NAMED) ## test: no external name twice in one program of interop/, and one planted twice is told
	@python3 interop/lib/names.py $(NAMED)
	@echo 'int net_listen(void) { return 0; }' | $(CC) -x c -c -o $(INTEROP_BUILD)/planted.o -
	@said=$$(python3 interop/lib/names.py $(NAMED) $(INTEROP_BUILD)/planted.o); status=$$?; \
	case "$$status $$said" in '1 net_listen is defined in interop/planted.o, lib/net.o'*) echo '1 passed, 0 failed' ;; \
	*) echo "a name that is there twice is not told: $$said"; exit 1 ;; esac
