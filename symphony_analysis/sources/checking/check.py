"""Check the data folder, or files before they are added: every problem at once, one line each. Nothing is written."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from symphony_analysis.dates import day_in_words
from symphony_analysis.sources.checking import whole_records, whole_tables
from symphony_analysis.sources.checking.one_file import examined, known, one_file, years_of
from symphony_analysis.sources.checking.whole_tables import jumps
from symphony_analysis.sources.inputs import Inputs, load
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.sources.own import inspections, manifest, national, records
from symphony_analysis.sources.problems import SHOWN, WHOLE_FILE, Problem, SourceError, whole_file
from symphony_analysis.sources.pupil_identifiers import gate_exceptions
from symphony_analysis.sources.reading.csv_text import verified
from symphony_analysis.sources.reading.recognise import Recognised, recognised
from symphony_analysis.years import AcademicYear

REFUSED, FINE = 65, 0


@dataclass
class Checked:
    """What a check found: refusals, warnings, a line on each named file; of a whole folder its inputs and its grid."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    grid: pd.DataFrame | None = None
    inputs: Inputs | None = None
    files: int = 0
    each: list[str] = field(default_factory=list)
    _told: set[Problem] = field(default_factory=set, repr=False)

    @property
    def exit_code(self) -> int:
        """65 when anything is refused, 0 otherwise."""
        return REFUSED if self.problems else FINE

    def add(self, problems: Iterable[Problem]) -> None:
        """Sort problems into refusals and warnings, each told once."""
        for problem in problems:
            if problem not in self._told:
                self._told.add(problem)
                (self.warnings if problem.warning else self.problems).append(problem)

    def lines(self) -> list[str]:
        """One line a problem, refusals first; at most 200 of a kind, then how many more."""
        made = []
        for told, word in ((self.problems, ""), (self.warnings, "warning: ")):
            made += [f"{word}{problem}" for problem in told[:SHOWN]]
            if len(told) > SHOWN:
                made.append(f"{word}... and {len(told) - SHOWN} more")
        return made


def check(data_dir: str | Path, files: Sequence[str | Path] = (), year: str = "") -> Checked:
    """Check a whole data folder, or only these files (or all of a folder) against its trust.

    Never raises for what the data hold. ``year`` is that of files that do not tell it.
    """
    found = Checked()
    try:
        inputs = load(data_dir)
        inputs.trust, inputs.mappings  # noqa: B018 - both must hold
    except SourceError as fault:
        found.add(fault.problems)
        return found
    if files:
        for file in map(Path, files):
            inside = (
                sorted(p for p in file.iterdir() if p.is_file() and p.name[:2] != "~$") if file.is_dir() else [file]
            )
            for path in inside:
                _one(path, year, inputs, found)
        return found
    _own_files(inputs, found)
    _listed_files(inputs, found)
    _strays(inputs, found)
    if not found.problems:
        found.add(_tables(inputs))
    if not found.problems:
        stated = inputs.trust.settings.get("run", {}).get("as_at", "")
        found.add(newer(inputs, max((inputs.trust.as_at(year) for year in inputs.years), default=str(stated))))
        found.add(_members(inputs))
        found.add(_part_years(inputs))
        found.add(_inspections(inputs))
        found.add(_similar_schools(inputs))
        found.add(jumps(inputs.table("roll")))
    found.inputs = inputs
    found.grid = whole_tables.grid(inputs) if _years_known(inputs) else None
    return found


def newer(inputs: Inputs, as_at: str | date) -> list[Problem]:
    """Warnings of what was published after ``as_at``: England's rows, which are not used, and files, which are."""
    if not as_at:
        return []
    try:
        day = date.fromisoformat(str(as_at))
    except ValueError:
        return [
            Problem(
                "trust.toml", 1, "as_at", repr(as_at), "a day like 2026-04-30", "write the day with year, month, day"
            )
        ]
    rows, files = inputs.newer_than(day)
    expected, found = f"what was public on {day_in_words(day)} (as_at)", "published later"
    told = [
        Problem(
            file,
            1,
            "(whole file)",
            f"a file {found}",
            expected,
            "it is used all the same: move as_at, or leave it out",
            warning=True,
        )
        for file in files
    ]
    if rows:
        fix = "none needed: they are not used; a later as_at uses them"
        told.append(Problem(national.NAME, 1, "published", f"{rows} rows {found}", expected, fix, warning=True))
    return told


def _one(path: Path, year: str, inputs: Inputs, found: Checked) -> None:
    """One file, as an addition would look at it; what would only keep it from being added is a warning."""
    found.files += 1
    try:
        content, layout = known(path, inputs)
        told = years_of(path, layout, "" if layout.years else year, inputs)
        years = told or (_folder_year(path) or AcademicYear.parse(_latest(inputs)),)
        file = one_file(path, years, content, layout, inputs.trust)
        found.add(file.problems)
        refused = sum(not problem.warning for problem in file.problems)
        verdict = f"refused, {refused} problem{'s' * (refused != 1)}" if refused else "fit"
        found.each.append(f"{path.name}: {verdict}: {file.in_words()}")
        if not told:
            fix = f"say which year it is of when you add it: --year {years[0].label}"
            what = "no academic year in this layout"
            found.add([Problem(path.name, 1, WHOLE_FILE, what, "the year of the file", fix, warning=True)])
    except SourceError as fault:
        found.add(fault.problems)
        found.each.append(f"{path.name}: refused: {fault.problems[0].found}")


def _folder_year(path: Path) -> AcademicYear | None:
    name = path.resolve().parent.name
    return AcademicYear.parse(name) if len(name) == 6 and name.isdecimal() else None


def _latest(inputs: Inputs) -> int:
    if _years_known(inputs) and inputs.years:
        return inputs.years[-1].code
    return max(inputs.trust.census_days, default=202425)


def _years_known(inputs: Inputs) -> bool:
    try:
        return inputs.years is not None
    except SourceError:
        return False


def own_problems(inputs: Inputs, years: Iterable[AcademicYear]) -> list[Problem]:
    """What is wrong with the trust's own tables: comparators, corrections, exceptions, figures and records of years.

    What a year's records lack makes its report a draft, so it is a warning here.
    """
    years = list(years)
    problems: list[Problem] = []
    readers: list[Callable[[], object]] = [
        lambda: inputs.national,
        lambda: inputs.corrections,
        lambda: inputs.published,
        lambda: gate_exceptions(inputs.data_dir),
    ]
    readers += [partial(records.read, inputs.data_dir, name, year) for year in years for name in records.RECORDS]
    for read in readers:
        try:
            read()
        except SourceError as fault:
            problems += fault.problems
    lacking = (problem for year in years for problem in whole_records.lacking(inputs.data_dir, year))
    return [*problems, *(replace(problem, warning=True) for problem in lacking)]


def _own_files(inputs: Inputs, found: Checked) -> None:
    """The trust's own tables, and what every record of every year has in its texts."""
    for year in inputs.years if _years_known(inputs) else ():
        found.add(whole_records.lacking(inputs.data_dir, year))
    years = []
    for folder in sorted((inputs.data_dir / "trust").glob("*/")):
        try:
            years.append(AcademicYear.parse(folder.name))
        except ValueError as fault:
            shown = f"trust/{folder.name}"
            found.add(whole_file(shown, folder.name, "a folder named like 202425", str(fault)).problems)
    found.add(problem for problem in own_problems(inputs, years) if not problem.warning)
    fewest = whole_records.widest(inputs.trust.settings)
    for year in years:
        for name in records.RECORDS:
            found.files += (inputs.data_dir / records.path_of(name, year)).is_file()
            with suppress(SourceError):  # said above
                record = records.read(inputs.data_dir, name, year)
                shown = records.path_of(name, year)
                found.add(whole_records.few_in_texts(record, shown, fewest) if len(record) else ())


def _listed_files(inputs: Inputs, found: Checked) -> None:
    try:
        listed = inputs.manifest
    except SourceError as fault:
        found.add(fault.problems)
        return
    found.files += listed["path"].nunique()
    for row in listed.itertuples():
        year = AcademicYear.parse(int(row.time_period))
        try:
            content = verified(inputs.data_dir / row.path, row.path, row.sha256)
            if row.source not in SOURCES:
                fix = "correct the row in manifest.csv, or add the file with symphony add"
                raise whole_file(row.path, f"the source '{row.source}'", "a source of the catalogue", fix)
            mapping = inputs.mappings.get(row.mapping)
            layout = recognised(content, row.path, [mapping] if mapping else [])
            _same_layout(layout, row, year)
            found.add(examined(content, SOURCES[row.source], year, row.path, inputs.trust, mapping).problems)
        except SourceError as fault:
            found.add(fault.problems)


def _same_layout(layout: Recognised, row, year: AcademicYear) -> None:
    if layout.source is None:
        raise layout.unknown(row.path)
    if layout.source.name != row.source:
        found = f"the layout {layout.source.name}"
        raise whole_file(row.path, found, f"{row.source}, as manifest.csv says", "correct the row in manifest.csv")
    if layout.years and year.code not in layout.years:
        years = ", ".join(AcademicYear.parse(code).label for code in layout.years)
        raise whole_file(row.path, f"a file of {years}", f"a file of {year.label}", "add the file to its own year")


def _strays(inputs: Inputs, found: Checked) -> None:
    """Files of a year folder that its manifest does not list; files listed but absent are told when read."""
    for _, folder in manifest.year_folders(inputs.data_dir) if _years_known(inputs) else []:
        if not (folder / manifest.NAME).is_file():
            continue
        names = {manifest.NAME, *manifest.listed(folder)["file"]}
        for path in sorted(folder.iterdir()):
            if path.name not in names and not path.name.startswith((".", "~$")):
                shown, fix = f"raw/{folder.name}/{path.name}", "add it with symphony add, or take it away"
                found.add(
                    whole_file(shown, "a file that manifest.csv does not list", "only listed files", fix).problems
                )


def _tables(inputs: Inputs) -> list[Problem]:
    """Problems that show only when the files of a year are put together."""
    problems: list[Problem] = []
    for table in dict.fromkeys(source.table for source in SOURCES.values()):
        try:
            problems += whole_tables.faults(table, inputs.table(table))
        except SourceError as fault:
            problems += fault.problems
    return problems


def _members(inputs: Inputs) -> list[Problem]:
    """Member schools without rows in a year whose other schools have them, where every school must have some."""
    problems = []
    listed = inputs.manifest
    for source in (s for s in SOURCES.values() if s.every_school):
        for code in sorted(listed.loc[listed["source"] == source.name, "time_period"].unique()):
            table = inputs.table(source.table)
            there = set(table.loc[(table["time_period"] == code) & (table["source_file"] != ""), "school_urn"])
            file = listed.loc[(listed["source"] == source.name) & (listed["time_period"] == code), "path"].iloc[0]
            for school in inputs.trust.members(AcademicYear.parse(int(code))):
                if school.urn not in there:
                    found = f"no row of {school.name} ({school.urn})"
                    expected = "rows of every school of the trust in that year"
                    problems.append(Problem(file, 1, "URN", found, expected, "ask the school for its file, and add it"))
    return problems


def _part_years(inputs: Inputs) -> list[Problem]:
    """Schools whose absence of a year is there for some terms only: they have no full-year figure."""
    table = inputs.table("attendance")
    schools = inputs.trust.names
    part = table[(table["pupil_group"] == "all") & table["school_urn"].isin(list(schools)) & (table["terms_count"] < 3)]
    return [
        Problem(
            row.source_file,
            1,
            "(whole file)",
            f"{row.terms_count:g} of 3 terms for {schools[row.school_urn]} {row.school_urn}",
            "all three terms for a figure of the year",
            "add the file again when the year is over",
            warning=True,
        )
        for row in part.itertuples()
    ]


def _similar_schools(inputs: Inputs) -> list[Problem]:
    """Similar schools that DfE's performance table of the year, where it was added, does not have."""
    problems = []
    for year in inputs.years:
        listed = inputs.similar_schools(year)
        known = inputs.every_school(year).index if listed else ()
        for urn, similar in listed.items():
            if len(known) and (gone := [each for each in similar if each not in known]):
                shown, expected = records.path_of("similar_schools", year), "mainstream schools of the table"
                found = f"{', '.join(gone)}, which DfE's performance table of {year} does not have"
                fix = "correct the URN, or leave it: no figure is taken from it"
                problems.append(Problem(shown, 1, urn, found, expected, fix, warning=True))
    return problems


def _inspections(inputs: Inputs) -> list[Problem]:
    """Typed inspections that Ofsted's own file of the year has otherwise."""
    told: list[Problem] = []
    for year in inputs.years:
        shown, typed = records.path_of("ofsted", year), records.read(inputs.data_dir, "ofsted", year)
        told += inspections.disagreements(typed, inputs.table("ofsted", [year]), shown)
    return told
