"""The claim register: each sentence of ``claims.csv`` with what figures and records say of it, or that it is copied."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.claims import targets
from symphony_analysis.claims.checks import against_england, against_records, over_time
from symphony_analysis.claims.checks.against_records import years_with
from symphony_analysis.claims.checks.check import Check, Known, joined, subject
from symphony_analysis.claims.claim import NOT_SHOWN, PARTLY_SHOWN, SHOWN, STATUSES, Claim, Verdict, claim_of
from symphony_analysis.claims.evidence import OUT_OF_DATE as TOO_OLD
from symphony_analysis.claims.evidence import dated, evidence
from symphony_analysis.claims.judgements import scale_of
from symphony_analysis.compare import broken_between
from symphony_analysis.names import UnknownNameError
from symphony_analysis.sources import Inputs
from symphony_analysis.sources.own.records import RECORDS
from symphony_analysis.sources.problems import Problem, sentence
from symphony_analysis.years import AcademicYear

#: Every check by the name that ``claims.csv`` uses.
CHECKS: dict[str, Check] = {
    each.name: each
    for room in (against_england, over_time, against_records)
    for each in vars(room).values()
    if isinstance(each, Check)
}
COLUMNS = ["id", "area", "text", "check", "status", "shape", "reason", "detail", "rewording", "out_of_date", "figures"]
COLUMNS += ["response"]


def read_claims(analysis: Analysis, *areas: str) -> list[Claim]:
    """The claims of the year, of these areas or of all, each with a check that exists and that its cells fit.

    Raises ClaimError, one line with file, row, column, value, rule and fix, for the first that does not.
    """
    rows = analysis.records("claims", *areas).to_dict("records")
    return [_entered(row, analysis.year, place) for place, row in enumerate(rows, start=2)]


def entry_faults(inputs: Inputs, years: Iterable[AcademicYear]) -> list[Problem]:
    """Every row of the records of these years that cannot be used as entered, one problem a row.

    A grade off the scale, a claim that cannot be tested, a target, a date of evidence or an expectation not to be read,
    a school that is not ours.
    """
    return [problem for year in years for problem in _faults_of(inputs, year)]


def _faults_of(inputs: Inputs, year: AcademicYear) -> list[Problem]:
    scale = scale_of(inputs.trust.settings, year)
    found: list[Problem] = []
    demands: dict[str, Callable[[dict[str, str], int], object]] = {
        "judgements": lambda row, place: scale.refuse_others(row, year, place),
        "claims": lambda row, place: _entered(row, year, place),
        "targets": lambda row, place: targets.entered(row, _place("targets", year, row, place)),
        "evidence": lambda row, place: dated(row, _place("evidence", year, row, place)),
        "expectations": lambda row, place: targets.expectation_entered(row, _place("expectations", year, row, place)),
    }
    for record, columns in RECORDS.items():
        for place, row in enumerate(inputs.records(record, year).to_dict("records"), start=2):
            try:
                if "school_urn" in columns:
                    _of_ours(inputs, _place(record, year, row, place), row)
                if record in demands:
                    demands[record](row, place)
            except (ValueError, UnknownNameError) as fault:
                found += sentence(str(fault)).problems
    return found


def _place(record: str, year: AcademicYear, row: Mapping[str, str], place: int) -> str:
    """File and row as Excel shows it: the record is sorted when it is read."""
    name = row.get("id", row.get("school_urn", ""))
    return f"trust/{year.folder}/{record}.csv: row {row.get('row', place)} ({name})"


def _of_ours(inputs: Inputs, place: str, row: Mapping[str, str]) -> None:
    if row["school_urn"] not in inputs.trust.names:
        expected = "the present URN of a school of the trust"
        raise ValueError(
            f"{place}, column school_urn: found {row['school_urn']!r}; expected {expected}; fix: correct it"
        )


def _entered(row: Mapping[str, str], year: AcademicYear, place: int) -> Claim:
    claim = claim_of(row, f"trust/{year.folder}/claims.csv: row {row.get('row', place)}")
    if claim.check not in CHECKS:
        raise claim.fault("check", claim.check, f"one of {', '.join(CHECKS)}", "choose the check that tests it")
    CHECKS[claim.check].fits(claim)
    CHECKS[claim.check].told(claim)
    return claim


def register(analysis: Analysis, *areas: str) -> pd.DataFrame:
    """Which of the year's claims are borne out?

    A row is a claim (of these areas, or of all): id, area, text, check, status (shown, partly shown, not shown, not
    tested), shape (the same as a sign), reason (one sentence), detail (how it is read, and the figures in words),
    rewording (a better wording, or ""), out_of_date (why what was so once is so no more, or why its evidence is too
    old; or ""), figures (ids, joined by ";") and the trust's response. A figure that the edition hides decides nothing
    and is "withheld" in the detail. Source: ``claims.csv`` and what it names. Raises ClaimError for a row that cannot
    be tested as entered.
    """
    return analysis.once(f"claims {areas}", lambda: _register(analysis, *areas), of_figures=False)


def _register(analysis: Analysis, *areas: str) -> pd.DataFrame:
    claims = read_claims(analysis, *areas)
    known = Known.of(analysis, (name for claim in claims for name in claim.measures))
    aims = set(analysis.records("targets", *areas)["id"])
    rows = []
    for claim in claims:
        verdict = _aged(claim, _decided(claim, known, claim.id in aims), known)
        rows.append(
            {field: getattr(claim, field) for field in ("id", "area", "text", "check", "response")}
            | {field: getattr(verdict, field) for field in ("status", "reason", "detail", "rewording", "out_of_date")}
            | {"shape": STATUSES[verdict.status], "figures": ";".join(dict.fromkeys(verdict.figures))}
        )
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def _decided(claim: Claim, known: Known, aim: bool) -> Verdict:
    """The check's verdict, with how the sentence is read and what of it nothing can decide."""
    check = CHECKS[claim.check]
    told = check.told(claim)
    verdict = check.decide(claim, known, told)
    reason = f"A target; so far {verdict.reason[:1].lower()}{verdict.reason[1:]}" if aim else verdict.reason
    if "rest" in told:
        reason = f"{reason.removesuffix('.')}; not tested: {told['rest']}."
    status = PARTLY_SHOWN if "rest" in told and verdict.status == SHOWN else verdict.status
    read = f"Read as: {told['reading']}. " if "reading" in told else ""
    return replace(verdict, status=status, reason=reason, detail=f"{read}{verdict.detail}".strip())


def _aged(claim: Claim, verdict: Verdict, known: Known) -> Verdict:
    """What rests on evidence that is out of date, all of it, is out of date."""
    if not claim.evidence:
        return verdict
    rows = evidence(known.analysis)
    rows = rows[rows["id"].isin(claim.evidence)]
    if verdict.out_of_date or not len(rows) or not (rows["status"] == TOO_OLD).all():
        return verdict
    return replace(verdict, out_of_date=" ".join(rows["reason"]))


#: An area of the record that is judged with another, unless it has a judgement of its own.
_JUDGED_WITH = {"exclusions": "attendance"}


def judged_area(area: str, judged: Collection[str]) -> str:
    """Under which judgement do the claims of this area stand? Exclusions under attendance, unless judged alone."""
    return _JUDGED_WITH.get(area, area) if area not in judged else area


def draft_reasons(analysis: Analysis) -> list[str]:
    """Why is the report still a draft? One sentence for each claim that is not shown and has no recorded response."""
    rows = register(analysis)
    open_rows = rows[(rows["status"] == NOT_SHOWN) & (rows["response"] == "")]
    return [f"{row.id} is not shown and has no response: {row.reason}" for row in open_rows.itertuples()]


def carried_forward(analysis: Analysis) -> pd.DataFrame:
    """Which sentences look copied from an earlier issue?

    A row is a claim: id, area, text and why. Two things show it: the sentence stands word for word in last year's
    ``claims.csv`` although a printed figure of its measures is another now; or the number of schools in it was true
    of an earlier year and is not true of this one. Source: ``claims.csv`` of both years and the register of schools.
    """
    claims = read_claims(analysis)
    last = {
        row["id"]: row["text"] for row in analysis.inputs.records("claims", analysis.year.back()).to_dict("records")
    }
    repeated = [claim for claim in claims if last.get(claim.id) == claim.text]
    known = Known.of(analysis, (name for claim in repeated for name in claim.measures))
    found = [(claim, why) for claim in repeated if (why := _moved(claim, known))]
    found += [(claim, why) for claim in claims if (why := _of_another_year(claim, analysis))]
    rows = [[claim.id, claim.area, claim.text, why] for claim, why in found]
    return pd.DataFrame(rows, columns=["id", "area", "text", "why"], dtype="str")


def _moved(claim: Claim, known: Known) -> str:
    now, before = known.analysis.year, known.analysis.year.back()
    if before not in known.years:
        return ""
    pairs = [(known.figure(n, before, g), known.figure(n, now, g)) for n in claim.measures for g in claim.groups]
    moved = [
        f"{subject(new.measure, new.group)} from {old.told} to {new.told}"
        for old, new in pairs
        if old.told != new.told and not broken_between(old, new)
    ]
    return f"Worded as in {before}, while these moved: {joined(moved)}." if moved else ""


def _of_another_year(claim: Claim, analysis: Analysis) -> str:
    if claim.arguments.get("record") != "schools":
        return ""
    said = int(float(claim.arguments["value"]))
    now = len(analysis.trust.members(analysis.year, "all_current"))
    counted = len(analysis.trust.members(analysis.year))
    fits = [str(year) for year in years_with(analysis.trust, analysis.year, said) if year != analysis.year]
    if said in {now, counted} or not fits:
        return ""
    return f"{said} schools is the membership of {joined(fits)}; the register holds {now} now."
