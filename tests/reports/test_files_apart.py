"""One file that cannot be made or saved costs no other of a report."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import openpyxl
import pytest
from containers import CLEAN, TYPED, changed
from raw_books import replaced

from perfxl import cli
from perfxl.engine.batch import check
from perfxl.reports import annotated, out_folder, unit_report
from perfxl.reports.annotated import CannotAnnotate, annotate
from perfxl.reports.out_folder import WRITTEN_LIST, Incomplete

UNIT = "中共衡阳市委机构编制委员会办公室"


@pytest.fixture
def two_units(tmp_path: Path) -> Path:
    """Returns of two units: the second one's name makes a long path."""
    folder = tmp_path / "收"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(CLEAN.read_bytes())
    (folder / "b.xlsx").write_bytes(replaced(CLEAN.read_bytes(), (UNIT, "某" * 60)))
    return folder


def deep(folder: Path, length: int) -> Path:
    """A folder whose path has so many bytes."""
    while len(os.fsencode(folder)) < length - 201:
        folder /= "x" * 200
    folder /= "x" * (length - len(os.fsencode(folder)) - 1)
    folder.mkdir(parents=True)
    return folder


@pytest.mark.skipif(os.name != "posix", reason="paths may be 4096 bytes long on Linux only")
def test_a_path_that_gets_too_long_costs_no_other_unit(
    two_units: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = deep(tmp_path, 3960)
    assert (
        cli.run(["check", str(two_units), "--out", str(out), "--report", "annotated", "--report", "unit_report"]) == 2
    )
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all("路径太长" in line and "--out" in line and "某" * 60 in line for line in lines)
    names = {path.name for folder, _, files in os.walk(out) for path in map(Path, files)}
    assert names == {WRITTEN_LIST, "a_批注.xlsx", "错误报告.html"}


def test_a_windows_path_is_told_by_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows only says that there is no such file."""
    missing = FileNotFoundError(errno.ENOENT, "No such file or directory")
    long = Path("/" + "长" * 300)
    assert "路径太长" not in out_folder.not_saved(missing, long, "zh")
    monkeypatch.setattr(out_folder, "_WINDOWS", True)
    assert "路径太长" in out_folder.not_saved(missing, long, "zh")
    assert out_folder.not_saved(missing, Path("/x"), "en") == "/x could not be written: No such file or directory."


@pytest.mark.parametrize("report", [annotated, unit_report])
def test_a_folder_that_may_not_be_written_costs_no_other_unit(two_units: Path, tmp_path: Path, report: object) -> None:
    batch = check(two_units)
    out = tmp_path / "出"
    (out / "单位").mkdir(parents=True)
    (out / "单位" / UNIT).write_text("在此")  # a file stands where the folder should
    with pytest.raises(Incomplete) as caught:
        report.write(batch, out)  # type: ignore[attr-defined]
    assert [path.parent.name for path in caught.value.written] == ["某" * 60]
    [reason] = caught.value.reasons
    assert re.fullmatch(rf"未能写入 .*{UNIT}.*：.+。", reason)


def test_a_full_disk_is_told_once(two_units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = check(two_units)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(unit_report, "save", full)
    with pytest.raises(OSError, match="No space"):
        unit_report.write(batch, tmp_path)


def test_the_list_of_copies_in_use_costs_no_copy(two_units: Path, tmp_path: Path) -> None:
    (tmp_path / WRITTEN_LIST).mkdir()  # cannot be opened, as where a virus scanner holds it
    assert len(annotated.write(check(two_units), tmp_path)) == 2


# ---------------------------------------------------------------- packages of which one part is odd


def selected_in_utf16(xml: bytes) -> bytes:
    """A sheet in UTF-16 that breaks off within a letter: some readers take it, but it cannot be written back."""
    return (xml.decode().replace("UTF-8", "UTF-16")).encode("utf-16") + b"\0"


def test_a_part_in_half_letters_is_damage() -> None:
    data = changed(TYPED.read_bytes(), (r"xl/worksheets/sheet\d+\.xml", selected_in_utf16))
    with pytest.raises(CannotAnnotate):
        annotate(data, [], "zh", [])


@pytest.mark.faults
def test_a_fault_at_one_package_is_made_good_by_a_copy_made_anew(
    two_units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = check(two_units)
    asked: list[bytes] = []

    def faulty(source: bytes, *more: object) -> bytes:
        asked.append(source)
        if source == (two_units / "a.xlsx").read_bytes():
            raise IndexError("a part that nobody has thought of")
        return annotate(source, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(annotated, "annotate", faulty)
    monkeypatch.delenv("PERFXL_DEBUG", raising=False)
    paths = annotated.write(batch, tmp_path)
    assert [path.name for path in paths] == ["a_批注.xlsx", "b_批注.xlsx"]
    assert len(asked) == 3
    heads = [str(row) for row in openpyxl.load_workbook(paths[0]).active.iter_rows(max_row=6, values_only=True)]
    assert sum("重新生成" in head for head in heads) == 1
    monkeypatch.setenv("PERFXL_DEBUG", "1")
    with pytest.raises(IndexError):
        annotated.write(batch, tmp_path / "2")
