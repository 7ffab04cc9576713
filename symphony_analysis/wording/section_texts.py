"""What a section opens and closes with, and the report's own words in the order of a trust inspection."""

from typing import Any

import pandas as pd

from symphony_analysis import claims
from symphony_analysis.analysis import Analysis
from symphony_analysis.claims.claim import listed
from symphony_analysis.claims.judgements import in_words, scale_of
from symphony_analysis.dates import dates_in_words
from symphony_analysis.display import count_in_words
from symphony_analysis.markup import Html, element, join, rich, table
from symphony_analysis.names import named
from symphony_analysis.sources.own.records import CHOICES
from symphony_analysis.wording.claims_and_targets import THE_TRUSTS, marks

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
            alone, reasons = marks(within)
            words = [element("span", *words, *alone)]
            words += [" ", element("span", *reasons, class_="margin")] if reasons else []
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


#: Under which matter of a trust inspection each area of the report belongs.
MATTERS = {
    "outcomes": ("Quality of education", "outcomes"),
    "disadvantaged": ("Quality of education", "disadvantaged pupils"),
    "overview": ("Governance and executive leadership", "overview"),
    "governance": ("Governance and executive leadership", "governance"),
    "attendance": ("Wellbeing", "attendance"),
    "exclusions": ("Wellbeing", "exclusions"),
    "safeguarding": ("Wellbeing", "safeguarding"),
    "school_improvement": ("Improvement of academies", "school improvement"),
    "finance": ("Management of resources", "finance"),
}
_LAW = (
    "From 2027/28 Ofsted inspects trusts under five matters (Children’s Wellbeing and Schools Act 2026). Here is what "
    "this report holds for each of them, and what rests on no figure and no record."
)


def trust_inspection(analysis: Analysis) -> Html:
    """What does this report hold for each matter of a trust inspection, and what has no evidence?

    A row is an area under its matter: the judgement with its strands, the statements by status, the evidence with its
    age, and the statements that nothing bears out.
    """
    register, judged = claims.register(analysis), claims.judgements(analysis)
    cited = analysis.records("claims").set_index("id")["evidence"]
    evidence, strands = claims.evidence(analysis), claims.strands(analysis)
    body = []
    for area, (matter, part) in MATTERS.items():
        said, held = register[register["area"] == area], evidence[evidence["area"] == area]
        bare = [i for i in said.loc[said["status"] == claims.NOT_TESTED, "id"] if not listed(cited[i])]
        body.append(
            [
                f"{matter}: {part}",
                _of_matter(judged[judged["area"] == area], strands[strands["area"] == area]),
                _statements(said, area),
                _dated_evidence(held),
                join((element("a", each, href=f"#claim-{each}") for each in bare), ", ") if bare else "nothing",
            ]
        )
    head = ["Matter: part", "Judgement and figures", "Statements", "Evidence", "Without evidence"]
    return join([element("p", _LAW, class_="soft"), table("By the matters of a trust inspection", head, body, "words")])


def _of_matter(rows: pd.DataFrame, strands: pd.DataFrame) -> Html:
    told = [
        element("div", element("p", f"{row.judged}."), ours, data_figure=f"judgement.{row.area}")
        for row in rows.itertuples()
        for ours in ([element("p", f"Our figures: {row.strands}")] if row.strands else [""])
    ]
    if told:
        return join(told)
    return join(["not judged by itself" if len(strands) else "no judgement, no figure against England"])


def _statements(rows: pd.DataFrame, area: str) -> Html:
    found = rows["status"].value_counts()
    counts = [f"{found[status]} {status}" for status in claims.STATUSES if status in found]
    return element("span", ", ".join(counts) or "none", data_figure=f"claims.{area}" if counts else None)


def _dated_evidence(rows: pd.DataFrame) -> Html:
    told = [
        element("li", dates_in_words(f"{row.title}: {row.status}"), data_figure=f"evidence.{row.id}")
        for row in rows.itertuples()
    ]
    return element("ul", *told) if told else Html("none recorded")
