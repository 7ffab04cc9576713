"""Every "N of M schools" of a report, with schools that joined late, left early and left since."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from symphony_analysis.analysis import Analysis, open_analysis
from symphony_analysis.claims import membership
from symphony_analysis.issues.tracing.record_lines import record_lines
from symphony_analysis.report.pages.cover import cover_of
from symphony_analysis.trust import RULES, School
from tests.claims_made import made
from tests.small_trust import TRUST, YEAR

DATA = Path(__file__).parents[1] / "data"
GONE = School("Gone", "100005", joined_by=date(2020, 9, 1), left_on=date(2023, 8, 31))
LEAVING = School("Leaving", "100006", joined_by=date(2020, 9, 1), left_on=date(2025, 7, 31))
RECENT = School("Recent", "100007", joined_by=date(2023, 12, 1))
PARAMETERS = SimpleNamespace(year="2024/25", as_at="2026-04-30", edition="trustees", school="")


def said(analysis) -> dict[str, str]:
    """Who counts, as each place of a report says it."""
    traced = record_lines(analysis, "members", "202425", lambda *_: [])
    places = {
        "cover": cover_of(analysis.inputs, PARAMETERS).counted,
        "notebook": str(analysis._repr_html_()),
        "trace": traced[0],
    }
    return {place: re.search(r"\d+ of \d+", text)[0] for place, text in places.items()}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("in_trust_that_year", "5 of 6"), ("all_current", "5 of 6"), ("three_or_more_years", "4 of 6")],
)
def test_every_place_says_the_same_n_of_m(rule, expected):
    # Later joined after the census, Recent after that of January 2023, Leaving left since.
    trust = replace(TRUST, schools=(*TRUST.schools, GONE, LEAVING, RECENT), settings={"run": {"membership": rule}})
    analysis = made(trust=trust)
    assert said(analysis) == dict.fromkeys(("cover", "notebook", "trace"), expected)
    assert set(trust.members(YEAR, rule)) <= set(trust.of_year(YEAR)) and GONE not in trust.of_year(YEAR)


def test_the_rules_tried_are_all_there_are():
    assert set(RULES) == {"in_trust_that_year", "all_current", "three_or_more_years"}


def test_the_words_under_every_rule_are_of_the_family_of_the_report(monkeypatch):
    analysis = open_analysis("2024/25", "2026-04-30", "trustees", data_dir=DATA)
    told = membership._effect(analysis)
    shown = analysis.figures().rows(geographic_level="Trust", pupil_group="all")
    words = shown.set_index(["measure", "time_period"])["comparison"]
    own = told[told["in_use"]].set_index(["measure", "time_period"])["comparison"]
    assert own.equals(words.reindex(own.index))
    assert told["comparison"].str.startswith("clearly").any()
    strict = dict.fromkeys(analysis.families(), 0.0)
    monkeypatch.setattr(Analysis, "families", lambda self: strict)
    assert not membership._effect(analysis)["comparison"].str.startswith("clearly").any()
