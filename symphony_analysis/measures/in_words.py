"""A formula in words, from its declaration, so that the two cannot disagree."""

from __future__ import annotations

from symphony_analysis.measures.formulas import Published, Ratio
from symphony_analysis.measures.measure import Measure

_ENDINGS = ("_count", "_gbp", "_fte")
_SPELT_OUT = {
    "rwm": "reading, writing and maths",
    "gps": "grammar, punctuation and spelling",
    "gld": "good level of development",
    "eal": "first language other than English",
    "sen": "SEN",
    "ehc": "EHC",
}


def formula_in_words(measure: Measure) -> str:
    """The formula: "Absent sessions ÷ possible sessions × 100, each summed over the schools that count"."""
    formula = measure.formula
    if isinstance(formula, Published):
        said = f"{_word(formula.column)}, as published or recorded"
        return f"{_capital(said)}; nothing is added up"
    if isinstance(formula, Ratio):
        per = "" if formula.per == 1 else f" × {formula.per:g}"
        said = f"{_sum(formula.numerator)} ÷ {_sum(formula.denominator)}{per}"
    else:
        said = _sum(formula.terms)
    pooled = ", each summed over the schools that count" if measure.pooled else ", as recorded for the whole trust"
    return f"{_capital(said)}{pooled}"


def _sum(terms: tuple[str, ...]) -> str:
    """Terms as a sum: the first as it is, the others with their sign."""
    first, *rest = terms
    said = [_word(first.removeprefix("-"))]
    said += [f"{'−' if term.startswith('-') else '+'} {_word(term.removeprefix('-'))}" for term in rest]
    whole = " ".join(said)
    return f"({whole})" if rest else whole


def _word(column: str) -> str:
    """A column of a tidy table in words."""
    for ending in _ENDINGS:
        column = column.removesuffix(ending)
    return " ".join(_SPELT_OUT.get(part, part) for part in column.split("_"))


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
