"""Files made to hurt: bounded work and memory, a clear finding, nothing outside the output, and the batch goes on."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from containers import CLEAN, TYPED
from filled_template import office
from hostile_cases import CASES, Hostile
from hostile_measure import measured
from programs import needs_office
from raw_books import replaced

from perfxl import cli, reports
from perfxl.engine import parts
from perfxl.engine.batch import check
from perfxl.formats import Unreadable, read_book
from perfxl.model import Status
from perfxl.output_files import safe_name

#: what docs/limits.md promises for any file
SECONDS, MEGABYTES = 20, 768
LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory is told by /proc")


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_any_file_takes_bounded_work_and_memory(case: Hostile, tmp_path: Path) -> None:
    path = tmp_path / f"x.{case.ending}"
    path.write_bytes(case.make())
    seen = measured(path, tmp_path / "out")
    assert seen.seconds < SECONDS
    assert seen.megabytes < MEGABYTES
    if case.refused:
        [(code, message)] = seen.findings
        assert (seen.status, code) == ("无法读取", "FILE-01")
        assert re.search(r"(过大|过多|过远).*(请|安全)", message)
    else:
        assert seen.status != "无法读取"


def test_the_docs_tell_of_every_case() -> None:
    page = (Path(__file__).parents[1] / "docs" / "limits.md").read_text("utf-8")
    told = dict(re.findall(r"^\| (.+?) \| [\d,]+ \| (refused|read) \|", page, re.MULTILINE))
    assert told == {case.name: "refused" if case.refused else "read" for case in CASES}
    assert f"{SECONDS} seconds" in page
    assert f"{MEGABYTES} MB" in page


# ---------------------------------------------------------------- .xls


def as_xls(folder: Path, book: openpyxl.Workbook) -> bytes:
    book.save(folder / "x.xlsx")
    office(folder, "--convert-to", "xls:MS Excel 97", "--outdir", str(folder), str(folder / "x.xlsx"))
    return (folder / "x.xls").read_bytes()


@needs_office
@pytest.mark.parametrize(("cells", "length", "far", "refused"), [
    (100, 30_000, None, False), (700, 30_000, None, True), (100, 10, "IV65536", True), (100, 10, "IV5000", False),
])  # fmt: skip
def test_an_xls_is_weighed_by_its_records(
    tmp_path: Path, cells: int, length: int, far: str | None, refused: bool
) -> None:
    book = openpyxl.Workbook()
    for row in range(1, cells + 1):
        # a text of two widths, and others before it that run over the end of a record
        book.active.cell(row, 1, "a" * 9_000 + "长" * (length - 9_000) if length > 9_000 else "短")
        book.active.cell(row, 2, f"第 {row} 行")
    if far:
        book.active[far] = 1
    data = as_xls(tmp_path, book)
    if refused:
        with pytest.raises(Unreadable) as caught:
            read_book(data)
        assert caught.value.kind == "large"
    else:
        assert len(list(read_book(data).grids[0])) == 2 * cells + bool(far)


# ---------------------------------------------------------------- files and folders


def outside(root: Path, out: Path) -> set[Path]:
    return {path for path in root.rglob("*") if out not in path.parents and path != out}


@pytest.mark.parametrize("unit", [
    "../../../逃", "CON", "长" * 300, "=cmd|' /C calc'!A0",
    *(pytest.param(name, marks=pytest.mark.slow) for name in (
        "..\\..\\逃", "/etc/逃", "C:\\逃", "nul.txt", "COM¹", "甲/乙:丙?*", "末尾. . ", "\u202e倒xslx.局", "..", "~",
        "a\x0bb",
    )),
])  # fmt: skip
def test_no_name_of_a_unit_leads_out_of_the_output(tmp_path: Path, unit: str) -> None:
    folder, out = tmp_path / "收", tmp_path / "出"
    folder.mkdir()
    named = ("中共衡阳市委机构编制委员会办公室", unit.replace("\x0b", ""))
    (folder / "x.xlsx").write_bytes(replaced(CLEAN.read_bytes(), named))
    before = outside(tmp_path, out)
    batch = check(folder, leave_out=out)
    written = reports.write(batch, out)
    assert outside(tmp_path, out) == before
    assert all(out in path.resolve().parents for path in written)
    names = {part for path in written for part in path.relative_to(out).parts}
    assert all(re.fullmatch(r'[^<>:"/\\|?*\x00-\x1f]+(?<![ .])', name) for name in names)
    assert all(len(name.encode()) <= 255 for name in names)
    for path in written:
        if path.suffix == ".xlsx":
            cells = [c for s in openpyxl.load_workbook(path) for row in s.iter_rows() for c in row]
            assert not [c for c in cells if c.data_type == "f" and "cmd" in str(c.value)]
            targets = [unquote(c.hyperlink.target) for c in cells if c.hyperlink and c.hyperlink.target]
            # only our own, from the summary to the folder of a unit
            assert all(out in (path.parent / target).resolve().parents for target in targets)


@pytest.mark.parametrize(("given", "safe"), [
    ("CON", "_CON"), ("con.xlsx", "_con.xlsx"), ("COM¹", "_COM¹"), ("conin$", "_conin$"), ("console", "console"),
    ("a/b\\c", "a_b_c"), ("..", "_"), (" . ", "_"), ("\u202e甲", "_甲"), ("\udcff甲", "_甲"),
    ("甲\u200b乙", "甲_乙"), ("", "_"),
])  # fmt: skip
def test_names(given: str, safe: str) -> None:
    assert safe_name(given) == safe


@pytest.mark.skipif(os.name != "posix", reason="such names and files are of POSIX")
def test_odd_things_in_a_folder_cost_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "收", tmp_path / "出"
    folder.mkdir()
    (folder / "好.xlsx").write_bytes(TYPED.read_bytes())
    (folder / os.fsdecode(b"\xff\xfe.xlsx")).write_bytes(CLEAN.read_bytes())
    os.mkfifo(folder / "管道.xlsx")
    (folder / "零.xlsx").symlink_to("/dev/zero")
    (folder / "环.xlsx").symlink_to(folder / "环.xlsx")
    (folder / "圈").symlink_to(folder, target_is_directory=True)
    assert cli.run(["check", str(folder), "--out", str(out)]) == 1
    capsys.readouterr()
    batch = check(folder)
    unread = {item.file: batch.of(item.file)[0] for item in batch.submissions if item.status is Status.UNREADABLE}
    assert set(unread) == {"管道.xlsx", "零.xlsx", "环.xlsx"}
    assert {unread[name].code for name in unread} == {"FILE-01"}
    assert "不是普通文件" in unread["管道.xlsx"].message
    assert "不是普通文件" in unread["零.xlsx"].message
    assert len(list(out.rglob("*_批注.xlsx"))) == 2


def test_a_file_that_changes_while_it_is_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(TYPED.read_bytes())
    (tmp_path / "y.xlsx").write_bytes(CLEAN.read_bytes())
    fstat, asked = os.fstat, []

    def growing(handle: int) -> os.stat_result:
        seen = fstat(handle)
        if seen.st_ino == path.stat().st_ino:
            asked.append(handle)
            if len(asked) == 1:
                with path.open("ab") as target:  # somebody is still copying
                    target.write(b"more")
        return seen

    monkeypatch.setattr(parts.os, "fstat", growing)
    batch = check(tmp_path)
    assert {item.file: item.status for item in batch.submissions} == {
        "x.xlsx": Status.UNREADABLE, "y.xlsx": Status.PASSED,
    }  # fmt: skip
    assert "正在" in batch.of("x.xlsx")[0].message
    monkeypatch.undo()
    path.write_bytes(TYPED.read_bytes())
    assert check(path).submissions[0].status is Status.FAILED


@pytest.mark.parametrize("number", [None, 358, 362, 379, 395, 404])
def test_a_cloud_file_that_is_not_here_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int | None
) -> None:
    """OneDrive and its like: the file is listed, and opening it fails."""
    for name in ("云.xlsx", "好.xlsx"):
        (tmp_path / name).write_bytes(CLEAN.read_bytes())
    real = Path.open

    def elsewhere(self: Path, *args: Any, **more: Any) -> Any:
        if self.name == "云.xlsx":
            error = OSError(22 if number is None else 5, "Invalid argument")
            if number is not None:
                error.winerror = number  # type: ignore[attr-defined]  # as Windows tells it
            raise error
        return real(self, *args, **more)

    monkeypatch.setattr(Path, "open", elsewhere)
    batch = check(tmp_path)
    assert {item.file: item.status.value for item in batch.submissions}["云.xlsx"] == "无法读取"
    assert "下载到本机" in batch.of("云.xlsx")[0].message
    assert len(batch.tables.submissions) == 1
