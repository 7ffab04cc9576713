"""What the trustees' edition hides of 2024/25, by kind: ``python -m tests.protect.hidden`` prints the table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symphony_analysis.measures import MEASURES

YEAR = 202425
KEYS = ["measure", "time_period", "geographic_level", "school_urn", "pupil_group"]
KINDS = {
    "Key stage 2": "ks2",
    "Reception, phonics, tables check": ("eyfs", "phonics", "mtc"),
    "Attendance": ("overall_absence", "authorised", "unauthorised", "persistent"),
    "Severe absence, EHC plans": ("severe", "ehc"),
    "Roll and context": ("pupils_count", "sen_support", "english_add"),
}


def hidden_by_kind(truth: pd.DataFrame, shown: pd.DataFrame) -> list[tuple]:
    """By kind of measure: figures, internal only, hidden, of 11 pupils or more, hidden of these."""
    told = truth.drop(columns="symbol").merge(shown[[*KEYS, "symbol"]], on=KEYS, how="left", validate="one_to_one")
    about = np.array([bool(MEASURES[n].pupils_column) and MEASURES[n].pooled for n in told["measure"]])
    school = told["geographic_level"].eq("School") & told["time_period"].eq(YEAR) & told["value"].notna()
    told = told[about & school]
    events = np.array([MEASURES[n].area == "exclusions" for n in told["measure"]])
    kinds = [(kind, told["measure"].str.startswith(begin).to_numpy() & ~events) for kind, begin in KINDS.items()]
    assert (sum(rows for _, rows in kinds) == ~events).all()
    parts = [*kinds, ("All but suspensions and exclusions", ~events), ("Suspensions and exclusions", events)]
    return [(kind, *_counted(told[rows])) for kind, rows in parts]


def _counted(rows: pd.DataFrame) -> tuple[int, ...]:
    hidden, many = rows["symbol"].eq("c"), rows["pupils"] >= 11
    return len(rows), int(rows["symbol"].isna().sum()), int(hidden.sum()), int(many.sum()), int((hidden & many).sum())


if __name__ == "__main__":
    from symphony_analysis.analysis import open_analysis

    analysis = open_analysis("2024/25", "2026-04-30", "trustees", "", "data")
    table = hidden_by_kind(analysis.compared(MEASURES.values()), analysis.shown(MEASURES.values()).frame)
    print("\n".join("| " + " | ".join(map(str, row)) + " |" for row in table))
