"""Which workbooks are one return, and what is found when they are checked together."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from clerk_files import UNIT
from split_returns import DEPARTMENT, FUND, PROJECTS, part

import perfxl
from perfxl import reports
from perfxl.engine.batch import Batch
from perfxl.reports.findings_json import as_json

#: 项目2 states 15 万元, its task 5
WRONG = (("项目2!D7", 15), ("项目2!D8", 15))


def check(folder: Path, files: dict[str, bytes], **options: object) -> Batch:
    """The files, saved one after the other, checked."""
    for number, (name, data) in enumerate(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (1_580_000_000 + number,) * 2)
    return perfxl.check(folder, **options)  # type: ignore[arg-type]


def parts_of(batch: Batch) -> set[tuple[str, ...]]:
    return {item.parts for item in batch.submissions}


def found(batch: Batch, code: str) -> list[tuple[str, str]]:
    return [(one.file, str(one.ref)) for one in batch.findings if one.code == code]


def test_a_return_in_two_workbooks_is_checked_as_one(tmp_path):
    batch = check(tmp_path, {"1 部门.xlsx": part(*DEPARTMENT), "2 项目.xlsx": part(*PROJECTS, *FUND, cells=WRONG)})
    assert parts_of(batch) == {("1 部门.xlsx", "2 项目.xlsx")}
    assert found(batch, "CROSS-01") == [("2 项目.xlsx", "项目2!D7")]
    every = [each for one in batch.findings for each in (one, *one.consequences)]
    assert ("CROSS-02", "1 部门.xlsx", "部门整体支出!G9") in {(one.code, one.file, str(one.ref)) for one in every}
    assert not found(batch, "FILE-03")
    assert not found(batch, "FILE-05")
    assert {item.status.value for item in batch.submissions} == {"未通过"}
    [cross] = [one for one in batch.findings if one.code == "CROSS-01"]
    # a cell of the other file is named with it, one of the same file is not
    assert "“1 部门.xlsx”" in cross.message
    assert "“2 项目.xlsx”" not in cross.message
    data = json.loads(as_json(batch))
    assert [one["parts"] for one in data["submissions"]] == [["1 部门.xlsx", "2 项目.xlsx"]] * 2
    [cross_data] = [one for one in data["findings"] if one["code"] == "CROSS-01"]
    assert {one.get("file") for one in cross_data["related"]} == {"1 部门.xlsx"}


def test_what_is_right_in_one_workbook_is_right_in_two(tmp_path):
    whole = check(tmp_path / "a", {"全部.xlsx": part(*DEPARTMENT, *PROJECTS, *FUND)})
    two = check(tmp_path / "b", {"b.xlsx": part(*DEPARTMENT), "a.xlsx": part(*PROJECTS, *FUND)})
    assert {item.status for item in two.submissions} == {item.status for item in whole.submissions}
    assert sorted(one.message for one in two.findings) == sorted(one.message for one in whole.findings)


def test_the_summary_has_one_row_and_each_file_its_copy(tmp_path):
    batch = check(
        tmp_path / "in", {"1 部门.xlsx": part(*DEPARTMENT), "2 项目.xlsx": part(*PROJECTS, *FUND, cells=WRONG)}
    )
    written = reports.write(batch, tmp_path / "out")
    assert {path.name for path in written if "批注" in path.name} == {"1 部门_批注.xlsx", "2 项目_批注.xlsx"}
    units = openpyxl.load_workbook(tmp_path / "out" / "汇总表.xlsx")["单位"]
    rows = [row for row in units.iter_rows(min_row=4, values_only=True) if row[0] == 1 or row[0] == 2]
    assert [(row[1], row[2], row[8]) for row in rows] == [(UNIT, "1 部门.xlsx\n2 项目.xlsx", 394.03)]
    copy = openpyxl.load_workbook(tmp_path / "out" / "单位" / UNIT / "2 项目_批注.xlsx")
    assert copy["项目2"]["D7"].comment


def test_a_workbook_for_each_project_in_an_archive(tmp_path):
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("部门.xlsx", part(*DEPARTMENT))
        archive.writestr("专项.xlsx", part(*FUND))
        for name in PROJECTS:
            archive.writestr(f"{name}.xlsx", part(name, cells=WRONG if name == "项目2" else ()))
    batch = check(tmp_path, {"甲.zip": packed.getvalue()})
    [parts] = parts_of(batch)
    assert (len(parts), parts[0]) == (10, "甲.zip/部门.xlsx")
    assert found(batch, "CROSS-01") == [("甲.zip/项目2.xlsx", "项目2!D7")]


@pytest.mark.parametrize("changed", [False, True])
def test_a_form_that_is_in_two_parts(tmp_path, changed):
    """The later one counts; that they differ is reported at the earlier one."""
    first = part(*PROJECTS[:5], cells=(("项目5!D7", 99),) if changed else ())
    batch = check(tmp_path, {"1.xlsx": part(*DEPARTMENT), "2.xlsx": first, "3.xlsx": part(*PROJECTS[4:], *FUND)})
    assert parts_of(batch) == {("1.xlsx", "2.xlsx", "3.xlsx")}
    assert found(batch, "FILE-05") == ([("2.xlsx", "项目5!A2")] if changed else [])
    assert not [one for one in batch.findings if one.code.startswith(("SUM", "CROSS", "DUP"))]


def test_a_part_that_is_replaced_later(tmp_path):
    wrong = part(*DEPARTMENT, cells=(("部门整体支出!G9", 61),))
    files = {"1 部门.xlsx": wrong, "2 项目.xlsx": part(*PROJECTS, *FUND), "1 部门(改).xlsx": part(*DEPARTMENT)}
    batch = check(tmp_path, files)
    assert parts_of(batch) == {("1 部门(改).xlsx", "2 项目.xlsx"), ()}
    # what was replaced is still checked, and said to be
    assert found(batch, "FILE-05") == [("1 部门.xlsx", "部门整体支出!A2")]
    status = {item.file: item.status.value for item in batch.submissions}
    assert (status["1 部门.xlsx"], status["2 项目.xlsx"]) == ("未通过", status["1 部门(改).xlsx"])


def test_a_whole_workbook_with_a_form_that_came_later(tmp_path):
    whole = part(*DEPARTMENT, *PROJECTS, *FUND)
    batch = check(tmp_path, {"全部.xlsx": whole, "部门.xlsx": part(*DEPARTMENT, cells=(("部门整体支出!G9", 61),))})
    assert parts_of(batch) == {("全部.xlsx", "部门.xlsx")}
    assert found(batch, "FILE-05") == [("全部.xlsx", "部门整体支出!A2")]
    assert ("部门.xlsx", "部门整体支出!G9") in found(batch, "CROSS-02")


def test_whole_versions_stay_versions(tmp_path):
    whole, other = part(*DEPARTMENT, *PROJECTS), part(*DEPARTMENT, *PROJECTS, cells=WRONG)
    files = {"2.xlsx": whole, "1.xlsx": other, "3.xlsx": part("项目1")}
    batch = check(tmp_path / "a", files)
    assert parts_of(batch) == {()}
    assert not found(batch, "FILE-05")
    # in a folder of their own it is said that there are two
    batch = check(tmp_path / "b", {f"甲/{name}": data for name, data in files.items()})
    assert parts_of(batch) == {()}
    assert found(batch, "FILE-05") == [("甲/2.xlsx", "部门整体支出!A2")]


def test_a_version_in_a_folder_below_is_told_by_its_folder(tmp_path):
    whole, other = part(*DEPARTMENT, *PROJECTS), part(*DEPARTMENT, *PROJECTS, cells=WRONG)
    batch = check(tmp_path / "a", {"甲/旧/申报表.xlsx": other, "甲/申报表.xlsx": whole})
    [told] = [one for one in batch.findings if one.code == "FILE-05"]
    assert (told.file, "“甲/申报表.xlsx”" in told.message) == ("甲/旧/申报表.xlsx", True)
    # two folders beside each other may be two collections
    batch = check(tmp_path / "b", {"初审/申报表.xlsx": other, "复审/申报表.xlsx": whole})
    assert not found(batch, "FILE-05")


def test_a_department_alone_does_not_pass(tmp_path):
    """What its projects come to cannot be checked without their forms."""
    batch = check(tmp_path, {"部门.xlsx": part(*DEPARTMENT)})
    assert [(one.code, one.severity.value) for one in batch.findings] == [("CROSS-14", "warning")]
    assert batch.submissions[0].status.value == "通过(有提示)"


def in_summary(batch: Batch, folder: Path) -> list[tuple[object, ...]]:
    """File, total, whether it counts, and the remark of each row of the sheet of units."""
    reports.write(batch, folder, ["summary"])
    heads, *rows = openpyxl.load_workbook(folder / "汇总表.xlsx")["单位"].iter_rows(min_row=3, values_only=True)
    at = [heads.index(head) for head in ("文件", "资金总额", "计入合计", "备注")]
    return [tuple(row[number] for number in at) for row in rows if row[0]]


def test_what_counts_in_the_summary(tmp_path):
    # a part for another year does not take the place of the department's form
    batch = check(tmp_path / "a", {"1.xlsx": part(*DEPARTMENT), "2.xlsx": part(*PROJECTS, *FUND, year=2019)})
    rows = in_summary(batch, tmp_path / "1")
    assert [row[:3] for row in rows] == [("1.xlsx", 394.03, "是"), ("2.xlsx", None, "否")]
    # a copy of a part is a row of its own, with no other file and without the findings of the return
    rest = part(*PROJECTS, *FUND, cells=WRONG)
    batch = check(tmp_path / "b", {"1.xlsx": part(*DEPARTMENT), "2.xlsx": rest, "3.xlsx": rest})
    assert in_summary(batch, tmp_path / "2") == [
        ("1.xlsx\n2.xlsx", 394.03, "是", "由 2 个文件组成，合并审核"),
        ("3.xlsx", None, "否", "与“2.xlsx”内容相同"),
    ]


def test_two_units_and_two_years_are_never_joined(tmp_path):
    files = {
        "a.xlsx": part(*DEPARTMENT), "b.xlsx": part(*PROJECTS),
        "c.xlsx": part(*DEPARTMENT, unit="衡阳市财政局"), "d.xlsx": part(*PROJECTS, unit="衡阳市财政局"),
    }  # fmt: skip
    assert parts_of(check(tmp_path / "units", files)) == {("a.xlsx", "b.xlsx"), ("c.xlsx", "d.xlsx")}
    batch = check(tmp_path / "years", {"a.xlsx": part(*DEPARTMENT), "b.xlsx": part(*PROJECTS, year=2021)})
    assert parts_of(batch) == {()}
    assert [file for file, _ in found(batch, "FILE-05")] == ["a.xlsx", "b.xlsx"]
    batch = check(tmp_path / "names", {"a.xlsx": part(*DEPARTMENT), "b.xlsx": part(*PROJECTS, unit="市委编办")})
    assert parts_of(batch) == {()}
    assert [file for file, _ in found(batch, "FILE-05")] == ["a.xlsx", "b.xlsx"]


def test_a_part_without_a_unit_joins_by_its_projects_and_says_so(tmp_path):
    batch = check(tmp_path / "a", {"甲/a.xlsx": part(*DEPARTMENT), "甲/b.xlsx": part(*PROJECTS, *FUND, unit="")})
    assert parts_of(batch) == {("甲/a.xlsx", "甲/b.xlsx")}
    assert [file for file, _ in found(batch, "FILE-05")] == ["甲/b.xlsx"]
    assert {item.unit for item in batch.submissions} == {UNIT}
    apart = check(tmp_path / "b", {"甲/a.xlsx": part(*DEPARTMENT), "乙/b.xlsx": part(*PROJECTS, *FUND, unit="")})
    assert parts_of(apart) == {()}


def test_units_that_only_their_folders_tell(tmp_path):
    pair = {"部门.xlsx": part(*DEPARTMENT, unit=""), "项目.xlsx": part(*PROJECTS, *FUND, unit="")}
    files = {f"{unit}/{name}": data for unit in ("甲", "乙") for name, data in pair.items()}
    files |= {"乙/部门.xlsx": part(*DEPARTMENT, unit="", cells=(("部门整体支出!G9", 61),))}
    files |= {"乙/项目.xlsx": part(*PROJECTS, *FUND, unit="", cells=WRONG)}
    batch = check(tmp_path, files)
    assert parts_of(batch) == {("甲/部门.xlsx", "甲/项目.xlsx"), ("乙/部门.xlsx", "乙/项目.xlsx")}


def test_a_part_that_cannot_be_read_is_named(tmp_path):
    batch = check(tmp_path, {"甲/部门.xlsx": part(*DEPARTMENT), "甲/项目.xlsx": b"PK\3\4 cut off"})
    assert found(batch, "FILE-05") == [("甲/部门.xlsx", "部门整体支出!A2")]
    assert "项目.xlsx" in next(one.told.message for one in batch.findings if one.code == "FILE-05")


def test_projects_or_a_fund_form_alone_lack_the_department_form(tmp_path):
    for name, data in (("a", part(*PROJECTS)), ("b", part(*FUND))):
        batch = check(tmp_path / name, {"x.xlsx": data})
        assert parts_of(batch) == {()}
        assert len(found(batch, "FILE-03")) == 1


def test_parts_that_different_workers_read(tmp_path):
    files = {"0.xlsx": part(*DEPARTMENT), **{f"m{n}.xlsx": bytes([n]) for n in range(9)}, "z.xlsx": part(*PROJECTS)}
    alone = check(tmp_path, files)
    with ProcessPoolExecutor(2) as workers:
        spread = check(tmp_path, {}, executor=workers)
    assert parts_of(spread) == parts_of(alone) == {("0.xlsx", "z.xlsx"), ()}
    assert spread.findings == alone.findings
    assert set(spread.outcomes) == set(alone.outcomes)
