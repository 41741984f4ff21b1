"""Files that are no workbook, or one in an odd shape: told by content, refused in words, or read all the same."""

import ast
import io
import random
import re
import shutil
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
import xlsxwriter
from containers import CLEAN, PASTED, ROOT, TYPED, changed, packed, parts_of, saved, without
from draws import dice
from filled_template import office
from hostile_cases import ods, ods_cell
from msoffcrypto.format.ooxml import OOXMLFile
from programs import needs_office
from raw_books import edited

from perfxl.engine.batch import check, read
from perfxl.formats import Unreadable, read_book
from perfxl.formats.errors import RESAVE
from perfxl.formats.guard import examine

GOOD = TYPED.read_bytes()
SHARED = PASTED.read_bytes()
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def kind_of(data):
    with pytest.raises(Unreadable) as caught:
        read_book(data)
    assert caught.value.reason.zh.endswith(("。", RESAVE.zh))
    assert caught.value.reason.en.endswith(".")
    assert not re.search(r"Error|Traceback|zip[a-z]|None|XML 实体", caught.value.reason.zh)
    return caught.value.kind


def verdict(data, folder, name="x.xlsx"):
    """What a check says of a file: status and every finding, without the name of the file."""
    path = folder / name
    path.write_bytes(data)
    batch = check(path)
    return batch.submissions[0].status, [
        (f.code, f.severity, f.message, [(c.sheet, c.cell) for c in f.cells], f.difference) for f in batch.findings
    ]


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory):
    return verdict(GOOD, tmp_path_factory.mktemp("good"))


def encrypted_workbook():
    buffer = io.BytesIO()
    OOXMLFile(io.BytesIO(GOOD)).encrypt("1234", buffer)
    return buffer.getvalue()


def word_document():
    document, buffer = docx.Document(), io.BytesIO()
    document.add_paragraph("附件10 项目绩效目标申报表")
    document.save(buffer)
    return buffer.getvalue()


def flipped(pattern, places=6):
    """A workbook in which some bytes of one packed part are others."""
    data = bytearray(SHARED)
    with zipfile.ZipFile(io.BytesIO(SHARED)) as archive:
        info = next(i for i in archive.infolist() if re.fullmatch(pattern, i.filename))
    begin = info.header_offset + 30 + len(info.filename.encode())
    for place in random.Random(5).sample(range(begin + 20, begin + info.compress_size - 20), places):
        data[place] ^= 0x55
    return bytes(data)


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(60)

OTHER_KINDS = {
    "empty": (b"", "empty"),
    "text": ("项目,金额\n合计,394.03\n".encode("gbk"), "text"),
    "PNG": (PICTURE, "picture"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(60), "picture"),
    "GIF": (b"GIF89a" + bytes(60), "picture"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
    "RAR": (b"Rar!\x1a\x07\x01\x00" + bytes(60), "archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(60), "archive"),
    "gzip": (b"\x1f\x8b\x08" + bytes(60), "archive"),
    "old Office, garbage": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "damaged"),
    "old Office, cut off": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "damaged"),
    "nothing known": (bytes(range(256)) * 4, "unknown"),
    "PK and no more": (b"PK\x03\x04", "damaged"),
    "first 2000 bytes": (GOOD[:2000], "damaged"),
    "last byte gone": (GOOD[:-1], "damaged"),
    "half": (GOOD[: len(GOOD) // 2], "damaged"),
}


@pytest.mark.parametrize(("data", "kind"), OTHER_KINDS.values(), ids=OTHER_KINDS)
def test_other_kinds_of_files(data, kind):
    assert kind_of(data) == kind


@pytest.mark.parametrize("seed", range(60))
def test_old_office_garbage_never_crashes(seed):
    chance = dice(seed)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    assert kind_of(head + bytes(chance.choices(range(256), k=chance.randint(500, 6000)))) == "damaged"


def test_an_encrypted_workbook():
    assert kind_of(encrypted_workbook()) == "encrypted"


def test_a_word_document_named_xlsx_is_read_and_is_no_return(tmp_path):
    assert verdict(word_document(), tmp_path)[0] == "不是申报表"


def test_a_presentation():
    assert kind_of(packed({"[Content_Types].xml": b"<x/>", "ppt/presentation.xml": b"<x/>"})) == "slides"


def test_an_archive_of_workbooks():
    assert kind_of(packed({"a/申报表.xlsx": GOOD, "b.xlsx": GOOD})) == "archive"


@pytest.mark.parametrize("part", [r"xl/worksheets/sheet3\.xml", r"xl/sharedStrings\.xml", r"xl/workbook\.xml"])
def test_flipped_bytes_are_never_read_as_figures(part):
    assert kind_of(flipped(part)) == "damaged"


@pytest.mark.parametrize("part", [r"xl/worksheets/sheet3\.xml", r"xl/sharedStrings\.xml"])
def test_one_other_digit_is_damage_too(part):
    """A part stored as it is, one digit other: the text would still be read."""
    stored = bytearray(packed(parts_of(SHARED), zipfile.ZIP_STORED))
    with zipfile.ZipFile(io.BytesIO(stored)) as archive:
        info = next(i for i in archive.infolist() if re.fullmatch(part, i.filename))
        content = archive.read(info)
    digit = re.search(rb">[^<>]*?([1-8])[^<>]*<", content)
    place = info.header_offset + 30 + len(info.filename.encode()) + digit.start(1)
    stored[place] += 1
    assert kind_of(bytes(stored)) == "damaged"


def test_the_batch_goes_on(tmp_path):
    good = [GOOD, CLEAN.read_bytes(), changed(GOOD, (r"docProps/app\.xml", lambda xml: xml + b"\n"))]
    bad = [b"", GOOD[:2000], flipped(r"xl/worksheets/sheet3\.xml"), word_document()]
    for number, data in enumerate([*good, *bad]):
        (tmp_path / f"{number}.xlsx").write_bytes(data)
    (tmp_path / "7.xlsx").mkdir()
    batch = check(tmp_path)
    unread = {s.file for s in batch.submissions if s.status == "无法读取"}
    assert unread == {"3.xlsx", "4.xlsx", "5.xlsx"}
    assert [s.file for s in batch.submissions if s.status == "不是申报表"] == ["6.xlsx"]
    assert len(batch.submissions) == 7
    assert {f.file for f in batch.findings if f.code == "FILE-01"} == unread


def test_a_folder_named_like_a_workbook(tmp_path):
    (tmp_path / "x.xlsx").mkdir()
    batch = check(tmp_path / "x.xlsx")
    assert (batch.submissions, len(batch.problems), batch.worst) == ((), 1, 2)


# ---------------------------------------------------------------- other formats, by content not by name


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """The sample as LibreOffice writes it in other formats."""
    folder = tmp_path_factory.mktemp("office")
    source = folder / "申报表.xlsx"
    source.write_bytes(GOOD)
    out = {}
    for ending, name in (("xls", "xls:MS Excel 97"), ("ods", "ods"), ("xlsx", "xlsx:Calc MS Excel 2007 XML")):
        office(folder, "--convert-to", name, "--outdir", str(folder / ending), str(source))
        out[ending] = (folder / ending / f"申报表.{ending}").read_bytes()
    return out


@needs_office
@pytest.mark.parametrize("ending", ["xls", "ods", "xlsx"])
def test_other_formats_hold_the_same_figures(converted, ending, tmp_path):
    path = tmp_path / f"x.{ending}"
    path.write_bytes(converted[ending])
    assert examine(converted[ending]).kind == ending
    columns = ["sheet", "cell", "column", "state", "fen"]
    assert read(path).amounts[columns].values.tolist() == read(TYPED).amounts[columns].values.tolist()


@pytest.mark.parametrize("name", ["a.xls", "a.et", "a.txt", "申报表", "a.XLSX"])
def test_the_name_does_not_matter(name, tmp_path, as_it_is):
    assert verdict(GOOD, tmp_path, name) == as_it_is


# ---------------------------------------------------------------- odd workbooks that are read all the same


SHEETS = r"xl/worksheets/sheet\d+\.xml"


def dimension(new):
    return lambda xml: re.sub(rb"<dimension[^>]*/>", new, xml)


def styles(old, new):
    return (r"xl/styles\.xml", lambda xml: re.sub(old, new, xml, count=1))


def backslashes(data):
    return packed(
        {name.replace("/", "\\") if name.startswith("xl/") else name: c for name, c in parts_of(data).items()}
    )


def strict(data):
    swap = [
        (MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
         b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
    ]  # fmt: skip
    parts = parts_of(data)
    for old, new in swap:
        parts = {name: content.replace(old, new) for name, content in parts.items()}
    return packed(parts)


def prefixed(xml):
    """The same XML with a prefix on every element."""
    xml = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", xml)
    return xml.replace(b"xmlns=", b"xmlns:x=", 1)


def properties(change):
    return (r"docProps/core\.xml", change)


ODD = {
    "dimension A1": lambda d: changed(d, (SHEETS, dimension(b'<dimension ref="A1"/>'))),
    "no dimension": lambda d: changed(d, (SHEETS, dimension(b""))),
    "dimension of all cells": lambda d: changed(d, (SHEETS, dimension(b'<dimension ref="A1:XFD1048576"/>'))),
    "biltinId": lambda d: changed(d, styles(rb"builtinId", rb"biltinId")),
    "extLst in a fill": lambda d: changed(d, styles(rb"<patternFill[^>]*/>", rb'<patternFill><extLst/></patternFill>')),
    "colour #000000": lambda d: changed(d, styles(rb"<color [^>]*/>", rb'<color rgb="#000000"/>')),
    "font family 34": lambda d: changed(d, styles(rb"<family [^>]*/>", rb'<family val="34"/>')),
    "bad date in properties": lambda d: changed(
        d, properties(lambda x: re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2024/3/15 10:00:00", x))),
    "no date in properties": lambda d: changed(
        d, properties(lambda x: re.sub(rb"<dcterms:modified.*?</dcterms:modified>", b"", x))),
    "no properties": lambda d: without(d, r"docProps/.*"),
    "backslashes": backslashes,
    "strict": strict,
    "stored, not packed": lambda d: packed(parts_of(d), zipfile.ZIP_STORED),
    "prefixed sheets": lambda d: changed(d, (SHEETS, prefixed)),
    "broken names": lambda d: changed(d, (r"xl/workbook\.xml", lambda x: re.sub(
        rb"<definedNames>.*</definedNames>", b'<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">'
        b"#REF!</definedName></definedNames>", x, flags=re.DOTALL))),
    "links to nowhere": lambda d: changed(d, (r"xl/workbook\.xml", lambda x: re.sub(
        rb"</sheets>", b'</sheets><externalReferences><externalReference r:id="rId999" xmlns:r="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships"/></externalReferences>', x))),
}  # fmt: skip


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_odd_workbooks_are_read_like_any_other(make, tmp_path, as_it_is, recwarn):
    assert verdict(make(GOOD), tmp_path) == as_it_is
    assert list(recwarn) == []


@pytest.mark.parametrize("name", ["biltinId", "extLst in a fill", "colour #000000", "font family 34", "strict"])
def test_a_percentage_is_seen_in_odd_workbooks_too(name, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(ODD[name](edited(CLEAN.read_bytes(), {"项目1!E16": 0.95}, {"项目1!E16": "0.0%"})))
    lines = read(path).indicators
    assert lines.loc[(lines["sheet"] == "项目1") & (lines["cell"] == "E16"), "value"].item() == "95%"


def test_chart_sheets_are_left_out_and_named(tmp_path, as_it_is):
    made = openpyxl.load_workbook(TYPED)
    made.create_chartsheet("图表", 3)
    path = tmp_path / "x.xlsx"
    made.save(path)
    batch = check(path)
    assert "图表" in batch.submissions[0].ignored_sheets
    assert [f.code for f in batch.findings] == [code for code, *_ in as_it_is[1]]


def test_a_chart_sheet_of_xlsxwriter(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("数据").write(0, 0, 1)
        chart = made.add_chart({"type": "bar"})
        chart.add_series({"values": "=数据!$A$1:$A$1"})
        made.add_chartsheet("图表").set_chart(chart)
    assert check(path).submissions[0].ignored_sheets == ("数据", "图表")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_read_like_any_other(state, tmp_path, as_it_is):
    made = openpyxl.load_workbook(TYPED)
    made["项目2"].sheet_state = state
    status, findings = verdict(saved(made), tmp_path)
    assert (status, [one for one in findings if one[0] != "LAYOUT-06"]) == as_it_is
    assert [one[3] for one in findings if one[0] == "LAYOUT-06"] == [[("项目2", "A2")]]


def strings(*texts):
    """A workbook whose first column holds these texts as shared strings, in raw XML."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        sheet = made.add_worksheet("S")
        for row in range(len(texts)):
            sheet.write(row, 0, f"@{row}@")
    raw = "".join(f"<si>{text}</si>" for text in texts).encode()
    return changed(buffer.getvalue(), (r"xl/sharedStrings\.xml", lambda x: re.sub(rb"<si>.*</si>", lambda _: raw, x)))


def test_phonetic_guides_are_no_text():
    guide = '<rPh sb="0" eb="2"><t>xm</t></rPh>'
    data = strings(f"<t>项目</t>{guide}", f"<r><t>项</t></r><r><rPr><b/></rPr><t>目</t></r>{guide}")
    inline = f'<row r="3"><c r="A3" t="inlineStr"><is><r><t>项</t></r><r><t>目</t></r>{guide}</is></c></row>'.encode()
    data = changed(data, (SHEETS, lambda x: x.replace(b"</sheetData>", inline + b"</sheetData>")))
    assert [cell.text for cell in read_book(data).grids[0]] == ["项目", "项目", "项目"]


def test_escaped_line_ends_are_line_ends(tmp_path):
    grid = read_book(strings("<t>绩效_x000D_\n目标</t>", "<t>_x005F_x000D_</t>")).grids[0]
    assert "".join(grid.at(1, 1).text.split()) == "绩效目标"
    assert grid.at(2, 1).text == "_x000D_"
    broken = changed(
        SHARED, (r"xl/sharedStrings\.xml", lambda x: x.replace("资金总额：".encode(), "资金_x000D_\n总额：".encode()))
    )
    path = tmp_path / "x.xlsx"
    path.write_bytes(broken)
    batch = check(path)
    assert batch.tables.amounts["fen"].tolist() == read(PASTED).amounts["fen"].tolist()
    assert "_x000D_" not in "".join(f.message for f in batch.findings)


def test_a_workbook_without_sheets(tmp_path):
    data = changed(GOOD, (r"xl/workbook\.xml", lambda x: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", x)))
    assert verdict(data, tmp_path)[0] == "不是申报表"


@pytest.mark.parametrize("name", [" 项目支出表", "项目支出表 (2)", "项目支出表１", "xiangmu ", "a'b!c"])
def test_sheet_names_as_people_make_them(name, tmp_path):
    made = openpyxl.load_workbook(CLEAN)
    made["项目1"].title = name
    made[name]["D7"] = "=D8+D9"
    path = tmp_path / "x.xlsx"
    made.save(path)
    [finding] = [f for f in check(path).findings if f.code == "AMOUNT-08"]
    assert (finding.ref.sheet, finding.ref.cell) == (name, "D7")


# ---------------------------------------------------------------- cells far away


def with_far_cell(address, value=" ", code=None):
    made = openpyxl.load_workbook(TYPED)
    for sheet in made:
        if value is not None:
            sheet[address] = value
        if code:
            sheet[address].number_format = code
    return saved(made)


def rows_to_the_end(cell):
    """Every row of one sheet down to the last is there, as after formatting a column by hand."""
    rows = b"".join(
        b'<row r="%d" spans="1:9" ht="14" customHeight="1">%s</row>' % (r, cell(r)) for r in range(60, 1_048_577)
    )
    return changed(
        GOOD, (r"xl/worksheets/sheet3\.xml", lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))
    )


def implied_rows(xml):
    """A cell far away that names neither its row nor its column."""
    return xml.replace(
        b"</sheetData>", b"<row/>" * 90_000 + b"<row>" + b"<c/>" * 9_000 + b"<c><v>1</v></c></row></sheetData>"
    )


FAR = {
    "a format": lambda: with_far_cell("A1048576", None, "0.00"),
    "a blank in the last row": lambda: with_far_cell("A1048576"),
    "a blank in the last cell": lambda: with_far_cell("XFD1048576"),
    "a figure in the last cell": lambda: with_far_cell("XFD1048576", 7),
    "a blank in a far column": lambda: with_far_cell("XFD3"),
    "a blank in row 20000": lambda: with_far_cell("IV20000"),
    "an array formula": lambda: with_far_cell("XFD1048576", "=1+1"),
    "a far cell without its address": lambda: changed(GOOD, (r"xl/worksheets/sheet3\.xml", implied_rows)),
    "a far cell, prefixed": lambda: changed(
        with_far_cell("XFD1048576"), (SHEETS, prefixed)),
    "a far cell in a sheet elsewhere": lambda: elsewhere(with_far_cell("XFD1048576")),
    "a million formatted rows": lambda: rows_to_the_end(lambda r: b'<c r="B%d" s="1"/>' % r),
    "a million blanks": lambda: rows_to_the_end(lambda r: b'<c r="B%d" t="str"><v> </v></c>' % r),
}  # fmt: skip


def elsewhere(data):
    """The sheets in a folder of another name."""
    parts = {name.replace("xl/worksheets/", "xl/tables1/"): content for name, content in parts_of(data).items()}
    for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(b"worksheets/sheet", b"tables1/sheet")
    return packed(parts)


MEASURED = """
import re, sys, time
from pathlib import Path
from perfxl.engine.batch import check
start = time.process_time()
batch = check(Path(sys.argv[1]))
seconds = time.process_time() - start
memory = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(repr((batch.submissions[0].status.value, [f.code for f in batch.findings], seconds, memory)))
"""
LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory is told by /proc")


def measured(path):
    """Status, codes, seconds of work and megabytes of a check in a process of its own, with the memory of the imports.

    What else the machine does meanwhile is not counted.
    """
    command = [sys.executable, "-c", MEASURED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-500:]
    return ast.literal_eval(done.stdout)


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("make", FAR.values(), ids=FAR)
def test_far_cells_cost_nothing_and_change_nothing(make, tmp_path, as_it_is):
    path = tmp_path / "x.xlsx"
    path.write_bytes(make())
    status, codes, seconds, memory = measured(path)
    assert (status, codes) == (as_it_is[0], [code for code, *_ in as_it_is[1]])
    assert seconds < 5
    assert memory < 300


def test_far_cells_leave_the_near_ones_where_they_are(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(with_far_cell("XFD1048576"))
    columns = ["sheet", "cell", "fen"]
    assert read(path).amounts[columns].values.tolist() == read(TYPED).amounts[columns].values.tolist()


# ---------------------------------------------------------------- bombs and other attacks


def padded(size):
    """A sheet with so many bytes of nothing in it."""
    return changed(
        GOOD, (r"xl/worksheets/sheet3\.xml", lambda xml: xml.replace(b"</sheetData>", b" " * size + b"</sheetData>"))
    )


def with_part(name, content):
    return packed(parts_of(GOOD) | {name: content})


def lying(data, name, declared=10):
    """The same container with another unpacked size declared for one part, in both of its headers."""
    out = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(name)
        where = archive.start_dir
    out[info.header_offset + 22 : info.header_offset + 26] = struct.pack("<I", declared)
    while out[where : where + 4] == b"PK\x01\x02":
        lengths = struct.unpack("<HHH", out[where + 28 : where + 34])
        if bytes(out[where + 46 : where + 46 + lengths[0]]) == name.encode():
            out[where + 24 : where + 28] = struct.pack("<I", declared)
        where += 46 + sum(lengths)
    return bytes(out)


def overlapping(copies=400):
    """Many names for one packed part: little to send, much to unpack."""
    content = bytes(10**6)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts_of(GOOD).items():
            archive.writestr(name, part)
        archive.writestr("xl/media/0.bin", content)
        first = archive.getinfo("xl/media/0.bin")
        for number in range(copies):
            other = zipfile.ZipInfo(f"xl/media/{number + 1:05}.bin")
            for key in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(other, key, getattr(first, key))
            archive.filelist.append(other)
            archive.NameToInfo[other.filename] = other
    return buffer.getvalue()


BOMBS = {
    "300 MB beside the sheets": lambda: with_part("xl/media/bomb.bin", bytes(300 * 2**20)),
    "300 MB that say they are 10 bytes": lambda: lying(
        with_part("xl/media/bomb.bin", bytes(300 * 2**20)), "xl/media/bomb.bin"),
    "300 MB in a sheet": lambda: padded(300 * 2**20),
    "150 MB in a sheet": lambda: padded(150 * 2**20),
    "a sheet that says it is small": lambda: lying(padded(300 * 2**20), "xl/worksheets/sheet3.xml", 5000),
    "parts that overlap": overlapping,
    "20000 parts": lambda: packed(parts_of(GOOD) | {f"xl/x/{n}.xml": b"" for n in range(20_000)}),
}  # fmt: skip


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused_by_counted_bytes(make, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(make())
    status, codes, seconds, memory = measured(path)
    assert (status, codes) == ("无法读取", ["FILE-01"])
    assert seconds < 3
    assert memory < 200


def test_a_bomb_is_called_one():
    assert kind_of(BOMBS["parts that overlap"]()) == "bomb"


def test_a_small_lie_about_a_size_is_no_harm(tmp_path, as_it_is):
    assert verdict(lying(GOOD, "xl/worksheets/sheet3.xml"), tmp_path)[0] in (as_it_is[0], "无法读取")


def test_zip_in_zip_is_an_archive():
    data = GOOD
    for number in range(5):
        data = packed({f"{number}.zip": data})
    assert kind_of(data) == "archive"


def named_alike():
    """Two sheets of one name: Excel mends such a workbook, and a reader may take one of them for both."""
    first, second = (f"<table:table-row>{ods_cell(1, text)}</table:table-row>" for text in "甲乙")
    tables = f'{first}</table:table><table:table table:name="S">{second}'
    one, other = re.findall(rb'<sheet [^>]*name="([^"]+)"', parts_of(GOOD)["xl/workbook.xml"])[:2]
    rename = (r"xl/workbook\.xml", lambda xml: xml.replace(b'name="%s"' % other, b'name="%s"' % one))
    return {"xlsx": changed(GOOD, rename), "ods": ods(tables)}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_two_sheets_of_one_name_are_refused(kind):
    assert kind_of(named_alike()[kind]) == "damaged"


def test_two_parts_of_one_name_are_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts_of(GOOD).items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/styles.xml", b"<x/>")
    assert kind_of(buffer.getvalue()) == "damaged"


def declared(entities):
    def change(xml):
        head, mark, rest = xml.partition(b"?>")
        start = head + mark if mark else b""
        body = rest if mark else xml
        return start + b"<!DOCTYPE x [" + entities + b"]>" + body.replace("项目".encode(), b"&z;", 1)

    return change


LAUGHS = b'<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(10)
) + b'<!ENTITY z "&k;">'  # fmt: skip
QUADRATIC = b'<!ENTITY y "' + b"x" * 50_000 + b'"><!ENTITY z "' + b"&y;" * 400 + b'">'


@pytest.mark.parametrize(
    "part",
    [
        r"xl/sharedStrings\.xml",
        r"xl/workbook\.xml",
        r"xl/worksheets/sheet3\.xml",
        r"xl/styles\.xml",
        r"xl/_rels/workbook\.xml\.rels",
    ],
)
@pytest.mark.parametrize("kind", ["laughs", "quadratic", "file"])
def test_declared_entities_are_refused_at_once(part, kind, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("绝密内容")
    entities = {
        "laughs": LAUGHS,
        "quadratic": QUADRATIC,
        "file": f'<!ENTITY z SYSTEM "{secret.as_uri()}">'.encode(),
    }[kind]
    data = changed(SHARED, (part, declared(entities)))
    start = time.perf_counter()
    assert kind_of(data) == "unsafe"
    assert time.perf_counter() - start < 1
    status, findings = verdict(data, tmp_path)
    assert status == "无法读取"
    assert "绝密" not in str(findings)


def test_an_entity_behind_a_long_comment_brings_nothing_in(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("绝密内容")
    entity = declared(f'<!ENTITY z SYSTEM "{secret.as_uri()}">'.encode())
    late = changed(
        SHARED,
        (r"xl/sharedStrings\.xml", lambda x: entity(x).replace(b"<!DOCTYPE", b"<!--" + b" " * 9000 + b"--><!DOCTYPE")),
    )
    assert "绝密" not in str(verdict(late, tmp_path))


# ---------------------------------------------------------------- hands off


def test_the_file_is_only_read(tmp_path):
    path = tmp_path / "x.xlsx"
    shutil.copy(TYPED, path)
    path.chmod(0o444)
    check(path)
    assert path.read_bytes() == GOOD
    assert [p.name for p in tmp_path.iterdir()] == ["x.xlsx"]


KINDS = {
    "a shortcut": (b"L\0\0\0\x01\x14\x02\0" + bytes(100), "shortcut"),
    "a shortcut to a page": (b"[InternetShortcut]\r\nURL=file:///c:/x.xlsx", "shortcut"),
    "a program": (b"MZ" + bytes(5_000) + packed({"x.xlsx": b"x"}), "program"),
    "a mailbox": (b"!BDN" + bytes(100), "mailbox"),
    "a film": (bytes(4) + b"ftypmp42" + bytes(100), "other"),
    "a HEIC picture": (bytes(4) + b"ftypheic" + bytes(100), "picture"),
    "a WebP picture": (b"RIFF" + bytes(4) + b"WEBP" + bytes(100), "picture"),
    "a database": (b"\0\x01\0\0Standard ACE DB" + bytes(100), "other"),
    "a table in UTF-16": ("单位\t金额\r\n某某局\t394.03\r\n".encode("utf-16"), "text"),
    "the same without a mark": ("Unit\tAmount\r\n局\t394.03\r\n".encode("utf-16-le"), "text"),
    "empty bytes": (bytes(3_000), "empty"),
    "encrypted by an office's software": (b"\x62\x14\x23\x65\x3f\0E-SafeNet" + bytes(500), "encrypted"),
}


@pytest.mark.parametrize(("data", "kind"), KINDS.values(), ids=KINDS)
def test_what_is_no_workbook_is_called_by_its_name(data, kind):
    assert kind_of(data) == kind
