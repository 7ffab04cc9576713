"""From a question to an answer: which figures, in which parts, of which edition."""

import difflib
from collections.abc import Iterable, Sequence

import pandas as pd

from symphony_analysis.analysis import Analysis
from symphony_analysis.display import say
from symphony_analysis.explore.answer import LEADING, PRINTED, TRUST, Answer
from symphony_analysis.figure import GROUPS, figure_id
from symphony_analysis.issues.held_against import held_against, year_of_print
from symphony_analysis.measures import AREAS, MEASURES, Measure, group_named, measure_named
from symphony_analysis.names import UnknownNameError, named, unknown
from symphony_analysis.sources.pupil_parts import PARTS
from symphony_analysis.years import AcademicYear

BY = ("year", "school", "group", *PARTS)
#: What is asked for as a group and is a way of parting pupils.
_PART_OF = {
    **dict.fromkeys(("girls", "boys", "sex", "gender"), "sex"),
    **dict.fromkeys(("sen", "sen support", "ehc plan", "ehcp", "no sen"), "SEN"),
    **dict.fromkeys(("eal", "english as an additional language"), "EAL"),
}
_HIDDEN = {
    "trustees": "In parts of the year or of the pupils the trustees’ edition shows the trust as a whole and one way of "
    "parting at a time; what is marked [c] would tell of few pupils. The internal edition has all.",
    "public": "The public edition has no figures in parts of the year or of the pupils.",
}


def find(words: str = "") -> pd.DataFrame:
    """Which measures are there, or which have these words in name, label, area, groups or definition?

    A row is a measure: measure, label, area, unit, better, pupil_groups, definition. Source: the declarations.
    """
    rows = [
        [m.name, m.label, m.area, m.unit, m.better, ", ".join(m.pupil_groups), m.definition] for m in MEASURES.values()
    ]
    frame = pd.DataFrame(rows, columns=["measure", "label", "area", "unit", "better", "pupil_groups", "definition"])
    text = frame.agg(" ".join, axis=1).str.casefold().str.replace(r"[^\w£%]+", " ", regex=True)
    kept = [all(f" {word}" in f" {line}" for word in words.casefold().split()) for line in text]
    return frame[pd.Series(kept, index=frame.index, dtype=bool)].reset_index(drop=True)


def measure(name: str) -> Measure:
    """The declaration of a measure, by its name, its label or words that only it has. Raises UnknownNameError."""
    return measure_named(name, MEASURES)


def ask(
    analysis: Analysis,
    *measures: str,
    by: str | Sequence[str] = "year",
    group: str = "all",
    school: str | Sequence[str] = "",
    year: str = "",
) -> Answer:
    """What are the figures of these measures, by year, school, group of pupils or part of the year?

    An area ("outcomes", "attendance") is all of its measures. ``by`` is one or several of "year", "school", "group",
    "term", "half term", "month", "week", "weekday", "year group", "sex", "SEN", "EAL". ``school`` is one or several
    schools; none is the trust (by school: all of the year). ``year`` is the year of the analysis unless named, or all
    years of the trend by "year". A row is one figure: see ``Answer``. Sources: the files behind the report, the pupil
    files for parts. Raises UnknownNameError for a name that does not exist, with near names, and where the files do
    not tell a part.
    """
    ways = [named("way to ask", way, BY, plural="ways") for way in _several(by)]
    if not measures:
        raise UnknownNameError("name at least one measure; explore.find() lists them all")
    if part := _PART_OF.get(group.strip().casefold()):
        raise UnknownNameError(f"no group {group!r}; ask by={part!r}; the groups are: {', '.join(GROUPS)}")
    when = _years(analysis, year, ways)
    schools = [analysis.trust.school(each) for each in _several(school)]
    found = []
    for declared in _declared(measures, group):
        chosen = declared.pupil_groups if "group" in ways else [group_named(group, [declared])]
        rows = _figures(analysis, declared, [way for way in ways if way in PARTS], when)
        rows = rows[rows["pupil_group"].isin(chosen) & rows["time_period"].isin([each.code for each in when])]
        if schools:
            rows = rows[rows["school_urn"].isin([each.urn for each in schools])]
        elif "school" in ways:
            of_year = {each.urn for one in when for each in analysis.trust.of_year(one)}
            rows = rows[rows["geographic_level"].eq("Trust") | rows["school_urn"].isin(of_year)]
        else:
            rows = rows[rows["geographic_level"] == "Trust"]
        found.append(_tidy(rows, declared))
    answer = Answer(pd.concat(found, ignore_index=True))
    answer.analysis, answer.ways = analysis, tuple(ways)
    parted = set(ways) & set(PARTS)
    notes = [
        _HIDDEN.get(analysis.edition, "") if parted and answer["symbol"].eq("c").any() else "",
        "England publishes no figures in these parts." if parted and answer["england_value"].isna().all() else "",
    ]
    answer.note = " ".join(note for note in notes if note)
    return answer


def since(analysis: Analysis, issue: str = "") -> Answer:
    """What has changed since an issue (the last one frozen, where none is named), or another printed set of figures?

    A row is a figure that moved or is missing: as in any answer (today's figure), with what was ``printed``, its
    status, why, and published_in. A grade has no measure and no value. Sources: the issue's figures and today's.
    Raises UnknownNameError where nothing of that name was printed.
    """
    held = [name for name, frame in analysis.printed.items() if year_of_print(name, frame)]
    if not issue and not analysis.frozen:
        raise UnknownNameError("no issue is frozen yet; name printed figures: " + ", ".join(held))
    name = named("printed set", issue or analysis.frozen[-1].name, held)
    told = held_against(analysis, name, analysis.printed[name])
    moved = told[told["status"] != "equal"].rename(columns={"old": PRINTED})
    asked = {figure.partition(".")[0] for figure in moved["figure"]}
    measures = [declared for name, declared in MEASURES.items() if name in asked]
    today = [_tidy(_figures(analysis, m, [], analysis.years), m) for m in measures or [*MEASURES.values()][:1]]
    both = pd.concat(today).merge(moved, on="figure", how="right")
    schools = {
        f"{kind}.{school.urn}": school.name for school in analysis.trust.schools for kind in ("ofsted", "peer_reviews")
    }
    by_id = {"label": both["set"].str.capitalize(), "who": both["figure"].map(schools), "shown": both["new"]}
    both = both.fillna(by_id).fillna(dict.fromkeys(both.columns[both.dtypes == "str"], ""))
    answer = Answer(both.drop(columns=["set", "new"]))
    answer.analysis, answer.ways = analysis, ("year",)
    answer.note = "" if len(answer) else f"Nothing that {name} prints has changed."
    return answer


def _declared(names: Sequence[str], group: str) -> list[Measure]:
    """The measures of these names; of an area those that have figures for the group."""
    found: dict[str, Measure] = {}
    for name in names:
        area = name.strip().casefold()
        if area in AREAS:
            chosen = named("group", group, GROUPS)
            found |= {n: m for n, m in MEASURES.items() if m.area == area and chosen in m.pupil_groups}
        elif near := difflib.get_close_matches(area, AREAS, n=1, cutoff=0.8):
            raise unknown("area", name, near)
        else:
            declared = measure_named(name, MEASURES)
            found[declared.name] = declared
    return list(found.values())


def _several(asked: str | Iterable[str]) -> list[str]:
    return [asked] if isinstance(asked, str) and asked else list(asked)


def _figures(
    analysis: Analysis, declared: Measure, parts: Sequence[str], years: Sequence[AcademicYear]
) -> pd.DataFrame:
    if parts:
        return analysis.parts(declared, parts, years)
    return analysis.figures(declared.area).rows(measure=declared.name).assign(part="")


def _tidy(rows: pd.DataFrame, declared: Measure) -> pd.DataFrame:
    found = list(rows.itertuples())
    ids = [figure_id(row) + (f".{row.part}" if row.part else "") for row in found]
    told = rows.assign(
        label=declared.label,
        who=rows["school_name"].where(rows["school_name"] != "", TRUST),
        year=[AcademicYear.parse(int(code)).label for code in rows["time_period"]],
        group=rows["pupil_group"].map(GROUPS),
        shown=pd.Series([str(say(row, declared)) for row in found], index=rows.index, dtype="str"),
        figure=pd.Series(ids, index=rows.index, dtype="str"),
    )
    others = [name for name in told.columns if name not in LEADING]
    return told.reset_index(drop=True)[[*LEADING, *others]]


def _years(analysis: Analysis, asked: str, ways: Sequence[str]) -> list[AcademicYear]:
    if not asked:
        return list(analysis.years) if "year" in ways else [analysis.year]
    year = AcademicYear.parse(asked)
    if year not in analysis.years:
        held = ", ".join(each.label for each in analysis.years)
        raise UnknownNameError(f"{year} is not in this trend; its years are: {held}")
    return [year]
