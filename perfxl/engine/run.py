"""Tables -> rules -> findings and outcomes: running, suppressing what follows from something else, grouping."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from perfxl.diagnose import share_gaps
from perfxl.model import Finding, Lang, Outcome, Ref, Result, Severity, Text
from perfxl.profiles import Profile
from perfxl.rules import Hit, NotApplicable, Rule, rules_of
from perfxl.rules.across import Across
from perfxl.rules.needs import NEEDS
from perfxl.tables import Tables, rows

_log = logging.getLogger("perfxl.faults")

CRASHED = Text(
    "审核规则 {code} 未能执行（{error}），请人工核对这一项。",
    "Rule {code} could not be run ({error}); please check this by hand.",
)
#: a message lists no more places than this
LISTED = 6
#: of the outcomes of several sums with one code, the first in this order counts
_WEIGHT = (Result.CRASHED, Result.FAILED, Result.PASSED, Result.NOT_APPLICABLE)


@dataclass(frozen=True)
class Checked:
    """All findings of a batch, in the order to read them, and how every rule ended on every file."""

    findings: list[Finding]
    outcomes: list[Outcome]


@dataclass(frozen=True, slots=True)
class _Placed:
    rule: Rule
    at: Hit
    finding: Finding


def run(tables: Tables, lang: Lang = "zh") -> Checked:
    """Judge a batch by all the rules of its profile. A rule that crashes is an outcome, never the end."""
    units = dict(zip(tables.submissions["file"], tables.submissions["unit"], strict=True))
    if not units:
        return Checked([], [])
    placed: list[_Placed] = []
    outcomes: dict[tuple[str, str], Outcome] = {}
    for rule in (each for each in rules_of(tables.profile) if each.across is None):
        said = _ask(rule, tables, units, lang)
        placed.extend(said.placed)
        for outcome in _outcomes(rule, tables, said, lang):
            _keep_weightier(outcomes, outcome)
    findings = _told(_suppress(placed), lang)
    findings += [_crash(o, units, lang) for o in outcomes.values() if o.result is Result.CRASHED]
    order = {(form.file, form.sheet): n for n, form in enumerate(rows(tables.forms))}
    findings.sort(key=lambda f: _reading_order(f, order))
    return Checked(findings, list(outcomes.values()))


def run_across(batch: Across, lang: Lang = "zh") -> Checked:
    """Judge a whole batch by the rules that look across its files, after each file was judged by itself."""
    findings: list[Finding] = []
    outcomes: list[Outcome] = []
    for rule in rules_of(batch.profile):
        if rule.across is None:
            continue
        skipped: dict[str, str] = {}
        found: list[Finding] = []
        error = ""
        try:
            for item in rule.across(batch, lang):
                if isinstance(item, NotApplicable):
                    skipped[item.file] = item.reason.render(lang)
                else:
                    found.append(_finding(rule, item, batch.profile, batch.units, lang))
        except Exception as failure:  # a fault of ours in one rule must not cost the others
            _log.exception("rule %s crashed on the batch", rule.code)
            error, found = f"{type(failure).__name__}: {failure}", []
        hits = {finding.file for finding in found}
        ended = [_across_outcome(rule.code, file, file in hits, skipped.get(file, ""), error) for file in batch.units]
        findings += [*found, *(_crash(one, batch.units, lang) for one in ended if one.result is Result.CRASHED)]
        outcomes += ended
    return Checked(findings, outcomes)


def _across_outcome(code: str, file: str, hit: bool, skipped: str, error: str) -> Outcome:
    if error:
        return Outcome(code, file, Result.CRASHED, error)
    if hit:
        return Outcome(code, file, Result.FAILED)
    return Outcome(code, file, Result.NOT_APPLICABLE, skipped) if skipped else Outcome(code, file, Result.PASSED)


@dataclass
class _Said:
    """What a rule said of a batch: places, files it could not be applied to and why, files it crashed on and how."""

    placed: list[_Placed] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    crashed: dict[str, str] = field(default_factory=dict)


def _ask(rule: Rule, tables: Tables, units: dict[str, str], lang: Lang) -> _Said:
    """Run one rule. If it crashes, it is asked of each file alone, to lose only the one."""
    said = _Said()
    try:
        for item in rule.check(tables, lang):
            if isinstance(item, NotApplicable):
                said.skipped[item.file] = item.reason.render(lang)
            else:
                said.placed.append(_Placed(rule, item, _finding(rule, item, tables.profile, units, lang)))
    except Exception as error:
        _log.exception("rule %s crashed", rule.code)
        if len(tables.submissions) == 1:
            return _Said(crashed={tables.submissions["file"].iloc[0]: f"{type(error).__name__}: {error}"})
    else:
        return said
    said = _Said()
    for number in tables.submissions["submission"]:
        one = _ask(rule, tables.only(number), units, lang)
        said.placed += one.placed
        said.skipped |= one.skipped
        said.crashed |= one.crashed
    return said


def _outcomes(rule: Rule, tables: Tables, said: _Said, lang: Lang) -> Iterator[Outcome]:
    hits = {item.at.cells[0].file for item in said.placed}
    need = NEEDS[rule.needs]
    having = need.files(tables)
    for file in tables.submissions["file"]:
        if file in said.crashed:
            yield Outcome(rule.code, file, Result.CRASHED, said.crashed[file])
        elif file in hits:
            yield Outcome(rule.code, file, Result.FAILED)
        elif file not in having:
            yield Outcome(rule.code, file, Result.NOT_APPLICABLE, need.reason.render(lang))
        elif file in said.skipped:
            yield Outcome(rule.code, file, Result.NOT_APPLICABLE, said.skipped[file])
        else:
            yield Outcome(rule.code, file, Result.PASSED)


def _finding(rule: Rule, at: Hit, profile: Profile, units: dict[str, str], lang: Lang) -> Finding:
    return Finding(
        rule.code, rule.name.render(lang), _severity(rule, at, profile), at.cells[0].file,
        units.get(at.cells[0].file, ""), _message(rule, at, [at.each], lang), at.cells, at.related,
        at.stated, at.computed, at.difference, at.hints, at.written, added=at.added,
    )  # fmt: skip


def _severity(rule: Rule, at: Hit, profile: Profile) -> Severity:
    """The place's own severity, else the rule's; the profile's where it has one, but what is milder stays milder."""
    own = at.severity or rule.severity
    if rule.code not in profile.severity:
        return own
    wanted = Severity(profile.severity[rule.code])
    return max(wanted, own, key=lambda one: one.rank) if own.rank > rule.severity.rank else wanted


def _message(rule: Rule, at: Hit, each: Sequence[str], lang: Lang) -> str:
    """The rule's sentence; one that speaks of each place lists the first of them."""
    message, values = at.message or rule.message, dict(at.values)
    if at.each:
        different = list(dict.fromkeys(each))
        listed = Text("；", "; ").render(lang).join(different[:LISTED])
        values["each"] = listed + (Text(" 等", " and others").render(lang) if len(different) > LISTED else "")
    return message.render(lang, **values)


def _crash(outcome: Outcome, units: dict[str, str], lang: Lang) -> Finding:
    message = CRASHED.render(lang, code=outcome.code, error=outcome.reason)
    return Finding(outcome.code, outcome.code, Severity.WARNING, outcome.file, units[outcome.file], message)


def _keep_weightier(outcomes: dict[tuple[str, str], Outcome], outcome: Outcome) -> None:
    key = (outcome.code, outcome.file)
    old = outcomes.get(key)
    if old is None or _WEIGHT.index(outcome.result) < _WEIGHT.index(old.result):
        outcomes[key] = outcome


def _suppress(placed: Sequence[_Placed]) -> list[_Placed]:
    """Leave out what follows from a more basic finding at the same cell: a blank cell is one finding, not four."""
    basic: dict[Ref, set[str]] = {}
    codes: dict[Ref, set[str]] = {}
    for item in placed:
        for cell in item.at.cells:
            codes.setdefault(cell, set()).add(item.rule.code)
            if item.rule.basic:
                basic.setdefault(cell, set()).add(item.rule.code)
    kept = []
    for item in placed:
        cell = item.at.cells[0]
        others = codes[cell] - {item.rule.code}
        if basic.get(cell, set()) - {item.rule.code} and not item.rule.basic:
            continue
        if others & set(item.rule.follows):
            continue
        kept.append(item)
    return kept


def _told(placed: Sequence[_Placed], lang: Lang) -> list[Finding]:
    """The findings; of a rule that a hint may stand in for, those at cells that no such hint names."""
    findings = share_gaps(_group((item for item in placed if not item.rule.hinted), lang), lang)
    hinted = {(hint.kind, cell) for finding in findings for hint in finding.hints for cell in hint.cells}
    left = (p for p in placed if p.rule.hinted and (p.rule.hinted, p.at.cells[0]) not in hinted)
    return findings + _group(left, lang)


def _group(placed: Iterable[_Placed], lang: Lang) -> list[Finding]:
    """Make one finding of the same message at many cells, for the rules that ask for it."""
    groups: dict[tuple[object, ...], list[_Placed]] = {}
    for number, item in enumerate(placed):
        finding, sheet = item.finding, item.at.cells[0].sheet if item.rule.group == "form" else ""
        message = _message(item.rule, item.at, (), lang) if item.at.each else finding.message
        key = (finding.code, finding.severity, finding.file, sheet, message) if item.rule.group else (number,)
        groups.setdefault(key, []).append(item)
    return [_one_of(items, lang) for items in groups.values()]


def _one_of(items: Sequence[_Placed], lang: Lang) -> Finding:
    """The finding of a group: the first one's, with the cells of all."""
    first = items[0]
    if len(items) == 1:
        return first.finding
    return replace(
        first.finding,
        message=_message(first.rule, first.at, [item.at.each for item in items], lang),
        cells=tuple(dict.fromkeys(cell for item in items for cell in item.at.cells)),
        related=tuple(dict.fromkeys(cell for item in items for cell in item.at.related)),
    )


def _reading_order(finding: Finding, sheets: dict[tuple[str, str], int]) -> tuple[str, int, int, int, int, str]:
    """By file, then what weighs most, then from the first sheet to the last and from the top down."""
    ref = finding.ref
    if ref is None:
        return finding.file, finding.severity.rank, -1, 0, 0, finding.code
    return (
        finding.file, finding.severity.rank, sheets.get((ref.file, ref.sheet), 1 << 30), ref.row, ref.col, finding.code
    )  # fmt: skip
