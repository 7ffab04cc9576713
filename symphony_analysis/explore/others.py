"""Published figures of others beside ours: a local authority, similar schools, England's trusts. Like beside like."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from symphony_analysis import compare
from symphony_analysis.analysis import Analysis
from symphony_analysis.display import Row
from symphony_analysis.figure import authority_id
from symphony_analysis.measures import MEASURES
from symphony_analysis.names import UnknownNameError, unknown
from symphony_analysis.sources import others
from symphony_analysis.sources.layouts import academies_accounts
from symphony_analysis.sources.layouts.academies_accounts import SHARES
from symphony_analysis.sources.own import national, records
from symphony_analysis.years import AcademicYear

SIMILAR, TRUSTS = "similar schools", "trusts"
#: What DfE publishes for every trust.
_OF_TRUSTS = "ks2_rwm_expected_percent"
_LISTED = "it is 'similar schools', 'trusts' or a local authority of which DfE's files of these years tell"
_QUARTERS = ("a quarter", "half", "three quarters")


@dataclass(frozen=True)
class Other:
    """A figure to be put beside the row at ``place`` of an answer; ``decimals`` as published."""

    place: int
    who: str
    value: float
    source: str
    decimals: int | None = None
    figure: str = ""


def others_beside(analysis: Analysis, rows: pd.DataFrame, who: str) -> list[Other]:
    """The figures of these others for the measures, years and groups of these rows; see ``Answer.beside``.

    Raises UnknownNameError for others that no file knows, and where nothing is published that is like these rows.
    """
    years = [AcademicYear.parse(int(code)) for code in sorted(set(rows["time_period"]))]
    authorities = others.authorities(analysis.inputs, years)
    known = {name: name for name in (SIMILAR, TRUSTS)} | {name: code for code, name in authorities.items()}
    by_text = {text.casefold(): chosen for text, chosen in known.items()} | {code: code for code in authorities}
    if who.strip().casefold() == "england":
        raise UnknownNameError("England is beside each figure already, wherever it publishes one that is like it")
    if (chosen := by_text.get(who.strip().casefold(), "")) == "":
        raise unknown("comparator", who, known, listed=_LISTED)
    whole = rows.reset_index(drop=True)
    whole = whole[whole["part"] == ""]
    if chosen == SIMILAR:
        found = [*_similar(analysis, whole)]
        lacking = "similar_schools.csv and DfE's performance table of the year have none for schools of this answer"
    elif chosen == TRUSTS:
        found = [*_trusts(analysis, whole)]
        lacking = "DfE's files of every trust, where added, tell of reading, writing and maths together and of finances"
    else:
        found = [*_authority(analysis, whole, chosen, authorities[chosen])]
        lacking = f"nothing like it is published for {authorities[chosen]} in national.csv or in files of these years"
        if groups := _groups_of(analysis, whole, chosen):
            lacking += f"; there is of these pupils: {', '.join(groups)}"
    if not found:
        raise UnknownNameError(f"no figure of {who} to put beside these: {lacking}")
    return found


def _authority(analysis: Analysis, rows: pd.DataFrame, code: str, name: str) -> Iterator[Other]:
    years = [AcademicYear.parse(int(each)) for each in sorted(set(rows["time_period"]))]
    declared = {measure: MEASURES[measure] for measure in rows["measure"].unique()}
    told = analysis.inputs.national
    own = code == analysis.trust.authority
    if not own:
        told = others.figures_of_authority(analysis.inputs, code, name, years)
    known = compare.england_figures(declared, told, pd.DataFrame(), analysis.as_at, code)
    key = ["measure", "time_period", "pupil_group"]
    published = known.set_index(key)[["authority_value", "authority_decimals"]].dropna()
    for row in rows.drop_duplicates(key).itertuples():
        asked = (row.measure, row.time_period, row.pupil_group)
        if asked in published.index:
            value, decimals = published.loc[asked]
            source = national.NAME if own else _files(told, row)
            yield Other(row.Index, name, float(value), source, int(decimals), authority_id(row) if own else "")


def _groups_of(analysis: Analysis, rows: pd.DataFrame, code: str) -> list[str]:
    """The groups of pupils of which national.csv has these measures for the trust's own authority."""
    told = analysis.inputs.national
    like = told["comparator"].isin([MEASURES[name].compared_with for name in rows["measure"].unique()])
    return sorted(set(told.loc[like & told["population"].str.endswith(f"_of_{code}"), "pupil_group"]))


def _files(told: pd.DataFrame, row: Row) -> str:
    """The files that publish a figure, by its comparator and year."""
    like = (told["comparator"] == MEASURES[row.measure].compared_with) & (told["time_period"] == row.time_period)
    return ";".join(dict.fromkeys(told.loc[like, "source_file"]))


def _similar(analysis: Analysis, rows: pd.DataFrame) -> Iterator[Other]:
    for row in rows[rows["pupil_group"] == "all"].itertuples():
        year = AcademicYear.parse(int(row.time_period))
        urns = analysis.inputs.similar_schools(year).get(row.school_urn, [])
        everyone = analysis.inputs.every_school(year) if urns else pd.DataFrame()
        if row.measure in everyone:
            value, counted = compare.pooled_schools(everyone, row.measure, urns)
            if counted:
                who = f"{counted} schools similar to {row.who}"
                yield Other(row.Index, who, value, records.path_of("similar_schools", year))


def _trusts(analysis: Analysis, rows: pd.DataFrame) -> Iterator[Other]:
    """DfE's own figure of the trust, and the figures below which a quarter, half and three quarters of trusts are."""
    uid = analysis.trust.identity.get("uid", "")
    for row in rows[rows["geographic_level"] == "Trust"].itertuples():
        values, which, decimals, source = _every_trust(analysis, row)
        if len(values) < compare.LEAST_SCHOOLS:
            continue
        if uid in values.index:
            yield Other(row.Index, "the trust, as DfE publishes it", float(values[uid]), source, decimals)
        for said, below in zip(_QUARTERS, compare.quartiles(values), strict=True):
            yield Other(row.Index, f"{said} of {len(values):,} {which} are below", below, source, decimals)


def _every_trust(analysis: Analysis, row: Row) -> tuple[pd.Series, str, int | None, str]:
    """What DfE publishes of every trust for a row's measure and pupils: by UID, which trusts, decimals, the file."""
    year = AcademicYear.parse(int(row.time_period))
    accounts = analysis.inputs.primary_trusts(year) if row.measure in SHARES and row.pupil_group == "all" else None
    if accounts is not None:
        files = [each.path for _, each, source in analysis.inputs.files([year]) if source is academies_accounts.SOURCE]
        return accounts[row.measure].dropna(), "primary trusts", None, ";".join(files)
    everyone = others.trusts(analysis.inputs, year)
    if row.measure != _OF_TRUSTS or row.pupil_group not in everyone or not len(everyone):
        return pd.Series(dtype="float64"), "", None, ""
    return everyone[row.pupil_group].dropna(), "trusts", 0, str(everyone["source_file"].iloc[0])
