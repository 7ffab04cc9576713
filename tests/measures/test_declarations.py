"""A half-made measure cannot be declared, and every declared one is complete."""

import re

import pytest

from symphony_analysis.measures import MEASURES, Measure
from symphony_analysis.measures.formulas import percent
from symphony_analysis.measures.measure import register

GOOD = {
    "name": "made_up_percent",
    "label": "Made up",
    "area": "outcomes",
    "source": "ks2",
    "formula": percent("a_count", "b_count"),
    "decimals": 0,
    "better": "high",
    "definition": "A share.",
    "why": "For the test.",
    "method": "https://example.org/",
    "checked": "2026-11",
}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "made_up"}, "must end in its unit"),
        ({"area": "weather"}, "unknown area"),
        ({"better": "up"}, "better must be"),
        ({"definition": ""}, "definition and why"),
        ({"method": "see the web"}, "method must be a link"),
        ({"pupil_groups": ("all", "tall")}, "pupil groups"),
        ({"england": {"other": "state_funded"}}, "does not have"),
        ({"decimals": 9}, "decimals"),
        ({"checked": "yesterday"}, "month of the last review"),
    ],
)
def test_a_bad_declaration_is_refused_in_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        Measure(**GOOD | change)


def test_a_name_cannot_be_declared_twice():
    measure = Measure(**GOOD)
    with pytest.raises(ValueError, match="declared twice"):
        register((measure,), (measure,))


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES.keys())
def test_every_measure_speaks_in_whole_sentences(measure):
    assert measure.definition.endswith("."), measure.definition
    assert not re.search(r"\s{2,}", measure.definition)
    assert "fixed period" not in measure.definition.lower()
