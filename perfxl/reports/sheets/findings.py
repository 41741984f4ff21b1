"""The sheets of what was found: 差异, 问题清单, 未审核文件 and 审核规则."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_rowcol_to_cell as cell

from perfxl.model import Finding, Result, Severity, Status, Text, cells_in_words, seen_from
from perfxl.profiles import OTHER_SHEETS
from perfxl.reports.sheets.facts import WAIVED_COUNT, BatchFacts, Listed
from perfxl.reports.sheets.table import (
    FILE,
    NUMBER,
    UNIT,
    CellFormula,
    CellLink,
    SheetTable,
    SheetTexts,
    SummaryBook,
    TableColumn,
    Toned,
    row_link,
)
from perfxl.rules import CODE, OFF, SEVERITY, SOURCE, WHAT, Entry, catalogue

FINDINGS = SheetTexts(
    Text("问题清单", "Findings"),
    Text("问题清单", "Findings"),
    Text(
        "金额单位：万元。错误（强制性审核）必须改正；警告（提示性审核）请核对；提示（提示性审核）供参考。"
        "连带问题折叠在所属问题之下，同一审核项目的提示折叠为一行，点左侧“＋”展开。",
        "Amounts in 万元. Errors must be put right, warnings are to be checked, notices are for information. "
        "Consequences are folded under their cause, notices under the first of their rule: click “+” at the left.",
    ),
    Text("没有发现问题。", "Nothing was found."),
)
_FILE = (TableColumn(NUMBER, 6, "count"), TableColumn(UNIT, 15), TableColumn(FILE, 16))
_SEVERITY = TableColumn(Text("级别", "Severity"), 6, "centre")
_FIGURES = (
    TableColumn(Text("填报数", "Stated"), 11, "money", "stated"),
    TableColumn(Text("计算数", "Computed"), 11, "money"),
    TableColumn(Text("差额", "Difference"), 11, "money"),
)
FOLLOWS = Text("连带", "follows")
FIRST_OF = Text(
    "（此项提示共 {n} 处，其余 {others} 处折叠于下。）",
    "(This notice: {n} times, the other {others} are folded below.)",
)
_CODE, _CAUSE, _REPORT = Text("编号", "Code"), Text("可能原因", "Likely cause"), Text("报告", "Report")
FINDING_COLUMNS = (
    *_FILE,
    TableColumn(Text("表名", "Sheet"), 10, "centre"),
    TableColumn(Text("单元格", "Cell"), 7, "centre"),
    TableColumn(Text("审核定义名称", "Rule"), 16),
    TableColumn(_CODE, 12, "centre"),
    _SEVERITY,
    TableColumn(Text("审核类型", "Class"), 11, "centre"),
    *_FIGURES,
    TableColumn(Text("问题", "Message"), 38),
    TableColumn(_CAUSE, 30),
    TableColumn(Text("怎么改", "What to do"), 26),
    TableColumn(Text("涉及单元格", "Cells involved"), 20),
    TableColumn(_REPORT, 6, "centre"),
)
DIFFERENCES = SheetTexts(
    Text("差异", "Differences"),
    Text("差异：填报数与计算数不符", "Differences: stated against computed"),
    Text(
        "金额单位：万元。差额＝填报数－计算数，负数为少填（红色）。点击“清单”一栏查看这一条的全部内容。",
        "Amounts in 万元. Difference = stated - computed; negative (red) is too little. "
        "The last columns lead to details.",
    ),
    Text("没有发现数字不符。", "All figures agree."),
)
DIFFERENCE_COLUMNS = (
    *_FILE,
    TableColumn(Text("表", "Form"), 11, "centre"),
    TableColumn(Text("位置", "Cell"), 15, "centre"),
    TableColumn(_CODE, 11, "centre"),
    _SEVERITY,
    TableColumn(Text("项目", "Item"), 16),
    *_FIGURES,
    TableColumn(_CAUSE, 32),
    TableColumn(Text("说明", "Message"), 36),
    TableColumn(Text("清单", "Finding"), 6, "centre"),
    TableColumn(_REPORT, 6, "centre"),
)
WAIVER = TableColumn(Text("豁免", "Waiver"), 26)
MORE_CELLS = Text("…等 {n} 处", " … {n} cells in all")
#: cells that are named one by one
MOST_CELLS = 12
#: the line of a consequence
ALONE = Listed(-1)

UNREAD = SheetTexts(
    Text("未审核文件", "Files not read"),
    Text("未审核的文件和工作表", "Files and sheets that were not checked"),
    Text("收到而没有审核的，逐一列在这里。", "All that was received and not checked."),
    Text("没有。收到的文件和其中的申报表都已审核。", "None. Every file and every form in it was checked."),
)
UNREAD_COLUMNS = (
    TableColumn(NUMBER, 6, "count"),
    TableColumn(Text("类别", "What"), 16, "centre"),
    TableColumn(FILE, 38),
    TableColumn(UNIT, 20),
    TableColumn(Text("工作表", "Sheet"), 18),
    TableColumn(Text("原因", "Why"), 46),
    TableColumn(Text("处理建议", "What to do"), 36),
)

RULES = SheetTexts(
    Text("审核规则", "Rules applied"),
    Text("审核规则与审核结果", "Rules, and how they ended"),
    Text(
        "各列为申报表份数。“不适用”写明原因；“未能执行”的须人工核对。",
        "Counts are returns. Where a rule was not applicable it says why; where it crashed, check by hand.",
    ),
)
RULE_COLUMNS = (
    TableColumn(CODE, 14, "centre"),
    TableColumn(Text("审核定义名称", "Rule"), 26),
    TableColumn(SEVERITY, 8, "centre"),
    TableColumn(WHAT, 50),
    TableColumn(SOURCE, 30),
    TableColumn(Text("通过", "Passed"), 7, "count"),
    TableColumn(Text("不通过", "Failed"), 7, "count"),
    TableColumn(Text("不适用", "Not applicable"), 7, "count"),
    TableColumn(Text("未能执行", "Crashed"), 7, "count"),
    TableColumn(Text("问题数", "Findings"), 7, "count"),
    TableColumn(Text("不适用或未能执行的原因", "Why not"), 28),
)
REASON = Text("{reason}（{n} 份）", "{reason} ({n})")


class UnreadKind(NamedTuple):
    """A kind of thing that was not checked; the reason is ``""`` where it is that of the file."""

    label: Text
    tone: str
    advice: Text
    reason: Text = Text("", "")


UNREADABLE = UnreadKind(
    Text("无法读取", "cannot be read"), "error",
    Text("请报送单位另存为 .xlsx 后重新报送。", "Ask the unit to save it as .xlsx and send it again."),
)  # fmt: skip
NO_RETURN = UnreadKind(
    Text("不是申报表", "not a return"), "warning",
    Text(
        "请确认是否发错文件；是申报表的，请用规定的表式重新填报。",
        "Was it the wrong file? If not, the standard forms must be used.",
    ),
)  # fmt: skip
PROBLEM = UnreadKind(
    Text("没有文件", "no files"), "warning", Text("请检查输入的路径。", "Check the path that was given.")
)
DUPLICATE = UnreadKind(
    Text("重复报送", "sent twice"), "notice",
    Text("无需处理。", "Nothing."),
    Text("与“{other}”内容完全相同，只审核了一份。", "It is identical to “{other}”; one of them was checked."),
)  # fmt: skip
BLANK = UnreadKind(
    Text("空白表", "blank form"), "notice",
    Text("不涉及的表可以留空；应填的请单位补填。", "A form that does not apply may stay blank."),
    Text("{form}没有填写内容。", "Nothing is filled in ({form})."),
)  # fmt: skip
IGNORED = UnreadKind(
    Text("未识别的工作表", "sheet not recognised"), "",
    Text("如其中有申报内容，请单位改用规定的表式。", "If it holds a return, the standard forms must be used."),
    Text("工作表上没有找到申报表。", "No form was found on the sheet."),
)  # fmt: skip


def write_findings(book: SummaryBook, facts: BatchFacts) -> None:
    """One row for each finding; folded are its consequences, and below a notice the others of its rule."""
    table = SheetTable(book, FINDINGS, _columns(FINDING_COLUMNS, facts), frozen=2)
    for number, line in enumerate(facts.listed, 1):
        finding = facts.batch.findings[line.at]
        _list_row(table, finding, facts, book, number, line)
        for other in finding.consequences:
            _list_row(table, other, facts, book, None)
    table.close()


def _list_row(
    table: SheetTable, finding: Finding, facts: BatchFacts, book: SummaryBook, number: int | None, line: Listed = ALONE
) -> None:
    """A row of the list; a consequence has no number."""
    ref, follows, message = finding.ref, number is None, finding.told.message
    severity = Toned(book.render(FOLLOWS), "faint") if follows else _severity(finding, book)
    if line.more:
        message += "\n" + book.render(FIRST_OF, n=line.more + 1, others=line.more)
    values = [
        number, facts.owner(finding), finding.file, ref.sheet if ref else "", ref.cell if ref else "",
        finding.name, finding.code, severity, "" if follows else book.render(finding.severity.gate),
        *compared(finding, table.next, table.at["stated"]), message, _causes(finding), finding.told.fix,
        _involved(finding, book),
    ]  # fmt: skip
    _add(table, finding, facts, values, folded=follows or line.folded)


def write_differences(book: SummaryBook, facts: BatchFacts) -> None:
    """One row for each finding that has figures."""
    table = SheetTable(book, DIFFERENCES, _columns(DIFFERENCE_COLUMNS, facts), frozen=2)
    findings = facts.batch.findings
    compares = [line.at for line in facts.listed if not findings[line.at].stated is findings[line.at].computed is None]
    for number, index in enumerate(compares, 1):
        finding = findings[index]
        form = facts.form_of[index]
        *figures, gap = compared(finding, table.next, table.at["stated"])
        if finding.severity is Severity.ERROR and not finding.waived:
            gap = Toned(gap, "worse")
        _add(table, finding, facts, [
            number, facts.owner(finding), finding.file, facts.form_name(facts.profile.forms[form.kind]) if form else "",
            finding.place(book.lang), finding.code, _severity(finding, book), finding.name, *figures, gap,
            _causes(finding), finding.told.message, link_to(book, facts, index),
        ])  # fmt: skip
    table.close()


def _columns(columns: Sequence[TableColumn], facts: BatchFacts) -> Sequence[TableColumn]:
    return (*columns, WAIVER) if facts.waived else columns


def _add(
    table: SheetTable, finding: Finding, facts: BatchFacts, values: Sequence[Any], *, folded: bool = False
) -> None:
    """Write a finding with a link to the report and, if there is a column for it, why it is waived."""
    waiver = Toned(finding.waived.render(facts.lang) if finding.waived else "", "")
    more = [facts.report(finding.file), waiver][: 2 if facts.waived else 1]
    table.row([*values, *more], tone="faint" if finding.waived else "", folded=folded)


def _severity(finding: Finding, book: SummaryBook) -> Toned:
    return Toned(book.render(finding.label), "faint" if finding.waived else finding.severity.value)


def compared(finding: Finding, row: int, stated: int) -> tuple[Any, Any, Any]:
    """Stated, computed and difference; with both figures in the row the difference is a formula.

    ``row`` and ``stated`` are the row and the column of the stated figure, from 0.
    """
    a, b, gap = finding.stated, finding.computed, finding.difference
    if isinstance(a, int) and isinstance(b, int) and gap == a - b:
        return a, b, CellFormula(f"=ROUND({cell(row, stated)}-{cell(row, stated + 1)},6)", gap)
    return a, b, gap


def _causes(finding: Finding) -> str:
    return "\n".join(hint.message for hint in finding.hints)


def _involved(finding: Finding, book: SummaryBook) -> str:
    """The other cells of a finding and its operands by sheet, the first few.

    The sheet is left out if it is only that of the finding itself.
    """
    refs, near = (*finding.cells[1:], *finding.related), finding.ref
    own = near.sheet if near and {ref.sheet for ref in refs} == {near.sheet} else ""
    listed = seen_from(cells_in_words(refs[:MOST_CELLS], book.lang), finding.file, own, book.lang)
    return listed + (book.render(MORE_CELLS, n=len(refs)) if len(refs) > MOST_CELLS else "")


def link_to(book: SummaryBook, facts: BatchFacts, index: int, words: str = "") -> CellLink:
    """A link to finding number ``index`` (from 0) of the batch."""
    return CellLink(
        row_link(book.render(FINDINGS.name), facts.list_row[index]), words or f"#{facts.list_number[index]}"
    )


#: kind, file, unit, sheet and reason
_Unread = tuple[UnreadKind, str, str, str, str]


def write_unread(book: SummaryBook, facts: BatchFacts) -> None:
    """One row for each file or sheet that was not checked, the most important first."""
    table = SheetTable(book, UNREAD, UNREAD_COLUMNS)
    rows = (*_unread_files(book, facts), *_unread_sheets(book, facts))
    for number, (kind, *values) in enumerate(rows, 1):
        table.row([number, Toned(book.render(kind.label), kind.tone), *values, book.render(kind.advice)])
    table.close("good")


def _unread_files(book: SummaryBook, facts: BatchFacts) -> Iterator[_Unread]:
    for problem in facts.batch.problems:
        yield PROBLEM, problem.path, "", "", problem.render(book.lang)
    received = facts.batch.submissions
    for kind, status in ((UNREADABLE, Status.UNREADABLE), (NO_RETURN, Status.NOT_A_RETURN)):
        for item in (item for item in received if item.status is status and not item.duplicate_of):
            reason = "\n".join(finding.told.message for finding in facts.batch.of(item.file))
            yield kind, item.file, "", "、".join(item.ignored_sheets), reason
    for item in (item for item in received if item.duplicate_of):
        yield DUPLICATE, item.file, item.unit, "", book.render(DUPLICATE.reason, other=item.duplicate_of)


def _unread_sheets(book: SummaryBook, facts: BatchFacts) -> Iterator[_Unread]:
    for item in facts.checked:
        for form in (form for form in item.forms if form.blank):
            name = facts.form_name(facts.profile.forms[form.form])
            yield BLANK, item.file, item.unit, form.sheet, book.render(BLANK.reason, form=name)
    for item in facts.checked:
        if ignored := "、".join(sheet for sheet in item.ignored_sheets if sheet not in OTHER_SHEETS):
            yield IGNORED, item.file, item.unit, ignored, book.render(IGNORED.reason)


def write_rules(book: SummaryBook, facts: BatchFacts) -> None:
    """One row for each code, also of rules that are off; sums with one code share a row, as they share an outcome."""
    results: dict[str, Counter[Result]] = defaultdict(Counter)
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in facts.batch.outcomes:
        results[outcome.code][outcome.result] += 1
        if outcome.reason:
            reasons[outcome.code][outcome.reason] += 1
    found = Counter((finding.code, bool(finding.waived)) for finding in facts.batch.findings)
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in catalogue(facts.profile):
        if entry.rule.of_returns or (facts.batch.progress is not None and entry.rule.needs == "round"):
            entries[entry.code].append(entry)
    table = SheetTable(book, RULES, RULE_COLUMNS, frozen=1)
    for code, same in entries.items():
        ended, rules = results[code], [entry.rule for entry in same]
        severity = min((entry.severity for entry in same if entry.severity), key=lambda s: s.rank, default=None)
        label, tone = (severity.label, severity.value) if severity else (OFF, "faint")
        failed, crashed = ended[Result.FAILED], ended[Result.CRASHED]
        table.row([
            code, _each(book.render(rule.name) for rule in rules), Toned(book.render(label), tone),
            _each(book.render(rule.what) for rule in rules), _each(rule.source for rule in rules),
            ended[Result.PASSED], Toned(failed, tone) if failed else 0, ended[Result.NOT_APPLICABLE],
            Toned(crashed, "error") if crashed else 0, found[code, False],
            _why(book, found[code, True], reasons[code]),
        ])  # fmt: skip
    table.close()


def _each(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(texts))


def _why(book: SummaryBook, waived: int, reasons: Counter[str]) -> str:
    """How many findings are waived, and why the rule was not applied or crashed."""
    lines = [book.render(WAIVED_COUNT, n=waived)] if waived else []
    return "\n".join([*lines, *(book.render(REASON, reason=reason, n=n) for reason, n in reasons.most_common())])
