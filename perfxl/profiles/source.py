"""The file of a profile: read, put together with the profile it starts from, and every key with its place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from perfxl.profiles.places import Path, lines_of


@dataclass(frozen=True)
class Source:
    """A file as people call it, and its text."""

    name: str
    text: str

    @cached_property
    def lines(self) -> dict[Path, int]:
        """Path of a key -> its line; made only when something is wrong."""
        return lines_of(self.text)


class Place(NamedTuple):
    """Where something stands in a file."""

    source: Source
    path: Path

    @property
    def line(self) -> int:
        """The line, from 1."""
        return self.source.lines.get(self.path, 1)

    @property
    def name(self) -> str:
        """The path as people write it: ``sums[3].parts``; items count from 1."""
        parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return "".join(parts).removeprefix(".")


class Table(dict[str, Any]):
    """A table of a file that knows its place and those of its keys, which may come from two files."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: dict[str, Place] = {}

    def put(self, key: str, value: Any, place: Place) -> None:
        """Set a key together with its place."""
        self[key] = value
        self.places[key] = place


def placed(value: Any, place: Place) -> Any:
    """What tomllib read, with every table in it made a ``Table``."""
    if isinstance(value, dict):
        table = Table(place)
        for key, item in value.items():
            below = Place(place.source, (*place.path, key))
            table.put(key, placed(item, below), below)
        return table
    if isinstance(value, list):
        return [placed(item, Place(place.source, (*place.path, number))) for number, item in enumerate(value)]
    return value


#: in a list: the inherited items stand here
REST = "..."
#: lists of tables whose items have names of their own
NAMED: dict[tuple[str, ...], tuple[str, ...]] = {("levels",): ("key",), ("sums",): ("code", "name")}


def merged(base: Table, own: Table, path: tuple[str, ...] = ()) -> Table:
    """One table over another.

    Tables merge key by key. A list replaces the inherited one; where it holds ``"..."``, the inherited items stand
    there. Levels, known by their key, and sums, known by code and name, are changed one by one, new ones added.
    """
    result = Table(own.place)
    for table in (base, own):
        for key, value in table.items():
            before, here = result.get(key), (*path, key)
            if isinstance(before, Table) and isinstance(value, Table):
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
        items[name] = merged(known, item) if isinstance(known, Table) and isinstance(item, Table) else item
    return list(items.values())


def _name(item: Any, path: tuple[str, ...]) -> tuple[Any, ...]:
    """What an item of a named list is known by; one that has no name is only itself."""
    if isinstance(item, Table) and all(isinstance(item.get(key), str) for key in NAMED[path]):
        return tuple(item[key] for key in NAMED[path])
    return (id(item),)
