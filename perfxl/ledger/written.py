"""Findings and texts as the ledger keeps them: JSON, with everything that is in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from perfxl.model import Finding, Hint, Ref, Severity, Text, Waived


def texts_written(texts: Iterable[Text]) -> str:
    """Some texts in both languages."""
    return json.dumps(list(texts), ensure_ascii=False)


def texts_read(written: str) -> tuple[Text, ...]:
    """The texts of ``texts_written``."""
    return tuple(Text(*pair) for pair in json.loads(written))


def text_written(text: Text | None) -> str:
    """One text in both languages, or none."""
    return json.dumps(text, ensure_ascii=False)


def text_read(written: str) -> Text | None:
    """The text of ``text_written``."""
    pair = json.loads(written)
    return Text(*pair) if pair else None


def finding_written(finding: Finding) -> str:
    """A finding; amounts stay whole numbers."""
    data = {
        "code": finding.code, "name": finding.name, "severity": finding.severity.value, "file": finding.file,
        "unit": finding.unit, "message": finding.message, "cells": finding.cells, "related": finding.related,
        "stated": finding.stated, "computed": finding.computed, "difference": finding.difference,
        "hints": [_hint_written(hint) for hint in finding.hints], "written": finding.written,
        "waived": _waived_written(finding.waived), "added": finding.added,
    }  # fmt: skip
    # a name that is no UTF-8 holds lone surrogates: written as \udcxx, which JSON allows
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def finding_read(written: str) -> Finding:
    """The finding of ``finding_written``."""
    data = json.loads(written)
    return Finding(**data | {
        "severity": Severity(data["severity"]),
        "cells": _refs(data["cells"]), "related": _refs(data["related"]), "added": _refs(data["added"]),
        "hints": tuple(map(_hint_read, data["hints"])),
        "waived": _waived_read(data["waived"]),
    })  # fmt: skip


def _refs(data: Iterable[Any]) -> tuple[Ref, ...]:
    return tuple(Ref(*ref) for ref in data)


def _hint_written(hint: Hint) -> dict[str, Any]:
    return {
        "kind": hint.kind, "message": hint.message, "cells": hint.cells, "mend": hint.mend,
        "among": [_hint_written(other) for other in hint.among],
    }  # fmt: skip


def _hint_read(data: dict[str, Any]) -> Hint:
    mend = data["mend"]
    return Hint(
        data["kind"], data["message"], _refs(data["cells"]), (Ref(*mend[0]), mend[1]) if mend else None,
        tuple(map(_hint_read, data["among"])),
    )  # fmt: skip


def _waived_written(waived: Waived | None) -> list[str] | None:
    return [waived.reason, waived.by, waived.until.isoformat()] if waived else None


def _waived_read(data: list[str] | None) -> Waived | None:
    return Waived(data[0], data[1], date.fromisoformat(data[2])) if data else None
