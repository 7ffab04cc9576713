"""Kernels started ahead of time, imports done, while the notebooks before are still running. Works on every system."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from symphony_analysis.run.kernels.cold import ColdSource, close_loop
from symphony_analysis.run.kernels.environment import Surroundings

_READY_SECONDS = 60


class WarmSource(ColdSource):
    """Keeps ``width`` kernels ahead, and starts no more than ``needed`` in all that way."""

    kind = "warm"

    def __init__(self, surroundings: Surroundings, width: int, needed: int) -> None:
        super().__init__(surroundings)
        self._left = needed
        self._ahead: deque[Future[AsyncKernelManager]] = deque()
        self._pool = ThreadPoolExecutor(max_workers=width, thread_name_prefix="warming")
        for _ in range(width):
            self._order()

    def _order(self) -> None:
        if self._left > 0:
            self._left -= 1
            self._ahead.append(self._pool.submit(self._prepare))

    def _prepare(self) -> AsyncKernelManager:
        try:
            manager = super().acquire()
            try:
                self._import_ahead(manager)
            except BaseException:
                self.discard(manager)
                raise
        finally:
            close_loop()
        return manager

    def _import_ahead(self, manager: AsyncKernelManager) -> None:
        client: Any = manager.blocking_client()
        client.start_channels(stdin=False, hb=False, control=False)
        try:
            client.wait_for_ready(timeout=_READY_SECONDS)
            code = (
                "__import__('symphony_analysis.run.kernels.preload', fromlist=['preloading'])"
                f".import_ahead({list(self.surroundings.preload)!r})"
            )
            client.execute(code, silent=True, store_history=False, reply=True, timeout=_READY_SECONDS)
        except TimeoutError as error:
            raise RuntimeError("the kernel did not get ready") from error
        finally:
            client.stop_channels()

    def acquire(self) -> AsyncKernelManager:
        """The kernel that has been ready longest; the next one is ordered."""
        with self._lock:
            ready = self._ahead.popleft() if self._ahead else None
            self._order()
        return super().acquire() if ready is None else ready.result()

    def close(self) -> None:
        """End the kernels, also those that nobody took."""
        super().close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for future in self._ahead:
            if not future.cancelled() and future.exception() is None:
                self.discard(future.result())
        close_loop()
