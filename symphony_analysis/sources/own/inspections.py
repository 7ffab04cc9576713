"""``ofsted.csv`` and Ofsted's own file: typed words outside the framework, what the file adds, where they disagree."""

from datetime import date

import pandas as pd

from symphony_analysis.sources.declare import ofsted_words as words
from symphony_analysis.sources.problems import Problem, SourceError

#: An area may be graded some days after the inspection began.
_SAME_VISIT_DAYS = 31


def demand(record: pd.DataFrame, shown: str) -> pd.DataFrame:
    """The typed record. Raises SourceError with each word that the row's framework does not have."""
    problems = []
    for row in record.itertuples():
        told = list(words.faults(row.framework, row.grade, row.key_judgements))
        if row.inspected_on and not _is_day(row.inspected_on):
            told.append(("inspected_on", row.inspected_on, "a day like 2026-02-24"))
        fix = "write it as Ofsted does"
        problems += [Problem(shown, int(row.row), column, repr(found), want, fix) for column, found, want in told]
    if problems:
        raise SourceError(problems)
    return record


def completed(record: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
    """The trust's record with the inspections that only Ofsted's file holds, as further rows without a ``row``."""
    added = [row for row in _official(official) if _typed(record, row) is None]
    return pd.concat([record, pd.DataFrame(added, dtype="str")], ignore_index=True).fillna("") if added else record


def disagreements(record: pd.DataFrame, official: pd.DataFrame, shown: str) -> list[Problem]:
    """Warnings: what was typed of an inspection that Ofsted's file has otherwise, or that it does not have."""
    told, theirs = [], list(_official(official))
    for row in theirs:
        typed = _typed(record, row)
        if typed is None:
            continue
        said = f"Ofsted's file of {row['inspected_on']}"
        if row["grade"] and typed.grade and typed.grade.casefold() != row["grade"].casefold():
            told.append((typed, "grade", typed.grade, f"{row['grade']}, as {said} has it"))
        ours = dict(words.areas_of(typed.key_judgements))
        for area, grade in words.areas_of(row["key_judgements"]):
            if area in ours and ours[area] != grade:
                told.append((typed, "key_judgements", f"{area}: {ours[area]}", f"{area}: {grade}, as {said} has it"))
    held = {(row["school_urn"], row["framework"]): row["inspected_on"] for row in theirs}
    for typed in record.itertuples():
        last = held.get((typed.school_urn, words.GRADED if typed.framework == words.PRINTED else typed.framework))
        if typed.grade and last and not any(_same(typed, row) for row in theirs):
            told.append((typed, "year", typed.inspected_on or typed.year, f"{last}, the latest in Ofsted's file"))
    fix = "find out which is right; the page shows what was typed"
    return [
        Problem(shown, int(row.row), column, found, expected, fix, warning=True)
        for row, column, found, expected in told
    ]


def latest(record: pd.DataFrame) -> pd.DataFrame:
    """The latest inspection of each school, of whatever framework."""
    return record.sort_values(["year", "inspected_on"], kind="stable").drop_duplicates("school_urn", keep="last")


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _official(table: pd.DataFrame) -> list[dict[str, str]]:
    """Each school's latest inspection under each framework, as a row of ``ofsted.csv``."""
    made = []
    schools = table[(table["geographic_level"] == "School") & (table["graded_on"] != "")]
    for (urn, framework), rows in schools.groupby(["school_urn", "framework"], sort=True):
        grades = dict(zip(rows["area"], rows["grade"], strict=True))
        day = rows["graded_on"].min()
        overall = grades.get(words.OEIF_OVERALL, "") if framework != words.UNGRADED else next(iter(grades.values()))
        areas = " | ".join(f"{area}: {grades[area]}" for area in words.CARD_AREAS if area in grades)
        told = {"grade": overall.upper() if framework == words.GRADED else overall, "key_judgements": areas}
        own = "No" not in set(rows["of_present_school"])
        note = "From Ofsted's own file." if own else "From Ofsted's own file; of the school's previous URN."
        made.append(
            {
                "id": f"ofsted.{urn}.{day}",
                "school_urn": urn,
                "framework": framework,
                "year": day[:4],
                "inspected_on": day,
                "note": note,
                "row": "",
                **told,
            }
        )
    return made


def _typed(record: pd.DataFrame, row: dict[str, str]):
    """The typed row of the same inspection, or None."""
    return next((typed for typed in record.itertuples() if _same(typed, row)), None)


def _same(typed, row: dict[str, str]) -> bool:
    card = {typed.framework == words.CARD, row["framework"] == words.CARD}
    ungraded = {typed.framework == words.UNGRADED, row["framework"] == words.UNGRADED}
    if typed.school_urn != row["school_urn"] or len(card) > 1 or len(ungraded) > 1:
        return False
    if not typed.inspected_on:
        return typed.year == row["year"]
    apart = date.fromisoformat(typed.inspected_on) - date.fromisoformat(row["inspected_on"])
    return abs(apart.days) <= _SAME_VISIT_DAYS
