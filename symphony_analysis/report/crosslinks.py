"""Links between sections: a claim points to the figures that decided it, page one to the claim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from bs4 import BeautifulSoup

from symphony_analysis.names import slug
from symphony_analysis.report.fragments import Fragment, set_heading_levels

#: The class of a school's rows, and its name.
Schools = tuple[tuple[str, str], ...]


def crosslinked(
    fragments: Sequence[Fragment], top: int = 2, elsewhere: Mapping[str, str] = MappingProxyType({})
) -> tuple[Fragment, ...]:
    """The sections of one page, titles at heading level ``top``, with every link between them resolved.

    The first element that shows a figure becomes the place "#figure-<its id>"; a link to something that is neither here
    nor ``elsewhere`` (an address by place) becomes plain text.
    """
    soups = [BeautifulSoup(fragment.html, "html.parser") for fragment in fragments]
    places = _places(soups, [fragment.slug for fragment in fragments])
    for soup in soups:
        set_heading_levels(soup, top)
        for link in soup.find_all("a", href=re.compile("^#")):
            target = str(link["href"])[1:]
            if found := places.get(target) or places.get(slug(target)):
                link["href"] = f"#{found}"
            elif found := elsewhere.get(slug(target)):
                link["href"] = found
            else:
                link.unwrap()
    return tuple(replace(fragment, html=str(soup)) for fragment, soup in zip(fragments, soups, strict=True))


def addresses(page: str, fragments: Sequence[Fragment]) -> dict[str, str]:
    """The address of every place of a page's sections, with and without its section's prefix, for another page."""
    soups = [BeautifulSoup(fragment.html, "html.parser") for fragment in fragments]
    places = _places(soups, [fragment.slug for fragment in fragments])
    return {name: f"{page}#{place}" for name, place in places.items()}


def with_rows_named(fragments: Sequence[Fragment], names: Sequence[str]) -> tuple[tuple[Fragment, ...], Schools]:
    """The sections with a class on each row of a table that is a school's; and the schools that have such rows."""
    classes = {name: f"school-{slug(name)}" for name in names}
    made, seen = [], set[str]()
    for fragment in fragments:
        soup = BeautifulSoup(fragment.html, "html.parser")
        for head in soup.select("tbody th[scope=row]"):
            name = head.get_text().rstrip(" †")
            if name in classes and head.parent is not None:
                head.parent["class"] = classes[name]
                seen.add(name)
        made.append(replace(fragment, html=str(soup)))
    return tuple(made), tuple((classes[name], name) for name in sorted(seen))


def _places(soups: Sequence[BeautifulSoup], prefixes: Sequence[str]) -> dict[str, str]:
    """The address of every id, with and without its section's prefix, and of every figure."""
    places: dict[str, str] = {}
    for soup, prefix in zip(soups, prefixes, strict=True):
        for element in soup.find_all(id=True):
            name = str(element["id"])
            places.setdefault(name, name)
            places.setdefault(name.removeprefix(f"{prefix}-"), name)
    for soup in soups:
        for element in soup.select("[data-figure]"):
            wanted = slug(f"figure-{element['data-figure']}")
            if wanted not in places:
                places[wanted] = str(element.get("id") or wanted)
                element["id"] = places[wanted]
    return places
