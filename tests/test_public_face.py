"""What a notebook sees of perfxl: its names, short summaries, and tables with columns that stay."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import perfxl

SAMPLE = "中共衡阳市委编办_绩效目标申报表.xlsx"


@pytest.fixture(scope="module")
def batch(samples: Path) -> perfxl.Batch:
    return perfxl.check(samples / SAMPLE)


def test_its_names_are_listed():
    assert [name for name in dir(perfxl) if not name.startswith("_")] == sorted(
        name for name in perfxl.__all__ if not name.startswith("_")
    )
    for name in perfxl.__all__:
        assert getattr(perfxl, name) is not None


def test_importing_it_needs_no_pandas():
    code = "import perfxl, sys; print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_printing_is_short(batch):
    found = Counter(finding.severity.value for finding in batch.findings)
    counts = ", ".join(f"{found[severity]} {severity}s" for severity in ("error", "warning", "notice"))
    assert repr(batch) == f"<Batch of 1 files by hengyang_2020: 1 did not pass, {counts}>"
    assert repr(batch.tables) == (
        "<Tables of 1 returns by hengyang_2020: 10 forms, 100 texts, 103 amounts, 9 tasks, 143 indicators, "
        "46 open_lines>"
    )


def test_findings_submissions_and_outcomes_are_tables(batch):
    found = batch.findings_frame
    assert len(found) == len(batch.findings)
    assert found.dtypes.map(str).to_dict() == {
        "code": "object", "name": "object", "severity": "object", "file": "object", "unit": "object",
        "sheet": "object", "cell": "object", "stated": "object", "computed": "object", "difference_fen": "Int64",
        "message": "object", "hints": "object", "consequences": "int64", "waived": "bool",
    }  # fmt: skip
    total = found[(found["code"] == "SUM-10") & (found["stated"] == "404.03")]
    assert total[["sheet", "cell", "computed", "difference_fen"]].to_numpy().tolist() == [
        ["部门整体支出", "E25", "394.03", 10_000_000],
    ]
    assert batch.submissions_frame.to_dict("records") == [
        {
            "file": SAMPLE, "unit": "中共衡阳市委机构编制委员会办公室", "year": 2020, "status": "未通过", "forms": 10,
            "duplicate_of": "",
        }
    ]  # fmt: skip
    ended = batch.outcomes_frame
    assert list(ended.columns) == ["code", "file", "result", "reason"]
    assert set(found["code"]) <= set(ended.loc[ended["result"] == "failed", "code"])


def test_tables_without_rows_have_the_same_columns(samples, batch):
    empty = perfxl.check(samples / SAMPLE, "mof_2015")
    for name in ("findings_frame", "submissions_frame", "outcomes_frame"):
        frame, full = getattr(empty, name), getattr(batch, name)
        assert isinstance(frame, pd.DataFrame)
        assert list(frame.dtypes.items()) == list(full.dtypes.items())


@pytest.mark.parametrize("work", [perfxl.read, perfxl.check])
def test_a_path_that_is_not_there_is_an_error(work, tmp_path):
    with pytest.raises(FileNotFoundError, match="没有这个"):
        work(tmp_path / "没有这个.xlsx")


@pytest.mark.parametrize("work", [perfxl.read, perfxl.check])
def test_paths_may_come_one_by_one_and_a_profile_as_a_path(work, samples):
    own = Path(__file__).parent / "profiles" / "weights.toml"
    got = work((path for path in [samples / SAMPLE]), own)
    assert len(got.submissions) == 1
    assert got.profile.id == "weights_2023"
