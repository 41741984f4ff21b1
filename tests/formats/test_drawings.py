"""Where the pictures of a sheet lie: drawn over it, or kept inside a cell as WPS does."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from perfxl.formats import picture_rows
from perfxl.formats.package import Package

#: a picture of one dot
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001000000"
    "ffff03000006000557bfabd40000000049454e44ae426082"
)


def workbook(*rows: int, chart: bool = False) -> bytes:
    """Two sheets, 甲 with pictures that begin in these rows (from 1), 乙 with none."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("甲")
        for row in rows:
            sheet.insert_image(row - 1, 2, "章.png", {"image_data": io.BytesIO(PNG)})
        if chart:
            sheet.write_column("A1", [1, 2])
            drawn = book.add_chart({"type": "column"})
            drawn.add_series({"values": "=甲!$A$1:$A$2"})
            sheet.insert_chart("C3", drawn)
        book.add_worksheet("乙").write("A1", 1)
    return buffer.getvalue()


def rows_of(data: bytes) -> dict[str, list[int]] | None:
    return picture_rows(Package(data), ["甲", "乙"])


def changed(data: bytes, part: str, change: tuple[bytes, bytes], **more: bytes) -> bytes:
    """The workbook with something replaced in a part, and further parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for item in old.infolist():
            text = old.read(item)
            new.writestr(item, text.replace(*change) if item.filename == part else text)
        for name, text in more.items():
            new.writestr(f"xl/{name}.xml", text)
    return buffer.getvalue()


@pytest.mark.parametrize("rows", [(1,), (4, 60), ()])
def test_pictures_are_found_in_their_rows(rows):
    assert (rows_of(workbook(*rows)) or {}).get("甲", []) == list(rows)
    assert (rows_of(workbook(*rows)) or {}).get("乙", []) == []


def test_a_chart_is_no_picture():
    assert rows_of(workbook(chart=True)) == {"甲": [], "乙": []}


def test_a_picture_inside_a_cell_is_one():
    formula = b'<row r="1"><c r="B1" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
    data = changed(workbook(), "xl/worksheets/sheet2.xml", (b'<row r="1" spans="1:1">', formula), cellimages=b"<x/>")
    assert rows_of(data) == {"甲": [], "乙": [1]}


def test_parts_that_are_not_as_they_should_be_tell_nothing():
    data = changed(workbook(3), "xl/drawings/drawing1.xml", (b"</xdr:from>", b""))
    assert rows_of(data) is None


def test_an_xls_tells_nothing():
    assert picture_rows(None, ["甲"]) is None
