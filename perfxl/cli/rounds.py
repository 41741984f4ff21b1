"""``perfxl round``: a round begun, its roster, what waits accepted, its summary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from perfxl.cli import output, round_option
from perfxl.cli import profile as profiles
from perfxl.cli.dress import Command, Group, Option, lang_option
from perfxl.model import Lang, Text

ABOUT = Text(
    "一次报送的全过程：建批次、写名单、确认待核实的报送件、出汇总。",
    "One collection of returns: begin a round, write its roster, accept what waits, sum it up.",
)
INIT = Text("新建批次：建文件夹和台账。", "Begin a round: make its folder and its ledger.")
ROSTER = Text("生成空白的应报单位名单。", "Make a blank list of the units that have to report.")
ACCEPT = Text(
    "核实后确认报送件，开始计入。N 是 perfxl status 显示的编号，可给多个。",
    "Count returns that waited to be verified. N are the numbers that perfxl status shows.",
)
REPORT = Text(
    "把计入的各版本合在一起审核，写出汇总表（含“报送情况”）和各单位的材料。",
    "Check all versions that count together; write the summary, with how the units stand, and the reports.",
)
FOLDER = Text("要建的文件夹。默认为当前文件夹。", "The folder to make. Default: the current one.")
ROSTER_FILE = Text("应报单位名单（.xlsx 或 .toml）。", "The roster (.xlsx or .toml).")
YEAR = Text("预算年度。", "Budget year.")
TITLE = Text("批次名称，写进回复和汇总表。", "The title, for letters and the summary.")
DEADLINE = Text("截止日期，如 2026-02-28。", "The last day, such as 2026-02-28.")
DATABASE = Text(
    "台账的数据库：默认 sqlite；几个人同时办理的，给 postgresql://用户@主机/数据库（不写密码）。",
    "The ledger: sqlite by default, or postgresql://user@host/database (no password) for several clerks.",
)
SENDER = Text("发出回复的邮箱地址。", "The address from which letters go.")
SIGNATURE = Text("回复的落款。", "Who signs the letters.")
CONTACT = Text("写进回复的咨询电话。", "The number to ask at, for the letters.")
UNIT = Text("计入哪个单位（名单上的名称或别名）。", "For which unit of the roster.")
OUT = Text("写入这个文件夹。", "Write into this folder.")
CONTACTS = Text("不隐去发件邮箱（默认隐去）。", "Show the addresses of senders, which are masked by default.")
TITLE_OF = Text("{year}年度{title}", "{title} {year}")
MADE = Text(
    "已建批次“{title}”（{n} 个单位）：{folder}\n设置在 round.toml，可随时修改；落款、发件邮箱等请补填。",
    "Began the round “{title}” ({n} units): {folder}\nIts settings stand in round.toml and may be changed.",
)
WRITTEN = Text("已生成空白应报单位名单：{path}", "Wrote a blank roster: {path}")
NOT_WAITING = Text(
    "没有第 {number} 号待核实的报送件。用 perfxl status 查看编号。",
    "Number {number} does not wait to be verified. perfxl status shows the numbers.",
)
WHICH_UNIT = Text(
    "第 {number} 号不知道是哪个单位的，请加 --unit 单位名称。", "Of which unit is number {number}? Add --unit NAME."
)
NO_UNIT = Text("名单中没有“{unit}”。", "“{unit}” is not on the roster.")
ACCEPTED = Text("第 {number} 号已计入“{unit}”（{file}）。", "Number {number} counts for “{unit}” now ({file}).")
NEXT = Text("运行 perfxl mail check 可为它写回复。", "perfxl mail check writes the answer to it.")


def command(lang: Lang) -> click.Command:
    """The group with its help in one language."""
    return Group(
        "round",
        lang=lang,
        help=ABOUT.render(lang),
        commands=[_init(lang), _roster(lang), _accept(lang), _report(lang)],
    )


def _init(lang: Lang) -> click.Command:
    path = click.Path(path_type=Path)
    day = click.DateTime(["%Y-%m-%d"])
    return Command(
        "init",
        lang=lang,
        help=INIT.render(lang),
        callback=init,
        params=[
            click.Argument(["folder"], type=path, required=False, metavar="[FOLDER]", default=Path()),
            profiles.option(lang),
            Option(["--year"], type=click.IntRange(2000, 2099), required=True, metavar="YYYY", help=YEAR.render(lang)),
            Option(["--roster"], type=path, required=True, metavar="FILE", help=ROSTER_FILE.render(lang)),
            Option(["--title"], metavar="TEXT", default="", help=TITLE.render(lang)),
            Option(["--deadline"], type=day, metavar="YYYY-MM-DD", help=DEADLINE.render(lang)),
            Option(["--database"], metavar="URL", default="sqlite", help=DATABASE.render(lang)),
            Option(["--sender"], metavar="ADDRESS", default="", help=SENDER.render(lang)),
            Option(["--signature"], metavar="TEXT", default="", help=SIGNATURE.render(lang)),
            Option(["--contact"], metavar="TEXT", default="", help=CONTACT.render(lang)),
            lang_option(lang),
        ],
    )


def init(
    folder: Path, profile: str, year: int, roster: Path, title: str, deadline: datetime | None, lang: Lang, **more: Any
) -> int:
    """Make the folder; the exit code."""
    form = profiles.loaded(profile, lang)
    from perfxl.rounds import create
    from perfxl.rounds.folder import Settings

    title = title.strip() or TITLE_OF.render("zh", year=year, title=form.title.zh)
    last: date | None = deadline.date() if deadline else None
    with round_option.complaints(lang):
        wanted = Settings("", title, profile, year, roster.name, deadline=last, **more)
        made = create(folder, wanted, roster, round_option.database_password(lang))
        made.ledger.close()
        click.echo(MADE.render(lang, title=title, n=len(made.roster.units), folder=folder.resolve()))
    return 0


def _roster(lang: Lang) -> click.Command:
    params = [*output.options(lang), lang_option(lang)]
    return Command("roster", lang=lang, help=ROSTER.render(lang), callback=roster, params=params)


def roster(output_path: Path, force: bool, lang: Lang) -> int:
    """Write the blank list; the exit code."""
    output.free(output_path, lang, force=force)
    from perfxl.clerk.workbooks import blank_roster

    written, code = output.save(output_path, blank_roster(lang), lang)
    click.echo(WRITTEN.render(lang, path=written))
    return code


def _accept(lang: Lang) -> click.Command:
    return Command(
        "accept",
        lang=lang,
        help=ACCEPT.render(lang),
        callback=accept,
        params=[
            click.Argument(["numbers"], type=int, nargs=-1, required=True, metavar="N..."),
            Option(["--unit"], metavar="NAME", default="", help=UNIT.render(lang)),
            round_option.option(lang),
            lang_option(lang),
        ],
    )


def accept(numbers: Sequence[int], unit: str, folder: Path, lang: Lang) -> int:
    """Count what waited; the exit code."""
    with round_option.opened(folder, lang) as round_:
        from perfxl.ledger import records

        waiting = {one.id: one for one in records.all_files(round_.ledger) if one.standing == records.TO_VERIFY}
        chosen = []
        for number in dict.fromkeys(numbers):
            if number not in waiting:
                raise click.ClickException(NOT_WAITING.render(lang, number=number))
            name = unit or waiting[number].unit
            if not name:
                raise click.ClickException(WHICH_UNIT.render(lang, number=number))
            member = round_.roster.named(name)
            if member is None:
                raise click.ClickException(NO_UNIT.render(lang, unit=name))
            chosen.append((number, member.name))
        with round_.ledger.begin() as connection:
            for number, name in chosen:
                records.accept_file(connection, number, name)
                round_.ledger.log(connection, "accepted", name, file=number)
        for number, name in chosen:
            click.echo(ACCEPTED.render(lang, number=number, unit=name, file=waiting[number].name))
        click.echo(NEXT.render(lang))
    return 0


def _report(lang: Lang) -> click.Command:
    path = click.Path(path_type=Path)
    return Command(
        "report",
        lang=lang,
        help=REPORT.render(lang),
        callback=report,
        params=[
            Option(["--out"], type=path, required=True, metavar="DIR", help=OUT.render(lang)),
            round_option.option(lang),
            Option(["--contacts"], is_flag=True, help=CONTACTS.render(lang)),
            lang_option(lang),
        ],
    )


def report(out: Path, folder: Path, contacts: bool, lang: Lang) -> int:
    """Write the summary; the exit code."""
    with round_option.opened(folder, lang) as round_:
        from perfxl.reports.screen import show
        from perfxl.rounds.report import write_report

        batch, written = write_report(round_, out, lang, anonymous=not contacts)
        show(batch, out, written)
        missing = any(finding.code == "ROUND-01" for finding in batch.findings)
        return max(batch.worst if batch.submissions else 0, int(missing))
