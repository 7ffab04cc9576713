"""Room one: files in, tidy frames out. Only this room opens ``data/`` and names an official column.

``load(data_dir)`` gives the ``Inputs``; one module a layout, each declared as a ``Source``.
"""

from symphony_analysis.sources.inputs import Inputs, load
from symphony_analysis.sources.prime import prime
from symphony_analysis.sources.primed import files_read
from symphony_analysis.sources.problems import Problem, SourceError

__all__ = ["Inputs", "Problem", "SourceError", "files_read", "load", "prime"]
