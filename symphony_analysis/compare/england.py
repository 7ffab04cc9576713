"""England's published figure to compare with, and the local authority's: by measure, year, group, as known on a day."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from symphony_analysis.dates import MONTHS, known_from
from symphony_analysis.figure import of_authority
from symphony_analysis.measures.measure import Measure
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.years import AcademicYear

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


_KEY = ["comparator", "pupil_group", "population"]
COLUMNS = [*_KEY, "held", "publication", "published", "where", "files"]


def expected_of_england(measures: Iterable[Measure], national: pd.DataFrame, year: AcademicYear) -> pd.DataFrame:
    """The figures of England that a report of this year is compared with.

    A row is a comparator x group x population: held (whether ``national`` has a row of the year), publication,
    published (the month, as that of the latest earlier year was), where (the page) and files (the layouts that hold it,
    joined by ", "; "" where it is entered by hand). No value is foretold.
    """
    wanted = {
        (measure.compared_with, group, population): measure
        for measure in measures
        if year.code not in measure.unavailable
        for group, population in measure.england.items()
    }
    known = national.sort_values(["time_period", "published"], kind="stable")
    rows = []
    for (comparator, group, population), measure in wanted.items():
        like = known[(known[_KEY] == [comparator, group, population]).all(axis=1)]
        before = like[like["time_period"] < year.code].tail(1)
        files = sorted(
            source.name
            for source in SOURCES.values()
            for each in source.england
            if (each.comparator, each.population) == (comparator, population) and each.group in {"", group}
        )
        there = bool((like["time_period"] == year.code).any())
        told = _as_before(before.iloc[0], year) if len(before) else ("", "", measure.method)
        rows.append([comparator, group, population, there, *told, ", ".join(dict.fromkeys(files))])
    return pd.DataFrame(rows, columns=COLUMNS)


def _as_before(row: pd.Series, year: AcademicYear) -> tuple[str, str, str]:
    """Publication, month and page of an earlier year's figure, moved on to this year."""
    written, month = row["published"][:4], row["published"][5:7]
    later = int(written) + year.start - AcademicYear.parse(int(row["time_period"])).start
    page = re.sub(r"/[0-9]{4}-[0-9]{2}[^/]*$", "", row["url"])  # the page of one release: the latest is above it
    return row["publication"], f"{MONTHS[int(month) - 1]} {later}", page


def england_lines(expected: pd.DataFrame, year: AcademicYear) -> list[str]:
    """How many are held, and one line a publication of those that are not, in order of publication."""
    missing = expected[~expected["held"]]
    made = [f"{expected['held'].sum()} of {len(expected)} of England's figures for {year} are in national.csv"]
    order = missing["published"].map(lambda month: (month[-4:], MONTHS.index(month[:-5])) if month else ("9999", 0))
    ordered = missing.assign(order=order).sort_values("order", kind="stable")
    for (publication, published), rows in ordered.groupby(["publication", "published"], sort=False):
        names = ", ".join(dict.fromkeys(rows["comparator"]))
        when = f"published in {published}" if published else "never published in a year that this file has"
        files = ", ".join(dict.fromkeys(name for each in rows["files"] for name in each.split(", ") if name))
        how = f"symphony add takes them from a file of {files}" if files else "enter them"
        number = f"{len(rows)} figure{'s' * (len(rows) > 1)}"
        pages = " ".join(dict.fromkeys(rows["where"]))
        made.append(f"  {publication or 'No earlier row'}: {when}; {number} ({names}); {how}: {pages}")
    return made


#: Of fewer schools nothing is said.
LEAST_SCHOOLS = 100


def percentile(values: pd.Series, value: float) -> float:
    """The share of schools (per cent) whose figure is lower, with half of those whose figure is the same.

    NaN where fewer than 100 schools have a figure, or the value is missing.
    """
    known = values.dropna()
    if len(known) < LEAST_SCHOOLS or np.isnan(value):
        return float("nan")
    return 100 * float((known < value).mean() + (known == value).mean() / 2)


def pooled_schools(everyone: pd.DataFrame, measure: str, urns: Sequence[str]) -> tuple[float, int]:
    """The figure of these schools together, by their eligible pupils, and how many of them have one.

    ``everyone`` is as ``Inputs.every_school`` gives it. Published figures are rounded, so it is within half a unit of
    theirs. NaN where no school has a figure.
    """
    known = everyone.loc[everyone.index.isin(list(urns)), [measure, "eligible_count"]].dropna()
    pupils = known["eligible_count"].sum()
    return (float((known[measure] * known["eligible_count"]).sum() / pupils) if pupils else float("nan")), len(known)


def quartiles(values: pd.Series) -> tuple[float, float, float]:
    """Below which a quarter, half and three quarters of the known values lie."""
    lower, median, upper = (float(values.quantile(share)) for share in (0.25, 0.5, 0.75))
    return lower, median, upper


def fifth(percent: float) -> int:
    """Which fifth of all schools a percentile lies in: 1 the lowest, 5 the highest."""
    return min(int(percent // 20) + 1, 5)
