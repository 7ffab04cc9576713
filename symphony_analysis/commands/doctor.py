"""Checks of this machine before a run: one finding a thing, with its fix; nothing is changed."""

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from symphony_analysis.files.trust_folder import shipped
from symphony_analysis.report.documents.pdf import CHOICE, find_browser
from symphony_analysis.run.outcome import Exit
from symphony_analysis.run.preflight import LEAST_FREE_BYTES

OK, WARNING, FAULT = "ok", "warning", "fault"
PACKAGE = "symphony-analysis"
OLDEST, BEYOND = (3, 11), (3, 14)
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
#: Windows has 260 letters for a path, and the environment's longest file takes 165 of them below the project.
_LONGEST_ON_WINDOWS = 90


@dataclass(frozen=True)
class Finding:
    """One check: ok, warning (the report lacks something) or fault, with its fix."""

    what: str
    state: str
    told: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.state:<8} {self.what}: {self.told}" + (f"\n         fix: {self.fix}" if self.fix else "")


@dataclass(frozen=True)
class Place:
    """The trust's folder, its data, where reports go, and the file of locked versions."""

    root: Path
    data: Path
    out: Path
    lock: Path = field(default_factory=lambda: shipped("requirements.lock"))

    @property
    def install(self) -> str:
        """The command that installs the locked versions."""
        return f'pip install --require-hashes -r "{self.lock}"'


def examine(place: Place) -> list[Finding]:
    """All findings, in the order in which to fix them."""
    return [finding for look in CHECKS for finding in look(place)]


def exit_code(findings: list[Finding]) -> int:
    """69 when a run cannot work here, 0 otherwise; warnings do not count."""
    return int(Exit.TOOL) if any(finding.state == FAULT for finding in findings) else 0


def _python(_: Place) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if OLDEST <= sys.version_info[:2] < BEYOND:
        yield Finding("Python", OK, version)
    else:
        yield Finding("Python", FAULT, version, "install Python 3.11, 3.12 or 3.13, and build the environment anew")


def _lock(place: Place) -> Iterator[Finding]:
    """The installed packages are those locked, and what the package needs is installed."""
    if not place.lock.is_file():
        yield Finding("lock", FAULT, f"no {place.lock.name}", "restore it from the project, or install the wheel anew")
        return
    pinned: dict[str, set[str]] = {}
    for name, version in _PIN.findall(place.lock.read_text(encoding="utf-8")):
        pinned.setdefault(_plain(name), set()).add(version)
    fix = place.install
    here = {name: have for name in sorted(pinned) if (have := _installed(name)) is not None}
    other = [f"{name} {have}" for name, have in here.items() if have not in pinned[name]]
    absent = [name for name in _needed() if _installed(name) is None]
    if absent:
        yield Finding("lock", FAULT, f"not installed: {', '.join(absent)}", fix)
    if other:
        yield Finding("lock", FAULT, f"other versions than those locked: {', '.join(other)}", fix)
    if not absent and not other:
        yield Finding("lock", OK, f"{len(here)} packages as locked")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _needed() -> list[str]:
    """The package's own requirements, without extras."""
    try:
        asked = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return [PACKAGE]
    names = (_NAME.match(line) for line in asked if "extra ==" not in line)
    return [_plain(match[0]) for match in names if match]


def _kernel(place: Place) -> Iterator[Finding]:
    """A kernel starts and answers one question."""
    from jupyter_client.manager import KernelManager

    from symphony_analysis.run.kernels.cold import OwnPython

    manager = KernelManager(kernel_spec_manager=OwnPython())
    fix = f"{place.install}; a virus scanner may also stop new processes"
    try:
        manager.start_kernel(cwd=str(place.root))
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
        finally:
            client.stop_channels()
        yield Finding("kernel", OK, "it starts and answers")
    except (OSError, RuntimeError, ImportError) as error:
        yield Finding("kernel", FAULT, f"it does not start ({type(error).__name__})", fix)
    finally:
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)


def _fonts(_: Place) -> Iterator[Finding]:
    """The font of the charts comes with matplotlib; some distributions leave it out."""
    found = importlib.util.find_spec("matplotlib")
    folder = Path(found.origin).parent if found and found.origin else Path()
    if (folder / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf").is_file():
        yield Finding("fonts", OK, "DejaVu Sans, as every chart uses it")
    else:
        yield Finding("fonts", FAULT, "DejaVu Sans is not with matplotlib", "pip install --force-reinstall matplotlib")


def _browser(place: Place) -> Iterator[Finding]:
    browser = find_browser()
    if browser:
        yield Finding("browser", OK, f"{browser.name} prints the PDF")
    else:
        fix = f"install Chromium, Chrome or Edge, or name one in {CHOICE}"
        yield Finding("browser", WARNING, "none found: reports come without a PDF", fix)
    for module, without in (("pypandoc", "a Word file"), ("resvg_py", "charts in their Word file")):
        if importlib.util.find_spec(module) is None:
            yield Finding("Word", WARNING, f"{module} is not here: reports come without {without}", place.install)


def _data(place: Place) -> Iterator[Finding]:
    from symphony_analysis import sources

    if not (place.data / "trust.toml").is_file():
        yield Finding("data", FAULT, "no data folder here", "make one with symphony init, or name one with --data")
        return
    try:
        inputs = sources.load(place.data)
        schools, years = len(inputs.trust.schools), inputs.years
    except sources.SourceError as error:
        yield Finding("data", FAULT, str(error).splitlines()[0], "put it right, then: symphony check")
        return
    gone = [path for path in inputs.manifest["path"] if not (place.data / path).is_file()]
    if gone:
        yield Finding("data", FAULT, f"listed but not there: {', '.join(gone)}", "put the files back")
    elif not years:
        yield Finding("data", WARNING, f"{schools} schools, no files yet", "symphony add, or symphony new-year")
    else:
        held = ", ".join(year.label for year in years)
        yield Finding("data", OK, f"{schools} schools; {held} (symphony check reads every row)")


def _disk(place: Place) -> Iterator[Finding]:
    there = next(path for path in (place.out, *place.out.resolve().parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    told = f"{free // 1_000_000:,} MB free for reports"
    if not os.access(there, os.W_OK):
        yield Finding("disk", FAULT, f"{place.out.name}/ cannot be written", "choose another folder with --out")
    elif free < LEAST_FREE_BYTES:
        yield Finding("disk", FAULT, told, f"free {LEAST_FREE_BYTES // 1_000_000} MB, or choose another with --out")
    else:
        yield Finding("disk", OK, told)
    if sys.platform == "win32" and len(str(place.root)) > _LONGEST_ON_WINDOWS:
        told = f"{len(str(place.root))} letters before the first file"
        yield Finding("path", WARNING, told, "move the project nearer to the drive's root")


CHECKS: tuple[Callable[[Place], Iterator[Finding]], ...] = (_python, _lock, _kernel, _fonts, _browser, _data, _disk)
