"""Every mainstream school of England in the key stage 2 performance table: what a school's place is worked out from."""

from __future__ import annotations

import io

import pandas as pd

from symphony_analysis.sources.reading.csv_text import decoded

#: Our headline measures, and the columns of the table that publish them.
HEADLINES = {
    "ks2_rwm_expected_percent": "PTRWM_EXP",
    "ks2_rwm_higher_percent": "PTRWM_HIGH",
    "ks2_reading_average_score": "READ_AVERAGE",
    "ks2_maths_average_score": "MAT_AVERAGE",
}
_MAINSTREAM = "1"


def every_school(content: bytes, shown: str) -> pd.DataFrame:
    """The published figures of England's mainstream schools: a row a school, a column a measure, NaN where none is."""
    wanted = ("RECTYPE", *HEADLINES.values())
    text = decoded(content, shown)
    frame = pd.read_csv(io.StringIO(text), dtype="str", usecols=lambda name: name.strip() in wanted)
    frame = frame.rename(columns=str.strip)
    schools = frame[frame["RECTYPE"].str.strip() == _MAINSTREAM]
    numbers = {name: schools[column].str.strip().str.rstrip("%") for name, column in HEADLINES.items()}
    return pd.DataFrame({name: pd.to_numeric(cells, errors="coerce") for name, cells in numbers.items()})
