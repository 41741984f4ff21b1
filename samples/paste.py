"""The ten forms as Word lays them out, pasted into Excel: one form per sheet, cells as they were written.

Nothing here looks at the template. Label and value share a cell where they share one on paper, merged cells
are those of the Word table, and what Word prints above and below the table lies in the cells around it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import xlsxwriter
from page import STYLES, Sheet, Span, write

from perfxl.profiles.schema import Form, Profile


def workbook(profile: Profile, data: Mapping[str, Any]) -> bytes:
    """The pasted workbook of ``forms.toml``."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2020, 2, 5, 9, 30)})  # noqa: DTZ001 - the file knows no time zone
    formats = {name: book.add_format(style) for name, style in STYLES.items()}
    by_sheet = {form["sheet"]: form for form in data["forms"]}
    for name in data["pasted_order"]:
        write(book.add_worksheet(name), _sheet(profile, by_sheet[name]), formats)
    book.close()
    return buffer.getvalue()


def _sheet(profile: Profile, form: Mapping[str, Any]) -> Sheet:
    kind = profile.forms[form["form"]]
    widths, table = {
        "project": ((15.0, 9.0, 15.0, 29.0, 21.0), _project),
        "fund": ((9.0, 8.0, 10.0, 18.0, 10.0, 10.0, 14.0, 10.0), _fund),
        "department": ((14.0, 8.0, 12.0, 27.0, 11.0, 11.0, 11.0), _department),
    }[kind.key]
    sheet = Sheet(widths)
    _above(sheet, kind, form)
    table(sheet, profile, kind, form)
    _below(sheet, kind, form)
    return sheet


def _above(sheet: Sheet, kind: Form, form: Mapping[str, Any]) -> None:
    fields, cells = form["fields"], form["cells"]
    last = sheet.across[1]
    sheet.put((0, 0), kind.attachment + ("" if kind.key == "department" else "："), "plain")
    sheet.row += 1
    sheet.line(kind.title, "title")
    sheet.line(f"（{fields['year']}度）", "centre")
    sheet.put((0, 0), cells.get("reporter", "填报单位（盖章）") + fields["reporter"], "plain")
    if "head" in fields:
        sheet.put((3, 3), cells["head"] + fields["head"], "plain")
    else:
        sheet.put((last, last), "金额单位：万元", "right")
    sheet.row += 1


def _below(sheet: Sheet, kind: Form, form: Mapping[str, Any]) -> None:
    fields = form["fields"]
    sheet.put((0, 0), f"填报人：{fields['filler']}", "plain")
    sheet.row += 1
    sheet.put((0, 0), f"联系电话：{fields['phone']}     填报日期：{fields['date']}", "plain")
    sheet.row += 2
    sheet.line(f"《{kind.title}》填报说明", "heading")
    for paragraph in kind.instructions.splitlines():
        sheet.line(paragraph, "paragraph")


def _project(sheet: Sheet, profile: Profile, kind: Form, form: Mapping[str, Any]) -> None:
    fields, cells = form["fields"], form["cells"]
    sheet.pair("项目名称", fields["project_name"])
    sheet.pair("预算单位", fields["unit"])
    _stack(sheet, "项目资金（万元）", [((1, 4), (cells["total"], cells["fiscal"], cells["other"]))])
    _stack(sheet, "总体目标", [((1, 4), ("年度目标", fields["year_goal"]))], head=True)
    sides = [((2, 2), (3, 3), (4, 4), "year")]
    _indicators(sheet, profile, kind, form, (1, 1), sides)
    sheet.pair("预算部门、财政部门审核意见", cells["review"])


def _fund(sheet: Sheet, profile: Profile, kind: Form, form: Mapping[str, Any]) -> None:
    fields, cells = form["fields"], form["cells"]
    sheet.pair("项目名称", fields["project_name"])
    sheet.pair("预算单位", fields["unit"])
    sheet.put((0, 0), "项目类型", "label")
    for span, choice in zip(((1, 2), (3, 3), (4, 5), (6, 7)), cells["project_type"], strict=True):
        sheet.put(span, choice, "label")
    sheet.row += 1
    overview = ("plan", "fund_rules", "allocation", "grounds", "scope", "conditions", "span")
    sheet.put((0, 0), "项目概况", "label", rows=len(overview))
    for key in overview:
        sheet.put((1, 2), kind.fields[key].label, "label")
        sheet.put((3, 7), cells.get(key, fields[key]))
        sheet.row += 1
    left, right = (1, 4), (5, 7)
    long, year = (tuple(cells[p + key] for key in ("total", "fiscal", "other")) for p in ("long_", ""))
    _stack(sheet, "项目资金（万元）", [(left, long), (right, year)])
    goals = [(left, (cells["long_goal"], fields["long_goal"])), (right, ("年度目标", fields["year_goal"]))]
    _stack(sheet, "总体目标", goals, head=True)
    sides = [((2, 2), (3, 3), (4, 4), "long"), ((5, 5), (6, 6), (7, 7), "year")]
    _indicators(sheet, profile, kind, form, (1, 1), sides)
    sheet.pair("财政部门审核意见", cells["review"])


def _department(sheet: Sheet, profile: Profile, kind: Form, form: Mapping[str, Any]) -> None:
    fields, cells = form["fields"], form["cells"]
    sheet.pair("部门名称", fields["unit"])
    sheet.put((0, 0), cells["budget"], "label", rows=3)
    sheet.put((1, 6), cells["total"])
    for span, head, text in (((1, 3), "按收入性质分", cells["income"]), ((4, 6), "按支出性质分", cells["expenditure"])):
        sheet.put(span, head, "label", down=1)
        sheet.put(span, text, down=2)
    sheet.row += 3
    sheet.pair("部门职能职责概述", fields["duties"])
    _tasks(sheet, form)
    sheet.pair("年度总体目标", fields["year_goal"])
    _indicators(sheet, profile, kind, form, (1, 1), [((2, 2), (3, 4), (5, 6), "year")])
    sheet.pair(cells["review_label"], cells["review"])


def _stack(sheet: Sheet, label: str, sides: list[tuple[Span, tuple[str, ...]]], head: bool = False) -> None:
    """A label over several rows, beside it columns of cells; with ``head`` the first of them are labels."""
    height = len(sides[0][1])
    sheet.put((0, 0), label, "label", rows=height)
    for span, texts in sides:
        for down, text in enumerate(texts):
            sheet.put(span, text, "label" if head and down == 0 else "text", down=down)
    sheet.row += height


def _tasks(sheet: Sheet, form: Mapping[str, Any]) -> None:
    spans = ((1, 2), (3, 3), (4, 4), (5, 5), (6, 6))
    sheet.put((0, 0), "年度主要任务", "label", rows=len(form["tasks"]) + 3)
    sheet.put(spans[0], "任务名称", "label", rows=2)
    sheet.put(spans[1], "主要内容", "label", rows=2)
    sheet.put((4, 6), "预算金额", "label")
    for span, text in zip(spans[2:], ("总额", "财政拨款", "其他资金"), strict=True):
        sheet.put(span, text, "label", down=1)
    sheet.row += 2
    for task in form["tasks"]:
        for span, text in zip(spans, task, strict=True):
            sheet.put(span, text)
        sheet.row += 1
    sheet.put((1, 3), "金额合计", "label")
    for span, text in zip(spans[2:], form["task_sum"], strict=True):
        sheet.put(span, text)
    sheet.row += 1


def _indicators(
    sheet: Sheet,
    profile: Profile,
    kind: Form,
    form: Mapping[str, Any],
    first: Span,
    sides: list[tuple[Span, Span, Span, str]],
) -> None:
    """The indicator table: ``sides`` are the spans of 二级指标, 三级指标, 指标值 and the period they hold."""
    cells, sets = form["cells"], form["indicators"]
    assert kind.indicators is not None  # noqa: S101 - every form of this profile has indicators
    heights = {
        level.key: max(len(pairs.get(level.key, ())) for pairs in sets.values()) for level in kind.indicators.levels
    }
    label = cells.get("indicators", kind.indicators.label)
    sheet.put((0, 0), label, "label", rows=1 + sum(heights.values()))
    sheet.put(first, "一级指标", "label")
    for second, third, value, _ in sides:
        sheet.put(second, "二级指标", "label")
        sheet.put(third, "三级指标", "label")
        sheet.put(value, cells.get("value_head", kind.indicators.header["value"]), "label")
    sheet.row += 1
    begun = ""
    for key, height in heights.items():
        level = profile.levels[key]
        if level.parent != begun:
            begun = level.parent
            rows = sum(n for other, n in heights.items() if profile.levels[other].parent == begun)
            sheet.put(first, cells.get(begun, profile.levels[begun].name), "label", rows=rows)
        for second, third, value, period in sides:
            name = cells.get(key, level.name)
            pairs = sets[period].get(key, [])
            _level(sheet, (second, third, value), name, pairs, height, key in cells.get("unmerged", ()))
        sheet.row += height


def _level(
    sheet: Sheet, spans: tuple[Span, Span, Span], name: str, pairs: list[tuple[str, str]], height: int, unmerged: bool
) -> None:
    """One second level of one period; a period left out holds the full-width blanks of the original."""
    second, third, value = spans
    if pairs and not unmerged and height:
        sheet.put(second, name, "label", rows=height)
    for down, (text, number) in enumerate(pairs or [("\u3000", "")] * height):
        if unmerged or not pairs:
            sheet.put(second, name if pairs else "\u3000", "label", down=down)
        sheet.put(third, text, down=down)
        sheet.put(value, number, down=down)
