# Truncation at every byte of the last flights, on every engine that was built.

FAULTS_BUILD := $(BUILD)/faults
FAULTS_TOOL  := $(FAULTS_BUILD)/endwell-faults
FAULTS_LINK  := $(BUILT_LINK) $(MBEDTLS_LINK) -lssl -lcrypto -lcjson -lpthread
FAULTS_FLAGS := $(INTEROP_FLAGS) -Iinterop/faults
FAULTS_PARTS := results $(patsubst interop/faults/%.c,%,$(wildcard interop/faults/fault_*.c))
LOSSLESS_TOOL  := $(FAULTS_BUILD)/endwell-lossless
# Of the engines alone those whose ports were built.
LOSSLESS_PARTS := results fault_engines $(filter-out lossless_plain_%,$(patsubst interop/faults/%.c,%, \
    $(wildcard interop/faults/lossless_*.c))) $(patsubst %,lossless_plain_%,$(filter-out openssl,$(BUILT_PORTS)))
LOSSLESS_CODE  := net libssl_context side_endwell side_libssl $(BUILT_PORTS:%=side_%)
FAULTS_CODE  := net records libssl_context side_endwell $(BUILT_PORTS:%=side_%)
FAULTS_OURS  := $(CONN_CODE) transport ew_core $(BUILT_PORTS:%=port_%)
# Cells of 1000 in `make faults-quick`.
FAULTS_SAMPLE ?= 40
FAULTS_MODES := faults faults-asan
faults_FLAGS      := $(CFLAGS)
faults-asan_FLAGS := $(interop-asan_FLAGS)

define FAULTS_MODE
$(BUILD)/$(1):
	@mkdir -p $$@
$(BUILD)/$(1)/%.o: interop/faults/%.c interop/faults/faults.mk | $(BUILD)/$(1)
	$$(CC) $$(FAULTS_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/%.o: interop/%.c | $(BUILD)/$(1)
	$$(CC) $$(INTEROP_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/%.o: src/%.c | $(BUILD)/$(1)
	$$(CC) $$(SRC_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/ew_core.o: $(CORE)/ew_core.c | $(BUILD)/$(1)
	$$(CC) $$(SRC_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
$(BUILD)/$(1)/fault_engines.o $(BUILD)/$(1)/lossless_plain.o: $(BUILD)/engines.h
$(BUILD)/$(1)/endwell-faults: $(FAULTS_PARTS:%=$(BUILD)/$(1)/%.o) $(FAULTS_CODE:%=$(BUILD)/$(1)/%.o) \
                              $(FAULTS_OURS:%=$(BUILD)/$(1)/%.o)
	$$(CC) $$($(1)_FLAGS) -o $$@ $$^ $$(FAULTS_LINK)
$(BUILD)/$(1)/endwell-lossless: $(LOSSLESS_PARTS:%=$(BUILD)/$(1)/%.o) $(LOSSLESS_CODE:%=$(BUILD)/$(1)/%.o) \
                                $(FAULTS_OURS:%=$(BUILD)/$(1)/%.o)
	$$(CC) $$($(1)_FLAGS) -o $$@ $$^ $$(FAULTS_LINK)
-include $(wildcard $(BUILD)/$(1)/*.d)
endef
$(foreach mode,$(FAULTS_MODES),$(eval $(call FAULTS_MODE,$(mode))))

.PHONY: faults faults-quick check-faults faults-asan lossless lossless-quick check-lossless
faults: interop-tools certs $(FAULTS_TOOL) ## the last flights cut at every byte, each way, on every engine
	@python3 interop/faults/record.py --tool $(FAULTS_TOOL) --out $(EVIDENCE)/faults.json -- --certs $(BUILD)/certs

faults-quick: interop-tools certs $(FAULTS_TOOL) ## a sample of that, chosen by the specification
	@python3 interop/faults/record.py --tool $(FAULTS_TOOL) --out $(EVIDENCE)/faults_sample.json --sample $(FAULTS_SAMPLE) -- --certs $(BUILD)/certs

check-faults: interop-tools certs $(FAULTS_TOOL) ## ports that break a promise are found, each by its name
	@timeout 120 $(FAULTS_TOOL) --certs $(BUILD)/certs --self-test

faults-asan: interop-tools certs $(BUILD)/faults-asan/endwell-faults ## a sample under AddressSanitizer and UBSan
	@ASAN_OPTIONS=detect_leaks=1 $(BUILD)/faults-asan/endwell-faults --certs $(BUILD)/certs --sample 10

lossless: interop-tools certs $(LOSSLESS_TOOL) ## 8 and 64 MB in flight while either side closes; engines alone beside it
	@python3 interop/faults/record.py --tool $(LOSSLESS_TOOL) --out $(EVIDENCE)/lossless.json -- --certs $(BUILD)/certs

lossless-quick: interop-tools certs $(LOSSLESS_TOOL) ## the same with 8 MB, and fewer runs
	@python3 interop/faults/record.py --tool $(LOSSLESS_TOOL) --out $(EVIDENCE)/lossless_quick.json -- --certs $(BUILD)/certs --quick

check-lossless: interop-tools certs $(LOSSLESS_TOOL) ## a careless close, and altered bytes, are found
	@timeout 60 $(LOSSLESS_TOOL) --certs $(BUILD)/certs --self-test
