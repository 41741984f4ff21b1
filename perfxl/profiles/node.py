"""A table of a profile file together with its place, so that every complaint can name file and key."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


class ProfileError(ValueError):
    """A profile file that cannot be used: which file, which key, what is wrong."""


@dataclasses.dataclass(frozen=True)
class Node:
    """A table of the file together with its place, so that every complaint can name the key."""

    file: str
    path: str
    data: Mapping[str, Any]

    def fail(self, key: str, problem: str) -> ProfileError:
        """The complaint about a key, with its place."""
        place = f"{self.path}.{key}" if self.path else key
        return ProfileError(f"{self.file}: {place}: {problem}")

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        """A value of a kind; without a default it must be there."""
        if key not in self.data:
            if default is None:
                raise self.fail(key, "is missing")
            return default
        value = self.data[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(key, f"must be {kind.__name__}, not {value!r}")
        return value

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty if it is not there."""
        value = self.get(key, list, [])
        if not all(isinstance(item, str) for item in value):
            raise self.fail(key, "must be a list of strings")
        return tuple(value)

    def one_of(self, key: str, allowed: set[str], default: str | None = None) -> str:
        """One of a few words."""
        value = self.get(key, str, default)
        if value not in allowed:
            raise self.fail(key, f"{value!r} is none of {', '.join(sorted(allowed))}")
        return value

    def node(self, key: str) -> Node:
        """A table below this one."""
        return Node(self.file, f"{self.path}.{key}" if self.path else key, self.get(key, dict))

    def nodes(self, key: str) -> Iterator[Node]:
        """The tables of a list, none if it is not there."""
        for number, item in enumerate(self.get(key, list, []), 1):
            if not isinstance(item, dict):
                raise self.fail(f"{key}[{number}]", "must be a table")
            yield Node(self.file, f"{self.path}.{key}[{number}]".lstrip("."), item)

    def only(self, cls: type, *more: str) -> None:
        """Refuse a key that nothing reads: most often it is a misspelt one."""
        known = {f.name for f in dataclasses.fields(cls)} | set(more)
        for key in self.data:
            if key not in known:
                raise self.fail(key, "is not a key perfxl knows here")
