"""The list of problems in front of the annotated copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from annotated_books import FILE, finding, full_workbook, listed, loaded, notes, own, parts, plain, ref, saved, shown

from perfxl.model import Hint, Severity, Waived
from perfxl.reports.annotated import annotate

LEGEND = [
    "错误（强制性审核）：必须改正，单元格为橙色、粗边框；警告（提示性审核）：请核对，单元格为蓝色；"
    "提示（提示性审核）：供参考，只列入本表。浅橙色、虚线边框为可能原因或连带问题所在。"
]
HOW = [
    "各单元格的问题见其批注；点“位置”跳到该单元格；连带问题折叠在所属问题之下，提示按审核项目折叠，点左侧“＋”展开。"
    "金额单位：万元。"
]
FINDINGS = [
    finding(
        *("表!D14", "表!D15", "表!D16", "表!F2", "别表!A1"),
        message="合计多 10.00 万元",
        stated=404_030_000,
        computed=394_030_000,
        difference=10_000_000,
        hints=(Hint("twice", "重复计入"), Hint("left", "D9 漏填")),
        fix="逐项核对。",
    ),
    finding("表!B2", severity=Severity.NOTICE, code="DATE-01", message="没有这一天", written="2月30日"),
    finding(severity=Severity.WARNING, code="FILE-03", message="年度不一致", stated="2019", computed="2020"),
]


def test_whole_list() -> None:
    assert listed(annotate(plain(), FINDINGS, head=["填报单位：教育局", "错误 1 条"])) == [
        ["问题清单"],
        ["填报单位：教育局"],
        ["错误 1 条"],
        LEGEND,
        HOW,
        [
            "序号",
            "级别",
            "编号",
            "位置",
            "其他位置",
            "填报",
            "应为/计算",
            "差额",
            "问题",
            "可能原因",
            "怎么改",
        ],
        [
            *("1", "错误", "SUM-10\n合计", "“表” D14", "等 5 处：D15:D16、F2、“别表” A1", "404.03", "394.03", "10.00"),
            *("合计多 10.00 万元", "1. 重复计入\n2. D9 漏填", "逐项核对。"),
        ],
        ["2", "警告", "FILE-03\n合计", "整个文件", "2019", "2020", "年度不一致"],
        ["提示（供参考，不影响通过）：1 处，按审核项目列出，点左侧“＋”展开"],
        ["提示", "DATE-01", "“表” B2", "合计：1 处"],
        ["3", "提示", "DATE-01\n合计", "“表” B2", "2月30日", "没有这一天"],
    ]


def test_no_findings() -> None:
    source = full_workbook()
    result = annotate(source, [], head=["填报单位：教育局"])
    assert listed(result) == [["问题清单"], ["填报单位：教育局"], ["未发现问题"]]
    assert own(result) == own(source)
    assert loaded(result)["问题清单"].print_title_rows is None
    assert listed(annotate(source, [], "en"), "Findings") == [["Findings"], ["No problems found"]]


def test_links_go_to_cells_that_exist() -> None:
    findings = [finding("a'b!C9"), finding("没有!A1"), finding(), finding("部门整体!B5")]
    sheet = loaded(annotate(full_workbook(), findings))["问题清单"]
    links = {cell.coordinate: cell.hyperlink.location for row in sheet for cell in row if cell.hyperlink}
    assert links == {"D5": "'a''b'!C9", "D8": "'部门整体'!B5"}


def test_name_that_is_taken() -> None:
    book = loaded(plain())
    book.create_sheet("问题清单")["A1"] = "问题清单"
    result = annotate(saved(book), [finding("问题清单!D4")])
    assert loaded(result).sheetnames == ["问题清单 (2)", "表", "问题清单"]
    assert listed(result, "问题清单 (2)")[4][3] == "“问题清单”表 D4"
    assert notes(result, "问题清单") == {"D4": "【错误 SUM-10 合计】合计不符"}
    assert len([name for name in parts(result) if "/sheet" in name and name.endswith(".xml")]) == 3


def test_text_never_becomes_a_formula() -> None:
    formula = '=HYPERLINK("http://x","点")'
    one = finding("表!B2", message=formula, stated=formula, written="+1", hints=(Hint("x", "@SUM(A1)"),))
    result = annotate(plain(), [one], head=["=1+1"])
    cells = [cell for row in loaded(result)["问题清单"] for cell in row if cell.value is not None and shown(cell)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [cell.value for cell in cells if str(cell.value)[0] in "=@"] == [
        "=1+1",
        formula,
        formula,
        "@SUM(A1)",
    ]
    assert all(cell.quotePrefix for cell in cells)
    assert b"<f>" not in parts(result)["xl/worksheets/sheet2.xml"]


def test_page_is_fit_for_paper_and_screen() -> None:
    long = "各任务金额相加与合计不一致，请核对每一项任务的金额。" * 8
    sheet = loaded(annotate(plain(), [finding("表!B2", message=long), finding("表!B3")]))["问题清单"]
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A5", "$4:$4")
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFGHI"]
    assert widths == [6, 8, 10, 14, 12, 13, 12, 46, 36]
    # 200 wide letters of two units each, 22 to a line
    assert [sheet.row_dimensions[row].height for row in (5, 6)] == [10 * 15 + 6, 2 * 15 + 6]
    assert all(cell.alignment.wrap_text and cell.border.left.style == "thin" for cell in sheet[5] if shown(cell))


def test_a_small_default_font_makes_columns_wider() -> None:
    book = loaded(plain())
    book._fonts[0].sz = 5.5  # the default font of the whole workbook
    sheet = loaded(annotate(saved(book), [finding("表!B2")]))["问题清单"]
    assert sheet.column_dimensions["H"].width == 92


def test_places_are_listed_within_reason() -> None:
    scattered = finding(*(f"表!B{row}" for row in range(1, 60, 2)))
    text = listed(annotate(plain(), [scattered]))[4][4]
    assert text == "等 30 处：" + "、".join(f"B{row}" for row in range(3, 27, 2)) + "…"


def test_a_cell_of_another_file_is_named_with_its_file() -> None:
    one = replace(finding("表!B2", code="DUP-01"), cells=(ref("表!B2"), ref("表!B3"), ref("表!B2", "财政局.xlsx")))
    assert one.file == FILE
    assert listed(annotate(plain(), [one]))[4][3:5] == ["“表” B2", "等 3 处：B3、“财政局.xlsx”的“表” B2"]


def test_consequences_are_folded_under_their_cause() -> None:
    follows = finding("表!E13", code="SUM-11", message="资金总额不符", name="资金总额")
    cause = replace(finding("表!D14", message="合计不符"), consequences=(follows,))
    result = annotate(plain(), [cause, finding("表!B2", severity=Severity.WARNING)])
    sheet = loaded(result)["问题清单"]
    assert [[row[0].value, row[1].value] for row in sheet.iter_rows(5, 7)] == [
        ["1", "错误"],
        [None, "连带"],
        ["2", "警告"],
    ]
    folds = [(sheet.row_dimensions[row].outlineLevel, sheet.row_dimensions[row].hidden) for row in (5, 6, 7)]
    assert folds == [(0, False), (1, True), (0, False)]
    assert sheet["H5"].value == "合计不符（连带问题 1 处：E13，须一并改正或随之消除。）"
    assert notes(result) == {
        "B2": "【警告 SUM-10 合计】合计不符",
        "D14": "【错误 SUM-10 合计】合计不符",
        "E13": "【连带问题】“资金总额”由D14 单元格的“合计”引起，须一并改正或随之消除。",
    }
    back = annotate(result, [])
    assert (notes(back), own(back)) == ({}, own(plain()))


def test_notices_are_folded_under_their_rules() -> None:
    """One line a rule, which leads to its first cell; what is waived stays at the end."""
    notices = [
        finding("表!B2", severity=Severity.NOTICE, code="TYPO-01", message="甲"),
        finding("表!C3", severity=Severity.NOTICE, code="DATE-06", message="乙"),
        finding("表!D4", "表!D5", severity=Severity.NOTICE, code="TYPO-01", message="丙"),
    ]
    waived = replace(notices[1], waived=Waived("经批准", "王科长", date(2020, 6, 30)))
    result = annotate(plain(), [finding("表!E13"), *notices, waived])
    sheet = loaded(result)["问题清单"]
    lines = [
        (sheet[f"A{row}"].value, sheet[f"B{row}"].value, sheet[f"E{row}"].value, sheet.row_dimensions[row].outlineLevel)
        for row in range(6, sheet.max_row + 1)
    ]
    assert lines == [
        ("1", "错误", None, 0),
        ("提示（供参考，不影响通过）：3 处，按审核项目列出，点左侧“＋”展开", None, None, 0),
        (None, "提示", "合计：2 处，涉及 3 个单元格", 0),
        ("2", "提示", None, 1),
        ("3", "提示", "等 2 处：D5", 1),
        (None, "提示", "合计：1 处", 0),
        ("4", "提示", None, 1),
        ("已豁免（无需改动）：1 处", None, None, 0),
        ("5", "已豁免", None, 0),
    ]
    assert all(d.hidden == (d.outlineLevel == 1) for d in sheet.row_dimensions.values())
    assert [sheet[f"D{row}"].hyperlink.location for row in (8, 9, 10, 11, 12)] == [
        *("'表'!B2", "'表'!B2", "'表'!D4", "'表'!C3", "'表'!C3")
    ]
    back = annotate(result, [])
    assert (notes(back), own(back)) == ({}, own(plain()))
