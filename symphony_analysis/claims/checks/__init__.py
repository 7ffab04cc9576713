"""The checks a claim may name: against England, over time, against the trust's records."""
