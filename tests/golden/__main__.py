"""Rewrite the golden figures on purpose: ``make golden``. Says what moved, for the entry in docs/methods.md."""

from __future__ import annotations

import sys

from tests.golden.figures import FOLDER, YEARS, as_text, difference, figures, methods_as_text, stored


def main() -> int:
    for year in YEARS:
        path = FOLDER / f"figures_{year}.csv"
        now = figures(year)
        for line in difference(stored(path), now):
            print(f"{year}: {line}")
        path.write_text(as_text(now), encoding="utf-8", newline="\n")
    path = FOLDER / "methods.csv"
    path.write_text(methods_as_text(), encoding="utf-8", newline="\n")
    print("Say in docs/methods.md, under the day, what was changed and which figures moved.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
