"""``perfxl cells``: the role of each cell of a workbook, and how its value is understood."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from perfxl.cli.options import SEMICOLON, Command, Option, json_option, load_profile, profile_option
from perfxl.cli.output import print_json, print_table
from perfxl.model import Lang, Text, UserError, column_letters, listed

if TYPE_CHECKING:
    from perfxl.profiles import Form, Profile
    from perfxl.reading import CellRole, ExplainedCell, ExplainedSheet
    from perfxl.sources import Received
    from perfxl.values import Value

ABOUT = Text(
    "逐格说明读到了什么、当作什么：标签、填写的内容、指标级别、任务金额等，理解成多少，没有读的为什么没有读。"
    "各种能审核的格式都可以；压缩包里的文件逐个说明。",
    "Tell cell by cell what was read, and as what: labels, values, levels, amounts of tasks; how it was understood, "
    "and why a cell was left out. Takes every format that can be checked; the files of an archive one by one.",
)
SHORT = Text("逐格说明一份申报表读到了什么。", "Show what was read of a return, cell by cell.")
SHEET = Text("只看这张工作表。", "Only this sheet.")
NO_SHEET = Text("没有工作表“{name}”，有：{known}。", "There is no sheet “{name}”; there are: {known}.")
UNREADABLE = Text("{file}：{reason}", "{file}: {reason}")
HEADS = (Text("单元格", "cell"), Text("内容", "text"), Text("读作", "read as"), Text("理解为", "understood as"))
#: on the screen a longer text is cut
SHOWN = 36

ROLES = {
    "title": Text("表名：{form}", "title of the form {form}"),
    "label": Text("“{label}”的标签", "label of {label}"),
    "value": Text("“{label}”的内容", "value of {label}"),
    "task": Text("任务的“{label}”", "task: {label}"),
    "line": Text("{label}", "{label}"),
    "level": Text("指标级别：{label}", "level {label}"),
    "head": Text("表头或栏目名", "head"),
    "unused": Text("“{label}”栏，不审核", "column “{label}”, not checked"),
    "note": Text("说明文字，不读", "a note, not read"),
    "mark": Text("符号、编号或空白标记，不读", "marks or numbers of rows, not read"),
    "heading": Text("表头以上的文字，不读", "words above the form, not read"),
    "beside": Text("表格以外的内容，不读", "beside the table, not read"),
    "text": Text("其他文字，不读", "other words, not read"),
    "unread": Text("未识别（LAYOUT-07）", "could not be placed (LAYOUT-07)"),
    "covered": Text("位于合并单元格之下，未读取", "lies under a merged area, not read"),
    "outside": Text("不在申报表之内，不读", "outside the forms, not read"),
    "ignored": Text("这张工作表上没有认出申报表，不读", "no form was recognised on this sheet, not read"),
    "own": Text("审核时加的问题清单，不读", "the list of findings of an annotated copy, not read"),
}
COLUMNS = {
    "third": Text("指标名称", "name of the indicator"),
    "value": Text("指标值", "value of the indicator"),
    "operator": Text("指标值的符号", "sign of the value"),
    "measure": Text("指标值的计量单位", "measure of the value"),
    "weight": Text("指标的分值", "weight of the indicator"),
    "actual": Text("实际完成值", "actual value"),
    "score": Text("得分", "score"),
    "reason": Text("偏差原因", "reason"),
}
UNKNOWN_LEVEL = Text("表式里没有的级别", "not known to the profile")
HIDDEN = Text("（隐藏）", " (hidden)")
WAN = Text("{amount} 万元", "{amount} 万元")
TICKED = Text("勾选：{options}", "ticked: {options}")
NO_TICK = Text("没有勾选", "nothing ticked")
COUNTS_AS_BLANK = Text("等于没填", "says nothing")
NOT_UNDERSTOOD = Text("无法识别为数", "no figure can be read")
NOTHING_READ = Text("错误值或没有结果的公式，读不到", "an error or a formula without a result, nothing read")
WORDS = Text("文字", "words")


def commands(lang: Lang) -> list[click.Command]:
    """``perfxl cells`` with its help in one language."""
    params = [
        click.Argument(["file"], metavar="FILE"),
        Option(["--sheet"], metavar="NAME", help=SHEET.render(lang)),
        profile_option(lang),
        json_option(lang),
    ]
    return [Command("cells", lang, ABOUT, show_cells, params, SHORT)]


def show_cells(file: str, sheet: str | None, profile: str, as_json: bool, lang: Lang) -> int:
    """Show the cells; the exit code. Raises a ``UserError`` for a file that cannot be read."""
    form = load_profile(profile)
    from perfxl.sources import collect

    files, problems = collect([file])
    if problems:
        raise UserError(problems[0].reason, path=problems[0].path)
    found = [(item.file, _chosen(_read(item, form), sheet)) for item in files]
    if as_json:
        print_json(
            [{"file": name, "sheets": [_sheet_data(one, form, lang) for one in sheets]} for name, sheets in found]
        )
        return 0
    for name, sheets in found:
        if len(found) > 1:
            click.secho(name, bold=True)
        for one in sheets:
            _show(one, form, lang)
    return 0


def _read(item: Received, form: Profile) -> list[ExplainedSheet]:
    from perfxl.engine.parts import bytes_of
    from perfxl.formats import Unreadable
    from perfxl.reading import explain
    from perfxl.untrusted import run

    try:
        if item.reason is not None:
            raise Unreadable(item.reason, "archive")
        return run(explain, bytes_of(item.path), form)
    except Unreadable as error:
        raise UserError(UNREADABLE, file=item.file, reason=error.reason) from error
    except OSError as error:
        raise UserError(UNREADABLE, file=item.file, reason=error.strerror or type(error).__name__) from error


def _chosen(sheets: list[ExplainedSheet], name: str | None) -> list[ExplainedSheet]:
    if name is None:
        return [one for one in sheets if one.cells]
    chosen = [one for one in sheets if one.sheet == name]
    if not chosen:
        raise UserError(NO_SHEET, name=name, known=listed(one.sheet for one in sheets))
    return chosen


def _show(sheet: ExplainedSheet, form: Profile, lang: Lang) -> None:
    """Print a sheet: a table on a terminal, lines with tabs to a file or a pipe."""
    rows = [_row(cell, form, lang) for cell in sheet.cells]
    if sys.stdout.isatty():
        click.secho(f"\n{sheet.sheet}", bold=True)
        if rows:
            short = [[text if len(text) <= SHOWN else f"{text[:SHOWN]}…" for text in row] for row in rows]
            print_table(HEADS, short, lang)
        return
    for row in rows:
        click.echo("\t".join((sheet.sheet, *row)))


def _row(cell: ExplainedCell, form: Profile, lang: Lang) -> list[str]:
    words = [understood(one, form, cell.form, lang) for one in cell.seen]
    known = SEMICOLON.render(lang).join(filter(None, [NOTHING_READ.render(lang)] if cell.without_value else words))
    return [f"{column_letters(cell.col)}{cell.row}", " ".join(cell.text.split()), read_as(cell, form, lang), known]


def _sheet_data(sheet: ExplainedSheet, form: Profile, lang: Lang) -> dict[str, Any]:
    forms = dict.fromkeys(cell.form.key for cell in sheet.cells if cell.form)
    return {"sheet": sheet.sheet, "forms": list(forms), "cells": [_cell_data(one, form, lang) for one in sheet.cells]}


def _cell_data(cell: ExplainedCell, form: Profile, lang: Lang) -> dict[str, Any]:
    return {
        "cell": f"{column_letters(cell.col)}{cell.row}",
        "text": cell.text,
        "form": cell.form.key if cell.form else "",
        "hidden": cell.hidden,
        "silent": cell.without_value,
        "read_as": read_as(cell, form, lang),
        "parts": [facts(one, form, cell.form) for one in cell.seen],
    }


def read_as(cell: ExplainedCell, profile: Profile, lang: Lang) -> str:
    """Every role of a cell, in words."""
    form = cell.form.name(lang) if cell.form else ""
    roles = (ROLES[one.role].render(lang, label=_label(one, profile, cell.form, lang), form=form) for one in cell.seen)
    return SEMICOLON.render(lang).join(roles) + (HIDDEN.render(lang) if cell.hidden else "")


def _label(seen: CellRole, profile: Profile, form: Form | None, lang: Lang) -> str:
    if seen.role == "unused":
        return str(seen.value)
    if seen.role == "level":
        return profile.levels[seen.key].name if seen.key else UNKNOWN_LEVEL.render(lang)
    if seen.role == "line":
        return COLUMNS[seen.key].render(lang)
    if form is not None and seen.role in ("label", "value"):
        return form.fields[seen.key].plain_label
    if form is not None and form.tasks and seen.role == "task":
        return next(column.label for column in form.tasks.columns if column.key == seen.key)
    return ""


def understood(seen: CellRole, profile: Profile, form: Form | None, lang: Lang) -> str:
    """The value in words, ``""`` where it is the text of the cell itself."""
    from perfxl.values import Amount, Value, wan

    value = seen.value
    if isinstance(value, Amount) and value.fen is not None:
        return WAN.render(lang, amount=wan(value.fen))
    if isinstance(value, Amount):
        return (COUNTS_AS_BLANK if value.state in ("blank", "placeholder") else NOT_UNDERSTOOD).render(lang)
    if isinstance(value, Value):
        return _value_words(value, lang)
    if seen.role == "value" and form is not None and form.fields[seen.key].kind == "choice":
        return TICKED.render(lang, options=value) if value else NO_TICK.render(lang)
    return value if seen.role == "value" and form and form.fields[seen.key].kind == "year" else ""


def _value_words(value: Value, lang: Lang) -> str:
    from perfxl.values import wan

    if value.kind in ("empty", "placeholder"):
        return COUNTS_AS_BLANK.render(lang)
    if value.kind == "unread":
        return NOT_UNDERSTOOD.render(lang)
    if not value.numbers:
        return WORDS.render(lang)
    if value.fen is not None:
        return f"{value.operator} {WAN.render(lang, amount=wan(value.fen))}".strip()
    if value.kind in ("date", "period"):
        return f"{value.operator} {'~'.join(map(_day, value.numbers))}".strip()
    numbers = "~".join(f"{number:f}" for number in value.numbers)
    return " ".join(part for part in (value.operator, numbers, value.measure) if part)


def _day(number: Decimal) -> str:
    """20201231 -> 2020-12-31; a month or a year has less."""
    digits = f"{number:f}"
    return "-".join(part for part in (digits[:4], digits[4:6], digits[6:]) if part)


def facts(seen: CellRole, profile: Profile, form: Form | None) -> dict[str, Any]:
    """One role and its value for ``--json``: keys of the profile, amounts as decimal strings in 万元."""
    from perfxl.values import Amount, Value, wan

    data: dict[str, Any] = {"role": seen.role, "key": seen.key}
    value = seen.value
    if isinstance(value, Amount):
        data |= {"state": value.state, "amount": None if value.fen is None else wan(value.fen)}
    elif isinstance(value, Value):
        numbers = [f"{number:f}" for number in value.numbers]
        data |= {"kind": value.kind, "operator": value.operator, "numbers": numbers, "measure": value.measure}
    elif seen.role == "value" and form is not None and form.fields[seen.key].kind == "choice":
        data["ticked"] = [one for one in value.split("、") if one]
    return data
