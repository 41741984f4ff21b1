"""The page of a unit: complete, correct, whole in itself, and safe whatever was typed into a sheet."""

import re
from pathlib import Path

import lxml.html
import openpyxl
import pytest
from raw_books import Words, edited

from perfxl.engine.batch import check
from perfxl.model import Ref, Severity
from perfxl.reports import unit_report
from perfxl.reports.unit_report import ranges

SAMPLES = Path(__file__).parents[2] / "samples" / "hengyang-2020"
TYPED = SAMPLES / "中共衡阳市委编办_绩效目标申报表.xlsx"
CLEAN = SAMPLES / "中共衡阳市委编办_绩效目标申报表.clean.xlsx"
UNIT = "中共衡阳市委机构编制委员会办公室"
VOID = {"meta", "br", "link"}

ROOT = Path(__file__).parents[2]


def page(path):
    return lxml.html.fromstring(path.read_text("utf-8"))


def text(element):
    return re.sub(r"\s+", " ", element.text_content()).strip()


@pytest.fixture(scope="module")
def batch():
    return check(TYPED)


@pytest.fixture(scope="module")
def written(batch, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    [path] = unit_report.write(batch, out)
    assert path == out / "单位" / UNIT / "错误报告.html"
    return path


def test_head_and_verdict(batch, written):
    html = page(written)
    assert html.get("lang") == "zh-CN"
    head = text(html)
    assert UNIT in head
    assert TYPED.name in head
    assert "年度2020" in head.replace(" ", "")
    assert "hengyang_2020，第 1 版" in head
    counts = [sum(f.severity is severity for f in batch.findings) for severity in Severity]
    verdict = text(html.find_class("verdict")[0])
    assert verdict.startswith("未通过：错误 {} 处，警告 {} 处，提示 {} 处。".format(*counts))


def test_every_finding_is_on_the_page(batch, written):
    html = page(written)
    everything = text(html)
    for finding in batch.findings:
        assert re.sub(r"\s+", " ", finding.message) in everything
        assert finding.code in everything
        assert re.sub(r"\s+", " ", finding.fix) in everything
        for other in (finding, *finding.consequences):
            assert re.sub(r"\s+", " ", other.message) in everything
        for hint in finding.hints:
            assert hint.message in everything
    numbers = [int(text(number)) for number in html.find_class("number")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [text(head).split("（")[0] for head in html.iter("h2")] == ["错误", "警告", "提示", "审核范围"]


def test_the_wrong_total_with_its_figures_and_operands(written):
    [item] = [
        item for item in page(written).find_class("item")
        if "SUM-10" in text(item.find(".//h3")) and "E25" in text(item.find_class("where")[0])
    ]  # fmt: skip
    assert text(item.find_class("where")[0]) == "部门整体支出 E25 金额合计·总额"
    figures = item.find_class("figures")[0]
    assert [text(cell) for cell in figures.iter("td")] == ["404.03", "394.03", "+10.00"]
    assert "404.03万元" in text(item.find_class("written")[0])
    rows = [[text(cell) for cell in row] for row in item.find_class("operands")[0].iter("tr")]
    assert len(rows) == 10
    assert ["部门整体支出", "E17", "推动本市机构编制信息化管理工作·总额", "10万元"] in rows


def test_decimal_points_stand_below_each_other(written):
    for figures in page(written).find_class("figures"):
        assert len({len(text(cell).partition(".")[2]) for cell in figures.iter("td")}) == 1


def test_findings_that_say_the_same_are_read_as_one_and_counted_each(tmp_path):
    cells = dict.fromkeys(("项目2!D18", "项目3!D18"), "资金到位率")
    (tmp_path / "申报表.xlsx").write_bytes(edited(TYPED.read_bytes(), cells))
    batch = check(tmp_path / "申报表.xlsx")
    [path] = unit_report.write(batch, tmp_path / "out")
    notices = [f for f in batch.findings if f.severity is Severity.NOTICE]
    section = page(path).find_class("notice")[0]
    shown = section.find_class("item")
    times = [re.search(r"(\d+) 处", text(item.find(".//h3"))) for item in shown]
    assert len(shown) < len(notices) == sum(int(found[1]) if found else 1 for found in times)


def test_notices_are_folded_one_line_a_rule(batch, written):
    section = page(written).find_class("notice")[0]
    lines = [text(rule.find("summary")) for rule in section.find_class("rule")]
    notices = [one for one in batch.findings if one.severity is Severity.NOTICE and not one.waived]
    rules = list(dict.fromkeys((one.name, one.code) for one in notices))
    assert len(lines) == len(rules)
    assert all(rule.get("open") is None for rule in section.find_class("rule"))
    for line, (name, code) in zip(lines, rules, strict=True):
        of_rule = [one for one in notices if (one.name, one.code) == (name, code)]
        assert line.startswith(f"{name}{code} · {len(of_rule)} 处")
        assert line.endswith(of_rule[0].place("zh"))
    assert len(section.find_class("item")) == sum(len(list(rule.iter("li"))) for rule in section.find_class("rule"))
    assert ".rule::details-content { content-visibility: visible" in " ".join(written.read_text("utf-8").split())


def test_what_was_checked(batch, written):
    checked = page(written).find_class("checked")[0]
    everything = text(checked)
    codes = {outcome.code for outcome in batch.outcomes}
    assert f"审核公式 {len(codes)} 条" in everything
    shown = [text(row.find("td")) for row in checked.iter("tr") if row.find("td") is not None]
    assert codes <= set(shown)
    assert "不适用：本表式没有分值（权重）栏" in everything
    assert "识别到申报表 10 张" in everything
    for sheet in batch.submissions[0].ignored_sheets:
        assert sheet in everything


def test_nothing_from_outside_and_no_script(written):
    html = page(written)
    source = written.read_text("utf-8")
    assert not list(html.iter("script", "link", "img", "iframe", "object", "form"))
    assert not re.search(r"https?:|url\(|@import|javascript:", source)
    assert not [name for element in html.iter() for name in element.attrib if name.startswith("on")]
    assert all(a.get("href").startswith("#") for a in html.iter("a"))


def test_no_python_words(written):
    everything = text(page(written))
    assert not re.search(r"\b(None|NaN|nan|NaT|dtype|Error|Ref\(|True|False)\b", everything)


def test_a_clean_workbook_is_told_so(tmp_path):
    batch = check(CLEAN)
    [path] = unit_report.write(batch, tmp_path)
    verdict = text(page(path).find_class("verdict")[0])
    assert verdict.startswith("通过")
    assert "错误 " not in verdict


def test_english(tmp_path):
    batch = check(TYPED, lang="en")
    [path] = unit_report.write(batch, tmp_path)
    assert path == tmp_path / "units" / UNIT / "report.html"
    html = page(path)
    assert html.get("lang") == "en"
    assert text(html.find_class("verdict")[0]).startswith("Did not pass: ")
    assert not re.search(r"必须改正|请核对|提示|不适用|可能原因|相关单元格", text(html))


def test_unreadable_files_share_a_page(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "空.xlsx").write_bytes(b"")
    book = openpyxl.Workbook()
    book.active.append(["姓名", "电话"])
    book.save(source / "通讯录.xlsx")
    [path] = unit_report.write(check(source), tmp_path / "out")
    assert path.parent.name == "未识别单位"
    everything = text(page(path))
    for words in ("空.xlsx", "通讯录.xlsx", "无法读取", "不是申报表", "0 字节", "未找到申报表", "FILE-01", "FILE-02"):
        assert words in everything


def test_a_repeated_file_is_counted_on_the_page_of_the_first(tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        (tmp_path / name).write_bytes(CLEAN.read_bytes())
    [path] = unit_report.write(check(tmp_path), tmp_path / "out")
    shown = text(page(path))
    assert "另有 1 份内容完全相同的文件，未重复审核" in shown
    assert "b.xlsx" not in shown


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"]
)
def test_what_a_unit_typed_never_becomes_html(tmp_path, batch, typed):
    names = batch.tables.texts[batch.tables.texts["field"] == "project_name"]
    cells = {f"{place.sheet}!{place.cell}": Words(typed) for place in names.itertuples()}
    (tmp_path / "x.xlsx").write_bytes(edited(TYPED.read_bytes(), cells))
    found = check(tmp_path / "x.xlsx")
    assert any(form.name for form in found.submissions[0].forms)
    [path] = unit_report.write(found, tmp_path)
    html = page(path)
    assert not list(html.iter("script", "img"))
    assert typed.replace("'", "").replace(" ", "") in text(html).replace("'", "").replace(" ", "")


def test_the_cells_of_a_result_are_named_and_quoted():
    [wrong] = (p for p in (ROOT / "samples" / "self-evaluation-2020").glob("*.xlsx") if not p.stem.endswith(".clean"))
    words = unit_report.cell_words(check(wrong, "self_evaluation_2020"))
    found = {str(ref): (one.label, one.text) for ref, one in words.items()}
    assert found["项目2自评!F24"] == ("公开监测数据期数·实际完成值", "7期")
    assert found["项目2自评!H24"] == ("公开监测数据期数·得分", "10")


def test_an_empty_line_under_levels_that_nobody_knows(tmp_path):
    cells = {"项目1!B13": "别的指标", "项目1!C13": "别的", "项目1!D13": None, "项目1!E13": None}
    (tmp_path / "x.xlsx").write_bytes(edited(CLEAN.read_bytes(), cells))
    batch = check(tmp_path / "x.xlsx")
    assert ("", "") in [(line.first, line.second) for line in batch.tables.open_lines.itertuples()]
    [path] = unit_report.write(batch, tmp_path)
    assert "x.xlsx" in text(page(path))


def test_a_file_name_is_escaped(tmp_path):
    (tmp_path / "<b>&amp;.xlsx").write_bytes(b"")
    [path] = unit_report.write(check(tmp_path), tmp_path / "out")
    assert not list(page(path).iter("b"))
    assert "<b>&amp;.xlsx" in text(page(path))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["B4"], ["B4"]),
        (["B7", "B8", "B9"], ["B7:B9"]),
        (["E15", "F15", "G15", "E16", "F16", "G16"], ["E15:G16"]),
        (["E15", "G15"], ["E15", "G15"]),
        (["E15", "F15", "E16"], ["E15:F15", "E16"]),
        (["A1", "A3"], ["A1", "A3"]),
        ([], []),
    ],
)
def test_ranges(cells, expected):
    refs = [Ref("f", "s", int(cell[1:]), ord(cell[0]) - 64) for cell in cells]
    assert ranges(refs) == expected
