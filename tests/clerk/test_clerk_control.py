"""The list of control figures: what is read of it, and what is said where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from clerk_files import CLEAN, UNIT, sheet

from perfxl.clerk.roster import read_control
from perfxl.cli import run
from perfxl.model import UserError


def saved(path: Path, *rows: tuple[object, ...]) -> Path:
    return sheet(path, *rows, name="控制数")


def said(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        read_control(path)
    assert caught.value.reason.en
    return caught.value.reason.zh


def test_units_are_read_with_their_figures(tmp_path):
    path = saved(
        tmp_path / "a.xlsx",
        ("2020年部门预算控制数",),
        ("序号", "单位", "控制数（万元）", "备注"),
        (1, " 某 局 ", 394.03, ""),
        (2, "某办公室（本级）", "1,200.5", "含下级"),
        (None, None, None, None),
        ("", "合计", 1594.53, ""),
    )
    assert read_control(path) == {"某局": 394_030_000, "某办公室本级": 1_200_500_000}


@pytest.mark.parametrize(
    ("heading", "fen"), [("控制数", 17_000_000), ("预算控制数（元）", 1_700), ("控制数（亿元）", 170_000_000_000)]
)
def test_the_heading_says_the_measure(tmp_path, heading, fen):
    assert read_control(saved(tmp_path / "a.xlsx", ("部门名称", heading), ("某局", 17))) == {"某局": fen}


def test_the_same_unit_twice_is_right_if_the_figures_are(tmp_path):
    rows = (("单位", "控制数"), ("某局", 17), ("某 局", "17.00"))
    assert read_control(saved(tmp_path / "a.xlsx", *rows)) == {"某局": 17_000_000}


def test_what_is_wrong_is_said_with_its_cell(tmp_path):
    head = ("单位", "控制数（万元）")
    assert "控制数文件“a.xlsx”的“控制数”表 B3（乙局）无法识别为金额：“约十几万”" in said(
        saved(tmp_path / "a.xlsx", head, ("甲局", 1), ("乙局", "约十几万"))
    )
    assert "控制数文件“a.xlsx”的“控制数”表 B2（甲局）无法识别为金额：“”" in said(
        saved(tmp_path / "a.xlsx", head, ("甲局", None))
    )
    assert "控制数文件“a.xlsx”的“控制数”表 B3：“甲局”前面已有一个不同的控制数（1.00 万元）" in said(
        saved(tmp_path / "a.xlsx", head, ("甲局", 1), ("甲局", 2))
    )


def test_what_is_no_list_is_said(tmp_path):
    assert "没有同时写“单位”和“控制数（万元）”的表头行" in said(
        saved(tmp_path / "a.xlsx", ("单位", "金额"), ("甲局", 1))
    )
    assert "没有同时写" in said(saved(tmp_path / "a.xlsx", ("单位", "控制数（公斤）"), ("甲局", 1)))
    assert "表头下面没有单位" in said(saved(tmp_path / "a.xlsx", ("单位", "控制数（万元）")))
    assert "文件不存在" in said(tmp_path / "b.xlsx")
    (tmp_path / "c.xlsx").write_text("单位,控制数")
    assert "c.xlsx 无法读取：" in said(tmp_path / "c.xlsx")


def test_check_takes_the_list(tmp_path, capsys):
    path = saved(tmp_path / "控制数.xlsx", ("单位", "控制数（万元）"), (UNIT, 404.03))
    assert run(["check", str(CLEAN), "--control", str(path), "--json"]) == 1
    found = capsys.readouterr().out
    assert '"code": "CROSS-18"' in found
    assert '"difference": "-10.00"' in found


def test_check_refuses_a_list_that_is_none(tmp_path, capsys):
    path = saved(tmp_path / "控制数.xlsx", ("名称", "数"))
    assert run(["check", str(CLEAN), "--control", str(path), "--out", str(tmp_path / "out")]) == 2
    assert "没有同时写" in capsys.readouterr().err
