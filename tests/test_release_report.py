"""Audit, build, gate: each of them that fails stops a real run, and the reports stay as they were.

The run is the command's own on the shipped data of one year; only the notebooks are small. No part of the safety
sequence is replaced.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner

from symphony_analysis import cli, remembered, report, sources
from symphony_analysis.protect.hiding import Hiding
from symphony_analysis.release_report import build_report
from symphony_analysis.report import Band
from symphony_analysis.run import Parameters
from symphony_analysis.run.outcome import Exit, RunFailed
from tests.issues.conftest import AS_AT, YEAR, Office
from tests.people import copies
from tests.run.books import store

EARLIER = b"<p>the report of last week</p>"
PICTURE = (
    "import base64\n"
    "from IPython.display import Image, display\n"
    "dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='\n"
    "display(Image(base64.b64decode(dot)))"
)
PUPIL = (
    "from pathlib import Path\n"
    "pupils = Path(data_dir, 'raw', '202425', 'census_spring.csv').read_text().splitlines()\n"
    "print(dict(zip(pupils[0].split(','), pupils[1].split(',')))['UniquePupilNumber'])"
)


class Trust(Office):
    """One year of the shipped data with last week's report, and the command ``symphony run``."""

    def run(self, **notebooks: list[str]) -> RunFailed:
        """Run these notebooks and give the failure; whatever it was, the reports must be as they were."""
        store(self.root / "notebooks", **notebooks)
        result = CliRunner().invoke(cli.cli, ["run", "--year", "2024/25"], standalone_mode=False)
        assert isinstance(result.exception, RunFailed), result.output
        reports = [p.relative_to(self.out).as_posix() for p in self.out.rglob("*.html")]
        assert reports == ["202425/self-evaluation.html"]
        assert (self.out / reports[0]).read_bytes() == EARLIER
        assert sorted(p.name for p in (self.out / "202425").iterdir()) == ["self-evaluation.html"]
        return result.exception


@pytest.fixture
def trust(tmp_path, monkeypatch) -> Trust:
    trust = Trust(tmp_path).take_in("202425")
    (trust.out / "202425").mkdir(parents=True)
    (trust.out / "202425" / "self-evaluation.html").write_bytes(EARLIER)
    (trust.root / "notebooks").mkdir()
    (trust.root / "requirements.lock").write_text("pandas==3\n", encoding="utf-8")
    monkeypatch.chdir(trust.root)
    for name, value in copies.for_a_run(SYMPHONY_BROWSER="none").items():
        monkeypatch.setenv(name, value)
    return trust


def test_a_decision_that_hides_too_little_stops_the_build_before_anything_is_written(trust, monkeypatch, tmp_path):
    """Small groups hidden without the pupils that complete them: the audit finds it, and its answer is not ignored."""
    monkeypatch.setattr(Hiding, "_by_size", lambda self: np.copyto(self.hidden, self.few & self.block.stands))
    for step in ("_enough_together", "_complete", "_until_nothing_is_determined"):
        monkeypatch.setattr(Hiding, step, lambda self: None)
    monkeypatch.setattr(remembered, "_here", {})
    monkeypatch.delenv(remembered.MEMORY, raising=False)
    inputs, stage = sources.load(trust.data), tmp_path / "stage"
    stage.mkdir()
    asked = Parameters(YEAR, date.fromisoformat(AS_AT), "trustees")
    with pytest.raises(RunFailed, match="hidden figures could be worked out") as failure:
        build_report({}, asked, stage, inputs)
    assert failure.value.exit_code is Exit.LEAK
    assert not list(stage.iterdir())


def test_a_report_that_cannot_be_built_stops_the_run(trust):
    failure = trust.run(words=["print('a section')"], picture=[PICTURE])
    assert failure.exit_code is Exit.INTERNAL
    assert "could not be put together" in str(failure)


def test_a_pupil_in_a_finished_report_stops_the_run(trust):
    failure = trust.run(pupil=[PUPIL])
    assert failure.exit_code is Exit.LEAK
    assert "things that must not leave the trust are in the report" in str(failure)
    assert "A000202" not in str(failure)


def test_the_public_edition_of_a_draft_is_refused_before_anything_runs(tmp_path, monkeypatch):
    """As the trustees' report says it: what the public edition hides must not make a draft look finished."""
    asked = []
    monkeypatch.setattr(report, "draft_bands", lambda analysis: asked.append(analysis) or (Band("DRAFT", "Open."),))
    words = ["run", "--data", str(copies.ROOT / "data"), "--out", str(tmp_path / "reports"), "--year", "2024/25"]
    result = CliRunner().invoke(cli.cli, [*words, "--edition", "public"], standalone_mode=False)
    assert isinstance(result.exception, RunFailed), result.output
    assert result.exception.exit_code is Exit.DATA and "2024/25 is a draft" in str(result.exception)
    assert [(each.edition, each.school) for each in asked] == [("trustees", None)]
    assert not list(tmp_path.rglob("*.html"))
