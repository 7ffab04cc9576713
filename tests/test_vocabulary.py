"""A notebook's vocabulary: one import line, the same words in every call, one sentence for an unknown name."""

import inspect
import re
import subprocess
import sys

import pandas as pd
import pytest

from symphony_analysis import charts, claims, explore, open_analysis, tables, wording
from symphony_analysis.commands.dictionary import public
from symphony_analysis.measures import MEASURES, measure_named
from symphony_analysis.names import UnknownNameError
from tests.claims_made import absence, made
from tests.people.copies import ROOT

PA = "persistent_absence_percent"
ROOMS = (charts, claims, explore, tables, wording)
PUBLIC = {f"{room.__name__}.{name}": call for room in ROOMS for name, call in public(room).items()}
#: A value that no call takes, for every parameter that names something, and what the sentence must say.
WRONG = {
    "measure": ("nonsense", "no measure 'nonsense'"),
    "measures": ("nonsense", "no measure 'nonsense'"),
    "group": ("boys", "no group.* 'boys'.*; the groups.* are: .*disadvantaged"),
    "groups": ("boys", "no group 'boys'; the groups are: all, disadvantaged, other"),
    "school": ("Nowhere", "no school 'Nowhere'; the schools are: Big, Small"),
    "schools": ("Nowhere", "no school 'Nowhere'; the schools are: Big, Small"),
    "year": ("2030/31", "2030/31 is not in this trend; its years are: 2023/24, 2024/25"),
    "by": ("pupil", "no way to ask 'pupil'.*; the ways are: year, school, group"),
    "area": ("nonsense", "no area 'nonsense'.*; the areas are: "),
    "areas": ("nonsense", "no area 'nonsense'.*; the areas are: "),
}
CASES = [(name, word) for name, call in PUBLIC.items() for word in inspect.signature(call).parameters if word in WRONG]


@pytest.fixture(scope="module")
def analysis():
    rows = [
        (code, "School", urn, group, *counts)
        for code in (202324, 202425)
        for urn, group, *counts in (("100001", "all", 200, 20), ("100002", "all", 100, 18),
                                    ("100001", "disadvantaged", 50, 12), ("100001", "other", 150, 8))
    ]  # fmt: skip
    return made({"attendance": absence(*((code, *rest) for code, _, *rest in rows))})


@pytest.mark.parametrize(("name", "word"), CASES)
def test_a_name_that_does_not_exist_is_answered_in_one_sentence(analysis, name, word):
    call, (wrong, said) = PUBLIC[name], WRONG[word]
    good = {"analysis": analysis, "figures": analysis.figures("attendance"), "measure": PA, "area": "attendance"}
    given, more, asked = [], [], {}
    for each in inspect.signature(call).parameters.values():
        value = wrong if each.name == word else good.get(each.name)
        if each.kind is each.VAR_POSITIONAL:
            more = [value or PA] if each.name in {word, "measures"} else []
        elif value is not None and each.kind is each.KEYWORD_ONLY:
            asked[each.name] = value
        elif each.name in good or each.name == word:
            given.append(value) if each.default is each.empty else asked.update({each.name: value})
    with pytest.raises(UnknownNameError, match=said) as caught:
        call(*given, *more, **asked)
    assert "\n" not in str(caught.value)


def test_every_call_takes_figures_or_the_analysis_then_measures_then_the_group():
    first = {"analysis", "figures", "rows", "words", "name"}
    order = ["analysis", "figures", "measure", "measures", "group", "groups"]
    assert len(PUBLIC) > 40 and len(CASES) > 30
    for name, call in PUBLIC.items():
        words = list(inspect.signature(call).parameters)
        assert not {"names", "pupil_group", "pupil_groups"} & {*words}, name
        held = [word for word in words if word in order]
        assert held == sorted(held, key=order.index), name
        assert not words or words[0] in first, (name, words)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (PA, PA),
        ("Persistent absence", PA),
        ("persistent ABSENCE", PA),
        ("RWM expected", "ks2_rwm_expected_percent"),
        ("phonics", "phonics_year1_expected_percent"),
    ],
)
def test_a_measure_goes_by_its_name_its_labels_and_words_that_only_it_has(asked, found):
    assert measure_named(asked, MEASURES).name == found


def test_words_that_several_measures_share_are_answered_with_all_of_them():
    with pytest.raises(UnknownNameError, match=r"'RWM' may be any of 3 measures.*ks2_rwm_higher_percent"):
        measure_named("RWM", MEASURES)
    with pytest.raises(UnknownNameError, match=r"did you mean persistent_absence_percent.*explore\.find\(\)"):
        measure_named("persistant_absense_percent", MEASURES)


def test_labels_and_names_give_the_same_table(analysis):
    figures = analysis.figures("attendance")
    by_name = tables.three_years(figures, PA, groups=("disadvantaged",))
    assert by_name == tables.three_years(figures, "Persistent absence", groups="Disadvantaged pupils")
    assert tables.gaps(figures, PA) == tables.gaps(figures, "persistent absence", group="disadvantaged")


def test_a_group_that_a_measure_does_not_have_is_refused_with_those_it_has(analysis):
    said = "no figures of Suspensions for the group 'fsm'; the groups are: all, disadvantaged, other"
    with pytest.raises(UnknownNameError, match=said):
        charts.trend(analysis.figures("exclusions"), "suspension_rate", "fsm")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"year": "2030/31"}, "there is no data for 2030/31; the years with data are: 2022/23, 2023/24, 2024/25"),
        ({"year": "last year"}, "'last year' is not an academic year; write it like 2023/24"),
        ({"as_at": "30 April 2026"}, "as_at is a day like 2026-04-30; found '30 April 2026'"),
        ({"edition": "governors"}, "no edition 'governors'; the editions are: trustees, internal, public"),
        ({"school": "Glenn Hills"}, r"no school 'Glenn Hills' \(did you mean Glen Hills\?\); the schools are: "),
    ],
)
def test_an_analysis_that_cannot_be_is_refused_in_one_sentence(given, said):
    with pytest.raises(ValueError, match=said) as caught:
        open_analysis(**{"year": "2024/25", "as_at": "2026-04-30", "data_dir": ROOT / "data"} | given)
    assert type(caught.value) in {ValueError, UnknownNameError} and "\n" not in str(caught.value)


def test_a_column_or_area_of_figures_that_does_not_exist_is_refused(analysis):
    with pytest.raises(UnknownNameError, match=r"no column 'mesure' \(did you mean measure\?\)"):
        analysis.figures("attendance").rows(mesure=PA)
    with pytest.raises(UnknownNameError, match=r"no area 'atendance' \(did you mean attendance.*; the areas are: "):
        analysis.figures("atendance")


def test_the_package_is_cheap_to_import_and_gives_its_names():
    code = (
        "import sys, symphony_analysis as s; assert not {'pandas', 'numpy', 'matplotlib'} & {*sys.modules}; "
        "assert s.__all__ == ['board', 'charts', 'explore', 'open_analysis', 'tables', 'wording']; "
        "from symphony_analysis import open_analysis, board, charts, tables, wording, explore; "
        "assert callable(s.open_analysis) and not hasattr(s, 'nonsense')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_call_that_gives_a_frame_says_what_a_row_is_and_where_it_comes_from():
    frames = {name: inspect.getdoc(call) for name, call in PUBLIC.items()
              if inspect.signature(call).return_annotation in ("pd.DataFrame", pd.DataFrame)}  # fmt: skip
    assert len(frames) > 14
    assert [name for name, said in frames.items() if "A row is" not in said] == []
    assert [name for name, said in frames.items() if name.startswith("symphony_analysis.claims") and
            not re.search(r"Sources?:", said)] == []  # fmt: skip
