"""The columns of the list of problems: a heading, a width, and what a finding shows there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from perfxl.formats import our_marks
from perfxl.model import WAIVED, Finding, Lang, Ref, Text
from perfxl.reports.package.styles import Look
from perfxl.values import wan

_WHOLE_FILE = Text("整个文件", "the whole file")
_ALSO = Text("等 {n} 处：{cells}", "{n} cells: {cells}")
_MOST_PLACES = 12


class Column(NamedTuple):
    """One column; widths are in Latin letters, a CJK letter takes two."""

    title: Text
    narrowest: int
    widest: int
    value: Callable[[Finding, Lang], str | None]
    look: Look = Look()


def columns_for(findings: Sequence[Finding]) -> list[Column]:
    """The columns of a list; further places and waivers have one only where a finding has them."""
    left_out = set()
    if not any(len(finding.cells) > 1 for finding in findings):
        left_out.add(_OTHERS)
    if not any(finding.waived for finding in findings):
        left_out.add(_WAIVER)
    return [column for column in _COLUMNS if column not in left_out]


def severity_label(finding: Finding, lang: Lang) -> str:
    """The severity of a finding in words, or that it is waived."""
    return (WAIVED if finding.waived else finding.severity.label).render(lang)


def _place(finding: Finding, lang: Lang) -> str:
    return _long(finding.ref, finding.file) if finding.ref else _WHOLE_FILE.render(lang)


def _others(finding: Finding, lang: Lang) -> str:
    """The cells after the first, within reason; neighbours are drawn together: ``D5:D23``."""
    if len(finding.cells) < 2:
        return ""
    first, *others = finding.cells
    runs = _runs(others)
    shown = [_run(start, end, first) for start, end in runs[:_MOST_PLACES]]
    cells = ("、" if lang == "zh" else ", ").join(shown) + ("…" if len(runs) > len(shown) else "")
    return _ALSO.render(lang, n=len(finding.cells), cells=cells)


def _causes(finding: Finding, lang: Lang) -> str:
    messages = [hint.message for hint in finding.hints]
    if len(messages) < 2:
        return "".join(messages)
    return "\n".join(f"{number}. {message}" for number, message in enumerate(messages, 1))


def _shown(value: int | str | None) -> str | None:
    return wan(value) if isinstance(value, int) else value


_CENTRED = Look(horizontal="center")
_AMOUNT = Look(horizontal="right", indent=1)

SEVERITY = Column(our_marks.SEVERITY, 8, 12, severity_label, _CENTRED)
#: The first cell alone: a program that draws a link as one word would not wrap a list of them.
PLACE = Column(our_marks.PLACE, 14, 30, _place)
_OTHERS = Column(Text("其他位置", "Also at"), 12, 22, _others)

_WAIVER = Column(
    our_marks.WAIVER, 30, 30, lambda finding, lang: finding.waived.render(lang) if finding.waived else None
)

_COLUMNS = (
    Column(our_marks.NUMBER, 6, 6, lambda finding, lang: None, _CENTRED),
    SEVERITY,
    Column(our_marks.CODE, 10, 16, lambda finding, lang: finding.code, _CENTRED),
    PLACE,
    _OTHERS,
    Column(
        Text("填报", "Stated"),
        *(12, 22),
        lambda finding, lang: finding.written if finding.stated is None else _shown(finding.stated),
        _AMOUNT,
    ),
    Column(Text("应为/计算", "Expected"), 13, 22, lambda finding, lang: _shown(finding.computed), _AMOUNT),
    Column(Text("差额", "Difference"), 12, 18, lambda finding, lang: _shown(finding.difference), _AMOUNT),
    Column(our_marks.PROBLEM, 46, 46, lambda finding, lang: finding.message),
    Column(our_marks.CAUSES, 38, 38, _causes),
    _WAIVER,
)


def _runs(refs: Sequence[Ref]) -> list[tuple[Ref, Ref]]:
    """Cells that follow each other down a column or along a row, as first and last."""
    runs: list[tuple[Ref, Ref]] = []
    for ref in refs:
        if runs and _continues(runs[-1], ref):
            runs[-1] = runs[-1][0], ref
        else:
            runs.append((ref, ref))
    return runs


def _continues(run: tuple[Ref, Ref], ref: Ref) -> bool:
    start, end = run
    if (ref.file, ref.sheet) != (end.file, end.sheet):
        return False
    down = start.col == end.col == ref.col and ref.row == end.row + 1
    along = start.row == end.row == ref.row and ref.col == end.col + 1
    return down or along


def _run(start: Ref, end: Ref, first: Ref) -> str:
    same_sheet = (start.file, start.sheet) == (first.file, first.sheet)
    name = start.cell if same_sheet else _long(start, first.file)
    return name if start == end else f"{name}:{end.cell}"


def _long(ref: Ref, file: str) -> str:
    return str(ref) if ref.file == file else f"{ref.file} {ref}"
