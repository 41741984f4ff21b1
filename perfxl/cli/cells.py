"""``perfxl cells``: what was read of a workbook, cell by cell, and as what."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from perfxl.cli import profile as profiles
from perfxl.cli.dress import Command, Option, lang_option
from perfxl.model import Lang, Text

if TYPE_CHECKING:
    from perfxl.profiles import Profile
    from perfxl.reading.explain import CellSeen, SheetSeen
    from perfxl.sources import Received

ABOUT = Text(
    "逐格说明读到了什么、当作什么：标签、填写的内容、指标级别、任务金额等，理解成多少，没有读的为什么没有读。"
    "各种能审核的格式都可以；压缩包里的文件逐个说明。",
    "Tell cell by cell what was read, and as what: labels, values, levels, amounts of tasks; how it was understood, "
    "and why a cell was left out. Takes every format that can be checked; the files of an archive one by one.",
)
SHORT = Text("逐格说明一份申报表读到了什么。", "Show what was read of a return, cell by cell.")
SHEET = Text("只看这张工作表。", "Only this sheet.")
JSON = Text("在标准输出给出 JSON。", "Print JSON.")
NO_SHEET = Text("没有工作表“{name}”，有：{known}。", "There is no sheet “{name}”; there are: {known}.")
UNREADABLE = Text("{file}：{reason}", "{file}: {reason}")
HEADS = (
    Text("单元格", "cell"),
    Text("内容", "text"),
    Text("读作", "read as"),
    Text("理解为", "understood as"),
)
#: on the screen a longer text is cut
SHOWN = 36


def command(lang: Lang) -> click.Command:
    """The command with its help in one language."""
    return Command(
        "cells",
        lang=lang,
        help=ABOUT.render(lang),
        short_help=SHORT.render(lang),
        callback=run,
        params=[
            click.Argument(["file"], metavar="FILE"),
            Option(["--sheet"], metavar="NAME", help=SHEET.render(lang)),
            profiles.option(lang),
            Option(["--json", "as_json"], is_flag=True, help=JSON.render(lang)),
            lang_option(lang),
        ],
    )


def run(file: str, sheet: str | None, profile: str, as_json: bool, lang: Lang) -> int:
    """Show the cells; the exit code. A ``ClickException`` says what cannot be read."""
    form = profiles.loaded(profile, lang)
    from perfxl.sources import collect

    files, problems = collect([file])
    if problems:
        raise click.ClickException(problems[0].render(lang))
    found = [(item.file, _chosen(_read(item, form, lang), sheet, lang)) for item in files]
    if as_json:
        data = [{"file": name, "sheets": [_data(one, form, lang) for one in sheets]} for name, sheets in found]
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        # a file or a pipe gets UTF-8 whatever the console speaks; lone surrogates of a file name as JSON allows
        click.echo(text if sys.stdout.isatty() else text.encode("utf-8", "backslashreplace"), nl=False)
        return 0
    for name, sheets in found:
        if len(found) > 1:
            click.secho(name, bold=True)
        for one in sheets:
            _show(one, form, lang)
    return 0


def _read(item: Received, form: Profile, lang: Lang) -> list[SheetSeen]:
    from perfxl.engine.parts import bytes_of
    from perfxl.formats import Unreadable
    from perfxl.reading.explain import explain

    try:
        if item.reason is not None:
            raise Unreadable(item.reason, "archive")
        return explain(bytes_of(item.path), form)
    except Unreadable as error:
        raise click.ClickException(UNREADABLE.render(lang, file=item.file, reason=error.reason.render(lang))) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.ClickException(UNREADABLE.render(lang, file=item.file, reason=reason)) from error


def _chosen(sheets: list[SheetSeen], name: str | None, lang: Lang) -> list[SheetSeen]:
    if name is None:
        return [one for one in sheets if one.cells]
    chosen = [one for one in sheets if one.sheet == name]
    if not chosen:
        known = ("、" if lang == "zh" else ", ").join(one.sheet for one in sheets)
        raise click.ClickException(NO_SHEET.render(lang, name=name, known=known))
    return chosen


def _show(sheet: SheetSeen, form: Profile, lang: Lang) -> None:
    """A sheet as a table on the screen, as lines with tabs in a pipe."""
    rows = [_row(cell, form, lang) for cell in sheet.cells]
    if sys.stdout.isatty():
        from perfxl.cli.table import show

        click.secho(f"\n{sheet.sheet}", bold=True)
        if rows:
            short = [[text if len(text) <= SHOWN else f"{text[:SHOWN]}…" for text in row] for row in rows]
            show([head.render(lang) for head in HEADS], short, {})
        return
    for row in rows:
        click.echo("\t".join((sheet.sheet, *row)))


def _row(cell: CellSeen, form: Profile, lang: Lang) -> list[str]:
    from perfxl.cli.seen import NOTHING_READ, read_as, understood

    comma = "；" if lang == "zh" else "; "
    known = (
        [NOTHING_READ.render(lang)] if cell.silent else [understood(one, form, cell.form, lang) for one in cell.seen]
    )
    return [
        _address(cell), " ".join(cell.text.split()), read_as(cell, form, lang), comma.join(filter(None, known))
    ]  # fmt: skip


def _address(cell: CellSeen) -> str:
    from perfxl.model import column_letters

    return f"{column_letters(cell.col)}{cell.row}"


def _data(sheet: SheetSeen, form: Profile, lang: Lang) -> dict[str, Any]:
    forms = dict.fromkeys(cell.form.key for cell in sheet.cells if cell.form)
    return {"sheet": sheet.sheet, "forms": list(forms), "cells": list(_cells(sheet.cells, form, lang))}


def _cells(cells: Sequence[CellSeen], form: Profile, lang: Lang) -> Iterator[dict[str, Any]]:
    from perfxl.cli.seen import facts, read_as

    for cell in cells:
        yield {
            "cell": _address(cell),
            "text": cell.text,
            "form": cell.form.key if cell.form else "",
            "hidden": cell.hidden,
            "silent": cell.silent,
            "read_as": read_as(cell, form, lang),
            "parts": [facts(one, form, cell.form) for one in cell.seen],
        }
