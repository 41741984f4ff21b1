"""未审核文件: all that came in and was not checked, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from perfxl.model import Status, Submission, Text
from perfxl.reports.sheets import names
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.facts import Facts
from perfxl.reports.sheets.table import Column, Table, Toned
from perfxl.template.other_sheets import BESIDE_FORMS

TITLE = Text("未审核的文件和工作表", "Files and sheets that were not checked")
NOTE = Text("收到而没有审核的，逐一列在这里。", "All that was received and not checked.")
NONE = Text("没有。收到的文件和其中的申报表都已审核。", "None. Every file and every form in it was checked.")
COLUMNS = (
    Column(names.NUMBER, 6, "count"),
    Column(Text("类别", "What"), 16, "centre"),
    Column(names.FILE, 38),
    Column(names.UNIT, 20),
    Column(Text("工作表", "Sheet"), 18),
    Column(Text("原因", "Why"), 46),
    Column(Text("处理建议", "What to do"), 36),
)


class _Kind(NamedTuple):
    words: Text
    tone: str
    reason: Text
    advice: Text


UNREADABLE = _Kind(
    Text("无法读取", "cannot be read"), "error", Text("", ""),
    Text("请报送单位另存为 .xlsx 后重新报送。", "Ask the unit to save it as .xlsx and send it again."),
)  # fmt: skip
NO_RETURN = _Kind(
    Text("不是申报表", "not a return"), "warning", Text("", ""),
    Text(
        "请确认是否发错文件；是申报表的，请用规定的表式重新填报。",
        "Was it the wrong file? If not, the standard forms must be used.",
    ),
)  # fmt: skip
PROBLEM = _Kind(
    Text("没有文件", "no files"), "warning", Text("", ""), Text("请检查输入的路径。", "Check the path that was given.")
)
DUPLICATE = _Kind(
    Text("重复报送", "sent twice"), "notice",
    Text("与“{other}”内容完全相同，只审核了一份。", "It is identical to “{other}”; one of them was checked."),
    Text("不用处理。", "Nothing."),
)  # fmt: skip
BLANK = _Kind(
    Text("空白表", "blank form"), "notice",
    Text("{form}没有填写内容。", "Nothing is filled in ({form})."),
    Text("不涉及的表可以留空；应填的请单位补填。", "A form that does not apply may stay blank."),
)  # fmt: skip
IGNORED = _Kind(
    Text("未识别的工作表", "sheet not recognised"), "",
    Text("工作表上没有找到申报表。", "No form was found on the sheet."),
    Text("如其中有申报内容，请单位改用规定的表式。", "If it holds a return, the standard forms must be used."),
)  # fmt: skip


class _Row(NamedTuple):
    kind: _Kind
    file: str
    unit: str
    sheet: str
    reason: str


def write(book: Book, facts: Facts) -> None:
    """One row a file or sheet, what matters most first."""
    table = Table(book, names.UNREAD, TITLE, NOTE, COLUMNS)
    number = 0
    for item in (*_problems(book, facts), *_files(book, facts), *_sheets(book, facts)):
        number += 1
        kind = item.kind
        table.row([
            number, Toned(book.render(kind.words), kind.tone), item.file, item.unit, item.sheet, item.reason,
            book.render(kind.advice),
        ])  # fmt: skip
    if not number:
        table.line(NONE, "good")
    table.close()


def _problems(book: Book, facts: Facts) -> Iterator[_Row]:
    for problem in facts.batch.problems:
        yield _Row(PROBLEM, problem.path, "", "", problem.render(book.lang))


def _files(book: Book, facts: Facts) -> Iterator[_Row]:
    for kind, status in ((UNREADABLE, Status.UNREADABLE), (NO_RETURN, Status.NOT_A_RETURN)):
        for item in facts.batch.submissions:
            if item.status is status and not item.duplicate_of:
                reason = "\n".join(finding.message for finding in facts.batch.of(item.file))
                yield _Row(kind, item.file, "", _listed(item.ignored_sheets), reason)
    for item in facts.batch.submissions:
        if item.duplicate_of:
            yield _Row(DUPLICATE, item.file, item.unit, "", book.render(DUPLICATE.reason, other=item.duplicate_of))


def _sheets(book: Book, facts: Facts) -> Iterator[_Row]:
    for item in facts.checked:
        for form in item.forms:
            if form.blank:
                reason = book.render(BLANK.reason, form=facts.form_name(facts.profile.forms[form.form]))
                yield _Row(BLANK, item.file, item.unit, form.sheet, reason)
    for item in facts.checked:
        if ignored := _unknown(item):
            yield _Row(IGNORED, item.file, item.unit, _listed(ignored), book.render(IGNORED.reason))


def _unknown(item: Submission) -> list[str]:
    return [sheet for sheet in item.ignored_sheets if sheet not in BESIDE_FORMS]


def _listed(sheets: tuple[str, ...] | list[str]) -> str:
    return "、".join(sheets)
