"""TOML -> ``Profile``. A wrong file gets an error that names the file and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from perfxl.lang import Text
from perfxl.profiles.node import Node, ProfileError
from perfxl.profiles.schema import (
    Block,
    Column,
    Field,
    Form,
    FormLevel,
    Indicators,
    Level,
    Period,
    Profile,
    TaskColumn,
    Tasks,
)
from perfxl.profiles.sums import Sum, Term
from perfxl.values import Words, label_key

FIELD_KINDS = {"text", "long_text", "amount", "year", "choice", "date", "phone", "span", "review"}
BLOCK_KINDS = {"line", "field", "group", "amounts", "goals", "tasks", "indicators"}
PER = {"form", "row", "project", "submission"}


def built_in() -> tuple[str, ...]:
    """Ids of the profiles that come with perfxl."""
    folder = resources.files("perfxl.profiles")
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".toml")))


@cache
def load(name: str) -> Profile:
    """Load a built-in profile by id, or a user's own by the path of its ``.toml`` file.

    Raises ``ProfileError`` when there is no such profile or the file says something that cannot be used.
    """
    if name in built_in():
        text = (resources.files("perfxl.profiles") / f"{name}.toml").read_text("utf-8")
    elif name.endswith(".toml"):
        try:
            text = Path(name).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ProfileError(f"{name}: {error}") from error
    else:
        raise ProfileError(f"no profile {name!r}; there are: {', '.join(built_in())}")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{name}: {error}") from error
    return _profile(Node(name, "", data))


def _profile(node: Node) -> Profile:
    node.only(Profile, "title_en", "money", "forms_order")
    levels = {level.key: level for level in map(_level, node.nodes("levels"))}
    forms_node = node.node("forms")
    order = node.strings("forms_order") or tuple(forms_node.data)
    forms = {key: _form(key, forms_node.node(key), levels) for key in order}
    words = node.node("words")
    headers = node.node("headers")
    money = node.node("money")
    return Profile(
        id=node.get("id", str),
        version=node.get("version", int, 1),
        year=node.get("year", int),
        title=Text(node.get("title", str), node.get("title_en", str, node.get("title", str))),
        basis=node.strings("basis"),
        measure=money.one_of("measure", {"元", "千元", "万元", "亿元"}),
        decimals=money.get("decimals", int, 2),
        forms=forms,
        levels=levels,
        headers={key: frozenset(map(label_key, headers.strings(key))) for key in headers.data},
        sums=tuple(_sum(item, forms) for item in node.nodes("sums")),
        limits={key: node.node("limits").get(key, float) for key in node.node("limits").data},
        severity={
            key: node.node("severity").one_of(key, {"error", "warning", "notice", "off"})
            for key in (node.node("severity").data if "severity" in node.data else ())
        },
        sources={
            key: node.node("sources").get(key, str)
            for key in (node.node("sources").data if "sources" in node.data else ())
        },
        words=Words(frozenset(words.strings("graded")), frozenset(words.strings("placeholders"))),
        basic_tasks=words.strings("basic_tasks"),
        name_noise=words.strings("name_noise"),
        other_cost=words.strings("other_cost"),
        lexicon={key: words.strings(key) for key in words.data if key != "typos"},
        belongs=_belongs(node, levels),
        typos=_typos(words),
    )


def _typos(words: Node) -> dict[str, str]:
    typos = words.node("typos") if "typos" in words.data else None
    return {key: typos.get(key, str) for key in typos.data} if typos else {}


def _belongs(node: Node, levels: Mapping[str, Level]) -> dict[str, tuple[str, ...]]:
    if "belongs" not in node.data:
        return {}
    belongs = node.node("belongs")
    for key in belongs.data:
        if key not in levels:
            raise belongs.fail(key, "is not a level of this profile")
    return {key: belongs.strings(key) for key in belongs.data}


def _level(node: Node) -> Level:
    node.only(Level)
    return Level(node.get("key", str), node.get("name", str), node.get("parent", str, ""), node.strings("synonyms"))


def _form(key: str, node: Node, levels: Mapping[str, Level]) -> Form:
    node.only(Form)
    fields_node = node.node("fields")
    fields = {name: _field(name, fields_node.node(name)) for name in fields_node.data}
    return Form(
        key=key,
        attachment=node.get("attachment", str, ""),
        title=node.get("title", str),
        synonyms=node.strings("synonyms"),
        title_en=node.get("title_en", str, node.get("title", str)),
        sheet=node.get("sheet", str),
        fields=fields,
        blocks=tuple(_block(item, fields) for item in node.nodes("blocks")),
        indicators=_indicators(node.node("indicators"), levels) if "indicators" in node.data else None,
        tasks=_tasks(node.node("tasks")) if "tasks" in node.data else None,
        instructions=node.get("instructions", str, "").strip(),
        required=node.get("required", bool, False),
        repeats=node.get("repeats", bool, False),
        same_as=node.get("same_as", str, ""),
    )


def _field(key: str, node: Node) -> Field:
    node.only(Field)
    return Field(
        key=key,
        label=node.get("label", str),
        synonyms=node.strings("synonyms"),
        kind=node.one_of("kind", FIELD_KINDS, "text"),
        required=node.get("required", str, ""),
        period=node.get("period", str, ""),
        options=node.strings("options"),
        hint=node.get("hint", str, ""),
        note=node.get("note", str, ""),
    )


def _block(node: Node, fields: Mapping[str, Field]) -> Block:
    node.only(Block, "field")
    columns = tuple(Column(item.strings("fields"), item.get("label", str, "")) for item in node.nodes("columns"))
    block = Block(
        kind=node.one_of("kind", BLOCK_KINDS),
        label=node.get("label", str, ""),
        fields=node.strings("fields") or ((node.get("field", str),) if "field" in node.data else ()),
        head=node.get("head", str, ""),
        columns=columns,
        right=node.get("right", str, ""),
        height=node.get("height", int, 0),
    )
    named = [
        *block.fields,
        *(key for column in columns for key in column.fields),
        *filter(None, [block.head]),
    ]
    for key in named:
        if key not in fields:
            raise node.fail("fields", f"{key!r} is not a field of this form")
    return block


def _tasks(node: Node) -> Tasks:
    node.only(Tasks)
    columns = []
    for item in node.nodes("columns"):
        item.only(TaskColumn)
        kind = item.one_of("kind", {"text", "amount"}, "text")
        columns.append(TaskColumn(item.get("key", str), item.get("label", str), item.strings("synonyms"), kind))
    return Tasks(
        label=node.get("label", str),
        rows=node.get("rows", int, 10),
        sum_label=node.get("sum_label", str),
        sum_synonyms=node.strings("sum_synonyms"),
        amounts_label=node.get("amounts_label", str),
        columns=tuple(columns),
    )


def _indicators(node: Node, levels: Mapping[str, Level]) -> Indicators:
    node.only(Indicators)
    rows = []
    for item in node.nodes("levels"):
        item.only(FormLevel)
        key = item.get("key", str)
        if key not in levels:
            raise item.fail("key", f"{key!r} is not a level of this profile")
        weight = item.get("weight", float) if "weight" in item.data else None
        rows.append(FormLevel(key, item.get("rows", int, 1), item.get("required", str, ""), weight))
    return Indicators(
        label=node.get("label", str),
        synonyms=node.strings("synonyms"),
        header=dict(node.get("header", dict)),
        periods=tuple(Period(p.get("key", str), p.get("label", str)) for p in node.nodes("periods")),
        levels=tuple(rows),
        first_levels=node.strings("first_levels"),
        weight_total=node.get("weight_total", float, 100.0),
    )


def _sum(node: Node, forms: Mapping[str, Form]) -> Sum:
    node.only(Sum, "name_en")
    return Sum(
        code=node.get("code", str),
        name=Text(node.get("name", str), node.get("name_en", str, node.get("name", str))),
        per=node.one_of("per", PER, "form"),
        total=_terms(node, "total", forms),
        parts=_terms(node, "parts", forms),
        severity=node.one_of("severity", {"error", "warning", "notice"}, "error"),
        source=node.get("source", str, ""),
        relation=node.one_of("relation", {"=", ">="}, "="),
        follows=node.strings("follows"),
    )


def _terms(node: Node, key: str, forms: Mapping[str, Form]) -> tuple[Term, ...]:
    terms = []
    for text in node.strings(key):
        try:
            term = Term.parse(text)
        except ValueError as error:
            raise node.fail(key, str(error)) from error
        form = forms.get(term.form)
        if form is None:
            raise node.fail(key, f"{text!r}: there is no form {term.form!r}")
        if term.table == "fields" and term.column not in form.fields:
            raise node.fail(key, f"{text!r}: {term.form} has no field {term.column!r}")
        if term.table == "tasks" and (
            form.tasks is None or term.column not in {column.key for column in form.tasks.amounts}
        ):
            raise node.fail(key, f"{text!r}: the task table has no amount column {term.column!r}")
        terms.append(term)
    if not terms:
        raise node.fail(key, "names no term")
    return tuple(terms)
