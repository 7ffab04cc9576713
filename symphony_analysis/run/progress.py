"""What runs, what is done, what is left: for a person at a terminal. Elsewhere nothing is printed but the result."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO

_CLEAR = "\r\x1b[2K"


class Progress:
    """A line per finished notebook and, under it, a line that changes."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.total, self.finished = total, 0
        self.lively = bool(getattr(self.stream, "isatty", lambda: False)())
        self._running: list[str] = []

    def running(self, labels: list[str]) -> None:
        """These are being worked on now."""
        self._running = labels
        self._draw()

    def done(self, label: str, seconds: float, cached: bool = False, failed: str = "") -> None:
        """This one is finished."""
        self.finished += 1
        how = f"failed: {failed}" if failed else "unchanged" if cached else f"{seconds:.1f} s"
        self._print(f"  {label:<40} {how}")

    def say(self, text: str) -> None:
        """A line for the person at the terminal."""
        self._print(text)

    def warn(self, text: str) -> None:
        """A line that is worth showing in a log too."""
        self._wipe()
        print(text, file=self.stream, flush=True)

    def close(self) -> None:
        """Take the changing line away."""
        self._wipe()

    def _print(self, text: str) -> None:
        if self.lively:
            self._wipe()
            print(text, file=self.stream)
            self._draw()

    def _wipe(self) -> None:
        if self.lively:
            print(_CLEAR, end="", file=self.stream, flush=True)

    def _draw(self) -> None:
        if self.lively:
            left = self.total - self.finished - len(self._running)
            line = f"{self.finished} of {self.total} done, {left} waiting; now: {', '.join(self._running) or '-'}"
            width = shutil.get_terminal_size().columns - 1
            print(f"{_CLEAR}{line[:width]}", end="", file=self.stream, flush=True)
