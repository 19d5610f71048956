# The contracts of libssl for programs (spec/engines/libssl.h), tried on a live libssl.

USE_BUILD := $(INTEROP_BUILD)/use
USE_TOOL  := $(USE_BUILD)/walk
USE_FLAGS := -Iinterop/explore -Ispec/engines
ROOM_use  := $(USE_FLAGS)
USE_PARTS := $(EXPLORE_PLAYS) src/ew_core use/tried use/walk
USE_OBJS  := $(USE_PARTS:%=$(INTEROP_BUILD)/%.o)
USE_CHECKS := $(USE_BUILD)/checks.o
USE_CC    := $(CC) $(INTEROP_FLAGS) $(USE_FLAGS) -Iinterop/use -O1 -g

$(USE_BUILD)/checks.c: spec/engines/libssl.h interop/use/checks.py $(addprefix proofs/lib/,acsl.py acsl_c.py acsl_checks.py)
	@mkdir -p $(@D)
	python3 interop/use/checks.py $< $@
$(USE_CHECKS): $(USE_BUILD)/checks.c interop/use/checks.h spec/engines/libssl.h
	$(USE_CC) -c -o $@ $<
$(USE_TOOL): $(USE_OBJS) $(USE_CHECKS)
	$(CC) $(CFLAGS) -o $@ $^ $(EXPLORE_LIBS)

USE_DEPTH ?= 4
.PHONY: try-use try-use-quick test-try-use
try-use: $(USE_TOOL) ## prove: what spec/engines/libssl.h says of libssl, after every sequence of calls to USE_DEPTH=4; LIBSSL='DIR ...'
	@for folder in '' $(LIBSSL); do $(USE_TOOL) $(USE_DEPTH) $$folder || exit $$?; done

try-use-quick: $(USE_TOOL) ## prove: what spec/engines/libssl.h says of libssl, to depth 3
	@$(USE_TOOL) 3

test-try-use: $(USE_OBJS) ## prove: wrong clauses in spec/engines/libssl.h, which try-use must find
	@python3 proofs/lib/planted.py $(USE_BUILD)/planted 'python3 interop/use/checks.py $(USE_CC)' \
	    '$(CC) -o % @ $(USE_OBJS) $(EXPLORE_LIBS)' interop/use/planted
