"""The trust's accounts by school: income, staff costs, expenditure, reserves, budget, pupils and teachers."""

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import as_schools, present
from symphony_analysis.sources.declare.source import OWN, TRUST, Column, Due, Source, from_date
from symphony_analysis.sources.problems import Problem, in_rows

CENTRAL = "central services"
_MONEY = {
    "income_gbp": "TotalIncome",
    "staff_costs_gbp": "StaffCosts",
    "expenditure_gbp": "TotalExpenditure",
    "revenue_reserves_gbp": "RevenueReserves",
}


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What did each school, and central services, receive, spend and hold, over how many months?

    Academies' accounts run from 1 September to 31 August; a joiner's shorter period is not stretched to a year.
    """
    central = frame["urn"] == ""
    start, end = pd.to_datetime(frame["period_start"]), pd.to_datetime(frame["period_end"])
    months = (end.dt.year - start.dt.year) * 12 + end.dt.month - start.dt.month + 1
    return as_schools(frame, context).assign(
        geographic_level=np.where(central, "Central", "School"),
        school_urn=present(frame["urn"].where(~central, ""), context).where(~central, ""),
        pupil_group="all",
        months=months.astype(float),
    )


def periods(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Accounts that do not end on 31 August of the year, or begin after they end."""
    last, first = f"{context.year.start + 1}-08-31", f"{context.year.start}-09-01"
    known = (frame["period_start"] != "") & (frame["period_end"] != "")
    outside = (frame["period_end"] > last) | (frame["period_start"] < first)
    wrong = frame.index[known & (outside | (frame["period_start"] >= frame["period_end"]))]
    expected, fix = f"a period within {first} to {last}", "add the accounts to their own academic year"
    return [Problem(context.file, int(row), "PeriodEnd", frame.loc[row, "period_end"], expected, fix) for row in wrong]


def centre_named(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows without a URN that are not the central services."""
    wrong = frame.index[(frame["urn"] == "") & (frame["school"].str.strip().str.casefold() != CENTRAL)]
    expected, fix = "a URN on every row but that of Central services", "enter the URN, or take a total row out"
    return in_rows(context.file, wrong, "URN", "a blank cell", expected, fix)


SOURCE = Source(
    name="finance",
    title="Income and expenditure by school and central services",
    publisher="the trust",
    licence=TRUST,
    table="finance",
    weight=OWN,
    due=Due(
        "Income and expenditure by school and central services",
        1,
        12,
        "the trust's accounts",
        "September to August, after the audit",
    ),
    own_schools=True,
    every_school=True,
    columns=(
        Column("URN", "urn", "urn", blank=""),
        Column("School", "school"),
        Column("PeriodStart", "period_start", "date"),
        Column("PeriodEnd", "period_end", "date"),
        *(Column(official, ours, "number") for ours, official in _MONEY.items()),
        # The budget that the board approved for the same year; a trust that leaves them out is shown none.
        Column("BudgetIncome", "budget_income_gbp", "number", blank="x", required=False),
        Column("BudgetExpenditure", "budget_expenditure_gbp", "number", blank="x", required=False),
        Column("TeachersFTE", "teachers_fte", "number", low=0, blank="z"),
        Column("PupilsFTE", "pupils_fte", "number", low=0, blank="z"),
    ),
    key=("urn", "school"),
    tidy=tidy,
    year_of=from_date("PeriodEnd"),
    recognised_by=("PeriodStart", "PeriodEnd", "TotalIncome", "StaffCosts"),
    checks=(periods, centre_named, rules.at_most("staff_costs_gbp", "expenditure_gbp")),
)
