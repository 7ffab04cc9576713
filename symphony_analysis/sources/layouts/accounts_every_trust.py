"""Every multi-academy trust of primary schools in the academies accounts: what England's median is worked out from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from symphony_analysis.sources.declare.header_matching import plain
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.layouts import academies_accounts
from symphony_analysis.sources.reading.open_tables import opened
from symphony_analysis.sources.reading.read_file import sheets_of

#: Our measures of a trust, and what is over its total income.
SHARES = {
    "staff_costs_percent": "staff",
    "in_year_balance_percent": "balance",
    "revenue_reserves_percent": "reserve",
}
_MONEY = ("income", "staff", "costs", "reserve")
_TRUST, _PHASE, _KIND = "uid", "Overall Phase", "MAT SAT or Central Services"


def primary_trusts(content: bytes, shown: str) -> pd.DataFrame:
    """The published workbook's multi-academy trusts that have no other than primary schools: a row a trust (its UID).

    A column of ``SHARES`` is in per cent of the trust's income, academies and central services together. A trust is
    left out where an academy supplied no return. Without rows for a file without central services, phase or kind.
    """
    if academies_accounts.CENTRAL.name not in sheets_of(content, academies_accounts.SOURCE, shown):
        return pd.DataFrame(columns=[*SHARES], dtype="float64")  # schools alone do not add up to a trust
    academies = _rows(content, shown, academies_accounts.SOURCE, ("UID", _PHASE, _KIND))
    central = _rows(content, shown, academies_accounts.CENTRAL, ())
    if not {plain(_PHASE), plain(_KIND), _TRUST} <= set(academies):
        return pd.DataFrame(columns=[*SHARES], dtype="float64")
    several = academies[plain(_KIND)].str.contains(r"multi|\(MAT\)", case=False)
    primary = academies[plain(_PHASE)].str.strip().str.casefold().eq("primary")
    whole = academies[[*_MONEY]].notna().all(axis=1)
    every = (several & primary & whole).groupby(academies[_TRUST]).all()
    sums = academies.groupby(_TRUST)[[*_MONEY]].sum().add(central.groupby(_TRUST)[[*_MONEY]].sum(), fill_value=0)
    kept = sums.reindex(every.index[every & (every.index != "")])
    kept = kept[kept["income"] > 0].assign(balance=kept["income"] - kept["costs"])
    return pd.DataFrame({name: kept[part] / kept["income"] * 100 for name, part in SHARES.items()})


def _rows(content: bytes, shown: str, source: Source, also: Sequence[str]) -> pd.DataFrame:
    """The rows of a sheet, money as numbers, under our names; ``also``: columns that the layout does not declare."""
    names = {plain(column.official): column.ours for column in source.columns}
    names |= {plain(each): _TRUST if each == "UID" else plain(each) for each in also}
    frames = []
    for grid in opened(content, shown, source)[0]:
        frame = pd.DataFrame([cells for _, cells in grid.rows], columns=[*map(plain, grid.header)])
        frames.append(frame[[name for name in frame if name in names]].rename(columns=names))
    rows = pd.concat(frames, ignore_index=True)
    return rows.assign(**{part: pd.to_numeric(rows[part], errors="coerce") for part in _MONEY})
