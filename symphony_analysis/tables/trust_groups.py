"""Pupil groups that overlap, of the trust as a whole: SEN support, EHC plans, additional language, girls and boys."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd

from symphony_analysis import compare
from symphony_analysis.display import Row, display_value, key_to, say
from symphony_analysis.figure import GROUPS_OF_TRUST
from symphony_analysis.markup import Html, element, join, table
from symphony_analysis.measures import MEASURES, Measure
from symphony_analysis.protect import HIDDEN

MEASURES_OF_GROUPS = (
    "eyfs_gld_percent",
    "phonics_year1_expected_percent",
    "mtc_average_score",
    "ks2_rwm_expected_percent",
    "overall_absence_percent",
    "persistent_absence_percent",
    "suspension_rate",
)


def groups_of_trust(analysis: Any) -> Html:
    """How do pupils with SEN, with English as an additional language, girls and boys do? The trust's pupils this year.

    One row a measure in its unit, one column a group, England's figure of the group where ``national.csv`` has it. A
    pupil is in several groups. Sources: pupil-level files and the January census, as this edition may show them.
    """
    chosen = [MEASURES[name] for name in MEASURES_OF_GROUPS]
    by_name = {measure.name: measure for measure in chosen}
    england = compare.england_of_groups(by_name, GROUPS_OF_TRUST, analysis.inputs.national, analysis.as_at)
    england = england[england["time_period"] == analysis.year.code].set_index(["measure", "pupil_group"])
    ways = list(dict.fromkeys(way for _, way, _ in GROUPS_OF_TRUST.values()))
    told = [analysis.parted(list(of), ways) for _, of in groupby(chosen, key=lambda measure: measure.source)]
    figures = {
        (row.measure, row.way, row.part): row
        for rows in told
        if len(rows)
        for row in rows[(rows["geographic_level"] == "Trust") & (rows["pupil_group"] == "all")].itertuples()
    }
    body, withheld = [], []
    for measure in chosen:
        found = {group: figures.get((measure.name, way, part)) for group, (_, way, part) in GROUPS_OF_TRUST.items()}
        known = [row for row in found.values() if row is not None]
        if any(row.symbol != HIDDEN for row in known):
            body.append([_name(measure), *(_cell(row, measure, england, group) for group, row in found.items())])
        elif known:
            withheld.append(measure.label.lower())
    if not body:
        why = "there is no pupil-level census of the year, or this edition does not show them"
        return element("p", f"Pupil groups are not told apart: {why}.", class_="soft")
    title = f"Groups of pupils, {analysis.year}: the trust"
    notes = ["A pupil is in several groups. Of one school they are in the internal edition alone."]
    notes += [f"Not in this edition: {', '.join(withheld)}."] if withheld else []
    notes += [key_to(HIDDEN)] if "[c]" in str(body) else []
    head = ["Measure", *(label for label, _, _ in GROUPS_OF_TRUST.values())]
    return join([table(title, head, body), element("p", " ".join(notes), class_="soft")])


def _name(measure: Measure) -> str:
    return measure.label if measure.unit in {"%", "score"} else f"{measure.label} ({measure.unit})"


def _cell(row: Row | None, measure: Measure, england: pd.DataFrame, group: str) -> Html | str:
    if row is None:
        return "no data"
    if (measure.name, group) not in england.index:
        return say(row, measure)
    held = england.loc[(measure.name, group)]
    value = display_value(held["value"], measure, min(measure.decimals, int(held["decimals"])))
    return join([say(row, measure), element("br"), element("span", f"England\N{NO-BREAK SPACE}{value}", class_="soft")])
