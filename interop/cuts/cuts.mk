# Truncation at every byte of the last flights, on every engine that was built.

CUTS_TOOL  := $(INTEROP_BUILD)/endwell-faults
CUTS_LINK  := $(BUILT_LINK) $(MBEDTLS_LINK) -lssl -lcrypto -lcjson -lpthread
CUTS_PARTS := $(call room,cuts) $(INTEROP_SIDES) $(addprefix lib/,results whole net frame processes records) $(INTEROP_OURS)
# Cells of 1000 in `make faults-quick`.
CUTS_SAMPLE ?= 20

# The sample is chosen by the specification, so that it is the same for all who look at the same one.
ROOM_cuts = $(ROOM_kit)
$(foreach mode,$(INTEROP_MODES),$(BUILD)/$(mode)/cuts/main.o): $(CORE)/ew_core.h
define CUTS_MODE
$(BUILD)/$(1)/endwell-faults: $(CUTS_PARTS:%=$(BUILD)/$(1)/%.o) | without-SIDE_PORTS
	$$(CC) $$($(1)_FLAGS) -o $$@ $$^ $$(CUTS_LINK)
endef
$(foreach mode,$(INTEROP_MODES),$(eval $(call CUTS_MODE,$(mode))))

# What runs a tool of these two rooms, whose evidence has that name.
CUTS_SEALED = python3 proofs/lib/evidence.py $(EVIDENCE)/$(1).json --sources 'interop/cuts/*.[ch]' \
    'interop/lossless/*.[ch]' 'interop/lib/*.[ch]' 'interop/engines/*.[ch]' 'src/*.[ch]' '$(CORE)/*.[ch]' --
faults_TOOLS = certs $(CUTS_TOOL)
faults_SHARD = $(CUTS_TOOL) --certs $(BUILD)/certs --shard {shard} --out {part}
faults_SUM   = $(call CUTS_SEALED,faults) python3 interop/lib/sums.py --out $(EVIDENCE)/faults.json {parts}

.PHONY: faults faults-quick test-faults faults-asan
faults: interop-tools certs $(CUTS_TOOL) ## test: the last flights of a close cut at every byte, each way, on every engine
	@$(call CUTS_SEALED,faults) $(CUTS_TOOL) --certs $(BUILD)/certs --out $(EVIDENCE)/faults.json

faults-quick: interop-tools certs $(CUTS_TOOL) ## test: a sample of the cuts of faults, chosen by the specification
	@$(call CUTS_SEALED,faults_sample) $(CUTS_TOOL) --certs $(BUILD)/certs --out $(EVIDENCE)/faults_sample.json \
	    --sample $(CUTS_SAMPLE)

test-faults: interop-tools certs $(CUTS_TOOL) ## test: ports that break a promise, which faults must find, each by its name
	@timeout 300 $(CUTS_TOOL) --certs $(BUILD)/certs --self-test

faults-asan: interop-tools certs $(BUILD)/interop-asan/endwell-faults ## test: a sample of the cuts of faults, under AddressSanitizer and UBSan
	@ASAN_OPTIONS=detect_leaks=1 $(BUILD)/interop-asan/endwell-faults --certs $(BUILD)/certs --sample 10
