"""The annex: what leaves the report's sections, and that nothing of it is lost."""

from bs4 import BeautifulSoup

from symphony_analysis.report.pages import annex
from symphony_analysis.report.pages.fragments import fragment
from tests.report.conftest import markdown, notebook, shown

SURE = '<details class="data sure"><summary>How sure</summary><p class="soft">By one method.</p></details>'
SOURCE = '<details class="source"><summary>Where from</summary><p class="soft">A register of 30.</p></details>'
TABLE = "<div><table><caption>{}</caption></table></div>"


def tagged(cell):
    cell.metadata["tags"] = [annex.TAG]
    return cell


def divided_of(executed):
    return annex.divided(executed, {name: fragment(name, book) for name, book in executed.items()})


def divided():
    attendance = notebook(
        markdown("# Attendance\n\nDo they attend?"),
        shown(TABLE.format("Absence") + SURE + SOURCE),
        shown(TABLE.format("Persistent absence") + SURE),
        tagged(markdown("## Which kinds?")),
        tagged(shown("<p>Illness.</p>")),
    )
    sources = notebook(tagged(markdown("# Sources\n\nWhere from?")), shown("<p>Files.</p>"))
    return divided_of({"50_attendance": attendance, "90_sources": sources})


def words(part) -> str:
    return " ".join(BeautifulSoup(part.html, "html.parser").get_text(" ").split())


def test_the_report_keeps_its_tables_and_the_annex_gets_notes_and_tagged_parts():
    parts = divided()
    assert [part.slug for part in parts.report] == ["attendance"]
    assert words(parts.report[0]) == "Attendance Do they attend? Absence Persistent absence"
    assert [part.slug for part in parts.annex] == ["attendance", "sources"]
    assert words(parts.annex[0]) == (
        "Attendance Which kinds? Illness. Absence By one method. A register of 30. Persistent absence"
    ), "each note under the caption of its table, the method once"
    assert words(parts.annex[1]) == "Sources Files."


def test_a_report_without_anything_for_the_annex_has_none():
    parts = divided_of({"50_attendance": notebook(markdown("# Attendance\n\nDo they?"), shown("<p>Yes.</p>"))})
    assert parts.annex == () and words(parts.report[0]) == "Attendance Do they? Yes."
