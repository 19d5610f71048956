# Nothing is lost: megabytes in flight while either side closes, on every engine that was built.

LOSSLESS_TOOL  := $(INTEROP_BUILD)/endwell-lossless
# An engine alone.
$(eval $(call ADAPTERS,PLAIN_PORTS,lossless,interop/engines/plain_%.c,openssl))
LOSSLESS_PARTS := $(call room,lossless) \
    $(patsubst %,engines/plain_%,$(filter-out openssl,$(PLAIN_PORTS))) $(INTEROP_SIDES) \
    $(addprefix lib/,side_libssl results whole net frame processes) $(INTEROP_OURS)

$(LOSSLESS_TOOL): $(LOSSLESS_PARTS:%=$(INTEROP_BUILD)/%.o) | without-SIDE_PORTS without-PLAIN_PORTS
	$(CC) $(CFLAGS) -o $@ $^ $(CUTS_LINK)

lossless_TOOLS = certs $(LOSSLESS_TOOL)
lossless_SHARD = $(LOSSLESS_TOOL) --certs $(BUILD)/certs --shard {shard} --out {part}
lossless_SUM   = $(call CUTS_SEALED,lossless) python3 interop/lib/sums.py --out $(EVIDENCE)/lossless.json {parts}

.PHONY: lossless lossless-quick test-lossless
lossless: interop-tools certs $(LOSSLESS_TOOL) ## test: 8 and 64 MB in flight while either side closes; each engine's own close beside it
	@$(call CUTS_SEALED,lossless) $(LOSSLESS_TOOL) --certs $(BUILD)/certs --out $(EVIDENCE)/lossless.json

lossless-quick: interop-tools certs $(LOSSLESS_TOOL) ## test: 8 MB in flight while either side closes, in fewer runs than lossless
	@$(call CUTS_SEALED,lossless_quick) $(LOSSLESS_TOOL) --certs $(BUILD)/certs --quick --out $(EVIDENCE)/lossless_quick.json

test-lossless: interop-tools certs $(LOSSLESS_TOOL) ## test: a careless close and altered bytes, which lossless must find
	@timeout 300 $(LOSSLESS_TOOL) --certs $(BUILD)/certs --self-test
