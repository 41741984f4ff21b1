"""What a cell is called and what it says, for reports; many cells in few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from perfxl.model import Finding, Lang, Ref, column_letters
from perfxl.tables import Tables, rows


class Cell(NamedTuple):
    """A cell in the words of its form: its label (``金额合计·总额``) and what it says, both ``""`` if not known."""

    label: str = ""
    text: str = ""


_Key = tuple[str, str, int, int]


class Cells:
    """The cells that some findings speak of, looked up in the tables once."""

    def __init__(self, tables: Tables, findings: Iterable[Finding], lang: Lang) -> None:
        wanted = {_key(ref) for finding in findings for ref in (*finding.cells, *finding.related)}
        self._cells: dict[_Key, Cell] = {}
        for key, cell in _known(tables, lang):
            if key in wanted:
                self._cells.setdefault(key, cell)

    def of(self, ref: Ref) -> Cell:
        """The cell at a place."""
        return self._cells.get(_key(ref), Cell())


def _key(ref: Ref) -> _Key:
    return ref.file, ref.sheet, ref.row, ref.col


def _known(tables: Tables, lang: Lang) -> Iterator[tuple[_Key, Cell]]:
    """Every cell of the tables, the most telling label of a cell first."""
    profile = tables.profile
    for row in rows(tables.amounts):
        yield (row.file, row.sheet, row.row, row.col), Cell(row.label, row.text)
    for row in rows(tables.texts):
        yield (row.file, row.sheet, row.row, row.col), Cell(row.label, row.text)
    for row in rows(tables.indicators):
        level = row.second_text or row.first_text
        yield (row.file, row.sheet, row.row, row.col), Cell(row.name or level, row.value)
        yield (row.file, row.sheet, row.name_row, row.name_col), Cell(level, row.name)
    for row in rows(tables.tasks):
        spec = profile.forms[row.form].tasks
        labels = {column.key: column.label for column in spec.columns} if spec else {}
        yield (row.file, row.sheet, row.row, row.col), Cell(labels.get("name", ""), row.name)
        yield (row.file, row.sheet, row.content_row, row.content_col), Cell(labels.get("content", ""), row.content)
    for row in rows(tables.open_lines):
        if level := row.second or row.first:
            yield (row.file, row.sheet, row.row, row.col), Cell(profile.levels[level].name)
    for row in rows(tables.forms):
        yield (row.file, row.sheet, row.row, row.col), Cell(profile.forms[row.form].name(lang))


def by_sheet(refs: Iterable[Ref]) -> dict[str, list[Ref]]:
    """The cells of each sheet, sheets in the order in which they are first named."""
    sheets: dict[str, list[Ref]] = {}
    for ref in refs:
        sheets.setdefault(ref.sheet, []).append(ref)
    return sheets


def ranges(refs: Iterable[Ref]) -> list[str]:
    """The cells of one sheet as Excel writes them, blocks together: ``E15:G24``, ``D7``."""
    columns: dict[int, set[int]] = {}
    for ref in refs:
        columns.setdefault(ref.row, set()).add(ref.col)
    blocks: list[tuple[int, int, int, int]] = []  # top, bottom, left, right
    open_blocks: dict[tuple[int, int], tuple[int, int]] = {}
    for row in sorted(columns):
        runs = set(_runs(columns[row]))
        for run, (top, bottom) in list(open_blocks.items()):
            if run not in runs or bottom != row - 1:
                blocks.append((top, bottom, *run))
                del open_blocks[run]
        for run in runs:
            open_blocks[run] = (open_blocks.get(run, (row, row))[0], row)
    blocks += [(top, bottom, *run) for run, (top, bottom) in open_blocks.items()]
    return [_range(*block) for block in sorted(blocks, key=lambda b: (b[0], b[2]))]


def _runs(cols: set[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring columns as (first, last)."""
    for col in sorted(cols):
        if col - 1 not in cols:
            last = col
            while last + 1 in cols:
                last += 1
            yield col, last


def _range(top: int, bottom: int, left: int, right: int) -> str:
    first, last = f"{column_letters(left)}{top}", f"{column_letters(right)}{bottom}"
    return first if first == last else f"{first}:{last}"
