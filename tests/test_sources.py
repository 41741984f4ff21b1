"""Files and folders in, each workbook once and under a name of its own."""

import os
from pathlib import Path

import pytest
from containers import CLEAN, TYPED

from perfxl.engine.batch import check, check_collected
from perfxl.sources import collect, is_open_elsewhere

TYPED_DATA, CLEAN_DATA = TYPED.read_bytes(), CLEAN.read_bytes()


def put(folder, *names, data=b"x"):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def names(inputs, leave_out=None):
    files, problems = collect([inputs] if isinstance(inputs, str | Path) else inputs, leave_out)
    assert problems == []
    assert all(item.path.is_file() for item in files)
    return [item.file for item in files]


def test_a_file_goes_by_its_name(tmp_path):
    put(tmp_path, "甲/申报表.xlsx")
    assert names(tmp_path / "甲" / "申报表.xlsx") == ["申报表.xlsx"]
    assert names(str(tmp_path / "甲" / "申报表.xlsx")) == ["申报表.xlsx"]


def test_a_folder_gives_everything_below_it_in_the_order_of_names(tmp_path):
    put(tmp_path, "b.xlsx", "a.xlsx", "丙/丁/c.xlsx", "乙/d.xls", "e.docx", "无后缀")
    assert names(tmp_path) == ["a.xlsx", "b.xlsx", "e.docx", "无后缀", "丙/丁/c.xlsx", "乙/d.xls"]


@pytest.mark.parametrize(
    "name",
    ["~$申报表.xlsx", ".~lock.申报表.xlsx#", ".~申报表.xlsx", "._申报表.xlsx", "__MACOSX/x.xlsx", "甲/__MACOSX/x.xlsx",
     ".DS_Store", "Thumbs.db", "desktop.ini"],
)  # fmt: skip
def test_what_programs_leave_behind_is_no_return(tmp_path, name):
    put(tmp_path, name, "申报表.xlsx")
    assert names(tmp_path) == ["申报表.xlsx"]


def test_a_name_that_only_looks_alike_is_kept(tmp_path):
    put(tmp_path, "$甲.xlsx", "甲~$.xlsx", "MACOSX/x.xlsx", "~甲.xlsx")
    assert names(tmp_path) == ["$甲.xlsx", "~甲.xlsx", "甲~$.xlsx", "MACOSX/x.xlsx"]


def test_same_names_in_two_folders_are_told_apart(tmp_path):
    put(tmp_path, "甲/x.xlsx", "乙/x.xlsx", "乙/y.xlsx")
    assert names(tmp_path) == ["乙/x.xlsx", "乙/y.xlsx", "甲/x.xlsx"]
    assert names([tmp_path / "甲", tmp_path / "乙"]) == ["甲/x.xlsx", "乙/x.xlsx", "y.xlsx"]
    assert names([tmp_path / "甲/x.xlsx", tmp_path / "乙/x.xlsx"]) == ["甲/x.xlsx", "乙/x.xlsx"]


def test_same_names_in_folders_of_one_name_are_told_apart(tmp_path):
    put(tmp_path, "1/甲/x.xlsx", "2/甲/x.xlsx", "3/甲/x.xlsx")
    found = names([tmp_path / "1/甲", tmp_path / "2/甲", tmp_path / "3/甲"])
    assert len(set(found)) == 3
    assert all(name.endswith("甲/x.xlsx") for name in found)


def test_the_same_file_given_twice_counts_once(tmp_path, monkeypatch):
    put(tmp_path, "甲/x.xlsx")
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "甲" / "x.xlsx"
    assert names([path, path]) == ["x.xlsx"]
    assert names([path, Path("甲/x.xlsx"), tmp_path / "甲/../甲/x.xlsx"]) == ["x.xlsx"]
    assert len(names([tmp_path, tmp_path / "甲", path])) == 1
    assert len(names([path, tmp_path])) == 1


def test_links_are_followed_to_files_but_not_round_in_circles(tmp_path):
    put(tmp_path, "甲/x.xlsx")
    try:
        (tmp_path / "甲" / "上").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "同.xlsx").symlink_to(tmp_path / "甲" / "x.xlsx")
        (tmp_path / "断.xlsx").symlink_to(tmp_path / "没有")
        (tmp_path / "环.xlsx").symlink_to(tmp_path / "环.xlsx")
    except OSError as error:
        pytest.skip(f"no links here: {error}")
    files, problems = collect([tmp_path])
    assert problems == []
    assert [item.path.resolve() for item in files if item.path.is_file()] == [tmp_path / "甲" / "x.xlsx"]
    assert {item.file for item in files if not item.path.is_file()} == {"断.xlsx", "环.xlsx"}
    batch = check(tmp_path)
    assert {s.file for s in batch.submissions if s.status == "无法读取"} >= {"断.xlsx", "环.xlsx"}


def test_the_folder_for_the_results_is_left_out(tmp_path):
    put(tmp_path, "x.xlsx", "结果/汇总表.xlsx", "结果/单位/y.xlsx", "乙/结果/z.xlsx")
    assert names(tmp_path, tmp_path / "结果") == ["x.xlsx", "乙/结果/z.xlsx"]
    assert names(tmp_path, tmp_path / "乙" / ".." / "结果") == ["x.xlsx", "乙/结果/z.xlsx"]
    assert names(tmp_path, tmp_path / "还没有") == ["x.xlsx", "乙/结果/z.xlsx", "结果/汇总表.xlsx", "结果/单位/y.xlsx"]


def test_results_beside_the_input_leave_the_input_in(tmp_path):
    """``perfxl check . --out .`` must not leave everything out."""
    put(tmp_path, "x.xlsx")
    assert names(tmp_path, tmp_path) == ["x.xlsx"]


def reasons(*inputs):
    files, problems = collect(list(inputs))
    return [item.file for item in files], [problem.render("zh") for problem in problems]


def test_what_is_not_there_is_said(tmp_path):
    put(tmp_path, "x.xlsx")
    missing = tmp_path / "没有.xlsx"
    assert reasons(missing, tmp_path / "x.xlsx") == (
        ["x.xlsx"],
        [f"没有这个文件或文件夹：{missing}。请检查路径。"],
    )


@pytest.mark.parametrize("name", ["长" * 300 + ".xlsx", "x" * 5000])
def test_a_name_too_long_to_be_one_is_not_there(tmp_path, name):
    put(tmp_path, "x.xlsx")
    files, [said] = reasons(tmp_path / name, tmp_path / "x.xlsx")
    assert files == ["x.xlsx"]
    assert said.startswith("没有这个文件或文件夹")


@pytest.mark.skipif(os.name != "posix", reason="paths may be 4096 bytes long on Linux only")
def test_a_folder_whose_path_is_too_long_is_said_and_not_passed_over(tmp_path, monkeypatch):
    put(tmp_path, "x.xlsx")
    monkeypatch.chdir(tmp_path)
    for _ in range(25):  # step by step: no path that is asked for is too long
        Path("长" * 60).mkdir()
        os.chdir("长" * 60)
    Path("y.xlsx").write_bytes(b"x")
    files, [said] = reasons(tmp_path)
    assert files == ["x.xlsx"]
    assert said.startswith("文件夹无法打开，其中的文件没有审核：")
    batch = check(tmp_path)
    assert (batch.worst, len(batch.problems)) == (1, 1)
    os.chdir(tmp_path)


@pytest.mark.parametrize("owner", ["~$申报表.xlsx", ".~申报表.xlsx", ".~lock.申报表.xlsx#"])
def test_a_file_that_somebody_has_open_is_known_by_its_owner_file(tmp_path, owner):
    put(tmp_path, owner, "申报表.xlsx", "申报表2.xlsx")
    assert [name for name in ("申报表.xlsx", "申报表2.xlsx") if is_open_elsewhere(tmp_path / name)] == ["申报表.xlsx"]
    assert not is_open_elsewhere(tmp_path / ("长" * 85))


@pytest.mark.parametrize("url", ["https://example.org/x.xlsx", "http://a/b", "file:///tmp/x.xlsx", "smb://a/b.xlsx"])
def test_an_address_is_no_path(url):
    assert reasons(url) == ([], [f"不支持网址：{url}。请先下载到本机。"])


def test_an_empty_folder_is_said(tmp_path):
    put(tmp_path, "空/~$x.xlsx")
    assert reasons(tmp_path / "空") == ([], [f"文件夹里没有文件：{tmp_path / '空'}。"])


def test_odd_names_are_taken_as_they_are(tmp_path):
    odd = [" x .xlsx", "甲\n乙.xlsx", "%2e.xlsx", "a{path}b.xlsx", "#1.xlsx", "-rf.xlsx", "😀.xlsx"]
    put(tmp_path, *odd)
    assert sorted(names(tmp_path)) == sorted(odd)
    assert reasons(tmp_path / "{path}{0}")[1] == [f"没有这个文件或文件夹：{tmp_path / '{path}{0}'}。请检查路径。"]


# ---------------------------------------------------------------- the same content


def test_duplicates_by_content_are_checked_once(tmp_path):
    put(tmp_path, "1.xlsx", "2.xlsx", "丙/1.xlsx", data=TYPED_DATA)
    put(tmp_path, "3.xlsx", data=CLEAN_DATA)
    batch = check(tmp_path)
    by = {s.file: s for s in batch.submissions}
    assert {name: s.duplicate_of for name, s in by.items()} == {
        "1.xlsx": "", "2.xlsx": "1.xlsx", "3.xlsx": "", "丙/1.xlsx": "1.xlsx",
    }  # fmt: skip
    assert by["2.xlsx"].status == by["1.xlsx"].status
    assert {f.file for f in batch.findings if f.code == "FILE-04"} == {"2.xlsx", "丙/1.xlsx"}
    assert len(batch.tables.submissions) == 2


def test_unreadable_files_of_one_content_are_both_named(tmp_path):
    put(tmp_path, "1.xlsx", "2.xlsx", data=b"")
    batch = check(tmp_path)
    assert [s.file for s in batch.submissions] == ["1.xlsx", "2.xlsx"]
    assert {s.status for s in batch.submissions} == {"无法读取"}
    assert {f.file for f in batch.findings} == {"1.xlsx", "2.xlsx"}


def test_every_file_that_goes_in_comes_out(tmp_path):
    put(tmp_path, "好.xlsx", data=CLEAN_DATA)
    put(tmp_path, "空.xlsx", data=b"")
    put(tmp_path, "说明.txt", data="说明".encode())
    with pytest.raises(FileNotFoundError, match="没有"):
        check([tmp_path, tmp_path / "没有.xlsx"])
    batch = check_collected(*collect([tmp_path, tmp_path / "没有.xlsx"]))
    assert {s.file for s in batch.submissions} == {"好.xlsx", "空.xlsx", "说明.txt"}
    assert set(batch.paths) == {"好.xlsx", "空.xlsx", "说明.txt"}
    assert len(batch.problems) == 1
