"""Break every rule on purpose and see whether its cases notice: ``python benchmarks/mutation.py [stem …]``.

Each file of ``perfxl/rules`` is changed in one place at a time (a comparison turned, a condition made always true, a
number one more …), and the workbooks of the rule's cases are judged again. A change after which no finding differs in
code, severity, file or cell has survived: either the cases miss something, or the changed code does nothing.
"""

from __future__ import annotations

import ast
import copy
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "rules")]

from case_files import Bench, Case, cases  # noqa: E402 -- the folders above must be known first

from perfxl import rules  # noqa: E402
from perfxl.judge import run  # noqa: E402

SECONDS = 60
#: beside the cases of a helper, those of so many files that use it
USERS = 8
TURNED: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip


def main() -> int:
    """Break the files that are named, or all; the exit code says whether a change survived."""
    known = sorted(path.stem for path in Path(rules.__file__).parent.glob("*.py") if path.stem not in NOT_RULES)
    made = survived = 0
    for stem in sys.argv[1:] or known:
        if stem not in known:
            raise SystemExit(f"no rule file {stem}.py")
        with tempfile.TemporaryDirectory() as folder:
            for change, caught in _broken(stem, Path(folder)):
                made += 1
                if not caught:
                    survived += 1
                    print(f"SURVIVED {stem}.py:{change}", flush=True)
    print(f"{made} changes, {survived} survived")
    return int(survived > 0)


NOT_RULES = ("__init__", "rule", "needs")


def _broken(stem: str, folder: Path) -> Iterator[tuple[str, bool]]:
    """Every change of a file, and whether the cases caught it."""
    benches = _benches(_cases_of(stem), folder)
    before = [_verdicts(bench) for bench in benches]
    source = Path(rules.__file__).with_name(f"{stem}.py").read_text("utf-8")
    for place, tree in _changes(ast.parse(source)):
        yield place, _differs(stem, tree, benches, before)


def _cases_of(stem: str) -> list[Case]:
    all_cases = cases()
    own = [case for case in all_cases if case.file == stem]
    if own:
        return own
    folder = Path(rules.__file__).parent
    users = [path.stem for path in sorted(folder.glob("*.py")) if f"rules.{stem} import" in path.read_text("utf-8")]
    return [case for case in all_cases if case.file in users[:USERS]]


def _benches(wanted: list[Case], folder: Path) -> list[Bench]:
    by: dict[tuple[str, str], list[Case]] = {}
    for case in wanted:
        by.setdefault(case.bench, []).append(case)
    benches = []
    for number, (bench, found) in enumerate(by.items()):
        place = folder / str(number)
        place.mkdir()
        benches.append(Bench(*bench, place, found))
        _ = benches[-1].batch.tables
    return benches


def _verdicts(bench: Bench) -> set[tuple[Any, ...]]:
    checked = run(bench.batch.tables)
    found = {(f.file, f.code, f.severity, tuple(map(str, f.cells)), f.stated, f.computed) for f in checked.findings}
    return found | {(o.file, o.code, o.result) for o in checked.outcomes}


def _differs(stem: str, tree: ast.Module, benches: list[Bench], before: list[set[tuple[Any, ...]]]) -> bool:
    """Judge again in a process of its own, with the changed file in place of the right one."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] != 0
    code = 1
    try:
        signal.alarm(SECONDS)
        _replace(stem, tree)
        code = int([_verdicts(bench) for bench in benches] != before)
    finally:
        os._exit(code)


def _replace(stem: str, tree: ast.Module) -> None:
    """Put a changed file in place; the rules that have taken names from it are read anew."""
    name = f"perfxl.rules.{stem}"
    module = import_module(name)
    exec(compile(tree, str(module.__file__), "exec"), module.__dict__)  # noqa: S102 -- our own file, changed
    for other, loaded in list(sys.modules.items()):
        if other.startswith("perfxl.rules.") and other != name and f"rules.{stem} import" in _text(loaded):
            exec(compile(_text(loaded), str(loaded.__file__), "exec"), loaded.__dict__)  # noqa: S102
    for known in vars(rules).values():
        if hasattr(known, "cache_clear"):
            known.cache_clear()
    if stem == "declared_sums":
        rules.sum_rules = module.sum_rules


def _text(module: Any) -> str:
    return Path(module.__file__).read_text("utf-8")


def _changes(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Each change as its place and the whole changed tree."""
    for at, node in enumerate(ast.walk(tree)):
        for what, changed in _changes_of(node):
            other = copy.deepcopy(tree)
            for number, twin in enumerate(ast.walk(other)):
                if number == at:
                    changed(twin)
                    break
            ast.fix_missing_locations(other)
            yield f"{getattr(node, 'lineno', 0)}: {what}", other


def _changes_of(node: ast.AST) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.Compare):
        for number, op in enumerate(node.ops):
            if type(op) in TURNED:
                new = TURNED[type(op)]
                yield f"{_short(node)} with {new.__name__}", lambda n, k=number, new=new: n.ops.__setitem__(k, new())
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in TURNED:
        new = TURNED[type(node.op)]
        yield f"{_short(node)} with {new.__name__}", lambda n, new=new: setattr(n, "op", new())
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield f"{node.value} one more", lambda n: setattr(n, "value", n.value + 1)
    elif isinstance(node, ast.If | ast.IfExp):
        for value in (True, False):
            yield f"if {_short(node.test)} always {value}", lambda n, v=value: setattr(n, "test", ast.Constant(v))
    elif isinstance(node, ast.comprehension):
        for number, test in enumerate(node.ifs):
            yield f"without if {_short(test)}", lambda n, k=number: n.ifs.pop(k)


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) < 60 else text[:57] + "…"


if __name__ == "__main__":
    sys.exit(main())
