"""How every unit of a round stands: 未报, 已报未通过, 通过, 零报 or 待核实."""

from __future__ import annotations

from datetime import date, datetime

from perfxl.clerk.roster import Member
from perfxl.model import Lang, Progress, Standing, Text
from perfxl.rounds.folder import Round
from perfxl.rounds.versions import History, histories

WAITING = Text("{n} 份待核实（{numbers}）", "{n} to be verified ({numbers})")
NUMBER = Text("第 {id} 号", "number {id}")
UNREAD = Text("收到的文件无法读取：{name}", "a file that cannot be read: {name}")
BETWEEN = Text("；", "; ")


def progress(round_: Round, lang: Lang = "zh", today: date | None = None) -> Progress:
    """The standing of every unit, in the order of the roster."""
    return standing_of(round_, histories(round_), lang, today)


def standing_of(round_: Round, found: dict[str, History], lang: Lang, today: date | None = None) -> Progress:
    """The same for histories that were looked up before."""
    settings = round_.settings
    units = tuple(_standing(unit, found[unit.name], lang) for unit in round_.roster.units)
    return Progress(settings.title, settings.deadline, round_.days_left(today), units)


def _standing(unit: Member, history: History, lang: Lang) -> Standing:
    valid = history.valid
    return Standing(
        unit.name,
        history.state,
        len(history.versions),
        day_of(history.last),
        valid.errors if valid else 0,
        len(history.waiting),
        unit.control,
        valid.total if valid else None,
        _remark(history, lang),
    )


def _remark(history: History, lang: Lang) -> str:
    """What the columns do not say."""
    parts = []
    if history.waiting:
        numbers = Text("、", ", ").render(lang).join(NUMBER.render(lang, id=one.id) for one in history.waiting)
        parts.append(WAITING.render(lang, n=len(history.waiting), numbers=numbers))
    newest = history.versions[-1].received if history.versions else ""
    parts += [UNREAD.render(lang, name=one.name) for one in history.unread if one.received > newest]
    return BETWEEN.render(lang).join(parts)


def day_of(moment: str) -> date | None:
    """The local day of a moment as the ledger writes it."""
    return datetime.fromisoformat(moment).astimezone().date() if moment else None


def local_day() -> date:
    """Today."""
    return datetime.now().astimezone().date()
