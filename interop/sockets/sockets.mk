# The contracts of the system's calls (spec/engines/sockets.h), tried on live sockets.

SOCKETS_BUILD := $(INTEROP_BUILD)/sockets
SOCKETS_TOOL  := $(SOCKETS_BUILD)/try
SOCKETS_OBJS  := $(INTEROP_BUILD)/sockets/walk.o $(INTEROP_BUILD)/sockets/world.o
SOCKETS_CC    := $(CC) $(INTEROP_FLAGS) -Iinterop/sockets -O1 -g

$(SOCKETS_BUILD)/checks.c: spec/engines/sockets.h interop/sockets/checks.py $(addprefix proofs/lib/,acsl_c.py acsl_checks.py)
	@mkdir -p $(@D)
	python3 interop/sockets/checks.py $< $@
$(SOCKETS_BUILD)/checks.o: $(SOCKETS_BUILD)/checks.c interop/sockets/checks.h
	$(SOCKETS_CC) -c -o $@ $<
$(SOCKETS_TOOL): $(SOCKETS_BUILD)/checks.o $(SOCKETS_OBJS)
	$(CC) $(CFLAGS) -o $@ $^

.PHONY: try-sockets try-sockets-quick test-try-sockets
try-sockets: $(SOCKETS_TOOL) ## prove: what spec/engines/sockets.h says of the system, after every three steps on live sockets
	@$(SOCKETS_TOOL) 3

try-sockets-quick: $(SOCKETS_TOOL) ## prove: what spec/engines/sockets.h says of the system, after every two steps
	@$(SOCKETS_TOOL) 2

test-try-sockets: $(SOCKETS_OBJS) ## prove: wrong clauses in spec/engines/sockets.h, which try-sockets must find
	@python3 proofs/lib/planted.py $(SOCKETS_BUILD)/planted 'python3 interop/sockets/checks.py $(SOCKETS_CC)' \
	    '$(CC) -o % @ $(SOCKETS_OBJS)' interop/sockets/planted
