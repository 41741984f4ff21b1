"""``perfxl cells``: what was read of a return, cell by cell, in words and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys

import openpyxl
import pytest
from containers import CLEAN, ROOT, TYPED
from raw_books import edited

from perfxl.cli import run

SHEET = ["--sheet", "专项资金"]


@pytest.fixture
def shown(capfdbinary):
    """The exit code of a command line and what it printed: the fields of each line, or JSON."""

    def call(*args):
        code = run(["cells", *map(str, args)])
        out = capfdbinary.readouterr().out.decode()
        return code, json.loads(out) if "--json" in args else [line.split("\t") for line in out.splitlines()]

    return call


def test_every_cell_with_its_role_and_its_value(shown):
    code, lines = shown(TYPED, *SHEET)
    assert code == 0
    cells = {cell: (role, value) for _, cell, _, role, value in lines}
    assert {cell: cells[cell] for cell in ("A1", "A2", "A3", "A5", "B5", "D15", "D16", "D7", "H7")} == {
        "A1": ("不在申报表之内，不读", ""),
        "A2": ("表名：附件11 专项资金绩效目标申报表", ""),
        "A3": ("“年度”的内容", "2020"),
        "A5": ("“项目名称”的标签", ""),
        "B5": ("“项目名称”的内容", ""),
        "D15": ("“中长期资金总额”的内容", "260.00 万元"),
        "D16": ("“财政拨款”的内容", "0.026 万元"),
        "D7": ("“项目类型”的内容", "没有勾选"),
        "H7": ("“项目类型”的内容", "勾选：其他"),
    }
    assert {cell: cells[cell] for cell in ("B21", "C21", "D21", "E21", "E34", "E31", "D20")} == {
        "B21": ("指标级别：产出指标", ""),
        "C21": ("指标级别：数量指标", ""),
        "D21": ("指标名称", ""),
        "E21": ("指标值", "= 785 个"),
        "E34": ("指标值", "> 90 %"),
        "E31": ("指标值", "文字"),
        "D20": ("表头或栏目名", ""),
    }


def test_no_cell_with_content_is_left_out(shown):
    _, lines = shown(CLEAN)
    book = openpyxl.load_workbook(CLEAN)  # its own checks are formulas without a result
    stored = {(s.title, c.coordinate) for s in book for row in s.iter_rows() for c in row if str(c.value or "").strip()}
    stored |= {(s.title, c.coordinate) for s in book for row in s.iter_rows() for c in row if c.value == 0}
    assert {(sheet, cell) for sheet, cell, *_ in lines} == stored
    assert not [line for line in lines if "没有读到" in line[3]]


def test_errors_and_formulas_without_a_result_are_cells_too(shown, tmp_path):
    cells = {"项目1!B5": "#REF!", "项目1!D7": "=D8+D9", "项目1!E16": "#DIV/0!"}
    (tmp_path / "x.xlsx").write_bytes(edited(CLEAN.read_bytes(), cells))
    _, lines = shown(tmp_path / "x.xlsx", "--sheet", "项目1")
    nothing = "错误值或没有结果的公式，读不到"
    assert [line[1:] for line in lines if line[1] in ("B5", "D7", "E16")] == [
        ["B5", "#REF!", "“项目名称”的内容", nothing],
        ["D7", "=D8+D9", "“资金总额”的内容", nothing],
        ["E16", "#DIV/0!", "指标值", nothing],
    ]
    _, [file] = shown(tmp_path / "x.xlsx", "--sheet", "项目1", "--json")
    silent = [cell["cell"] for sheet in file["sheets"] for cell in sheet["cells"] if cell["silent"]]
    assert silent == ["B5", "D7", "H7", "E16"]  # H7 is the check that the template has beside the form


def test_a_formula_without_a_result_may_be_alone_in_its_row(shown, tmp_path):
    book = openpyxl.load_workbook(CLEAN)
    sheet = book["项目1"]
    below = sheet.max_row + 1
    sheet.cell(below, 1).value, sheet.cell(below + 1, 1).value = "=D8+D9", "经办人备查"
    book.save(tmp_path / "x.xlsx")
    code, lines = shown(tmp_path / "x.xlsx", "--sheet", "项目1")
    assert code == 0
    assert [line[2] for line in lines if line[1] == f"A{below}"] == ["=D8+D9"]


def test_json_has_keys_of_the_profile_and_decimal_strings(shown):
    _, [file] = shown(CLEAN, "--sheet", "项目1", "--json")
    assert file["file"] == CLEAN.name
    [sheet] = file["sheets"]
    assert (sheet["sheet"], sheet["forms"]) == ("项目1", ["project"])
    cells = {cell["cell"]: cell for cell in sheet["cells"]}
    assert cells["D7"] == {
        "cell": "D7", "text": "17", "form": "project", "hidden": False, "silent": False, "read_as": "“资金总额”的内容",
        "parts": [{"role": "value", "key": "total", "state": "ok", "amount": "17.00"}],
    }  # fmt: skip
    assert cells["E16"]["parts"] == [
        {"role": "line", "key": "value", "kind": "number", "operator": "≥", "numbers": ["95"], "measure": "%"}
    ]


def test_what_is_left_over_has_a_reason(shown, tmp_path):
    book = openpyxl.load_workbook(CLEAN)
    sheet = book["项目1"]
    for cell, value in {"A33": "县级配套：5万元", "A34": "注：金额以万元为单位", "H13": "已核对", "F33": "——"}.items():
        sheet[cell] = value
    sheet.row_dimensions[8].hidden = True
    sheet["E16"].value, sheet["E16"].number_format = 0.95, "0%"
    book.save(path := tmp_path / "x.xlsx")
    _, lines = shown(path, "--sheet", "项目1")
    cells = {cell: (role, value) for _, cell, _, role, value in lines}
    assert {cell: cells[cell] for cell in ("A33", "A34", "H13", "F33", "D8", "E16")} == {
        "A33": ("未识别（LAYOUT-07）", ""),
        "A34": ("说明文字，不读", ""),
        "H13": ("表格以外的内容，不读", ""),
        "F33": ("符号、编号或空白标记，不读", ""),
        "D8": ("“财政拨款”的内容（隐藏）", "17.00 万元"),
        "E16": ("指标值", "= 95 %"),
    }


def test_english(shown):
    _, lines = shown(CLEAN, "--sheet", "项目1", "--lang", "en")
    assert ["项目1", "E16", "≥95%", "value of the indicator", "≥ 95 %"] in lines


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([CLEAN, "--sheet", "项目99"], "没有工作表“项目99”"),
        ([ROOT / "没有.xlsx"], "没有这个文件"),
        ([ROOT / "README.md"], "README.md"),
    ],
    ids=["sheet", "file", "no workbook"],
)
def test_what_cannot_be_shown_is_reported(args, words, capsys):
    assert run(["cells", *map(str, args)]) == 2
    assert words in capsys.readouterr().err


def test_it_answers_through_a_pipe_in_any_encoding():
    done = subprocess.run(
        [sys.executable, "-m", "perfxl", "cells", str(CLEAN), *SHEET],
        capture_output=True, check=False, cwd=ROOT, env={"PYTHONIOENCODING": "cp936", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0
    assert "“项目名称”的内容" in done.stdout.decode("gb18030")
    assert done.stderr == b""
