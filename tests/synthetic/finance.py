"""School accounts for 1 September to 31 August: invented, of the size of a Leicestershire primary academy's."""

from __future__ import annotations

import pandas as pd

from tests.synthetic import draws, facts

_INCOME_PER_PUPIL = {202223: 4990, 202324: 5150, 202425: 5360}  # pounds, before a school's own differences
_STAFF_PERCENT = {202223: 77.5, 202324: 78.1, 202425: 78.0}
_BALANCE_PERCENT = {202223: 0.6, 202324: -0.5, 202425: 0.4}
_RESERVES_PERCENT = 7.4  # at 31 August 2022
# Central services are paid from income that the schools' rows do not hold, so that the rows add up
_CENTRAL = {
    202223: (912_400, 671_300, 897_800, 118_600),
    202324: (986_700, 729_900, 991_200, 114_100),
    202425: (1_083_500, 798_200, 1_066_900, 130_700),
}


def _lasting(school: facts.School) -> tuple[float, float, float]:
    """What sets a school's accounts apart in every year: income, teachers and first reserves."""
    income, teachers, reserves = draws.stream("finance", school.estab).random(3)
    return income - 0.5, 19.6 + 3.0 * teachers, _RESERVES_PERCENT + 4.0 * (reserves - 0.5)


def _year(school: facts.School, year: int) -> tuple[int, int, int, int]:
    """Income, staff costs, expenditure and in-year balance of one school, in whole hundreds of pounds."""
    lift, _, _ = _lasting(school)
    staff, balance = draws.stream("finance", school.estab, year).random(2)
    pupils = school.census(year)["roll"]
    fixed = 24_000 if pupils < 150 else 0  # a small school's lump sum weighs more
    income = draws.rounded((pupils * _INCOME_PER_PUPIL[year] * (1 + 0.08 * lift) + fixed) / 100) * 100
    staff_costs = draws.rounded(income * (_STAFF_PERCENT[year] + 2.4 * (staff - 0.5)) / 10_000) * 100
    spare = income * (_BALANCE_PERCENT[year] + 3.2 * (balance - 0.5)) / 10_000
    in_year = (1 if spare >= 0 else -1) * draws.rounded(abs(spare)) * 100
    return income, staff_costs, income - in_year, in_year


def _row(school: facts.School, year: int) -> dict[str, object]:
    _, pupils_per_teacher, reserves = _lasting(school)
    first = school.census(facts.YEARS[0])["roll"] * _INCOME_PER_PUPIL[facts.YEARS[0]] * reserves / 100
    opening = draws.rounded(first / 100) * 100
    closing = opening + sum(_year(school, past)[3] for past in facts.YEARS if past <= year)
    income, staff_costs, expenditure, _ = _year(school, year)
    pupils = school.census(year)["roll"]
    return {
        "URN": school.urn_in(year),
        "School": school.name,
        "PeriodStart": f"{year // 100}-09-01",
        "PeriodEnd": f"{year // 100 + 1}-08-31",
        "TotalIncome": income,
        "StaffCosts": staff_costs,
        "TotalExpenditure": expenditure,
        "RevenueReserves": closing,
        "TeachersFTE": f"{pupils / pupils_per_teacher:.1f}",
        "PupilsFTE": f"{pupils:.1f}",
    }


def finance_file(year: int) -> pd.DataFrame:
    """One row a school, in order of URN, then the trust's central services (no pupils, no teachers)."""
    rows = sorted((_row(school, year) for school in facts.SCHOOLS), key=lambda row: str(row["URN"]))
    income, staff_costs, expenditure, reserves = _CENTRAL[year]
    central = {
        "URN": "", "School": "Central services", "TotalIncome": income, "StaffCosts": staff_costs,
        "TotalExpenditure": expenditure, "RevenueReserves": reserves, "TeachersFTE": "0.0", "PupilsFTE": "0.0",
    }  # fmt: skip
    return pd.DataFrame([*rows, {**rows[0], **central}])
