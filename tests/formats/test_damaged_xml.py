"""XML that no parser takes, and names that are none: a damaged file, told as one."""

from __future__ import annotations

import io
import zipfile

import pytest
from containers import CLEAN, changed, parts_of
from hostile_cases import ods
from word_forms import ten_forms

from perfxl.engine.batch import check
from perfxl.formats import Unreadable, read_book
from perfxl.formats.web_pages import decoded
from perfxl.model import Status

GOOD = CLEAN.read_bytes()
SHEET = r"xl/worksheets/sheet3\.xml"


def declared(encoding: str, xml: bytes) -> bytes:
    rest = xml.partition(b"?>")[2] if xml.startswith(b"<?xml") else xml
    return f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + rest


@pytest.mark.parametrize("encoding", ["moon", "gb18030", "undefined"])
def test_an_encoding_that_the_parser_does_not_know(encoding: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_book(changed(ten_forms(), (r"word/document\.xml", lambda xml: declared(encoding, xml))))
    assert caught.value.kind == "damaged"


@pytest.mark.parametrize("encoding", ["moon", "gb18030", "undefined"])
def test_an_open_document_that_names_a_wrong_encoding_is_read_as_what_it_is(encoding: str) -> None:
    assert values(changed(ods(""), (r"content\.xml", lambda xml: declared(encoding, xml)))) == values(ods(""))


@pytest.mark.parametrize("encoding", ["moon", "gb18030", "undefined"])
def test_a_sheet_that_names_a_wrong_encoding_is_read_as_what_it_is(encoding: str) -> None:
    far = b'<row r="70000"/></sheetData>'
    data = changed(GOOD, (SHEET, lambda xml: declared(encoding, xml.replace(b"</sheetData>", far))))
    assert values(data) == values(GOOD)


@pytest.mark.parametrize("part", [SHEET, r"xl/workbook\.xml", r"xl/_rels/workbook\.xml\.rels", r"xl/styles\.xml"])
@pytest.mark.parametrize("code", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_part_in_utf16_is_read_as_any_other(part: str, code: str) -> None:
    """Calamine finds no cell in such a sheet: a form would be missing, and its sums with it."""
    assert values(changed(GOOD, (part, lambda xml: xml.decode().encode(code)))) == values(GOOD)


def test_a_sheet_in_gbk_is_read() -> None:
    data = changed(GOOD, (SHEET, lambda xml: declared("GBK", xml).decode().encode("gbk")))
    assert values(data) == values(GOOD)


def values(data: bytes) -> list[tuple[str, object]]:
    return [(grid.sheet, grid.rows) for grid in read_book(data).grids]


def with_nameless(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {**parts, "": b"x"}.items():
            with archive.open(zipfile.ZipInfo(name), "w") as member:
                member.write(content)
    return buffer.getvalue()


def test_a_part_without_a_name_costs_no_other() -> None:
    sheets = [grid.sheet for grid in read_book(GOOD).grids]
    assert [grid.sheet for grid in read_book(with_nameless(parts_of(GOOD))).grids] == sheets


def test_a_member_without_a_name_costs_no_other_of_an_archive(tmp_path) -> None:
    (tmp_path / "x.zip").write_bytes(with_nameless({"a.xlsx": GOOD}))
    assert {item.file: item.status for item in check(tmp_path).submissions} == {
        "x.zip/a.xlsx": Status.PASSED, "x.zip/x.zip": Status.UNREADABLE,
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["moon", "idna", "undefined", "hex"])
def test_a_page_that_names_no_encoding_of_text(encoding: str) -> None:
    page = f"<meta charset={encoding}><table><tr><td>资金总额</table>"
    assert decoded(page.encode()) == page
    assert decoded(page.encode("gb18030")) == page


def test_a_wrong_byte_costs_one_letter() -> None:
    page = "<table><tr><td>项目名称<td>污水处理</table>"
    for code in ("utf-8", "gb18030"):
        assert "项目名称" in decoded(page.encode(code) + b"\xff")
    assert "项目名称" in decoded(f"<meta charset=gbk>{page}".encode("gb18030") + b"\xff")
