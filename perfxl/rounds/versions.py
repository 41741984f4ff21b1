"""What each unit has sent: its versions in the order in which they came, nil returns, and its state in the round."""

from __future__ import annotations

import getpass
import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from perfxl.clerk.roster import Member
from perfxl.ledger import records
from perfxl.ledger.records import COUNTED, TO_VERIFY, FileRecord, MessageRecord, ReplyRecord
from perfxl.model import Lang, Progress, Standing, State, Status, Text, UserError, listed
from perfxl.rounds.folder import Round

WAITING = Text("{n} 份待核实（{numbers}）", "{n} to be verified ({numbers})")
IN_PARTS = Text("申报表由 {n} 个文件组成：{names}", "the return came in {n} files: {names}")
NUMBER = Text("第 {id} 号", "number {id}")
UNREADABLE = Text("收到的文件无法读取：{name}", "a file that cannot be read: {name}")
NOT_WAITING = Text(
    "没有第 {number} 号待核实的报送件。用 perfxl status 查看编号。",
    "Number {number} does not wait to be verified. perfxl status shows the numbers.",
)
ACCEPTED_BEFORE = Text(
    "第 {number} 号已由 {who} 于 {when:%Y-%m-%d %H:%M} 计入“{unit}”，本次未作改动。",
    "Number {number} was counted for “{unit}” by {who} at {when:%Y-%m-%d %H:%M}; nothing was changed.",
)
SOMEBODY = Text("其他经办人", "somebody else")
NOT_LISTED_NOW = Text(
    "“{unit}”不在现行的应报单位名单中，所报文件暂不计入。单位已更名的，请将原名填入新单位的“别名”栏。",
    "“{unit}” is not on the roster as it is now, and what it sent does not count. If it has a new name, add the old "
    "one to the other names of the unit.",
)
WHICH_UNIT = Text(
    "第 {number} 号报送件的单位无法确定，请加 --unit 单位名称。", "Of which unit is number {number}? Add --unit NAME."
)
UNKNOWN_UNIT = Text("名单中没有“{unit}”。{meant}", "“{unit}” is not on the roster.{meant}")
BETWEEN = Text("；", "; ")


@dataclass
class History:
    """Everything of one unit. ``versions`` are the returns that counted one after the other, oldest first.

    Of a return that came in several files the last one is the version; ``returns`` are all files with forms.
    ``repeats`` are files with the bytes of the version that counted then, with its number from 1.
    """

    unit: str
    versions: list[FileRecord] = field(default_factory=list)
    returns: list[FileRecord] = field(default_factory=list)
    repeats: list[tuple[FileRecord, int]] = field(default_factory=list)
    nil_return: FileRecord | None = None
    waiting: list[FileRecord] = field(default_factory=list)
    unreadable: list[FileRecord] = field(default_factory=list)
    _last: str = ""

    def add(self, file: FileRecord) -> None:
        """Add a file that came after all others."""
        if file.standing == TO_VERIFY:
            self.waiting.append(file)
            return
        self._last = max(self._last, file.received)
        if file.status == Status.UNREADABLE:
            self.unreadable.append(file)
        elif file.standing == COUNTED and file.is_nil_return:
            self.nil_return = file
        elif file.standing == COUNTED and file.is_return:
            standing = self.files_of(self.valid) if self.valid is not None else ()
            same = next((one for one in standing if one.sha256 == file.sha256), None)
            if same is not None:
                self.repeats.append((file, self.number(same)))
                return
            self.returns.append(file)
            # what came with the same message and is a part of the same return is no version of its own
            before = [one for one in self.versions if one.message != file.message or one.id not in file.parts]
            self.versions = [*before, file]

    @property
    def last(self) -> str:
        """When the last file came; one that waits may be a stranger's and counts only if there is no other."""
        return self._last or max((one.received for one in self.waiting), default="")

    @property
    def valid(self) -> FileRecord | None:
        """The version that counts: the last, ``None`` where a nil return came after it."""
        if not self.versions or (self.nil_return and self.nil_return.received > self.versions[-1].received):
            return None
        return self.versions[-1]

    @property
    def state(self) -> State:
        """The unit's state in the round."""
        if self.valid is not None:
            return State.FAILED if self.valid.status == Status.FAILED else State.PASSED
        if self.nil_return is not None:
            return State.NIL
        if self.waiting:
            return State.TO_VERIFY
        return State.FAILED if self.unreadable else State.MISSING

    def number(self, file: FileRecord) -> int:
        """The number of a version, or of the first one with a part, from 1; 0 for a file that is neither."""
        numbered = list(enumerate(self.versions, 1))
        own = next((number for number, each in numbered if each.id == file.id), 0)
        return own or next((number for number, each in numbered if file.id in each.parts), 0)

    def files_of(self, version: FileRecord) -> list[FileRecord]:
        """The files of a version, in the order in which they came."""
        return [one for one in self.returns if one.id == version.id or one.id in version.parts]

    def completed_by(self, file: FileRecord) -> FileRecord | None:
        """The later version of which a file is a part, ``None`` if there is none."""
        return next((each for each in self.versions if file.id in each.parts), None)

    def candidates(self) -> Iterator[list[FileRecord]]:
        """The files that may be one return, for each message that ended with a part: back to a file that is whole."""
        for number, last in enumerate(self.returns):
            if last.whole or any(one.message == last.message for one in self.returns[number + 1 :]):
                continue
            found = [last]
            for one in reversed(self.returns[:number]):
                if self.nil_return and one.received <= self.nil_return.received < last.received:
                    break
                found.insert(0, one)
                if one.whole:
                    break
            if len(found) > 1:
                yield found

    def repeated(self, file: FileRecord) -> int:
        """The number of the version that a file repeats, from 1; 0 for a file that repeats none."""
        return next((number for each, number in self.repeats if each.id == file.id), 0)


def histories(round_: Round, files: Iterable[FileRecord] | None = None) -> dict[str, History]:
    """The history of every unit by its name on the roster, the rest under ``""``; ``files`` are all, if read."""
    found = {unit.name: History(unit.name) for unit in round_.roster.units}
    for file in files_of(round_) if files is None else files:
        found.setdefault(file.unit if file.unit in found else "", History("")).add(file)
    return found


def files_of(round_: Round) -> list[FileRecord]:
    """All files, oldest first, by the roster as it is now: units under their present names.

    What counted for a unit that is not on the roster any more waits to be verified.
    """
    return [_as_listed(round_, one) for one in records.all_files(round_.ledger)]


def _as_listed(round_: Round, file: FileRecord) -> FileRecord:
    unit = round_.roster.named(file.unit)
    if unit is not None:
        return replace(file, unit=unit.name)
    if file.unit and file.standing == COUNTED:
        return replace(file, standing=TO_VERIFY, why=NOT_LISTED_NOW.fill(unit=file.unit))
    return file


def accept(round_: Round, numbers: Iterable[int], unit: str = "") -> list[tuple[FileRecord, str]]:
    """Count files that waited to be verified, for a unit or that on the form. Raises ``UserError``."""
    every = {one.id: one for one in records.all_files(round_.ledger)}
    waiting = {one.id: one for one in files_of(round_) if one.standing == TO_VERIFY}
    chosen = []
    for number in dict.fromkeys(numbers):
        if number not in waiting:
            raise _not_waiting(round_, number)
        name = unit or waiting[number].unit or waiting[number].written
        if not name:
            raise UserError(WHICH_UNIT, number=number)
        member = round_.roster.named(name)
        if member is None:
            raise UserError(UNKNOWN_UNIT, unit=name, meant="")
        chosen.append((waiting[number], member.name))
    with round_.ledger.begin() as connection:
        for one, name in chosen:
            if not records.accept_file(connection, every[one.id], name):
                break
            round_.ledger.log(connection, records.ACCEPTED, f"{name}\n{_clerk()}", file=one.id)
        else:
            return chosen
        connection.rollback()
    raise _not_waiting(round_, one.id)


def _not_waiting(round_: Round, number: int) -> UserError:
    """That a file does not wait, or who has counted it before."""
    first = records.accepted(round_.ledger, number)
    if first is None:
        return UserError(NOT_WAITING, number=number)
    at, unit, who = first
    return UserError(ACCEPTED_BEFORE, number=number, who=who or SOMEBODY, when=local_time(at), unit=unit)


def _clerk() -> str:
    """Who runs this, as the system knows."""
    try:
        return f"{getpass.getuser()}@{platform.node()}"
    except (ImportError, KeyError, OSError):  # no name for the user
        return platform.node()


@dataclass(frozen=True)
class Contents:
    """What the ledger of a round contains, read once: messages and replies in the order in which they were entered.

    The files of each message by its number, the histories by unit, and the reasons why files are no returns, by number.
    """

    round_: Round
    messages: list[MessageRecord]
    files: Mapping[int, list[FileRecord]]
    histories: Mapping[str, History]
    replies: list[ReplyRecord]
    reasons: Mapping[int, str]

    def history_of(self, file: FileRecord) -> History | None:
        """The history to which a file belongs; ``None`` where its unit is not, or no longer, on the roster."""
        unit = self.round_.roster.named(file.unit)
        return self.histories[unit.name] if unit else None


def read_contents(round_: Round) -> Contents:
    """Read the ledger. Raises ``UserError``."""
    ledger = round_.ledger
    messages, every = records.all_messages(ledger), files_of(round_)
    files: dict[int, list[FileRecord]] = {message.id: [] for message in messages}
    for file in every:
        files.setdefault(file.message, []).append(file)
    no_returns = [file.id for file in every if not file.is_return and not file.is_nil_return]
    reasons = {number: found[-1].message for number, found in records.findings_of(ledger, no_returns).items() if found}
    return Contents(round_, messages, files, histories(round_, every), records.all_replies(ledger), reasons)


def progress_of(round_: Round, found: Mapping[str, History], lang: Lang) -> Progress:
    """How far the round is: the state of every unit, in the order of the roster."""
    units = tuple(_standing(unit, found[unit.name], lang) for unit in round_.roster.units)
    last = round_.settings.deadline
    return Progress(round_.settings.title, last, (last - local_day()).days if last else None, units)


def _standing(unit: Member, history: History, lang: Lang) -> Standing:
    valid = history.valid
    return Standing(
        unit.name, history.state, len(history.versions), day_of(history.last), valid.errors if valid else 0,
        len(history.waiting), unit.control, valid.total if valid else None, _remark(history, lang),
    )  # fmt: skip


def _remark(history: History, lang: Lang) -> str:
    """What waits, of what files the last version is made, and what came after it and cannot be read."""
    parts = []
    if history.valid is not None and history.valid.parts:
        names = listed(one.name for one in history.files_of(history.valid)).render(lang)
        parts.append(IN_PARTS.render(lang, n=len(history.valid.parts) + 1, names=names))
    if history.waiting:
        numbers = listed(NUMBER.fill(id=one.id) for one in history.waiting).render(lang)
        parts.append(WAITING.render(lang, n=len(history.waiting), numbers=numbers))
    newest = history.versions[-1].received if history.versions else ""
    parts += [UNREADABLE.render(lang, name=one.name) for one in history.unreadable if one.received > newest]
    return BETWEEN.render(lang).join(parts)


def local_time(moment: str) -> datetime | None:
    """The local time of a moment as the ledger stores it, ``None`` for ``""``."""
    return datetime.fromisoformat(moment).astimezone() if moment else None


def day_of(moment: str) -> date | None:
    """The local day of a moment as the ledger stores it, ``None`` for ``""``."""
    time = local_time(moment)
    return time.date() if time else None


def local_day() -> date:
    """The present day."""
    return datetime.now().astimezone().date()
