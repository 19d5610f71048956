# The same walk over our own library, on every engine: not one difference is allowed there. The
# objects are those that ship; the transport is the pair in memory, and every engine's memory the
# walk's heap, by an allocator in the place of the C library's.

OURS_TOOL  := $(EXPLORE_BUILD)/endwell-explore-ours
OURS_OBJS  := $(addprefix $(INTEROP_BUILD)/,$(INTEROP_ENGINES:%=%.o) \
    $(addprefix explore/subject_endwell,.o _memory.o _peer.o) lib/libssl_peer.o)
OURS_LIBS  := $(BUILT_PORTS:%=$(BUILD)/libendwell-%.a) $(BUILD)/libendwell.a
OURS_LINK  := $(BUILT_LINK) -lssl -lcrypto $(MBEDTLS_LINK) -lcjson -lcmark-gfm-extensions -lcmark-gfm
OURS_JUDGED := 'interop/explore/*.[ch]' 'interop/engines/*.[ch]' 'interop/lib/records.[ch]' 'src/*.[ch]' '$(CORE)/*.[ch]'

$(OURS_TOOL): $(EXPLORE_OBJS) $(OURS_OBJS) $(OURS_LIBS) | without-SIDE_PORTS
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(OURS_LINK)

# Steps of a sequence, and seconds of random walks after them, on each engine.
OURS_DEPTH   ?= 4
OURS_SECONDS ?= 4
OURS_WALKS = for engine in $(SIDE_PORTS); do \
	    $(EXPLORE_SEAL) $(EVIDENCE)/explore-ours-$${engine}$(1).json --sources $(OURS_JUDGED) -- \
	        $(OURS_TOOL) --subject endwell-$$engine --depth $(2) --random $(3) \
	        --evidence $(EVIDENCE)/explore-ours-$${engine}$(1).json || exit; \
	done

.PHONY: explore-ours explore-ours-quick test-explore-ours
explore-ours: $(OURS_TOOL) certs ## test: every sequence of calls on our library, to depth 4, on every engine; OURS_DEPTH=5 for more
	@$(call OURS_WALKS,,$(OURS_DEPTH),$(OURS_SECONDS))

explore-ours-quick: $(OURS_TOOL) certs ## test: every sequence of calls on our library, to depth 3, on every engine
	@$(call OURS_WALKS,_quick,3,1)

test-explore-ours: $(OURS_TOOL) certs ## test: bugs planted in our code that explore-ours must find
	@command -v python3 >/dev/null || { \
	    echo 'test-explore-ours: needs python3: apt-get install python3' >&2; exit 2; }
	@timeout 900 python3 proofs/lib/planted.py $(EXPLORE_BUILD)/planted \
	    '$(CC) $(SRC_FLAGS) $(CFLAGS)' \
	    '$(CC) $(CFLAGS) -o % @ $(EXPLORE_OBJS) $(OURS_OBJS) $(OURS_LIBS) $(OURS_LINK)' \
	    interop/explore/planted
