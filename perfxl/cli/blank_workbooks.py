"""Commands that make blank workbooks: ``perfxl template``, ``perfxl waivers`` and ``perfxl round roster``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from perfxl.cli.options import Command, Option, load_profile, profile_option
from perfxl.cli.output import check_path, save_workbook, workbook_options
from perfxl.model import Lang, Text

TEMPLATE = Text("生成空白的申报表工作簿，发给各单位填报。", "Make the blank workbook that the units fill in.")
YEAR = Text("预算年度。默认为表式的年度。", "Budget year. Default: the year of the profile.")
UNIT = Text("预先填好的单位名称。", "Name of the unit, filled in beforehand.")
PROJECTS = Text("项目表的张数，1 到 50。默认 8。", "How many project sheets, 1 to 50. Default: 8.")
TEMPLATE_WRITTEN = Text(
    "已生成 {year} 年度{title}模板（{profile}，项目表 {projects} 张）：{path}",
    "Wrote the template of {title} for {year} ({profile}, {projects} project sheets): {path}",
)
WAIVERS = Text("生成空白的问题豁免登记表。", "Make a blank workbook for waivers.")
WAIVERS_WRITTEN = Text("已生成空白豁免登记表：{path}", "Wrote a blank list of waivers: {path}")
ROSTER = Text("生成空白的应报单位名单。", "Make a blank list of the units that have to report.")
ROSTER_WRITTEN = Text("已生成空白应报单位名单：{path}", "Wrote a blank roster: {path}")


def commands(lang: Lang) -> list[click.Command]:
    """``perfxl template`` and ``perfxl waivers`` with their help in one language."""
    return [
        Command(
            "template",
            lang,
            TEMPLATE,
            make_template,
            [
                profile_option(lang),
                Option(["--year"], type=click.IntRange(2000, 2099), metavar="YYYY", help=YEAR.render(lang)),
                Option(["--unit"], metavar="NAME", default="", help=UNIT.render(lang)),
                Option(["--projects"], type=click.IntRange(1, 50), metavar="N", default=8, help=PROJECTS.render(lang)),
                *workbook_options(lang),
            ],
        ),
        Command("waivers", lang, WAIVERS, make_waivers, [profile_option(lang), *workbook_options(lang)]),
    ]


def roster_command(lang: Lang) -> click.Command:
    """``perfxl round roster`` with its help in one language."""
    return Command("roster", lang, ROSTER, make_roster, workbook_options(lang))


def make_template(
    profile: str, year: int | None, unit: str, projects: int, output_path: Path, force: bool, lang: Lang
) -> int:
    """Write the workbook that goes out to the units; the exit code."""
    from perfxl.template import build

    form = load_profile(profile)
    year = year or form.year
    values = {"year": year, "title": form.title.render(lang), "profile": form.id, "projects": projects}
    make = partial(build, form, year=year, unit=unit.strip(), projects=projects)
    return _write(output_path, force, make, lang, TEMPLATE_WRITTEN, **values)


def make_waivers(profile: str, output_path: Path, force: bool, lang: Lang) -> int:
    """Write the blank list of waivers; the exit code."""
    from perfxl.clerk.workbooks import blank_waivers

    return _write(output_path, force, partial(blank_waivers, load_profile(profile), lang), lang, WAIVERS_WRITTEN)


def make_roster(output_path: Path, force: bool, lang: Lang) -> int:
    """Write the blank list of the units that have to report; the exit code."""
    from perfxl.clerk.workbooks import blank_roster

    return _write(output_path, force, partial(blank_roster, lang), lang, ROSTER_WRITTEN)


def _write(path: Path, force: bool, blank: Callable[[], bytes], lang: Lang, message: Text, **values: object) -> int:
    """Make and save a workbook if its path can be used; the exit code."""
    check_path(path, lang, force=force)
    written, code = save_workbook(path, blank(), lang)
    click.echo(message.render(lang, path=written, **values))
    return code
