"""The budget of the year beside its outturn, where the trust's accounts hold both."""

from __future__ import annotations

from typing import Any

import pandas as pd

from symphony_analysis.display import Row, display_value, figure_span, subject_rows
from symphony_analysis.figure import figure_id
from symphony_analysis.markup import Html, element, table
from symphony_analysis.measures import MEASURES
from symphony_analysis.measures.formulas import Total

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
        _line(outturn[name], float(formula.parts(budgeted)["numerator"].sum()))
        for name, formula in _LINES.items()
        if name in outturn and pd.notna(outturn[name].value)
    ]
    return table(
        f"Budget and outturn, {analysis.year.label}", ["In pounds", "Budget", "Outturn", "Outturn less budget"], body
    )


def _line(row: Row, planned: float) -> list[object]:
    measure = MEASURES[row.measure]
    over = display_value(row.value - planned, measure, sign=True)
    return [
        measure.label,
        element("td", display_value(planned, measure), data_figure=f"{figure_id(row)}.budget"),
        element("td", figure_span(row, measure)),
        element("td", over, data_figure=f"{figure_id(row)}.budget"),
    ]
