"""The folder of a round: its settings (``round.toml``), its ledger and all that is stored of it, but no passwords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from sqlalchemy.engine import URL

from perfxl.clerk.inputs import ClerkFiles, load_inputs
from perfxl.clerk.roster import Roster, read_roster
from perfxl.ledger.database import Ledger, database_url, enter_round, has_round, open_ledger
from perfxl.model import Text, UserError
from perfxl.output_files import safe_name, save
from perfxl.profiles import Profile
from perfxl.rounds.settings import SETTINGS, Settings, read_settings, settings_text

#: gives the password of an account (``user@host``), or ``None``
Password = Callable[[str], "str | None"]

#: the folder for drafts that are not true any more, in that for drafts
ASIDE = "已撤回"

#: called with the name of each step when it is done
OnStep = Callable[[str], None]

#: below the round's folder: the ledger, mails as they came, what was in them, drafts and what goes with them, the
#: clerk's own templates of replies
DATABASE, MAILS, FILES, DRAFTS, ENCLOSURES, TEMPLATES = (
    "台账.sqlite", "邮件", "报送", "草稿", "回复附件", "函件模板",
)  # fmt: skip

THERE = Text("{folder} 中已有一个批次，未作改动。", "{folder} holds a round already, which was left as it is.")
NOT_ROUND = Text(
    "{folder} 不是批次文件夹（没有 round.toml）。请到批次文件夹里运行，或加 --round 文件夹。"
    "新建批次用 perfxl round init。",
    "{folder} is no round's folder: there is no round.toml. Run it there, or add --round FOLDER. "
    "perfxl round init makes a round.",
)
LOST = Text(
    "台账中没有本批次（编号 {id}）。数据库可能已更换，或 台账.sqlite 已被删除。请恢复备份。",
    "The ledger does not know the round {id}. Was the database changed, or 台账.sqlite deleted? Restore it.",
)
OUTSIDE = Text("{path} 不在批次文件夹内，未予使用。", "{path} lies outside the round's folder and was not used.")


@dataclass(frozen=True)
class Round:
    """An open round. ``ledger`` is its database; ``below`` gives paths in its folder."""

    folder: Path
    settings: Settings
    ledger: Ledger

    @cached_property
    def roster(self) -> Roster:
        """The list of its units, as it is now. Raises ``UserError``."""
        return read_roster(self.folder / self.settings.roster)

    @cached_property
    def profile(self) -> Profile:
        """Its forms, with the clerk's settings applied. Raises ``UserError``."""
        return load_inputs(self.profile_name, self._path(self.settings.config))[0]

    @property
    def profile_name(self) -> str:
        """The id of a built-in profile, or the path of a file."""
        name = self.settings.profile
        return str(self.folder / name) if name.endswith(".toml") else name

    @property
    def clerk_files(self) -> ClerkFiles:
        """The clerk's files that apply to every check of the round. Raises ``UserError``."""
        config, waivers, pairs = map(self._path, (self.settings.config, self.settings.waivers, self.settings.pairs))
        return ClerkFiles(config=config, waivers=waivers, pairs=pairs, control=self.roster.control)

    def _path(self, name: str) -> Path | None:
        return self.folder / name if name else None

    def below(self, stored: str) -> Path:
        """The path of something that is stored in the folder. Raises ``UserError`` for one outside the folder."""
        path = self.folder / stored
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise UserError(OUTSIDE, path=stored)
        return path

    def store(self, data: bytes, *parts: str) -> str:
        """Write a file whole below the folder unless it is there, each part of its path as a safe name; that path."""
        stored = Path(*(safe_name(part) for part in parts))
        path = self.below(stored.as_posix())
        if not path.is_file() or path.read_bytes() != data:
            save(path, data)
        return stored.as_posix()


def ignore_step(_step: str) -> None:
    """Do nothing after a step."""


def create(folder: Path, wanted: Settings, roster: Path, password: Password | None = None) -> Round:
    """Make the folder of a round. Raises ``UserError`` before anything is written, ``OSError`` when it cannot be."""
    read_roster(roster)
    if (folder / SETTINGS).exists():
        raise UserError(THERE, folder=folder)
    url = _url(folder, wanted.database)
    folder.mkdir(mode=0o770, parents=True, exist_ok=True)  # nobody else may read what is in it
    mine = replace(wanted, id=uuid4().hex, roster=roster.name)
    ledger = open_ledger(url, mine.id, password)
    enter_round(ledger, mine.profile, mine.year, mine.title)
    _copy(roster, folder)
    if mine.profile.endswith(".toml"):
        _copy(Path(mine.profile), folder)
        mine = replace(mine, profile=Path(mine.profile).name)
    # last: a folder without it is no round, and init may be run again
    save(folder / SETTINGS, settings_text(mine).encode())
    return Round(folder, mine, ledger)


def open_round(folder: Path, password: Password | None = None) -> Round:
    """Open a round. Raises ``UserError``."""
    path = folder / SETTINGS
    if not path.is_file():
        raise UserError(NOT_ROUND, folder=folder)
    mine = read_settings(path)
    ledger = open_ledger(_url(folder, mine.database), mine.id, password)
    if not has_round(ledger):
        raise UserError(LOST, id=mine.id)
    return Round(folder, mine, ledger)


def _copy(path: Path, folder: Path) -> None:
    """Copy a file of the clerk's into the folder, unless it is there already."""
    target = folder / path.name
    if not (target.exists() and path.samefile(target)):
        save(target, path.read_bytes())


def _url(folder: Path, written: str) -> URL:
    if written == "sqlite":
        return URL.create("sqlite", database=str(folder / DATABASE))
    return database_url(written)
