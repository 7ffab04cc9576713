"""Is the money well kept: staff cost share, in-year balance, reserves, pupils per teacher, cost per pupil.

Trust accounts run from 1 September to 31 August. Trust figures pool the schools that count and central services.
"""

from symphony_analysis.measures.formulas import Ratio, Total, percent
from symphony_analysis.measures.measure import Measure

_MANAGE = "https://www.gov.uk/guidance/helping-schools-manage-resources-and-money"
_RESERVES = "https://www.gov.uk/government/publications/managing-academy-trust-reserves"
_WORKFORCE = "https://explore-education-statistics.service.gov.uk/methodology/school-workforce-in-england-methodology"
_PERIOD = "Accounting year, 1 September to 31 August."
_CHECKED = "2026-11"

MEASURES = (
    Measure(
        name="staff_costs_percent",
        label="Staff costs as a share of income",
        area="finance",
        source="finance",
        formula=percent("staff_costs_gbp", "income_gbp"),
        decimals=1,
        better="none",
        definition=f"Total staff costs over total income. {_PERIOD} DfE considers over 80% of income high.",
        why="Staff are the largest cost and the slowest to change.",
        method=_MANAGE,
        checked=_CHECKED,
    ),
    Measure(
        name="in_year_balance_gbp",
        label="In-year balance",
        area="finance",
        source="finance",
        formula=Total(("income_gbp", "-expenditure_gbp")),
        decimals=0,
        better="none",
        definition=f"Total income less total expenditure. {_PERIOD}",
        why="A deficit is paid from reserves.",
        method=_MANAGE,
        checked=_CHECKED,
    ),
    Measure(
        name="in_year_balance_percent",
        label="In-year balance as a share of income",
        area="finance",
        source="finance",
        formula=Ratio(("income_gbp", "-expenditure_gbp"), ("income_gbp",)),
        decimals=1,
        better="none",
        definition=f"Total income less total expenditure, over total income. {_PERIOD}",
        why="It lets schools of different size be read together.",
        method=_MANAGE,
        checked=_CHECKED,
    ),
    Measure(
        name="revenue_reserves_percent",
        label="Revenue reserves as a share of income",
        area="finance",
        source="finance",
        formula=percent("revenue_reserves_gbp", "income_gbp"),
        decimals=1,
        better="none",
        definition=f"Revenue reserves at 31 August over total income. {_PERIOD} DfE sets no required level; "
        "below 5% or above 20% it may ask.",
        why="Reserves pay for what is planned and what is not.",
        method=_RESERVES,
        checked=_CHECKED,
    ),
    Measure(
        name="pupil_teacher_ratio",
        label="Pupils per teacher",
        area="finance",
        source="finance",
        formula=Ratio(("pupils_fte",), ("teachers_fte",), 1.0),
        decimals=1,
        better="none",
        england={"all": "state_funded_nursery_and_primary"},
        definition="Full-time equivalent pupils over full-time equivalent teachers.",
        why="It shows how teaching time is shared out.",
        method=_WORKFORCE,
        checked=_CHECKED,
    ),
    Measure(
        name="expenditure_per_pupil_gbp",
        label="Expenditure per pupil",
        area="finance",
        source="finance",
        formula=Ratio(("expenditure_gbp",), ("pupils_fte",), 1.0),
        decimals=0,
        better="none",
        definition=f"Total expenditure over full-time equivalent pupils. {_PERIOD}",
        why="It lets schools of different size be read together.",
        method=_MANAGE,
        checked=_CHECKED,
    ),
)
