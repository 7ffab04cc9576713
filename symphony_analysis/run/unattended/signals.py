"""Stop signals and the run's own time limit: the run ends in order, never while reports are put in place."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from symphony_analysis.run.outcome import Exit, RunFailed, Stopped

_CODES = {"SIGTERM": Exit.TERMINATED, "SIGHUP": Exit.HANGUP, "SIGINT": Exit.INTERRUPT, "SIGALRM": Exit.TIMEOUT}
_CODES["SIGBREAK"] = Exit.INTERRUPT  # Ctrl+Break and a closed console window, on Windows only
_HAS_ALARM = hasattr(signal, "setitimer")
_AGAIN_SECONDS = 0.5
_BEFORE, _AFTER = "nothing was put in place", "the reports are in place; the next run writes their list"


class Signals:
    """Turns the first stop signal into an exception in the main thread, and raises it again where that is lost.

    A library that is being imported, or Python itself in a callback, may pass over an exception. ``stop``: the
    exception that was raised.
    """

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._told: Exit | None = None
        self.stop: RunFailed | None = None
        self._hold, self._reached = False, _BEFORE
        self._timer: threading.Timer | None = None
        self._in_main = threading.current_thread() is threading.main_thread()

    def __enter__(self) -> Signals:
        for name in _CODES if self._in_main else ():
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._in_main and _HAS_ALARM:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, before in self._before.items():
            signal.signal(number, before)

    def limit(self, seconds: float) -> None:
        """Stop the run after so many seconds, whatever it is waiting for."""
        if self._in_main and _HAS_ALARM:
            signal.setitimer(signal.ITIMER_REAL, seconds)
        elif self._in_main:
            self._timer = threading.Timer(seconds, self._interrupt)
            self._timer.daemon = True
            self._timer.start()

    def _interrupt(self) -> None:
        """Without an alarm, interrupt the main thread as if from the keyboard."""
        self._told = self._told or Exit.TIMEOUT
        _thread.interrupt_main()

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        name = next(name for name in _CODES if getattr(signal, name, None) == number)
        self._told = self._told or _CODES[name]
        if self._hold or (self.stop is not None and self._is_on_its_way()):
            return
        if self._told is Exit.TIMEOUT:
            again = "run it again with a larger --run-seconds: finished notebooks are kept"
            message = f"the run took longer than allowed and was stopped; {self._reached}; {again}"
            self.stop = RunFailed(message, self._told)
        else:
            self.stop = Stopped(f"the run was stopped; {self._reached}", self._told)
        if _HAS_ALARM:
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS, _AGAIN_SECONDS)
        raise self.stop

    def _is_on_its_way(self) -> bool:
        """Whether the main thread is clearing up after the stop, or after what has become of it."""
        error, seen = sys.exc_info()[1], set[int]()
        while error is not None and error is not self.stop and id(error) not in seen:
            seen.add(id(error))
            error = error.__cause__ or error.__context__
        return error is not None and error is self.stop

    @contextmanager
    def held(self) -> Iterator[None]:
        """A stretch that is finished before a signal counts."""
        self._hold = True
        try:
            yield
            self._reached = _AFTER
        finally:
            self._hold = False
