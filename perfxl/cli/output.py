"""What commands write: workbooks at a path that the user chose, JSON and tables on the screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from perfxl.cli.options import Option, in_a_line
from perfxl.model import Lang, Text, UserError

OUTPUT = Text("要写入的 .xlsx 文件。", "The .xlsx file to write.")
FORCE = Text("文件已存在时覆盖它。", "Overwrite the file if it is there.")
EXISTS = Text(
    "文件已经存在，未予覆盖：{path}。确要覆盖请加 --force。",
    "The file is already there and was not overwritten: {path}. Add --force to overwrite it.",
)
NOT_XLSX = Text("文件名应以 .xlsx 结尾：{path}。", "The name must end in .xlsx: {path}.")
CANNOT_WRITE = Text("无法写入 {path}：{error}。", "Cannot write {path}: {error}.")
LOCKED = Text(
    "{path} 正被 Excel 或 WPS 占用，请关闭它。新文件另存为 {other}。",
    "{path} is open in Excel or WPS; close it. The new file was saved as {other}.",
)
#: columns that are wider than the screen are narrowed, but not below this
LEAST = 8


def workbook_options(lang: Lang) -> list[Option]:
    """``--output`` and ``--force``."""
    path = click.Path(path_type=Path)
    return [
        Option(["-o", "--output", "output_path"], type=path, required=True, metavar="FILE", help=OUTPUT.render(lang)),
        Option(["--force"], is_flag=True, help=FORCE.render(lang)),
    ]


def check_path(path: Path, lang: Lang, *, force: bool = False, exists: Text = EXISTS) -> None:
    """Raise a ``UserError`` for a path that is no workbook's, or exists: somebody's own work may be in it."""
    if path.suffix.lower() != ".xlsx":
        raise UserError(NOT_XLSX, path=path)
    if path.exists() and not force:
        raise UserError(exists, path=path)


def save_workbook(path: Path, data: bytes, lang: Lang) -> tuple[Path, int]:
    """Where the workbook was saved, and the exit code: 1, and another name, where another program has the file open."""
    from perfxl.output_files import save

    try:
        written = save(path, data)
    except OSError as error:
        raise UserError(CANNOT_WRITE, path=path, error=in_a_line(error)) from error
    if written == path:
        return written, 0
    click.echo(LOCKED.render(lang, path=path, other=written), err=True)
    return written, 1


def print_data(text: str) -> None:
    """Print JSON text: to a file or a pipe in UTF-8, with lone surrogates, as names of files may have, escaped."""
    click.echo(text if sys.stdout.isatty() else text.encode("utf-8", "backslashreplace"), nl=False)


def print_json(data: Any) -> None:
    """Print data as JSON."""
    print_data(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def printable(text: str) -> str:
    """The text without characters that a terminal would act on."""
    return "".join(c if c.isprintable() else "?" for c in text)


def print_rows(
    heads: Sequence[Text], rows: Sequence[Sequence[str]], lang: Lang, styles: Mapping[str, str] | None = None
) -> None:
    """Print a table on a terminal, lines with tabs and without heads to a file or a pipe."""
    if sys.stdout.isatty():
        print_table(heads, rows, lang, styles)
    else:
        for row in rows:
            click.echo("\t".join(row))


def print_table(
    heads: Sequence[Text], rows: Sequence[Sequence[str]], lang: Lang, styles: Mapping[str, str] | None = None
) -> None:
    """Print a table as wide as the screen; cells are folded here, as Chinese text has no blanks for rich."""
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Words

    from perfxl.reports.screen import WIDTH, fold

    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDTH, emoji=False)
    names = [head.render(lang) for head in heads]
    widths = _fitted([max(map(cell_len, column)) for column in zip(names, *rows, strict=True)], console.width)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for name, width in zip(names, widths, strict=True):
        table.add_column(name, width=width, no_wrap=True)
    for row in rows:
        cells = zip(row, widths, strict=True)
        table.add_row(*(Words("\n".join(fold(text, width)), (styles or {}).get(text, "")) for text, width in cells))
    console.print(table)


def _fitted(widths: list[int], available: int) -> list[int]:
    """The widths of the columns; the widest are narrowed until all fit."""
    available -= 2 * len(widths)
    while sum(widths) > available and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths
