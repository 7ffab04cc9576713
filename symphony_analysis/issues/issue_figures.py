"""Every figure of an issue, protected for it and unrounded: what is frozen, and what is worked out again."""

from __future__ import annotations

import csv
import io

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.display import england_id, figure_id
from symphony_analysis.measures import FIGURE_KEYS, MEASURES
from symphony_analysis.rounding import half_away

COLUMNS = [
    "figure", *FIGURE_KEYS, "value", "symbol", "words", "unit", "decimals", "vintage", "schools_counted",
    "schools_expected", "source_file",
]  # fmt: skip


def issue_figures(analysis: Analysis) -> pd.DataFrame:
    """What are the figures of this issue, to the last digit?

    A row is a figure that the edition may show, all text: schools, the trust, and England's published figure with
    its vintage. Values are unrounded; in the public edition as displayed, because a public file is handed on. A
    figure that the edition hides has its symbol and no value. Units as in ``unit``; source: this analysis.
    """
    shown = analysis.figures().frame
    own = pd.DataFrame({name: shown[name] for name in (*FIGURE_KEYS, "symbol", "words", "unit", "source_file")})
    own["figure"] = [figure_id(row) for row in shown.itertuples()]
    own["decimals"] = [MEASURES[name].decimals for name in shown["measure"]]
    exact = analysis.edition != "public"
    own["value"] = [_text(v, None if exact else d) for v, d in zip(shown["value"], own["decimals"], strict=True)]
    own = own.assign(vintage="", schools_counted=shown["schools_counted"], schools_expected=shown["schools_expected"])
    both = pd.concat([own, _england(shown)], ignore_index=True)[COLUMNS].astype("str")
    if both["figure"].duplicated().any():
        raise ValueError(f"two figures have the id {both.loc[both['figure'].duplicated(), 'figure'].iloc[0]}")
    return both.sort_values("figure", ignore_index=True)


def _england(shown: pd.DataFrame) -> pd.DataFrame:
    """England's own rows: the published figure to the decimals published, its vintage and the file it was read from."""
    rows = shown[(shown["geographic_level"] == "Trust") & shown["england_value"].notna()]
    identities = [england_id(row) for row in rows.itertuples()]
    return rows.assign(
        figure=identities,
        geographic_level="England",
        value=[_text(value, None) for value in rows["england_value"]],
        symbol="",
        words="",
        decimals=rows["england_decimals"].astype(int),
        vintage=rows["england_vintage"],
        schools_counted="",
        schools_expected="",
        source_file=rows["england_source"],
    )[COLUMNS]


def _text(value: float, decimals: int | None) -> str:
    """A number with every digit it has (or as displayed); "" where there is none."""
    if pd.isna(value):
        return ""
    return repr(float(value)).removesuffix(".0") if decimals is None else str(half_away(value, decimals))


def as_csv(figures: pd.DataFrame) -> str:
    """The figures as the issue's file holds them."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(figures[COLUMNS].itertuples(index=False, name=None))
    return file.getvalue()
