"""Puts the findings of a workbook into its bytes: marked cells, notes, a list in front; and strips those of before.

The package is edited, not loaded and saved again: shapes, charts, pictures, drop-downs, print set-up, macros, formulas
and their stored results are parts, or pieces of parts, that are not read here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from perfxl.formats import Grid, Package, Unreadable, is_list, read_book
from perfxl.formats.our_marks import LIST, listed_findings
from perfxl.model import WAIVED, Finding, Lang, Severity, Text, column_letters
from perfxl.reports.package import markup
from perfxl.reports.package.markup import TYPES, CannotAnnotate, Relationships, clean, opened
from perfxl.reports.package.notes import SheetNotes, TextRun
from perfxl.reports.package.problem_list import put_list
from perfxl.reports.package.styles import StylesPart, fill_of
from perfxl.reports.package.workbook import CellRange, SheetPart, WorkbookPart, on_a_sheet, parse_area

__all__ = ["CannotAnnotate", "annotate", "suffix_of"]

LABEL = Text("【{severity} {code}】", "[{severity} {code}] ")
CAUSE = Text("可能原因：{message}", "Likely cause: {message}")

#: bytes of a sheet that include its first cell
_HEAD = 16_384
_WORDS = "|".join(word for label in (*(severity.label for severity in Severity), WAIVED) for word in label)
_LABEL = re.compile(rf"【(?:{_WORDS}) [A-Z]+-\d+】|\[(?:{_WORDS}) [A-Z]+-\d+\] ")
_CUT = Text("…(共 {n} 条，见清单)", "… ({n} in all, see the list)")

_Cells = dict[tuple[int, int], list[Finding]]


def annotate(source: bytes, findings: Sequence[Finding], lang: Lang = "zh", head: Sequence[str] = ()) -> bytes:
    """The bytes of the annotated copy of an .xlsx or .xlsm; ``head`` are the lines above the list of ``findings``.

    Raises ``CannotAnnotate`` if the bytes are no workbook of that kind or are damaged.
    """
    package = opened(source)
    try:
        workbook = WorkbookPart(package)
        styles = StylesPart(package, workbook)
        _strip_marks(source, package, workbook, styles)
        marked: dict[str, int] = {}
        for name, cells in _by_sheet(findings).items():
            if part := workbook.parts.get(name):
                marked |= {f"{name}!{place}": style for place, style in _mark_sheet(package, part, cells, styles, lang)}
        put_list(workbook, styles, findings, lang, head, marked)
        styles.save()
        return package.save()
    except Unreadable as error:  # a part that is damaged
        raise CannotAnnotate(error.reason) from error


def suffix_of(source: bytes) -> str:
    """The suffix of the annotated copy: Excel opens a workbook with macros only as .xlsm."""
    try:
        return ".xlsm" if b"sheet.macroEnabled." in Package(source).part(TYPES) else ".xlsx"
    except Unreadable:
        return ".xlsx"


def _by_sheet(findings: Sequence[Finding]) -> dict[str, _Cells]:
    sheets: dict[str, _Cells] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        for ref in finding.cells:
            if ref.file == finding.file and on_a_sheet(ref.row, ref.col):
                sheets[ref.sheet][ref.row, ref.col].append(finding)
    return sheets


def _mark_sheet(package: Package, part: str, cells: _Cells, styles: StylesPart, lang: Lang) -> list[tuple[str, int]]:
    sheet = SheetPart(package, part)
    if markup.local(sheet.root) != "worksheet":
        return []  # a chart sheet has no cells
    notes = SheetNotes(package, sheet)
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


def _by_area(sheet: SheetPart, cells: _Cells) -> dict[CellRange, list[Finding]]:
    areas: dict[CellRange, list[Finding]] = {}
    for (row, col), found in cells.items():
        present = areas.setdefault(sheet.area(row, col), [])
        present.extend(finding for finding in found if finding not in present)
    return areas


def _note(findings: Sequence[Finding], lang: Lang) -> list[TextRun]:
    runs = []
    for number, finding in enumerate(findings):
        label = LABEL.render(lang, severity=finding.label.render(lang), code=finding.code)
        causes = [CAUSE.render(lang, message=hint.message) for hint in finding.hints]
        waived = [finding.waived.render(lang)] if finding.waived else []
        runs.append(TextRun(("\n" if number else "") + label, bold=True))
        runs.append(TextRun("\n".join([finding.message, *causes, *waived])))
    return runs


def _strip_marks(source: bytes, package: Package, workbook: WorkbookPart, styles: StylesPart) -> None:
    """Remove what an earlier check put into a copy that came back: the list, the fills, its part of the notes.

    What the unit wrote into a note stays. Some office program has edited the copy: rows may have moved, formats have
    other numbers, notes were changed, the list may be missing.
    """
    lists = _lists(source) if _may_have_list(package, workbook) else []
    formats: dict[str, int] = {}
    for grid in lists:
        formats |= _formats(package, workbook.parts[grid.sheet], grid)
        workbook.remove(grid.sheet)
    texts = sorted({text for grid in lists for text in _note_texts(grid)}, key=len, reverse=True)
    for name, part in workbook.parts.items():
        cells = {place.rpartition("!")[2]: style for place, style in formats.items() if place.startswith(f"{name}!")}
        if part:
            _strip_sheet(package, part, cells, styles, texts)


def _may_have_list(package: Package, workbook: WorkbookPart) -> bool:
    """Whether the title of a list is anywhere in the workbook; much cheaper than reading the sheets."""
    strings = map(package.part, workbook.relationships.parts("sharedStrings"))
    heads = [package.part(part)[:_HEAD] for part in workbook.parts.values() if part]
    words = [title.encode(codec, "xmlcharrefreplace") for title in LIST for codec in ("utf-8", "ascii")]
    return any(word in text for text in (*strings, *heads) for word in words)


def _lists(source: bytes) -> list[Grid]:
    try:
        return [grid for grid in read_book(source).grids if is_list(grid)]
    except Unreadable:
        return []


def _formats(package: Package, part: str, grid: Grid) -> dict[str, int]:
    sheet = SheetPart(package, part)
    texts = {col: grid.at(1, col).text for col in range(2, len(grid.rows[0]) + 1)}
    return {text: sheet.format(1, col) for col, text in texts.items() if "!" in text}


def _note_texts(grid: Grid) -> Iterator[str]:
    """The texts of notes for each line of the list, with and without its causes, which may have been changed."""
    for line in listed_findings(grid):
        for lang in ("zh", "en"):
            head = LABEL.render(lang, severity=line.severity, code=line.code) + line.message
            causes = [CAUSE.render(lang, message=cause) for cause in line.causes]
            waived = [line.waived] if line.waived else []
            for text in ("\n".join([head, *causes, *waived]), "\n".join([head, *causes]), head):
                yield from (text, clean(text))  # some programs write an escape again, others do not


def _strip_sheet(
    package: Package, part: str, formats: Mapping[str, int], styles: StylesPart, texts: Sequence[str]
) -> None:
    if not formats and not Relationships(package, part).of_kind("comments"):
        return
    sheet = SheetPart(package, part)
    if markup.local(sheet.root) != "worksheet":
        return
    notes = SheetNotes(package, sheet)
    labelled = {ref: text for ref, text in notes.texts().items() if _LABEL.search(text)}
    for ref, text in labelled.items():
        notes.keep(ref, _kept(text, texts))
    unmarked = False
    for ref in {*formats, *labelled}:
        if area := parse_area(ref):
            style = sheet.format(area.top, area.left)
            former = styles.unmarked(style, formats.get(ref, 0))
            if former != style:
                sheet.restyle(area.top, area.left, former)
                unmarked = True
    if labelled:
        notes.save()
    if unmarked:
        sheet.save()


def _kept(text: str, texts: Sequence[str]) -> list[slice]:
    """The slices of a note that are not ours; a changed text of ours is taken to reach to its end."""
    ours = re.compile("|".join(rf"\n*{re.escape(one)}" for one in texts) or r"(?!)")
    others, start = [], 0
    for found in ours.finditer(text):
        others.append(slice(start, found.start()))
        start = found.end()
    others.append(slice(start, len(text)))
    for number, other in enumerate(others):
        if changed := _LABEL.search(text, other.start, other.stop):
            return [*others[:number], slice(other.start, len(text[: changed.start()].rstrip("\n")))]
    return others
