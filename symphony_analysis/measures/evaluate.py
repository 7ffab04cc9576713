"""Tidy tables to figures: every measure for every school, for the trust, and for England, in every year.

A row of the result is one figure: measure x year x level x school x pupil group. ``value`` and ``symbol`` are
never both filled and never both empty. Values are not rounded.
"""

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from symphony_analysis.figure import KEYS
from symphony_analysis.measures.formulas import SPREADS, Ratio
from symphony_analysis.measures.measure import Measure
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear

_PUBLISHED = ["schools_counted", "schools_expected"]
_BEHIND = ["numerator", "denominator", "pupils", *SPREADS]
COLUMNS = [*KEYS, "school_name", "member", "value", "symbol", "unit", *_BEHIND, *_PUBLISHED, "note", "source_file"]

#: The end of the note on a figure that DfE publishes for the whole trust, where it stands for a pooled one.
NO_SCHOOL_RESULTS = "no school-level results are supplied"


def evaluate(
    measures: Iterable[Measure],
    table: Callable[[str], pd.DataFrame],
    trust: Trust,
    years: Sequence[AcademicYear],
    rule: str = "in_trust_that_year",
) -> pd.DataFrame:
    """The figures of these measures in these years.

    ``table`` gives the tidy table of a source. Returns one row per figure, schools and trust, sorted by
    ``figure.KEYS``, and England where the table itself holds the published England row. The trust's figure pools
    the schools that count under ``rule``; ``schools_counted`` of ``schools_expected`` had what the figure needs.
    Raises ValueError for a figure of a measure that does not exist in that year.
    """
    asked = {measure.name: measure for measure in measures}
    chosen = asked | {m.stand_in.name: m.stand_in for m in asked.values() if m.stand_in}
    if not chosen or not years:
        return pd.DataFrame(columns=COLUMNS)
    members = _members(chosen, trust, years, rule)
    told = [_parts(measure, table(measure.source), years) for measure in chosen.values()]
    parts = pd.concat([rows for rows in told if len(rows)] or told[:1], ignore_index=True)
    # One order whatever the order in the file: a sum of fractions depends on it in the last digit.
    parts = parts.sort_values([*KEYS, "source_file"], ignore_index=True)
    rows = [
        (name, year.code, level, urn, group)
        for name, measure in chosen.items()
        for year in years
        for group in measure.pupil_groups
        for level, urn in [("Trust", ""), *(("School", s.urn) for s in trust.schools if measure.pooled)]
    ]
    frame = pd.DataFrame(rows, columns=KEYS)
    figures = _worked(frame, pd.concat([parts, _for_trust(parts, chosen, members)], ignore_index=True), chosen)
    figures = _with_stand_ins(_described(figures, chosen, trust, members), asked)
    figures = figures[figures["measure"].isin(asked)]
    return figures.sort_values(KEYS, ignore_index=True)[COLUMNS]


def _members(chosen: dict[str, Measure], trust: Trust, years: Sequence[AcademicYear], rule: str) -> pd.DataFrame:
    """One row per measure, year and school that counts."""
    counted = {
        (own, year.code): [school.urn for school in trust.members(year, own or rule)]
        for own in {measure.membership for measure in chosen.values()}
        for year in years
    }
    rows = [
        (name, year.code, urn)
        for name, measure in chosen.items()
        for year in years
        for urn in counted[measure.membership, year.code]
    ]
    return pd.DataFrame(rows, columns=["measure", "time_period", "school_urn"]).assign(member=True)


def _parts(measure: Measure, rows: pd.DataFrame, years: Sequence[AcademicYear]) -> pd.DataFrame:
    """The numerator and denominator of each row of a measure's table, or the symbol that says why not."""
    wanted = rows["time_period"].isin([y.code for y in years]) & rows["pupil_group"].isin(measure.pupil_groups)
    rows = rows[wanted & (rows["geographic_level"] != "LA")]
    symbol = pd.Series("", index=rows.index, dtype="str")
    for column in measure.formula.columns:
        symbol = symbol.mask(symbol == "", rows[f"{column}_symbol"])
    parts = measure.formula.parts(rows).astype("float64")
    complete = parts["numerator"].notna().astype(bool)
    spread = dict(measure.formula.spread) if isinstance(measure.formula, Ratio) else {}
    behind = rows[measure.pupils_column] if measure.pupils_column else pd.Series(float("nan"), index=rows.index)
    keys = rows[[*KEYS[1:], "source_file"]]
    published = {name: rows[name] for name in _PUBLISHED if name in rows.columns}
    return keys.assign(
        measure=measure.name,
        symbol=symbol,
        complete=complete,
        # A row whose denominator is zero contributes to no figure.
        contributes=complete & (parts["denominator"] != 0),
        pupils=behind.where(complete),
        **{name: rows[spread[name]].where(complete) if spread.get(name) in rows else float("nan") for name in SPREADS},
        **parts,
        **published,
    )


def _for_trust(parts: pd.DataFrame, chosen: dict[str, Measure], members: pd.DataFrame) -> pd.DataFrame:
    """The rows that make up the trust's own figure: members' and central services', when a measure is pooled."""
    pooled = parts["measure"].map({name: measure.pooled for name, measure in chosen.items()}).astype(bool)
    told = parts.merge(members, on=["measure", "time_period", "school_urn"], how="left", validate="many_to_one")
    school = ((told["geographic_level"] == "School") & told["member"].notna()).to_numpy()
    ours = pooled.to_numpy() & (school | (told["geographic_level"] == "Central").to_numpy())
    return parts[ours].assign(geographic_level="Trust", school_urn="", counts_as_school=school[ours])


def _worked(frame: pd.DataFrame, parts: pd.DataFrame, chosen: dict[str, Measure]) -> pd.DataFrame:
    """Sum the parts of each figure and compute its value; a figure without parts stays empty."""
    asked = frame.merge(parts[parts["geographic_level"] == "England"][KEYS].drop_duplicates(), how="outer")
    groups = parts.groupby(KEYS, sort=True)
    whole = parts[parts["complete"]].groupby(KEYS, sort=True)
    sums = whole[_BEHIND].sum(min_count=1)
    # What an interval needs is known only where every part of the figure has it.
    known = whole[list(SPREADS)].count().eq(whole.size(), axis=0)
    sums[list(SPREADS)] = sums[list(SPREADS)].where(known)
    is_school = (parts["school_urn"] != "") | parts["counts_as_school"].eq(True)
    counted = parts["contributes"] & is_school
    facts = pd.DataFrame(
        {
            # Of several symbols the last by the alphabet.
            "symbol": parts[parts["symbol"] != ""].groupby(KEYS, sort=True)["symbol"].max(),
            "schools": parts.assign(counted=counted).groupby(KEYS)["counted"].sum(),
            **{name: groups[name].max() for name in _PUBLISHED if name in parts.columns},
        }
    )
    facts["source_file"] = _files(parts)
    figures = asked.merge(facts.join(sums), left_on=KEYS, right_index=True, how="left", validate="one_to_one")
    per = figures["measure"].map({name: measure.formula.per for name, measure in chosen.items()})
    divided = figures["measure"].map({name: isinstance(m.formula, Ratio) for name, m in chosen.items()}).astype(bool)
    below = figures["denominator"].where(figures["denominator"] != 0)
    value = (figures["numerator"] / below * per).where(divided, figures["numerator"])
    return figures.assign(value=value)


def _files(parts: pd.DataFrame) -> pd.Series:
    """The files behind each figure, joined by ";". Most figures have one, so only the others are joined."""
    files = parts[[*KEYS, "source_file"]].drop_duplicates()
    shared = files.duplicated(KEYS, keep=False)
    alone = files[~shared].set_index(KEYS)["source_file"]
    if not shared.any():
        return alone
    return pd.concat([alone, files[shared].groupby(KEYS, sort=True)["source_file"].agg(";".join)])


def _described(figures: pd.DataFrame, chosen: dict[str, Measure], trust: Trust, members: pd.DataFrame) -> pd.DataFrame:
    """Names, units and notes; a figure without a value gets a symbol ("x": nothing supplied, "z": no pupils)."""
    missing = figures["value"].isna()
    symbol = figures["symbol"].where(figures["symbol"].notna(), "")
    symbol = symbol.mask(symbol == "", "x").mask(figures["numerator"].notna(), "z").where(missing, "")
    described = figures.assign(
        symbol=symbol,
        note="",
        unit=figures["measure"].map({name: measure.unit for name, measure in chosen.items()}),
        school_name=figures["school_urn"].map(trust.names).where(figures["school_urn"] != "", ""),
        source_file=figures["source_file"].where(figures["source_file"].notna(), ""),
    )
    described = described.merge(
        members, on=["measure", "time_period", "school_urn"], how="left", validate="many_to_one"
    )
    of_trust = described["geographic_level"] == "Trust"
    described["member"] = described["member"].eq(True) | of_trust
    described = _with_schools(described, chosen, members)
    return _without_unavailable(described, chosen)


def _with_schools(figures: pd.DataFrame, chosen: dict[str, Measure], members: pd.DataFrame) -> pd.DataFrame:
    """The number of schools behind each figure, and of how many: as published where a publisher says so."""
    expected = figures.merge(
        members.groupby(["measure", "time_period"]).size().rename("expected").reset_index(), how="left"
    )["expected"]
    of_trust = figures["geographic_level"] == "Trust"
    pooled = figures["measure"].map({name: measure.pooled for name, measure in chosen.items()}).astype(bool)
    # A record of the whole trust speaks for every school of it.
    counted = figures["schools"].where(pooled | figures["value"].isna(), expected)
    ours = {"schools_counted": counted, "schools_expected": expected.where(of_trust, 1)}
    for name, own in ours.items():
        published = figures[name] if name in figures.columns else own
        both = published.where(published.notna(), own)
        figures[name] = both.where(both.notna(), 0).astype(int)
    return figures


def _without_unavailable(figures: pd.DataFrame, chosen: dict[str, Measure]) -> pd.DataFrame:
    """Mark figures of a measure that does not exist in a year. Raises ValueError when one has a value."""
    why = [
        chosen[name].unavailable.get(year, "")
        for name, year in zip(figures["measure"], figures["time_period"], strict=True)
    ]
    note = pd.Series(why, index=figures.index, dtype="str")
    wrong = figures[(note != "") & figures["value"].notna()]
    if len(wrong):
        first = wrong.iloc[0]
        raise ValueError(
            f"measure {first['measure']!r} does not exist in {first['time_period']} ({note[wrong.index[0]]}); "
            "a figure supplied for it needs another name"
        )
    return figures.assign(symbol=figures["symbol"].mask(note != "", "NP"), note=note)


def _with_stand_ins(figures: pd.DataFrame, asked: dict[str, Measure]) -> pd.DataFrame:
    """Where no year has a school-level figure, use the one published for the trust, with a note.

    Never for some years of a trend and not for others: the two are not the same statistic.
    """
    of_trust = figures["geographic_level"] == "Trust"
    kept = [figures]
    for measure, stand_in in ((m, m.stand_in) for m in asked.values()):
        if stand_in is None:
            continue
        own = of_trust & (figures["measure"] == measure.name)
        published = figures[of_trust & (figures["measure"] == stand_in.name) & figures["value"].notna()]
        if figures.loc[own, "value"].notna().any() or not len(published):
            continue
        note = f"{stand_in.label}; {NO_SCHOOL_RESULTS}"
        taken = published.assign(measure=measure.name, note=note)
        gone = figures[own].merge(taken[["time_period", "pupil_group"]], how="left", indicator=True)["_merge"] == "both"
        kept = [frame.drop(index=figures[own].index[gone.to_numpy()], errors="ignore") for frame in kept] + [taken]
    return pd.concat(kept, ignore_index=True)
