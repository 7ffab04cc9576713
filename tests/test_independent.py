"""Figures worked out a second way: plain Python over the raw files, knowing nothing of the package.

Membership, URNs and rounding are written out again here on purpose. More than fifty figures are compared to the digit.
"""

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from symphony_analysis.analysis import open_analysis

pytestmark = pytest.mark.usefixtures("shipped_tables")
ROOT = Path(__file__).parent.parent
YEARS = ("202223", "202324", "202425")
FORMER = {"119944": "149269", "119923": "151090", "120070": "151954", "119915": "151952", "119993": "151953"}
ELEVEN = {"137932", "137933", "138173", "144837", "148624", "143251", "148947", "138804", "143250", "140253", "149269"}
MEMBERS = {"202223": ELEVEN, "202324": ELEVEN, "202425": ELEVEN | {"151090"}}


def rows(year, name):
    with (ROOT / "data" / "raw" / year / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            urn = row.get("URN") or row.get("UniqueReferenceNumber") or ""
            yield FORMER.get(urn, urn), row


def tell(above, below, places, per=100):
    exact = Fraction(above) / Fraction(below) * per
    scaled = exact * 10**places
    whole = (abs(scaled) + Fraction(1, 2)).__floor__()
    return str(
        Decimal(-whole if exact < 0 else whole).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    )


def pooled(year, counts, place, per=100):
    """The trust's and each school's figure from {urn: [above, below]}."""
    mine = [counts[urn] for urn in MEMBERS[year] if urn in counts]
    told = {"": tell(sum(a for a, _ in mine), sum(b for _, b in mine), place, per)}
    return told | {urn: tell(a, b, place, per) for urn, (a, b) in counts.items() if b}


def absence(year, group):
    sessions, pupils = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0])
    for urn, row in rows(year, "attendance"):
        if int(row["AgeAt31August"]) < 5 or (group == "disadvantaged" and row["Disadvantaged"] != "Y"):
            continue
        missed, possible = int(row["AuthorisedAbsence"]) + int(row["UnauthorisedAbsence"]), int(row["PossibleSessions"])
        for counted in (sessions[urn], pupils[urn, row["UPN"]]):
            counted[0] += missed
            counted[1] += possible
    persistent = defaultdict(lambda: [0, 0])
    for (urn, _), (missed, possible) in pupils.items():
        persistent[urn][0] += missed * 10 >= possible
        persistent[urn][1] += 1
    return {
        "overall_absence_percent": pooled(year, sessions, 1),
        "persistent_absence_percent": pooled(year, persistent, 1),
    }


def key_stage_2(year, group):
    counts = {name: defaultdict(lambda: [0, 0]) for name in ("RWMEXP", "RWMHIGH", "READEXP")}
    for urn, row in rows(year, "ks2"):
        poor = row["FSM6_P"] == "1" or row["CLA_PP_1_DAY"] == "1"
        if row["ELIGRWM"] != "1" or (group == "disadvantaged" and not poor):
            continue
        for name, by_school in counts.items():
            by_school[urn][0] += row[name] == "1"
            by_school[urn][1] += 1
    names = {
        "RWMEXP": "ks2_rwm_expected_percent",
        "RWMHIGH": "ks2_rwm_higher_percent",
        "READEXP": "ks2_reading_expected_percent",
    }
    return {names[name]: pooled(year, by_school, 0) for name, by_school in counts.items()}


def younger(year):
    gld, phonics, tables = (defaultdict(lambda: [0, 0]) for _ in range(3))
    for urn, row in rows(year, "eyfsp"):
        gld[urn][0] += row["GLD"] == "1"
        gld[urn][1] += 1
    for urn, row in rows(year, "phonics"):
        if row["NationalCurriculumYearActual"] == "1":
            phonics[urn][0] += row["Phonics_Mark"] != "" and int(row["Phonics_Mark"]) >= 32
            phonics[urn][1] += 1
    for urn, row in rows(year, "mtc"):
        if row["FormMark"] != "":
            tables[urn][0] += int(row["FormMark"])
            tables[urn][1] += 1
    return {
        "eyfs_gld_percent": pooled(year, gld, 1),
        "phonics_year1_expected_percent": pooled(year, phonics, 0),
        "mtc_average_score": pooled(year, tables, 1, per=1),
    }


def exclusions(year):
    roll, events = defaultdict(int), {"Suspension": defaultdict(int), "Permanent exclusion": defaultdict(int)}
    for urn, _ in rows(year, "census_spring"):
        roll[urn] += 1
    for urn, row in rows(year, "exclusions"):
        if row["Category"] in events:
            events[row["Category"]][urn] += 1
    names = {"Suspension": "suspension_rate", "Permanent exclusion": "permanent_exclusion_rate"}
    return {
        name: pooled(year, {urn: [events[kind][urn], pupils] for urn, pupils in roll.items()}, 2)
        for kind, name in names.items()
    }


def money(year):
    staff, reserves = {}, {}
    for urn, row in rows(year, "finance"):
        if urn in MEMBERS[year] or not urn:
            for name, held in (("StaffCosts", staff), ("RevenueReserves", reserves)):
                held[urn] = [Fraction(row[name]), Fraction(row["TotalIncome"])]
    told = {}
    for name, held in (("staff_costs_percent", staff), ("revenue_reserves_percent", reserves)):
        told[name] = {"": tell(sum(a for a, _ in held.values()), sum(b for _, b in held.values()), 1)}
    return told


def second_way():
    told = {}
    for year in YEARS:
        for group in ("all", "disadvantaged"):
            for name, by_school in (absence(year, group) | key_stage_2(year, group)).items():
                told |= {(name, int(year), urn, group): value for urn, value in by_school.items()}
        for name, by_school in (younger(year) | exclusions(year) | money(year)).items():
            told |= {(name, int(year), urn, "all"): value for urn, value in by_school.items()}
    return told


@pytest.fixture(scope="module")
def ours():
    analysis = open_analysis("2024/25", "2026-04-30", "internal", "", ROOT / "data")
    frame = analysis.figures().frame
    from symphony_analysis.measures import MEASURES
    from symphony_analysis.rounding import half_away

    frame = frame[frame["value"].notna()]
    return {
        (r.measure, r.time_period, r.school_urn, r.pupil_group): str(half_away(r.value, MEASURES[r.measure].decimals))
        for r in frame.itertuples()
    }


def test_every_figure_worked_out_a_second_way_is_equal_to_the_digit(ours):
    told = second_way()
    assert len(told) > 50
    differ = {key: (value, ours.get(key)) for key, value in told.items() if ours.get(key) != value}
    assert differ == {}
    assert len({name for name, *_ in told}) == 12
