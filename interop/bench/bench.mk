# What a close costs, against the engine's own.

BENCH_BUILD := $(BUILD)/bench
BENCH_TOOL  := $(BENCH_BUILD)/endwell-bench
ROOM_bench  := -Iinterop/system $(ROOM_system)
$(eval $(call ADAPTERS,NATIVE_PORTS,bench,interop/engines/native_%.c))
BENCH_OBJS  := $(addprefix $(INTEROP_BUILD)/bench/,main.o close.o natives.o) $(NATIVE_PORTS:%=$(INTEROP_BUILD)/engines/native_%.o) \
    $(SYSTEM_WORLD)

$(BENCH_TOOL): $(BENCH_OBJS) $(SYSTEM_LIBS) | without-TEST_PORTS without-NATIVE_PORTS
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(SYSTEM_LINK)

.PHONY: bench-tools bench bench-quick test-bench
bench-tools: system-tools
	@command -v valgrind >/dev/null || { echo 'bench: needs valgrind: apt-get install valgrind' >&2; exit 2; }
	@[ -e /usr/include/valgrind/callgrind.h ] || { echo 'bench: needs valgrind: apt-get install valgrind' >&2; exit 2; }
	@command -v nm >/dev/null || { echo 'bench: needs nm: apt-get install binutils' >&2; exit 2; }

bench: bench-tools certs $(BENCH_TOOL) ## measure: what a close costs beside the engine's own close; fails on a target that is missed
	@python3 interop/bench/bench.py $(BENCH_TOOL) --build $(BUILD) --out $(EVIDENCE)/bench.json \
	    --packages $(SYSTEM_PACKAGES)

bench-quick: bench-tools certs $(BENCH_TOOL) ## measure: what a close of a sixth of the settings costs in instructions alone, without a clock
	@python3 interop/bench/bench.py $(BENCH_TOOL) --build $(BUILD) --out $(EVIDENCE)/bench_quick.json --quick \
	    --packages $(SYSTEM_PACKAGES)

test-bench: bench-tools certs $(BENCH_TOOL) ## measure: bugs planted in our code that make a close dearer, which bench must find
	@timeout 300 python3 interop/bench/bench_test.py $(BENCH_TOOL) $(BENCH_BUILD)/planted \
	    '$(CC) $(SRC_FLAGS) $(CFLAGS)' \
	    '$(CC) $(CFLAGS) -o % @ $(BENCH_OBJS) $(SYSTEM_LIBS) $(SYSTEM_LINK)'
