"""Small pieces of HTML, escaped where they are made; charts, tables and wording are built of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

#: The colours that drawings share with the page: the main one, words, soft words, better and worse.
NAVY, INK, SOFT, TEAL, RUST = "#12436D", "#1d1d1f", "#55595f", "#0f6b62", "#9a3412"


class Html(str):
    """Safe HTML, which a notebook displays as such."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


def text(value: object) -> Html:
    """Any value as escaped text; HTML made here passes unchanged."""
    return value if isinstance(value, Html) else Html(escape(str(value), quote=True))


def element(name: str, *content: object, **attributes: object) -> Html:
    """One element. Attribute names take a trailing underscore (class_) and underscores for hyphens (data_figure)."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    if name in {"br", "img"}:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{''.join(text(part) for part in content)}</{name}>")


def join(parts: Iterable[object], between: str = "") -> Html:
    """Pieces joined, escaped where they are not HTML already."""
    return Html(between.join(text(part) for part in parts))


def table(caption: object, head: Sequence[object], body: Iterable[Sequence[object]], class_: str = "") -> Html:
    """A table a screen reader can follow: caption, column and row headers, in a labelled scrolling region.

    The first cell of each body row is its header. A cell that is already a ``td`` is kept.
    """
    columns = element("tr", *(element("th", cell, scope="col") for cell in head))
    rows = []
    for first, *others in body:
        cells = (c if isinstance(c, Html) and c.startswith("<td") else element("td", c) for c in others)
        rows.append(element("tr", element("th", first, scope="row"), *cells))
    whole = element(
        "table",
        element("caption", caption),
        element("thead", columns),
        element("tbody", *rows),
        class_=class_,
    )
    label = caption.split("<")[0] if isinstance(caption, Html) else str(caption)
    return element("div", whole, class_="scroll", role="region", tabindex="0", aria_label=label)


def details(summary: str, *content: object, class_: str = "") -> Html:
    """A note that opens in place, without a script."""
    return element("details", element("summary", summary), *content, class_=class_)


def rich(source: str) -> Html:
    """Text typed by people, escaped; **bold** is the one mark they may use."""
    parts = escape(source, quote=True).split("**")
    return Html("".join(f"<strong>{part}</strong>" if at % 2 else part for at, part in enumerate(parts)))
