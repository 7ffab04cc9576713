"""Figures in tables: three years against England, and school by school.

Only ``Protected`` figures are taken; anything else raises TypeError, so an unprotected frame cannot reach a page.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from symphony_analysis import breaks, claims, compare, display
from symphony_analysis.claims.gaps import pair_named
from symphony_analysis.compare import COMPARED, MARKED, NO_LIKE, NOT_HELD, NOT_YET
from symphony_analysis.dates import dates_in_words
from symphony_analysis.display import (
    Row,
    authority_span,
    authority_value,
    count_in_words,
    display_value,
    england_span,
    england_value,
    figure_span,
    key_to,
    keyed,
    mark,
    say,
    subject_rows,
    tag,
    why_missing,
)
from symphony_analysis.figure import authority_id, england_id, figure_id
from symphony_analysis.markup import Html, details, element, join, table
from symphony_analysis.measures import GROUPS, MEASURES, NO_SCHOOL_RESULTS, Measure, group_named, groups_named
from symphony_analysis.measures.formulas import Total
from symphony_analysis.measures.measure import formula_in_words
from symphony_analysis.protect import Protected
from symphony_analysis.rounding import half_away, number
from symphony_analysis.years import AcademicYear, span

_NO_FIGURE = "\N{EN DASH}"
_BANDED = "Where a school has few suspensions, exclusions, severe absences or EHC plans, only a band is given."
_NO_LIKE = "Where England is not named, it publishes no comparable figure."
#: Symbols that need no key: "no data", "not published".
_PLAIN = frozenset({"", "x", "NP"})
_NOT_FINAL = frozenset({"provisional", "interim", "in development"})


def three_years(figures: Protected, *measures: str, groups: Sequence[str] = ("all",), caption: str = "") -> Html:
    """How do our figures compare with England's, year by year?

    One row per measure (all measures held, where none is named) and pupil group, one column per year, one for the 95%
    interval of the newest and one for the years pooled; each cell has the figure in its measure's unit, a mark where it
    is clearly or perhaps not England's, England's figure, and the local authority's where it is known. Intervals,
    pupils and sources are in notes under it.
    """
    chosen = display.chosen(figures, measures)
    groups = groups_named(groups, chosen)
    years = figures.context.years
    rows = subject_rows(figures)
    beside = figures.rows(geographic_level="Trust") if figures.context.school else rows.head(0)
    whole, local = _pooled_rows(figures, chosen), figures.context.trust.authority_label
    asked = rows[rows["measure"].isin([m.name for m in chosen]) & rows["pupil_group"].isin(groups)]
    sure = asked.loc[asked["time_period"] == years[-1].code, "interval_low"].notna().any()
    beside = beside[beside["measure"].isin([m.name for m in chosen])]
    own, theirs = (keyed(frame) for frame in (asked, beside))
    together = keyed(whole, ["measure", "pupil_group"])
    body, shown = [], []
    for measure in chosen:
        for group in (g for g in groups if g in measure.pupil_groups):
            cells = [own.get((measure.name, group, year.code)) for year in years]
            like = {} if isinstance(measure.formula, Total) else theirs  # a sum over schools
            trust = [like.get((measure.name, group, year.code)) for year in years]
            drawn = [_cell(cell, measure, also, local) for cell, also in zip(cells, trust, strict=True)]
            newest = [_newest(cells[-1], measure)] if sure else []
            pooled = [_pooled_cell(together.get((measure.name, group)), measure)] if len(whole) else []
            body.append([_row_label(measure, group, groups), *drawn, *newest, *pooled])
            shown += [cell for cell in cells if cell is not None]
    who = figures.context.school.name if figures.context.school else "the trust"
    interval = [element("span", f"{years[-1].label}: 95% interval", class_="newest")] if sure else []
    pooled_head = [element("span", "Years pooled", class_="pooled")] if len(whole) else []
    head = ["Measure", *(y.label for y in years), *interval, *pooled_head]
    pairs = "pairs" if len(groups) == 2 and len(body) == 2 * len(chosen) else ""
    made = table(caption or f"{who[0].upper()}{who[1:]} and England", head, body, class_=pairs)
    behind = _how_sure(figures, chosen, shown, whole)
    return join([made, _notes(chosen, shown), behind, _sources(figures, chosen, shown)])


def _newest(row: Row | None, measure: Measure) -> Html:
    """The interval of the newest year's figure, and under it in words what it decides."""
    if row is None:
        return element("td", "")
    lines: list[object] = []
    if pd.notna(row.interval_low):
        ends = " to ".join(number(value, measure.decimals) for value in (row.interval_low, row.interval_high))
        lines.append(element("span", ends, data_figure=f"{figure_id(row)}.interval"))
    if row.comparison in MARKED:
        lines.append(tag(row.comparison))
    return element("td", join(lines, between="<br>"), class_="newest", data_figure=figure_id(row))


def by_school(figures: Protected, *measures: str, group: str = "all", caption: str = "") -> Html:
    """How do the schools differ this year?

    One row per school of the register that counts this year, then the trust (pooled, and as DfE publishes it where no
    school-level results are held), the local authority where it is known, and England; one column per measure, with its
    unit in the head.
    """
    chosen, context = display.chosen(figures, measures), figures.context
    group = group_named(group, chosen)
    rows = figures.rows(time_period=context.year.code, pupil_group=group).set_index("measure", drop=False)
    schools = [s for s in context.trust.schools if s in context.members]
    body = [_school_row(school.name, rows[rows["school_urn"] == school.urn], chosen) for school in schools]
    trust = rows[rows["geographic_level"] == "Trust"]
    theirs = trust["note"].str.endswith(NO_SCHOOL_RESULTS)
    for name, rows_of in (("Trust, pooled", trust[~theirs]), ("Trust, as DfE publishes it", trust[theirs])):
        if not rows_of[rows_of["measure"].isin([measure.name for measure in chosen])].empty:
            body.append(_school_row(name, rows_of, chosen))
    held = keyed(trust, ["measure"])
    local = [_authority_cell(held.get((measure.name,)), measure) for measure in chosen]
    if any(local):
        body.append([context.trust.authority_label, *(value or _NO_FIGURE for value in local)])
    body.append(["England", *(_england_cell(held.get((m.name,)), m) for m in chosen)])
    head = ["School", *(f"{m.short_label} ({_unit(m)})" for m in chosen)]
    title = caption or f"School by school, {context.year.label}, {GROUPS[group].lower()}"
    listed = rows["school_urn"].isin(["", *(school.urn for school in schools)])
    shown = list(rows[rows["measure"].isin([m.name for m in chosen]) & listed].itertuples())
    return join([table(title, head, body, class_="schools"), _notes(chosen, shown), _expected(shown)])


def _expected(shown: list[Row]) -> Html:
    """How many of a table's comparisons would stand out by chance alone."""
    compared = sum(row.comparison in COMPARED and row.geographic_level == "School" for row in shown)
    if not compared:
        return Html("")
    chance = max(round(compared * 0.05), 1)
    said = f"If every school were at England's level, up to {count_in_words(chance)} of these {compared} comparisons "
    return element("p", f"{said}would be outside their interval by chance: △ ▽ may be that, ▲ ▼ hardly.", class_="soft")


def _pooled_rows(figures: Protected, chosen: Sequence[Measure]) -> pd.DataFrame:
    """The pooled years of the page's own figures, with limits that take schools as units where all are shown."""
    names, context = [measure.name for measure in chosen], figures.context
    if figures.edition == context.edition and all(MEASURES.get(measure.name) is measure for measure in chosen):
        found = context.pooled()  # of the whole report, made once for all its tables
        found = found[found["measure"].isin(names)]
    else:
        found = context.pooled_of(figures.of(names))
    school = context.school
    if school or not len(found):
        return found[found["school_urn"] == school.urn] if school else found
    units = compare.by_schools(found, figures.measures)
    trust = found[found["geographic_level"] == "Trust"]
    return trust.merge(units, on=["measure", "time_period", "pupil_group"], how="left")


def _pooled_cell(row: Row | None, measure: Measure) -> Html:
    """The cell of the pooled years, empty where a year is not shown."""
    if row is None:
        return element("td", "", class_="pooled")
    lines: list[object] = [join([display_value(row.value, measure), " ", mark(row.comparison)])]
    if pd.notna(row.england_value):
        england = f"England\N{NO-BREAK SPACE}{display_value(row.england_value, measure)}"
        lines.append(element("span", england, class_="soft"))
    return element("td", join(lines, between="<br>"), class_="pooled", data_figure=f"{figure_id(row)}.pooled")


def gaps(figures: Protected, *measures: str, group: str = "disadvantaged", caption: str = "") -> Html:
    """How far is a group of pupils from the others, three ways? One row per measure and kind of gap, each named.

    One column per year, in percentage points or the points of a score; the last column pools the years.
    """
    held = {measure.name: measure for measure in display.chosen(figures, measures)}
    one, _ = pair_named(group)
    rows = claims.gaps(figures, *held, group=one)
    rows = rows[rows["geographic_level"] == "Trust"]
    spans = list(dict.fromkeys(rows.sort_values(["years", "time_period"], key=_spans_last)["years"]))
    body = []
    for name, measure in held.items():
        behind = -1 if measure.better == "high" else 1
        told = rows[(rows["measure"] == name) & rows["gap"].notna()]
        for kind, cells in told.groupby("name", sort=False):
            by_span = {cell.years: cell for cell in cells.itertuples()}
            label = join([next(cells.itertuples()).label, element("br"), element("span", kind, class_="soft")])
            body.append([label, *(_gap_cell(by_span.get(span), span, behind) for span in spans)])
    note = (
        f"In percentage points (points for scores), from unrounded figures: over zero, {GROUPS[one].lower()} are "
        "behind. The word says whether by more than chance; below it are the 95% limits and, within the trust, "
        "England's own gap. Gaps to England are there where England's figure for the group is published."
    )
    return join(
        [table(caption or "The trust's gap, three ways", ["Gap", *spans], body), element("p", note, class_="soft")]
    )


def _spans_last(column: pd.Series) -> pd.Series:
    return column.map(len) if column.name == "years" else column


def _gap_cell(cell: Row | None, span: str, behind: int) -> Html:
    """A gap as the charts give it, over zero where the group is behind; ``behind`` is the sign of such a record."""
    if cell is None:  # England's years are never added up
        return element("td", "not pooled" if " to " in span else "no figure", class_="soft")
    if pd.isna(cell.gap):
        return element("td", f"[{cell.symbol}]" if cell.symbol else cell.standing)
    pupils = "" if pd.isna(cell.pupils_gap) else _heads(abs(cell.pupils_gap))
    low, high = sorted((behind * cell.gap_low, behind * cell.gap_high))
    ends = "" if pd.isna(low) else f"{number(low, 1)} to {number(high, 1)}"
    england = "" if pd.isna(cell.england_gap) else f"England {number(behind * cell.england_gap, 1)}"
    lines = [number(behind * cell.gap, 1), element("span", f"{cell.standing} {pupils}".strip(), class_="soft")]
    lines += [element("span", said, class_="soft") for said in (ends, england) if said]
    identity = f"{cell.figure}.gap.{'-'.join(cell.kind.replace(chr(39), '').split())}.{len(cell.years)}"
    return element("td", join(lines, between="<br>"), data_figure=identity)


def _heads(pupils: float) -> str:
    """A gap as pupils: "(about 17 pupils)"; a gap of less than half a pupil is not none."""
    if half_away(pupils, 0) < 1:
        return "(less than one pupil)"
    return f"(about {number(pupils, 0)} pupil{'' if half_away(pupils, 0) == 1 else 's'})"


def reconcile(figures: Protected) -> Html:
    """Why does our pooled figure differ from the one DfE publishes for the trust? One row each per pupil group.

    Of every measure held that has both, in per cent, one column per year. Source: DfE's own table.
    """
    rows = figures.rows(geographic_level="Trust")
    published = set(rows.loc[rows["note"].str.endswith(NO_SCHOOL_RESULTS), "measure"])
    pairs = [(m, m.stand_in) for m in figures.measures.values() if m.stand_in and m.name not in published]
    caption = "Our pooled figure and DfE's own trust-level figure"
    groups = ("all", "disadvantaged", "other")
    return join(
        join(
            [
                three_years(figures, ours.name, theirs.name, groups=groups, caption=caption),
                element("p", theirs.definition, class_="soft"),
            ]
        )
        for ours, theirs in pairs
    )


def _row_label(measure: Measure, group: str, groups: Sequence[str]) -> Html | str:
    said = measure.unit in {"%", "£", "score", "count"} or measure.unit == measure.label.lower()
    name = measure.label if said else f"{measure.label} ({measure.unit})"
    if len(groups) == 1 and group == "all":
        return name
    return join([name, element("br"), element("span", GROUPS[group], class_="soft")])


def _cell(row: Row | None, measure: Measure, trust: Row | None, local: str) -> Html:
    """A figure with its mark; under it England's, the local authority's, and a school's trust's."""
    if row is None and trust is not None:  # a figure that only a trust has
        return element("td", element("span", "Trust ", figure_span(trust, measure), class_="soft"))
    if row is None:
        return element("td", "no data")
    lines: list[object] = [join([say(row, measure), " ", mark(row.comparison)])]
    if england := england_span(row, measure):
        lines.append(element("span", england, _status(row), class_="soft"))
    elif row.comparison == NOT_YET:
        lines.append(element("span", f"England {NOT_YET}", class_="soft"))
    if authority := authority_span(row, measure, local):
        lines.append(element("span", authority, class_="soft"))
    if trust is not None:
        lines.append(element("span", "Trust ", figure_span(trust, measure), class_="soft trust"))
    return element("td", join(lines, between="<br>"), data_figure=figure_id(row))


def _status(row: Row) -> str:
    """A national figure that may still be revised says so."""
    return f" {row.england_status}" if row.england_status in _NOT_FINAL else ""


def _school_row(name: str, rows: pd.DataFrame, chosen: list[Measure]) -> list[object]:
    cells: list[object] = [name]
    held = keyed(rows, ["measure"])
    for measure in chosen:
        row = held.get((measure.name,))
        beside = "" if row is None else mark(row.comparison)
        cells.append("no data" if row is None else join([figure_span(row, measure), " ", beside]))
    return cells


def _england_cell(row: Row | None, measure: Measure) -> object:
    if row is None or pd.isna(row.england_value):
        return row.comparison if row is not None and row.comparison in {NOT_YET, NOT_HELD} else _NO_FIGURE
    return element("td", england_value(row, measure), data_figure=england_id(row))


def _authority_cell(row: Row | None, measure: Measure) -> object:
    value = "" if row is None else authority_value(row, measure)
    return value and element("td", value, data_figure=authority_id(row))


def _unit(measure: Measure) -> str:
    return {"count": "number"}.get(measure.unit, measure.unit)


def _notes(chosen: list[Measure], shown: list[Row]) -> Html:
    """Under the table: why a measure is not there, and what each symbol means."""
    notes = list(dict.fromkeys(_absence(row) for row in shown if row.note))
    notes += _broken(shown)
    symbols = sorted({row.symbol for row in shown if row.symbol not in _PLAIN and not row.note and not row.words})
    if any(row.words for row in shown):
        notes.append(_BANDED)
    if any(row.comparison == NO_LIKE and pd.notna(row.value) and row.geographic_level != "School" for row in shown):
        notes.append(_NO_LIKE)
    if lacking := "; ".join(said for measure in chosen if (said := _not_held(measure, shown))):
        notes.append(f"Where no figure for England is shown here, one is published but {NOT_HELD}: {lacking}.")
    notes += [key_to(symbol) for symbol in symbols]
    return element("p", " ".join(notes), class_="soft") if notes else Html("")


def _not_held(measure: Measure, shown: list[Row]) -> str:
    """The measure, with the years of which England's figure is published but not held where these are not all."""
    rows = [row for row in shown if row.measure == measure.name]
    years = sorted({row.time_period for row in rows if row.comparison == NOT_HELD})
    name = measure.label[0].lower() + measure.label[1:]
    said = ", ".join(AcademicYear.parse(str(year)).label for year in years)
    return said and (name if len(years) == len({row.time_period for row in rows}) else f"{name} ({said})")


def _broken(shown: list[Row]) -> list[str]:
    """Declared breaks between the years in the table."""
    codes = [row.time_period for row in shown]
    pairs = dict.fromkeys((row.measure, row.pupil_group) for row in shown)
    found = dict.fromkeys(each for pair in pairs for each in breaks.between(*pair, min(codes), max(codes)))
    return [f"From {AcademicYear.parse(each.first)} not comparable with earlier years: {each.why}." for each in found]


def _absence(row: Row) -> str:
    return f"{AcademicYear.parse(str(row.time_period)).label}: {row.note}."


def _how_sure(figures: Protected, chosen: list[Measure], shown: list[Row], whole: pd.DataFrame) -> Html:
    """The interval of each figure that has one, its difference from England, and England's for pupils with our mix.

    The pooled years have the interval that takes schools as units.
    """
    measures = {measure.name: measure for measure in chosen}
    rows = [row for row in shown if pd.notna(row.interval_low)]
    if not rows:
        return Html("")
    found = {}
    if figures.context.school is None:
        mixed = subject_rows(figures.of(list(measures)))
        mixed = mixed.assign(intake=compare.at_our_intake(mixed))
        found = {figure_id(row): row.intake for row in mixed[mixed["intake"].notna()].itertuples()}
    head = ["Figure", "95% interval", "Less England", "In pupils", "England at our mix"]
    body = []
    for row in rows:
        measure = measures[row.measure]
        body.append([_sure_label(row, measure), *_sure_cells(row, measure), _mixed(row, found, measure)])
    asked = {(row.measure, row.pupil_group) for row in rows}
    body += [
        _by_schools(row, measures[row.measure], len(head))
        for row in whole.itertuples()
        if (row.measure, row.pupil_group) in asked and pd.notna(getattr(row, "schools_low", np.nan))
    ]
    made = table("Intervals, and the difference from England", head, body)
    return details("How sure are they, and how many pupils?", made, class_="data sure")


def _mixed(row: Row, found: dict[str, float], measure: Measure) -> Html | str:
    identity = figure_id(row)
    if identity not in found:
        return _NO_FIGURE
    return element("td", display_value(found[identity], measure), data_figure=f"{identity}.intake")


def _by_schools(row: Row, measure: Measure, columns: int) -> list[object]:
    ends = " to ".join(number(value, measure.decimals) for value in (row.schools_low, row.schools_high))
    who = "" if row.pupil_group == "all" else f", {GROUPS[row.pupil_group].lower()}"
    name = f"{measure.short_label}{who}, {span(row.first_period, row.time_period)}, schools as units"
    cell = element("td", ends, data_figure=f"{figure_id(row)}.pooled")
    return [name, cell, *[_NO_FIGURE] * (columns - 2)]


def _sure_label(row: Row, measure: Measure) -> str:
    who = "" if row.pupil_group == "all" else f", {GROUPS[row.pupil_group].lower()}"
    return f"{measure.short_label}{who}, {AcademicYear.parse(str(row.time_period)).label}"


def _sure_cells(row: Row, measure: Measure) -> list[object]:
    identity, places = figure_id(row), max(measure.decimals, 0)
    low, high = (number(value, places) for value in (row.interval_low, row.interval_high))
    cells: list[object] = [element("td", f"{low} to {high}", data_figure=f"{identity}.interval")]
    if pd.isna(row.difference):
        return [*cells, _NO_FIGURE, _NO_FIGURE]
    coarser = min(measure.decimals, int(row.england_decimals))
    cells.append(element("td", number(row.difference, coarser, sign=True), data_figure=f"{identity}.difference"))
    pupils = _NO_FIGURE if pd.isna(row.pupils_gap) else number(row.pupils_gap, 0, sign=True)
    return [*cells, element("td", pupils, data_figure=f"{identity}.pupils")]


def _sources(figures: Protected, chosen: list[Measure], shown: list[Row]) -> Html:
    """The note that answers "where does this number come from?": each definition and formula; files, publications."""
    lines = [_source(measure, [r for r in shown if r.measure == measure.name]) for measure in chosen]
    files = sorted({name for row in shown for name in row.source_file.split(";") if name})
    vintages = list(dict.fromkeys(row.england_vintage for row in shown if isinstance(row.england_vintage, str)))
    for which, told in (("Files", [_file(name, figures) for name in files]), ("England", vintages)):
        if told:
            lines.append(
                element("p", element("strong", f"{which}. "), dates_in_words("; ".join(told)), ".", class_="soft")
            )
    return details("Where these figures come from", *lines, class_="source")


def _source(measure: Measure, rows: list[Row]) -> Html:
    counted = join((_counted(row) for row in rows if row.pupil_group == "all"), ", ")
    missing = list(dict.fromkeys(why for row in rows if (why := why_missing(row))))
    parts = [
        element("strong", f"{measure.label}. "),
        f"{measure.definition} Formula: {formula_in_words(measure)}.",
        join([" Schools counted: ", counted, "."]) if counted else "",
        f" Missing: {'; '.join(missing)}." if missing else "",
    ]
    return element("p", *parts, class_="soft")


def _counted(row: Row) -> Html:
    """How many schools stand behind a figure, of how many, with how many pupils."""
    year = AcademicYear.parse(str(row.time_period)).label
    told = f"{year}: {row.schools_counted} of {row.schools_expected}{_cohort(row)}"
    return element("span", told, data_figure=f"{figure_id(row)}.schools")


def _file(name: str, figures: Protected) -> str:
    """A file with where it came from, its release and the beginning of its hash, as the manifest lists it."""
    rows = figures.context.inputs.manifest
    listed = rows[rows["path"] == name]
    if not len(listed):
        return name
    row = listed.iloc[0]
    facts = [
        row["origin"],
        row["release_status"],
        dates_in_words(row["published"]),
        f"fingerprint {row['sha256'][:12]}",
    ]
    return f"{name} ({', '.join(dict.fromkeys(fact for fact in facts if fact))})"


def _cohort(row: Row) -> str:
    return f" ({number(row.pupils, 0)} pupils)" if pd.notna(row.pupils) else ""
