"""The worked example of docs/writing-a-profile.md: read, made into a template, filled in, checked."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from filled_template import Book

import perfxl
from perfxl.model import Severity
from perfxl.profiles import (
    Block,
    Field,
    Form,
    Indicators,
    Level,
    Period,
    Profile,
    Sum,
    Tasks,
    load,
)
from perfxl.values import wan

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "examples" / "city.toml"
PAGE = (DOCS / "writing-a-profile.md").read_text("utf-8")
CITY = load(str(EXAMPLE))
UNIT = "某市某区水务局"

SIGNED = {"unit": UNIT, "reporter": UNIT, "filler": "张三", "phone": "0734-0000000", "date": "2023年11月20日"}
DEPARTMENT = SIGNED | {
    "head": "张三", "total": 120, "fiscal": 80, "gov_fund": 0, "special_account": 0, "other": 40, "basic": 70,
    "projects": 50, "duties": "负责全区河道的保洁、管护和水质监测。",
    "year_goal": "对12条河道常年保洁，漂浮物清理率不低于95%，沿河居民满意度不低于90%。",
}  # fmt: skip
PROJECT = SIGNED | {
    "project_name": "河道保洁", "total": 50, "fiscal": 30, "district": 15, "other": 5,
    "year_goal": "对12条河道常年保洁，漂浮物清理率不低于95%。",
}  # fmt: skip
TASKS = [("保障日常运转", "基本支出：人员经费和公用经费", 70, 50, 20), ("河道保洁", "对12条河道常年保洁", 50, 30, 20)]
INDICATORS = {
    "quantity": ("保洁河道条数", "12条"), "quality": ("漂浮物清理率", "≥95%"),
    "timeliness": ("漂浮物清理时限", "≤24小时"), "social": ("受益居民数", "≥30000人"),
    "economic": ("节约清淤支出", "≥5.00万元"), "ecological": ("水质优良断面数", "≥10个"),
    "sustainable": ("保洁制度执行年限", "≥3年"), "satisfaction": ("沿河居民满意度", "≥90%"),
}  # fmt: skip


@pytest.fixture
def book():
    filled = Book(CITY, 1)
    for sheet, fields in (("部门整体支出", DEPARTMENT), ("项目1", PROJECT)):
        for key, value in fields.items():
            filled.field(sheet, key, value)
        cost = ("支出合计", "120.00万元") if sheet == "部门整体支出" else ("保洁服务费", "50.00万元")
        for level, pair in {**INDICATORS, "cost": cost}.items():
            row = next(row for row in filled.sheets[sheet].indicators if row.level == level)
            for key, value in zip(("third", "value"), pair, strict=True):
                filled.put(sheet, row.cells["year"][key].cell, value)
    for number, row in enumerate(TASKS):
        for key, value in zip(("name", "content", "total", "fiscal", "other"), row, strict=True):
            filled.task(number, key, value)
    for key, value in {"total": 120, "fiscal": 80, "other": 40}.items():
        filled.task_sum(key, value)
    return filled


def checked(book, folder):
    path = folder / "报送.xlsx"
    book.book.save(path)
    batch = perfxl.check(path, str(EXAMPLE))
    return batch, [
        (f.code, f.severity.value, str(f.cells[0]), *(wan(v) for v in (f.stated, f.computed) if isinstance(v, int)))
        for f in batch.findings
        if f.severity is not Severity.NOTICE
    ]


def test_a_filled_template_passes(book, tmp_path):
    batch, found = checked(book, tmp_path)
    assert found == []
    amounts = batch.tables.amounts
    names = dict(zip(amounts["column"], zip(amounts["label"], amounts["fen"], strict=True), strict=True))
    assert names["district"] == ("区级配套资金", 15_000_000)
    assert {outcome.code for outcome in batch.outcomes} >= {"CITY-01", "SUM-01"}


def test_the_new_source_is_part_of_the_total(book, tmp_path):
    book.field("项目1", "district", 12)
    book.field("项目1", "other", 8)
    _, found = checked(book, tmp_path)
    assert found == []
    book.field("项目1", "other", 5)
    _, found = checked(book, tmp_path)
    cell = book.sheets["项目1"].fields["total"].cell
    assert ("SUM-01", "error", f"项目1!{cell}", "50.00", "47.00") in found


def test_the_new_sum_is_judged(book, tmp_path):
    for key, value in {"fiscal": 20, "district": 25}.items():
        book.field("项目1", key, value)
    _, found = checked(book, tmp_path)
    cell = book.sheets["项目1"].fields["fiscal"].cell
    assert ("CITY-01", "warning", f"项目1!{cell}", "20.00", "25.00") in found


def test_both_the_new_and_the_old_label_are_read(book, tmp_path):
    page, place = book.book["项目1"], book.sheets["项目1"].fields["project_name"]
    label = page.cell(place.row, 1)
    assert label.value == "项目支出名称"
    label.value = "项目名称"
    batch, found = checked(book, tmp_path)
    assert found == []
    assert list(batch.tables.forms["name"]) == ["", "河道保洁"]


def test_the_page_shows_the_example_as_it_is():
    assert f"```toml\n{EXAMPLE.read_text('utf-8')}```\n" in PAGE


@pytest.mark.parametrize("kind", [Profile, Form, Field, Block, Tasks, Indicators, Level, Period, Sum])
def test_the_page_names_every_key(kind):
    """A key that the page says nothing of can only be found by reading Python."""
    elsewhere = {"key", "measure", "decimals", "lexicon", "words", "basic_tasks", "name_noise", "other_cost"}
    elsewhere |= {"rule_codes", "location"}  # where keys and blocks are in the file
    for field in dataclasses.fields(kind):
        if field.name not in elsewhere:
            assert f"`{field.name}`" in PAGE, f"{kind.__name__}.{field.name}"
