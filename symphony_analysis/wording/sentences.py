"""Sentences made from figures: what the year shows, without a causal word and without a typed number."""

from collections.abc import Sequence

import pandas as pd

from symphony_analysis import compare, display
from symphony_analysis.compare import NOT_YET
from symphony_analysis.display import THAN, england_span, figure_span, subject_rows
from symphony_analysis.figure import england_id, figure_id
from symphony_analysis.markup import Html, element, join
from symphony_analysis.measures import GROUPS, Measure, groups_named
from symphony_analysis.protect import Protected
from symphony_analysis.rounding import half_away, number
from symphony_analysis.years import AcademicYear

#: How many facts for the trust a section opens with, before the one against it.
_FOR = 2
_RANKS = {word: rank for rank, word in enumerate(THAN)}


def conclude(figures: Protected, *measures: str, groups: Sequence[str] = ("all",)) -> Html:
    """What do these figures say, this year against England and against last year? Two facts for and one against.

    All of them where there are no more than three. Raises TypeError for anything but Protected figures.
    """
    chosen = display.chosen(figures, measures)
    groups = groups_named(groups, chosen)
    asked = [(measure, group) for measure in chosen for group in groups if group in measure.pupil_groups]
    told = [(*pair, _series(figures, *pair).get(figures.context.year.code)) for pair in asked]
    held = [fact for fact in told if fact[-1] is not None and pd.notna(fact[-1].value)]
    if not held:
        why = _nothing(figures, chosen)
        return element("p", why, class_="soft") if why else Html("")
    sentences = (_sentence(figures, measure, group) for measure, group, _ in _for_and_against(held))
    return element("ul", *(element("li", sentence) for sentence in sentences), class_="conclusions")


Fact = tuple[Measure, str, display.Row]


def _for_and_against(held: list[Fact]) -> list[Fact]:
    """The figures that compare best with England, and the worst; the last one where all are clearly better."""
    if len(held) <= _FOR + 1:
        return held
    ranks = [_RANKS.get(row.comparison, len(_RANKS)) for *_, row in held]
    best = sorted(range(len(held)), key=ranks.__getitem__)[:_FOR]
    against = [at for at, rank in enumerate(ranks) if at not in best and 0 < rank < len(_RANKS)]
    worst = max(against, key=lambda at: (ranks[at], _shortfall(held[at])), default=len(held) - 1)
    return [held[at] for at in sorted({*best, worst})]


def _shortfall(fact: Fact) -> float:
    """From 1, surely worse than England, to -1, surely better."""
    measure, _, row = fact
    worse = row.difference > 0 if measure.better == "low" else row.difference < 0
    return (1 - row.p) * (1 if worse else -1)


def attendance(figures: Protected) -> Html:
    """What is left of 100% after absence, as it is shown: attendance in each year, beside England's.

    Raises TypeError for anything but Protected figures.
    """
    measure = display.chosen(figures, ["overall_absence_percent"])[0]
    rows = [row for _, row in sorted(_series(figures, measure, "all").items()) if pd.notna(row.value)]
    if not rows:
        return Html("")
    said = []
    for row in rows:
        parts = [_attended(row.value, measure.decimals, figure_id(row)), f" in {AcademicYear.parse(row.time_period)}"]
        if pd.notna(row.england_value):
            coarser = min(measure.decimals, int(row.england_decimals))
            england = _attended(row.england_value, coarser, england_id(row))
            parts += [" (England ", england, ")"]
        said.append(join(parts))
    return element("p", "Attendance, which is all sessions less absence: ", join(said, between=", "), ".")


def _attended(absence: float, decimals: int, figure: str) -> Html:
    left = 100 - half_away(absence, decimals)
    return element("span", f"{number(float(left), decimals)}%", data_figure=f"{figure}.attendance")


def _nothing(figures: Protected, chosen: list[Measure]) -> str:
    """Why there is no sentence where the numbers are too small; nothing where there are no figures."""
    rows = subject_rows(figures)
    asked = rows["measure"].isin([m.name for m in chosen]) & (rows["time_period"] == figures.context.year.code)
    if any(row.words or row.symbol == "c" for row in rows[asked].itertuples()):
        return "This year's numbers are too small to compare."
    return ""


def _sentence(figures: Protected, measure: Measure, group: str) -> Html:
    """ "Phonics, Year 1: 85% (England 80%, clearly better; 84% the year before)." """
    rows = _series(figures, measure, group)
    now = rows[figures.context.year.code]
    who = "" if group == "all" else f", {GROUPS[group].lower()}"
    name = measure.label.replace(": ", ", ", 1)
    unit = "" if measure.unit in {"%", "£", "score", "count"} else f" {measure.unit}"
    parts: list[object] = [f"{name}{who}: ", figure_span(now, measure), unit]
    beside: list[object] = []
    if now.comparison in THAN:
        beside.append(join([england_span(now, measure), f", {now.comparison}"]))
    elif now.comparison == NOT_YET:
        beside.append("England not yet published")
    last = _against_last_year(rows, measure, figures.context.year.back().code, now)
    beside += [last] if last else []
    return join([*parts, " (", join(beside, "; "), ")." if beside else ""]) if beside else join([*parts, "."])


def _series(figures: Protected, measure: Measure, group: str) -> dict:
    rows = subject_rows(figures)
    rows = rows[(rows["measure"] == measure.name) & (rows["pupil_group"] == group)]
    return {row.time_period: row for row in rows.itertuples()}


def _against_last_year(rows: dict, measure: Measure, last: int, now: display.Row) -> Html | str:
    """The figure of the year before; "up" or "down" only by more than chance, and then with England's change."""
    before = rows.get(last)
    if before is None or pd.isna(before.value):
        return ""
    if broken := compare.broken_between(now, before):
        return f"not compared with the year before: {broken}"
    told = figure_span(before, measure)
    if not compare.differ(now, before):
        return join([told, " the year before"])
    england = now.england_value - before.england_value
    places = max(measure.decimals, 1)
    words = [f"{'up' if now.value > before.value else 'down'} from ", told, " the year before"]
    if pd.notna(england):
        moved = f"England {number(england, places, sign=True)} since"
        words += ["; ", element("span", moved, data_figure=f"{figure_id(now)}.change")]
    return join(words)
