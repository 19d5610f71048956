# endwell, the auditor's tool: the recorder, the judge, and their tests.

BINDIR     ?= $(PREFIX)/bin
TOOL_BUILD := $(BUILD)/tool
TOOL_LIBDIR = $(LIBDIR)/endwell
TOOL_FLAGS  = -std=c99 -D_GNU_SOURCE $(WARNINGS) -MMD -MP
TOOL_PAGES := spec/rules.md spec/clauses.md spec/divergences.md $(addprefix spec/,machine.md calls.md outcomes.md orderly.md)
TOOL_CODE  := $(wildcard src/tool/judge/*.c src/tool/capture/*.c src/tool/render/*.c) $(addprefix src/tool/,endwell.c run.c check.c explain.c report.c rules.c)
TOOL_OBJS  := $(patsubst src/tool/%.c,$(TOOL_BUILD)/%.o,$(TOOL_CODE)) $(TOOL_BUILD)/rules_table.o $(TOOL_BUILD)/page_parts.o $(TOOL_BUILD)/ew_core.o
RECORD_OBJS := $(patsubst src/tool/%.c,$(TOOL_BUILD)/%.o,$(wildcard src/tool/record/*.c))
TOOL_CASES := $(patsubst src/tool/tests/%.c,$(TOOL_BUILD)/tests/%,$(wildcard src/tool/tests/EW*.c src/tool/tests/trap_*.c)) $(TOOL_BUILD)/tests/own/host \
    $(patsubst src/tool/tests/%.c,$(TOOL_BUILD)/tests/%,$(wildcard src/tool/tests/gnutls/EW*.c src/tool/tests/gnutls/trap_*.c)) \
    $(addprefix $(TOOL_BUILD)/tests/,device_mbedtls device/firmware wire_end requests many objects examples/server examples/events examples/memory examples/proven_client)

# Built and installed where what it needs is there; TOOL=no leaves it out, TOOL=yes insists on it.
TOOL ?= $(shell printf '\#include <cjson/cJSON.h>\n\#include <cmark-gfm.h>\n' | $(CC) -E - >/dev/null 2>&1 && echo yes || echo no)
TOOL := $(TOOL)

.PHONY: tool test-tool test-tool-quick install-tool uninstall-tool
tool: $(TOOL_BUILD)/endwell $(TOOL_BUILD)/libendwell-record.so ## use: endwell(1), the auditor's tool, and its recorder

ifeq ($(TOOL),yes)
install: install-tool
else
install: tool-is-off
endif
uninstall: uninstall-tool
.PHONY: tool-is-off
tool-is-off:
	@echo 'endwell, the tool: off (it needs cJSON and cmark-gfm, or TOOL=no; apt-get install libcjson-dev libcmark-gfm-dev libcmark-gfm-extensions-dev)'

install-tool: tool
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(TOOL_LIBDIR) $(DESTDIR)$(MANDIR)/man1
	install -m 755 $(TOOL_BUILD)/endwell $(DESTDIR)$(BINDIR)
	install -m 755 $(TOOL_BUILD)/libendwell-record.so $(DESTDIR)$(TOOL_LIBDIR)
	install -d $(DESTDIR)$(INCLUDEDIR)
	install -m 644 src/tool/ew_trace.h $(DESTDIR)$(INCLUDEDIR)
	install -m 644 src/tool/endwell.1 $(DESTDIR)$(MANDIR)/man1

uninstall-tool:
	rm -f $(DESTDIR)$(BINDIR)/endwell $(DESTDIR)$(TOOL_LIBDIR)/libendwell-record.so $(DESTDIR)$(MANDIR)/man1/endwell.1 $(DESTDIR)$(INCLUDEDIR)/ew_trace.h
	-rmdir $(DESTDIR)$(TOOL_LIBDIR) 2>/dev/null

TOOL_TEST = --cc '$(CC)' --tool $(TOOL_BUILD)/endwell --programs $(TOOL_BUILD)/tests --certs $(BUILD)/certs \
    --installed $(TOOL_BUILD)/dest/usr --generator $(GEN_TOOL) --wasm '$(WASM_CC) $(WASM_FLAGS)' --wasm-link '$(WASM_CC) $(WASM_LINK)'
test-tool: ## test: endwell(1): each rule on a wrong program and its right twin; the recorder's traps
test-tool-quick: ## test: half of test-tool
test-tool test-tool-quick: tool $(TOOL_CASES) certs $(GEN_TOOL)
	@command -v mandoc >/dev/null || { echo 'test-tool: needs mandoc: apt-get install mandoc' >&2; exit 2; }
	@command -v tshark >/dev/null || { echo 'test-tool: needs tshark: apt-get install tshark' >&2; exit 2; }
	@command -v qemu-system-arm >/dev/null || { echo 'test-tool: needs qemu-system-arm: apt-get install qemu-system-arm' >&2; exit 2; }
	@command -v node >/dev/null || { echo 'test-tool: needs node: apt-get install nodejs' >&2; exit 2; }
	@[ $(WASM) = yes ] || { echo 'test-tool: needs clang and wasm-ld: apt-get install clang lld' >&2; exit 2; }
	@$(MAKE) -s install-tool PREFIX=/usr DESTDIR=$(abspath $(TOOL_BUILD)/dest)
	@PYTHONDONTWRITEBYTECODE=1 python3 src/tool/tests/run.py $(TOOL_TEST) \
	    $(if $(filter %-quick,$@),--part $$(python3 proofs/lib/sample.py 2 1 2)/2)

CHROMIUM ?= chromium
.PHONY: report-in-browser
report-in-browser: tool $(GEN_TOOL) ## test: closes clicked through in the page of endwell report, in Chromium without a network (./setup browser)
	@command -v $(CHROMIUM) >/dev/null || { echo 'report-in-browser: needs chromium: apt-get install chromium' >&2; exit 2; }
	@[ $(WASM) = yes ] || { echo 'report-in-browser: needs clang and wasm-ld: apt-get install clang lld' >&2; exit 2; }
	@CHROMIUM='$(CHROMIUM)' PYTHONDONTWRITEBYTECODE=1 python3 src/tool/tests/report_browser.py $(TOOL_TEST)

.PHONY: tool-cost tool-cost-quick
tool-cost: $(TOOL_BUILD)/libendwell-record.so certs ## test: user instructions of a request to nginx while it is watched, at most 4 % more (./setup world)
	@command -v python3 >/dev/null || { echo 'tool-cost: needs python3: apt-get install python3' >&2; exit 2; }
	@PYTHONDONTWRITEBYTECODE=1 python3 src/tool/tests/cost.py --recorder $(TOOL_BUILD)/libendwell-record.so --certs $(BUILD)/certs
tool-cost-quick: $(TOOL_BUILD)/libendwell-record.so $(TOOL_BUILD)/tests/requests certs ## test: instructions and allocations that watching adds to a request; recorders that add more are found
	@PYTHONDONTWRITEBYTECODE=1 python3 src/tool/tests/cost_quick.py --recorder $(TOOL_BUILD)/libendwell-record.so --certs $(BUILD)/certs \
	    --programs $(TOOL_BUILD)/tests --cc '$(CC)'

# The rules, from their page.
$(TOOL_BUILD)/endwell-rules: src/tool/rules_gen.c src/tool/pages_gen.c src/tool/rules_gen.h gen/markdown.c gen/text.c gen/markdown.h gen/text.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(GEN_FLAGS) -Igen src/tool/rules_gen.c src/tool/pages_gen.c gen/markdown.c gen/text.c -o $@ $(GEN_LIBS)

$(TOOL_BUILD)/rules_table.c: $(TOOL_BUILD)/endwell-rules $(TOOL_PAGES)
	$(TOOL_BUILD)/endwell-rules $(TOOL_PAGES) $@

$(TOOL_BUILD)/rules_table.o: $(TOOL_BUILD)/rules_table.c
	$(CC) $(TOOL_FLAGS) -Isrc/tool -I$(CORE) -Ispec $(CFLAGS) -c -o $@ $<

# What the page of `endwell report` is made of: its script, and the machines as they ship, compiled to WebAssembly where clang and
# lld are there. Where they are not, the tool says so when it is asked for a report.
WASM_CC     ?= clang
WASM_FLAGS  := --target=wasm32 -std=c99 -O2 -ffreestanding -fvisibility=default -Wall -Wextra -Werror -I$(CORE) -Ispec
WASM_LINK   := --target=wasm32 -nostdlib -Wl,--no-entry -Wl,--export-dynamic
WASM        := $(shell command -v $(WASM_CC) >/dev/null && command -v wasm-ld >/dev/null && echo yes || echo no)
PAGE_WASM   := $(TOOL_BUILD)/page/machines-$(WASM).wasm
PAGE_OBJS   := $(addprefix $(TOOL_BUILD)/page/,ew_core.o ew_orderly.o machines.o)
PAGE_SCRIPT := src/tool/page/machine.js src/tool/page/view.js
PAGE_PARTS   = $(TOOL_BUILD)/page/script.js src/tool/page/page.css src/tool/page/places.html $(PAGE_WASM)
PAGE_MACHINES := core ew '' $(CORE)/relation.txt $(CORE)/relation.sha256 \
    orderly ew_orderly spec/orderly.md $(CORE)/orderly_relation.txt $(CORE)/orderly_relation.sha256

$(TOOL_BUILD)/page/ew_%.o: $(CORE)/ew_%.c $(CORE)/ew_core.h $(CORE)/ew_orderly.h
	@mkdir -p $(@D)
	$(WASM_CC) $(WASM_FLAGS) -c -o $@ $<
$(TOOL_BUILD)/page/machines.o: src/tool/page/machines.c $(CORE)/ew_core.h $(CORE)/ew_orderly.h
	@mkdir -p $(@D)
	$(WASM_CC) $(WASM_FLAGS) -c -o $@ $<
$(TOOL_BUILD)/page/machines-yes.wasm: $(PAGE_OBJS)
	$(WASM_CC) $(WASM_LINK) -o $@ $^
$(TOOL_BUILD)/page/machines-no.wasm:
	@mkdir -p $(@D)
	@echo 'endwell report: off (it needs clang and wasm-ld; apt-get install clang lld)'
	@: >$@

$(TOOL_BUILD)/page/script.js: $(PAGE_SCRIPT)
	@mkdir -p $(@D)
	cat $^ >$@

$(TOOL_BUILD)/endwell-embed: src/tool/embed_gen.c gen/text.c gen/text.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(GEN_FLAGS) -Igen src/tool/embed_gen.c gen/text.c -o $@ -lcrypto

# Written anew only when it changes: a compiler that was installed since is not overlooked.
$(TOOL_BUILD)/page_parts.c: FORCE $(TOOL_BUILD)/endwell-embed $(PAGE_PARTS) $(wildcard $(CORE)/*relation.*)
	@$(TOOL_BUILD)/endwell-embed $@.$$PPID $(PAGE_PARTS) $(PAGE_MACHINES)
	@cmp -s $@.$$PPID $@ && rm $@.$$PPID || mv $@.$$PPID $@

$(TOOL_BUILD)/page_parts.o: $(TOOL_BUILD)/page_parts.c src/tool/render/parts.h
	$(CC) $(TOOL_FLAGS) -Isrc/tool/render $(CFLAGS) -c -o $@ $<

# The core as it ships.
$(TOOL_BUILD)/ew_core.o: $(CORE)/ew_core.c
	@mkdir -p $(@D)
	$(CC) $(SRC_FLAGS) $(CFLAGS) -c -o $@ $<

$(TOOL_BUILD)/record/%.o: src/tool/record/%.c
	@mkdir -p $(@D)
	$(CC) $(TOOL_FLAGS) -fPIC -O2 $(CFLAGS) -c -o $@ $<

$(TOOL_BUILD)/%.o: src/tool/%.c
	@mkdir -p $(@D)
	$(CC) $(TOOL_FLAGS) -DENDWELL_VERSION='"$(VERSION)"' -DENDWELL_LIBDIR='"$(TOOL_LIBDIR)"' \
	    -Isrc/tool -Isrc/tool/judge -Isrc/tool/capture -Isrc/tool/render -I$(CORE) -Ispec $(CFLAGS) -c -o $@ $<

$(TOOL_BUILD)/endwell: $(TOOL_OBJS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcjson

$(TOOL_BUILD)/libendwell-record.so: $(RECORD_OBJS) src/tool/record/record.map
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-z,defs -Wl,-Bsymbolic-functions \
	    -Wl,--version-script=src/tool/record/record.map -o $@ $(RECORD_OBJS)

TOOL_TEST_FLAGS = -std=c99 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Werror -O1 -g
TOOL_PAIR := $(TOOL_BUILD)/tests/pair.o
TOOL_GNUTLS_PAIR := $(TOOL_BUILD)/tests/gnutls/pair.o
$(TOOL_PAIR) $(TOOL_GNUTLS_PAIR): $(TOOL_BUILD)/tests/%.o: src/tool/tests/%.c src/tool/tests/pair.h src/tool/tests/gnutls/pair.h
	@mkdir -p $(@D)
	$(CC) $(TOOL_TEST_FLAGS) -c -o $@ $<

$(TOOL_BUILD)/tests/%: src/tool/tests/%.c src/tool/tests/pair.h $(TOOL_PAIR)
	@mkdir -p $(@D)
	$(CC) $(TOOL_TEST_FLAGS) -rdynamic -o $@ $< $(TOOL_PAIR) -lssl -lcrypto -ldl -lpthread

$(TOOL_BUILD)/tests/gnutls/%: src/tool/tests/gnutls/%.c src/tool/tests/gnutls/pair.h src/tool/tests/pair.h $(TOOL_PAIR) $(TOOL_GNUTLS_PAIR)
	@mkdir -p $(@D)
	$(CC) $(TOOL_TEST_FLAGS) -o $@ $< $(TOOL_GNUTLS_PAIR) $(TOOL_PAIR) -lgnutls -lssl -lcrypto

# A program that has no libssl, and a library of its own instead.
$(TOOL_BUILD)/tests/own/libown.so: src/tool/tests/own/tls.c
	@mkdir -p $(@D)
	$(CC) -std=c99 -Wall -Wextra -Wshadow -Werror -O1 -g -fPIC -shared -o $@ $<

$(TOOL_BUILD)/tests/own/host: src/tool/tests/own/host.c $(TOOL_BUILD)/tests/own/libown.so
	$(CC) -std=c99 -Wall -Wextra -Wshadow -Werror -O1 -g -o $@ $< -L$(@D) -lown -Wl,-rpath,'$$ORIGIN'

# The examples, on the libraries as they are built here.
$(TOOL_BUILD)/tests/examples/%: examples/%.c $(BUILD)/libendwell-openssl.a $(BUILD)/libendwell.a
	@mkdir -p $(@D)
	$(CC) -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -O1 -g -Isrc -I$(CORE) -Ispec -o $@ $< \
	    $(BUILD)/libendwell-openssl.a $(BUILD)/libendwell.a -lssl -lcrypto

$(TOOL_BUILD)/tests/wire_end: src/tool/tests/wire_end.c
	@mkdir -p $(@D)
	$(CC) $(TOOL_TEST_FLAGS) -o $@ $< -lssl -lcrypto

# A device: a Cortex-M3 with newlib under QEMU, which writes its log to a file by semihosting.
DEVICE_CODE := $(addprefix src/tool/tests/device/,firmware.c tls.c)
$(TOOL_BUILD)/tests/device/firmware: $(DEVICE_CODE) src/tool/tests/device/tls.h src/tool/tests/device/device.ld src/tool/ew_trace.h
	@mkdir -p $(@D)
	@command -v arm-none-eabi-gcc >/dev/null || { echo 'test-tool: needs arm-none-eabi-gcc: apt-get install gcc-arm-none-eabi' >&2; exit 2; }
	@arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -print-file-name=rdimon.specs | grep -q / || \
	    { echo 'test-tool: needs newlib for Arm: apt-get install libnewlib-arm-none-eabi' >&2; exit 2; }
	arm-none-eabi-gcc -std=c99 -mcpu=cortex-m3 -mthumb -O2 $(WARNINGS) --specs=rdimon.specs -Isrc/tool -T src/tool/tests/device/device.ld \
	    -o $@ $(DEVICE_CODE)

# The header is what a firmware may have it be: freestanding.
$(TOOL_BUILD)/tests/device_mbedtls: src/tool/tests/device_mbedtls.c src/tool/tests/pair.h src/tool/ew_trace.h $(TOOL_PAIR)
	@mkdir -p $(@D)
	printf '#include "ew_trace.h"\n' | $(CC) -std=c99 -ffreestanding $(WARNINGS) -Isrc/tool -fsyntax-only -xc -
	$(CC) $(TOOL_TEST_FLAGS) -Isrc/tool -o $@ $< $(TOOL_PAIR) -lmbedtls -lmbedx509 -lmbedcrypto -lssl -lcrypto

-include $(wildcard $(TOOL_BUILD)/*.d $(TOOL_BUILD)/*/*.d)

# Fidelity: the judge beside the contract on a live libssl. What explore has is used as it is.
FIDELITY := $(TOOL_BUILD)/fidelity
FIDELITY_JUDGE := judge processes follow outcome predicates transport gnutls wire trace

.PHONY: fidelity fidelity-releases test-fidelity test-fidelity-quick
fidelity: $(FIDELITY)/fidelity ## test: the judge of endwell(1) agrees with the contract after every call, to depth FIDELITY_DEPTH=3; LIBSSL='DIR ...'
	@for folder in '' $(LIBSSL); do $(FIDELITY)/fidelity $(FIDELITY_DEPTH) $$folder || exit $$?; done
FIDELITY_DEPTH ?= 3
FIDELITY_KEPT := src/tool/tests/fidelity/releases.json
fidelity-releases: $(FIDELITY)/fidelity ## test: the judge agrees with the contract on builds of libssl, four named ones among them: LIBSSL='DIR ...'
	@PYTHONDONTWRITEBYTECODE=1 python3 src/tool/tests/fidelity/releases.py --judge '$(FIDELITY_JUDGE)' --tool $(FIDELITY)/fidelity --depth $(FIDELITY_DEPTH) --out $(FIDELITY_KEPT) $(FIDELITY_ADD) $(LIBSSL)
# --add: to the builds that are kept.
FIDELITY_ADD ?=

$(FIDELITY)/subject.o $(FIDELITY)/walk.o $(FIDELITY)/walk_gnutls.o: $(FIDELITY)/%.o: src/tool/tests/fidelity/%.c src/tool/tests/fidelity/fidelity.h
	@mkdir -p $(@D)
	$(CC) $(INTEROP_FLAGS) -Iinterop/explore -Isrc/tool/tests/fidelity $(CFLAGS) -c -o $@ $<
$(FIDELITY)/judge_side.o: SIDE := -Isrc/tool/judge
$(FIDELITY)/record_side.o: SIDE := -Isrc/tool/record
$(FIDELITY)/judge_side.o $(FIDELITY)/record_side.o: $(FIDELITY)/%.o: src/tool/tests/fidelity/%.c src/tool/tests/fidelity/fidelity.h
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Werror -Isrc/tool $(SIDE) -I$(CORE) -Ispec -MMD -MP $(CFLAGS) -c -o $@ $<
FIDELITY_OBJS := $(addprefix $(FIDELITY)/,subject.o walk.o judge_side.o record_side.o) $(RECORD_OBJS) \
    $(FIDELITY_JUDGE:%=$(TOOL_BUILD)/judge/%.o) $(TOOL_BUILD)/rules_table.o $(TOOL_BUILD)/rules.o \
    $(EXPLORE_PLAYS:%=$(INTEROP_BUILD)/%.o) $(TOOL_BUILD)/ew_core.o
$(FIDELITY)/fidelity: $(FIDELITY_OBJS)
	$(CC) $(CFLAGS) -o $@ $^ $(EXPLORE_LIBS)

# GnuTLS, by its own table: the same contract, without the heap that is put back.
FIDELITY_GNUTLS := $(FIDELITY)/walk_gnutls.o $(FIDELITY)/judge_side.o \
    $(FIDELITY_JUDGE:%=$(TOOL_BUILD)/judge/%.o) $(TOOL_BUILD)/rules_table.o $(TOOL_BUILD)/rules.o \
    $(addprefix $(INTEROP_BUILD)/,explore/contract.o explore/engine.o explore/wire.o explore/steps.o \
    explore/subject_endwell_peer.o lib/libssl_peer.o lib/records.o) $(TOOL_BUILD)/ew_core.o
FIDELITY_GNUTLS_LIBS := -lgnutls -lssl -lcrypto -lmbedtls -lmbedcrypto -lcjson
$(FIDELITY)/fidelity-gnutls: $(FIDELITY_GNUTLS)
	$(CC) $(CFLAGS) -o $@ $^ $(FIDELITY_GNUTLS_LIBS)

.PHONY: fidelity-gnutls
fidelity-gnutls: $(FIDELITY)/fidelity-gnutls certs ## test: the judge of endwell(1) agrees with the contract after every call of GnuTLS, to depth FIDELITY_DEPTH=3
	@$(FIDELITY)/fidelity-gnutls $(FIDELITY_DEPTH)

FIDELITY_PLANTED = PYTHONDONTWRITEBYTECODE=1 python3 src/tool/tests/fidelity/planted.py --cc '$(CC)' --core $(CORE)
FIDELITY_PLANTED_libssl = $(FIDELITY_PLANTED) --out $(FIDELITY)/planted --libs '$(EXPLORE_LIBS)' $(FIDELITY_OBJS)
FIDELITY_PLANTED_gnutls = $(FIDELITY_PLANTED) --gnutls --out $(FIDELITY)/planted-gnutls --libs '$(FIDELITY_GNUTLS_LIBS)' $(FIDELITY_GNUTLS)
FIDELITY_CHECK = PYTHONDONTWRITEBYTECODE=1 python3 src/tool/tests/fidelity/releases.py --judge '$(FIDELITY_JUDGE)' --check --out $(FIDELITY_KEPT)
test-fidelity: $(FIDELITY)/fidelity $(FIDELITY)/fidelity-gnutls certs ## test: wrong mappings that fidelity has to find
	@$(FIDELITY_CHECK)
	@$(FIDELITY_PLANTED_libssl)
	@$(FIDELITY_PLANTED_gnutls)

test-fidelity-quick: $(FIDELITY)/fidelity $(FIDELITY)/fidelity-gnutls certs ## test: test-fidelity, of libssl or of GnuTLS
	@$(FIDELITY_CHECK)
	@some=$$(python3 proofs/lib/sample.py 2 libssl gnutls) || exit 2; \
	case $$some in libssl) $(FIDELITY_PLANTED_libssl) ;; *) $(FIDELITY_PLANTED_gnutls) ;; esac
