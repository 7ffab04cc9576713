"""A seeded sample of mutants: one operator or constant changed in the rooms that decide figures, nearest tests run.

``python -m tests.mutants [SEED [COUNT [ROOM ...]]]`` prints a line a mutant and the score. Each mutant runs in a fork
of one process that has loaded the libraries, in a copy of the project; so it needs Linux or macOS.
"""

from __future__ import annotations

import ast
import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "symphony_analysis"
SEED, COUNT = 14, 30
SECONDS = 300
COPIED = ("symphony_analysis", "tests", "data", "notebooks", "pyproject.toml")
LIBRARIES = ("pandas", "scipy.optimize", "scipy.sparse", "pandera", "hypothesis", "click.testing", "matplotlib.figure")
COMPARE = tuple(f"tests/compare/test_{name}.py" for name in ("verdict", "england", "intervals"))
MADE = "tests/protect/test_made_up_trusts.py"
#: By room, the tests nearest to it, quickest first.
NEAREST = {
    "measures/": ("tests/measures", *COMPARE),
    "compare/": (*COMPARE, "tests/test_claims.py"),
    "protect/": ("tests/test_protect.py", f"{MADE}::test_the_attack_and_the_audit_find_what_is_hidden_too_little",
                 f"{MADE}::test_a_companion_that_an_earlier_issue_showed_is_no_companion",
                 f"{MADE}::test_no_count_of_a_few_pupils_is_recovered_from_any_of_many_trusts[phonics]"),
    "claims/": ("tests/test_claims.py", "tests/test_claims_records.py", "tests/test_gaps.py",
                "tests/test_plausibility.py", "tests/test_targets_and_priorities.py", "tests/test_claims_shipped.py"),
    "issues/": ("tests/issues/test_trace.py", "tests/issues/test_verify.py", "tests/issues/test_reissued.py",
                "tests/issues/test_publish.py"),
}  # fmt: skip
_OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}  # fmt: skip
_CALLS = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """One change of one module: the ``at``-th place that can be changed, in the order of ``ast.walk``."""

    room: str
    module: str
    at: int
    line: int
    change: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.change}"


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Every node that can be changed, with what the change would be."""
    left_out = {
        id(part) for node in ast.walk(tree) for part in ast.walk(getattr(node, "annotation", None) or ast.Pass())
    }
    left_out |= {id(part) for node in ast.walk(tree) for part in ast.walk(getattr(node, "returns", None) or ast.Pass())}
    # The numbers of a frame's rows are no figures.
    left_out |= {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "ignore_index"
    }
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.Compare) and type(node.ops[0]) in _OTHER:
            yield node, _named(node.ops[0])
        elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _OTHER:
            yield node, _named(node.op)
        elif isinstance(node, ast.Attribute) and node.attr in _CALLS:
            yield node, f"{node.attr} -> {_CALLS[node.attr]}"
        elif isinstance(node, ast.Name) and node.id in _CALLS:
            yield node, f"{node.id} -> {_CALLS[node.id]}"
        elif isinstance(node, ast.Constant) and type(node.value) is bool:
            yield node, f"{node.value} -> {not node.value}"
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield node, f"{node.value} -> {node.value + 1}"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
            yield node, "negation dropped"


def _named(operator: ast.AST) -> str:
    return f"{type(operator).__name__} -> {_OTHER[type(operator)].__name__}"


def _change(node: ast.AST) -> None:
    if isinstance(node, ast.Compare):
        node.ops[0] = _OTHER[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp | ast.BinOp):
        node.op = _OTHER[type(node.op)]()
    elif isinstance(node, ast.Attribute):
        node.attr = _CALLS[node.attr]
    elif isinstance(node, ast.Name):
        node.id = _CALLS[node.id]
    elif isinstance(node, ast.Constant):
        node.value = not node.value if type(node.value) is bool else node.value + 1
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd() if isinstance(node.op, ast.Invert) else node.op
        if isinstance(node.op, ast.Not):  # "not x" becomes "not not x"
            node.operand = ast.UnaryOp(ast.Not(), node.operand)


def sample(seed: int = SEED, count: int = COUNT, rooms: Sequence[str] = tuple(NEAREST)) -> list[Mutant]:
    """So many mutants, drawn by this seed, as many of each room."""
    drawn = []
    for room in rooms:
        every = [mutant for path in sorted((PACKAGE / room).rglob("*.py")) for mutant in _of(path, room)]
        drawn += random.Random(f"{seed} {room}").sample(every, count // len(NEAREST))
    return drawn


def _of(path: Path, room: str) -> list[Mutant]:
    found = enumerate(places(ast.parse(path.read_text(encoding="utf-8"))))
    name = path.relative_to(PACKAGE).as_posix()
    return [Mutant(room, name, at, node.lineno, change) for at, (node, change) in found]  # type: ignore[attr-defined]


def mutated(mutant: Mutant, source: str) -> str:
    """The module's source with this change; comments and layout are lost."""
    tree = ast.parse(source)
    _change(next(node for at, (node, _) in enumerate(places(tree)) if at == mutant.at))
    return ast.unparse(ast.fix_missing_locations(tree))


def survives(mutant: Mutant, copy: Path) -> bool:
    """Do the nearest tests pass although the copy is changed? One that takes too long counts as noticed."""
    path = copy / "symphony_analysis" / mutant.module
    source = path.read_text(encoding="utf-8")
    path.write_text(mutated(mutant, source), encoding="utf-8")
    try:
        return _tested(copy, NEAREST[mutant.room]) == 0
    finally:
        path.write_text(source, encoding="utf-8")


def _tested(copy: Path, tests: tuple[str, ...]) -> int:
    """The exit code of pytest in a process of its own; what it prints is in ``said.txt`` of the copy."""
    child = os.fork()
    if child == 0:
        os.setsid()
        code = 70
        with contextlib.suppress(BaseException):
            os.chdir(copy)
            sys.path[0] = str(copy)
            os.environ["PYTHONPATH"] = str(copy)
            for name in [name for name in sys.modules if name.partition(".")[0] in {"symphony_analysis", "tests"}]:
                del sys.modules[name]
            said = (copy / "said.txt").open("w", encoding="utf-8")
            with said, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--capture=sys"]
                code = int(import_module("pytest").main([*options, *tests]))
        os._exit(code)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.1)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 124


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """A copy of the project to be changed; libraries are loaded, the project itself is not."""
    sys.dont_write_bytecode = True
    for name in LIBRARIES:
        import_module(name)
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        copy = Path(folder).resolve()
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        yield copy


def main(seed: int = SEED, count: int = COUNT, rooms: Sequence[str] = tuple(NEAREST)) -> list[Mutant]:
    """Print a line a mutant and the score of each room; give the mutants that survive."""
    left = []
    with copied() as copy:
        for room in rooms:
            if code := _tested(copy, NEAREST[room]):
                said = (copy / "said.txt").read_text(encoding="utf-8")
                raise SystemExit(f"{said[-4000:]}\nthe nearest tests of {room} end with {code} before any change")
            mutants = sample(seed, count, [room])
            survivors = []
            for mutant in mutants:
                begun = time.monotonic()
                survivors += [mutant] if survives(mutant, copy) else []
                word = "SURVIVES" if mutant in survivors else "noticed"
                print(f"{word:9} {time.monotonic() - begun:4.0f} s  {mutant}", flush=True)
            print(f"{room}: {len(mutants) - len(survivors)} of {len(mutants)} noticed (seed {seed})", flush=True)
            left += survivors
    return left


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *([sys.argv[3:]] if sys.argv[3:] else []))
