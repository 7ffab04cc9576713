"""Room one: files in, tidy frames out. Only this room opens ``data/`` and names an official column.

``load(data_dir)`` gives the ``Inputs``; one module a layout, each declared as a ``Source``.
"""

from symphony_analysis.sources.inputs import Inputs, load, prime
from symphony_analysis.sources.primed import files_read, read_by_rows
from symphony_analysis.sources.problems import Problem, SourceError

__all__ = ["Inputs", "Problem", "SourceError", "files_read", "load", "prime", "read_by_rows"]
