"""What the figures of an issue depend on, as it can be compared later: inputs, methods, members, protection."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import symphony_analysis
from symphony_analysis.analysis import Analysis
from symphony_analysis.compare import COMPARISON_RULE
from symphony_analysis.measures import MEASURES, Measure
from symphony_analysis.protect import Thresholds
from symphony_analysis.run.unchanged.fingerprints import Snapshot, digest_of, package_digest

#: Folders and files of ``data/`` that decide figures; past issues and notes for readers do not.
_DECIDING = ("raw/", "trust/", "national.csv", "trust.toml", "corrections.csv")


def facts(analysis: Analysis) -> dict[str, Any]:
    """All that can move a figure: inputs (path: sha256), methods (measure: hash of its declaration), members (rule:
    year: URNs), protection (thresholds), the rule of comparison, and the hash of the program.
    """  # fmt: skip
    snapshot = Snapshot(analysis.inputs.data_dir)
    names = [name for name in snapshot.names if name.startswith(_DECIDING)]
    rules = sorted({analysis.membership, *(m.membership for m in MEASURES.values() if m.membership)})
    return {
        "inputs": snapshot.digests(names),
        "methods": {name: declaration(measure) for name, measure in sorted(MEASURES.items())},
        "membership": analysis.membership,
        "members": {rule: _members(analysis, rule) for rule in rules},
        "protection": asdict(Thresholds.of(analysis.edition, analysis.trust.settings)),
        "comparison_rule": COMPARISON_RULE,
        "code_version": symphony_analysis.__version__,
        "package_sha256": package_digest(False),
    }


def _members(analysis: Analysis, rule: str) -> dict[str, list[str]]:
    return {year.folder: sorted(s.urn for s in analysis.trust.members(year, rule)) for year in analysis.years}


def declaration(measure: Measure) -> str:
    """A hash of everything in a declaration that decides the figure; wording, links and its interval do not."""
    formula = {part: value for part, value in asdict(measure.formula).items() if part != "spread"}
    return digest_of([
        type(measure.formula).__name__, formula, measure.source, measure.unit, measure.decimals,
        measure.cohort, measure.membership, measure.pooled, sorted(measure.pupil_groups),
        sorted(measure.england.items()), measure.compared_with, sorted(measure.unavailable),
        measure.stand_in.name if measure.stand_in else "",
    ])[:16]  # fmt: skip


def changed(then: Mapping[str, str | None], now: Mapping[str, str | None]) -> list[str]:
    """Which inputs were changed, added or taken away?"""
    return [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]


#: What decides a report beside the data.
_COMMITTED = ("symphony_analysis", "notebooks", "requirements.lock")
PACKAGE = Path(symphony_analysis.__file__).parent


def commit(package: Path = PACKAGE) -> str:
    """The commit at which the package is checked out, "+changes" behind it where its files are not as committed.

    "" where the package is no checkout, or there is no git: then only the hashes of the record tell the program.
    """
    root = package.parent
    if not _git(root, "ls-files", f"{package.name}/__init__.py"):
        return ""
    changes = _git(root, "status", "--porcelain", "--", *_COMMITTED)
    return _git(root, "rev-parse", "--verify", "--quiet", "HEAD") + ("+changes" if changes else "")


def _git(folder: Path, *words: str) -> str:
    """What git says; "" where it cannot."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
