"""Being told to stop: the run ends in order, and never in the middle of publishing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from symphony_analysis.run.outcome import Exit, Stopped

_CODES = {"SIGTERM": Exit.TERMINATED, "SIGHUP": Exit.HANGUP, "SIGINT": Exit.INTERRUPT}


class Signals:
    """Turns the first stop signal into Stopped in the main thread; later ones are not needed."""

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._told: Exit | None = None
        self._hold = False

    def __enter__(self) -> Signals:
        if threading.current_thread() is threading.main_thread():
            for name in _CODES:
                number = getattr(signal, name, None)
                if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        first = self._told is None
        self._told = self._told or _CODES[signal.Signals(number).name]
        if first and not self._hold:
            raise self._stopped()

    def _stopped(self) -> Stopped:
        return Stopped("the run was stopped; nothing was published", self._told)

    @contextmanager
    def held(self) -> Iterator[None]:
        """A stretch that is finished before a signal counts."""
        self._hold = True
        try:
            yield
        finally:
            self._hold = False
