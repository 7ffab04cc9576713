"""The report's own judgements, figures, statements and evidence in the order of a trust inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symphony_analysis import claims
from symphony_analysis.claims.claim import listed
from symphony_analysis.dates import dates_in_words
from symphony_analysis.markup import Html, element, join, table

if TYPE_CHECKING:
    import pandas as pd

    from symphony_analysis.analysis import Analysis

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
                _judgement(judged[judged["area"] == area], strands[strands["area"] == area]),
                _statements(said, area),
                _evidence(held),
                join((element("a", each, href=f"#claim-{each}") for each in bare), ", ") if bare else "nothing",
            ]
        )
    head = ["Matter: part", "Judgement and figures", "Statements", "Evidence", "Without evidence"]
    return join([element("p", _LAW, class_="soft"), table("By the matters of a trust inspection", head, body, "words")])


def _judgement(rows: pd.DataFrame, strands: pd.DataFrame) -> Html:
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


def _evidence(rows: pd.DataFrame) -> Html:
    told = [
        element("li", dates_in_words(f"{row.title}: {row.status}"), data_figure=f"evidence.{row.id}")
        for row in rows.itertuples()
    ]
    return element("ul", *told) if told else Html("none recorded")
