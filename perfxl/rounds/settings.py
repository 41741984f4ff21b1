"""The settings of a round, ``round.toml``: read with every mistake reported, and written with every key explained."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from perfxl.clerk.errors import file_bytes, suggestions
from perfxl.model import Text, UserError

SETTINGS = "round.toml"
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
