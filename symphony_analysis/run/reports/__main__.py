"""``python -m symphony_analysis.run.reports ORDER``: one report, built in a process that can be ended by itself."""

import sys

from symphony_analysis.run import import_lightly

if __name__ == "__main__":
    import_lightly()
    from symphony_analysis.run.reports.build import answer

    answer(sys.argv[1:])
