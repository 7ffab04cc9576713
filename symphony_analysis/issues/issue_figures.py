"""Every figure of an issue, protected for its edition and unrounded: the content of figures.csv in an issue."""

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.figure import KEYS, csv_text, england_rows, figure_id
from symphony_analysis.measures import MEASURES
from symphony_analysis.rounding import half_away

_SHOWN = ["value", "symbol", "words", "unit", "decimals"]
COLUMNS = ["figure", *KEYS, *_SHOWN, "vintage", "schools_counted", "schools_expected", "source_file"]


def issue_figures(analysis: Analysis) -> pd.DataFrame:
    """All figures of an issue, with every digit.

    A row is a figure that the edition may show, all text: schools, the trust, and England's published figure with
    its vintage. Values are unrounded; in the public edition as displayed, because a public file is handed on. A
    figure that the edition hides has its symbol and no value. Units as in ``unit``; source: this analysis.
    """
    shown = analysis.released()
    exact = analysis.edition != "public"
    places = [MEASURES[name].decimals for name in shown["measure"]]
    own = shown.assign(decimals=places, vintage="")
    own["value"] = [_text(value, None if exact else d) for value, d in zip(shown["value"], places, strict=True)]
    england = england_rows(shown).assign(words="")
    england["decimals"] = england["england_decimals"].astype(int)
    england["vintage"] = england["england_vintage"]
    england["value"] = [_text(value, None) for value in england["value"]]
    both = pd.concat([own, england], ignore_index=True)
    both["figure"] = [figure_id(row) for row in both.itertuples()]
    both = both[COLUMNS].astype("str")
    if both["figure"].duplicated().any():
        raise ValueError(f"two figures have the id {both.loc[both['figure'].duplicated(), 'figure'].iloc[0]}")
    return both.sort_values("figure", ignore_index=True)


def _text(value: float, decimals: int | None) -> str:
    """A number with every digit it has (or as displayed); "" when missing."""
    if pd.isna(value):
        return ""
    return repr(float(value)).removesuffix(".0") if decimals is None else str(half_away(value, decimals))


def as_csv(figures: pd.DataFrame) -> str:
    """The figures as the text of the issue's file."""
    return csv_text([COLUMNS, *figures[COLUMNS].itertuples(index=False, name=None)])
