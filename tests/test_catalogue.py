"""The catalogue of the rules: one source for the command line, the pages, the template and the summary."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

import perfxl
from perfxl import cli
from perfxl.model import Result, Severity
from perfxl.profiles import built_in, load
from perfxl.reports import summary
from perfxl.rules import all_rules, catalogue, codes, find, near, rules_of
from perfxl.template import build

ROOT = Path(__file__).resolve().parents[1]
CLEAN = ROOT / "samples" / "hengyang-2020" / "中共衡阳市委编办_绩效目标申报表.clean.xlsx"
OWN = Path(__file__).parent / "profiles" / "weights.toml"
PROFILE = load("hengyang_2020")
ENTRIES = catalogue(PROFILE)
SEVERITIES = {"error", "warning", "notice", "off"}


@pytest.fixture
def run(capsys):
    """A command line in this process: (exit code, stdout, stderr)."""

    def inside(*args):
        code = cli.run([str(arg) for arg in args])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return inside


def screen(monkeypatch):
    """A screen in place of a pipe."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "140")


# ---------------------------------------------------------------- perfxl rules


def test_a_pipe_gets_a_line_a_rule(run):
    code, out, err = run("rules")
    lines = [line.split("\t") for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [line[:2] for line in lines] == [[rule.code, rule.name.zh] for rule in all_rules(PROFILE)]
    assert ["SUM-10", "金额合计·总额", "错误", "金额合计·总额 ＝ 各任务·总额之和"] in lines
    assert {"FILE-01", "FILE-02", "FILE-04"} <= {line[0] for line in lines}


def test_a_screen_gets_a_table(run, monkeypatch):
    screen(monkeypatch)
    code, out, _ = run("rules", "--lang", "en")
    assert code == 0
    assert "What is checked" in out
    assert f"{len(ENTRIES)} rules" in out
    assert all(code in out for code in codes(ENTRIES))


@pytest.mark.parametrize("typed", ["SUM-10", "sum-10", "sum10", "SUM 10", " Sum_010 ", "ＳＵＭ－１０"])
def test_a_code_is_found_as_people_type_it(typed):
    assert [entry.rule.name.zh for entry in find(ENTRIES, typed)] == [
        "金额合计·总额", "金额合计·财政拨款", "金额合计·其他资金",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["SUM-1", "SUM-100", "SUM-10x", "SUM", "10", "", "-"])
def test_what_is_no_code_finds_no_other(typed):
    assert {entry.code for entry in find(ENTRIES, typed)} <= {"SUM-01"}


def test_one_rule_is_explained(run):
    code, out, err = run("rules", "quality5")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "QUALITY-05 用文字代替符号",
        "  级别：提示（提示性审核）",
        "  审核内容：“以上”“大于”“不低于”等建议改用符号",
        "  为什么：文字写法不统一，汇总和自评时难以比较。",
        "  依据：附件12填报说明 三.3",
        "  怎样改：改用“≥”“≤”等符号，将指标值写成“符号＋数字＋计量单位”。",
        "  错误示例：满意度：大于90%",
        "  正确示例：满意度：≥90%",
    ]
    english = run("rules", "QUALITY-05", "--lang", "en")[1]
    assert "  How to fix it: Write sign, number and unit." in english.splitlines()


def test_a_sum_of_the_bureaus_own_is_explained_too(run):
    code, out, _ = run("rules", "city-01", "--profile", OWN)
    assert code == 0
    assert "审核内容：年度资金总额 ＝ 财政拨款 ＋ 区县配套资金" in out
    assert "错误示例：年度资金总额 100.0000 ≠ 财政拨款 60.0000 ＋ 区县配套资金 30.0000（万元）" in out
    assert "依据：某市配套资金管理办法" in out


def test_severities_are_those_of_the_profile_and_what_is_off_is_told(run):
    data = {item["code"]: item for item in json.loads(run("rules", "--profile", OWN, "--json")[1])}
    assert {code: data[code]["severity"] for code in ("COMPLETE-02", "COMPLETE-06", "AMOUNT-06")} == {
        "COMPLETE-02": "off", "COMPLETE-06": "error", "AMOUNT-06": "warning",
    }  # fmt: skip
    assert "  级别：不启用" in run("rules", "COMPLETE-02", "--profile", OWN)[1].splitlines()
    assert "COMPLETE-02" not in {rule.code for rule in rules_of(load(str(OWN)))}


def test_json_says_all_there_is(run):
    data = json.loads(run("rules", "--json")[1])
    assert [item["code"] for item in data] == [entry.code for entry in ENTRIES]
    keys = {"code", "severity", "source", "name", "what", "why", "fix", "wrong", "right"}
    assert all(item.keys() == keys and item["severity"] in SEVERITIES for item in data)
    assert [item["name"] for item in json.loads(run("rules", "DUP-01", "--json", "--lang", "en")[1])] == [
        "A project twice"
    ]


@pytest.mark.parametrize(
    ("typed", "lang", "said"),
    [
        ("SUM-99", "zh", "错误：没有规则 SUM-99。相近的有：SUM-09、SUM-19。"),
        ("QUALTY-05", "zh", "错误：没有规则 QUALTY-05。相近的有：QUALITY-05、QUALITY-08、QUALITY-09、"),
        ("dup", "zh", "错误：没有规则 dup。相近的有：DUP-01、DUP-02、DUP-03、DUP-04、DUP-05。"),
        ("xyz", "zh", "错误：没有规则 xyz。用 perfxl rules 查看全部。"),
        ("xyz", "en", "Error: There is no rule xyz. perfxl rules lists them all."),
        ("SUM-99", "en", "Error: There is no rule SUM-99. Did you mean SUM-09, SUM-19?"),
    ],
)
def test_an_unknown_code_is_answered_with_near_ones(run, typed, lang, said):
    code, out, err = run("rules", typed, "--lang", lang)
    assert (code, out) == (2, "")
    assert err.startswith(said)


def test_nothing_near_is_nothing():
    assert near(ENTRIES, "") == []


# ---------------------------------------------------------------- perfxl profiles


def test_a_pipe_gets_a_line_a_profile(run):
    code, out, _ = run("profiles")
    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in out.splitlines()}
    assert code == 0
    assert list(lines) == list(built_in())
    assert lines["hengyang_2020"] == [
        "市级预算绩效目标申报表", "2020",
        "附件12 部门整体支出绩效目标申报表、附件10 项目绩效目标申报表、附件11 专项资金绩效目标申报表",
        "附件10、附件11、附件12 及其填报说明",
    ]  # fmt: skip


def test_a_screen_gets_a_table_of_profiles(run, monkeypatch):
    screen(monkeypatch)
    code, out, _ = run("profiles", "--lang", "en")
    assert code == 0
    assert "basis" in out
    assert all(name in out for name in built_in())


def test_one_profile_is_told_in_short(run):
    code, out, err = run("profiles", OWN)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "weights_2023：项目支出绩效目标表（2023 年度，金额单位万元）",
        "依据：某市项目支出绩效目标表",
        "项目支出绩效目标表",
        "  栏目 8 个，其中 7 个必填",
        "  绩效指标，二级指标 6 类",
        "勾稽关系 2 条：",
        "  CITY-01 区县配套：年度资金总额 ＝ 财政拨款 ＋ 区县配套资金",
        "  CITY-02 成本不超过总额：年度资金总额 ≥ 成本指标之和",
        "与默认级别不同的规则：COMPLETE-02 不启用、COMPLETE-06 错误、AMOUNT-06 警告",
    ]
    lines = run("profiles", "hengyang_2020", "--lang", "en")[1].splitlines()
    assert "Special fund form (附件11)" in lines
    assert "  绩效指标, 9 second levels, for 中长期, 年度" in lines
    assert len([line for line in lines if line.startswith("  SUM-10 ")]) == 3


def test_an_unknown_profile_names_the_known_ones(run):
    code, out, err = run("profiles", "moon")
    assert (code, out) == (2, "")
    assert "没有表式 moon" in err
    assert "hengyang_2020" in err


# ---------------------------------------------------------------- the pages, the template, the summary


def test_the_pages_are_fresh(tmp_path):
    subprocess.run([sys.executable, ROOT / "docs" / "make.py", "--out", tmp_path], check=True, capture_output=True)
    for name in ("rules.md", "rules.zh-CN.md"):
        assert (tmp_path / name).read_text("utf-8") == (ROOT / "docs" / name).read_text("utf-8"), "run make generated"


@pytest.mark.parametrize("name", ["rules.md", "rules.zh-CN.md"])
def test_every_code_has_its_place_on_the_pages(name):
    text = (ROOT / "docs" / name).read_text("utf-8")
    headings = [heading.lower() for heading in re.findall(r"^### (.+)$", text, re.MULTILINE)]
    assert headings == [code.lower() for code in codes(ENTRIES)]
    assert set(re.findall(r"\]\(#(.+?)\)", text)) == set(headings)


def rows(page, first):
    return [[cell.value for cell in row] for row in page.iter_rows(min_row=first)]


@pytest.mark.parametrize("profile", ["hengyang_2020", str(OWN)])
def test_the_template_shows_the_rules_that_are_asked(profile):
    form = load(profile)
    page = load_workbook(BytesIO(build(form, year=form.year, projects=1)))["审核规则"]
    head, *told = rows(page, 3)
    assert head == ["编号", "名称", "级别", "审核内容", "怎样改"]
    assert told == [
        [e.code, e.rule.name.zh, e.severity.gate.zh, e.rule.what.zh, e.rule.fix.zh]
        for e in catalogue(form)
        if e.severity and e.rule.of_returns
    ]
    assert page.protection.sheet
    assert (page.page_setup.paperSize, page.page_setup.orientation, page.page_setup.fitToHeight) == (9, "landscape", 0)
    assert page.print_title_rows == "$3:$3"


def test_the_template_with_its_rules_is_no_more_than_a_blank_template(tmp_path):
    (tmp_path / "空白.xlsx").write_bytes(build(PROFILE, year=2020))
    batch = perfxl.check(tmp_path)
    [only] = batch.submissions
    assert [finding.code for finding in batch.findings] == ["FILE-03"]
    assert len(only.forms) == 10
    assert set(only.ignored_sheets) == {"封面", "填报说明", "审核规则", "校验"}


def test_the_summary_tells_every_rule_of_the_catalogue_and_what_is_off(tmp_path):
    (tmp_path / "空白.xlsx").write_bytes(build(load(str(OWN)), year=2023, projects=1))
    batch = perfxl.check(tmp_path, str(OWN))
    page = load_workbook(BytesIO(summary.workbook(batch)))["审核规则"]
    told = {row[0]: row for row in rows(page, 4) if row[0]}
    assert list(told) == codes(entry for entry in catalogue(batch.profile) if entry.rule.of_returns)
    assert (told["COMPLETE-02"][2], told["COMPLETE-06"][2]) == ("不启用", "错误")


# ---------------------------------------------------------------- files as a whole


def test_files_as_a_whole_end_by_their_rules_like_all_others(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(CLEAN.read_bytes())
    (tmp_path / "b.xlsx").write_bytes(CLEAN.read_bytes())
    (tmp_path / "c.xlsx").write_bytes(b"")
    batch = perfxl.check(tmp_path)
    names = {rule.code: rule.name.zh for rule in all_rules(PROFILE)}
    whole = [finding for finding in batch.findings if finding.ref is None]
    assert [(f.file, f.code, f.severity, f.name) for f in whole] == [
        ("b.xlsx", "FILE-04", Severity.NOTICE, names["FILE-04"]),
        ("c.xlsx", "FILE-01", Severity.ERROR, names["FILE-01"]),
    ]
    ended = {(o.file, o.code): o.result for o in batch.outcomes if o.code in ("FILE-01", "FILE-02", "FILE-04")}
    assert ended == {
        ("a.xlsx", "FILE-01"): Result.PASSED,
        ("a.xlsx", "FILE-02"): Result.PASSED,
        ("a.xlsx", "FILE-04"): Result.PASSED,
        ("b.xlsx", "FILE-04"): Result.FAILED,
        ("c.xlsx", "FILE-01"): Result.FAILED,
    }
