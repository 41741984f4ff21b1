"""What is only in the raw XML of a sheet: formulas without a result, error values, percentages, odd formats."""

import datetime
import io
import subprocess
import sys
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from containers import CLEAN, ROOT, TYPED, changed, put_cells
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel
from raw_books import edited

from perfxl.engine.batch import check, read
from perfxl.formats import CellDetails, read_book, read_details

PROJECT, DEPARTMENT = "项目1", "部门整体支出"
TOTAL, FISCAL, VALUE = "D7", "D8", "E16"  # of the sheet 项目1


def clean_with(tmp_path, *formats, **cells):
    """The clean sample with other contents of cells of the sheet 项目1; formats are (cell, code)."""
    path = tmp_path / "x.xlsx"
    codes = {f"{PROJECT}!{address}": code for address, code in formats}
    path.write_bytes(edited(CLEAN.read_bytes(), {f"{PROJECT}!{a}": value for a, value in cells.items()}, codes))
    return path


def raw_clean(tmp_path, **cells):
    """The clean sample with raw XML for cells of the sheet 项目1."""
    path = tmp_path / "raw.xlsx"
    path.write_bytes(put_cells(CLEAN.read_bytes(), PROJECT, cells))
    return path


def amount(path, address, sheet=PROJECT):
    amounts = read(path).amounts
    return next(amounts[(amounts["sheet"] == sheet) & (amounts["cell"] == address)].itertuples())


def indicator(path, address, sheet=PROJECT):
    lines = read(path).indicators
    return next(lines[(lines["sheet"] == sheet) & (lines["cell"] == address)].itertuples())


def at(batch, address, sheet=PROJECT):
    return [f for f in batch.findings if any((c.sheet, c.cell) == (sheet, address) for c in f.cells)]


# ---------------------------------------------------------------- formulas


def test_a_formula_without_a_result_is_neither_zero_nor_empty(tmp_path):
    path = clean_with(tmp_path, **{TOTAL: "=D8+D9"})
    batch = check(path)
    assert amount(path, TOTAL).state == "unreadable"
    [finding] = at(batch, TOTAL)
    assert finding.code == "AMOUNT-08"
    assert "=D8+D9" in finding.message
    assert "没有保存计算结果" in finding.message
    assert not [f for f in batch.findings if f.code in ("SUM-01", "COMPLETE-01")]


def test_an_empty_total_is_told_otherwise(tmp_path):
    path = clean_with(tmp_path, **{TOTAL: None})
    assert amount(path, TOTAL).state == "blank"
    assert {f.code for f in at(check(path), TOTAL)} == {"COMPLETE-01"}


def test_the_stored_result_of_a_formula_is_used(tmp_path):
    path = raw_clean(tmp_path, D7='<c r="D7" {s}><f>D8+D9</f><v>17</v></c>')
    assert (amount(path, TOTAL).state, amount(path, TOTAL).fen) == ("ok", 17_000_000)
    assert at(check(path), TOTAL) == []


def test_a_wrong_stored_result_is_a_wrong_total(tmp_path):
    path = raw_clean(tmp_path, D7='<c r="D7" {s}><f>D8+D9</f><v>19</v></c>')
    assert "SUM-01" in {f.code for f in at(check(path), TOTAL)}


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#VALUE!", "#N/A", "#NAME?"])
@pytest.mark.parametrize("formula", ["<f>#REF!+1</f>", ""], ids=["formula", "typed"])
def test_an_error_value_is_quoted(tmp_path, error, formula):
    path = raw_clean(tmp_path, D8=f'<c r="D8" {{s}} t="e">{formula}<v>{error}</v></c>')
    [finding] = at(check(path), FISCAL)
    assert finding.code == "AMOUNT-08"
    assert error in finding.message
    assert finding.written == error


def test_an_error_value_in_an_indicator_is_quoted(tmp_path):
    path = raw_clean(tmp_path, E16='<c r="E16" {s} t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    assert indicator(path, VALUE).value == "#DIV/0!"


def test_a_shared_formula_is_a_formula_in_every_cell(tmp_path):
    path = raw_clean(
        tmp_path,
        D7='<c r="D7" {s}><f t="shared" ref="D7:D8" si="0">F7+$G$1</f></c>',
        D8='<c r="D8" {s}><f t="shared" si="0"/></c>',
    )
    batch = check(path)
    for address, formula in ((TOTAL, "=F7+$G$1"), (FISCAL, "=F8+$G$1")):
        [finding] = [f for f in at(batch, address) if f.code == "AMOUNT-08"]
        assert f"{formula}，" in finding.message
        assert "object at 0x" not in finding.message


def test_an_array_formula_is_a_formula(tmp_path):
    path = clean_with(tmp_path, **{TOTAL: openpyxl.worksheet.formula.ArrayFormula("D7", "=SUM(B1:B2*C1:C2)")})
    [finding] = at(check(path), TOTAL)
    assert "=SUM(B1:B2*C1:C2)" in finding.message
    assert "object at 0x" not in finding.message


def test_a_formula_with_an_entity_is_quoted_as_typed(tmp_path):
    path = clean_with(tmp_path, **{TOTAL: '=IF(D8>0,"<&",D9)'})
    assert '=IF(D8>0,"<&",D9)' in at(check(path), TOTAL)[0].message


def test_a_blank_cell_is_blank(tmp_path):
    for raw in ('<c r="D9" {s}/>', '<c r="D9" {s}></c>', '<c r="D9" {s} t="str"><f>""</f><v></v></c>'):
        assert amount(raw_clean(tmp_path, D9=raw), "D9").state == "blank"


# ---------------------------------------------------------------- zero


ZEROS = [
    ("plain", '<c r="{a}" {s}><v>0</v></c>', 0),
    ("float", '<c r="{a}" {s}><v>0.0</v></c>', 0),
    ("exponent", '<c r="{a}" {s}><v>0E0</v></c>', 0),
    ("minus", '<c r="{a}" {s}><v>-0</v></c>', 0),
    ("t=n", '<c r="{a}" {s}  t="n"><v>0</v></c>', 0),
    ("formula", '<c r="{a}" {s}><f>A1</f><v>0</v></c>', 0),
    ("formula t=n", '<c r="{a}" {s} t="n"><f>A1</f><v>0</v></c>', 0),
    ("formula as text", '<c r="{a}" {s} t="str"><f>VLOOKUP(1,A:B,2)</f><v>0</v></c>', 0),
    ("formula as text 0.00", '<c r="{a}" {s} t="str"><f>TEXT(0,"0.00")</f><v>0.00</v></c>', 0),
    ("inline text", '<c r="{a}" {s} t="inlineStr"><is><t>0</t></is></c>', 0),
    ("inline runs", '<c r="{a}" {s} t="inlineStr"><is><r><t>0</t></r><r><t>.00</t></r></is></c>', 0),
    ("shared formula", '<c r="{a}" {s}><f t="shared" ref="{a}" si="9">A1</f><v>0</v></c>', 0),
    ("array formula", '<c r="{a}" {s}><f t="array" ref="{a}">A1</f><v>0</v></c>', 0),
    ("empty text", '<c r="{a}" {s} t="str"><f>""</f><v></v></c>', "blank"),
    ("style only", '<c r="{a}" {s}/>', "blank"),
    ("no result", '<c r="{a}" {s}><f>A1</f></c>', "unreadable"),
]


@pytest.mark.parametrize(("raw", "expected"), [z[1:] for z in ZEROS], ids=[z[0] for z in ZEROS])
def test_zero_blank_and_no_result_are_three_things(tmp_path, raw, expected):
    got = amount(raw_clean(tmp_path, D9=raw.replace("{a}", "D9")), "D9")
    assert (got.fen if got.state == "ok" else got.state) == expected


@pytest.mark.parametrize(("raw", "expected"), [z[1:] for z in ZEROS], ids=[z[0] for z in ZEROS])
def test_zero_is_an_answer_in_an_indicator(tmp_path, raw, expected):
    value = indicator(raw_clean(tmp_path, E16=raw.replace("{a}", "E16")), "E16")
    if expected == 0:
        assert value.number == 0
    else:
        assert value.value == {"blank": "", "unreadable": "=A1"}[expected]


# ---------------------------------------------------------------- percentages and odd formats


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.95, "0%", "95%"),
        (0.955, "0.00%", "95.5%"),
        (1, "0%", "100%"),
        (1.2, "0%", "120%"),
        (0, "0%", "0%"),
        (0.95, "0.0%;[Red]-0.0%", "95%"),
        (0.956, "0%", "96%"),
        (0.9567, "0.0%", "95.7%"),
        (853 / 892, "0.00%", "95.63%"),
        (-0.056, "0%", "-6%"),
        (0.956, "General%", "95.6%"),
        (1000 / 3, "0", "333"),
        (12345.678, "#,##0.0_ ", "12345.7"),
        (-2.5, "0.00;-0", "-3"),
        (2.5, "[>2]0;0.00", "3"),
        (50000, "0\\.0000", "5"),
        (50000, "0!.0,", "5"),
        (-50000, '0.00;-0"."0,', "-5"),
        (50000, "#,##0.0,", "50"),
        (50000, "#,##0,.00", "50"),
        (50000, '#,##0.00"（万."', "50000.00（万."),
        (2, "# ?/?", "2"),
        (5, '"."0', "5"),
        (0.95, "General", "0.95"),
        (0.95, "0.00", "0.95"),
        (0.95, '0.00"%"', "0.95%"),
        (0.95, "0.00\\%", "0.95%"),
        (95, '0"天"', "95天"),
    ],
)
def test_a_share_is_read_as_it_is_shown(tmp_path, value, code, shown):
    path = clean_with(tmp_path, (VALUE, code), **{VALUE: value})
    assert indicator(path, VALUE).value == shown


def test_a_cost_is_what_is_stored(tmp_path):
    """The sums are made of it."""
    path = clean_with(tmp_path, ("E20", "0.00"), E20=1.004)
    assert (indicator(path, "E20").value, amount(path, "E20").fen) == ("1.004", 1_004_000)


@pytest.mark.parametrize(
    ("value", "code", "measure", "expected"),
    [
        (0.95, "0%", "%", ("≥95%", 95, "%")),
        (0.956, "0%", "", ("≥96%", 96, "%")),
        (1, "0%", "%", ("≥100%", 100, "%")),
        (0.95, "General", "%", ("≥0.95%", Decimal("0.95"), "%")),
        (95, "0", "%", ("≥95%", 95, "%")),
        (333.34, "0", "个", ("≥333.34个", Decimal("333.34"), "个")),
    ],
)
def test_a_share_beside_a_sign_and_a_measure_in_columns_of_their_own(tmp_path, value, code, measure, expected):
    """95% in a cell and % in the next one are 95%, not 0.95%."""
    data = (ROOT / "samples/mof-2021/某市水务局_绩效目标表.clean.xlsx").read_bytes()
    grid = next(grid for grid in read_book(data).grids if grid.sheet == "项目1")
    assert [grid.at(21, col).text for col in (5, 6, 7)] == ["=", "100", "%"]
    cells = {"项目1!E21": "≥", "项目1!F21": value, "项目1!G21": measure}
    (tmp_path / "x.xlsx").write_bytes(edited(data, cells, {"项目1!F21": code}))
    lines = read(tmp_path / "x.xlsx", "mof_2021").indicators
    line = next(lines[(lines["sheet"] == "项目1") & (lines["cell"] == "F21")].itertuples())
    assert (line.value, line.number, line.measure) == expected


@pytest.mark.parametrize(("code", "text"), [("0.00%", "98.77%"), ("0%", "99%"), ("General", "0.987671232876712")])
def test_a_rate_of_spending_is_read_as_it_is_shown(tmp_path, code, text):
    sample, path = ROOT / "samples/self-evaluation-2020/某市水务局_绩效自评表.clean.xlsx", tmp_path / "x.xlsx"
    tables = read(sample, "self_evaluation_2020")
    place = next(tables.texts[tables.texts["field"] == "rate"].itertuples())
    cell = f"{place.sheet}!{place.cell}"
    path.write_bytes(edited(sample.read_bytes(), {cell: 0.987671232876712}, {cell: code}))
    texts = read(path, "self_evaluation_2020").texts
    assert texts.loc[(texts["sheet"] == place.sheet) & (texts["cell"] == place.cell), "text"].item() == text


def test_typed_text_under_a_percent_format_stays(tmp_path):
    path = clean_with(tmp_path, (VALUE, "0%"), **{VALUE: "0.95"})
    assert indicator(path, VALUE).value == "0.95"


@pytest.mark.parametrize(
    "code", ["0.00 d", "#,##0_M_M_M", '0.00"万元"', '0"年"', "0day", "0.00;[Red]-0.00", "[DBNum1]0.00"]
)
def test_a_figure_in_a_format_with_letters_of_a_date_is_a_figure(tmp_path, code):
    path = clean_with(tmp_path, (TOTAL, code))
    got = amount(path, TOTAL)
    assert (got.state, got.fen, got.text) == ("ok", 17_000_000, "17")


@pytest.mark.parametrize("code", ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss.000", "mm-dd-yy", 'yyyy"年"m"月"d"日"'])
def test_a_date_in_an_amount_cell_is_no_amount(tmp_path, code):
    path = clean_with(tmp_path, (TOTAL, code), **{TOTAL: datetime.date(2020, 2, 5)})
    got = amount(path, TOTAL)
    assert (got.state, got.text) == ("unreadable", "2020-02-05")


# ---------------------------------------------------------------- cells that calamine reads as blank


def test_cells_without_a_value_are_errors_and_formulas_without_a_result(tmp_path):
    path = raw_clean(
        tmp_path,
        B5='<c r="B5" {s} t="e"><v>#REF!</v></c>',
        D7='<c r="D7" {s}><f t="shared" ref="D7:D8" si="0">F7+$G$1</f></c>',
        D8='<c r="D8" {s}><f t="shared" si="0"/></c>',
        D9='<c r="D9" {s} t="str"><f>""</f><v></v></c>',
        E16='<c r="E16" {s}><f>1/2</f><v>0.5</v></c>',
        E13='<c r="E13" {s}><f>A1</f><v/></c>',
    )
    book = read_book(path.read_bytes())
    silent = {place for place in book.cells_without_value()[PROJECT] if place[1] < 8}
    assert silent == {(5, 2), (7, 4), (8, 4), (13, 5)}
    assert read_details(book.package, {PROJECT: silent}) == {
        (PROJECT, 5, 2): CellDetails(error="#REF!"),
        (PROJECT, 7, 4): CellDetails(formula="=F7+$G$1"),
        (PROJECT, 8, 4): CellDetails(formula="=F8+$G$1"),
        (PROJECT, 13, 5): CellDetails(formula="=A1"),
    }


def test_very_many_cells_without_a_value_are_read_up_to_a_number(tmp_path, monkeypatch):
    monkeypatch.setattr("perfxl.formats.xlsx_details.MAX_WITHOUT_VALUE", 2)
    path = raw_clean(tmp_path, **{a: f'<c r="{a}" t="e"><v>#N/A</v></c>' for a in ("B5", "B6", "D7", "D8")})
    assert read_book(path.read_bytes()).cells_without_value()[PROJECT] == {(5, 2), (6, 2)}


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (430703198001010017, "430703198001010000"),
        (1.3800000000139e21, "1380000000013900000000"),
        (1e-07, "0.0000001"),
        (110101900307451, "110101900307451"),
        (13800000000, "13800000000"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_no_number_is_shown_with_an_exponent(tmp_path, number, shown):
    path = clean_with(tmp_path, B5=number)
    assert text_of(path, "project_name") == shown


# ---------------------------------------------------------------- dates


def text_of(path, field, sheet=PROJECT):
    texts = read(path).texts
    return texts.loc[(texts["sheet"] == sheet) & (texts["field"] == field), "text"].item()


@pytest.mark.parametrize("value", [datetime.date(2020, 2, 5), datetime.datetime(2020, 2, 5)])
def test_a_date_cell_becomes_iso_text(tmp_path, value):
    assert text_of(clean_with(tmp_path, G31=value), "date") == "2020-02-05"


@pytest.mark.parametrize("flag", [b'date1904="1"', b'date1904="true"'])
def test_the_calendar_of_1904(tmp_path, flag):
    day = to_excel(datetime.date(2024, 3, 15), CALENDAR_MAC_1904)
    path = clean_with(tmp_path, ("G31", "yyyy-mm-dd"), G31=day)
    swap = b"<workbookPr " + flag + b"/>"
    path.write_bytes(changed(path.read_bytes(), (r"xl/workbook\.xml", lambda xml: xml.replace(b"<workbookPr/>", swap))))
    assert text_of(path, "date") == "2024-03-15"


@pytest.mark.parametrize("number", [14, 27, 30, 31, 36, 50, 57, 58])
def test_the_chinese_date_formats(tmp_path, number):
    data = clean_with(tmp_path, ("G31", "mm-dd-yy"), G31=datetime.date(2024, 3, 15)).read_bytes()
    if number != 14:
        swap = f'numFmtId="{number}"'.encode()
        data = changed(data, (r"xl/styles\.xml", lambda xml: xml.replace(b'numFmtId="14"', swap)))
    path = tmp_path / "date.xlsx"
    path.write_bytes(data)
    assert text_of(path, "date") == "2024-03-15"


# ---------------------------------------------------------------- what it costs, and what it does not know


def test_openpyxl_is_not_imported_to_read():
    code = (
        "import sys; from perfxl.reading import extract; from perfxl.profiles import load\n"
        f"extract(open({str(TYPED)!r}, 'rb').read(), load('hengyang_2020'))\n"
        "print([name for name in ('openpyxl', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_no_xml_is_parsed_where_there_is_no_doubt(monkeypatch):
    book = read_book(CLEAN.read_bytes())
    monkeypatch.setattr(type(book.package), "part", lambda *_: pytest.fail("a part was read"))
    assert read_details(book.package, {}) == {}
    assert read_details(book.package, {PROJECT: []}) == {}


def test_missing_sheets_have_no_details():
    package = read_book(CLEAN.read_bytes()).package
    assert read_details(package, {"没有": [(1, 1)]}) == {}
    assert read_details(None, {PROJECT: [(1, 1)]}) == {}


def test_a_formula_that_xlsxwriter_wrote_has_the_result_that_it_was_given():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        sheet = made.add_worksheet("S")
        sheet.write_formula("A1", "=1+1")
        sheet.write_formula("A2", "=B1", None, "")
    package = read_book(buffer.getvalue()).package
    assert read_details(package, {"S": [(1, 1), (2, 1)]}) == {
        ("S", 1, 1): CellDetails(formula="=1+1", result=True),
        ("S", 2, 1): CellDetails(formula="=B1"),
    }
