"""Numbers on a page that carry no id, once years, dates, names and what is declared or quoted have been taken out.

What is declared: measures, symbols, rules, publications, files, terms. What is quoted: the trust's own records. All
of it is taken out as whole phrases, longest first, so that a number beside it still shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup, Comment, Tag

from symphony_analysis import claims
from symphony_analysis.analysis import Analysis
from symphony_analysis.board.headlines import KEY as HEADLINES_KEY
from symphony_analysis.board.schools import KEY as GRID_KEY
from symphony_analysis.measures import GROUPS, MEASURES
from symphony_analysis.measures.finance import RESERVES_LOW, STAFF_COSTS_HIGH
from symphony_analysis.measures.measure import GOALS, formula_in_words
from symphony_analysis.report.pages import cover
from symphony_analysis.symbols import MEANINGS

RECORDS = ("judgements", "claims", "targets", "priorities", "evidence", "ofsted", "peer_reviews", "survey",
           "governance", "texts", "glossary", "commentary", "expectations", "similar_schools")  # fmt: skip
#: What is no figure of its own, wherever it stands.
_PLAIN = [
    r"\b(?:20)?\d\d/\d\d\b",  # an academic year
    r"\b20\d\d(?:-\d\d(?:-\d\d)?)?\b",  # a year, a month, a day
    r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
    r"\b[Kk]ey [Ss]tages? [12]\b|\bKS[12]\b|\b[Yy]ear [1-6]\b|\bS2S\b",
    r"\b(?:beyond )?95% (?:intervals?|limits?)\b|\bbeyond 95%|^(?:95|99\.8)%$",
    r"(?:95% and )?\b(?:95|99\.8)% of schools at England's level",
    r"\bup to \w+ of these \d+ comparisons\b",  # what chance alone gives in the table above
    r"\b(?:raw|trust)/20\d{4}/\w+\.csv\b",
    r"\bv3\.0\b",  # the Open Government Licence
    r"\bSHA-256\b",
    rf"\(DfE may ask under {RESERVES_LOW:g}%\)",
    rf"\bunder {RESERVES_LOW:g}% in revenue reserves\b|\bover {STAFF_COSTS_HIGH:g}% in staff costs\b",
]
_SPACE = re.compile(r"\s+")


def squeezed(text: str) -> str:
    return _SPACE.sub(" ", text.replace("**", "")).strip()


def declared(analysis: Analysis) -> list[str]:
    """Every phrase with a digit that is declared or quoted, longest first."""
    phrases: list[str] = [*MEANINGS.values(), *GROUPS.values(), claims.RULE, HEADLINES_KEY, GRID_KEY]
    for measure in MEASURES.values():
        stands = measure.stand_in
        for one in (measure, stands) if stands else (measure,):
            label = one.label
            within = [label, label.replace(": ", ", "), f"{label[0].lower()}{label[1:]}"]
            phrases += [*within, within[1][0].lower() + within[1][1:], one.short_label, one.unit, one.definition]
            phrases += [one.why, *one.unavailable.values(), formula_in_words(one)]
            phrases += [one.unit.capitalize()]
    phrases += [goal.words for goal in GOALS.values()]
    frame = analysis.figures().frame
    phrases += [*frame["note"].unique(), *frame["england_vintage"].dropna().unique()]
    manifest = analysis.inputs.manifest
    for column in ("path", "title", "publisher"):
        phrases += list(manifest[column].unique())
    phrases += [digest[:12] for digest in manifest["sha256"]]
    phrases += [meaning for _, meaning in cover.glossary(analysis.inputs, analysis.year)]
    for name in RECORDS:
        for cell in analysis.inputs.records(name, analysis.year).to_numpy().ravel():
            phrases += [cell, *re.split(r"[|;]", cell)]
    kept = {squeezed(phrase) for phrase in phrases if re.search(r"\d", str(phrase))}
    # A bare number is no phrase: it would hide whatever number stands alone.
    return sorted((p for p in kept if re.search(r"[^\W\d_]", p)), key=len, reverse=True)


def texts(page: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    """Every piece of text that a reader sees or hears, with the element it belongs to."""
    for node in page.find_all(string=re.compile(r"\d")):
        if not isinstance(node, Comment) and node.find_parent(["style", "script", "head"]) is None:
            yield node.parent, str(node)
    for attribute in ("alt", "title", "aria-label"):
        for tag in page.find_all(attrs={attribute: re.compile(r"\d")}):
            yield tag, str(tag[attribute])


def left_over(text: str, phrases: Iterable[str]) -> str:
    """What is left of a text once what is declared or quoted has been taken out; "" where no digit is left."""
    rest = squeezed(text)
    for phrase in phrases:
        if phrase in rest:
            rest = rest.replace(phrase, " ")
        if not re.search(r"\d", rest):
            return ""
    for pattern in _PLAIN:
        rest = re.sub(pattern, " ", rest)
    return squeezed(rest) if re.search(r"\d", rest) else ""


def traced(tag: Tag) -> bool:
    """Does this element, or one around it, carry the id of a figure?"""
    return tag.has_attr("data-figure") or tag.find_parent(attrs={"data-figure": True}) is not None


def excused(tag: Tag, text: str) -> bool:
    """Counts of what a heading folds away, the second of two regions of one name, and the page's own fingerprint."""
    if tag.name == "summary":
        return re.fullmatch(r"\d+ more claims, not tested", squeezed(text)) is not None
    if text == tag.get("aria-label"):
        return not re.search(r"\d", re.sub(r", \d+$", "", text))
    return tag.find_parent("footer") is not None and "symphony-analysis version" in text


def orphans(page: BeautifulSoup, phrases: list[str]) -> list[tuple[str, str]]:
    """Numbers without an id: where each stands, and what is left of its text. Pictures: see ``unheard``."""
    found = []
    for tag, text in texts(page):
        rest = left_over(text, phrases)
        label = re.sub(r", \d+$", "", rest) if text == tag.get("aria-label") else rest
        if not re.search(r"\d", label) or text == tag.get("alt") or traced(tag) or excused(tag, text):
            continue
        found.append((f"{tag.parent.name if tag.parent else ''} > {tag.name}.{'.'.join(tag.get('class', []))}", rest))
    return found


_NUMBER = re.compile(r"[\u2212+-]?[£]?\d[\d,]*(?:\.\d+)?")
_COUNTED = re.compile(r"\b\d+ (?:schools|measures|without a figure)\b")


def numbers(text: str) -> set[str]:
    """The numbers of a text without sign, unit and thousands commas, as they are compared between words and table."""
    return {found.lstrip("\u2212+-").replace("£", "").replace(",", "") for found in _NUMBER.findall(text)}


def of_chart(picture: Tag) -> set[str]:
    """The numbers of a chart that carry an id: in its headline and in the table behind it."""
    figure = picture.find_parent("figure")
    behind = figure.find_next_sibling("details")
    places = [*figure.select("[data-figure]"), *(behind.select("[data-figure]") if behind else [])]
    return set().union(*(numbers(place.get_text(" ")) for place in places)) if places else set()


def unheard(words: str, traced_beside: set[str], phrases: list[str]) -> set[str]:
    """The numbers in a picture's words (its alternative, a label in it) that nothing traced of the chart shows."""
    return numbers(left_over(_COUNTED.sub(" ", words), phrases)) - traced_beside
