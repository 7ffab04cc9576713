"""``mappings.toml``: the headings and codes of the exports that the trust's management information systems make."""

import difflib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from symphony_analysis.sources.declare.context import MisMapping
from symphony_analysis.sources.declare.source import Column, Source, names_of, plain
from symphony_analysis.sources.layouts import SOURCES
from symphony_analysis.sources.problems import WHOLE_FILE, Problem, SourceError
from symphony_analysis.sources.reading.csv_text import opened
from symphony_analysis.sources.reading.open_tables import first_rows

NAME = "mappings.toml"
_KEYS = frozenset({"name", "layout", "columns", "codes", "fill", "skip_rows", "sheet", "file"})
_FLAGS = ("1", "0", "true", "false", "y", "n", "yes", "no")
_ASK = "?"  # what a person has to fill in
_HEAD = (
    "# Exports of the trust's systems, as symphony add --map proposed them: their heading = the layout's.\n"
    f"# Replace every {_ASK!r}, or take the line out; what a column is for is in docs/data-dictionary.md.\n"
)
#: Words that systems use for the columns of the layouts, beside their own names.
_WORDS = {
    "urn": ("urn", "school urn", "dfe urn", "establishment urn"),
    "upn": ("upn", "unique pupil number", "pupil upn", "student upn"),
    "surname": ("surname", "legal surname", "last name", "family name", "pupil surname"),
    "academic_year": ("academic year", "year", "school year"),
    "term": ("term", "term name"),
    "age": ("age", "age at 31 august", "age at 31/08", "age at start of year"),
    "disadvantaged": ("disadvantaged", "pupil premium", "pp", "pp eligible", "pupil premium eligible", "pp indicator"),
    "fsm": ("fsm", "free school meals", "fsm eligible", "eligible for fsm", "current fsm"),
    "possible": ("possible sessions", "possible", "sessions possible", "possible marks"),
    "authorised": ("authorised absence", "authorised absences", "auth absence", "auth. abs.", "authorised"),
    "unauthorised": ("unauthorised absence", "unauthorised absences", "unauth absence", "unauth. abs.", "unauthorised"),
    "category": ("category", "type", "exclusion type", "suspension type", "incident type"),
    "started": ("start date", "date from", "from", "suspension start", "exclusion start date"),
    "sessions": ("sessions", "number of sessions", "sessions lost", "length (sessions)"),
    "reason": ("reason", "reason code", "exclusion reason", "suspension reason", "main reason"),
    "day": ("date", "day", "mark date"),
    "session": ("session", "am/pm"),
    "mark": ("mark", "code", "attendance code"),
}


def read(data_dir: Path) -> tuple[MisMapping, ...]:
    """The trust's mappings; none where there is no such file. Raises SourceError with every fault of the file."""
    path = data_dir / NAME
    if not path.is_file():
        return ()
    try:
        entries = tomllib.loads(opened(path, NAME).decode("utf-8-sig").replace("\r\n", "\n")).get("mapping", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        at = re.search(r"line (\d+)", str(fault))
        row = int(at[1]) if at else 1
        raise SourceError([Problem(NAME, row, "(whole row)", "no TOML", "TOML in UTF-8", "correct the line")]) from None
    problems = [p for number, entry in enumerate(entries, 1) for p in _faults(entry, f"[[mapping]] {number}")]
    names = [entry.get("name") for entry in entries]
    problems += [_fault(f"name {n}", "a second mapping of this name", "one") for n in names if names.count(n) > 1]
    if problems:
        raise SourceError(problems)
    return tuple(MisMapping(**entry) for entry in entries)


def _faults(entry: Mapping, where: str) -> list[Problem]:
    wrong = [_fault(f"{where} {key}", "no such key", ", ".join(sorted(_KEYS))) for key in sorted(set(entry) - _KEYS)]
    if not entry.get("name") or entry.get("layout") not in SOURCES:
        return [*wrong, _fault(where, f"layout {entry.get('layout')!r}", "a name, and a layout of the catalogue")]
    source = SOURCES[entry["layout"]]
    official = {column.official: column for column in source.columns}
    columns, fill = entry.get("columns", {}), entry.get("fill", {})
    given = [*columns.values(), *fill]
    wrong += [_fault(f"{where} columns", f"{n!r}", ", ".join(official)) for n in given if n not in official]
    wrong += [_fault(f"{where} columns", f"{n!r} twice", "each column once") for n in {*given} if given.count(n) > 1]
    wrong += [_fault(f"{where} fill", f"{n!r} = {_ASK!r}", "a value") for n, value in fill.items() if value == _ASK]
    needed = [c.official for c in source.columns if c.required and c.official not in given]
    wrong += [_fault(f"{where} columns", f"no heading for {n!r}", "a heading, or a value in fill") for n in needed]
    for column, codes in entry.get("codes", {}).items():
        allowed = official[column].allowed if column in official else ()
        if column not in official:
            wrong.append(_fault(f"{where} codes", f"{column!r}", ", ".join(official)))
        wrong += [
            _fault(f"{where} codes {column}", f"{theirs!r} = {code!r}", " or ".join(allowed) or "a code")
            for theirs, code in codes.items()
            if code == _ASK or (allowed and code not in allowed)
        ]
    return wrong


def _fault(place: str, found: str, expected: str) -> Problem:
    return Problem(NAME, 1, WHOLE_FILE, f"{found} in {place}", expected, f"correct it in {NAME}, then add the file")


def propose(content: bytes, file: str, name: str) -> tuple[str, Source] | None:
    """The text of a mapping for an export and its layout; None where no headings are near those of a layout.

    What a person must decide is a question mark. Raises SourceError for a file that cannot be read.
    """
    several = first_rows(content, file)
    sources = [source for source in SOURCES.values() if source.pupil_level or source.own_schools]
    found = [
        (source, _near(row, source), title, rows[place:], place)
        for title, rows in several
        for place, row in enumerate(rows)
        for source in sources
    ]
    needed = {source.name: [c.official for c in source.columns if c.required] for source in sources}
    source, near, title, rows, skipped = max(
        found, key=lambda one: len(set(needed[one[0].name]) & {*one[1].values()}) / len(needed[one[0].name])
    )
    lacking = [official for official in needed[source.name] if official not in near.values()]
    if len(lacking) > len(needed[source.name]) / 2:
        return None
    lines = ["[[mapping]]", f"name = {_quoted(name)}", f"layout = {_quoted(source.name)}"]
    if title:
        lines += [f"sheet = {_quoted(title)}"] if len(several) > 1 else []
    elif skipped:
        lines.append(f"skip_rows = {skipped}")
    lines += ["[mapping.columns]", *(f"{_quoted(theirs)} = {_quoted(ours)}" for theirs, ours in near.items())]
    year = next((c.official for c in source.columns if c.ours == "academic_year"), "")
    fill = [f"{_quoted(ours)} = {_quoted('{year}' if ours == year else _ASK)}" for ours in lacking]
    lines += ["[mapping.fill]", *fill] if fill else []
    header = list(rows[0])
    for theirs, ours in near.items():
        column = next(c for c in source.columns if c.official == ours)
        place = header.index(theirs)
        codes = _codes(column, {row[place].strip() for row in rows[1:] if place < len(row)})
        lines += [f"[mapping.codes.{_quoted(ours)}]", *codes] if codes else []
    return "\n".join(lines) + "\n", source


def keep(data_dir: Path, text: str) -> None:
    """Append a proposed mapping to ``mappings.toml``."""
    path = data_dir / NAME
    before = path.read_text(encoding="utf-8") if path.is_file() else _HEAD
    path.write_text(f"{before}\n{text}", encoding="utf-8", newline="\n")


def _near(row: Sequence[str], source: Source) -> dict[str, str]:
    """Each heading of this row that is, or is near to, a name of a column: heading -> the layout's name."""
    headings = {plain(cell): cell for cell in row if cell.strip()}
    near: dict[str, str] = {}
    names = {
        c.official: [plain(n) for n in names_of(c, source, None)] + [*_WORDS.get(c.ours, ())] for c in source.columns
    }
    for cutoff in (1.0, 0.8):
        for official, known in names.items():
            left = [heading for heading in headings if headings[heading] not in near]
            if official not in near.values():
                match = next((m for n in known for m in difflib.get_close_matches(n, left, 1, cutoff)), None)
                near |= {headings[match]: official} if match else {}
    return near


def _codes(column: Column, values: set[str]) -> list[str]:
    """Lines that turn values which the column does not allow into its codes, by their beginnings."""
    allowed = column.allowed if column.kind == "choice" else ("1", "0") if column.kind == "flag" else ()
    odd = sorted(value for value in values if value and allowed and plain(value) not in {*map(plain, allowed), *_FLAGS})
    lines = []
    for value in odd:
        near = [
            code for code in allowed if plain(code).startswith(plain(value)) or plain(value).startswith(plain(code))
        ]
        # "Aut" is the term, of whose name those of its halves are longer forms.
        whole = [code for code in near if all(other.startswith(code) for other in near)]
        lines.append(f"{_quoted(value)} = {_quoted(whole[0] if whole else _ASK)}")
    return lines


def _quoted(text: str) -> str:
    # A JSON string is a TOML string too.
    return json.dumps(text, ensure_ascii=False)
