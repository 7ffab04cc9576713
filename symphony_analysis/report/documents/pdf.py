"""The report as a PDF, printed by the browser of this machine: A4, tagged, with an outline, always the same bytes."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

#: The variable with an administrator's choice: the full path of a browser, or "none".
CHOICE = "SYMPHONY_BROWSER"
NONE = "none"
_COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
_WINDOWS = ("Microsoft/Edge/Application/msedge.exe", "Google/Chrome/Application/chrome.exe")
_WINDOWS_FOLDERS = ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA")
_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "Chromium.app/Contents/MacOS/Chromium",
)
#: No user profile, no window, no host lookups: the browser sees the page only.
_QUIET = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
SECONDS = 120.0
NO_BROWSER = (
    "No PDF was made: there is no Chrome, Chromium or Edge on this machine. "
    "Open self-evaluation.html in any browser and print it."
)
_LEAF = re.compile(r'(<span class="leaf" data-of="([\w-]+)">)\d*(</span>)')
_DATES = re.compile(rb"/(CreationDate|ModDate) \(D:[^)]*\)")
_ELEMENT = re.compile(rb"\(node(\d{8})\)")
_CREATOR = re.compile(rb"/Creator \((?:[^()\\]|\\.)*\)")


class BrowserFailed(Exception):
    """The browser failed; the message is a sentence for the person who runs the report."""


def _candidates(environment: Mapping[str, str], platform: str) -> Iterator[Path]:
    if environment.get(CHOICE):
        yield Path(environment[CHOICE])
    for command in _COMMANDS:
        found = shutil.which(command, path=environment.get("PATH"))
        if found:
            yield Path(found)
    if platform == "win32":
        folders = [Path(environment[name]) for name in _WINDOWS_FOLDERS if environment.get(name)]
        yield from (folder / program for program in _WINDOWS for folder in folders)
    if platform == "darwin":
        folders = [Path("/Applications"), Path(environment.get("HOME", "/")) / "Applications"]
        yield from (folder / program for program in _MAC for folder in folders)


def find_browser(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path | None:
    """The browser that can print here, or None; ``SYMPHONY_BROWSER`` comes first, "none" rules all out."""
    environment = os.environ if environment is None else environment
    if environment.get(CHOICE) == NONE:
        return None
    return next((path for path in _candidates(environment, platform) if path.is_file()), None)


def arguments(profile: Path) -> list[str]:
    """The fixed arguments; as root (in a container) the browser cannot build its own sandbox."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*_QUIET, f"--user-data-dir={profile}", *(["--no-sandbox"] if is_root else [])]


def run_browser(browser: Path, options: list[str], profile: Path, seconds: float) -> None:
    """Run the browser once and end every process it started. Raises BrowserFailed."""
    command = [str(browser), *arguments(profile), *options]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise BrowserFailed(f"the browser {browser.name} could not be started ({type(error).__name__})") from error
    try:
        code = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise BrowserFailed(f"the browser {browser.name} did not finish within {seconds:g} seconds") from None
    finally:
        try:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
            process.wait(timeout=10)
        except ProcessLookupError:
            pass  # it has ended, with all it started
    if code:
        raise BrowserFailed(f"the browser {browser.name} ended with code {code}")


def _fixed(document: bytes, as_at: date) -> bytes:
    """Remove the clock and the browser's name, keeping lengths: a PDF finds its parts by byte offsets."""

    def same_length(entry: bytes, match: re.Match[bytes]) -> bytes:
        room = len(match[0]) - len(entry) - 1
        return entry + b" " * room + b")" if room >= 0 else match[0]

    dated = _DATES.sub(lambda m: same_length(b"/%s (D:%s" % (m[1], f"{as_at:%Y%m%d}".encode()), m), document)
    return _CREATOR.sub(lambda m: same_length(b"/Creator (symphony-analysis", m), dated)


def _renumbered(document: bytes) -> bytes:
    """Number the elements from 1: the browser counts from a number of its own."""
    order = {number: rank for rank, number in enumerate(sorted(set(_ELEMENT.findall(document))), start=1)}
    return _ELEMENT.sub(lambda match: b"(node%08d)" % order[match[1]], document)


def page_of(document: bytes) -> dict[str, int]:
    """On which page each place of a printed page is, by its name."""
    pages = set(re.findall(rb"(\d+) 0 obj\n<</Type /Page\n", document))
    kids = b" ".join(re.findall(rb"/Kids \[([^\]]*)\]", document))
    order = [number for number in re.findall(rb"(\d+) 0 R", kids) if number in pages]
    places = re.findall(rb"/([\w-]+) \[(\d+) 0 R /XYZ", document)
    return {name.decode(): order.index(number) + 1 for name, number in places if number in order}


def with_page_numbers(html: str, pages: Mapping[str, int]) -> str:
    """The page with the number of its page at every reference that the template left open."""
    return _LEAF.sub(lambda leaf: f"{leaf[1]}{pages.get(leaf[2], '')}{leaf[3]}", html)


def print_pdf(html: str, as_at: date, browser: Path) -> bytes:
    """The page as a PDF: printed once to learn where each place is, and again with the numbers of the pages.

    Raises BrowserFailed, with a sentence, when the browser fails or does not finish.
    """
    document = _printed(html, as_at, browser)
    if _LEAF.search(html) is None:
        return document
    return _printed(with_page_numbers(html, page_of(document)), as_at, browser)


def _printed(html: str, as_at: date, browser: Path) -> bytes:
    with tempfile.TemporaryDirectory(prefix="symphony-pdf-", ignore_cleanup_errors=True) as folder:
        page, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8", newline="\n")
        options = ["--no-pdf-header-footer", "--generate-pdf-document-outline", f"--print-to-pdf={target}"]
        run_browser(browser, [*options, page.as_uri()], Path(folder) / "profile", SECONDS)
        if not target.is_file() or not target.read_bytes().startswith(b"%PDF-"):
            raise BrowserFailed(f"the browser {browser.name} wrote no PDF")
        return _renumbered(_fixed(target.read_bytes(), as_at))


def pdf_or_reason(html: str, as_at: date) -> tuple[bytes | None, str]:
    """The PDF, or None and the sentence that says why; a report is complete without it."""
    browser = find_browser()
    if browser is None:
        return None, NO_BROWSER
    try:
        return print_pdf(html, as_at, browser), ""
    except BrowserFailed as failure:
        return None, f"No PDF was made: {failure}. Open self-evaluation.html in any browser and print it."
