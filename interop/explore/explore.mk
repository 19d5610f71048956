# Every sequence of calls on a live libssl, held to the contract.

EXPLORE_BUILD := $(BUILD)/explore
EXPLORE_TOOL  := $(EXPLORE_BUILD)/endwell-explore
EXPLORE_LIBS  := -lmbedtls -lmbedcrypto -lcjson -lcmark-gfm-extensions -lcmark-gfm -ldl
EXPLORE_PARTS := $(filter-out explore/subject%,$(call room,explore)) $(addprefix lib/,tables records whole frame net) gen/markdown gen/text
# Of them, what plays a sequence and knows the page: for the programs that play others.
EXPLORE_PLAYS := $(addprefix explore/,trial contract engine wire steps facts rules rules_page claims releases heap dice library) \
    lib/tables lib/records lib/whole gen/markdown gen/text
EXPLORE_OBJS  := $(EXPLORE_PARTS:%=$(INTEROP_BUILD)/%.o) $(SRC_BUILD)/ew_core.o
EXPLORE_LIBSSL := $(addprefix $(INTEROP_BUILD)/explore/,subject_libssl.o subjects_libssl.o)

$(EXPLORE_TOOL): $(EXPLORE_OBJS) $(EXPLORE_LIBSSL)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(EXPLORE_LIBS)

# What the evidence is about, and the seal of it.
EXPLORE_JUDGED := 'interop/explore/*.[ch]' 'interop/lib/records.[ch]' 'interop/lib/libssl_peer.[ch]' spec/divergences.md \
    $(CORE)/ew_core.c $(CORE)/ew_core.h
EXPLORE_SEAL := python3 proofs/lib/evidence.py
EXPLORE_WALK  = --depth 5 --core --random $(RANDOM_SECONDS) --also interop/explore/long.txt
EXPLORE_PROGRAMS = python3 interop/explore/programs.py --evidence $(EVIDENCE)/explore.json --tool $(EXPLORE_TOOL) \
    --build $(EXPLORE_BUILD)/programs
explore_TOOLS = $(EXPLORE_TOOL)
explore_SHARD = $(EXPLORE_TOOL) $(EXPLORE_WALK) --jobs 1 --shard {shard} --evidence {part}
explore_SUM   = $(EXPLORE_SEAL) $(EVIDENCE)/explore.json --sources $(EXPLORE_JUDGED) -- \
    $(EXPLORE_TOOL) --sum --complete --evidence $(EVIDENCE)/explore.json {parts} && $(EXPLORE_PROGRAMS)
EXPLORE_VERSIONS = python3 interop/explore/versions.py --tool $(EXPLORE_TOOL) --depth 4
explore-versions_TOOLS = $(EXPLORE_TOOL)
explore-versions_SHARD = $(EXPLORE_VERSIONS) --shard {shard} --out {part} $(LIBSSL)
explore-versions_SUM   = $(EXPLORE_VERSIONS) --out interop/explore/versions.json --parts {parts}

# Seconds of random walks after the exhaustive ones, in all.
RANDOM_SECONDS ?= 30
# Folders with other builds of libssl, for `make explore-versions`.
LIBSSL ?=

.PHONY: explore explore-versions findings test-explore
explore: $(EXPLORE_TOOL) ## test: every sequence of calls on libssl, to depth 5 (about four minutes)
	@$(EXPLORE_SEAL) $(EVIDENCE)/explore.json --sources $(EXPLORE_JUDGED) -- \
	    $(EXPLORE_TOOL) $(EXPLORE_WALK) --complete --evidence $(EVIDENCE)/explore.json
	@$(EXPLORE_PROGRAMS)

# Each DIR has a libssl, its libcrypto, and source.txt with what they were built from and its digest.
explore-versions: $(EXPLORE_TOOL) ## test: every sequence of calls, to depth 4, on builds of libssl, 3.0 and 4.0 among them: LIBSSL='DIR ...'
	@$(EXPLORE_VERSIONS) --out interop/explore/versions.json $(LIBSSL)

findings: $(EXPLORE_TOOL) ## look: make docs/openssl-close.md from the evidence of explore
	@python3 interop/explore/findings.py --tool $(EXPLORE_TOOL) --evidence $(EVIDENCE)/explore.json

test-explore: $(EXPLORE_TOOL) ## test: every sequence of calls on libssl, to depth 3, and what is wrong in it is found
	@interop/explore/explore_test.sh $(EXPLORE_TOOL) $(EXPLORE_BUILD)/test $(EXPLORE_OBJS) $(EXPLORE_LIBSSL)

include interop/explore/ours.mk
