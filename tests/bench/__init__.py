"""`make bench`: how fast Proofsheet is beside a bare script that makes the same calls."""
