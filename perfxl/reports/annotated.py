"""The annotated copy: the unit's own workbook, wrong cells marked, a list of the problems in front."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.lang import Lang, Text
from perfxl.model import Severity, Status, Submission
from perfxl.reports._files import by_unit, safe_name, save
from perfxl.reports.package.anew import made_anew
from perfxl.reports.package.marking import CannotAnnotate, annotate, suffix_of

if TYPE_CHECKING:
    from perfxl.batch import Batch

__all__ = ["CannotAnnotate", "annotate", "write"]

SUFFIX = Text("_批注", "_annotated")
UNIT = Text("单位：{unit}　　年度：{year}　　文件：{file}", "Unit: {unit}   Year: {year}   File: {file}")
VERDICT = Text(
    "审核结果：{status}　　错误 {error} 条，警告 {warning} 条，提示 {notice} 条",
    "Result: {status}   {error} errors, {warning} warnings, {notice} notices",
)
REBUILT = Text(
    "原文件的格式不能直接加批注，本文件按其内容重新生成（工作表、单元格位置相同，版式不同），只供对照；"
    "原件没有改动，请在原件上改正。",
    "The original is of a kind that cannot carry marks. This file was made anew from its contents: the sheets and the "
    "places of the cells are the same, the looks are not. Correct the original, which is unchanged.",
)


def write(batch: Batch, out: Path) -> list[Path]:
    """``单位/<单位>/<原名>_批注.xlsx`` for every submission that was read; the originals are only read."""
    written = []
    for _, folder, submissions in by_unit(batch):
        taken: set[str] = set()
        for submission in submissions:
            if submission.status in (Status.UNREADABLE, Status.NOT_A_RETURN):
                continue
            data, suffix = _copy(batch, submission)
            name = _free_name(_stem(submission.file) + SUFFIX.say(batch.lang), suffix, taken)
            written.append(save(out / folder / name, data))
    return written


def _copy(batch: Batch, submission: Submission) -> tuple[bytes, str]:
    """The bytes of the copy and its suffix. A workbook whose package cannot be edited is made anew."""
    source = batch.paths[submission.file].read_bytes()
    head = _head(batch, submission)
    findings = batch.of(submission.file)
    try:
        return annotate(source, findings, batch.lang, head), suffix_of(source)
    except CannotAnnotate:
        made, moved = made_anew(source, findings)
        return annotate(made, moved, batch.lang, [*head, REBUILT.say(batch.lang)]), suffix_of(made)


def _stem(file: str) -> str:
    """The name of the original; a copy that came back is called like it, not a copy of a copy."""
    stem = Path(file).stem
    for suffix in SUFFIX:
        stem = stem.removesuffix(suffix) or stem
    return stem


def _head(batch: Batch, submission: Submission) -> list[str]:
    lang: Lang = batch.lang
    counts = Counter(finding.severity for finding in batch.of(submission.file))
    return [
        UNIT.say(lang, unit=submission.unit or "—", year=submission.year or "—", file=submission.file),
        VERDICT.say(
            lang,
            status=submission.status.label.say(lang),
            **{severity.value: counts[severity] for severity in Severity},
        ),
    ]


def _free_name(stem: str, suffix: str, taken: set[str]) -> str:
    """A name that no other copy of this unit has."""
    name, number = safe_name(stem), 2
    while (name + suffix).casefold() in taken:
        name, number = f"{safe_name(stem)} ({number})", number + 1
    taken.add((name + suffix).casefold())
    return name + suffix
