"""Figures in parts add up to totals: there are none of a total that the report hides."""

from dataclasses import replace

from symphony_analysis.analysis import Analysis
from symphony_analysis.measures import MEASURES
from symphony_analysis.sources import inputs, load

READING, ALL_THREE = (MEASURES[name] for name in ("ks2_reading_expected_percent", "ks2_rwm_higher_percent"))


def of_the_trust(analysis):
    told = analysis.parts(READING, ["sex"], [analysis.year])
    trust = told[told["geographic_level"].eq("Trust")]
    return {group: rows["value"].notna().all() for group, rows in trust.groupby("pupil_group")}


def test_there_are_no_parts_of_a_group_whose_total_is_hidden_in_a_measure_of_the_same_pupils(analysis, monkeypatch):
    assert of_the_trust(analysis) == {"all": True, "disadvantaged": True, "other": True}
    shown = Analysis.shown

    def hides(self, declared, edition=""):
        told = shown(self, declared, edition)
        keys = {"measure": ALL_THREE.name, "geographic_level": "Trust", "time_period": self.year.code}
        one = (told.frame[list(keys)] == list(keys.values())).all(axis=1) & told.frame["pupil_group"].ne("all")
        assert one.any()
        return replace(told, frame=told.frame.assign(symbol=told.frame["symbol"].mask(one, "c")))

    monkeypatch.setattr(Analysis, "shown", hides)
    assert of_the_trust(analysis) == {"all": True, "disadvantaged": False, "other": False}


def test_a_pupil_file_is_read_once_for_its_parts_and_what_was_given_out_can_be_changed(analysis, monkeypatch):
    fresh = Analysis(analysis.year, analysis.as_at, "internal", None, load(analysis.inputs.data_dir))
    absence, read, files = MEASURES["overall_absence_percent"], inputs.read_file, []

    def noted(content, source, context):
        files.append(context.file)
        return read(content, source, context)

    monkeypatch.setattr(inputs, "read_file", noted)
    first = fresh.parts(absence, ["half term"], [fresh.year])
    again = fresh.parts(absence, ["half term"], [fresh.year])
    assert first["value"].equals(again["value"]) and len(first)
    given = fresh.inputs.parts("attendance", ["half term"], [fresh.year])["Autumn 1"]
    del given["possible_sessions_count"]
    assert fresh.parts(absence, ["half term"], [fresh.year])["value"].equals(first["value"])
    fresh.parts(absence, ["year group"], [fresh.year])
    assert sum("attendance" in file for file in files) == 1, files
