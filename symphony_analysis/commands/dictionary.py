"""Two pages generated from the code: ``python -m symphony_analysis.commands.dictionary docs``.

The data dictionary comes from the declarations, the reference of the notebook's functions from their docstrings.
"""

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

from symphony_analysis import charts, claims, explore, open_analysis, tables, wording
from symphony_analysis.analysis import Analysis
from symphony_analysis.figure import COLUMNS, GROUPS
from symphony_analysis.measures import AREAS, MEASURES, Measure
from symphony_analysis.protect import Protected
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.sources.own.records import RECORDS, ROWS, note
from symphony_analysis.symbols import MEANINGS

_ROOMS = (charts, tables, wording, explore, claims)
_RULES = """\
A call takes the analysis or its figures first, then measures, then the pupil group (`groups` where it takes several).
A measure goes by its name, its label, or words that only it has (`phonics`); a group by its name or its label. A name
that does not exist raises UnknownNameError, one sentence with the names that come near or all there are; anything but
Protected figures, where figures are taken, raises TypeError. What a figure is, its unit and its source are in the
[data dictionary](data-dictionary.md)."""


def dictionary() -> str:
    """The data dictionary as Markdown: figures, measures, symbols, the trust's records, layouts."""
    return "\n".join(line.rstrip() for line in _lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield "Written by `make dictionary` from the declarations in `symphony_analysis/`; a test holds the two together."
    yield ""
    yield "## figures.csv"
    yield ""
    yield "One row is one figure: a measure in a year, for a school, the trust or England, of a pupil group."
    yield "`figures.csv-metadata.json` beside it says the same to machines (CSV on the Web)."
    yield ""
    yield from _table(("column", "type", "what it holds"), ((name, *told) for name, told in COLUMNS.items()))
    yield "## Symbols"
    yield ""
    yield "A value and the reason it is missing travel together; zero only ever means zero."
    yield ""
    yield from _table(("symbol", "meaning"), MEANINGS.items())
    yield "## Measures"
    yield ""
    for area, title in AREAS.items():
        yield f"### {title}"
        yield ""
        for measure in MEASURES.values():
            if measure.area == area:
                yield from _measure(measure)
    yield "## The trust's own records"
    yield ""
    yield "`data/trust/<year>/<record>.csv`; `symphony new-year` makes them, empty, and a workbook for all of them."
    yield ""
    for record, columns in RECORDS.items():
        yield f"### {record}.csv"
        yield ""
        yield f"One row: {ROWS[record]}."
        yield ""
        yield from _table(("column", "what belongs in it"), ((column, note(record, column)) for column in columns))
    yield "## Files that are read"
    yield ""
    yield "Each is recognised by its header, never by its name. A code that is not listed for a file is an error."
    yield ""
    for source in SOURCES.values():
        yield from _source(source)


def _measure(measure: Measure) -> Iterator[str]:
    better = {"high": "higher is better", "low": "lower is better", "none": "neither way is better"}[measure.better]
    yield f"**`{measure.name}`** {measure.label}"
    yield ""
    yield f"- {measure.definition}"
    yield f"- {measure.why}"
    yield f"- In {measure.unit}, to {measure.decimals} decimals; {better}; from the table `{measure.source}`."
    yield f"- For: {', '.join(GROUPS[group].lower() for group in measure.pupil_groups)}."
    for group, population in measure.england.items():
        yield f"- England's figure for {GROUPS[group].lower()}: `{measure.compared_with}`, population `{population}`."
    if not measure.england:
        yield "- England publishes no like figure; it is compared with nothing."
    for year, why in measure.unavailable.items():
        yield f"- Not in {year}: {why}"
    yield f"- Method: <{measure.method}>; last checked {measure.checked}."
    yield ""


def _source(source: Source) -> Iterator[str]:
    yield f"### {source.name}"
    yield ""
    yield f"{source.title}. {source.publisher}; {source.licence}. It feeds the table `{source.table}`."
    if source.homepage:
        yield f"<{source.homepage}>"
    codes = ", ".join(f"`{code}`" for code in source.symbols if code)
    yield f"Key: {', '.join(source.key)}." + (f" Codes: {codes}." if codes else "")
    if source.pupil_level:
        yield "Pupil level: rows are counted inside `sources` and go no further."
    yield ""
    rows = []
    for column in source.columns:
        empty = "is refused" if column.blank is None else f"means {column.blank}" if column.blank else "is allowed"
        official = column.official + ("" if column.required else " (may be absent)")
        rows.append((official, column.ours, column.expected, empty))
    yield from _table(("official column", "our name", "what a cell holds", "an empty cell"), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield _row(names)
    yield _row(["---"] * len(names))
    for row in rows:
        yield _row(row)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def public(room: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions of a room that a notebook may call, by name."""
    return {name: thing for name in room.__all__ if inspect.isfunction(thing := getattr(room, name))}


def reference() -> str:
    """The functions that a notebook calls, as Markdown: signature and docstring, room by room."""
    return "\n".join(line.rstrip() for line in _calls()).rstrip() + "\n"


def _calls() -> Iterator[str]:
    yield "# What a notebook calls"
    yield ""
    yield "Written by `make dictionary` from the functions in `symphony_analysis/`; a test holds the two together."
    yield ""
    yield "    from symphony_analysis import charts, explore, open_analysis, tables, wording"
    yield "    analysis = open_analysis(year, as_at, edition, school, data_dir)"
    yield '    figures = analysis.figures("attendance")'
    yield ""
    yield from _RULES.splitlines()
    yield ""
    yield "## The analysis and its figures"
    yield ""
    yield from _entry("open_analysis", open_analysis)
    for name in ("figures", "records", "table", "compared"):
        yield from _entry(f"analysis.{name}", getattr(Analysis, name))
    yield from _entry("figures.rows", Protected.rows)
    for room in _ROOMS:
        named = room.__name__.rpartition(".")[2]
        yield f"## {named}"
        yield ""
        yield inspect.getdoc(room) or ""
        yield ""
        for name, function in sorted(public(room).items()):
            yield from _entry(f"{named}.{name}", function)
        if room is charts:
            yield from _entry("chart.save", charts.Chart.save)


def _entry(called: str, function: Callable[..., Any]) -> Iterator[str]:
    signature = inspect.signature(function)
    words = [each.replace(annotation=each.empty) for name, each in signature.parameters.items() if name != "self"]
    yield f"### {called}"
    yield ""
    written = ast.parse(dedent(inspect.getsource(function))).body[0]
    yield f"    {called}{inspect.Signature(words)} -> {ast.unparse(written.returns)}"  # type: ignore[attr-defined]
    yield ""
    yield inspect.getdoc(function) or ""
    yield ""


PAGES = {"data-dictionary.md": dictionary, "api.md": reference}

if __name__ == "__main__":
    for name, page in PAGES.items():
        Path(sys.argv[1], name).write_bytes(page().encode("utf-8"))
