"""Profile -> where everything stands on every form sheet, block by block in the printed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from perfxl.profiles import Block, Form, Indicators, Profile
from perfxl.template.grid import CHARACTER, Columns, grid_of, text_width
from perfxl.template.page import Page
from perfxl.template.spots import IndicatorRow, Plan, SheetLayout

#: row heights in points: one line of text, two lines, and a big area that says no height of its own
ONE_LINE, TWO_LINES, AREA = 20.0, 29.0, 60.0
#: how many project sheets at most; the formulas of 校验 name every one of them
MOST_PROJECTS = 200
#: where a matrix has no figure
NO_FIGURE = "—"


def layout(profile: Profile, projects: int = 8) -> tuple[SheetLayout, ...]:
    """Where everything stands on every form sheet of the blank workbook, in the order of the sheets."""
    return tuple(plan.layout for plan in plans(profile, projects))


def plans(profile: Profile, projects: int = 8, year: int | None = None, unit: str = "") -> Iterator[Plan]:
    """Plan every form sheet; a repeated form gets ``projects`` of them. Year and unit are printed in."""
    if not 1 <= projects <= MOST_PROJECTS:
        raise ValueError(f"projects must be 1 to {MOST_PROJECTS}, not {projects}")
    for form in profile.forms.values():
        for number in range(1, projects + 1) if form.repeats else (0,):
            yield _plan(profile, form, number, year or profile.year, unit)


def _plan(profile: Profile, form: Form, number: int, year: int, unit: str) -> Plan:
    page = Page(profile, form, grid_of(form, profile.levels), unit)
    if form.attachment:
        page.put((1, page.grid.last), "attachment", f"{form.attachment}：")
        page.next(ONE_LINE)
    title = page.put((1, page.grid.last), "title", form.title)
    page.next(32)
    year_spot = page.put((1, page.grid.last), "year", f"（{year}年度）", form.fields.get("year"))
    page.next(20)
    if "year" in form.fields:
        page.fields["year"] = year_spot
    for block in form.blocks:
        _BLOCKS[block.kind](page, block)
    sheet = SheetLayout(
        form.key,
        form.sheet.format(n=number),
        number,
        title,
        year_spot,
        page.fields,
        page.choices,
        tuple(page.tasks),
        page.task_sum,
        tuple(page.indicators),
    )
    return Plan(sheet, tuple(page.pieces), page.grid.widths, page.heights)


def _line(page: Page, block: Block) -> None:
    fields = [page.form.fields[key] for key in block.fields]
    needs: list[float] = []
    for about in fields:
        needs += [text_width(about.label) + 3, 44 if about.key in ("reporter", "unit") else 14]
    if block.right:
        needs.append(text_width(block.right) + 1)
    parts = iter(page.grid.split((1, page.grid.last), needs))
    for number, about in enumerate(fields):
        page.put(next(parts), "line_label_right" if number else "line_label", f"{about.label}：")
        page.value(about, next(parts), "line_input")
    for part in parts:
        page.put(part, "line_right", block.right)
    page.next(24)


def _field(page: Page, block: Block) -> None:
    about = page.form.fields[block.fields[0]]
    page.put((1, 1), "label", _folded(page, about.label))
    page.value(about, page.body)
    page.next(block.height or TWO_LINES)


def _group(page: Page, block: Block) -> None:
    start = page.row
    label, value = _label_and_value(page, page.body)
    for key in block.fields:
        about = page.form.fields[key]
        page.put(label, "label", about.label)
        page.value(about, value)
        page.next(block.height if block.height and about.kind == "long_text" else TWO_LINES)
    page.down(start, (1, 1), "label", block.label)


def _amounts(page: Page, block: Block) -> None:
    start = page.row
    if block.head:
        about = page.form.fields[block.head]
        label, value = _label_and_value(page, page.body)
        page.put(label, "label", about.label)
        page.value(about, value)
        page.next(ONE_LINE + 2)
    parts = page.grid.split(page.body, [1.0] * len(block.columns))
    if any(column.label for column in block.columns):
        for column, part in zip(block.columns, parts, strict=True):
            page.put(part, "head", column.label)
        page.next(ONE_LINE)
    labels = [max((page.form.fields[key].label for key in c.fields), key=text_width) for c in block.columns]
    halves = [page.grid.beside(part, label) for part, label in zip(parts, labels, strict=True)]
    for number in range(max(len(column.fields) for column in block.columns)):
        for column, half in zip(block.columns, halves, strict=True):
            _amount(page, column.fields[number] if number < len(column.fields) else "", half)
        page.next(ONE_LINE + 2)
    page.down(start, (1, 1), "label", _folded(page, block.label))


def _amount(page: Page, key: str, half: list[Columns]) -> None:
    """One amount with its label, or the empty rest of a shorter column."""
    label, value = half
    if not key:
        page.put((label[0], value[1]), "blank")
        return
    about = page.form.fields[key]
    page.put(label, "label_left", about.label)
    page.value(about, value)


def _folded(page: Page, label: str) -> str:
    """A label too wide for its column is broken before its bracket, not within."""
    return label.replace("（", "\n（") if text_width(label) * CHARACTER > page.grid.widths[0] else label


def _matrix(page: Page, block: Block) -> None:
    """Labels of the columns above, those of the rows on the left, a field where they meet."""
    start = page.row
    names = [max(block.rows, key=lambda line: text_width(line.label)).label, *(c.label for c in block.columns)]
    parts = page.grid.split(page.body, [text_width(name) + 2 for name in names])
    page.put(parts[0], "head")
    for column, part in zip(block.columns, parts[1:], strict=True):
        page.put(part, "head", column.label)
    page.next(ONE_LINE + 2)
    for number, line in enumerate(block.rows):
        page.put(parts[0], "label_left", line.label)
        for column, part in zip(block.columns, parts[1:], strict=True):
            key = column.fields[number]
            if key:
                page.value(page.form.fields[key], part)
            else:
                page.put(part, "none", NO_FIGURE)
        page.next(ONE_LINE + 2)
    page.down(start, (1, 1), "label", _folded(page, block.label))


def _goals(page: Page, block: Block) -> None:
    start = page.row
    fields = [page.form.fields[key] for key in block.fields]
    parts = page.grid.split(page.body, [1.0] * len(fields))
    for about, part in zip(fields, parts, strict=True):
        page.put(part, "open_label" if about.note else "head", about.label + about.note)
    page.next(ONE_LINE)
    for about, part in zip(fields, parts, strict=True):
        page.value(about, part)
    page.next(block.height or AREA)
    page.down(start, (1, 1), "label", block.label)


def _label_and_value(page: Page, columns: Columns) -> list[Columns]:
    """The first and second level make a label wide enough; what is left is for the value."""
    last = page.grid.sets[0]["second"][1]
    return [(columns[0], last), (last + 1, columns[1])]


def _tasks(page: Page, block: Block) -> None:
    table = page.form.tasks
    if table is None:
        raise ValueError(f"{page.form.key}: a tasks block, but no task table")
    start = page.row
    needs = [12 if column.kind == "amount" else 20 + 6 * n for n, column in enumerate(table.columns)]
    parts = page.grid.split(page.body, needs)
    amounts = [part for part, column in zip(parts, table.columns, strict=True) if column.kind == "amount"]
    page.put((amounts[0][0], amounts[-1][1]), "head", table.amounts_label)
    for part, column in zip(parts, table.columns, strict=True):
        if part not in amounts:
            page.put(part, "head", column.label, rows=2)
    page.next(ONE_LINE)
    for part, column in zip(parts, table.columns, strict=True):
        if part in amounts:
            page.put(part, "head", column.label)
    page.next(ONE_LINE)
    for _ in range(table.rows):
        styles = ["amount" if part in amounts else "text_left" for part in parts]
        spots = [page.put(part, style) for part, style in zip(parts, styles, strict=True)]
        page.tasks.append({column.key: spot for column, spot in zip(table.columns, spots, strict=True)})
        page.next(TWO_LINES)
    page.put((page.body[0], amounts[0][0] - 1), "label", table.sum_label)
    for part, column in zip(amounts, table.amounts, strict=True):
        page.task_sum[column.key] = page.put(part, "amount")
    page.next(ONE_LINE + 2)
    page.down(start, (1, 1), "label", block.label or table.label)


def _indicators(page: Page, block: Block) -> None:
    table = page.form.indicators
    if table is None:
        raise ValueError(f"{page.form.key}: an indicators block, but no indicator table")
    start = page.row
    page.put(page.grid.first, "head", table.header["first"])
    for columns in page.grid.sets:
        for key, part in columns.items():
            page.put(part, "head", table.header[key])
    page.next(ONE_LINE + 2)
    levels = page.profile.levels
    for parent, group in groupby(table.levels, lambda item: levels[item.key].parent or item.key):
        first = page.row
        for item in group:
            _level_rows(page, table, item.key, item.rows)
        page.down(first, page.grid.first, "label", levels[parent].name)
    page.down(start, (1, 1), "label", block.label or table.label)
    if table.total:
        _total(page, table)


def _total(page: Page, table: Indicators) -> None:
    """The last row: what all weights make, and a place for what all scores make."""
    about, columns = page.form.fields[table.total], page.grid.sets[0]
    page.put((1, columns["weight"][0] - 1), "label", about.label)
    page.put(columns["weight"], "label", f"{table.weight_total:g}")
    page.value(about, columns["score"])
    if columns["score"][1] < page.grid.last:
        page.put((columns["score"][1] + 1, page.grid.last), "blank")
    page.next(ONE_LINE + 2)


def _level_rows(page: Page, table: Indicators, key: str, rows: int) -> None:
    """The rows of one second level, its name printed once in every set."""
    for columns in page.grid.sets:
        page.put(columns["second"], "label", page.profile.levels[key].name, rows=rows)
    for _ in range(rows):
        cells = {}
        for period, columns in zip(table.periods, page.grid.sets, strict=True):
            cells[period.key] = {
                name: page.cell(part, _CELLS.get(name, "text"), table.options.get(name, ()))
                for name, part in columns.items()
                if name != "second"
            }
        page.indicators.append(IndicatorRow(key, cells))
        page.next(TWO_LINES)


#: columns of the indicator table whose cells are not short texts
_CELLS = {"third": "text_left", "standard": "text_left", "reason": "text_left", "weight": "points", "score": "points"}
_BLOCKS: dict[str, Callable[[Page, Block], None]] = {
    "line": _line,
    "field": _field,
    "group": _group,
    "amounts": _amounts,
    "goals": _goals,
    "matrix": _matrix,
    "tasks": _tasks,
    "indicators": _indicators,
}
