"""The annotated copy: the unit's own workbook, wrong cells marked, a list of the problems in front."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.model import Finding, Lang, Severity, Status, Submission, Text, severities
from perfxl.output_files import safe_name
from perfxl.reports.out_folder import DOCUMENT, Incomplete, WrittenFiles, by_unit, made_of, not_saved
from perfxl.reports.package.anew import made_anew
from perfxl.reports.package.marking import CannotAnnotate, annotate, suffix_of

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

__all__ = ["CannotAnnotate", "annotate", "write"]

_log = logging.getLogger("perfxl.faults")

SUFFIX = Text("_批注", "_annotated")
UNIT = Text("单位：{unit}　　年度：{year}　　文件：{file}", "Unit: {unit}   Year: {year}   File: {file}")
VERDICT = Text(
    "审核结果：{status}　　错误 {error} 条，警告 {warning} 条，提示 {notice} 条",
    "Result: {status}   {error} errors, {warning} warnings, {notice} notices",
)
WAIVED = Text("，另有 {n} 条已豁免", ", {n} more waived")
CHANGED = Text(
    "没有给“{file}”做批注：审核之后这个文件又被改动或移走了。请重新审核一次。",
    "“{file}” was not annotated: the file was changed or taken away after it had been checked. Please check again.",
)
REBUILT = Text(
    "原文件的格式不能直接加批注，本文件按其内容重新生成（工作表、单元格位置相同，版式不同），只供对照；"
    "原件没有改动，请在原件上改正。",
    "The original is of a kind that cannot carry marks. This file was made anew from its contents: the sheets and the "
    "places of the cells are the same, the looks are not. Correct the original, which is unchanged.",
)


def write(batch: Batch, out: Path) -> list[Path]:
    """``单位/<单位>/<原名>_批注.xlsx`` for every submission that was read; the originals are only read."""
    standing = WrittenFiles(out)
    written: list[Path] = []
    missing: list[str] = []
    for _, folder, submissions in by_unit(batch):
        taken: set[str] = set()
        for submission in submissions:
            if submission.status in (Status.UNREADABLE, Status.NOT_A_RETURN):
                continue
            source = _source(batch, submission)
            if source is None:
                missing.append(CHANGED.render(batch.lang, file=submission.file))
                continue
            stem = _stem(submission.file) + SUFFIX.render(batch.lang)
            path = out / folder / _free_name(stem, suffix_of(source), taken)
            try:
                written.append(_written(batch, submission, source, path, standing))
            except OSError as error:
                missing.append(not_saved(error, path, batch.lang))
    standing.close()
    if missing:
        raise Incomplete(written, missing)
    return written


def _source(batch: Batch, submission: Submission) -> bytes | None:
    """The bytes that were checked; ``None`` if the file holds others by now, or is gone."""
    try:
        data = batch.paths[submission.file].read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == submission.sha256 else None


def _written(batch: Batch, submission: Submission, source: bytes, path: Path, standing: WrittenFiles) -> Path:
    """Where the copy stands, made now unless it would come out as it stands there."""
    head, findings = _head(batch, submission), batch.of(submission.file)
    key = made_of(submission.sha256, batch.lang, head, findings)
    if standing.has(path, key):
        return path
    return standing.put(path, key, _copy(source, findings, batch.lang, head, document=submission.document))


def _copy(source: bytes, findings: Sequence[Finding], lang: Lang, head: Sequence[str], *, document: bool) -> bytes:
    """The bytes of the copy. A workbook whose package cannot be edited is made anew."""
    try:
        return annotate(source, findings, lang, head)
    except Exception as error:  # in an odd package one part may not fit another; no other file is to suffer
        if not isinstance(error, CannotAnnotate):
            if os.environ.get("PERFXL_DEBUG"):
                raise
            _log.exception("a workbook could not be annotated and is rebuilt")
        told = [REBUILT.render(lang), *([DOCUMENT.render(lang)] if document else [])]
        made, moved = made_anew(source, findings)
        return annotate(made, moved, lang, [*head, *told])


def _stem(file: str) -> str:
    """The name of the original; a copy that came back is called like it, not a copy of a copy."""
    stem = Path(file).stem
    for suffix in SUFFIX:
        stem = stem.removesuffix(suffix) or stem
    return stem


def _head(batch: Batch, submission: Submission) -> list[str]:
    lang: Lang = batch.lang
    findings = batch.of(submission.file)
    counts = severities(findings)
    waived = len(findings) - counts.total()
    return [
        UNIT.render(lang, unit=submission.unit or "—", year=submission.year or "—", file=submission.file),
        VERDICT.render(
            lang,
            status=submission.status.label.render(lang),
            **{severity.value: counts[severity] for severity in Severity},
        )
        + (WAIVED.render(lang, n=waived) if waived else ""),
    ]


def _free_name(stem: str, suffix: str, taken: set[str]) -> str:
    """A name that no other copy of this unit has."""
    name, number = safe_name(stem), 2
    while (name + suffix).casefold() in taken:
        name, number = f"{safe_name(stem)} ({number})", number + 1
    taken.add((name + suffix).casefold())
    return name + suffix
