# The same walk over our own library, on both engines: not one difference is allowed there.
# The objects are those that ship. The linker puts the wire in the place of their system calls, and
# the heap in the place of mbedTLS's memory, which is why that is linked from its archives.

OURS_PORTS_LACKS := bearssl gnutls wolfssl
$(eval $(call ADAPTERS,OURS_PORTS,explore-ours,interop/explore/subject_endwell_%.c))
OURS_TOOL := $(EXPLORE_BUILD)/endwell-explore-ours
OURS_OBJS := $(addprefix $(INTEROP_BUILD)/explore/subject,_endwell.o _endwell_openssl.o _endwell_mbedtls.o \
    _endwell_peer.o s_endwell.o) $(INTEROP_BUILD)/lib/libssl_peer.o
OURS_LIBS := $(BUILD)/libendwell-openssl.a $(BUILD)/libendwell-mbedtls.a $(BUILD)/libendwell.a
OURS_LINK := -Wl,--wrap=recv,--wrap=send,--wrap=fcntl,--wrap=getsockopt,--wrap=poll \
    -Wl,--wrap=calloc,--wrap=free -lssl -lcrypto -l:libmbedtls.a -l:libmbedx509.a \
    -l:libmbedcrypto.a -lcjson -lcmark-gfm-extensions -lcmark-gfm

$(OURS_TOOL): $(EXPLORE_OBJS) $(OURS_OBJS) $(OURS_LIBS) | without-OURS_PORTS
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(OURS_LINK)

# Steps of a sequence, and seconds of random walks after them, on each engine.
OURS_DEPTH   ?= 4
OURS_SECONDS ?= 10
OURS_WALKS = for engine in openssl mbedtls; do \
	    $(EXPLORE_SEAL) $(EVIDENCE)/explore-ours-$${engine}$(1).json -- \
	        $(OURS_TOOL) --subject endwell-$$engine --depth $(OURS_DEPTH) --random $(2) \
	        --evidence $(EVIDENCE)/explore-ours-$${engine}$(1).json || exit; \
	done

.PHONY: explore-ours explore-ours-quick test-explore-ours
explore-ours: $(OURS_TOOL) ## test: every sequence of calls on our library, on OpenSSL and mbedTLS, and random walks
	@$(call OURS_WALKS,,$(OURS_SECONDS))

explore-ours-quick: $(OURS_TOOL) ## test: every sequence of explore-ours, and a second of random walks on each engine
	@$(call OURS_WALKS,_quick,1)

test-explore-ours: $(OURS_TOOL) ## test: bugs planted in our code that explore-ours must find
	@command -v python3 >/dev/null || { \
	    echo 'test-explore-ours: needs python3: apt-get install python3' >&2; exit 2; }
	@timeout 300 python3 proofs/lib/planted.py $(EXPLORE_BUILD)/planted \
	    '$(CC) $(SRC_FLAGS) $(CFLAGS)' \
	    '$(CC) $(CFLAGS) -o % @ $(EXPLORE_OBJS) $(OURS_OBJS) $(OURS_LIBS) $(OURS_LINK)' \
	    interop/explore/planted
