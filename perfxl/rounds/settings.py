"""``round.toml``: what a round is, in a file that the clerk may edit. No password stands in it."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from perfxl.clerk.errors import contents, filled, offered
from perfxl.model import Text
from perfxl.rounds.errors import RoundError

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
        data = tomllib.loads(contents(path).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RoundError(NOT_TOML, file=path.name, error=error) from error
    for key, value in data.items():
        _right(path.name, key, value)
    for key in _NEEDED:
        if not data.get(key):
            raise RoundError(filled(MISSING, file=path.name, key=key, what=WORDS[key]))
    return Settings(**data)


def _right(file: str, key: str, value: Any) -> None:
    if key not in WORDS:
        raise RoundError(filled(NO_KEY, file=file, key=key, meant=offered(key, WORDS)))
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
