"""Publishing: a finished report is frozen as an issue of record, never over an earlier one."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from symphony_analysis import sources
from symphony_analysis.analysis import Analysis, release_figures
from symphony_analysis.files.folder_renames import remove, rename
from symphony_analysis.issues.dependencies import commit, facts
from symphony_analysis.issues.issue_figures import as_csv, issue_figures
from symphony_analysis.report.figure_files.csv_files import figures_csv
from symphony_analysis.report.index import bands
from symphony_analysis.report.pages.page import unissued_digest
from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.outcome import Exit, RunFailed, WrongParameter
from symphony_analysis.run.reports.put_in_place import settle
from symphony_analysis.run.reports.workspace import PRIVATE
from symphony_analysis.run.unchanged.fingerprints import contents, file_digest
from symphony_analysis.run.unchanged.run_json import read_record
from symphony_analysis.sources.own import issues_on_disk as stored
from symphony_analysis.years import AcademicYear

REPORT = "self-evaluation.html"
_READ_ONLY = 0o444


def report_folder(inputs: sources.Inputs, year: AcademicYear, audience: str) -> str:
    """The folder of the report of this year and audience, below the folder of reports."""
    day = inputs.trust.settings.get("run", {}).get("as_at", "2000-01-01")
    return Parameters(year, day, audience).folder


def publish(
    data_dir: Path, out: Path, year: AcademicYear, audience: str = "trustees", draft: bool = False
) -> stored.Issue:
    """Freeze the report in ``out`` as the next issue of its year; returns the issue.

    The report must be whole, as its run left it, and its figures must be those that data and program give now; a draft
    must be asked for. A report that an issue holds already makes no new one: that issue is returned. Raises RunFailed
    otherwise, and then nothing has been written.
    """
    inputs = sources.load(data_dir)
    folder = report_folder(inputs, year, audience)
    if audience == "internal":
        raise RunFailed("the internal edition hides nothing, so it is never kept as an issue of record", Exit.LEAK)
    locks = out / PRIVATE / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    try:  # meanwhile no run may put another report in place, and nobody else publish
        with FileLock(locks / f"{folder}.lock", timeout=0, thread_local=False):
            ran = _finished(out, folder, year)
            if (same := held_already(data_dir, year, out / folder)) is not None:
                return same
            if says(out / folder, "draft") and not draft:
                raise WrongParameter(f"the report of {year} says DRAFT; to freeze it all the same, say --draft")
            own = Parameters.parse({**ran["parameters"], "data_dir": inputs.data_dir})
            if own.year != year or own.school:
                raise RunFailed("the report is of another year or of one school; an issue is the trust's", Exit.DATA)
            analysis = Analysis(own.year, own.as_at, own.edition, None, inputs)
            if digest_of_text(figures_csv(release_figures(analysis))) != ran["files"].get("figures.csv"):
                gone = f"the figures of {folder} do not come out any more: data or program changed"
                raise RunFailed(f"{gone}; run symphony run --year {year} again", Exit.DATA)
            number = _freeze(analysis, ran, out / folder)
    except Timeout:
        raise RunFailed(f"a run is writing {out.name}/{folder}; nothing was published", Exit.BUSY) from None
    return stored.read(data_dir, year, number)


def held_already(data_dir: Path, year: AcademicYear, report: Path) -> stored.Issue | None:
    """The newest issue that holds this very report; None where there is none.

    The line of issue and signatures is no part of it, so what is printed is known by the pages.
    """
    files = {
        name: unissued_digest((report / name).read_bytes()) if name.endswith(".html") else digest
        for name, digest in _pages(contents(report)).items()
    }
    read = (stored.read(data_dir, year, number) for number in reversed(stored.numbers(data_dir, year)))
    return next((issue for issue in read if _pages(issue.record["report_files"]) == files), None)


def _pages(files: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name: digest for name, digest in files.items() if not name.endswith((".pdf", ".docx"))}


def says(folder: Path, notice: str) -> bool:
    """Whether the page of a report says this across its front: "draft", "demonstration"."""
    return (folder / REPORT).is_file() and notice in bands(folder / REPORT)


def _finished(out: Path, folder: str, year: AcademicYear) -> dict[str, Any]:
    """The record of the run whose report is there, whole and as the run left it."""
    ran = read_record(out / folder)
    if ran is None or not (out / folder / REPORT).is_file():
        again = f"run symphony run --year {year} first"
        raise RunFailed(f"there is no finished report in {out.name}/{folder}; {again}", Exit.DATA)
    if ran.get("missing"):
        raise RunFailed(f"the report lacks {', '.join(ran['missing'])}; a part is no issue", Exit.DATA)
    now = contents(out / folder)
    touched = [name for name in sorted({*now, *ran["files"]}) if now.get(name) != ran["files"].get(name)]
    if touched:
        raise RunFailed(f"{touched[0]} is not as the run left it; run symphony run --year {year} again", Exit.DATA)
    return ran


def digest_of_text(text: str) -> str:
    """The sha256 of a text as a file holds it."""
    return sha256(text.encode("utf-8")).hexdigest()


def _freeze(analysis: Analysis, ran: Mapping[str, Any], report: Path) -> int:
    """Write the issue next to the earlier ones in one step; returns its number."""
    place = stored.year_folder(analysis.inputs.data_dir, analysis.year)
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(".issue-*"):
        remove(left)
    number = max(stored.numbers(analysis.inputs.data_dir, analysis.year), default=0) + 1
    stage = Path(tempfile.mkdtemp(prefix=".issue-", dir=place))
    try:
        for name in ran["files"]:
            kept = stage / stored.REPORT / name
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(report / name, kept)
        _write(stage / stored.FIGURES, as_csv(issue_figures(analysis)))
        files = {name: str(digest) for name, digest in contents(stage).items()}
        if {f"{stored.REPORT}/{name}": digest for name, digest in ran["files"].items()}.items() - files.items():
            raise RunFailed("the report changed while it was being frozen; nothing was published", Exit.DATA)
        record = _record(analysis, ran, number, files) | {"draft": says(report, "draft")}
        _write(stage / stored.RECORD, json.dumps(record, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        files[stored.RECORD] = str(file_digest(stage / stored.RECORD))
        _write(stage / stored.MANIFEST, stored.manifest(files))
        settle(stage)
        for path in stage.rglob("*"):
            path.chmod(0o755 if path.is_dir() else _READ_ONLY)
        stage.chmod(0o755)
        rename(stage, place / f"issue-{number}")
    finally:
        remove(stage)
    return number


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _record(analysis: Analysis, ran: Mapping[str, Any], number: int, files: dict[str, str]) -> dict[str, Any]:
    """Everything that is needed to compute the issue again, and to say why a figure moved."""
    return {
        "issue": number,
        "parameters": ran["parameters"],
        "report_sha256": ran["files"][REPORT],
        "report_files": ran["files"],
        "lock_sha256": ran["lock_sha256"],
        "commit": commit(),
        "facts": facts(analysis),
        "files": files,
    }
