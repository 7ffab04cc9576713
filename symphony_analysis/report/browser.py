"""Finding the Chrome, Chromium or Edge of this machine, and running it without leaving anything behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
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


def run(browser: Path, options: list[str], profile: Path, seconds: float) -> None:
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
