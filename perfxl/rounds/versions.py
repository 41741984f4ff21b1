"""What counts of each unit: its versions in the order in which they came, nil returns, what waits to be verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from perfxl.clerk.roster import Member
from perfxl.ledger.records import COUNTED, TO_VERIFY, Filed, all_files
from perfxl.model import Lang, Progress, Standing, State, Status, Text
from perfxl.rounds.checking import READABLE
from perfxl.rounds.folder import Round

_READABLE = {status.value for status in READABLE}
_UNREAD = Status.UNREADABLE.value


@dataclass
class History:
    """Everything of one unit. ``versions`` are the contents that count, each once, oldest first; the last is valid.

    ``again`` are files with the bytes of a version, each with the number of that version (from 1).
    """

    unit: str
    versions: list[Filed] = field(default_factory=list)
    again: list[tuple[Filed, int]] = field(default_factory=list)
    nil: Filed | None = None
    waiting: list[Filed] = field(default_factory=list)
    unread: list[Filed] = field(default_factory=list)
    _last: str = ""

    @property
    def last(self) -> str:
        """When the last thing came; what waits may be a stranger's and tells only where there is nothing else."""
        return self._last or max((one.received for one in self.waiting), default="")

    @property
    def valid(self) -> Filed | None:
        """The version that counts; none where a nil return came after it."""
        if not self.versions or (self.nil and self.nil.received > self.versions[-1].received):
            return None
        return self.versions[-1]

    def come(self, received: str) -> None:
        """Something came from the unit itself."""
        self._last = max(self._last, received)

    @property
    def state(self) -> State:
        """How the unit stands."""
        if self.valid is not None:
            return State.FAILED if self.valid.status == Status.FAILED.value else State.PASSED
        if self.nil is not None:
            return State.NIL
        if self.waiting:
            return State.TO_VERIFY
        return State.FAILED if self.unread else State.MISSING

    def number(self, one: Filed) -> int:
        """The number of a version, from 1; 0 for what is none."""
        return next((number for number, each in enumerate(self.versions, 1) if each.id == one.id), 0)


def histories(round_: Round) -> dict[str, History]:
    """Unit, as the roster names it -> its history, for every unit of the roster; ``""`` has what belongs to none."""
    return sort_out(round_, all_files(round_.ledger))


def sort_out(round_: Round, filed: Sequence[Filed]) -> dict[str, History]:
    """The same for some files, oldest first."""
    found = {unit.name: History(unit.name) for unit in round_.roster.units}
    for one in filed:
        unit = round_.roster.named(one.unit)
        _add(found.setdefault(unit.name if unit else "", History("")), one)
    return found


def _add(history: History, one: Filed) -> None:
    if one.standing == TO_VERIFY:
        history.waiting.append(one)
        return
    history.come(one.received)
    if one.standing == COUNTED and one.status == State.NIL.value:
        history.nil = one
    elif one.standing == COUNTED and one.status in _READABLE:
        same = next((n for n, each in enumerate(history.versions, 1) if each.sha256 == one.sha256), 0)
        if same:
            history.again.append((one, same))
        else:
            history.versions.append(one)
    elif one.status == _UNREAD:
        history.unread.append(one)


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
