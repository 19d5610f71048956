# The libraries, their installation, and their tests.
#
# Ports are built when their engine's headers are found; OPENSSL=no or MBEDTLS=no leaves one out.

VERSION := 0.1.0
SOVERSION := 0
CORE    ?= gen/out

LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include/endwell
MANDIR     ?= $(PREFIX)/share/man

SRC_BUILD := $(BUILD)/src
WARNINGS  := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Werror
SRC_FLAGS := -std=c99 -D_POSIX_C_SOURCE=200809L $(WARNINGS) -fPIC -Isrc -I$(CORE) -Ispec -MMD -MP

# yes if the engine's headers are there, and of the version that the port was written for
engine = $(shell printf '\#include <%s>\n\#if !(%s)\n\#error\n\#endif\n' $(1) '$(2)' \
    | $(CC) -E - >/dev/null 2>&1 && echo yes || echo no)
OPENSSL ?= $(call engine,openssl/opensslv.h,OPENSSL_VERSION_MAJOR == 3)
MBEDTLS ?= $(call engine,mbedtls/version.h,MBEDTLS_VERSION_MAJOR == 2 && MBEDTLS_VERSION_MINOR == 28)
OPENSSL := $(OPENSSL)
MBEDTLS := $(MBEDTLS)

# A library: its objects, its headers, what its .pc file says.
LIBS := endwell
endwell_OBJS := $(addprefix $(SRC_BUILD)/,ew_core.o endwell.o questions.o transport.o)
endwell_HEADERS := src/endwell.h src/ew_port.h src/ew_transport.h $(CORE)/ew_core.h
endwell_ABOUT := TLS close you can prove: the connection and its core

ifeq ($(OPENSSL),yes)
LIBS += endwell-openssl
endwell-openssl_OBJS := $(SRC_BUILD)/port_openssl.o
endwell-openssl_HEADERS := src/port_openssl.h
endwell-openssl_ABOUT := TLS close you can prove: port for OpenSSL 3.0
endwell-openssl_REQUIRES := endwell = $(VERSION), libssl, libcrypto
endwell-openssl_LINK := -lssl -lcrypto
endif

ifeq ($(MBEDTLS),yes)
LIBS += endwell-mbedtls
endwell-mbedtls_OBJS := $(SRC_BUILD)/port_mbedtls.o
endwell-mbedtls_HEADERS := src/port_mbedtls.h
endwell-mbedtls_ABOUT := TLS close you can prove: port for mbedTLS 2.28
endwell-mbedtls_REQUIRES := endwell = $(VERSION)
endwell-mbedtls_LINK := -lmbedtls -lmbedx509 -lmbedcrypto
endif

ALL_HEADERS := $(foreach lib,$(LIBS),$($(lib)_HEADERS))
MAN_PAGES   := $(sort $(wildcard src/man/*.3))
# The other names that a page has: NAME PAGE, two words each.
MAN_ALIASES := $(shell awk '/^[.]Sh/ { on = $$2 == "NAME" } \
    on && $$1 == ".Nm" { page = FILENAME; sub(".*/", "", page); if ($$2 ".3" != page) print $$2, page }' \
    $(MAN_PAGES) </dev/null)
STATIC_LIBS := $(LIBS:%=$(BUILD)/lib%.a)
SHARED_LIBS := $(LIBS:%=$(BUILD)/lib%.so.$(SOVERSION))
PC_FILES    := $(LIBS:%=$(SRC_BUILD)/%.pc)

.PHONY: lib certs install uninstall ports
lib: ports $(STATIC_LIBS) $(SHARED_LIBS) ## the static and shared libraries, in build/

ports:
	@[ "$(OPENSSL)" = yes ] || echo 'port for OpenSSL: off (no OpenSSL 3 headers; apt-get install libssl-dev)'
	@[ "$(MBEDTLS)" = yes ] || echo 'port for mbedTLS: off (no mbedTLS 2.28 headers; apt-get install libmbedtls-dev)'

$(SRC_BUILD) $(BUILD)/certs:
	@mkdir -p $@

$(SRC_BUILD)/%.o: src/%.c | $(SRC_BUILD)
	$(CC) $(SRC_FLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(SRC_BUILD)/ew_core.o: $(CORE)/ew_core.c | $(SRC_BUILD)
	$(CC) $(SRC_FLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

-include $(wildcard $(SRC_BUILD)/*.d)

define LIBRARY
$(BUILD)/lib$(1).a: $($(1)_OBJS)
	rm -f $$@
	$$(AR) rcs $$@ $$^

$(BUILD)/lib$(1).so.$(SOVERSION): $($(1)_OBJS) src/endwell.map $(if $(filter-out endwell,$(1)),$(BUILD)/libendwell.so.$(SOVERSION))
	$$(CC) $$(CFLAGS) $$(LDFLAGS) -shared -Wl,-soname,lib$(1).so.$(SOVERSION) \
	    -Wl,--version-script=src/endwell.map -Wl,-z,defs -o $$@ $($(1)_OBJS) \
	    $(if $(filter-out endwell,$(1)),-L$(BUILD) -lendwell) $($(1)_LINK)
	ln -sf lib$(1).so.$(SOVERSION) $(BUILD)/lib$(1).so

$(SRC_BUILD)/$(1).pc: src/endwell.pc.in src/src.mk | $(SRC_BUILD)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	    -e 's|@NAME@|$(1)|' -e 's|@ABOUT@|$($(1)_ABOUT)|' -e 's|@VERSION@|$(VERSION)|' \
	    -e 's|@REQUIRES@|$($(1)_REQUIRES)|' \
	    -e 's|@LINK@|$(if $(findstring lib,$($(1)_REQUIRES)),,$($(1)_LINK))|' $$< > $$@.tmp
	mv $$@.tmp $$@
endef
$(foreach lib,$(LIBS),$(eval $(call LIBRARY,$(lib))))
# The prefix may differ between `make` and `make install`.
.PHONY: $(PC_FILES)

# A certificate for tests and examples, made here and thrown away with the build.
certs: $(BUILD)/certs/server.pem ## a certificate and key for tests, in build/certs/

$(BUILD)/certs/server.pem: | $(BUILD)/certs
	@command -v openssl >/dev/null || { echo 'certs: needs openssl: apt-get install openssl' >&2; exit 2; }
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
	    -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
	    -keyout $(BUILD)/certs/server.key -out $@.tmp 2>$(BUILD)/certs/log || { cat $(BUILD)/certs/log >&2; exit 2; }
	mv $@.tmp $@

install: lib $(PC_FILES) ## libraries, headers, pkg-config files, manual pages: PREFIX, DESTDIR
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR) $(DESTDIR)$(MANDIR)/man3
	install -m 644 $(STATIC_LIBS) $(DESTDIR)$(LIBDIR)
	install -m 755 $(SHARED_LIBS) $(DESTDIR)$(LIBDIR)
	for lib in $(LIBS); do ln -sf lib$$lib.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/lib$$lib.so || exit 1; done
	install -m 644 $(PC_FILES) $(DESTDIR)$(LIBDIR)/pkgconfig
	install -m 644 $(ALL_HEADERS) $(DESTDIR)$(INCLUDEDIR)
	install -m 644 $(MAN_PAGES) $(DESTDIR)$(MANDIR)/man3
	set -- $(MAN_ALIASES); while [ $$# -gt 0 ]; do \
	    echo ".so man3/$$2" > $(DESTDIR)$(MANDIR)/man3/$$1.3 || exit 1; shift 2; done

uninstall: ## remove what install put there
	for lib in $(LIBS); do \
	    rm -f $(DESTDIR)$(LIBDIR)/lib$$lib.a $(DESTDIR)$(LIBDIR)/lib$$lib.so \
	        $(DESTDIR)$(LIBDIR)/lib$$lib.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/pkgconfig/$$lib.pc; \
	done
	rm -f $(addprefix $(DESTDIR)$(INCLUDEDIR)/,$(notdir $(ALL_HEADERS)))
	rm -f $(addprefix $(DESTDIR)$(MANDIR)/man3/,$(notdir $(MAN_PAGES)))
	set -- $(MAN_ALIASES); while [ $$# -gt 0 ]; do rm -f $(DESTDIR)$(MANDIR)/man3/$$1.3; shift 2; done
	-rmdir $(DESTDIR)$(INCLUDEDIR) 2>/dev/null

include src/tests/tests.mk
