"""Small pieces of HTML, escaped where they are made; charts, tables and wording are built of them."""

import re
from collections.abc import Iterable, Sequence
from html import escape

#: The colours that drawings share with the page: the main one, words, soft words, better and worse.
NAVY, INK, SOFT, TEAL, RUST = "#12436D", "#1d1d1f", "#55595f", "#0f6b62", "#9a3412"
#: Where a page shows a chart's narrow drawing; paper is wide.
PHONE = "screen and (max-width:40rem)"


#: The report's look where its style sheet is not: readable on light and on dark paper.
_INLINE = {
    "soft": "opacity:.75;font-size:.92em",
    "tag": "white-space:nowrap;font-weight:700;margin-right:.4em",
    "better": "color:#1F8A80",
    "worse": "color:#C8501E",
    "held": "color:#A8569A",
    "perhaps": "font-weight:400",
    "scale": "display:grid;grid-template-columns:repeat(5,1fr);gap:8px;max-width:46em;text-align:center",
    "on": f"background:{NAVY};color:#fff;font-weight:700",
    "scroll": "overflow-x:auto",
}
_ELEMENTS = {"caption": "text-align:left;font-weight:700", "th": "text-align:left;white-space:normal"}
_OPENING = re.compile(r"<(div|p|span|td|th|ul|li|caption)((?: [^<>]*)?)>")
_IN_LAB: list[bool] = []


def look_like_the_report() -> None:
    """From now on this process shows its tables with the report's look in them: for JupyterLab, never for a run."""
    _IN_LAB[:] = [True]


def inlined(page: str) -> str:
    """The page with the report's look written into each element that has a class of it."""

    def styled(opening: re.Match[str]) -> str:
        name, rest = opening[1], opening[2]
        classes = re.search(r' class="([^"]*)"', rest)
        looks = [_ELEMENTS.get(name, ""), *(_INLINE.get(each, "") for each in (classes[1] if classes else "").split())]
        said = ";".join(look for look in looks if look)
        return f'<{name}{rest} style="{said}">' if said and " style=" not in rest else opening[0]

    return _OPENING.sub(styled, page)


class Html(str):
    """Safe HTML, which a notebook displays as such."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return inlined(str(self)) if _IN_LAB else str(self)


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
    if name in {"br", "img", "source"}:
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
