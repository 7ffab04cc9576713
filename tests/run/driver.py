"""The small trust of the tests run as a program that can be killed: ``python -m tests.run.driver ROOT``.

Options: ``--years A,B``, ``--kernels KIND``, ``--whole-run SECONDS``, ``--die-at POINT`` (kills itself there; at
"half NAME" when half of that file is written), ``--list TITLE`` (writes the list of reports),
``--no-network`` (any connection but a local socket ends it), ``--clock-back`` (the time of day jumps back meanwhile).
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from symphony_analysis.run import Limits, Options, Parameters, RunFailed, execute_release, import_lightly
from symphony_analysis.run.reports import build, put_in_place
from symphony_analysis.run.unattended import journal
from symphony_analysis.run.unchanged import fingerprints
from tests.run.report_room import plain_build

fingerprints.package_digest = lambda for_notebooks: f"steady {for_notebooks}"


def main() -> int:
    wish = _wishes()
    root = Path(wish.root)
    import_lightly()
    _prepare(wish)
    releases = [Parameters(year, "2026-04-30", data_dir=root / "data") for year in wish.years.split(",")]
    try:
        outcome = execute_release(
            releases,
            notebooks=root / "notebooks",
            out=Path(wish.out) if wish.out else root / "reports",
            build=plain_build,
            load=lambda data_dir: "loaded",
            after=(lambda out: _index().write_index(out, wish.list)) if wish.list else None,
            options=Options(
                kernels=wish.kernels,
                lock=root / "requirements.lock",
                limits=Limits(cell=120, notebook=120, whole_run=wish.whole_run),
            ),
        )
    except RunFailed as failure:
        print(f"symphony: {failure}", file=sys.stderr)
        return int(failure.exit_code)
    return int(outcome.exit_code)


def _index() -> Any:
    """The module that writes the list of reports, which takes seconds to import."""
    return import_module("symphony_analysis.report.index")


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--out", default="")
    parser.add_argument("--years", default="2023/24,2024/25")
    parser.add_argument("--kernels", default="auto")
    parser.add_argument("--whole-run", type=float, default=300)
    parser.add_argument("--die-at", default="")
    parser.add_argument("--list", default="")
    parser.add_argument("--no-network", action="store_true")
    parser.add_argument("--clock-back", action="store_true")
    return parser.parse_args()


def _prepare(wish: argparse.Namespace) -> None:
    if wish.die_at.startswith("half "):
        _die_within(wish.die_at.removeprefix("half "))
    elif wish.die_at:
        place, _, name = wish.die_at.partition(".")
        owners = {"build": build, "publish": put_in_place, "journal": journal.Journal}
        _die_before(owners[place] if place in owners else _index(), name)
    if wish.no_network:
        sys.addaudithook(_refuse_network)
    if wish.clock_back:
        real = time.time
        time.time = lambda: real() - 7200 * (int(time.monotonic() * 20) % 2)


def _die_before(owner: object, name: str) -> None:
    """Kill this process, hard, the moment this function would be called."""
    setattr(owner, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))


def _die_within(name: str) -> None:
    """Kill this process, hard, when half of this text is on the disk."""
    real = Path.write_text

    def half(self, text, *rest, **more):
        if self.name != name:
            return real(self, text, *rest, **more)
        real(self, text[: len(text) // 2], *rest, **more)
        return os.kill(os.getpid(), signal.SIGKILL)

    Path.write_text = half


def _refuse_network(event: str, arguments: tuple) -> None:
    if event == "socket.connect" and arguments[0].family != socket.AF_UNIX:
        raise RuntimeError("a connection was attempted")


if __name__ == "__main__":
    sys.exit(main())
