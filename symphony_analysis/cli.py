"""The ``symphony`` command. Thin: every command calls one room."""

import codecs
import io
import os
import shutil
import sys
import time
import unicodedata
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from symphony_analysis import __version__
from symphony_analysis.commands.prepare import COMMANDS, DATA, OUT, say
from symphony_analysis.files import trust_folder
from symphony_analysis.run.time_limits import Limits

_PLAIN = str.maketrans(
    {"\N{MINUS SIGN}": "-", "\N{NON-BREAKING HYPHEN}": "-", "\N{RIGHTWARDS ARROW}": "->", "\N{CHECK MARK}": "yes"}
)
LOOK_SECONDS = 0.5
USAGE = 64  # a command line that cannot be understood, as sysexits.h has it


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="symphony")
def cli() -> None:
    """Write a trust's yearly self-evaluation from its data: every figure tied to its source, checked, reproducible."""


for command in COMMANDS:
    cli.add_command(command)


@cli.command()
@click.option(
    "--year", "years", multiple=True, help="An academic year like 2024/25; again for more. [every year with data]"
)
@DATA
@OUT
@click.option("--as-at", help="Use what was public on this day, like 2026-04-30. [the year's day in trust.toml]")
@click.option("--edition", default="trustees", show_default=True, help="trustees, internal or public.")
@click.option("--school", default="", help="A school edition: the school's name or URN.")
@click.option("--schools", is_flag=True, help="A school edition for every school.")
@click.option("--jobs", type=click.IntRange(0), default=0, help="Notebooks at once. [one more than cores]")
@click.option("--pages", is_flag=True, help="Only the pages: PDF, Word and Excel follow with the next run without it.")
@click.option("--fresh", is_flag=True, help="Run every notebook, also where nothing changed.")
@click.option(
    "--kernels",
    type=click.Choice(["auto", "fork", "cold"]),
    default="auto",
    show_default=True,
    help="How kernels are started; cold works everywhere.",
)
@click.option("--dask", default="", metavar="ADDRESS", help="Run on the Dask cluster at this address.")
@click.option(
    "--dask-security", type=click.Path(path_type=Path), help="TOML: ca_file, client_cert, client_key for tls://."
)
@click.option("--dask-clear-text", is_flag=True, help="Use a cluster beyond this machine without TLS.")
@click.option("--allow-missing", multiple=True, metavar="NOTEBOOK", help="Go on although this notebook fails.")
@click.option("--notify", default="", metavar="COMMAND", help="Start this command when the run fails.")
@click.option(
    "--notebook-seconds",
    type=click.IntRange(1),
    default=Limits.notebook,
    show_default=True,
    help="Stop a notebook that takes longer.",
)
@click.option(
    "--run-seconds",
    type=click.IntRange(1),
    help="Stop the whole run when it takes longer. [an hour, and a minute more for each report]",
)
@click.option("--detailed-exit-code", is_flag=True, help="End with 2 instead of 0 when nothing had changed.")
def run(
    data: Path, out: Path, notebook_seconds: int, run_seconds: int | None, detailed_exit_code: bool, **how: Any
) -> int:
    """Run every notebook for each year and write the combined reports."""
    from symphony_analysis.release_report import build_pages, build_report, list_reports
    from symphony_analysis.run import execute_release
    from symphony_analysis.run.options import Options

    asked = {name: how.pop(name) for name in ("years", "as_at", "edition", "school", "schools")}
    releases = _releases(data, out, **asked)
    whole = run_seconds or Limits.whole_run + 60 * len(releases)
    limits = Limits(cell=notebook_seconds, notebook=notebook_seconds, whole_run=whole)
    options = Options(lock=trust_folder.shipped("requirements.lock"), limits=limits, **how)
    outcome = execute_release(
        releases,
        notebooks=trust_folder.notebooks(data),
        out=out,
        build=build_pages if options.pages else build_report,
        options=options,
        before=lambda: _ask(data, releases),
        after=list_reports(data),
    )
    for note in outcome.notes:
        click.echo(note, err=True)
    say(f"put in place {out.name}/{folder}/self-evaluation.html" for folder in outcome.placed)
    if options.pages and outcome.placed:
        click.echo("pages only: PDF, Word and Excel follow with the next symphony run without --pages", err=True)
    say(f"unchanged {out.name}/{folder}" for folder in outcome.unchanged)
    return int(outcome.detailed_exit_code if detailed_exit_code else outcome.exit_code)


@cli.command()
@click.option("--year", required=True, help="An academic year like 2024/25.")
@DATA
@OUT
@click.argument("options", nargs=-1)
def watch(year: str, data: Path, out: Path, options: tuple[str, ...]) -> None:
    """Write the pages again whenever a file of the data or a notebook is saved; Ctrl+C ends it.

    OPTIONS after -- go to symphony run. PDF, Word and Excel follow with the next symphony run.
    """
    from symphony_analysis.run.outcome import RunFailed
    from symphony_analysis.sources import SourceError

    places, before = (data, trust_folder.notebooks(data)), None
    while True:
        now = {path: path.stat().st_mtime_ns for place in places for path in place.rglob("*") if path.is_file()}
        if now != before:
            try:
                asked = ["--pages", "--year", year, "--data", str(data), "--out", str(out), *options]
                run.main(asked, prog_name="symphony run", standalone_mode=False)
            except (RunFailed, SourceError) as failure:  # half a sentence is saved, too
                click.echo(f"symphony: {failure}", err=True)
        before = now
        time.sleep(LOOK_SECONDS)


@cli.command()
@OUT
@click.option("--max-age-hours", type=float, default=36.0, show_default=True, help="How old the last good run may be.")
def status(out: Path, max_age_hours: float) -> int:
    """Say whether the last scheduled run ended well, and lately. Exit code 1 when somebody should look."""
    from symphony_analysis.run import status as state

    found = state(out, max_age_hours)
    say(found.lines)
    return int(found.exit_code)


@cli.command()
@click.argument("kind", type=click.Choice(["cron", "systemd", "windows"]))
@click.argument("options", nargs=-1)
@click.option("--at", default="02:30", show_default=True, help="When, on the 24-hour clock.")
def schedule(kind: str, options: tuple[str, ...], at: str) -> None:
    """Print the entry that runs the report every night. OPTIONS after -- go to symphony run."""
    from symphony_analysis.run import schedule as entry

    elsewhere = any(option.partition("=")[0] == "--data" for option in options)
    folder = Path.cwd() if elsewhere else trust_folder.find()
    # The command that belongs to this Python, wherever a scheduler starts it; conda on Windows has it in Scripts.
    beside = Path(sys.executable).parent
    program = shutil.which("symphony", path=os.pathsep.join([str(beside), str(beside / "Scripts")])) or "symphony"
    click.echo(entry(kind, [program, "run", *options], at, folder), nl=False)


def _releases(
    data: Path, out: Path, years: tuple[str, ...], as_at: str | None, edition: str, school: str, schools: bool
) -> list[Any]:
    """The releases asked for, checked against the data before any kernel starts."""
    from symphony_analysis import sources
    from symphony_analysis.run import Parameters, RunFailed, parsed_year
    from symphony_analysis.run.outcome import Exit, WrongParameter
    from symphony_analysis.sources.checking.check import newer

    if school and schools:
        raise WrongParameter("--school and --schools cannot stand together")
    try:
        inputs = sources.load(data)
        trust, held = inputs.trust, inputs.years
    except sources.SourceError as error:
        raise RunFailed(str(error), Exit.DATA) from None
    named = [s.name for s in trust.schools] if schools else [school]
    wanted = years or tuple(year.label for year in held)
    if not wanted:
        raise RunFailed("no year has data: data/raw holds no file; add files with symphony add", Exit.DATA)
    releases = [
        Parameters.parse(
            {
                "year": y,
                "as_at": as_at or trust.as_at(parsed_year(y)),
                "edition": edition,
                "school": s,
                "data_dir": data,
            }
        ).check(trust, held)
        for y in wanted
        for s in named
    ]
    if not as_at:
        own = trust.settings.get("as_at", {})
        releases = [r if r.year.folder in own else _no_earlier(r, out) for r in releases]
    with suppress(sources.SourceError):  # what is wrong with the data is told by the notebook that needs it
        for told in [told for day in sorted({r.as_at for r in releases}) for told in newer(inputs, day)]:
            click.echo(f"warning: {told}", err=True)
    return releases


def _no_earlier(release: Any, out: Path) -> Any:
    """The release, as at the day of the report in its place where that is later: none goes back in time unasked."""
    from symphony_analysis.run.outcome import WrongParameter
    from symphony_analysis.run.unchanged.run_json import read_record

    ran = (read_record(out / release.folder) or {}).get("parameters", {})
    try:
        last = replace(release, as_at=ran.get("as_at", ""))
    except WrongParameter:  # there is no report, or its record is spoilt
        return release
    if last.as_at <= release.as_at:
        return release
    how = f"to change it: --as-at, or {release.year.folder} under [as_at] in trust.toml"
    click.echo(f"{release.folder}: as at {last.as_at}, as it was last run, not {release.as_at}; {how}", err=True)
    return last


def _ask(data: Path, releases: list[Any]) -> str:
    """What ``check`` asks of the trust's own files, before any kernel starts; the trust. Raises RunFailed."""
    from symphony_analysis import sources
    from symphony_analysis.claims.register import entry_faults
    from symphony_analysis.release_report import refuse_public_draft
    from symphony_analysis.run.outcome import Exit, RunFailed
    from symphony_analysis.sources.checking.check import own_problems

    inputs, years = sources.load(data), sorted({release.year for release in releases})
    problems = [*own_problems(inputs, years)]
    with suppress(sources.SourceError):  # a table that cannot be read is among the problems
        problems += entry_faults(inputs, years)
    for problem in problems:
        if problem.warning:
            click.echo(f"warning: {problem}", err=True)
    if refused := [problem for problem in problems if not problem.warning]:
        raise RunFailed(str(sources.SourceError(refused)), Exit.DATA)
    refuse_public_draft(releases, inputs)
    return " ".join(filter(None, [inputs.trust.name, inputs.trust.identity.get("uid", "")]))


@cli.command()
@click.option("--year", required=True, help="The academic year of the report, like 2024/25.")
@DATA
@OUT
@click.option("--edition", default="trustees", show_default=True, help="trustees or public.")
@click.option("--sign", "state", default="", metavar="STATE", help="Sign it: drafted, checked or approved.")
@click.option("--role", default="", help="Who signs, as a role: 'Chair of Trustees'.")
@click.option("--date", "day", default="", help="The day of the signature, like 2026-05-01.")
@click.option("--draft", is_flag=True, help="Freeze it although it says DRAFT.")
def publish(year: str, data: Path, out: Path, edition: str, state: str, role: str, day: str, draft: bool) -> None:
    """Freeze a finished report as an issue of record, or sign it."""
    from symphony_analysis.issues import publish_or_sign
    from symphony_analysis.release_report import list_reports

    say(publish_or_sign(data, out, year, edition, state, role, day, draft))
    list_reports(data)(out)


@cli.command()
@DATA
def issues(data: Path) -> None:
    """List the issues of record: edition, day, signatures, and the page to open."""
    from symphony_analysis.issues import listed

    say(listed(data))


@cli.command()
@click.option("--year", "years", multiple=True, help="An academic year like 2024/25; again for more. [all published]")
@DATA
@OUT
def verify(years: tuple[str, ...], data: Path, out: Path) -> int:
    """Work every published figure out again. Equal, moved and why, missing, new."""
    from symphony_analysis.issues.verify import verify as verified
    from symphony_analysis.run import parsed_year

    found = verified(data, out, [parsed_year(year) for year in years])
    say(found.lines)
    return found.exit_code


@cli.command()
@click.argument("figure")
@click.option("--year", required=True, help="The academic year of the report, like 2024/25.")
@DATA
@click.option("--as-at", default="", help="Use what was public on this day. [the day in trust.toml]")
@click.option("--edition", default="trustees", show_default=True, help="trustees, internal or public.")
def trace(figure: str, year: str, data: Path, as_at: str, edition: str) -> None:
    """Say where FIGURE comes from. It is the id that a number on the page carries, or the name of a measure."""
    from symphony_analysis.issues import trace_figure

    say(trace_figure(data, figure, year, edition, as_at))


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    """What a console's code page cannot show, in letters that it can: a hyphen for a minus, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    said = unicodedata.normalize("NFKD", error.object[error.start : error.end].translate(_PLAIN))
    return said.encode(error.encoding, "replace").decode(error.encoding), error.end


def main() -> None:
    """Run the command; every failure is a few plain lines on standard error and a documented exit code."""
    from symphony_analysis.run import import_lightly
    from symphony_analysis.run.outcome import RunFailed
    from symphony_analysis.sources import SourceError

    import_lightly()
    codecs.register_error("in_plain_letters", _in_plain_letters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console of cp1252 has no minus sign
            stream.reconfigure(errors="in_plain_letters")
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = USAGE
    except click.Abort:
        code = 130
    except RunFailed as failure:
        click.echo(f"symphony: {failure}", err=True)
        code = int(failure.exit_code)
    except (SourceError, trust_folder.NoTrustFolder) as error:
        click.echo(f"symphony: {error}", err=True)
        code = 65
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
