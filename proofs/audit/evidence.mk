# Whether the evidence is what the runs left, and true as far as that can be seen in a minute.

.PHONY: verify-evidence verify-evidence-quick test-verify-evidence test-verify-evidence-quick
verify-evidence: $(GEN_TOOL) interop-build ## look: whether the evidence is what the runs left: seals, sources, totals, a sample made again
	@python3 proofs/audit/verify_evidence.py --evidence $(EVIDENCE)

verify-evidence-quick: $(GEN_TOOL) interop-build ## look: verify-evidence, with one of what takes long to prove or play again
	@python3 proofs/audit/verify_evidence.py --quick --evidence $(EVIDENCE)

test-verify-evidence: $(GEN_TOOL) interop-build ## look: what can be done to the evidence, each of which verify-evidence must notice
	@python3 proofs/audit/verify_evidence_test.py --evidence $(EVIDENCE)

test-verify-evidence-quick: $(GEN_TOOL) interop-build ## look: test-verify-evidence, with an eighth of the files
	@python3 proofs/audit/verify_evidence_test.py --quick --evidence $(EVIDENCE)
