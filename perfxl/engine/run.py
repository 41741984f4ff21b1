"""Rules -> findings and outcomes: equal messages are grouped, and what one repair settles stands under one finding."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from perfxl.diagnose import Held, Told, one_cause, repairs_of
from perfxl.model import Finding, ForBureau, Hint, Lang, Outcome, Ref, Result, Severity, Text, seen_from
from perfxl.profiles import Profile
from perfxl.rules import NEEDS, Hit, NotApplicable, Rule, rules_of
from perfxl.rules.held import held_sums
from perfxl.rules.projects import Across
from perfxl.tables import Return, Tables

CRASHED = Text(
    "本表有一项检查未能完成（“{rule}”），程序出现故障，审核不能通过。",
    "One check could not be completed (“{rule}”): the program has a fault, and the return cannot pass.",
)
REPORT_IT = Text(
    "请将本文件和这条提示反馈给程序的开发人员，并人工核对这一项；表中内容不必因此改动。",
    "Report this file and this message to the developers, and check this by hand; nothing in the form need change.",
)
#: what it reports follows from the finding at its related cell
NOT_CHECKED, UNREAD = "AMOUNT-13", "AMOUNT-08"
#: a message lists no more places than this
LISTED = 20
#: of the outcomes of several sums with one code, the first in this order counts
_WEIGHT = (Result.CRASHED, Result.FAILED, Result.PASSED, Result.NOT_APPLICABLE)
#: the place among these of a sum that something keeps from being judged
_UNSETTLED = 1.5
_log = logging.getLogger("perfxl.faults")
_Placed = tuple[Rule, Hit]


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
    unsettled: bool = False
    crashed: str = ""


def run(tables: Tables, lang: Lang = "zh") -> Checked:
    """Check a batch by all the rules of its profile. A rule that crashes is an outcome, never the end."""
    if not tables.returns:
        return Checked([], [])
    rules = [rule for rule in rules_of(tables.profile) if rule.across is None]
    of_tables = {id(rule): _ask_tables(rule, tables, lang) for rule in rules if rule.of_tables}
    answers = {
        book.file: [
            _of_book(rule, of_tables[id(rule)], book) if rule.of_tables else _ask(rule, book, lang) for rule in rules
        ]
        for book in tables.returns
    }
    held = _held(tables, answers)
    findings: list[Finding] = []
    outcomes: list[Outcome] = []
    for book in sorted(tables.returns, key=lambda book: book.file):
        ended = _outcomes(answers[book.file], book, lang)
        found = _findings(answers[book.file], book, held.get(book.file, ()), lang)
        found += _crashes(answers[book.file], book.file, book.unit, lang)
        sheets = {(form.file, form.sheet): number for number, form in enumerate(book.all_forms)}
        findings += sorted(found, key=lambda finding: _reading_order(finding, sheets))
        outcomes += ended
    return Checked(findings, outcomes)


def _held(tables: Tables, answers: Mapping[str, Iterable[_Answer]]) -> dict[str, list[Held]]:
    """The sums that hold in the files in which others do not."""
    wanted = [
        number
        for number, book in enumerate(tables.returns)
        if any(hit.difference for answer in answers[book.file] for hit in answer.hits)
    ]
    try:
        return {tables.returns[number].file: sums for number, sums in held_sums(tables, wanted).items()}
    except Exception:
        _log.exception("held sums")
        return {}


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
            found = (_finding(rule, hit, batch.profile, unit, lang) for hit in answer.hits)
            findings += [_from_its_place(finding, lang) for finding in found]
            findings += _crashes([answer], file, unit, lang)
            outcomes.append(outcome)
    return Checked(findings, outcomes)


def _ask(rule: Rule, book: Return, lang: Lang) -> _Answer:
    """Apply a rule to one workbook."""
    if rule.of_return is None:
        return _Answer(rule)
    try:
        return _of_book(rule, _by_file(rule, rule.of_return(book, lang)), book)
    except Exception as error:
        _log.exception("rule %s", rule.code)
        return _crashed(rule, error)


def _ask_tables(rule: Rule, tables: Tables, lang: Lang) -> dict[str, _Answer]:
    """Apply a rule to the tables of a batch; if it crashes, to each workbook alone, to lose only one."""
    if rule.of_tables is None:
        return {}
    try:
        return _by_file(rule, rule.of_tables(tables, lang))
    except Exception as error:
        _log.exception("rule %s", rule.code)
        if len(tables.returns) == 1:
            return {tables.returns[0].file: _crashed(rule, error)}
    alone = (_ask_tables(rule, Tables(tables.profile, [book]), lang) for book in tables.returns)
    return {file: answer for answers in alone for file, answer in answers.items()}


def _by_file(rule: Rule, found: Iterable[Hit | NotApplicable]) -> dict[str, _Answer]:
    answers: dict[str, _Answer] = {}
    for item in found:
        file = item.file if isinstance(item, NotApplicable) else item.cells[0].file
        answer = answers.setdefault(file, _Answer(rule))
        if isinstance(item, NotApplicable):
            if not answer.unsettled:
                answers[file] = replace(answer, skipped=item.reason, unsettled=item.unsettled)
        else:
            answer.hits.append(item)
    return answers


def _of_book(rule: Rule, answers: Mapping[str, _Answer], book: Return) -> _Answer:
    """The answers for the files of a return as one."""
    found = [answers[file] for file in book.files if file in answers]
    if len(found) < 2:
        return found[0] if found else _Answer(rule)
    skipped = next((answer.skipped for answer in found if answer.skipped), None)
    crashed = next((answer.crashed for answer in found if answer.crashed), "")
    unsettled = any(answer.unsettled for answer in found)
    return _Answer(rule, [hit for answer in found for hit in answer.hits], skipped, unsettled, crashed)


def _crashed(rule: Rule, error: Exception) -> _Answer:
    return _Answer(rule, crashed=f"{type(error).__name__}: {error}")


def _outcomes(answers: Iterable[_Answer], book: Return, lang: Lang) -> list[Outcome]:
    """The outcome of every code on each file; of several sums with one code the weightiest.

    A sum that was kept from being judged outweighs one that holds.
    """
    lacking = {name: "" if need.holds(book) else need.reason.render(lang) for name, need in NEEDS.items()}
    outcomes: dict[tuple[str, str], tuple[float, Outcome]] = {}
    several = len(book.files) > 1
    for answer in answers:
        for file in book.files:
            own = replace(answer, hits=[hit for hit in answer.hits if hit.cells[0].file == file]) if several else answer
            outcome = _outcome(own, file, lacking[answer.rule.needs], lang)
            weight: float = _WEIGHT.index(outcome.result)
            if answer.unsettled and outcome.result is Result.NOT_APPLICABLE:
                weight = _UNSETTLED
            old = outcomes.get((file, outcome.code))
            if old is None or weight < old[0]:
                outcomes[file, outcome.code] = weight, outcome
    return [outcome for _, outcome in outcomes.values()]


def _outcome(answer: _Answer, file: str, lacking: str, lang: Lang) -> Outcome:
    """``lacking``: the reason why the rule does not apply to the file at all."""
    code = answer.rule.code
    if answer.crashed:
        return Outcome(code, file, Result.CRASHED, answer.crashed)
    if answer.hits:
        return Outcome(code, file, Result.FAILED)
    reason = lacking or (answer.skipped.render(lang) if answer.skipped else "")
    return Outcome(code, file, Result.NOT_APPLICABLE if reason else Result.PASSED, reason)


def _findings(answers: Iterable[_Answer], book: Return, held: Iterable[Held], lang: Lang) -> list[Finding]:
    """The findings of one workbook that are left after suppression, grouping and joining."""
    left = _not_suppressed([(answer.rule, hit) for answer in answers for hit in answer.hits])
    findings = one_cause(_grouped(((rule, hit) for rule, hit in left if not rule.hinted), book, lang), held, lang)
    everything = [one for finding in findings for one in finding.with_consequences()]
    hinted = {(hint.kind, cell) for finding in everything for hint in finding.hints for cell in hint.cells}
    unexplained = ((r, hit) for r, hit in left if r.hinted and (r.hinted, hit.cells[0]) not in hinted)
    left_over = [one.finding for one in _grouped(unexplained, book, lang)]
    found = _under_their_causes(findings + left_over)
    return [_from_its_place(finding, lang) for finding in found]


def _from_its_place(finding: Finding, lang: Lang) -> Finding:
    """The finding without the names of its own file and sheet in its sentences."""

    def seen(text: str, sheet: str = finding.one_sheet) -> str:
        return seen_from(text, finding.file, sheet, lang)

    def hint(one: Hint) -> Hint:
        return replace(one, message=seen(one.message), among=tuple(map(hint, one.among)))

    bureau = finding.for_bureau and replace(finding.for_bureau, message=seen(finding.for_bureau.message))
    return replace(
        finding, message=seen(finding.message), for_bureau=bureau, hints=tuple(map(hint, finding.hints)),
        notes=tuple((ref, seen(text, ref.sheet)) for ref, text in finding.notes),
        consequences=tuple(_from_its_place(one, lang) for one in finding.consequences),
    )  # fmt: skip


def _under_their_causes(findings: Sequence[Finding]) -> list[Finding]:
    """Put what could not be checked because of a cell under the finding at that cell."""
    waiting = [finding for finding in findings if finding.code == NOT_CHECKED and finding.related]
    causes = {id(f): f for f in findings if f.code != NOT_CHECKED}
    folded: set[int] = set()
    for one in waiting:
        at_cell = (f for f in causes.values() if not {*one.related}.isdisjoint(f.cells))
        cause = next((f for f in at_cell if f.severity.rank <= one.severity.rank or f.code == UNREAD), None)
        if cause is not None:
            key = next(key for key, f in causes.items() if f is cause)
            causes[key] = replace(cause, consequences=(*cause.consequences, one))
            folded.add(id(one))
    return [causes.get(id(finding), finding) for finding in findings if id(finding) not in folded]


def _grouped(placed: Iterable[_Placed], book: Return, lang: Lang) -> list[Told]:
    """One finding for the same message at many cells, for the rules that ask for it: the first, with all cells."""
    groups: dict[tuple[object, ...], list[_Placed]] = {}
    for number, (rule, hit) in enumerate(placed):
        key: tuple[object, ...] = (number,)
        if rule.group:
            sheet = hit.cells[0].sheet if rule.group == "form" else ""
            place = (hit.cells[0].file, sheet)
            key = (rule.code, _severity(rule, hit, book.profile), place, *_told(rule, hit, (), lang))
        groups.setdefault(key, []).append((rule, hit))
    told = []
    for (rule, first), *more in groups.values():
        hits = [first, *(hit for _, hit in more)]
        finding = _finding(rule, first, book.profile, book.unit, lang, [hit.each for hit in hits])
        if more:
            cells = tuple(dict.fromkeys(cell for hit in hits for cell in hit.cells))
            related = tuple(dict.fromkeys(c for hit in hits for c in hit.related))
            finding = replace(finding, cells=cells, related=related, notes=_notes(rule, hits, lang))
            if len({(hit.stated, hit.computed) for hit in hits}) > 1:
                finding = replace(finding, stated=None, computed=None, difference=None)
        # what settles one of several differences does not settle them all
        declared = () if more else tuple(dict.fromkeys(first.repairs))
        told.append(Told(finding, declared or repairs_of(finding)))
    return told


def _notes(rule: Rule, hits: Sequence[Hit], lang: Lang) -> tuple[tuple[Ref, str], ...]:
    """The message of each cell of a group, where the message lists what is wrong with all of them."""
    at: dict[Ref, list[Hit]] = defaultdict(list)
    for hit in hits if hits[0].each else ():
        for cell in hit.cells:
            at[cell].append(hit)
    return tuple((cell, _told(rule, here[0], [hit.each for hit in here], lang)[0]) for cell, here in at.items())


def _finding(
    rule: Rule, hit: Hit, profile: Profile, unit: str, lang: Lang, each: Sequence[str] | None = None
) -> Finding:
    message, fix = _told(rule, hit, [hit.each] if each is None else each, lang)
    of_others = rule.told(lang, hit.for_bureau, **{**hit.values, **hit.others}) if hit.for_bureau else None
    return Finding(
        rule.code, rule.name.render(lang), _severity(rule, hit, profile), hit.cells[0].file, unit, message, hit.cells,
        hit.related, hit.stated, hit.computed, hit.difference, hit.hints, hit.written, added=hit.added,
        fix=fix, for_bureau=ForBureau(*of_others) if of_others else None,
    )  # fmt: skip


def _severity(rule: Rule, hit: Hit, profile: Profile) -> Severity:
    """The hit's own severity, else the rule's; the profile's where it has one, but what is milder stays milder."""
    own = hit.severity or rule.severity
    if rule.code not in profile.severity:
        return own
    wanted = Severity(profile.severity[rule.code])
    return max(wanted, own, key=lambda one: one.rank) if own.rank > rule.severity.rank else wanted


def _told(rule: Rule, hit: Hit, each: Sequence[str], lang: Lang) -> tuple[str, str]:
    """The rule's message, and what to do; one with ``{each}`` lists the first of ``each``."""
    values = dict(hit.values)
    if hit.each:
        different = list(dict.fromkeys(each))
        listed = Text("；", "; ").render(lang).join(different[:LISTED])
        values["each"] = listed + (Text(" 等", " and others").render(lang) if len(different) > LISTED else "")
    return rule.told(lang, hit.message, **values)


def _crashes(answers: Iterable[_Answer], file: str, unit: str, lang: Lang) -> list[Finding]:
    """That every rule ended is part of what 通过 promises: each code that crashed is an error of the file."""
    rules = {answer.rule.code: answer.rule for answer in reversed([*answers]) if answer.crashed}
    names = [(code, rule.name.render(lang)) for code, rule in rules.items()]
    fix = REPORT_IT.render(lang)
    return [
        Finding(code, name, Severity.ERROR, file, unit, CRASHED.render(lang, rule=name), fix=fix)
        for code, name in names
    ]  # fmt: skip


def _not_suppressed(placed: Sequence[_Placed]) -> list[_Placed]:
    """Leave out what follows from a more basic finding at the same cell: a blank cell is one finding, not four."""
    basic: dict[Ref, set[str]] = defaultdict(set)
    codes: dict[Ref, set[str]] = defaultdict(set)
    for rule, hit in placed:
        for cell in hit.cells:
            codes[cell].add(rule.code)
            if rule.basic:
                basic[cell].add(rule.code)
    return [
        (rule, hit)
        for rule, hit in placed
        if (rule.basic or not basic[hit.cells[0]] - {rule.code})
        and not (codes[hit.cells[0]] - {rule.code}).intersection(rule.follows)
    ]


def _reading_order(finding: Finding, sheets: Mapping[tuple[str, str], int]) -> tuple[int, int, int, int, str]:
    """The weightiest first, then from the first sheet to the last and from the top down."""
    ref = finding.ref
    if ref is None:
        return finding.severity.rank, -1, 0, 0, finding.code
    return finding.severity.rank, sheets.get((ref.file, ref.sheet), 1 << 30), ref.row, ref.col, finding.code
