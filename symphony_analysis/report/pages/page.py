"""The HTML pages: fragments, a cover and the style sheet become one self-contained page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from symphony_analysis.report.pages.cover import Cover
from symphony_analysis.report.pages.faces import declared
from symphony_analysis.report.pages.fragments import Fragment

HERE = Path(__file__).parent
#: The page may show its own pictures and style and nothing else: no script, no request to anywhere.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"
#: Notebooks listed in the contents below another one, because readers know the two as one section.
WITHIN = {"55_exclusions": "50_attendance"}

_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "template"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_ISSUE = re.compile(rb'<p class="facts issue">[^<]*</p>\n')


class Lines(NamedTuple):
    """What stands at the top and at the foot of every page on paper."""

    head: str
    foot: str


@dataclass(frozen=True)
class Whole:
    """The parts of a page of many sections.

    ``glossary``: the short forms with their meanings; ``annexed``: places of the annex that sections point to;
    ``schools``: those whose rows a reader may have marked, each with the class of its rows.
    """

    sections: tuple[Fragment, ...]
    cover: Cover
    glossary: tuple[tuple[str, str], ...] = ()
    annexed: tuple[str, ...] = ()
    schools: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Entry:
    """One line of the contents list; ``grade`` is the trust's judgement in words, or empty."""

    slug: str
    title: str
    grade: str
    within: tuple[Entry, ...] = ()


def contents(fragments: tuple[Fragment, ...], cover: Cover) -> tuple[Entry, ...]:
    """The contents list in the order of the report, a section that belongs to another below it."""
    entries = {f.name: Entry(f.slug, f.title, cover.grades.get(f.name, "")) for f in fragments}
    below = {name: parent for name, parent in WITHIN.items() if name in entries and parent in entries}
    return tuple(
        Entry(entry.slug, entry.title, entry.grade, tuple(entries[n] for n, p in below.items() if p == name))
        for name, entry in entries.items()
        if name not in below
    )


def _css_text(words: str) -> Markup:
    """The words as a CSS string: whatever is not a letter, digit or space is written as its code."""
    return Markup('"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in words) + '"')


def lines(cover: Cover) -> Lines:
    """The lines at the top and the foot of every page on paper."""
    head = " · ".join(band.word for band in cover.bands)
    return Lines(head, f"{cover.trust} · {cover.heading} · {cover.edition_label}")


def _running_lines(cover: Cover) -> dict[str, Markup]:
    head, foot = lines(cover)
    return {"top": _css_text(head), "foot": _css_text(foot)}


def _render(template: str, **context: object) -> str:
    style = Markup(declared() + (HERE / "report.css").read_text(encoding="utf-8"))
    return _TEMPLATES.get_template(template).render(policy=Markup(POLICY), style=style, **context)


def whole_page(report: Whole, on_paper: bool = False) -> str:
    """The combined report: every section in order, the glossary after them.

    On screen the contents come before the sections; on paper the summary is page one and they follow it.
    """
    return _render(
        "report.html.j2",
        cover=report.cover,
        running=_running_lines(report.cover),
        sections=report.sections,
        contents=contents(report.sections, report.cover),
        glossary=report.glossary,
        annexed=report.annexed,
        on_paper=on_paper,
        schools=report.schools,
        back=("annex.html", "Back to the annex") if report.annexed else None,
    )


def unissued_digest(page: bytes) -> str:
    """The sha256 of a page without its line of issue and signatures: an issue was frozen before it was signed."""
    return hashlib.sha256(_ISSUE.sub(b"", page)).hexdigest()


def annex_page(behind: Whole) -> str:
    """What is behind the report: intervals, sources, definitions, the glossary; each section points back."""
    return _render(
        "annex.html.j2",
        cover=behind.cover,
        running=_running_lines(behind.cover),
        sections=behind.sections,
        contents=contents(behind.sections, replace(behind.cover, grades={})),
        glossary=behind.glossary,
        annexed=(),
        on_paper=False,
        schools=behind.schools,
        back=("#contents", "Back to the contents"),
    )


def page_for_word(report: Whole) -> str:
    """The combined report without style, as pandoc reads it."""
    return _render("word.html.j2", cover=report.cover, sections=report.sections, glossary=report.glossary)


def single_page(fragment: Fragment, cover: Cover) -> str:
    """One notebook as a page of its own, with the same look."""
    return _render("notebook.html.j2", cover=cover, running=_running_lines(cover), section=fragment)


def board_page(fragment: Fragment, cover: Cover) -> str:
    """The board summary as a page of its own: one sheet of A4 when printed."""
    return _render("board.html.j2", cover=cover, running=_running_lines(cover), section=fragment)


def render_index(reports: Sequence[object], trust: str, colours: Mapping[str, str]) -> str:
    """The list of all reports, in the same look."""
    return _render("index_of_reports.html.j2", reports=reports, trust=trust, colours=colours)
