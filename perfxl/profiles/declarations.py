"""Reads the forms and the sums that a profile file declares, and checks that their parts fit together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import groupby

from perfxl.model import Text
from perfxl.profiles import schema
from perfxl.profiles.schema import Block, Field, Form, Indicators, Level, Sum, Term
from perfxl.profiles.source import ProfileError, TomlTable, guess_of
from perfxl.values import label_key

FIELD_KINDS = ("text", "long_text", "amount", "year", "choice", "date", "phone", "span", "review", "points", "rate")
BLOCK_KINDS = ("line", "field", "group", "amounts", "goals", "matrix", "tasks", "indicators")
#: kind of a field -> the kinds of the fields that it may be computed from
COMPUTED_FROM: dict[str, tuple[list[str], ...]] = {
    "rate": (["amount", "amount"],),
    "points": ([], ["points"], ["points", "rate"]),
}
#: kind of a block -> the parts of which it needs one at least; it has no others, but for the head of amounts
BLOCK_PARTS: dict[str, tuple[str, ...]] = {
    "line": ("fields",), "field": ("fields",), "group": ("fields",), "goals": ("fields",), "amounts": ("columns",),
    "matrix": ("columns", "rows"), "tasks": (), "indicators": (),
}  # fmt: skip
#: what Excel allows in the name of a sheet
LONGEST_SHEET, NOT_IN_SHEET = 28, frozenset("[]:*?/\\'")
#: of a block, in points; of the rows that a table is printed with
HIGHEST, MOST_ROWS = 400, 500
#: how often a sum is checked
PER = ("form", "row", "project", "submission")
#: the kinds of rows that a term may take from the task table
TASK_ROWS = ("rows", "sum", "basic", "project")

NO_FIELD = Text("本表没有名为“{field}”的项。", "this form has no field “{field}”.")
NO_LEVEL = Text("“{key}”不在 [[levels]] 之中。", "“{key}” is not one of the [[levels]].")
NOWHERE = Text(
    "这一项不在任何一个 blocks 之中，空白表上没有它的位置。请加入 blocks，或用 after 写明在哪一项之后。"
    '要保留所沿用的各块，写 blocks = ["...", { … }]。',
    "no block has this field, so it has no place on the blank form. Put it into a block, or say with “after” which "
    'field it follows. To keep the inherited blocks, write blocks = ["...", { … }].',
)
NO_AFTER = Text(
    "“{field}”不在任何一个 blocks 之中，不能排在它之后。{guess}",
    "no block has the field “{field}”, so none can follow it.{guess}",
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
BRACES = Text("名称中的花括号只能是 {{n}}。", "the only braces in the name may be {{n}}.")
WRONG_OF = Text(
    "rate 的 of 要写两项金额（部分、全部），points 的 of 写它的分值，随比率得分的再写这个比率，其他各类没有 of。",
    "a rate is of two amounts (part, whole); points are of their weight and, where they follow from it, of a rate.",
)
UNEVEN = Text(
    '每一栏的 fields 都要有 {n} 项，与 rows 一一对应，空的写 “""”。',
    'each column needs {n} fields, one for each of the rows; write “""” for none.',
)
BAD_KEY = Text(
    "“{key}”不能作名称，请只用字母、数字和下划线。", "“{key}” is no key; use letters, digits and underscores only."
)
KEY_TWICE = Text("“{key}”写了两次。", "“{key}” is there twice.")
TWO_PLACES = Text("这一项在 blocks 中有两个位置，请删去一个。", "the blocks have this field twice; delete it once.")
NO_SUCH_PART = Text("{kind} 这一类没有 {part}，请删去。", "a block of the kind {kind} has no {part}; delete it.")
ONE_FIELD = Text("field 这一类只有一项，多项的用 group。", "a block “field” has one field; group takes several.")
NO_BLOCK = Text(
    "空白表上没有它的位置，请在 blocks 中加入 kind = “{kind}”。",
    "it has no place on the blank form; add a block {kind}.",
)
TWO_BLOCKS = Text("kind = “{kind}”只能有一个。", "there may be one block “{kind}” only.")
TASK_COLUMNS = Text(
    "任务表要先有文字栏（text），再有连在一起的金额栏（amount），各至少一栏。",
    "the task table needs columns of text first, then those of amounts side by side, one of each at least.",
)
NO_OPTIONS = Text("选择项（choice）要用 options 列出可选的内容。", "a choice needs its options.")
NO_HEAD = Text("指标表要有 third（三级指标）和 value（指标值）两栏。", "the table needs the heads “third” and “value”.")
HEAD_ORDER = Text(
    "指标表的前两栏应是 first（一级指标）和 second（二级指标）。", "the table begins with “first” and “second”."
)
NO_SCORES = Text(
    "有总分（total）的指标表要有 weight（分值）和 score（得分）两栏，weight 在前。",
    "a table with a total needs the heads “weight” and, behind it, “score”.",
)
BAD_TERM = Text(
    "“{term}”的写法不对，应如 department.total、department.tasks[rows].total 或 project.indicators[cost]。",
    "“{term}” is no term; write department.total, department.tasks[rows].total or project.indicators[cost].",
)
#: what a term uses and its form lacks
TERM = Text("“{term}”：{problem}", "“{term}”: {problem}")
NO_AMOUNT = Text("表“{form}”没有金额项“{column}”。{guess}", "the form “{form}” has no amount “{column}”.{guess}")
NO_TASKS = Text("表“{form}”没有任务表。", "the form “{form}” has no task table.")
NO_COLUMN = Text("任务表没有金额栏“{column}”。{guess}", "the tasks have no amount column “{column}”.{guess}")
NO_ROWS = Text("[ ] 中可以填 {allowed}。", "[ ] takes {allowed}.")
NO_INDICATORS = Text("表“{form}”没有指标“{level}”。", "the form “{form}” has no indicators “{level}”.")
NO_PERIOD = Text("表“{form}”没有时段“{period}”。", "the form “{form}” has no period “{period}”.")
ONE_FORM = Text(
    "“{term}”：per = “form” 的各项要在同一张表上；跨表的写 per = “submission” 或 “project”。",
    "“{term}”: with per = “form” all terms are of one form; across forms write per = “submission” or “project”.",
)
ONE_TABLE = Text(
    "“{term}”：per = “row” 的各项要是同一张任务表的栏，如 department.tasks[rows].total。",
    "“{term}”: with per = “row” all terms are columns of one task table, such as department.tasks[rows].total.",
)
ONE_PROJECT = Text(
    "“{term}”：per = “project” 的 parts 要么都是任务（rows、basic、project），要么都是有 project_name 的表的金额项。",
    "“{term}”: with per = “project” all parts are of tasks (rows, basic, project), or all are amounts of forms with a "
    "project_name.",
)
ALONE = Text(
    "“{term}”：[alone] 只用于有 same_as 的表的金额项，两张表都要有项目名称（project_name）。",
    "“{term}”: [alone] is for amounts of a form with same_as; both forms need a project_name.",
)
NO_TERMS = Text("至少要写一项。", "names no term; it needs one at least.")
SUM_TWICE = Text("编号和名称都与前面的一条相同：{name}。", "an earlier sum has the same code and name: {name}.")
OWN_CODE = Text("“{code}”是这一条自己的编号，请删去。", "“{code}” is the sum's own code; delete it.")
SUM_LOST = Text(
    "所沿用的合计“{code} {name}”用到的“{term}”，这里没有了。请以同样的 code 和 name 另写这一条的 total 或 parts，"
    '或在其中写 severity = "off"；整个编号都不用的，在 [severity] 中写 {code} = "off"。',
    "the inherited sum “{code} {name}” uses “{term}”, which is no longer there. Write its total or parts anew with the "
    'same code and name, or give it severity = "off"; {code} = "off" in [severity] is for all sums of the code.',
)


# ---------------------------------------------------------------- forms


def read_form(key: str, data: TomlTable, levels: Mapping[str, Level], forms: Sequence[str]) -> Form:
    """One form; ``forms`` are the keys of all of them."""
    fields_data = data.table("fields")
    fields = {name: _field(name, fields_data) for name in fields_data}
    indicators = _indicators(data.table("indicators"), levels, fields) if "indicators" in data else None
    form = data.read(
        Form,
        key=key,
        attachment=data.value("attachment", str, ""),
        title_en=data.value("title_en", str, data.text("title")),
        fields=fields,
        blocks=_blocks(data, fields, fields_data, indicators),
        indicators=indicators,
        tasks=_tasks(data.table("tasks")) if "tasks" in data else None,
        instructions=data.value("instructions", str, "").strip(),
    )
    _check(data, form, forms)
    return form


def _check(data: TomlTable, form: Form, forms: Sequence[str]) -> None:
    """What the parts of a form must agree on."""
    if form.same_as and form.same_as not in forms:
        raise data.error("same_as", NO_FORM.fill(form=form.same_as))
    if form.repeats and "{n}" not in form.sheet:
        raise data.error("sheet", NO_NUMBER.fill())
    if {"{", "}"} & set(form.sheet.replace("{n}", "")):
        raise data.error("sheet", BRACES.fill())
    if len(form.sheet) > LONGEST_SHEET or NOT_IN_SHEET & set(form.sheet) or min(form.sheet) < " ":
        raise data.error("sheet", BAD_SHEET.fill(sheet=form.sheet))
    for item in data.tables("blocks"):
        label = item.value("label", str, "")
        if names := form.fields_by_label.get(label_key(label)):
            raise item.error("label", CLASH.fill(label=label, field=names[0].key))
    kinds = [block.kind for block in form.blocks]
    for kind, table in (("tasks", form.tasks), ("indicators", form.indicators)):
        if kind in kinds and table is None:
            raise data.error("blocks", NO_TABLE.fill(kind=kind, form=form.key))
        if table is not None and kind not in kinds:
            raise data.error(kind, NO_BLOCK.fill(kind=kind))
        if kinds.count(kind) > 1:
            raise data.error("blocks", TWO_BLOCKS.fill(kind=kind))


def _field(key: str, fields: TomlTable) -> Field:
    data = fields.table(key)
    if not re.fullmatch(r"\w{1,100}", key):
        raise fields.error(key, BAD_KEY.fill(key=key))
    field = data.read(Field, key=key, kind=data.one_of("kind", FIELD_KINDS, "text"))
    if field.kind == "choice" and not field.options:
        raise data.error("options", NO_OPTIONS)
    return field


def _blocks(
    data: TomlTable, fields: Mapping[str, Field], fields_data: TomlTable, indicators: Indicators | None
) -> tuple[Block, ...]:
    """The blocks, with the fields that have ``after`` put into them."""
    blocks = [_block(item, fields) for item in data.required("blocks", list(data.tables("blocks")))]
    for field in fields.values():
        if field.after:
            places = [number for number, block in enumerate(blocks) if field.after in block.all_fields]
            if not places:
                guess = guess_of(field.after, [key for block in blocks for key in block.all_fields])
                raise fields_data.table(field.key).error("after", NO_AFTER.fill(field=field.after, guess=guess))
            block, place = blocks[places[0]], fields_data.key_locations[field.key]
            if block.kind in ("field", "matrix") or field.after == block.head:
                blocks.insert(places[0] + 1, Block("field", fields=(field.key,), location=place))
            else:
                blocks[places[0]] = replace(_put_after(block, field), location=place)
    placed = Counter(key for block in blocks for key in block.all_fields)
    placed.update([indicators.total] if indicators else [])
    for field in fields.values():
        if field.kind != "year" and not placed[field.key]:
            raise fields_data.error(field.key, NOWHERE)
        if placed[field.key] > 1:
            raise fields_data.error(field.key, TWO_PLACES)
        if [fields[key].kind for key in field.of if key in fields] not in COMPUTED_FROM.get(field.kind, ([],)):
            raise fields_data.table(field.key).error("of", WRONG_OF)
    _refuse_alike(blocks, fields, fields_data)
    return tuple(blocks)


def _refuse_alike(blocks: Iterable[Block], fields: Mapping[str, Field], fields_data: TomlTable) -> None:
    """Raise an error at the second of two fields of one label that neither block, column nor period tells apart."""
    taken: dict[tuple[object, ...], str] = {}
    for number, block in enumerate(blocks):
        stacks = [block.fields, *(column.fields for column in block.columns)]
        for part, keys in enumerate(stacks if block.kind in ("field", "group", "amounts") else ()):
            for key in keys:
                field = fields[key]
                place = () if block.kind == "field" else (number, part, field.period)
                other = taken.setdefault((label_key(field.label), *place), key)
                if other != key:
                    later = fields_data.table(key).key_locations["label"].file is fields_data.location.file
                    wrong, right = (key, other) if later else (other, key)
                    raise fields_data.table(wrong).error("label", CLASH.fill(label=field.label, field=right))


def _put_after(block: Block, field: Field) -> Block:
    def with_it(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each for key in keys for each in ((key, field.key) if key == field.after else (key,)))

    columns = tuple(replace(column, fields=with_it(column.fields)) for column in block.columns)
    return replace(block, fields=with_it(block.fields), columns=columns)


def _block(data: TomlTable, fields: Mapping[str, Field]) -> Block:
    kind = data.one_of("kind", BLOCK_KINDS)
    block = data.read(
        Block,
        "field",
        kind=kind,
        fields=data.strings("fields") or ((data.value("field", str),) if "field" in data else ()),
        columns=tuple(_column(item, kind, fields) for item in data.tables("columns")),
        rows=tuple(item.read(schema.BlockRow) for item in data.tables("rows")),
        height=data.whole("height", 0, 0, HIGHEST),
        location=data.location,
    )
    for part in ("fields", "columns", "rows", "head"):
        key, given = "field" if part == "fields" and "field" in data else part, getattr(block, part)
        if part in BLOCK_PARTS[kind]:
            data.required(key, given)
        elif given and (part, kind) != ("head", "amounts"):
            raise data.error(key, NO_SUCH_PART.fill(kind=kind, part=key))
    for key in block.fields:
        _require(data, "fields" if "fields" in data else "field", key, fields)
    if kind == "field" and len(block.fields) > 1:
        raise data.error("fields", ONE_FIELD)
    if block.head:
        _require(data, "head", block.head, fields)
    if kind == "matrix" and {len(column.fields) for column in block.columns} != {len(block.rows)}:
        raise data.error("columns", UNEVEN.fill(n=len(block.rows)))
    return block


def _column(data: TomlTable, kind: str, fields: Mapping[str, Field]) -> schema.BlockColumn:
    column = data.read(schema.BlockColumn)
    for key in data.required("fields", column.fields):
        if key or kind != "matrix":
            _require(data, "fields", key, fields)
    return column


def _require(data: TomlTable, place: str, key: str, fields: Mapping[str, Field]) -> None:
    if key not in fields:
        raise data.error(place, NO_FIELD.fill(field=key))


def _tasks(data: TomlTable) -> schema.Tasks:
    items = list(data.tables("columns"))
    columns = []
    for item in items:
        columns.append(item.read(schema.TaskColumn, kind=item.one_of("kind", ("text", "amount"), "text")))
        if not re.fullmatch(r"\w+", columns[-1].key):
            raise item.error("key", BAD_KEY.fill(key=columns[-1].key))
    refuse_twice(items)
    kinds = [kind for kind, _ in groupby(column.kind for column in columns)]
    if kinds[:2] != ["text", "amount"] or kinds.count("amount") > 1:
        raise data.error("columns", TASK_COLUMNS)
    return data.read(schema.Tasks, rows=data.whole("rows", 10, 1, MOST_ROWS), columns=tuple(columns))


def refuse_twice(items: Iterable[TomlTable]) -> None:
    """Raise an error at the second of two items with one key."""
    taken: set[str] = set()
    for item in items:
        key = item.text("key")
        if key in taken:
            raise item.error("key", KEY_TWICE.fill(key=key))
        taken.add(key)


def _indicators(data: TomlTable, levels: Mapping[str, Level], fields: Mapping[str, Field]) -> Indicators:
    if "total" in data:
        _require(data, "total", data.value("total", str), fields)
    header, options = data.table("header"), data.optional_table("options")
    if not {"third", "value"} <= set(header):
        raise data.error("header", NO_HEAD)
    if list(header)[:2] != ["first", "second"]:
        raise data.error("header", HEAD_ORDER)
    if "total" in data and [head for head in header if head in ("weight", "score")] != ["weight", "score"]:
        raise data.error("header", NO_SCORES)
    periods, rows = ([*data.required(key, list(data.tables(key)))] for key in ("periods", "levels"))
    refuse_twice(periods)
    refuse_twice(rows)
    for key in data.strings("first_levels"):
        if key not in levels:
            raise data.error("first_levels", NO_LEVEL.fill(key=key))
    return data.read(
        Indicators,
        header={key: header.text(key) for key in header},
        periods=tuple(item.read(schema.Period) for item in periods),
        levels=tuple(_form_level(item, levels) for item in rows),
        quotas=tuple({k: item.value(k, float) for k in level_keys(item, levels)} for item in data.tables("quotas")),
        options={key: options.strings(key) for key in options},
    )


def _form_level(data: TomlTable, levels: Mapping[str, Level]) -> schema.FormLevel:
    weight = data.value("weight", float) if "weight" in data else None
    level = data.read(schema.FormLevel, rows=data.whole("rows", 1, 1, MOST_ROWS), weight=weight)
    if level.key not in levels:
        raise data.error("key", NO_LEVEL.fill(key=level.key))
    return level


def level_keys(data: TomlTable, levels: Mapping[str, Level]) -> list[str]:
    """The keys of a table, all of which must be levels."""
    for key in data:
        if key not in levels:
            raise data.error(key, NO_LEVEL.fill(key=key))
    return list(data)


# ---------------------------------------------------------------- sums


def read_sums(data: TomlTable, forms: Mapping[str, Form], levels: Mapping[str, Level]) -> tuple[Sum, ...]:
    """All ``[[sums]]`` in their order, each term checked against its form."""
    found: dict[tuple[str, str], Sum] = {}
    severity = data.optional_table("severity")
    for item in data.tables("sums"):
        lost = _lost(data, item, forms, levels)
        if (item.get("severity") == "off" and "total" in item) or (lost and severity.get(item["code"]) == "off"):
            continue
        if lost:
            raise lost
        declared = _sum(item, forms, levels)
        name = declared.code, item.text("name")
        if name in found:
            raise item.error("name", SUM_TWICE.fill(name=" ".join(name)))
        found[name] = declared
    return tuple(found.values())


def _lost(
    data: TomlTable, item: TomlTable, forms: Mapping[str, Form], levels: Mapping[str, Level]
) -> ProfileError | None:
    """The error for an inherited sum that uses what is gone, at the key of the profile's own file that took it away."""
    own, sides = data.location.file, [side for side in ("total", "parts") if side in item]
    texts = [text for side in sides if item.key_locations[side].file is not own for text in item.strings(side)]
    terms = filter(None, map(Term.parse, texts))
    term = next((term for term in terms if _unfit(term, forms, levels)), None)
    if term is None:
        return None
    path = {"tasks": "tasks.columns", "indicators": "indicators.periods"}.get(term.table, f"fields.{term.column}.kind")
    *tables, last = f"forms.{term.form}.{path}".split(".") if term.form in forms else ["forms_order"]
    location = reduce(TomlTable.optional_table, tables, data).key_locations.get(last)
    if location is None or location.file is not own:
        location = data.key_locations["extends"]
    return location.error(SUM_LOST.fill(code=item["code"], name=item["name"], term=term.text))


def _sum(data: TomlTable, forms: Mapping[str, Form], levels: Mapping[str, Level]) -> Sum:
    def terms(key: str) -> tuple[Term, ...]:
        if not data.strings(key):
            raise data.error(key, NO_TERMS)
        return tuple(_term(data, key, text, forms, levels) for text in data.strings(key))

    declared = data.read(
        Sum,
        "name_en",
        name=Text(data.text("name"), data.value("name_en", str, data.text("name"))),
        per=data.one_of("per", PER, "form"),
        total=terms("total"),
        parts=terms("parts"),
        severity=data.one_of("severity", ("error", "warning", "notice", "off"), "error"),
        relation=data.one_of("relation", ("=", ">="), "="),
    )
    if declared.code in declared.follows:
        raise data.error("follows", OWN_CODE.fill(code=declared.code))
    for key in ("total", "parts"):
        for term in getattr(declared, key):
            if problem := _misplaced(declared, key, term, forms):
                raise data.error(key, problem.fill(term=term.text))
    return declared


def _misplaced(declared: Sum, side: str, term: Term, forms: Mapping[str, Form]) -> Text | None:
    """Why a term cannot be compared as often as the sum is to be checked."""
    first = declared.total[0]
    if declared.per == "form" and term.form != first.form:
        return ONE_FORM
    if declared.per == "row" and (term.form, term.table) != (first.form, "tasks"):
        return ONE_TABLE
    if declared.per == "project" and side == "parts":
        by_task, by_name = term.table == "tasks", term.table == "fields" and _has_name(forms.get(term.form))
        if not (by_task or by_name) or term.table != declared.parts[0].table or term.select == "sum":
            return ONE_PROJECT
    both = forms[term.form], forms.get(forms[term.form].same_as)
    return ALONE if term.alone and not (term.table == "fields" and all(map(_has_name, both))) else None


def _has_name(form: Form | None) -> bool:
    return form is not None and schema.PROJECT_NAME in form.fields and form.fields[schema.PROJECT_NAME].kind != "choice"


def _term(data: TomlTable, key: str, text: str, forms: Mapping[str, Form], levels: Mapping[str, Level]) -> Term:
    term = Term.parse(text)
    if term is None:
        raise data.error(key, BAD_TERM.fill(term=text))
    if problem := _unfit(term, forms, levels):
        raise data.error(key, TERM.fill(term=text, problem=problem))
    return term


def _unfit(term: Term, forms: Mapping[str, Form], levels: Mapping[str, Level]) -> Text | None:
    """What an operand uses and its form lacks."""
    form, column = forms.get(term.form), term.column
    if form is None:
        return NO_FORM.fill(form=term.form)
    if term.table == "fields":
        amounts = [key for key, field in form.fields.items() if field.kind == "amount"]
        if column not in amounts:
            return NO_AMOUNT.fill(form=form.key, column=column, guess=guess_of(column, amounts))
    elif term.table == "tasks":
        if form.tasks is None:
            return NO_TASKS.fill(form=form.key)
        if term.select not in TASK_ROWS:
            return NO_ROWS.fill(allowed=", ".join(TASK_ROWS))
        amounts = [each.key for each in form.tasks.amounts]
        if column not in amounts:
            return NO_COLUMN.fill(column=column, guess=guess_of(column, amounts))
    else:
        level, _, period = term.select.partition(":")[0].partition("@")
        if form.indicators is None or level not in levels:
            return NO_INDICATORS.fill(form=form.key, level=level)
        if period and period not in {each.key for each in form.indicators.periods}:
            return NO_PERIOD.fill(form=form.key, period=period)
    return None
