"""A file to read, and the private folder in which what archives held waits to be read."""

from __future__ import annotations

import os
import shutil
import weakref
from dataclasses import dataclass, field
from pathlib import Path

from perfxl.model import Text
from perfxl.temp_folders import private_folder

#: what the names of saved mails end in
MAIL_ENDINGS = (".eml", ".msg", ".mbox")


class Shelf:
    """A private folder for unpacked files. It is gone when nobody holds the shelf any more, at the latest at the end.

    What lies there has numbers for names: no name from outside ever becomes a path.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._number = 0

    def place(self) -> Path:
        """A path for the next file; the folder is made when first needed."""
        if self._folder is None:
            self._folder = private_folder()
            weakref.finalize(self, _remove, self._folder, os.getpid())
        self._number += 1
        return self._folder / f"{self._number:06}"


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked worker has the shelf too, but it is not its to clear
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Received:
    """A file to read: its place, and the name under which it is reported.

    ``reason`` tells why it cannot be read where that is known before anybody tries (a locked file in an archive);
    ``path`` is then that of the archive. ``mails`` is the file of mails with which it came, if so. ``shelf`` keeps what
    was unpacked; neither travels to a worker.
    """

    file: str
    path: Path
    reason: Text | None = None
    shelf: Shelf | None = field(default=None, compare=False, repr=False)
    mails: Path | None = field(default=None, compare=False, repr=False)

    def __reduce__(self) -> tuple[type[Received], tuple[str, Path, Text | None]]:
        """For a worker, which only reads."""
        return type(self), (self.file, self.path, self.reason)
