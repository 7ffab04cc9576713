"""One module for each layout that is read: its declaration, its tidy frame, its checks. Found by looking here.

A module may hold several ``Source`` objects, and the ``Table`` that only they feed: see ``docs/add-a-layout.md``.
"""

import importlib
import pkgutil

from symphony_analysis.sources.declare.source import Source
from symphony_analysis.sources.declare.tables import TABLES, Table

_MODULES = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
_DECLARED = [thing for module in _MODULES for thing in vars(module).values()]
TABLES.update({thing.name: thing for thing in _DECLARED if isinstance(thing, Table)})

#: Every layout that can be read, by name: the heaviest first, then by name.
SOURCES: dict[str, Source] = {
    source.name: source
    for source in sorted(
        (thing for thing in _DECLARED if isinstance(thing, Source)), key=lambda source: (-source.weight, source.name)
    )
}


def feeding(table: str) -> list[Source]:
    """The layouts that feed a tidy table, the heaviest first."""
    return [source for source in SOURCES.values() if source.table == table]
