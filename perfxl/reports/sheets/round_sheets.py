"""The sheets of a round: 报送情况 (state of each unit) and 来件登记 (what came in). ``perfxl status`` shows both."""

from __future__ import annotations

from collections import Counter

from perfxl.model import Arrival, Lang, Progress, State, Text
from perfxl.reports.sheets.table import NUMBER, UNIT, SheetTable, SheetTexts, SummaryBook, TableColumn, Toned

UNITS = SheetTexts(
    Text("报送情况", "Standing"),
    Text("报送情况", "How the units stand"),
    Text("{title}　{deadline}{states}　金额单位：万元", "{title}   {deadline}{states}   Amounts in 万元"),
    Text("名单中没有单位。", "There are no units on the roster."),
)
DEADLINE = Text("截止日期 {day}（{left}）　", "Deadline {day} ({left})   ")
LEFT = Text("还有 {n} 天", "{n} days left")
TODAY = Text("今天截止", "today")
OVER = Text("已过 {n} 天", "{n} days over")
UNIT_COLUMNS = (
    TableColumn(NUMBER, 6, "count"),
    TableColumn(UNIT, 34),
    TableColumn(Text("报送情况", "Standing"), 12, "centre"),
    TableColumn(Text("版本数", "Versions"), 8, "count"),
    TableColumn(Text("最近报送", "Last date"), 12, "centre"),
    TableColumn(Text("待改错误", "Open errors"), 9, "count"),
    TableColumn(Text("控制数", "Control figure"), 14, "money"),
    TableColumn(Text("资金总额", "Budget total"), 14, "money"),
    TableColumn(Text("总额－控制数", "Total less control figure"), 14, "money"),
    TableColumn(Text("备注", "Remark"), 40),
)
TONES = {
    State.MISSING: "warning", State.FAILED: "error", State.PASSED: "good", State.NIL: "notice",
    State.TO_VERIFY: "warning",
}  # fmt: skip

ARRIVALS = SheetTexts(
    Text("来件登记", "What came in"),
    Text("来件登记", "What came in"),
    Text(
        "{title}　来件 {mails} 件，文件 {files} 份：{results}　编号即 perfxl status、round accept 所用的编号",
        "{title}   {mails} mails and hand-overs, {files} files: {results}   The numbers are those of perfxl status",
    ),
    Text("还没有收到任何材料。", "Nothing has come in yet."),
)
MAIL = Text("邮件{n:03d}", "mail {n:03d}")
ARRIVAL_COLUMNS = (
    TableColumn(Text("编号", "Number"), 9, "centre"),
    TableColumn(Text("收到时间", "Received"), 12, "centre"),
    TableColumn(Text("发件人", "Sender"), 24),
    TableColumn(Text("主题", "Subject"), 26),
    TableColumn(Text("附件", "Attachment"), 28),
    TableColumn(UNIT, 20),
    TableColumn(Text("归属依据", "Attributed by"), 10, "centre"),
    TableColumn(Text("版本", "Version"), 6, "count"),
    TableColumn(Text("结果", "Result"), 12, "centre"),
    TableColumn(Text("回复", "Answer"), 16, "centre"),
    TableColumn(Text("说明", "Remark"), 34),
)
COUNT = Text("{what} {n}", "{n} {what}")


def write_standing(book: SummaryBook, progress: Progress) -> None:
    """One row for each unit, in the order of the roster."""
    table = SheetTable(book, UNITS, UNIT_COLUMNS, 2, _units_note(book, progress))
    for number, unit in enumerate(progress.units, 1):
        table.row([
            number, unit.unit, Toned(book.render(unit.state.label), TONES[unit.state]), unit.versions,
            unit.last.isoformat() if unit.last else "", Toned(unit.errors, "error") if unit.errors else 0,
            unit.control, unit.total, Toned(unit.gap, "bad") if unit.gap else unit.gap, unit.remark,
        ])  # fmt: skip
    table.close()


def _units_note(book: SummaryBook, progress: Progress) -> str:
    deadline = ""
    if progress.deadline is not None:
        deadline = book.render(DEADLINE, day=progress.deadline.isoformat(), left=days_left(progress, book.lang))
    ended = Counter(unit.state for unit in progress.units)
    states = {book.render(state.label): ended[state] for state in State if ended[state]}
    return book.render(UNITS.note, title=progress.title, deadline=deadline, states=_counts(states, book.lang))


def days_left(progress: Progress, lang: Lang) -> str:
    """The days to the deadline, in words; ``""`` without one."""
    days = progress.days_left
    if days is None:
        return ""
    return (TODAY if not days else LEFT if days > 0 else OVER).render(lang, n=abs(days))


def write_arrivals(book: SummaryBook, progress: Progress) -> None:
    """One row for each file, and for each mail without any, in the order in which they came."""
    table = SheetTable(book, ARRIVALS, ARRIVAL_COLUMNS, 2, arrivals_note(progress, book.lang))
    for one in progress.arrivals:
        *first, result, answer, remark = arrival_row(one, book.lang)
        table.row([*first, Toned(result, one.tone), Toned(answer, "error" if one.state == "refused" else ""), remark])
    table.close()


def arrival_row(one: Arrival, lang: Lang) -> list[str | int | None]:
    """The values of ``ARRIVAL_COLUMNS``; the number is that of the file, or of a mail without one."""
    number = f"{one.file:03d}" if one.file else MAIL.render(lang, n=one.message)
    received = f"{one.received:%Y-%m-%d %H:%M}" if one.received else ""
    return [
        number, received, one.sender, one.subject, one.name, one.unit, one.how, one.version or None, one.result,
        one.answer, one.remark,
    ]  # fmt: skip


def arrivals_note(progress: Progress, lang: Lang) -> str:
    """The round, how many mails and files came, and how many of them had each result."""
    came = progress.arrivals
    results = dict(Counter(one.result for one in came).most_common())
    mails, files = len({one.message for one in came}), sum(bool(one.name) for one in came)
    counts = _counts(results, lang) or "0"
    return ARRIVALS.note.render(lang, title=progress.title, mails=mails, files=files, results=counts)


def _counts(counts: dict[str, int], lang: Lang) -> str:
    return Text("，", ", ").render(lang).join(COUNT.render(lang, what=what, n=n) for what, n in counts.items())
