"""Links between sections find their target wherever it is, and lead nowhere only as plain text."""

from symphony_analysis.report.pages.crosslinks import crosslinked
from symphony_analysis.report.pages.fragments import Fragment

SUMMARY = Fragment(
    "00_summary",
    "summary",
    "Summary",
    '<p><a href="#claim-G7">why</a> <a href="#figure-rate.202425.trust.all">rate</a> <a href="#figure-gone">gone</a>'
    ' <a href="https://www.gov.uk/">out</a></p>',
)
SECTION = Fragment(
    "30_governance",
    "governance",
    "Governance",
    '<div id="governance-claim-g7">said</div><td data-figure="rate.202425.trust.all">2.08</td>'
    '<span data-figure="rate.202425.trust.all">2.08</span>',
)


def test_a_link_finds_its_target_in_another_section():
    summary, section = crosslinked([SUMMARY, SECTION]).sections
    assert '<a href="#governance-claim-g7">why</a>' in summary.html
    assert '<a href="#figure-rate-202425-trust-all">rate</a>' in summary.html
    assert section.html.count('id="figure-rate-202425-trust-all"') == 1


def test_a_link_to_nothing_becomes_plain_text_and_others_stay():
    summary, _ = crosslinked([SUMMARY, SECTION]).sections
    assert " gone " in summary.html.replace("</a>", " ") and "figure-gone" not in summary.html
    assert '<a href="https://www.gov.uk/">out</a>' in summary.html


def test_a_figure_that_is_shown_on_the_other_page_is_linked_there():
    report = crosslinked([SECTION])
    (annex,) = crosslinked([SUMMARY], elsewhere=report.addresses("self-evaluation.html")).sections
    assert '<a href="self-evaluation.html#figure-rate-202425-trust-all">rate</a>' in annex.html
    assert '<a href="self-evaluation.html#governance-claim-g7">why</a>' in annex.html
    assert "figure-gone" not in annex.html


def test_the_rows_of_a_school_have_its_class_in_every_table():
    rows = "".join(f'<tr><th scope="row">{name}</th><td>1</td></tr>' for name in ("Glen Hills", "The Hall †", "Trust"))
    section = Fragment("x", "x", "X", f"<table><tbody>{rows}</tbody></table>")
    linked = crosslinked([section], schools=["The Hall", "Glen Hills", "Newcroft"])
    (named,), schools = linked.sections, linked.schools
    assert '<tr class="school-glen-hills"><th' in named.html and '<tr class="school-the-hall"><th' in named.html
    assert "<tr><th" in named.html
    assert schools == (("school-glen-hills", "Glen Hills"), ("school-the-hall", "The Hall"))
