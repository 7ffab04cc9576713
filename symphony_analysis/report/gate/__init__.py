"""The gate: every byte of a report is searched for what must not leave the trust.

    unpack (what a file holds, layer by layer) -> texts, pages, files (what to look for) -> gate (does it pass?)

No option opens it; an exception is a line of ``data/gate_exceptions.csv``: a text, its file, a reason and a date.
"""

from symphony_analysis.report.gate.gate import Leak, Search, Secrets, secrets_of, verdict

__all__ = ["Leak", "Search", "Secrets", "secrets_of", "verdict"]
