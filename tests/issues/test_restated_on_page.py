"""The report prints what was restated."""

from datetime import date

import pandas as pd
from bs4 import BeautifulSoup

from symphony_analysis import tables
from symphony_analysis.analysis import Analysis
from tests.claims_made import MadeInputs
from tests.issues.orphans import orphans
from tests.small_trust import TRUST, YEAR

COLUMNS = ["figure", "published_in", "old", "new", "why", "role", "date"]


def page(*rows):
    log = pd.DataFrame(list(rows), columns=COLUMNS, dtype="str")
    analysis = Analysis(YEAR, date(2026, 4, 30), "trustees", None, MadeInputs(published={"restatements": log}))
    return BeautifulSoup(str(tables.restatements(analysis)), "html.parser")


def test_a_restated_figure_is_printed_with_both_values_and_why():
    told = page(["suspension_rate.202425.trust.disadvantaged", "seed_2024-25", "20.8", "2.08", "A slipped point.",
                 "DoP", "2026-05-01"])  # fmt: skip
    assert [cell.get_text() for cell in told.tbody.find_all(["th", "td"])] == [
        "Suspensions, disadvantaged pupils, 2024/25", "seed_2024-25", "20.8", "2.08",
        "A slipped point. (DoP, 1\N{NO-BREAK SPACE}May\N{NO-BREAK SPACE}2026)",
    ]  # fmt: skip
    assert {c["data-figure"] for c in told.select("[data-figure]")} == {
        "restated.suspension_rate.202425.trust.disadvantaged"
    }


def test_no_number_of_a_restatement_is_without_its_id_and_a_school_has_its_name():
    told = page(["suspension_rate.202425.100001.all", "202425/issue-1", "20.8", "2.08", "A slipped point.", "DoP",
                 "2026-05-01"])  # fmt: skip
    assert told.tbody.th.get_text() == f"Suspensions, {TRUST.school('100001').name}, 2024/25"
    assert orphans(told, []) == []


def test_only_the_years_shown_are_told_and_patterns_speak_of_many():
    old = page(["suspension_rate.201819.trust.all", "", "1", "2", "w", "DoP", "2026-05-01"])
    assert old.get_text() == "No published figure of these years has been restated."
    many = page(["suspension_rate.*", "", "", "", "another roll", "DoP", "2026-05-01"])
    assert many.tbody.th.get_text() == "suspension_rate.*"
    assert page().get_text() == "No published figure of these years has been restated."
