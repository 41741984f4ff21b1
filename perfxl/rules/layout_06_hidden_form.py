"""A form on a hidden sheet: it is checked like any other, and its sender may have forgotten it."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "LAYOUT-06",
    Severity.NOTICE,
    name=Text("申报表在隐藏的工作表上", "A form on a hidden sheet"),
    what=Text(
        "隐藏的工作表照常审核，其中填有申报表时给出提示",
        "Hidden sheets are checked like others; a filled form on one is pointed out",
    ),
    message=Text(
        "这张表所在的工作表是隐藏的，已照常审核，金额也计入勾稽。要报的请取消隐藏，不报的请删除后重新报送。",
        "This form stands on a hidden sheet. It was checked, and its amounts count. "
        "Show the sheet if it belongs to the return, delete it if not, and send the workbook again.",
    ),
    group="file",
    why=Text(
        "看不见的表容易是旧稿或别的项目留下的，数字却会进入合计。",
        "A sheet that nobody sees is often an old draft, yet its figures enter the sums.",
    ),
    fix=Text(
        "右键单击任一工作表标签，选“取消隐藏”，再决定保留还是删除。",
        "Right-click a tab, choose Unhide, keep or delete it.",
    ),
    wrong=Text("“项目4”填好后被隐藏", "“项目4” is filled in and hidden"),
    right=Text("要报的表都看得见，不报的表已删除", "Every form of the return is visible, all others are deleted"),
)
def hidden_form(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One notice a file. A blank form on a hidden sheet is a spare one of the template."""
    forms = tables.forms
    for row in rows(forms, forms["hidden"] & ~forms["blank"]):
        yield Hit((ref(row),))
