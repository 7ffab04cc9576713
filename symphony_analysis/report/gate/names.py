"""A pupil's name in a text, however it is taken apart, turned round or shortened."""

import codecs
import re
from collections import defaultdict
from functools import lru_cache

_WORD = re.compile(r"([^\W\d_]+)(\.?)")
_BETWEEN_CELLS = re.compile(r"\s*[|,;\t\n]\s*")
#: A pupil's names are found in the cells of a row although others are between them.
_NEAR = 4
#: No pupil is written with more initials.
_INITIALS = 5
_SHORTEST_JOINED = 8
_HEAD = 4
_SHORT_SURNAME = 3
_ABBREVIATED = re.compile(r"(?<![\w.])(?:e\.\s?g|i\.\s?e)\.", re.I)


class Forms:
    """The forms in which pupils' names may be written, all in small letters."""

    def __init__(self, names: frozenset[tuple[str, str]]) -> None:
        #: Both names as words, in either order.
        self.whole = {f"{first} {last}" for pair in names for first, last in (pair, pair[::-1])}
        joined = {name.replace(" ", "") for name in self.whole}
        #: Run together, backwards and by the letter thirteen places on.
        self.joined = joined | {name[::-1] for name in joined} | {codecs.encode(name, "rot13") for name in joined}
        #: An initial and a surname as one word, like the name of a user.
        self.users = {f"{forename[0]}{surname.replace(' ', '')}" for forename, surname in names}
        self.longest = max(map(len, self.joined), default=0)
        self.heads = {name[:length] for name in self.joined for length in range(1, _HEAD + 1)}
        #: Surnames by forename; by initial; and by a name's last word what else belongs to it.
        self.surnames, self.by_initial, self.others = defaultdict(set), defaultdict(set), defaultdict(set)
        self.initials = defaultdict(set)
        for forename, surname in names:
            self.surnames[forename].add(surname)
            self.by_initial[forename[0]].add(tuple(surname.split()))
            self.initials[forename.split()[0]].add(surname[0])
            self.others[forename.split()[0]].add(tuple(surname.split()))
            self.others[surname.split()[-1]].add(tuple(forename.split()))


forms_of = lru_cache(maxsize=4)(Forms)


def named(text: str, names: frozenset[tuple[str, str]], as_read: bool = True, drawn: bool = False) -> bool:
    """Whether a pupil is named in a folded text.

    ``as_read``: it is what a person reads, and no mark-up, so that small initials count; ``drawn``: a file's operators
    are among it, so that no initials count.

    Both names in either order, at any place taken apart or run together, with a name between them; the surname with an
    initial, the forename with the surname's; both in cells of a row.
    """
    forms = forms_of(names)
    words = _WORD.findall(_ABBREVIATED.sub(" ", text))
    plain = [word.casefold() for word, _ in words]
    return (
        any(_begins_here(plain, at, forms) or _around(words, plain, at, forms) for at in range(len(plain)))
        or any(len(word) >= _SHORTEST_JOINED and word in forms.users for word in plain)
        or _in_cells(text, forms)
        or (
            not drawn and any(_shortened(words, plain, at, forms, as_read) for at, w in enumerate(plain) if len(w) == 1)
        )
    )


def _begins_here(plain: list[str], at: int, forms: Forms) -> bool:
    """Whether words from here on are a name when run together."""
    made = ""
    for end in range(at, len(plain)):
        made += plain[end]
        if made[:_HEAD] not in forms.heads or len(made) > forms.longest:
            return False
        long = len(made) >= _SHORTEST_JOINED or not made.isascii()
        if (long and made in forms.joined) or (end > at and " ".join(plain[at : end + 1]) in forms.whole):
            return True
    return False


def _around(words: list[tuple[str, str]], plain: list[str], at: int, forms: Forms) -> bool:
    """Whether both names have one more name or an initial between them, all with capitals."""
    return (
        plain[at] in forms.others
        and all(word[0].isupper() for word, _ in words[at : at + 2])
        and any(
            tuple(plain[at + 2 : at + 2 + len(other)]) == other and words[at + 1 + len(other)][0][0].isupper()
            for other in forms.others[plain[at]]
        )
    )


def _shortened(words: list[tuple[str, str]], plain: list[str], at: int, forms: Forms, as_read: bool) -> bool:
    """Whether the letter here is the initial of a forename beside its surname, or of a surname after its forename."""
    letter, dot = words[at]
    if not (dot or letter not in "AIai"):  # the article and the pronoun
        return False
    before = next((place for place in range(at - 1, max(-1, at - _INITIALS), -1) if len(plain[place]) > 1), -1)
    after = next(
        (place for place in range(at + 1, min(len(plain), at + _INITIALS)) if len(plain[place]) > 1), len(plain)
    )
    follows = before == at - 1 >= 0 and letter.isupper() and words[before][0][0].isupper()
    if follows and letter.lower() in forms.initials.get(plain[before], ()):
        return True
    if not (letter.isupper() or as_read):
        return False
    for surname in forms.by_initial.get(letter.casefold(), ()):
        for start, end in ((after, after + len(surname)), (before - len(surname) + 1, before + 1)):
            if start >= 0 and tuple(plain[start:end]) == surname:
                capital = any(word[0].isupper() for word, _ in words[start:end])
                if capital if letter.isupper() else len("".join(surname)) > _SHORT_SURNAME:
                    return True
    return False


def _in_cells(text: str, forms: Forms) -> bool:
    """Whether the cells of a row hold a pupil's first names and surname, with others between them or not."""
    cells = _BETWEEN_CELLS.split(text.casefold().replace("-", " "))
    return any(
        cell in forms.surnames and not forms.surnames[cell].isdisjoint(cells[max(0, at - _NEAR) : at + _NEAR + 1])
        for at, cell in enumerate(cells)
    )
