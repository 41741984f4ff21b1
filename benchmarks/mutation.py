"""Break every rule on purpose and see whether its cases notice: ``python benchmarks/mutation.py [stem …]``.

Each file of ``perfxl/rules`` is changed in one place at a time (a comparison turned, a condition made always true, a
number one more …), and the workbooks of the rule's cases are judged again. A change after which no finding differs in
code, severity, file, cell or figure has survived: either the cases miss something, or the changed code does nothing.
Whether a survivor changes the words of a finding is printed with it.
"""

from __future__ import annotations

import ast
import copy
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "rules")]

from case_files import Bench, Case, cases  # noqa: E402 -- the folders above must be known first

from perfxl import rules  # noqa: E402
from perfxl.judge import run, run_across  # noqa: E402
from perfxl.rules import across  # noqa: E402
from perfxl.values import name_key  # noqa: E402

SECONDS = 60
TURNED: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip


def main() -> int:
    """Break the files that are named, or all; the exit code says whether a change survived."""
    known = sorted(path.stem for path in Path(rules.__file__).parent.glob("*.py") if path.stem not in NOT_RULES)
    ended: Counter[str] = Counter()
    for stem in sys.argv[1:] or known:
        if stem not in known:
            raise SystemExit(f"no rule file {stem}.py")
        here: Counter[str] = Counter()
        with tempfile.TemporaryDirectory() as folder:
            for change, end in _broken(stem, Path(folder)):
                here[end] += 1
                if end != NOTICED:
                    print(f"SURVIVED {stem}.py:{change}: {end}", flush=True)
        _sum_up(stem, here)
        ended += here
    _sum_up("in all", ended)
    return int(ended[NOTICED] < ended.total())


def _sum_up(what: str, ended: Counter[str]) -> None:
    ends = "".join(f", {count} {end}" for end, count in ended.most_common())
    print(f"{what}: {ended.total()} changes{ends}", flush=True)


NOTICED, WORDS, NOTHING = "noticed", "only words or hints differ", "nothing differs"
NOT_RULES = ("__init__", "across", "catalogue", "needs", "rule")


def _broken(stem: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Every change of a file, and how it ended."""
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
    return [case for case in all_cases if case.file in users]


def _benches(wanted: list[Case], folder: Path) -> list[Bench]:
    by: dict[tuple[str, str], list[Case]] = {}
    for case in wanted:
        by.setdefault(case.bench, []).append(case)
    benches = []
    for number, (bench, found) in enumerate(by.items()):
        place = folder / str(number)
        place.mkdir()
        benches.append(Bench(*bench, place, found))
        _ = [benches[-1].of(case).tables for case in found]
    return benches


def _verdicts(bench: Bench) -> tuple[list[tuple[Any, ...]], list[str]]:
    """What is said of the cases that share a folder, and of each that has one of its own; and in what words."""
    batches = {id(batch): (batch, case.control) for case in bench.cases for batch in [bench.of(case)]}
    found: list[tuple[Any, ...]] = []
    words: list[str] = []
    for number, (batch, control) in enumerate(batches.values()):
        figures = {name_key(unit): int(Decimal(given) * 1_000_000) for unit, given in control.items()}
        files = set(batch.tables.submissions["file"])
        whole = across.Across(batch.profile, [across.facts_of(batch.tables)], files, figures)
        for checked in (run(batch.tables), run_across(whole)):
            words += map(str, checked.findings)
            found += [
                (number, f.file, f.code, f.severity, tuple(map(str, f.cells)), f.stated, f.computed)
                for f in checked.findings
            ]
            found += [(number, o.file, o.code, o.result) for o in checked.outcomes]
    return sorted(found, key=str), sorted(words)


def _differs(stem: str, tree: ast.Module, benches: list[Bench], before: list[Any]) -> str:
    """Judge again in a process of its own, with the changed file in place of the right one."""
    child = os.fork()
    if child:
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return {0: NOTHING, 2: WORDS}.get(ended, NOTICED)
    code = 1
    try:
        signal.alarm(SECONDS)
        _replace(stem, tree)
        after = [_verdicts(bench) for bench in benches]
        if [found for found, _ in after] == [found for found, _ in before]:
            code = 2 * (after != before)
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
    """Each change as its place and the whole changed tree; an annotation is never looked at by Python."""
    notes = {id(part) for node in ast.walk(tree) for note in _annotations(node) for part in ast.walk(note)}
    for at, node in enumerate(ast.walk(tree)):
        if id(node) in notes:
            continue
        for what, changed in _changes_of(node):
            other = copy.deepcopy(tree)
            for number, twin in enumerate(ast.walk(other)):
                if number == at:
                    changed(twin)
                    break
            ast.fix_missing_locations(other)
            line = node.target.lineno if isinstance(node, ast.comprehension) else getattr(node, "lineno", 0)
            yield f"{line}: {what}", other


def _annotations(node: ast.AST) -> list[ast.expr]:
    return [note for name in ("annotation", "returns") if isinstance(note := getattr(node, name, None), ast.expr)]


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
