"""Who filled in the form, when, and for which unit, is not said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import empty_fields
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "COMPLETE-02",
    Severity.WARNING,
    name=Text("填报信息不全", "Signature line incomplete"),
    what=Text(
        "填报单位、负责人、填报人、电话、日期应填写",
        "Reporting unit, head, author, phone and date should be filled in",
    ),
    message=Text(
        "没有填写：{each}。请补填（签名、盖章在报送纸质件时办理）。",
        "Not filled in: {each}. Please add it (signature and seal go on the paper copy).",
    ),
    group="file",
    basic=True,
    follows=("COMPLETE-19",),
    why=Text("没有填报人和电话，有问题时联系不到经办人。", "Without a name and a number nobody can be asked."),
    fix=Text(
        "补填单位、姓名、电话和日期；签名、盖章在纸质件上办理。",
        "Add unit, names, phone and date; signature and seal go on the paper copy.",
    ),
    wrong=Text("填报人：张三　联系电话：（空）", "填报人: 张三　联系电话: empty"),
    right=Text("填报人：张三　联系电话：0734-0000000", "填报人: 张三　联系电话: 0734-0000000"),
)
def signature_line_empty(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile says which fields: ``required = "COMPLETE-02"``."""
    for at in empty_fields(tables, "COMPLETE-02"):
        yield replace(at, values={}, each=f"“{at.values['label']}”")
