"""What a cell is called, so that it is found again in a version where rows have moved: by label and name first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from perfxl.tables import Tables, rows
from perfxl.values import name_key

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
