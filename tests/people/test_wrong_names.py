"""Every name that the public API takes, given wrongly: one sentence with the name that was meant.

The functions and their parameters are found by looking, so that a new one is tried too.
"""

import inspect

import pytest

from symphony_analysis import charts, claims, explore, open_analysis, tables, wording
from tests.people.copies import ROOT

MEASURE = "ks2_rwm_expected_percent"
OPENED = {"year": "2024/25", "as_at": "2026-04-30", "edition": "internal", "school": "", "data_dir": ROOT / "data"}
#: By parameter: a name that does not exist, and the one that is offered in its place.
WRONG = {
    "measure": ("ks2_rwm_expcted_percent", MEASURE),
    "group": ("disadvantged", "disadvantaged"),
    "area": ("atendance", "attendance"),
    "school": ("Glenn Hills", "Glen Hills"),
    "year": ("2024/26", "2024/25"),
    "as_at": ("30.4.2026", "2026-04-30"),
    "edition": ("trustee", "trustees"),
    "by": ("shcool", "school"),
    "issue": ("seed_2024", "seed_2024-25"),
    "kind": ("linse", "lines"),
    "texts kind": ("bulet", "bullet"),
    "part": ("half trem", "half term"),
    "who": ("Leicestershre", "Leicestershire"),
    "comparison": ("clearly wors", "clearly worse"),
    "name": ("ks2_rwm_expcted_percent", MEASURE),
}
#: What a function needs beside the wrong name.
RIGHT = {"measure": MEASURE, "name": MEASURE, "area": "overview"}
SEVERAL = {"measures": "measure", "groups": "group", "areas": "area"}
#: Words that are no names.
FREE = {"caption", "words", "data_dir", "unit", "source", "path", "heading"}
FUNCTIONS = [
    function
    for room in (charts, tables, wording, claims, explore)
    for name in room.__all__
    if inspect.isfunction(function := getattr(room, name))
]
METHODS = [
    explore.Answer.chart,
    explore.Answer.running,
    explore.Answer.like,
    explore.Answer.beside,
    explore.Answer.save,
]
TRIED = [
    (function, name, "texts kind" if (function, name) == (wording.texts, "kind") else SEVERAL.get(name, name))
    for function in (*FUNCTIONS, *METHODS, open_analysis)
    for name, parameter in inspect.signature(function).parameters.items()
    if "str" in str(parameter.annotation) and name not in FREE
    if "Mapping" not in str(parameter.annotation)
]


@pytest.fixture(scope="module")
def analysis():
    return open_analysis(**OPENED)


@pytest.mark.parametrize(("function", "name", "kind"), TRIED, ids=[f"{f.__name__}-{name}" for f, name, _ in TRIED])
def test_a_wrong_name_is_refused_in_one_sentence_with_the_name_that_was_meant(analysis, function, name, kind):
    wrong, meant = WRONG[kind]
    parameters = inspect.signature(function).parameters
    given, named = [], {}
    for each, parameter in parameters.items():
        asked = SEVERAL.get(each, each)
        value = wrong if each == name else RIGHT.get(asked, "")
        if each == "analysis":
            given.append(analysis)
        elif each == "figures":
            given.append(analysis.figures("outcomes"))
        elif each == "self":
            given.append(explore.ask(analysis, MEASURE, by=("school", "year")))
        elif function is open_analysis:
            named[each] = wrong if each == name else OPENED[each]
        elif parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            given += [value] if value else []
        elif each == name or parameter.default is inspect.Parameter.empty:
            named[each] = (value,) if asked != each else value
    with pytest.raises(ValueError, match=meant) as caught:
        function(*given, **named)
    told = str(caught.value)
    assert "\n" not in told and wrong in told and len(told) < 700
