"""A notebook suite with which a multi-academy trust writes its yearly self-evaluation from its data.

One way through the house; a room imports only from the rooms before it:

    data/ -> sources -> measures -> compare, claims -> protect -> analysis -> charts | tables | wording -> board
          -> notebooks/ -> run -> report -> reports/

``years``, ``names``, ``symbols``, ``rounding``, ``trust`` and ``markup`` stand before all rooms; ``cli`` is the front
door. A notebook says ``from symphony_analysis import open_analysis, board, charts, tables, wording, explore``; each is
imported when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symphony_analysis import board, charts, explore, tables, wording
    from symphony_analysis.analysis import open_analysis

__all__ = ["board", "charts", "explore", "open_analysis", "tables", "wording"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "open_analysis":
        return import_module("symphony_analysis.analysis").open_analysis
    return import_module(f"symphony_analysis.{name}")
