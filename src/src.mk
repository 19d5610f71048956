# The libraries, their installation, and their tests.
#
# Ports are built when their engine's headers are found; NAME=no (OPENSSL=no, say) leaves one out,
# NAME=yes insists on it. MBEDTLS_DIR=FOLDER takes mbedTLS from there and not from the system: from
# its include/, and its lib/ or library/, as it is installed or built.

VERSION := 0.3.0
SOVERSION := 3
CORE    ?= gen/out

LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include/endwell
MANDIR     ?= $(PREFIX)/share/man

SRC_BUILD := $(BUILD)/src
WARNINGS  := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wredundant-decls -Werror
SRC_FLAGS  = -std=c99 -D_POSIX_C_SOURCE=200809L $(WARNINGS) -fPIC -Isrc -I$(CORE) -Ispec \
    $(MBEDTLS_INCLUDE) -MMD -MP

# An engine: one block here, and src/port_PORT.[ch]; docs/porting.md says what else there can be of it.
#   PORT      what its files and its library are called after
#   NEEDS     the engine and the version that the port was written for, in words
#   HEADER    where that version stands, VERSION a condition on it, as #if reads it
#   PACKAGE   the Debian package that has the headers
#   INCLUDE   where its headers are, if not with the system's
#   LINK      what a program is linked with, REQUIRES the same as pkg-config modules, where there are
ENGINES := MBEDTLS OPENSSL WOLFSSL GNUTLS BEARSSL

MBEDTLS_PORT     := mbedtls
MBEDTLS_NEEDS    := mbedTLS 2.28 or 3.3 to 3.6
MBEDTLS_HEADER   := mbedtls/version.h
MBEDTLS_VERSION  := (MBEDTLS_VERSION_MAJOR == 2 && MBEDTLS_VERSION_MINOR == 28) || (MBEDTLS_VERSION_MAJOR == 3 && MBEDTLS_VERSION_MINOR >= 3)
MBEDTLS_PACKAGE  := libmbedtls-dev
MBEDTLS_LIBDIR   := $(if $(MBEDTLS_DIR),$(abspath $(dir $(firstword $(wildcard $(MBEDTLS_DIR)/lib*/libmbedtls.*)))))
MBEDTLS_INCLUDE  := $(if $(MBEDTLS_DIR),-isystem $(abspath $(MBEDTLS_DIR))/include)
MBEDTLS_LINK     := $(if $(MBEDTLS_LIBDIR),-L$(MBEDTLS_LIBDIR)) -lmbedtls -lmbedx509 -lmbedcrypto

OPENSSL_PORT     := openssl
OPENSSL_NEEDS    := OpenSSL 3 (4 has not been tried)
OPENSSL_HEADER   := openssl/opensslv.h
OPENSSL_VERSION  := OPENSSL_VERSION_MAJOR == 3
OPENSSL_PACKAGE  := libssl-dev
OPENSSL_LINK     := -lssl -lcrypto
OPENSSL_REQUIRES := libssl, libcrypto

WOLFSSL_PORT     := wolfssl
WOLFSSL_NEEDS    := wolfSSL 5.5
WOLFSSL_HEADER   := wolfssl/version.h
WOLFSSL_VERSION  := LIBWOLFSSL_VERSION_HEX >= 0x05005000 && LIBWOLFSSL_VERSION_HEX < 0x05006000
WOLFSSL_PACKAGE  := libwolfssl-dev
WOLFSSL_LINK     := -lwolfssl
WOLFSSL_REQUIRES := wolfssl

GNUTLS_PORT      := gnutls
GNUTLS_NEEDS     := GnuTLS 3.7
GNUTLS_HEADER    := gnutls/gnutls.h
GNUTLS_VERSION   := GNUTLS_VERSION_MAJOR == 3 && GNUTLS_VERSION_MINOR >= 7
GNUTLS_PACKAGE   := libgnutls28-dev
GNUTLS_LINK      := -lgnutls
GNUTLS_REQUIRES  := gnutls

# BearSSL tells no version; what the port uses of it is checked by the compiler alone.
BEARSSL_PORT     := bearssl
BEARSSL_NEEDS    := BearSSL 0.6
BEARSSL_HEADER   := bearssl.h
BEARSSL_VERSION  := BR_TLS12 == 0x0303
BEARSSL_PACKAGE  := libbearssl-dev
BEARSSL_LINK     := -lbearssl

# yes if the engine's headers are there, and of the version that the port was written for
found = $(shell printf '\#include <%s>\n\#if !(%s)\n\#error\n\#endif\n' $($(1)_HEADER) '$($(1)_VERSION)' \
    | $(CC) $($(1)_INCLUDE) -E - >/dev/null 2>&1 && echo yes || echo no)
define ENGINE_FOUND
$(1) ?= $$(call found,$(1))
$(1) := $$($(1))
$$(if $$(filter-out yes no,$$($(1))),$$(error $(1) is yes or no, not '$$($(1))'))
endef
$(foreach engine,$(ENGINES),$(eval $(call ENGINE_FOUND,$(engine))))
BUILT       := $(foreach engine,$(ENGINES),$(if $(filter yes,$($(engine))),$(engine)))
BUILT_PORTS := $(foreach engine,$(BUILT),$($(engine)_PORT))
BUILT_LINK  := $(foreach engine,$(BUILT),$($(engine)_LINK))
LACKING     := $(filter-out $(BUILT),$(ENGINES))

# A library: its objects, its headers, what its .pc file says.
LIBS := endwell
# The machines, which are generated; and the connection.
MACHINES  := ew_core ew_orderly
CONN_CODE := open endwell data clear close wait questions dispatch io_posix io_memory
endwell_OBJS := $(patsubst %,$(SRC_BUILD)/%.o,$(MACHINES) $(CONN_CODE) transport)
endwell_HEADERS := src/endwell.h src/ew_io.h src/ew_port.h src/ew_transport.h src/io_posix.h src/io_memory.h $(MACHINES:%=$(CORE)/%.h)
endwell_ABOUT := TLS close you can prove: the connection and its core

define PORT_LIBRARY
LIBS += endwell-$($(1)_PORT)
endwell-$($(1)_PORT)_OBJS := $(SRC_BUILD)/port_$($(1)_PORT).o
endwell-$($(1)_PORT)_HEADERS := src/port_$($(1)_PORT).h
endwell-$($(1)_PORT)_ABOUT := TLS close you can prove: port for $($(1)_NEEDS)
endwell-$($(1)_PORT)_REQUIRES := endwell = $(VERSION)$(if $($(1)_REQUIRES),$(comma) $($(1)_REQUIRES))
endwell-$($(1)_PORT)_INCLUDE := $($(1)_INCLUDE)
endwell-$($(1)_PORT)_LINK := $($(1)_LINK)
endwell-$($(1)_PORT)_PRIVATE := $(if $($(1)_REQUIRES),,$($(1)_LINK))
endef
comma := ,
$(foreach engine,$(BUILT),$(eval $(call PORT_LIBRARY,$(engine))))

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
lib: ports $(STATIC_LIBS) $(SHARED_LIBS) ## use: the static and shared libraries, in build/

ports:
	@$(foreach engine,$(LACKING),echo 'port for $($(engine)_NEEDS): off ($($(engine)_HEADER) of that version is not there, or $(engine)=no; apt-get install $($(engine)_PACKAGE))';):

# What a program has to know of an engine is in files of its own, and an engine may do without a program.
# LIST: the built ports of which the FILES are there (% is the port), or that are among KNOWN, and need none.
# PROGRAM: | without-LIST tells of the others. The ports of this tree have their files: one that lost them is
# an error, but for those that LIST_LACKS names.
TREE_PORTS := bearssl gnutls mbedtls openssl wolfssl
lacks = $(strip $(if $(filter $(1),$(3)),,$(foreach file,$(subst %,$(1),$(2)),$(if $(wildcard $(file)),,$(file)))))
define ADAPTERS # LIST, PROGRAM, FILES, KNOWN
ADAPTER_LISTS += $(1)
$(1) := $$(strip $$(foreach port,$$(BUILT_PORTS),$$(if $$(call lacks,$$(port),$(3),$(4)),,$$(port))))
.PHONY: without-$(1)
without-$(1):
	@$$(foreach port,$$(filter-out $$($(1)),$$(BUILT_PORTS)),echo '$(2): without $$(port), it has no $$(call lacks,$$(port),$(3),$(4))'; \
	    $$(if $$(filter $$(filter-out $$($(1)_LACKS),$$(TREE_PORTS)),$$(port)),echo '$(2): $$(port) is a port of this tree: its file is lost' >&2; exit 1;)):
endef

# Those lists for the preprocessor: #define KIT_PORTS ENGINE(mbedtls) ENGINE(openssl) ...
# Rewritten only when it changes, so that what was built with another list is built anew; by one make
# at a time, each with a file of its own.
$(BUILD)/engines.h: FORCE
	@mkdir -p $(@D)
	@{ $(foreach list,$(ADAPTER_LISTS),echo '#define $(list) $(foreach port,$($(list)),ENGINE($(port)))';) } > $@.$$PPID
	@cmp -s $@.$$PPID $@ && rm $@.$$PPID || mv $@.$$PPID $@
.PHONY: FORCE
FORCE:

$(SRC_BUILD) $(BUILD)/certs:
	@mkdir -p $@

$(SRC_BUILD)/%.o: src/%.c | $(SRC_BUILD)
	$(CC) $(SRC_FLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# Without tables of jumps, as its size and its longest path are measured: no indirect jump, and fewer
# instructions in a close.
$(MACHINES:%=$(SRC_BUILD)/%.o): $(SRC_BUILD)/%.o: $(CORE)/%.c | $(SRC_BUILD)
	$(CC) $(SRC_FLAGS) -fno-jump-tables $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

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
endef
define PC_FILE
$(SRC_BUILD)/$(1).pc: src/endwell.pc.in src/src.mk | $(SRC_BUILD)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	    -e 's|@NAME@|$(1)|' -e 's|@ABOUT@|$($(1)_ABOUT)|' -e 's|@VERSION@|$(VERSION)|' \
	    -e 's|@REQUIRES@|$($(1)_REQUIRES)|' \
	    -e 's|@LINK@|$($(1)_PRIVATE)|' -e 's|@INCLUDE@|$($(1)_INCLUDE)|' $$< > $$@.tmp
	mv $$@.tmp $$@
endef
$(foreach lib,$(LIBS),$(eval $(call LIBRARY,$(lib)))$(eval $(call PC_FILE,$(lib))))
# The prefix may differ between `make` and `make install`.
.PHONY: $(PC_FILES)

# A certificate for tests and examples, made here and thrown away with the build.
certs: $(BUILD)/certs/server.pem ## test: a certificate and key for tests, in build/certs/

$(BUILD)/certs/server.pem: | $(BUILD)/certs
	@command -v openssl >/dev/null || { echo 'certs: needs openssl: apt-get install openssl' >&2; exit 2; }
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
	    -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
	    -keyout $(BUILD)/certs/server.key -out $@.tmp 2>$(BUILD)/certs/log || { cat $(BUILD)/certs/log >&2; exit 2; }
	mv $@.tmp $@

install: lib $(PC_FILES) ## use: libraries, headers, pkg-config files, manual pages, the tool: PREFIX=, DESTDIR=
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR) $(DESTDIR)$(MANDIR)/man3
	install -m 644 $(STATIC_LIBS) $(DESTDIR)$(LIBDIR)
	install -m 755 $(SHARED_LIBS) $(DESTDIR)$(LIBDIR)
	for lib in $(LIBS); do ln -sf lib$$lib.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/lib$$lib.so || exit 1; done
	install -m 644 $(PC_FILES) $(DESTDIR)$(LIBDIR)/pkgconfig
	install -m 644 $(ALL_HEADERS) $(DESTDIR)$(INCLUDEDIR)
	install -m 644 $(MAN_PAGES) $(DESTDIR)$(MANDIR)/man3
	set -- $(MAN_ALIASES); while [ $$# -gt 0 ]; do \
	    echo ".so man3/$$2" > $(DESTDIR)$(MANDIR)/man3/$$1.3 || exit 1; shift 2; done

uninstall: ## use: remove what install put there
	for lib in $(LIBS); do \
	    rm -f $(DESTDIR)$(LIBDIR)/lib$$lib.a $(DESTDIR)$(LIBDIR)/lib$$lib.so \
	        $(DESTDIR)$(LIBDIR)/lib$$lib.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/pkgconfig/$$lib.pc; \
	done
	rm -f $(addprefix $(DESTDIR)$(INCLUDEDIR)/,$(notdir $(ALL_HEADERS)))
	rm -f $(addprefix $(DESTDIR)$(MANDIR)/man3/,$(notdir $(MAN_PAGES)))
	set -- $(MAN_ALIASES); while [ $$# -gt 0 ]; do rm -f $(DESTDIR)$(MANDIR)/man3/$$1.3; shift 2; done
	-rmdir $(DESTDIR)$(INCLUDEDIR) 2>/dev/null

include src/tests/tests.mk
