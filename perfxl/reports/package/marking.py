"""Puts the findings of a workbook into its bytes: marked cells, notes, a list in front; and strips those of before.

The package is edited, not loaded and saved again: shapes, charts, pictures, drop-downs, print set-up, macros, formulas
and their stored results are parts, or pieces of parts, that are not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from perfxl.formats import Grid, Package, Unreadable, is_list, read_book
from perfxl.formats.our_marks import LIST, hidden_texts, listed_findings, marked_cells
from perfxl.model import Finding, Lang, Text, column_letters
from perfxl.reports.package import markup
from perfxl.reports.package.links import ContentTypes, Relationships, drop_twins
from perfxl.reports.package.marks import CAUSE, LABELS, CellMarks, Mark, also_marked, marks_of, old_label
from perfxl.reports.package.markup import CannotAnnotate, clean, opened
from perfxl.reports.package.notes import SheetNotes, TextRun
from perfxl.reports.package.problem_list import Marked, put_list
from perfxl.reports.package.signatures import remove_signature
from perfxl.reports.package.styles import StylesPart, has_border
from perfxl.reports.package.workbook import CellRange, SheetPart, WorkbookPart, parse_area

__all__ = ["CannotAnnotate", "annotate", "suffix_of"]

#: cells of a merged area that get a border
_MOST_MERGED = 60
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_WORKBOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
#: in the type of a workbook, template or add-in with macros
_MACROS = "macroEnabled"
#: bytes of a sheet that include its first cell
_HEAD = 16_384
_CUT = Text("…(共 {n} 条，见清单)", "… ({n} in all, see the list)")


def annotate(source: bytes, findings: Sequence[Finding], lang: Lang = "zh", head: Sequence[str] = ()) -> bytes:
    """The bytes of the annotated copy of an .xlsx or .xlsm; ``head`` are the lines above the list of ``findings``.

    Raises ``CannotAnnotate`` if the bytes are no workbook of that kind or are damaged.
    """
    package = opened(source)
    try:
        drop_twins(package)
        remove_signature(package)
        workbook = WorkbookPart(package)
        styles = StylesPart(package, workbook)
        for sheet in filter(None, workbook.parts.values()):
            styles.bear(sheet)
        _strip_marks(source, package, workbook, styles)
        marked: dict[str, Marked] = {}
        for name, cells in marks_of(findings, lang).items():
            if part := workbook.parts.get(name):
                marked |= {f"{name}!{place}": one for place, one in _mark_sheet(package, part, cells, styles, lang)}
        put_list(workbook, styles, findings, lang, head, marked)
        styles.save()
        _declare(package, workbook)
        return package.save()
    except Unreadable as error:  # a part that is damaged
        raise CannotAnnotate(error.reason) from error


def suffix_of(source: bytes) -> str:
    """The suffix of the annotated copy: Excel opens a workbook with macros only as .xlsm."""
    try:
        package = opened(source)
        return ".xlsm" if _with_macros(package, WorkbookPart(package)) else ".xlsx"
    except (CannotAnnotate, Unreadable):
        return ".xlsx"


def _with_macros(package: Package, workbook: WorkbookPart) -> bool:
    kind = ContentTypes(package).of(workbook.part)
    return _MACROS in kind or ("main" not in kind and bool(workbook.relationships.parts("vbaProject")))


def _declare(package: Package, workbook: WorkbookPart) -> None:
    """Declare the copy as a workbook: Excel opens no template or add-in that is called .xlsx or .xlsm.

    Where no relationship of the package leads to the workbook, it gets one.
    """
    own = Relationships(package, "")
    if workbook.part not in own.parts("officeDocument"):
        for one in own.of_kind("officeDocument"):
            own.remove(one.id)
        own.add("officeDocument", workbook.part, workbook.namespace, ContentTypes(package).of(workbook.part))
    types = ContentTypes(package)
    types.declare(workbook.part, _MACRO_WORKBOOK if _with_macros(package, workbook) else _WORKBOOK)
    types.settle()


def _mark_sheet(
    package: Package, part: str, cells: CellMarks, styles: StylesPart, lang: Lang
) -> list[tuple[str, Marked]]:
    sheet = SheetPart(package, part)
    if markup.local(sheet.root) != "worksheet":
        return []  # a chart sheet has no cells
    notes = SheetNotes(package, sheet)
    marked = []
    for area, found in _by_area(sheet, cells).items():
        worst, texts = found[0].tone, [mark for mark in found if mark.text]
        for place, (row, col) in enumerate(_bordered(area, worst)):
            before = sheet.format(row, col)
            sheet.restyle(row, col, styles.marked(before, worst))
            note = "" if place else "\n".join(f"{mark.label}{mark.paragraph(area, lang)}" for mark in texts)
            marked.append((f"{column_letters(col)}{row}", Marked(before, note)))
        if texts:
            notes.add(area, list(_runs(texts, area, lang)), _CUT.render(lang, n=len(texts)))
    notes.save()
    sheet.save()
    return marked


def _bordered(area: CellRange, tone: str) -> list[tuple[int, int]]:
    """The cells that carry the format: the first; of a border round merged cells all of them."""
    every = [(row, col) for row in range(area.top, area.bottom + 1) for col in range(area.left, area.right + 1)]
    return every if has_border(tone) and len(every) <= _MOST_MERGED else every[:1]


def _by_area(sheet: SheetPart, cells: CellMarks) -> dict[CellRange, list[Mark]]:
    areas: dict[CellRange, list[Mark]] = {}
    for (row, col), found in cells.items():
        present = areas.setdefault(sheet.area(row, col), [])
        present.extend(mark for mark in found if mark not in present)
    return areas


def _runs(marks: Sequence[Mark], area: CellRange, lang: Lang) -> Iterator[TextRun]:
    for number, mark in enumerate(marks):
        yield TextRun(("\n" if number else "") + mark.label, bold=True)
        yield TextRun(mark.paragraph(area, lang))


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
    kept = {text for grid in lists for text in (*_notes(grid), *_old_notes(grid))}
    texts = sorted(kept, key=len, reverse=True)
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
    return {place: sheet.format(row, col) for row, col, text in hidden_texts(grid) for place in marked_cells(text)}


def _notes(grid: Grid) -> Iterator[str]:
    """The texts of notes as the list keeps them."""
    for _, _, note in hidden_texts(grid):
        if not marked_cells(note):
            yield from (note, clean(note))  # some programs write an escape again, others do not


def _old_notes(grid: Grid) -> Iterator[str]:
    """The texts of notes of a list made before, by its lines, with and without causes, which may have been changed."""
    for line in listed_findings(grid):
        for cause, head in zip(CAUSE, old_label(line.severity, line.code), strict=True):
            causes = [cause.format(message=message) for message in line.causes]
            waived = [line.waived] if line.waived else []
            for lines in ([*causes, *waived], causes, []):
                text = "\n".join([head + line.message, *lines])
                yield from (text, clean(text))


def _strip_sheet(
    package: Package, part: str, formats: Mapping[str, int], styles: StylesPart, texts: Sequence[str]
) -> None:
    if not formats and not Relationships(package, part).of_kind("comments"):
        return
    sheet = SheetPart(package, part)
    if markup.local(sheet.root) != "worksheet":
        return
    notes = SheetNotes(package, sheet)
    labelled = {ref: text for ref, text in notes.texts().items() if LABELS.search(text)}
    for ref, text in labelled.items():
        notes.keep(ref, _kept(text, texts))
    unmarked = False
    others = {cell for text in labelled.values() for cell in also_marked(text)}
    for ref in {*formats, *labelled, *others}:
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
        if changed := LABELS.search(text, other.start, other.stop):
            return [*others[:number], slice(other.start, len(text[: changed.start()].rstrip("\n")))]
    return others
