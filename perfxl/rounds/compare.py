"""What a cell is called, so that it is found again in a version where rows have moved: by label and name first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from perfxl.engine.batch import read
from perfxl.ledger.records import Filed, findings_of
from perfxl.model import Finding, Lang, Text, column_letters
from perfxl.profiles import Profile
from perfxl.rounds.folder import Round
from perfxl.tables import Tables, rows
from perfxl.values import name_key, squeeze

Place = tuple[str, int, int]


class Spot(NamedTuple):
    """A cell that perfxl reads. ``key`` begins with the number of its form, which both versions share."""

    key: tuple[object, ...]
    sheet: str
    row: int
    col: int
    text: str
    label: str

    @property
    def place(self) -> Place:
        """Its address."""
        return self.sheet, self.row, self.col


def pair_forms(before: Tables, after: Tables) -> tuple[dict[int, int], dict[int, int]]:
    """``form_id`` of the forms of two versions -> numbers that are equal for the same form.

    Forms of one kind are the same by their project's name, else by their sheet, else by their order.
    """
    old, new = list(rows(before.forms)), list(rows(after.forms))
    numbers = {form.form_id: number for number, form in enumerate(old)}
    found: dict[int, int] = {}
    for alike in (_name, _sheet, _kind):
        free = [form for form in old if numbers[form.form_id] not in found.values()]
        for form in (form for form in new if form.form_id not in found):
            same = next((other for other in free if alike(other) == alike(form)), None)
            if same is not None:
                free.remove(same)
                found[form.form_id] = numbers[same.form_id]
    for form in new:
        found.setdefault(form.form_id, len(old) + form.form_id)
    return numbers, found


def _name(form: Any) -> tuple[str, ...]:
    # a project without a name is not known by it
    return (form.form, form.name_key or f"\0{form.sheet}")


def _sheet(form: Any) -> tuple[str, ...]:
    return (form.form, form.sheet)


def _kind(form: Any) -> tuple[str, ...]:
    return (form.form,)


def spots(tables: Tables, forms: Mapping[int, int]) -> list[Spot]:
    """The cells that are read of one workbook; what would have the same key gets a number."""
    counts: Counter[tuple[object, ...]] = Counter()
    found = []
    for spot in _named(tables, forms):
        counts[spot.key] += 1
        found.append(spot._replace(key=(*spot.key, counts[spot.key])))
    return found


def _named(tables: Tables, forms: Mapping[int, int]) -> Iterator[Spot]:
    key: tuple[object, ...]
    for text in rows(tables.texts):
        key = (forms[text.form_id], "text", text.field)
        yield Spot(key, text.sheet, text.row, text.col, text.written, text.label)
    tasks = {(task.form_id, task.item): task.name_key for task in rows(tables.tasks)}
    for amount in rows(tables.amounts):
        if amount.table == "indicators":
            continue
        name = tasks.get((amount.form_id, amount.item), "") if amount.table == "tasks" else ""
        key = (forms[amount.form_id], amount.table, amount.role, name, amount.column, amount.period)
        yield Spot(key, amount.sheet, amount.row, amount.col, amount.text, amount.label)
    for task in rows(tables.tasks):
        key = (forms[task.form_id], "task", task.name_key)
        yield Spot((*key, "name"), task.sheet, task.row, task.col, task.name, task.name)
        if task.content_row:
            yield Spot((*key, "content"), task.sheet, task.content_row, task.content_col, task.content, task.name)
    for line in rows(tables.indicators):
        key = (forms[line.form_id], "indicator", line.period, line.second, line.name_key)
        if line.name_row:
            yield Spot((*key, "name"), line.sheet, line.name_row, line.name_col, line.name, line.second_text)
        yield Spot((*key, "value"), line.sheet, line.row, line.col, line.value, line.name)
    for result in rows(tables.results):
        key = (forms[result.form_id], "result", result.period, name_key(result.name))
        yield Spot((*key, "actual"), result.sheet, result.actual_row, result.actual_col, result.actual, result.name)
        yield Spot((*key, "score"), result.sheet, result.row, result.col, result.score_text, result.name)


def by_place(found: Sequence[Spot]) -> dict[Place, tuple[object, ...]]:
    """Address -> key; of several at one address, the first."""
    places: dict[Place, tuple[object, ...]] = {}
    for spot in found:
        places.setdefault(spot.place, spot.key)
    return places


CHANGED = Text("{place}“{label}”：“{before}”改为“{after}”", "{place} “{label}”: “{before}” is now “{after}”")
ADDED = Text("{place}“{label}”：新填“{after}”", "{place} “{label}”: “{after}” is new")
REMOVED = Text("{place}“{label}”：删去“{before}”", "{place} “{label}”: “{before}” is gone")
#: more of a long text is not shown
LONGEST = 40


@dataclass(frozen=True)
class Change:
    """A cell that changed. ``cell`` is where it stands now, or stood before it was removed; texts are as written."""

    sheet: str
    cell: str
    label: str
    before: str
    after: str

    def render(self, lang: Lang) -> str:
        """The change in one sentence."""
        text = CHANGED if self.before and self.after else ADDED if self.after else REMOVED
        values = {key: _short(getattr(self, key)) for key in ("label", "before", "after")}
        return text.render(lang, place=f"{self.sheet}!{self.cell}", **values)


@dataclass(frozen=True)
class Compared:
    """What became of the findings between two versions, each as it reads in its own version, and what changed."""

    closed: tuple[Finding, ...]
    still: tuple[Finding, ...]
    new: tuple[Finding, ...]
    changes: tuple[Change, ...]


def compare(round_: Round, before: Filed, after: Filed) -> Compared:
    """Compare two versions that are stored in the round."""
    found = findings_of(round_.ledger, (before.id, after.id))
    old, new = (_tables(round_, one) for one in (before, after))
    return compared(old, new, found[before.id], found[after.id])


def compared(before: Tables, after: Tables, old: Sequence[Finding], new: Sequence[Finding]) -> Compared:
    """Compare two workbooks that were read, with what was found in each."""
    forms_before, forms_after = pair_forms(before, after)
    spots_before, spots_after = spots(before, forms_before), spots(after, forms_after)
    places = by_place(spots_before), by_place(spots_after)
    closed, still, came = match(old, new, *places)
    return Compared(closed, still, came, tuple(changes(spots_before, spots_after)))


_Names = set[Hashable]


def _same_cells(_a: Finding, _b: Finding, before: _Names, after: _Names) -> bool:
    return before == after


def _common_cell(_a: Finding, _b: Finding, before: _Names, after: _Names) -> bool:
    return bool(before & after)


def _same_address(a: Finding, b: Finding, _before: _Names, _after: _Names) -> bool:
    return a.ref is not None and str(a.ref) == str(b.ref)


#: how two findings of one rule are told to be the same, the surest way first
_ALIKE = (_same_cells, _common_cell, _same_address)


def _one_rule(a: Finding, b: Finding) -> bool:
    return (a.code, a.name) == (b.code, b.name)


def _names(finding: Finding, places: Mapping[Place, tuple[object, ...]]) -> _Names:
    """What the cells of a finding are called; an address where a cell has no name."""
    return {places.get((ref.sheet, ref.row, ref.col), str(ref)) for ref in finding.cells}


def match(
    old: Sequence[Finding],
    new: Sequence[Finding],
    places_before: Mapping[Place, tuple[object, ...]],
    places_after: Mapping[Place, tuple[object, ...]],
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]:
    """Closed, still open, new. Findings of one rule are the same by the names of their cells, then by addresses."""
    left = [finding for finding in old if finding.waived is None]
    came = [finding for finding in new if finding.waived is None]
    still: list[Finding] = []
    for alike in _ALIKE:
        for finding in list(came):
            mine = _names(finding, places_after)
            other = next(
                (a for a in left if _one_rule(a, finding) and alike(a, finding, _names(a, places_before), mine)), None
            )
            if other is not None:
                left.remove(other)
                came.remove(finding)
                still.append(finding)
    order = {id(finding): number for number, finding in enumerate(new)}
    still.sort(key=lambda finding: order[id(finding)])
    return tuple(left), tuple(still), tuple(came)


def changes(before: Sequence[Spot], after: Sequence[Spot]) -> list[Change]:
    """The cells whose text changed, in the order of the later workbook; what only moved did not."""
    old, new = {spot.key: spot for spot in before}, {spot.key: spot for spot in after}
    gone = {key: spot for key, spot in old.items() if key not in new}
    by_address = {(spot.key[0], spot.place): spot for spot in gone.values()}
    found = []
    for spot in after:
        was = old.get(spot.key)
        if was is None:
            # a name that changed is another key at the same cell
            was = by_address.get((spot.key[0], spot.place))
            if was is not None:
                gone.pop(was.key, None)
        if squeeze(was.text if was else "") != squeeze(spot.text):
            found.append(_change(spot, was.text if was else "", spot.text))
    found += [_change(spot, spot.text, "") for spot in gone.values() if squeeze(spot.text)]
    return list({(change.sheet, change.cell): change for change in reversed(found)}.values())[::-1]


def _change(spot: Spot, before: str, after: str) -> Change:
    return Change(spot.sheet, f"{column_letters(spot.col)}{spot.row}", spot.label, before, after)


def _tables(round_: Round, one: Filed) -> Tables:
    profile: Profile = round_.profile
    return read(round_.below(one.stored), profile)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
