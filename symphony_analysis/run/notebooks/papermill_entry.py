"""What papermill finds under the name ``symphony``: ``papermill --engine symphony in.ipynb out.ipynb``.

The entry point ``papermill.engine`` names this class. Papermill loads it while it is itself being imported, so nothing
here may import papermill; the work is done in ``execution``.
"""

from __future__ import annotations

from typing import Any


class SymphonyEngine:
    """Hands every call on to ``execution.CarefulEngine``."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook; a dead kernel, a time-out or an early exit is a failure."""
        return _real().execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """The kernel that the notebook names."""
        return _real().nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """The language that the notebook names."""
        return _real().nb_language(nb, language)


def _real() -> Any:
    from symphony_analysis.run.notebooks.papermill_engine import CarefulEngine

    return CarefulEngine
