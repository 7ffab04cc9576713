"""Other authorities and trusts in DfE's files: read when a question asks for them, never for a report."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.inputs import Inputs
from symphony_analysis.sources.layouts import ks2_trust
from symphony_analysis.sources.own import national
from symphony_analysis.sources.reading.open_tables import few_columns
from symphony_analysis.sources.reading.read_file import demand, read_file
from symphony_analysis.sources.writing.national_rows import england_rows
from symphony_analysis.years import AcademicYear

_PLACE = ("authority", "authority_name")
_TRUST = {"uid": "uid", "name": "trust", "year": "academic_year"}
_RWM = {group: f"{group}_rwm_expected" for group in ("all", "disadvantaged", "other")}


def authorities(inputs: Inputs, years: Iterable[AcademicYear]) -> dict[str, str]:
    """The local authorities of which files of these years tell, the trust's own among them: code to name."""
    own = {inputs.trust.authority: inputs.trust.authority_name} if inputs.trust.authority else {}
    told: dict[str, str] = {}
    for _, row, source in inputs.files(years):
        asked = {each: each for each in _PLACE if each in {column.ours for column in source.columns}}
        if "authority" in asked and source.england and source.england_rows:
            places = few_columns(inputs.content(row), row.path, source, asked).reindex(columns=[*_PLACE], fill_value="")
            told |= {code: name or told.get(code, "") for code, name in places.drop_duplicates().to_numpy()}
    others = {code: name or f"local authority {code}" for code, name in told.items() if code.isdigit()}
    return others | {code: name or others.get(code, f"local authority {code}") for code, name in own.items()}


def figures_of_authority(inputs: Inputs, code: str, name: str, years: Iterable[AcademicYear]) -> pd.DataFrame:
    """What files of these years publish for a local authority and for England, with their ``source_file``.

    Rows are as of ``Inputs.national``. Raises SourceError for a file that cannot be used.
    """
    identity = {**inputs.trust.identity, "local_authority_code": code, "local_authority_name": name}
    trust = replace(inputs.trust, identity=identity)
    rows: list[dict[str, str]] = []
    for year, row, source in inputs.files(years):
        if source.england and source.england_rows:
            context = Context(trust, year, row.path)
            frame = demand(read_file(inputs.content(row), source, context))
            told, _ = england_rows(frame, source, context, {**row._asdict(), "file": row.path})
            rows += [each | {"source_file": row.path} for each in told]
    frame = pd.DataFrame(rows, columns=[*national.COLUMNS, "source_file"], dtype="str")
    return frame.astype({"time_period": "int64", "value": "float64", "decimals": "int64"})


def trusts(inputs: Inputs, year: AcademicYear) -> pd.DataFrame:
    """Every trust in DfE's key stage 2 measures of a year: name, its percentages at the expected standard, the file.

    A row a trust (its UID), a column a pupil group, NaN where nothing is published; no rows without such a file.
    """
    found = [pd.DataFrame(columns=["name", *_RWM, "source_file"])]
    for _, row, source in inputs.files([year]):
        if source.name == ks2_trust.SOURCE.name:
            told = few_columns(inputs.content(row), row.path, source, {**_TRUST, **_RWM})
            told = told[[AcademicYear.parse(each) == year for each in told["year"]]].set_index("uid")
            for group in _RWM:
                told[group] = pd.to_numeric(told[group].str.rstrip("%"), errors="coerce")
            found.append(told.drop(columns="year").assign(source_file=row.path))
    return max(found, key=len)
