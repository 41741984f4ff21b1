"""The files that a clerk hands over beside the workbooks, on the command line; and ``perfxl waivers``, a blank one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from perfxl.cli import output
from perfxl.cli import profile as profiles
from perfxl.cli.dress import Command, Option, lang_option
from perfxl.model import Lang, Text

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch


class Files(TypedDict):
    """The files that ``perfxl.check`` takes beside the workbooks."""

    config: Path | None
    waivers: Path | None
    pairs: Path | None
    control: Path | Mapping[str, int] | None


CONFIG = Text(
    "调整级别、限额和词表的 .toml 文件，盖在表式之上。",
    "A .toml file with severities, limits and words, laid over the profile.",
)
WAIVERS = Text(
    "豁免登记表（.xlsx 或 .toml）：所列问题注明理由，不再计入。",
    "Waivers (.xlsx or .toml): what they name is shown with its reason and counts no more.",
)
PAIRS = Text(
    "任务与项目配对表（.xlsx 或 .toml）：按它配对，其余照常。",
    "Pairs of tasks and projects (.xlsx or .toml), which come before those that perfxl finds.",
)
CONTROL = Text(
    "预算控制数名单（工作簿，列：单位、控制数（万元）），用来核对各部门的资金总额。",
    "Control figures to hold the totals of the departments to: a workbook with the columns 单位 and 控制数（万元）.",
)
WRITE_PAIRS = Text(
    "把现在的配对写成工作簿，改好后用 --pairs 交回。",
    "Write today's pairs to a workbook, to be corrected and given back by --pairs.",
)
ABOUT = Text("生成空白的问题豁免登记表。", "Make a blank workbook for waivers.")
PAIRS_EXIST = Text(
    "文件已经存在，没有覆盖：{path}。请另给一个文件名。",
    "The file is already there and was not overwritten: {path}. Choose another name.",
)
WRITTEN = Text("已生成空白豁免登记表：{path}", "Wrote a blank list of waivers: {path}")
PAIRS_WRITTEN = Text("配对已写入：{path}", "Pairs written to: {path}")


def options(lang: Lang) -> list[Option]:
    """What ``perfxl check`` takes beside the workbooks."""
    path = click.Path(path_type=Path)
    return [
        Option(["--config"], type=path, metavar="FILE.toml", help=CONFIG.render(lang)),
        Option(["--waivers"], type=path, metavar="FILE", help=WAIVERS.render(lang)),
        Option(["--pairs"], type=path, metavar="FILE", help=PAIRS.render(lang)),
        Option(["--control"], type=path, metavar="FILE.xlsx", help=CONTROL.render(lang)),
        Option(["--write-pairs"], type=path, metavar="FILE.xlsx", help=WRITE_PAIRS.render(lang)),
    ]


def free_for_pairs(path: Path, lang: Lang) -> None:
    """Refuse a name that is taken: the clerk's corrections may be in it."""
    output.free(path, lang, exists=PAIRS_EXIST)


@contextmanager
def complaints(lang: Lang) -> Iterator[None]:
    """Say in one line what is wrong with a file of the clerk's."""
    from perfxl.clerk import ClerkError

    try:
        yield
    except ClerkError as error:
        raise click.ClickException(error.reason.render(lang)) from error


def write_pairs(batch: Batch, path: Path, lang: Lang) -> int:
    """Write the pairs of a checked batch; the exit code."""
    from perfxl.clerk.workbooks import current_pairs

    written, code = output.save(path, current_pairs(batch.workbooks, batch.profile, lang), lang)
    click.echo(PAIRS_WRITTEN.render(lang, path=written), err=True)
    return code


def command(lang: Lang) -> click.Command:
    """``perfxl waivers`` with its help in one language."""
    return Command(
        "waivers",
        lang=lang,
        help=ABOUT.render(lang),
        callback=blank,
        params=[
            profiles.option(lang),
            *output.options(lang),
            lang_option(lang),
        ],
    )


def blank(profile: str, output_path: Path, force: bool, lang: Lang) -> int:
    """Write the blank list; the exit code."""
    form = profiles.loaded(profile, lang)
    output.free(output_path, lang, force=force)
    from perfxl.clerk.workbooks import blank_waivers

    written, code = output.save(output_path, blank_waivers(form, lang), lang)
    click.echo(WRITTEN.render(lang, path=written))
    return code
