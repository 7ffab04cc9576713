"""Income, expenditure, balance and reserves in pounds and as shares, pupils per teacher, cost per pupil.

Trust accounts run from 1 September to 31 August. Trust figures pool the schools that count and central services.
"""

from typing import Any

from symphony_analysis.measures.formulas import Formula, Ratio, Total, percent
from symphony_analysis.measures.measure import Measure

_MANAGE = "https://www.gov.uk/guidance/helping-schools-manage-resources-and-money"
_RESERVES = "https://www.gov.uk/government/publications/managing-academy-trust-reserves"
_WORKFORCE = "https://explore-education-statistics.service.gov.uk/methodology/school-workforce-in-england-methodology"
#: DfE may ask below (or above) these reserves, and considers staff costs above this share high: per cent of income.
RESERVES_LOW, RESERVES_HIGH, STAFF_COSTS_HIGH = 5.0, 20.0, 80.0
#: The bounds that charts and tables mark: the lowest and the highest value that needs no question.
BOUNDS = {
    "revenue_reserves_percent": (RESERVES_LOW, float("inf")),
    "staff_costs_percent": (float("-inf"), STAFF_COSTS_HIGH),
}
_PERIOD = "Accounting year, 1 September to 31 August."


def _finance(
    name: str,
    label: str,
    formula: Formula,
    decimals: int,
    definition: str,
    why: str,
    method: str = _MANAGE,
    **more: Any,
) -> Measure:
    return Measure(
        name=name,
        label=label,
        area="finance",
        source="finance",
        formula=formula,
        decimals=decimals,
        better="none",
        definition=definition,
        why=why,
        method=method,
        checked="2026-11",
        **more,
    )


MEASURES = (
    _finance(
        "total_income_gbp",
        "Income",
        Total(("income_gbp",)),
        0,
        f"Total income of the schools that count and central services. {_PERIOD}",
        "What there is to spend.",
    ),
    _finance(
        "total_expenditure_gbp",
        "Expenditure",
        Total(("expenditure_gbp",)),
        0,
        f"Total expenditure of the schools that count and central services. {_PERIOD}",
        "What was spent.",
    ),
    _finance(
        "in_year_balance_gbp",
        "In-year balance",
        Total(("income_gbp", "-expenditure_gbp")),
        0,
        f"Total income less total expenditure. {_PERIOD}",
        "A deficit is paid from reserves.",
    ),
    _finance(
        "in_year_balance_percent",
        "In-year balance as a share of income",
        Ratio(("income_gbp", "-expenditure_gbp"), ("income_gbp",)),
        1,
        f"Total income less total expenditure, over total income. {_PERIOD}",
        "It lets schools of different size be read together.",
    ),
    _finance(
        "total_reserves_gbp",
        "Revenue reserves",
        Total(("revenue_reserves_gbp",)),
        0,
        "Revenue reserves of the schools that count and central services at 31 August.",
        "Reserves pay for what is planned and what is not.",
        _RESERVES,
    ),
    _finance(
        "revenue_reserves_percent",
        "Revenue reserves as a share of income",
        percent("revenue_reserves_gbp", "income_gbp"),
        1,
        f"Revenue reserves at 31 August over total income. {_PERIOD} DfE sets no required level; "
        f"below {RESERVES_LOW:g}% or above {RESERVES_HIGH:g}% it may ask.",
        "Reserves pay for what is planned and what is not.",
        _RESERVES,
        short="Reserves, % of income",
    ),
    _finance(
        "staff_costs_percent",
        "Staff costs as a share of income",
        percent("staff_costs_gbp", "income_gbp"),
        1,
        f"Total staff costs over total income. {_PERIOD} DfE considers over {STAFF_COSTS_HIGH:g}% of income high.",
        "Staff are the largest cost and the slowest to change.",
        short="Staff costs, % of income",
    ),
    _finance(
        "pupil_teacher_ratio",
        "Pupils per teacher",
        Ratio(("pupils_fte",), ("teachers_fte",), 1.0),
        1,
        "Full-time equivalent pupils over full-time equivalent teachers.",
        "It shows how teaching time is shared out.",
        _WORKFORCE,
        england={"all": "state_funded_nursery_and_primary"},
    ),
    _finance(
        "expenditure_per_pupil_gbp",
        "Expenditure per pupil",
        Ratio(("expenditure_gbp",), ("pupils_fte",), 1.0),
        0,
        f"Total expenditure over full-time equivalent pupils. {_PERIOD}",
        "It lets schools of different size be read together.",
    ),
)
