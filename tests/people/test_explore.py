"""Questions of the director of performance: each answered and drawn in three lines, nothing hidden let out."""

import csv

import openpyxl
import pytest
from matplotlib.figure import Figure

from symphony_analysis import explore
from symphony_analysis.analysis import open_analysis
from symphony_analysis.figure import figure_id
from symphony_analysis.measures import MEASURES
from symphony_analysis.names import UnknownNameError
from tests.people.copies import ROOT

NAME = "persistent_absence_percent"


@pytest.fixture(scope="module")
def analysis():
    return open_analysis("2024/25", "2026-04-30", "trustees", "", ROOT / "data")


@pytest.fixture(scope="module")
def internal():
    return open_analysis("2024/25", "2026-04-30", "internal", "", ROOT / "data")


QUESTIONS = {
    "which schools' disadvantaged pupils fell most in maths over three years": lambda a: explore.ask(
        a, "ks2_maths_expected_percent", by=("school", "year"), group="disadvantaged"
    ).change(),
    "attendance of Glen Hills by half term": lambda a: explore.ask(
        a, "overall absence", by="half term", school="Glen Hills"
    ),
    "reading, writing and maths beside Leicestershire": lambda a: explore.ask(
        a, "ks2_rwm_expected_percent", group="disadvantaged"
    ).beside("Leicestershire"),
    "which year groups drive persistent absence": lambda a: explore.ask(a, NAME, by="year group"),
    "phonics below England by gap": lambda a: (
        explore.ask(a, "phonics", by="school").query("difference < 0").sort_values("difference")
    ),
    "attendance against outcomes": lambda a: explore.ask(a, "overall absence", "ks2_rwm_expected_percent", by="school"),
    "boys and girls in writing": lambda a: explore.ask(a, "ks2_writing_expected_percent", by=("sex", "year")),
    "who is clearly better in two years running": lambda a: explore.ask(
        a, "overall absence", by=("school", "year")
    ).running("clearly better"),
    "a school's page against schools of its size": lambda a: explore.ask(a, "attendance", "phonics", by="school").like(
        "Glen Hills"
    ),
    "what changed since the last issue": lambda a: explore.since(a, "seed_2024-25"),
    "suspensions by term": lambda a: explore.ask(a, "suspension_rate", by="term"),
    "SEN pupils' absence": lambda a: explore.ask(a, "overall absence", by="SEN"),
    "disadvantaged girls": lambda a: explore.ask(a, NAME, by="sex", group="disadvantaged"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_and_drawn(internal, question):
    answer = QUESTIONS[question](internal)
    assert isinstance(answer, explore.Answer) and answer["value"].notna().any()
    drawn = answer.chart()
    assert drawn.svg and 20 <= len(drawn.alt) <= 250
    head = answer.table().split("</thead>")[0]
    assert head.count("<th") <= 6
    assert str(answer["shown"].iloc[0]) in answer._repr_html_()


def test_changes_of_parts_are_each_of_their_own_part(internal):
    rows = explore.ask(internal, "ks2_writing_expected_percent", by=("sex", "year"))
    moved = rows.change()
    value = rows.set_index(["part", "year"])["value"]
    assert set(moved["part"]) >= {"Boys", "Girls"}
    for row in moved.itertuples():
        assert row.value == pytest.approx(value[row.part, "2024/25"] - value[row.part, "2022/23"])


def test_what_a_table_leaves_out_or_counts_apart_is_said_under_it(internal):
    shown = explore.ask(internal, "overall absence", by=("school", "SEN"))
    assert "England publishes no figures in these parts" in shown.table()
    assert f"The first 60 of {len(shown)} rows" in shown.chart("dots").subtitle
    assert "Not among the trust’s figures: " in shown.table() and "Thythorn Field" in shown.table()


def test_an_area_is_all_of_its_measures_each_drawn_on_a_scale_of_its_own(internal):
    page = explore.ask(internal, "attendance", "phonics", by="school").like("Glen Hills")
    asked, phonics = (
        {name for name in MEASURES if MEASURES[name].area == "attendance"},
        "phonics_year1_expected_percent",
    )
    assert set(page["measure"]) == {*asked, phonics}
    few = page[page["measure"].isin([NAME, phonics])]
    drawn = few.chart("dots")
    assert len(drawn.figure.axes) == 2 and len({ax.get_xlim() for ax in drawn.figure.axes}) == 2
    assert few.chart("bars").svg != drawn.svg
    with pytest.raises(ValueError, match="lines are of one measure; choose one of: Persistent absence, Phonics"):
        few.chart("lines")
    of_group = explore.ask(internal, "outcomes", group="disadvantaged")
    assert set(of_group["pupil_group"]) == {"disadvantaged"}


def test_who_is_clearly_below_two_years_running_is_asked_of_the_last_two_years(internal):
    rows = explore.ask(internal, NAME, by=("school", "year"))
    nobody = rows.running("clearly worse")
    assert not len(nobody) and "No figure is clearly worse in 2023/24 and 2024/25" in nobody._repr_html_()
    assert "one after another" in nobody.chart()._repr_html_()
    worse = {("Glen Hills", 202324), ("Glen Hills", 202425), ("Newcroft", 202223), ("Newcroft", 202425),
             ("Orchard", 202223), ("Orchard", 202324)}  # fmt: skip
    told = [(who, code) in worse for who, code in zip(rows["who"], rows["time_period"], strict=True)]
    rows["comparison"] = ["clearly worse" if each else "no clear difference" for each in told]
    found = rows.running("clearly worse")
    assert found["who"].tolist() == ["Glen Hills"] * 2 and found["year"].tolist() == ["2023/24", "2024/25"]


def test_schools_of_its_size_have_the_nearest_number_of_pupils_on_roll(internal):
    roll = explore.ask(internal, "pupils_count", by="school").set_index("who")["value"].drop("the trust").dropna()
    nearest = (roll - roll["Glen Hills"]).abs().sort_values(kind="stable").index[:4]
    assert set(explore.ask(internal, "phonics", by="school").like("Glen Hills", 3)["who"]) == set(nearest)


def test_our_own_authority_is_beside_us_as_published(internal):
    both = explore.ask(internal, NAME).beside("Leicestershire")
    assert both["shown"].tolist()[-3:] == ["11.2%", "11.2%", "9.6%"]
    assert "authority" in both["figure"].iloc[-1] and "Leicestershire, 2024/25: 9.6%" in both.trace()
    with pytest.raises(UnknownNameError, match=r"no figure of Leicestershire to put beside these: nothing like it"):
        explore.ask(internal, NAME, group="other").beside("Leicestershire")


@pytest.mark.parametrize("kind", ["lines", "dots", "bars", "scatter"])
def test_a_chart_has_the_size_asked_for_or_goes_into_axes_of_ones_own(internal, kind):
    asked = (NAME, "phonics") if kind == "scatter" else (NAME,)
    rows = explore.ask(internal, *asked, by="school" if kind == "scatter" else "year")
    large = rows.chart(kind, size=(500, 300)).figure
    assert [round(side * 96) for side in large.get_size_inches()] == [500, 300]
    axes = Figure().subplots(1, 2)
    assert rows.chart(kind, ax=axes[1])._repr_html_() == ""
    assert axes[1].has_data() and not axes[0].has_data()


def test_what_changed_since_the_last_print(internal):
    moved = explore.since(internal, "seed_2024-25")
    assert "suspension_rate.202425.trust.all" in set(moved["figure"]) and "equal" not in set(moved["status"])
    assert moved[["printed", "shown"]].iloc[0].tolist() == ["20.8", "2.08"]
    assert "<td>20.8</td><td>2.08</td>" in moved.table() and "Ring: as printed" in moved.chart().subtitle
    assert "Nothing that grades_2024-25 prints has changed" in explore.since(internal, "grades_2024-25").table()
    with pytest.raises(UnknownNameError, match=r"no issue is frozen yet; name printed figures: .*seed_2024-25"):
        explore.since(internal)


def test_a_grade_that_is_another_now_is_an_answer_without_a_number(internal, monkeypatch):
    grades = internal.printed["grades_2024-25"].copy()
    grades.loc[grades.index[0], "printed"] = "OUTSTANDING 1999"
    monkeypatch.setitem(internal.printed, "grades_2024-25", grades)
    moved = explore.since(internal, "grades_2024-25")
    assert moved[["label", "who", "printed", "shown"]].iloc[0].tolist() == [
        "Grades", "Glen Hills", "OUTSTANDING 1999", "GOOD 2024"]  # fmt: skip
    assert "OUTSTANDING 1999" in moved._repr_html_() and "no figure can be shown" in moved.chart()._repr_html_()


def test_names_of_near_dots_do_not_cover_each_other(internal):
    drawn = explore.ask(internal, "overall absence", "ks2_rwm_expected_percent", by="school").chart().figure
    names = [text.get_window_extent() for text in drawn.axes[0].texts]
    assert len(names) == 15
    assert not any(one.overlaps(other) for at, one in enumerate(names) for other in names[:at])


def test_measures_are_found_by_the_beginning_of_their_words():
    assert set(explore.find("absence persistent")["measure"]) == {NAME}
    assert len(explore.find()) == len(MEASURES)
    assert len(explore.find("nothing of the kind")) == 0
    # "SEN" is in "absence" and in "absent", and is none of their words.
    assert not explore.find("SEN")["measure"].str.contains("absence").any() and len(explore.find("SEN"))
    assert explore.measure("Persistent absence") is MEASURES[NAME]


def test_an_answer_holds_the_figures_of_the_report(analysis, internal):
    figures = analysis.figures("attendance")
    years = explore.ask(analysis, NAME)
    assert years["who"].unique().tolist() == ["the trust"]
    assert years["year"].tolist() == ["2022/23", "2023/24", "2024/25"]
    trust = figures.rows(measure=NAME, geographic_level="Trust", pupil_group="all")
    assert years["value"].tolist() == trust["value"].tolist()
    assert years["figure"].tolist() == [figure_id(row) for row in trust.itertuples()]
    # Schools that joined after the census are not in the trust's figure, and are listed all the same.
    schools = explore.ask(analysis, NAME, by="school")
    of_year = analysis.trust.of_year(analysis.year)
    assert set(schools["who"]) == {"the trust", *(school.name for school in of_year)}
    assert len(of_year) > len(analysis.members)
    # Of a school, free school meals are nearly the disadvantaged pupils: both are in the internal edition only.
    groups = explore.ask(analysis, NAME, school="glen hills", by="group", year="2024/25")
    assert groups["pupil_group"].tolist() == ["all", "disadvantaged", "other"] and set(groups["who"]) == {"Glen Hills"}
    every = explore.ask(internal, NAME, school="glen hills", by="group")
    assert set(every["pupil_group"]) == set(MEASURES[NAME].pupil_groups)


@pytest.mark.parametrize(
    ("name", "part"),
    [("overall_absence_percent", "term"), ("overall_absence_percent", "half term"), (NAME, "year group"),
     ("suspension_rate", "month"), (NAME, "EAL"), ("ks2_maths_expected_percent", "sex")],
)  # fmt: skip
def test_parts_add_up_to_the_whole(internal, name, part):
    for who in ({}, {"school": "Glen Hills"}):
        for group in ("all", "disadvantaged"):
            parts = explore.ask(internal, name, by=part, group=group, **who)
            whole = explore.ask(internal, name, group=group, year="2024/25", **who)
            assert parts["numerator"].sum() == whole["numerator"].item()
            if "term" not in part and "month" not in part:
                assert parts["denominator"].sum() == whole["denominator"].item()


def test_a_part_of_few_pupils_is_hidden_with_another_and_says_so(analysis, internal):
    schools = explore.ask(analysis, NAME, by=("school", "year group"))
    of_schools = schools[schools["who"] != "the trust"]
    assert of_schools[["value", "numerator", "pupils", "interval_low"]].isna().all(axis=None)
    assert "trustees’ edition shows the trust as a whole" in schools._repr_html_()
    seen = explore.ask(analysis, "overall absence", by="SEN", group="disadvantaged")
    known = explore.ask(internal, "overall absence", by="SEN", group="disadvantaged")
    assert known["value"].notna().all() and "[c]" not in known.note
    hidden = seen["symbol"].eq("c")
    assert hidden.sum() != 1 and seen.loc[hidden, "value"].isna().all()
    assert explore.ask(analysis, "overall absence", by="term")["value"].notna().all()
    # The months of a term add up to it, so suspensions are in the internal edition only.
    assert explore.ask(analysis, "suspension_rate", by="term")["value"].isna().all()
    crossed = explore.ask(analysis, "overall absence", by=("term", "sex"))
    assert crossed["value"].isna().all() and crossed.note
    public = open_analysis("2024/25", "2026-04-30", "public", "", ROOT / "data")
    told = explore.ask(public, "overall absence", by="term")
    assert told["value"].isna().all() and "public edition has no figures in parts" in told.note


def test_a_choice_of_rows_is_still_an_answer_and_a_plain_frame_for_others(internal):
    rows = explore.ask(internal, NAME, by="school")
    high = rows[rows["value"] > 8].sort_values("value")
    assert isinstance(high, explore.Answer) and high.analysis is internal and high.chart().svg
    assert "<table" in high[["who", "value"]]._repr_html_()
    assert high.groupby("who")["value"].mean().notna().all()
    nothing = rows[rows["value"] > 1000]
    assert "No figure answers" in nothing._repr_html_() and not nothing.chart().svg
    assert rows.chart("funnel").svg and "Funnel" in rows.chart("funnel").alt


def test_every_figure_says_where_it_comes_from(internal):
    assert "raw/202425/attendance.csv" in explore.ask(internal, NAME).trace()
    part = explore.ask(internal, NAME, by="year group").trace(0)
    assert "here of Year 1 only" in part and "denominator: 519" in part and "raw/202425/attendance.csv" in part


def test_an_answer_is_saved_as_excel_opens_it_and_as_a_picture(internal, tmp_path):
    rows = explore.ask(internal, NAME)
    path = rows.save(tmp_path / "out.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["shown"] for row in csv.DictReader(file)] == rows["shown"].tolist()
    sheet = openpyxl.load_workbook(rows.save(tmp_path / "out.xlsx")).active
    assert sheet.max_row == len(rows) + 1
    assert rows.save(tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match=r"an answer is saved as \.png, \.svg, \.csv, \.xlsx; found 'out\.doc'"):
        rows.save(tmp_path / "out.doc")


def test_only_like_is_set_beside_like(internal):
    rows = explore.ask(internal, NAME)
    both = rows.beside("Leicestershire", {"2023/24": 11.16}, "%", "DfE")
    added = both.iloc[-1]
    assert added[["who", "year", "shown", "source_file"]].tolist() == ["Leicestershire", "2023/24", "11.2%", "DfE"]
    assert len(both) == len(rows) + 1 and both.chart().svg
    with pytest.raises(ValueError, match="is in per 100 pupils"):
        rows.beside("Leicestershire", {"2023/24": 11.16}, "per 100 pupils", "DfE")
    with pytest.raises(ValueError, match="2020/21 is not among"):
        rows.beside("Leicestershire", {"2020/21": 11.16}, "%", "DfE")


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda a: explore.ask(a, "persistant_absense_percent"), "persistent_absence_percent"),
        (lambda a: explore.ask(a, NAME, school="Glenn Hills"), "Glen Hills"),
        (lambda a: explore.ask(a, NAME, group="disadvantged"), "disadvantaged"),
        (lambda a: explore.ask(a, NAME, by="schools"), "school"),
        (lambda a: explore.ask(a, NAME, by="yeargroup"), "year group"),
        (lambda a: explore.ask(a, NAME, year="2024/26"), "2024/26"),
        (lambda a: explore.ask(a, NAME, year="2019/20"), "2019/20 is not in this trend; its years are: 2022/23"),
        (lambda a: explore.ask(a), "name at least one measure"),
        (lambda a: explore.ask(a, "mtc_average_score", group="fsm"), "the groups are: all, disadvantaged, other"),
        (lambda a: explore.ask(a, "overall absence", by="week"),
         "raw/202425/attendance.csv does not tell week apart; it tells: year to date, term, half term, year group"),
        (lambda a: explore.since(a, "restatements"), "no printed set 'restatements'; the printed sets are: grades_"),
        (lambda a: explore.ask(a, "ks2_rwm_expected_percent").beside("Leicestershire"),
         "there is of these pupils: disadvantaged, other"),
        (lambda a: explore.ask(a, "surplus_percent_of_income_percent", by="term"), "surplus"),
        (lambda a: explore.ask(a, NAME).chart("line"), "lines"),
        (lambda a: explore.ask(a, NAME).chart("scatter"), "a scatter is of two measures; this answer has 1"),
        (lambda a: explore.ask(a, NAME).chart(size=(10, 10)), "at least 300 pixels wide and 120 high.*found 10 by 10"),
        (lambda a: explore.ask(a, NAME).chart("funnel", size=(900, 0)), "a funnel is drawn as the report has it"),
        (lambda a: explore.ask(a, "attendence"), "attendance"),
        (lambda a: explore.ask(a, NAME, by=("school", "year")).running("clearly wors"), "clearly worse"),
        (lambda a: explore.ask(a, NAME, by="school").like("Glenn Hills"), "Glen Hills"),
        (lambda a: explore.since(a, "seed"), "seed_2024-25"),
        (lambda a: explore.ask(a, NAME, group="girls"), "no group 'girls'; ask by='sex'"),
        (lambda a: explore.ask(a, NAME, group="SEN"), "no group 'SEN'; ask by='SEN'"),
        (lambda a: explore.ask(a, NAME).beside("England"), "England is beside each figure already"),
        (lambda a: explore.ask(a, NAME, by="school").running("clearly worse"), 'of 2 years or more; add by="year"'),
        (lambda a: explore.ask(a, NAME, school="Glen Hills").like("Glen Hills"), "there is only Glen Hills among"),
        (lambda a: explore.ask(a, NAME, by=("sex", "year")).beside("A", {"2023/24": 1.0}, "%", "DfE"),
         "figures of one part at a time have A beside them"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_answered_with_the_nearest_in_one_sentence(internal, call, meant):
    with pytest.raises(ValueError, match=meant) as caught:
        call(internal)
    assert "\n" not in str(caught.value)


def test_what_a_notebook_shows_of_the_types_people_see(analysis):
    shown = analysis._repr_html_()
    assert "Symphony Learning Trust" in shown and "2024/25" in shown and "12 of 15" in shown
    assert "measures, trustees edition" in analysis.figures("attendance")._repr_html_()
    assert "does not exist" in MEASURES["ks2_reading_progress_score"]._repr_html_().casefold()
