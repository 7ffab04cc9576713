"""Attendance as a school's management information system exports it: one row a pupil and term, or half term."""

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import counted, present, with_census_groups
from symphony_analysis.sources.declare.source import MIS, Column, Due, Source, from_column, of_pupils
from symphony_analysis.sources.declare.tables import TABLES
from symphony_analysis.sources.problems import Problem, in_rows

TERMS = ("Autumn", "Spring", "Summer")
HALF_TERMS = tuple(f"{term} {half}" for term in TERMS for half in (1, 2))
#: DfE's absence rates are of pupils aged 5 to 15 on 31 August, so most of Reception is left out.
AGES = (5, 15)
DUE = Due("Attendance by pupil and term or half term, all three terms", 1, 8, MIS)
SUMS = tuple(column for column in TABLES["attendance"].numbers if column != "terms_count")


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """How many sessions could pupils attend, how many did they miss, and how many pupils miss a tenth or half?

    A pupil counts once for each school attended (an enrolment), against the pupil's own possible sessions. A
    school without all three terms of the year has no full-year figure ("x").
    """
    aged = frame[frame["age"].between(*AGES)].assign(school_urn=lambda rows: present(rows["urn"], context))
    return of_year(aged, _terms_held(aged), context)


def _terms_held(rows: pd.DataFrame) -> pd.Series:
    """Of how many terms each school's rows tell; half a term is a half."""
    held = rows[["school_urn", "term"]].drop_duplicates()
    halves = [[name] if name in HALF_TERMS else [f"{name} 1", f"{name} 2"] for name in held["term"]]
    return held.assign(term=halves).explode("term").groupby("school_urn")["term"].nunique() / 2


def of_year(rows: pd.DataFrame, terms: pd.Series, context: Context) -> pd.DataFrame:
    """The tidy rows of pupils' sessions; ``terms`` says of how many terms each school's file holds some."""
    groups = ("disadvantaged", "fsm")
    pupils = rows.assign(**{group: rows[group] == 1 for group in groups}).groupby(["school_urn", "upn"], sort=False)
    summed = pupils[["possible", "authorised", "unauthorised"]].sum().join(pupils[list(groups)].max())
    enrolled = measured(summed.query("possible > 0").reset_index())
    own = {group: enrolled[group].astype(bool) for group in groups}
    made = counted(enrolled, SUMS, with_census_groups(enrolled, context, **own), context)
    made = made.assign(terms_count=made["school_urn"].map(terms).astype(float), terms_count_symbol="")
    return full_year(made) if context.whole_year else made


def measured(rows: pd.DataFrame) -> pd.DataFrame:
    """The sums of the tidy table for one row a pupil and school with possible, authorised and unauthorised."""
    absent, possible = rows["authorised"] + rows["unauthorised"], rows["possible"]
    missed = {"absent": absent, "authorised": rows["authorised"], "unauthorised": rows["unauthorised"]}
    return rows.assign(
        enrolments_count=1.0,
        possible_sessions_count=possible,
        possible_squares=possible**2,
        **{f"{kind}_sessions_count": sessions for kind, sessions in missed.items()},
        **{f"{kind}_squares": sessions**2 for kind, sessions in missed.items()},
        **{f"{kind}_products": sessions * possible for kind, sessions in missed.items()},
        persistent_absentees_count=(absent * 10 >= possible).astype(float),
        severe_absentees_count=(absent * 2 >= possible).astype(float),
    )


def full_year(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with every measure withheld ("x") where ``terms_count`` says that terms of the year are missing."""
    partial = rows["terms_count"] < len(TERMS)
    for column in [column for column in SUMS if column in rows.columns]:
        rows[column] = rows[column].mask(partial, np.nan)
        rows[f"{column}_symbol"] = rows[f"{column}_symbol"].mask(partial, "x")
    return rows


def within_possible(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows with more sessions missed than possible."""
    wrong = frame["authorised"] + frame["unauthorised"] > frame["possible"]
    found = "fewer possible sessions than absences"
    expected = "authorised and unauthorised absence within the possible sessions"
    fix = "correct the row in the MIS and export again"
    return in_rows(context.file, frame.index[wrong], "PossibleSessions", found, expected, fix)


def once(frame: pd.DataFrame, source: Source, context: Context) -> list[Problem]:
    """Rows of half a term of which the file has the pupil's whole term too."""
    whole = pd.MultiIndex.from_frame(frame[["urn", "upn", "term"]])
    of_half = frame[frame["term"].isin(HALF_TERMS)]
    twice = pd.MultiIndex.from_arrays([of_half["urn"], of_half["upn"], of_half["term"].str[:-2]]).isin(whole)
    found, fix = "a pupil's term both whole and in halves", "export again by term, or by half term"
    return in_rows(context.file, of_half.index[twice], "Term", found, "each session once", fix)


SOURCE = of_pupils(
    name="attendance",
    title="Attendance by pupil and term, from the school's management information system",
    publisher="the trust",
    table="attendance",
    due=DUE,
    every_school=True,
    columns=(
        Column("URN", "urn", "urn"),
        Column("UPN", "upn", "upn"),
        Column("Surname", "surname", required=False, blank="x"),
        Column("AcademicYear", "academic_year", "year"),
        Column("Term", "term", "choice", allowed=(*TERMS, *HALF_TERMS)),
        Column("AgeAt31August", "age", "count", low=2, high=19),
        Column("Disadvantaged", "disadvantaged", "flag", blank="x", rule="Y or N"),
        Column("FSM", "fsm", "flag", blank="x", rule="Y or N"),
        Column("PossibleSessions", "possible", "count", low=0, high=260),
        Column("AuthorisedAbsence", "authorised", "count", low=0, high=260),
        Column("UnauthorisedAbsence", "unauthorised", "count", low=0, high=260),
    ),
    key=("urn", "upn", "term"),
    tidy=tidy,
    year_of=from_column("AcademicYear"),
    recognised_by=("PossibleSessions", "AuthorisedAbsence", "UnauthorisedAbsence", "Term"),
    checks=(within_possible, once),
)
