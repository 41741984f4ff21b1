"""``perfxl template``: the blank workbook that goes out to the units."""

from __future__ import annotations

from pathlib import Path

import click

from perfxl.cli import profile as profiles
from perfxl.cli.dress import Command, Option, lang_option
from perfxl.lang import Lang, Text

ABOUT = Text("生成空白的申报表工作簿，发给各单位填报。", "Make the blank workbook that the units fill in.")
YEAR = Text("预算年度。默认为表式的年度。", "Budget year. Default: the year of the profile.")
UNIT = Text("预先填好的单位名称。", "Name of the unit, filled in beforehand.")
PROJECTS = Text("项目表的张数，1 到 50。默认 8。", "How many project sheets, 1 to 50. Default: 8.")
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
WRITTEN = Text(
    "已生成 {year} 年度{title}模板（{profile}，项目表 {projects} 张）：{path}",
    "Wrote the template of {title} for {year} ({profile}, {projects} project sheets): {path}",
)


def command(lang: Lang) -> click.Command:
    """The command with its help in one language."""
    return Command(
        "template",
        lang=lang,
        help=ABOUT.say(lang),
        callback=make,
        params=[
            profiles.option(lang),
            Option(["--year"], type=click.IntRange(2000, 2099), metavar="YYYY", help=YEAR.say(lang)),
            Option(["--unit"], metavar="NAME", default="", help=UNIT.say(lang)),
            Option(["--projects"], type=click.IntRange(1, 50), metavar="N", default=8, help=PROJECTS.say(lang)),
            Option(
                ["-o", "--output"],
                type=click.Path(path_type=Path),
                required=True,
                metavar="FILE",
                help=OUTPUT.say(lang),
            ),
            Option(["--force"], is_flag=True, help=FORCE.say(lang)),
            lang_option(lang),
        ],
    )


def make(profile: str, year: int | None, unit: str, projects: int, output: Path, force: bool, lang: Lang) -> int:
    """Write the blank workbook; the exit code."""
    form = profiles.loaded(profile, lang)
    if output.suffix.lower() != ".xlsx":
        raise click.ClickException(NOT_XLSX.say(lang, path=output))
    if output.exists() and not force:
        raise click.ClickException(EXISTS.say(lang, path=output))
    from perfxl.reports._files import save
    from perfxl.template import build

    data = build(form, year=year or form.year, unit=unit.strip(), projects=projects)
    try:
        written = save(output, data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.ClickException(CANNOT_WRITE.say(lang, path=output, error=reason)) from error
    click.echo(
        WRITTEN.say(
            lang, year=year or form.year, title=form.title.say(lang), profile=form.id, projects=projects, path=written
        )
    )
    if written != output:
        click.echo(LOCKED.say(lang, path=output, other=written), err=True)
        return 1
    return 0
