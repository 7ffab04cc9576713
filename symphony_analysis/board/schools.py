"""Every school on one grid, the questions that the figures put to the board, and what to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from symphony_analysis import claims
from symphony_analysis.board.headlines import GAP_OF, Subject, gap_id
from symphony_analysis.board.verdict import RESERVES, england, named_schools, named_worse, over_years
from symphony_analysis.claims.evidence import OUT_OF_DATE
from symphony_analysis.compare import BETTER, PERHAPS_BETTER, SAME
from symphony_analysis.display import Row, count_in_words, display_value, figure_span, say
from symphony_analysis.figure import figure_id
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import MEASURES
from symphony_analysis.measures.finance import RESERVES_LOW
from symphony_analysis.rounding import number
from symphony_analysis.years import span

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis

_MOST = 5
_BALANCE = "in_year_balance_percent"
_GRID = {
    "ks2_rwm_expected_percent": "KS2",
    "phonics_year1_expected_percent": "Phonics",
    "eyfs_gld_percent": "Reception",
    "persistent_absence_percent": "Persistent absence",
    _BALANCE: "Balance",
    RESERVES: "Reserves",
}
#: Under the grid: what is marked, and what is not.
KEY = (
    "Per cent; balance and reserves as a share of income. ▲ ▼: further from England's than chance takes 1 "
    "school in 500, all years together, or 1 in 20 in each of two years running; the charts judge one year alone. "
    f"▼ also for a deficit and for reserves under {RESERVES_LOW:g}%, where DfE may ask. "
    "\N{EN DASH} no pupils of that age. † joined later, not in the trust's figures."
)


#: Below which a figure of money is marked, and what is said of it.
_BOUNDS = {_BALANCE: (0.0, "in deficit"), RESERVES: (RESERVES_LOW, f"under {RESERVES_LOW:g}%")}


class Cell(NamedTuple):
    """A school's figure, how the grid marks it (better, worse or "") and that in words: a deficit is not "worse"."""

    row: Row
    mark: str
    words: str


def schools_and_questions(analysis: Analysis) -> Html:
    """How is every school, what should the board ask, and what has to be corrected?"""
    asked, wrong = questions(analysis), corrections(analysis)
    parts = [_part("Questions for the board", "ol", asked), _part("To correct before publishing", "ul", wrong)]
    columns = [join(part for part in parts if part)]
    if not analysis.school and analysis.edition != "public":
        columns.insert(0, grid(analysis))
    return element("div", *(element("div", column) for column in columns if column), class_="two")


def _part(title: str, kind: str, lines: list[Html]) -> Html | str:
    items = element(kind, *(element("li", line) for line in lines))
    return join([element("h2", title), items]) if lines else ""


def cells(analysis: Analysis) -> dict[str, dict[str, Cell]]:
    """The grid's figures of this year by school and measure, with what is marked by rule 2, deficit or bound."""
    sides = {
        (row.school_name, row.measure): "better" if row.comparison in {BETTER, PERHAPS_BETTER} else "worse"
        for row in named_schools(analysis).itertuples()
    }
    rows = analysis.figures().rows(
        geographic_level="School", time_period=analysis.year.code, pupil_group="all", measure=list(_GRID)
    )
    found: dict[str, dict[str, Cell]] = {}
    for row in rows.itertuples():
        mark = words = sides.get((row.school_name, row.measure), "")
        bound, said = _BOUNDS.get(row.measure, (float("-inf"), ""))
        if pd.notna(row.value) and row.value < bound:
            mark, words = "worse", said
        found.setdefault(row.school_name, {})[row.measure] = Cell(row, mark, words)
    return found


def grid(analysis: Analysis) -> Html:
    """Every school of the trust today, the lowest at key stage 2 first; a mark only where something is clear."""
    found, members = cells(analysis), {school.name for school in analysis.members}
    names = [school.name for school in analysis.trust.of_year(analysis.year) if school.name in found]
    names.sort(key=lambda name: _level(found[name].get(GAP_OF)))
    body = [
        [name if name in members else f"{name} †", *(_cell(found[name].get(measure)) for measure in _GRID)]
        for name in names
    ]
    caption = f"Today’s schools in {analysis.year}, lowest at key stage 2 first"
    made = table(caption, ["School", *_GRID.values()], body, class_="grid")
    return join([made, element("p", KEY, class_="soft")])


def _level(cell: Cell | None) -> float:
    return float("inf") if cell is None or pd.isna(cell.row.value) else float(cell.row.value)


def _cell(cell: Cell | None) -> Html:
    if cell is None:
        return element("td", "\N{EN DASH}")
    measure, row = MEASURES[cell.row.measure], cell.row
    if pd.isna(row.value):
        return element("td", "\N{EN DASH}" if row.symbol == "z" else say(row, measure), data_figure=figure_id(row))
    shape = {"better": " ▲", "worse": " ▼"}.get(cell.mark, "")
    said = element("span", f" {cell.words}", class_="unseen") if cell.words else ""
    # The unit is in the note: every column is in per cent.
    return element("td", number(row.value, measure.decimals), shape, said, class_=cell.mark, data_figure=figure_id(row))


def questions(analysis: Analysis) -> list[Html]:
    """What the figures ask of a board: from what is clear, in deficit or under a bound, each with its figure."""
    subject = Subject(analysis)
    found = [*_of_schools(analysis), *_of_disadvantaged(subject)]
    if not analysis.school and analysis.edition != "public":
        found += _of_money(analysis)
    return [*found, *_of_changes(subject)][:_MOST]


def _of_schools(analysis: Analysis) -> list[Html]:
    """One question a school, with its two surest measures."""
    by_school: dict[str, list[Row]] = {}
    members = {school.name for school in analysis.members}
    for row in named_worse(analysis):
        by_school.setdefault(row.school_name, []).append(row)
    told = []
    for name, rows in list(by_school.items())[:2]:
        years = span(rows[0].first_period, rows[0].time_period)
        said = join((over_years(row) for row in rows[:2]), "; ")
        # These years of a school that joined after them are not the trust's work.
        asked = "What has been tried, and what comes next?" if name in members else "It joined later: what comes first?"
        told.append(join([element("strong", name), f", {years}: ", said, f". {asked}"]))
    return told


def _of_disadvantaged(subject: Subject) -> list[Html]:
    ours, others = (subject.row(GAP_OF, group) for group in ("disadvantaged", "other"))
    gap = subject.gaps().get(subject.now)
    if ours is None or others is None or others.comparison != BETTER or ours.comparison == BETTER:
        return []
    asked = "Our other pupils do better than England’s. Why do disadvantaged pupils not ("
    told = [join([asked, figure_span(ours, MEASURES[GAP_OF]), ", ", england(ours), ")?"])]
    if gap is not None and ours.comparison == SAME:
        told.append(element("span", f" The gap is {number(-gap.gap, 0)} points.", data_figure=gap_id(gap)))
    return [join(told)]


def _of_money(analysis: Analysis) -> list[Html]:
    found = cells(analysis)
    low = [c[RESERVES].row for c in found.values() if RESERVES in c and c[RESERVES].mark]
    spent = [c[_BALANCE].row for c in found.values() if _BALANCE in c and c[_BALANCE].mark]
    asked = []
    if spent:
        asked.append(join([_with_names(spent), " of income: in deficit this year. When will they balance?"]))
    if low:
        bound = f" of income in reserve (DfE may ask under {RESERVES_LOW:g}%). Is that within our policy?"
        asked.append(join([_with_names(low), bound]))
    return asked


def _with_names(rows: list[Row]) -> Html:
    told = [join([element("strong", row.school_name), " ", figure_span(row, MEASURES[row.measure])]) for row in rows]
    return join(told, ", ")


def _of_changes(subject: Subject) -> list[Html]:
    """The surest change for the better since last year in a headline area: what was done?"""
    changed = subject.changed
    better = changed[(changed["comparison"] == BETTER) & (changed["pupil_group"] == "all")]
    told = []
    for row in better.head(1).itertuples():
        measure = MEASURES[row.measure]
        span = f"{display_value(row.value_before, measure)} to {display_value(row.value, measure)}"
        change = element("span", span, data_figure=f"{figure_id(row)}.change")
        told.append(join([f"{measure.label}: from ", change, " in a year, beyond chance. What do we keep doing?"]))
    return told


def corrections(analysis: Analysis) -> list[Html]:
    """What the trust has to correct before it publishes: wrong figures, statements, evidence, targets."""
    if analysis.school or analysis.edition == "public":
        return []
    return [*_held(analysis), *_statements(analysis), *_evidence(analysis), *_targets(analysis)]


def _held(analysis: Analysis) -> list[Html]:
    found = claims.plausibility(analysis)
    rows = {figure_id(row): row for row in analysis.figures().rows(geographic_level="Trust").itertuples()}
    told = []
    for held in found[found["verdict"] == "held"].itertuples():
        struck = element("s", held.printed, data_figure=f"printed.{held.id}.{held.time_period}")
        said = [f"{held.label}: printed as ", struck]
        row = rows.get(held.figure)
        if row is not None and pd.notna(row.value):
            measure = MEASURES[row.measure]
            unit = "" if measure.unit == "%" else f" {measure.unit}"
            said += [" in the trust’s document; the records give ", figure_span(row, measure), unit]
        told.append(join([*said, "."]))
    return told


def _statements(analysis: Analysis) -> list[Html]:
    count = len(claims.draft_reasons(analysis))
    if not count:
        return []
    noun = "statement needs" if count == 1 else "statements need"
    return [join([f"{count_in_words(count).capitalize()} {noun} rewording or an answer."])]


def _evidence(analysis: Analysis) -> list[Html]:
    items = claims.evidence(analysis)
    old = items[items["status"] == OUT_OF_DATE]
    if not len(old):
        return []
    noun = "item" if len(old) == 1 else "items"
    return [join([f"{count_in_words(len(old)).capitalize()} {noun} of evidence to refresh."])]


def _targets(analysis: Analysis) -> list[Html]:
    rows = claims.targets(analysis)
    if not len(rows):
        return []
    done, alone = int(rows["measurable"].sum()), int(rows["orphan"].sum())
    said = f"{done or 'None'} of the {len(rows)} targets can be measured as recorded; {alone} have no priority."
    return [element("span", said, data_figure="targets")]
