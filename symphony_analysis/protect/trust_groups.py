"""Disclosure control of the trust's groups that overlap (girls, SEN support), and the audit of it.

Only the trust's own figures of them are shown. Pupils are parted in several ways (``PARTINGS``), each by itself; those
in no group of a way are a part too, for the total less the groups gives them away.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from symphony_analysis.measures.measure import Measure
from symphony_analysis.protect.audit import Audit, Finding
from symphony_analysis.protect.blocks import is_sensitive
from symphony_analysis.protect.parts import FEWEST_SCHOOLS, further
from symphony_analysis.protect.public_knowledge import Outside
from symphony_analysis.protect.release import blanked
from symphony_analysis.protect.thresholds import HIDDEN, Thresholds
from symphony_analysis.relations import PARTINGS

_WHICH = ["measure", "time_period"]
_REST = "rest"


def release_groups(
    figures: pd.DataFrame,
    totals: pd.DataFrame,
    shown: pd.DataFrame,
    measures: Mapping[str, Measure],
    edition: str,
    settings: Mapping[str, Any],
) -> pd.DataFrame:
    """What of the trust's figures of these groups may be seen.

    ``totals`` are its figures of all pupils before disclosure control, ``shown`` what the edition shows of them. The
    internal edition has all, the public none. The trustees' has no sensitive measure, none of a total that is hidden,
    no group with fewer than ``hide_below`` pupils or three schools, and never one hidden part of a way alone.
    """
    figures = figures.assign(words="").reset_index(drop=True)
    if edition == "internal" or not len(figures):
        return figures
    least = Thresholds.of(edition, settings).hide_below
    hidden = figures["measure"].map({name: is_sensitive(measure) for name, measure in measures.items()}).astype(bool)
    hidden |= (edition == "public") | ~_pairs(figures).isin(_pairs(_seen(shown)))
    for parts in _ways(figures, totals):
        few = parts["pupils"].between(1, least - 1) | parts["schools_counted"].between(1, FEWEST_SCHOOLS - 1)
        few[further(parts, few, least)] = True
        hidden[[at for at in parts.index[few] if at != _REST]] = True
    return blanked(figures, hidden & figures["value"].notna(), figures["words"])


def audit_groups(
    editions: Iterable[pd.DataFrame],
    figures: pd.DataFrame,
    totals: pd.DataFrame,
    limits: Thresholds,
    printed: Iterable[Outside] = (),
) -> Audit:
    """The hidden figures of these groups, and the parts of few pupils, that the totals less all other parts tell.

    A total counts as known whether it is shown or not. ``figures`` and ``totals`` are before disclosure control.
    """
    keys = [*_WHICH, "pupil_group"]
    seen = {key for edition in editions for key in _seen(edition)[keys].itertuples(index=False, name=None)}
    seen |= {(each.measure, each.year, each.group) for each in printed if not each.place}
    held = figures[figures["value"].notna()].reset_index(drop=True)
    asked = list(held[keys].itertuples(index=False, name=None))
    findings = []
    for parts in _ways(held, totals):
        unknown = [at for at in parts.index if at == _REST or asked[at] not in seen]
        unknown = [at for at in unknown if parts.loc[at, "pupils"] > 0]
        alone = unknown[0] if len(unknown) == 1 else None
        if alone is not None and (alone != _REST or parts.loc[alone, "pupils"] < limits.hide_below):
            named = [asked[at] for at in parts.index if at != _REST]
            groups = [group for *_, group in named] if alone == _REST else [asked[alone][2]]
            what = "the outcome of the pupils in none of them" if alone == _REST else "the outcome"
            findings.append(Finding(named[0][0], int(named[0][1]), "", " and ".join(groups), what))
    return Audit(sum(key not in seen for key in asked), tuple(findings))


def _ways(figures: pd.DataFrame, totals: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The parts of each measure, year and way: pupils and schools, and under ``rest`` the pupils in no group of it."""
    whole = totals.drop_duplicates(_WHICH).set_index(_WHICH)["pupils"]
    for which, rows in figures.groupby(_WHICH, sort=True):
        for way in PARTINGS:
            parts = rows.loc[rows["pupil_group"].isin(way) & rows["value"].notna(), ["pupils", "schools_counted"]]
            if len(parts):
                left = whole.get(which, np.nan) - parts["pupils"].sum()
                yield pd.concat([parts, pd.DataFrame({"pupils": [left], "schools_counted": [np.nan]}, index=[_REST])])


def _seen(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["symbol"].ne(HIDDEN) & rows["value"].notna()]


def _pairs(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[_WHICH])
