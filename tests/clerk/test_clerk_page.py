"""The pages about the clerk's files: what they show can be used as it stands, and does what they say."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from clerk_files import TYPED, places

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("clerk-files.md", "clerk-files.zh-CN.md")
EXAMPLE = re.compile(r"```(toml|python)\n(?:# (\S+\.toml)\n)?(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_work_together(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("收到的申报表").mkdir()
    shutil.copy(TYPED, "收到的申报表")
    found = EXAMPLE.findall((DOCS / page).read_text("utf-8"))
    for kind, name, text in found:
        if kind == "toml":
            Path(name).write_text(text, "utf-8")
    [code] = [text for kind, _, text in found if kind == "python"]
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102
    batch, waived = names["batch"], names["waived"]
    assert places(waived) == {("SUM-10", "部门整体支出!E25")}
    codes = {finding.code for finding in batch.findings}
    assert "QUALITY-18" not in codes
    assert not codes & {"WAIVER-01", "WAIVER-02", "PAIR-01"}
    assert places(f for f in batch.findings if f.code == "SUM-15") == {("SUM-15", "项目6!E22")}
    assert ("QUALITY-01", "部门整体支出!E47") not in places(batch.findings)
    tasks = batch.tables.tasks
    assert dict(zip(tasks["name"], tasks["paired_by"], strict=True))["推动本市机构编制信息化管理工作"] == "given"


def test_the_columns_are_those_that_are_read(tmp_path):
    """``make docs`` writes them from the declarations that the readers and the blank workbooks use."""
    subprocess.run([sys.executable, DOCS / "make.py", "--out", tmp_path], check=True, capture_output=True)
    for page in PAGES:
        assert (tmp_path / page).read_text("utf-8") == (DOCS / page).read_text("utf-8"), "run make generated"


def test_both_pages_show_the_same_examples():
    english, chinese = (
        [re.sub(r"\s*#.*", "", text) for _, _, text in EXAMPLE.findall((DOCS / page).read_text("utf-8"))]
        for page in PAGES
    )
    assert english == chinese
