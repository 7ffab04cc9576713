"""What each figure means, where it comes from, which England was known, and which published figures have moved."""

from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from symphony_analysis import claims
from symphony_analysis.analysis import Analysis
from symphony_analysis.dates import dates_in_words
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import AREAS, GROUPS, MEASURES, Measure
from symphony_analysis.symbols import MEANINGS
from symphony_analysis.years import AcademicYear

_INTERVALS = (
    "Exact binomial intervals (mid-p) for shares of pupils; t intervals for means and, with pupils as units, for "
    "rates of sessions; Poisson for suspensions, wider where the same pupils return. Pupils are taken as "
    "independent; where schools are the units the interval is wider. England at our mix: its pupils with the "
    "trust's mix of groups."
)


def definitions() -> Html:
    """How is each figure defined? One row per declared measure with its unit and official method, by area."""
    parts = []
    for area, title in AREAS.items():
        body = [
            [m.label, element("td", m.definition, class_="t"), m.unit, _method(m)]
            for m in MEASURES.values()
            if m.area == area
        ]
        if body:
            head = ["Measure", "Definition", "Unit", "Official method"]
            parts.append(table(f"Definitions: {title}", head, body, class_="words"))
    rule = element("p", element("strong", "Strands beside a judgement. "), claims.RULE)
    return join([*parts, element("p", element("strong", "Intervals. "), _INTERVALS), rule])


def _method(measure: Measure) -> Html:
    """The link to the official method, named apart from the others for whoever hears links without their row."""
    return element("a", "method", href=measure.method, aria_label=f"method: {measure.label}")


def inputs(analysis: Analysis) -> Html:
    """Which files do the figures come from? One row per input file of the years shown. Source: ``manifest.csv``."""
    manifest = analysis.inputs.manifest
    shown = manifest[manifest["time_period"].isin([year.code for year in analysis.years])]
    if not len(shown):
        return element("p", "No input files are listed for these years.", class_="soft")
    body = [
        [row.path, row.title, row.publisher, _release(row), row.origin, element("code", row.sha256[:12])]
        for row in shown.sort_values("path").itertuples()
    ]
    head = ["File", "What it is", "Publisher", "Status, date", "Origin", "SHA-256 begins"]
    return table("Input files", head, body, class_="words")


def _release(row: Any) -> str:
    """ "revised, 11 December 2025"."""
    return ", ".join(filter(None, (row.release_status, dates_in_words(row.published))))


def corrections(analysis: Analysis) -> Html:
    """Which cells of the files as received were corrected, from what to what, why, and who says so?

    One row per correction of a file of the years shown: a later year's correction leaves a past report as it was.
    Source: ``corrections.csv``.
    """
    folders = tuple(f"raw/{year.folder}/" for year in analysis.years)
    rows = [row for row in analysis.inputs.corrections.itertuples() if row.file.startswith(folders)]
    if not rows:
        return element("p", "No cell of any file was corrected.", class_="soft")
    body = [
        [
            element("span", f"{r.file}, row {r.row}, {r.column}", data_figure=_correction_id(r)),
            element("td", r.raw_value or "blank", data_figure=_correction_id(r)),
            element("td", r.corrected_value, data_figure=_correction_id(r)),
            f"{r.reason} ({r.role}, {dates_in_words(r.date)})",
        ]
        for r in rows
    ]
    head = ["Cell", "As received", "As corrected", "Why, who, when"]
    return table("Corrections: the files themselves are never edited", head, body, class_="words")


def _correction_id(row: Any) -> str:
    return f"correction.{row.file}.{row.row}.{row.column}"


def national(analysis: Analysis) -> Html:
    """Which England figures were known on the day? One row per publication, with the measures and years it gave.

    Source: ``national.csv`` and the official files that hold England's own rows.
    """
    rows = analysis.figures().rows(geographic_level="Trust")
    used = rows[rows["england_value"].notna()]
    if not len(used):
        return element("p", "No national figures were used.", class_="soft")
    body = []
    for vintage, figures in used.groupby("england_vintage", sort=True):
        years = ", ".join(AcademicYear.parse(str(code)).label for code in sorted(set(figures["time_period"])))
        names = "; ".join(dict.fromkeys(MEASURES[name].short_label for name in figures["measure"]))
        body.append([dates_in_words(vintage), years, names])
    return table("England's figures used", ["Publication, status, date", "Years", "Measures"], body, class_="words")


def glossary() -> Html:
    """Why is a figure missing? One row per symbol, with its meaning."""
    marks = [[f"[{symbol}]", meaning] for symbol, meaning in MEANINGS.items()]
    return table("Why a figure is missing", ["Symbol", "Meaning"], marks, class_="words")


def restatements(analysis: Analysis) -> Html:
    """Which figures of past issues have changed? One row per entry of the restatement log for the years shown.

    Source: ``published/restatements.csv``.
    """
    log = analysis.inputs.published.get("restatements", pd.DataFrame())
    codes = [str(year.code) for year in analysis.years]
    rows = [row for row in log.itertuples() if any(fnmatchcase(code, _id_part(row.figure, 1)) for code in codes)]
    if not rows:
        return element("p", "No published figure of these years has been restated.", class_="soft")
    body = [[*_cells(analysis, row), f"{row.why} ({row.role}, {dates_in_words(row.date)})"] for row in rows]
    head = ["Figure", "Published in", "Was", "Is", "Why, who, when"]
    return table("Restatements: figures published earlier that have moved", head, body, class_="words")


def _id_part(figure: str, place: int) -> str:
    """One part of a figure's id; "*" where the log speaks of several figures at once."""
    parts = figure.split(".")
    return parts[place] if place < len(parts) else "*"


def _cells(analysis: Analysis, row: Any) -> list[Html]:
    """Which figure, where it was published, what it was and what it is; each with the id by which it is traced."""
    told = [_named(analysis, row.figure), row.published_in or "every issue"]
    identity = f"restated.{row.figure}"
    named = [element("span", text, data_figure=identity) for text in told]
    both = [element("td", text, data_figure=identity) for text in (row.old or "as published", row.new or "as shown")]
    return [*named, *both]


def _named(analysis: Analysis, figure: str) -> str:
    """The figure in words, as far as its id is one figure's."""
    name, code, who, group = (_id_part(figure, place) for place in range(4))
    if name not in MEASURES or not code.isdecimal():
        return figure
    pupils = f", {GROUPS[group].lower()}" if group in GROUPS and group != "all" else ""
    whose = "" if who in {"trust", "*"} else f", {analysis.trust.names.get(who, who)}"
    return f"{MEASURES[name].label}{pupils}{whose}, {AcademicYear.parse(code).label}"
