"""What stands below the output folder from earlier runs: a file that would come out the same is not made again.

After a file has been put in its place a line is added to ``.perfxl-written.jsonl``: its path, what it was made of,
what it holds. A run that is broken off leaves the lines of what it had done, and the next one goes on from there. At
the end the list is written anew, with the files of this run only.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from functools import cache
from pathlib import Path

import perfxl
from perfxl.output_files import save

NAME = ".perfxl-written.jsonl"


class Standing:
    """The files of one report below an output folder."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._list = out / NAME
        self._earlier = _read(self._list)
        self._now: dict[str, tuple[str, str]] = {}

    def has(self, path: Path, made_of: str) -> bool:
        """Whether the file stands there whole, made of the same."""
        entry = self._earlier.get(self._name(path))
        if entry is None or entry[0] != made_of:
            return False
        with suppress(OSError):
            if _digest(path.read_bytes()) == entry[1]:
                self._now[self._name(path)] = entry
                return True
        return False

    def put(self, path: Path, made_of: str, data: bytes) -> Path:
        """Write the file and remember it; returns the path that was written."""
        written = save(path, data)
        if written == path:
            entry = self._now[self._name(path)] = (made_of, _digest(data))
            with suppress(OSError), self._list.open("a", encoding="utf-8") as lines:  # a copy counts without its line
                lines.write(_line(self._name(path), entry))
        return written

    def close(self) -> None:
        """Write the list anew, if it is not the same."""
        if self._now != self._earlier:
            with suppress(OSError):
                save(self._list, "".join(_line(name, entry) for name, entry in self._now.items()).encode())

    def _name(self, path: Path) -> str:
        return path.relative_to(self._out).as_posix()


def made_of(*parts: object) -> str:
    """What a file is made of, in a few letters: these, and the program itself."""
    return _digest(repr((_program(), *parts)).encode("utf-8", "surrogatepass"))


@cache
def _program() -> str:
    """Version and files of perfxl: another program may make another file of the same."""
    root = Path(perfxl.__file__).parent
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    seen = [(str(path.relative_to(root)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return _digest(repr((perfxl.__version__, seen)).encode())


def _read(path: Path) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return found
    for line in lines:
        with suppress(ValueError, TypeError):  # the last line of a run that was broken off may be half
            name, key, digest = json.loads(line)
            found[name] = (key, digest)
    return found


def _line(name: str, entry: tuple[str, str]) -> str:
    """A line of the list. It begins with the line end, so that half a line before it spoils only itself."""
    return "\n" + json.dumps([name, *entry])


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
