"""The line codes of the academies accounts return that make up income, staff costs and other costs."""

from __future__ import annotations

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
    "BNCH21101 (Teaching staff)", "BNCH21102 (Supply teaching staff - extra note in guidance)",
    "BNCH21103 (Education support staff)", "BNCH21104 (Administrative and clerical staff)",
    "BNCH21105 (Premises staff)", "BNCH21106 (Catering staff)", "BNCH21107 (Other staff)",
)  # fmt: skip
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
OLD_RESERVE = "BNCH44001 (Closing Balance (Restricted and Unrestricted Funds))"
OLD_RESERVE_CENTRAL = "BNCH44001CS (Closing Balance (Restricted and Unrestricted Funds))"

#: Numbers of the lines since 2024: BAI010-T for academies, BTI050 for central services.
_INCOME = (10, 11, 20, 30, 40, 50, 60, 61, 70, 80, 90, 100, 101, 110, 120, 130, 140, 150)
_STAFF = (10, 20, 30, 40, 50, 60, 70)
_COSTS = tuple(range(80, 330, 10))


def _named(headers: tuple[str, ...], prefix: str) -> dict[str, str]:
    return {header: f"{prefix}_{place}" for place, header in enumerate(headers)}


OLD = (_named(_OLD_INCOME, "income"), _named(_OLD_STAFF, "staff"), _named(_OLD_COSTS, "cost"))


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


def academies() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Income, staff and other cost lines of an academy's return since 2024."""
    return _lines("BA-T")


def central() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Income, staff and other cost lines of central services since 2024."""
    return _lines("BT")
