"""What a section opens and closes with: the judgement on its scale, the trust's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from symphony_analysis import claims
from symphony_analysis.claims.scales import in_words, scale_of
from symphony_analysis.display import count_in_words
from symphony_analysis.markup import Html, element, join, rich
from symphony_analysis.names import named
from symphony_analysis.sources.own.records_columns import CHOICES
from symphony_analysis.wording.claims_and_targets import THE_TRUSTS, marks

if TYPE_CHECKING:
    from symphony_analysis.analysis import Analysis


#: How a text is set that is neither a paragraph nor a line of a list.
_SET = {"strapline": "strapline", "note": "soft"}
_OURS = ("Our judgement: ", "Our figures: ")


def judgement(analysis: Analysis, area: str) -> Html:
    """How does the trust judge this area, and what do the strands of its figures say?

    The trust's own words and their place on the scale of that year; then the strands, which suggest no grade.
    """
    records = claims.judgements(analysis, area)
    if not len(records):
        return Html("")
    scale = scale_of(analysis.trust.settings, analysis.year)
    return join(_judgement(record, scale, analysis.school is not None) for record in records.itertuples())


def _judgement(record: Any, scale: claims.Scale, of_a_school: bool) -> Html:
    """In a school's edition the judgement and the data behind it are said to be the trust's, not the school's."""
    ours, data = ("The trust's judgement: ", "The trust's figures: ") if of_a_school else _OURS
    parts = [element("p", element("strong", ours), record.wording, ".", class_="judgement")]
    bands = [band for band in record.bands.split(";") if band in scale.steps]
    if bands:
        steps = (element("span", in_words([step]), class_="on" if step in bands else None) for step in scale.steps)
        label = f"Judgement: {in_words(bands)}, on a scale of {count_in_words(len(scale.steps))} steps"
        parts.append(element("div", *steps, class_="scale", role="img", aria_label=label))
    if record.strands:
        said = f"{record.strands} {record.flag}".strip()
        figures = element("p", element("strong", data), said, class_="soft indication")
        parts.append(element("div", figures, data_figure=f"judgement.{record.area}"))
    return join(parts)


def texts(analysis: Analysis, area: str, heading: str | None = None, kind: str | None = None) -> Html:
    """The trust's own words of this year for an area, once, with a mark in the margin at each statement.

    ``heading`` and ``kind`` narrow them down. The mark says whether figures or records bear the statement out, and why;
    a hollow one, that nothing can decide it. The register of all statements is in the annex.
    """
    records = analysis.records("texts", area)
    if heading is not None:
        records = records[records["heading"] == heading]
    if kind is not None:
        records = records[records["kind"] == named("kind of text", kind, CHOICES["kind"])]
    if not len(records):
        return Html("")
    register = claims.register(analysis, area)
    ordered = records.assign(order=pd.to_numeric(records["order"])).sort_values("order", kind="stable")
    parts = [
        _under_heading(name if heading is None else "", rows, register)
        for name, rows in ordered.groupby("heading", sort=False)
    ]
    if analysis.school and len(register):
        parts.insert(0, element("p", THE_TRUSTS, class_="soft"))
    return join(parts)


def _under_heading(heading: str, rows: pd.DataFrame, register: pd.DataFrame) -> Html:
    parts: list[Html] = [element("h3", heading)] if heading else []
    bullets: list[Html] = []
    for row in rows.itertuples():
        words: list[object] = [rich(row.text)]
        within = register[[each in row.text for each in register["text"]]]
        if len(within):
            words = [element("span", *words), " ", element("span", *marks(within), class_="margin")]
        said = "said" if len(within) else ""
        if row.kind in {"bullet", "aim", "principle"}:
            bullets.append(element("li", *words, id=f"text-{row.id}", class_=said))
            continue
        parts += [element("ul", *bullets)] if bullets else []
        bullets = []
        look = " ".join(filter(None, (_SET.get(row.kind), said)))
        parts.append(element("p", *words, id=f"text-{row.id}", class_=look))
    parts += [element("ul", *bullets)] if bullets else []
    return join(parts)


def commentary(analysis: Analysis, area: str) -> Html:
    """The trust's commentary on this area, marked as such; nothing where none is supplied."""
    rows = analysis.records("commentary", area)
    if not len(rows):
        return Html("")
    said = (element("p", rich(row.text)) for row in rows.itertuples())
    return element("blockquote", element("p", element("strong", "The trust's commentary")), *said)
