"""Tidy tables to figures: every measure for every school, for the trust, and for England, in every year.

A row of the result is one figure: measure x year x level x school x pupil group. ``value`` and ``symbol`` are
never both filled and never both empty. Values are not rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from symphony_analysis.measures.measure import Measure
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear

FIGURE_KEYS = ["measure", "time_period", "geographic_level", "school_urn", "pupil_group"]
COLUMNS = [
    *FIGURE_KEYS, "school_name", "member", "value", "symbol", "unit", "numerator", "denominator",
    "pupils", "schools_counted", "schools_expected", "note", "source_file",
]  # fmt: skip
_BY_SCHOOL = ["time_period", "school_urn", "pupil_group"]
_BY_YEAR = ["time_period", "pupil_group"]
_PARTS = ["value", "numerator", "denominator", "pupils", "rows_counted"]


def evaluate(
    measures: Iterable[Measure],
    table: Callable[[str], pd.DataFrame],
    trust: Trust,
    years: Sequence[AcademicYear],
    rule: str = "in_trust_that_year",
) -> pd.DataFrame:
    """What are the figures of these measures in these years?

    ``table`` gives the tidy table of a source. Returns one row per figure, schools and trust, sorted by
    ``FIGURE_KEYS``, and England where the table itself holds the published England row. The trust's figure pools
    the schools that count under ``rule``; ``schools_counted`` of ``schools_expected`` had what the figure needs.
    """
    blocks = [
        _figures(measure, table(measure.source), trust, years, measure.membership or rule) for measure in measures
    ]
    if not blocks:
        return pd.DataFrame(columns=COLUMNS)
    figures = pd.concat(blocks, ignore_index=True)
    return figures.sort_values(FIGURE_KEYS, ignore_index=True)[COLUMNS]


def _figures(
    measure: Measure, rows: pd.DataFrame, trust: Trust, years: Sequence[AcademicYear], rule: str
) -> pd.DataFrame:
    codes = [year.code for year in years]
    wanted = rows["time_period"].isin(codes) & rows["pupil_group"].isin(measure.pupil_groups)
    # One order whatever the order in the file: a sum of fractions depends on it in the last digit.
    rows = rows[wanted].sort_values([*_BY_SCHOOL, "geographic_level"], ignore_index=True)
    members = {year.code: [school.urn for school in trust.members(year, rule)] for year in years}
    levels = [
        _by_school(measure, rows[rows["geographic_level"] == "School"], trust, codes, members),
        _of_trust(measure, rows, codes, members),
        _of_england(measure, rows[rows["geographic_level"] == "England"]),
    ]
    figures = pd.concat([level for level in levels if len(level)], ignore_index=True)
    return _without_unavailable(measure, figures.assign(measure=measure.name, unit=measure.unit))


def _work_out(measure: Measure, rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The formula's figures, with the number of pupils behind each (NaN where a figure is not about pupils)."""
    worked = measure.formula.work_out(rows, by)
    if not measure.pupils_column:
        return worked.assign(pupils=float("nan"))
    behind = rows[measure.formula.contributes(rows)]
    pupils = behind.groupby(by, sort=True)[measure.pupils_column].sum().rename("pupils").reset_index()
    return worked.merge(pupils, on=by, how="left", validate="one_to_one")


def _by_school(
    measure: Measure, rows: pd.DataFrame, trust: Trust, codes: list[int], members: dict[int, list[str]]
) -> pd.DataFrame:
    if not measure.pooled:
        return pd.DataFrame()
    frame = pd.MultiIndex.from_product(
        [codes, [school.urn for school in trust.schools], measure.pupil_groups], names=_BY_SCHOOL
    ).to_frame(index=False)
    worked = _work_out(measure, rows, _BY_SCHOOL)
    figures = frame.merge(worked[_BY_SCHOOL + _PARTS], on=_BY_SCHOOL, how="left", validate="one_to_one")
    figures = figures.merge(_reasons(measure, rows, _BY_SCHOOL), on=_BY_SCHOOL, how="left", validate="one_to_one")
    names = {school.urn: school.name for school in trust.schools}
    is_member = [urn in members[code] for code, urn in zip(figures["time_period"], figures["school_urn"], strict=True)]
    return _finish(figures).assign(
        geographic_level="School",
        school_name=figures["school_urn"].map(names),
        member=is_member,
        schools_counted=figures["rows_counted"].notna().astype(int),
        schools_expected=1,
    )


def _of_trust(measure: Measure, rows: pd.DataFrame, codes: list[int], members: dict[int, list[str]]) -> pd.DataFrame:
    frame = pd.MultiIndex.from_product([codes, measure.pupil_groups], names=_BY_YEAR).to_frame(index=False)
    if measure.pooled:
        counts = [
            level == "Central" or (level == "School" and urn in members[code])
            for level, urn, code in zip(rows["geographic_level"], rows["school_urn"], rows["time_period"], strict=True)
        ]
        rows = rows[pd.Series(counts, index=rows.index, dtype=bool)]
    else:
        rows = rows[rows["geographic_level"] == "Trust"]
    worked = _work_out(measure, rows, _BY_YEAR)
    figures = frame.merge(worked[_BY_YEAR + _PARTS], on=_BY_YEAR, how="left", validate="one_to_one")
    figures = figures.merge(_reasons(measure, rows, _BY_YEAR), on=_BY_YEAR, how="left", validate="one_to_one")
    figures = figures.merge(_counted(measure, rows, members), on=_BY_YEAR, how="left", validate="one_to_one")
    expected = figures["time_period"].map({code: len(urns) for code, urns in members.items()})
    return _finish(figures).assign(
        geographic_level="Trust",
        school_urn="",
        school_name="",
        member=True,
        schools_counted=figures["schools_counted"].where(figures["schools_counted"].notna(), 0).astype(int),
        schools_expected=figures["schools_expected"].where(figures["schools_expected"].notna(), expected).astype(int),
    )


def _counted(measure: Measure, rows: pd.DataFrame, members: dict[int, list[str]]) -> pd.DataFrame:
    """How many schools stand behind the trust's figure: as published, or those that gave all the formula needs."""
    if "schools_counted" in rows.columns:
        return rows[[*_BY_YEAR, "schools_counted", "schools_expected"]].drop_duplicates(_BY_YEAR)
    if not measure.pooled:
        # A trust-wide record speaks for every school.
        counted = rows[_BY_YEAR].drop_duplicates()
        return counted.assign(schools_counted=[len(members[c]) for c in counted["time_period"]], schools_expected=pd.NA)
    schools = rows[(rows["geographic_level"] == "School") & measure.formula.contributes(rows)]
    counted = schools.groupby(_BY_YEAR, sort=True)["school_urn"].nunique().rename("schools_counted").reset_index()
    return counted.assign(schools_expected=pd.NA)


def _of_england(measure: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    worked = _work_out(measure, rows, _BY_YEAR) if measure.pooled else pd.DataFrame()
    if not len(worked):
        return pd.DataFrame()
    reasons = _reasons(measure, rows, _BY_YEAR)
    return _finish(worked.merge(reasons, on=_BY_YEAR, how="left", validate="one_to_one")).assign(
        geographic_level="England",
        school_urn="",
        school_name="",
        member=False,
        schools_counted=0,
        schools_expected=0,
    )


def _reasons(measure: Measure, rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Why is a figure missing: the first symbol of the columns it needs; and the files it comes from."""
    symbol = pd.Series("", index=rows.index, dtype="str")
    for column in measure.formula.columns:
        symbol = symbol.mask(symbol == "", rows[f"{column}_symbol"])
    told = rows[[*by, "source_file"]].assign(symbol=symbol)
    return told.groupby(by, sort=True).agg(symbol=("symbol", "max"), source_file=("source_file", _listed)).reset_index()


def _listed(files: pd.Series) -> str:
    return ";".join(sorted(set(files) - {""}))


def _finish(figures: pd.DataFrame) -> pd.DataFrame:
    """A value stands without a symbol; a figure without a value says why ("x": nothing supplied, "z": no pupils)."""
    missing = figures["value"].isna()
    empty_group = figures["rows_counted"].notna() & missing
    symbol = figures["symbol"].where(figures["symbol"].notna(), "")
    symbol = symbol.mask(symbol == "", "x").mask(empty_group, "z").where(missing, "")
    files = figures["source_file"].where(figures["source_file"].notna(), "")
    return figures.assign(symbol=symbol, source_file=files, note="")


def _without_unavailable(measure: Measure, figures: pd.DataFrame) -> pd.DataFrame:
    """A measure that does not exist in a year has no value there, and says why."""
    gone = figures["time_period"].isin(measure.unavailable)
    if (figures["value"].notna() & gone & (figures["geographic_level"] != "England")).any():
        years = sorted(figures.loc[gone & figures["value"].notna(), "time_period"].unique())
        raise ValueError(
            f"measure {measure.name!r} does not exist in {years} ({measure.unavailable[years[0]]}); "
            "a figure supplied for it needs another name"
        )
    return figures.assign(
        symbol=figures["symbol"].mask(gone, "NP"),
        note=figures["note"].mask(gone, figures["time_period"].map(measure.unavailable)),
    )
