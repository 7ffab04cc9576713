"""Checks against the trust's own records: every school has, grades held, so often a year, fresh evidence, agrees."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from symphony_analysis.claims.checks.check import (
    Known,
    check,
    joined,
    membership_from,
    number_from,
    one_of,
    subject,
    words_from,
)
from symphony_analysis.claims.claim import NOT_SHOWN, NOT_TESTED, PARTLY_SHOWN, SHOWN, Claim, Verdict
from symphony_analysis.claims.evidence import OUT_OF_DATE, UNDATED, evidence, span
from symphony_analysis.rounding import half_away, number
from symphony_analysis.trust import RULES, School, Trust
from symphony_analysis.years import AcademicYear

_BY_SCHOOL = one_of("peer_reviews", "ofsted")
_GRADES = ("inadequate", "requires_improvement", "good", "outstanding")


def _schools(known: Known, told: Mapping[str, Any]) -> tuple[School, ...]:
    return known.analysis.trust.members(known.analysis.year, told.get("membership", "all_current"))


def _figures(claim: Claim, known: Known) -> tuple[str, ...]:
    cells = [known.figure(name, known.analysis.year) for name in claim.measures]
    return tuple(cell.id for cell in cells if not cell.missing)


@check("every_school_has", {"record": _BY_SCHOOL, "membership": membership_from}, needs=("record",))
def _every_school(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """Every school has an entry with a grade in the record."""
    records, schools = known.records(told["record"]), _schools(known, told)
    if not len(records):
        return Verdict(NOT_TESTED, f"The record {told['record']}.csv has no entries.")
    graded = records[(records["grade"] != "") & records["school_urn"].isin([school.urn for school in schools])]
    without = [school.name for school in schools if school.urn not in set(graded["school_urn"])]
    had = len(schools) - len(without)
    grades = joined(f"{count} {grade.lower()}" for grade, count in graded["grade"].value_counts(sort=False).items())
    count = f"{had} of {len(schools)} schools have a {_ENTRY[told['record']]} on record ({grades or 'none graded'})"
    figures = _figures(claim, known)
    if without:
        status = PARTLY_SHOWN if had else NOT_SHOWN
        better = f"Write “{had} of {len(schools)} schools”." if had else ""
        return Verdict(status, f"{count}; none yet for {joined(without)}.", figures, rewording=better)
    return Verdict(SHOWN, f"{count}.", figures)


_ENTRY = {"peer_reviews": "peer review", "ofsted": "Ofsted grade"}


@check("grades_maintained_or_improved", {"membership": membership_from, "share": one_of("every", "most")})
def _grades_held(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """Every school kept or improved its Ofsted grade (share=most: most schools improved it).

    Only where the earlier grade is recorded too.
    """
    records = known.records("ofsted")
    schools = _schools(known, told)
    series = {s.name: _in_order(records[records["school_urn"] == s.urn]) for s in schools}
    before = {name: grades for name, grades in series.items() if len(grades) > 1}
    figures = _figures(claim, known)
    if len(before) < len(schools):
        given = f"an earlier grade is recorded for {len(before) or 'none'} of {len(schools)} schools"
        return Verdict(
            NOT_TESTED, f"The register holds the latest grade of each school; {given}, and no joining date.", figures
        )
    steps = {name: _GRADES.index(grades[-1]) - _GRADES.index(grades[-2]) for name, grades in before.items()}
    least = 1 if told.get("share") == "most" else 0
    held = [name for name, step in steps.items() if step >= least]
    enough = len(held) * 2 > len(steps) if told.get("share") == "most" else len(held) == len(steps)
    verb = "improved" if least else "kept or improved"
    return Verdict(
        SHOWN if enough else PARTLY_SHOWN if held else NOT_SHOWN,
        f"{len(held)} of {len(steps)} schools {verb} their grade since the inspection before.",
        figures,
    )


def _in_order(rows: pd.DataFrame) -> list[str]:
    """A school's overall grades, oldest first. Grades of another framework are left out, never mapped."""
    graded = rows.assign(grade=rows["grade"].str.casefold().str.replace(" ", "_"))
    overall = graded[graded["grade"].isin(_GRADES)].sort_values(["year", "inspected_on"], kind="stable")
    return list(overall["grade"])


@check("at_least_per_year", {"times": number_from, "record": _BY_SCHOOL, "membership": membership_from}, ("times",))
def _so_often(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """It happened at least so many times in the year, for every school where the record is by school.

    A year without a month may lie in either academic year: it counts as possible, not as certain.
    """
    if "record" not in told:
        return _evidence_so_often(claim, known, told["times"])
    records, schools = known.records(told["record"]), _schools(known, told)
    records = records[records["year"] != ""]
    if not len(records):
        return Verdict(NOT_TESTED, f"The record {told['record']}.csv has no dated entries.")
    found = {s.name: _in_year(records.loc[records["school_urn"] == s.urn, "year"], known) for s in schools}
    certain = [name for name, (sure, _) in found.items() if sure >= told["times"]]
    too_few = [name for name, (_, possible) in found.items() if possible < told["times"]]
    asked = f"{_times(told['times'])} in {known.analysis.year}"
    figures = _figures(claim, known)
    if too_few:
        reason = f"{len(too_few)} of {len(schools)} schools cannot have had {asked}: {joined(too_few)}."
        return Verdict(NOT_SHOWN, reason, figures)
    if len(certain) == len(schools):
        return Verdict(SHOWN, f"All {len(schools)} schools had {asked}.", figures)
    years = records[records["school_urn"].isin([s.urn for s in schools])]["year"].value_counts().sort_index()
    dated = joined(f"{count} dated {year}" for year, count in years.items())
    reason = (
        f"The record gives years without months ({dated}); {asked} cannot be shown for each of the "
        f"{len(schools)} schools {RULES[told.get('membership', 'all_current')]}."
    )
    return Verdict(NOT_TESTED, reason, figures)


def _times(times: float) -> str:
    return "at least one" if times == 1 else f"at least {times:g}"


def _in_year(dates: pd.Series, known: Known) -> tuple[int, int]:
    """How many dates certainly, and how many possibly, lie in the academic year?"""
    start = known.analysis.year.start
    first, last = date(start, 9, 1), date(start + 1, 8, 31)
    spans = [span(text) for text in dates]
    certain = sum(first <= one and other <= last for one, other in spans)
    return certain, sum(one <= last and other >= first for one, other in spans)


def _evidence_so_often(claim: Claim, known: Known, times: float) -> Verdict:
    rows = evidence(known.analysis)
    rows = rows[rows["id"].isin(claim.evidence)]
    dated = rows[rows["dated"] != ""]
    if len(dated) < len(rows) or not len(rows):
        why = joined(f"{title}: no date" for title in rows.loc[rows["dated"] == "", "title"])
        return Verdict(NOT_TESTED, f"No dated record of it is kept{f' ({why})' if why else ''}.")
    certain, possible = _in_year(dated["dated"], known)
    told = f"{len(dated)} dated entries, {certain} of them certainly in {known.analysis.year}"
    status = SHOWN if certain >= times else NOT_SHOWN if possible < times else NOT_TESTED
    return Verdict(status, f"{told}; {times:g} or more needed.")


@check("evidence_newer_than", {"months": number_from})
def _fresh(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """The evidence cited is within its shelf life, or newer than so many months."""
    rows = evidence(known.analysis, months=told.get("months"))
    rows = rows[rows["id"].isin(claim.evidence)]
    if not len(rows):
        return Verdict(NOT_TESTED, "No evidence is recorded for it.")
    reason = " ".join(rows["reason"])
    if (rows["status"] == UNDATED).any():
        return Verdict(NOT_TESTED, reason)
    old = rows.loc[rows["status"] == OUT_OF_DATE, "reason"]
    return Verdict(SHOWN, f"On record: {joined(rows['title'])}.", out_of_date=" ".join(old))


@check("equals_figure", {"value": number_from}, needs=("value",), measures=1)
def _equals(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """The number in the sentence is the figure of this year.

    To the decimals printed.
    """
    cell = known.figure(claim.measures[0], known.analysis.year, claim.groups[0])
    about = subject(cell.measure, cell.group)
    if cell.missing:
        return Verdict(NOT_TESTED, f"{about}: {cell.note or 'no figure'} for {cell.year}.")
    decimals = len(str(told["value"]).partition(".")[2]) if told["value"] % 1 else 0
    same = half_away(cell.value, decimals) == half_away(told["value"], decimals)
    reason = f"{about} ({cell.year}): {cell.told} on record, {number(told['value'], decimals)} in the sentence."
    if not same:
        return Verdict(NOT_SHOWN, reason, (cell.id,), rewording=f"Write {cell.told}.")
    if cell.measure.source == "survey" and not _answered(claim, known):
        return Verdict(NOT_TESTED, f"{reason} How many pupils answered is not recorded.", (cell.id,))
    return Verdict(SHOWN, reason, (cell.id,))


def _answered(claim: Claim, known: Known) -> bool:
    """Is it recorded how many pupils answered the survey question that this claim bears the id of?"""
    rows = known.records("survey")
    return bool((rows.loc[rows["id"] == claim.id, "respondents"] != "").any())


_TAKEN = {"record": one_of("schools", "governance"), "value": number_from, "item": words_from}


@check("consistent_with", _TAKEN, needs=("record", "value"))
def _agrees(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """The number in the sentence agrees with the register of schools or with a governance record."""
    if told["record"] == "schools":
        return _count_of_schools(known, int(told["value"]))
    if "item" not in told:
        raise claim.fault("arguments", "record=governance", "item=... as governance.csv names it", "add item=...")
    rows = known.records("governance")
    rows = rows[rows["item"] == told["item"]]
    if not len(rows) or not rows.iloc[0]["value"]:
        return Verdict(NOT_TESTED, f"governance.csv records no value for {told['item']}.")
    recorded = rows.iloc[0]["value"]
    same = recorded == f"{told['value']:g}"
    return Verdict(
        SHOWN if same else NOT_SHOWN,
        f"{told['item']}: {recorded} on record, {told['value']:g} in the sentence.",
    )


def _count_of_schools(known: Known, said: int) -> Verdict:
    analysis = known.analysis
    now = len(analysis.trust.members(analysis.year, "all_current"))
    counted = len(analysis.trust.members(analysis.year))
    on_register = f"The register holds {now} schools, {counted} of them {_census(analysis.year)}"
    if said == now:
        return Verdict(SHOWN, f"{on_register}.")
    fits = joined(str(year) for year in years_with(known.analysis.trust, analysis.year, said))
    if not fits:
        return Verdict(NOT_SHOWN, f"{on_register}; {said} fits no year.", rewording=f"Write {now}.")
    then = f"The trust had {said} schools in {fits}."
    better = f"Write “{said} in {fits}, {now} today”."
    return Verdict(PARTLY_SHOWN, then, rewording=better, out_of_date=f"{on_register}.")


def _census(year: AcademicYear) -> str:
    return f"in the trust by the January census of {year}"


def years_with(trust: Trust, year: AcademicYear, schools: int) -> list[AcademicYear]:
    """In which of the years from the first recorded census day up to this one did the trust have so many schools?"""
    first = AcademicYear.parse(min([*trust.census_days, year.code]))
    return [y for y in year.window(year.start - first.start + 1) if len(trust.members(y)) == schools]


@check("not_testable", {"reason": words_from}, needs=("reason",))
def _not_testable(claim: Claim, known: Known, told: Mapping[str, Any]) -> Verdict:
    """It cannot be tested, for the reason stated."""
    reason = told["reason"]
    return Verdict(NOT_TESTED, reason if reason.endswith(".") else f"{reason}.")
