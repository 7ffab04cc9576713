"""No figure moves unnoticed: the diff below is what a review reads. On purpose: ``make golden`` and docs/methods.md."""

import re
from dataclasses import replace

import pytest

from symphony_analysis.issues.dependencies import declaration
from symphony_analysis.measures import MEASURES
from tests.golden.figures import FOLDER, ROOT, YEARS, difference, figures, methods, stored


@pytest.mark.parametrize("year", YEARS)
def test_no_figure_of_record_moved(year):
    then = stored(FOLDER / f"figures_{year}.csv")
    assert len(then) > 60
    # A measure that is new moves nothing; ``make golden`` takes its figures in.
    now = {figure: shown for figure, shown in figures(year).items() if figure in then}
    moved = difference(then, now)
    assert not moved, "\n".join(["figures moved (make golden, and say why in docs/methods.md):", *moved])


def test_the_trusts_printed_figures_are_among_the_golden_ones():
    golden = stored(FOLDER / "figures_202425.csv")
    assert golden["overall_absence_percent.202425.trust.all"] == "4.3%"
    assert golden["suspension_rate.202425.trust.all"] == "2.08"
    assert golden["ks2_rwm_expected_percent.202425.england.all"] == "63"


def test_a_method_that_changed_has_its_dated_entry():
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    entries: dict[str, str] = {}
    for day, entry in re.findall(r"^## (\d{4}-\d\d-\d\d)[^\n]*\n(.*?)(?=^## |\Z)", text, re.M | re.S):
        entries[day] = entries.get(day, "") + entry
    assert list(entries) == sorted(entries, reverse=True), "newest first"
    for name, (digest, dated) in methods().items():
        assert name not in MEASURES or declaration(MEASURES[name]) == digest, f"{name}: run make golden"
        assert name in entries[dated] or "Every measure" in entries[dated], f"{name}: docs/methods.md, {dated}"


def test_a_moved_figure_is_told_in_one_line():
    then = {"a.202425.trust.all": "4.3%", "b.202425.trust.all": "[c]"}
    now = {"a.202425.trust.all": "4.4%", "c.202425.trust.all": "1"}
    assert difference(then, now) == [
        "a.202425.trust.all: 4.3% -> 4.4%",
        "b.202425.trust.all: [c] -> none",
        "c.202425.trust.all: none -> 1",
    ]
    measure = MEASURES["overall_absence_percent"]
    assert declaration(replace(measure, cohort="")) != declaration(measure)
