"""The walk-through "add a measure": two files on a copy of the project, and it is in table, figures and definitions."""

import re
import subprocess

from tests.people.copies import ROOT, environment, project, rows, symphony

GUIDE = ROOT / "docs" / "add-a-measure.md"


def blocks() -> dict[str, str]:
    """The code of the walk-through by the file it goes into."""
    found = re.findall(r"`([\w/]+\.py)`[^\n]*\n\n```(?:python)?\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    return dict(found)


def test_the_walk_through_works_as_typed(tmp_path):
    given = blocks()
    assert list(given) == ["symphony_analysis/measures/attendance.py", "tests/measures/test_unexplained.py"]
    copy = project(tmp_path)
    module = copy / "symphony_analysis" / "measures" / "attendance.py"
    before = {path for path in copy.rglob("*") if path.is_file()}
    text = module.read_text(encoding="utf-8")
    end = text.index("\n)\n", text.index("MEASURES = (")) + 1
    added = text[:end] + given["symphony_analysis/measures/attendance.py"] + text[end:]
    module.write_text(added, encoding="utf-8")
    test = copy / "tests" / "measures" / "test_unexplained.py"
    test.parent.mkdir(parents=True)
    test.write_text(given["tests/measures/test_unexplained.py"], encoding="utf-8")
    assert {path for path in copy.rglob("*") if path.is_file() and "__pycache__" not in path.parts} - before == {test}
    (copy / "tests" / "__init__.py").touch()
    (copy / "tests" / "small_trust.py").write_bytes((ROOT / "tests" / "small_trust.py").read_bytes())
    python = environment(copy)
    passed = subprocess.run(
        [python, "-m", "pytest", "-p", "no:cacheprovider", str(test)],
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert passed.returncode == 0 and passed.stdout.startswith("."), passed.stdout
    for path in (copy / "notebooks").glob("*.ipynb"):
        if not path.name.startswith(("50_", "90_")):
            path.unlink()  # the other sections would only take time
    ran = symphony("run", "--year", "2024/25", "--data", copy / "data", "--out", copy / "reports", cwd=copy,
                   python=python)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    report = copy / "reports" / "202425"
    figures = [row for row in rows(report / "figures.csv") if row["measure"] == "unexplained_absence_share_percent"]
    assert {row["time_period"] for row in figures} == {"202223", "202324", "202425"}
    trust = next(r for r in figures if r["geographic_level"] == "Trust" and r["time_period"] == "202425"
                 and r["pupil_group"] == "all")  # fmt: skip
    assert 0 < float(trust["value"]) < 100 and trust["source_file"] == "raw/202425/attendance.csv"
    definitions = (report / "notebooks" / "90_sources_and_definitions.html").read_text(encoding="utf-8")
    assert "Unexplained share of absence" in definitions
    area = (report / "notebooks" / "50_attendance.html").read_text(encoding="utf-8")
    assert "unexplained_absence_share_percent.202425.trust.all" in area
