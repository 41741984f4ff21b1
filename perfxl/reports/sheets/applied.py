"""审核规则: every rule that was asked, and how it ended on the returns. Silence is a result too."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from perfxl.model import Result, Text
from perfxl.reports.sheets import names
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.facts import Facts
from perfxl.reports.sheets.table import Column, Table, Toned
from perfxl.rules.catalogue import CODE, OFF, SEVERITY, SOURCE, WHAT, Entry, catalogue

TITLE = Text("审核规则与审核结果", "Rules, and how they ended")
NOTE = Text(
    "各列为申报表份数。“不适用”写明原因；“未能执行”的须人工核对。",
    "Counts are returns. Where a rule was not applicable it says why; where it crashed, check by hand.",
)
WAIVED = Text("已豁免 {n} 处", "{n} waived")
REASON = Text("{reason}（{n} 份）", "{reason} ({n})")
COLUMNS = (
    Column(CODE, 14, "centre"),
    Column(Text("审核定义名称", "Rule"), 26),
    Column(SEVERITY, 8, "centre"),
    Column(WHAT, 50),
    Column(SOURCE, 30),
    Column(Text("通过", "Passed"), 7, "count"),
    Column(Text("不通过", "Failed"), 7, "count"),
    Column(Text("不适用", "Not applicable"), 7, "count"),
    Column(Text("未能执行", "Crashed"), 7, "count"),
    Column(Text("问题数", "Findings"), 7, "count"),
    Column(Text("不适用或未能执行的原因", "Why not"), 28),
)


def write(book: Book, facts: Facts) -> None:
    """One row a code; sums that share a code share its row, as they share its outcome. What is off is told too."""
    results: dict[str, Counter[Result]] = defaultdict(Counter)
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in facts.batch.outcomes:
        results[outcome.code][outcome.result] += 1
        if outcome.reason:
            reasons[outcome.code][outcome.reason] += 1
    found = Counter(finding.code for finding in facts.batch.findings if not finding.waived)
    waived = Counter(finding.code for finding in facts.batch.findings if finding.waived)
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in catalogue(facts.profile):
        if entry.rule.of_returns or (facts.batch.progress is not None and entry.rule.needs == "round"):
            entries[entry.code].append(entry)
    table = Table(book, names.RULES, TITLE, NOTE, COLUMNS, frozen=1)
    for code, same in entries.items():
        ended, rules = results[code], [entry.rule for entry in same]
        severity = min((entry.severity for entry in same if entry.severity), key=lambda s: s.rank, default=None)
        label, tone = (severity.label, severity.value) if severity else (OFF, "faint")
        failed, crashed = ended[Result.FAILED], ended[Result.CRASHED]
        table.row([
            code, _each(book.render(rule.name) for rule in rules), Toned(book.render(label), tone),
            _each(book.render(rule.what) for rule in rules), _each(rule.source for rule in rules),
            ended[Result.PASSED], Toned(failed, tone) if failed else 0, ended[Result.NOT_APPLICABLE],
            Toned(crashed, "error") if crashed else 0, found[code],
            "\n".join([*_waived(book, waived[code]), *_reasons(book, reasons[code].most_common())]),
        ])  # fmt: skip
    table.close()


def _each(texts: Iterable[str]) -> str:
    """Every text once, one a line."""
    return "\n".join(dict.fromkeys(texts))


def _reasons(book: Book, counts: Sequence[tuple[str, int]]) -> list[str]:
    return [book.render(REASON, reason=reason, n=n) for reason, n in counts]


def _waived(book: Book, n: int) -> list[str]:
    return [book.render(WAIVED, n=n)] if n else []
