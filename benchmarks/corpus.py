"""Many workbooks out of one: copies of a sample whose figures differ, each in a package of its own."""

from __future__ import annotations

import io
import random
import re
import zipfile
from pathlib import Path

#: how openpyxl writes Chinese; Excel and WPS write the characters themselves
REFERENCE = re.compile(r"&#(\d{4,});")
#: share of the amounts that keep their figure; with the others a few more sums are broken in each workbook
KEPT = 0.9
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
                package.writestr(info, _varied(data, number, dice) if holds_text(info.filename) else data)
        made.append(path)
    return made


def holds_text(part: str) -> bool:
    """Whether cell texts may stand in a part of the package."""
    return part.startswith("xl/worksheets/sheet") or part == "xl/sharedStrings.xml"


def _varied(data: bytes, number: int, dice: random.Random) -> bytes:
    def other(match: re.Match[str]) -> str:
        return match[0] if dice.random() < KEPT else f"{dice.randrange(1, 400)}.{dice.randrange(100):02d}"

    text = FIGURE.sub(other, REFERENCE.sub(lambda match: chr(int(match[1])), data.decode()))
    return text.replace("编制委员会办公室", f"编制委员会办公室{number}").encode()
