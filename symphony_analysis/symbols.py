"""The official codes of missing figures and their meanings.

A value and the reason it is missing travel together, from the file to the page; zero only ever means zero.
"""

#: Every code a tidy table may carry in a ``<column>_symbol``, with the note that the page prints for it.
MEANINGS: dict[str, str] = {
    "SUPP": "suppressed by DfE because few pupils are in the cohort or group",
    "SUPPMAT": "suppressed by DfE because few pupils or schools are in the trust's group",
    "NELIG": "not eligible for DfE's trust-level measures",
    "LOWCOV": "not published: the measure covers fewer than half of the pupils",
    "NEW": "new school: no published results yet",
    "NE": "no entries, or no eligible pupils",
    "NA": "not available or not applicable, as coded by the publisher",
    "NP": "not published",
    "DNS": "the return was not supplied",
    "c": "confidential: withheld because the numbers are small, here or in a figure that this one would give away",
    "z": "not applicable: there are no such pupils, or no such measure",
    "x": "not available: no data supplied",
    "low": "rounds to zero but is not zero",
    "u": "low reliability: withheld by the publisher",
    "held": "held: implausible, and not confirmed by its owner",
}
