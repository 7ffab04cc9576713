"""Strands beside a judgement: a trust at England's level gets none, a real lead is found, and scales are data."""

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from symphony_analysis import claims, compare, wording
from symphony_analysis.claims.judgements import STRANDS, of_figures, scale_of, sentence
from symphony_analysis.measures import MEASURES
from symphony_analysis.names import UnknownNameError
from symphony_analysis.report.pages.cover import grades
from symphony_analysis.years import AcademicYear
from tests.claims_made import absence, england, made
from tests.small_trust import TRUST
from tests.test_claims import PA

YEARS = (202223, 202324, 202425)
SCHOOLS = [str(100001 + n) for n in range(12)]
#: England's figure, and how many pupils of a school and year the measure is of.
LEVEL = {
    "eyfs_gld_percent": (68.0, 38), "phonics_year1_expected_percent": (80.0, 38), "mtc_average_score": (20.6, 38),
    "ks2_rwm_expected_percent": (62.0, 40), "ks2_rwm_higher_percent": (8.0, 40), "overall_absence_percent": (5.5, 270),
    "persistent_absence_percent": (14.6, 270), "severe_absence_percent": (0.9, 270), "suspension_rate": (1.8, 280),
    "permanent_exclusion_rate": (0.03, 280),
}  # fmt: skip


def _counts(rng, name, group, shift):
    """Numerator, denominator, pupils and variance of one school's year, every pupil with England's chance."""
    level, pupils = LEVEL[name]
    level, pupils, kind = level + shift, pupils if group == "all" else 8, MEASURES[name].kind
    if kind == "share":
        return rng.binomial(pupils, level / 100), pupils, pupils, np.nan
    if kind == "events":
        return rng.poisson(level / 100 * pupils), pupils, pupils, 1.0
    each = rng.normal(level, 5, pupils) if kind == "mean" else rng.gamma(1.2, level / 1.2, pupils)
    below = pupils if kind == "mean" else 100 * pupils
    return each.sum(), below, pupils, each.var(ddof=1) / pupils


def _year_of_strands(rng, shift=0.0):
    rows = []
    for name, group in dict.fromkeys(strand for those in STRANDS.values() for strand in those):
        for code in YEARS:
            schools = [(urn, *_counts(rng, name, group, shift)) for urn in SCHOOLS]
            above, below, pupils = (sum(each[n] for each in schools) for n in (1, 2, 3))
            whole = [each[4] * each[3] ** 2 for each in schools]
            # As of events: the overdispersion is one; of means: the variances of sums add up.
            variance = 1.0 if MEASURES[name].kind == "events" else sum(whole) / pupils**2
            places = [("Trust", "", above, below, pupils, variance), *(("School", *each) for each in schools)]
            rows += [(name, group, code, *place) for place in places]
    columns = ["measure", "pupil_group", "time_period", "geographic_level", "school_urn", "numerator", "denominator"]
    frame = pd.DataFrame(rows, columns=[*columns, "pupils", "spread"])
    per = frame["measure"].map({name: getattr(m.formula, "per", 1.0) for name, m in MEASURES.items()})
    decimals = frame["measure"].map(lambda name: 2 if name == "permanent_exclusion_rate" else 1)
    return frame.assign(
        value=frame["numerator"] / frame["denominator"] * per, symbol="", member=True, schools_counted=len(SCHOOLS),
        england_value=frame["measure"].map(lambda name: LEVEL[name][0]), england_decimals=decimals, england_held=True,
    )  # fmt: skip


def _strands(rng, shift=0.0):
    rows = _year_of_strands(rng, shift)
    return of_figures(rows, compare.pooled(rows, MEASURES, compare.Rule()))


@pytest.mark.parametrize("times", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_a_trust_at_englands_level_gets_no_clear_strand_in_95_of_100_years(times):
    rng = np.random.default_rng(2025)
    found = [_strands(rng)["word"] for _ in range(times)]
    clear = sum(bool(words.isin([compare.BETTER, compare.WORSE]).any()) for words in found)
    assert clear <= 0.05 * times
    words = set(pd.concat(found))
    assert words <= {compare.SAME, compare.BETTER, compare.WORSE, claims.PUPILS_BETTER, claims.PUPILS_WORSE}


def test_a_real_lead_is_found():
    told = _strands(np.random.default_rng(7), shift=9.0).set_index(["measure", "pupil_group"])["word"]
    assert told["ks2_rwm_expected_percent", "all"] == compare.BETTER
    assert told["overall_absence_percent", "all"] == compare.WORSE


def test_a_lead_of_one_school_is_no_lead_of_the_trust():
    rows = _year_of_strands(np.random.default_rng(3))
    rwm = (rows["measure"] == "ks2_rwm_expected_percent") & (rows["pupil_group"] == "all")
    last = rows["school_urn"] == SCHOOLS[-1]
    rest = rwm & (rows["geographic_level"] == "School")
    rows.loc[rest, "numerator"] = np.where(last[rest], 40.0, 25.8)
    total = rows[rest].groupby("time_period")["numerator"].sum()
    trust = rwm & (rows["geographic_level"] == "Trust")
    rows.loc[trust, "numerator"] = rows.loc[trust, "time_period"].map(total).to_numpy()
    rows.loc[rwm, "value"] = rows.loc[rwm, "numerator"] / rows.loc[rwm, "denominator"] * 100
    told = of_figures(rows, compare.pooled(rows, MEASURES, compare.Rule())).set_index(["measure", "pupil_group"])
    row = told.loc[("ks2_rwm_expected_percent", "all")]
    assert row["word"] == claims.PUPILS_BETTER
    assert row["schools_high"] - row["schools_low"] > row["interval_high"] - row["interval_low"]


def test_the_sentence_counts_each_word_and_names_its_strands():
    rows = pd.DataFrame({
        "word": [compare.BETTER, claims.PUPILS_BETTER, compare.SAME, compare.NOT_YET],
        "measure": ["mtc_average_score", "eyfs_gld_percent", "ks2_rwm_higher_percent", "suspension_rate"],
        "pupil_group": "all", "years": "2023/24 to 2024/25",
    })  # fmt: skip
    assert sentence(rows) == (
        "2023/24 to 2024/25 together: 1 of 4 measures clearly better than England (Multiplication tables check, "
        "average score), 1 better but less surely, as the schools differ (Early years, good level of development), "
        "1 not clearly different (Reading, writing and maths, higher standard), 1 not yet published (Suspensions)."
    )
    assert sentence(rows[3:]) == sentence(rows[:0]) == ""


OLD = {"since": "2022/23", "steps": ["requires_improvement", "good", "outstanding"], "good": "good"}
CARD = {"since": "2024/25", "steps": ["needs_attention", "expected_standard", "exceptional"],
        "good": "expected_standard", "apart": ["met"]}  # fmt: skip


def _judged(bands, worse=False, scales=(OLD, CARD)):
    own = (("100001", 40), ("100002", 42), ("100003", 38))
    given = absence(*((code, urn, "all", 400, n) for code in (202324, 202425) for urn, n in own))
    trust = TRUST.__class__(**(vars(TRUST) | {"settings": {"scales": list(scales)}}))
    known = [england(PA, code, 5.0 if worse else 10.2) for code in (202324, 202425)]
    row = {"id": "J", "area": "attendance", "bands": bands, "wording": "We judge"}
    return claims.judgements(made({"attendance": given}, {"judgements": [row]}, known, trust=trust)).iloc[0]


@pytest.mark.parametrize(
    ("bands", "worse", "flag"),
    [
        ("needs_attention", True, ""),
        ("expected_standard", True, "Judged expected standard or better, and clearly worse than England: Persistent"),
        ("expected_standard", False, ""),
        ("exceptional", False, "Judged above expected standard, and no measure is clearly better than England."),
        ("met", True, ""),
    ],
)
def test_a_judgement_is_flagged_only_where_strands_point_the_other_way(bands, worse, flag):
    told = _judged(bands, worse)
    assert told["flag"].startswith(flag) and bool(told["flag"]) == bool(flag)
    assert told["judged"] == bands.replace("_", " ").capitalize()


def test_a_year_of_report_cards_is_drawn_and_summarised_in_its_words():
    trust = TRUST.__class__(**(vars(TRUST) | {"settings": {"scales": [OLD, CARD]}}))
    row = {"id": "J", "area": "attendance", "bands": "expected_standard;exceptional", "wording": "We judge"}
    analysis = made(kept={"judgements": [row]}, trust=trust)
    drawn = BeautifulSoup(wording.judgement(analysis, "attendance"), "html.parser").find(class_="scale")
    assert [step.get_text() for step in drawn] == ["Needs attention", "Expected standard", "Exceptional"]
    assert [step.get_text() for step in drawn.select(".on")] == ["Expected standard", "Exceptional"]
    assert drawn["aria-label"] == "Judgement: Expected standard to exceptional, on a scale of three steps"
    told = grades(analysis.inputs, analysis.year, ["50_attendance"])
    assert told == {"50_attendance": "Graded as Expected standard/Exceptional"}


def test_a_year_is_judged_in_the_words_of_its_own_scale():
    with pytest.raises(UnknownNameError, match="row 2, column bands: found 'good'; expected one of needs_attention"):
        _judged("good")
    assert _judged("good", scales=[OLD])["judged"] == "Good"
    assert scale_of({"scales": [OLD, CARD]}, AcademicYear.parse("2023/24")).steps[-1] == "outstanding"
    with pytest.raises(ValueError, match=r"trust.toml: \[\[scales\]\] 1"):
        scale_of({"scales": [OLD | {"good": "great"}]}, AcademicYear.parse("2023/24"))
