"""Tracing of claims, targets, printed figures, survey shares, grades and members."""

import contextlib
from collections.abc import Callable
from typing import Any

import pandas as pd

from symphony_analysis import claims
from symphony_analysis.analysis import Analysis
from symphony_analysis.claims.register import judged_area
from symphony_analysis.figure import id_of
from symphony_analysis.issues.tracing.asked import ITSELF, near
from symphony_analysis.measures import AREAS, MEASURES
from symphony_analysis.run.outcome import WrongParameter
from symphony_analysis.sources.own import inspections
from symphony_analysis.trust import RULES
from symphony_analysis.years import AcademicYear

Trace = Callable[[Analysis, str], list[str]]


def record_lines(analysis: Analysis, kind: str, identity: str, trace: Trace) -> list[str]:
    """The source of a number in a claim, a target, a printed figure or a register, as lines to print."""
    if kind != ITSELF:
        return _KINDS[kind](analysis, identity, trace)
    lines: list[str] = []
    for each in ("printed", "claim", "target", "survey"):
        with contextlib.suppress(WrongParameter):
            lines += [*([""] if lines else []), *_KINDS[each](analysis, identity, trace)]
    return lines


def _row(frame: pd.DataFrame, identity: str, what: str, column: str = "id") -> Any:
    rows = frame[frame[column] == identity]
    if not len(rows):
        raise WrongParameter(f"there is no {what} {identity!r}{near(identity, list(frame[column]))}")
    return next(rows.itertuples())


def _claim(analysis: Analysis, identity: str, trace: Trace) -> list[str]:
    row = _row(claims.register(analysis), identity, "claim")
    lines = [f"claim.{identity}: {row.status}", f"  “{row.text}”", f"  {row.reason}"]
    lines += [f"  {why}" for why in (row.detail, row.rewording, row.out_of_date) if why] + [f"check: {row.check}"]
    return [*lines, f"record: trust/{analysis.year.folder}/claims.csv", *_figures(analysis, row.figures, trace)]


def _figures(analysis: Analysis, listed: str, trace: Trace) -> list[str]:
    """The figures that decided something, each traced."""
    lines = []
    for figure in filter(None, listed.split(";")):
        try:
            lines += ["", *trace(analysis, figure)]
        except WrongParameter:
            lines += ["", f"{figure}: not a figure of this report"]
    return lines


def _tally(analysis: Analysis, area: str, _: Trace) -> list[str]:
    rows = claims.register(analysis)
    judged = set(analysis.inputs.records("judgements", analysis.year)["area"])
    under = rows["area"].map(lambda name: judged_area(name, judged))
    rows = rows[(rows["area"] == area) | (under == area)] if area else rows
    if not len(rows):
        raise WrongParameter(f"there are no claims of {area!r}{near(area, list(claims.register(analysis)['area']))}")
    counted = [f"claims.{area}: {len(rows)} claims of trust/{analysis.year.folder}/claims.csv"]
    return counted + [f"  {row.status}: {row.id} “{row.text}”" for row in rows.itertuples()]


def _target(analysis: Analysis, identity: str, trace: Trace) -> list[str]:
    row = _row(claims.targets(analysis), identity, "target")
    lines = [f"target.{identity}: “{row.text}”", f"  {row.standing}".rstrip()]
    record = analysis.inputs.records("targets", analysis.year)
    measures = _row(record, identity, "target").measure
    figures = ";".join(id_of(name, analysis.year.code) for name in measures.split(";") if name)
    return [*lines, f"record: trust/{analysis.year.folder}/targets.csv", *_figures(analysis, figures, trace)]


def _targets(analysis: Analysis, _: str, __: Trace) -> list[str]:
    rows = claims.targets(analysis)
    lines = [f"targets: {len(rows)} rows of trust/{analysis.year.folder}/targets.csv"]
    for row in rows.itertuples():
        measurable = "can be measured" if row.measurable else f"not measurable: {row.missing}"
        lines.append(f"  {row.id}: {measurable}; {'no priority' if row.orphan else row.priorities}")
    return lines


def _printed(analysis: Analysis, identity: str, trace: Trace) -> list[str]:
    """A figure as printed: T8.1 (every year), or T8.1.202425."""
    rows = [
        {**row, "file": name}
        for name, frame in sorted(analysis.inputs.published.items())
        for row in (frame.to_dict("records") if {"id", "printed"} <= set(frame.columns) else [])
    ]
    if identity in AREAS:
        mine = [r for r in rows if r.get("measure") in MEASURES and MEASURES[r["measure"]].area == identity]
        return [line for row in mine for line in _printed_head(row)]
    mine = [r for r in rows if identity in {r["id"], f"{r['id']}.{r.get('time_period', '')}"}]
    if not mine:
        raise WrongParameter(f"there is no printed figure {identity!r}{near(identity, [r['id'] for r in rows])}")
    lines = []
    for row in mine:
        lines += _printed_head(row)
        if row.get("measure"):
            figure = id_of(row["measure"], row["time_period"], row["school_urn"] or "trust", row["pupil_group"])
            lines += _figures(analysis, figure, trace)
        lines.append("")
    return lines[:-1]


def _printed_head(row: dict[str, str]) -> list[str]:
    year = f" {AcademicYear.parse(row['time_period'])}" if row.get("time_period") else ""
    lines = [f"printed.{row['id']}{year}: {row['printed']} as printed", f"  {row['source']}"]
    return [*lines, f"  record: published/{row['file']}.csv; never changed"]


def _survey(analysis: Analysis, identity: str, _: Trace) -> list[str]:
    row = _row(analysis.inputs.records("survey", analysis.year), identity, "survey question")
    answered = row.respondents or "not recorded"
    lines = [f"survey.{identity}: {row.percent}%, {row.year}; pupils who answered: {answered}", f"  “{row.question}”"]
    return [*lines, f"record: trust/{analysis.year.folder}/survey.csv"]


def _expectation(analysis: Analysis, identity: str, trace: Trace) -> list[str]:
    row = _row(claims.expectations(analysis), identity, "expectation")
    lines = [
        f"expectation.{identity}: {row.school_name}, from {row.baseline} to {row.expectation}%",
        f"  {row.progress}",
    ]
    lines.append(f"record: trust/{analysis.year.folder}/expectations.csv")
    return lines + _figures(analysis, row.figure, trace)


def _evidence(analysis: Analysis, identity: str, _: Trace) -> list[str]:
    row = _row(claims.evidence(analysis), identity, "piece of evidence")
    lines = [f"evidence.{identity}: {row.title}, {row.dated or 'not dated'}: {row.status}", f"  {row.reason}"]
    return [*lines, f"record: trust/{analysis.year.folder}/evidence.csv; aged on {analysis.dated.isoformat()}"]


def _judgement(analysis: Analysis, area: str, trace: Trace) -> list[str]:
    row = _row(claims.judgements(analysis, area), area, "judgement of", "area")
    lines = [f"judgement.{area}: {row.judged}", *(f"  {said}" for said in (row.strands, row.flag) if said)]
    own = claims.strands(analysis)
    figures = ";".join(own.loc[own["area"] == area, "figures"])
    lines += [f"  {claims.RULE}", f"record: trust/{analysis.year.folder}/judgements.csv"]
    return [*lines, *_figures(analysis, figures, trace)]


def _grades(record: str) -> Callable[[Analysis, str, Trace], list[str]]:
    def lines(analysis: Analysis, urn: str, _: Trace) -> list[str]:
        rows = analysis.inputs.records(record, analysis.year)
        if urn == "report-cards":  # the counts of areas by grade: every school's latest inspection
            rows = inspections.latest(rows)
        else:
            _row(rows, urn, "grade of school", "school_urn")
            rows = rows[rows["school_urn"] == urn]
        told = [f"{record}.{urn}:"]
        for row in rows.itertuples():
            found = row.grade or getattr(row, "key_judgements", "") or row.note
            told.append(f"  {analysis.trust.school(row.school_urn).name}: {found} {row.year}".rstrip())
        also = ", and Ofsted's own file where there is one" if record == "ofsted" else ""
        return [*told, f"record: trust/{analysis.year.folder}/{record}.csv{also}"]

    return lines


def _members(analysis: Analysis, code: str, __: Trace) -> list[str]:
    code, _, other = code.partition(".")
    year, rule = AcademicYear.parse(code) if code else analysis.year, other or analysis.membership
    if rule not in RULES:
        raise WrongParameter(f"there is no rule of who counts {rule!r}{near(rule, list(RULES))}")
    members = analysis.trust.members(year, rule)
    schools = analysis.trust.of_year(year)
    lines = [f"members.{year.code}: {analysis.trust.counted(year, rule)}"]
    lines.append(f"  census day {analysis.trust.census_day(year).isoformat()}; record: trust.toml")
    return lines + [f"  {s.urn} {s.name}: {'counts' if s in members else 'does not count'}" for s in schools]


def _restated(analysis: Analysis, figure: str, trace: Trace) -> list[str]:
    log = analysis.inputs.published.get("restatements", pd.DataFrame(columns=["figure"]))
    row = _row(log, figure, "restated figure", "figure")
    lines = [f"restated.{figure}: {row.old} published in {row.published_in or 'every issue'}, {row.new} now"]
    return [*lines, f"  {row.why} ({row.role}, {row.date})", *_figures(analysis, figure, trace)]


def _correction(analysis: Analysis, identity: str, _: Trace) -> list[str]:
    """A corrected cell: "raw/202425/finance.csv.2.TeachersFTE"."""
    rows = analysis.inputs.corrections
    row = _row(rows.assign(id=rows["file"] + "." + rows["row"] + "." + rows["column"]), identity, "correction")
    lines = [f"correction.{identity}: {row.raw_value or 'blank'} as received, {row.corrected_value} as corrected"]
    lines.append(f"  {row.reason} ({row.role}, {row.date})")
    return [*lines, "record: corrections.csv; the file itself is never edited"]


_KINDS: dict[str, Callable[[Analysis, str, Trace], list[str]]] = {
    "claim": _claim,
    "claims": _tally,
    "target": _target,
    "targets": _targets,
    "printed": _printed,
    "survey": _survey,
    "evidence": _evidence,
    "expectation": _expectation,
    "judgement": _judgement,
    "ofsted": _grades("ofsted"),
    "peer_review": _grades("peer_reviews"),
    "members": _members,
    "restated": _restated,
    "correction": _correction,
}
