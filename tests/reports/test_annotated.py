"""The annotated copy: what is marked and said, and that nothing else changes."""

from __future__ import annotations

import re
from dataclasses import replace

import openpyxl
from annotated_books import (
    MAIN,
    fills,
    finding,
    full_workbook,
    listed,
    loaded,
    notes,
    own,
    parts,
    plain,
    ref,
    saved,
    surgery,
    within,
)
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from perfxl.model import Hint, Severity
from perfxl.reports.annotated import annotate

RED, AMBER = "FFF8CBAD", "FFCFE2F3"
# CT_Worksheet, ECMA-376 part 1, 18.3.1.99
ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate"),
    *("customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations"),
    *("hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    *("customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing"),
    *("legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"),
)

FULL_FINDINGS = [
    finding("部门整体!B10", "部门整体!E13", stated=404_030_000, computed=394_030_000, difference=10_000_000),
    finding("部门整体!B5", severity=Severity.NOTICE, code="AMOUNT-01"),
    finding("部门整体!C20", severity=Severity.WARNING, code="QUALITY-05"),
]


def test_changes_only_the_parts_it_must() -> None:
    source = full_workbook()
    before, after = parts(source), parts(annotate(source, FULL_FINDINGS))
    assert list(after) == [*before, "xl/worksheets/sheet3.xml"]
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        *("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"),
        *("xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"),
    }


def test_touched_sheet_changes_only_its_marked_cells() -> None:
    source = full_workbook()
    before, after = (
        etree.fromstring(parts(data)["xl/worksheets/sheet1.xml"]) for data in (source, annotate(source, FULL_FINDINGS))
    )
    for place in ("B10", "D12"):
        cells = [root.find(f".//{{{MAIN}}}c[@r='{place}']") for root in (before, after)]
        assert cells[0].attrib.pop("s", "0") != cells[1].attrib.pop("s")
    for cell in [*before.iter(f"{{{MAIN}}}c"), *after.iter(f"{{{MAIN}}}c")]:
        if re.fullmatch(r"[D-F]1[2-4]", cell.get("r")):  # merged, with an edge around
            cell.attrib.pop("s", None)
    made = after.find(f".//{{{MAIN}}}row[@r='20']")
    assert [cell.get("r") for cell in made] == ["C20"]
    made.getparent().remove(made)
    before.find(f"{{{MAIN}}}dimension").set("ref", after.find(f"{{{MAIN}}}dimension").get("ref"))
    view = before.find(f".//{{{MAIN}}}sheetView")
    assert view.get("tabSelected") == "1"
    view.set("tabSelected", "0")
    assert etree.tostring(after, method="c14n") == etree.tostring(before, method="c14n")


def test_values_formulas_and_results_stay() -> None:
    source = full_workbook()
    result = annotate(source, FULL_FINDINGS)
    assert own(result) == own(source)
    assert loaded(result, data_only=True)["部门整体"]["B10"].value == 404.03


def test_names_and_tabs_move_with_their_sheets() -> None:
    source = full_workbook()
    book = loaded(annotate(source, FULL_FINDINGS))
    assert book.sheetnames == ["问题清单", "部门整体", "a'b"]
    assert book.active.title == "问题清单"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["问题清单"]
    assert [sheet.print_title_rows for sheet in book] == ["$4:$4", "$1:$3", "$1:$1"]
    assert book["部门整体"].print_area == "'部门整体'!$A$1:$F$14"
    assert book["a'b"].defined_names["合计"].attr_text == "'a''b'!$B$3"
    assert book.defined_names["全局"].attr_text == "部门整体!$B$10"
    assert book["部门整体"].protection.sheet


def test_unmarked_sheet_changes_only_its_selection() -> None:
    source = full_workbook()
    before, after = parts(source), parts(annotate(source, [finding("a'b!A1")]))
    expected = before["xl/worksheets/sheet1.xml"].replace(b'tabSelected="1"', b'tabSelected="0"')
    assert after["xl/worksheets/sheet1.xml"] == expected != before["xl/worksheets/sheet1.xml"]


def test_pieces_stand_in_the_order_of_the_schema() -> None:
    after = parts(annotate(full_workbook(), [*FULL_FINDINGS, finding("a'b!C9")], head=["2020 年度"]))
    for number in (1, 2, 3):
        root = etree.fromstring(after[f"xl/worksheets/sheet{number}.xml"])
        places = [ORDER.index(etree.QName(node).localname) for node in root]
        assert places == sorted(places)
    second = after["xl/worksheets/sheet2.xml"]
    assert second.index(b"<legacyDrawing") < second.index(b"<tableParts")


def test_existing_note_keeps_its_runs_and_gets_ours() -> None:
    result = annotate(full_workbook(), [finding("部门整体!B5", hints=(Hint("twice", "重复计入"),))])
    assert notes(result, "部门整体") == {
        "B5": "按批复数填\n\n【错误 SUM-10 合计】合计不符\n可能原因：重复计入",
    }
    text = parts(result)["xl/comments1.xml"].decode()
    assert "<author>张三</author><author>perfxl</author>" in text
    assert text.count("<comment ") == 1


def test_cell_keeps_all_of_its_format_but_the_fill() -> None:
    book = openpyxl.Workbook()
    cell = book.active["B2"]
    cell.value, cell.number_format = 404.03, "#,##0.00"
    cell.font, cell.alignment = Font(name="仿宋", bold=True, color="FF1F4E79"), Alignment(wrap_text=True)
    cell.border, cell.protection = Border(left=Side(style="double")), Protection(locked=False)
    cell.fill = PatternFill("solid", fgColor="FF00FF00")
    book.active.title = "表"
    after = loaded(annotate(saved(book), [finding("表!B2", severity=Severity.WARNING)]))["表"]["B2"]
    for attribute in ("value", "number_format", "font", "alignment", "border", "protection"):
        assert repr(getattr(after, attribute)) == repr(getattr(cell, attribute))
    assert after.fill.fgColor.rgb == AMBER
    wrong = loaded(annotate(saved(book), [finding("表!B2")]))["表"]["B2"]
    assert (wrong.fill.fgColor.rgb, wrong.border.left.style) == (RED, "medium"), "told by more than its hue"


def test_worst_severity_fills_and_every_finding_speaks_but_notices() -> None:
    weak = finding("表!B2", "表!B9", severity=Severity.WARNING, code="QUALITY-05", message="请核对")
    listed_only = finding("表!B2", "表!B8", severity=Severity.NOTICE, code="TYPO-01", message="请参考")
    result = annotate(plain(), [listed_only, weak, finding("表!B2")])
    assert fills(result) == {"B2": RED, "B9": AMBER}
    assert notes(result) == {
        "B2": "【错误 SUM-10 合计】合计不符\n【警告 QUALITY-05 合计】请核对\n本表 B9 同此。",
    }


def test_missing_cell_is_made_in_its_place_with_its_columns_format() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表"
    sheet["A1"], sheet["D4"], sheet["B4"], sheet["A9"] = 1, 2, 3, 4
    sheet.column_dimensions["C"].number_format = "0.00%"
    result = annotate(saved(book), [finding("表!C4", "表!C6", "表!A4", "表!E20")])
    text = parts(result)["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r'<c r="(\w+)"', text) == ["A1", "A4", "B4", "C4", "D4", "C6", "A9", "E20"]
    assert re.findall(r'<row r="(\w+)"', text) == ["1", "4", "6", "9", "20"]
    assert '<dimension ref="A1:E20"/>' in text
    after = loaded(result)["表"]
    assert {after[place].number_format for place in ("C4", "C6")} == {"0.00%"}
    assert set(fills(result)) >= {"A4", "C4", "C6", "E20"}


def test_merged_range_is_marked_once_at_its_anchor() -> None:
    result = annotate(full_workbook(), [finding("部门整体!E13", "部门整体!F14")])
    assert fills(result, "部门整体") == {"D12": RED}
    assert notes(result, "部门整体")["D12"] == "【错误 SUM-10 合计】合计不符"


def test_operands_and_cells_of_other_files_are_not_marked() -> None:
    twin = finding("表!B2", related=(ref("表!A1"),))
    twin = replace(twin, cells=(*twin.cells, ref("表!A2", "别的.xlsx")))
    assert fills(annotate(plain(), [twin])) == {"B2": RED}


def test_cell_under_discussion_gets_no_note() -> None:
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="B5" id="{1}"><text>再核</text></threadedComment></ThreadedComments>'
    ).encode()
    rels = "xl/worksheets/_rels/sheet1.xml.rels"
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    arrow = f'<Relationship Id="t" Type="{kind}" Target="../threadedComments/one.xml"/></Relationships>'
    source = surgery(
        full_workbook(), within(rels, ("</Relationships>", arrow)), {"xl/threadedComments/one.xml": thread}
    )
    result = annotate(source, [finding("部门整体!B5"), finding("部门整体!B6")])
    assert notes(result, "部门整体") == {"B5": "按批复数填", "B6": "【错误 SUM-10 合计】合计不符"}
    assert parts(result)["xl/threadedComments/one.xml"] == thread
    assert fills(result, "部门整体") == {"B5": RED, "B6": RED}


def test_note_beside_form_controls_shares_their_drawing() -> None:
    """VML of a check box, with an unclosed tag as Excel writes it, keeps its bytes."""
    control = b'<v:shape id="_x0000_s2050" type="#_x0000_t201"><v:textbox><br></v:textbox></v:shape></xml>'
    source = full_workbook()
    drawing = "xl/drawings/vmlDrawing1.vml"
    source = surgery(source, within(drawing, ("</xml>", control.decode())))
    after = parts(annotate(source, [finding("部门整体!B6")]))[drawing]
    kept = parts(source)[drawing].removesuffix(b"</xml>")
    assert after.startswith(kept)
    assert re.findall(rb"<x:Row>(\d+)</x:Row>\s*<x:Column>(\d+)<", after) == [(b"4", b"1"), (b"5", b"1")]
    assert after.count(b'id="_x0000_s2051"') == 1


def test_box_of_an_existing_note_grows() -> None:
    book = openpyxl.Workbook()
    book.active.title = "表"
    book.active["B2"].comment = Comment("局里核过", "张三")
    after = parts(annotate(saved(book), [finding("表!B2", message="合计不符。" * 30)]))
    box = after["xl/drawings/commentsDrawing1.vml"].decode()
    assert "width:285.0pt;height:" in box
    assert "Anchor>2, 15, 0, 13, 8, " in box


def test_control_characters_and_escapes() -> None:
    message = "表内\x0b有\x00控制\ufffe字符\r\n第二行 _x0041_"
    result = annotate(plain(), [finding("表!B2", message=message)], head=["单位\x0b：教育局"])
    assert notes(result) == {"B2": "【错误 SUM-10 合计】表内有控制字符\n第二行 _x005F_x0041_"}
    assert ["单位：教育局"] in listed(result)


def test_too_long_a_message_is_cut_and_says_so() -> None:
    long = finding("表!B2", message="长" * 40_000)
    result = annotate(plain(), [long, finding("表!B2", message="短"), finding("表!C3", message="短")])
    text = notes(result)["B2"]
    assert len(text) == 32_767
    assert text.endswith("长…(共 2 条，见清单)")
    assert notes(result)["C3"] == "【错误 SUM-10 合计】短"
    assert max(len(str(value)) for row in listed(result) for value in row) == 32_767


def test_the_first_of_a_group_names_the_others() -> None:
    result = annotate(plain(), [finding(*(f"表!C{row}" for row in range(3, 8)))])
    assert notes(result) == {"C3": "【错误 SUM-10 合计】合计不符\n本表 C4、C5、C6、C7 同此。"}
    assert fills(result) == {f"C{row}": RED for row in range(3, 8)}


def test_a_note_speaks_of_its_own_cell() -> None:
    cells = ("表!C3", "表!C4", "表!C5")
    words = ("“配训”可能应为“培训”", "“各各级”可能应为“各级”", "“配训”可能应为“培训”")
    one = finding(*cells, severity=Severity.WARNING, message="疑似错别字：“配训”……")
    one = replace(one, notes=tuple(zip(one.cells, words, strict=True)), fix="改正错别字。")
    assert notes(annotate(plain(), [one])) == {
        "C3": "【警告 SUM-10 合计】“配训”可能应为“培训”\n怎么改：改正错别字。\n本表 C5 同此。",
        "C4": "【警告 SUM-10 合计】“各各级”可能应为“各级”\n怎么改：改正错别字。",
    }


def test_a_habit_is_marked_once_a_sheet() -> None:
    habit = finding(*(f"表!C{row}" for row in range(3, 8)), severity=Severity.WARNING, code="AMOUNT-06")
    assert fills(annotate(plain(), [habit])) == {"C3": AMBER}


def test_the_likely_culprit_is_marked() -> None:
    hint = Hint("digit", "“人员经费”（E41）可能有一位数字录错。", (ref("表!E41"),), (ref("表!E41"), 40_000))
    one = finding("表!E39", severity=Severity.WARNING, hints=(hint,))
    result = annotate(plain(), [one])
    assert notes(result)["E41"] == "【可能原因】“人员经费”（E41）可能有一位数字录错。（见E39“合计”）"
    assert fills(result) == {"E39": AMBER, "E41": "FFFCE4D6"}
    assert loaded(result)["表"]["E41"].border.left.style == "dashed"


def test_english() -> None:
    one = finding("表!B2", message="total differs", hints=(Hint("twice", "counted twice"),))
    result = annotate(plain(), [one], "en")
    assert notes(result) == {"B2": "[error SUM-10 合计] total differs\nLikely cause: counted twice"}
    assert loaded(result).sheetnames == ["Findings", "表"]
