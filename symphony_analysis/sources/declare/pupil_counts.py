"""From pupil rows to counts by school and pupil group. Pupil rows stop here: only counts and sums leave."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from symphony_analysis.figure import GROUPS, GROUPS_OF_TRUST
from symphony_analysis.relations import SPLITS
from symphony_analysis.sources.declare.context import Context

Flags = Mapping[str, pd.Series | None]


def with_census_groups(pupils: pd.DataFrame, context: Context, **own: pd.Series) -> Flags:
    """Which pupils are in each group by the January census of the year, or by the file's ``own`` flags?

    ``pupils`` has a ``upn``. A pupil whom the census does not know is not known to be in any group, as DfE
    counts them. Without a census file None for disadvantaged and fsm, and no groups of the trust.
    """
    known = context.pupil_groups()
    if known is None:
        return {"disadvantaged": None, "fsm": None, **own}
    matched = known.set_index("upn").reindex(pupils["upn"].to_numpy(), fill_value=False)
    found = {name: pd.Series(matched[name].to_numpy(dtype=bool), index=pupils.index) for name in matched.columns}
    return {**found, **own}


def counted(pupils: pd.DataFrame, sums: Sequence[str], flags: Flags, context: Context) -> pd.DataFrame:
    """The rows of a tidy table: each of ``sums`` added up by school and pupil group.

    ``pupils`` has a row a pupil, with ``school_urn`` and a number in every column of ``sums``. A group without
    pupils counts zero; a group that the files cannot tell apart is not available ("x"), of the groups of the trust
    there is no row.
    """
    schools = sorted(pupils["school_urn"].unique())
    masks = _masks(pupils, flags)
    known = {
        group: pupils.loc[mask, ["school_urn", *sums]].groupby("school_urn").sum().reindex(schools, fill_value=0)
        for group, mask in masks.items()
        if mask is not None
    }
    blank = pd.DataFrame(np.nan, index=schools, columns=list(sums))
    rows = pd.concat({group: known.get(group, blank) for group in masks}, names=["pupil_group", "school_urn"])
    rows = rows.astype("float64").reset_index()
    symbol = np.where(rows["pupil_group"].isin(known), "", "x")
    symbols = pd.DataFrame({f"{column}_symbol": symbol for column in sums}, dtype="str")
    return as_schools(pd.concat([rows, symbols], axis=1), context)


def as_schools(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows with the keys of a school of the file being read."""
    return rows.assign(time_period=context.year.code, geographic_level="School", source_file=context.file)


def present(urns: pd.Series, context: Context) -> pd.Series:
    """The present URN for each present or previous one."""
    return urns.map(context.present_urns).astype("str")


def _masks(pupils: pd.DataFrame, flags: Flags) -> dict[str, pd.Series | None]:
    everyone = pd.Series(True, index=pupils.index)
    masks: dict[str, pd.Series | None] = {"all": everyone}
    for group, rest in SPLITS.items():
        flag = flags.get(group)
        masks[group] = flag
        masks[rest] = None if flag is None else ~flag
    of_trust = {group: flags[group] for group in GROUPS_OF_TRUST if flags.get(group) is not None}
    return {group: masks[group] for group in GROUPS} | of_trust
