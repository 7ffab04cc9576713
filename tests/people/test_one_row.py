"""A new school is one entry of trust.toml. A new section, one notebook, is in test_two_files."""

import shutil

from symphony_analysis.analysis import open_analysis
from tests.people.copies import ROOT

ENTRY = """
[[schools]]
name = "Newlands"
official_name = "Newlands Primary School"
urn = "159999"
previous_urns = ["129999"]
laestab = "8552999"
joined_after = ""
joined_by = "2022-09-01"
note = ""
"""


def test_a_school_entered_once_is_everywhere(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    register = tmp_path / "data" / "trust.toml"
    register.write_text(register.read_text(encoding="utf-8") + ENTRY, encoding="utf-8")
    analysis = open_analysis("2024/25", "2026-04-30", data_dir=tmp_path / "data")
    assert len(analysis.members) == 13 and analysis.trust.school("129999").name == "Newlands"
    rows = analysis.figures("attendance").rows(measure="overall_absence_percent", pupil_group="all")
    own = rows[(rows["school_name"] == "Newlands") & (rows["time_period"] == 202425)]
    assert own["symbol"].tolist() == ["x"]  # it counts, and has no file yet
    trust = rows[(rows["geographic_level"] == "Trust") & (rows["time_period"] == 202425)]
    assert trust[["schools_counted", "schools_expected"]].to_numpy().tolist() == [[12, 13]]
