"""A register of establishments as GIAS gives it, with invented schools of two trusts, or of a real trust's names."""

import csv
from pathlib import Path

HEADER = (
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)", "OpenDate", "CloseDate", "PhaseOfEducation (name)", "SchoolCapacity",
    "NumberOfPupils", "Trusts (code)", "Trusts (name)", "UKPRN",
)  # fmt: skip
LINKS = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")


def school(urn, name, uid="4711", trust="HILL AND VALE LEARNING TRUST", status="Open", opened="01-09-2016", **more):
    row = dict.fromkeys(HEADER, "") | {
        "URN": urn, "LA (code)": "999", "LA (name)": "Invented", "EstablishmentNumber": str(int(urn) % 10_000),
        "EstablishmentName": name, "TypeOfEstablishment (name)": "Academy converter", "OpenDate": opened,
        "EstablishmentStatus (name)": status, "PhaseOfEducation (name)": "Primary", "SchoolCapacity": "210",
        "NumberOfPupils": "198", "Trusts (code)": uid, "Trusts (name)": trust,
    }  # fmt: skip
    return row | more


def write(path: Path, rows, header=HEADER) -> Path:
    """As the download is: Windows-1252."""
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore", restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


INVENTED = (
    school("900001", "Hilltop Primary School"),
    school("900002", "St Zoë's Church of England Primary School", opened=""),
    school("900003", "Vale Community Primary School"),
    school("900004", "Vale Junior School"),
    school("900005", "Closed Primary School", status="Closed"),
    school("900006", "Someone Else's Primary School", uid="4712", trust="Another Trust"),
)
BEFORE = (
    {"URN": "900001", "LinkURN": "800001", "LinkName": "Hilltop", "LinkType": "Predecessor",
     "LinkEstablishedDate": "01-09-2016"},
    {"URN": "800001", "LinkURN": "900001", "LinkName": "Hilltop", "LinkType": "Successor",
     "LinkEstablishedDate": "01-09-2016"},
    {"URN": "900003", "LinkURN": "800003", "LinkName": "Other", "LinkType": "Predecessor - merged",
     "LinkEstablishedDate": "01-09-2016"},
)  # fmt: skip
