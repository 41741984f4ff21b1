"""``perfxl template``: the blank workbook that goes out to the units."""

from __future__ import annotations

from pathlib import Path

import click

from perfxl.cli import output
from perfxl.cli import profile as profiles
from perfxl.cli.dress import Command, Option, lang_option
from perfxl.model import Lang, Text

ABOUT = Text("生成空白的申报表工作簿，发给各单位填报。", "Make the blank workbook that the units fill in.")
YEAR = Text("预算年度。默认为表式的年度。", "Budget year. Default: the year of the profile.")
UNIT = Text("预先填好的单位名称。", "Name of the unit, filled in beforehand.")
PROJECTS = Text("项目表的张数，1 到 50。默认 8。", "How many project sheets, 1 to 50. Default: 8.")
WRITTEN = Text(
    "已生成 {year} 年度{title}模板（{profile}，项目表 {projects} 张）：{path}",
    "Wrote the template of {title} for {year} ({profile}, {projects} project sheets): {path}",
)


def command(lang: Lang) -> click.Command:
    """The command with its help in one language."""
    return Command(
        "template",
        lang=lang,
        help=ABOUT.render(lang),
        callback=make,
        params=[
            profiles.option(lang),
            Option(["--year"], type=click.IntRange(2000, 2099), metavar="YYYY", help=YEAR.render(lang)),
            Option(["--unit"], metavar="NAME", default="", help=UNIT.render(lang)),
            Option(["--projects"], type=click.IntRange(1, 50), metavar="N", default=8, help=PROJECTS.render(lang)),
            *output.options(lang),
            lang_option(lang),
        ],
    )


def make(profile: str, year: int | None, unit: str, projects: int, output_path: Path, force: bool, lang: Lang) -> int:
    """Write the blank workbook; the exit code."""
    form = profiles.loaded(profile, lang)
    output.free(output_path, lang, force=force)
    from perfxl.template import build

    data = build(form, year=year or form.year, unit=unit.strip(), projects=projects)
    written, code = output.save(output_path, data, lang)
    click.echo(
        WRITTEN.render(
            lang,
            year=year or form.year,
            title=form.title.render(lang),
            profile=form.id,
            projects=projects,
            path=written,
        )
    )
    return code
