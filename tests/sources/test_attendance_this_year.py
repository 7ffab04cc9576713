"""The year so far from the registers: to date beside England, by half term, week and year group; by hand."""

import re
from datetime import date, timedelta

import pytest
from matplotlib.text import Text

from symphony_analysis import charts, explore, tables
from symphony_analysis.analysis import open_analysis
from symphony_analysis.names import UnknownNameError
from symphony_analysis.sources.own import national

HEADER = ["URN", "UPN", "AgeAt31August", "Disadvantaged", "FSM", "Date", "Session", "Mark"]
SCHOOLS, PUPILS = ("100001", "100002", "100003"), 7
#: Fourteen Mondays; the week of 27 October has no school.
MONDAYS = [day for n in range(15) if (day := date(2025, 9, 8) + timedelta(7 * n)) != date(2025, 10, 27)]


def registers(folder, weeks=14):
    """One session a day: one and two pupils of each school in turn miss a day of the week, once four the whole."""
    rows = []
    for number, monday in enumerate(MONDAYS[:weeks]):
        for urn in SCHOOLS:
            for pupil in range(PUPILS):
                away = 5 if number == 12 and pupil < 4 else int(pupil <= number % 2 and number != 12)
                for day in range(5):
                    shown = (monday + timedelta(day)).strftime("%d/%m/%Y")
                    known = [urn, f"Z{urn[3:]}{pupil:08d}1", 6 + pupil % 2, "N", "N"]
                    rows.append([*known, shown, "AM", "I" if day < away else "/"])
    folder.add("attendance_marks", rows, HEADER, year="202526")


def england(folder):
    ends = "%,2,interim,Pupil attendance in schools,https://example.org,2026-04-16,day,stored-data,made up"
    begins = "202526,overall_absence_percent,all,state_funded_daily_attendance"
    lines = [",".join(national.COLUMNS), f"{begins},5.28,{ends}", f"{begins}_of_855,4.7,{ends}"]
    (folder.path / national.NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")


def told(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html)))


def written(chart):
    """The words in the picture."""
    return {text.get_text() for text in chart.figure.findobj(Text)}


@pytest.fixture
def analysis(folder):
    folder.of_schools(SCHOOLS)
    registers(folder)
    england(folder)
    return open_analysis("2025/26", "2026-04-30", data_dir=folder.path)


def test_to_date_beside_england_and_the_authority(analysis):
    # Six weeks of one day, seven of two and one of twenty: 40 of 490 sessions a school.
    page = told(tables.attendance_to_date(analysis))
    assert "Attendance 91.8% 95.3% 94.7%" in page and "Overall absence 8.2% 4.7% 5.3%" in page
    assert "not compared" in page and "published 16 April 2026" in page


def test_by_half_term_and_year_group(analysis):
    # Seven weeks before the break: 4 of one day and 3 of two, 10 of 245; after it 30 of 245.
    assert "Autumn 1 95.9% 4.1% Autumn 2 87.8% 12.2%" in told(tables.attendance_by_part(analysis, "half term"))
    # Year 2 is four of the seven: 13 ordinary weeks and two pupils in the long one, 23 of 280. Year 3: 7 + 10 of 210.
    assert "Year 2 91.8% 8.2% Year 3 91.9% 8.1%" in told(tables.attendance_by_part(analysis, "year group"))


def test_a_schools_attendance_by_half_term_is_one_question(analysis, folder):
    internal = open_analysis("2025/26", "2026-04-30", "internal", data_dir=folder.path)
    answer = explore.ask(internal, "overall absence", by="half term", school="School 100001")
    assert dict(zip(answer["part"], answer["shown"], strict=True)) == {"Autumn 1": "4.1%", "Autumn 2": "12.2%"}
    assert answer.chart().svg


def test_the_week_out_of_the_ordinary_is_the_signal(analysis):
    chart = charts.attendance_weeks(analysis)
    assert "one week beyond its usual scatter" in chart.headline
    assert re.findall(r"(\d+ \w+) [\d.]+% signal", told(chart.html)) == ["8 Dec"]
    assert {"England 5.3%", "Lower limit 0.0%"} < written(chart)


def test_eleven_weeks_have_no_limits(folder):
    folder.of_schools(SCHOOLS)
    registers(folder, weeks=11)
    chart = charts.attendance_weeks(open_analysis("2025/26", "2026-04-30", data_dir=folder.path))
    assert "limits from 12 weeks on" in chart.headline
    assert not any("limit" in words for words in written(chart))


def test_a_public_edition_and_a_year_without_registers_say_so(analysis, folder):
    public = open_analysis("2025/26", "2026-04-30", "public", data_dir=folder.path)
    assert "not in this edition" in told(tables.attendance_to_date(public))
    assert charts.attendance_weeks(public).svg == ""
    trustees = open_analysis("2025/26", "2026-04-30", data_dir=folder.path)
    # There is no census in this folder, and no such part at all.
    assert "Attendance by SEN is not told" in told(tables.attendance_by_part(trustees, "SEN"))
    with pytest.raises(UnknownNameError, match="no part 'weekday of the moon'"):
        tables.attendance_by_part(trustees, "weekday of the moon")
