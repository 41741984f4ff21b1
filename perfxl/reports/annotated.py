"""The report ``…_批注.xlsx``: the workbook of the unit with its wrong cells marked and a list of problems in front."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.model import Finding, Lang, Submission, Text, listed, severities
from perfxl.output_files import free_name, safe_name
from perfxl.reports.out_folder import DOCUMENT, Incomplete, Written, WrittenFiles, by_unit, made_of, names_of, not_saved
from perfxl.reports.package.marking import CannotAnnotate, annotate, suffix_of
from perfxl.reports.package.rebuild import rebuild
from perfxl.reports.package.signatures import is_signed

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

__all__ = ["CannotAnnotate", "annotate", "suffix_of", "write"]

_log = logging.getLogger("perfxl.faults")

SUFFIX = Text("_批注", "_annotated")
UNIT = Text("单位：{unit}　　年度：{year}　　文件：{file}", "Unit: {unit}   Year: {year}   File: {file}")
VERDICT = Text(
    "审核结果：{status}　　错误 {error} 条，警告 {warning} 条，提示 {notice} 条",
    "Result: {status}   {error} errors, {warning} warnings, {notice} notices",
)
PARTS = Text(
    "本份申报表由 {n} 个文件组成，合并审核：{files}", "The return came in {n} files, checked together: {files}"
)
WAIVED = Text("，另有 {n} 条已豁免", ", {n} more waived")
CHANGED = Text(
    "未能为“{file}”作批注：审核之后该文件已被改动或移动。请重新审核一次。",
    "“{file}” was not annotated: the file was changed or taken away after it had been checked. Please check again.",
)
UNSIGNED = Text(
    "原件带有数字签名；批注后内容有变，签名不再有效，本副本中已去掉。原件及其签名没有改动。",
    "The original has a digital signature. It is not true of this copy, which is changed, and was left out. "
    "The original and its signature are unchanged.",
)
UNSIGNED_COPY = Text(
    "“{file}”带有数字签名：批注副本的内容有变，签名不再有效，副本中已去掉；原件及其签名没有改动。",
    "“{file}” has a digital signature. It is not true of the annotated copy, which is changed, and was left out there; "
    "the original and its signature are unchanged.",
)
_REBUILT_SUFFIX = ".xlsx"
REBUILT = Text(
    "原文件的格式不能直接加批注，本文件按其内容重新生成（工作表、单元格位置相同，版式不同），只供对照；"
    "原件没有改动，请在原件上改正。",
    "The original is of a kind that cannot carry marks. This file was made anew from its contents: the sheets and the "
    "places of the cells are the same, the looks are not. Correct the original, which is unchanged.",
)


def write(batch: Batch, out: Path) -> Written:
    """Write ``单位/<单位>/<原名>_批注.xlsx`` for each submission that was checked.

    Raises ``Incomplete`` if some copies could not be made, ``OSError`` if none can be written.
    """
    files = WrittenFiles(out)
    written = Written()
    missing: list[str] = []
    for _, folder, submissions in by_unit(batch):
        taken: set[str] = set()
        names = names_of(submissions)
        for submission in submissions:
            if not submission.status.checked:
                continue
            source = _source(batch, submission)
            if source is None:
                missing.append(CHANGED.render(batch.lang, file=submission.file))
                continue
            stem = safe_name(_stem(submission.file), ending=SUFFIX.render(batch.lang))
            path = out / folder / free_name(stem, taken, suffix_of(source))
            head = _head(batch, submission, names)
            if is_signed(source):
                head.append(UNSIGNED.render(batch.lang))
                written.remarks.append(UNSIGNED_COPY.render(batch.lang, file=submission.file))
            try:
                written.append(_written(batch, submission, source, path, files, head))
            except OSError as error:
                missing.append(not_saved(error, path, batch.lang))
    files.close()
    if missing:
        raise Incomplete(written, missing)
    return written


def _source(batch: Batch, submission: Submission) -> bytes | None:
    """The bytes that were checked; ``None`` if the file was changed or removed since."""
    try:
        data = batch.paths[submission.file].read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == submission.sha256 else None


def _written(
    batch: Batch, submission: Submission, source: bytes, path: Path, files: WrittenFiles, head: Sequence[str]
) -> Path:
    """Write the copy, unless the one that is there was made of the same; returns its path."""
    findings = batch.of(submission.file)
    key = made_of(submission.sha256, batch.lang, head, findings)
    rebuilt = path.with_suffix(_REBUILT_SUFFIX)  # Excel opens no copy without macros that is called .xlsm
    if found := next((one for one in (path, rebuilt) if files.has(one, key)), None):
        return found
    made = _copy(source, findings, batch.lang, head, document=submission.document)
    return files.put(path if suffix_of(made) == path.suffix else rebuilt, key, made)


def _copy(source: bytes, findings: Sequence[Finding], lang: Lang, head: Sequence[str], *, document: bool) -> bytes:
    """The bytes of the copy. A workbook that cannot be edited as a package is rebuilt."""
    try:
        return annotate(source, findings, lang, head)
    except Exception as error:  # parts of an odd package may contradict each other; other files go on
        if not isinstance(error, CannotAnnotate):
            if os.environ.get("PERFXL_DEBUG"):
                raise
            _log.exception("a workbook could not be annotated and is rebuilt")
        notes = [REBUILT.render(lang), *([DOCUMENT.render(lang)] if document else [])]
        made, moved = rebuild(source, findings)
        return annotate(made, moved, lang, [*head, *notes])


def _stem(file: str) -> str:
    """The name of the original without its suffix, also if the file is an annotated copy that came back."""
    stem = Path(file).stem
    for suffix in SUFFIX:
        stem = stem.removesuffix(suffix) or stem
    return stem


def _head(batch: Batch, submission: Submission, names: Mapping[str, str]) -> list[str]:
    lang, findings = batch.lang, batch.of(submission.file)
    counts = severities(findings)
    verdict = VERDICT.render(lang, status=submission.status.label.render(lang), **counts)
    if waived := len(findings) - counts.total():
        verdict += WAIVED.render(lang, n=waived)
    parts = [names.get(part, part.rpartition("/")[2]) for part in submission.parts]
    together = [PARTS.render(lang, n=len(parts), files=listed(parts).render(lang))] if parts else []
    about = UNIT.render(lang, unit=submission.unit or "—", year=submission.year or "—", file=names[submission.file])
    return [about, *together, verdict]
