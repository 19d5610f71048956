# Long walks as shards of one job list. A walk NAME says what it is built from, runs a shard and adds up:
# NAME_TOOLS, NAME_SHARD, NAME_SUM (shards.py has the places in them).

WALKS  := explore explore-versions mutants faults lossless
SHARDS_FOLDER := $(BUILD)/shards
# Which of them (explore-versions needs LIBSSL as well), in how many parts each, and which part.
OF     ?= explore mutants faults lossless
SHARDS ?= 8
SHARD  ?=

.PHONY: shards shard shards-sum $(WALKS:%=sum-of-%)
shards: $(foreach walk,$(OF),$($(walk)_TOOLS)) ## test: explore, mutants, faults, lossless in SHARDS=8 parts each, resumable; OF='NAME ...' chooses
	@python3 proofs/lib/shards.py run $(SHARDS_FOLDER) --of $(SHARDS) --make '$(MAKE)' $(OF)
	@$(MAKE) --no-print-directory shards-sum

shard: $($(OF)_TOOLS) ## test: one shard of a long walk, here or on another machine: OF=NAME SHARD=K/N
	@python3 proofs/lib/shards.py one $(SHARDS_FOLDER) $(OF) $(SHARD) -- $($(OF)_SHARD)

shards-sum: $(OF:%=sum-of-%) ## test: what all shards in build/shards found, added up to the evidence of one machine: OF='NAME ...'
$(WALKS:%=sum-of-%): sum-of-%:
	@mkdir -p $(EVIDENCE)
	@python3 proofs/lib/shards.py sum $(SHARDS_FOLDER) $* -- $($*_SUM)

.PHONY: test-shards test-shards-quick
SHARDS_TEST = timeout 300 python3 proofs/lib/shards_test.py --faults $(CUTS_TOOL) --explore $(EXPLORE_TOOL) --certs $(BUILD)/certs
test-shards: $(GEN_TOOL) $(faults_TOOLS) $(explore_TOOLS) ## test: small walks in shards give what one machine gives; a shard lost, there twice or another's is found
	@command -v parallel >/dev/null || { echo 'test-shards: needs GNU parallel: apt-get install parallel' >&2; exit 2; }
	@$(SHARDS_TEST)

test-shards-quick: $(GEN_TOOL) $(faults_TOOLS) $(explore_TOOLS) ## test: test-shards, with half of its walks
	@command -v parallel >/dev/null || { echo 'test-shards: needs GNU parallel: apt-get install parallel' >&2; exit 2; }
	@$(SHARDS_TEST) --quick
