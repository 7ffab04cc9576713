"""The allow-list of HTML in the report, applied to every notebook's fragment before it is joined.

Text from files and people is escaped where tables and sentences are made; this is the second barrier.
"""

import re
from urllib.parse import urlsplit

import nh3

from symphony_analysis.markup import PHONE

# fmt: off
TAGS = frozenset((
    "a", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "li", "ol", "p", "q", "s", "section", "small", "span", "strong", "sub", "summary", "sup",
    "picture", "source", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
))
#: Elements that go with everything inside them; the text of any other element that is not allowed stays.
DROPPED_WHOLE = frozenset((
    "script", "style", "template", "iframe", "object", "embed", "noscript", "title", "svg", "math",
))
# fmt: on

ATTRIBUTES = {
    "*": {"data-figure", "class", "id", "role", "tabindex"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "source": {"srcset", "media", "width", "height"},
    "th": {"scope", "colspan", "rowspan", "headers"},
    "td": {"colspan", "rowspan", "headers"},
    "ol": {"start", "type"},
    "details": {"open"},
}
_PICTURE = re.compile(r"data:image/(?:svg\+xml|png|jpeg);base64,[A-Za-z0-9+/=\s]+")
_OFFICIAL_HOST = re.compile(r"(?:[a-z0-9-]+\.)*gov\.uk")


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """The value of an allowed attribute, or None to drop it.

    Links lead to places on the page and official publications: a link fetches nothing.
    """
    if attribute in {"src", "srcset"}:
        return value if _PICTURE.fullmatch(value) else None
    if attribute == "media":
        return value if value == PHONE else None
    if attribute == "href":
        parts = urlsplit(value)
        official = parts.scheme == "https" and _OFFICIAL_HOST.fullmatch(parts.netloc.lower())
        return value if value.startswith("#") or official else None
    if attribute == "tabindex":
        return value if value in {"0", "-1"} else None
    return value


def clean(html: str) -> str:
    """The fragment with nothing in it that could run, fetch, restyle the page or leave it unasked."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        generic_attribute_prefixes={"aria-"},
        attribute_filter=_keep,
        url_schemes={"https", "data"},
        link_rel=None,
        strip_comments=True,
    )
