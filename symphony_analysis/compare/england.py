"""England's published figure to compare with, and the local authority's: by measure, year, group, as known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from symphony_analysis.dates import known_from
from symphony_analysis.figure import of_authority
from symphony_analysis.measures.measure import Measure

_KEYS = ["measure", "time_period", "pupil_group"]


class UnlikeError(ValueError):
    """Two figures of different unit, period, definition or population were to be compared."""


def england_figures(
    measures: Mapping[str, Measure],
    national: pd.DataFrame,
    official: pd.DataFrame,
    as_at: date,
    authority: str = "",
) -> pd.DataFrame:
    """England's figure for each measure, year and pupil group, as known on ``as_at``.

    One row per measure x year x pupil group: england_value, england_vintage, england_status, england_decimals,
    england_source (the file it was read from); authority_value and authority_decimals of the local authority with the
    code ``authority``, NaN where ``national`` has none.
    ``national`` is the tidy national.csv; ``official`` holds England rows read from official files (columns
    measure, time_period, pupil_group, value, published, release_status, title, source_file), which come first.
    """
    known = known_on(national, as_at)
    wanted = [(measure, group, whom) for measure in measures.values() for group, whom in measure.england.items()]
    found = _latest(wanted, known)
    local = _latest([(measure, group, of_authority(whom, authority)) for measure, group, whom in wanted], known)
    chosen = pd.DataFrame(
        {
            "measure": found["measure"],
            "time_period": found["time_period"],
            "pupil_group": found["pupil_group"],
            "england_value": found["value"].astype(float),
            "england_vintage": _vintage(found["publication"], found["release_status"], found["published"]),
            "england_status": found["release_status"],
            "england_decimals": found["decimals"].astype(int),
            "england_source": "national.csv",
        }
    )
    own = _from_official(measures, official, as_at)
    both = pd.concat([own, chosen], ignore_index=True) if len(own) else chosen
    local = local[[*_KEYS, "value", "decimals"]]
    local = local.rename(columns={"value": "authority_value", "decimals": "authority_decimals"})
    return both.drop_duplicates(_KEYS, keep="first").merge(local, how="outer").sort_values(_KEYS, ignore_index=True)


def known_on(national: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The rows of national.csv that were public on a day."""
    return national[[known_from(p) <= as_at for p in national["published"]]] if len(national) else national


def _latest(wanted: Iterable[tuple[Measure, str, str]], known: pd.DataFrame) -> pd.DataFrame:
    """The latest row of each year for each measure, pupil group and population, in the order asked."""
    columns = ["measure", "comparator", "pupil_group", "population", "own_unit"]
    asked = pd.DataFrame([(m.name, m.compared_with, group, of, m.unit) for m, group, of in wanted], columns=columns)
    like = asked.assign(place=asked.index).merge(known, on=columns[1:4])
    like = like.sort_values(["place", "time_period", "published"], kind="stable")
    unlike = like[like["unit"] != like["own_unit"]]
    if len(unlike):
        first = unlike.iloc[0]
        raise UnlikeError(f"{first['measure']} is in {first['own_unit']}; the national figure is in {first['unit']}")
    # The latest publication stands; of two on one day the one nearer to final, as national.csv is read.
    latest = like.drop_duplicates(["place", "time_period"], keep="last", ignore_index=True)
    return latest[[*known.columns, "measure"]]


def _vintage(title: pd.Series, status: pd.Series, published: pd.Series) -> pd.Series:
    return title.str.cat([", " + status, ", published " + published])


def _from_official(measures: Mapping[str, Measure], official: pd.DataFrame, as_at: date) -> pd.DataFrame:
    if not len(official):
        return official
    public = [bool(p) and known_from(p) <= as_at for p in official["published"]]
    like = [g in measures[m].england for m, g in zip(official["measure"], official["pupil_group"], strict=True)]
    known = official[
        official["value"].notna() & pd.Series(public, index=official.index) & pd.Series(like, index=official.index)
    ]
    return pd.DataFrame(
        {
            "measure": known["measure"],
            "time_period": known["time_period"],
            "pupil_group": known["pupil_group"],
            "england_value": known["value"],
            "england_vintage": _vintage(known["title"], known["release_status"], known["published"]),
            "england_status": known["release_status"],
            "england_decimals": known["measure"].map(lambda name: measures[name].decimals),
            "england_source": known["source_file"],
        }
    )
