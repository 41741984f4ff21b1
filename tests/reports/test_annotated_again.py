"""An annotated copy that comes back: its list, marks and notes are known again and replaced, and never checked."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from annotated_books import fills, finding, listed, loaded, notes, own, parts, plain, saved, surgery, within
from containers import CLEAN, TYPED
from everything_book import FORM, everything
from filled_template import office
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from programs import needs_office

from perfxl.engine.batch import check
from perfxl.formats import is_list, read_book
from perfxl.model import Hint, Severity
from perfxl.reports import annotated
from perfxl.reports.annotated import annotate

RED = "FFF8CBAD"
FIRST = [
    finding("表!B2", "表!C3", hints=(Hint("twice", "重复计入"), Hint("left", "D9 漏填"))),
    finding("表!B2", message="合计不符，请核对。\n分两行说", severity=Severity.NOTICE),
    finding("表!D4", message="“_x0041_”不是数"),
]


def coloured() -> bytes:
    """A sheet with fills and a note of its own, among them the very red of a mark."""
    book = loaded(plain())
    sheet = book.active
    sheet["B2"].fill = PatternFill("lightGrid", fgColor="FF00FF00", bgColor="FFFFFF00")
    sheet["D4"].fill = PatternFill("solid", fgColor="FFD9E1F2")
    sheet["D4"].comment = Comment("局里核过", "张三")
    sheet["A9"].fill = PatternFill("solid", fgColor=RED)
    return saved(book)


def look(data: bytes, sheet: str = "表") -> dict[str, tuple[object, ...]]:
    """Fill, format and protection of every cell."""
    cells = (cell for row in loaded(data)[sheet].iter_rows() for cell in row)
    return {cell.coordinate: (repr(cell.fill), cell.number_format, repr(cell.font)) for cell in cells}


def test_a_copy_that_comes_back_is_annotated_like_the_original() -> None:
    second = [finding("表!C3", severity=Severity.WARNING)]
    fresh, again = (annotate(data, second) for data in (coloured(), annotate(coloured(), FIRST)))
    assert loaded(again).sheetnames == ["问题清单", "表"]
    assert listed(again) == listed(fresh)
    assert notes(again) == notes(fresh) == {"C3": "【警告 SUM-10 合计】合计不符", "D4": "局里核过"}
    assert look(again) == {**look(fresh), **{k: v for k, v in look(again).items() if k not in look(fresh)}}
    assert own(again) == own(fresh)
    assert set(parts(again)) == set(parts(fresh))


def test_again_and_again_adds_nothing() -> None:
    once = annotate(coloured(), FIRST)
    twice = annotate(once, FIRST)
    thrice = annotate(twice, FIRST)
    assert parts(thrice) == parts(twice)
    assert (listed(twice), notes(twice), look(twice)) == (listed(once), notes(once), look(once))
    assert parts(twice)["xl/styles.xml"].count(b"<xf ") <= parts(once)["xl/styles.xml"].count(b"<xf ")


def test_all_is_taken_out_again() -> None:
    source = everything()
    findings = [finding(f"{FORM}!B10", f"{FORM}!A1", f"{FORM}!B5", f"{FORM}!B6"), finding("字典!A1")]
    back = annotate(annotate(source, findings), [])
    assert look(back, FORM) == look(source, FORM)
    assert look(back, "字典") == look(source, "字典")
    assert notes(back, FORM) == notes(source, FORM)
    assert own(back) == own(source)
    untouched = {name: data for name, data in parts(source).items() if parts(back).get(name) == data}
    assert {"xl/charts/chart1.xml", "xl/vbaProject.bin", "xl/threadedComments/threadedComment1.xml"} <= set(untouched)
    before, after = (loaded(data) for data in (source, back))
    assert [s.print_title_rows for s in after][1:] == [s.print_title_rows for s in before]
    assert after[FORM].print_area == before[FORM].print_area


def test_what_the_unit_wrote_into_a_note_stays() -> None:
    book = loaded(annotate(coloured(), FIRST))
    sheet = book["表"]
    for place, words in (("B2", "\n已改为 17"), ("D4", "已核")):
        sheet[place].comment = Comment(sheet[place].comment.text + words, "李四")
    sheet["C3"].comment = Comment("【错误 SUM-10 合计】合计不对！我改了这句", "李四")
    sheet["C4"].comment = Comment("请看\n【错误 SUM-10 合计】合计不对", "李四")
    back = annotate(saved(book), [])
    assert {place: text.strip() for place, text in notes(back).items()} == {
        "B2": "已改为 17",
        "D4": "局里核过已核",
        "C4": "请看",
    }


def test_a_list_that_was_renamed_moved_and_sorted_is_known() -> None:
    book = loaded(annotate(plain(), FIRST))
    book["问题清单"].title = "已改"
    book.move_sheet("已改", 1)
    book["已改"].insert_rows(2)
    back = annotate(saved(book), [])
    assert loaded(back).sheetnames == ["问题清单", "表"]
    assert notes(back) == {}
    assert fills(back) == {}


def test_without_the_list_the_notes_tell_which_cells_were_marked() -> None:
    book = loaded(annotate(coloured(), FIRST))
    book.remove(book["问题清单"])
    back = annotate(saved(book), [])
    assert notes(back) == {"D4": "局里核过"}
    assert fills(back) == {"A9": RED}


def test_rows_that_moved_lose_their_marks_too() -> None:
    book = loaded(annotate(plain(), [finding("表!B2")]))
    sheet = book["表"]
    sheet.move_range("B2", rows=3)
    sheet["B5"].comment, sheet["B5"]._style, sheet["B2"]._style = (
        sheet["B2"].comment,
        sheet["B2"]._style,
        sheet["A1"]._style,
    )
    sheet["B2"].comment = None
    back = annotate(saved(book), [])
    assert (fills(back), notes(back)) == ({}, {})


def test_formulas_in_the_list_take_the_order_of_calculation_with_them() -> None:
    book = loaded(annotate(plain(B3="=B2"), FIRST))
    book["问题清单"]["M9"] = "=1+1"
    chain = (
        b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="M9" i="2"/></calcChain>'
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    arrow = f'<Relationship Id="rIdCC" Type="{kind}" Target="calcChain.xml"/></Relationships>'
    source = surgery(
        saved(book), within("xl/_rels/workbook.xml.rels", ("</Relationships>", arrow)), {"xl/calcChain.xml": chain}
    )
    after = parts(annotate(source, []))
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["xl/_rels/workbook.xml.rels"]


def test_a_sheet_of_the_unit_that_only_has_the_name_is_kept() -> None:
    book = openpyxl.Workbook()
    book.active.title = "问题清单"
    book.active.append(["问题清单"])
    book.active.append(["序号", "问题", "整改情况"])
    source = saved(book)
    assert not is_list(read_book(source).grids[0])
    assert loaded(annotate(source, [])).sheetnames == ["问题清单 (2)", "问题清单"]


@pytest.mark.parametrize("path", [TYPED, CLEAN], ids=["with findings", "clean"])
def test_the_list_is_no_form_and_changes_no_finding(path: Path, tmp_path: Path) -> None:
    def told(batch):
        return [(f.code, f.message, [str(c) for c in f.cells], f.stated, f.computed) for f in batch.findings]

    first = check(path)
    # a name that reads like the title of a form, in the line that names the file
    [written] = annotated.write(first, tmp_path / "一")
    renamed = tmp_path / "项目绩效目标申报表_批注.xlsx"
    renamed.write_bytes(written.read_bytes())
    second = check(renamed)
    assert told(second) == told(first)
    assert second.submissions[0].status == first.submissions[0].status
    assert "问题清单" not in second.submissions[0].ignored_sheets
    [again] = annotated.write(second, tmp_path / "二")
    assert again.name == "项目绩效目标申报表_批注.xlsx"
    assert listed(again.read_bytes())[2:] == listed(written.read_bytes())[2:]


@needs_office
def test_a_copy_that_another_program_saved_is_known_too(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(annotate(coloured(), FIRST))
    office(
        tmp_path,
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path / "o"),
        str(tmp_path / "x.xlsx"),
    )
    saved_anew = (tmp_path / "o" / "x.xlsx").read_bytes()
    back = annotate(saved_anew, [])
    assert loaded(back).sheetnames == ["问题清单", "表"]
    assert notes(back) == {"D4": "局里核过"}
    kept = fills(back)
    assert kept["D4"] == "FFD9E1F2"
    assert kept["A9"] == RED
    assert "C3" not in kept
