"""Links between sections: a claim points to the figures that decided it, page one to the claim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bs4 import BeautifulSoup

from symphony_analysis.names import slug
from symphony_analysis.report.fragments import Fragment, set_heading_levels


def crosslinked(fragments: Sequence[Fragment], top: int = 2) -> tuple[Fragment, ...]:
    """The sections of one page, titles at heading level ``top``, with every link between them resolved.

    The first element that shows a figure becomes the place "#figure-<its id>"; a link to something that this report
    does not show becomes plain text.
    """
    soups = [BeautifulSoup(fragment.html, "html.parser") for fragment in fragments]
    places = _places(soups, [fragment.slug for fragment in fragments])
    for soup in soups:
        set_heading_levels(soup, top)
        for link in soup.find_all("a", href=re.compile("^#")):
            target = str(link["href"])[1:]
            found = places.get(target) or places.get(slug(target))
            if found is None:
                link.unwrap()
            else:
                link["href"] = f"#{found}"
    return tuple(replace(fragment, html=str(soup)) for fragment, soup in zip(fragments, soups, strict=True))


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
