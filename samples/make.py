"""Make the sample workbooks from their data: ``python samples/make.py [--out FOLDER]``.

Every run gives the same bytes. ``samples/README.md`` says what each workbook is.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fill
import pack
import paste

from perfxl.profiles import load

HERE = Path(__file__).parent / "hengyang-2020"
PROFILE = "hengyang_2020"
UNIT = "中共衡阳市委编办"
#: when a workbook says it was saved: on the day that stands in its forms
RETURNED, PLANNED = "2020-02-05T01:30:00Z", "2019-11-20T01:30:00Z"


def workbooks() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each sample workbook."""
    profile = load(PROFILE)
    forms, clean = data("forms.toml"), data("clean.toml")
    returned = f"{UNIT}_绩效目标申报表"
    yield f"{returned}.xlsx", pack.steady(fill.workbook(profile, forms), RETURNED)
    yield f"{UNIT}_Word粘贴.xlsx", pack.steady(paste.workbook(profile, forms), RETURNED)
    yield f"{returned}.clean.xlsx", pack.steady(fill.workbook(profile, clean), PLANNED)


def data(name: str) -> dict[str, Any]:
    """One of the two data files."""
    return tomllib.loads((HERE / name).read_text("utf-8"))


def main() -> None:
    """Write the workbooks and say which."""
    parser = argparse.ArgumentParser(description="Make the sample workbooks.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder (default: beside the data)")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, content in workbooks():
        (out / name).write_bytes(content)
        print(out / name)


if __name__ == "__main__":
    main()
