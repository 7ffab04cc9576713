"""``python -m symphony_analysis`` is the ``symphony`` command."""

from symphony_analysis.cli import main

main()
