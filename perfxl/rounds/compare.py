"""Two versions of one workbook: which findings are closed, still open or new, and which cells changed.

A cell has a key made of its label and name rather than its address, so that it is found again where rows have moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import NamedTuple

from perfxl.engine.batch import read_received
from perfxl.ledger.records import FileRecord, findings_of
from perfxl.model import Finding, Lang, Ref, Text, cells_in_words, column_number, seen_from
from perfxl.reading import FormRows
from perfxl.rounds.checking import received
from perfxl.rounds.folder import Round
from perfxl.tables import Return, Tables
from perfxl.values import name_key, squeeze

CHANGED = Text("{place}“{label}”：“{before}”改为“{after}”", "{place} “{label}”: “{before}” is now “{after}”")
ADDED = Text("{place}“{label}”：新填“{after}”", "{place} “{label}”: “{after}” is new")
REMOVED = Text("{place}“{label}”：删去“{before}”", "{place} “{label}”: “{before}” is gone")
#: characters of a text that are shown
LONGEST = 40

#: begins with the number of the form, which is the same in both versions
CellKey = tuple[Hashable, ...]
#: sheet, row, column; before them the file, in a return of several
CellAddress = tuple[Hashable, ...]


class KeyedCell(NamedTuple):
    """A cell that perfxl reads, with its text as written and the label beside it."""

    key: CellKey
    ref: Ref
    text: str
    label: str

    @property
    def address(self) -> CellAddress:
        """Where it is, in whatever file."""
        return self.ref[1:]


@dataclass(frozen=True)
class CellChange:
    """A cell that changed. ``cell`` is its address now, or before it was removed; texts are as written."""

    sheet: str
    cell: str
    label: str
    before: str
    after: str

    def render(self, lang: Lang) -> str:
        """The change in one sentence."""
        text = CHANGED if self.before and self.after else ADDED if self.after else REMOVED
        values = {key: _short(getattr(self, key)) for key in ("label", "before", "after")}
        place = Ref("", self.sheet, int(self.cell.lstrip(ascii_uppercase)), column_number(self.cell))
        return text.render(lang, place=seen_from(cells_in_words((place,), lang), "", "", lang), **values)


@dataclass(frozen=True)
class Comparison:
    """What became of the findings between two versions, each as reported in its own version, and what changed."""

    closed: tuple[Finding, ...]
    still: tuple[Finding, ...]
    new: tuple[Finding, ...]
    changes: tuple[CellChange, ...]


def compare(round_: Round, before: Sequence[FileRecord], after: Sequence[FileRecord]) -> Comparison:
    """Compare two versions that are stored in the round, each with all its files, of which the last has the findings.

    What was only completed by another file has no cell that changed.
    """
    found = findings_of(round_.ledger, (before[-1].id, after[-1].id))
    old, new = (read_received(received(round_, files), round_.profile) for files in (before, after))
    compared = compare_tables(old, new, found[before[-1].id], found[after[-1].id])
    completed = {one.id for one in before} <= {one.id for one in after}
    return replace(compared, changes=()) if completed else compared


def compare_tables(before: Tables, after: Tables, old: Sequence[Finding], new: Sequence[Finding]) -> Comparison:
    """Compare two workbooks that were read, with the findings in each."""
    forms = pair_forms(before.form_rows, after.form_rows)
    cells_before, cells_after = cell_keys(before, forms), cell_keys(after, forms)
    closed, still, came = match(old, new, _by_address(cells_before), _by_address(cells_after))
    return Comparison(closed, still, came, tuple(changes(cells_before, cells_after)))


#: by what two forms are recognised as the same, the surest way first; a project without a name not by its name
_SAME_FORM: tuple[Callable[[FormRows], tuple[str, ...]], ...] = (
    lambda form: (form.kind, form.name_key or f"\0{form.sheet}"),
    lambda form: (form.kind, form.sheet),
    lambda form: (form.kind,),
)


def pair_forms(old: Sequence[FormRows], new: Sequence[FormRows]) -> dict[FormRows, int]:
    """The forms of two versions -> equal numbers for the same form: by its name, else its sheet, else the order."""
    numbers = {form: number for number, form in enumerate(old)}
    for alike in _SAME_FORM:
        taken = {numbers[form] for form in new if form in numbers}
        free = [form for form in old if numbers[form] not in taken]
        for form in (form for form in new if form not in numbers):
            same = next((other for other in free if alike(other) == alike(form)), None)
            if same is not None:
                free.remove(same)
                numbers[form] = numbers[same]
    for number, form in enumerate(new):
        numbers.setdefault(form, len(old) + number)
    return numbers


def cell_keys(tables: Tables, forms: Mapping[FormRows, int]) -> list[KeyedCell]:
    """The cells that are read of one workbook; those that would have the same key are numbered."""
    counts: Counter[CellKey] = Counter()
    found = []
    for cell in (cell for book in tables.returns for cell in _cells(book, forms)):
        counts[cell.key] += 1
        found.append(cell._replace(key=(*cell.key, counts[cell.key])))
    return found


def _cells(book: Return, forms: Mapping[FormRows, int]) -> Iterator[KeyedCell]:
    key: CellKey
    for text in book.texts:
        yield KeyedCell((forms[text.form], "text", text.field), text.ref, text.written, text.label)
    for amount in book.amounts:
        if amount.table != "indicators":
            name = amount.task.name_key if amount.task else ""
            key = (forms[amount.form], amount.table, amount.role, name, amount.column, amount.period)
            yield KeyedCell(key, amount.ref, amount.text, amount.label)
    for task in book.tasks:
        key = (forms[task.form], "task", task.name_key)
        yield KeyedCell((*key, "name"), task.ref, task.name, task.name)
        if task.content_row:
            yield KeyedCell((*key, "content"), task.content_ref, task.content, task.name)
    for line in book.indicators:
        key = (forms[line.form], "indicator", line.period, line.second, line.name_key)
        if line.name_row:
            yield KeyedCell((*key, "name"), line.name_ref, line.name, line.second_text)
        yield KeyedCell((*key, "value"), line.ref, line.value, line.name)
    for result in book.results:
        key = (forms[result.form], "result", result.period, name_key(result.name))
        yield KeyedCell((*key, "actual"), result.actual_ref, result.actual.text, result.name)
        yield KeyedCell((*key, "score"), result.ref, result.score_text, result.name)


def _by_address(cells: Sequence[KeyedCell]) -> dict[CellAddress, CellKey]:
    """The key of each cell, by its file too where there are several; of several at one address, that of the first."""
    several = len({cell.ref.file for cell in cells}) > 1
    return {tuple(cell.ref) if several else cell.address: cell.key for cell in reversed(cells)}


#: two findings and the keys of their cells
_Alike = Callable[[Finding, Finding, set[Hashable], set[Hashable]], bool]
#: by what two findings of one rule are recognised as the same, the surest way first: all cells, one cell, the address
_SAME_FINDING: tuple[_Alike, ...] = (
    lambda _old, _new, before, after: before == after,
    lambda _old, _new, before, after: bool(before & after),
    lambda old, new, _before, _after: old.ref is not None and str(old.ref) == str(new.ref),
)


def _names(finding: Finding, keys: Mapping[CellAddress, CellKey]) -> set[Hashable]:
    """The keys of the cells of a finding; the address of a cell without a key."""
    return {keys.get(tuple(ref)) or keys.get(ref[1:]) or str(ref) for ref in finding.cells}


def match(
    old: Sequence[Finding],
    new: Sequence[Finding],
    keys_before: Mapping[CellAddress, CellKey],
    keys_after: Mapping[CellAddress, CellKey],
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]:
    """Closed, still open, new. Findings of one rule are the same by the keys of their cells, then by addresses.

    A finding is still open as long as one of its consequences is, also where that now stands by itself.
    """
    old, new = ([finding for finding in found if finding.waived is None] for found in (old, new))
    left, came = ([one for finding in found for one in finding.with_consequences()] for found in (old, new))
    for alike in _SAME_FINDING:
        for finding in list(came):
            mine = _names(finding, keys_after)
            same_rule = (one for one in left if (one.code, one.name) == (finding.code, finding.name))
            other = next((one for one in same_rule if alike(one, finding, _names(one, keys_before), mine)), None)
            if other is not None:
                left.remove(other)
                came.remove(finding)
    gone, fresh = {id(one) for one in left}, {id(one) for one in came}
    return (
        tuple(one for one in old if all(id(each) in gone for each in one.with_consequences())),
        tuple(one for one in new if any(id(each) not in fresh for each in one.with_consequences())),
        tuple(one for one in new if all(id(each) in fresh for each in one.with_consequences())),
    )


def changes(before: Sequence[KeyedCell], after: Sequence[KeyedCell]) -> list[CellChange]:
    """The cells whose text changed, in the order of the later workbook; a cell that only moved did not."""
    old, new = {cell.key: cell for cell in before}, {cell.key: cell for cell in after}
    gone = {key: cell for key, cell in old.items() if key not in new}
    by_address = {(cell.key[0], cell.address): cell for cell in gone.values()}
    found = []
    for cell in after:
        was = old.get(cell.key)
        # a name that changed is another key at the same cell
        if was is None and (was := by_address.get((cell.key[0], cell.address))):
            gone.pop(was.key, None)
        before_text = was.text if was else ""
        if squeeze(before_text) != squeeze(cell.text):
            found.append(CellChange(cell.ref.sheet, cell.ref.cell, cell.label, before_text, cell.text))
    left = (cell for cell in gone.values() if squeeze(cell.text))
    found += [CellChange(cell.ref.sheet, cell.ref.cell, cell.label, cell.text, "") for cell in left]
    return list({(change.sheet, change.cell): change for change in reversed(found)}.values())[::-1]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
