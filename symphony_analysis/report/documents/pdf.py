"""The report as a PDF, printed by the browser of this machine: A4, tagged, with an outline, always the same bytes."""

import base64
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

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
#: So long a browser may take until it answers through its pipes; then it is started for one print at a time.
SECONDS_TO_START = 30.0
#: Chrome reads what it is told from file 3 and answers through file 4, which a program of several threads cannot give.
_WITH_PIPES = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
os.dup2(ends[0], 3), os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
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


def _started(command: list[str], browser: Path, **more: Any) -> subprocess.Popen:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
            **more,
        )
    except OSError as error:
        raise BrowserFailed(f"the browser {browser.name} could not be started ({type(error).__name__})") from error


def _end(process: subprocess.Popen) -> None:
    """End a browser with every process it started."""
    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        process.wait(timeout=10)
    except ProcessLookupError:
        pass  # it has ended, with all it started


def run_browser(browser: Path, options: list[str], profile: Path, seconds: float) -> None:
    """Run the browser once and end every process it started. Raises BrowserFailed."""
    process = _started([str(browser), *arguments(profile), *options], browser)
    try:
        code = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise BrowserFailed(f"the browser {browser.name} did not finish within {seconds:g} seconds") from None
    finally:
        _end(process)
    if code:
        raise BrowserFailed(f"the browser {browser.name} ended with code {code}")


class _Session:
    """A browser that prints page after page, told to through two pipes of its own (the DevTools protocol)."""

    def __init__(self, browser: Path, folder: Path) -> None:
        if os.name != "posix":
            raise BrowserFailed("pipes are not inherited by number here")
        self._browser, self._asked, self._read, self._events = browser, 0, b"", list[str]()
        theirs, self._out = os.pipe()
        self._in, answers = os.pipe()
        launcher = [sys.executable, "-I", "-S", "-c", _WITH_PIPES, str(theirs), str(answers)]
        command = [*launcher, str(browser), *arguments(folder / "profile"), "--remote-debugging-pipe"]
        try:
            self._process = _started(command, browser, pass_fds=(theirs, answers))
        finally:
            os.close(theirs)
            os.close(answers)
        self._session = ""
        try:
            target = self._ask("Target.createTarget", SECONDS_TO_START, url="about:blank")["targetId"]
            self._session = self._ask("Target.attachToTarget", SECONDS_TO_START, targetId=target, flatten=True)[
                "sessionId"
            ]
            self._ask("Page.enable")
        except BaseException:
            self.end()
            raise

    def printed(self, page: Path) -> bytes:
        """The page as a PDF. Raises BrowserFailed."""
        self._events.clear()
        self._ask("Page.navigate", url=page.as_uri())
        end = time.monotonic() + SECONDS
        while "Page.loadEventFired" not in self._events:
            self._take(end)
        self._ask("Runtime.evaluate", expression="document.fonts.ready.then(() => 0)", awaitPromise=True)
        how = {"printBackground": True, "preferCSSPageSize": True}
        made = self._ask("Page.printToPDF", **how, generateTaggedPDF=True, generateDocumentOutline=True)
        return base64.b64decode(made["data"])

    def end(self) -> None:
        """End the browser."""
        os.close(self._in)
        os.close(self._out)
        _end(self._process)

    def _ask(self, method: str, seconds: float = SECONDS, **parameters: Any) -> dict[str, Any]:
        self._asked += 1
        said = {"id": self._asked, "method": method, "params": parameters}
        if self._session:
            said["sessionId"] = self._session
        end = time.monotonic() + seconds
        try:
            os.write(self._out, json.dumps(said).encode() + b"\0")
        except BrokenPipeError:
            raise BrowserFailed(f"the browser {self._browser.name} ended") from None
        while (answer := self._take(end)).get("id") != self._asked:
            pass
        if "error" in answer:
            raise BrowserFailed(f"the browser {self._browser.name} does not know {method}")
        found: dict[str, Any] = answer["result"]
        return found

    def _take(self, end: float) -> dict[str, Any]:
        """The next thing that the browser says; of an event its name is kept."""
        while b"\0" not in self._read:
            if not select.select([self._in], [], [], max(end - time.monotonic(), 0))[0]:
                raise BrowserFailed(f"the browser {self._browser.name} did not finish within {SECONDS:g} seconds")
            piece = os.read(self._in, 1 << 20)
            if not piece:
                raise BrowserFailed(f"the browser {self._browser.name} ended")
            self._read += piece
        text, _, self._read = self._read.partition(b"\0")
        said: dict[str, Any] = json.loads(text)
        self._events.append(said.get("method", ""))
        return said


@contextmanager
def printer(browser: Path) -> Iterator[Callable[[str], bytes]]:
    """A function that prints a page: in one browser for all of them, where that can be, or else in one for each.

    The function raises BrowserFailed, with a sentence, when the browser fails or does not finish.
    """
    with tempfile.TemporaryDirectory(prefix="symphony-pdf-", ignore_cleanup_errors=True) as folder:
        page, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        try:
            session = _Session(browser, Path(folder))
        except BrowserFailed:
            session = None

        def printed(html: str) -> bytes:
            page.write_text(html, encoding="utf-8", newline="\n")
            if session is not None:
                return session.printed(page)
            options = ["--no-pdf-header-footer", "--generate-pdf-document-outline", f"--print-to-pdf={target}"]
            run_browser(browser, [*options, page.as_uri()], Path(folder) / "profile", SECONDS)
            if not target.is_file() or not target.read_bytes().startswith(b"%PDF-"):
                raise BrowserFailed(f"the browser {browser.name} wrote no PDF")
            return target.read_bytes()

        try:
            yield printed
        finally:
            if session is not None:
                session.end()


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


def print_pdf(html: str, as_at: date, printed: Callable[[str], bytes]) -> bytes:
    """The page as a PDF: printed once to learn where each place is, and again with the numbers of the pages.

    ``printed`` prints a page as it is (``printer``); what it raises goes through.
    """
    document = printed(html)
    if _LEAF.search(html):
        document = printed(with_page_numbers(html, page_of(document)))
    return _renumbered(_fixed(document, as_at))


def pdfs_or_reason(pages: Mapping[str, str], as_at: date) -> dict[str, tuple[bytes | None, str]]:
    """Each page as a PDF, or None and the sentence that says why; a report is complete without them."""
    browser = find_browser()
    if browser is None:
        return dict.fromkeys(pages, (None, NO_BROWSER))
    made: dict[str, tuple[bytes | None, str]] = {}
    with printer(browser) as printed:
        for name, html in pages.items():
            try:
                made[name] = print_pdf(html, as_at, printed), ""
            except BrowserFailed as failure:
                said = f"No PDF was made: {failure}. Open self-evaluation.html in any browser and print it."
                made[name] = None, said
    return made
