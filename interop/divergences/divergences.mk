# Where plain libssl differs from the contract: the sequences of spec/divergences.md, played by what the
# walk has, and the scenarios.

DIVERGENCES_PARTS := $(call room,divergences) $(EXPLORE_PLAYS) src/ew_core
DIVERGENCES_LIBS  := -lssl -lcrypto $(EXPLORE_LIBS)
DIVERGENCES_TOOL  := $(INTEROP_BUILD)/endwell-divergences

define DIVERGENCES_MODE
$(BUILD)/$(1)/endwell-divergences: $(DIVERGENCES_PARTS:%=$(BUILD)/$(1)/%.o)
	$$(CC) $$($(1)_FLAGS) -o $$@ $$^ $$(DIVERGENCES_LIBS)
endef
$(foreach mode,$(INTEROP_MODES),$(eval $(call DIVERGENCES_MODE,$(mode))))

.PHONY: divergences test-divergences divergences-asan
divergences: interop-build $(DIVERGENCES_TOOL) ## test: plain libssl held to the contract
	@mkdir -p $(EVIDENCE)
	@timeout 300 $(INTEROP_BUILD)/endwell-interop --engine libssl --jobs 20 --seconds 30 \
	    --differences $(INTEROP_BUILD)/differences.json
	@python3 proofs/lib/evidence.py $(EVIDENCE)/divergences.json \
	    --sources 'interop/divergences/*.[ch]' $(EXPLORE_JUDGED) $(MATRIX_JUDGED) -- \
	    timeout 300 $(DIVERGENCES_TOOL) --differences $(INTEROP_BUILD)/differences.json \
	    --evidence $(EVIDENCE)/divergences.json

test-divergences: $(DIVERGENCES_TOOL) ## test: wrong pages about OpenSSL, which divergences must report
	@timeout 300 interop/divergences/divergences_test.sh $(DIVERGENCES_TOOL) $(INTEROP_BUILD)/divergences/test

divergences-asan: $(BUILD)/interop-asan/endwell-divergences ## test: plain libssl held to the contract, under AddressSanitizer and UBSan
	@ASAN_OPTIONS=detect_leaks=1 timeout 300 $(BUILD)/interop-asan/endwell-divergences
