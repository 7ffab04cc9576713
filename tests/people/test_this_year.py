"""2025/26 from `new-year` to a published report by commands alone: no national figure is typed that a file holds."""

import shutil

import pytest

from symphony_analysis.compare import expected_of_england
from symphony_analysis.measures import MEASURES, OF_GROUPS
from symphony_analysis.sources import load
from symphony_analysis.years import AcademicYear
from tests.people import this_year as files
from tests.people.copies import ROOT, rows, symphony, write

YEAR = AcademicYear.parse("2025/26")
#: England's figures that no declared layout holds: they are entered, or the comparison says that there is none yet.
ENTERED = {
    "pupil_teacher_ratio", "mtc_full_marks_percent", "sen_support_percent", "ehc_plan_percent",
    "english_additional_language_percent",
}  # fmt: skip


def done(*words, cwd=ROOT):
    ran = symphony(*words, cwd=cwd)
    assert ran.returncode == 0, f"{words}: {ran.stdout}{ran.stderr}"
    return ran.stdout


def answer_and_judge(trust):
    """What people enter: a response to each claim, so that none stands contradicted and unanswered, and judgements."""
    claims = rows(trust / "202526" / "claims.csv")
    write(trust / "202526" / "claims.csv", [claim | {"response": "A made-up response."} for claim in claims])
    judged = rows(trust / "202425" / "judgements.csv")
    write(
        trust / "202526" / "judgements.csv",
        [
            row | {"bands": "met" if row["area"] == "safeguarding" else "strong_standard", "judged_on": "2026-07-01"}
            for row in judged
        ],
    )


@pytest.mark.slow
def test_a_year_is_made_filled_checked_run_and_published(tmp_path):
    data, out, incoming = tmp_path / "data", tmp_path / "reports", tmp_path / "in"
    shutil.copytree(ROOT / "data", data)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    incoming.mkdir()
    said = done("new-year", "2025/26", "--carry-forward", "--data", data)
    assert "made trust/202526/records.xlsx" in said and "December 2026" in said
    assert "0 of 103 of England's figures for 2025/26 are in national.csv" in said
    answer_and_judge(data / "trust")
    before = (data / "national.csv").read_bytes()
    urns = [school.urn for school in load(data).trust.schools]
    pupils = [path for path in files.moved_on(data, incoming) if path.stem != "ks2"]
    done("add", *pupils, "--origin", "synthetic", "--data", data)
    for path in files.of_dfe(incoming, urns):
        day, state = files.RELEASES[path.name]
        done("add", path, "--published", day, "--release-status", state, "--origin", "synthetic", "--data", data)
    done("add", files.of_ofsted(incoming, urns), "--year", "2025/26", "--origin", "synthetic", "--data", data)
    assert (data / "national.csv").read_bytes().startswith(before)
    taken = {
        (row["comparator"], row["pupil_group"]) for row in rows(data / "national.csv") if row["time_period"] == "202526"
    }
    assert {("ks2_rwm_expected_percent", group) for group in ("all", "girls", "boys", "eal")} <= taken
    checked = done("check", "--data", data)
    expected = expected_of_england((*MEASURES.values(), *OF_GROUPS.values()), load(data).national, YEAR)
    missing = expected[~expected["held"] & (expected["pupil_group"] == "all")]
    assert set(missing["comparator"]) <= ENTERED
    assert f"{expected['held'].sum()} of 103 of England's figures for 2025/26 are in national.csv" in checked
    where = ["--data", data, "--out", out]
    done("run", "--year", "2025/26", "--as-at", "2027-12-31", *where, cwd=tmp_path)
    figures = {
        (row["measure"], row["time_period"], row["school_urn"]): row
        for row in rows(out / "202526" / "figures.csv")
        if row["geographic_level"] in {"Trust", "School"} and row["pupil_group"] == "all"
    }
    # Twelve schools counted in 2024/25; all fifteen had joined by the census of January 2026.
    absence = figures["overall_absence_percent", "202526", ""]
    assert (absence["schools_counted"], absence["england_value"]) == ("15", files.ABSENCE)
    assert figures["ks2_rwm_expected_percent", "202526", ""]["england_value"] + "%" == files.RWM
    assert figures["phonics_year1_expected_percent", "202526", ""]["england_value"] == files.PHONICS
    assert float(figures["suspension_rate", "202526", ""]["england_value"]) == float(files.SUSPENSIONS)
    assert figures["eyfs_gld_percent", "202526", ""]["england_value"] == files.GLD
    # Progress is back, with the limits that DfE's own file gives; the two years before say why there is none.
    progress = figures["ks2_reading_progress_score", "202526", urns[0]]
    assert (progress["value"], progress["interval_low"], progress["interval_high"]) == ("1.5", "-0.4", "3.4")
    assert figures["ks2_reading_progress_score", "202425", ""]["symbol"] == "NP"
    # Fourteen schools are still under the old framework, and the report card is no overall grade.
    assert figures["ofsted_good_or_outstanding_count", "202526", ""]["value"] == "14"
    pages = [out / "202526" / name for name in ("self-evaluation.html", "annex.html")]
    page = "".join(path.read_text(encoding="utf-8") for path in pages)
    assert "Report card 2026" in page and "Inclusion: Strong standard" in page
    assert "14 of 15 schools are still under the old framework." in page
    assert MEASURES["ks2_reading_progress_score"].unavailable[202425] in page
    assert "published" in done("publish", "--year", "2025/26", *where)
    assert (data / "published" / "202526" / "issue-1" / "issue.json").is_file()
