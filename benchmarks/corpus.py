"""Many workbooks out of one: copies of a sample whose figures differ, each in a package of its own."""

from __future__ import annotations

import io
import random
import re
import zipfile
from pathlib import Path

#: share of the amounts that keep their figure; with the others a few more sums are broken in each workbook
KEPT = 0.9
#: 万元 and 办公室 as Excel and WPS write them, and as openpyxl does
WAN = "(?:万元|&#19975;&#20803;)"
OFFICE = "(?:办公室|&#21150;&#20844;&#23460;)"
FIGURE = re.compile(rf"(?<![\d.#])(\d{{1,3}})(\.\d+)?(?={WAN}<)")
UNIT = re.compile(rf"({OFFICE})(?=<)")


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

    return UNIT.sub(rf"\g<1>{number}", FIGURE.sub(other, data.decode())).encode()
