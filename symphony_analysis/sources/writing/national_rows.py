"""Figures of England and the local authority out of DfE's own files, as rows of ``national.csv``: nothing is typed."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from symphony_analysis.figure import of_authority
from symphony_analysis.rounding import half_away
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import National, Source
from symphony_analysis.sources.own import national
from symphony_analysis.sources.problems import Problem

_KEY = ["time_period", "comparator", "pupil_group", "population", "release_status", "published"]
_MOST_DECIMALS = 6


def england_rows(
    frame: pd.DataFrame, source: Source, context: Context, listed: dict[str, str]
) -> tuple[list[dict[str, str]], list[Problem]]:
    """The rows of ``national.csv`` that a file gives: England's and those of the trust's local authority.

    ``listed`` is the file's row of the manifest. Without the day and the status of the release there is no vintage, and
    so there are no rows but a warning.
    """
    if not source.england or source.england_rows is None or frame.empty:
        return [], []
    rows = source.england_rows(frame, context)
    rows = rows[rows["geographic_level"].isin(["England", "LA"])]
    made = [_row(row, one, listed, context) for one in source.england for row in _of(rows, one)]
    if made and not (listed["published"] and listed["release_status"]):
        found = f"{len(made)} figures of England or the local authority without a day and status of publication"
        expected = "both, to take the figures into national.csv"
        fix = "say --published 2025-12-09 --release-status final"
        return [], [Problem(listed["file"], 1, "(whole file)", found, expected, fix, warning=True)]
    return [row | {"time_period": str(context.year.code)} for row in made], []


def _of(rows: pd.DataFrame, one: National) -> list[dict]:
    column, value = one.where
    if one.column not in rows or (column and column not in rows):
        return []
    chosen = rows[rows[one.column].notna()]
    chosen = chosen[chosen[column] == value] if column else chosen
    return chosen.to_dict("records")


def _row(row: dict, one: National, listed: dict[str, str], context: Context) -> dict[str, str]:
    text = f"{half_away(float(row[one.column]), _MOST_DECIMALS):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    local = row["geographic_level"] == "LA"
    population = of_authority(one.population, context.trust.authority) if local else one.population
    return {
        "comparator": one.comparator, "pupil_group": one.group or row["pupil_group"], "population": population,
        "value": text, "unit": one.unit, "decimals": str(min(one.decimals, len(text.partition(".")[2]))),
        "release_status": listed["release_status"], "publication": listed["title"], "url": listed["url"],
        "published": listed["published"], "published_precision": "day" if len(listed["published"]) == 10 else "month",
        "evidence": "stored-data", "note": f"{'The local authority' if local else 'England'}'s row of {listed['file']}",
    }  # fmt: skip


def written(data_dir: Path, rows: Sequence[dict[str, str]]) -> tuple[int, list[Problem]]:
    """Put rows that ``national.csv`` lacks at its end: how many, and those of which it says something else."""
    path = data_dir / national.NAME
    held = national.read(data_dir) if path.is_file() else national.empty()
    known = {tuple(map(str, key)): value for *key, value in held[[*_KEY, "value"]].itertuples(index=False)}
    fresh, problems = [], []
    for row in rows:
        there = known.get(tuple(row[part] for part in _KEY))
        if there is None:
            fresh.append(row)
        elif abs(half_away(there - float(row["value"]), _MOST_DECIMALS)) > 0.5 * 10.0 ** -int(row["decimals"]):
            found = f"{there:g} for {row['comparator']} ({row['pupil_group']})"
            expected = f"{row['value']}, as {row['note']} has it"
            fix = "find out which is right; nothing was changed"
            problems.append(Problem(national.NAME, 1, "value", found, expected, fix, warning=True))
    if fresh:
        text = path.read_text(encoding="utf-8-sig") if path.is_file() else ",".join(national.COLUMNS) + "\n"
        out = io.StringIO()
        out.write(text if text.endswith("\n") else text + "\n")
        header = next(csv.reader(io.StringIO(text)))
        csv.DictWriter(out, header, lineterminator="\n", restval="").writerows(fresh)
        path.write_bytes(out.getvalue().encode("utf-8"))
    return len(fresh), problems
