"""Get Information About Schools: the register of establishments, and the links between old and new URNs."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.pupil_counts import as_schools, present
from symphony_analysis.sources.declare.source import Column, Source, count, no_year
from symphony_analysis.sources.declare.tables import Table, moved

_HOME = "https://get-information-schools.service.gov.uk/Downloads"
_NONE = {"NULL": "", "Not applicable": "", "not applicable": "", "Does not apply": ""}
SCHOOLS = Table(
    "schools",
    ("capacity_count", "pupils_count"),
    ("name", "status", "phase", "opened", "closed", "trust_code", "trust_name"),
)
LINKED = Table("links", (), ("link_urn", "link_name", "link_type", "established"))


def keep(context: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
    """Rows of the trust's schools, under present and previous URNs."""
    urn = places["urn"]
    return lambda row: context.ours_or_unclear(row[urn])


def tidy(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """What is each school's name, status, phase, capacity and trust on the register? The present URN's row."""
    rows = frame[frame["urn"].isin(list(context.present_urns))]
    rows = rows.assign(school_urn=present(rows["urn"], context), pupil_group="all")
    rows = rows.assign(_present=rows["urn"] == rows["school_urn"]).sort_values(
        "_present", ascending=False, kind="stable"
    )
    rows = as_schools(rows.drop_duplicates("school_urn"), context)
    if "trust_code" not in rows:
        rows = rows.assign(trust_code="")
    return moved(rows, rows, {"capacity_count": "capacity", "pupils_count": "pupils"})


def tidy_links(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Which establishments came before or after each school of the trust? One row a link."""
    rows = frame[frame["urn"].isin(list(context.present_urns))]
    return as_schools(rows.assign(school_urn=rows["urn"], pupil_group="all"), context)


SOURCE = Source(
    name="gias",
    title="Get Information About Schools: establishments",
    homepage=_HOME,
    table="schools",
    partial=True,
    encodings=("utf-8-sig", "cp1252"),
    columns=(
        Column("URN", "urn", "urn"),
        Column("LA (code)", "authority", blank=""),
        Column("EstablishmentNumber", "estab", blank=""),
        Column("EstablishmentName", "name"),
        Column("EstablishmentStatus (name)", "status", blank=""),
        Column("PhaseOfEducation (name)", "phase", blank=""),
        Column("OpenDate", "opened", "date", blank=""),
        Column("CloseDate", "closed", "date", blank=""),
        count("SchoolCapacity", "capacity"),
        count("NumberOfPupils", "pupils"),
        Column("Trusts (code)", "trust_code", blank="", required=False),
        Column("Trusts (name)", "trust_name", blank="", longest=400),
    ),
    key=("urn",),
    symbols=_NONE,
    tidy=tidy,
    year_of=no_year,
    recognised_by=("URN", "EstablishmentName", "EstablishmentStatus (name)", "PhaseOfEducation (name)"),
    keep=keep,
)
LINKS = Source(
    name="gias_links",
    title="Get Information About Schools: links between establishments",
    homepage=_HOME,
    table="links",
    encodings=("utf-8-sig", "cp1252"),
    columns=(
        Column("URN", "urn", "urn"),
        Column("LinkURN", "link_urn", "urn"),
        Column("LinkName", "link_name", blank=""),
        Column("LinkType", "link_type"),
        Column("LinkEstablishedDate", "established", "date", blank=""),
    ),
    key=("urn", "link_urn", "link_type"),
    symbols=_NONE,
    tidy=tidy_links,
    year_of=no_year,
    recognised_by=("URN", "LinkURN", "LinkType", "LinkEstablishedDate"),
    keep=keep,
)
