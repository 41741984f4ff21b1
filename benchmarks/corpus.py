"""Many workbooks out of one: copies of a sample whose figures differ, each in a package of its own."""

from __future__ import annotations

import io
import random
import re
import zipfile
from pathlib import Path

FIGURE = re.compile(r"(?<![\d.])(\d{1,3})(\.\d+)?(?=万元<)")


def make(sample: Path, folder: Path, files: int, seed: int = 2020) -> list[Path]:
    """Write ``files`` copies: amounts vary, so that other sums are broken in each, and the unit has a number."""
    dice = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(sample.read_bytes())) as package:
        parts = [(info, package.read(info)) for info in package.infolist()]
    made = []
    for number in range(files):
        path = folder / f"{number:04d}_{sample.name}"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for info, data in parts:
                package.writestr(info, _varied(data, number, dice) if "sharedStrings" in info.filename else data)
        made.append(path)
    return made


def _varied(data: bytes, number: int, dice: random.Random) -> bytes:
    def other(match: re.Match[str]) -> str:
        return match[0] if dice.random() < 0.5 else f"{dice.randrange(1, 400)}.{dice.randrange(100):02d}"

    text = FIGURE.sub(other, data.decode())
    return text.replace("编制委员会办公室", f"编制委员会办公室{number}").encode()
