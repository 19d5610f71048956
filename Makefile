# Endwell: TLS close you can prove. `make help` lists the targets.

BUILD   ?= build
CC      ?= gcc
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
DESTDIR ?=
EVIDENCE := $(BUILD)/evidence

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:

include gen/gen.mk
include proofs/trial/mutants.mk
include proofs/proofs.mk
include src/src.mk
include interop/interop.mk
include src/tool/tool.mk
include proofs/lib/shards.mk

# The two commands -----------------------------------------------------------------------------
# Each installs what is missing first, in a make of its own: the parts look for their libraries
# when their makefiles are read.

.PHONY: all check setup
all:
	@./setup build ports prove interop
	@$(MAKE) --no-print-directory main

check:
	@./setup build ports prove interop test certify forms search report
	@$(MAKE) --no-print-directory tests

setup:
	@./setup

# Their steps ----------------------------------------------------------------------------------

STEP = @printf '\n== %s\n'

.PHONY: main tests tests-whole built-for-tests test-setup formatting test-formatting step-% size summary readme figures test-readme clean help
main: ## use: the main job once the packages are there: regenerate, prove, build, close with OpenSSL peers, summary
	$(STEP) 'Regenerate the machine from its specification'
	@$(MAKE) --no-print-directory regenerate
	$(STEP) 'Build the libraries, measure the core on Cortex-M0'
	@$(MAKE) --no-print-directory lib size
	$(STEP) 'Prove the machine (about five minutes)'
	@$(MAKE) --no-print-directory prove
	$(STEP) 'Close TLS connections with OpenSSL peers (about one minute)'
	@$(MAKE) --no-print-directory interop
	$(STEP) 'Summary'
	@$(MAKE) --no-print-directory summary

# What this make has looked for, the makes of the tests need not.
FOUND = $(foreach each,$(ENGINES) TOOL,$(each)=$($(each)))

# What several tests are built from, made by one make: two at once must not write the same objects. What one
# test alone is built from it makes itself, in the commits that have it.
# What does not build is told again by the test that needs it.
BUILT_FOR_TESTS = lib certs $(GEN_TOOL) $(CHECKED_PROGRAMS) \
    $(INTEROP_PROGRAMS) tool $(TOOL_BUILD)/tests/requests $(FIDELITY)/fidelity $(USE_TOOL) $(PORT_TOOLS) $(PROVEN_CLIENT)
built-for-tests: $(BUILT_FOR_TESTS)

tests: ## test: those whose turn it is, side by side where they fit; what `make check` runs once the packages are there
tests-whole: ## test: every test of the table, whatever commit this is
tests tests-whole:
	-@$(MAKE) --no-print-directory -k -j2 built-for-tests
	@$(FOUND) python3 proofs/lib/tests.py $(if $(filter tests-whole,$@),--whole) proofs/lib/tests.txt --make '$(MAKE)' --logs $(BUILD)/tests

# What the compiler says of dependencies is included too. (MAKEFILES would have every make below read them twice.)
OUR_MAKEFILES = $(filter %.mk Makefile,$(MAKEFILE_LIST))

test-setup: ## test: ./setup waits for another apt; a tool that fails is quoted; the runner of the tests tells what failed
	@proofs/lib/setup_test.sh
	@python3 proofs/lib/tool_test.py
	@python3 proofs/lib/tests_test.py
	@python3 proofs/lib/sample_test.py
	@python3 proofs/lib/targets_test.py
	@python3 proofs/lib/targets.py --check $(OUR_MAKEFILES)

formatting: ## test: C and Python are laid out as CONTRIBUTING says; python3 proofs/lib/formatting.py --mend
	@python3 proofs/lib/formatting.py

test-formatting: ## test: bad layout of each kind, which formatting must find
	@python3 proofs/lib/formatting_test.py

size: ## measure: bytes of the core on Cortex-M0, M4 and RV32; of all that is added to an mbedTLS client, on M4
	@python3 proofs/certify/size.py --out $(EVIDENCE)/size.json

summary: ## look: what the evidence says, in a few lines
	@python3 proofs/audit/report.py summary --evidence $(EVIDENCE)

readme: ## look: put the figures of the evidence into README.md and docs/evidence.md
	@python3 proofs/audit/report.py readme --evidence $(EVIDENCE) --write

figures: ## look: keep the figures of the long runs in docs/figures.json
	@python3 proofs/audit/report.py figures --evidence $(EVIDENCE)

test-readme: ## look: the figures in README.md and docs/evidence.md are those of the evidence
	@python3 proofs/audit/report.py readme --evidence $(EVIDENCE)

clean: ## use: remove build/
	rm -rf $(BUILD)

help: ## use: this list
	@python3 proofs/lib/targets.py $(OUR_MAKEFILES)
