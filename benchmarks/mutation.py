"""Break every rule on purpose and see whether its cases notice: ``python benchmarks/mutation.py [CODE or module …]``.

Each rule (its function and the functions of its module that it uses) or each module that rules share is changed in one
place at a time (a comparison turned, a condition made always true, a number one more …), the workbooks of the rule's
cases are checked again, and what ``test_rule_cases.py`` asserts is asserted of the result. A change that fails none of
it has survived: either the cases miss something, or the changed code does nothing. What differs is printed with it.
"""

from __future__ import annotations

import ast
import copy
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "rules")]

from case_files import Bench, Case, bad_sentences, cases  # noqa: E402 -- the folders above must be known first

from perfxl import rules  # noqa: E402
from perfxl.engine import run as judge  # noqa: E402
from perfxl.engine.batch import Batch  # noqa: E402
from perfxl.rules import projects, submissions  # noqa: E402
from perfxl.values import name_key  # noqa: E402

#: how long a changed file may take: these seconds, and so many times what the right one takes
SECONDS, TIMES = 60, 10
ASK, ASK_TABLES = judge._ask, judge._ask_tables
TURNED: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip


def main() -> int:
    """Break the rules and modules that are named, or all; the exit code is 1 if a change survived."""
    shared = sorted(set(MODULES) - set(rules.FAMILIES) - set(NOT_RULES))
    known = [rule.code for rule in rules.listed() if _check(rule)] + shared
    ended: Counter[str] = Counter()
    for what in sys.argv[1:] or known:
        if what not in known:
            raise SystemExit(f"no rule and no shared module {what}")
        here: Counter[str] = Counter()
        with tempfile.TemporaryDirectory() as folder:
            for change, end in _broken(what, Path(folder)):
                here[end] += 1
                if end not in GOOD:
                    print(f"SURVIVED {what}:{change}: {end}", flush=True)
        _sum_up(what, here)
        ended += here
    _sum_up("in all", ended)
    return int(sum(ended[end] for end in GOOD) < ended.total())


def _check(rule: Any) -> Any:
    """The function of a rule, ``None`` for one that the engine, the clerk's lists or the rounds report themselves."""
    return rule.of_return or rule.of_tables or rule.across


def _sum_up(what: str, ended: Counter[str]) -> None:
    ends = "".join(f", {count} {end}" for end, count in ended.most_common())
    print(f"{what}: {ended.total()} changes{ends}", flush=True)


NOTICED, VERDICT, WORDS, NOTHING = "noticed", "a verdict differs", "only words or hints differ", "nothing differs"
TOO_LONG = "not ended in time"
GOOD = (NOTICED, TOO_LONG)
#: what ``perfxl rules`` shows, held by other tests; what a rule is made of
NOT_RULES = ("__init__", "catalogue", "rule")
MODULES = {path.stem: path.read_text("utf-8") for path in Path(rules.__file__).parent.glob("*.py")}
#: the rules take types from it only; they would not know each other's were it read anew
TYPES = "perfxl.rules.rule"
#: findings about whole files, which no rule makes
OF_FILES = {submissions.CANNOT_BE_READ.code, submissions.NOT_A_RETURN.code, submissions.SENT_TWICE.code}


def _broken(what: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Every change of a rule or a shared module, and how it ended."""
    rule = next((rule for rule in rules.listed() if rule.code == what), None)
    stem = _check(rule).__module__.rpartition(".")[2] if rule else what
    tree = ast.parse(MODULES[stem])
    touched = _touched(stem)
    if rule:
        here, files = _reached(tree, _check(rule).__qualname__.partition(".")[0]), {_case_file(what)}
    else:
        here, files = {id(node) for node in ast.walk(tree)}, _files_of(touched) or set(CASE_FILES)
    benches = _benches([case for case in cases() if case.file in files], folder)
    _remember(touched)
    began = monotonic()
    before = list(_judge_again(benches))
    seconds = SECONDS + TIMES * int(monotonic() - began)
    begun = {_start_worker(stem, tree, benches, before, seconds): "no change"}
    if _ended(begun)[1] != NOTHING:
        raise SystemExit(f"{what}: its tests fail without a change")
    for place, changed in _changes(tree, here):
        if len(begun) == os.cpu_count():
            yield _ended(begun)
        begun[_start_worker(stem, changed, benches, before, seconds)] = place
    while begun:
        yield _ended(begun)


CASE_FILES = {case.file for case in cases()}


def _case_file(code: str) -> str:
    return next(file for file in CASE_FILES if file.startswith(f"{code.lower().replace('-', '_')}_"))


def _files_of(stems: set[str]) -> set[str]:
    """The case files of the rules of some modules."""
    found = {rule for rule in rules.listed() if _check(rule) and _check(rule).__module__.rpartition(".")[2] in stems}
    return {_case_file(rule.code) for rule in found} | ({"declared_sums"} & stems)


def _reached(tree: ast.Module, name: str) -> set[int]:
    """The nodes of a function and of all functions and classes of its module that it uses, directly or not."""
    defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    found: set[str] = set()
    new = {name}
    while new:
        found |= new
        used = {part.id for one in new for part in ast.walk(defined[one]) if isinstance(part, ast.Name)}
        new = (used & defined.keys()) - found
    return {id(part) for one in found for part in ast.walk(defined[one])}


def _touched(stem: str) -> set[str]:
    """A module of the rules and all those that take something from it, straight or through others."""
    texts = {name: text for name, text in MODULES.items() if name != TYPES.rpartition(".")[2]}
    found, new = set[str](), {stem}
    while new:
        found |= new
        new = {user for user, text in texts.items() for used in new if f"rules.{used} import" in text} - found
    return found


def _benches(wanted: list[Case], folder: Path) -> list[Bench]:
    by: dict[tuple[Any, ...], list[Case]] = {}
    for case in wanted:
        by.setdefault(case.bench, []).append(case)
    benches = []
    for number, (bench, found) in enumerate(by.items()):
        place = folder / str(number)
        place.mkdir()
        benches.append(Bench(*bench, place, found))
    return benches


def _remember(touched: set[str]) -> None:
    """Apply the rules that no change touches only once to each workbook or batch, and not again after every change."""
    known: dict[tuple[Any, ...], Any] = {}
    parent = os.getpid()

    def once(ask: Callable[..., Any]) -> Callable[..., Any]:
        def remembered(rule: Any, what: Any, lang: Any) -> Any:
            key = (rule.code, rule.name, id(what), lang)
            if _check(rule) is None or _check(rule).__module__.rpartition(".")[2] in touched:
                return ask(rule, what, lang)
            if os.getpid() == parent and key not in known:
                known[key] = ask(rule, what, lang)
            return known[key] if key in known else ask(rule, what, lang)

        return remembered

    judge._ask, judge._ask_tables = once(ASK), once(ASK_TABLES)


def _judge_again(benches: list[Bench]) -> Iterator[tuple[list[Any], list[Any]]]:
    """Judge all cases again: what is said now, and in what words. Raises what the tests of the cases raise."""
    for bench in benches:
        bench.judge(_judged)
        _must_be_empty(bench.wrong_of_the_base())
        for case in bench.cases:
            _must_be_empty(bench.wrong(case))
        batches = {id(batch): batch for case in bench.cases for batch in [bench.of(case)]}.values()
        told = [finding for batch in batches for finding in batch.findings]
        bare = [(f.file, f.code, f.severity, *map(str, f.cells), f.stated, f.computed) for f in told]
        yield [bare, [batch.outcomes for batch in batches]], told
    for bench in benches:
        bench.judge(_judged, again=True)
        _must_be_empty([case for case in bench.cases if bench.new(case) != bench.new(case, again=True)])
        _must_be_empty(bad_sentences(bench.all_findings(), "zh"))
        _must_be_empty(bad_sentences(judge.run(bench.batch.tables, "en").findings, "en"))


def _must_be_empty(wrong: object) -> None:
    if wrong:
        raise AssertionError(wrong)


def _judged(batch: Batch, control: Mapping[str, str]) -> Batch:
    figures = {name_key(unit): int(Decimal(given) * 1_000_000) for unit, given in control.items()}
    files = set(batch.tables.submissions["file"])
    whole = projects.Across(batch.profile, [projects.facts_of(batch.tables.returns)], files, figures)
    alone, together = judge.run(batch.tables), judge.run_across(whole)
    of_files = [finding for finding in batch.findings if finding.code in OF_FILES]
    findings = (*alone.findings, *together.findings, *of_files)
    return replace(batch, findings=findings, outcomes=(*alone.outcomes, *together.outcomes))


def _start_worker(stem: str, tree: ast.Module, benches: list[Bench], before: list[Any], seconds: int) -> int:
    """Judge again in a process of its own, with the changed file in place of the right one; gives its number."""
    if child := os.fork():
        return child
    code = 1
    try:
        signal.alarm(seconds)
        _replace(stem, tree)
        after = list(_judge_again(benches))
        code = 3 if [now for now, _ in after] != [then for then, _ in before] else 2 * (after != before)
    finally:
        os._exit(code)


def _ended(begun: dict[int, str]) -> tuple[str, str]:
    """Wait for one of the processes; gives the change and how it ended."""
    child, status = os.wait()
    ends = {0: NOTHING, 2: WORDS, 3: VERDICT, -signal.SIGALRM: TOO_LONG}
    return begun.pop(child), ends.get(os.waitstatus_to_exitcode(status), NOTICED)


def _replace(stem: str, tree: ast.Module) -> None:
    """Put a changed file in place; the rules that have taken names from it are read anew."""
    name = f"perfxl.rules.{stem}"
    module = import_module(name)
    taken = [(user, what) for user in (rules, judge) for what in vars(user) if _same(vars(user), vars(module), what)]
    exec(compile(tree, str(module.__file__), "exec"), module.__dict__)  # noqa: S102 -- our own file, changed
    for other, loaded in list(sys.modules.items()):
        if other.startswith("perfxl.rules.") and other not in (name, TYPES) and _takes(loaded, stem):
            exec(compile(_text(loaded), str(loaded.__file__), "exec"), loaded.__dict__)  # noqa: S102
    for known in vars(rules).values():
        if hasattr(known, "cache_clear"):
            known.cache_clear()
    for user, what in taken:
        setattr(user, what, getattr(module, what))


def _same(some: dict[str, Any], others: dict[str, Any], name: str) -> bool:
    return name in others and some[name] is others[name] and not name.startswith("__")


def _takes(module: Any, stem: str) -> bool:
    return f"rules.{stem} import" in _text(module)


def _text(module: Any) -> str:
    return Path(module.__file__).read_text("utf-8")


def _changes(tree: ast.Module, here: set[int]) -> Iterator[tuple[str, ast.Module]]:
    """Each change of one of the nodes as its place and the whole changed tree; annotations have no effect."""
    notes = {id(part) for node in ast.walk(tree) for note in _annotations(node) for part in ast.walk(note)}
    for at, node in enumerate(ast.walk(tree)):
        if id(node) in notes or id(node) not in here:
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
