"""Workbooks whose parts and sheets are written in another way than Excel's: read as the same workbook."""

from __future__ import annotations

import re

import pytest
from containers import PASTED, TYPED, changed, packed, parts_of

from perfxl.formats import Unreadable, read_book

GOOD, SHARED = TYPED.read_bytes(), PASTED.read_bytes()
SHEETS = r"xl/worksheets/sheet\d+\.xml"
RELS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"


def seen(data):
    """What is read of a workbook: names, values, merged areas, what is hidden, and the details that are asked for."""
    book = read_book(data)
    return [
        (grid.sheet, [list(row) for row in grid.rows], sorted(grid.merges), grid.hidden_rows, grid.hidden)
        for grid in book.grids
    ], book.cells_without_value()


def sheet(old, new):
    """All sheets with other words in them, where they have the old ones."""

    def change(data):
        return packed({
            name: re.sub(old, new, content, flags=re.DOTALL) if re.fullmatch(SHEETS, name) else content
            for name, content in parts_of(data).items()
        })  # fmt: skip

    return change


def renamed(data, *pairs, also=()):
    """The package with parts of other names; ``also`` are further words that are replaced in what names them."""
    parts = parts_of(data)
    for old, new in pairs:
        parts = {name.replace(old, new): content for name, content in parts.items()}
    for name in [name for name in parts if name.endswith(".rels") or name == TYPES]:
        for old, new in (*pairs, *also):
            parts[name] = parts[name].replace(old.encode(), new.encode())
    return packed(parts)


def at_the_root(data):
    """A package without a folder for the workbook."""
    parts = {name.removeprefix("xl/"): content for name, content in parts_of(data).items()}
    for name in ("_rels/.rels", "_rels/workbook.xml.rels", TYPES):
        parts[name] = parts[name].replace(b"xl/", b"")
    return packed(parts)


def upper(data):
    return packed({
        name.upper() if name.startswith("xl/") else name: content for name, content in parts_of(data).items()
    })  # fmt: skip


def with_tab(data, tab, link="", part=None):
    parts = parts_of(data)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</sheets>", tab.encode() + b"</sheets>")
    parts[RELS] = parts[RELS].replace(b"</Relationships>", link.encode() + b"</Relationships>")
    return packed(parts | (part or {}))


OFFICE = "http://schemas.microsoft.com/office/2006/relationships"
MACRO = {"xl/macrosheets/sheet1.xml": b'<xm:macrosheet xmlns:xm="x"><sheetData/></xm:macrosheet>'}
UTF16 = '<?xml version="1.0" encoding="utf-16"?><DataMashup>eA==</DataMashup>'.encode("utf-16")
DOCTYPE = b'<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"/>'

SAME = {
    "workbook22.xml": lambda d: renamed(
        d, ("xl/workbook.xml", "xl/workbook22.xml"), ("_rels/workbook.xml", "_rels/workbook22.xml")),
    "no folder": at_the_root,
    "folder of another name": lambda d: renamed(d, ("xl/", "文档/"), also=(("/xl/", "/文档/"),)),
    "names in capitals": upper,
    "targets from the root": lambda d: changed(
        d, (re.escape(RELS), lambda x: re.sub(rb'Target="(?!/)', b'Target="/xl/', x))),
    "targets from the root without the stroke": lambda d: changed(
        d, (re.escape(RELS), lambda x: re.sub(rb'Target="(?!/)', b'Target="xl/', x))),
    "targets with a dot": lambda d: changed(
        d, (re.escape(RELS), lambda x: re.sub(rb'Target="(?!/)', b'Target="./', x))),
    "no list of links of the package": lambda d: packed(
        {name: content for name, content in parts_of(d).items() if name != "_rels/.rels"}),
    "a part in UTF-16 that nobody reads": lambda d: packed(parts_of(d) | {"customXml/item1.xml": UTF16}),
    "a document type in a part that nobody reads": lambda d: packed(parts_of(d) | {"customXml/item1.xml": DOCTYPE}),
    "wrong size": sheet(rb"<dimension[^>]*/>", b'<dimension ref="1:4"/>'),
    "size of columns": sheet(rb"<dimension[^>]*/>", b'<dimension ref="A:I"></dimension>'),
    "no size in words": sheet(rb"<dimension[^>]*/>", b'<dimension ref=""/>'),
    "line breaks round values": sheet(rb"<v>([^<]*)</v>", rb"<v>\n\1\n</v>"),
    "blanks round values": sheet(rb"<v>([^<]*)</v>", rb"<v> \1\t</v>"),
    "comments in values": sheet(rb"<v>(.)([^<]*)</v>", rb"<v>\1<!-- 9 -->\2</v>"),
    "CDATA in values": sheet(rb"<v>([^<]*)</v>", rb"<v><![CDATA[\1]]></v>"),
    "entities in values": sheet(rb"<v>1([^<]*)</v>", rb"<v>&#49;\1</v>"),
    "single quotes": sheet(rb'(<(?:c|row) [^>]*>)', lambda m: m[1].replace(b'"', b"'")),
    "another order of attributes": sheet(rb'<c (r="[^"]*") ([^>]*?)(/?)>', rb"<c \2 \1\3>"),
    "cells without addresses of rows": sheet(rb'<row r="\d+"', b"<row"),
    "results before formulas": sheet(rb"(<f>[^<]*</f>)(<v>[^<]*</v>)", rb"\2\1"),
    "comments between rows": sheet(rb"<row ", b'<!-- <row r="9"><c r="D6"><v>1</v></c></row> --><row '),
    "line breaks between cells": sheet(rb"(<c |<row |</row>)", rb"\n  \1"),
    "extensions in cells": sheet(rb"</v></c>", b"</v><extLst><ext/></extLst></c>"),
    "rows from last to first": sheet(
        rb"(?<=<sheetData>)(.*)(?=</sheetData>)",
        lambda m: b"".join(reversed(re.findall(rb"<row [^>]*/>|<row .*?</row>", m[1], re.DOTALL)))),
    "a far row in front": sheet(
        rb"<sheetData>", b'<sheetData><row r="60000"><c r="A60000"><v>1</v></c></row>'),
    "bytes in front": lambda d: b"\r\n" + d,
    "words in front": lambda d: b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n" + d,
    "bytes behind": lambda d: d + b"\r\n--boundary--\r\n",
}  # fmt: skip


@pytest.mark.parametrize("data", [GOOD, SHARED], ids=["texts in cells", "shared texts"])
@pytest.mark.parametrize("make", SAME.values(), ids=SAME)
def test_the_same_workbook_written_in_another_way(make, data):
    assert seen(make(data)) == seen(data)


@pytest.mark.parametrize(
    "make",
    [
        lambda d: with_tab(d, '<sheet name="空" sheetId="99" r:id=""/>'),
        lambda d: with_tab(d, '<sheet name="空" sheetId="99"/>'),
        lambda d: with_tab(
            d, '<sheet name="空" sheetId="99" state="hidden" r:id="rId99"/>',
            f'<Relationship Id="rId99" Type="{OFFICE}/xlMacrosheet" Target="macrosheets/sheet1.xml"/>', MACRO,
        ),
    ],
    ids=["no link", "nothing", "macros"],
)  # fmt: skip
def test_a_tab_without_cells_is_an_empty_sheet(make):
    data = seen(GOOD)[0]
    grids = read_book(make(GOOD)).grids
    assert [(grid.sheet, [list(row) for row in grid.rows]) for grid in grids[:-1]] == [one[:2] for one in data]
    assert (grids[-1].sheet, grids[-1].last_row) == ("空", 0)


def test_a_tab_that_has_lost_its_sheet_is_damage():
    link = '<Relationship Id="rId99" Type="x/worksheet" Target="worksheets/sheet99.xml"/>'
    with pytest.raises(Unreadable, match="damaged"):
        read_book(with_tab(GOOD, '<sheet name="甲" sheetId="99" r:id="rId99"/>', link))


def test_decoys_in_comments_are_no_sheets():
    decoy = b'<!-- <sheets><sheet name="x" sheetId="1" r:id="rId1"/></sheets> --><sheets>'
    assert seen(changed(GOOD, (r"xl/workbook\.xml", lambda xml: xml.replace(b"<sheets>", decoy)))) == seen(GOOD)


@pytest.mark.parametrize(
    ("cell", "value", "error"),
    [
        ('t="s"><v>9999</v>', "", "#REF!"),
        ('t="s"><v>甲</v>', "", "#REF!"),
        ('t="n"><v>17,5</v>', "17,5", None),
        ('t="odd"><v>17</v>', 17.0, None),
        ('t="e"><v>#SPILL!</v>', "", "#SPILL!"),
        ('t="b"><v>true</v>', True, None),
        ('t="s"><v></v>', "", None),
    ],
)
def test_a_value_that_is_none_costs_its_cell_alone(cell, value, error):
    data = changed(
        SHARED, (r"xl/worksheets/sheet3\.xml",
        lambda xml: re.sub(rb'<c r="E16"[^>]*>.*?</c>', f'<c r="E16" {cell}</c>'.encode(), xml)),
    )  # fmt: skip
    book, plain = read_book(data), read_book(SHARED)
    sheet_of = next(grid.sheet for grid, old in zip(book.grids, plain.grids, strict=True) if grid.rows != old.rows)
    grid = next(grid for grid in book.grids if grid.sheet == sheet_of)
    assert grid.value(16, 5) == value
    found = book.read_details(book.cells_without_value()).get((sheet_of, 16, 5))
    assert (found.error if found else None) == error


@pytest.mark.parametrize(
    ("area", "rows", "cols"),
    [("A:A", 5_000, 1), ("1:2", 2, 256), ("$B$2:$C$3", 2, 2), ("b2:c3", 2, 2), ("C3:B2", 2, 2)],
)
def test_merged_areas_as_people_and_programs_write_them(area, rows, cols):
    merged = b'<mergeCells><mergeCell ref="%s"/></mergeCells>' % area.encode()
    data = sheet(rb"<mergeCells.*</mergeCells>", merged)(GOOD)
    for grid in read_book(data).grids:
        for top, left, bottom, right in grid.merges:
            assert (bottom - top + 1, right - left + 1) == (rows, cols)
