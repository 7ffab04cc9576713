"""Every mainstream school of England in the key stage 2 performance table: what a school's place is worked out from."""

from __future__ import annotations

import io

import pandas as pd

from symphony_analysis.sources.declare.header_matching import names_of, plain
from symphony_analysis.sources.layouts import ks2_table
from symphony_analysis.sources.reading.csv_text import decoded

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
    ours = {
        plain(n): name
        for name, own in wanted.items()
        for n in names_of(ks2_table.SOURCE.column(own), ks2_table.SOURCE, None)
    }
    text = io.StringIO(decoded(content, shown))
    frame = pd.read_csv(text, dtype="str", usecols=lambda header: plain(header) in ours)
    frame = frame.rename(columns=lambda header: ours[plain(header)]).reindex(columns=[*wanted], fill_value="")
    schools = frame[frame["rectype"].str.strip() == _MAINSTREAM]
    values = [name for name in wanted if name not in {"rectype", "urn"}]
    told = {name: pd.to_numeric(schools[name].str.strip().str.rstrip("%"), errors="coerce") for name in values}
    return pd.DataFrame(told).set_index(schools["urn"].str.strip().rename("school_urn"))
