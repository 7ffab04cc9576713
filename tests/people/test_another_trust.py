"""Another trust from the register alone: its trust.toml, what is refused, and a real one on its public rows."""

import csv
from datetime import date

import pytest

from symphony_analysis.analysis import open_analysis, release_figures
from symphony_analysis.sources import SourceError, load
from symphony_analysis.sources.writing.new_trust import as_people_write, begin
from tests.people import register
from tests.people.copies import ROOT, of_trust, rows, symphony
from tests.sources import real

NAME = "edubasealldata20260115.csv"


@pytest.fixture
def gias(tmp_path):
    return register.write(tmp_path / NAME, register.INVENTED)


def test_the_trust_and_its_open_schools_come_from_the_register(gias, tmp_path):
    links = register.write(tmp_path / "links.csv", register.BEFORE, register.LINKS)
    begun = begin(tmp_path / "data", gias, "4711", date(2026, 4, 30), links)
    trust = load(tmp_path / "data").trust
    assert trust.name == begun.name == "Hill and Vale Learning Trust"
    assert trust.identity["short_name"] == "Hill and Vale" and trust.identity["local_authority_name"] == "Invented"
    # "Vale" would name two schools, so these two keep their whole names.
    assert [s.name for s in trust.schools] == [
        "Hilltop", "St Zoë's", "Vale Community Primary School", "Vale Junior School"
    ]  # fmt: skip
    hilltop, zoe = trust.schools[:2]
    assert (hilltop.urn, hilltop.previous_urns, hilltop.laestab) == ("900001", ("800001",), "")
    assert trust.schools[2].previous_urns == ()  # a merger is not a former self
    # The register gives the opening, not the day of joining: a bound below, and the register's own day above.
    assert (hilltop.joined_after, hilltop.joined_by) == (date(2016, 8, 31), date(2026, 1, 15))
    assert zoe.joined_after is None and "is not in the register" in zoe.note
    assert trust.settings["run"] == {
        "as_at": "2026-04-30", "edition": "trustees", "membership": "all_current"
    }  # fmt: skip


def refused(tmp_path, match, *arguments, **named):
    with pytest.raises(SourceError, match=match):
        begin(tmp_path / "data", *arguments, **named)
    assert not (tmp_path / "data").exists()


def test_what_cannot_be_is_refused_and_nothing_is_written(gias, tmp_path):
    refused(tmp_path, "no open establishment of the trust with UID 99", gias, "99")
    header = [name for name in register.HEADER if name != "Trusts (code)"]
    found = register.write(tmp_path / "search20260115.csv", register.INVENTED, header)
    refused(tmp_path, r"All establishment data", found, "4711")
    undated = register.write(tmp_path / "register.csv", register.INVENTED)
    begin(tmp_path / "other", undated, "4711", as_at=date(2026, 4, 30))
    before = (tmp_path / "other" / "trust.toml").read_bytes()
    with pytest.raises(SourceError, match="a trust in this folder already"):
        begin(tmp_path / "other", gias, "4711")
    assert (tmp_path / "other" / "trust.toml").read_bytes() == before


def test_the_day_of_a_report_is_not_the_registers_day(gias, tmp_path):
    begin(tmp_path / "data", gias, "4711")
    assert load(tmp_path / "data").trust.settings["run"]["as_at"] == date.today().isoformat()


@pytest.mark.parametrize(
    ("capitals", "written"),
    [
        ("GLF SCHOOLS", "GLF Schools"), ("ST BART'S MULTI-ACADEMY TRUST", "St Bart's Multi-Academy Trust"),
        ("THE HILL AND VALE TRUST", "The Hill and Vale Trust"), ("L.E.A.D. ACADEMY TRUST", "L.E.A.D. Academy Trust"),
        ("REACH2 ACADEMY TRUST", "REACH2 Academy Trust"), ("SISTERS OF ST. JOHN’S", "Sisters of St. John’s"),
        ("O'NEILL ACADEMIES", "O'Neill Academies"), ("MCAULEY CATHOLIC TRUST", "McAuley Catholic Trust"),
        ("ST. MARY'S CE MAT", "St. Mary's CE MAT"), ("Mixed Case TRUST", "Mixed Case TRUST"),
        ("ÉCOLE SCHOOLS", "École Schools"), ("THE DEBEN PARTNERSHIP", "The DEBen Partnership"),
    ],
)  # fmt: skip
def test_a_trust_in_capitals_is_written_as_people_write_it(capitals, written):
    assert as_people_write(capitals, ["DEBen Primary School"]) == written


def test_a_secondary_school_and_a_changed_name_are_told(tmp_path):
    high = register.school("900009", "Vale High School", "4711", "HILL AND VALE LEARNING TRUST",
                           **{"PhaseOfEducation (name)": "Secondary"})  # fmt: skip
    begun = begin(tmp_path / "data", register.write(tmp_path / NAME, [*register.INVENTED, high]), "4711")
    assert any("trust.toml has 'Hill and Vale Learning Trust'" in remark for remark in begun.remarks)
    assert [remark.split(":")[0] for remark in begun.remarks if "Secondary" in remark] == ["Vale High School"]


@real.needed
def test_a_real_trust_on_its_public_rows(tmp_path):
    trusts = rows(real.FOLDER / "ks2" / "england_ks2-mats-performance_2024-2025.csv")
    trust = next(row for row in trusts if row["TRUST_NAME"] == "GLF SCHOOLS")
    surrey = {row["URN"]: row for row in rows(real.FOLDER / "ks2" / "raw_2016-936-ks2.csv")}
    own = [urn for urn in trust["INSTITUTIONS_INMAT"].split(";") if urn in surrey]
    gias = register.write(tmp_path / NAME, [
        register.school(urn, surrey[urn]["SCHNAME"], trust["TRUST_UID"], trust["TRUST_NAME"],
                        **{"LA (code)": "936", "LA (name)": "Surrey", "EstablishmentNumber": surrey[urn]["ESTAB"]})
        for urn in own
    ])  # fmt: skip
    begin(tmp_path / "data", gias, trust["TRUST_UID"], comparators=ROOT / "data" / "national.csv")
    for name, published in (("raw_2016-936-ks2.csv", "2017-12"), ("england_ks2-mats-performance_2024-2025.csv",
                                                                  "2025-12")):  # fmt: skip
        file = real.FOLDER / "ks2" / name
        added = symphony("add", file, "--published", published, "--data", tmp_path / "data")
        assert added.returncode == 0, added.stdout
    inputs = load(tmp_path / "data")
    assert len(inputs.trust.schools) == len(own) == 12
    analysis = open_analysis("2024/25", "2026-01-15", data_dir=tmp_path / "data")
    figures = release_figures(analysis).to_dict("records")
    shown = of_trust(figures, "ks2_dfe_trust_rwm_expected_percent", 202425)
    assert f"{shown['value']}%" == trust["PRWM_EXP_WGTAVG"]
    # 2016/17: each school's percentage comes back from the counts that the trust's figure pools.
    table = inputs.table("ks2")
    ours = table[(table["geographic_level"] == "School") & (table["pupil_group"] == "all")]
    told = {row.school_urn: (row.eligible_count, row.rwm_expected_count) for row in ours.itertuples()}
    with (real.FOLDER / "ks2" / "raw_2016-936-ks2.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["URN"] in own and (row["PTRWM_EXP"] or "").endswith("%"):
                pupils, reached = told[row["URN"]]
                assert (pupils, round(100 * reached / pupils)) == (int(row["TELIG"]), int(row["PTRWM_EXP"][:-1]))
