"""What came with a mail: B064, B065, B067, B068, and what is no attachment though it looks like one."""

import struct
import sys
from email import message_from_bytes
from pathlib import Path

import pytest
from draws import dice
from mails import BOOK, HEAD, PNG, attached, digest, forwarded, mail, nested, part, text, workbook

from perfxl.sources.mail import attachments
from perfxl.sources.mail.attachments import Attachment
from perfxl.sources.mail.mime import parse

sys.path.insert(0, str(Path(__file__).parents[2] / "samples" / "mailbox"))
import winmail

SENDER = "zhang.san@edu.example.gov.cn"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OTHER = workbook("other")


def names(raw):
    found = parse(raw)
    assert all(one.sha256 == digest(one.data) for one in found.attachments)
    return [one.name for one in found.attachments]


# ---------------------------------------------------------------- every way of attaching (B068)


@pytest.mark.parametrize(
    "headers",
    [
        [f"Content-Type: {XLSX}", 'Content-Disposition: inline; filename="x.xlsx"'],
        ['Content-Type: application/octet-stream; name="x.xlsx"'],
        [f'Content-Type: {XLSX}; name="x.xlsx"', "Content-ID: <1@phone>"],
        ['Content-Type: image/png; name="x.xlsx"'],
        ['Content-Type: text/plain; name="x.xlsx"', "Content-Disposition: attachment"],
        ['Content-Disposition: attachment; filename="x.xlsx"'],
        ["Content-Type: application/octet-stream", 'Content-Disposition: ATTACHMENT; FILENAME="x.xlsx"'],
        ['Content-Type: bad; name="x.xlsx"'],
    ],
)
def test_a_workbook_is_one_however_it_is_attached(headers):
    found = parse(mail(text(), part(BOOK, *headers)))
    assert found.attachments == (Attachment("x.xlsx", BOOK, digest(BOOK), SENDER),)
    assert (found.problems, found.text) == ((), "请查收。")


def test_phones_and_logos():
    logo = part(PNG, 'Content-Type: image/png; name="image001.png"', "Content-ID: <image001.png@01D>")
    inline = part(PNG, "Content-Type: image/png", 'Content-Disposition: inline; filename="logo.png"')
    page = mail(text("<p>见附件<img src='cid:image001.png@01D'></p>", kind="html"), logo, kind="multipart/related")
    first = part(BOOK, f"Content-Type: {XLSX}", 'Content-Disposition: inline; filename="甲.xlsx"'.encode())
    second = part(OTHER, 'Content-Type: application/octet-stream; name="b.xlsx"')
    assert names(mail(page[len(HEAD) :].partition(b"\r\n")[2], inline, first, second)) == ["甲.xlsx", "b.xlsx"]


@pytest.mark.parametrize(
    "extra",
    [
        part(b"0", 'Content-Type: application/pkcs7-signature; name="smime.p7s"'),
        part(b"0", 'Content-Type: application/octet-stream; name="smime.p7s"'),
        part(b"BEGIN:VCARD", "Content-Type: text/vcard", 'Content-Disposition: attachment; filename="card.vcf"'),
        part(b"BEGIN:VCALENDAR", 'Content-Type: text/calendar; name="invite.ics"'),
        part(b"\0\5\x16\7", 'Content-Type: application/applefile; name="x.xlsx"'),
        part(PNG, "Content-Type: image/png", 'Content-Disposition: attachment; filename="photo.png"'),
        part(b"more", 'Content-Type: text/plain; name="ATT00001.txt"', "Content-Disposition: attachment"),
        part(b"<p>more</p>", 'Content-Type: text/html; name="ATT00002.htm"', "Content-Disposition: attachment"),
        part(b"", "Content-Type: text/plain", encoding=""),
    ],
)
def test_what_comes_along_beside_a_workbook(extra):
    assert names(mail(text(), attached("x.xlsx"), extra)) == ["x.xlsx"]


def test_a_picture_alone_is_what_was_sent():
    photo = part(PNG, "Content-Type: image/png", 'Content-Disposition: attachment; filename="photo.png"')
    assert names(mail(text(), photo)) == ["photo.png"]
    named = part(PNG, f"Content-Type: {XLSX}", 'Content-Disposition: attachment; filename="x.xlsx"')
    assert names(mail(text(), named, attached("y.xlsx"))) == ["x.xlsx", "y.xlsx"]
    assert names(mail(text(), part(PNG, "Content-Type: image/png", "Content-ID: <1>"))) == []


def test_other_files_are_kept_for_the_checks_to_name():
    some = {"x.pdf": b"%PDF-1.4", "x.docx": b"PK\3\4word/", "x.rar": b"Rar!\x1a\7", "x.txt": b"text", "x.csv": b"a,b"}
    assert names(mail(text(), *(attached(name, data) for name, data in some.items()))) == list(some)


def test_a_file_without_a_name_gets_one():
    for data, name in ((BOOK, "未命名.xlsx"), (b"PK\3\4", "未命名.zip"), (b"\0\1", "未命名")):
        assert names(mail(text(), part(data, "Content-Type: application/octet-stream"))) == [name]


def test_encodings_of_the_content():
    for encoding, content in (
        ("7bit", b"abc"), ("8bit", "甲".encode("gbk")), ("quoted-printable", b"a=3Db"),
        ("x-uuencode", b"begin 644 x\n#86)C\n \nend"),
    ):  # fmt: skip
        wanted = {"quoted-printable": b"a=b", "x-uuencode": b"abc"}.get(encoding, content)
        raw = mail(text(), part(content, 'Content-Type: application/octet-stream; name="x.txt"', encoding=encoding))
        assert parse(raw).attachments[0].data.rstrip(b"\r\n") == wanted


def test_a_workbook_that_was_cut_off_is_there_as_far_as_it_goes():
    raw = mail(text(), attached("x.xlsx", BOOK * 20))
    cut = raw[: raw.rindex(b"Content-Transfer-Encoding: base64") + 600]
    found = parse(cut).attachments
    assert [one.name for one in found] == ["x.xlsx"]
    assert (BOOK * 20).startswith(found[0].data)
    assert len(found[0].data) > 300


# ---------------------------------------------------------------- the same name twice (B067)


def test_files_of_one_name_are_all_kept():
    raw = mail(text(), attached("申报表.xlsx"), attached("申报表.xlsx", OTHER), attached("申报表.XLSX", workbook("3")))
    found = parse(raw).attachments
    assert [one.name for one in found] == ["申报表.xlsx", "申报表.xlsx", "申报表.XLSX"]
    assert len({one.sha256 for one in found}) == 3
    again = parse(mail(text(), attached("a.xlsx"), attached("a.xlsx"))).attachments
    assert [one.sha256 for one in again] == [digest(BOOK)] * 2


# ---------------------------------------------------------------- mails in mails (B064)


@pytest.mark.parametrize("depth", [1, 2, 3, 8])
def test_a_workbook_in_forwarded_mails_is_found(depth):
    found = parse(nested(depth))
    inside = tuple(f"第{level}层" for level in range(1, depth + 1))
    assert found.attachments == (Attachment("申报表.xlsx", BOOK, digest(BOOK), f"u{depth}@example.gov.cn", inside),)
    assert (found.sender, found.subject, found.problems, found.text) == ("u0@example.gov.cn", "第0层", (), "转发")


@pytest.mark.parametrize("depth", [9, 20, 60])
def test_mails_too_deep_are_told(depth):
    found = parse(nested(depth))
    assert (found.attachments, found.problems, found.subject) == ((), (attachments.TOO_DEEP,), "第0层")


def test_a_mail_that_is_nothing_but_depth():
    raw = b"Content-Type: message/rfc822\r\n\r\n" * 20_000
    assert parse(HEAD + b"Subject: x\r\n" + raw).problems == (attachments.TOO_DEEP,)
    for depth, problem in ((1_200, attachments.TOO_DEEP), (3_000, attachments.TOO_TANGLED)):
        begun = (b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(depth))
        found = parse(HEAD + b"Subject: x\r\n" + b"".join(begun))
        assert (found.sender, found.problems) == (SENDER, (problem,))


@pytest.mark.parametrize("encoding", ["", "base64", "quoted-printable", "8bit"])
def test_a_forwarded_mail_however_it_is_encoded(encoding):
    inner = mail(text(), attached("教育局.xlsx"), subject="申报", head=b"From: in@example.com\r\n")
    content = inner
    if encoding == "quoted-printable":
        content = b"".join(b"=%02X" % octet if octet > 126 or octet == 61 else bytes([octet]) for octet in inner)
    found = parse(mail(text(), forwarded(content, encoding)))
    assert found.attachments == (Attachment("教育局.xlsx", BOOK, digest(BOOK), "in@example.com", ("申报",)),)


def test_a_mail_attached_as_a_file():
    inner = mail(text(), attached("x.xlsx"), subject="里面", head=b"From: in@example.com\r\n")
    found = parse(mail(text(), attached("转发.eml", inner)))
    assert found.attachments == (Attachment("x.xlsx", BOOK, digest(BOOK), "in@example.com", ("里面",)),)
    unsigned = mail(text(), attached("x.xlsx"), subject="里面", head=b"")
    assert parse(mail(text(), attached("转发.EML", unsigned))).attachments[0].sender == SENDER


# ---------------------------------------------------------------- winmail.dat (B065)


def winmail_mail(data: bytes, *headers: str) -> bytes:
    return mail(text(), part(data, *(headers or ('Content-Type: application/ms-tnef; name="winmail.dat"',))))


@pytest.mark.parametrize(
    "headers",
    [
        ('Content-Type: application/ms-tnef; name="winmail.dat"',),
        ('Content-Type: application/octet-stream; name="WINMAIL.DAT"',),
        ('Content-Type: application/octet-stream; name="ATT1.bin"',),
        ("Content-Type: application/ms-tnef",),
    ],
)
def test_the_workbooks_in_a_winmail_dat(headers):
    trailing = BOOK + b"\0\0\0"
    data = winmail.packed([("教育局申报表.xlsx", trailing), ("喆.xlsx", OTHER)])
    found = parse(winmail_mail(data, *headers))
    assert found.attachments == (
        Attachment("教育局申报表.xlsx", trailing, digest(trailing), SENDER),
        Attachment("喆.xlsx", OTHER, digest(OTHER), SENDER),
    )
    assert found.problems == ()


def test_a_winmail_dat_with_short_names_only():
    title = winmail.attribute(2, winmail.TITLE, "申报表.xls".encode("gbk") + b"\0")
    data = winmail.packed([])[:6] + title + winmail.attribute(2, winmail.DATA, BOOK)
    assert names(winmail_mail(data)) == ["申报表.xls"]


def test_properties_before_the_name():
    other = (
        struct.pack("<II", 0x37050003, 1)  # a number
        + struct.pack("<IIII", 0x370A0102, 1, 3, 0)  # bytes, filled up to four
        + struct.pack("<I16sII8s", 0x8001001E, b"g" * 16, 1, 5, b"named\0\0\0") + struct.pack("<II4s", 1, 3, b"ab\0")
        + struct.pack("<IIIHH", 0x66001002, 2, 1, 0, 2)[:8] + struct.pack("<II", 1, 2)  # a row of short numbers
    )  # fmt: skip
    content = struct.pack("<I", 5) + other + winmail.named("全称.xlsx")
    data = winmail.packed([])[:6] + winmail.attribute(2, winmail.DATA, BOOK)
    assert names(winmail_mail(data + winmail.attribute(2, winmail.PROPERTIES, content))) == ["全称.xlsx"]


@pytest.mark.parametrize(
    "data",
    [
        b"\x78\x9f\x3e\x22", b"\x78\x9f\x3e\x22\1\0junk after the signature", b"junk", b"", winmail.packed([]),
        winmail.packed([("x.xlsx", winmail.packed([("y.xlsx", BOOK)]))]),
        winmail.packed([])[:6] + winmail.attribute(1, 0x8000, b"") * 20_000,
    ],
)  # fmt: skip
def test_a_winmail_dat_that_holds_nothing_is_told(data):
    found = parse(winmail_mail(data))
    assert (found.attachments, found.problems) == ((), (attachments.WINMAIL,))
    assert "请改用纯文本/HTML 格式重发" in found.problems[0].zh


def test_a_damaged_winmail_dat_gives_what_came_before():
    data = winmail.packed([("a.xlsx", BOOK), ("b.xlsx", OTHER)])
    found = parse(winmail_mail(data[:-200]))
    assert ([one.name for one in found.attachments][:1], found.problems) == (["a.xlsx"], (attachments.WINMAIL,))


# ---------------------------------------------------------------- bounds, and mails that are none


def test_more_files_than_any_return_has():
    found = parse(mail(text(), *(attached(f"{number}.xlsx") for number in range(attachments.MAX_FILES + 5))))
    assert (len(found.attachments), found.problems) == (attachments.MAX_FILES, (attachments.TOO_MANY,))
    many = parse(mail(*(text() for _ in range(2_100)), attached("x.xlsx")))
    assert (many.attachments, many.problems) == ((), (attachments.TOO_MANY,))


def test_a_mail_too_large_keeps_its_head(monkeypatch):
    monkeypatch.setattr("perfxl.sources.mail.attachments.MAX_MAIL", 2_000)
    found = parse(mail(text(), attached("x.xlsx", BOOK * 50)))
    assert (found.attachments, found.problems) == ((), (attachments.TOO_LARGE,))
    assert (found.sender, found.subject, found.message_id) == (SENDER, "申报表", "<1@example.gov.cn>")


def test_an_encrypted_mail_is_told():
    for headers in (
        ['Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'],
        ['Content-Type: application/octet-stream; name="smime.p7m"'],
        ["Content-Type: application/pgp-encrypted"],
    ):
        found = parse(mail(text(), part(b"\x30\x82", *headers)))
        assert (found.attachments, found.problems) == ((), (attachments.SEALED,))


def test_a_boundary_that_is_not_there_is_told():
    raw = HEAD + b"Subject: x\r\nContent-Type: multipart/mixed\r\n\r\n--a\r\n\r\ntext\r\n--a--\r\n"
    found = parse(raw)
    assert (found.attachments, found.problems) == ((), (attachments.BROKEN,))


@pytest.mark.parametrize("raw", [b"", b"\0" * 100, b"text only", BOOK, PNG, b"\r\n\r\n", bytes(range(256)) * 10])
def test_what_is_no_mail_is_told(raw):
    found = parse(raw)
    assert attachments.NOT_A_MAIL in found.problems
    assert (found.sender, found.subject, found.automatic) == ("", "", None)


def test_no_bytes_make_it_fail():
    seeds = [nested(2), winmail_mail(winmail.packed([("x.xlsx", BOOK)])), mail(text(), attached("申报表.xlsx"))]
    chance = dice(7)
    for _ in range(300):
        raw = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 30)):
            place = chance.randrange(len(raw))
            raw[place : place + chance.choice((0, 1, 1, 5))] = chance.randbytes(chance.choice((0, 1, 1, 3)))
        found = parse(bytes(raw))
        for shown in (found.subject, found.sender_name, found.sender, *(one.name for one in found.attachments)):
            assert not set(shown) & set("\r\n\0")
            shown.encode()


def test_the_bytes_of_a_mail_with_raw_headers_stay_as_they_are():
    """B059: writing such a mail again must neither fail nor change it; nothing here ever writes one."""
    raw = mail(text(), subject="申报表".encode("gbk"))
    assert parse(raw).subject == "申报表"
    assert message_from_bytes(raw)["to"] == "budget@example.gov.cn"
