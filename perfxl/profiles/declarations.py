"""A form of a profile file: its fields, the blocks they lie in, its tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from perfxl.model import Text
from perfxl.profiles.schema import (
    Block,
    BlockColumn,
    BlockRow,
    Field,
    Form,
    FormLevel,
    Indicators,
    Level,
    Period,
    Sum,
    TaskColumn,
    Tasks,
    Term,
)
from perfxl.profiles.source import Node
from perfxl.values import label_key

FIELD_KINDS = ("text", "long_text", "amount", "year", "choice", "date", "phone", "span", "review", "points", "rate")
BLOCK_KINDS = ("line", "field", "group", "amounts", "goals", "matrix", "tasks", "indicators")
#: kind of a field -> the kinds of the fields that it may be made of
MADE_OF: dict[str, tuple[list[str], ...]] = {
    "rate": (["amount", "amount"],),
    "points": ([], ["points"], ["points", "rate"]),
}
#: what Excel allows in the name of a sheet
LONGEST_SHEET, NOT_IN_SHEET = 28, frozenset("[]:*?/\\'")

NO_FIELD = Text("本表没有名为“{field}”的项。", "this form has no field “{field}”.")
NO_LEVEL = Text("“{key}”不在 [[levels]] 之中。", "“{key}” is not one of the [[levels]].")
NOWHERE = Text(
    "这一项不在任何一个 blocks 之中，空白表上没有它的位置。请加入 blocks，或用 after 写明在哪一项之后。",
    "no block has this field, so it has no place on the blank form. Put it into a block, or say with “after” which "
    "field it follows.",
)
NO_AFTER = Text(
    "“{field}”不在任何一个 blocks 之中，不能排在它之后。", "no block has the field “{field}”, so none can follow it."
)
CLASH = Text(
    "“{label}”也是“{field}”的名称或别名，填报的表上分不清。请改其中一个。",
    "“{label}” is a name of the field “{field}” too, and on a form the two could not be told apart. Change one.",
)
NO_TABLE = Text(
    "有 {kind} 的位置，却没有 [forms.{form}.{kind}]。", "has a place for {kind}, but no [forms.{form}.{kind}]."
)
NO_FORM = Text("没有表“{form}”。", "there is no form “{form}”.")
NO_NUMBER = Text(
    "每个项目一张表，名称中要有 {{n}}，如“项目{{n}}”。", "one sheet a project: the name needs {{n}}, as in “项目{{n}}”."
)
BAD_SHEET = Text(
    "“{sheet}”不能作工作表名：最多 28 个字，不能有 [ ] : * ? / \\ '。",
    "“{sheet}” is no name of a sheet: 28 characters at most, and none of [ ] : * ? / \\ '.",
)
WRONG_OF = Text(
    "rate 的 of 要写两项金额（部分、全部），points 的 of 写它的分值，随比率得分的再写这个比率，其他各类没有 of。",
    "a rate is of two amounts (part, whole); points are of their weight and, where they follow from it, of a rate.",
)
UNEVEN = Text(
    '每一栏的 fields 都要有 {n} 项，与 rows 一一对应，空的写 “""”。',
    'each column needs {n} fields, one for each of the rows; write “""” for none.',
)
NO_OPTIONS = Text("选择项（choice）要用 options 列出可选的内容。", "a choice needs its options.")
NO_HEAD = Text("指标表要有 third（三级指标）和 value（指标值）两栏。", "the table needs the heads “third” and “value”.")


def read_form(key: str, node: Node, levels: Mapping[str, Level], forms: Sequence[str]) -> Form:
    """One form; ``forms`` are the keys of all of them."""
    node.only(Form)
    fields_node = node.node("fields")
    fields = {name: _field(name, fields_node.node(name)) for name in fields_node.data}
    indicators = _indicators(node.node("indicators"), levels, fields) if "indicators" in node.data else None
    form = Form(
        key=key,
        attachment=node.get("attachment", str, ""),
        title=node.name("title"),
        synonyms=node.strings("synonyms"),
        title_en=node.get("title_en", str, node.name("title")),
        sheet=node.name("sheet"),
        fields=fields,
        blocks=_blocks(node, fields, fields_node, indicators),
        indicators=indicators,
        tasks=_tasks(node.node("tasks")) if "tasks" in node.data else None,
        instructions=node.get("instructions", str, "").strip(),
        required=node.get("required", bool, False),
        repeats=node.get("repeats", bool, False),
        same_as=node.get("same_as", str, ""),
    )
    _check(node, form, forms)
    return form


def _check(node: Node, form: Form, forms: Sequence[str]) -> None:
    """What the parts of a form must agree on."""
    if form.same_as and form.same_as not in forms:
        raise node.fail("same_as", NO_FORM.fill(form=form.same_as))
    if form.repeats and "{n}" not in form.sheet:
        raise node.fail("sheet", NO_NUMBER.fill())
    if len(form.sheet) > LONGEST_SHEET or NOT_IN_SHEET & set(form.sheet):
        raise node.fail("sheet", BAD_SHEET.fill(sheet=form.sheet))
    for block, item in zip(form.blocks, node.nodes("blocks"), strict=True):
        names = form.fields_by_label.get(label_key(block.label), ())
        if names:
            raise item.fail("label", CLASH.fill(label=block.label, field=names[0].key))
    kinds = {block.kind for block in form.blocks}
    for kind, table in (("tasks", form.tasks), ("indicators", form.indicators)):
        if kind in kinds and table is None:
            raise node.fail("blocks", NO_TABLE.fill(kind=kind, form=form.key))


def _field(key: str, node: Node) -> Field:
    node.only(Field)
    field = Field(
        key=key,
        label=node.name("label"),
        synonyms=node.strings("synonyms"),
        kind=node.one_of("kind", FIELD_KINDS, "text"),
        required=node.get("required", str, ""),
        period=node.get("period", str, ""),
        options=node.strings("options"),
        hint=node.get("hint", str, ""),
        note=node.get("note", str, ""),
        after=node.get("after", str, ""),
        of=node.strings("of"),
    )
    if field.kind == "choice" and not field.options:
        raise node.fail("options", NO_OPTIONS)
    return field


def _blocks(
    node: Node, fields: Mapping[str, Field], fields_node: Node, indicators: Indicators | None
) -> tuple[Block, ...]:
    """The blocks, with the fields that say ``after`` put into them."""
    blocks = [_block(item, fields) for item in node.nodes("blocks")]
    for field in fields.values():
        if field.after:
            places = [number for number, block in enumerate(blocks) if field.after in block.all_fields]
            if not places:
                raise fields_node.node(field.key).fail("after", NO_AFTER.fill(field=field.after))
            blocks[places[0]] = _put_after(blocks[places[0]], field)
    placed = {key for block in blocks for key in block.all_fields}
    placed |= {indicators.total} if indicators else set()
    for field in fields.values():
        if field.kind != "year" and field.key not in placed:
            raise fields_node.fail(field.key, NOWHERE)
        if [fields[key].kind for key in field.of if key in fields] not in MADE_OF.get(field.kind, ([],)):
            raise fields_node.node(field.key).fail("of", WRONG_OF)
    return tuple(blocks)


def _put_after(block: Block, field: Field) -> Block:
    def with_it(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each for key in keys for each in ((key, field.key) if key == field.after else (key,)))

    columns = tuple(replace(column, fields=with_it(column.fields)) for column in block.columns)
    return replace(block, fields=with_it(block.fields), columns=columns)


def _block(node: Node, fields: Mapping[str, Field]) -> Block:
    node.only(Block, "field")
    block = Block(
        kind=node.one_of("kind", BLOCK_KINDS),
        label=node.get("label", str, ""),
        fields=node.strings("fields") or ((node.get("field", str),) if "field" in node.data else ()),
        head=node.get("head", str, ""),
        columns=tuple(_column(item, fields) for item in node.nodes("columns")),
        rows=tuple(_line(item) for item in node.nodes("rows")),
        right=node.get("right", str, ""),
        height=node.get("height", int, 0),
    )
    for key in block.fields:
        _known(node, "fields" if "fields" in node.data else "field", key, fields)
    if block.head:
        _known(node, "head", block.head, fields)
    if block.kind == "matrix" and {len(column.fields) for column in block.columns} != {len(block.rows)}:
        raise node.fail("columns", UNEVEN.fill(n=len(block.rows)))
    return block


def _column(node: Node, fields: Mapping[str, Field]) -> BlockColumn:
    node.only(BlockColumn)
    column = BlockColumn(node.strings("fields"), node.get("label", str, ""), node.strings("synonyms"))
    for key in filter(None, column.fields):
        _known(node, "fields", key, fields)
    return column


def _line(node: Node) -> BlockRow:
    node.only(BlockRow)
    return BlockRow(node.name("label"), node.strings("synonyms"))


def _known(node: Node, place: str, key: str, fields: Mapping[str, Field]) -> None:
    if key not in fields:
        raise node.fail(place, NO_FIELD.fill(field=key))


def _tasks(node: Node) -> Tasks:
    node.only(Tasks)
    columns = []
    for item in node.nodes("columns"):
        item.only(TaskColumn)
        kind = item.one_of("kind", ("text", "amount"), "text")
        columns.append(TaskColumn(item.name("key"), item.name("label"), item.strings("synonyms"), kind))
    return Tasks(
        label=node.name("label"),
        rows=node.get("rows", int, 10),
        sum_label=node.name("sum_label"),
        sum_synonyms=node.strings("sum_synonyms"),
        amounts_label=node.name("amounts_label"),
        columns=tuple(columns),
    )


def _indicators(node: Node, levels: Mapping[str, Level], fields: Mapping[str, Field]) -> Indicators:
    node.only(Indicators)
    if "total" in node.data:
        _known(node, "total", node.get("total", str), fields)
    rows = []
    for item in node.nodes("levels"):
        item.only(FormLevel)
        key = item.name("key")
        if key not in levels:
            raise item.fail("key", NO_LEVEL.fill(key=key))
        weight = item.get("weight", float) if "weight" in item.data else None
        rows.append(FormLevel(key, item.get("rows", int, 1), item.get("required", str, ""), weight))
    header = node.node("header")
    if not {"third", "value"} <= set(header.data):
        raise node.fail("header", NO_HEAD)
    return Indicators(
        label=node.name("label"),
        synonyms=node.strings("synonyms"),
        header={key: header.name(key) for key in header.data},
        periods=tuple(Period(p.name("key"), p.name("label")) for p in node.nodes("periods")),
        levels=tuple(rows),
        first_levels=node.strings("first_levels"),
        weight_total=node.get("weight_total", float, 100.0),
        quotas=tuple(_quotas(item, levels) for item in node.nodes("quotas")),
        options={key: node.below("options").strings(key) for key in node.below("options").data},
        total=node.get("total", str, ""),
    )


def _quotas(node: Node, levels: Mapping[str, Level]) -> dict[str, float]:
    for key in node.data:
        if key not in levels:
            raise node.fail(key, NO_LEVEL.fill(key=key))
    return {key: node.get(key, float) for key in node.data}


PER = ("form", "row", "project", "submission")
#: the kinds of rows that a term may take from the task table
TASK_ROWS = ("rows", "sum", "basic", "project")

BAD_TERM = Text(
    "“{term}”的写法不对，应如 department.total、department.tasks[rows].total 或 project.indicators[cost]。",
    "“{term}” is no term; write department.total, department.tasks[rows].total or project.indicators[cost].",
)
TERM_NO_FORM = Text("“{term}”：没有表“{form}”。", "“{term}”: there is no form “{form}”.")
TERM_NO_FIELD = Text(
    "“{term}”：表“{form}”没有金额项“{field}”。", "“{term}”: the form “{form}” has no amount “{field}”."
)
TERM_NO_TASKS = Text("“{term}”：表“{form}”没有任务表。", "“{term}”: the form “{form}” has no task table.")
TERM_NO_COLUMN = Text("“{term}”：任务表没有金额栏“{column}”。", "“{term}”: the tasks have no amount column “{column}”.")
TERM_NO_ROWS = Text("“{term}”：[ ] 中可以填 {allowed}。", "“{term}”: [ ] takes {allowed}.")
TERM_NO_LEVEL = Text(
    "“{term}”：表“{form}”没有指标“{level}”。", "“{term}”: the form “{form}” has no indicators “{level}”."
)
TERM_NO_PERIOD = Text(
    "“{term}”：表“{form}”没有时段“{period}”。", "“{term}”: the form “{form}” has no period “{period}”."
)
NO_TERMS = Text("至少要写一项。", "names no term; it needs one at least.")
SUM_TWICE = Text("编号和名称都与前面的一条相同：{name}。", "an earlier sum has the same code and name: {name}.")


def form_of(term: str) -> str:
    """The form that a term speaks of, as it is written."""
    match = re.match(r"\s*(\w+)", term)
    return match[1] if match else ""


def read_sums(node: Node, forms: Mapping[str, Form], levels: Mapping[str, Level]) -> tuple[Sum, ...]:
    """All sums in their order; ``ProfileError`` names the first that cannot be."""
    found: dict[tuple[str, str], Sum] = {}
    for item in node.nodes("sums"):
        declared = _sum(item, forms, levels)
        name = declared.code, declared.name.zh
        if name in found:
            raise item.fail("name", SUM_TWICE.fill(name=" ".join(name)))
        found[name] = declared
    return tuple(found.values())


def _sum(node: Node, forms: Mapping[str, Form], levels: Mapping[str, Level]) -> Sum:
    node.only(Sum, "name_en")
    return Sum(
        code=node.name("code"),
        name=Text(node.name("name"), node.get("name_en", str, node.name("name"))),
        per=node.one_of("per", PER, "form"),
        total=_terms(node, "total", forms, levels),
        parts=_terms(node, "parts", forms, levels),
        severity=node.one_of("severity", ("error", "warning", "notice"), "error"),
        source=node.get("source", str, ""),
        relation=node.one_of("relation", ("=", ">="), "="),
        follows=node.strings("follows"),
    )


def _terms(node: Node, key: str, forms: Mapping[str, Form], levels: Mapping[str, Level]) -> tuple[Term, ...]:
    terms = []
    for text in node.strings(key):
        try:
            term = Term.parse(text)
        except ValueError as error:
            raise node.fail(key, BAD_TERM.fill(term=text)) from error
        form = forms.get(term.form)
        if form is None:
            raise node.fail(key, TERM_NO_FORM.fill(term=text, form=term.form))
        if problem := _problem(term, form, levels):
            raise node.fail(key, problem)
        terms.append(term)
    if not terms:
        raise node.fail(key, NO_TERMS)
    return tuple(terms)


def _problem(term: Term, form: Form, levels: Mapping[str, Level]) -> Text | None:
    """What a term names that its form has not."""
    if term.table == "fields":
        field = form.fields.get(term.column)
        known = field is not None and field.kind == "amount"
        return None if known else TERM_NO_FIELD.fill(term=term.text, form=form.key, field=term.column)
    if term.table == "tasks":
        if form.tasks is None:
            return TERM_NO_TASKS.fill(term=term.text, form=form.key)
        if term.select not in TASK_ROWS:
            return TERM_NO_ROWS.fill(term=term.text, allowed=", ".join(TASK_ROWS))
        known = term.column in {column.key for column in form.tasks.amounts}
        return None if known else TERM_NO_COLUMN.fill(term=term.text, column=term.column)
    level, _, period = term.select.partition(":")[0].partition("@")
    if form.indicators is None or level not in levels:
        return TERM_NO_LEVEL.fill(term=term.text, form=form.key, level=level)
    if period and period not in {each.key for each in form.indicators.periods}:
        return TERM_NO_PERIOD.fill(term=term.text, form=form.key, period=period)
    return None
