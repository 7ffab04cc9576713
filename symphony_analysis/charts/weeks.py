"""Attendance week by week: a control chart of the year so far."""

from datetime import date
from typing import Any

import numpy as np

from symphony_analysis import compare
from symphony_analysis.charts.chart import Chart, alternative, behind, drawn, nothing
from symphony_analysis.charts.house import Picture, canvas, finished, house_style, ink, panel, spread, words_beside
from symphony_analysis.dates import MONTHS
from symphony_analysis.display import count_in_words, display_value
from symphony_analysis.measures import MEASURES

_ABSENCE = MEASURES["overall_absence_percent"]
_HIGH, _TOP, _FOOT, _LEFT, _RIGHT = 260.0, 12.0, 34.0, 46.0, 130.0


def attendance_weeks(analysis: Any) -> Chart:
    """Is absence steady from week to week? One point a week of the year so far, in per cent of possible sessions.

    From 12 weeks on the centre line and the limits of an XmR chart; England's figure of the year to date dashed.
    Source: the trust's registers, and of them what this edition may show.
    """
    rows = analysis.so_far(_ABSENCE, "week")
    if len(rows) < 2:
        return nothing("Absence by week needs the registers of two weeks or more, in an edition that may show them.")
    values, weeks = rows["value"].to_numpy(dtype=float), [_day(part) for part in rows["part"]]
    limits = compare.control(values)
    england = float(rows["england_value"].iloc[0])
    signals = np.zeros(len(values), dtype=bool) if limits is None else limits.signals
    who = analysis.school.name if analysis.school else "the trust"
    title = f"Absence week by week, {who}, {analysis.year} so far: {_headline(limits, signals)}"
    subtitle = "Per cent of possible sessions, by the Monday of the week. " + _rule(limits)
    body = [
        [week, display_value(value, _ABSENCE), "signal" if signal else ""]
        for week, value, signal in zip(weeks, values, signals, strict=True)
    ]
    data = behind(title, ["Week of", "Absence", "Beyond chance"], body)
    alt = alternative("Control chart", title, f"{weeks[0]} to {weeks[-1]}, {len(weeks)} weeks")
    return drawn(title, subtitle, alt, lambda width: _picture(width, values, weeks, limits, england), data)


def _picture(
    width: float, values: np.ndarray, weeks: list[str], limits: compare.Control | None, england: float
) -> Picture:
    ends = (limits.high, limits.centre, limits.low) if limits else ()
    lines = list(zip(("Upper limit", "Mean", "Lower limit"), ends, strict=False))
    high, wide = _HIGH - _TOP - _FOOT, width - _LEFT - _RIGHT
    with house_style():
        figure = canvas(_HIGH, width)
        ax = panel(figure, _LEFT, _TOP, wide, high)
        at = np.arange(len(values))
        ax.plot(at, values, "-o", color=ink("C0"), markersize=5, clip_on=False)
        if limits:
            ax.plot(at[limits.signals], values[limits.signals], "D", color=ink("C2"), markersize=8, clip_on=False)
        for name, height in lines:
            ax.axhline(height, color=ink("soft"), linewidth=1.2 if name == "Mean" else 0.9, zorder=0)
        if not np.isnan(england):
            ax.axhline(england, color=ink("C4"), linestyle=(0, (4, 2.5)), linewidth=1.4, zorder=0)
            lines.append(("England", england))
        top = 1.12 * max([*values, *(height for _, height in lines)])
        ax.set_ylim(0, top)
        places = spread([height / top * high for _, height in lines], 15, 0, high)
        for (name, height), place in zip(lines, places, strict=True):
            words_beside(ax, f"{name} {display_value(height, _ABSENCE)}", (1, place / high), coords="axes fraction")
        every = -(-len(weeks) // max(int(wide // 65), 2))
        ax.set_xticks(at[::every], weeks[::every])
        ax.grid(axis="y")
        return finished(figure)


def _headline(limits: compare.Control | None, signals: np.ndarray) -> str:
    if limits is None:
        return f"limits from {compare.LEAST_POINTS} weeks on"
    many = int(signals.sum())
    return f"{count_in_words(many) if many else 'no'} week{'' if many == 1 else 's'} beyond its usual scatter"


def _rule(limits: compare.Control | None) -> str:
    if limits is None:
        return ""
    return (
        f"Diamonds: beyond the limits (mean and 2.66 mean moving ranges), or one of {compare.RUN} weeks running on one "
        "side of the mean. A signal says that a week is unlike the others, not why."
    )


def _day(monday: str) -> str:
    day = date.fromisoformat(monday)
    return f"{day.day} {MONTHS[day.month - 1][:3]}"
