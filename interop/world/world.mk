# Peers that are not OpenSSL's own tools, each as its users run it.

WORLD_BUILD := $(BUILD)/world
WORLD_EYES  := eyes $(BUILT_PORTS:%=eyes_%)
WORLD_PARTS := main world_steps world_judge world_records $(WORLD_EYES)
WORLD_SHARED := side_endwell $(BUILT_PORTS:%=side_%) libssl_context net relay records
WORLD_TOOL  := $(WORLD_BUILD)/endwell-world
WORLD_OBJS  := $(WORLD_PARTS:%=$(WORLD_BUILD)/%.o) $(WORLD_SHARED:%=$(INTEROP_BUILD)/%.o)
WORLD_OURS  := $(RUNNER_CODE:%=$(INTEROP_BUILD)/%.o)

$(WORLD_BUILD):
	@mkdir -p $@
$(WORLD_BUILD)/%.o: interop/world/%.c | $(WORLD_BUILD)
	$(CC) $(INTEROP_FLAGS) $(CFLAGS) -c -o $@ $<
$(WORLD_BUILD)/eyes.o: $(BUILD)/engines.h
$(WORLD_TOOL): $(WORLD_OBJS) $(WORLD_OURS)
	$(CC) $(CFLAGS) -o $@ $^ $(INTEROP_LIBS)
-include $(wildcard $(WORLD_BUILD)/*.d)

.PHONY: world-build
world-build: interop-tools certs $(WORLD_TOOL)

.PHONY: interop-world check-world
interop-world: world-build ## TLS programs of the world as peers, each in six close orders; docs/peers.md (./setup world)
	@mkdir -p $(EVIDENCE)
	@python3 interop/world/world.py --tool $(WORLD_TOOL) --certs $(BUILD)/certs \
	    --evidence $(EVIDENCE)/world.json; status=$$?; \
	[ $$status -gt 1 ] || python3 interop/world/page.py --keep $(EVIDENCE)/world.json || exit 2; \
	exit $$status

check-world: world-build ## peers that misbehave on purpose are told so, and defects of ours fail; docs/peers.md is what its figures say
	@command -v python3 >/dev/null || { echo 'check-world: needs python3: apt-get install python3' >&2; exit 2; }
	@timeout 120 python3 interop/world/test.py --tool $(WORLD_TOOL) --certs $(BUILD)/certs \
	    --build $(WORLD_BUILD) --compiler '$(CC) $(SRC_FLAGS) $(CFLAGS)' \
	    --linker '$(CC) $(CFLAGS) -o % $(WORLD_OBJS) $(WORLD_OURS) $(INTEROP_LIBS)'
	@python3 interop/world/page.py --check
