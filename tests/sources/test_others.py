"""Others beside our figures, out of DfE's own files: another authority, similar schools, all trusts; worked by hand."""

import pytest

from symphony_analysis import explore
from symphony_analysis.analysis import open_analysis
from symphony_analysis.names import UnknownNameError
from symphony_analysis.sources import others
from tests.sources import bad_bases
from tests.sources import tables as ks2
from tests.sources.test_place import accounts, national, similar

RWM = "ks2_rwm_expected_percent"


def opened(folder):
    return open_analysis("2024/25", "2026-04-30", "internal", data_dir=folder.path)


def published(folder, day="2025-12-11"):
    listed = folder.path / "raw" / "202425" / "manifest.csv"
    listed.write_text(listed.read_text().replace(",final,,", f",final,{day},"))


def shown(answer):
    return dict(zip(answer["who"], answer["shown"], strict=True))


def test_another_authority_is_beside_ours_by_its_code(folder):
    rows = [ks2.england("5", TELIG="650000"), ks2.school("100001", PTRWM_EXP="60%")]
    ks2.add_ks2(folder, [*rows, ks2.authority("855", PTRWM_EXP="64%"), ks2.authority("830", PTRWM_EXP="57%")])
    answer = explore.ask(opened(folder), RWM)
    with pytest.raises(UnknownNameError, match="no figure of 830 to put beside these"):
        answer.beside("830")  # without a day of publication it is not known whether it was public
    published(folder)
    both = explore.ask(opened(folder), RWM).beside("830")
    assert shown(both)["local authority 830"] == "57%" and len(both) == len(answer) + 1
    assert "file: raw/202425/ks2_table.csv" in str(both.trace())
    assert both.chart().svg
    published(folder)
    early = open_analysis("2024/25", "2025-11-30", "internal", data_dir=folder.path)
    with pytest.raises(UnknownNameError, match="no comparator '831'"):
        explore.ask(early, RWM).beside("831")


def test_an_authority_is_known_by_the_name_that_a_file_gives_it(folder):
    school = dict(zip(bad_bases.ABSENCE, bad_bases.absence.rows[0], strict=True)) | {"la_name": "Leicestershire"}
    england = school | {"geographic_level": "National", "school_urn": "", "school_laestab": "", "old_la_code": ""}
    derby = england | {"geographic_level": "Local authority", "old_la_code": "831", "la_name": "Derby"}
    folder.add("ees_absence", [each.values() for each in (school, england, derby)], [*school], origin="official")
    published(folder)
    assert others.authorities(folder.load(), folder.load().years)["831"] == "Derby"
    assert "Derby" in shown(explore.ask(opened(folder), "overall absence").beside("derby"))


def test_schools_have_their_similar_schools_beside_them(folder):
    national(folder, 200)
    answer = explore.ask(opened(folder), RWM, by="school")
    with pytest.raises(UnknownNameError, match=r"similar_schools\.csv and DfE's performance table of the year have"):
        answer.beside("similar schools")
    similar(folder, '100001,200049;200059 200069;400000,"the trust, by size"')
    told = shown(explore.ask(opened(folder), RWM, by="school").beside("similar schools"))
    assert told["3 schools similar to Ash"] == "60%"  # 50%, 60% and 70% of as many pupils each


def test_all_trusts_of_the_file_are_beside_ours_as_dfe_publishes_it(folder):
    national(folder, 20)
    rows = [ks2.trust_row(TRUST_UID=str(5000 + n), PRWM_EXP_WGTAVG=f"{n}%") for n in range(100)]
    rows += [ks2.trust_row(), ks2.trust_row(TRUST_UID="6000", PRWM_EXP_WGTAVG="SUPPMAT")]
    rows += [ks2.trust_row(TIME_PERIOD="202324", TRUST_UID=str(7000 + n), PRWM_EXP_WGTAVG="99%") for n in range(200)]
    folder.add("ks2_trust", rows, ks2.TRUST_HEADER, origin="official")
    told = shown(explore.ask(opened(folder), RWM).beside("trusts"))
    # 0% to 99% and our own 73%: of 101 trusts the 26th, the 51st and the 76th.
    assert [told[f"{share} of 101 trusts are below"] for share in ("a quarter", "half", "three quarters")] == [
        "25%", "50%", "74%",
    ]  # fmt: skip
    assert told["the trust, as DfE publishes it"] == "73%"
    with pytest.raises(UnknownNameError, match="of reading, writing and maths together"):
        explore.ask(opened(folder), "ks2_maths_expected_percent").beside("trusts")


def test_primary_trusts_of_the_accounts_are_beside_our_finances(folder):
    accounts(folder, 120)
    told = shown(explore.ask(opened(folder), "staff_costs_percent", year="2024/25").beside("trusts"))
    assert told["half of 121 primary trusts are below"] == "48.0%"
    assert told["the trust, as DfE publishes it"] == told["the trust"] == "96.0%"
