"""Workbooks of Excel 97 by their records: code pages, text boxes, passwords, odd containers; and encrypted ones."""

from __future__ import annotations

import io
import struct

import pytest
from containers import TYPED, packed, parts_of
from hostile_cases import ods
from msoffcrypto.format.ooxml import OOXMLFile

from perfxl.formats import Unreadable, read_book
from perfxl.formats.ole_files import container

TEXTS = ("部门整体支出绩效目标申报表", "394.03万元")


def record(kind, body=b""):
    return struct.pack("<HH", kind, len(body)) + body


def records(*, page=1200, first=b"", behind=b"", row=0):
    """A workbook with two shared texts in A1 and B1 of its only sheet."""
    start = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + first
    start += record(0x42, struct.pack("<H", page))
    texts = b"".join(struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in TEXTS)
    strings = record(0xFC, struct.pack("<II", 2, 2) + texts)
    tab = struct.pack("<HBBB", 0, 0, 1, 0) + b"S"
    place = len(start) + len(record(0x85, bytes(4) + tab)) + len(strings) + 4
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    cells = b"".join(record(0xFD, struct.pack("<HHHI", row, col, 0, col)) for col in range(2))
    return (
        start
        + record(0x85, struct.pack("<I", place) + tab)
        + strings
        + record(0xA)
        + sheet
        + cells
        + behind
        + record(0xA)
    )


def texts_of(data):
    return tuple(cell.text for cell in read_book(data).grids[0])


TEXT_BOX = (
    record(0x1B6, bytes(18)) + record(0x3C, b"\x01" + "备注".encode("utf-16-le"))
    + record(0x3C, struct.pack("<HHI", 0, 60_000, 0) + struct.pack("<H", 60_000))
)  # fmt: skip


@pytest.mark.parametrize(
    "made",
    [records(), records(page=936), records(page=0x8001), records(page=1252), records(behind=TEXT_BOX)],
    ids=["1200", "936", "Macintosh", "1252", "a text box"],
)
def test_texts_are_read_as_they_are(made):
    assert texts_of(container(made)) == TEXTS


@pytest.mark.parametrize("size", [10, 4_000, 60_000, 8_000_000])
def test_records_of_any_length_and_without_a_container(size):
    much = record(0x1B6, bytes(8_000)) * (size // 8_000) + record(0x1B6, bytes(size % 8_000))
    made = records(behind=much)
    assert texts_of(container(made)) == TEXTS
    assert texts_of(made) == TEXTS
    assert texts_of(b"\r\n" + container(made)) == TEXTS


def test_a_far_cell_is_named():
    with pytest.raises(Unreadable) as caught:
        read_book(container(records(row=6_000)))
    assert caught.value.reason.zh.startswith("A6001 单元格离表格过远")


def kind_of(data):
    with pytest.raises(Unreadable) as caught:
        read_book(data)
    return caught.value.kind


def encrypted(password):
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(TYPED.read_bytes())).encrypt(password, out)
    return out.getvalue()


def test_a_password_is_told():
    locked = records(first=record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(range(48))))
    assert kind_of(container(locked)) == "encrypted"
    assert kind_of(locked) == "encrypted"
    assert kind_of(encrypted("1234")) == "encrypted"
    assert kind_of(encrypted("1234").replace(b'spinCount="100000"', b'spinCount="999999"')) == "encrypted"


def test_the_password_that_every_program_knows_is_none():
    assert [grid.rows for grid in read_book(encrypted("VelvetSweatshop")).grids] == [
        grid.rows for grid in read_book(TYPED.read_bytes()).grids
    ]


def test_a_password_of_an_open_document_is_told():
    secret = b"<manifest><encryption-data/></manifest>"
    assert kind_of(packed(parts_of(ods("")) | {"META-INF/manifest.xml": secret, "content.xml": b"\x01"})) == "encrypted"
