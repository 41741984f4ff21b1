"""``findings.json``: submissions and findings for other programs, also what ``--json`` prints.

Amounts are decimal strings in 万元. ``cell`` is the first cell of a finding, ``related`` are its other cells and then
the operands, with ``file`` where that is another file of the return; a finding about a whole file has ``""`` for sheet
and cell. ``waived`` is ``null`` or ``{"reason", "by", "until"}``. ``consequences`` are findings of the same shape that
one change here would settle too. ``parts`` are the files of a return that came in several; the first stands for all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perfxl import __version__
from perfxl.model import Finding, Ref, Submission
from perfxl.output_files import save
from perfxl.values import shown_figure

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

NAME = "findings.json"


def write(batch: Batch, out: Path) -> list[Path]:
    """Write ``findings.json`` in UTF-8; returns its path."""
    return [save(out / NAME, as_json(batch).encode())]


def as_json(batch: Batch) -> str:
    """The batch as JSON text; the same batch gives the same text."""
    data = {
        "perfxl": __version__,
        "profile": batch.profile.id,
        "submissions": [_submission(item) for item in batch.submissions],
        "findings": [_finding(item) for item in batch.findings],
    }
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    # the name of a file that is no UTF-8 contains lone surrogates: they are written as \udcxx, which JSON allows
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _submission(item: Submission) -> dict[str, Any]:
    return {
        "file": item.file,
        # a file that could not be opened has no digest
        "sha256": "" if item.sha256.startswith("unread:") else item.sha256,
        "unit": item.unit,
        "year": item.year,
        "status": item.status.value,
        "parts": list(item.parts),
        "forms": [{"form": form.form, "sheet": form.sheet, "name": form.name} for form in item.forms],
    }


def _finding(item: Finding) -> dict[str, Any]:
    waived = item.waived
    return {
        "code": item.code,
        "name": item.name,
        "severity": item.severity.value,
        "file": item.file,
        "unit": item.unit,
        "sheet": item.ref.sheet if item.ref else "",
        "cell": item.ref.cell if item.ref else "",
        "related": _cells(item, dict.fromkeys((*item.cells[1:], *item.related))),
        "stated": shown_figure(item.stated),
        "computed": shown_figure(item.computed),
        "difference": shown_figure(item.difference),
        "message": item.told.message,
        "hints": [
            {"kind": hint.kind, "message": hint.message, "cells": _cells(item, hint.cells)} for hint in item.hints
        ],
        "fix": item.told.fix,
        "consequences": [_finding(other) for other in item.consequences],
        "waived": waived and {"reason": waived.reason, "by": waived.by, "until": waived.until.isoformat()},
    }


def _cells(finding: Finding, refs: Iterable[Ref]) -> list[dict[str, str]]:
    """Cells, with their file where it is another one than that of the finding."""
    return [
        {"sheet": ref.sheet, "cell": ref.cell} | ({} if ref.file == finding.file else {"file": ref.file})
        for ref in refs
    ]
