"""The folder of a round: its settings (``round.toml``), its ledger and all that is stored of it, but no passwords."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from sqlalchemy.engine import URL

from perfxl.clerk.errors import file_bytes, suggestions
from perfxl.clerk.inputs import ClerkFiles, load_inputs
from perfxl.clerk.roster import Roster, read_roster
from perfxl.ledger.database import Ledger, database_url, enter_round, has_round, open_ledger
from perfxl.model import Text, UserError
from perfxl.output_files import safe_name, save
from perfxl.profiles import Profile

#: gives the password of an account (``user@host``), or ``None``
Password = Callable[[str], "str | None"]

#: called with the name of each step when it is done
OnStep = Callable[[str], None]

SETTINGS = "round.toml"
#: below the round's folder: the ledger, mails as they came, what was in them, drafts and what goes with them, the
#: clerk's own templates of replies
DATABASE, MAILS, FILES, DRAFTS, ENCLOSURES, TEMPLATES = (
    "台账.sqlite", "邮件", "报送", "草稿", "回复附件", "函件模板",
)  # fmt: skip
#: the service of the keyring, and the variables of the environment, that have the passwords
KEYRING_SERVICE = "perfxl"
DATABASE_PASSWORD, MAIL_PASSWORD = "PERFXL_DATABASE_PASSWORD", "PERFXL_MAIL_PASSWORD"

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
NOT_TOML = Text("{file} 不是正确的 TOML：{error}", "{file} is not TOML: {error}")
NO_KEY = Text("{file} 没有 {key} 这一项。{meant}", "{file}: there is no key {key}.{meant}")
MISSING = Text("{file} 缺少 {key}（{what}）。", "{file} lacks {key} ({what}).")
NOT_TEXT = Text("{file} 的 {key} 应是文字，写在引号里。", "{file}: {key} must be text in quotes.")
NOT_DATE = Text(
    "{file} 的 {key} 应是日期，如 {key} = 2026-02-28。", "{file}: {key} must be a date, as {key} = 2026-02-28."
)
NOT_YEAR = Text("{file} 的 {key} 应是年度，如 {key} = 2026。", "{file}: {key} must be a year, as {key} = 2026.")
NOT_COUNT = Text(
    "{file} 的 {key} 应是 1 以上的整数，如 {key} = 10。", "{file}: {key} must be a number from 1, as {key} = 10."
)
NOT_ADDRESS = Text("{file} 的 {key}“{value}”不是邮箱地址。", "{file}: {key} “{value}” is no address.")

#: the keys of the settings -> what they are, in the order in which the file has them
LABELS = {
    "id": Text("本批次的编号，请勿改动", "the round's own number, not to be changed"),
    "title": Text("批次名称，写进回复和汇总表", "its title, for letters and the summary"),
    "profile": Text("表式", "the edition of the forms"),
    "year": Text("预算年度", "the budget year"),
    "deadline": Text("截止日期", "the last day"),
    "roster": Text("应报单位名单", "the list of the units"),
    "database": Text("台账：sqlite，或 postgresql://用户@主机/数据库（不写密码）", "the ledger, without a password"),
    "signature": Text("回复的落款", "who signs the letters"),
    "contact": Text("咨询电话，写进回复", "the number to ask at, for the letters"),
    "sender": Text("发出回复的邮箱", "the address from which letters go"),
    "answers_per_day": Text("一个邮箱一天最多写几封回复，超过的次日再写", "answers to one address on one day at most"),
    "smtp": Text("发信服务器，如 smtps://name@example.gov.cn@smtp.example.gov.cn:465", "the server that sends them"),
    "imap": Text("存草稿的信箱，如 imaps://name@mail.example.gov.cn/Drafts", "the mailbox for drafts"),
    "config": Text("审核设置（--config）", "settings, as --config"),
    "waivers": Text("豁免登记表（--waivers）", "waivers, as --waivers"),
    "pairs": Text("配对表（--pairs）", "pairs, as --pairs"),
}
_REQUIRED = ("id", "title", "profile", "year", "roster", "database")
_ADDRESS = re.compile(r"[^\s@<>,;:\"\x00-\x1f]+@[^\s@<>,;:\"\x00-\x1f]+")
#: what a value must be, and the error otherwise; any other key must be text
_VALUES: Mapping[str, tuple[Callable[[Any], bool], Text]] = {
    "year": (lambda value: isinstance(value, int) and 2000 <= value <= 2099, NOT_YEAR),
    "deadline": (lambda value: type(value) is date, NOT_DATE),
    "answers_per_day": (lambda value: type(value) is int and value >= 1, NOT_COUNT),
}
_TEXT: tuple[Callable[[Any], bool], Text] = (lambda value: isinstance(value, str), NOT_TEXT)


@dataclass(frozen=True)
class Settings:
    """The content of ``round.toml``; paths are relative to its folder, ``""`` for what is not given."""

    id: str
    title: str
    profile: str
    year: int
    roster: str
    database: str = "sqlite"
    deadline: date | None = None
    signature: str = ""
    contact: str = ""
    sender: str = ""
    answers_per_day: int = 10
    smtp: str = ""
    imap: str = ""
    config: str = ""
    waivers: str = ""
    pairs: str = ""

    @property
    def own_address(self) -> str:
        """The address from which the round's letters go, as addresses are compared."""
        return self.sender.lower()


def read_settings(path: Path) -> Settings:
    """The settings of a round. Raises ``UserError`` with file, key and what to write."""
    try:
        data = tomllib.loads(file_bytes(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(NOT_TOML, file=path.name, error=error) from error
    for key, value in data.items():
        if key not in LABELS:
            raise UserError(NO_KEY, file=path.name, key=key, meant=suggestions(key, LABELS))
        is_right, problem = _VALUES.get(key, _TEXT)
        if not is_right(value):
            raise UserError(problem, file=path.name, key=key)
        if key == "sender" and value and not _ADDRESS.fullmatch(value):
            raise UserError(NOT_ADDRESS, file=path.name, key=key, value=value)
    for key in _REQUIRED:
        if not data.get(key):
            raise UserError(MISSING, file=path.name, key=key, what=LABELS[key])
    return Settings(**data)


def settings_text(settings: Settings) -> str:
    """The text of ``round.toml``; what is not given is there as a comment, ready to be filled in."""
    lines = ["# perfxl"]
    for key, label in LABELS.items():
        value = getattr(settings, key)
        lines.append(f"\n# {label.render('zh')}\n{'' if value else '# '}{key} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: str | int | date | None) -> str:
    """A value as TOML: a JSON string is one, once DEL is escaped."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "" if value is None else str(value)


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


def find_password(variable: str, account: str, ask: Callable[[str], str] | None = None) -> str | None:
    """The password of an account: the environment's ``variable``, the keyring's, or what ``ask(account)`` returns."""
    found = os.environ.get(variable) or _from_keyring(account)
    if found is None and ask is not None:
        found = ask(account)
    return found


def _from_keyring(account: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, account)
    except KeyringError:  # a machine without one, or one that is locked
        return None


def account_of(url: str) -> str:
    """``user@host`` of a server's address: the account to which its password belongs."""
    parts = urlsplit(url)
    return f"{unquote(parts.username or '')}@{parts.hostname or ''}"
