"""The Chrome, Chromium or Edge already on this machine: where it is, and running it without leaving anything."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

#: Names an administrator's own choice: the full path of a browser, or that none is to be used.
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
#: No profile of the user's, no window, and no name of any host can be looked up: the page is all it sees.
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


class BrowserFailed(Exception):
    """The browser did not do what it was asked; the message is a sentence for the person who runs the report."""


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
    """Which browser can print here? None where there is none; ``SYMPHONY_BROWSER`` goes first; "none" rules all out."""
    environment = os.environ if environment is None else environment
    if environment.get(CHOICE) == NONE:
        return None
    return next((path for path in _candidates(environment, platform) if path.is_file()), None)


def arguments(profile: Path) -> list[str]:
    """How the browser is started every time; as root (a container) it cannot build its own sandbox."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*_QUIET, f"--user-data-dir={profile}", *(["--no-sandbox"] if is_root else [])]


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the browser and every process it started."""
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    else:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    process.wait(timeout=10)


def run(browser: Path, options: list[str], profile: Path, seconds: float) -> None:
    """Run the browser once; nothing of it is left when this returns. Raises BrowserFailed with a sentence."""
    command = [str(browser), *arguments(profile), *options]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )  # fmt: skip
    except OSError as error:
        raise BrowserFailed(f"the browser {browser.name} could not be started ({type(error).__name__})") from error
    try:
        code = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise BrowserFailed(f"the browser {browser.name} did not finish within {seconds:g} seconds") from None
    finally:
        _end_group(process)
    if code:
        raise BrowserFailed(f"the browser {browser.name} ended with code {code}")
