"""The academies accounts return: each academy's income, staff costs, expenditure and reserve, and central services.

Three generations: the published workbook with totals (sheets Academies and CentralServices), and the return itself
with a code for each line, before 2024 (BNCH...) and since (BAI..., BAE...). School rows alone do not add up to the
trust: central services are a return of their own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import rules
from symphony_analysis.sources.declare.context import Context, keep_schools
from symphony_analysis.sources.declare.pupil_counts import present
from symphony_analysis.sources.declare.source import Column, Due, Source, Tidy, no_year, plain
from symphony_analysis.sources.declare.tables import KEYS, moved
from symphony_analysis.sources.reading.open_tables import opened
from symphony_analysis.sources.reading.read_file import sheets_of

_NONE = {"NULL": "", "DNS": "DNS"}
_HOME = "https://schools-financial-benchmarking.service.gov.uk/Help/DataSources"
#: Lines of income and cost of the return to 2023, under the headers of that return.
_OLD_INCOME = (
    "BNCH11110T (EFA Revenue Grants)", "BNCH11131 (DfE Family Revenue Grants)", "BNCH11141 (SEN)",
    "BNCH11142 (Other Revenue)", "BNCH11151 (Other Government Revenue Grants)",
    "BNCH11161 (Government source (non-grant))", "BNCH11162 (Academies)", "BNCH11163 (Non- Government)",
    "BNCH11123-BAI011-A (Academies - Income)", "BNCH11123-BTI011-A (MAT Central services - Income)",
    "BNCH11201 (Income from facilities and services)", "BNCH11202 (Income from catering)",
    "BNCH11203 (Receipts from supply teacher insurance claims)", "BNCH11204 (Other income - revenue)",
    "BNCH11205 (Other Income from facilities and services)", "BNCH11300T (Voluntary income)",
    "BNCH11400T (Investment income)",
)  # fmt: skip
_OLD_STAFF = (
    "BNCH21101 (Teaching staff)",
    "BNCH21102 (Supply teaching staff - extra note in guidance)",
    "BNCH21103 (Education support staff)",
    "BNCH21104 (Administrative and clerical staff)",
    "BNCH21105 (Premises staff)",
    "BNCH21106 (Catering staff)",
    "BNCH21107 (Other staff)",
)
_OLD_COSTS = (
    "BNCH21201 (Indirect employee expenses)", "BNCH21202 (Staff development and training)",
    "BNCH21203 (Staff-related insurance)", "BNCH21204 (Supply teacher insurance)",
    "BNCH21301 (Maintenance of premises)", "BNCH21401 (Cleaning and caretaking)", "BNCH21402 (Water and sewerage)",
    "BNCH21403 (Energy)", "BNCH21404 (Rent and rates)", "BNCH21405 (Grounds maintenance)",
    "BNCH21406 (Other occupation costs)", "BNCH21501 (Special facilities)",
    "BNCH21601 (Learning resources (not ICT equipment))", "BNCH21602 (ICT learning resources)",
    "BNCH21603 (Examination fees)", "BNCH21604 (Educational Consultancy)", "BNCH21606 (Agency supply teaching staff)",
    "BNCH21701 (Catering supplies)", "BNCH21702 (Professional Services - non-curriculum)",
    "BNCH21703 (Auditor costs)", "BNCH21705 (Other insurance premiums)",
    "BNCH21706 (Administrative supplies - non educational)",
    "BNCH21707 (Direct revenue financing (Revenue contributions to capital))",
    "BNCH21801 (Interest charges for Loan and bank)", "BNCH21802 (PFI Charges)",
)  # fmt: skip
_OLD_RESERVE = "BNCH44001 (Closing Balance (Restricted and Unrestricted Funds))"
_OLD_RESERVE_CENTRAL = "BNCH44001CS (Closing Balance (Restricted and Unrestricted Funds))"

#: Numbers of the lines since 2024: BAI010-T for academies, BTI050 for central services.
_INCOME = (10, 11, 20, 30, 40, 50, 60, 61, 70, 80, 90, 100, 101, 110, 120, 130, 140, 150)
_STAFF = (10, 20, 30, 40, 50, 60, 70)
_COSTS = tuple(range(80, 330, 10))


def _named(headers: tuple[str, ...], prefix: str) -> dict[str, str]:
    return {header: f"{prefix}_{place}" for place, header in enumerate(headers)}


_OLD = (_named(_OLD_INCOME, "income"), _named(_OLD_STAFF, "staff"), _named(_OLD_COSTS, "cost"))


def _coded(form: str, kind: str, numbers: tuple[int, ...]) -> tuple[str, ...]:
    """Headers of lines: the transfer line 011 ends in -A on both returns, the others as the form says."""
    return tuple(
        f"{form[:2]}{kind}{number:03d}{'-A' if (kind, number) == ('I', 11) else form[2:]}" for number in numbers
    )


def _lines(form: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    return (
        _named(_coded(form, "I", _INCOME), "income"),
        _named(_coded(form, "E", _STAFF), "staff"),
        _named(_coded(form, "E", _COSTS), "cost"),
    )


@dataclass(frozen=True)
class Lines:
    """Which columns make each figure of a return: header -> our name, added up."""

    income: Mapping[str, str]
    staff: Mapping[str, str]
    costs: Mapping[str, str]
    reserve: str

    def columns(self) -> list[Column]:
        """Every line as a declared column: pounds, blank where the return leaves it out."""
        headers = {**self.income, **self.staff, **self.costs, self.reserve: "reserve"}
        return [
            Column(header, ours, "number", blank="x", required=header == self.reserve)
            for header, ours in headers.items()
        ]


def _central(context: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    uid = context.trust.identity.get("uid", "")
    company = context.trust.identity.get("companies_house_number", "").lstrip("0")
    at_uid, at_company = places.get("uid"), places["company"]

    def wanted(row: Sequence[str]) -> bool:
        if at_uid is not None and uid:
            return row[at_uid].strip() == uid
        return bool(company) and row[at_company].strip().lstrip("0") == company

    return wanted


_FIGURES = {
    "income_gbp": "income",
    "staff_costs_gbp": "staff",
    "expenditure_gbp": "costs",
    "revenue_reserves_gbp": "reserve",
    "teachers_fte": "teachers",
    "pupils_fte": "pupils",
    "months": "months",
}


def _tidy(level: str, parts: Lines | None) -> Tidy:
    def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
        """What did each academy, or central services, receive, spend and hold, over how many months?"""
        rows = frame[frame["urn"].isin(list(context.present_urns))] if level == "School" else frame
        rows = rows.assign(
            school_urn=present(rows["urn"], context) if level == "School" else "",
            geographic_level=level,
            pupil_group="all",
            time_period=context.year.code,
            source_file=context.file,
        )
        if parts is not None:
            rows = _added(rows, parts)
        return moved(rows[list(KEYS)], rows, _FIGURES)

    return tidy


def _added(rows: pd.DataFrame, parts: Lines) -> pd.DataFrame:
    """Each figure as the sum of its lines; a return without any line of a figure has none of it ("x")."""
    for figure, named in (("income", parts.income), ("staff", parts.staff), ("costs", {**parts.staff, **parts.costs})):
        there = [ours for ours in named.values() if ours in rows]
        total = rows[there].sum(axis=1, min_count=1)
        rows = rows.assign(**{figure: total, f"{figure}_symbol": np.where(total.isna(), "x", "")})
    return rows


def _source(
    name: str,
    title: str,
    table_columns: Sequence[Column],
    told_by: tuple[str, ...],
    key: tuple[str, ...],
    level: str,
    parts: Lines | None = None,
    **more,
) -> Source:
    return Source(
        name=name, title=title, homepage=_HOME, table="finance", partial=True, symbols=_NONE, tidy=_tidy(level, parts),
        columns=(*table_columns, *(parts.columns() if parts else ())), key=key, recognised_by=told_by, year_of=no_year,
        keep=keep_schools if level == "School" else _central, encodings=("utf-8-sig", "cp1252"), **more,
    )  # fmt: skip


_WORKBOOK_TOTALS = rules.adds_up(("balance", "costs"), "income", 2.0)

SOURCE = _source(
    "academies_accounts", "Academies accounts return: published workbook, academies",
    (Column("URN", "urn", "urn"), Column("School Name", "school"),
     Column("Period covered by return", "months", "count", low=0, high=18, blank="x"),
     Column("Number of pupils in academy (FTE)", "pupils", "number", low=0, blank="x"),
     Column("Number of teachers in academy (FTE)", "teachers", "number", low=0, blank="x"),
     Column("Did Not Supply flag", "not_supplied", blank=""),
     Column("Total Income", "income", "number", blank="x"),
     Column("Total Staff Costs", "staff", "number", blank="x"),
     Column("Total Expenditure", "costs", "number", blank="x"),
     Column("In year balance", "balance", "number", blank="x"),
     Column("Revenue reserve", "reserve", "number", blank="x")),
    ("URN", "Period covered by return", "Total Staff Costs", "Total Expenditure"), ("urn",), "School",
    checks=(_WORKBOOK_TOTALS,), companions=("academies_accounts_central",),
    due=Due("Academies accounts return, all trusts", 2, 4, "", "the month is the usual one, not announced"),
)  # fmt: skip
CENTRAL = _source(
    "academies_accounts_central",
    "Academies accounts return: published workbook, central services",
    (
        Column("UID", "uid"),
        Column("Company Number", "company", blank=""),
        Column("Total Income", "income", "number", blank="x"),
        Column("Staff Total", "staff", "number", blank="x"),
        Column("Total Expenditure", "costs", "number", blank="x"),
        Column("In Year Balance", "balance", "number", blank="x"),
        Column("Revenue Reserve", "reserve", "number", blank="x"),
    ),
    ("UID", "Staff Total", "Total Expenditure", "RR per pupil"),
    ("uid",),
    "Central",
)
_CODES = (Column("URN", "urn", "urn", blank=""), Column("Company_Number", "company", blank=""))
_CENTRAL_CODES = (Column("Lead_UPIN", "lead_upin", blank=""), Column("Company_Number", "company"))
BEFORE = _source(
    "academies_return_before_2024",
    "Academies accounts return by line, to 2023: academies",
    _CODES,
    ("URN", "BNCH11110T (EFA Revenue Grants)", "BNCH21101 (Teaching staff)"),
    ("urn",),
    "School",
    Lines(*_OLD, _OLD_RESERVE),
)
BEFORE_CENTRAL = _source(
    "academies_return_central_before_2024",
    "Academies accounts return by line, to 2023: central services",
    _CENTRAL_CODES,
    ("Lead_UPIN", "BNCH11110T (EFA Revenue Grants)", "BNCH21101 (Teaching staff)"),
    ("company",),
    "Central",
    Lines(*_OLD, _OLD_RESERVE_CENTRAL),
)
SINCE = _source(
    "academies_return",
    "Academies accounts return by line, since 2024: academies",
    _CODES,
    ("URN", "BAI010-T", "BAE010-T"),
    ("urn",),
    "School",
    Lines(*_lines("BA-T"), "BAB030-T"),
)
SINCE_CENTRAL = _source(
    "academies_return_central",
    "Academies accounts return by line, since 2024: central services",
    _CENTRAL_CODES,
    ("Lead_UPIN", "BTI050", "BTE010"),
    ("company",),
    "Central",
    Lines(*_lines("BT"), "BTB030"),
)


#: Our measures of a trust, and what is over its total income.
SHARES = {
    "staff_costs_percent": "staff",
    "in_year_balance_percent": "balance",
    "revenue_reserves_percent": "reserve",
}
_MONEY = ("income", "staff", "costs", "reserve")
_TRUST, _PHASE, _KIND = "uid", "Overall Phase", "MAT SAT or Central Services"


def primary_trusts(content: bytes, shown: str) -> pd.DataFrame:
    """The published workbook's multi-academy trusts that have no other than primary schools: a row a trust (its UID).

    A column of ``SHARES`` is in per cent of the trust's income, academies and central services together. A trust is
    left out where an academy supplied no return. Without rows for a file without central services, phase or kind.
    """
    if CENTRAL.name not in sheets_of(content, SOURCE, shown):
        return pd.DataFrame(columns=[*SHARES], dtype="float64")  # schools alone do not add up to a trust
    academies = _rows(content, shown, SOURCE, ("UID", _PHASE, _KIND))
    central = _rows(content, shown, CENTRAL, ())
    if not {plain(_PHASE), plain(_KIND), _TRUST} <= set(academies):
        return pd.DataFrame(columns=[*SHARES], dtype="float64")
    several = academies[plain(_KIND)].str.contains(r"multi|\(MAT\)", case=False)
    primary = academies[plain(_PHASE)].str.strip().str.casefold().eq("primary")
    whole = academies[[*_MONEY]].notna().all(axis=1)
    every = (several & primary & whole).groupby(academies[_TRUST]).all()
    sums = academies.groupby(_TRUST)[[*_MONEY]].sum().add(central.groupby(_TRUST)[[*_MONEY]].sum(), fill_value=0)
    kept = sums.reindex(every.index[every & (every.index != "")])
    kept = kept[kept["income"] > 0].assign(balance=kept["income"] - kept["costs"])
    return pd.DataFrame({name: kept[part] / kept["income"] * 100 for name, part in SHARES.items()})


def _rows(content: bytes, shown: str, source: Source, also: Sequence[str]) -> pd.DataFrame:
    """The rows of a sheet, money as numbers, under our names; ``also``: columns that the layout does not declare."""
    names = {plain(column.official): column.ours for column in source.columns}
    names |= {plain(each): _TRUST if each == "UID" else plain(each) for each in also}
    frames = []
    for grid in opened(content, shown, source)[0]:
        frame = pd.DataFrame([cells for _, cells in grid.rows], columns=[*map(plain, grid.header)])
        frames.append(frame[[name for name in frame if name in names]].rename(columns=names))
    rows = pd.concat(frames, ignore_index=True)
    return rows.assign(**{part: pd.to_numeric(rows[part], errors="coerce") for part in _MONEY})
