"""Findings -> marks, notes and the list in front, in the bytes of a workbook.

The package is edited, not loaded and saved again: shapes, charts, pictures, lists of choices, print set-up,
macros, formulas and their stored results are parts, or pieces of parts, that nobody here reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from perfxl.formats import Unreadable
from perfxl.formats.package import Package
from perfxl.model import Finding, Lang, Text, column_letters
from perfxl.reports.package import markup
from perfxl.reports.package.columns import severity_label
from perfxl.reports.package.comments import Notes, Run
from perfxl.reports.package.earlier import CAUSE, LABEL, take_back
from perfxl.reports.package.front import put_list
from perfxl.reports.package.opc import TYPES, CannotAnnotate, opened
from perfxl.reports.package.sheets import Area, Sheet, on_a_sheet
from perfxl.reports.package.styles import Styles, fill_of
from perfxl.reports.package.workbook import Workbook

__all__ = ["CannotAnnotate", "annotate", "suffix_of"]

_CUT = Text("…(共 {n} 条，见清单)", "… ({n} in all, see the list)")

_Cells = dict[tuple[int, int], list[Finding]]


def annotate(source: bytes, findings: Sequence[Finding], lang: Lang = "zh", head: Sequence[str] = ()) -> bytes:
    """The bytes of the annotated copy of an .xlsx or .xlsm.

    ``findings`` are those of this file, in the order in which people should read them; ``head`` are the lines
    above the list (unit, year, status, counts). What an earlier check put into a copy that came back is taken out
    first. Raises ``CannotAnnotate`` when the bytes are no workbook of that kind or are damaged.
    """
    package = opened(source)
    try:
        return _annotated(source, package, findings, lang, head)
    except Unreadable as error:  # a part that is damaged
        raise CannotAnnotate(error.reason) from error


def _annotated(source: bytes, package: Package, findings: Sequence[Finding], lang: Lang, head: Sequence[str]) -> bytes:
    workbook = Workbook(package)
    styles = Styles(package, workbook)
    take_back(source, package, workbook, styles)
    marked: dict[str, int] = {}
    for name, cells in _by_sheet(findings).items():
        part = workbook.parts.get(name)
        if part:
            marked |= {f"{name}!{place}": style for place, style in _mark_sheet(package, part, cells, styles, lang)}
    put_list(workbook, styles, findings, lang, head, marked)
    styles.save()
    return package.save()


def suffix_of(source: bytes) -> str:
    """The ending of the annotated copy: Excel opens a workbook with macros under no other than .xlsm."""
    try:
        return ".xlsm" if b"sheet.macroEnabled." in Package(source).part(TYPES) else ".xlsx"
    except Unreadable:
        return ".xlsx"


def _by_sheet(findings: Sequence[Finding]) -> dict[str, _Cells]:
    """The findings at each cell of each sheet."""
    sheets: dict[str, _Cells] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        for ref in finding.cells:
            if ref.file == finding.file and on_a_sheet(ref.row, ref.col):
                sheets[ref.sheet][ref.row, ref.col].append(finding)
    return sheets


def _mark_sheet(package: Package, part: str, cells: _Cells, styles: Styles, lang: Lang) -> list[tuple[str, int]]:
    """Mark a sheet; its marked cells and the formats they had."""
    sheet = Sheet(package, part)
    if markup.local(sheet.root) != "worksheet":
        return []  # a chart on a sheet of its own has no cells
    notes = Notes(package, sheet)
    marked = []
    for area, found in _by_area(sheet, cells).items():
        worst = min(found, key=lambda finding: (finding.waived is not None, finding.severity.rank))
        before = sheet.format(area.top, area.left)
        sheet.restyle(area.top, area.left, styles.marked(before, fill_of(worst)))
        marked.append((f"{column_letters(area.left)}{area.top}", before))
        notes.add(area, _note(found, lang), _CUT.render(lang, n=len(found)))
    notes.save()
    sheet.save()
    return marked


def _by_area(sheet: Sheet, cells: _Cells) -> dict[Area, list[Finding]]:
    """The findings at each cell as people see it: a merged range is one cell, and says a thing once."""
    areas: dict[Area, list[Finding]] = {}
    for (row, col), found in cells.items():
        present = areas.setdefault(sheet.area(row, col), [])
        present.extend(finding for finding in found if finding not in present)
    return areas


def _note(findings: Sequence[Finding], lang: Lang) -> list[Run]:
    """Each finding on a line of its own, its likely causes below it."""
    runs = []
    for number, finding in enumerate(findings):
        label = LABEL.render(lang, severity=severity_label(finding, lang), code=finding.code)
        causes = [CAUSE.render(lang, message=hint.message) for hint in finding.hints]
        waived = [finding.waived.render(lang)] if finding.waived else []
        runs.append(Run(("\n" if number else "") + label, bold=True))
        runs.append(Run("\n".join([finding.message, *causes, *waived])))
    return runs
