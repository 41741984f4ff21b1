"""``--pairs`` and ``--write-pairs``: a clerk sees today's pairs, corrects them and gives them back."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import openpyxl
import pytest
from clerk_files import CLEAN, TYPED, sheet, written
from filled_template import filled

import perfxl
from perfxl.clerk.workbooks import current_pairs
from perfxl.model import Severity, UserError
from perfxl.values import wan

UNIT = "衡阳市某局"
HEADS = ("单位", "任务名称", "项目名称")


@pytest.fixture
def swapped(tmp_path):
    """Two projects whose tasks bear each other's names, as nobody but the unit can know."""
    book = filled()
    for row, name in ((3, "推进赋码"), (4, "推动信息化")):
        book.task(row, "name", name)
    path = tmp_path / "报送" / "某局.xlsx"
    path.parent.mkdir()
    book.book.save(path)
    return path


def pairs_of(batch):
    """Task -> its project and what paired them."""
    tasks = batch.tables.tasks
    return {
        name: (project, by)
        for name, project, by in zip(tasks["name"], tasks["project"], tasks["paired_by"], strict=True)
    }


def crossed(batch):
    return [
        (f.code, str(f.ref), wan(f.stated), wan(f.computed), wan(f.difference))
        for f in batch.findings
        if f.code == "CROSS-01"
    ]


def told(batch):
    return [(f.code, str(f.ref), f.unit) for f in batch.findings if f.file == "配对.xlsx"]


def pairs(path, *rows, heads=HEADS):
    return sheet(path / "配对.xlsx", heads, *rows)


def test_what_the_names_pair_wrongly_is_set_right(swapped, tmp_path):
    before = perfxl.check(swapped)
    assert crossed(before) == [
        ("CROSS-01", "项目2!D7", "20.00", "23.00", "-3.00"),
        ("CROSS-01", "项目3!D7", "23.00", "20.00", "3.00"),
    ]
    path = pairs(tmp_path, (UNIT, "推进赋码", "信息化"), (UNIT, "推动 信息化", "赋码"))
    batch = perfxl.check(swapped, pairs=path)
    assert pairs_of(batch)["推进赋码"] == ("信息化", "given")
    assert pairs_of(batch)["推动信息化"] == ("赋码", "given")
    assert pairs_of(batch)["提高中文域名的注册率"] == pairs_of(before)["提高中文域名的注册率"]
    assert crossed(batch) == told(batch) == []


def test_a_task_without_project_and_a_project_without_task(swapped, tmp_path):
    path = pairs(tmp_path, (UNIT, "推进赋码", "无"), (UNIT, "无", "信息化"))
    batch = perfxl.check(swapped, pairs=path)
    assert pairs_of(batch)["推进赋码"] == ("", "given")
    assert "信息化" not in {project for project, _ in pairs_of(batch).values()}
    found = {(f.code, str(f.ref)) for f in batch.findings if f.code == "CROSS-01"}
    assert found == {("CROSS-01", "项目2!B5")}
    assert pairs_of(batch)["推动信息化"] == ("赋码", "amount"), "what is not fixed is paired as ever"
    assert told(batch) == []


def test_pairs_of_another_unit_change_nothing(swapped, tmp_path):
    batch = perfxl.check(swapped, pairs=pairs(tmp_path, ("别的局", "推进赋码", "信息化")))
    assert pairs_of(batch) == pairs_of(perfxl.check(swapped))
    assert told(batch) == [("PAIR-01", "Sheet1!A2", "")]


def test_names_that_are_not_there_are_told_at_their_cells(swapped, tmp_path):
    path = pairs(
        tmp_path,
        (UNIT, "推进付码", "信息化"),
        (UNIT, "推动信息化", "赋马"),
        (UNIT, "推动信息化", "赋码"),
        (UNIT, "推动信息化", "信息化"),
        (UNIT, "推进赋码", "赋码"),
    )
    batch = perfxl.check(swapped, pairs=path)
    assert told(batch) == [
        ("PAIR-01", "Sheet1!B2", UNIT),
        ("PAIR-01", "Sheet1!C3", UNIT),
        ("PAIR-01", "Sheet1!C5", UNIT),
        ("PAIR-01", "Sheet1!C6", UNIT),
    ]
    notices = [f for f in batch.findings if f.code == "PAIR-01"]
    assert "没有任务“推进付码”，该条未使用。是否为 推进赋码？" in notices[0].message
    assert "没有项目“赋马”" in notices[1].message
    assert "已被前面的一条用掉" in notices[2].message
    assert {f.severity for f in notices} == {Severity.NOTICE}
    assert pairs_of(batch)["推动信息化"] == ("赋码", "given")


def test_toml(swapped, tmp_path):
    text = f'[[pair]]\nunit = "{UNIT}"\ntask = "推进赋码"\nproject = "信息化"\n'
    batch = perfxl.check(swapped, pairs=written(tmp_path / "配对.toml", text))
    assert pairs_of(batch)["推进赋码"] == ("信息化", "given")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((UNIT, "推进赋码", None), "C2“项目名称”：未填写。无对应项目的，请填“无”"),
        ((UNIT, None, "信息化"), "B2“任务名称”：未填写。无对应任务的，请填“无”"),
        ((UNIT, "无", "无"), "C2“项目名称”：任务和项目不能都是“无”"),
        ((None, "推进赋码", "信息化"), "A2“单位”：未填写"),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(tmp_path, row, words):
    with pytest.raises(UserError) as caught:
        perfxl.check(CLEAN, pairs=pairs(tmp_path, row))
    assert words in caught.value.reason.zh


@pytest.mark.parametrize("source", [TYPED, CLEAN])
def test_todays_pairs_given_back_change_nothing(tmp_path, source):
    before = perfxl.check(source)
    path = tmp_path / "配对.xlsx"
    path.write_bytes(current_pairs(before.workbooks, before.profile, "zh"))
    after = perfxl.check(source, pairs=path)
    assert after.findings == before.findings
    assert {by for _, by in pairs_of(after).values()} == {"given"}
    assert {name: project for name, (project, _) in pairs_of(after).items()} == {
        name: project for name, (project, _) in pairs_of(before).items()
    }


def test_todays_pairs_are_corrected_and_given_back(swapped, tmp_path):
    before = perfxl.check(swapped)
    path = tmp_path / "配对.xlsx"
    path.write_bytes(current_pairs(before.workbooks, before.profile, "zh"))
    book = openpyxl.load_workbook(path)
    page = book["配对"]
    rows = {row[1].value: row for row in page.iter_rows(min_row=4)}
    assert [cell.value for cell in rows["推进赋码"]] == [UNIT, "推进赋码", "赋码", "名称相近", 20, 23]
    assert [cell.value for cell in rows["日常运转"]] == [UNIT, "日常运转", "无", "没有对应", 34, None]
    [choice] = [one for one in page.data_validations.dataValidation if "C4" in one.sqref]
    assert choice.formula1 == "'项目名单'!$A$4:$A$7"
    assert [cell.value for (cell,) in book["项目名单"]["A4:A7"]] == ["无", "中文域名注册管理", "信息化", "赋码"]
    rows["推进赋码"][2].value, rows["推动信息化"][2].value = "信息化", "赋码"
    book.save(path)
    assert crossed(perfxl.check(swapped, pairs=path)) == []


def test_workers_pair_by_the_same_file(swapped, tmp_path):
    path = pairs(tmp_path, (UNIT, "推进赋码", "信息化"), (UNIT, "推动信息化", "赋码"))
    (swapped.parent / "b.xlsx").write_bytes(swapped.read_bytes() + b"\0")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        there = perfxl.check(swapped.parent, pairs=path, executor=pool)
    assert len(there.submissions) == 2
    assert there.findings == perfxl.check(swapped.parent, pairs=path).findings
    assert crossed(there) == []
