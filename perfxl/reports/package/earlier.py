"""An annotated copy that comes back: what the earlier check put into it is taken out again.

That is the list in front, the fills of the marked cells and its part of their notes. What the unit wrote into a note
stays. The copy went through the hands, and the office program, of the unit: rows may have moved, formats have other
numbers, notes were edited, the list may be gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from perfxl.formats import Grid, Unreadable, read_book
from perfxl.formats.our_marks import LIST, is_list, listed_findings
from perfxl.formats.package import Package
from perfxl.model import WAIVED, Severity, Text
from perfxl.reports.package import markup
from perfxl.reports.package.comments import Notes
from perfxl.reports.package.opc import Relationships
from perfxl.reports.package.sheets import Sheet, parse_area
from perfxl.reports.package.styles import Styles
from perfxl.reports.package.text import clean
from perfxl.reports.package.workbook import Workbook

LABEL = Text("【{severity} {code}】", "[{severity} {code}] ")
CAUSE = Text("可能原因：{message}", "Likely cause: {message}")

#: the first cell of a sheet stands within so many bytes
_HEAD = 16_384
_WORDS = "|".join(word for label in (*(severity.label for severity in Severity), WAIVED) for word in label)
_LABEL = re.compile(rf"【(?:{_WORDS}) [A-Z]+-\d+】|\[(?:{_WORDS}) [A-Z]+-\d+\] ")


def take_back(source: bytes, package: Package, workbook: Workbook, styles: Styles) -> None:
    """Take out of the package all that an earlier check put into these bytes."""
    lists = _lists(source) if _may_have_list(package, workbook) else []
    formats: dict[str, int] = {}
    for grid in lists:
        formats |= _formats(package, workbook.parts[grid.sheet], grid)
        workbook.remove(grid.sheet)
    said = sorted({text for grid in lists for text in _said(grid)}, key=len, reverse=True)
    for name, part in workbook.parts.items():
        cells = {place.rpartition("!")[2]: style for place, style in formats.items() if place.startswith(f"{name}!")}
        if part:
            _take_back_sheet(package, part, cells, styles, said)


def _may_have_list(package: Package, workbook: Workbook) -> bool:
    """Whether the title of a list stands anywhere: the cheap question first."""
    strings = [one.target for one in workbook.relationships.of_kind("sharedStrings") if one.target in package]
    heads = [package.part(part)[:_HEAD] for part in workbook.parts.values() if part]
    words = [title.encode(codec, "xmlcharrefreplace") for title in LIST for codec in ("utf-8", "ascii")]
    return any(word in text for text in (*map(package.part, strings), *heads) for word in words)


def _lists(source: bytes) -> list[Grid]:
    try:
        return [grid for grid in read_book(source).grids if is_list(grid)]
    except Unreadable:
        return []


def _formats(package: Package, part: str, grid: Grid) -> dict[str, int]:
    """The marked cells and the formats they had, as the list remembers them."""
    sheet = Sheet(package, part)
    texts = {col: grid.at(1, col).text for col in range(2, len(grid.rows[0]) + 1)}
    return {text: sheet.format(1, col) for col, text in texts.items() if "!" in text}


def _said(grid: Grid) -> Iterator[str]:
    """What the notes say of each line of the list, with its causes or, where the list has them changed, without."""
    for line in listed_findings(grid):
        for lang in ("zh", "en"):
            head = LABEL.render(lang, severity=line.severity, code=line.code) + line.message
            causes = [CAUSE.render(lang, message=cause) for cause in line.causes]
            waived = [line.waived] if line.waived else []
            for text in ("\n".join([head, *causes, *waived]), "\n".join([head, *causes]), head):
                yield from (text, clean(text))  # programs differ in whether they spell an escape again


def _take_back_sheet(
    package: Package, part: str, formats: Mapping[str, int], styles: Styles, said: Sequence[str]
) -> None:
    if not formats and not Relationships(package, part).of_kind("comments"):
        return
    sheet = Sheet(package, part)
    if markup.local(sheet.root) != "worksheet":
        return
    notes = Notes(package, sheet)
    spoken = [ref for ref in notes.refs() if _LABEL.search(notes.text(ref))]
    for ref in spoken:
        notes.keep(ref, _kept(notes.text(ref), said))
    unmarked = False
    for ref in {*formats, *spoken}:
        area = parse_area(ref)
        if area is not None:
            style = sheet.format(area.top, area.left)
            former = styles.unmarked(style, formats.get(ref, 0))
            if former != style:
                sheet.restyle(area.top, area.left, former)
                unmarked = True
    if spoken:
        notes.save()
    if unmarked:
        sheet.save()


def _kept(text: str, said: Sequence[str]) -> list[slice]:
    """The stretches of a note that are not ours. Words of ours that were changed run to the end of the note."""
    ours = re.compile("|".join(rf"\n*{re.escape(one)}" for one in said) or r"(?!)")
    stretches, start = [], 0
    for found in ours.finditer(text):
        stretches.append(slice(start, found.start()))
        start = found.end()
    stretches.append(slice(start, len(text)))
    kept = []
    for stretch in stretches:
        changed = _LABEL.search(text, stretch.start, stretch.stop)
        if changed is None:
            kept.append(stretch)
            continue
        kept.append(slice(stretch.start, len(text[: changed.start()].rstrip("\n"))))
        break
    return kept
