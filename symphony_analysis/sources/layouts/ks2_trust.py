"""DfE's key stage 2 measures for every trust: weighted over the schools that were in it long enough.

SUPPMAT says that DfE suppressed a figure because few pupils or schools are in the trust's group; NELIG that the
trust is not eligible for the measures. Only this trust's own row is read.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from symphony_analysis.sources.declare import rules
from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import (
    PERFORMANCE_TABLES,
    TABLE,
    Column,
    Due,
    Source,
    count,
    from_column,
    percent,
)
from symphony_analysis.sources.declare.tables import Table, moved

_END = {"all": "", "disadvantaged": "_FSM6CLA1A", "other": "_NOTFSM6CLA1A"}
TRUST = Table(
    "ks2_trust",
    ("eligible_count", "rwm_expected_percent", "schools_counted", "schools_expected", "pupils_percent"),
)


def keep(context: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    """Only the trust's own row, by its UID or group id."""
    uid, group_id = context.trust.identity.get("uid", ""), context.trust.identity.get("group_id", "")
    at_uid, at_id = places["uid"], places["group_id"]

    def wanted(row: Sequence[str]) -> bool:
        return bool(
            (uid and row[at_uid].strip() == uid)
            or (not uid and group_id and row[at_id].strip().upper() == group_id.upper())
        )

    return wanted


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What does DfE publish for the trust as a whole, over which of its schools and pupils?

    One row a pupil group. Eligible pupils of a group are not published ("NP"): only its share is.
    """
    groups = []
    for group in _END:
        made = pd.DataFrame({"pupil_group": group}, index=frame.index)
        counted = "schools_disadvantaged" if group == "disadvantaged" else "schools_counted"
        names = {"schools_expected": "schools_in_trust", "schools_counted": counted}
        made = moved(made, frame, {"rwm_expected_percent": f"{group}_rwm_expected", **names})
        if group == "all":
            made = moved(made, frame, {"eligible_count": "eligible"}).assign(
                pupils_percent=np.where(frame["eligible"].isna(), np.nan, 100.0),
                pupils_percent_symbol=frame["eligible_symbol"],
            )
        else:
            made = made.assign(eligible_count=np.nan, eligible_count_symbol="NP")
            made = moved(made, frame, {"pupils_percent": f"{group}_pupils"})
        groups.append(made)
    return pd.concat(groups, ignore_index=True).assign(
        time_period=context.year.code, geographic_level="Trust", school_urn="", source_file=context.file
    )


SOURCE = Source(
    name="ks2_trust",
    title="Key stage 2 multi-academy trust measures",
    homepage=PERFORMANCE_TABLES,
    table="ks2_trust",
    weight=TABLE,
    due=Due("Key stage 2 multi-academy trust measures", 1, 12),
    partial=True,
    columns=(
        Column("TIME_PERIOD", "academic_year", "year"),
        Column("TRUST_NAME", "trust"),
        Column("TRUST_UID", "uid"),
        Column("TRUST_ID", "group_id"),
        count("NUMINST_MATPTINC", "schools_counted"),
        count("NUMINST_FSM6CLA1A_MATPTINC", "schools_disadvantaged"),
        count("NUMINST_INMAT", "schools_in_trust"),
        count("TELIG_MATPTINC", "eligible"),
        percent("PFSM6CLA1A_MATPTINC", "disadvantaged_pupils", sign=True),
        percent("PNOTFSM6CLA1A_MATPTINC", "other_pupils", sign=True),
        *(percent(f"PRWM_EXP_WGTAVG{end}", f"{group}_rwm_expected", sign=True) for group, end in _END.items()),
    ),
    key=("uid",),
    symbols={code: code for code in ("SUPP", "SUPPMAT", "NELIG", "NA", "NE", "LOWCOV")},
    tidy=tidy,
    year_of=from_column("TIME_PERIOD"),
    recognised_by=("TRUST_UID", "PRWM_EXP_WGTAVG", "NUMINST_MATPTINC"),
    keep=keep,
    checks=(
        # Published as whole per cents: total and group may each be half a point off.
        rules.between("all_rwm_expected", "disadvantaged_rwm_expected", "other_rwm_expected", 1.0),
    ),
)
