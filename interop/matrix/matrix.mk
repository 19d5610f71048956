# Live peers: every scenario against OpenSSL, with each engine on our side, and plain libssl.

PEER_PARTS   := $(addprefix matrix/,peer_main peer peer_steps peer_records) lib/net
MATRIX_PARTS := $(filter-out matrix/peer matrix/peer_%,$(call room,matrix)) $(INTEROP_SIDES) \
    $(addprefix lib/,side_libssl net relay results whole frame) $(INTEROP_OURS)
MATRIX_LIBS  := $(BUILT_LINK) -lcjson -lpthread
# What the evidence is about: patterns for proofs/lib/evidence.py, which seals it.
MATRIX_JUDGED := 'interop/matrix/*.[ch]' 'interop/lib/*.[ch]' 'interop/engines/*.[ch]' 'src/*.[ch]' '$(CORE)/*.[ch]'

define MATRIX_MODE
$(BUILD)/$(1)/peer: $(PEER_PARTS:%=$(BUILD)/$(1)/%.o)
	$$(CC) $$($(1)_FLAGS) -o $$@ $$^ -lssl -lcrypto -lcjson
$(BUILD)/$(1)/endwell-interop: $(MATRIX_PARTS:%=$(BUILD)/$(1)/%.o) | without-SIDE_PORTS
	$$(CC) $$($(1)_FLAGS) -o $$@ $$^ $$(MATRIX_LIBS)
endef
$(foreach mode,$(INTEROP_MODES),$(eval $(call MATRIX_MODE,$(mode))))

.PHONY: interop-matrix interop-build interop interop-quick test-interop interop-asan interop-valgrind
interop-build: interop-tools certs $(INTEROP_BUILD)/endwell-interop $(INTEROP_BUILD)/peer

interop-matrix: interop-build
	@python3 proofs/lib/evidence.py $(EVIDENCE)/interop.json --sources $(MATRIX_JUDGED) -- \
	    $(INTEROP_BUILD)/endwell-interop --evidence $(EVIDENCE)/interop.json

interop: interop-matrix ## test: every scenario against live OpenSSL peers; then plain libssl held to the contract
	@$(MAKE) --no-print-directory divergences

interop-quick: interop-build ## test: a sixth of the cells of interop, and all of plain libssl
	@part=$$(python3 proofs/lib/sample.py 6 1 2 3 4 5 6) && \
	    python3 proofs/lib/evidence.py $(EVIDENCE)/interop_sample.json --sources $(MATRIX_JUDGED) -- \
	    $(INTEROP_BUILD)/endwell-interop --shard $$part/6 --evidence $(EVIDENCE)/interop_sample.json
	@$(MAKE) --no-print-directory divergences

test-interop: interop-build test-divergences ## test: scenarios that have to fail, which interop must report; wrong pages, which divergences must report
	@$(INTEROP_BUILD)/endwell-interop --self-test

interop-asan: interop-tools certs $(BUILD)/interop-asan/endwell-interop $(BUILD)/interop-asan/peer ## test: every scenario of interop under AddressSanitizer and UBSan
	@ASAN_OPTIONS=detect_leaks=1 $(BUILD)/interop-asan/endwell-interop --jobs 3

interop-valgrind: interop-build ## test: some scenarios of interop under valgrind
	@command -v valgrind >/dev/null || { echo 'interop-valgrind: needs valgrind: apt-get install valgrind' >&2; exit 2; }
	@valgrind -q --fair-sched=yes --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
	    $(INTEROP_BUILD)/endwell-interop --jobs 3 --seconds 60 --version 1.2 --role client --mode nonblocking
