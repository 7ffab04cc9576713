"""The commands that prepare a report: data, years, another trust, JupyterLab, this machine."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symphony_analysis.files import trust_folder

if TYPE_CHECKING:
    from symphony_analysis.sources import Inputs
    from symphony_analysis.years import AcademicYear


def _found_data() -> Path:
    return trust_folder.find() / "data"


def _beside_data() -> Path:
    """The folder of reports next to the data that was named, or found."""
    named = click.get_current_context().params.get("data")
    return (trust_folder.of(named) if named else trust_folder.find()) / "reports"


_FOLDER = click.Path(path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DATA_HELP = "The data folder. [data/ of the trust: here or in a folder above]"
DATA = click.option("--data", type=_FOLDER, default=_found_data, help=_DATA_HELP)
_OUT_HELP = "Where reports go. [reports/ beside the data folder]"
OUT = click.option("--out", type=_FOLDER, default=_beside_data, help=_OUT_HELP)
_GIAS_HELP = "The download of all establishment data from Get Information About Schools."
_AS_AT_HELP = "What was public on this day is what reports know. [today]"


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@DATA
@click.option("--year", default="", help="The academic year, where a file does not tell it.")
def check(files: tuple[Path, ...], data: Path, year: str) -> int:
    """Check the data folder, or FILES (or a folder of them) before they are added. Nothing is written."""
    from symphony_analysis.claims.plausibility import doubts
    from symphony_analysis.claims.register import entry_faults
    from symphony_analysis.sources import SourceError
    from symphony_analysis.sources.checking import whole_tables
    from symphony_analysis.sources.checking.check import check as checked
    from symphony_analysis.sources.problems import whole_file

    found = checked(data, files, year)
    if found.inputs is not None:
        with suppress(SourceError):  # a table that cannot be read is among the problems
            found.add(entry_faults(found.inputs, found.inputs.years_of_records))
    if found.inputs is not None and not found.problems:
        try:  # what the report would doubt of the figures, or why they cannot be computed
            found.add(doubts(found.inputs))
        except SourceError as error:
            found.add(error.problems)
        except ValueError as error:
            found.add(whole_file("data", str(error), "figures that can be worked out", "see the message").problems)
    grid = [] if found.grid is None else whole_tables.lines(found.grid)
    say(found.each, found.lines(), grid)
    if found.inputs is not None and not found.problems:
        say(_england(found.inputs, max({*found.inputs.years, *found.inputs.years_of_records}, default=None)))
    told = ((found.files, "file"), (len(found.problems), "problem"), (len(found.warnings), "warning"))
    numbers = (f"{number} {what}{'s' * (number != 1)}" for number, what in told)
    click.echo("checked {}: {} to put right, {}".format(*numbers))
    return found.exit_code


def _england(inputs: Inputs, year: AcademicYear | None) -> list[str]:
    """Which of England's figures of a year are there, and where the others come from."""
    from symphony_analysis import compare
    from symphony_analysis.measures import MEASURES, OF_GROUPS

    if year is None:
        return []
    wanted = (*MEASURES.values(), *OF_GROUPS.values())
    return compare.england_lines(compare.expected_of_england(wanted, inputs.national, year), year)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@DATA
@click.option("--year", default="", help="The academic year, where the file does not tell it.")
@click.option("--release-status", default="", help="provisional, revised or final. [from the file's name]")
@click.option("--published", default="", help="The day, or month, of publication: 2025-12-09, December 2025.")
@click.option("--retrieved", default="", help="The day the file was downloaded.")
@click.option("--url", default="", help="Where it was downloaded from. [the publisher's page]")
@click.option("--origin", default="", help="official, mis, trust or synthetic. [from the layout]")
@click.option("--replace", is_flag=True, help="In place of the earlier file of the same layout, year and schools.")
@click.option("--map", "mapped", is_flag=True, help="Propose a mapping for an export with other headings; add nothing.")
def add(files: tuple[Path, ...], data: Path, replace: bool, mapped: bool, **known: str) -> int:
    """Add FILES to the data folder. Recognised, checked, copied unchanged and listed, each by itself, or refused."""
    from symphony_analysis.sources.writing.add_file import Release, map_export
    from symphony_analysis.sources.writing.add_file import add as added

    if mapped:
        for file in files:
            say(map_export(data, file))
        return 0
    done = added(data, files, Release(**known), replace)
    say((str(problem) for problem in done.problems), (f"warning: {problem}" for problem in done.warnings))
    say(done.lines)
    if done.national:
        click.echo(f"national.csv: figures of England and the local authority added: {done.national}")
    return done.exit_code


@click.command()
@click.option("--gias", required=True, type=_FILE, help=_GIAS_HELP)
@click.option("--uid", required=True, help="The trust's UID: the number in the address of its page there.")
@click.option("--links", type=_FILE, help="The download of links.")
@click.option("--as-at", type=click.DateTime(["%Y-%m-%d"]), help=_AS_AT_HELP)
@click.option("--data", type=_FOLDER, default="data", help="The data folder to make. [data]")
def init(gias: Path, uid: str, links: Path | None, as_at: datetime | None, data: Path) -> None:
    """Begin the folder of another trust: its data, with schools from the register, and the notebooks beside it."""
    from symphony_analysis.sources.writing.new_trust import begin

    begun = begin(data, gias, uid, as_at and as_at.date(), links, trust_folder.shipped("data/national.csv"))
    copied = trust_folder.copy_notebooks(trust_folder.of(data))
    click.echo(f"{begun.name}, {len(begun.schools)} schools: {', '.join(begun.schools)}")
    say((f"wrote {data.name}/{name}" for name in begun.made), (f"wrote {name}" for name in copied))
    say(begun.remarks)
    click.echo("next: read trust.toml and put it right, add files with symphony add, then symphony check")


@click.command()
@click.argument("options", nargs=-1)
@click.option("--show", is_flag=True, help="Only say what would be started.")
def lab(options: tuple[str, ...], show: bool) -> int:
    """Open JupyterLab on the notebooks. Its kernel is this Python; OPTIONS after -- go to JupyterLab."""
    from symphony_analysis.commands.lab import lab as prepared

    folder = trust_folder.find()
    if not (folder / "notebooks").is_dir():
        trust_folder.copy_notebooks(folder)
    ready = prepared(folder, options)
    if show:
        click.echo(" ".join(ready.command))
        return 0
    return ready.start()


@click.command()
@click.option("--data", type=_FOLDER, help="The data folder. [as for a run]")
@click.option("--out", type=_FOLDER, help="Where reports go. [as for a run]")
def doctor(data: Path | None, out: Path | None) -> int:
    """Say what is wrong on this machine, and how to mend it. Exit code 69: a fault."""
    from symphony_analysis.commands import doctor as looks

    try:
        data = data or _found_data()
    except trust_folder.NoTrustFolder:
        data = Path("data").resolve()  # a machine is looked at before there is a trust, too
    folder = trust_folder.of(data)
    found = looks.examine(looks.Place(folder, data, out or folder / "reports"))
    say(map(str, found))
    return looks.exit_code(found)


YEAR = click.argument("year", metavar="YEAR")


@click.command("new-year")
@YEAR
@DATA
@click.option("--carry-forward", is_flag=True, help="Begin with last year's texts, claims, targets, grades and so on.")
def new_year(year: str, data: Path, carry_forward: bool) -> None:
    """Prepare a YEAR like 2025/26: folders, tables, workbook. Says what to fetch, where and when."""
    from symphony_analysis.run import parsed_year
    from symphony_analysis.sources import load
    from symphony_analysis.sources.writing.new_year import calendar, prepare

    done = prepare(data, parsed_year(year), _offered(), carry_forward)
    say((f"made {name}" for name in done.made), (f"kept {name}" for name in done.kept))
    for due in calendar(done.year).itertuples():
        click.echo(f"{due.published}: {due.what}\n    {due.where}" + (f"\n    {due.note}" if due.note else ""))
    say(_england(load(data), done.year))


@click.command()
@YEAR
@DATA
@click.option("--take-out", is_flag=True, help="Take rows out of tables and workbook that one of them lacks.")
def records(year: str, data: Path, take_out: bool) -> None:
    """Merge the tables and the workbook of a YEAR, cell by cell, both ways; make the workbook where there is none."""
    from symphony_analysis.run import parsed_year
    from symphony_analysis.sources.writing.merge_records import merge

    say(merge(data, parsed_year(year), _offered(), take_out) or ["tables and workbook hold the same"])


def _offered() -> dict[str, tuple[str, ...]]:
    """What the workbook's lists offer of other rooms."""
    from symphony_analysis.claims import CHECKS
    from symphony_analysis.measures import MEASURES

    return {"check": tuple(CHECKS), "measures": tuple(MEASURES), "measure": tuple(MEASURES)}


def say(*several: Iterable[str]) -> None:
    """Print these lines."""
    for lines in several:
        for line in lines:
            click.echo(line)


COMMANDS: tuple[click.Command, ...] = (check, add, init, new_year, records, lab, doctor)
