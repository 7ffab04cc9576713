"""Every mainstream school of England in the key stage 2 performance table: what a school's place is worked out from."""

from __future__ import annotations

import pandas as pd

from symphony_analysis.sources.layouts import ks2_table
from symphony_analysis.sources.reading.few_columns import few_columns

#: Our headline measures, and what the layout of the table calls the column that publishes them.
HEADLINES = {
    "ks2_rwm_expected_percent": "all_rwm_expected",
    "ks2_rwm_higher_percent": "all_rwm_higher",
    "ks2_reading_average_score": "all_reading_average",
    "ks2_maths_average_score": "all_maths_average",
}
_MAINSTREAM = "1"


def every_school(content: bytes, shown: str) -> pd.DataFrame:
    """The published figures of England's mainstream schools: a row a school (its URN), a column a measure in its unit.

    ``eligible_count`` are the pupils behind them. NaN where nothing is published.
    """
    wanted = {"rectype": "rectype", "urn": "urn", **HEADLINES, "eligible_count": "all_eligible"}
    frame = few_columns(content, shown, ks2_table.SOURCE, wanted)
    schools = frame[frame["rectype"] == _MAINSTREAM]
    values = [name for name in wanted if name not in {"rectype", "urn"}]
    told = {name: pd.to_numeric(schools[name].str.rstrip("%"), errors="coerce") for name in values}
    return pd.DataFrame(told).set_index(schools["urn"].rename("school_urn"))
