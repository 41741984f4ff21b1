"""A sum over fields of one label: its condition, its message and the template say which is which, and no more."""

from __future__ import annotations

import re

import openpyxl
import pytest
from case_files import CLEAN, SAMPLES

import perfxl
from perfxl.profiles import describe, distinct_labels, example, load
from perfxl.template import build

PERIODS = """
id = "city"
extends = "hengyang_2020"
[[sums]]
code = "TWO-01"
name = "年度不少于中长期"
severity = "error"
relation = ">="
total = ["fund.fiscal"]
parts = ["fund.long_fiscal"]
[[sums]]
code = "TWO-02"
name = "两栏合计"
severity = "error"
total = ["fund.total"]
parts = ["fund.fiscal", "fund.long_fiscal"]
[[sums]]
code = "TWO-03"
name = "两张表"
severity = "error"
per = "project"
total = ["fund.fiscal", "fund.long_fiscal"]
parts = ["fund.other", "project.fiscal"]
"""
ROWS = """
id = "city"
extends = "self_evaluation_2020"
[forms.department.fields.initial_total]
label = "年初预算数"
[forms.department.fields.initial_basic]
label = "年初预算数"
[forms.department.fields.initial_projects]
label = "年初预算数"
"""


@pytest.fixture
def city(tmp_path):
    def made(text: str) -> str:
        path = tmp_path / "city.toml"
        path.write_text(text, "utf-8")
        return str(path)

    return made


def conditions(profile: str, code: str) -> list[str]:
    loaded = load(profile)
    return [describe(loaded, item) for item in loaded.sums if item.code.startswith(code)]


def test_the_condition_names_the_period_of_equal_labels(city):
    assert conditions(city(PERIODS), "TWO") == [
        "财政拨款（年度） ≥ 财政拨款（中长期）",
        "年度资金总额 ＝ 财政拨款（年度） ＋ 财政拨款（中长期）",
        "财政拨款（年度） ＋ 财政拨款（中长期） ＝ 其他资金 ＋ 同名项目·财政拨款",
    ]


def test_the_condition_names_the_row_of_equal_labels_in_one_block(city):
    profile = load(city(ROWS))
    first = next(item for item in profile.sums if item.name.zh == "部门年初预算数")
    named = "年初预算数（资金总额） ＝ 年初预算数（基本支出） ＋ 年初预算数（项目支出）"
    assert describe(profile, first) == named
    assert [text.count("年初预算数（") for text in example(profile, first)] == [3, 3]


@pytest.mark.parametrize("name", ["hengyang_2020", "mof_2015", "mof_2021", "self_evaluation_2020"])
def test_where_labels_differ_nothing_is_added(name):
    profile = load(name)
    texts = [describe(profile, item) for item in profile.sums]
    assert [operand for text in texts for operand in marked_without_need(text)] == []


def marked_without_need(condition: str) -> list[str]:
    """Operands with a mark whose label is the only one of its kind in the condition."""
    operands = [operand.strip() for operand in re.split("[＝≥≤＋]", condition)]
    labels = [re.sub("（(年度|中长期|项目|第|预算)[^）]*）$", "", operand) for operand in operands]
    return [one for one, label in zip(operands, labels, strict=True) if one != label and labels.count(label) == 1]


@pytest.mark.parametrize(
    ("marks", "names"),
    [
        ([("", "甲", "1"), ("", "乙", "2")], ["小计（甲）", "小计（乙）"]),
        (
            [("甲", "上", "1"), ("甲", "下", "2"), ("乙", "上", "3")],
            ["小计（甲·上）", "小计（甲·下）", "小计（乙·上）"],
        ),
        ([("甲", "", "1"), ("甲", "", "2")], ["小计（1）", "小计（2）"]),
        ([("甲", "", "1"), ("甲", "", "1")], ["小计", "小计"]),
    ],
)
def test_the_first_mark_that_tells_all_apart_is_added(marks, names):
    assert distinct_labels(["合计", *["小计"] * len(marks)], [("", "", "0"), *marks]) == ["合计", *names]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_message_about_a_workbook_says_which_is_which(city, lang):
    found = {
        finding.code: finding.message
        for lead in perfxl.check(CLEAN, profile=city(PERIODS), lang=lang).findings
        for finding in lead.with_consequences()
        if finding.code.startswith("TWO")
    }
    least, both, forms = (found[code] for code in ("TWO-01", "TWO-02", "TWO-03"))
    assert ("财政拨款（年度）" in least, "财政拨款（中长期）" in least) == (True, True)
    assert ("年度资金总额（" in both, "财政拨款（年度）" in both, "财政拨款（中长期）" in both) == (False, True, True)
    for name in ("财政拨款（中长期·专项资金）", "财政拨款（年度·专项资金）", "财政拨款（年度·项目1）"):
        assert name in forms
    assert "其他资金（" not in forms


def test_totals_of_several_forms_are_named_by_their_sheets(tmp_path):
    sample = next((SAMPLES / "self-evaluation-2020").glob("*clean*.xlsx"))
    amounts = perfxl.read(sample, profile="self_evaluation_2020").amounts
    stated = amounts[amounts["column"] == "projects"].iloc[0]
    book = openpyxl.load_workbook(sample)
    book[stated["sheet"]][stated["cell"]] = float(stated["fen"]) / 1_000_000 + 1
    book.save(tmp_path / sample.name)
    findings = perfxl.check(tmp_path / sample.name, profile="self_evaluation_2020").findings
    said = next(finding.message for finding in findings if finding.code == "CROSS-02")
    sheets = [f"年度资金总额全年预算数（{name}）" for name in book.sheetnames if name.startswith("项目")]
    assert [name for name in sheets if name in said] == sheets
    assert len(sheets) > 1


def test_the_check_sheet_of_the_template_says_which_is_which(city, tmp_path):
    path = tmp_path / "模板.xlsx"
    path.write_bytes(build(load(city(PERIODS)), year=2020))
    texts = [cell.value for row in openpyxl.load_workbook(path)["校验"].iter_rows() for cell in row if cell.value]
    assert any("年度资金总额 ＝ 财政拨款（年度） ＋ 财政拨款（中长期）" in str(text) for text in texts)
