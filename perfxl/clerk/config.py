"""``--config FILE.toml``: severities, limits and words of the user's own, laid over a profile.

What a file names replaces what the profile has. A list of words may also be added to or taken from::

    [severity]
    QUALITY-05 = "off"
    [words]
    graded = ["优", "良", "中", "差"]
    vague.add = ["大力推进"]
    vague.remove = ["长期"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from perfxl.clerk.errors import did_you_mean, file_text, suggestions
from perfxl.model import Text, UserError
from perfxl.profiles import Profile, load
from perfxl.profiles.source import WHERE, lines_of
from perfxl.rules import codes_of
from perfxl.values import Words

SEVERITIES = ("error", "warning", "notice", "off")
TABLES = ("severity", "limits", "words", "typos", "belongs")
CHANGES = ("add", "remove")

SYNTAX = Text("{file} 不是正确的 TOML：{error}", "{file} is not TOML: {error}")
NO_KEY = Text("没有这一项。{meant}", "There is no such key.{meant}")
NO_CODE = Text("没有这个规则编号。{meant}", "There is no rule of that code.{meant}")
NO_SEVERITY = Text(
    "“{value}”应是 error（错误）、warning（警告）、notice（提示）或 off（停用）。",
    "{value!r} must be error, warning, notice or off.",
)
NO_NUMBER = Text("“{value}”应是不小于 0 的数。", "{value!r} must be a number, not below 0.")
NO_TABLE = Text("应是一节：[{key}]。", "It must be a table: [{key}].")
NO_LIST = Text(
    '应是词语的列表，如 ["甲", "乙"]，或用 {key}.add、{key}.remove 增减。',
    'It must be a list of words like ["甲", "乙"], or {key}.add and {key}.remove to change it.',
)
NO_CHANGE = Text("只能是 add（增加）或 remove（去掉）。", "It can only be add or remove.")
NO_PAIR = Text("应写成 误写 = 正写，两边都是词语。", "It must be: misspelt word = what was meant.")
NOT_IN_LIST = Text("原来就没有“{word}”，去不掉。{meant}", "{word!r} is not in the list.{meant}")


@dataclass(frozen=True, slots=True)
class Config:
    """A settings file as its text: cheap to send to a worker process, which lays it over the profile itself."""

    file: str
    text: str


def read_config(path: str | Path) -> Config:
    """Read the file. Its content is checked when it is laid over a profile."""
    return Config(Path(path).name, file_text(Path(path)))


def edition(profile: str | Profile, config: Config | None = None) -> Profile:
    """A profile, by name or as it is, with the user's file laid over it.

    Raises ``UserError`` when the file has a key or value that the profile has no use for.
    """
    form = load(profile) if isinstance(profile, str) else profile
    return form if config is None else _overlaid(form, config)


@cache
def _overlaid(profile: Profile, config: Config) -> Profile:
    return _Overlay(profile, config).profile()


class _Overlay:
    """The file while it is laid over the profile; every error has file, line and key."""

    def __init__(self, profile: Profile, config: Config) -> None:
        self._base, self._config = profile, config
        try:
            self._data = tomllib.loads(config.text)
        except tomllib.TOMLDecodeError as error:
            raise UserError(SYNTAX, file=config.file, error=error) from error

    def profile(self) -> Profile:
        """The profile with all changes of the file."""
        self._known((), self._data, TABLES)
        base = self._base
        lists = self._words()
        lexicon = {key: lists.get(key, old) for key, old in base.lexicon.items()}
        return replace(
            base,
            severity={**base.severity, **self._severities()},
            limits={**base.limits, **self._limits()},
            words=Words(
                frozenset(lexicon.get("graded", base.words.graded)),
                frozenset(lexicon.get("placeholders", base.words.placeholders)),
            ),
            basic_tasks=lexicon.get("basic_tasks", base.basic_tasks),
            name_noise=lexicon.get("name_noise", base.name_noise),
            other_cost=lexicon.get("other_cost", base.other_cost),
            lexicon=lexicon,
            belongs={**base.belongs, **self._belongs()},
            typos=self._typos(),
        )

    def _error(self, path: tuple[str, ...], problem: Text, **values: object) -> UserError:
        place = {"file": self._config.file, "line": line_of(self._config.text, path), "key": ".".join(path)}
        return UserError(WHERE, problem=problem.fill(**values), **place)

    def _known(self, path: tuple[str, ...], data: Mapping[str, Any], known: Collection[str]) -> None:
        for key in data:
            if key not in known:
                raise self._error((*path, key), NO_KEY, meant=suggestions(key, known))

    def _table(self, key: str) -> Mapping[str, Any]:
        data = self._data.get(key, {})
        if not isinstance(data, dict):
            raise self._error((key,), NO_TABLE, key=key)
        return data

    def _severities(self) -> dict[str, str]:
        codes = codes_of(self._base)
        found = self._table("severity")
        for code, value in found.items():
            if code not in codes:
                raise self._error(("severity", code), NO_CODE, meant=did_you_mean(code, codes))
            if value not in SEVERITIES:
                raise self._error(("severity", code), NO_SEVERITY, value=value)
        return dict(found)

    def _limits(self) -> dict[str, float]:
        found = self._table("limits")
        self._known(("limits",), found, self._base.limits)
        for key, value in found.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
                raise self._error(("limits", key), NO_NUMBER, value=value)
        return {key: float(value) for key, value in found.items()}

    def _words(self) -> dict[str, tuple[str, ...]]:
        found = self._table("words")
        known = self._base.lexicon
        self._known(("words",), found, known)
        return {key: self._list(("words", key), value, known[key]) for key, value in found.items()}

    def _belongs(self) -> dict[str, tuple[str, ...]]:
        found, base = self._table("belongs"), self._base
        self._known(("belongs",), found, base.levels)
        return {key: self._list(("belongs", key), value, base.belongs.get(key, ())) for key, value in found.items()}

    def _list(self, path: tuple[str, ...], value: object, old: tuple[str, ...]) -> tuple[str, ...]:
        """A list in place of the old one, or the old one with words added and taken away."""
        if not isinstance(value, dict):
            return self._strings(path, value)
        more, less = self._changes(path, value)
        for word in less:
            if word not in old:
                raise self._error((*path, "remove"), NOT_IN_LIST, word=word, meant=did_you_mean(word, old))
        return tuple(dict.fromkeys(word for word in (*old, *more) if word not in less))

    def _changes(self, path: tuple[str, ...], value: Mapping[str, Any]) -> list[tuple[str, ...]]:
        for key in value:
            if key not in CHANGES:
                raise self._error((*path, key), NO_CHANGE)
        return [self._strings((*path, key), value.get(key, [])) for key in CHANGES]

    def _strings(self, path: tuple[str, ...], value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
            raise self._error(path, NO_LIST, key=path[1] if len(path) > 1 else path[0])
        return tuple(value)

    def _typos(self) -> dict[str, str]:
        """Pairs in place of the profile's, or ``add`` and ``remove``."""
        found = self._table("typos")
        if not found:
            return dict(self._base.typos)
        if not set(found) & set(CHANGES):
            return self._pairs(("typos",), found)
        for key in found:
            if key not in CHANGES:
                raise self._error(("typos", key), NO_CHANGE)
        less = self._strings(("typos", "remove"), found.get("remove", []))
        for word in less:
            if word not in self._base.typos:
                raise self._error(
                    ("typos", "remove"), NOT_IN_LIST, word=word, meant=did_you_mean(word, self._base.typos)
                )
        kept = {word: right for word, right in self._base.typos.items() if word not in less}
        return kept | self._pairs(("typos", "add"), found.get("add", {}))

    def _pairs(self, path: tuple[str, ...], value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self._error(path, NO_PAIR)
        for word, right in value.items():
            if not word or not isinstance(right, str) or not right:
                raise self._error((*path, word), NO_PAIR)
        return dict(value)


def line_of(text: str, path: tuple[str, ...]) -> int:
    """The line of a key of a TOML text, or that of the nearest table above it; 1 if there is none."""
    lines = lines_of(text)
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 1)
