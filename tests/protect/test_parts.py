"""Figures in parts add up to totals: there are none of a total that the report hides."""

from dataclasses import replace

from symphony_analysis.analysis import Analysis
from symphony_analysis.measures import MEASURES

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
