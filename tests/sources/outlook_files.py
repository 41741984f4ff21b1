"""Messages as Outlook saves them (.msg): an OLE container, written from a tree of names."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, MINI, SMALL = 512, 64, 4096
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
Tree = Mapping[str, Any]


def container(tree: Tree) -> bytes:
    """The container: storages are mappings, streams are bytes."""
    entries: list[dict[str, Any]] = [{"name": "Root Entry", "kind": 5, "data": b"", "child": FREE, "next": FREE}]
    _enter(tree, 0, entries)
    mini, minis = b"", []
    for entry in entries[1:]:
        if entry["kind"] == 2 and len(entry["data"]) < SMALL:
            count = -(-len(entry["data"]) // MINI)
            entry["start"] = len(minis) if count else END
            minis += [len(minis) + place + 1 for place in range(count - 1)] + [END] * bool(count)
            mini += entry["data"].ljust(count * MINI, b"\0")
    entries[0]["data"] = mini
    sectors: list[bytes] = []
    table: list[int] = []

    def put(data: bytes) -> int:
        start = len(sectors)
        count = -(-len(data) // SECTOR)
        sectors.extend(data[place * SECTOR : place * SECTOR + SECTOR].ljust(SECTOR, b"\0") for place in range(count))
        table.extend([start + place + 1 for place in range(count - 1)] + [END] * bool(count))
        return start if count else END

    for entry in entries:
        if entry["kind"] == 5 or (entry["kind"] == 2 and len(entry["data"]) >= SMALL):
            entry["start"] = put(entry["data"])
    minitable = put(b"".join(struct.pack("<I", place) for place in minis))
    directory = put(b"".join(map(_entry, entries)))
    count = 1
    while (len(table) + count) * 4 > count * SECTOR:
        count += 1
    first = len(table)
    table += [FAT] * count
    table += [FREE] * (count * SECTOR // 4 - len(table))
    sectors.extend(struct.pack("<128I", *table[place * 128 : place * 128 + 128]) for place in range(count))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, SMALL, minitable,
                        -(-len(minis) * 4 // SECTOR), END, 0)  # fmt: skip
    places = [first + place for place in range(count)] + [FREE] * (109 - count)
    return head + struct.pack("<109I", *places) + b"".join(sectors)


def _enter(tree: Tree, parent: int, entries: list[dict[str, Any]]) -> None:
    """The entries of a storage, each the right neighbour of the one before."""
    before = None
    for name, content in tree.items():
        place = len(entries)
        kind = 2 if isinstance(content, bytes) else 1
        entries.append({"name": name, "kind": kind, "data": content if kind == 2 else b"", "child": FREE, "next": FREE})
        if before is None:
            entries[parent]["child"] = place
        else:
            entries[before]["next"] = place
        before = place
        if kind == 1:
            _enter(content, place, entries)


def _entry(entry: Mapping[str, Any]) -> bytes:
    name = f"{entry['name']}\0".encode("utf-16-le")
    start = entry.get("start", 0)
    head = name.ljust(64, b"\0") + struct.pack(
        "<HBBIII", len(name), entry["kind"], 1, FREE, entry["next"], entry["child"]
    )
    return head + b"\0" * 36 + struct.pack("<IQ", start, len(entry["data"]))


def properties(head: int, texts: Mapping[int, str | bytes], numbers: Mapping[int, int | datetime]) -> dict[str, Any]:
    """Streams of one storage: text as UTF-16, bytes as they are, numbers and times in the list of properties."""
    listed = b"\0" * head
    tree: dict[str, Any] = {}
    for number, value in texts.items():
        kind = 0x001F if isinstance(value, str) else 0x0102
        data = value.encode("utf-16-le") if isinstance(value, str) else value
        tree[f"__substg1.0_{number:04X}{kind:04X}"] = data
        listed += struct.pack("<HHIII", kind, number, 6, len(data), 0)
    for number, value in numbers.items():
        if isinstance(value, datetime):
            listed += struct.pack("<HHIQ", 0x0040, number, 6, int((value - EPOCH).total_seconds()) * 10**7)
        else:
            listed += struct.pack("<HHIII", 0x0003, number, 6, value, 0)
    return {"__properties_version1.0": listed} | tree


def message(
    texts: Mapping[int, str | bytes],
    *attachments: Mapping[str, Any],
    numbers: Mapping[int, int | datetime] | None = None,
    inner: bool = False,
) -> dict[str, Any]:
    """The tree of a message; ``inner`` for one that is attached to another."""
    tree = properties(24 if inner else 32, texts, numbers or {})
    return tree | {f"__attach_version1.0_#{place:08X}": one for place, one in enumerate(attachments)}


def attachment(name: str, data: bytes, **more: Any) -> dict[str, Any]:
    return properties(8, {0x3707: name, 0x3701: data} | more.get("texts", {}), more.get("numbers", {}))


def attached_message(tree: Mapping[str, Any]) -> dict[str, Any]:
    return properties(8, {0x3001: "转发"}, {0x3705: 5}) | {"__substg1.0_3701000D": tree}
