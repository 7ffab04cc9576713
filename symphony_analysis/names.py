"""Names in calls: found by name or label in any case, or refused with near names."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping

_MANY = 20


def slug(text: str) -> str:
    """The text in an address: lower case, letters and digits, single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def plain_slug(name: str) -> str:
    """A name in a folder: a slug without accents and apostrophes ("St. Mary's": "st-marys")."""
    kept = unicodedata.normalize("NFKD", name.replace("'", ""))
    return slug(kept.encode("ascii", "ignore").decode())


class UnknownNameError(ValueError, LookupError):
    """A name that does not exist; the message is one sentence with the nearest names or all there are."""


def unknown(what: str, asked: object, known: Iterable[str], listed: str = "", plural: str = "") -> UnknownNameError:
    """The error for an unknown name; ``listed`` says where to find the names when they are many."""
    names = list(dict.fromkeys(known))
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(str(asked).strip().casefold(), folded, n=3, cutoff=0.6)
    meant = f" (did you mean {' or '.join(folded[hit] for hit in near)}?)" if near else ""
    told = f"the {plural or what + 's'} are: {', '.join(names) or 'none'}"
    return UnknownNameError(f"no {what} {str(asked)!r}{meant}; {listed if len(names) > _MANY and listed else told}")


def named(what: str, asked: object, known: Mapping[str, str] | Iterable[str], plural: str = "") -> str:
    """The name that is meant by a name, or its label, in any case. Raises UnknownNameError."""
    labels = known if isinstance(known, Mapping) else {name: name for name in known}
    by_text = {_plain(label): name for name, label in labels.items()} | {_plain(name): name for name in labels}
    if (found := by_text.get(_plain(str(asked)))) is None:
        raise unknown(what, asked, labels, plural=plural)
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())
