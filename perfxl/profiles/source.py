"""On which line of a TOML file each key stands: tomllib reads the values and keeps no places.

The text is known to be right TOML when it comes here, so nothing is checked a second time.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from perfxl.model import Lang, Text

#: the keys and the numbers of list items that lead to a value: ``("sums", 0, "parts")``
KeyPath = tuple[str | int, ...]

_SKIP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*""")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_BARE = re.compile(r"[^,\]}#\n]*")


def lines_of(text: str) -> dict[KeyPath, int]:
    """Path of every table, key and list item -> its line, from 1."""
    return _Scanner(text).scan()


class _Scanner:
    """Walks once over the text; ``at`` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._found: dict[KeyPath, int] = {}
        self._items: Counter[KeyPath] = Counter()

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self._next():
            if self.text.startswith("[", self.at):
                table = self._head()
            else:
                self._pair(table)
        return self._found

    def _next(self) -> str:
        """The next character that is neither blank nor comment, ``""`` at the end."""
        match = _SKIP.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def _line(self) -> int:
        return bisect_right(self._ends, self.at - 1) + 1

    def _keys(self) -> list[str]:
        """A key with its dots; ``at`` stands behind it."""
        keys = []
        while match := _KEY.match(self.text, self.at):
            keys.append(next(part for part in match.groups() if part is not None))
            self.at = match.end()
            if not self.text.startswith(".", self.at):
                break
            self.at += 1
        return keys

    def _head(self) -> KeyPath:
        """``[table]`` or ``[[item of a list]]``."""
        line, marks = self._line(), 2 if self.text.startswith("[[", self.at) else 1
        self.at += marks
        *above, last = self._keys()
        self.at += marks
        path: KeyPath = ()
        for key in above:
            path = (*path, key)
            self._found.setdefault(path, line)
            if path in self._items:
                path = (*path, self._items[path] - 1)
        path = (*path, last)
        self._found.setdefault(path, line)
        if marks == 2:
            path = (*path, self._items[path])
            self._items[path[:-1]] += 1
            self._found[path] = line
        return path

    def _pair(self, table: KeyPath) -> None:
        """``key = value``."""
        line, path = self._line(), table
        for key in self._keys():
            path = (*path, key)
            self._found.setdefault(path, line)
        self.at += 1
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        char = self._next()
        if char == "[":
            self._list(path)
        elif char == "{":
            self.at += 1
            while self._next() != "}":
                self._pair(path)
                self._next()
                self.at += self.text.startswith(",", self.at)
            self.at += 1
        else:
            match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            self.at = match.end() if match else self.at

    def _list(self, path: KeyPath) -> None:
        self.at += 1
        number = 0
        while self._next() != "]":
            self._found[*path, number] = self._line()
            self._value((*path, number))
            self._next()
            self.at += self.text.startswith(",", self.at)
            number += 1
        self.at += 1


@dataclass(frozen=True)
class TomlFile:
    """A file as people call it, and its text."""

    name: str
    text: str

    @cached_property
    def lines(self) -> dict[KeyPath, int]:
        """Path of a key -> its line; made only when something is wrong."""
        return lines_of(self.text)


class KeyLocation(NamedTuple):
    """Where something stands in a file."""

    source: TomlFile
    path: KeyPath

    @property
    def line(self) -> int:
        """The line, from 1."""
        return self.source.lines.get(self.path, 1)

    @property
    def name(self) -> str:
        """The path as people write it: ``sums[3].parts``; items count from 1."""
        parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return "".join(parts).removeprefix(".")


class TomlTable(dict[str, Any]):
    """A table of a file that knows its place and those of its keys, which may come from two files."""

    def __init__(self, place: KeyLocation) -> None:
        super().__init__()
        self.place = place
        self.places: dict[str, KeyLocation] = {}

    def put(self, key: str, value: Any, place: KeyLocation) -> None:
        """Set a key together with its place."""
        self[key] = value
        self.places[key] = place


def placed(value: Any, place: KeyLocation) -> Any:
    """What tomllib read, with every table in it made a ``TomlTable``."""
    if isinstance(value, dict):
        table = TomlTable(place)
        for key, item in value.items():
            below = KeyLocation(place.source, (*place.path, key))
            table.put(key, placed(item, below), below)
        return table
    if isinstance(value, list):
        return [placed(item, KeyLocation(place.source, (*place.path, number))) for number, item in enumerate(value)]
    return value


#: in a list: the inherited items stand here
REST = "..."
#: lists of tables whose items have names of their own
NAMED: dict[tuple[str, ...], tuple[str, ...]] = {("levels",): ("key",), ("sums",): ("code", "name")}


def merged(base: TomlTable, own: TomlTable, path: tuple[str, ...] = ()) -> TomlTable:
    """One table over another.

    Tables merge key by key. A list replaces the inherited one; where it holds ``"..."``, the inherited items stand
    there. Levels, known by their key, and sums, known by code and name, are changed one by one, new ones added.
    """
    result = TomlTable(own.place)
    for table in (base, own):
        for key, value in table.items():
            before, here = result.get(key), (*path, key)
            if isinstance(before, TomlTable) and isinstance(value, TomlTable):
                value = merged(before, value, here)
            elif isinstance(before, list) and isinstance(value, list):
                value = _over(before, value, here)
            result.put(key, value, table.places[key])
    return result


def _over(before: list[Any], own: list[Any], path: tuple[str, ...]) -> list[Any]:
    if path not in NAMED:
        return [item for each in own for item in (before if each == REST else [each])]
    items = {_name(item, path): item for item in before}
    for item in own:
        name = _name(item, path)
        known = items.get(name)
        items[name] = merged(known, item) if isinstance(known, TomlTable) and isinstance(item, TomlTable) else item
    return list(items.values())


def _name(item: Any, path: tuple[str, ...]) -> tuple[Any, ...]:
    """What an item of a named list is known by; one that has no name is only itself."""
    if isinstance(item, TomlTable) and all(isinstance(item.get(key), str) for key in NAMED[path]):
        return tuple(item[key] for key in NAMED[path])
    return (id(item),)


T = TypeVar("T")

WHERE = Text("{file} 第 {line} 行，{key}：{problem}", "{file}, line {line}, {key}: {problem}")
MISSING = Text("没有填写这一项，请补上。", "this is missing; please add it.")
WRONG_KIND = Text("应填{kind}，现在是 {value}。", "must be {kind}, not {value}.")
NOT_STRINGS = Text(
    '应填文字的列表，如 ["甲", "乙"]，现在是 {value}。', 'must be a list of texts such as ["a", "b"], not {value}.'
)
NONE_OF = Text("没有“{value}”这种写法，可以填：{allowed}。", "there is no “{value}” here; it may be: {allowed}.")
UNKNOWN = Text("这里没有名为“{key}”的项。{guess}", "there is no key “{key}” here.{guess}")
GUESS = Text("是不是 {close}？", " Is it {close}?")
NO_REST = Text(
    "“...”代表所沿用的各项，而这里没有可沿用的。", "“...” stands for inherited items, and there are none here."
)
EMPTY = Text("不能是空的。", "must not be empty.")
KINDS = {
    str: Text("加引号的文字", "a text in quotes"),
    int: Text("整数", "a whole number"),
    float: Text("数字", "a number"),
    bool: Text("true 或 false", "true or false"),
    list: Text("列表 [ … ]", "a list [ … ]"),
    dict: Text("表 [ … ] 或 { … }", "a table"),
}


class ProfileError(ValueError):
    """A profile that cannot be used; ``render`` tells in words which file, line and key, and what is wrong."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.zh)
        self.said = said

    def __reduce__(self) -> tuple[type[ProfileError], tuple[Text]]:
        """An exception of two languages goes whole from a worker to its parent."""
        return ProfileError, (self.said,)

    def render(self, lang: Lang) -> str:
        """The complaint in one language."""
        return self.said.zh if lang == "zh" else self.said.en


def complaint(place: KeyLocation, problem: Text, key: str = "") -> ProfileError:
    """What is wrong at a place of a file; ``key`` where it is about a key below it."""
    name = ".".join(filter(None, (place.name, key)))
    file, line = place.source.name, place.line
    return ProfileError(
        Text(
            WHERE.render("zh", file=file, line=line, key=name, problem=problem.zh),
            WHERE.render("en", file=file, line=line, key=name, problem=problem.en),
        )
    )


@dataclasses.dataclass(frozen=True)
class Node:
    """A table of the file, asked for what should stand in it."""

    data: TomlTable

    def fail(self, key: str, problem: Text) -> ProfileError:
        """The complaint about a key, with its place: that of the table where the key is not there."""
        if key in self.data.places:
            return complaint(self.data.places[key], problem)
        return complaint(self.data.place, problem, key)

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        """A value of a kind; without a default it must be there."""
        if key not in self.data:
            if default is None:
                raise self.fail(key, MISSING)
            return default
        value = self.data[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(key, WRONG_KIND.fill(kind=KINDS[kind], value=shown(value)))
        return value

    def name(self, key: str) -> str:
        """A text that must be there and say something."""
        value = self.get(key, str)
        if not value.strip():
            raise self.fail(key, EMPTY)
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty if it is not there."""
        value = self.get(key, list, [])
        if not all(isinstance(item, str) for item in value):
            raise self.fail(key, NOT_STRINGS.fill(value=shown(value)))
        if REST in value:
            raise self.fail(key, NO_REST)
        return tuple(value)

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """One of a few words."""
        value = self.get(key, str, default)
        if value not in allowed:
            raise self.fail(key, NONE_OF.fill(value=value, allowed=", ".join(sorted(allowed))))
        return value

    def node(self, key: str) -> Node:
        """A table below this one."""
        value = self.get(key, dict)
        assert isinstance(value, TomlTable)  # noqa: S101 -- every table of a file is one
        return Node(value)

    def below(self, key: str) -> Node:
        """A table below this one, an empty one if it is not there."""
        return self.node(key) if key in self.data else Node(TomlTable(self.data.place))

    def nodes(self, key: str) -> Iterator[Node]:
        """The tables of a list, none if it is not there."""
        for item in self.get(key, list, []):
            if not isinstance(item, TomlTable):
                raise self.fail(key, WRONG_KIND.fill(kind=KINDS[dict], value=shown(item)))
            yield Node(item)

    def only(self, cls: type, *more: str) -> None:
        """Refuse a key that nothing reads: most often it is a misspelt one."""
        self.only_keys({f.name for f in dataclasses.fields(cls)} | set(more))

    def only_keys(self, known: Collection[str]) -> None:
        """Refuse a key that is none of these."""
        for key in self.data:
            if key not in known:
                close = get_close_matches(key, known, 1)
                guess = GUESS.fill(close=close[0]) if close else Text("", "")
                raise self.fail(key, UNKNOWN.fill(key=key, guess=guess))


def shown(value: object) -> str:
    """A value as it stands in a message: short, and in the spelling of the file."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
