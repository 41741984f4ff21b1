"""报送情况: how every unit of a round stands. There is such a sheet only where the batch is of a round."""

from __future__ import annotations

from collections import Counter

from perfxl.model import Lang, Progress, Standing, State, Text
from perfxl.reports.sheets import names
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.table import Column, Table, Toned

TITLE = Text("报送情况", "How the units stand")
NOTE = Text("{title}　{deadline}{states}　金额单位：万元", "{title}   {deadline}{states}   Amounts in 万元")
DEADLINE = Text("截止日期 {day}（{left}）　", "Deadline {day} ({left})   ")
LEFT = Text("还有 {n} 天", "{n} days left")
TODAY = Text("今天截止", "today")
OVER = Text("已过 {n} 天", "{n} days over")
COUNT = Text("{state} {n}", "{n} {state}")
NONE = Text("名单中没有单位。", "There are no units on the roster.")
COLUMNS = (
    Column(names.NUMBER, 6, "count"),
    Column(names.UNIT, 34),
    Column(Text("报送情况", "Standing"), 12, "centre"),
    Column(Text("版本数", "Versions"), 8, "count"),
    Column(Text("最近报送", "Last date"), 12, "centre"),
    Column(Text("待改错误", "Open errors"), 9, "count"),
    Column(Text("控制数", "Control figure"), 14, "money"),
    Column(Text("资金总额", "Budget total"), 14, "money"),
    Column(Text("总额－控制数", "Total less control figure"), 14, "money"),
    Column(Text("备注", "Remark"), 40),
)
TONES = {
    State.MISSING: "warning",
    State.FAILED: "error",
    State.PASSED: "good",
    State.NIL: "notice",
    State.TO_VERIFY: "warning",
}


def write(book: Book, progress: Progress) -> None:
    """One row a unit, in the order of the roster."""
    note = said(book, progress)
    table = Table(book, names.STANDING, TITLE, Text(note, note), COLUMNS, frozen=2)
    for number, unit in enumerate(progress.units, 1):
        table.row(_row(book, number, unit))
    if not progress.units:
        table.line(NONE)
    table.close()


def _row(book: Book, number: int, unit: Standing) -> list[object]:
    gap = unit.gap
    return [
        number, unit.unit, Toned(book.render(unit.state.label), TONES[unit.state]), unit.versions,
        unit.last.isoformat() if unit.last else "", Toned(unit.errors, "error") if unit.errors else 0,
        unit.control, unit.total, Toned(gap, "bad") if gap else gap, unit.remark,
    ]  # fmt: skip


def said(book: Book, progress: Progress) -> str:
    """The line below the title: the round, its deadline, how many units stand how."""
    deadline = ""
    if progress.deadline is not None:
        deadline = book.render(DEADLINE, day=progress.deadline.isoformat(), left=left(progress, book.lang))
    ended = Counter(unit.state for unit in progress.units)
    parts = [book.render(COUNT, state=state.label.render(book.lang), n=ended[state]) for state in State if ended[state]]
    states = Text("，", ", ").render(book.lang).join(parts)
    return book.render(NOTE, title=progress.title, deadline=deadline, states=states)


def left(progress: Progress, lang: Lang) -> str:
    """The days to the deadline, in words; ``""`` without one."""
    days = progress.days_left
    if days is None:
        return ""
    return (TODAY if not days else LEFT if days > 0 else OVER).render(lang, n=abs(days))
