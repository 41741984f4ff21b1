"""``perfxl status``: how every unit of a round stands, and what waits for the clerk."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from perfxl.cli import round_option
from perfxl.cli.dress import Command, Option, lang_option
from perfxl.model import Lang, Text

if TYPE_CHECKING:
    from perfxl.model import Arrival, Progress, Standing
    from perfxl.rounds.versions import History

ABOUT = Text("显示各单位的报送情况和待核实的报送件。", "Show how every unit stands, and what waits to be verified.")
MAILS = Text("逐件列出收到的邮件和文件：归属、结果、回复。", "List every mail and file: its unit, result and answer.")
CONTACTS = Text("不隐去发件邮箱（--mails、--json 默认隐去）。", "Show the addresses that --mails and --json anonymise.")
JSON = Text("在标准输出给出 JSON。", "Print JSON.")
HEADS = (
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
DEADLINE = Text("{title}，截止日期 {day}（{left}）", "{title}, deadline {day} ({left})")
WAITING = Text("待核实：", "To be verified:")
ONE = Text("  第 {id} 号 {day} {unit}{file}：{why}", "  number {id} {day} {unit}{file}: {why}")
ACCEPT = Text(
    "核实无误的，运行 perfxl round accept 编号（不知道单位的加 --unit 单位名称）。",
    "perfxl round accept N counts what is right; add --unit NAME where the unit is not known.",
)
COUNT = Text("{state} {n}", "{n} {state}")
#: a result on the screen by its tone
COLOURS = {"good": "green", "error": "red", "warning": "yellow", "notice": "blue", "faint": ""}


def command(lang: Lang) -> click.Command:
    """The command with its help in one language."""
    return Command(
        "status",
        lang=lang,
        help=ABOUT.render(lang),
        callback=run,
        params=[
            round_option.option(lang),
            Option(["--mails"], is_flag=True, help=MAILS.render(lang)),
            Option(["--contacts"], is_flag=True, help=CONTACTS.render(lang)),
            Option(["--json", "as_json"], is_flag=True, help=JSON.render(lang)),
            lang_option(lang),
        ],
    )


def run(folder: Path, mails: bool, contacts: bool, as_json: bool, lang: Lang) -> int:
    """Show how the units stand; the exit code is 0 when all have passed or need not report."""
    with round_option.opened(folder, lang) as round_:
        from perfxl.model import State
        from perfxl.rounds.register import anonymise, register
        from perfxl.rounds.versions import histories, progress_of

        found = histories(round_)
        progress = progress_of(round_, found, lang)
        if mails:
            progress = replace(progress, arrivals=register(round_, lang, anonymous=not contacts))
        waiting = [item for history in found.values() for item in _waiting(history, lang)]
        waiting.sort(key=lambda item: int(item["number"]))
        if as_json:
            hide = str if contacts else anonymise
            told = [one | {key: hide(one[key]) for key in ("sender", "file", "why")} for one in waiting]
            every = _data(progress, told) | ({"mails": [_arrival(one) for one in progress.arrivals]} if mails else {})
            data = json.dumps(every, ensure_ascii=False, indent=1) + "\n"
            # a file or a pipe gets UTF-8 whatever the console speaks
            click.echo(data if sys.stdout.isatty() else data.encode(), nl=False)
        else:
            _show(progress, waiting, lang)
            if mails:
                _show_arrivals(progress, lang)
        done = all(unit.state in (State.PASSED, State.NIL) for unit in progress.units)
        return int(not done or bool(waiting))


def _waiting(history: History, lang: Lang) -> list[dict[str, Any]]:
    from perfxl.rounds.versions import day_of

    return [
        {
            "number": one.id, "unit": history.unit, "written": one.written, "file": one.name, "sender": one.sender,
            "received": str(day_of(one.received) or ""), "why": one.why.render(lang) if one.why else "",
        }
        for one in history.waiting
    ]  # fmt: skip


def _show(progress: Progress, waiting: list[dict[str, Any]], lang: Lang) -> None:
    from perfxl.cli.table import show
    from perfxl.model import State

    click.echo(_headline(progress, lang))
    rows = [_row(unit, lang) for unit in progress.units]
    tones = {State.FAILED: "red", State.PASSED: "green", State.NIL: "green"}
    styles = {state.label.render(lang): tones.get(state, "yellow") for state in State}
    show([head.render(lang) for head in HEADS], rows, styles)
    ended = Counter(unit.state for unit in progress.units)
    parts = [COUNT.render(lang, state=state.label.render(lang), n=ended[state]) for state in State if ended[state]]
    click.echo(Text("，", ", ").render(lang).join(parts))
    if waiting:
        click.echo(WAITING.render(lang))
        for one in waiting:
            unit = f"{one['unit']} " if one["unit"] else ""
            values = {"id": one["number"], "day": one["received"], "unit": unit, "file": one["file"], "why": one["why"]}
            click.echo(_plain(ONE.render(lang, **values)))
        click.echo(ACCEPT.render(lang))


def _show_arrivals(progress: Progress, lang: Lang) -> None:
    from perfxl.cli.table import show
    from perfxl.reports.sheets import arrivals, names

    click.echo("\n" + _plain(arrivals.said(progress, lang)))
    heads = (
        arrivals.NUMBER, arrivals.RECEIVED, arrivals.SENDER, arrivals.SUBJECT, arrivals.NAME, names.UNIT,
        arrivals.HOW, arrivals.VERSION, arrivals.RESULT, arrivals.ANSWER, arrivals.REMARK,
    )  # fmt: skip
    rows = [
        [
            arrivals.number(one, lang), arrivals.when(one), one.sender, one.subject, one.name, one.unit, one.how,
            str(one.version or ""), one.result, one.answer, one.remark,
        ]
        for one in progress.arrivals
    ]  # fmt: skip
    tones = {one.result: COLOURS[one.tone] for one in progress.arrivals}
    show([head.render(lang) for head in heads], [list(map(_plain, row)) for row in rows], tones)


def _headline(progress: Progress, lang: Lang) -> str:
    from perfxl.reports.sheets.standing import left

    if progress.deadline is None:
        return progress.title
    return DEADLINE.render(lang, title=progress.title, day=progress.deadline, left=left(progress, lang))


def _row(unit: Standing, lang: Lang) -> list[str]:
    from perfxl.values import wan

    amounts = [wan(fen) if fen is not None else "" for fen in (unit.control, unit.total, unit.gap)]
    numbers = [str(unit.versions or ""), str(unit.last or ""), str(unit.errors or "")]
    return [unit.unit, unit.state.label.render(lang), *numbers, *amounts, _plain(unit.remark)]


def _plain(text: str) -> str:
    """A text without characters that a terminal would act on."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _arrival(one: Arrival) -> dict[str, Any]:
    received = one.received.isoformat(timespec="seconds") if one.received else ""
    return asdict(one) | {"received": received}


def _data(progress: Progress, waiting: list[dict[str, Any]]) -> dict[str, Any]:
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
