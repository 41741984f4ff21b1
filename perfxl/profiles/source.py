"""The TOML text of a profile: its tables, the line of every key, and what is reported when a value is unusable."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from perfxl.model import Lang, Text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    D = TypeVar("D", bound=DataclassInstance)
T = TypeVar("T")
#: the keys and the numbers of list items that lead to a value: ``("sums", 0, "parts")``
KeyPath = tuple[str | int, ...]

WHERE = Text("{file} 第 {line} 行，{key}：{problem}", "{file}, line {line}, {key}: {problem}")
MISSING = Text("没有填写这一项，请补上。", "this is missing; please add it.")
WRONG_KIND = Text("应填{kind}，现在是 {value}。", "must be {kind}, not {value}.")
NOT_STRINGS = Text(
    '应填文字的列表，如 ["甲", "乙"]，现在是 {value}。', 'must be a list of texts such as ["a", "b"], not {value}.'
)
NONE_OF = Text("没有“{value}”这种写法，可以填：{allowed}。", "there is no “{value}” here; it may be: {allowed}.")
UNKNOWN = Text("这里没有名为“{key}”的项。{guess}", "there is no key “{key}” here.{guess}")
GUESS = Text("是否为 {close}？", " Is it {close}?")
NO_REST = Text(
    "“...”代表所沿用的各项，而这里没有可沿用的。", "“...” stands for inherited items, and there are none here."
)
EMPTY = Text("不能是空的。", "must not be empty.")
CONTROL = Text("含有不可见的控制字符，请删去。", "holds an invisible control character; please delete it.")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
OUTSIDE = Text("应在 {least} 到 {most} 之间。", "must be {least} to {most}.")


class ProfileError(ValueError):
    """A profile that cannot be used; ``message`` gives file, line and key, and what is wrong there."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.render("zh"))
        self.message = message

    def __reduce__(self) -> tuple[type[ProfileError], tuple[Text]]:
        """Pickle both languages: a worker process may raise it."""
        return ProfileError, (self.message,)

    def render(self, lang: Lang) -> str:
        """The message in one language."""
        return self.message.render(lang)


@dataclass(frozen=True)
class TomlFile:
    """A file by the name that messages give it, and its text."""

    name: str
    text: str

    @cached_property
    def lines(self) -> dict[KeyPath, int]:
        """Path of a key -> its line; worked out only when something is wrong."""
        return lines_of(self.text)


class KeyLocation(NamedTuple):
    """Where a key is in a file."""

    file: TomlFile
    path: KeyPath

    @property
    def line(self) -> int:
        """The line, from 1: that of the nearest table above, where the path has none."""
        lines, path = self.file.lines, self.path
        return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 1)

    @property
    def name(self) -> str:
        """The path as people write it: ``sums[3].parts``; items count from 1."""
        parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return "".join(parts).removeprefix(".")

    def error(self, problem: Text, key: str = "") -> ProfileError:
        """The error for this place; ``key`` names a missing key below it."""
        name = ".".join(filter(None, (self.name, key)))
        return ProfileError(WHERE.fill(file=self.file.name, line=self.line, key=name, problem=problem))


class TomlTable(dict[str, Any]):
    """A table of a file: its values, its location, and those of its keys, which may come from two files.

    The methods that return a value check its type and raise ``ProfileError`` where it is not as required.
    """

    def __init__(self, location: KeyLocation) -> None:
        super().__init__()
        self.location = location
        self.key_locations: dict[str, KeyLocation] = {}

    def put(self, key: str, value: Any, location: KeyLocation) -> None:
        """Set a key together with its location."""
        self[key] = value
        self.key_locations[key] = location

    def error(self, key: str, problem: Text) -> ProfileError:
        """The error for a key, with its location: that of the table where the key is missing."""
        if key in self.key_locations:
            return self.key_locations[key].error(problem)
        return self.location.error(problem, key)

    def value(self, key: str, kind: type[T], default: T | None = None) -> T:
        """A value of a type; without a default it is required."""
        if key not in self:
            if default is None:
                raise self.error(key, MISSING)
            return default
        value = self[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(key, WRONG_KIND.fill(kind=KINDS[kind], value=_shown(value)))
        return value

    def text(self, key: str) -> str:
        """A text that is required and not blank."""
        value = self.value(key, str)
        if not value.strip():
            raise self.error(key, EMPTY)
        return value

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within limits."""
        value = self.value(key, int, default)
        if not least <= value <= most:
            raise self.error(key, OUTSIDE.fill(least=least, most=most))
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty where the key is missing."""
        value = self.value(key, list, [])
        if not all(isinstance(item, str) for item in value):
            raise self.error(key, NOT_STRINGS.fill(value=_shown(value)))
        if REST in value:
            raise self.error(key, NO_REST)
        return tuple(value)

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """One of a few words."""
        value = self.value(key, str, default)
        if value not in allowed:
            raise self.error(key, NONE_OF.fill(value=value, allowed=", ".join(sorted(allowed))))
        return value

    def required(self, key: str, values: Sequence[T]) -> Sequence[T]:
        """The values that were read for a key, of which there must be one at least."""
        if not values:
            raise self.error(key, EMPTY if key in self else MISSING)
        return values

    def table(self, key: str) -> TomlTable:
        """A table below this one, which is required."""
        return self.value(key, TomlTable)

    def optional_table(self, key: str) -> TomlTable:
        """A table below this one, an empty one where the key is missing."""
        return self.table(key) if key in self else TomlTable(self.location)

    def tables(self, key: str) -> Iterator[TomlTable]:
        """The tables of a list, none where the key is missing."""
        for item in self.value(key, list, []):
            if not isinstance(item, TomlTable):
                raise self.error(key, WRONG_KIND.fill(kind=KINDS[TomlTable], value=_shown(item)))
            yield item

    def read(self, cls: type[D], *more: str, **given: object) -> D:
        """An object of a dataclass: its fields are read by name and type, but for those that are given.

        A key that is neither a field nor one of ``more`` is refused: nothing would use it, and most often it is
        misspelt. A text without a default is required and not blank.
        """
        fields = {field.name: field for field in dataclasses.fields(cls) if field.type != "KeyLocation"}
        self.allow(fields.keys() | set(more))
        values = dict(given)
        for name in (name for name in fields if name not in given):
            default = fields[name].default
            if fields[name].type == "tuple[str, ...]":
                values[name] = self.strings(name)
            elif default is not dataclasses.MISSING:
                values[name] = self.value(name, type(default), default)
            else:
                values[name] = self.text(name)
        return cls(**values)

    def allow(self, known: Collection[str]) -> None:
        """Refuse a key that is none of these."""
        for key in self:
            if key not in known:
                raise self.error(key, UNKNOWN.fill(key=key, guess=guess_of(key, known)))


def guess_of(key: str, known: Collection[str]) -> Text:
    """The question whether the nearest of the known keys is meant, empty where none is near."""
    close = get_close_matches(key, known, 1)
    return GUESS.fill(close=close[0]) if close else Text("", "")


KINDS: dict[type, Text] = {
    str: Text("加引号的文字", "a text in quotes"),
    int: Text("整数", "a whole number"),
    float: Text("数字", "a number"),
    bool: Text("true 或 false", "true or false"),
    list: Text("列表 [ … ]", "a list [ … ]"),
    TomlTable: Text("表 [ … ] 或 { … }", "a table"),
}


def _shown(value: object) -> str:
    """A value in a message: short, and in the spelling of the file."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else text[:39] + "…"


def with_locations(value: Any, location: KeyLocation) -> Any:
    """A value that tomllib read, with every table in it made a ``TomlTable``; no text has a control character."""
    if isinstance(value, dict):
        table = TomlTable(location)
        for key, item in value.items():
            below = KeyLocation(location.file, (*location.path, key))
            table.put(key, with_locations(item, below), below)
        return table
    if isinstance(value, list):
        return [
            with_locations(item, KeyLocation(location.file, (*location.path, number)))
            for number, item in enumerate(value)
        ]
    if isinstance(value, str) and _CONTROL.search(value):
        raise location.error(CONTROL)
    return value


# ---------------------------------------------------------------- one table over another

#: in a list: the inherited items are inserted here
REST = "..."
#: lists of tables whose items are identified by these keys
IDENTIFIED: dict[tuple[str, ...], tuple[str, ...]] = {("levels",): ("key",), ("sums",): ("code", "name")}


def merged(base: TomlTable, own: TomlTable, path: tuple[str, ...] = ()) -> TomlTable:
    """One table over another.

    Tables merge key by key. A list replaces the inherited one; where it holds ``"..."``, the inherited items are
    inserted. Levels, identified by key, and sums, by code and name, are changed one by one, and new ones are added.
    """
    result = TomlTable(own.location)
    for table in (base, own):
        for key, value in table.items():
            before, here = result.get(key), (*path, key)
            if isinstance(before, TomlTable) and isinstance(value, TomlTable):
                value = merged(before, value, here)
            elif isinstance(before, list) and isinstance(value, list):
                value = _merged_list(before, value, here)
            result.put(key, value, table.key_locations[key])
    return result


def _merged_list(before: list[Any], own: list[Any], path: tuple[str, ...]) -> list[Any]:
    if path not in IDENTIFIED:
        return [item for each in own for item in (before if each == REST else [each])]
    items = {_identity(item, path): item for item in before}
    for item in own:
        identity = _identity(item, path)
        known = items.get(identity)
        items[identity] = merged(known, item) if isinstance(known, TomlTable) and isinstance(item, TomlTable) else item
    return list(items.values())


def _identity(item: Any, path: tuple[str, ...]) -> tuple[Any, ...]:
    """The values that identify an item; one that lacks them is equal to nothing else."""
    if isinstance(item, TomlTable) and all(isinstance(item.get(key), str) for key in IDENTIFIED[path]):
        return tuple(item[key] for key in IDENTIFIED[path])
    return (id(item),)


# ---------------------------------------------------------------- the line of every key

_SKIP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*""")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_BARE = re.compile(r"[^,\]}#\n]*")


def lines_of(text: str) -> dict[KeyPath, int]:
    """Path of every table, key and list item of a valid TOML text -> its line, from 1: tomllib keeps no positions."""
    return _LineScanner(text).found


class _LineScanner:
    """Goes through the text once; ``at`` is the position of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self.found: dict[KeyPath, int] = {}
        self._items: Counter[KeyPath] = Counter()
        table: KeyPath = ()
        while char := self._next():
            table = self._head() if char == "[" else self._pair(table)

    def _next(self) -> str:
        """The next character that is neither blank nor in a comment, ``""`` at the end."""
        match = _SKIP.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def _line(self) -> int:
        return bisect_right(self._ends, self.at - 1) + 1

    def _keys(self) -> list[str]:
        """The parts of a dotted key; ``at`` is behind it then."""
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
            self.found.setdefault(path, line)
            if path in self._items:
                path = (*path, self._items[path] - 1)
        path = (*path, last)
        self.found.setdefault(path, line)
        if marks == 2:
            path = (*path, self._items[path])
            self._items[path[:-1]] += 1
            self.found[path] = line
        return path

    def _pair(self, table: KeyPath) -> KeyPath:
        """``key = value`` in a table, whose path is returned."""
        line, path = self._line(), table
        for key in self._keys():
            path = (*path, key)
            self.found.setdefault(path, line)
        self.at += 1
        self._value(path)
        return table

    def _value(self, path: KeyPath) -> None:
        end = {"[": "]", "{": "}"}.get(self._next())
        if end is None:
            match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            return
        self.at += 1
        number = 0
        while self._next() != end:
            if end == "}":
                self._pair(path)
            else:
                self.found[*path, number] = self._line()
                self._value((*path, number))
            self.at += self._next() == ","
            number += 1
        self.at += 1
