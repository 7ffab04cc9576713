"""Rows of DfE's wide tables for tests: every declared column, with believable values unless told otherwise."""

from symphony_analysis.sources.layouts import ks2_table, ks2_trust

KS2_HEADER = [*(column.official for column in ks2_table.SOURCE.columns), "PTRWM_EXP_24", "PTRWM_EXP_23"]
TRUST_HEADER = [column.official for column in ks2_trust.SOURCE.columns]
_PERCENTS = {"RWM_EXP": "60%", "RWM_HIGH": "10%", "_EXP": "75%", "_HIGH": "20%"}


def ks2_row(rectype, **given):
    """A full row: 40 eligible pupils, 10 of them disadvantaged, 60% at RWM and 75% in each subject, averages of 104."""
    row = {}
    for name in KS2_HEADER:
        ending = next((end for end in _PERCENTS if end in name), None)
        row[name] = _PERCENTS[ending] if ending else ""
        if "AVERAGE" in name:
            row[name] = "104"
    row |= {"RECTYPE": rectype, "LEA": "855", "TELIG": "40", "TFSM6CLA1A": "10", "TNotFSM6CLA1A": "30",
            "PTFSM6CLA1A": "25%", "PTNotFSM6CLA1A": "75%", "TOTPUPS": "280", "TPUPYEAR": "40",
            "PTRWM_EXP_24": "59%", "PTRWM_EXP_23": "58%"}  # fmt: skip
    if "TELIG" in given and "TFSM6CLA1A" not in given:
        row |= {"TFSM6CLA1A": "", "TNotFSM6CLA1A": "", "PTFSM6CLA1A": "", "PTNotFSM6CLA1A": ""}
    return [(row | given)[name] for name in KS2_HEADER]


def school(urn, **given):
    return ks2_row("1", URN=urn, ESTAB="2001", SCHNAME="A school", **given)


def authority(code, **given):
    return ks2_row("3", **({"LEA": code, "URN": " ", "SCHNAME": "Somewhere"} | given))


def england(rectype, **given):
    return ks2_row(rectype, **({"LEA": " ", "URN": " "} | given))


def cut_short(urn, *last):
    """A row that ends in TOTPUPS (NEW) or TPUPYEAR, as the table has them for schools without results."""
    row = school(urn)
    return [*row[: KS2_HEADER.index("TOTPUPS")], *last]


def add_ks2(folder, rows, year="202425"):
    return folder.add("ks2_table", rows, KS2_HEADER, year=year, origin="official")


def trust_row(**given):
    row = {"TIME_PERIOD": "202425", "TRUST_NAME": "THREE SCHOOLS TRUST", "TRUST_UID": "16329", "TRUST_ID": "TR03501",
           "NUMINST_MATPTINC": "10", "NUMINST_FSM6CLA1A_MATPTINC": "10", "NUMINST_INMAT": "11", "TELIG_MATPTINC": "475",
           "PFSM6CLA1A_MATPTINC": "16%", "PNOTFSM6CLA1A_MATPTINC": "84%", "PRWM_EXP_WGTAVG": "73%",
           "PRWM_EXP_WGTAVG_FSM6CLA1A": "49%", "PRWM_EXP_WGTAVG_NOTFSM6CLA1A": "78%"}  # fmt: skip
    return [(row | given)[name] for name in TRUST_HEADER]
