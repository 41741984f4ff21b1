"""The clerk's files for one batch, read before any workbook is, and their effect on the profile and the findings.

``--config FILE.toml`` has severities, limits and words of the user's own. What it names replaces what the profile has;
a list of words may also be added to or taken from::

    [severity]
    QUALITY-05 = "off"
    [words]
    graded = ["优", "良", "中", "差"]
    vague.add = ["大力推进"]
    vague.remove = ["长期"]
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TypedDict

from perfxl.clerk.errors import did_you_mean, file_text, suggestions
from perfxl.clerk.pairs import Pairs, read_pairs, unused
from perfxl.clerk.roster import read_control
from perfxl.clerk.waivers import Waiver, read_waivers, waive
from perfxl.model import Finding, Lang, Severity, Text, UserError
from perfxl.profiles import Profile, load
from perfxl.profiles.source import KeyLocation, TomlFile, TomlTable, with_locations
from perfxl.reading import WorkbookRows
from perfxl.rules import codes_of
from perfxl.values import Words

SEVERITIES = ("error", "warning", "notice", "off")
TABLES = ("severity", "limits", "words", "typos", "belongs")
CHANGES = ("add", "remove")

SYNTAX = Text("{file} 不是正确的 TOML：{error}", "{file} is not TOML: {error}")
NO_KEY = Text("无此项。{meant}", "There is no such key.{meant}")
NO_CODE = Text("无此规则编号。{meant}", "There is no rule of that code.{meant}")
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
NOT_IN_LIST = Text("原无“{word}”，无须删除。{meant}", "{word!r} is not in the list.{meant}")


@dataclass(frozen=True, slots=True)
class Config:
    """A settings file as its text: cheap to send to a worker process, which lays it over the profile itself."""

    file: str
    text: str


def read_config(path: str | Path) -> Config:
    """Read the file. Its content is checked when it is laid over a profile."""
    return Config(Path(path).name, file_text(Path(path)))


def edition(profile: str | Profile, config: Config | None = None) -> Profile:
    """A profile, by name or as it is, with the user's file laid over it. Raises ``UserError`` for what has no use."""
    form = load(profile) if isinstance(profile, str) else profile
    return form if config is None else _overlaid(form, config)


@cache
def _overlaid(base: Profile, config: Config) -> Profile:
    try:
        values = tomllib.loads(config.text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(SYNTAX, file=config.file, error=error) from error
    data = with_locations(values, KeyLocation(TomlFile(config.file, config.text), ()))
    _allow(data, TABLES)
    severity, limits, words, typos, belongs = (_table(data, key) for key in TABLES)
    lexicon = {**base.lexicon, **_lists(words, base.lexicon, base.lexicon)}
    return replace(
        base,
        severity={**base.severity, **_severities(severity, codes_of(base))},
        limits={**base.limits, **_limits(limits, base.limits)},
        words=Words(
            frozenset(lexicon.get("graded", base.words.graded)),
            frozenset(lexicon.get("placeholders", base.words.placeholders)),
        ),
        basic_tasks=lexicon.get("basic_tasks", base.basic_tasks),
        name_noise=lexicon.get("name_noise", base.name_noise),
        other_cost=lexicon.get("other_cost", base.other_cost),
        lexicon=lexicon,
        belongs={**base.belongs, **_lists(belongs, base.belongs, base.levels)},
        typos=_typos(typos, base.typos),
    )


def _error(data: TomlTable, key: str, problem: Text, /, **values: object) -> UserError:
    return UserError(data.error(key, problem.fill(**values)).message)


def _allow(data: TomlTable, known: Collection[str]) -> None:
    for key in data:
        if key not in known:
            raise _error(data, key, NO_KEY, meant=suggestions(key, known))


def _table(data: TomlTable, key: str) -> TomlTable:
    table = data.get(key, TomlTable(data.location))
    if not isinstance(table, TomlTable):
        raise _error(data, key, NO_TABLE, key=key)
    return table


def _severities(data: TomlTable, codes: Collection[str]) -> Mapping[str, str]:
    for code, value in data.items():
        if code not in codes:
            raise _error(data, code, NO_CODE, meant=did_you_mean(code, codes))
        if value not in SEVERITIES:
            raise _error(data, code, NO_SEVERITY, value=value)
    return data


def _limits(data: TomlTable, known: Collection[str]) -> dict[str, float]:
    _allow(data, known)
    for key, value in data.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise _error(data, key, NO_NUMBER, value=value)
    return {key: float(value) for key, value in data.items()}


def _lists(data: TomlTable, old: Mapping[str, tuple[str, ...]], known: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Lists in place of the old ones, or the old ones with words added and taken away."""
    _allow(data, known)
    lists = {}
    for key, value in data.items():
        if isinstance(value, TomlTable):
            words = old.get(key, ())
            less = _removed(value, words)
            lists[key] = tuple(dict.fromkeys(word for word in (*words, *_words(value, "add")) if word not in less))
        else:
            lists[key] = _words(data, key)
    return lists


def _removed(data: TomlTable, old: Collection[str]) -> tuple[str, ...]:
    """The words to take away from the old ones, by a table of ``add`` and ``remove``."""
    for key in data:
        if key not in CHANGES:
            raise _error(data, key, NO_CHANGE)
    less = _words(data, "remove")
    for word in less:
        if word not in old:
            raise _error(data, "remove", NOT_IN_LIST, word=word, meant=did_you_mean(word, old))
    return less


def _words(data: TomlTable, key: str) -> tuple[str, ...]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise _error(data, key, NO_LIST, key=data.key_locations[key].path[1])
    return tuple(value)


def _typos(data: TomlTable, old: Mapping[str, str]) -> dict[str, str]:
    """Pairs in place of the profile's, or ``add`` and ``remove``."""
    if data and not data.keys() & set(CHANGES):
        return _pairs(data)
    less = _removed(data, old)
    added = data.get("add", TomlTable(data.location))
    if not isinstance(added, TomlTable):
        raise _error(data, "add", NO_PAIR)
    return {word: right for word, right in old.items() if word not in less} | _pairs(added)


def _pairs(data: TomlTable) -> dict[str, str]:
    for word, right in data.items():
        if not word or not isinstance(right, str) or not right:
            raise _error(data, word, NO_PAIR)
    return dict(data)


class ClerkFiles(TypedDict):
    """The paths of the clerk's files for one batch, as ``load_inputs`` takes them, ``None`` for those not given.

    ``control`` may also give each unit's control figure in fen by ``name_key`` of its name.
    """

    config: str | Path | None
    waivers: str | Path | None
    pairs: str | Path | None
    control: str | Path | Mapping[str, int] | None


@dataclass(frozen=True)
class ClerkInputs:
    """The clerk's files, read; ``today`` decides whether a waiver has expired."""

    config: Config | None = None
    waivers: tuple[Waiver, ...] = ()
    pairs: Pairs | None = None
    #: unit, as ``name_key`` compares it -> its control figure in fen
    control: Mapping[str, int] = field(default_factory=dict)
    today: date = field(default_factory=lambda: datetime.now().astimezone().date())
    #: the real paths of the files themselves, which are no returns
    paths: frozenset[str] = frozenset()

    def owns(self, path: Path) -> bool:
        """Whether a file among the returns is one of the clerk's own."""
        return bool(self.paths) and os.path.realpath(path) in self.paths

    def settle(
        self, findings: Sequence[Finding], books: Iterable[WorkbookRows], profile: Profile, lang: Lang
    ) -> tuple[Sequence[Finding], list[Finding]]:
        """The findings with waived ones marked, and the notices about waivers and pairs without effect."""
        books = list(books)
        notices = list(unused(self.pairs, books, profile, lang)) if self.pairs else []
        if self.waivers:
            findings, more = waive(self.waivers, findings, books, self.today, lang)
            notices += more
        given = [(one, profile.severity.get(one.code, one.severity)) for one in notices]
        return findings, [replace(one, severity=Severity(severity)) for one, severity in given if severity != "off"]


def load_inputs(
    profile: str | Profile,
    config: str | Path | None = None,
    waivers: str | Path | None = None,
    pairs: str | Path | None = None,
    control: str | Path | Mapping[str, int] | None = None,
    today: date | None = None,
) -> tuple[Profile, ClerkInputs]:
    """The profile with the clerk's settings, and the other files. Raises ``UserError`` for an unusable file."""
    settings = read_config(config) if config is not None else None
    form = edition(profile, settings)
    day = {"today": today} if today is not None else {}
    files = [path for path in (config, waivers, pairs, control) if isinstance(path, str | Path)]
    return form, ClerkInputs(
        settings,
        read_waivers(waivers, codes_of(form)) if waivers is not None else (),
        read_pairs(pairs) if pairs is not None else None,
        read_control(control) if isinstance(control, str | Path) else control or {},
        paths=frozenset(map(os.path.realpath, files)),
        **day,
    )
