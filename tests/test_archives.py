"""Archives as people send them: every file in them is checked or named, whatever the archive is like."""

import bz2
import gc
import gzip
import io
import lzma
import os
import random
import re
import shutil
import stat
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import py7zr
import pytest
from containers import CLEAN, TYPED, packed
from draws import dice

import perfxl
from perfxl import cli, sources
from perfxl.formats import Unreadable, errors
from perfxl.model import Text
from perfxl.sources import archive_members, archives
from perfxl.temp_folders import sweep

GOOD, FINE = TYPED.read_bytes(), CLEAN.read_bytes()
KEPT = "通过"


def put(folder, data, name="外层.zip"):
    path = folder / name
    path.write_bytes(data)
    return path


def seen(*inputs):
    """Display name -> status, or the reason in place of it where a file could not be read."""
    batch = perfxl.check(list(inputs))
    unread = {f.file: f.message for f in batch.findings if f.code == "FILE-01"}
    return {s.file: unread.get(s.file, s.status.value) for s in batch.submissions}


def raw_zip(*entries, flag=0, extra=b""):
    """A zip with names of any bytes: (raw name, content)."""
    out, directory = io.BytesIO(), b""
    for name, content in entries:
        body = zlib.compress(content)[2:-4]
        fields = (20, flag, 8, 0, 33, zlib.crc32(content), len(body), len(content), len(name), len(extra))
        directory += struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, *fields, 0, 0, 0, 0, out.tell()) + name + extra
        out.write(struct.pack("<4s5H3I2H", b"PK\3\4", *fields) + name + extra + body)
    start, count = out.tell(), len(entries)
    out.write(directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0))
    return out.getvalue()


def tar(entries, mode="w"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=tarfile.GNU_FORMAT) as archive:
        for name, content in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def seven(entries, **options):
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", **options) as archive:
        for name, content in entries.items():
            archive.writestr(content, name)
    return buffer.getvalue()


def vint(number):
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def rar(entries, method=0):
    """A RAR 5 archive whose files are stored as they are; with a ``method`` they say that they are packed."""

    def block(body):
        sized = vint(len(body)) + body
        return struct.pack("<I", zlib.crc32(sized)) + sized

    out = b"Rar!\x1a\x07\x01\x00" + block(vint(1) + vint(0) + vint(0))
    for name, content in entries.items():
        raw = name.encode()
        head = vint(2) + vint(2) + vint(len(content)) + vint(4) + vint(len(content)) + vint(0o100644)
        head += struct.pack("<I", zlib.crc32(content)) + vint(method << 7) + vint(1) + vint(len(raw)) + raw
        out += block(head) + content
    return out + block(vint(5) + vint(0) + vint(0))


TWO = {"教育局/申报表.xlsx": GOOD, "农业局.xlsx": FINE}
KINDS = {
    "zip": lambda: packed(TWO),
    "zip, stored": lambda: packed(TWO, zipfile.ZIP_STORED),
    "zip, bz2": lambda: packed(TWO, zipfile.ZIP_BZIP2),
    "zip, lzma": lambda: packed(TWO, zipfile.ZIP_LZMA),
    "tar": lambda: tar(TWO),
    "tar.gz": lambda: tar(TWO, "w:gz"),
    "tar.bz2": lambda: tar(TWO, "w:bz2"),
    "tar.xz": lambda: tar(TWO, "w:xz"),
    "7z": lambda: seven(TWO),
    "7z, bz2": lambda: seven(TWO, filters=[{"id": py7zr.FILTER_BZIP2}]),
    "rar": lambda: rar(TWO),
}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("name", ["外层.zip", "资料.xlsx", "无后缀"])
def test_every_kind_is_told_by_content(make, name, tmp_path):
    path = put(tmp_path, make(), name)
    assert seen(path) == {f"{name}/教育局/申报表.xlsx": "未通过", f"{name}/农业局.xlsx": KEPT}


def test_a_member_is_judged_like_the_file_itself(tmp_path):
    path = put(tmp_path, packed({"申报表.xlsx": GOOD}))
    ours, plain = perfxl.check(path), perfxl.check(TYPED)
    assert [(f.code, f.message, f.cells[:0]) for f in ours.findings] == [
        (f.code, f.message.replace(TYPED.name, "申报表.xlsx"), ()) for f in plain.findings
    ]
    assert {f.file for f in ours.findings} == {"外层.zip/申报表.xlsx"}
    assert len(perfxl.read(path).amounts) == len(perfxl.read(TYPED).amounts)


def test_archives_in_a_folder_and_in_archives(tmp_path):
    inner = packed({"a.xlsx": GOOD, "b.7z": seven({"c.xlsx": FINE})})
    put(tmp_path, tar({"里层.zip": inner}, "w:gz"), "全部.tgz")
    put(tmp_path, b"", "空.xlsx")
    found = seen(tmp_path)
    assert list(found) == ["全部.tgz/里层.zip/a.xlsx", "全部.tgz/里层.zip/b.7z/c.xlsx", "空.xlsx"]
    assert found["全部.tgz/里层.zip/b.7z/c.xlsx"] == KEPT


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_single_packed_file(pack, tmp_path):
    ending = {gzip.compress: "gz", bz2.compress: "bz2"}.get(pack, "xz")
    assert seen(put(tmp_path, pack(FINE), f"申报表.xlsx.{ending}")) == {f"申报表.xlsx.{ending}/申报表.xlsx": KEPT}


def test_an_office_document_is_no_archive(tmp_path):
    shuffled = dict(sorted({"z.xml": b"<z/>", **parts(FINE)}.items(), reverse=True))
    assert seen(put(tmp_path, packed(shuffled), "x.zip")) == {"x.zip": KEPT}


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# ---------------------------------------------------------------- names

NAMES = {
    "GBK": ("教育局/申报表.xlsx".encode("gbk"), 0, "教育局/申报表.xlsx"),
    "GBK that ends in a backslash": ("大碶/大碶.xlsx".encode("gbk"), 0, "大碶/大碶.xlsx"),
    "GB18030": ("㎡镕\U00020087.xlsx".encode("gb18030"), 0, "㎡镕\U00020087.xlsx"),
    "GBK that is valid UTF-8": ("隆.xlsx".encode("gbk"), 0, "隆.xlsx"),
    "UTF-8 without the mark": ("教育局/申报表.xlsx".encode(), 0, "教育局/申报表.xlsx"),
    "UTF-8 with the mark": ("教育局/申报表.xlsx".encode(), 0x800, "教育局/申报表.xlsx"),
    "backslashes": ("教育局\\申报表.xlsx".encode("gbk"), 0, "教育局/申报表.xlsx"),
    "up and out": (b"../../x.xlsx", 0, "x.xlsx"),
    "up and out, Windows": (b"..\\..\\x.xlsx", 0, "x.xlsx"),
    "a drive": (b"C:\\x.xlsx", 0, "x.xlsx"),
    "the root": (b"/abs.xlsx", 0, "abs.xlsx"),
    "no more than ASCII": (b"a b.xlsx", 0, "a b.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "flag", "name"), NAMES.values(), ids=NAMES)
def test_names_in_a_zip(raw, flag, name, tmp_path):
    assert seen(put(tmp_path, raw_zip((raw, FINE), flag=flag))) == {f"外层.zip/{name}": KEPT}


def test_the_name_in_utf8_beside_the_old_one(tmp_path):
    raw, good = b"______.xlsx", "教育局.xlsx".encode()
    for crc, name in ((zlib.crc32(raw), "教育局.xlsx"), (zlib.crc32(b"other"), "______.xlsx")):
        body = b"\1" + struct.pack("<I", crc) + good
        extra = struct.pack("<2H", 1, 1) + b"x" + struct.pack("<2H", 0x7075, len(body)) + body
        assert list(seen(put(tmp_path, raw_zip((raw, FINE), extra=extra)))) == [f"外层.zip/{name}"]


def test_no_name_is_garbled_by_chance():
    for text in ("隆重", "申报表", "编制", "é", "联通", "a", "部门整体支出绩效目标申报表"):
        for code in ("gbk", "utf-8"):
            if text != "é":
                assert archive_members.decoded_name(text.encode(code)) == text
    assert archive_members.decoded_name(b"\xff\xff") == b"\xff\xff".decode("cp437")


def test_names_in_a_tar_of_gbk(tmp_path):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", encoding="gbk", format=tarfile.GNU_FORMAT) as archive:
        info = tarfile.TarInfo("../大碶/申报表.xlsx")
        info.size = len(FINE)
        archive.addfile(info, io.BytesIO(FINE))
    assert seen(put(tmp_path, buffer.getvalue())) == {"外层.zip/大碶/申报表.xlsx": KEPT}


def test_two_members_of_one_name_are_both_checked(tmp_path):
    data = raw_zip((b"x.xlsx", FINE), (b"x.xlsx", GOOD), (b"X.xlsx", b""))
    assert list(seen(put(tmp_path, data))) == ["外层.zip/x.xlsx", "外层.zip/x (2).xlsx", "外层.zip/X.xlsx"]


@pytest.mark.parametrize(
    "name",
    ["__MACOSX/._申报表.xlsx", "甲/__MACOSX/x.xlsx", ".DS_Store", "甲/Thumbs.db", "~$申报表.xlsx", ".~申报表.xlsx"],
)
@pytest.mark.parametrize("make", [packed, tar, seven, rar])
def test_rubbish_is_no_submission(name, make, tmp_path):
    assert seen(put(tmp_path, make({name: b"x" * 163, "申报表.xlsx": FINE}))) == {"外层.zip/申报表.xlsx": KEPT}


def test_links_are_named_and_never_followed(tmp_path):
    link = zipfile.ZipInfo("甲.xlsx")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert seen(put(tmp_path, buffer.getvalue())) == {"外层.zip/甲.xlsx": archive_members.LINK.zh}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("乙.xlsx")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    assert seen(put(tmp_path, buffer.getvalue())) == {"外层.zip/乙.xlsx": archive_members.LINK.zh}


# ---------------------------------------------------------------- damaged, locked, empty


def flipped(data, part=0.5):
    out = bytearray(data)
    for place in range(int(len(out) * part), int(len(out) * part) + 8):
        out[place] ^= 0x55
    return bytes(out)


def test_a_damaged_member_costs_no_other(tmp_path):
    data = packed({"a.xlsx": GOOD, "b.xlsx": FINE})
    found = seen(put(tmp_path, flipped(data, 0.2)))
    assert found == {"外层.zip/a.xlsx": archive_members.DAMAGED_MEMBER.zh, "外层.zip/b.xlsx": KEPT}
    assert seen(put(tmp_path, flipped(rar(TWO), 0.2)))["外层.zip/农业局.xlsx"] == KEPT


@pytest.mark.parametrize(
    "make", [lambda: tar({"a.xlsx": FINE, "b.xlsx": GOOD}, "w:gz"), lambda: tar({"a.xlsx": FINE, "b.xlsx": GOOD})]
)
def test_a_tar_that_breaks_off_gives_what_comes_before(make, tmp_path):
    data = make()
    found = seen(put(tmp_path, data[: int(len(data) * 0.8)]))
    assert found["外层.zip/a.xlsx"] == KEPT
    assert set(found.values()) - {KEPT} <= {archive_members.DAMAGED.zh, archive_members.DAMAGED_MEMBER.zh}
    assert len(found) > 1


@pytest.mark.parametrize("packer", [gzip, bz2, lzma])
def test_a_stream_that_is_damaged_before_its_first_member_is_named(packer, tmp_path):
    """No archive of files is known yet then: whatever the packer's library raises is to cost no other file."""
    data = packer.compress(random.Random(1).randbytes(2000) + tar(TWO))
    put(tmp_path, data[:12] + b"\xff" * 40 + data[52:])
    put(tmp_path, FINE, "好.xlsx")
    found = seen(tmp_path)
    assert found.pop("好.xlsx") == KEPT
    assert set(found.values()) <= {archive_members.DAMAGED.zh, archive_members.DAMAGED_MEMBER.zh}
    assert found


@pytest.mark.parametrize("at", [0.2, 0.7, 0.97])
def test_a_damaged_7z_is_named(at, tmp_path):
    found = seen(put(tmp_path, flipped(seven({"a.xlsx": FINE, "b.xlsx": GOOD}), at)))
    assert found.pop("外层.zip") == archive_members.DAMAGED.zh
    assert set(found.values()) <= {KEPT}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("make", [packed, tar, seven, rar], ids=["zip", "tar", "7z", "rar"])
def test_garbage_never_crashes(make, seed, tmp_path):
    chance = dice(seed)
    data = bytearray(make({"a.xlsx": chance.randbytes(3000), "b.txt": chance.randbytes(500)}))
    for _ in range(chance.choice([3, 30, 300])):
        data[chance.randrange(8, len(data))] = chance.randrange(256)
    assert seen(put(tmp_path, bytes(data[: chance.randint(300, len(data))])))


def encrypted_zip(*locked):
    """Some members carry the mark of a password."""
    data = bytearray(packed(TWO))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        where = archive.start_dir
    for info in infos:
        if info.filename in locked:
            data[info.header_offset + 6] |= 1
            data[where + 8] |= 1
        where += 46 + len(info.filename.encode()) + len(info.extra)
    return bytes(data)


def test_locked_members_are_one_finding(tmp_path):
    found = seen(put(tmp_path, encrypted_zip("农业局.xlsx")))
    assert found == {
        "外层.zip/教育局/申报表.xlsx": "未通过",
        "外层.zip": "压缩包设有密码，“农业局.xlsx”未读取。请去掉密码重新压缩后报送。",
    }
    assert seen(put(tmp_path, encrypted_zip(*TWO))) == {"外层.zip": archive_members.LOCKED_WHOLE.zh}


@pytest.mark.parametrize("hidden", [False, True])
def test_a_locked_7z(hidden, tmp_path):
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", password="1", header_encryption=hidden) as archive:  # noqa: S106
        archive.writestr(FINE, "a.xlsx")
    assert seen(put(tmp_path, buffer.getvalue())) == {"外层.zip": archive_members.LOCKED_WHOLE.zh}


@pytest.mark.parametrize("make", [packed, tar, seven, rar])
def test_an_archive_with_nothing_in_it(make, tmp_path):
    assert seen(put(tmp_path, make({".DS_Store": b"x"}))) == {"外层.zip": archives.NOTHING.zh}


def test_a_packed_rar_needs_a_program(tmp_path, monkeypatch):
    path = put(tmp_path, rar({"a.xlsx": FINE, "b.xlsx": GOOD}, method=3))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    forget_tools()
    assert seen(path) == {"外层.zip": archive_members.NO_TOOL.zh}


def test_a_packed_rar_is_unpacked_by_what_is_installed(tmp_path, monkeypatch):
    """A stand-in for unrar: it gives the workbook whatever it is asked for."""
    tools = tmp_path / "bin"
    tools.mkdir()
    script = tools / "unrar"
    script.write_text(f'#!/bin/sh\n[ -z "$1" ] || [ "$1" = -inul ] || cat \'{CLEAN}\'\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{Path(shutil.which('cat')).parent}")
    forget_tools()
    assert seen(put(tmp_path, rar({"a.xlsx": FINE}, method=3))) == {"外层.zip/a.xlsx": KEPT}


@pytest.fixture(autouse=True)
def _other_tools_next_time():
    yield
    forget_tools()


def forget_tools():
    """rarfile looks for its program once."""
    import rarfile

    rarfile.CURRENT_SETUP = None


# ---------------------------------------------------------------- bombs


def test_a_member_that_no_return_is(tmp_path):
    data = packed({"弹.xlsx": bytes(300 * 2**20), "好.xlsx": FINE})
    assert seen(put(tmp_path, data)) == {"外层.zip/弹.xlsx": archive_members.TOO_LARGE.zh, "外层.zip/好.xlsx": KEPT}
    assert errors.MAX_FILE == archive_members.MAX_MEMBER


@pytest.mark.parametrize(("declared", "says"), [(10, "已损坏"), (2**31, "文件没有内容")])
def test_a_size_that_lies(declared, says, tmp_path):
    """A member is never more than it says, and less is what it is."""
    data = bytearray(raw_zip((b"a.xlsx", bytes(3 * 2**20)), (b"b.xlsx", FINE)))
    for place in (22, data.index(b"PK\1\2") + 24):
        data[place : place + 4] = struct.pack("<I", declared)
    found = seen(put(tmp_path, bytes(data)))
    assert found["外层.zip/b.xlsx"] == KEPT
    assert says in found["外层.zip/a.xlsx"]


def test_the_whole_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_members, "MAX_UNPACKED", 2**20)
    zeros = {f"{n}.xlsx": bytes(2**19) for n in range(8)}
    for data in (packed(zeros), packed({"里.zip": packed(zeros)}), tar(zeros), seven(zeros), rar(zeros)):
        reasons = [status for status in seen(put(tmp_path, data)).values() if "内容过多" in status]
        assert reasons == [archive_members.TOO_MUCH.zh]


def test_what_is_skipped_is_counted_too(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_members, "MAX_UNPACKED", 2**20)
    data = gzip.compress(tar({"__MACOSX/x": bytes(2**23), "a.xlsx": FINE}))
    assert seen(put(tmp_path, data)) == {"外层.zip": archive_members.TOO_MUCH.zh}


def test_too_many_members_and_archives(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_members, "MAX_MEMBERS", 3)
    found = seen(put(tmp_path, packed({f"{n}.txt": b"%d" % n for n in range(9)})))
    assert (len(found), found["外层.zip"]) == (4, archive_members.TOO_MUCH.zh)
    monkeypatch.undo()
    monkeypatch.setattr(archive_members, "MAX_ARCHIVES", 3)
    found = seen(put(tmp_path, packed({f"{n}.zip": packed({"a.txt": b"%d" % n}) for n in range(9)})))
    assert [status for status in found.values() if "内容过多" in status]
    assert sum(name.endswith("a.txt") for name in found) == 2


def test_archives_nested_too_deep(tmp_path):
    data = FINE
    for number in range(6):
        data = packed({f"{number}.zip" if number else "a.xlsx": data})
    assert seen(put(tmp_path, data)) == {"外层.zip/5.zip/4.zip/3.zip/2.zip": archives.TOO_DEEP.zh}


def test_a_directory_larger_than_any(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_members, "MAX_DIRECTORY", 100)
    assert seen(put(tmp_path, packed(TWO))) == {"外层.zip": archive_members.TOO_MUCH.zh}


# ---------------------------------------------------------------- through the house


def test_workers_read_what_was_unpacked(tmp_path):
    data = packed({f"{n}.xlsx": FINE + bytes(n) for n in range(1, 4)} | {"坏.xlsx": b""})
    path = put(tmp_path, data)
    alone = perfxl.check(path)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        batch = perfxl.check(path, executor=pool)
    assert [(s.file, s.status) for s in batch.submissions] == [(s.file, s.status) for s in alone.submissions]
    assert batch.findings == alone.findings


def test_reports_of_members_lie_under_out(tmp_path):
    path = put(tmp_path, raw_zip((b"../../evil.xlsx", GOOD), ("教育局/申报表.xlsx".encode("gbk"), GOOD + b"\0")))
    out = tmp_path / "结果"
    before = set(tmp_path.rglob("*"))
    assert cli.run(["check", str(path), "--out", str(out)]) == 1
    written = set(tmp_path.rglob("*")) - before
    assert all(p == out or out in p.parents for p in written)
    copies = sorted(p.name for p in written if "批注" in p.name)
    assert copies == ["evil_批注.xlsx", "申报表_批注.xlsx"]


def test_what_was_unpacked_goes_with_the_batch(tmp_path):
    batch = perfxl.check(put(tmp_path, packed(TWO)))
    folder = {path.parent for path in batch.paths.values()}.pop()
    assert folder.is_dir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not {path.name for path in folder.iterdir()} & {"申报表.xlsx"}
    del batch
    assert not folder.exists()


def test_what_a_killed_run_unpacked_goes_with_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    old, new, ours = f"perfxl-{dead.pid}-old", f"perfxl-{dead.pid}-new", f"perfxl-{os.getpid()}-ours"
    names = {old: 7200, new: 0, ours: 7200, "perfxl-x": 7200}
    for name, age in names.items():
        (tmp_path / name).mkdir()
        put(tmp_path / name, b"", "000001")
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    sweep.cache_clear()
    assert len(seen(put(tmp_path, packed(TWO)))) == 2
    gc.collect()
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == set(names) - {old}


def test_plain_files_leave_no_folder(tmp_path):
    files, _ = sources.collect([put(tmp_path, FINE, "x.xlsx")])
    assert [(item.folder, item.reason) for item in files] == [(None, None)]


def test_reading_a_locked_archive_raises(tmp_path):
    path = put(tmp_path, encrypted_zip(*TWO))
    with pytest.raises(Unreadable, match="password"):
        perfxl.read(path)


def test_every_reason_ends_and_says_what_to_do():
    for name, text in vars(archives).items():
        if isinstance(text, Text):
            assert text.zh.endswith("。"), name
            assert text.en.endswith("."), name
            assert not re.search(r"Error|CRC", text.zh)


def test_the_page_of_formats_gives_the_limits_that_hold():
    from perfxl.formats import office

    page = (Path(__file__).parents[1] / "docs/formats.md").read_text("utf-8")
    size, files, nested = archive_members.MAX_MEMBER, archive_members.MAX_MEMBERS, archive_members.MAX_ARCHIVES
    assert f"{size >> 20} MB a file, 1 GB, {files:,} files and {nested} arch" in page
    assert (archive_members.MAX_UNPACKED, archives.MAX_DEPTH, errors.MAX_COLS) == (2**30, 4, 256)
    assert f"below row {errors.MAX_ROWS:,}" in page
    assert f"at most {office.TIMEOUT} seconds" in page
