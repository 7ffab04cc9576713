"""An issue of record: whole, read-only, never over an earlier one, signed by roles."""

import csv
import hashlib
import io
import json
import stat

import pandas as pd
import pytest

from symphony_analysis.issues import listed, publish, publish_or_sign, signed
from symphony_analysis.issues.verify import verify
from symphony_analysis.run.outcome import Exit, RunFailed, WrongParameter
from symphony_analysis.sources import SourceError
from symphony_analysis.sources.own import issues_on_disk as stored
from tests.issues.conftest import YEAR

SIGNED = {"state": "approved", "role": "Chair of Trustees", "day": "2026-05-01"}


def figures(office, number=1):
    text = office.published()[f"issue-{number}/figures.csv"].decode()
    return pd.DataFrame(list(csv.DictReader(io.StringIO(text))))


def test_an_issue_holds_every_figure_to_the_last_digit(published_year):
    rows = figures(published_year).set_index("figure")
    assert len(rows) > 1000 and rows.index.is_unique
    assert rows.loc["overall_absence_percent.202425.trust.all", "value"].startswith("4.2999839414820")
    assert rows.loc["overall_absence_percent.202425.trust.all", "source_file"] == "raw/202425/attendance.csv"
    england = rows.loc["overall_absence_percent.202425.england.all"]
    assert (england["value"], england["source_file"]) == ("5.2", "national.csv")
    assert england["vintage"].endswith("final, published 2026-03")
    assert ((rows["value"] == "") != (rows["symbol"] == "")).all()
    assert set(rows.loc[rows["symbol"] == "c", "value"]) == {""}


def test_the_record_says_what_went_in(published_year):
    record = json.loads(published_year.published()["issue-1/issue.json"])
    assert record["parameters"] == {
        "year": "2024/25", "as_at": "2026-04-30", "edition": "trustees", "school": "", "data_dir": "../data",
    }  # fmt: skip
    assert record["lock_sha256"] == "1" * 64
    assert record["report_sha256"] == record["report_files"]["self-evaluation.html"]
    facts = record["facts"]
    assert {"raw/202425/attendance.csv", "national.csv", "trust.toml"} <= set(facts["inputs"])
    assert not [name for name in facts["inputs"] if name.startswith("published/")]
    assert len(facts["members"]["in_trust_that_year"]["202425"]) == 12
    assert facts["code_version"] and len(facts["package_sha256"]) == 64
    assert str(published_year.root) not in json.dumps(record)


def test_what_is_published_is_read_only_and_stands_beside_what_was(published):
    before = published.published()
    published.ran(html="<p>the report, made anew</p>")
    publish_or_sign(published.data, published.out, "2024/25")
    after = published.published()
    assert sorted({name.partition("/")[0] for name in after}) == ["issue-1", "issue-2"]
    assert {name: content for name, content in after.items() if name in before} == before
    for name in after:
        mode = (published.data / "published" / "202425" / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o444, name


def test_an_issue_keeps_the_report_with_a_manifest(published):
    report = {p.name: p.read_bytes() for p in (published.out / "202425").iterdir() if p.name != "run.json"}
    kept = published.published()
    assert {name.removeprefix("issue-1/report/"): kept[name] for name in kept if "/report/" in name} == report
    told = dict(reversed(line.split("  ")) for line in kept["issue-1/SHA256SUMS"].decode().splitlines())
    assert told == {
        name.removeprefix("issue-1/"): hashlib.sha256(content).hexdigest()
        for name, content in kept.items()
        if not name.endswith("SHA256SUMS")
    }


def test_the_same_report_is_no_new_issue(published):
    before = published.published()
    said = publish_or_sign(published.data, published.out, "2024/25")
    assert said == ["published/202425/issue-1 holds this very report; nothing was published"]
    assert published.published() == before


def test_the_line_of_signatures_on_the_page_makes_no_other_report(published):
    publish_or_sign(published.data, published.out, "2024/25", **SIGNED)
    line = '<p class="facts issue">Issue 1, approved by Chair of Trustees, 1 May 2026</p>\n'
    published.ran(html=f"{line}<p>the report</p>")
    said = publish_or_sign(published.data, published.out, "2024/25")
    assert said == ["published/202425/issue-1 holds this very report; nothing was published"]
    told = verify(published.data, published.out).lines
    assert "  approved by Chair of Trustees, 2026-05-01: holds" in told


def test_one_altered_byte_in_any_file_is_found(published):
    place = published.data / "published" / "202425" / "issue-1"
    for path in sorted(p for p in place.rglob("*") if p.is_file()):
        whole = path.read_bytes()
        path.chmod(0o644)
        for at in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            try:
                assert stored.read(published.data, YEAR, 1).altered, (path.name, at)
            except SourceError as refused:
                assert "published/202425/issue-1" in str(refused)
        path.write_bytes(whole)
        assert stored.read(published.data, YEAR, 1).altered == ()
    for path in [place / "SHA256SUMS", place / "report" / "self-evaluation.html"]:
        whole = path.read_bytes()
        path.unlink()
        assert stored.read(published.data, YEAR, 1).altered, path.name
        path.write_bytes(whole)
    (place / "report" / "added.html").write_text("<p>", encoding="utf-8")
    assert stored.read(published.data, YEAR, 1).altered == ("report/added.html",)
    assert verify(published.data, published.out).broken


def test_issues_are_listed_with_their_signatures(published):
    page = "data/published/202425/issue-1/report/self-evaluation.html"
    assert listed(published.data) == [f"202425/issue-1  trustees, as at 2026-04-30: unsigned; {page}"]
    publish_or_sign(published.data, published.out, "2024/25", **SIGNED)
    assert "approved by Chair of Trustees, 2026-05-01" in listed(published.data)[0]
    (said,) = signed(published.data).values()
    assert said == "issue 1, approved by Chair of Trustees, 2026-05-01"


def test_half_an_issue_is_never_left(office, monkeypatch):
    def stop(_):
        raise OSError("no space")

    monkeypatch.setattr(publish, "settle", stop)
    with pytest.raises(OSError):
        publish_or_sign(office.data, office.out, "2024/25")
    assert office.published() == {}
    assert list((office.data / "published" / "202425").iterdir()) == []
    monkeypatch.undo()
    (office.data / "published" / "202425" / ".issue-left").mkdir()
    publish_or_sign(office.data, office.out, "2024/25")
    assert sorted(p.name for p in (office.data / "published" / "202425").iterdir()) == ["issue-1"]


def test_only_a_finished_untouched_report_is_published(office):
    report = office.out / "202425" / "self-evaluation.html"
    report.write_text("<p>another</p>", encoding="utf-8")
    with pytest.raises(RunFailed, match=r"self-evaluation\.html is not as the run left it"):
        publish_or_sign(office.data, office.out, "2024/25")
    (office.out / "202425" / "run.json").unlink()
    with pytest.raises(RunFailed, match="run symphony run --year 2024/25 first") as refused:
        publish_or_sign(office.data, office.out, "2024/25")
    assert refused.value.exit_code == Exit.DATA
    assert office.published() == {}


def test_a_report_that_lacks_a_part_is_no_issue(office):
    path = office.out / "202425" / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "missing": ["60_finance"]}), encoding="utf-8")
    with pytest.raises(RunFailed, match="lacks 60_finance"):
        publish_or_sign(office.data, office.out, "2024/25")


def test_a_report_of_other_data_is_not_published(office):
    def dearer(rows):
        rows[0]["StaffCosts"] = str(float(rows[0]["StaffCosts"]) + 50_000)

    office.change("raw/202425/finance.csv", dearer)
    with pytest.raises(RunFailed, match="do not come out any more"):
        publish_or_sign(office.data, office.out, "2024/25")
    assert office.published() == {}


def test_a_run_at_work_holds_publishing_off(office):
    from filelock import FileLock

    (office.out / ".symphony" / "locks").mkdir(parents=True)
    with FileLock(office.out / ".symphony" / "locks" / "202425.lock"), pytest.raises(RunFailed) as refused:
        publish_or_sign(office.data, office.out, "2024/25")
    assert refused.value.exit_code == Exit.BUSY


def test_the_internal_edition_is_never_kept(office):
    with pytest.raises(RunFailed, match="hides nothing"):
        publish_or_sign(office.data, office.out, "2024/25", "internal")
    assert office.published() == {}


def test_a_public_issue_keeps_what_the_public_may_see(office):
    office.ran("public")
    publish_or_sign(office.data, office.out, "2024/25", "public")
    rows = figures(office)
    ours = rows[(rows["geographic_level"] != "England") & (rows["value"] != "")]
    assert (ours["value"].str.partition(".")[2].str.len() == ours["decimals"].astype(int)).all()
    assert stored.read(office.data, YEAR, 1).audience == "public"
    # Each audience has its own report: signing one is not hindered by an issue of the other in between.
    publish_or_sign(office.data, office.out, "2024/25")
    said = publish_or_sign(office.data, office.out, "2024/25", "public", **SIGNED)
    assert said == ["202425/issue-1: approved by Chair of Trustees, 2026-05-01"]


# ---- signatures -----------------------------------------------------------------------------------------------


def lines(office):
    for path in (office.data / "published").glob("*.csv"):
        path.unlink()
    return [line.strip() for line in verify(office.data, office.out).lines]


def test_a_signature_is_tied_to_the_report(published):
    said = publish_or_sign(published.data, published.out, "2024/25", **SIGNED)
    assert said == ["202425/issue-1: approved by Chair of Trustees, 2026-05-01"]
    assert "approved by Chair of Trustees, 2026-05-01: holds" in lines(published)
    published.ran(html="<p>the report, made anew</p>")
    another = "approved by Chair of Trustees, 2026-05-01: holds; the report in place is another one"
    assert another in lines(published)


def test_signing_a_new_report_freezes_it_first(published):
    published.ran(html="<p>the report, made anew</p>")
    said = publish_or_sign(published.data, published.out, "2024/25", **SIGNED)
    assert said[0].startswith("published published/202425/issue-2: ")
    assert said[1].startswith("202425/issue-2: approved")


def test_a_draft_can_be_checked_but_not_approved(office):
    office.ran(html='<p class="band"><strong>DRAFT.</strong> One statement still needs an answer.</p>')
    claimed = office.data / "trust/202425/claims.csv"
    claimed.write_text(
        claimed.read_text(encoding="utf-8").replace("record=schools;value=15", "record=schools;value=17")
    )
    with pytest.raises(WrongParameter, match="says DRAFT, so it can be drafted or checked, not approved") as refused:
        publish_or_sign(office.data, office.out, "2024/25", **SIGNED)
    assert "  O10 is not shown and has no response: " in str(refused.value)
    assert "put that right in data/trust/202425" in str(refused.value)
    with pytest.raises(WrongParameter, match="say --draft"):
        publish_or_sign(office.data, office.out, "2024/25", **{**SIGNED, "state": "checked"})
    assert office.published() == {}
    publish_or_sign(office.data, office.out, "2024/25", **{**SIGNED, "state": "checked"}, draft=True)
    assert ": draft; checked by Chair of Trustees" in listed(office.data)[0]
    assert stored.sign_offs(office.data, YEAR)["state"].tolist() == ["checked"]


def test_a_demonstration_can_be_checked_but_not_approved(office):
    office.ran(html='<p class="band"><strong>DEMONSTRATION.</strong> The pupil data are made up.</p>')
    with pytest.raises(WrongParameter, match="2024/25 says DEMONSTRATION: its pupil data are made up, so it can be "):
        publish_or_sign(office.data, office.out, "2024/25", **SIGNED)
    assert office.published() == {}
    publish_or_sign(office.data, office.out, "2024/25", **{**SIGNED, "state": "checked"})
    assert stored.sign_offs(office.data, YEAR)["state"].tolist() == ["checked"]


def test_signatures_add_up_and_hold_for_the_report_that_is_kept(published):
    publish_or_sign(published.data, published.out, "2024/25", state="drafted", role="Director", day="2026-04-30")
    publish_or_sign(published.data, published.out, "2024/25", **SIGNED)
    kept = stored.sign_offs(published.data, YEAR)
    assert kept["state"].tolist() == ["drafted", "approved"]
    said = verify(published.data, published.root / "nowhere").lines
    assert "  drafted by Director, 2026-04-30: holds" in said


def test_an_altered_issue_breaks_its_signatures_and_verification(published):
    publish_or_sign(published.data, published.out, "2024/25", **SIGNED)
    path = published.data / "published" / "202425" / "issue-1" / "figures.csv"
    path.chmod(0o644)
    path.write_text(path.read_text(encoding="utf-8").replace("4.2999839", "4.1999839"), encoding="utf-8")
    found = verify(published.data, published.out)
    said = [line.strip() for line in found.lines]
    assert "altered: figures.csv is not as it was published" in said
    assert "approved by Chair of Trustees, 2026-05-01: broken: the issue is not what was signed" in said
    assert found.broken and found.exit_code == 1
    assert "an issue of record was altered; restore it from version control" in said
    with pytest.raises(WrongParameter, match="cannot be signed"):
        publish_or_sign(published.data, published.out, "2024/25", **SIGNED)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"state": "agreed"}, "drafted, checked, approved"),
        ({"role": ""}, "a role in words"),
        ({"role": "Chair\nof"}, "a role in words"),
        ({"role": "Jane Smith"}, "never a person"),
        ({"role": "Jane Smith, Chair of Trustees"}, "never a person"),
        ({"role": "Mr Chair"}, "never a person"),
        ({"day": ""}, "--date 2026-05-01"),
        ({"day": "2026-02-30"}, "--date 2026-05-01"),
        ({"state": ""}, "belong to --sign"),
    ],
)
def test_a_signature_that_cannot_be_is_refused_before_anything_is_written(office, wrong, expected):
    with pytest.raises(WrongParameter, match=expected):
        publish_or_sign(office.data, office.out, "2024/25", **{**SIGNED, **wrong})
    assert office.published() == {}


def test_what_an_earlier_version_froze_is_refused_and_never_passed_over(tmp_path):
    (tmp_path / "published" / "202425" / "edition-1").mkdir(parents=True)
    with pytest.raises(SourceError, match=r"published/202425/edition-1: .*rename it, its edition\.json"):
        stored.years(tmp_path)
