"""Commands of a round: ``perfxl round``, ``perfxl status`` and ``perfxl diff``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from perfxl.cli.blank_workbooks import roster_command
from perfxl.cli.options import (
    Command,
    Group,
    Option,
    database_password,
    json_option,
    load_profile,
    opened_round,
    profile_option,
    round_option,
    system_errors,
)
from perfxl.cli.output import print_json, print_table, printable
from perfxl.model import Lang, Severity, State, Text, UserError

if TYPE_CHECKING:
    from perfxl.model import Arrival, Finding, Progress, Standing
    from perfxl.rounds.compare import Comparison
    from perfxl.rounds.versions import History

ABOUT = Text(
    "一次报送的全过程：建批次、写名单、确认待核实的报送件、出汇总。",
    "One collection of returns: begin a round, write its roster, accept what waits, sum it up.",
)
INIT = Text("新建批次：建文件夹和台账。", "Begin a round: make its folder and its ledger.")
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
ACCEPTED = Text("第 {number} 号已计入“{unit}”（{file}）。", "Number {number} counts for “{unit}” now ({file}).")
NEXT = Text("运行 perfxl mail check 可为它写回复。", "perfxl mail check writes the answer to it.")

STATUS = Text("显示各单位的报送情况和待核实的报送件。", "Show how every unit stands, and what waits to be verified.")
MAILS = Text("逐件列出收到的邮件和文件：归属、结果、回复。", "List every mail and file: its unit, result and answer.")
UNMASKED = Text("不隐去发件邮箱（--mails、--json 默认隐去）。", "Show the addresses that --mails and --json mask.")
STATUS_HEADS = (
    Text("单位", "unit"),
    Text("情况", "standing"),
    Text("版本", "versions"),
    Text("最近报送", "last"),
    Text("待改错误", "errors"),
    Text("控制数", "control"),
    Text("总额", "total"),
    Text("相差", "difference"),
    Text("备注", "remark"),
)
UNTIL = Text("{title}，截止日期 {day}（{left}）", "{title}, deadline {day} ({left})")
WAITING = Text("待核实：", "To be verified:")
WAITING_FILE = Text("  第 {id} 号 {day} {unit}{file}：{why}", "  number {id} {day} {unit}{file}: {why}")
HOW_TO_ACCEPT = Text(
    "核实无误的，运行 perfxl round accept 编号（不知道单位的加 --unit 单位名称）。",
    "perfxl round accept N counts what is right; add --unit NAME where the unit is not known.",
)
COUNT = Text("{state} {n}", "{n} {state}")
#: a result on the screen by its tone
COLOURS = {"good": "green", "error": "red", "warning": "yellow", "notice": "blue", "faint": ""}

DIFF = Text(
    "比较一个单位最近两版：已改正、仍未改正、新出现的问题，以及改动的单元格。",
    "Compare the last two versions of a unit: findings closed, still open and new, and the cells that changed.",
)
ONE_VERSION = Text(
    "“{unit}”只报送过 {n} 版，没有可以比较的。", "“{unit}” has sent {n} version(s): there is nothing to compare."
)
DIFF_HEADLINE = Text("{unit}：第 {before} 版与第 {after} 版", "{unit}: version {before} and version {after}")
CLOSED, STILL, NEW = Text("已改正", "Closed"), Text("仍未改正", "Still open"), Text("新出现", "New")
CHANGES = Text("改动的单元格", "Cells that changed")
LIST_HEAD = Text("{head}（{n}）", "{head} ({n})")
FINDING_LINE = Text("  {severity} {code} {place}{message}", "  {severity} {code} {place}{message}")
EMPTY_LIST = Text("  无", "  none")


def commands(lang: Lang) -> list[click.Command]:
    """``perfxl round``, ``status`` and ``diff`` with their help in one language."""
    path, folder = click.Path(path_type=Path), round_option(lang)
    making = [
        click.Argument(["folder"], type=path, required=False, metavar="[FOLDER]", default=Path()),
        profile_option(lang),
        Option(["--year"], type=click.IntRange(2000, 2099), required=True, metavar="YYYY", help=YEAR.render(lang)),
        Option(["--roster"], type=path, required=True, metavar="FILE", help=ROSTER_FILE.render(lang)),
        Option(["--title"], metavar="TEXT", default="", help=TITLE.render(lang)),
        Option(["--deadline"], type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help=DEADLINE.render(lang)),
        Option(["--database"], metavar="URL", default="sqlite", help=DATABASE.render(lang)),
        Option(["--sender"], metavar="ADDRESS", default="", help=SENDER.render(lang)),
        Option(["--signature"], metavar="TEXT", default="", help=SIGNATURE.render(lang)),
        Option(["--contact"], metavar="TEXT", default="", help=CONTACT.render(lang)),
    ]
    numbers = click.Argument(["numbers"], type=int, nargs=-1, required=True, metavar="N...")
    for_unit = Option(["--unit"], metavar="NAME", default="", help=UNIT.render(lang))
    out = Option(["--out"], type=path, required=True, metavar="DIR", help=OUT.render(lang))
    named = Option(["--contacts"], is_flag=True, help=CONTACTS.render(lang))
    mails = Option(["--mails"], is_flag=True, help=MAILS.render(lang))
    contacts = Option(["--contacts"], is_flag=True, help=UNMASKED.render(lang))
    group = [
        Command("init", lang, INIT, init, making),
        roster_command(lang),
        Command("accept", lang, ACCEPT, accept_files, [numbers, for_unit, folder]),
        Command("report", lang, REPORT, report, [out, folder, named]),
    ]
    return [
        Group("round", lang, ABOUT, commands=group),
        Command("status", lang, STATUS, status, [folder, mails, contacts, json_option(lang)]),
        Command("diff", lang, DIFF, diff, [click.Argument(["unit"], metavar="UNIT"), folder, json_option(lang)]),
    ]


def init(
    folder: Path, profile: str, year: int, roster: Path, title: str, deadline: datetime | None, lang: Lang, **more: Any
) -> int:
    """Make the folder of a round; the exit code."""
    form = load_profile(profile)
    from perfxl.rounds.folder import create
    from perfxl.rounds.settings import Settings

    title = title.strip() or TITLE_OF.fill(year=year, title=form.title).zh
    last = deadline.date() if deadline else None
    with system_errors():
        wanted = Settings("", title, profile, year, roster.name, deadline=last, **more)
        made = create(folder, wanted, roster, database_password(lang))
        made.ledger.close()
        click.echo(MADE.render(lang, title=title, n=len(made.roster.units), folder=folder.resolve()))
    return 0


def accept_files(numbers: Sequence[int], unit: str, folder: Path, lang: Lang) -> int:
    """Count files that waited to be verified; the exit code."""
    with opened_round(folder, lang) as round_:
        from perfxl.rounds.joining import join_returns
        from perfxl.rounds.versions import accept

        for one, name in accept(round_, numbers, unit):
            click.echo(ACCEPTED.render(lang, number=one.id, unit=name, file=one.name))
        join_returns(round_)
        click.echo(NEXT.render(lang))
    return 0


def report(out: Path, folder: Path, contacts: bool, lang: Lang) -> int:
    """Write the summary and the reports of a round; the exit code."""
    with opened_round(folder, lang) as round_:
        from perfxl.reports.screen import show
        from perfxl.rounds.report import write_report

        batch, written = write_report(round_, out, lang, anonymous=not contacts)
        show(batch, out, written)
        missing = any(finding.code == "ROUND-01" for finding in batch.findings)
        return max(batch.worst if batch.submissions else 0, int(missing))


def status(folder: Path, mails: bool, contacts: bool, as_json: bool, lang: Lang) -> int:
    """Show the state of every unit; the exit code is 0 when all have passed or need not report."""
    with opened_round(folder, lang) as round_:
        from perfxl.rounds.report import anonymise, register
        from perfxl.rounds.versions import histories, progress_of

        found = histories(round_)
        progress = progress_of(round_, found, lang)
        if mails:
            progress = replace(progress, arrivals=register(round_, lang, anonymous=not contacts))
        waiting = [item for history in found.values() for item in _waiting(history, lang)]
        waiting.sort(key=lambda item: int(item["number"]))
        if as_json:
            hide = str if contacts else anonymise
            shown = [one | {key: hide(one[key]) for key in ("sender", "file", "why")} for one in waiting]
            arrivals = {"mails": [_arrival_data(one) for one in progress.arrivals]} if mails else {}
            print_json(_status_data(progress, shown) | arrivals)
        else:
            _print_status(progress, waiting, lang)
            if mails:
                _print_arrivals(progress, lang)
        done = all(unit.state in (State.PASSED, State.NIL) for unit in progress.units)
        return int(not done or bool(waiting))


def _waiting(history: History, lang: Lang) -> list[dict[str, Any]]:
    """The files of a unit that wait to be verified."""
    from perfxl.rounds.versions import day_of

    return [
        {
            "number": one.id, "unit": history.unit, "written": one.written, "file": one.name, "sender": one.sender,
            "received": str(day_of(one.received) or ""), "why": one.why.render(lang) if one.why else "",
        }
        for one in history.waiting
    ]  # fmt: skip


def _print_status(progress: Progress, waiting: list[dict[str, Any]], lang: Lang) -> None:
    from perfxl.reports.sheets.round_sheets import days_left

    day, left = progress.deadline, days_left(progress, lang)
    click.echo(UNTIL.render(lang, title=progress.title, day=day, left=left) if day else progress.title)
    colours = {State.FAILED: "red", State.PASSED: "green", State.NIL: "green"}
    styles = {state.label.render(lang): colours.get(state, "yellow") for state in State}
    print_table(STATUS_HEADS, [_status_row(unit, lang) for unit in progress.units], lang, styles)
    ended = Counter(unit.state for unit in progress.units)
    parts = [COUNT.render(lang, state=state.label.render(lang), n=ended[state]) for state in State if ended[state]]
    click.echo(Text("，", ", ").render(lang).join(parts))
    if waiting:
        click.echo(WAITING.render(lang))
        for one in waiting:
            unit = f"{one['unit']} " if one["unit"] else ""
            values = {"id": one["number"], "day": one["received"], "unit": unit, "file": one["file"], "why": one["why"]}
            click.echo(printable(WAITING_FILE.render(lang, **values)))
        click.echo(HOW_TO_ACCEPT.render(lang))


def _print_arrivals(progress: Progress, lang: Lang) -> None:
    from perfxl.reports.sheets.round_sheets import ARRIVAL_COLUMNS, arrival_row, arrivals_note

    click.echo("\n" + printable(arrivals_note(progress, lang)))
    rows = [[printable(str(value or "")) for value in arrival_row(one, lang)] for one in progress.arrivals]
    styles = {one.result: COLOURS[one.tone] for one in progress.arrivals}
    print_table([column.head for column in ARRIVAL_COLUMNS], rows, lang, styles)


def _status_row(unit: Standing, lang: Lang) -> list[str]:
    from perfxl.values import wan

    amounts = [wan(fen) if fen is not None else "" for fen in (unit.control, unit.total, unit.gap)]
    numbers = [str(unit.versions or ""), str(unit.last or ""), str(unit.errors or "")]
    return [unit.unit, unit.state.label.render(lang), *numbers, *amounts, printable(unit.remark)]


def _arrival_data(one: Arrival) -> dict[str, Any]:
    received = one.received.isoformat(timespec="seconds") if one.received else ""
    return asdict(one) | {"received": received}


def _status_data(progress: Progress, waiting: list[dict[str, Any]]) -> dict[str, Any]:
    from perfxl.values import wan

    return {
        "title": progress.title,
        "deadline": str(progress.deadline or ""),
        "days_left": progress.days_left,
        "units": [
            {
                "unit": unit.unit, "state": unit.state.value, "versions": unit.versions, "last": str(unit.last or ""),
                "errors": unit.errors, "waiting": unit.waiting,
                **{key: wan(fen) if fen is not None else None
                   for key, fen in (("control", unit.control), ("total", unit.total), ("difference", unit.gap))},
                "remark": unit.remark,
            }
            for unit in progress.units
        ],
        "to_verify": waiting,
    }  # fmt: skip


def diff(unit: str, folder: Path, as_json: bool, lang: Lang) -> int:
    """Compare the last two versions of a unit; the exit code is 1 while an error is open."""
    with opened_round(folder, lang) as round_:
        from perfxl.clerk.errors import did_you_mean
        from perfxl.rounds.compare import compare
        from perfxl.rounds.versions import UNKNOWN_UNIT, histories

        member = round_.roster.named(unit)
        if member is None:
            near = did_you_mean(unit, [each.name for each in round_.roster.units])
            raise UserError(UNKNOWN_UNIT, unit=unit, meant=near)
        history = histories(round_)[member.name]
        versions = history.versions
        if len(versions) < 2:
            raise UserError(ONE_VERSION, unit=member.name, n=len(versions))
        found = compare(round_, *(history.files_of(version) for version in versions[-2:]))
        if as_json:
            print_json(_diff_data(member.name, len(versions), found))
        else:
            click.echo(DIFF_HEADLINE.render(lang, unit=member.name, before=len(versions) - 1, after=len(versions)))
            _print_diff(found, lang)
        return int(any(finding.severity is Severity.ERROR for finding in (*found.still, *found.new)))


def _print_diff(found: Comparison, lang: Lang) -> None:
    findings = {CLOSED: found.closed, STILL: found.still, NEW: found.new}
    lists = {head: [_finding_line(finding, lang) for finding in some] for head, some in findings.items()}
    lists[CHANGES] = [f"  {change.render(lang)}" for change in found.changes]
    for head, lines in lists.items():
        click.echo(LIST_HEAD.render(lang, head=head.render(lang), n=len(lines)))
        for line in lines or [EMPTY_LIST.render(lang)]:
            click.echo(printable(line))


def _finding_line(finding: Finding, lang: Lang) -> str:
    place = f"{finding.place(lang)} " if finding.ref else ""
    label = finding.severity.label.render(lang)
    return FINDING_LINE.render(lang, severity=label, code=finding.code, place=place, message=finding.message)


def _diff_data(unit: str, version: int, found: Comparison) -> dict[str, Any]:
    lists = {"closed": found.closed, "still": found.still, "new": found.new}
    return {
        "unit": unit,
        "version": version,
        **{key: [_finding_data(finding) for finding in findings] for key, findings in lists.items()},
        "changes": list(map(asdict, found.changes)),
    }


def _finding_data(finding: Finding) -> dict[str, str]:
    ref = finding.ref
    return {
        "code": finding.code, "name": finding.name, "severity": finding.severity.value,
        "sheet": ref.sheet if ref else "", "cell": ref.cell if ref else "", "message": finding.message,
    }  # fmt: skip
