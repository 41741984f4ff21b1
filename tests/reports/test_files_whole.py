"""A file in the output is whole or not there, whatever the disk and other programs do meanwhile."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from annotated_books import plain
from containers import CLEAN, PASTED, TYPED

from perfxl import cli, output_files, reports
from perfxl.engine.batch import check
from perfxl.output_files import clean_up, save
from perfxl.reports import annotated
from perfxl.reports.out_folder import WRITTEN_LIST, Incomplete


def test_leftovers_of_the_dead_are_removed_and_those_of_the_living_kept(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / "单位").mkdir()
    names = [f".perfxl-{dead.pid}-a.tmp", f"单位/.perfxl-{dead.pid}-b.tmp", ".perfxl-old.tmp"]
    keep = [f".perfxl-{os.getpid()}-c.tmp", "x.tmp", WRITTEN_LIST]
    for name in (*names, *keep):
        (tmp_path / name).write_bytes(b"")
    clean_up(tmp_path)
    assert {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()} == set(keep)


def test_a_full_disk_leaves_the_old_file_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert cli.run(["check", str(CLEAN), "--out", str(out)]) == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    capsys.readouterr()

    class Full:
        def __init__(self, handle: int, *_: object) -> None:
            self._handle = handle

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self._handle)

        def write(self, _: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(output_files.os, "fdopen", Full)
    monkeypatch.delenv("PERFXL_DEBUG", raising=False)
    assert cli.run(["check", str(TYPED), "--out", str(out)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == len(reports.REPORTS)
    assert all("磁盘空间不足" in line for line in told)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_file_that_changed_after_the_check_is_not_annotated(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, source in (("a", CLEAN), ("b", PASTED), ("c", TYPED)):
        (folder / f"{name}.xlsx").write_bytes(source.read_bytes())
    batch = check(folder)
    (folder / "a.xlsx").write_bytes(plain())
    (folder / "b.xlsx").unlink()
    with pytest.raises(Incomplete) as caught:
        annotated.write(batch, tmp_path / "out")
    assert [path.name for path in caught.value.written] == ["c_批注.xlsx"]
    assert [reason[:10] for reason in caught.value.reasons] == ["未能为“a.xlsx", "未能为“b.xlsx"]
    assert [path.name for path in (tmp_path / "out").rglob("*.xlsx")] == ["c_批注.xlsx"]


def test_saving_into_a_folder_that_may_not_be_written_raises_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        save(tmp_path / "file" / "x.xlsx", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_all_reports_are_named_though_one_is_incomplete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(annotated, "_source", lambda *_: None)
    assert cli.run(["check", str(CLEAN), "--out", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert "请重新审核一次" in captured.err
    assert {"汇总表.xlsx", "findings.json", "单位"} <= {path.name for path in tmp_path.iterdir()}
    assert reports.REPORTS
