"""Rules -> findings and outcomes: what follows from another finding is suppressed, equal messages are grouped."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from perfxl.diagnose import share_gaps
from perfxl.model import Finding, Lang, Outcome, Ref, Result, Severity, Text
from perfxl.profiles import Profile
from perfxl.rules import Hit, NotApplicable, Rule, rules_of
from perfxl.rules.projects import Across
from perfxl.rules.rule import NEEDS
from perfxl.tables import Return, Tables

CRASHED = Text(
    "审核规则 {code} 未能执行（{error}），请人工核对这一项。",
    "Rule {code} could not be run ({error}); please check this by hand.",
)
#: a message lists no more places than this
LISTED = 6
#: of the outcomes of several sums with one code, the first in this order counts
_WEIGHT = (Result.CRASHED, Result.FAILED, Result.PASSED, Result.NOT_APPLICABLE)
_log = logging.getLogger("perfxl.faults")


@dataclass(frozen=True)
class Checked:
    """All findings of a batch, in the order to read them, and the outcome of every rule on every file."""

    findings: list[Finding]
    outcomes: list[Outcome]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a rule reports of one file: hits, or why it was not applied, or how it crashed."""

    rule: Rule
    hits: list[Hit] = field(default_factory=list)
    skipped: Text | None = None
    crashed: str = ""


def run(tables: Tables, lang: Lang = "zh") -> Checked:
    """Check a batch by all the rules of its profile. A rule that crashes is an outcome, never the end."""
    if not tables.returns:
        return Checked([], [])
    rules = [rule for rule in rules_of(tables.profile) if rule.across is None]
    of_tables = {id(rule): _ask_tables(rule, tables, lang) for rule in rules if rule.of_tables}
    findings: list[Finding] = []
    outcomes: list[Outcome] = []
    for book in sorted(tables.returns, key=lambda book: book.file):
        answers = [
            of_tables[id(rule)].get(book.file, _Answer(rule)) if rule.of_tables else _ask(rule, book, lang)
            for rule in rules
        ]
        ended = _outcomes(answers, book, lang)
        found = _Messages(book, lang).findings(answers)
        found += [_crash(outcome, book.unit, lang) for outcome in ended if outcome.result is Result.CRASHED]
        sheets = {form.sheet: number for number, form in enumerate(book.all_forms)}
        findings += sorted(found, key=lambda finding: _reading_order(finding, sheets))
        outcomes += ended
    return Checked(findings, outcomes)


def run_across(batch: Across, lang: Lang = "zh") -> Checked:
    """Check a whole batch by the rules that compare its files, after each file was checked by itself."""
    findings: list[Finding] = []
    outcomes: list[Outcome] = []
    for rule in rules_of(batch.profile):
        if rule.across is None:
            continue
        try:
            answers = _by_file(rule, rule.across(batch, lang))
        except Exception as error:
            _log.exception("rule %s", rule.code)
            answers = {file: _crashed(rule, error) for file in batch.units}
        for file, unit in batch.units.items():
            answer = answers.get(file, _Answer(rule))
            outcome = _outcome(answer, file, "", lang)
            findings += [_finding(rule, hit, batch.profile, unit, lang) for hit in answer.hits]
            findings += [_crash(outcome, unit, lang)] if answer.crashed else []
            outcomes.append(outcome)
    return Checked(findings, outcomes)


def _ask(rule: Rule, book: Return, lang: Lang) -> _Answer:
    """Apply a rule to one workbook."""
    if rule.of_return is None:
        return _Answer(rule)
    try:
        return _by_file(rule, rule.of_return(book, lang)).get(book.file, _Answer(rule))
    except Exception as error:
        _log.exception("rule %s", rule.code)
        return _crashed(rule, error)


def _ask_tables(rule: Rule, tables: Tables, lang: Lang) -> dict[str, _Answer]:
    """Apply a rule to the tables of a batch; if it crashes, to each workbook alone, to lose only one."""
    if rule.of_tables is None:
        return {}
    try:
        answers = _by_file(rule, rule.of_tables(tables, lang))
    except Exception as error:
        _log.exception("rule %s", rule.code)
        if len(tables.returns) == 1:
            return {tables.returns[0].file: _crashed(rule, error)}
        answers = {}
        for book in tables.returns:
            answers |= _ask_tables(rule, Tables(tables.profile, [book]), lang)
    return answers


def _by_file(rule: Rule, found: Iterable[Hit | NotApplicable]) -> dict[str, _Answer]:
    answers: dict[str, _Answer] = {}
    for item in found:
        file = item.file if isinstance(item, NotApplicable) else item.cells[0].file
        answer = answers.setdefault(file, _Answer(rule))
        if isinstance(item, NotApplicable):
            answers[file] = replace(answer, skipped=item.reason)
        else:
            answer.hits.append(item)
    return answers


def _crashed(rule: Rule, error: Exception) -> _Answer:
    return _Answer(rule, crashed=f"{type(error).__name__}: {error}")


def _outcomes(answers: Iterable[_Answer], book: Return, lang: Lang) -> list[Outcome]:
    """The outcome of every code; of several sums with one code the weightiest."""
    lacking = {name: "" if need.holds(book) else need.reason.render(lang) for name, need in NEEDS.items()}
    outcomes: dict[str, Outcome] = {}
    for answer in answers:
        outcome = _outcome(answer, book.file, lacking[answer.rule.needs], lang)
        old = outcomes.get(outcome.code)
        if old is None or _WEIGHT.index(outcome.result) < _WEIGHT.index(old.result):
            outcomes[outcome.code] = outcome
    return list(outcomes.values())


def _outcome(answer: _Answer, file: str, lacking: str, lang: Lang) -> Outcome:
    """``lacking``: the reason why the rule does not apply to the file at all."""
    code = answer.rule.code
    if answer.crashed:
        return Outcome(code, file, Result.CRASHED, answer.crashed)
    if answer.hits:
        return Outcome(code, file, Result.FAILED)
    reason = lacking or (answer.skipped.render(lang) if answer.skipped else "")
    return Outcome(code, file, Result.NOT_APPLICABLE if reason else Result.PASSED, reason)


@dataclass(frozen=True, slots=True)
class _Placed:
    rule: Rule
    hit: Hit


class _Messages:
    """The findings of one workbook."""

    def __init__(self, book: Return, lang: Lang) -> None:
        self._book, self._lang = book, lang

    def findings(self, answers: Iterable[_Answer]) -> list[Finding]:
        """Those that are left after suppression and grouping."""
        left = _not_suppressed([_Placed(answer.rule, hit) for answer in answers for hit in answer.hits])
        findings = share_gaps(self._grouped(item for item in left if not item.rule.hinted), self._lang)
        hinted = {(hint.kind, cell) for finding in findings for hint in finding.hints for cell in hint.cells}
        open_ones = (p for p in left if p.rule.hinted and (p.rule.hinted, p.hit.cells[0]) not in hinted)
        return findings + self._grouped(open_ones)

    def _grouped(self, placed: Iterable[_Placed]) -> list[Finding]:
        """One finding for the same message at many cells, for the rules that ask for it."""
        groups: dict[tuple[object, ...], list[_Placed]] = {}
        for number, item in enumerate(placed):
            rule, hit = item.rule, item.hit
            key: tuple[object, ...] = (number,)
            if rule.group:
                sheet = hit.cells[0].sheet if rule.group == "form" else ""
                key = (rule.code, _severity(rule, hit, self._book.profile), sheet, _message(rule, hit, (), self._lang))
            groups.setdefault(key, []).append(item)
        return [self._one_of(items) for items in groups.values()]

    def _one_of(self, items: Sequence[_Placed]) -> Finding:
        """The finding of a group: the first one's, with the cells of all."""
        first = items[0]
        each = [item.hit.each for item in items]
        finding = _finding(first.rule, first.hit, self._book.profile, self._book.unit, self._lang, each)
        if len(items) == 1:
            return finding
        return replace(
            finding,
            cells=tuple(dict.fromkeys(cell for item in items for cell in item.hit.cells)),
            related=tuple(dict.fromkeys(cell for item in items for cell in item.hit.related)),
        )


def _finding(
    rule: Rule, hit: Hit, profile: Profile, unit: str, lang: Lang, each: Sequence[str] | None = None
) -> Finding:
    message = _message(rule, hit, [hit.each] if each is None else each, lang)
    return Finding(
        rule.code, rule.name.render(lang), _severity(rule, hit, profile), hit.cells[0].file, unit, message, hit.cells,
        hit.related, hit.stated, hit.computed, hit.difference, hit.hints, hit.written, added=hit.added,
    )  # fmt: skip


def _severity(rule: Rule, hit: Hit, profile: Profile) -> Severity:
    """The hit's own severity, else the rule's; the profile's where it has one, but what is milder stays milder."""
    own = hit.severity or rule.severity
    if rule.code not in profile.severity:
        return own
    wanted = Severity(profile.severity[rule.code])
    return max(wanted, own, key=lambda one: one.rank) if own.rank > rule.severity.rank else wanted


def _message(rule: Rule, hit: Hit, each: Sequence[str], lang: Lang) -> str:
    """The rule's message; one with ``{each}`` lists the first of ``each``."""
    message, values = hit.message or rule.message, dict(hit.values)
    if hit.each:
        different = list(dict.fromkeys(each))
        listed = Text("；", "; ").render(lang).join(different[:LISTED])
        values["each"] = listed + (Text(" 等", " and others").render(lang) if len(different) > LISTED else "")
    return message.render(lang, **values)


def _crash(outcome: Outcome, unit: str, lang: Lang) -> Finding:
    message = CRASHED.render(lang, code=outcome.code, error=outcome.reason)
    return Finding(outcome.code, outcome.code, Severity.WARNING, outcome.file, unit, message)


def _not_suppressed(placed: Sequence[_Placed]) -> list[_Placed]:
    """Leave out what follows from a more basic finding at the same cell: a blank cell is one finding, not four."""
    basic: dict[Ref, set[str]] = {}
    codes: dict[Ref, set[str]] = {}
    for item in placed:
        for cell in item.hit.cells:
            codes.setdefault(cell, set()).add(item.rule.code)
            if item.rule.basic:
                basic.setdefault(cell, set()).add(item.rule.code)
    kept = []
    for item in placed:
        cell = item.hit.cells[0]
        if basic.get(cell, set()) - {item.rule.code} and not item.rule.basic:
            continue
        if (codes[cell] - {item.rule.code}) & set(item.rule.follows):
            continue
        kept.append(item)
    return kept


def _reading_order(finding: Finding, sheets: Mapping[str, int]) -> tuple[int, int, int, int, str]:
    """The weightiest first, then from the first sheet to the last and from the top down."""
    ref = finding.ref
    if ref is None:
        return finding.severity.rank, -1, 0, 0, finding.code
    return finding.severity.rank, sheets.get(ref.sheet, 1 << 30), ref.row, ref.col, finding.code
