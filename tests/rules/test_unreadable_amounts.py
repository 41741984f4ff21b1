"""No workbook passes in which an amount cannot be read: every amount cell of the clean samples, in twenty writings.

The total that the amount belongs to is wrong too: whoever leaves the sum unchecked would let a mistake through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from case_files import SAMPLES, profile_of
from workbook_edits import Book, Places

import perfxl
from perfxl.model import Result, Status
from perfxl.reading import AmountRow
from perfxl.tables import Tables
from perfxl.template import layout
from perfxl.values import wan

WRONG = 987.65
#: a sample has no more project forms
MOST_PROJECTS = 8
PROFILES = {
    "hengyang_2020": "hengyang-2020", "mof_2015": "mof-2015", "mof_2021": "mof-2021",
    "self_evaluation_2020": "self-evaluation-2020",
}  # fmt: skip
#: what becomes of a figure like 17.00
WAYS: tuple[Callable[[str], str], ...] = (
    lambda x: x.replace("0", "O"),
    lambda x: f"l{x}",
    lambda x: x.replace(".", "。"),
    lambda x: x.replace(".", "·"),
    lambda x: x.replace(".", ".."),
    lambda x: x.replace(".", ".,"),
    lambda x: f"..{x}",
    lambda x: " ".join(x),
    lambda x: f"{x}-{x[:-1]}9",
    lambda x: f"{x}~{x}9",
    lambda x: f"{x}/18",
    lambda x: f"{x}或18",
    lambda x: f"约{x}",
    lambda x: f"{x}+3",
    lambda x: f"△{x}",
    lambda x: f"（{x}）",
    lambda x: f"{x}万零300元",
    lambda x: f"{x}万元（其中上年结转2万元）",
    lambda x: "null",
    lambda x: "待定",
)
#: from one amount to another is what an indicator may aim at
RANGES = (8, 9)


def _sample(profile: str) -> str:
    folder = SAMPLES / PROFILES[profile]
    return f"{folder.name}/{next(folder.glob('*.clean.xlsx')).name}"


def _total_of(row: AmountRow, tables: Tables) -> AmountRow | None:
    """A total that the amount is part of: of its column, else of its form; never the amount itself."""

    def fits(other: AmountRow) -> bool:
        if row.table == "tasks":
            return other.role == "sum" and other.column == row.column
        return other.table == "fields" and other.column in ("total", "long_total") and other.period == row.period

    found = [one for one in tables.amount_rows if one.form is row.form and one is not row and fits(one)]
    return found[0] if found else None


def _edits(profile: str, wanted: Callable[[int, int], bool]) -> Iterator[tuple[str, dict[str, object]]]:
    """What is done to each copy of the sample, and whether it is a cost."""
    tables = perfxl.read(SAMPLES / _sample(profile), profile=profile)
    for number, row in enumerate(tables.amount_rows):
        if row.state != "ok":
            continue
        for way, write in enumerate(WAYS):
            if write(wan(row.fen or 0)) == wan(row.fen or 0):
                continue  # a figure without the digit that is mistyped
            if wanted(number, way) and not (row.table == "indicators" and way in RANGES):
                total = _total_of(row, tables)
                edits: dict[str, object] = {f"{row.form.sheet}!{row.ref.cell}": write(wan(row.fen or 0))}
                if total is not None:
                    edits[f"{total.form.sheet}!{total.ref.cell}"] = WRONG
                yield row.table, edits


def _check(profile: str, folder: Path, wanted: Callable[[int, int], bool]) -> None:
    path = SAMPLES / _sample(profile)
    book = Book(path.read_bytes(), Places(layout(profile_of(profile), MOST_PROJECTS)))
    tables = []
    for number, (table, edits) in enumerate(_edits(profile, wanted)):
        (folder / f"{number:05}.xlsx").write_bytes(book.edited(edits))
        tables.append((table, edits))
    batch = perfxl.check(folder, profile)
    assert len(batch.submissions) == len(tables)
    for submission, (table, edits) in zip(sorted(batch.submissions, key=lambda one: one.file), tables, strict=True):
        passing = {Status.PASSED} if table == "indicators" else {Status.PASSED, Status.PASSED_WITH_NOTES}
        assert submission.status not in passing, edits
    unsettled = {o.file for o in batch.outcomes if o.result is Result.NOT_APPLICABLE and "改正后方可核对" in o.reason}
    assert unsettled
    assert not unsettled & {one.file for one in batch.submissions if one.status is Status.PASSED}


def _in_short(number: int, way: int) -> bool:
    """Of every third amount one writing, each writing in its turn."""
    return number % 3 == 0 and number // 3 % len(WAYS) == way


@pytest.mark.parametrize("profile", PROFILES)
def test_no_return_passes_with_an_amount_that_cannot_be_read(profile, tmp_path):
    _check(profile, tmp_path, _in_short)


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_no_return_passes_whatever_the_writing(profile, tmp_path):
    """Each amount in each of the writings."""
    _check(profile, tmp_path, lambda number, way: not _in_short(number, way))
