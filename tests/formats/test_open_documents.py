"""Spreadsheets of LibreOffice as other tools write them: read as the same spreadsheet."""

from __future__ import annotations

import re

import pytest
from containers import packed, parts_of
from hostile_cases import ods

from perfxl.formats import Unreadable, read_book

CELL = '<table:table-cell office:value-type="{}"{}><text:p>{}</text:p></table:table-cell>'
ROWS = (
    "<table:table-row>" + CELL.format("string", "", "项目 <text:span>支出</text:span> <text:span>表</text:span>")
    + CELL.format("float", ' office:value="17"', "17") + "</table:table-row>"
)  # fmt: skip
GOOD = ods(ROWS)


def content(change):
    parts = parts_of(GOOD)
    return packed(parts | {"content.xml": change(parts["content.xml"])})


def seen(data):
    return [(grid.sheet, [list(row) for row in grid.rows]) for grid in read_book(data).grids]


def indented(xml):
    return re.sub(rb"(<table:[^>]*>|</table:[^>]*>|</text:p>)", rb"\1\n    ", xml)


DOCTYPE = b'<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><m/>'
SAME = {
    "indented": lambda: content(indented),
    "comments between cells": lambda: content(lambda xml: re.sub(rb"(</table:table-cell>)", rb"\1<!-- x - y -->", xml)),
    "UTF-16": lambda: content(lambda xml: xml.decode().encode("utf-16")),
    "no type": lambda: packed({name: part for name, part in parts_of(GOOD).items() if name != "mimetype"}),
    "no manifest": lambda: packed({name: part for name, part in parts_of(GOOD).items() if "manifest" not in name}),
    "a document type in the manifest": lambda: packed(parts_of(GOOD) | {"META-INF/manifest.xml": DOCTYPE}),
    "one flat file": lambda: parts_of(GOOD)["content.xml"].replace(b"office:document-content", b"office:document"),
}


@pytest.mark.parametrize("make", SAME.values(), ids=SAME)
def test_the_same_spreadsheet_written_in_another_way(make):
    assert seen(make()) == seen(GOOD)
    assert seen(GOOD)[0][1][0][1] == 17


def test_entities_in_a_flat_file_are_refused():
    flat = SAME["one flat file"]().replace(b"<office:document", b'<!DOCTYPE x [<!ENTITY a "b">]><office:document', 1)
    with pytest.raises(Unreadable) as caught:
        read_book(flat)
    assert caught.value.kind == "unsafe"
