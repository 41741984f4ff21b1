"""Make the sample workbooks from their data: ``python samples/make.py [--out FOLDER]``.

Every run gives the same bytes. ``samples/README.md`` says what each workbook is.
"""

from __future__ import annotations

import argparse
import copy
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import fill
import pack
import paste

from perfxl.profiles import Profile, load

HERE = Path(__file__).parent


class Sample(NamedTuple):
    """A workbook: its name, its data, how it is laid out, and when it says it was saved (as in its forms)."""

    name: str
    data: str
    layout: Callable[[Profile, Mapping[str, Any]], bytes]
    saved: str


#: folder -> the profile of its workbooks, and these
SAMPLES = {
    "hengyang-2020": (
        "hengyang_2020",
        [
            Sample("中共衡阳市委编办_绩效目标申报表.xlsx", "forms.toml", fill.workbook, "2020-02-05T01:30:00Z"),
            Sample("中共衡阳市委编办_Word粘贴.xlsx", "forms.toml", paste.workbook, "2020-02-05T01:30:00Z"),
            Sample("中共衡阳市委编办_绩效目标申报表.clean.xlsx", "clean.toml", fill.workbook, "2019-11-20T01:30:00Z"),
        ],
    ),
    "mof-2015": (
        "mof_2015",
        [
            Sample("某市水务局_绩效目标申报表.clean.xlsx", "clean.toml", fill.workbook, "2019-11-20T01:30:00Z"),
            Sample("某市水务局_绩效目标申报表.xlsx", "mistakes.toml", fill.workbook, "2019-11-20T01:30:00Z"),
        ],
    ),
    "mof-2021": (
        "mof_2021",
        [
            Sample("某市水务局_绩效目标表.clean.xlsx", "clean.toml", fill.workbook, "2021-11-20T01:30:00Z"),
            Sample("某市水务局_绩效目标表.xlsx", "mistakes.toml", fill.workbook, "2021-11-20T01:30:00Z"),
        ],
    ),
    "self-evaluation-2020": (
        "self_evaluation_2020",
        [
            Sample("某市水务局_绩效自评表.clean.xlsx", "clean.toml", fill.workbook, "2024-02-20T01:30:00Z"),
            Sample("某市水务局_绩效自评表.xlsx", "mistakes.toml", fill.workbook, "2024-02-20T01:30:00Z"),
        ],
    ),
}


def workbooks() -> Iterator[tuple[Path, bytes]]:
    """Folder with name, and bytes, of each sample workbook."""
    for folder, (profile, samples) in SAMPLES.items():
        for sample in samples:
            made = sample.layout(load(profile), data(HERE / folder / sample.data))
            yield Path(folder) / sample.name, pack.steady(made, sample.saved)


def data(path: Path) -> dict[str, Any]:
    """A data file; one with ``changes`` is ``clean.toml`` with these made."""
    found = tomllib.loads(path.read_text("utf-8"))
    if "changes" not in found:
        return found
    forms = copy.deepcopy(data(path.with_name("clean.toml")))
    for place, value in found["changes"].items():
        *way, last = (int(part) if part.isdigit() else part for part in place.split("."))
        target: Any = forms
        for part in way:
            target = target[part]
        if isinstance(target, dict) and last not in target:
            raise KeyError(place)
        target[last] = value
    return forms


def main() -> None:
    """Write the workbooks and say which."""
    parser = argparse.ArgumentParser(description="Make the sample workbooks.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder (default: beside the data)")
    out: Path = parser.parse_args().out
    for path, content in workbooks():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content)
        print(out / path)


if __name__ == "__main__":
    main()
