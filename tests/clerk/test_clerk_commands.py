"""The clerk's files on the command line: options, complaints in one line, and the blank list of waivers."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from clerk_files import CLEAN, TYPED, UNIT, waivers, written

from perfxl import cli
from perfxl.profiles import load
from perfxl.rules import codes_of, rules_of

SOON = datetime.now().astimezone().date() + timedelta(days=30)


@pytest.fixture
def run(capsys):
    def inside(*args):
        code = cli.run([str(arg) for arg in args])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return inside


def test_all_three_reach_the_check(run, tmp_path):
    config = written(tmp_path / "设置.toml", '[severity]\nCOMPLETE-14 = "error"\n')
    assert run("check", CLEAN)[0] == 0
    assert run("check", CLEAN, "--config", config)[0] == 1
    path = waivers(tmp_path / "豁免.xlsx", (UNIT, "COMPLETE-14", None, "照旧", "张三", SOON))
    code, out, _ = run("check", CLEAN, "--config", config, "--waivers", path)
    assert code == 0
    assert "另有 1 处已豁免，不计入。" in out
    assert f"已豁免：{UNIT}COMPLETE-14“部门整体支出”表D49。豁免理由：照旧（批准人：张三，" in "".join(out.split())
    pairs = written(tmp_path / "配对.toml", f'[[pair]]\nunit = "{UNIT}"\ntask = "没有"\nproject = "无"\n')
    code, out, _ = run("check", CLEAN, "--pairs", pairs)
    assert code == 0
    assert "提示：配对.toml：第 1 条：" in out.replace("\n", "")


def test_an_expired_waiver_is_shown_on_the_screen(run, tmp_path):
    path = waivers(tmp_path / "豁免.xlsx", (UNIT, "SUM-10", None, "照旧", "张三", date(2021, 1, 1)))
    code, out, _ = run("check", TYPED, "--waivers", path)
    assert code == 1
    assert "提示：“豁免.xlsx”的“豁免”表 G4：" in out
    assert "已豁免，不计入" not in out
    code, out, _ = run("--lang", "en", "check", TYPED, "--waivers", path, "--lang", "en")
    assert "notice: G4 of sheet “豁免” in “豁免.xlsx”: The waiver of SUM-10" in out


@pytest.mark.parametrize("option", ["--config", "--waivers", "--pairs"])
def test_a_file_that_cannot_be_used_is_one_line_and_exit_code_2(run, tmp_path, option):
    path = written(tmp_path / "a.toml", "[x\n")
    code, out, err = run("check", CLEAN, option, path, "--json")
    assert (code, out) == (2, "")
    assert err.startswith("错误：a.toml")
    assert len(err.splitlines()) <= 2
    code, _, err = run("check", CLEAN, option, tmp_path / "没有.toml", "--lang", "en")
    assert code == 2
    assert "There is no such file" in err


def test_todays_pairs_are_written_and_nothing_is_overwritten(run, tmp_path):
    path = tmp_path / "配对.xlsx"
    code, out, err = run("check", TYPED, "--write-pairs", path, "--json")
    assert code == 1
    assert json.loads(out)["submissions"]
    assert f"配对已写入：{path}" in err
    assert openpyxl.load_workbook(path).sheetnames == ["配对", "项目名单"]
    assert run("check", TYPED, "--pairs", path)[0] == 1
    before = path.read_bytes()
    code, _, err = run("check", TYPED, "--write-pairs", path)
    assert (code, path.read_bytes()) == (2, before)
    assert "未予覆盖" in err
    assert "应以 .xlsx 结尾" in run("check", TYPED, "--write-pairs", tmp_path / "配对.toml")[2]


def test_a_blank_list_of_waivers(run, tmp_path):
    path = tmp_path / "豁免.xlsx"
    code, out, _ = run("waivers", "-o", path)
    assert (code, out.strip()) == (0, f"已生成空白豁免登记表：{path}")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["豁免", "规则编号", "填写说明"]
    page = book["豁免"]
    heads = [cell.value for cell in page[3]]
    assert heads == ["单位", "规则编号", "规则名称（自动显示）", "项目或单元格", "理由", "批准人", "有效期至"]
    codes = [row[0] for row in book["规则编号"].iter_rows(min_row=4, values_only=True)]
    assert codes == sorted({rule.code for rule in rules_of(load("hengyang_2020"))})
    assert set(codes) <= codes_of(load("hengyang_2020"))
    lists = {str(one.sqref): one for one in page.data_validations.dataValidation}
    assert lists["B4:B203"].formula1 == f"'规则编号'!$A$4:$A${len(codes) + 3}"
    assert lists["G4:G203"].type == "date"
    assert page["C4"].value.startswith("=IF(B4=")


def test_a_list_that_is_there_is_not_overwritten(run, tmp_path):
    path = tmp_path / "豁免.xlsx"
    path.write_bytes(b"mine")
    code, _, err = run("waivers", "-o", path)
    assert (code, path.read_bytes()) == (2, b"mine")
    assert "--force" in err
    assert run("waivers", "-o", path, "--force", "--lang", "en")[0] == 0
    assert openpyxl.load_workbook(path).sheetnames == ["Waivers", "Rules", "How to fill it in"]
    assert "应以 .xlsx 结尾" in run("waivers", "-o", tmp_path / "豁免.csv", "--force")[2]


def test_an_english_list_is_read(run, tmp_path):
    path = tmp_path / "waivers.xlsx"
    run("waivers", "-o", path, "--lang", "en")
    book = openpyxl.load_workbook(path)
    for col, value in zip((1, 2, 5, 6, 7), (UNIT, "COMPLETE-14", "as before", "张三", SOON), strict=True):
        book["Waivers"].cell(4, col).value = value
    book.save(path)
    config = written(tmp_path / "设置.toml", '[severity]\nCOMPLETE-14 = "notice"\n')
    code, out, _ = run("check", CLEAN, "--config", config, "--waivers", path, "--lang", "en")
    assert code == 0
    assert "1 more are waived and not counted." in out


def test_many_remarks_are_cut_short_on_the_screen(run, tmp_path):
    codes = sorted(codes_of(load("hengyang_2020")))[:30]
    path = waivers(tmp_path / "豁免.xlsx", *((UNIT, code, None, "照旧", "张三", SOON) for code in codes))
    code, out, _ = run("check", CLEAN, "--waivers", path)
    assert code == 0
    lines = [line for line in out.splitlines() if line.startswith(("已豁免", "提示：“豁免", "（另有"))]
    assert len(lines) == 12
    assert lines[-1].startswith("（另有 ")


@pytest.mark.parametrize("command", ["waivers", "template", "pairs"])
def test_a_name_that_another_program_holds_is_reported_and_nothing_is_lost(run, tmp_path, monkeypatch, command):
    path, replace = tmp_path / "表.xlsx", Path.replace

    def locked(self, target):
        if Path(target) == path:
            raise PermissionError(13, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    args = ("check", CLEAN, "--write-pairs", path) if command == "pairs" else (command, "-o", path)
    code, out, err = run(*args)
    [other] = tmp_path.glob("表_*.xlsx")
    assert code == 1
    assert f"{path} 正被 Excel 或 WPS 占用，请关闭它。新文件另存为 {other}。" in err
    assert str(other) in (err if command == "pairs" else out)
    assert not path.exists()
