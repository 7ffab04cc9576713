"""Every layout that can be read, by name. The definitions page is written from this list."""

from __future__ import annotations

from symphony_analysis.sources import (
    attendance,
    census_spring,
    exclusions,
    eyfsp,
    finance,
    ks2_pupil,
    ks2_table,
    ks2_trust,
    mtc,
    phonics,
)
from symphony_analysis.sources.source import Source

#: In order of weight: where two files tell the same school, year and group, the earlier source stands.
_MODULES = (
    census_spring, eyfsp, phonics, mtc, ks2_pupil, ks2_table, ks2_trust, attendance, exclusions, finance,
)  # fmt: skip
SOURCES: dict[str, Source] = {module.SOURCE.name: module.SOURCE for module in _MODULES}


def feeding(table: str) -> list[Source]:
    """The layouts that feed a tidy table, the weightiest first."""
    return [source for source in SOURCES.values() if source.table == table]
