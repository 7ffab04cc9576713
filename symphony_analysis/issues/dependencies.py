"""What the figures of an issue depend on, for later comparison: inputs, methods, members, protection."""

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
    """Everything that can move a figure.

    inputs (path: sha256), methods (measure: hash of its declaration), members (rule: year: URNs), protection
    (thresholds), and the version and hash of the program.
    """
    snapshot, trust = Snapshot(analysis.inputs.data_dir), analysis.trust
    names = [name for name in snapshot.names if name.startswith(_DECIDING)]
    rules = sorted({analysis.membership, *(m.membership for m in MEASURES.values() if m.membership)})
    return {
        "inputs": snapshot.digests(names),
        "methods": {name: declaration(measure) for name, measure in sorted(MEASURES.items())},
        "membership": analysis.membership,
        "members": {
            rule: {year.folder: sorted(s.urn for s in trust.members(year, rule)) for year in analysis.years}
            for rule in rules
        },
        "protection": asdict(Thresholds.of(analysis.edition, trust.settings)),
        "comparison_rule": COMPARISON_RULE,
        "code_version": symphony_analysis.__version__,
        "package_sha256": package_digest(False),
    }


def declaration(measure: Measure) -> str:
    """A hash of everything in a declaration that decides the figure; wording, links and interval do not."""
    formula = {part: value for part, value in asdict(measure.formula).items() if part != "spread"}
    decides: list[object] = [type(measure.formula).__name__, formula, measure.source, measure.unit, measure.decimals]
    decides += [measure.cohort, measure.membership, measure.pooled, sorted(measure.pupil_groups)]
    decides += [sorted(measure.england.items()), measure.compared_with, sorted(measure.unavailable)]
    decides.append(measure.stand_in.name if measure.stand_in else "")
    return digest_of(decides)[:16]


def changed(then: Mapping[str, str | None], now: Mapping[str, str | None]) -> list[str]:
    """Names of inputs that were changed, added or taken away."""
    return [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]


#: What decides a report apart from the data.
_COMMITTED = ("symphony_analysis", "notebooks", "requirements.lock")
PACKAGE = Path(symphony_analysis.__file__).parent


def commit(package: Path = PACKAGE) -> str:
    """The commit of the package's checkout, with "+changes" when its files are not as committed.

    "" when the package is no checkout, or there is no git: then only the hashes of the record identify the program.
    """
    root = package.parent
    if not _git(root, "ls-files", f"{package.name}/__init__.py"):
        return ""
    changes = _git(root, "status", "--porcelain", "--", *_COMMITTED)
    return _git(root, "rev-parse", "--verify", "--quiet", "HEAD") + ("+changes" if changes else "")


def _git(folder: Path, *words: str) -> str:
    """The output of a git command; "" when it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
