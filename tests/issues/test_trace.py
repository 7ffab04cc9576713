"""Every number leads back to its measure, its rows and its files."""

import re
from datetime import date
from types import SimpleNamespace

import pytest

from symphony_analysis import sources
from symphony_analysis.analysis import Analysis
from symphony_analysis.figure import figure_id
from symphony_analysis.issues.tracing.asked import Wanted, meant
from symphony_analysis.issues.tracing.trace import _national_row, trace
from symphony_analysis.measures import MEASURES
from symphony_analysis.measures.measure import formula_in_words
from symphony_analysis.run.outcome import WrongParameter
from tests.issues.conftest import YEAR


@pytest.fixture(scope="module")
def analysis(one_year):
    return Analysis(YEAR, date(2026, 4, 30), "trustees", None, sources.load(one_year.data))


def test_a_figure_leads_to_its_formula_its_rows_its_files_and_england(analysis):
    told = trace(analysis, "overall_absence_percent.202425.trust.all")
    text = "\n".join(told)
    assert told[1] == "  Overall absence, all pupils, the trust, 2024/25: 4.3%"
    assert "formula: Absent sessions ÷ possible sessions × 100, each summed over the schools that count" in told
    assert "definition: Sessions missed for any reason" in text
    assert "schools counted: 12 of 12 (in the trust by the January census of that year)" in told
    assert sum(bool(re.match(r"  1\d{5} ", line)) for line in told) == 12
    assert re.search(
        r"England: 5\.2%; Pupil absence .* final, published 2026-03; from national\.csv; clearly better", text
    )
    manifest = analysis.inputs.manifest.set_index("path")
    assert f"synthetic; sha256 {manifest.loc['raw/202425/attendance.csv', 'sha256']}" in text


def test_the_rows_add_up_to_the_trusts_figure(analysis):
    told = trace(analysis, "staff_costs_percent")
    pairs = [re.search(r" = ([\d,]+) of ([\d,]+)$|: ([\d,]+) of ([\d,]+)$", line) for line in told]
    numbers = [[int(n.replace(",", "")) for n in found.groups() if n] for found in pairs if found]
    *parts, whole = numbers
    assert len(parts) == 13, "twelve schools and central services"
    assert [sum(column) for column in zip(*parts, strict=True)] == whole


def test_a_hidden_row_stays_hidden_in_every_edition_but_the_internal_one(analysis):
    told = trace(analysis, "suspension_rate")
    hidden = (": [c]", ": 0 to 4 suspensions")
    assert len([line for line in told if line.endswith(hidden)]) >= 5
    inside = Analysis(YEAR, analysis.as_at, "internal", None, analysis.inputs)
    assert not [line for line in trace(inside, "suspension_rate") if line.endswith(hidden)]


def test_nothing_of_a_hidden_figure_is_told_whatever_part_of_it_is_asked_for(analysis):
    inside = Analysis(YEAR, analysis.as_at, "internal", None, analysis.inputs)
    rows = analysis.figures("exclusions").rows(measure="suspension_rate", geographic_level="School", symbol="c")
    assert len(rows) > 10
    for row in rows.iloc[::12].itertuples():
        own = inside.figures("exclusions").rows(measure=row.measure, school_urn=row.school_urn,
                                                pupil_group=row.pupil_group)  # fmt: skip
        value = f"{own['value'].item():.2f}"
        for detail in ("", ".pupils", ".interval", ".difference", ".gap", ".schools"):
            told = trace(analysis, figure_id(row) + detail)
            assert not [line for line in told if line.lstrip().startswith("unrounded") or f" {value}" in line], told
    # Nor can it be found by its value: the number leads to no hidden figure.
    hidden = {figure_id(row) for row in rows.itertuples()}
    values = inside.figures("exclusions").rows(measure="suspension_rate", pupil_group="disadvantaged")["value"]
    for value in {f"{value:.2f}" for value in values}:
        assert not hidden & {one.figure for one in meant(analysis, value)}


def test_a_public_trace_holds_no_more_digits_than_the_public_report(analysis):
    public = Analysis(YEAR, analysis.as_at, "public", None, analysis.inputs)
    assert not [line for line in trace(public, "persistent_absence_percent") if "unrounded" in line]


def test_files_beside_the_figures_own_are_named(analysis):
    text = "\n".join(trace(analysis, "phonics_year1_expected_percent.202425.trust.disadvantaged"))
    assert "raw/202425/phonics.csv: " in text
    assert "raw/202425/census_spring.csv, read beside it (pupil groups, roll): " in text


def test_england_leads_to_its_publication(analysis):
    told = trace(analysis, "ks2_rwm_expected_percent.202425.england.all")
    assert told[1].endswith("England, 2024/25: 63%")
    assert not [line for line in told if line.startswith(("rows used", "formula"))]
    assert told[-1].startswith("  national.csv: sha256 ")
    assert "  population: state_funded" in told
    assert any(line.startswith("  page: https://explore-education-statistics.service.gov.uk/") for line in told)


def test_the_authoritys_figure_leads_to_its_row(analysis):
    told = "\n".join(trace(analysis, "overall_absence_percent.202425.authority.all"))
    assert "Leicestershire, 2024/25: 4.6%" in told and "population: state_funded_primary_full_year_of_855" in told
    assert "published 2026-03" in told and "files:\n  national.csv" in told and "formula" not in told


@pytest.mark.parametrize(("day", "known"), [("2026-03-30", False), ("2026-03-31", True)])
def test_a_month_is_known_from_its_last_day_in_a_trace_as_on_the_page(analysis, day, known):
    row = next(r for r in analysis.figures("attendance").rows(measure="overall_absence_percent").itertuples())
    asked = Wanted(row.measure, "202425", "authority", "all")
    then = SimpleNamespace(inputs=analysis.inputs, trust=analysis.trust, as_at=date.fromisoformat(day))
    told = "\n".join(_national_row(then, asked, row, MEASURES[row.measure]))
    assert ("published 2026-03" in told) == known


def test_a_missing_figure_says_why(analysis):
    told = "\n".join(trace(analysis, "ks2_reading_progress_score"))
    assert "not published" in told and "no KS1 baseline" in told


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("T8.1", "20.8 as printed"),
        ("printed.T8.1.202425", "20.8 as printed"),
        ("claim.T3", "persistent_absence_percent.202425.trust.all"),
        ("claims.attendance", "claims of trust/202425/claims.csv"),
        ("target.T3", "persistent"),
        ("targets", "rows of trust/202425/targets.csv"),
        ("survey.P12", "96%"),
        ("ofsted.137932", "GOOD 2024"),
        ("peer_review.137932", "GOOD 2025"),
        ("members.202425", "12 of 15 schools"),
        ("Overall absence", "overall_absence_percent.202425.trust.all"),
        ("overall_absence_percent.202425.trust.all.schools", "schools: 12 of 12 counted"),
        ("persistent_absence_percent.202425.trust.all.difference", "difference: −4.4 points, this figure unrounded"),
        ("persistent_absence_percent.202425.trust.all.interval", "interval: 7.6 to 9.6, 95%"),
        ("persistent_absence_percent.202425.trust.disadvantaged.gap", "gap: +17.7 points = 23.6% less 5.8%"),
        ("ks2_rwm_expected_percent.202425.137932.all.pupils", "pupils: 73 behind this figure; "),
        ("persistent absence disadvantaged", "persistent_absence_percent.202425.trust.disadvantaged"),
        ("absence Glen Hills", "unauthorised_absence_percent.202425.137932.all"),
        ("20.8", "  printed.T8.1.202425\n      as printed: Suspensions, all pupils, 2024/25: 20.8"),
        ("4.3%", "  overall_absence_percent.202425.trust.all\n"),
    ],
)
def test_everything_that_carries_an_id_can_be_traced(analysis, wanted, said):
    assert said in "\n".join(trace(analysis, wanted))


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("suspension_rat", "did you mean suspension_rate"),
        ("overall absense", "did you mean Overall absence"),
        ("overall_absence_percent.202425.trust.al", "did you mean overall_absence_percent.202425.trust.all"),
        ("overall_absence_percent.201819.trust.all", "in the report of 2024/25"),
        ("overall_absence_percent.202425", "measure.year.who.group"),
        ("claim.T33", "did you mean T3"),
        ("survey.P11", "did you mean P1"),
        ("zzz", "'zzz' is no figure"),
    ],
)
def test_a_wrong_id_is_refused_with_near_names(analysis, wrong, near):
    with pytest.raises(WrongParameter) as refused:
        trace(analysis, wrong)
    assert near in str(refused.value)


def test_every_formula_can_be_said_in_words():
    for measure in MEASURES.values():
        said = formula_in_words(measure)
        assert said.lstrip("(")[0].isalpha() and "_" not in said, measure.name
    assert formula_in_words(MEASURES["in_year_balance_gbp"]).startswith("(income − expenditure)")


def test_no_pupil_is_in_a_trace(analysis):
    upn = re.compile(r"[A-Z]000\d{8}[0-9A-Z]")
    for name in MEASURES:
        assert not upn.search("\n".join(trace_without_files(analysis, name)))


def trace_without_files(analysis, name):
    from symphony_analysis.issues.tracing import trace as room

    asked = room.wanted_from(analysis, name)
    return room._rows(analysis, asked, room.found(analysis, asked), MEASURES[name])
