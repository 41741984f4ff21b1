"""Which cells of a workbook are marked, in which tone, and what the note of each says about it.

Cells with an error or a warning are marked, those that are a likely cause of one or follow from one lightly; notices
stand in the list only. A note speaks of its own cell. Where cells of one sheet have the same to be said about them,
the first has the note; a habit in many amounts marks only that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from perfxl.model import COMMA, WAIVED, Finding, Lang, Ref, Severity, Text, cells_in_words, seen_from
from perfxl.reports.package.workbook import CellRange, on_a_sheet

LABEL = Text("【{severity} {code} {name}】", "[{severity} {code} {name}] ")
#: the label of copies made before
_OLD_LABEL = Text("【{severity} {code}】", "[{severity} {code}] ")
CAUSE = Text("可能原因：{message}", "Likely cause: {message}")
FIX = Text("怎么改：{fix}", "What to do: {fix}")
#: the labels of a cell that a hint names and of one with a consequence
CULPRIT, FOLLOWS = Text("【可能原因】", "[likely cause] "), Text("【连带问题】", "[consequence] ")
CULPRIT_OF = Text("{message}（见{place}“{name}”）", "{message} (see “{name}” at {place})")
FOLLOWS_FROM = Text(
    "“{own}”由{place} 单元格的“{name}”引起，须一并改正或随之消除。",
    "“{own}” comes from “{name}” at {place} and mostly goes with it.",
)
ALSO = Text("本表 {cells} 同此。", "The same goes for {cells}.")
ELSEWHERE = Text("另有 {n} 张表同此，已着色。", "The same goes for {n} more sheets, which are coloured.")
#: cells with notes in one workbook, if some of them say the same
MOST_NOTED = 60
_CELLS = r"([A-Z]+\d+(?:(?:、|, )[A-Z]+\d+)*)"
_ALSO = re.compile("|".join(re.escape(text).replace(r"\{cells\}", _CELLS) for text in ALSO))
#: rules about how all the amounts of a form are written: one mark a sheet
HABITS = frozenset({"AMOUNT-04", "AMOUNT-06", "AMOUNT-11"})
#: the weightiest first
_TONES = ("error", "warning", "related", "waived")
_WORDS = "|".join(word for label in (*(severity.label for severity in Severity), WAIVED) for word in label)
_LIGHT = "|".join(re.escape(word) for label in (CULPRIT, FOLLOWS) for word in label)
LABELS = re.compile(rf"【(?:{_WORDS}) [A-Z]+-\d+(?: [^】\n]*)?】|\[(?:{_WORDS}) [A-Z]+-\d+(?: [^\]\n]*)?\] |{_LIGHT}")


class Mark(NamedTuple):
    """What a finding gives a cell: a tone and, unless it stands at another cell, a paragraph of its note."""

    tone: str
    label: str = ""
    text: str = ""
    #: the other cells of the sheet of which the same is to be said
    also: tuple[Ref, ...] = ()
    #: whether it is at the cell that stands for the finding in lists
    leads: bool = False

    def paragraph(self, area: CellRange, lang: Lang) -> str:
        """The text, with the other cells that are not in the same merged area."""
        others = [ref.cell for ref in self.also if not area.holds(ref.row, ref.col)]
        return f"{self.text}\n{ALSO.render(lang, cells=COMMA.render(lang).join(others))}" if others else self.text


CellMarks = dict[tuple[int, int], list[Mark]]


def marks_of(findings: Sequence[Finding], lang: Lang) -> dict[str, CellMarks]:
    """The marks of each cell of each sheet, the weightiest first."""
    sheets: dict[str, CellMarks] = defaultdict(lambda: defaultdict(list))
    marked = [finding for finding in findings if finding.waived or finding.severity is not Severity.NOTICE]
    for finding in marked:
        for ref, mark in _own(finding, lang):
            sheets[ref.sheet][ref.row, ref.col].append(mark)
    named: set[tuple[Ref, str]] = set()
    own = {(sheet, *cell) for sheet, cells in sheets.items() for cell in cells}
    for finding in marked:
        for ref, why, mark in _light(finding, lang):
            if ref[1:] not in own and (ref, why) not in named:
                named.add((ref, why))
                sheets[ref.sheet][ref.row, ref.col].append(mark)
    for cells in sheets.values():
        for marks in cells.values():
            marks.sort(key=lambda mark: _TONES.index(mark.tone))
    _thin_out(sheets, lang)
    return sheets


def _thin_out(sheets: dict[str, CellMarks], lang: Lang) -> None:
    """Where too many cells have notes, what many sheets have in common is said only at the place of the finding."""
    alike: dict[tuple[str, str], list[tuple[list[Mark], int]]] = defaultdict(list)
    cells = [marks for sheet in sheets.values() for marks in sheet.values()]
    for marks in cells:
        for number, mark in enumerate(marks):
            if mark.text and mark.tone != "related":
                alike[mark.label, mark.text].append((marks, number))
    for (_, text), places in sorted(alike.items(), key=lambda pair: -len(pair[1])):
        if len(places) < 2 or sum(any(mark.text for mark in marks) for marks in cells) <= MOST_NOTED:
            return
        (first, at), *others = sorted(places, key=lambda place: not place[0][place[1]].leads)
        first[at] = first[at]._replace(text=f"{text}\n{ELSEWHERE.render(lang, n=len(others))}")
        for marks, number in others:
            marks[number] = marks[number]._replace(text="", also=())


def _own(finding: Finding, lang: Lang) -> Iterator[tuple[Ref, Mark]]:
    tone = "waived" if finding.waived else finding.severity.value
    alike: dict[tuple[str, str], list[Ref]] = defaultdict(list)
    for ref in dict.fromkeys(finding.cells):
        if _is_here(ref, finding):
            alike[ref.sheet, finding.note(ref)].append(ref)
    label = LABEL.render(lang, severity=finding.label.render(lang), code=finding.code, name=finding.name)
    for (_, text), (first, *others) in alike.items():
        yield first, Mark(tone, label, "\n".join(_said(finding, text, lang)), tuple(others), first == finding.ref)
        for ref in others if finding.code not in HABITS else ():
            yield ref, Mark(tone)


def _said(finding: Finding, text: str, lang: Lang) -> Iterator[str]:
    yield text
    for hint in finding.hints:
        yield CAUSE.render(lang, message=hint.message)
    if finding.fix and not finding.waived:
        yield FIX.render(lang, fix=finding.fix)
    if finding.waived:
        yield finding.waived.render(lang)


def _light(finding: Finding, lang: Lang) -> Iterator[tuple[Ref, str, Mark]]:
    """The cells that a hint or a consequence names beside the cells of the finding itself, and in what words."""
    if finding.waived or finding.ref is None:
        return
    for hint in finding.hints:
        for ref in [hint.change[0]] if hint.change else hint.cells[:1] if len(hint.cells) == 1 else ():
            if _is_here(ref, finding) and ref not in finding.cells:
                values = {"name": finding.name, "place": _place(finding.ref, ref, lang), "message": hint.message}
                yield ref, hint.message, Mark("related", CULPRIT.render(lang), CULPRIT_OF.render(lang, **values))
    for other in finding.consequences:
        for ref in other.cells[:1]:
            if _is_here(ref, finding) and ref not in finding.cells:
                values = {"name": finding.name, "place": _place(finding.ref, ref, lang), "own": other.name}
                yield ref, other.message, Mark("related", FOLLOWS.render(lang), FOLLOWS_FROM.render(lang, **values))


def _place(ref: Ref, here: Ref, lang: Lang) -> str:
    return seen_from(cells_in_words((ref,), lang), ref.file, here.sheet, lang)


def _is_here(ref: Ref, finding: Finding) -> bool:
    return ref.file == finding.file and on_a_sheet(ref.row, ref.col)


def also_marked(note: str) -> list[str]:
    """The other cells that a note names as marked like its own."""
    return [cell for found in _ALSO.finditer(note) for cell in re.findall(r"[A-Z]+\d+", found[1] or found[2])]


def old_label(severity: str, code: str) -> list[str]:
    """How a label began in copies that were made before."""
    return [text.format(severity=severity, code=code) for text in _OLD_LABEL]
