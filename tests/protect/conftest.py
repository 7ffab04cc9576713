"""The shipped data before disclosure control, and as both editions show it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from symphony_analysis.analysis import Analysis, open_analysis
from symphony_analysis.measures import MEASURES

DATA = Path(__file__).resolve().parents[2] / "data"
CELL = ["measure", "time_period", "geographic_level", "school_urn", "pupil_group"]


@pytest.fixture(scope="package")
def analysis() -> Analysis:
    return open_analysis("2024/25", "2026-04-30", "trustees", "", DATA)


@pytest.fixture(scope="package")
def truth(analysis) -> pd.DataFrame:
    return analysis.compared(MEASURES.values()).set_index(CELL)


@pytest.fixture(scope="package")
def editions(analysis) -> dict[str, pd.DataFrame]:
    return {n: analysis.shown(MEASURES.values(), n).frame.set_index(CELL) for n in ("trustees", "public")}
