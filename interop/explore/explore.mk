# Every sequence of calls on a live libssl, held to the contract.

EXPLORE_BUILD := $(BUILD)/explore
EXPLORE_TOOL  := $(EXPLORE_BUILD)/endwell-explore
EXPLORE_FLAGS := -std=c11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror -Iinterop/explore \
    -I$(CORE) -Ispec -MMD -MP
EXPLORE_LIBS  := -lmbedtls -lmbedcrypto -lcjson -lcmark-gfm-extensions -lcmark-gfm -ldl
EXPLORE_PARTS := $(filter-out subject%,$(patsubst interop/explore/%.c,%,$(wildcard interop/explore/*.c)))
EXPLORE_OBJS  := $(EXPLORE_PARTS:%=$(EXPLORE_BUILD)/%.o) $(EXPLORE_BUILD)/tables.o \
    $(EXPLORE_BUILD)/records.o $(EXPLORE_BUILD)/gen_markdown.o $(EXPLORE_BUILD)/gen_text.o \
    $(EXPLORE_BUILD)/ew_core.o
EXPLORE_LIBSSL := $(EXPLORE_BUILD)/subject_libssl.o $(EXPLORE_BUILD)/subjects_libssl.o

$(EXPLORE_BUILD):
	@mkdir -p $@
$(EXPLORE_BUILD)/%.o: interop/explore/%.c | $(EXPLORE_BUILD)
	$(CC) $(EXPLORE_FLAGS) $(CFLAGS) -c -o $@ $<
$(EXPLORE_BUILD)/%.o: interop/%.c | $(EXPLORE_BUILD)
	$(CC) $(EXPLORE_FLAGS) $(CFLAGS) -c -o $@ $<
$(EXPLORE_BUILD)/gen_%.o: gen/%.c | $(EXPLORE_BUILD)
	$(CC) $(GEN_FLAGS) $(CFLAGS) -c -o $@ $<
$(EXPLORE_BUILD)/ew_core.o: $(CORE)/ew_core.c | $(EXPLORE_BUILD)
	$(CC) $(SRC_FLAGS) $(CFLAGS) -c -o $@ $<
$(EXPLORE_TOOL): $(EXPLORE_OBJS) $(EXPLORE_LIBSSL)
	$(CC) $(CFLAGS) -o $@ $^ $(EXPLORE_LIBS)
-include $(wildcard $(EXPLORE_BUILD)/*.d)

# Seconds of random walks after the exhaustive ones, in all.
RANDOM_SECONDS ?= 60

.PHONY: explore
explore: $(EXPLORE_TOOL) ## every sequence of calls on libssl, to depth 5 (about four minutes)
	@mkdir -p $(EVIDENCE)
	@$(EXPLORE_TOOL) --depth 5 --core --random $(RANDOM_SECONDS) --evidence $(EVIDENCE)/explore.json
include interop/explore/ours.mk
