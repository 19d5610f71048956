# The conformance kit: every port through scripted faults; and wrong ports that it has to catch.
#
# An engine joins with its block in src/src.mk (ENGINES), its port in src/port_NAME.c, and
# interop/kit/engine_NAME.c, which defines kit_NAME; interop/kit/own_NAME.c holds the engine's own
# calls, if its port can adopt. One that is off is left out, and named.

KIT_BUILD := $(BUILD)/kit
KIT_PARTS := main self_test report settings sweep trial socket peer scenarios scenarios_sending \
    scenarios_receiving scenarios_blocked scenarios_life scenarios_optional wrong wrong_ports wrong_blocked \
    wrong_optional
KIT_FLAGS := $(INTEROP_FLAGS) -Iinterop/kit
KIT_LINK  := $(BUILT_LINK) -lssl -lcrypto $(MBEDTLS_LINK) -lcjson -Wl,--wrap=send,--wrap=recv
KIT_NAMES := $(BUILT_PORTS)
# Of these the engine's own calls: they can be adopted.
KIT_OWN   := $(filter $(patsubst interop/kit/own_%.c,%,$(wildcard interop/kit/own_*.c)),$(KIT_NAMES))
# Of the faults one in so many, in `make kit-quick`.
KIT_SAMPLE ?= 6

KIT_TOOL := $(KIT_BUILD)/endwell-kit
KIT_OBJS := $(KIT_PARTS:%=$(KIT_BUILD)/%.o) $(KIT_BUILD)/records.o \
    $(addprefix $(KIT_BUILD)/src/,$(addsuffix .o,$(CONN_CODE) transport ew_core)) \
    $(foreach name,$(KIT_NAMES),$(KIT_BUILD)/engine_$(name).o $(KIT_BUILD)/src/port_$(name).o) \
    $(KIT_OWN:%=$(KIT_BUILD)/own_%.o)
KIT_JUDGED := 'interop/kit/*.*' 'interop/records.[ch]' 'src/*.[ch]' $(CORE)/ew_core.h

$(KIT_BUILD) $(KIT_BUILD)/src:
	@mkdir -p $@
$(KIT_BUILD)/%.o: interop/kit/%.c | $(KIT_BUILD)
	$(CC) $(KIT_FLAGS) $(CFLAGS) -c -o $@ $<
$(KIT_BUILD)/records.o: interop/records.c | $(KIT_BUILD)
	$(CC) $(KIT_FLAGS) $(CFLAGS) -c -o $@ $<
$(KIT_BUILD)/src/%.o: src/%.c | $(KIT_BUILD)/src
	$(CC) $(SRC_FLAGS) $(CFLAGS) -c -o $@ $<
$(KIT_BUILD)/src/ew_core.o: $(CORE)/ew_core.c | $(KIT_BUILD)/src
	$(CC) $(SRC_FLAGS) $(CFLAGS) -c -o $@ $<
$(KIT_BUILD)/settings.o: KIT_FLAGS += '-DKIT_ENGINES=$(foreach name,$(KIT_NAMES),KIT_ENGINE($(name)))'
$(KIT_BUILD)/settings.o: interop/kit/kit.mk $(BUILD)/engines.h
$(KIT_BUILD)/sweep.o: KIT_FLAGS += -DEW_SPEC_DIGEST='"$(shell sed -n 's/.*spec_sha256 //p' $(CORE)/ew_core.h)"'
$(KIT_BUILD)/sweep.o: $(CORE)/ew_core.h
$(KIT_TOOL): $(KIT_OBJS)
	$(CC) $(CFLAGS) -o $@ $^ $(KIT_LINK)
-include $(wildcard $(KIT_BUILD)/*.d $(KIT_BUILD)/src/*.d)

.PHONY: kit kit-quick check-kit kit-build
kit-build: interop-tools ports certs $(KIT_TOOL)

# Runs the kit and seals what it found: arguments of its own, the evidence's name.
define KIT_RUN
@mkdir -p $(EVIDENCE)
@rm -f $(KIT_BUILD)/$(2).json; $(KIT_TOOL) $(1) --result $(KIT_BUILD)/$(2).json; status=$$?; \
[ ! -e $(KIT_BUILD)/$(2).json ] || { python3 interop/kit/kit_evidence.py $(KIT_BUILD)/$(2).json \
    $(EVIDENCE)/$(2).json && python3 proofs/evidence.py $(EVIDENCE)/$(2).json \
    --sources $(KIT_JUDGED); } || exit 2; \
exit $$status
endef

kit: kit-build ## every port through scripted faults at every operation; what each port owes
	$(call KIT_RUN,,kit)

kit-quick: kit-build ## every scenario, and a sample of the faults, chosen by the specification
	$(call KIT_RUN,--sample $(KIT_SAMPLE),kit_sample)

check-kit: kit-build ## a wrong port for each obligation, which the kit has to catch by its name on every engine
	@interop/kit/page_test.sh $(KIT_TOOL)
	@$(KIT_TOOL) --self-test
	@timeout 300 python3 interop/explore/defects.py $(KIT_BUILD)/defects \
	    '$(CC) $(SRC_FLAGS) $(CFLAGS)' \
	    '$(CC) $(CFLAGS) -o % @ $(filter-out $(KIT_BUILD)/src/port_openssl.o,$(KIT_OBJS)) $(KIT_LINK)' \
	    interop/kit/defects
