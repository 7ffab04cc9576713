"""Which figures are hard to believe? Rules that need more than one row: years, England, schools, groups, neighbours.

Findings are warnings: the figure is read, shown as it is, and somebody is asked. Nothing is corrected here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from symphony_analysis.sources.inputs import Inputs
from symphony_analysis.sources.problems import Problem, SourceError

#: A rate below this many events is too small a number for a ratio to say anything.
_FEWEST = 10
_RATIO, _NATIONAL, _SHIFT = 3.0, 4.0, 1.5


@dataclass(frozen=True)
class Rate:
    """A figure that the tidy tables give by one division, under the name that it has in ``published`` too."""

    measure: str
    table: str
    top: str
    bottom: str
    per: float = 100.0


RATES = (
    Rate("overall_absence_percent", "attendance", "absent_sessions_count", "possible_sessions_count"),
    Rate("persistent_absence_percent", "attendance", "persistent_absentees_count", "enrolments_count"),
    Rate("severe_absence_percent", "attendance", "severe_absentees_count", "enrolments_count"),
    Rate("suspension_rate", "exclusions", "suspensions_count", "pupils_count"),
    Rate("permanent_exclusion_rate", "exclusions", "permanent_exclusions_count", "pupils_count"),
    Rate("ks2_rwm_expected_percent", "ks2", "rwm_expected_count", "eligible_count"),
    Rate("ks2_rwm_higher_percent", "ks2", "rwm_higher_count", "eligible_count"),
    Rate("phonics_year1_expected_percent", "phonics", "expected_count", "eligible_count"),
    Rate("eyfs_gld_percent", "eyfsp", "gld_count", "eligible_count"),
    Rate("mtc_average_score", "mtc", "score_total", "took_count", 1.0),
    Rate("expenditure_per_pupil_gbp", "finance", "expenditure_gbp", "pupils_fte", 1.0),
    Rate("pupil_teacher_ratio", "finance", "pupils_fte", "teachers_fte", 1.0),
)


@dataclass(frozen=True)
class Figure:
    """One figure to be believed or not: where it stands, what it says, and to how many decimals."""

    file: str
    row: int
    measure: str
    time_period: int
    pupil_group: str
    school_urn: str
    value: float
    decimals: int | None = None
    events: float | None = None
    school: str = ""

    def doubt(self, found: str, expected: str) -> Problem:
        """A warning about this figure."""
        who = " ".join(filter(None, (self.school, self.school_urn))) or "trust"
        return Problem(self.file, self.row, self.measure, f"{found} ({who}, {self.pupil_group}, {self.time_period})",
                       expected, "ask the owner of the figure; enter a correction if it is wrong",
                       warning=True)  # fmt: skip


def implausible(inputs: Inputs) -> list[Problem]:
    """Every doubt about the trust's tables and the figures of record, as warnings.

    A table that cannot be read is passed over: its own problems are told elsewhere.
    """
    made = [figure for rate in RATES for figure in _from_tables(inputs, rate)]
    printed = list(_from_published(inputs))
    doubts = [doubt for rule in (_against_last_year, _ten_times) for doubt in rule(made)]
    doubts += _against_england(made, inputs)
    for rule in (_against_last_year, _ten_times, _decimals, _between_groups):
        doubts += rule(printed)
    doubts += _against_england(printed, inputs) + _within_schools(printed, made) + _group_share(printed, inputs)
    return doubts


def _from_tables(inputs: Inputs, rate: Rate) -> Iterator[Figure]:
    try:
        table = inputs.table(rate.table)
    except SourceError:
        return
    names = inputs.trust.names
    schools = table[(table["geographic_level"] == "School") & (table[rate.bottom] > 0) & table[rate.top].notna()]
    for row in schools[schools["pupil_group"] == "all"].to_dict("records"):
        yield Figure(row["source_file"], 1, rate.measure, row["time_period"], "all", row["school_urn"],
                     rate.per * row[rate.top] / row[rate.bottom], events=row[rate.top],
                     school=names.get(row["school_urn"], ""))  # fmt: skip


def _from_published(inputs: Inputs) -> Iterator[Figure]:
    names = inputs.trust.names
    for name, frame in inputs.published.items():
        if not {"measure", "time_period", "pupil_group", "printed", "decimals", "school_urn"} <= set(frame.columns):
            continue
        for at, row in enumerate(frame.to_dict("records"), 2):
            try:
                value = float(row["printed"])
            except ValueError:
                continue
            decimals = int(row["decimals"]) if row["decimals"].isdecimal() else None
            yield Figure(f"published/{name}.csv", at, row["measure"], int(row["time_period"]), row["pupil_group"],
                         row["school_urn"], value, decimals, school=names.get(row["school_urn"], ""))  # fmt: skip


def _series(figures: list[Figure]) -> list[list[Figure]]:
    """The figures of one measure, group and school, in order of year."""
    by: dict[tuple[str, str, str, str], list[Figure]] = {}
    for figure in figures:
        by.setdefault((figure.file.split("/")[0], figure.measure, figure.pupil_group, figure.school_urn),
                      []).append(figure)  # fmt: skip
    return [sorted(series, key=lambda f: f.time_period) for series in by.values()]


def _large_enough(*figures: Figure) -> bool:
    return all(f.value > 0 and (f.events is None or f.events >= _FEWEST) for f in figures)


def _against_last_year(figures: list[Figure]) -> list[Problem]:
    """A figure more than three times, or less than a third of, last year's."""
    return [
        now.doubt(f"{now.value:.4g}, {now.value / last.value:.2g} times last year's {last.value:.4g}",
                  "between a third and three times last year's")
        for series in _series(figures) for last, now in pairwise(series)
        if _large_enough(last, now) and not 1 / _RATIO <= now.value / last.value <= _RATIO
    ]  # fmt: skip


def _ten_times(figures: list[Figure]) -> list[Problem]:
    """A figure that a shift of the decimal point would bring close to last year's, and that is far from it now."""
    found = []
    for series in _series(figures):
        for last, now in pairwise(series):
            if not _large_enough(last, now) or 1 / _RATIO <= now.value / last.value <= _RATIO:
                continue
            for shift, words in ((10, "a tenth"), (0.1, "ten times")):
                if 1 / _SHIFT <= now.value / shift / last.value <= _SHIFT:
                    told = f"{now.value:.4g}, of which {words} is close to last year's {last.value:.4g}"
                    found.append(now.doubt(told, "a decimal point in its place"))
    return found


def _decimals(figures: list[Figure]) -> list[Problem]:
    """A figure printed to fewer or more decimals than both its neighbours in the series."""
    found = []
    for series in _series(figures):
        for figure in series:
            others = {other.decimals for other in series if other is not figure}
            if len(series) > 2 and len(others) == 1 and figure.decimals not in others:
                told = (
                    f"{figure.decimals} decimal{'s' * (figure.decimals != 1)} where the other years have {others.pop()}"
                )
                found.append(figure.doubt(told, "the same decimals in every year"))
    return found


def _against_england(figures: list[Figure], inputs: Inputs) -> list[Problem]:
    """A figure below a quarter of England's, or above four times it, in the latest year that England has."""
    england = _england(inputs)
    found = []
    for figure in figures:
        known = england.get((figure.measure, figure.pupil_group), [])
        past = [value for year, value in known if year <= figure.time_period]
        if not past or past[-1] <= 0 or not _large_enough(figure):
            continue
        times = figure.value / past[-1]
        if not 1 / _NATIONAL <= times <= _NATIONAL:
            found.append(figure.doubt(f"{figure.value:.4g}, {times:.2g} times England's {past[-1]:.4g}",
                                      "between a quarter and four times England's"))  # fmt: skip
    return found


def _england(inputs: Inputs) -> dict[tuple[str, str], list[tuple[int, float]]]:
    """England's values by measure and group, oldest first; secondary schools are left out."""
    known: dict[tuple[str, str], list[tuple[int, float]]] = {}
    national = inputs.national
    kept = national[~national["population"].str.contains("all_phases") & (national["release_status"] != "guidance")]
    for row in kept.sort_values("time_period", kind="stable").to_dict("records"):
        known.setdefault((row["comparator"], row["pupil_group"]), []).append((row["time_period"], row["value"]))
    return known


def _within_schools(printed: list[Figure], made: list[Figure]) -> list[Problem]:
    """A printed trust figure outside the range of its schools: a pooled figure lies between them."""
    found = []
    for figure in printed:
        schools = [m.value for m in made if (m.measure, m.time_period) == (figure.measure, figure.time_period)]
        if figure.school_urn or figure.pupil_group != "all" or len(schools) < 2:
            continue
        slack = 0.5 * 10.0 ** -(figure.decimals or 0)
        if not min(schools) - slack <= figure.value <= max(schools) + slack:
            told = f"{figure.value:.4g} outside the schools' {min(schools):.4g} to {max(schools):.4g}"
            found.append(figure.doubt(told, "a trust figure between its schools' figures"))
    return found


def _between_groups(printed: list[Figure]) -> list[Problem]:
    """A total that is not between its two groups."""
    found = []
    by = {(f.measure, f.time_period, f.school_urn, f.pupil_group): f for f in printed}
    for (measure, year, urn, group), total in by.items():
        one, rest = by.get((measure, year, urn, "disadvantaged")), by.get((measure, year, urn, "other"))
        if group == "all" and one and rest:
            low, high = sorted((one.value, rest.value))
            if not low <= total.value <= high:
                found.append(total.doubt(f"{total.value:.4g} outside its groups' {low:.4g} to {high:.4g}",
                                         "a total between disadvantaged and other"))  # fmt: skip
    return found


def _group_share(printed: list[Figure], inputs: Inputs) -> list[Problem]:
    """A group's figure that would need more pupils in the group than the roll has, given the total."""
    try:
        roll = inputs.table("roll")
    except SourceError:
        return []
    roll = roll[roll["geographic_level"] == "School"].groupby(["time_period", "pupil_group"])["pupils_count"].sum()
    by: dict[tuple, Figure] = {(f.measure, f.time_period, f.pupil_group): f for f in printed if not f.school_urn}
    found = []
    for (measure, year, group), part in by.items():
        whole = by.get((measure, year, "all"))
        if group != "disadvantaged" or whole is None or part.value <= 0 or (year, group) not in roll.index:
            continue
        share = roll[(year, group)] / roll[(year, "all")]
        most = whole.value / part.value
        if share > most:
            found.append(part.doubt(f"{part.value:.4g} with {whole.value:.4g} for all, so at most {most:.0%} of pupils",
                                    f"a share of {share:.0%}, as the roll has"))  # fmt: skip
    return found
