"""Files spoilt in a hundred odd ways (always the same ones): a check never fails, and every line keeps its form."""

import csv
import io
import random
import re

import pytest

from symphony_analysis.sources.checking.check import check
from tests.sources import bad_bases, bad_excel

LINE = re.compile(
    r"(warning: )?.+: (row \d+, column .+: )?found .+; expected .+; fix: .+|(warning: )?\.\.\. and \d+ more"
)
BASES = (
    bad_bases.census, bad_bases.absence, bad_bases.finance, bad_bases.gias_file, bad_bases.attendance,
    bad_bases.register, bad_bases.ks2_pupils, bad_bases.ks2,
)  # fmt: skip
CELLS = (
    "", "x", "-1", "1e999", "nan", "None", "NULL", "é", "\u202e", "\x00", '"', "1,2", "\u0663", "#N/A", "TRUE", "c",
    ":", "31/02/2024", "2024/25", "SUPP", "*", "100%", "0.5", "=1+1", "9" * 400, "\n", "a\nb", "A000",
)  # fmt: skip


def spoilt(draw, base):
    rows = [list(map(str, row)) for row in (base.header, *base.rows)]
    for _ in range(draw.randint(1, 4)):
        row = draw.choice(rows)
        place = draw.randrange(len(row))
        way = draw.random()
        if way < 0.7:
            row[place] = draw.choice(CELLS)
        elif way < 0.8 and len(row) > 1:
            del row[place]
        elif way < 0.9:
            row.insert(place, draw.choice(CELLS))
        else:
            rows.insert(draw.randrange(len(rows)), list(row))
    text = io.StringIO()
    csv.writer(text, lineterminator=draw.choice(["\n", "\r\n"])).writerows(rows)
    content = bytearray(text.getvalue().encode())
    if draw.random() < 0.2:
        content[draw.randrange(len(content))] = draw.randrange(256)
    return bytes(content[: draw.randrange(len(content))]) if draw.random() < 0.1 else bytes(content)


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.name)
def test_a_spoilt_text_file_is_told_and_never_breaks_a_check(folder, tmp_path_factory, base):
    draw = random.Random(base.name)
    path = tmp_path_factory.mktemp("in") / base.name
    for _ in range(25):
        path.write_bytes(spoilt(draw, base))
        found = check(folder.path, [path])
        assert all(LINE.fullmatch(line) for line in found.lines()), found.lines()
        assert found.exit_code == (65 if found.problems else 0)


def test_a_damaged_workbook_is_told_and_never_breaks_a_check(folder, tmp_path_factory):
    draw = random.Random("workbook")
    sound = bad_excel.book()
    path = tmp_path_factory.mktemp("in") / "book.xlsx"
    refused = 0
    for _ in range(40):
        content = bytearray(sound)
        for _ in range(draw.randint(1, 10)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        path.write_bytes(bytes(content))
        found = check(folder.path, [path])
        assert all(LINE.fullmatch(line) for line in found.lines()), found.lines()
        refused += bool(found.problems)
    assert refused > 25
