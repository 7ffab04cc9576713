"""What identifies a figure: its keys, its id, the columns of figures.csv, pupil groups, editions and England's rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Pupil groups in the order of every table.
GROUPS: dict[str, str] = {
    "all": "All pupils",
    "disadvantaged": "Disadvantaged pupils",
    "other": "Other pupils",
    "fsm": "Pupils eligible for free school meals",
    "not_fsm": "Pupils not eligible for free school meals",
}
#: Groups that overlap these, of the trust as a whole alone: their label.
GROUPS_OF_TRUST: dict[str, str] = {
    "sen_support": "SEN support",
    "ehc_plan": "EHC plan",
    "eal": "English as an additional language",
    "girls": "Girls",
    "boys": "Boys",
}
LABELS: dict[str, str] = {**GROUPS, **GROUPS_OF_TRUST}
#: Editions (audiences) and what the front page calls them.
EDITIONS = {"trustees": "Trustees’ edition", "internal": "Internal edition", "public": "Public edition"}

#: The columns that together identify a figure.
KEYS = ["measure", "time_period", "geographic_level", "school_urn", "pupil_group"]
#: The columns of figures.csv in order: the type of the values (of CSV on the Web) and what they are.
COLUMNS: dict[str, tuple[str, str]] = {
    "measure": ("string", "Name of the figure, as the data dictionary defines it; its ending is its unit."),
    "time_period": ("integer", "Academic year as DfE writes it: 202425 is 2024/25."),
    "geographic_level": ("string", "School, Trust or England."),
    "school_urn": ("string", "The school's present unique reference number; empty where the row is not a school."),
    "school_name": ("string", "The school's short name; empty where the row is not a school."),
    "pupil_group": (
        "string",
        "all, disadvantaged, other, fsm or not_fsm; disadvantaged is not fsm. Of the trust alone also sen_support, "
        "ehc_plan, eal, girls and boys.",
    ),
    "value": ("decimal", "The figure, rounded as it is displayed, half away from zero; empty where symbol says why."),
    "symbol": ("string", "Why there is no value; empty where there is one."),
    "unit": ("string", "The unit of value, england_value, difference and the interval."),
    "pupils": ("integer", "Pupils behind the figure; empty where it is hidden or not about pupils."),
    "interval_low": ("decimal", "Lower end of the 95% interval; empty where there is none, or the figure is hidden."),
    "interval_high": ("decimal", "Upper end of the 95% interval."),
    "england_value": ("decimal", "The published figure of England that is like this one; empty where there is none."),
    "england_vintage": ("string", "The publication of england_value, its status and when it was published."),
    "england_at_our_intake": ("decimal", "England's figure for pupils with the trust's own mix of two groups."),
    "difference": ("decimal", "The unrounded value less england_value."),
    "p": ("decimal", "How often chance alone gives a figure as far from all that rounds to england_value."),
    "comparison": (
        "string",
        "How the figure stands to England's: clearly or perhaps better or worse, no clear difference, or why none.",
    ),
    "comparison_rule": ("integer", "The rule that gave comparison; docs/methods.md says when it changed."),
    "schools_counted": ("integer", "Schools that stand behind the figure."),
    "schools_expected": ("integer", "Schools that should."),
    "origin": ("string", "official, mis, trust, synthetic or national; several joined by a semicolon."),
    "source_file": ("string", "The files it was worked out from, below the data folder; joined by a semicolon."),
    "source_sha256": ("string", "The sha256 of each of them, in the same order."),
}


def id_of(measure: str, time_period: object, who: str = "trust", group: str = "all") -> str:
    """The id under which a figure is traced: measure.year.who.group; ``who`` is a URN, trust, england or authority."""
    return f"{measure}.{time_period}.{who}.{group}"


def figure_id(row: Any) -> str:
    """The id of a row of figures."""
    return id_of(row.measure, row.time_period, row.school_urn or row.geographic_level.lower(), row.pupil_group)


def england_id(row: Any) -> str:
    """The id of England's figure that a row of figures is compared with."""
    return id_of(row.measure, row.time_period, "england", row.pupil_group)


def authority_id(row: Any) -> str:
    """The id of the local authority's figure that stands under a row of figures."""
    return id_of(row.measure, row.time_period, "authority", row.pupil_group)


def of_authority(population: str, code: str) -> str:
    """What ``national.csv`` calls the part of one of England's populations that is in a local authority."""
    return f"{population}_of_{code}"


def england_rows(figures: pd.DataFrame) -> pd.DataFrame:
    """England's figures as rows of their own, taken from the trust's rows that are compared with one."""
    trust = figures[(figures["geographic_level"] == "Trust") & figures["england_value"].notna()]
    ours = ("pupils", "interval_low", "interval_high", "england_at_our_intake", "difference", "p", "comparison_rule")
    blank = dict.fromkeys(("symbol", "comparison", *ours, "schools_counted", "schools_expected"), "")
    level = {"geographic_level": "England", "value": trust["england_value"], "source_file": trust["england_source"]}
    return trust.assign(**blank, **level)


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV: quoted where needed, lines ending in LF."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()
