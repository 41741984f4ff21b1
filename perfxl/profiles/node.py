"""A table of a profile file together with its place, so that every complaint can name file, line and key."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import TypeVar

from perfxl.model import Lang, Text
from perfxl.profiles.source import REST, Place, Table

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


def complaint(place: Place, problem: Text, key: str = "") -> ProfileError:
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

    data: Table

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
        assert isinstance(value, Table)  # noqa: S101 -- every table of a file is one
        return Node(value)

    def below(self, key: str) -> Node:
        """A table below this one, an empty one if it is not there."""
        return self.node(key) if key in self.data else Node(Table(self.data.place))

    def nodes(self, key: str) -> Iterator[Node]:
        """The tables of a list, none if it is not there."""
        for item in self.get(key, list, []):
            if not isinstance(item, Table):
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
