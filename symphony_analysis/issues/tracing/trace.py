"""Tracing of a figure: from its id to the formula, the rows, the files and England's vintage."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from symphony_analysis import compare, sources
from symphony_analysis.analysis import Analysis
from symphony_analysis.compare.england import known_on
from symphony_analysis.display import authority_value, display_value, england_value, say, why_missing
from symphony_analysis.figure import GROUPS_OF_TRUST, LABELS, figure_id, of_authority
from symphony_analysis.issues.tracing.asked import ELSEWHERE, Wanted, choice, found, meant, wanted_from
from symphony_analysis.issues.tracing.record_lines import record_lines
from symphony_analysis.measures import MEASURES, OF_GROUPS, Measure
from symphony_analysis.measures.measure import formula_in_words
from symphony_analysis.relations import SPLITS
from symphony_analysis.rounding import number
from symphony_analysis.run.outcome import WrongParameter
from symphony_analysis.run.unchanged.fingerprints import file_digest
from symphony_analysis.sources.own import national
from symphony_analysis.trust import RULES
from symphony_analysis.years import AcademicYear

_WITHHELD = "withheld with the figure itself, or there is no figure"


def trace(analysis: Analysis, wanted: str) -> list[str]:
    """The source of a number on the page, as lines to print.

    ``wanted`` is the id that the number carries (measure.year.who.group), the name of a measure (the trust's figure
    of the year), the id of a claim, target, printed figure, survey question or grade, a number read off the page or
    words; where several figures may be meant, they are named. Rows are those of schools and pupil groups, as the
    edition may show them; never pupils. Raises WrongParameter with near names for an unknown id.
    """
    try:
        asked = wanted_from(analysis, wanted)
    except WrongParameter:
        several = meant(analysis, wanted)
        if not several:
            raise
        return trace(analysis, several[0].figure) if len(several) == 1 else choice(analysis, wanted, several)
    if not isinstance(asked, Wanted):
        return record_lines(analysis, *asked, trace)
    row = found(analysis, asked)
    declared = OF_GROUPS if asked.group in GROUPS_OF_TRUST else MEASURES
    measure, published = declared[asked.measure], asked.who in ELSEWHERE
    lines = [*_head(analysis, asked, row, measure), f"measure: {measure.name}", f"definition: {measure.definition}"]
    if not published:
        lines.append(f"formula: {formula_in_words(measure)}")
    lines.append(f"method: {measure.method} (checked {measure.checked})")
    if published:
        lines += _national_row(analysis, asked, row, measure)
    elif pd.isna(row.england_value):
        lines.append(f"England: no like figure was public on {analysis.as_at.isoformat()}")
    else:
        lines.append(f"{_of_england(row, measure)}; {row.comparison or 'not compared'}")
    if not published:
        lines += _rows(analysis, asked, row, measure)
    return lines + _files(analysis, asked, row, measure)


def _head(analysis: Analysis, asked: Wanted, row: Any, measure: Measure) -> list[str]:
    who = {"trust": "the trust", "england": "England", "authority": _authority(analysis)}.get(
        asked.who, row.school_name
    )
    year = AcademicYear.parse(asked.time_period).label
    value = say(row, measure)
    if asked.who in ELSEWHERE:
        value = _elsewhere(asked, row, measure) or "not published"
    unit = "" if measure.unit in {"%", "£", "count"} else f" ({measure.unit})"
    lines = [asked.id, f"  {measure.label}, {LABELS[asked.group].lower()}, {who}, {year}: {value}{unit}"]
    if asked.who in ELSEWHERE:
        return lines
    if asked.detail:
        part = _KINDS.get(asked.detail)
        of_part = _WITHHELD if pd.isna(row.value) else part(analysis, row, measure) if part else "of this figure"
        lines.append(f"  {asked.detail}: {of_part}")
    if why := why_missing(row):
        lines.append(f"  missing: {why}")
    elif row.note:
        lines.append(f"  note: {row.note}")
    if pd.notna(row.value) and analysis.edition != "public":
        lines.append(f"  unrounded: {float(row.value)!r}")
    return lines


def _authority(analysis: Analysis) -> str:
    return analysis.trust.authority_name or "the local authority"


def _of_england(row: Any, measure: Measure) -> str:
    return f"England: {england_value(row, measure)}; {row.england_vintage}; from {row.england_source}"


def _elsewhere(asked: Wanted, row: Any, measure: Measure) -> str:
    if asked.who == "authority":
        return authority_value(row, measure)
    return england_value(row, measure) if pd.notna(row.england_value) else ""


def _national_row(analysis: Analysis, asked: Wanted, row: Any, measure: Measure) -> list[str]:
    """England's or the authority's figure, and its row of national.csv: population, page, evidence."""
    whom = measure.england.get(row.pupil_group, "")
    england = asked.who == "england"
    population = whom if england else of_authority(whom, analysis.trust.authority)
    rows = known_on(analysis.inputs.national, analysis.as_at)
    rows = rows[
        (rows["comparator"] == measure.compared_with)
        & (rows["time_period"].astype(str) == str(row.time_period))
        & (rows["pupil_group"] == row.pupil_group)
        & (rows["population"] == population)
    ]
    cited = rows["publication"] + ", " + rows["release_status"] + ", published " + rows["published"]
    if england:
        rows = rows[cited == row.england_vintage]
        lines = [_of_england(row, measure)]
    else:
        lines = [f"{_authority(analysis)}: {_elsewhere(asked, row, measure)}; {vintage}" for vintage in cited.tail(1)]
    for one in rows.tail(1).itertuples():
        lines += [f"  value in the file: {one.value}", f"  population: {one.population}", f"  page: {one.url}"]
        lines.append(f"  how it is known: {one.evidence}" + (f"; {one.note}" if one.note else ""))
    return lines


def _rows(analysis: Analysis, asked: Wanted, row: Any, measure: Measure) -> list[str]:
    """The rows behind the figure: one a school and pupil group, as the edition may show them."""
    lines = []
    if asked.who == "trust":
        rule = RULES[measure.membership or analysis.membership]
        lines.append(f"schools counted: {row.schools_counted} of {row.schools_expected} ({rule})")
    if measure.pooled or asked.who != "trust":
        each = "one a school" if asked.who == "trust" else "the school's own"
        lines.append(f"rows used: {LABELS[asked.group].lower()}, {AcademicYear.parse(asked.time_period)}, {each}")
    shown = analysis.figures(measure.area).rows(
        measure=measure.name, time_period=int(asked.time_period), pupil_group=asked.group
    )
    schools = shown[(shown["geographic_level"] == "School") & shown["member"].astype(bool)]
    if asked.who != "trust":
        schools = shown[shown["school_urn"] == asked.who]
    if measure.pooled or asked.who != "trust":
        each_school = schools.itertuples()
        lines += [f"  {one.school_urn} {one.school_name}: {_worked(one, measure)}" for one in each_school]
    if asked.who == "trust":
        lines += [f"  {line}" for line in _central(analysis, asked, measure)]
        lines.append(f"  the trust: {_worked(row, measure)}")
    return lines


def _central(analysis: Analysis, asked: Wanted, measure: Measure) -> list[str]:
    """What central services add to the trust's own figure; they hold no pupils."""
    table = analysis.table(measure.source)
    rows = table[
        (table["geographic_level"] == "Central")
        & (table["time_period"].astype(str) == asked.time_period)
        & (table["pupil_group"] == asked.group)
    ]
    parts = measure.formula.parts(rows) if measure.pooled and len(rows) else rows.head(0)
    lines = []
    for part in parts[parts["numerator"].notna()].itertuples() if len(parts) else ():
        below = f" of {_plain(part.denominator)}" if pd.notna(part.denominator) else ""
        lines.append(f"central services: {_plain(part.numerator)}{below}")
    return lines


def _worked(row: Any, measure: Measure) -> str:
    """A row's value with numerator and denominator; "[c]" where the edition hides it."""
    if pd.isna(row.value):
        return say(row, measure)
    value = display_value(row.value, measure)
    if pd.isna(row.denominator):
        return value
    return f"{value} = {_plain(row.numerator)} of {_plain(row.denominator)}"


def _plain(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 1)


def _files(analysis: Analysis, asked: Wanted, row: Any, measure: Measure) -> list[str]:
    """Every file that was read for the figure, with release and hash, then those that decide groups and rolls."""
    own = {"england": row.england_source, "authority": national.NAME}.get(asked.who, row.source_file)
    named = [name for name in own.split(";") if name]
    beside: list[str] = []
    if asked.who not in ELSEWHERE:  # files of the same year that reading the measure's own table opens too
        fresh, year = sources.load(analysis.inputs.data_dir), f"raw/{asked.time_period}/"
        fresh.table(measure.source, [AcademicYear.parse(asked.time_period)])
        opened = [name for name in sorted(fresh.files_read) if name.startswith(year) and "manifest" not in name]
        beside = [name for name in opened if name not in named]
    listed = analysis.inputs.manifest.drop_duplicates("path").set_index("path").to_dict("index")
    lines = ["files:" if named else "files: none"]
    told = [_file(analysis, name, listed.get(name), name in beside) for name in (*named, *beside)]
    return lines + [f"  {line}" for line in told]


def _file(analysis: Analysis, name: str, row: dict[str, Any] | None, beside: bool) -> str:
    also = ", read beside it (pupil groups, roll)" if beside else ""
    if row is None:
        return f"{name}{also}: sha256 {file_digest(analysis.inputs.data_dir / name)}"
    release = ", ".join(str(part) for part in (row["release_status"], row["published"]) if part)
    return f"{name}{also}: {row['title']}; {row['publisher']}; {release}; {row['origin']}; sha256 {row['sha256']}"


def _difference(_: Analysis, row: Any, measure: Measure) -> str:
    if pd.isna(row.difference):
        return "none, since England publishes no like figure or there are too few pupils to compare"
    places = min(measure.decimals, int(row.england_decimals))
    england = number(row.england_value, int(row.england_decimals))
    apart = display_value(row.difference, measure, places, sign=True)
    return f"{apart}, this figure unrounded less England's {england}".replace("%", " points", 1)


def _pupils(analysis: Analysis, row: Any, measure: Measure) -> str:
    if pd.isna(row.pupils):
        return "not counted for this figure"
    gap = row.pupils_gap
    so_many = "" if pd.isna(gap) else f"; the difference from England comes to {number(gap, 0, sign=True)} pupils"
    return f"{number(row.pupils, 0)} behind this figure{so_many}"


_METHODS = {
    "share": "exact binomial, mid-p",
    "events": "Poisson, with overdispersion",
    "mean": "t, of pupils",
    "sessions": "t, pupils as units",
}


def _interval(_: Analysis, row: Any, measure: Measure) -> str:
    if pd.isna(row.interval_low):
        return "none for a figure of this kind"
    low, high = (number(value, measure.decimals) for value in (row.interval_low, row.interval_high))
    return f"{low} to {high}, 95% ({_METHODS[measure.kind]})"


def _schools(_: Analysis, row: Any, measure: Measure) -> str:
    return f"{row.schools_counted} of {row.schools_expected} counted"


def _gap(analysis: Analysis, row: Any, measure: Measure) -> str:
    others = SPLITS.get(row.pupil_group, "all")
    same = {name: getattr(row, name) for name in ("measure", "time_period", "school_urn", "geographic_level")}
    other = next(analysis.figures(measure.area).rows(**same, pupil_group=others).itertuples(), None)
    if other is None or pd.isna(other.value):
        return _WITHHELD
    apart = display_value(row.value - other.value, measure, sign=True).replace("%", " points")
    own, less = display_value(row.value, measure), display_value(other.value, measure)
    return f"{apart} = {own} less {less}, {figure_id(other)}"


def _place(analysis: Analysis, row: Any, measure: Measure) -> str:
    everyone = analysis.inputs.every_school(AcademicYear.parse(row.time_period))[measure.name]
    return f"among {everyone.count():,} mainstream schools of DfE's performance table with a published figure"


def _similar(analysis: Analysis, row: Any, measure: Measure) -> str:
    year = AcademicYear.parse(row.time_period)
    similar = analysis.inputs.similar_schools(year).get(row.school_urn, [])
    value, schools = compare.pooled_schools(analysis.inputs.every_school(year), measure.name, similar)
    if not schools:
        return "none, since no school like it is listed, or none of them has a published figure"
    told = f"{display_value(value, measure)}, {schools} of {len(similar)} similar schools with a published figure"
    return f"{told}, by their eligible pupils; trust/{year.folder}/similar_schools.csv and DfE's performance table"


def _quartiles(analysis: Analysis, row: Any, measure: Measure) -> str:
    everyone = analysis.inputs.primary_trusts(AcademicYear.parse(row.time_period))
    ends = [display_value(end, measure) for end in compare.quartiles(everyone[measure.name])]
    return f"{', '.join(ends)}: quartiles of {len(everyone):,} primary trusts of DfE's academies accounts"


def _budget(_: Analysis, row: Any, measure: Measure) -> str:
    return "of BudgetIncome and BudgetExpenditure of the trust's accounts, added over the accounts of the outturn"


def _attendance(_: Analysis, row: Any, measure: Measure) -> str:
    return f"what is left of 100% after the absence shown, {display_value(row.value, measure)}"


_KINDS: dict[str, Callable[[Analysis, Any, Measure], str]] = {
    "difference": _difference,
    "pupils": _pupils,
    "interval": _interval,
    "schools": _schools,
    "gap": _gap,
    "attendance": _attendance,
    "place": _place,
    "similar": _similar,
    "quartiles": _quartiles,
    "budget": _budget,
}
