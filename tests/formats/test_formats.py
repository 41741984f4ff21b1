"""One return in every format that people send: the same findings at the same cells."""

import os
import re
import time
from pathlib import Path

import openpyxl
import pytest
from containers import CLEAN, TYPED, changed, packed, parts_of, put_cells, saved
from filled_template import office
from other_formats import html, mhtml, spreadsheetml, xlsb, xlsb_of_cell
from programs import needs_office
from raw_books import edited
from word_forms import ten_forms

import perfxl
from perfxl.formats import Unreadable, read_book
from perfxl.formats import office as libre
from perfxl.formats.guard import examine
from perfxl.reports import write

GOOD, FINE = TYPED.read_bytes(), CLEAN.read_bytes()


def verdict(data, folder, name="申报表.xls"):
    """What a check says: status, forms and every finding with its cells."""
    path = folder / name
    path.write_bytes(data)
    batch = perfxl.check(path)
    submission = batch.submissions[0]
    return (
        submission.status,
        submission.forms,
        [
            (f.code, f.severity, f.message, f.stated, f.computed, f.difference, [str(c) for c in f.cells],
             [h.kind for h in f.hints])
            for f in batch.findings
        ],
    )  # fmt: skip


def amounts(data, folder, name="申报表.xls"):
    path = folder / name
    path.write_bytes(data)
    tables = perfxl.read(path)
    lines = tables.indicators
    return (
        tables.amounts[["sheet", "cell", "column", "state", "fen"]].values.tolist(),
        lines[["sheet", "cell", "second", "name", "kind"]].values.tolist(),
    )


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory):
    return verdict(GOOD, tmp_path_factory.mktemp("good"), "x.xlsx")


def grids():
    return read_book(GOOD).grids


def strict(data):
    swap = [(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
            (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
             b"http://purl.oclc.org/ooxml/officeDocument/relationships")]  # fmt: skip
    parts = parts_of(data)
    for old, new in swap:
        parts = {name: content.replace(old, new) for name, content in parts.items()}
    return packed(parts)


def with_macros(data):
    """The same as .xlsm: another type and a project of macros, which nobody here opens."""
    data = changed(
        data,
        (r"\[Content_Types\]\.xml", lambda x: x.replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
    )  # fmt: skip
    return packed(parts_of(data) | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(2000)})


def from_wps(data):
    """What WPS writes beside the standard: name spaces and extensions of its own, pictures in cells."""
    own = b'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"'
    extension = b'<extLst><ext uri="{x}" ' + own + b"><etc:wpsCustom><etc:a/></etc:wpsCustom></ext></extLst>"
    data = changed(
        data,
        (r"xl/worksheets/sheet\d+\.xml", lambda x: re.sub(rb"<worksheet ", b"<worksheet " + own + b" ", x, count=1)),
        (r"xl/workbook\.xml", lambda x: x.replace(b"</workbook>", extension + b"</workbook>")),
    )
    return packed(parts_of(data) | {"xl/cellimages.xml": b"<etc:cellImages " + own + b"/>"})


FORMATS = {
    ".xlsx": lambda: GOOD,
    ".xlsm": lambda: with_macros(GOOD),
    "Strict": lambda: strict(GOOD),
    "WPS": lambda: from_wps(GOOD),
    ".xlsb": lambda: xlsb(GOOD),
    "HTML, GBK": lambda: html(grids(), "gb2312").encode("gb18030"),
    "HTML, GBK without saying so": lambda: html(grids(), "").replace("charset=", "").encode("gb18030"),
    "HTML, UTF-8 without saying so": lambda: html(grids(), "").replace("charset=", "").encode(),
    "HTML, UTF-8 with a mark": lambda: b"\xef\xbb\xbf" + html(grids(), "gb2312").encode(),
    "HTML, UTF-16": lambda: b"\xff\xfe" + html(grids(), "unicode").encode("utf-16-le"),
    "HTML, UTF-16, high first": lambda: b"\xfe\xff" + html(grids(), "unicode").encode("utf-16-be"),
    "MHTML": lambda: mhtml(grids()),
    "XML 2003": lambda: spreadsheetml(GOOD).encode(),
    "XML 2003, GBK": lambda: spreadsheetml(GOOD).replace("?>", ' encoding="GBK"?>', 1).encode("gb18030"),
    "XML 2003, UTF-16": lambda: b"\xff\xfe" + spreadsheetml(GOOD).encode("utf-16-le"),
}


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_every_format_gives_the_same_findings_at_the_same_cells(make, tmp_path, as_it_is):
    assert verdict(make(), tmp_path) == as_it_is


@pytest.mark.parametrize("make", [xlsb, lambda data: spreadsheetml(data).encode()], ids=["xlsb", "XML 2003"])
def test_the_clean_sample_stays_clean(make, tmp_path):
    status, forms, findings = verdict(make(FINE), tmp_path)
    assert {severity for _, severity, *_ in findings} <= {"notice"}
    assert (status, forms, findings) == verdict(FINE, tmp_path, "b.xlsx")


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """The sample as LibreOffice writes it in other formats, and the ten Word forms in old ones."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "a.xlsx").write_bytes(GOOD)
    (folder / "w.docx").write_bytes(ten_forms())
    out = {}
    for source, ending, name in (
        ("a.xlsx", "xls", "xls:MS Excel 97"), ("a.xlsx", "ods", "ods"), ("w.docx", "odt", "odt"),
        ("a.xlsx", "xlsx", "xlsx:Calc MS Excel 2007 XML"), ("a.xlsx", "html", "html"),
        ("w.docx", "doc", "doc:MS Word 97"), ("w.docx", "rtf", "rtf"), ("w.docx", "docx", "docx:MS Word 2007 XML"),
    ):  # fmt: skip
        office(folder, "--convert-to", name, "--outdir", str(folder / "out"), str(folder / source))
        out[ending] = (folder / "out" / f"{source[0]}.{ending}").read_bytes()
    return out


@needs_office
@pytest.mark.parametrize("ending", ["xls", "ods", "xlsx"])
@pytest.mark.parametrize("name", ["{}", "et", "dat"])
def test_workbooks_of_libreoffice(ending, name, converted, tmp_path, as_it_is):
    """.et of WPS is an .xls or an .xlsx by content."""
    assert verdict(converted[ending], tmp_path, f"申报表.{name.format(ending)}") == as_it_is


@needs_office
def test_a_page_of_libreoffice(converted, tmp_path, as_it_is):
    """Its tables have no names; all else is the same."""
    names = {f"表{n}": grid.sheet for n, grid in enumerate(grids(), 1)}
    status, forms, findings = verdict(converted["html"], tmp_path)
    pattern = re.compile(r"表\d+(?=!)")

    def called(text):
        return pattern.sub(lambda match: names[match[0]], text)

    assert status == as_it_is[0]
    assert [names[form.sheet] for form in forms] == [form.sheet for form in as_it_is[1]]
    assert [(code, [called(c) for c in cells]) for code, _, _, _, _, _, cells, _ in findings] == [
        (code, cells) for code, _, _, _, _, _, cells, _ in as_it_is[2]
    ]


@needs_office
@pytest.mark.parametrize(
    ("ending", "name"), [("doc", "x.doc"), ("doc", "x.wps"), ("rtf", "x.doc"), ("docx", "x.docx"), ("odt", "x.odt")]
)
def test_documents_of_libreoffice(ending, name, converted, tmp_path):
    assert verdict(converted[ending], tmp_path, name) == verdict(ten_forms(), tmp_path, "b.docx")


# ---------------------------------------------------------------- without LibreOffice, and with one that misbehaves


OLD = {
    "rtf": (b"{\\rtf1\\ansi x}", ".rtf"),
    "wordml": (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', ".xml"),
}


@pytest.mark.parametrize(("data", "ending"), OLD.values(), ids=OLD)
def test_old_word_without_libreoffice_is_told_what_to_do(data, ending, tmp_path, monkeypatch):
    monkeypatch.setattr(libre.shutil, "which", lambda _: None)
    monkeypatch.setattr(libre, "_PLACES", ())
    path = tmp_path / "x.doc"
    path.write_bytes(data)
    [finding] = perfxl.check(path).findings
    assert finding.code == "FILE-01"
    assert finding.message == (
        f"这是旧版或其他格式的文字文档（{ending}），本机没有能读它的 LibreOffice。"
        "请用 Word 或 WPS 打开，另存为 .docx 后重新报送。"
    )


@needs_office
def test_a_doc_without_libreoffice(converted, monkeypatch):
    monkeypatch.setattr(libre.shutil, "which", lambda _: None)
    monkeypatch.setattr(libre, "_PLACES", ())
    assert kind_of(converted["doc"]) == "word"


def kind_of(data):
    with pytest.raises(Unreadable) as caught:
        read_book(data)
    assert caught.value.reason.zh.endswith("。")
    return caught.value.kind


def stand_in(folder, script, monkeypatch):
    """A program in the place of LibreOffice."""
    program = folder / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_a_conversion_that_gives_nothing_is_damage(tmp_path, monkeypatch):
    stand_in(tmp_path, "exit 0", monkeypatch)
    assert kind_of(OLD["rtf"][0]) == "damaged"


def test_a_conversion_that_hangs_is_stopped_with_all_it_started(tmp_path, monkeypatch):
    mark = tmp_path / "still here"
    stand_in(tmp_path, f"(sleep 4; touch '{mark}') & sleep 60", monkeypatch)
    monkeypatch.setattr(libre, "TIMEOUT", 0.5)
    start = time.monotonic()
    assert kind_of(OLD["rtf"][0]) == "damaged"
    assert time.monotonic() - start < 3
    time.sleep(5 - (time.monotonic() - start))
    assert not mark.exists()


def test_libreoffice_gets_a_folder_of_its_own_that_is_gone_after(tmp_path, monkeypatch):
    log = tmp_path / "log"
    stand_in(tmp_path, f"pwd > '{log}'; echo \"$@\" >> '{log}'; cat profile/user/*.xcu >> '{log}'", monkeypatch)
    kind_of(OLD["rtf"][0])
    folder, command, settings = log.read_text().split("\n", 2)
    assert not Path(folder).exists()
    assert f"-env:UserInstallation={Path(folder).as_uri()}/profile" in command
    assert "--infilter=Rich Text Format" in command
    assert "DisableMacrosExecution" in settings


@needs_office
def test_an_old_document_brings_in_no_other_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    rtf = rb'{\rtf1{\field{\*\fldinst INCLUDETEXT "%s"}{\fldrslt old}} end}' % str(secret).encode()
    book = read_book(rtf)
    assert "TOPSECRET" not in str(book.grids[0].rows)
    assert "end" in str(book.grids[0].rows)


@needs_office
@pytest.mark.parametrize("head", [b"{\\rtf1 ", b"{\\rtf", b"{\\rtf1\\ansi\\trowd\\cellx9"])
def test_broken_rich_text_is_no_crash(head, tmp_path):
    assert verdict(head + bytes(range(128, 256)) * 20, tmp_path, "x.doc")[0] in ("无法读取", "不是申报表")


@needs_office
def test_a_damaged_xls_that_libreoffice_reads(converted, tmp_path, monkeypatch, as_it_is):
    """What calamine cannot read goes through LibreOffice, and its cells keep their addresses."""
    from python_calamine import CalamineError

    from perfxl.formats import book

    real = book.CalamineWorkbook

    class Fails:
        @staticmethod
        def from_filelike(file):
            if file.read(2) != b"PK":
                raise CalamineError("no")
            file.seek(0)
            return real.from_filelike(file)

    monkeypatch.setattr(book, "CalamineWorkbook", Fails)
    assert verdict(converted["xls"], tmp_path) == as_it_is


# ---------------------------------------------------------------- details of cells in other formats


def test_formulas_and_shares_of_xml_2003(tmp_path):
    """A total without a stored result, one that leaves a row out, and 95% stored as 0.95."""
    text = spreadsheetml(FINE)

    def put(text, sheet, row, col, cell):
        head, mark, tail = text.partition(f'<Worksheet ss:Name="{sheet}">')
        assert mark
        old = re.compile(rf'(<Row ss:Index="{row}">(?:(?!</Row>).)*?)<Cell ss:Index="{col}"([^>]*)>.*?</Cell>')
        assert old.search(tail)
        return head + mark + old.sub(lambda match: match[1] + cell.replace("{m}", match[2]), tail, count=1)

    text = put(text, "项目1", 16, 5, '<Cell ss:Index="5" ss:StyleID="q"{m}><Data ss:Type="Number">0.95</Data></Cell>')
    text = put(text, "项目1", 7, 4, '<Cell ss:Index="4" ss:Formula="=R[1]C+R[2]C"{m}></Cell>')
    total = '<Cell ss:Index="5" ss:Formula="=SUM(R[-10]C:R[-2]C)"{m}><Data ss:Type="Number">1</Data></Cell>'
    text = put(text, "部门整体支出", 25, 5, total)
    path = tmp_path / "x.xls"
    path.write_text(text, "utf-8")
    tables = perfxl.read(path)
    lines = tables.indicators
    assert lines.loc[(lines["sheet"] == "项目1") & (lines["cell"] == "E16"), "value"].item() == "95%"
    found = {(row.sheet, row.cell): (row.state, row.text, row.formula) for row in tables.amounts.itertuples()}
    assert found["项目1", "D7"] == ("unreadable", "=D8+D9", "=D8+D9")
    assert found["部门整体支出", "E25"] == ("ok", "1", "=SUM(E15:E23)")
    codes = {(f.code, str(f.ref)) for f in perfxl.check(path).findings if f.severity == "error"}
    assert {("AMOUNT-08", "项目1!D7"), ("SUM-10", "部门整体支出!E25")} <= codes


def one_row(*cells):
    """An XML 2003 sheet with these cells from C5 on."""
    return (
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>'
        f'<Row ss:Index="5"><Cell/><Cell/>{"".join(cells)}</Row></Table></Worksheet></Workbook>'
    ).encode()


def cell(kind, text, more=""):
    return f'<Cell{more}><Data ss:Type="{kind}">{text}</Data></Cell>'


def test_formulas_with_fixed_and_foreign_addresses():
    formula = "='项目1'!R7C4+R[-1]C[-2]+RC+SUM(R1C1:R2C2)+ROUND(C1,2)"
    book = read_book(one_row(cell("Number", 1, f' ss:Formula="{formula}"'), cell("Error", "#DIV/0!")))
    assert book.details["S", 5, 3].formula == "='项目1'!D7+A4+C5+SUM(A1:B2)+ROUND(C1,2)"
    assert book.details["S", 5, 4].error == "#DIV/0!"


def test_a_cell_without_a_number_stands_behind_the_merged_one():
    book = read_book(one_row(cell("String", "甲", ' ss:MergeAcross="2"'), cell("String", "乙")))
    assert [(found.row, found.col, found.last_col, found.text) for found in book.grids[0]] == [
        (5, 3, 5, "甲"),
        (5, 6, 6, "乙"),
    ]


def test_values_of_xml_2003():
    rich = cell("String", "<B>粗</B>体")
    data = one_row(cell("DateTime", "2020-02-05T00:00:00.000"), cell("Boolean", 1), cell("Number", "x"), rich)
    assert [found.text for found in read_book(data).grids[0]] == ["2020-02-05", "True", "x", "粗体"]


def test_pictures_in_cells_of_wps_are_pictures(tmp_path):
    """A seal or signature is there; it is no formula and no name."""
    picture = '<c r="{0}" {{s}} t="str"><f>_xlfn.DISPIMG("ID_9A",1)</f><v>=DISPIMG("ID_9A",1)</v></c>'
    data = put_cells(FINE, "部门整体支出", {"C4": picture.format("C4"), "G4": picture.format("G4")})
    data = put_cells(data, "项目1", {"D7": picture.format("D7")})
    data = from_wps(data)
    path = tmp_path / "x.xlsx"
    path.write_bytes(data)
    batch = perfxl.check(path)
    texts = batch.tables.texts
    assert set(texts.loc[texts["cell"].isin(["C4", "G4"]) & (texts["sheet"] == "部门整体支出"), "text"]) == {"[图片]"}
    known = {f.message for f in perfxl.check(CLEAN).findings}
    new = {(f.code, str(f.ref)): f.message for f in batch.findings if f.message not in known}
    assert "DISPIMG" not in str(batch.findings)
    assert ("AMOUNT-08", "项目1!D7") in new
    assert not {code for code, _ in new} & {"COMPLETE-02", "CROSS-09"}


# ---------------------------------------------------------------- odd pages


def page_text(body, head=""):
    book = read_book(f"<html><head>{head}</head><body>{body}</body></html>".encode())
    return book, [[list(row) for row in grid.rows] for grid in book.sheets]


SPANS = "<table><tr><td rowspan=2>甲<td colspan=2>乙<tr><td>1<td>2</table>"
NESTED = "<table><tr><td>甲<table><tr><td>1<td>2<tr><td>3</table><td>乙</table>"
PAGES = {
    "spans": (SPANS, [[["甲", "乙", ""], ["", "1", "2"]]]),
    "breaks and blanks": ("<table><tr><td> 资金<br>总额 \n 17&nbsp;万元 </table>", [[["资金\n总额 17\xa0万元"]]]),
    "hidden rows": ("<table><tr style='mso-x:1;display: none'><td>藏<tr><td>显</table>", [[["显"]]]),
    "lines around": ("<p>附件10：</p>甲<div>乙<b>丙</b></div><table><tr><td>1</table><h1>末</h1>",
                     [[["1"]], [["附件10："], ["甲"], ["乙丙"], ["末"]]]),
    "a frame": ("<table><tr><td><p>题</p><table><tr><td>1<td>2</table></table>", [[["1", "2"]], [["题"]]]),
    "a table in a cell": (NESTED, [[["甲\n1 2\n3", "乙"]]]),
    "boxes": ("<table><tr><td>其他<input type=checkbox checked><td><input type=checkbox></table>", [[["其他☑", "☐"]]]),
    "scripts": ("<script>alert('x')</script><style>td{}</style><table><tr><td>1</table>", [[["1"]]]),
    "heads and feet": ("<table><thead><tr><th>甲<tbody><tr><td>1<tfoot><tr><td>2</table>", [[["甲"], ["1"], ["2"]]]),
    "a span beyond all": ("<table><tr><td colspan=99999 rowspan=99999>1</table>", [[["1", *[""] * 255]]]),
    "no cell": ("<table><tr></table><p>x", [[[]], [["x"]]]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "shown"), PAGES.values(), ids=PAGES)
def test_pages(body, shown):
    assert page_text(body)[1] == shown


def test_merged_cells_of_a_page():
    book, _ = page_text(SPANS)
    assert sorted(book.sheets[0].merges) == [(1, 1, 2, 1), (1, 2, 1, 3)]


def test_names_of_sheets_that_are_twice_are_not_used():
    book, _ = page_text(
        "<table><tr><td>1</table><table><tr><td>2</table>", "<!--<x:Name>A</x:Name><x:Name>A</x:Name>-->"
    )
    assert [grid.sheet for grid in book.sheets] == ["表1", "表2"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ("<html><table><tr><td>合计</td></tr></table></html>".encode("gbk"), "不是申报表"),
        (b"<table><tr><td>1</td></tr></table>", "不是申报表"),
        (b"<html></html>", "不是申报表"),
        (b"<html>" + bytes(range(256)) * 50, "不是申报表"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "无法读取"),
        (b"MIME-Version: 1.0\nTo: a\nContent-Type: text/html\n\n<table><tr><td>1</table>", "无法读取"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:x"/>', "不是申报表"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook', "无法读取"),
        (b"<html>" + b"<table><tr><td>" * 3000, "不是申报表"),
    ],
)  # fmt: skip
def test_pages_without_a_form(data, status, tmp_path):
    assert verdict(data, tmp_path)[0] == status


def test_a_page_fetches_nothing(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("绝密")
    place = secret.as_uri()
    body = f'<link href="{place}"><img src="{place}"><iframe src="{place}"></iframe><table><tr><td>1'
    book, _ = page_text(f'<!DOCTYPE x [<!ENTITY z SYSTEM "{place}">]>{body}&z;')
    assert "绝密" not in str(book.grids[0].rows)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY z SYSTEM "file:///etc/passwd">]>'


def test_entities_in_xml_2003_are_refused():
    text = spreadsheetml(GOOD).replace("<Workbook ", ENTITIES + "<Workbook ", 1).replace("项目", "&z;", 1)
    assert kind_of(text.encode()) == "unsafe"


def test_cells_of_xml_2003_beyond_all_are_left_out():
    row = '<Row ss:Index="{}"><Cell ss:Index="{}"><Data ss:Type="String">x</Data></Cell></Row>'
    rows = "".join(row.format(*place) for place in ((2, 3), (3, 16384), (1048576, 1)))
    head = spreadsheetml(FINE).partition("<Worksheet")[0]
    book = read_book(f'{head}<Worksheet ss:Name="S"><Table>{rows}</Table></Worksheet></Workbook>'.encode())
    assert [(found.row, found.col) for found in book.grids[0]] == [(2, 3)]


def test_too_many_cells_of_xml_2003(monkeypatch):
    from perfxl.formats import spreadsheetml as module

    monkeypatch.setattr(module, "_MAX_CELLS", 1000)
    assert kind_of(spreadsheetml(GOOD).encode()) == "bomb"


@pytest.mark.parametrize(("row", "col"), [(5001, 1), (1, 257), (1048576, 16384)])
def test_far_cells_of_xlsb_are_refused(row, col):
    """Calamine would keep a value for every cell between."""
    assert kind_of(xlsb_of_cell(row, col)) == "large"
    assert read_book(xlsb_of_cell(5000, 256)).grids[0].at(5000, 256).text == "x"


def test_a_broken_xlsb():
    data = xlsb(GOOD)
    assert examine(data).kind == "xlsb"
    assert kind_of(changed(data, (r"xl/worksheets/sheet2\.bin", lambda x: x[: len(x) // 2]))) == "damaged"
    assert kind_of(changed(data, (r"xl/_rels/workbook\.bin\.rels", lambda x: x[:50]))) == "damaged"


@needs_office
@pytest.mark.parametrize(("address", "code", "kind"), [
    ("IV65536", None, "large"), ("A5001", None, "large"), ("A65536", "0.00", ""), ("A4999", None, ""),
])  # fmt: skip
def test_far_cells_of_xls_are_refused_and_far_formats_are_not(address, code, kind, tmp_path):
    """One blank in the last row of every sheet would take gigabytes."""
    made = openpyxl.load_workbook(TYPED)
    for sheet in made:
        if code:
            sheet[address].number_format = code
        else:
            sheet[address] = " "
    made.save(tmp_path / "x.xlsx")
    office(tmp_path, "--convert-to", "xls:MS Excel 97", "--outdir", str(tmp_path / "out"), str(tmp_path / "x.xlsx"))
    data = (tmp_path / "out" / "x.xls").read_bytes()
    assert (kind_of(data) if kind else len(read_book(data).grids)) == (kind or len(made.sheetnames))


def converted_to(ending, data, folder):
    """A workbook as LibreOffice saves it in another format."""
    (folder / "x.xlsx").write_bytes(data)
    name = {"xls": "xls:MS Excel 97", "ods": "ods"}[ending]
    office(folder, "--convert-to", name, "--outdir", str(folder / "out"), str(folder / "x.xlsx"))
    return folder / "out" / f"x.{ending}"


def value_of(path, address):
    lines = perfxl.read(path).indicators
    return lines.loc[(lines["sheet"] == "项目1") & (lines["cell"] == address), "value"].item()


@needs_office
@pytest.mark.parametrize("code", ["0%", "0.00%", '0.0" "%'])
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_a_share_of_xls_and_ods_is_read_as_it_is_shown(ending, code, tmp_path):
    codes = {"项目1!E16": code, "项目1!E17": code, "项目1!E13": '0.00"个%"'}
    made = edited(FINE, {"项目1!E16": 0.95, "项目1!E17": 1, "项目1!E13": 0.5}, codes)
    path = converted_to(ending, made, tmp_path)
    # LibreOffice writes the last format into an .ods as several texts, of which none is a unit
    counted = "0.50个%" if ending == "xls" else "0.5"
    assert [value_of(path, address) for address in ("E16", "E17", "E13")] == ["95%", "100%", counted]


@needs_office
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_more_decimals_than_shown_are_known_of_xls_and_ods(ending, tmp_path):
    cells = {"项目1!E16": 0.956, "项目1!E17": 0.956, "项目1!D7": 17.0012, "项目1!D8": 170_000}
    codes = dict(zip(cells, ("0%", "0.0%", "#,##0.00", '0"."0000'), strict=True))
    made = edited(FINE, cells, codes)
    path = converted_to(ending, made, tmp_path)
    assert [value_of(path, address) for address in ("E16", "E17")] == ["96%", "95.6%"]
    told = {f.code: (str(f.ref), f.message) for f in perfxl.check(path).findings if f.code.startswith("AMOUNT")}
    assert {code: place for code, (place, _) in told.items()} == {"AMOUNT-05": "项目1!D7", "AMOUNT-12": "项目1!D8"}
    assert "存储 17.0012，表上只显示 17.00，" in told["AMOUNT-05"][1]
    assert "存储 170000，显示为“17.0000”。" in told["AMOUNT-12"][1]


@pytest.mark.parametrize(
    ("code", "shown"), [("Percent", "95.68%"), ("0%", "96%"), ("Fixed", "0.96"), ("General", "0.95678")]
)
def test_numbers_of_xml_2003_are_read_as_they_are_shown(code, shown, tmp_path):
    text = spreadsheetml(edited(FINE, {"项目1!E16": 0.95678})).replace('ss:Format="Percent"', f'ss:Format="{code}"')
    path = tmp_path / "x.xls"
    before, _, after = text.partition('<Data ss:Type="Number">0.95678<')
    head, _, cell = before.rpartition("<Cell ")
    path.write_text(f'{head}<Cell ss:StyleID="q" {cell}<Data ss:Type="Number">0.95678<{after}', "utf-8")
    assert value_of(path, "E16") == shown


def test_numbers_of_xlsb_are_read_as_they_are_shown(tmp_path):
    values = {"E16": 0.95, "E17": 0.956, "E13": 0.5, "D7": 17.0012, "D8": 170_000, "E31": -7}
    made = edited(FINE, {f"项目1!{address}": value for address, value in values.items()})
    shown = {"E16": "0%", "E17": '0.0" "%', "E13": '0.00"个%"', "D7": "0.00", "D8": '0"."0000', "E31": "0%"}
    path = tmp_path / "x.xlsb"
    path.write_bytes(xlsb(made, formats={"项目1": shown}))
    assert [value_of(path, address) for address in ("E16", "E17", "E13")] == ["95%", "95.6%", "0.50个%"]
    told = {f.code: (str(f.ref), f.message) for f in perfxl.check(path).findings if f.code.startswith("AMOUNT")}
    assert {code: place for code, (place, _) in told.items()} == {"AMOUNT-05": "项目1!D7", "AMOUNT-12": "项目1!D8"}
    assert "存储 17.0012，表上只显示 17.00，" in told["AMOUNT-05"][1]
    assert "存储 170000，显示为“17.0000”。" in told["AMOUNT-12"][1]


@pytest.mark.parametrize(("number", "error"), [(0x17, "#REF!"), (0x07, "#DIV/0!"), (0x2A, "#N/A"), (0x1D, "#NAME?")])
def test_errors_of_xlsb_are_quoted(number, error, tmp_path):
    path = tmp_path / "x.xlsb"
    path.write_bytes(xlsb(FINE, errors={"项目3": {"D8": number, "B5": number}}))
    found = {str(f.ref): (f.code, f.written) for f in perfxl.check(path).findings if f.severity == "error"}
    assert found == {"项目3!D8": ("AMOUNT-08", error), "项目3!B5": ("COMPLETE-19", error)}


@pytest.mark.parametrize(("made", "told"), [(lambda data: html(read_book(data).grids).encode(), 0), (xlsb, 1)])
def test_amounts_as_text_are_told_only_among_numbers(made, told, tmp_path):
    """A page has no numbers: its amounts are all text, and nothing on it adds them."""
    path = tmp_path / "x.xls"
    path.write_bytes(made(edited(FINE, {"项目1!D7": "17.00"})))
    found = [str(f.ref) for f in perfxl.check(path).findings if f.code == "AMOUNT-11"]
    assert found == ["项目1!D7"] * told


def hidden_values(path):
    """The findings about hidden rows and columns, which are told where they are asked for."""
    config = path.with_name("设置.toml")
    config.write_text('[severity]\nLAYOUT-08 = "notice"\n', "utf-8")
    return [f for f in perfxl.check(path, config=config).findings if f.code == "LAYOUT-08"]


def test_hidden_rows_and_columns_of_xlsb_are_told(tmp_path):
    path = tmp_path / "x.xlsb"
    path.write_bytes(xlsb(FINE, hidden="项目2"))
    [finding] = hidden_values(path)
    assert "D 列" in finding.message
    assert "第 8 行" in finding.message
    assert {"项目2!D8", "项目2!D13"} <= set(map(str, finding.cells))
    assert {cell.sheet for cell in finding.cells} == {"项目2"}


@needs_office
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_errors_of_xls_and_ods_are_quoted(ending, tmp_path):
    path = converted_to(ending, edited(FINE, {"项目1!D8": "=1/0"}), tmp_path)
    [finding] = [f for f in perfxl.check(path).findings if str(f.ref) == "项目1!D8"]
    assert (finding.code, finding.written) == ("AMOUNT-08", "#DIV/0!")


@needs_office
def test_formulas_of_ods_are_known_and_those_of_xls_are_not(tmp_path):
    """As docs/formats.md says."""
    made = edited(FINE, {"项目1!D7": "=SUM(D8:D9)", "部门整体支出!E25": "=SUM(E15,E16:E22)"})
    found = {}
    for ending in ("xls", "ods"):
        path = converted_to(ending, made, tmp_path)
        amounts = perfxl.read(path).amounts
        found[ending] = {f"{row.sheet}!{row.cell}": (row.fen, row.formula) for row in amounts.itertuples()}
        assert ("SUM-10", "部门整体支出!E25") in {(f.code, str(f.ref)) for f in perfxl.check(path).findings}
    assert [found["xls"][cell] for cell in ("项目1!D7", "部门整体支出!E25")] == [(17_000_000, ""), (389_030_000, "")]
    assert [found["ods"][cell] for cell in ("项目1!D7", "部门整体支出!E25")] == [
        (17_000_000, "=SUM(D8:D9)"), (389_030_000, "=SUM(E15,E16:E22)"),
    ]  # fmt: skip


@needs_office
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_hidden_rows_and_columns_of_xls_and_ods_are_told(ending, tmp_path):
    made = openpyxl.load_workbook(CLEAN)
    made["部门整体支出"].row_dimensions[17].hidden = True
    made["部门整体支出"].column_dimensions["D"].hidden = True
    [finding] = hidden_values(converted_to(ending, saved(made), tmp_path))
    assert "D 列" in finding.message
    assert "第 17 行" in finding.message
    assert {"部门整体支出!E17", "部门整体支出!D20"} <= set(map(str, finding.cells))


def test_hidden_rows_of_xml_2003_are_told(tmp_path):
    head, mark, tail = spreadsheetml(FINE).partition('<Worksheet ss:Name="项目2">')
    tail = tail.replace('<Row ss:Index="8"', '<Row ss:Hidden="1" ss:Index="8"', 1)
    path = tmp_path / "x.xls"
    path.write_text(head + mark + tail, "utf-8")
    [finding] = hidden_values(path)
    assert [str(cell) for cell in finding.cells] == ["项目2!D8"]


# ---------------------------------------------------------------- what the unit gets


@pytest.mark.parametrize("name", [".xlsm", ".xlsb", "HTML, GBK", "MHTML", "XML 2003"])
def test_the_marked_copy(name, tmp_path):
    """A workbook with macros keeps its kind; what is no .xlsx is made anew as one."""
    path = tmp_path / ("申报表.xlsm" if name == ".xlsm" else "申报表.xls")
    path.write_bytes(FORMATS[name]())
    [made] = write(perfxl.check(path), tmp_path / "out", ["annotated"])
    assert made.name == ("申报表_批注.xlsm" if name == ".xlsm" else "申报表_批注.xlsx")
    book = openpyxl.load_workbook(made, keep_vba=name == ".xlsm")
    assert "SUM-10" in book["部门整体支出"]["E25"].comment.text


@needs_office
def test_the_marked_copy_of_a_strict_workbook_opens_with_its_marks(tmp_path):
    """It stays Strict, which openpyxl does not read: LibreOffice does."""
    path = tmp_path / "申报表.xlsx"
    path.write_bytes(strict(GOOD))
    [made] = write(perfxl.check(path), tmp_path / "out", ["annotated"])
    assert b"purl.oclc.org" in parts_of(made.read_bytes())["xl/workbook.xml"]
    name = "xlsx:Calc MS Excel 2007 XML"
    office(tmp_path, "--convert-to", name, "--outdir", str(tmp_path / "read"), str(made))
    book = openpyxl.load_workbook(tmp_path / "read" / made.name)
    assert "SUM-10" in book["部门整体支出"]["E25"].comment.text
