"""A ``trust.toml`` for any trust of England, from the register of establishments that anybody can download."""

import json
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from symphony_analysis.sources.declare.context import Context
from symphony_analysis.sources.declare.source import Column, Source
from symphony_analysis.sources.layouts import gias
from symphony_analysis.sources.own import national, trust_toml
from symphony_analysis.sources.problems import whole_file
from symphony_analysis.sources.reading.csv_text import verified
from symphony_analysis.sources.reading.read_file import demand, read_file
from symphony_analysis.trust import Trust
from symphony_analysis.years import AcademicYear

FOLDERS = ("raw", "trust", "published")
_DAY_IN_NAME = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_SCHOOL_ENDING = re.compile(
    r"( (Church of England|C of E|CofE|CE|Roman Catholic|Catholic|RC|Voluntary|Controlled|Aided|Community|Primary"
    r"|Junior|Infants?|Nursery|and|&|Academy|School))+$"
)
_TRUST_ENDING = re.compile(
    r" ((Multi[- ]Academy|Academies|Academy|Learning|Educational|Education|Schools?|Catholic) )?Trust$", re.IGNORECASE
)
_UNFIT = re.compile(r'[/\\<>:"|?*{}\[\]$;`]')


#: Words of names that stay small, and short ones without a vowel that are no initials.
_SMALL = frozenset({"a", "and", "at", "by", "for", "in", "of", "on", "the", "to", "with"})
_NO_INITIALS = frozenset({"dr", "ltd", "mr", "mrs", "mt", "st"})
_INITIALS = frozenset({"ce", "cofe", "mat", "rc", "uk", "utc"})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True)
class Begun:
    """What ``begin`` wrote: the paths below the data folder, the trust's name, its schools, and what to look at."""

    made: tuple[str, ...]
    name: str
    schools: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def begin(
    data_dir: Path,
    register: Path,
    uid: str,
    as_at: date | None = None,
    links: Path | None = None,
    comparators: Path | None = None,
) -> Begun:
    """Begin a data folder for the trust of this UID: ``trust.toml``, folders, England's figures.

    ``register`` is the download "all establishment data" of GIAS, ``links`` its file of links between old and new
    URNs, ``comparators`` the national.csv to start with; ``as_at`` is today where it is not given. Raises SourceError,
    and has then written nothing, when the folder has a trust already or the register does not hold this one.
    """
    if (data_dir / trust_toml.NAME).exists():
        raise whole_file(
            trust_toml.NAME, "a trust in this folder already", "an empty data folder", "give another folder with --data"
        )
    day = _day_of(register.name)
    rows = _schools(register, uid)
    earlier = _earlier(links, set(rows["urn"])) if links else {}
    text = written(rows, uid, as_at or date.today(), earlier, day)
    for name in FOLDERS:
        (data_dir / name).mkdir(parents=True, exist_ok=True)
    made = [trust_toml.NAME]
    (data_dir / trust_toml.NAME).write_bytes(text.encode("utf-8"))
    if comparators and comparators.is_file() and not (data_dir / national.NAME).exists():
        shutil.copyfile(comparators, data_dir / national.NAME)
        made.append(national.NAME)
    trust = trust_toml.read(data_dir)
    return Begun(tuple(made), trust.name, tuple(school.name for school in trust.schools), tuple(_remarks(rows)))


def _remarks(rows: pd.DataFrame) -> list[str]:
    """What a person should look at: a name that the register has in capitals, schools that are not primary."""
    given = rows["trust_name"].iloc[0]
    name = as_people_write(given, rows["name"])
    said = [f"the register has '{given}', trust.toml has '{name}': correct it where it is wrong"]
    older = rows[rows["phase"].str.contains("secondary|16 plus|all-through", case=False)]
    return (said if name != given else []) + [
        f"{row.name}: {row.phase} in the register, and this report is of primary schools: take it out of trust.toml, "
        "or it is shown without results"
        for row in older[["name", "phase"]].itertuples(index=False)
    ]


def as_people_write(name: str, others: Iterable[str] = ()) -> str:
    """A name that the register has in capitals, as people write it: GLF Schools, St Bart's Academy Trust.

    Words in the names of its schools are written as there; a word without a vowel is taken for initials.
    """
    if not name.isupper():
        return name
    known = {word.casefold(): word for other in others for word in _WORD.findall(other) if not word.isupper()}

    def written(found: re.Match[str]) -> str:
        word, after = found[0].casefold(), name[found.end() : found.end() + 1]
        dotted = len(word) == 1 and (after == "." or name[found.start() - 1 : found.start()] == ".")
        if dotted or after.isdigit() or word in _INITIALS:
            return found[0]
        if word in _SMALL:
            return word if found.start() else word.capitalize()
        if word in known:
            return known[word][0].upper() + known[word][1:]
        if len(word) > 1 and word not in _NO_INITIALS and not set(word) & set("aeiouyéè"):
            return found[0]
        first, mark, rest = re.match(r"([^'’]+)(['’]?)(.*)", word).groups()  # type: ignore[union-attr]
        first = f"Mc{first[2:].capitalize()}" if re.match("mc[a-z]{3}", first) else first.capitalize()
        return first + mark + (rest.capitalize() if len(first) == 1 and len(rest) > 1 else rest)

    return _WORD.sub(written, name)


def _schools(register: Path, uid: str) -> pd.DataFrame:
    """The open establishments of the trust, one row each, in order of URN."""
    name_of_authority = Column("LA (name)", "authority_name", blank="", required=False)
    source = replace(gias.SOURCE, columns=(*gias.SOURCE.columns, name_of_authority), keep=_of_trust(uid))
    rows = _read(register, source)
    if "trust_code" not in rows:
        fix = "download 'All establishment data' from GIAS, not the results of a search"
        raise whole_file(register.name, "no column 'Trusts (code)'", "the download of all establishment data", fix)
    rows = rows[rows["status"].str.casefold().str.startswith("open")]
    if rows.empty:
        raise whole_file(
            register.name,
            f"no open establishment of the trust with UID {uid}",
            "the UID of a trust",
            "look the trust up in GIAS; its UID is the number in the address of its page",
        )
    return rows.sort_values("urn", ignore_index=True)


def _of_trust(uid: str) -> Callable[[Context, Mapping[str, int]], Callable[[Sequence[str]], bool]]:
    def keep(_: Context, places: Mapping[str, int]) -> Callable[[Sequence[str]], bool]:
        at = places.get("trust_code")
        return lambda row: at is not None and row[at].strip() == uid

    return keep


def _read(path: Path, source: Source) -> pd.DataFrame:
    # The register has no year and these rows belong to no trust of ours yet: any context will do.
    context = Context(Trust("", (), {}), AcademicYear(2024), path.name)
    return demand(read_file(verified(path, path.name), source, context))


def _earlier(links: Path, urns: set[str]) -> dict[str, list[str]]:
    """The URNs that each school had before, from the register of links."""
    rows = _read(links, replace(gias.LINKS, keep=lambda _, places: lambda row: row[places["urn"]].strip() in urns))
    before = rows[rows["link_type"].str.casefold() == "predecessor"]
    return {urn: sorted(found) for urn, found in before.groupby("urn")["link_urn"].agg(list).items()}


def _day_of(name: str) -> date | None:
    """The day of the register, which DfE writes into the name of the file."""
    found = _DAY_IN_NAME.search(name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def written(rows: pd.DataFrame, uid: str, as_at: date, earlier: Mapping[str, list[str]], day: date | None) -> str:
    """The text of ``trust.toml`` for these rows of the register; ``day`` is the day of the register."""
    name = as_people_write(rows["trust_name"].iloc[0], rows["name"])
    authorities = rows["authority"].value_counts()
    home = rows[rows["authority"] == authorities.index[0]].iloc[0]
    lines = [
        "# The trust and its schools, begun by symphony init from the register of establishments (GIAS).",
        "",
        "[trust]",
        f"name = {_quoted(name)}",
        f"short_name = {_quoted(_TRUST_ENDING.sub('', name) or name)}",
        f"uid = {_quoted(uid)}",
        f"local_authority_code = {int(home['authority']) if home['authority'].isdecimal() else 0}",
        f"local_authority_name = {_quoted(home['authority_name'] if 'authority_name' in rows else '')}",
        'strapline = ""',
        "",
        "[run]",
        f'as_at = "{as_at.isoformat()}"',
        'edition = "trustees"',
        "# The register does not say when a school joined the trust, so every school of today counts in every year.",
        '# Fill in joined_by below (both fields where the day is known), then say membership = "in_trust_that_year".',
        'membership = "all_current"',
    ]
    short = _short_names(list(rows["name"]))
    for row, shown in zip(rows.to_dict("records"), short, strict=True):
        lines += ["", *_school(row, shown, earlier.get(row["urn"], []), day)]
    return "\n".join(lines) + "\n"


def _school(row: Mapping[str, str], shown: str, earlier: Sequence[str], day: date | None) -> list[str]:
    opened = date.fromisoformat(row["opened"]) if row["opened"] else None
    known = f"The register gives {opened.isoformat()} as the day it opened. " if opened else ""
    return [
        "[[schools]]",
        f"name = {_quoted(shown)}",
        f"official_name = {_quoted(row['name'])}",
        f"urn = {_quoted(row['urn'])}",
        f"previous_urns = [{', '.join(_quoted(urn) for urn in earlier)}]",
        f"laestab = {_quoted(_laestab(row))}",
        f'joined_after = "{(opened - timedelta(days=1)).isoformat() if opened else ""}"',
        f'joined_by = "{day.isoformat() if day and (opened is None or day >= opened) else ""}"',
        f"note = {_quoted(known + 'The day it joined the trust is not in the register.')}",
    ]


def _laestab(row: Mapping[str, str]) -> str:
    joined = row["authority"] + row["estab"]
    return joined if re.fullmatch(r"\d{7}", joined, re.ASCII) else ""


def _short_names(names: list[str]) -> list[str]:
    """Names without the endings that all schools share, where they stay apart; and fit for the name of a file."""
    plain = [" ".join(_UNFIT.sub(" ", name).split()) for name in names]
    short = [_SCHOOL_ENDING.sub("", name) or name for name in plain]
    folded = [name.casefold() for name in short]
    return [s if folded.count(s.casefold()) == 1 else p for s, p in zip(short, plain, strict=True)]


def _quoted(text: str) -> str:
    # A JSON string is a TOML string too.
    return json.dumps(text, ensure_ascii=False)
