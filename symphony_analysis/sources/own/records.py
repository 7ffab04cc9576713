"""The trust's own records and figures of record: their files, what each column means, and tidy tables of them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from symphony_analysis.figure import GROUPS
from symphony_analysis.names import unknown
from symphony_analysis.sources.declare import ofsted_words
from symphony_analysis.sources.declare.ofsted_words import UNGRADED
from symphony_analysis.sources.own import inspections
from symphony_analysis.sources.problems import Problem, SourceError
from symphony_analysis.sources.reading import csv_text
from symphony_analysis.years import AcademicYear

_URN = re.compile(r"[0-9]{6}")


def urns_listed(cell: str) -> list[str]:
    """The URNs of a cell, joined there by semicolons, commas or spaces."""
    return re.split(r"[;,\s]+", cell.strip(" ;,")) if cell.strip(" ;,") else []


def demand_similar(record: pd.DataFrame, shown: str) -> pd.DataFrame:
    """The record as typed. Raises SourceError with every cell that is no list of other schools' URNs."""
    problems = [
        Problem(shown, int(row.row), column, found, expected, "correct the cell")
        for row in record.itertuples()
        for column, found, expected in _faults(row)
    ]
    twice = record[record["school_urn"].duplicated()]
    problems += [
        Problem(shown, int(row.row), "school_urn", f"{row.school_urn} twice", "one row a school", "join the two lists")
        for row in twice.itertuples()
    ]
    if problems:
        raise SourceError(problems)
    return record


def _faults(row) -> Iterator[tuple[str, str, str]]:
    urns = urns_listed(row.similar_urns)
    if not _URN.fullmatch(row.school_urn):
        yield "school_urn", repr(row.school_urn), "the URN of a school of the trust, six digits"
    if odd := [urn for urn in urns if not _URN.fullmatch(urn)]:
        yield "similar_urns", ", ".join(map(repr, odd)), "URNs of six digits joined by ;"
    if not urns:
        yield "similar_urns", "no school", "the URNs of similar schools joined by ;"
    if row.school_urn in urns:
        yield "similar_urns", f"{row.school_urn}, the school itself", "other schools"
    if again := sorted({urn for urn in urns if urns.count(urn) > 1}):
        yield "similar_urns", f"{', '.join(again)} twice", "each school once"
    if not row.source:
        yield "source", "a blank cell", "who chose these schools, and by what"


#: Each record and the columns it must have; a row is one judgement, claim, target and so on.
RECORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "judgements": ("id", "area", "section_title", "bands", "wording", "framework", "judged_on", "note"),
        "claims": ("id", "area", "text", "check", "measures", "pupil_groups", "arguments", "evidence", "response"),
        "targets": ("id", "area", "text", "measure", "baseline", "value", "due", "owner", "priorities"),
        "priorities": ("id", "focus_area", "target", "strategies", "monitoring", "responsibilities", "targets"),
        "evidence": ("id", "area", "title", "dated", "shelf_life_months", "detail"),
        "ofsted": ("id", "school_urn", "framework", "grade", "year", "inspected_on", "key_judgements", "note"),
        "peer_reviews": ("id", "school_urn", "grade", "year", "note"),
        "survey": ("id", "question", "percent", "year", "respondents"),
        "governance": ("id", "group", "item", "value", "note"),
        "texts": ("id", "area", "kind", "heading", "order", "text"),
        "glossary": ("term", "meaning"),
        "commentary": ("area", "text"),
        "expectations": ("id", "school_urn", "baseline", "expectation", "due", "note"),
        "similar_schools": ("school_urn", "similar_urns", "source"),
    }
)

#: The records that a year need not have as a file.
_OPTIONAL = {"commentary", "expectations", "similar_schools"}
EXPECTED = tuple(name for name in RECORDS if name not in _OPTIONAL)
#: Records whose cells are checked whenever they are read.
DEMANDS = {"ofsted": inspections.demand, "similar_schools": demand_similar}
#: Without a row in these a year has no statement of its own.
STATEMENTS = ("claims", "judgements")

#: The areas in the order of the report.
AREAS = (
    "overview", "outcomes", "disadvantaged", "governance", "school_improvement", "attendance", "exclusions", "finance",
    "safeguarding", "priorities",
)  # fmt: skip


def key_of(name: str) -> str:
    """The column that names a row of a record and stays the same from year to year."""
    return RECORDS[name][0]


def path_of(name: str, year: AcademicYear) -> str:
    """Where a record stands below the data folder. Raises UnknownNameError for a record nobody declared."""
    if name not in RECORDS:
        raise unknown("record", name, RECORDS)
    return f"trust/{year.folder}/{name}.csv"


def read(data_dir: Path, name: str, year: AcademicYear) -> pd.DataFrame:
    """One record of a year, one row as the name says; without rows when the trust has not supplied it.

    Raises SourceError for an inspection in words that its framework does not have, and a list that is none of URNs.
    """
    shown = path_of(name, year)
    if not (data_dir / shown).is_file():
        return pd.DataFrame(columns=list(RECORDS[name]), dtype="str")
    frame = ordered(csv_text.read_table(data_dir / shown, shown, RECORDS[name]))
    return DEMANDS[name](frame, shown) if name in DEMANDS else frame


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in an order of their own, so that a page does not depend on how a file happens to be sorted.

    By area as the report goes, by ``order`` where a record has one, then by id (or term) with numbers as numbers,
    then by year; what is still alike by its other cells, column by column as the columns are called.
    ``row`` keeps the row number that Excel shows, for messages.
    """
    key = next((column for column in ("id", "term") if column in frame), None)
    places = [
        (
            AREAS.index(row["area"]) if row.get("area") in AREAS else len(AREAS),
            float(row["order"]) if str(row.get("order", "")).replace(".", "", 1).isdecimal() else 0.0,
            natural(row[key]) if key else (),
            str(row.get("time_period", "")),
            [str(row[column]) for column in sorted(row)],
        )
        for row in frame.to_dict("records")
    ]
    numbered = frame.assign(row=[str(number) for number in frame.index])
    return numbered.iloc[sorted(range(len(places)), key=places.__getitem__)].reset_index(drop=True)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that puts "G2" before "G10", and letters in the order of the alphabet whatever their case."""
    parts = re.split(r"(\d+)", text)
    return tuple((1, int(p), "") if p.isdecimal() else (0, 0, p.casefold()) for p in parts if p)


def published(data_dir: Path) -> dict[str, pd.DataFrame]:
    """What past issues and publications printed, by file name without its ending; indexed by the row Excel shows."""
    folder = data_dir / "published"
    paths = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    return {p.stem: ordered(csv_text.read_table(p, f"published/{p.name}")).set_index("row") for p in paths}


Record = Callable[[str, AcademicYear], pd.DataFrame]

_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "inspections": ("good_or_outstanding_count", "outstanding_count", "peer_reviewed_count"),
        "evidence": ("governance_count", "safeguarding_count"),
        "survey": ("never_bullied_percent", "feel_safe_percent", "can_speak_percent"),
    }
)
TABLES = tuple(_COLUMNS)

#: Which survey question gives which column, by the words that must stand in it.
_QUESTIONS = {
    "never_bullied_percent": "bullied",
    "feel_safe_percent": "feel safe",
    "can_speak_percent": "speak to someone",
}


def table(name: str, record: Record, years: Iterable[AcademicYear]) -> pd.DataFrame:
    """A tidy table made of the trust's own records: rows are schools ("inspections") or the trust, by year.

    A year without the record has no rows. Values are counts of schools or of items, or the percentages recorded.
    """
    made = [row for year in years for row in _MAKERS[name](record, year)]
    keys = ["time_period", "geographic_level", "school_urn", "pupil_group", "source_file"]
    columns = [part for value in _COLUMNS[name] for part in (value, f"{value}_symbol")]
    frame = pd.DataFrame(made, columns=[*keys, *columns])
    return frame.astype({value: "float64" for value in _COLUMNS[name]})


def _row(
    year: AcademicYear, level: str, urn: str, files: Iterable[str], values: Mapping[str, float]
) -> dict[str, object]:
    symbols = {f"{name}_symbol": "x" if pd.isna(value) else "" for name, value in values.items()}
    keys = {"time_period": year.code, "geographic_level": level, "school_urn": urn, "pupil_group": "all"}
    return {**keys, "source_file": ";".join(path_of(file, year) for file in files), **values, **symbols}


def _inspections(record: Record, year: AcademicYear) -> list[dict[str, object]]:
    ofsted, reviews = record("ofsted", year), record("peer_reviews", year)
    # An ungraded inspection leaves the grade as it was.
    latest = inspections.latest(ofsted[ofsted["framework"] != UNGRADED])
    grades = dict(zip(latest["school_urn"], latest["grade"].str.casefold(), strict=True))
    reviewed = set(reviews.loc[reviews["grade"] != "", "school_urn"])
    rows = []
    for urn in sorted(set(ofsted["school_urn"]) | set(reviews["school_urn"])):
        # A report card has no single grade: such a school is neither good nor not, it is left out.
        graded = bool(grades.get(urn))
        good = float(grades.get(urn) in {"good", "outstanding"}) if graded else float("nan")
        outstanding = float(grades.get(urn) == "outstanding") if graded else float("nan")
        values = dict(zip(_COLUMNS["inspections"], (good, outstanding, float(urn in reviewed)), strict=True))
        rows.append(_row(year, "School", urn, ("ofsted", "peer_reviews"), values))
    return rows


def _evidence(record: Record, year: AcademicYear) -> list[dict[str, object]]:
    items = record("evidence", year)
    if not len(items):
        return []
    values = {f"{area}_count": float((items["area"] == area).sum()) for area in ("governance", "safeguarding")}
    return [_row(year, "Trust", "", ("evidence",), values)]


def _survey(record: Record, year: AcademicYear) -> list[dict[str, object]]:
    answers = record("survey", year)
    if not len(answers):
        return []
    values = {}
    for column, words in _QUESTIONS.items():
        asked = answers.loc[answers["question"].str.casefold().str.contains(words, regex=False), "percent"]
        values[column] = float(asked.iloc[0]) if len(asked) == 1 else float("nan")
    return [_row(year, "Trust", "", ("survey",), values)]


_MAKERS = {"inspections": _inspections, "evidence": _evidence, "survey": _survey}


#: What one row of each record is, and who keeps it.
ROWS: Mapping[str, str] = MappingProxyType(
    {
        "judgements": "an area's own grade; the CEO with trustees",
        "claims": "a sentence that says something is so, and the check that tests it; the DoP",
        "targets": "a target, linked to the priorities that pursue it; the owner of the area",
        "priorities": "a row of the key priorities, linked back to its targets; the owner of the area",
        "evidence": "a piece of evidence with its date; the owner of the area",
        "ofsted": "a school's latest inspection, in the words of its own framework; the DoP",
        "peer_reviews": "a school's latest peer review; the DoP",
        "survey": "a question of the pupil survey; the safeguarding lead",
        "governance": "a fact about governance; the clerk to the trustees",
        "texts": "an aim, paragraph, bullet, principle or note under its heading; the owner of the area",
        "glossary": "a short form and what it stands for; the DoP",
        "expectations": "the attendance that DfE expects of a school (ABIE); the attendance lead",
        "similar_schools": "a school, and the schools of England that the trust compares it with; the DoP",
        "commentary": "a paragraph of the trust's own comment on an area; the owner of the area",
    }
)

_ID = "A short name of your own that stays the same from year to year, like A4."
_AREA = "The section that it belongs to."
_TEXT = "The words as they shall be read; **bold** is the one mark. Figures belong to the data, not here."

#: Notes by column; "record.column" stands before the column alone.
_NOTES: Mapping[str, str] = MappingProxyType(
    {
        "id": _ID,
        "area": _AREA,
        "text": _TEXT,
        "note": "Anything a reader must know of this row; empty where there is nothing.",
        "section_title": "The heading under which the grade stands.",
        "bands": "One band, or two joined by ; where the trust stands between them. Safeguarding: effective.",
        "wording": "The grade as the document words it.",
        "judgements.framework": "The scale that the grade belongs to.",
        "judged_on": "The day of the judgement, like 2026-07-01; empty where it is not recorded.",
        "check": "The test of the sentence; not_testable needs reason=... among the arguments.",
        "measures": "The measures that the test uses, joined by ;",
        "pupil_groups": "The pupil groups that it is about, joined by ; empty: all.",
        "arguments": "What the test needs beside, like since=2022/23; joined by ;",
        "claims.evidence": "Ids of evidence.csv that bear the sentence out, joined by ;",
        "response": "The trust's answer where the test fails.",
        "measure": "The measure by which the target is judged; empty where it is not measurable.",
        "baseline": "The figure that the target starts from.",
        "expectations.baseline": "Attendance in per cent that the expectation starts from, like 94.1.",
        "expectation": "Attendance in per cent that DfE expects.",
        "targets.value": "The figure to be reached.",
        "due": "The day by which, like 2027-07-31.",
        "owner": "Who answers for it.",
        "priorities": "Ids of priorities.csv that pursue the target, joined by ;",
        "focus_area": "The heading of the table of priorities.",
        "target": "What shall be reached.",
        "strategies": "How, each separated by |",
        "monitoring": "How it is known, each separated by |",
        "responsibilities": "Who, each separated by |",
        "targets": "Ids of targets.csv that it serves, joined by ;",
        "title": "What the evidence is.",
        "dated": "A day like 2026-03-01, or a year; ofsted or peer_reviews: each school's date in that record.",
        "shelf_life_months": "After how many months it is too old to rest on.",
        "detail": "What it says, and what is not recorded of it.",
        "school_urn": "The school's present URN; the sheet Schools lists them.",
        "similar_urns": "The URNs of the schools that it is compared with, joined by ;",
        "source": "Who chose these schools, and by what, like: the trust, by size and free school meals, January 2025.",
        "ofsted.framework": "Report cards are not mapped to the single grades that ended in September 2024.",
        "ofsted.grade": "The single grade as printed, of an inspection before September 2024. Empty for a report card.",
        "peer_reviews.grade": "The grade as printed; empty where there is no review yet, and say so in note.",
        "year": "The calendar year, like 2026.",
        "inspected_on": "The day that the inspection began, like 2026-02-24.",
        "key_judgements": "A report card's areas and grades, like: Inclusion: Strong standard | Achievement: Expected "
        "standard",
        "question": "The question, in the words of the survey.",
        "percent": "The share that agreed, without the % sign.",
        "respondents": "How many pupils answered; empty where it is not recorded.",
        "group": "The heading: Members, Trustees, Website links and so on.",
        "item": "The name, post or link.",
        "governance.value": "What is recorded of it; empty where only its existence is known.",
        "kind": "How it is set.",
        "heading": "The heading over it.",
        "order": "Its place within the area: 1, 2, 3.",
        "term": "The short form.",
        "meaning": "What it stands for; empty until the trust confirms it.",
    }
)

#: The values that a column takes, offered as a list; a column that may join several is only prompted.
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "area": AREAS,
    "kind": ("strapline", "aim", "paragraph", "bullet", "principle", "note"),
    "bands": ("outstanding", "good", "requires_improvement", "serious_weaknesses", "special_measures", "effective",
              "exceptional", "strong_standard", "expected_standard", "needs_attention", "urgent_improvement", "met",
              "good;outstanding"),
    "ofsted.framework": ofsted_words.FRAMEWORKS,
    "ofsted.grade": ("OUTSTANDING", "GOOD", "REQUIRES IMPROVEMENT", "INADEQUATE"),
    "peer_reviews.grade": ("OUTSTANDING", "GOOD", "REQUIRES IMPROVEMENT"),
    "pupil_groups": tuple(GROUPS),
})  # fmt: skip
#: Columns in which several values may be joined, so that the list is an offer and not a rule.
SEVERAL = frozenset({"bands", "pupil_groups", "measures", "key_judgements", "peer_reviews.grade", "ofsted.grade"})


def note(record: str, column: str) -> str:
    """What stands in this column of a record. Raises KeyError for a column that nobody has described."""
    return _NOTES.get(f"{record}.{column}") or _NOTES[column]


def choices(record: str, column: str, more: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The values offered in this column; ``more`` gives those of other rooms, like measures and schools."""
    for known in (more, CHOICES):
        for key in (f"{record}.{column}", column):
            if key in known:
                return known[key]
    return ()


def is_open(record: str, column: str) -> bool:
    """May the column hold something that is not on its list?"""
    return f"{record}.{column}" in SEVERAL or column in SEVERAL
