# Everything that hangs on each clause, from the evidence.

TRACE_PAGE = $(BUILD)/trace.md

.PHONY: trace test-trace req assumptions test-assumptions test-assumptions-quick join test-join test-join-quick
trace: ## look: each clause with rows, labels, goals, mutants, scenarios, down to W1..W9: a page; fails on a gap
	@python3 proofs/audit/trace.py --evidence $(EVIDENCE) --page $(TRACE_PAGE)

test-trace: ## look: each kind of gap, which trace must find
	@python3 proofs/audit/trace_test.py

req: ## look: prove one clause and print all that hangs on it: REQ=MP-07, or REQ=W1
	@labels=$$(python3 proofs/audit/trace.py --req '$(REQ)' --labels) || exit 2; \
	status=0; \
	if [ -n "$$labels" ]; then \
	    python3 proofs/prove --build $(BUILD)/proofs --prop "$$labels" || status=$$?; \
	fi; \
	printf '\n'; \
	python3 proofs/audit/trace.py --evidence $(EVIDENCE) --req '$(REQ)' && exit $$status

assumptions: ## prove: make proofs/ASSUMPTIONS.md, what the proofs assume, by kind, and what would notice
	@python3 proofs/audit/assumptions.py

test-assumptions: ## prove: the list of assumptions is up to date, of each is said what would notice; each gap is found
	@python3 proofs/audit/assumptions.py --check --evidence $(EVIDENCE)
	@python3 proofs/audit/assumptions_test.py

test-assumptions-quick: ## prove: test-assumptions, with a twelfth of the gaps
	@python3 proofs/audit/assumptions.py --check --evidence $(EVIDENCE)
	@python3 proofs/audit/assumptions_test.py --quick

join: ## prove: make proofs/JOIN.md, W1 to W9: which statement about bytes is proved where, and rests on what
	@python3 proofs/audit/join.py

test-join: ## prove: the join is up to date, its labels are there and proved; each gap is found
	@python3 proofs/audit/join.py --check
	@python3 proofs/audit/join_test.py

test-join-quick: ## prove: test-join, with a twelfth of the gaps
	@python3 proofs/audit/join.py --check
	@python3 proofs/audit/join_test.py --quick
