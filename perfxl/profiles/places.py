"""On which line of a TOML file each key stands: tomllib reads the values and keeps no places.

The text is known to be right TOML when it comes here, so nothing is checked a second time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

#: the keys and the numbers of list items that lead to a value: ``("sums", 0, "parts")``
Path = tuple[str | int, ...]

_SKIP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*""")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_BARE = re.compile(r"[^,\]}#\n]*")


def lines_of(text: str) -> dict[Path, int]:
    """Path of every table, key and list item -> its line, from 1."""
    return _Scanner(text).scan()


class _Scanner:
    """Walks once over the text; ``at`` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._found: dict[Path, int] = {}
        self._items: Counter[Path] = Counter()

    def scan(self) -> dict[Path, int]:
        table: Path = ()
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

    def _head(self) -> Path:
        """``[table]`` or ``[[item of a list]]``."""
        line, marks = self._line(), 2 if self.text.startswith("[[", self.at) else 1
        self.at += marks
        *above, last = self._keys()
        self.at += marks
        path: Path = ()
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

    def _pair(self, table: Path) -> None:
        """``key = value``."""
        line, path = self._line(), table
        for key in self._keys():
            path = (*path, key)
            self._found.setdefault(path, line)
        self.at += 1
        self._value(path)

    def _value(self, path: Path) -> None:
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

    def _list(self, path: Path) -> None:
        self.at += 1
        number = 0
        while self._next() != "]":
            self._found[*path, number] = self._line()
            self._value((*path, number))
            self._next()
            self.at += self.text.startswith(",", self.at)
            number += 1
        self.at += 1
