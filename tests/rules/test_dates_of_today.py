"""DATE-06 knows what day it is: a form may be filled in today, wherever that is, but not in days to come."""

from __future__ import annotations

import datetime

import pytest
from case_files import CLEAN, PROJECTS, STANDARD, profile_of
from workbook_edits import Book, Places

import perfxl
from perfxl.template import layout

TODAY = datetime.datetime.now(datetime.UTC).date()
#: far enough ahead for no day of this test to lie in it
YEAR = TODAY.year + 2


@pytest.mark.parametrize(
    ("days", "found"), [(-400, 0), (-1, 0), (0, 0), (3, 1), (40, 1)], ids=lambda number: f"{number:+}"
)
def test_a_day_that_is_still_to_come_is_no_date_of_filling_in(tmp_path, days, found):
    day = TODAY + datetime.timedelta(days=days)
    book = Book(CLEAN.read_bytes(), Places(layout(profile_of(STANDARD), PROJECTS[STANDARD])))
    edits = {"*.year": f"（{YEAR}年度）", "*.date": f"{day.year}年{day.month}月{day.day}日"}
    (tmp_path / "申报表.xlsx").write_bytes(book.edited(edits))
    batch = perfxl.check(tmp_path)
    told = [finding for finding in batch.findings if finding.code == "DATE-06" and finding.severity == "error"]
    assert [len(finding.cells) for finding in told] == [10] * found
    assert all("晚于今天" in finding.message for finding in told)
