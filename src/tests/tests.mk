# The unit tests: plain (valgrind runs these too) and with sanitizers.

$(eval $(call ADAPTERS,TEST_PORTS,test-src,src/tests/engine_%.c,openssl mbedtls))
# Of an engine: engine_PORT.c, its objects (of OpenSSL and mbedTLS, which are peers too, link.c has
# those); test_PORT.c, what is particular to it, if anything is. What every port has to keep, cases*.c,
# runs with each engine: ports-PORT is that part of test_ports.
SRC_TRAPS := $(filter $(TEST_PORTS),$(patsubst src/tests/test_%.c,%,$(wildcard src/tests/test_*.c)))
# docs/capabilities.md has a column for each engine: played if every port was built.
SRC_TESTS := transport conn adopt data misuse waiting suspended close ends io setup memory $(SRC_TRAPS) ports $(if $(LACKING),,capabilities)
SRC_RUNS  := $(filter-out ports,$(SRC_TESTS)) $(TEST_PORTS:%=ports-%)
TEST_CONN := conn_fixture fake_port support
TEST_LINK := frame link engines wire support messages $(patsubst %,engine_%,$(filter-out openssl mbedtls,$(TEST_PORTS)))
transport_PARTS := support
conn_PARTS      := $(TEST_CONN)
adopt_PARTS     := $(TEST_CONN)
data_PARTS      := $(TEST_CONN)
suspended_PARTS := $(TEST_CONN)
misuse_PARTS    := $(TEST_CONN)
waiting_PARTS   := $(TEST_CONN)
close_PARTS     := $(TEST_CONN)
ends_PARTS      := $(TEST_CONN)
io_PARTS        := $(TEST_CONN)
setup_PARTS     := $(TEST_LINK)
memory_PARTS    := $(TEST_LINK)
ports_PARTS     := $(TEST_LINK) cases_close cases_data cases_end cases_messages
capabilities_PARTS := $(TEST_LINK) capabilities_rows capabilities_steps capabilities_engine
$(foreach port,$(SRC_TRAPS),$(eval $(port)_PARTS := $(TEST_LINK)))
mbedtls_PARTS += mbedtls_tls13 mbedtls_optional adopted told
bearssl_PARTS += bearssl_optional adopted told
wolfssl_PARTS += handshake_ends
gnutls_PARTS  += handshake_ends gnutls_optional
openssl_PARTS += openssl_records openssl_changes openssl_callbacks openssl_features openssl_suspended \
    openssl_adopted adopted handshake_ends
# Run with the examples, and by themselves: not in SRC_RUNS.
examples_PARTS := hostile fragment support

TEST_CODE  := $(CONN_CODE) transport $(BUILT_PORTS:%=port_%)
TEST_FLAGS := -std=c99 -D_XOPEN_SOURCE=700 -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror \
    -Isrc -I$(CORE) -Ispec -I$(BUILD) $(MBEDTLS_INCLUDE) -MMD -MP
TEST_LIBS  := -lcmocka $(BUILT_LINK) -Wl,--wrap=send,--wrap=recv
plain_FLAGS := -O1 -g
asan_FLAGS  := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# With the bounds as small as a client may set them (ew_transport.h, endwell.h).
small_FLAGS := -O1 -g -DEW_ALERT_MAX=31 -DEW_TAIL_MAX=31 -DEW_DRAIN_CHUNK=1 -DEW_NO_WORDS
SMALL_TESTS := transport close data mbedtls

# The C that README.md shows; it is one piece.
$(BUILD)/readme_fragment.inc: README.md
	@mkdir -p $(@D)
	awk '/^```c$$/ { on = 1; pieces++; next } /^```$$/ { on = 0 } on; END { exit pieces != 1 }' $< > $@.new
	mv $@.new $@

define TEST_MODE
$(SRC_BUILD)/$(1):
	@mkdir -p $$@
$(SRC_BUILD)/$(1)/%.o: src/%.c | $(SRC_BUILD)/$(1)
	$$(CC) $$(SRC_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
$(SRC_BUILD)/$(1)/%.o: src/tests/%.c | $(SRC_BUILD)/$(1)
	$$(CC) $$(TEST_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
$(SRC_BUILD)/$(1)/engines.o: $(BUILD)/engines.h
$(SRC_BUILD)/$(1)/fragment.o: $(BUILD)/readme_fragment.inc
$(MACHINES:%=$(SRC_BUILD)/$(1)/%.o): $(SRC_BUILD)/$(1)/%.o: $(CORE)/%.c | $(SRC_BUILD)/$(1)
	$$(CC) $$(SRC_FLAGS) $$($(1)_FLAGS) -c -o $$@ $$<
-include $(wildcard $(SRC_BUILD)/$(1)/*.d)
endef
$(foreach mode,plain asan small,$(eval $(call TEST_MODE,$(mode))))

define TEST_PROGRAM
$(SRC_BUILD)/$(1)/test_$(2): $(addprefix $(SRC_BUILD)/$(1)/,test_$(2).o $($(2)_PARTS:=.o) $(MACHINES:=.o) $(TEST_CODE:=.o)) | without-TEST_PORTS
	$$(CC) $$($(1)_FLAGS) -o $$@ $$^ $$(TEST_LIBS)
endef
$(foreach mode,plain asan,$(foreach test,$(SRC_TESTS) examples,$(eval $(call TEST_PROGRAM,$(mode),$(test)))))
$(foreach test,$(SMALL_TESTS),$(eval $(call TEST_PROGRAM,small,$(test))))

# The others are for valgrind.
CHECKED_PROGRAMS := $(patsubst %,$(SRC_BUILD)/asan/test_%,$(SRC_TESTS) examples) $(SMALL_TESTS:%=$(SRC_BUILD)/small/test_%) \
    $(SRC_BUILD)/plain/test_examples
TEST_PROGRAMS := $(CHECKED_PROGRAMS) $(SRC_TESTS:%=$(SRC_BUILD)/plain/test_%)

# The kit for an io: OWN=FILE is a source that defines io_own, and is tried too (docs/io.md).
IO_KIT      := $(SRC_BUILD)/io-kit
IO_KIT_OBJS := $(addprefix $(SRC_BUILD)/io/,io_main.o io_kit.o io_calls.o io_trials.o io_subjects.o io_wrong.o)
$(SRC_BUILD)/io:
	@mkdir -p $@
$(SRC_BUILD)/io/%.o: src/tests/io/%.c | $(SRC_BUILD)/io
	$(CC) $(TEST_FLAGS) $(plain_FLAGS) -Isrc/tests/io -c -o $@ $<
IO_KIT_LINK := $(BUILD)/libendwell.a -lpthread -Wl,--wrap=clock_gettime,--wrap=gettimeofday,--wrap=time
$(IO_KIT): $(IO_KIT_OBJS) $(BUILD)/libendwell.a
	$(CC) $(plain_FLAGS) -o $@ $(IO_KIT_OBJS) $(IO_KIT_LINK)
-include $(wildcard $(SRC_BUILD)/io/*.d)

# The same on lwIP. LWIP_IO: another source in the place of io_lwip.c.
LWIP_IO ?= src/io_lwip.c
.PHONY: io-kit-lwip
io-kit-lwip: $(IO_KIT) ## use: what an io owes, tried on io_lwip.c over lwIP
	@pkg-config --exists lwip || { echo 'io-kit-lwip: needs lwIP: apt-get install liblwip-dev' >&2; exit 2; }
	$(CC) $(SRC_FLAGS) -isystem /usr/include/lwip -MF $(IO_KIT)-lwip-io.d -c -o $(IO_KIT)-lwip-io.o $(LWIP_IO)
	$(CC) $(TEST_FLAGS) $(plain_FLAGS) -isystem /usr/include/lwip -MF $(IO_KIT)-lwip.d -DIO_OWN -Isrc/tests/io \
	    -o $(IO_KIT)-lwip src/tests/io/io_main.c src/tests/io/lwip_own.c $(IO_KIT)-lwip-io.o \
	    $(filter-out %/io_main.o,$(IO_KIT_OBJS)) -llwip $(IO_KIT_LINK)
	@timeout 300 $(IO_KIT)-lwip

.PHONY: io-kit
io-kit: $(IO_KIT) ## use: what an io owes, tried on each of ours and on yours: OWN=FILE
ifeq ($(OWN),)
	@timeout 300 $(IO_KIT)
else
	$(CC) $(TEST_FLAGS) $(plain_FLAGS) -MF $(IO_KIT)-own.d -DIO_OWN -Isrc/tests/io -o $(IO_KIT)-own src/tests/io/io_main.c \
	    $(OWN) $(filter-out %/io_main.o,$(IO_KIT_OBJS)) $(IO_KIT_LINK)
	@timeout 300 $(IO_KIT)-own
endif

.PHONY: test-src test-src-quick test-src-tools
test-src-tools:
	@[ "$(OPENSSL) $(MBEDTLS)" = 'yes yes' ] || { echo 'test-src: needs these ports: apt-get install libssl-dev libmbedtls-dev' >&2; exit 2; }
	@CC='$(CC)' src/tests/check tools

test-src: test-src-tools lib certs $(TEST_PROGRAMS) $(IO_KIT) ## test: unit tests, sanitizers, valgrind, manual pages, installation, examples
	@CC='$(CC)' MAKE='$(MAKE)' src/tests/check '$(SRC_BUILD)' '$(BUILD)/certs' $(SRC_RUNS)

test-src-quick: test-src-tools lib certs $(CHECKED_PROGRAMS) $(IO_KIT) ## test: test-src, with one program without sanitizers: plain, and under valgrind
	@some=$$(python3 proofs/lib/sample.py $(words $(SRC_RUNS)) $(SRC_RUNS)) && \
	    $(MAKE) --no-print-directory $$(for each in $$some; do echo $(SRC_BUILD)/plain/test_$${each%%-*}; done | sort -u) && \
	    UNDER_VALGRIND="$$some" CC='$(CC)' MAKE='$(MAKE)' src/tests/check '$(SRC_BUILD)' '$(BUILD)/certs' $(SRC_RUNS)

# Not among the tests: Debian 12 has mbedTLS 2.28 alone.
.PHONY: test-mbedtls3
test-mbedtls3: ## test: the port, its tests and the kit on mbedTLS 3.x: MBEDTLS3=FOLDER (three minutes)
	@mkdir -p $(BUILD)
	@CC='$(CC)' MAKE='$(MAKE)' src/tests/check_mbedtls3 '$(BUILD)/mbedtls3' '$(MBEDTLS3)' '$(MBEDTLS_VERSION)'
