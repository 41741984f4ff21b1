"""What is wrong with a round: one sentence in both languages."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from sqlalchemy.engine import URL

from perfxl.clerk import edition
from perfxl.clerk.config import read_config
from perfxl.clerk.errors import file_bytes, suggestions
from perfxl.clerk.roster import Roster, read_roster
from perfxl.ledger import Ledger, open_ledger
from perfxl.ledger.database import database_url, enter_round, has_round
from perfxl.model import Text
from perfxl.output_files import safe_name, save
from perfxl.profiles import Profile


class RoundError(Exception):
    """A round that cannot be used, or a wish that it cannot fulfil; ``reason`` says why."""

    def __init__(self, reason: Text, **values: object) -> None:
        reason = Text(reason.zh.format(**values), reason.en.format(**values)) if values else reason
        super().__init__(reason.en)
        self.reason = reason


NAME = "round.toml"
_ADDRESS = re.compile(r"[^\s@<>,;:\"\x00-\x1f]+@[^\s@<>,;:\"\x00-\x1f]+")

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

#: key -> what it is, as the file itself says
WORDS = {
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
_NEEDED = ("id", "title", "profile", "year", "roster", "database")


@dataclass(frozen=True)
class Settings:
    """What ``round.toml`` says; paths are relative to its folder, ``""`` for what is not given."""

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


def read_settings(path: Path) -> Settings:
    """The settings of a round. Raises ``RoundError`` or ``ClerkError`` with file, key and what to write."""
    try:
        data = tomllib.loads(file_bytes(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RoundError(NOT_TOML, file=path.name, error=error) from error
    for key, value in data.items():
        _right(path.name, key, value)
    for key in _NEEDED:
        if not data.get(key):
            raise RoundError(MISSING.fill(file=path.name, key=key, what=WORDS[key]))
    return Settings(**data)


def _right(file: str, key: str, value: Any) -> None:
    if key not in WORDS:
        raise RoundError(NO_KEY.fill(file=file, key=key, meant=suggestions(key, WORDS)))
    if key == "year":
        if not isinstance(value, int) or not 2000 <= value <= 2099:
            raise RoundError(NOT_YEAR, file=file, key=key)
    elif key == "deadline":
        if type(value) is not date:
            raise RoundError(NOT_DATE, file=file, key=key)
    elif key == "answers_per_day":
        if type(value) is not int or value < 1:
            raise RoundError(NOT_COUNT, file=file, key=key)
    elif not isinstance(value, str):
        raise RoundError(NOT_TEXT, file=file, key=key)
    elif key == "sender" and value and not _ADDRESS.fullmatch(value):
        raise RoundError(NOT_ADDRESS, file=file, key=key, value=value)


def written(settings: Settings) -> str:
    """The text of ``round.toml``; what is not given stands there as a comment, ready to be filled in."""
    lines = ["# perfxl"]
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    for key, what in WORDS.items():
        value = values[key]
        lines.append(f"\n# {what.zh}\n{'' if value else '# '}{key} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: str | int | date | None) -> str:
    """A value as TOML: a JSON string is one, once DEL is escaped."""
    if value is None:
        return ""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)


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
    if (folder / NAME).exists():
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
    save(folder / NAME, written(mine).encode())
    return Round(folder, mine, ledger)


def open_round(folder: Path, password: Password | None = None) -> Round:
    """Open a round. Raises ``RoundError``, ``ClerkError`` or ``LedgerError``."""
    path = folder / NAME
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


#: under what the keyring has them
SERVICE = "perfxl"
DATABASE_PASSWORD, MAIL_PASSWORD = "PERFXL_DATABASE_PASSWORD", "PERFXL_MAIL_PASSWORD"


def secret(variable: str, account: str, ask: Callable[[str], str] | None = None) -> str | None:
    """The password of an account: the environment's ``variable``, the keyring's, or what ``ask(account)`` gives."""
    found = os.environ.get(variable) or _from_keyring(account)
    if found is None and ask is not None:
        found = ask(account)
    return found


def _from_keyring(account: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, account)
    except KeyringError:  # a machine without one, or one that is locked
        return None


def account_of(url: str) -> str:
    """``user@host`` of a server's address: what its password belongs to."""
    parts = urlsplit(url)
    return f"{unquote(parts.username or '')}@{parts.hostname or ''}"
