# Everything that hangs on each clause, from the evidence.

TRACE_PAGE = $(BUILD)/trace.md

.PHONY: trace check-trace req
trace: ## look: clause to rows, labels, goals, mutants, scenarios: trace.json and a page; fails on a gap
	@python3 proofs/audit/trace.py --evidence $(EVIDENCE) --page $(TRACE_PAGE)

check-trace: ## look: the traceability check finds each kind of gap
	@python3 proofs/audit/trace_test.py

req: ## look: prove one clause anew and print all that hangs on it: make req REQ=MP-07
	@labels=$$(python3 proofs/audit/trace.py --req '$(REQ)' --labels) || exit 2; \
	status=0; \
	if [ -n "$$labels" ]; then \
	    python3 proofs/prove --build $(BUILD)/proofs --prop "$$labels" || status=$$?; \
	fi; \
	printf '\n'; \
	python3 proofs/audit/trace.py --evidence $(EVIDENCE) --req '$(REQ)' && exit $$status
