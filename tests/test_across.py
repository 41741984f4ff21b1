"""Rules across files: the facts come home from the workers, and what they give is part of the batch."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest
from clerk_files import CLEAN, UNIT, sheet
from openpyxl import load_workbook
from raw_books import replaced

from perfxl.engine import batch as batches
from perfxl.engine import run as judge
from perfxl.engine.batch import check
from perfxl.model import Result, Severity, Status
from perfxl.profiles import load
from perfxl.values import wan

CODES = ("DUP-07", "CROSS-18")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The clean return, the same bytes again, and its projects under the name of another unit."""
    folder = tmp_path_factory.mktemp("across")
    (folder / "a.xlsx").write_bytes(CLEAN.read_bytes())
    (folder / "b.xlsx").write_bytes(CLEAN.read_bytes())
    (folder / "c.xlsx").write_bytes(replaced(CLEAN.read_bytes(), (UNIT, "某市政务服务局")))
    return folder


def told(batch):
    return [(f.code, f.file, str(f.ref), f.severity, f.told.message) for f in batch.findings if f.code in CODES]


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    return sheet(tmp_path_factory.mktemp("control") / "控制数.xlsx", ("单位", "控制数"), (UNIT, 404.03))


@pytest.fixture(scope="module")
def batch(folder, control):
    return check(folder, control=control)


def test_both_units_hear_of_it_and_the_copy_of_a_file_does_not(batch):
    assert {file for _, file, *_ in told(batch)} == {"a.xlsx", "c.xlsx"}
    first = next(f for f in batch.of("c.xlsx") if f.code == "DUP-07")
    assert f"“{UNIT}”（“a.xlsx”的“项目1”表" in first.told.message
    assert "b.xlsx" not in first.told.message


def test_the_status_counts_what_was_found_across_the_files(batch):
    assert {s.file: s.status for s in batch.submissions} == {
        "a.xlsx": Status.FAILED, "b.xlsx": Status.FAILED, "c.xlsx": Status.PASSED_WITH_NOTES,
    }  # fmt: skip
    assert [f.severity.rank for f in batch.of("a.xlsx")] == sorted(f.severity.rank for f in batch.of("a.xlsx"))


def test_every_judged_file_has_an_outcome(batch):
    ended = {(o.code, o.file): o for o in batch.outcomes if o.code in CODES}
    assert {key: o.result for key, o in ended.items()} == {
        ("DUP-07", "a.xlsx"): Result.FAILED, ("DUP-07", "c.xlsx"): Result.FAILED,
        ("CROSS-18", "a.xlsx"): Result.FAILED, ("CROSS-18", "c.xlsx"): Result.NOT_APPLICABLE,
    }  # fmt: skip
    assert "名单" in ended["CROSS-18", "c.xlsx"].reason


def test_workers_give_the_same(folder, batch, control, monkeypatch):
    monkeypatch.setattr(batches, "PART", 1)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        spread = check(folder, control=control, executor=pool)
    assert told(spread) == told(batch)
    assert [o for o in spread.outcomes if o.code in CODES] == [o for o in batch.outcomes if o.code in CODES]


@pytest.mark.faults
def test_a_rule_that_crashes_is_an_outcome(folder, monkeypatch):
    def broken(batch, lang):
        raise KeyError("x")

    rules = judge.rules_of
    monkeypatch.setattr(
        judge, "rules_of",
        lambda profile: tuple(replace(r, across=broken) if r.code == "DUP-07" else r for r in rules(profile)),
    )  # fmt: skip
    batch = check(folder)
    assert {o.result for o in batch.outcomes if o.code == "DUP-07"} == {Result.CRASHED}
    told = [f for f in batch.findings if f.code == "DUP-07"]
    assert {(f.severity, f.file) for f in told} == {(Severity.ERROR, "a.xlsx"), (Severity.ERROR, "c.xlsx")}
    assert {s.status for s in batch.submissions} == {Status.FAILED}
    assert all("本表有一项检查未能完成" in f.message and "开发人员" in f.fix for f in told)


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["of_return", "of_tables"])
def test_a_file_with_a_check_that_did_not_end_does_not_pass(kind, monkeypatch):
    """Of one workbook: that every rule ended is part of what 通过 promises. Not a word of the program's is said."""

    def broken(subject, lang):
        raise KeyError("secret_word")

    rules = judge.rules_of
    one = next(r.code for r in rules(load("hengyang_2020")) if getattr(r, kind) is not None)
    monkeypatch.setattr(
        judge, "rules_of",
        lambda profile: tuple(replace(r, **{kind: broken}) if r.code == one else r for r in rules(profile)),
    )  # fmt: skip
    batch = check(CLEAN)
    [finding] = batch.findings
    assert (finding.code, finding.severity) == (one, Severity.ERROR)
    assert finding.name in finding.message
    assert "secret_word" not in finding.message + finding.fix
    assert [s.status for s in batch.submissions] == [Status.FAILED]
    assert [o.reason for o in batch.outcomes if o.code == one] == ["KeyError: 'secret_word'"]


def test_rows_of_two_workbooks_are_never_added_up_together(tmp_path):
    """Of forms that follow each other, row 5 of one is not row 4 of the next."""
    book = load_workbook(CLEAN)
    for page in book.worksheets:
        if page.title != "部门整体支出":
            book.remove(page)
    book.save(tmp_path / "a.xlsx")
    page = book.active
    stated, funds = page["E19"].value, page["F19"].value
    page["F19"].value = funds + 1
    book.save(tmp_path / "b.xlsx")
    batch = check(tmp_path)
    assert [f for f in batch.of("a.xlsx") if f.code == "SUM-09"] == []
    [told] = [f for f in batch.of("b.xlsx") if f.code == "SUM-09"]
    assert (told.ref.cell, wan(told.stated), wan(told.difference)) == ("E19", f"{stated:.2f}", "-1.00")
