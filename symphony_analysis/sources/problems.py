"""Problems of files: one line each, in one form, in words that the file's owner understands."""

from collections.abc import Iterable
from dataclasses import dataclass, field

SHOWN = 200
#: The column of a problem that is about no cell.
WHOLE_FILE = "(whole file)"
_NO_CELL = (WHOLE_FILE, "(whole sheet)", "(whole folder)")
_LONGEST = 60


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place. ``row`` is the row that Excel shows.

    ``about`` names the columns that a rule across columns compared, so that one wrong cell is reported once.
    """

    file: str
    row: int
    column: str
    found: str
    expected: str
    fix: str
    warning: bool = False
    about: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        if not self.file:
            return self.found
        place = "" if self.column in _NO_CELL else f"row {self.row}, column {self.column}: "
        return f"{self.file}: {place}found {self.found}; expected {self.expected}; fix: {self.fix}"


def in_rows(
    file: str, rows: Iterable[int], column: str, found: str, expected: str, fix: str, warning: bool = False
) -> list[Problem]:
    """The same problem in each of these rows."""
    return [Problem(file, int(row), column, found, expected, fix, warning) for row in rows]


class SourceError(ValueError):
    """A file that cannot be used, with every problem found in it. A run that meets one ends with ``exit_code``."""

    exit_code = 65

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"... and {len(self.problems) - SHOWN} more")
        super().__init__("\n".join(lines))


def whole_file(file: str, found: str, expected: str, fix: str) -> SourceError:
    """The error for a file that cannot be read at all."""
    return SourceError([Problem(file, 1, WHOLE_FILE, found, expected, fix)])


def sentence(text: str) -> SourceError:
    """The error for what is wrong with no file: a folder that is not there."""
    return SourceError([Problem("", 1, WHOLE_FILE, text, "", "")])


def shape(text: str) -> str:
    """The form of a value without the value: every letter is A and every digit 9. For pupil-level files."""
    formed = "".join("A" if c.isalpha() else "9" if c.isdigit() else c for c in visible(text))
    return f"{formed[:12]}..." if len(formed) > 12 else formed


def visible(text: str) -> str:
    """A value fit for one line of a message: unprintable characters as their code, and not too long."""
    safe = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text[: _LONGEST + 1])
    return f"{safe[:_LONGEST]}..." if len(text) > _LONGEST else safe
