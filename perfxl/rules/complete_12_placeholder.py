"""Indicators filled with a mark that says nothing: 无, /, ××, the template's own ≥**."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._fields import declared
from perfxl.rules._prose import Prose, prose
from perfxl.rules._wording import shown, usual
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_file, by_form, name_ref, ref
from perfxl.values import squeeze
from perfxl.values.text import is_placeholder

FIELD = Text(
    "“{label}”只写了“{text}”，等于没有填。请填写实际内容；确实没有的，请写明原因。",
    "“{label}” says no more than “{text}”. Fill it in; where there is none, say why.",
)
LEFT = Text(
    "有 {n} 处文字里还留着{marks}（{values}）。请换成实际内容。",
    "{marks} still stands in {n} texts ({values}). Please write what is meant.",
)
ALIKE = Text(
    "这张表 {n} 条指标的指标值都是“{value}”，像是没有逐条填写。请逐条填写实际的目标值。",
    "All {n} values of this form are “{value}”, as if they had not been filled in one by one. Please do so.",
)


@table_rule(
    "COMPLETE-12",
    Severity.WARNING,
    name=Text("用符号代替内容", "Placeholder"),
    what=Text(
        "指标和必填的栏目不能只写“无”“/”“同上”等，也不能留着表样的“≥**”“××”；指标值不能都是同一个数",
        "Indicators and required fields are not just 无, / or 同上, no ≥** or ×× is left, and not all values are alike",
    ),
    message=Text(
        "有 {n} 处指标只写了{values}，等于没有填。请填写实际内容；确实没有这项指标的，名称和指标值都留空。",
        "{n} cells say no more than {values}. Fill them in; where there is no such indicator, leave both name and "
        "value empty.",
    ),
    needs="indicators",
    why=Text("写“无”“/”等于没有填，还会被当成一条指标。", "无 or / says nothing and yet counts as an indicator."),
    fix=Text(
        "填写实际内容；没有这项指标的，名称和指标值都清空。",
        "Fill it in; where there is no such indicator, clear both name and value.",
    ),
    wrong=Text("查询服务次数：/", "查询服务次数: /"),
    right=Text("查询服务次数：≥300次", "查询服务次数: ≥300次"),
)
def placeholder(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a file for indicators, one for marks among words, one a field, one a form whose values are all alike.

    The marks are the profile's ``placeholders``; a name that is a bare number, or the template's 指标1, is one too.
    """
    told: set[Ref] = set()
    for found in _indicators(tables):
        told.update(found.cells)
        yield found
    yield from _fields(tables)
    yield from _among_words([item for item in prose(tables) if item.ref not in told])
    yield from _alike(tables)


def _indicators(tables: Tables) -> Iterator[Hit]:
    lines, words = tables.indicators, tables.profile.words.placeholders
    short = lines["name_key"].map(len) <= _LONGEST
    for found in by_file(lines, (lines["kind"] == "placeholder") | short):
        marks = []
        for line in found:
            name = squeeze(line.name)
            if name and _says_nothing(name, words):
                marks.append((name_ref(line), line.name))
            if line.kind == "placeholder":
                marks.append((ref(line), line.value))
        if marks:
            values = {"n": len(marks), "values": usual(text for _, text in marks)}
            yield Hit(tuple(cell for cell, _ in marks), values, written=marks[0][1])


def _says_nothing(name: str, marks: frozenset[str]) -> bool:
    """A number, the template's own name, a mark and nothing else; ××人员查询次数 says what is meant."""
    bare = _NAMED.fullmatch(name) or not _MARK.sub("", name)
    return bool(bare) or name.isdigit() or is_placeholder(name, marks)


def _fields(tables: Tables) -> Iterator[Hit]:
    """Fields of words that must be filled in."""
    marks = tables.profile.words.placeholders
    words = declared(tables, lambda field: bool(field.required) and field.kind in ("text", "long_text"), filled=True)
    for row, _ in words:
        if is_placeholder(row.text, marks):
            yield Hit((ref(row),), {"label": row.label, "text": shown(row.text)}, written=row.text, message=FIELD)


def _among_words(items: list[Prose]) -> Iterator[Hit]:
    found: dict[str, list[tuple[Prose, re.Match[str]]]] = {}
    for item in items:
        if mark := _MARK.search(item.text):
            found.setdefault(item.ref.file, []).append((item, mark))
    for places in found.values():
        values = {
            "n": len(places), "marks": usual(mark[0] for _, mark in places),
            "values": usual(_shorter(mark) for _, mark in places),
        }  # fmt: skip
        yield Hit(tuple(item.ref for item, _ in places), values, written=places[0][0].text, message=LEFT)


def _alike(tables: Tables) -> Iterator[Hit]:
    lines = tables.indicators
    for found in by_form(lines, (lines["value"] != "") & (lines["kind"] != "placeholder")):
        several = len({line.second for line in found}) > 1
        if several and len(found) >= _MANY and len({squeeze(line.value) for line in found}) == 1:
            values = {"n": len(found), "value": shown(found[0].value)}
            yield Hit(tuple(map(ref, found)), values, written=found[0].value, message=ALIKE)


def _shorter(mark: re.Match[str]) -> str:
    start = max(0, mark.start() - _AROUND)
    return mark.string[start : mark.end() + _AROUND]


#: no placeholder is longer: 三级指标名称, 三级指标12
_LONGEST = 6
#: so many values that are all the same were not filled in one by one
_MANY = 5
#: so much of a text is shown on either side of a mark
_AROUND = 6
_NAMED = re.compile(r"(?:三级)?指标(?:[0-9]+|名称|内容)?:?")
_MARK = re.compile(r"\*{2,}|(?<![0-9A-Za-z])[×xX]{2,}(?![0-9A-Za-z])|_{2,}|○{2,}")
