# Truncation at every byte of the last flights, on every engine that was built.

CUTS_TOOL  := $(INTEROP_BUILD)/endwell-faults
CUTS_LINK  := $(BUILT_LINK) $(MBEDTLS_LINK) -lssl -lcrypto -lcjson -lpthread
CUTS_PARTS := $(call room,cuts) $(INTEROP_SIDES) $(addprefix lib/,results whole net records) $(INTEROP_OURS)
# Cells of 1000 in `make faults-quick`.
CUTS_SAMPLE ?= 40

define CUTS_MODE
$(BUILD)/$(1)/endwell-faults: $(CUTS_PARTS:%=$(BUILD)/$(1)/%.o) | without-SIDE_PORTS
	$$(CC) $$($(1)_FLAGS) -o $$@ $$^ $$(CUTS_LINK)
endef
$(foreach mode,$(INTEROP_MODES),$(eval $(call CUTS_MODE,$(mode))))

.PHONY: faults faults-quick test-faults faults-asan
faults: interop-tools certs $(CUTS_TOOL) ## test: the last flights of a close cut at every byte, each way, on every engine
	@python3 interop/lib/record.py --tool $(CUTS_TOOL) --out $(EVIDENCE)/faults.json -- --certs $(BUILD)/certs

faults-quick: interop-tools certs $(CUTS_TOOL) ## test: a sample of the cuts of faults, chosen by the specification
	@python3 interop/lib/record.py --tool $(CUTS_TOOL) --out $(EVIDENCE)/faults_sample.json --sample $(CUTS_SAMPLE) -- --certs $(BUILD)/certs

test-faults: interop-tools certs $(CUTS_TOOL) ## test: ports that break a promise, which faults must find, each by its name
	@timeout 120 $(CUTS_TOOL) --certs $(BUILD)/certs --self-test

faults-asan: interop-tools certs $(BUILD)/interop-asan/endwell-faults ## test: a sample of the cuts of faults, under AddressSanitizer and UBSan
	@ASAN_OPTIONS=detect_leaks=1 $(BUILD)/interop-asan/endwell-faults --certs $(BUILD)/certs --sample 10
