# Peers that are not OpenSSL's own tools, each as its users run it.

WORLD_BUILD := $(BUILD)/world
WORLD_PARTS := $(call room,world) \
    $(INTEROP_SIDES) lib/net lib/relay lib/records
WORLD_TOOL  := $(WORLD_BUILD)/endwell-world
WORLD_OBJS  := $(WORLD_PARTS:%=$(INTEROP_BUILD)/%.o)
WORLD_OURS  := $(INTEROP_OURS:%=$(INTEROP_BUILD)/%.o)

$(WORLD_TOOL): $(WORLD_OBJS) $(WORLD_OURS) | without-SIDE_PORTS
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(MATRIX_LIBS)

.PHONY: world-build
world-build: interop-tools certs $(WORLD_TOOL)

.PHONY: world test-world test-world-quick
world: world-build ## test: TLS programs of the world as peers, each in eight close orders; makes docs/peers.md (./setup build ports interop world)
	@mkdir -p $(EVIDENCE)
	@python3 interop/world/world.py --tool $(WORLD_TOOL) --certs $(BUILD)/certs \
	    --evidence $(EVIDENCE)/world.json; status=$$?; \
	[ $$status -gt 1 ] || python3 interop/world/page.py --$(WORLD_RUN) $(EVIDENCE)/world.json || exit 2; \
	[ $$status -gt 1 ] || python3 interop/world/reported.py || exit 2; \
	exit $$status
# further: what this run sees otherwise than the one that is kept is put beside it
WORLD_RUN ?= keep

WORLD_TEST = command -v python3 >/dev/null || { echo 'test-world: needs python3: apt-get install python3' >&2; exit 2; }; \
	timeout 300 python3 interop/world/test.py --tool $(WORLD_TOOL) --certs $(BUILD)/certs \
	    --build $(WORLD_BUILD) --compiler '$(CC) $(SRC_FLAGS) $(CFLAGS)' \
	    --linker '$(CC) $(CFLAGS) -o % $(WORLD_OBJS) $(WORLD_OURS) $(MATRIX_LIBS)'

test-world: world-build ## test: fake peers and bugs planted in our code, which world must judge rightly; docs/peers.md is up to date
	@$(WORLD_TEST)
	@python3 interop/world/page.py --check

test-world-quick: world-build ## test: half of test-world; docs/peers.md is up to date
	@$(WORLD_TEST) --quick
	@python3 interop/world/page.py --check

# Those of them that use libssl, watched by the auditor's tool.
.PHONY: audited test-audited
audited: world-build tool ## test: programs of the world under endwell run, each finding against the wire; makes docs/programs.md (./setup world)
	@mkdir -p $(EVIDENCE)
	@python3 interop/world/audited.py --tool $(WORLD_TOOL) --endwell $(TOOL_BUILD)/endwell --certs $(BUILD)/certs \
	    --evidence $(EVIDENCE)/audited.json --runs $(AUDITED_RUNS) $(AUDITED_ADD) --keep
	@python3 interop/world/reported.py
AUDITED_RUNS ?= 10
# --add: go on from the runs in the evidence, which a stopped one leaves.
AUDITED_ADD ?=

test-audited: world-build tool ## test: a judge that the wire contradicts, planted; docs/programs.md and docs/reports say what the figures do
	@command -v python3 >/dev/null || { echo 'test-audited: needs python3: apt-get install python3' >&2; exit 2; }
	@python3 interop/world/audited_test.py --tool $(WORLD_TOOL) --endwell $(TOOL_BUILD)/endwell --certs $(BUILD)/certs
	@python3 interop/world/audited_page.py --check
	@python3 interop/world/reported.py --check
