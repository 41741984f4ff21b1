"""The annotated copy: the unit's own workbook, wrong cells marked, a list of the problems in front."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.cells import Unreadable, read_book
from perfxl.lang import Lang, Text
from perfxl.model import Severity, Status, Submission, severities
from perfxl.reports._cells import DOCUMENT
from perfxl.reports._files import by_unit, safe_name, save
from perfxl.reports.package.marking import CannotAnnotate, annotate

if TYPE_CHECKING:
    from perfxl.batch import Batch

__all__ = ["CannotAnnotate", "annotate", "write"]

SUFFIX = Text("_批注", "_annotated")
UNIT = Text("单位：{unit}　　年度：{year}　　文件：{file}", "Unit: {unit}   Year: {year}   File: {file}")
VERDICT = Text(
    "审核结果：{status}　　错误 {error} 条，警告 {warning} 条，提示 {notice} 条",
    "Result: {status}   {error} errors, {warning} warnings, {notice} notices",
)
WAIVED = Text("，另有 {n} 条已豁免", ", {n} more waived")
REBUILT = Text(
    "原文件不是 .xlsx 格式，本文件按其内容重新生成，格式与原件不同；原件没有改动。",
    "The original is not an .xlsx; this file was made anew from its contents and looks different. "
    "The original is unchanged.",
)
_KEPT_SUFFIXES = (".xlsx", ".xlsm")


def write(batch: Batch, out: Path) -> list[Path]:
    """``单位/<单位>/<原名>_批注.xlsx`` for every submission that was read; the originals are only read."""
    written = []
    for _, folder, submissions in by_unit(batch):
        taken: set[str] = set()
        for submission in submissions:
            if submission.status in (Status.UNREADABLE, Status.NOT_A_RETURN):
                continue
            data, suffix = _copy(batch, submission)
            name = _free_name(Path(submission.file).stem + SUFFIX.say(batch.lang), suffix, taken)
            written.append(save(out / folder / name, data))
    return written


def _copy(batch: Batch, submission: Submission) -> tuple[bytes, str]:
    """The bytes of the copy and its suffix. A workbook whose package cannot be edited is made anew."""
    source = batch.paths[submission.file].read_bytes()
    head = _head(batch, submission)
    findings = batch.of(submission.file)
    suffix = Path(submission.file).suffix.lower()
    try:
        return annotate(source, findings, batch.lang, head), suffix if suffix in _KEPT_SUFFIXES else ".xlsx"
    except CannotAnnotate:
        head.append(REBUILT.say(batch.lang))
        if submission.document:
            head.append(DOCUMENT.say(batch.lang))
        return annotate(_rebuilt(source), findings, batch.lang, head), ".xlsx"


def _head(batch: Batch, submission: Submission) -> list[str]:
    lang: Lang = batch.lang
    findings = batch.of(submission.file)
    counts = severities(findings)
    waived = len(findings) - counts.total()
    return [
        UNIT.say(lang, unit=submission.unit or "—", year=submission.year or "—", file=submission.file),
        VERDICT.say(
            lang,
            status=submission.status.label.say(lang),
            **{severity.value: counts[severity] for severity in Severity},
        )
        + (WAIVED.say(lang, n=waived) if waived else ""),
    ]


def _rebuilt(source: bytes) -> bytes:
    """An .xlsx with the sheets, values and merged areas of a workbook of another format."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    try:
        grids = read_book(source).sheets
    except Unreadable:
        grids = ()
    with Workbook(buffer, options) as workbook:
        wrapped = workbook.add_format({"text_wrap": True, "valign": "vcenter", "border": 1})
        for grid in grids:
            sheet = workbook.add_worksheet(grid.sheet)
            for top, left, bottom, right in grid.merges:
                sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "", wrapped)
            for cell in grid:
                value = cell.value if isinstance(cell.value, int | float) else cell.text
                sheet.write(cell.row - 1, cell.col - 1, value, wrapped)
    return buffer.getvalue()


def _free_name(stem: str, suffix: str, taken: set[str]) -> str:
    """A name that no other copy of this unit has."""
    name, number = safe_name(stem), 2
    while (name + suffix).casefold() in taken:
        name, number = f"{safe_name(stem)} ({number})", number + 1
    taken.add((name + suffix).casefold())
    return name + suffix
