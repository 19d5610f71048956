# Whether the evidence is what the runs left, and true as far as that can be seen in a minute.

.PHONY: verify-evidence check-evidence-tamper
verify-evidence: $(GEN_TOOL) interop-build ## look: the seals, sources and totals of the evidence, what can be made again, and a sample
	@python3 proofs/audit/verify_evidence.py --evidence $(EVIDENCE)

check-evidence-tamper: $(GEN_TOOL) interop-build ## look: whatever is done to the evidence is noticed
	@python3 proofs/audit/verify_evidence_test.py --evidence $(EVIDENCE)
