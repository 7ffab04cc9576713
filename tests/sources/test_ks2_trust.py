"""DfE's trust-level measures: only this trust's row, codes as reasons, quoted or not."""

import csv
import io
import math

import pytest

from symphony_analysis.sources import SourceError
from tests.sources import tables
from tests.sources.conftest import one


def test_only_this_trusts_row_is_read_with_how_many_schools_counted(folder):
    other = tables.trust_row(TRUST_UID="16356", TRUST_ID="SP01875", PRWM_EXP_WGTAVG="1%")
    folder.add("ks2_trust", [other, tables.trust_row()], tables.TRUST_HEADER)
    table = folder.load().table("ks2_trust")
    everyone = one(table, pupil_group="all")
    assert (everyone.rwm_expected_percent, everyone.eligible_count) == (73, 475)
    assert (everyone.schools_counted, everyone.schools_expected, everyone.pupils_percent) == (10, 11, 100)
    poor = one(table, pupil_group="disadvantaged")
    assert (poor.rwm_expected_percent, poor.pupils_percent, poor.eligible_count_symbol) == (49, 16, "NP")
    assert one(table, pupil_group="other").rwm_expected_percent == 78


@pytest.mark.parametrize("code", ["SUPPMAT", "NELIG", "SUPP"])
def test_a_suppressed_group_keeps_its_code(folder, code):
    folder.add("ks2_trust", [tables.trust_row(PRWM_EXP_WGTAVG_FSM6CLA1A=code)], tables.TRUST_HEADER)
    poor = one(folder.load().table("ks2_trust"), pupil_group="disadvantaged")
    assert math.isnan(poor.rwm_expected_percent)
    assert poor.rwm_expected_percent_symbol == code


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_quoted_and_unquoted_files_with_and_without_byte_order_mark_read_alike(folder, quoting, mark):
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator="\r\n")
    writer.writerows([tables.TRUST_HEADER, tables.trust_row()])
    folder.add("ks2_trust", (mark + text.getvalue()).encode("utf-8"))
    assert one(folder.load().table("ks2_trust"), pupil_group="all").rwm_expected_percent == 73


def test_a_total_outside_its_two_groups_is_refused(folder):
    folder.add("ks2_trust", [tables.trust_row(PRWM_EXP_WGTAVG="83%")], tables.TRUST_HEADER)
    with pytest.raises(SourceError, match=r"found 83 with \S+ 49 and \S+ 78; expected a figure between"):
        folder.load().table("ks2_trust")


def test_whole_per_cents_may_put_the_total_a_point_outside(folder):
    folder.add("ks2_trust", [tables.trust_row(PRWM_EXP_WGTAVG="79%")], tables.TRUST_HEADER)
    assert one(folder.load().table("ks2_trust"), pupil_group="all").rwm_expected_percent == 79
