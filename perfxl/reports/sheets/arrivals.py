"""来件登记: every mail and file of a round, what became of it, what was answered; where the batch is of a round."""

from __future__ import annotations

from collections import Counter

from perfxl.model import Arrival, Lang, Progress, Text
from perfxl.reports.sheets import names
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.table import Column, Table, Toned

TITLE = Text("来件登记", "What came in")
NOTE = Text(
    "{title}　来件 {mails} 件，文件 {files} 份：{results}　编号即 perfxl status、round accept 所用的编号",
    "{title}   {mails} mails and hand-overs, {files} files: {results}   The numbers are those of perfxl status",
)
COUNT = Text("{result} {n}", "{n} {result}")
NONE = Text("还没有收到任何材料。", "Nothing has come in yet.")
MAIL = Text("邮件{n:03d}", "mail {n:03d}")
NUMBER = Text("编号", "Number")
RECEIVED = Text("收到时间", "Received")
SENDER = Text("发件人", "Sender")
SUBJECT = Text("主题", "Subject")
NAME = Text("附件", "Attachment")
HOW = Text("归属依据", "Attributed by")
VERSION = Text("版本", "Version")
RESULT = Text("结果", "Result")
ANSWER = Text("回复", "Answer")
REMARK = Text("说明", "Remark")
COLUMNS = (
    Column(NUMBER, 9, "centre"),
    Column(RECEIVED, 12, "centre"),
    Column(SENDER, 24),
    Column(SUBJECT, 26),
    Column(NAME, 28),
    Column(names.UNIT, 20),
    Column(HOW, 10, "centre"),
    Column(VERSION, 6, "count"),
    Column(RESULT, 12, "centre"),
    Column(ANSWER, 16, "centre"),
    Column(REMARK, 34),
)


def write(book: Book, progress: Progress) -> None:
    """One row a file or a mail without any, in the order in which they came."""
    note = said(progress, book.lang)
    table = Table(book, names.ARRIVALS, TITLE, Text(note, note), COLUMNS, frozen=2)
    for one in progress.arrivals:
        table.row(_row(book, one))
    if not progress.arrivals:
        table.line(NONE)
    table.close()


def _row(book: Book, one: Arrival) -> list[object]:
    return [
        number(one, book.lang), when(one), one.sender, one.subject, one.name, one.unit, one.how, one.version or None,
        Toned(one.result, one.tone), Toned(one.answer, "error" if one.state == "refused" else ""), one.remark,
    ]  # fmt: skip


def number(one: Arrival, lang: Lang) -> str:
    """The number of a file, or of a mail without one: what the name of its draft begins with."""
    return f"{one.file:03d}" if one.file else MAIL.render(lang, n=one.message)


def when(one: Arrival) -> str:
    """Day and minute."""
    return f"{one.received:%Y-%m-%d %H:%M}" if one.received else ""


def said(progress: Progress, lang: Lang) -> str:
    """The line below the title: the round, how much came, what became of it."""
    came = progress.arrivals
    ended = Counter(one.result for one in came)
    results = Text("，", ", ").render(lang).join(COUNT.render(lang, result=key, n=n) for key, n in ended.most_common())
    mails, files = len({one.message for one in came}), sum(bool(one.name) for one in came)
    return NOTE.render(lang, title=progress.title, mails=mails, files=files, results=results or "0")
