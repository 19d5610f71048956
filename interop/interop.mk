# Live peers: every scenario against OpenSSL, with each engine on our side.

INTEROP_BUILD := $(BUILD)/interop
INTEROP_LIBS  := $(BUILT_LINK) -lcjson -lpthread
INTEROP_FLAGS := -std=c11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror -Iinterop -Isrc \
    -I$(CORE) -Ispec -I$(BUILD) $(MBEDTLS_INCLUDE) -MMD -MP
INTEROP_MODES := interop interop-asan
interop_FLAGS      := $(CFLAGS)
interop-asan_FLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
    -fno-omit-frame-pointer

PEER_PARTS := peer peer_steps peer_records net
# Of the engines' sides those whose ports were built, and plain libssl.
RUNNER_SIDES := side_endwell side_libssl $(BUILT_PORTS:%=side_%)
RUNNER_PARTS := $(RUNNER_SIDES) $(filter-out peer peer_% records tables divergences% side_%, \
    $(patsubst interop/%.c,%,$(wildcard interop/*.c)))
# What the evidence is about: patterns for proofs/evidence.py, which seals it.
INTEROP_JUDGED := 'interop/*.[ch]' 'src/*.[ch]' $(CORE)/ew_core.c $(CORE)/ew_core.h
RUNNER_CODE := $(CONN_CODE) transport ew_core $(BUILT_PORTS:%=port_%)

define INTEROP_MODE
$(BUILD)/$(1):
	@mkdir -p $$@
$(BUILD)/$(1)/%.o: interop/%.c | $(BUILD)/$(1)
	$$(CC) $$(INTEROP_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/%.o: src/%.c | $(BUILD)/$(1)
	$$(CC) $$(SRC_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/ew_core.o: $(CORE)/ew_core.c | $(BUILD)/$(1)
	$$(CC) $$(SRC_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/peer: $(PEER_PARTS:%=$(BUILD)/$(1)/%.o)
	$$(CC) $$($(1)_FLAGS) -o $$@ $$^ -lssl -lcrypto -lcjson
$(BUILD)/$(1)/sides.o: $(BUILD)/engines.h
$(BUILD)/$(1)/endwell-interop: $(RUNNER_PARTS:%=$(BUILD)/$(1)/%.o) $(RUNNER_CODE:%=$(BUILD)/$(1)/%.o)
	$$(CC) $$($(1)_FLAGS) -o $$@ $$^ $$(INTEROP_LIBS)
-include $(wildcard $(BUILD)/$(1)/*.d)
endef
$(foreach mode,$(INTEROP_MODES),$(eval $(call INTEROP_MODE,$(mode))))

.PHONY: interop-tools interop-matrix interop-build interop check-interop interop-asan interop-valgrind
interop-tools: ports
	@[ "$(OPENSSL) $(MBEDTLS)" = 'yes yes' ] || { echo 'interop: needs OpenSSL and mbedTLS: apt-get install libssl-dev libmbedtls-dev' >&2; exit 2; }
	@command -v openssl >/dev/null || { echo 'interop: needs openssl: apt-get install openssl' >&2; exit 2; }
	@[ -e /usr/include/cjson/cJSON.h ] || { echo 'interop: needs cJSON: apt-get install libcjson-dev' >&2; exit 2; }

interop-build: interop-tools certs $(INTEROP_BUILD)/endwell-interop $(INTEROP_BUILD)/peer

interop-matrix: interop-build
	@$(INTEROP_BUILD)/endwell-interop --evidence $(EVIDENCE)/interop.json; status=$$?; \
	[ $$status -gt 1 ] || python3 proofs/evidence.py $(EVIDENCE)/interop.json --sources $(INTEROP_JUDGED) \
	    || exit 2; \
	exit $$status

interop: interop-matrix ## every scenario against live OpenSSL peers; then plain libssl held to the contract
	@[ -z '$(DIVERGENCES)' ] || $(MAKE) --no-print-directory $(DIVERGENCES)

check-interop: interop-build ## the matrix reports what is wrong: scenarios that have to fail
	@$(INTEROP_BUILD)/endwell-interop --self-test

interop-asan: interop-tools certs $(BUILD)/interop-asan/endwell-interop $(BUILD)/interop-asan/peer ## the matrix under AddressSanitizer and UBSan
	@ASAN_OPTIONS=detect_leaks=1 $(BUILD)/interop-asan/endwell-interop --jobs 3

interop-valgrind: interop-build ## a part of the matrix under valgrind
	@command -v valgrind >/dev/null || { echo 'interop-valgrind: needs valgrind: apt-get install valgrind' >&2; exit 2; }
	@valgrind -q --fair-sched=yes --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
	    $(INTEROP_BUILD)/endwell-interop --jobs 3 --seconds 60 --version 1.2 --role client --mode nonblocking

-include interop/divergences.mk
include interop/explore/explore.mk
include interop/system/system.mk
include interop/bench/bench.mk
include interop/world/world.mk
include interop/kit/kit.mk
include interop/faults/faults.mk
include interop/fuzz/fuzz.mk
