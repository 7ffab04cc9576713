"""A few columns of every row of a national file, for what needs no more of it."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pandas as pd

from symphony_analysis.sources.declare.header_matching import names_of, plain
from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.reading.csv_text import decoded


def few_columns(content: bytes, shown: str, source: Source, wanted: Mapping[str, str]) -> pd.DataFrame:
    """These columns of every row of a file, as text without spaces around it; one that the file lacks is blank.

    ``wanted`` gives the layout's name of each by the name that it is to have.
    """
    ours = {plain(n): name for name, own in wanted.items() for n in names_of(source.column(own), source, None)}
    text = io.StringIO(decoded(content, shown))
    frame = pd.read_csv(text, dtype="str", keep_default_na=False, usecols=lambda header: plain(header) in ours)
    frame = frame.rename(columns=lambda header: ours[plain(header)]).reindex(columns=[*wanted], fill_value="")
    return frame.apply(lambda column: column.str.strip())
