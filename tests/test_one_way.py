"""The rooms import one way only, and each library in its own room: the contracts of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_import_contracts_are_kept(tmp_path):
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout and "0 kept" not in done.stdout


def test_only_sources_opens_the_data_folder():
    readers = ("read_csv", "read_excel", "open(", "read_text", "read_bytes")
    package = ROOT / "symphony_analysis"
    readers_of_files = {"sources", "run", "report"}
    rooms = [p for p in package.rglob("*.py") if p.relative_to(package).parts[0] not in readers_of_files]
    assert len(rooms) > 20
    for path in rooms:
        # None reads data: the environment's lock, what a run has decided or read already, the report to be signed.
        if path.name in {"doctor.py", "remembered.py", "lab.py", "verify.py", "publish.py"}:
            continue
        source = path.read_text(encoding="utf-8")
        assert not [r for r in readers if f".{r}" in source or f" {r}" in source], path.name
