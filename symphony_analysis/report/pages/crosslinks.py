"""Links between sections: a claim points to the figures that decided it, page one to the claim."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bs4 import BeautifulSoup

from symphony_analysis.names import slug
from symphony_analysis.report.pages.fragments import Fragment, set_heading_levels


@dataclass(frozen=True)
class Linked:
    """The sections of one page with their links resolved.

    ``places``: the id of every place of the page, with and without its section's prefix; ``schools``: those that have
    rows in a table, each the class of its rows and its name.
    """

    sections: tuple[Fragment, ...]
    places: Mapping[str, str]
    schools: tuple[tuple[str, str], ...] = ()

    def addresses(self, page: str) -> dict[str, str]:
        """The address of every place, for another page."""
        return {name: f"{page}#{place}" for name, place in self.places.items()}


def crosslinked(
    fragments: Sequence[Fragment],
    top: int = 2,
    elsewhere: Mapping[str, str] = MappingProxyType({}),
    schools: Sequence[str] = (),
) -> Linked:
    """The sections of one page, titles at heading level ``top``, with every link between them resolved.

    The first element that shows a figure becomes the place "#figure-<its id>"; a link to something that is neither here
    nor ``elsewhere`` (an address by place) becomes plain text. Each row of a table that is one of the ``schools`` gets
    the school's class.
    """
    soups = [fragment.parsed() for fragment in fragments]
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
    named = _name_rows(soups, schools) if schools else ()
    made = [replace(fragment, html=str(soup), soup=soup) for fragment, soup in zip(fragments, soups, strict=True)]
    return Linked(tuple(made), places, named)


def _name_rows(soups: Sequence[BeautifulSoup], names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Put a class on each row of a table that is a school's; the schools that have such rows."""
    classes = {name: f"school-{slug(name)}" for name in names}
    seen = set[str]()
    for head in (head for soup in soups for head in soup.find_all("th", scope="row")):
        name = head.get_text().rstrip(" †")
        if name in classes and head.parent is not None and head.find_parent("tbody"):
            head.parent["class"] = classes[name]
            seen.add(name)
    return tuple((classes[name], name) for name in sorted(seen))


def _places(soups: Sequence[BeautifulSoup], prefixes: Sequence[str]) -> dict[str, str]:
    """The id of every place, with and without its section's prefix, and of every figure."""
    places: dict[str, str] = {}
    for soup, prefix in zip(soups, prefixes, strict=True):
        for element in soup.find_all(id=True):
            name = str(element["id"])
            places.setdefault(name, name)
            places.setdefault(name.removeprefix(f"{prefix}-"), name)
    for soup in soups:
        for element in soup.find_all(None, {"data-figure": True}):
            wanted = slug(f"figure-{element['data-figure']}")
            if wanted not in places:
                places[wanted] = str(element.get("id") or wanted)
                element["id"] = places[wanted]
    return places
