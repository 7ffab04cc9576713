"""Page one: exceptions only, and the scoreboard of judgements beside what the data alone indicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symphony_analysis import claims as claims_room
from symphony_analysis import compare
from symphony_analysis.dates import dates_in_words
from symphony_analysis.display import Row, count_in_words, display_value, england_span, figure_span, subject_rows
from symphony_analysis.figure import figure_id
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import MEASURES
from symphony_analysis.rounding import number
from symphony_analysis.wording.claims_and_targets import held_card
from symphony_analysis.years import AcademicYear

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis


#: Lines of a card on page one; what is left over is counted, and stands in the sections.
_MOST = 6


def attention(analysis: Analysis) -> Html:
    """What must a trustee not miss: implausible, worse than England, contradicted, stale, missing."""
    held = [] if analysis.school else _held(analysis)
    parts = [
        *held, *_worse(analysis), *([] if analysis.school else _schools(analysis)), *_changed(analysis),
        *_contradicted(analysis), *_stale(analysis), *_missing(analysis),
    ]  # fmt: skip
    if not parts:
        return element("p", "Nothing needs attention: no exception was found by any check.", class_="soft")
    return element("div", *parts, class_="cards")


def _held(analysis: Analysis) -> list[Html]:
    """Figures of the trust that cannot be right as printed or as worked out."""
    found = claims_room.plausibility(analysis)
    return [held_card(row) for row in found[found["verdict"] == "held"].itertuples()]


def _card(kind: str, mark: str, title: str, *content: object) -> Html:
    sign = element("p", mark, class_=f"tag {kind}")
    return element("section", sign, element("h3", title), *content, class_=f"card {kind}")


def _worse(analysis: Analysis) -> list[Html]:
    """Figures that are clearly worse than England in any year shown, one card for all: the latest first."""
    rows = subject_rows(analysis.figures())
    rows = rows[rows["comparison"] == compare.WORSE]
    if not len(rows):
        return []
    found = sorted(rows.groupby("measure", sort=False), key=lambda each: -each[1]["time_period"].max())
    lines = [_measure_line(name, list(years.itertuples())) for name, years in found]
    return [_card("worse", "▼ Clearly worse than England", "Where England does clearly better", _listed(lines))]


def _listed(lines: list[Html]) -> Html:
    """The first lines as a list, and how many more there are."""
    more = len(lines) - _MOST
    rest = [element("li", f"and {count_in_words(more)} more, in the sections", class_="soft")] if more > 0 else []
    return element("ul", *lines[:_MOST], *rest)


def _measure_line(name: str, rows: list) -> Html:
    measure = MEASURES[name]
    said = join(
        (
            join(
                [
                    AcademicYear.parse(str(r.time_period)).label,
                    _group(r),
                    " ",
                    figure_span(r, measure),
                    ", ",
                    england_span(r, measure),
                ]
            )
            for r in rows
        ),
        between="; ",
    )
    return element("li", element("strong", f"{measure.label}: "), said, ".")


def _group(row: Row) -> str:
    return "" if row.pupil_group == "all" else f" ({row.pupil_group})"


def _schools(analysis: Analysis) -> list[Html]:
    """Schools that lie further from England than chance takes one in five hundred, or do so year after year."""
    now, before = analysis.year.code, analysis.year.back().code
    named = compare.schools_to_name(analysis.figures().frame, analysis.pooled(), now, before)
    worse = named[named["comparison"].isin([compare.WORSE, compare.PERHAPS_WORSE])]
    lines = [_school_line(row) for row in worse.itertuples()]
    note = element("p", "All years shown, pooled; beyond the limits that hold 99.8% of schools at England's level, or "
                        "beyond 95% in each of the last two years.", class_="soft")  # fmt: skip
    return [_card("worse", "▼ Schools", "Schools clearly worse than England", _listed(lines), note)] if lines else []


def _school_line(row: Row) -> Html:
    measure = MEASURES[row.measure]
    years = f"{AcademicYear.parse(row.first_period).label} to {AcademicYear.parse(row.time_period).label}"
    england = display_value(row.england_value, measure, max(measure.decimals, 1))
    told = f"{display_value(row.value, measure, max(measure.decimals, 1))} {years}, England {england}"
    span = element("span", told, data_figure=f"{figure_id(row)}.pooled")
    return element("li", element("strong", f"{row.school_name}: "), f"{measure.short_label}{_group(row)} ", span, ".")


def _changed(analysis: Analysis) -> list[Html]:
    """Which headline figures changed by more than chance since last year, beside England's change: surest first."""
    rows = subject_rows(analysis.figures())
    rows = rows[rows["pupil_group"].isin(["all", "disadvantaged"])]
    found = compare.changes(rows, MEASURES, analysis.year.code, analysis.year.back().code)
    found = found[found["comparison"].isin([compare.BETTER, compare.WORSE])].sort_values("p", kind="stable")
    lines = [_change_line(row) for row in found.itertuples()]
    return [_card("same", "◆ Changed", "What clearly changed since last year", _listed(lines))] if lines else []


def _change_line(row: Row) -> Html:
    measure = MEASURES[row.measure]
    places = max(measure.decimals, 1)
    change = f"{number(row.change, places, sign=True)} ({number(row.change_low, places, sign=True)} to "
    change += f"{number(row.change_high, places, sign=True)})"
    england = "" if pd.isna(row.england_change) else f"; England {number(row.england_change, places, sign=True)}"
    return element(
        "li", f"{measure.label}{_group(row)}: ", figure_span(row, measure), ", ",
        element("span", f"{change}{england}", data_figure=f"{figure_id(row)}.change"),
    )  # fmt: skip


def _contradicted(analysis: Analysis) -> list[Html]:
    register = claims_room.register(analysis)
    rows = register[register["status"] == claims_room.CONTRADICTED]
    if not len(rows):
        return []
    lines = (
        element(
            "li", f"“{row.text}” ", element("a", "why", href=f"#claim-{row.id}", aria_label=f"why: {row.text}"), "."
        )
        for row in rows.itertuples()
    )
    title = "What the trust says and its figures do not" if analysis.school else "What we say and the figures do not"
    return [_card("worse", "✖ Contradicted", title, element("ul", *lines))]


def _stale(analysis: Analysis) -> list[Html]:
    items = claims_room.evidence(analysis)
    rows = items[items["status"] == "stale"]
    if not len(rows):
        return []
    lines = [element("li", f"{row.title} ({dates_in_words(row.dated)})") for row in rows.itertuples()]
    copied = [
        element("li", "Carried forward: ", dates_in_words(row.why), data_figure=f"claim.{row.id}")
        for row in claims_room.carried_forward(analysis).itertuples()
    ]
    return [
        _card(
            "held",
            "◔ Stale",
            "Evidence past its shelf life, text from an earlier report",
            element("ul", *lines, *copied),
        )
    ]


def _missing(analysis: Analysis) -> list[Html]:
    """Figures that this year does not have, those of one reason together."""
    rows = subject_rows(analysis.figures())
    this_year = (rows["pupil_group"] == "all") & (rows["time_period"] == analysis.year.code)
    gone = rows[this_year & rows["symbol"].isin(["x", "NP"])]
    if not len(gone):
        return []
    reasons = gone["note"].where(gone["note"] != "", "no data supplied")
    lines = []
    for reason, of_reason in gone.groupby(reasons, sort=False):
        labels = ", ".join(MEASURES[name].label for name in of_reason["measure"])
        lines.append(element("li", f"{labels}: {reason}."))
    return [_card("same", "○ Missing this year", "Figures there are not", element("ul", *lines))]


def scoreboard(analysis: Analysis) -> Html:
    """How do we judge each area, what does the data alone indicate, and how many claims are borne out?"""
    rows = claims_room.judgements(analysis)
    if not len(rows):
        return element("p", "No judgements supplied for this year.", class_="soft")
    tally = claims_room.tally(analysis).set_index("area")["words"].to_dict()
    body = [[row.section_title, row.judged, _indicated(row), _tallied(row.area, tally)] for row in rows.itertuples()]
    whose, data = ("The trust's", "The trust's data alone") if analysis.school else ("Our", "Data alone")
    head = ["Area", f"{whose} judgement", data, "Claims"]
    whole = table(f"{whose} judgement beside the data's", head, body, class_="words")
    note = "The indication never overrides the judgement; Sources and definitions says how it is made."
    return join([whole, element("p", note, class_="soft")])


def _tallied(area: str, tally: dict[str, str]) -> Html:
    return element("td", tally.get(area, "no claims"), data_figure=f"claims.{area}")


def _indicated(row: Row) -> str:
    return f"{row.indication}; a note is needed" if row.agreement == "needs a note" else row.indication
