"""A workbook that a command makes at a path of the user's choosing: its name looked at before the work, then saved."""

from __future__ import annotations

from pathlib import Path

import click

from perfxl.cli.dress import Option
from perfxl.model import Lang, Text

OUTPUT = Text("要写入的 .xlsx 文件。", "The .xlsx file to write.")
FORCE = Text("文件已存在时覆盖它。", "Overwrite the file if it is there.")
EXISTS = Text(
    "文件已经存在，没有覆盖：{path}。确要覆盖请加 --force。",
    "The file is already there and was not overwritten: {path}. Add --force to overwrite it.",
)
NOT_XLSX = Text("文件名应以 .xlsx 结尾：{path}。", "The name must end in .xlsx: {path}.")
CANNOT_WRITE = Text("无法写入 {path}：{error}。", "Cannot write {path}: {error}.")
LOCKED = Text(
    "{path} 正被 Excel 或 WPS 占用，请关闭它。新文件另存为 {other}。",
    "{path} is open in Excel or WPS; close it. The new file was saved as {other}.",
)


def options(lang: Lang) -> list[Option]:
    """``--output`` and ``--force``."""
    path = click.Path(path_type=Path)
    return [
        Option(["-o", "--output", "output_path"], type=path, required=True, metavar="FILE", help=OUTPUT.render(lang)),
        Option(["--force"], is_flag=True, help=FORCE.render(lang)),
    ]


def free(path: Path, lang: Lang, *, force: bool = False, exists: Text = EXISTS) -> None:
    """Refuse a name that is no workbook's, or is taken: somebody's own work may be in it."""
    if path.suffix.lower() != ".xlsx":
        raise click.ClickException(NOT_XLSX.render(lang, path=path))
    if path.exists() and not force:
        raise click.ClickException(exists.render(lang, path=path))


def save(path: Path, data: bytes, lang: Lang) -> tuple[Path, int]:
    """Where the workbook was saved, and the exit code: 1 when another program held its name and it got another."""
    from perfxl.output_files import save as write

    try:
        written = write(path, data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.ClickException(CANNOT_WRITE.render(lang, path=path, error=reason)) from error
    if written == path:
        return written, 0
    click.echo(LOCKED.render(lang, path=path, other=written), err=True)
    return written, 1
