"""How a year is run: notebooks through papermill, every output the same bytes, put in place in one step.

The only room that imports papermill. A command calls four functions and gives back the exit code they carry:

``execute_release(releases, *, notebooks, out, build, ...) -> Outcome``
    Runs every ``NN_*.ipynb`` of the folder ``notebooks`` for each ``Parameters`` in ``releases``, calls
    ``build(executed, parameters, stage, inputs)`` once per release, and puts each finished stage in
    ``out / parameters.folder`` by one rename. Raises ``RunFailed`` (``exit_code``, and a message fit for the
    reader) and then has changed nothing. ``options=Options(kernels=, jobs=, fresh=, dask=, ...)``.
``Parameters(year, as_at, edition, school, data_dir)``
    One release: closed names, typed values; ``.check(trust, years)`` refuses what the data does not hold.
    In ``build`` they read ``parameters.year`` (AcademicYear), ``.as_at`` (date), ``.edition``, ``.school`` (the
    school's name or ""), ``.data_dir`` (Path), ``.folder`` ("202425", "202425-public-glen-hills-137932").
``status(out, max_age_hours=36) -> Status``
    Did the last good run happen recently enough? ``exit_code`` 0 or 1 and ``lines`` to print.
``schedule(kind, command, at="02:30", folder=None) -> str``
    A ready entry for ``cron``, ``systemd`` or ``windows``; ``command`` is the list of words to start.

Nothing here imports papermill, pandas or a notebook library until a notebook has to be run.
"""

import sys
from importlib import import_module
from typing import Any

_HOMES = {
    "Exit": "outcome",
    "Limits": "time_limits",
    "Options": "options",
    "Outcome": "outcome",
    "Parameters": "notebooks.parameters",
    "RunFailed": "outcome",
    "Status": "unattended.journal",
    "execute_release": "whole_run",
    "parsed_year": "notebooks.parameters",
    "schedule": "unattended.schedule",
    "status": "unattended.journal",
}

__all__ = [*sorted(_HOMES), "import_lightly"]


def import_lightly() -> None:
    """Let jsonschema, which comes with nbformat, do without a grammar of addresses in this process.

    Compiling it when it is imported takes two seconds, for a check that no notebook's schema asks for. Called by
    the processes that are this project's alone.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def __getattr__(name: str) -> Any:
    """Find a public name in its module the first time it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"{__name__} has no {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
