"""Indicators filled with a mark that says nothing: 无, /, ××, the template's own ≥**."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.lang import Lang, Text
from perfxl.model import Severity
from perfxl.rules._wording import usual
from perfxl.rules.rule import At, rule
from perfxl.tables import Tables, by_file, name_ref, ref
from perfxl.values import parse_value, squeeze


@rule(
    "COMPLETE-12",
    Severity.WARNING,
    name=Text("用符号代替内容", "Placeholder"),
    what=Text(
        "指标名称和指标值不能只写“无”“/”“同上”等，也不能留着表样的“≥**”",
        "Names and values are not just 无, / or 同上, nor the template's ≥**",
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
def placeholder(tables: Tables, lang: Lang) -> Iterator[At]:
    """One finding a file. The marks are the profile's ``placeholders``; a name that is a bare number is one too."""
    lines, words = tables.indicators, tables.profile.words
    short = lines["name_key"].map(len) <= _LONGEST
    for found in by_file(lines, (lines["kind"] == "placeholder") | short):
        marks = []
        for line in found:
            name = squeeze(line.name)
            if name and (name.isdigit() or parse_value(name, words).kind == "placeholder"):
                marks.append((name_ref(line), line.name))
            if line.kind == "placeholder":
                marks.append((ref(line), line.value))
        if marks:
            values = {"n": len(marks), "values": usual(text for _, text in marks)}
            yield At(tuple(cell for cell, _ in marks), values, written=marks[0][1])


#: no placeholder is longer
_LONGEST = 4
