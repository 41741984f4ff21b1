"""The folder of a round: made once, opened by every command; all that is stored of it lies below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from sqlalchemy.engine import URL

from perfxl.clerk import edition
from perfxl.clerk.config import read_config
from perfxl.clerk.roster import Roster, read_roster
from perfxl.ledger import Ledger, open_ledger
from perfxl.ledger.store import database_url, enter_round, has_round
from perfxl.model import Text
from perfxl.output_files import safe_name, save
from perfxl.profiles import Profile
from perfxl.rounds import settings
from perfxl.rounds.errors import RoundError
from perfxl.rounds.settings import Settings, read_settings

__all__ = ["Round", "RoundError", "create", "open_round"]

Password = Callable[[str], "str | None"]

#: below the round's folder: the ledger, mails as they came, what was in them, drafts, reply templates
DATABASE, MAILS, FILES, DRAFTS, TEMPLATES = "台账.sqlite", "邮件", "报送", "草稿", "函件模板"

THERE = Text("{folder} 里已经有一个批次，没有改动。", "{folder} holds a round already, which was left as it is.")
NOT_ROUND = Text(
    "{folder} 不是批次文件夹（没有 round.toml）。请到批次文件夹里运行，或加 --round 文件夹。"
    "新建批次用 perfxl round init。",
    "{folder} is no round's folder: there is no round.toml. Run it there, or add --round FOLDER. "
    "perfxl round init makes a round.",
)
LOST = Text(
    "台账里没有这个批次（编号 {id}）。数据库是不是换过，或 台账.sqlite 被删了？请恢复备份。",
    "The ledger does not know the round {id}. Was the database changed, or 台账.sqlite deleted? Restore it.",
)
OUTSIDE = Text("{path} 不在批次文件夹里，没有使用。", "{path} lies outside the round's folder and was not used.")


@dataclass(frozen=True)
class Round:
    """An open round. ``ledger`` is its database; ``below`` gives paths in its folder."""

    folder: Path
    settings: Settings
    ledger: Ledger

    @cached_property
    def roster(self) -> Roster:
        """The list of its units, as it stands now. Raises ``ClerkError``."""
        return read_roster(self.folder / self.settings.roster)

    @cached_property
    def profile(self) -> Profile:
        """Its forms, with the clerk's settings laid over them."""
        return edition(self.profile_name, read_config(self.config) if self.config is not None else None)

    @property
    def profile_name(self) -> str:
        """The id of a built-in profile, or the path of a file."""
        name = self.settings.profile
        return str(self.folder / name) if name.endswith(".toml") else name

    @property
    def config(self) -> Path | None:
        """The clerk's settings, if there are any."""
        return self.folder / self.settings.config if self.settings.config else None

    def below(self, stored: str) -> Path:
        """The path of something that the ledger says is stored. Raises ``RoundError`` for one outside the folder."""
        path = self.folder / stored
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise RoundError(OUTSIDE, path=stored)
        return path

    def store(self, data: bytes, *parts: str) -> str:
        """Write something whole below the folder, unless it is there already; where it is, as the ledger keeps it.

        Each part becomes one safe name.
        """
        stored = Path(*(safe_name(part) for part in parts))
        path = self.below(stored.as_posix())
        if not path.is_file() or path.read_bytes() != data:
            save(path, data)
        return stored.as_posix()

    def days_left(self, today: date | None = None) -> int | None:
        """Days to the deadline, negative when it is over."""
        day = today or datetime.now().astimezone().date()
        return (self.settings.deadline - day).days if self.settings.deadline else None


def create(folder: Path, wanted: Settings, roster: Path, password: Password | None = None) -> Round:
    """Make the folder of a round, with a copy of the roster and its ledger; ``wanted.id`` is given anew.

    Raises ``RoundError``, ``ClerkError`` or ``LedgerError`` before anything is written, ``OSError`` when it cannot be.
    """
    read_roster(roster)
    if (folder / settings.NAME).exists():
        raise RoundError(THERE, folder=folder)
    url = _url(folder, wanted.database)
    folder.mkdir(mode=0o770, parents=True, exist_ok=True)  # what lies in it is nobody else's to read
    mine = Settings(**vars(wanted) | {"id": uuid4().hex, "roster": roster.name})
    ledger = open_ledger(url, mine.id, password)
    enter_round(ledger, mine.profile, mine.year, mine.title)
    _copy(roster, folder)
    if mine.profile.endswith(".toml"):
        _copy(Path(mine.profile), folder)
        mine = Settings(**vars(mine) | {"profile": Path(mine.profile).name})
    # last: a folder without it is no round, and init may be run again
    save(folder / settings.NAME, settings.written(mine).encode())
    return Round(folder, mine, ledger)


def open_round(folder: Path, password: Password | None = None) -> Round:
    """Open a round. Raises ``RoundError``, ``ClerkError`` or ``LedgerError``."""
    path = folder / settings.NAME
    if not path.is_file():
        raise RoundError(NOT_ROUND, folder=folder)
    mine = read_settings(path)
    ledger = open_ledger(_url(folder, mine.database), mine.id, password)
    if not has_round(ledger):
        raise RoundError(LOST, id=mine.id)
    return Round(folder, mine, ledger)


def _copy(path: Path, folder: Path) -> None:
    """Copy a file of the clerk's into the folder, unless it lies there already."""
    target = folder / path.name
    if not (target.exists() and path.samefile(target)):
        save(target, path.read_bytes())


def _url(folder: Path, written: str) -> URL:
    if written == "sqlite":
        return URL.create("sqlite", database=str(folder / DATABASE))
    return database_url(written)
