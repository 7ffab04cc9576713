"""``python -m tests.synthetic [--out data/raw]``: write the synthetic files of all three years."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.synthetic import writing


def main() -> None:
    """Read the one option and write the files."""
    parser = argparse.ArgumentParser(prog="python -m tests.synthetic", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("data/raw"), help="folder that holds a folder for each year")
    writing.write_all(parser.parse_args().out)


if __name__ == "__main__":
    main()
