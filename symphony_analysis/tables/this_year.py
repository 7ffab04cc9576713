"""Tables of the year: attendance to date, groups of pupils of the trust as a whole, the budget and its outturn."""

from typing import Any

import pandas as pd

from symphony_analysis.compare import NOT_HELD
from symphony_analysis.dates import dates_in_words
from symphony_analysis.display import Row, display_value, england_span, figure_span, key_to, keyed, subject_rows
from symphony_analysis.figure import GROUPS_OF_TRUST, figure_id
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import MEASURES, Measure
from symphony_analysis.measures.attendance import HEADLINE
from symphony_analysis.measures.formulas import Total
from symphony_analysis.names import named
from symphony_analysis.protect import HIDDEN
from symphony_analysis.rounding import half_away
from symphony_analysis.sources.pupil_parts import PARTS, TO_DATE

_ABSENCE = MEASURES["overall_absence_percent"]


def attendance_to_date(analysis: Any) -> Html:
    """How do our pupils attend this year so far, and how do England's?

    One row a figure (attendance, absence, persistent absence), in per cent. Sources: the trust's registers to their
    last mark; DfE's daily series of primary schools to the week published last, as known on the day.
    """
    body, cited = [], dict[str, None]()
    for measure in (MEASURES[name] for name in HEADLINE):
        row = next(analysis.so_far(measure, TO_DATE).itertuples(), None)
        if row is None:
            return element("p", _why_none(analysis, TO_DATE), class_="soft")
        shown = (row.value, row.authority_value, row.england_value)
        if measure is _ABSENCE:
            body.append(["Attendance", *(_attended(value) for value in shown)])
        body.append(
            [measure.label, *(NOT_HELD if pd.isna(value) else display_value(value, measure) for value in shown)]
        )
        if pd.notna(row.england_value):
            cited[f"England: {dates_in_words(row.england_vintage)}."] = None
    head = ["Figure", _who(analysis), analysis.trust.authority_label, "England, primary schools"]
    note = "Ours to the last mark of our registers, theirs to the last week published: they are not compared."
    return join(
        [
            table(f"The year {analysis.year} so far", head, body),
            element("p", " ".join([note, *cited]), class_="soft"),
        ]
    )


def attendance_by_part(analysis: Any, part: str) -> Html:
    """How do our pupils attend by half term, or by year group, this year so far? One row a part, in per cent.

    Source: the trust's registers, pupil by pupil, and of them what this edition may show.
    """
    rows = analysis.so_far(_ABSENCE, part := named("part", part, PARTS))
    if not len(rows):
        return element("p", _why_none(analysis, part), class_="soft")
    body = [[row.part, _attended(row.value), display_value(row.value, _ABSENCE)] for row in rows.itertuples()]
    title = f"By {part}, {analysis.year} so far: {_who(analysis)}"
    return table(title, [part.capitalize(), "Attendance", _ABSENCE.label], body)


def _why_none(analysis: Any, part: str) -> str:
    if analysis.edition == "public" or (analysis.school and analysis.edition != "internal"):
        return "Attendance of the year so far is in the trust's own report, not in this edition."
    return (
        f"Attendance by {part} is not told: the files of {analysis.year} do not tell it apart (the schools' registers "
        "do), or fewer pupils or schools are behind it than this edition may show."
    )


def _who(analysis: Any) -> str:
    return analysis.school.name if analysis.school else "The trust"


def _attended(absence: float) -> str:
    """What is left of 100% after the absence as it is printed."""
    if pd.isna(absence):
        return NOT_HELD
    return display_value(100 - float(half_away(absence, _ABSENCE.decimals)), _ABSENCE)


def groups_of_trust(analysis: Any) -> Html:
    """How do pupils with SEN, with English as an additional language, girls and boys do? The trust's pupils this year.

    One row a measure in its unit, one column a group, England's figure of the group under it where it is published and
    held; a pupil is in several groups. Nothing in a public edition and in one of a school. Sources: pupil-level files
    and the January census, as this edition may show them.
    """
    if analysis.edition == "public" or analysis.school:
        return Html("")
    figures = analysis.of_groups()
    rows = keyed(figures.frame, ["measure", "pupil_group"])
    body, withheld = [], []
    for measure in figures.measures.values():
        known = [rows[measure.name, group] for group in GROUPS_OF_TRUST]
        if any(row.value == row.value for row in known):
            body.append([_name(measure), *(_group_cell(row, measure) for row in known)])
        elif any(row.symbol == HIDDEN for row in known):
            withheld.append(measure.label.lower())
    if not body:
        return element("p", "Groups of pupils are not told apart: no pupil-level census of the year.", class_="soft")
    notes = ["A pupil is in several groups. England's figure is given where it is held, and not judged against."]
    notes += [f"Internal edition only: {', '.join(withheld)}."] if withheld else []
    notes += [key_to(HIDDEN)] if "[c]" in str(body) else []
    head = ["Measure", *GROUPS_OF_TRUST.values()]
    title = f"Groups of pupils, {analysis.year}: the trust"
    return join([table(title, head, body), element("p", " ".join(notes), class_="soft")])


def _name(measure: Measure) -> str:
    return measure.label if measure.unit in {"%", "score"} else f"{measure.label} ({measure.unit})"


def _group_cell(row: Row, measure: Measure) -> Html:
    england = england_span(row, measure)
    under = [element("br"), element("span", england, class_="soft")] if england else []
    return element("td", figure_span(row, measure), *under)


_INCOME, _EXPENDITURE = "budget_income_gbp", "budget_expenditure_gbp"
#: The outturn of each line, with the formula of its budget.
_LINES = {
    "total_income_gbp": Total((_INCOME,)),
    "total_expenditure_gbp": Total((_EXPENDITURE,)),
    "in_year_balance_gbp": Total((_INCOME, f"-{_EXPENDITURE}")),
}


def budget(analysis: Any) -> Html:
    """Did the year turn out as budgeted?

    One row each for income, expenditure and in-year balance of the trust, or of the page's school: budget, outturn, and
    outturn less budget, in pounds. Nothing where the accounts hold no budget; a sentence where it is not that of every
    school that counts and of central services. Source: BudgetIncome and BudgetExpenditure of the trust's accounts.
    """
    rows = analysis.table("finance")
    rows = rows[(rows["time_period"] == analysis.year.code) & (rows["pupil_group"] == "all")]
    urns = [analysis.school.urn] if analysis.school else [school.urn for school in analysis.members]
    central = rows["geographic_level"].eq("Central") & (analysis.school is None)
    rows = rows[(rows["geographic_level"].eq("School") & rows["school_urn"].isin(urns)) | central]
    budgeted = rows[rows[_INCOME].notna() & rows[_EXPENDITURE].notna()]
    if not len(budgeted):
        return Html("")
    if len(budgeted) < len(rows):
        return element(
            "p", f"Only {len(budgeted)} of {len(rows)} accounts hold a budget: none is shown.", class_="soft"
        )
    shown = subject_rows(analysis.figures("finance"))
    outturn = {row.measure: row for row in shown[shown["time_period"] == analysis.year.code].itertuples()}
    body = [
        _budget_line(outturn[name], float(formula.parts(budgeted)["numerator"].sum()))
        for name, formula in _LINES.items()
        if name in outturn and pd.notna(outturn[name].value)
    ]
    return table(
        f"Budget and outturn, {analysis.year.label}", ["In pounds", "Budget", "Outturn", "Outturn less budget"], body
    )


def _budget_line(row: Row, planned: float) -> list[object]:
    measure = MEASURES[row.measure]
    over = display_value(row.value - planned, measure, sign=True)
    return [
        measure.label,
        element("td", display_value(planned, measure), data_figure=f"{figure_id(row)}.budget"),
        element("td", figure_span(row, measure)),
        element("td", over, data_figure=f"{figure_id(row)}.budget"),
    ]
