"""The ``symphony`` command: what people and schedulers type. Thin: every command calls one room."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from symphony_analysis import __version__

USAGE = 64  # a command line that cannot be understood, as sysexits.h has it
_PACKAGE_ROOT = Path(__file__).resolve().parent.parent


def _root() -> Path:
    """The project folder: the present one where it holds the notebooks, else the checkout the package stands in."""
    return Path.cwd() if (Path.cwd() / "notebooks").is_dir() else _PACKAGE_ROOT


def _folder(name: str) -> Callable[[], Path]:
    return lambda: _root() / name


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="symphony")
def cli() -> None:
    """Write a trust's yearly self-evaluation from its data: every figure tied to its source, checked, reproducible."""


DATA = click.option("--data", type=click.Path(path_type=Path), default=_folder("data"), help="The data folder. [data]")
OUT = click.option(
    "--out", type=click.Path(path_type=Path), default=_folder("reports"), help="Where reports go. [reports]"
)


@cli.command()
@click.option(
    "--year", "years", multiple=True, help="An academic year like 2024/25; again for more. [every year with data]"
)
@DATA
@OUT
@click.option("--as-at", help="Use what was public on this day, like 2026-04-30. [the day in trust.toml]")
@click.option("--edition", default="trustees", show_default=True, help="trustees, internal or public.")
@click.option("--school", default="", help="A school edition: the school's name or URN.")
@click.option("--schools", is_flag=True, help="A school edition for every school.")
@click.option("--jobs", type=click.IntRange(0), default=0, help="Notebooks at once. [one per core]")
@click.option("--fresh", is_flag=True, help="Run every notebook, also where nothing changed.")
@click.option("--kernels", type=click.Choice(["auto", "fork", "warm", "cold"]), default="auto", show_default=True)
@click.option("--dask", default="", metavar="ADDRESS", help="Run on the Dask cluster at this address.")
@click.option("--allow-missing", multiple=True, metavar="NOTEBOOK", help="Publish although this notebook fails.")
@click.option("--notify", default="", metavar="COMMAND", help="Start this command when the run fails.")
def run(years: tuple[str, ...], data: Path, out: Path, as_at: str | None, edition: str, school: str, schools: bool,
        **how: Any) -> int:  # fmt: skip
    """Run every notebook for each year and write the combined reports."""
    from symphony_analysis.run import execute_release
    from symphony_analysis.run.options import Options

    releases = _releases(data, years, as_at, edition, school, schools)
    options = Options(lock=_root() / "requirements.lock", **how)
    outcome = execute_release(releases, notebooks=_root() / "notebooks", out=out, build=build_release, options=options)
    for folder in outcome.published:
        click.echo(f"published {out.name}/{folder}/self-evaluation.html")
    for folder in outcome.unchanged:
        click.echo(f"unchanged {out.name}/{folder}")
    return int(outcome.exit_code)


def _releases(
    data: Path, years: tuple[str, ...], as_at: str | None, edition: str, school: str, schools: bool
) -> list[Any]:
    """What is asked for, checked against what the data holds, before any kernel starts."""
    from symphony_analysis import sources
    from symphony_analysis.run import Parameters, RunFailed
    from symphony_analysis.run.outcome import Exit, WrongParameter

    if school and schools:
        raise WrongParameter("--school and --schools cannot stand together")
    try:
        inputs = sources.load(data)
        trust, held = inputs.trust, inputs.years
    except sources.SourceError as error:
        raise RunFailed(str(error), Exit.DATA) from None
    day = as_at or trust.settings.get("run", {}).get("as_at", "")
    named = [s.name for s in trust.schools] if schools else [school]
    wanted = years or tuple(year.label for year in held)
    if not wanted:
        raise RunFailed("no year has data: data/raw holds no file; add files with symphony add", Exit.DATA)
    return [
        Parameters.parse({"year": y, "as_at": day, "edition": edition, "school": s, "data_dir": data}).check(
            trust, held
        )
        for y in wanted
        for s in named
    ]


def build_release(executed: dict[str, Any], parameters: Any, stage: Path, inputs: Any) -> None:
    """One report from its executed notebooks: what ``run`` calls for each release."""
    from symphony_analysis import report
    from symphony_analysis.analysis import Analysis, release_figures

    school = inputs.trust.school(parameters.school) if parameters.school else None
    analysis = Analysis(parameters.year, parameters.as_at, parameters.edition, school, inputs)
    bands = report.draft_bands(analysis)
    for missing in report.build(executed, parameters, stage, inputs, release_figures(analysis), bands=bands):
        click.echo(missing, err=True)


def main() -> None:
    """Run the command; every failure is a few plain lines on standard error and a documented exit code."""
    from symphony_analysis.run.outcome import RunFailed
    from symphony_analysis.sources import SourceError

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
    except SourceError as error:
        click.echo(f"symphony: {error}", err=True)
        code = 65
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
