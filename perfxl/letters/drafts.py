"""Letters as ``.eml`` files that Outlook and Foxmail open ready to send."""

from __future__ import annotations

from pathlib import Path

from perfxl.letters.letter import KINDS
from perfxl.model import Lang
from perfxl.output_files import UNKNOWN_UNIT, safe_name, save


def write_draft(folder: Path, raw: bytes, *, number: str, unit: str, kind: str, lang: Lang = "zh") -> Path:
    """Write a composed letter as ``001_某某局_未通过.eml``, whole or not at all; the path that was written.

    ``number`` is what the name begins with. A draft of the same number, unit and kind is replaced. Raises ``OSError``
    when the folder cannot be written to.
    """
    said = safe_name(unit, UNKNOWN_UNIT.render(lang))
    return save(folder / f"{number}_{said}_{KINDS[kind].render(lang)}.eml", raw)
