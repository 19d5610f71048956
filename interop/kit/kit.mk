# The conformance kit: every port through scripted faults; and wrong ports that it has to catch.
#
# An engine joins with its block in src/src.mk (ENGINES), its port in src/port_NAME.c, and
# interop/engines/NAME.c, which defines tls_NAME; interop/engines/own_NAME.c holds the engine's own
# calls, if its port can adopt. One that is off is left out, and named.

KIT_BUILD := $(BUILD)/kit
KIT_PARTS := $(call room,kit) engines/limits $(addprefix lib/,records libssl_peer whole frame processes net) \
    $(addprefix src/,$(CONN_CODE) transport $(MACHINES))
KIT_LINK  := $(BUILT_LINK) -lssl -lcrypto $(MBEDTLS_LINK) -lcjson -Wl,--wrap=send,--wrap=recv
# Of the faults one in so many, in `make kit-quick`.
KIT_SAMPLE ?= 40

KIT_TOOL := $(KIT_BUILD)/endwell-kit
KIT_OBJS := $(patsubst %,$(INTEROP_BUILD)/%.o,$(KIT_PARTS) $(INTEROP_ENGINES) \
    $(SIDE_PORTS:%=src/port_%))
KIT_JUDGED := 'interop/kit/*.*' 'interop/engines/*.[ch]' 'interop/lib/records.[ch]' 'interop/lib/libssl_peer.[ch]' 'src/*.[ch]' '$(CORE)/*.[ch]'

ROOM_kit := -DEW_SPEC_DIGEST='"$(shell sed -n 's/.*spec_sha256 //p' $(CORE)/ew_core.h)"'
$(INTEROP_BUILD)/kit/sweep.o: $(CORE)/ew_core.h
$(KIT_TOOL): $(KIT_OBJS) | without-SIDE_PORTS
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(KIT_LINK)

# For ports outside this tree: all but the table of engines, in one object that shows no other names than
# those that a program with its own table and adapters is linked by.
OBJCOPY  ?= objcopy
KIT_LIB  := $(BUILD)/libendwell-kit.a
KIT_HEADERS := interop/kit/kit.h src/port_common.h
KIT_ABLE := $(if $(filter yesyes,$(MBEDTLS)$(OPENSSL)),$(wildcard /usr/include/cjson/cJSON.h))
endwell-kit_ABOUT := TLS close you can prove: the kit that puts ports on trial
endwell-kit_PRIVATE := -l:libendwell.a -Wl,--wrap=send,--wrap=recv $(if $(MBEDTLS_LIBDIR),-L$(MBEDTLS_LIBDIR)) -lmbedcrypto -lssl -lcrypto -lcjson
$(INTEROP_BUILD)/kit_whole.o: $(filter-out %/engines.o,$(patsubst %,$(INTEROP_BUILD)/%.o,$(filter-out src/%,$(KIT_PARTS))))
	$(CC) -r -nostdlib -o $@.all $^
	$(OBJCOPY) --keep-global-symbol=main --keep-global-symbol=__wrap_send --keep-global-symbol=__wrap_recv $@.all $@
$(KIT_LIB): $(INTEROP_BUILD)/kit_whole.o
	rm -f $@
	$(AR) rcs $@ $^
$(eval $(call PC_FILE,endwell-kit))

.PHONY: install-kit uninstall-kit $(SRC_BUILD)/endwell-kit.pc
install: install-kit
uninstall: uninstall-kit
ifneq ($(KIT_ABLE),)
install-kit: $(KIT_LIB) $(SRC_BUILD)/endwell-kit.pc
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR)
	install -m 644 $(KIT_LIB) $(DESTDIR)$(LIBDIR)
	install -m 644 $(SRC_BUILD)/endwell-kit.pc $(DESTDIR)$(LIBDIR)/pkgconfig
	install -d $(DESTDIR)$(INCLUDEDIR)/engines
	install -m 644 $(KIT_HEADERS) $(DESTDIR)$(INCLUDEDIR)
	install -m 644 interop/engines/engine.h $(DESTDIR)$(INCLUDEDIR)/engines
else
install-kit:
	@echo 'install: without the kit for ports, which needs mbedTLS, OpenSSL and cJSON: apt-get install libmbedtls-dev libssl-dev libcjson-dev'
endif
uninstall-kit:
	rm -f $(DESTDIR)$(LIBDIR)/libendwell-kit.a $(DESTDIR)$(LIBDIR)/pkgconfig/endwell-kit.pc
	rm -f $(addprefix $(DESTDIR)$(INCLUDEDIR)/,$(notdir $(KIT_HEADERS)) engines/engine.h)
	-rmdir $(DESTDIR)$(INCLUDEDIR)/engines 2>/dev/null

.PHONY: kit kit-quick kit-limits test-kit test-kit-quick kit-build test-port-by-the-book
kit-build: interop-tools ports certs $(KIT_TOOL)

kit: kit-build ## use: scripted faults at every operation of every port: tells what a port owes (also one of your own)
	@python3 proofs/lib/evidence.py $(EVIDENCE)/kit.json --sources $(KIT_JUDGED) -- $(KIT_TOOL) --result $(EVIDENCE)/kit.json

kit-quick: kit-build ## use: the kit's every scenario, and a sample of its faults
	@python3 proofs/lib/evidence.py $(EVIDENCE)/kit_sample.json --sources $(KIT_JUDGED) -- \
	    $(KIT_TOOL) --sample $(KIT_SAMPLE) --result $(EVIDENCE)/kit_sample.json

kit-limits: kit-build ## use: writes what the engines cannot do, by which tools excuse them, into docs/capabilities.md
	@interop/kit/page_test.sh --write $(KIT_TOOL)

KIT_PLANTED = timeout 900 python3 proofs/lib/planted.py $(KIT_BUILD)/planted \
	    '$(CC) $(SRC_FLAGS) $(CFLAGS)' \
	    '$(CC) $(CFLAGS) -o % @ $(filter-out $(INTEROP_BUILD)/src/port_openssl.o,$(KIT_OBJS)) $(KIT_LINK)' \
	    interop/kit/planted
test-kit: kit-build ## test: a wrong port for each obligation, which the kit must catch by its name on every engine
	@interop/kit/page_test.sh $(KIT_TOOL)
	@$(KIT_TOOL) --self-test
	@$(KIT_PLANTED)

test-kit-quick: kit-build ## test: test-kit, with an eighth of the wrong ports and of the planted bugs
	@interop/kit/page_test.sh $(KIT_TOOL)
	@part=$$(python3 proofs/lib/sample.py 8 1 2 3 4 5 6 7 8) && $(KIT_TOOL) --self-test --part $$part/8
	@$(KIT_PLANTED) 8

test-port-by-the-book: interop-tools ## test: a port made by docs/porting.md, in a copy of the tree and outside it with the installed kit
	@command -v pkg-config >/dev/null || { echo 'test-port-by-the-book: needs pkg-config: apt-get install pkg-config' >&2; exit 2; }
	@MAKE='$(MAKE)' CC='$(CC)' interop/kit/by_the_book.sh $(BUILD)/by_the_book
