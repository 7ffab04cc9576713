"""The trust's own records as the report uses them: grades, glossary, claims that await a response."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from symphony_analysis import claims
from symphony_analysis.display import count_in_words
from symphony_analysis.report.cover import Band
from symphony_analysis.sources.checking import whole_records
from symphony_analysis.years import AcademicYear

HERE = Path(__file__).parent
NOT_SPELLED_OUT = "not spelled out in the trust’s own document"


def draft_bands(analysis: Any) -> tuple[Band, ...]:
    """The DRAFT notice when a claim that is not shown has no response or the records are not whole; else none."""
    said, count = [], len(claims.draft_reasons(analysis))
    if count:
        needs = "statement needs" if count == 1 else "statements need"
        said.append(f"{count_in_words(count).capitalize()} {needs} rewording or an answer.")
    lacking = [
        f"{Path(one.file).stem}: {one.found}" for one in whole_records.lacking(analysis.inputs.data_dir, analysis.year)
    ]
    if lacking:
        said.append(f"The trust’s own records of {analysis.year} are not whole: {'; '.join(lacking)}.")
    return (Band("DRAFT", " ".join(said)),) if said else ()


def grades(inputs: Any, year: AcademicYear, names: Iterable[str]) -> dict[str, str]:
    """The judgement shown with each section in the contents: {"60_finance": "Graded as Good/Outstanding"}.

    A record belongs to the notebook whose name, without its number, begins with the record's area.
    """
    found = {}
    for record in inputs.records("judgements", year).itertuples():
        bands = "/".join(band.replace("_", " ").capitalize() for band in record.bands.split(";") if band)
        for name in names:
            if bands and re.sub(r"^\d+_", "", name).startswith(record.area):
                found[name] = f"Graded as {bands}"
    return found


def glossary(inputs: Any, year: AcademicYear, own: bool = True) -> tuple[tuple[str, str], ...]:
    """Short forms with their meanings, sorted: DfE's words and, with ``own``, the trust's own list.

    The list is the year's, or else the nearest one, earlier before later; never simply the newest, which would change
    every past report when a year is added.
    """
    with (HERE / "template" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        terms = {row["term"]: row["meaning"] for row in csv.DictReader(file)}
    earlier = sorted((held for held in inputs.years if held < year), reverse=True)
    for held in (year, *earlier, *sorted(held for held in inputs.years if held > year)) if own else ():
        rows = inputs.records("glossary", held)
        if len(rows):
            terms |= {row.term: row.meaning or NOT_SPELLED_OUT for row in rows.itertuples()}
            break
    return tuple(sorted(terms.items(), key=lambda term: (term[0].casefold(), term[0])))
