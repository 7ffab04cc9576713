"""What a run finds before it starts: notebooks, data, code, and which reports would come out the same.

No notebook library is loaded for this, so that a run in which nothing changed is over at once.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from symphony_analysis.run.notebooks.parameters import Parameters
from symphony_analysis.run.notebooks.stored import Book, books_for
from symphony_analysis.run.options import Options
from symphony_analysis.run.unchanged.fingerprints import Machinery, Snapshot
from symphony_analysis.run.unchanged.run_json import is_unchanged


class Survey:
    """The state of inputs and reports at the start of one run; ``books``: the notebooks of each release."""

    def __init__(
        self, books: Sequence[Book], releases: Sequence[Parameters], notebooks: Path, out: Path, options: Options
    ) -> None:
        self.releases = tuple(releases)
        self.books = {release: books_for(books, release) for release in releases}
        self.notebooks, self.out, self.options = notebooks.resolve(), out, options
        self.data_dir = releases[0].data_dir.resolve()
        self.machinery = Machinery.of(options.lock)
        self.snapshot = Snapshot(self.data_dir)

    @cached_property
    def wanted(self) -> tuple[Parameters, ...]:
        """The releases whose report has to be made: all of them for ``--fresh``, else those that would change."""
        if self.options.fresh:
            return self.releases
        return tuple(
            release
            for release in self.releases
            if not is_unchanged(
                self.out / release.folder,
                release,
                self.books[release],
                self.snapshot,
                self.machinery,
                self.options.pages,
            )
        )
