"""Names, subjects, senders and times as mail programs write them: B056, B058, B059, and what follows no rule."""

import base64
import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import BOOK, HEAD, attached, digest, mail, part, text, workbook

from perfxl.sources.mail.attachments import Attachment
from perfxl.sources.mail.headers import clean
from perfxl.sources.mail.mime import parse

RARE = "镕喆堃㎡.xlsx"
NAME = "教育局绩效目标申报表.xlsx"
GBK = "".join(f"%{octet:02X}" for octet in NAME.encode("gbk"))


def word(content: str, charset: str = "gb2312", codec: str = "gbk", kind: str = "B") -> str:
    raw = content.encode(codec)
    said = base64.b64encode(raw).decode() if kind == "B" else "".join(f"={octet:02X}" for octet in raw)
    return f"=?{charset}?{kind}?{said}?="


def name_of(*headers: bytes | str) -> str:
    """What the only attachment of a mail is called, one part of which has these headers."""
    found = parse(mail(text(), part(BOOK, *headers)))
    assert [one.data for one in found.attachments] == [BOOK]
    return found.attachments[0].name


def disposition(parameters: bytes | str) -> str:
    raw = parameters if isinstance(parameters, bytes) else parameters.encode()
    return name_of(b"Content-Type: application/octet-stream", b"Content-Disposition: attachment; " + raw)


# ---------------------------------------------------------------- encoded words (B056)


@pytest.mark.parametrize("charset", ["gb2312", "GB2312", "gbk", "GB18030", "x-gbk", "cp936", "gb2312*zh"])
@pytest.mark.parametrize("kind", ["B", "Q", "b", "q"])
def test_gb2312_is_read_as_what_it_is_taken_for(charset, kind):
    said = word(RARE, charset, kind=kind.upper()).replace(f"?{kind.upper()}?", f"?{kind}?")
    assert disposition(f'filename="{said}"') == RARE
    assert disposition(f"filename={said}") == RARE
    assert name_of(f'Content-Type: application/octet-stream; name="{said}"') == RARE
    head = HEAD.replace(b"=?utf-8?B?5byg5LiJ?=", word("朱镕喆", charset).encode())
    found = parse(mail(text(), subject=word("堃县教育局申报表", charset), head=head))
    assert (found.subject, found.sender_name) == ("堃县教育局申报表", "朱镕喆")
    assert found.sender == "zhang.san@edu.example.gov.cn"


def test_a_character_cut_between_two_words_is_whole_again():
    raw = NAME.encode("gbk")
    for cut in range(1, len(raw)):
        pieces = " ".join(f"=?gbk?B?{base64.b64encode(piece).decode()}?=" for piece in (raw[:cut], raw[cut:]))
        assert parse(mail(subject=pieces)).subject == NAME
    whole = base64.b64encode(raw).decode().rstrip("=")
    for cut in range(1, len(whole)):
        assert parse(mail(subject=f"=?gbk?B?{whole[:cut]}?=\r\n =?gbk?B?{whole[cut:]}?=")).subject == NAME


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("=?utf-8?B?5byg?= =?utf-8?B?5LiJ?=", "张三"),
        ("=?utf-8?B?5byg?=\r\n\t=?gbk?B?yP0=?=", "张三"),
        ("=?utf-8?B?5byg?==?utf-8?B?5LiJ?=", "张三"),
        ("Re: =?utf-8?B?5byg?= (=?utf-8?B?5LiJ?=)", "Re: 张 (三)"),
        ("=?utf-8?Q?a_b=20c?=", "a b c"),
        ("=?nonsense?B?5byg5LiJ?=", "张三"),
        ("=?utf-8?B?***?= x", "x"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=??B?5byg5LiJ?=", "张三"),
        ("=?us-ascii?B?1cXI/Q==?=", "张三"),
        ("=?hz-gb-2312?Q?~{UEH}~}?=", "张三"),
        ("a\r\n b", "a b"),
        ("=?utf-8?B?YQ0KQmNjOiB4?=", "a  Bcc: x"),
        ("=?utf-8?Q?a=E2=80=A8Bcc:_x=C2=85y?=", "aBcc: xy"),
        ("=?utf-8?Q?a=00b=E2=80=AExslx.exe?=", "abxslx.exe"),
    ],
)
def test_words_of_every_make(raw, wanted):
    assert parse(mail(subject=raw)).subject == wanted


# ---------------------------------------------------------------- parameters (B058)


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param(f"filename*=gbk''{GBK}", id="one piece"),
        pytest.param(f"filename*0*=gbk''{GBK[:12]}; filename*1*={GBK[12:]}", id="at a character"),
        pytest.param(f"filename*0*=gbk''{GBK[:9]}; filename*1*={GBK[9:]}", id="between the bytes of a character"),
        pytest.param(f"filename*0*=gbk''{GBK[:11]}; filename*1*={GBK[11:]}", id="inside a triplet"),
        pytest.param(
            "; ".join(f"filename*{n}*={'' if n else 'gbk' + 2 * chr(39)}{GBK[n * 5 : n * 5 + 5]}" for n in range(12))
            + f"; filename*12*={GBK[60:]}", id="more than ten, in order"),
        pytest.param(
            f"filename*11*={GBK[55:]}; " + "; ".join(
                f"filename*{n}*={'' if n else 'gbk' + 2 * chr(39)}{GBK[n * 5 : n * 5 + 5]}" for n in range(11)
            ), id="more than ten, out of order"),
        pytest.param(f"filename*=''{GBK}", id="no charset"),
        pytest.param(f"filename*={GBK}", id="no charset and no marks"),
        pytest.param(f"filename*=x-gbk''{GBK}", id="another name of the charset"),
        pytest.param(f"filename*=nonsense''{GBK}", id="no such charset"),
        pytest.param(f"filename*=us-ascii''{GBK}", id="a charset that it is not"),
        pytest.param(f"filename*=gb2312'zh-cn'{GBK.lower()}", id="with a language"),
        pytest.param(f"filename*=utf-8''{quote(NAME)}", id="utf-8"),
        pytest.param(f"filename*=''{quote(NAME)}", id="utf-8 unsaid"),
        pytest.param(f"filename*=\"utf-8''{quote(NAME)}\"", id="in quotation marks"),
        pytest.param(f"filename*0*=utf-8''{quote(NAME[:-5])}; filename*1=.xlsx", id="a plain piece at the end"),
        pytest.param(f"filename=\"????.xlsx\"; filename*=utf-8''{quote(NAME)}", id="both, the plain one lost"),
        pytest.param(f'filename*0="{word(NAME[:5])}"; filename*1="{word(NAME[5:])}"', id="words in pieces"),
        pytest.param(f"FileName = {word(NAME)} ; size=100", id="blanks"),
    ],
)  # fmt: skip
def test_continued_names(parameters):
    assert disposition(parameters) == NAME


def test_percent_signs_of_a_plain_piece_are_its_own():
    assert disposition("filename*0*=utf-8''100%25; filename*1=\"%41.xlsx\"") == "100%%41.xlsx"


def test_of_two_names_the_whole_one_counts():
    kind = f'Content-Type: application/octet-stream; name="{word(NAME)}"'
    assert name_of(kind, 'Content-Disposition: attachment; filename="??????.xlsx"') == NAME
    assert name_of(kind, "Content-Disposition: attachment; filename*=utf-8''%EF%BF%BD.xlsx") == NAME
    assert name_of(kind, 'Content-Disposition: attachment; filename="short.xlsx"') == "short.xlsx"


# ---------------------------------------------------------------- raw bytes (B059)


@pytest.mark.parametrize("codec", ["gbk", "utf-8", "gb18030"])
@pytest.mark.parametrize("name", [NAME, "大碶街道办.xlsx", "镕喆.xlsx", "a；b.xlsx"])
def test_raw_bytes_are_read(codec, name):
    raw = name.encode(codec)
    assert disposition(b'filename="' + raw + b'"') == name
    assert disposition(b"filename=" + raw) == name
    assert name_of(b'Content-Type: application/vnd.ms-excel; name="' + raw + b'"') == name
    head = b'From: "' + "张三（财政）".encode(codec) + b'" <a@example.com>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0800\r\n'
    found = parse(mail(text(), subject=raw, head=head))
    assert (found.subject, found.sender_name, found.sender) == (name, "张三（财政）", "a@example.com")


def test_a_name_with_marks_in_it():
    assert disposition(b'filename="a;b \\"c\\" \\\\d.xlsx"; size=1') == 'a;b "c" \\d.xlsx'
    assert disposition(b'filename="C:\\Users\\x.xlsx"') == "C:\\Users\\x.xlsx"
    assert disposition(b'filename="unfinished.xlsx') == "unfinished.xlsx"


# ---------------------------------------------------------------- names that would lead elsewhere (B079)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../../x.xlsx", "../../x.xlsx"),
        ("..\\..\\x.xlsx", "..\\..\\x.xlsx"),
        ("/abs.xlsx", "/abs.xlsx"),
        ("a/b:c?.xlsx", "a/b:c?.xlsx"),
        ("CON.xlsx", "CON.xlsx"),
        ("x.xlsx. ", "x.xlsx."),
        ("名" * 300 + ".xlsx", "名" * 300 + ".xlsx"),
        ("a\r\nBcc: x@example.com\r\n.xlsx", "a  Bcc: x@example.com  .xlsx"),
        ("a\0b.xlsx", "ab.xlsx"),
        ("表\u202exslx.exe", "表xslx.exe"),
        ("=HYPERLINK(1).xlsx", "=HYPERLINK(1).xlsx"),
    ],
)
def test_a_name_is_text_on_one_line(name, wanted):
    found = parse(mail(text(), attached(name)))
    assert found.attachments == (Attachment(wanted, BOOK, digest(BOOK), "zhang.san@edu.example.gov.cn"),)


# ---------------------------------------------------------------- senders


@pytest.mark.parametrize(
    ("value", "address", "name"),
    [
        ("a@Example.COM", "a@example.com", ""),
        ("<A@example.com>", "a@example.com", ""),
        ("张三 <a@example.com>", "a@example.com", "张三"),
        ('"张三, 财政局" <a@example.com>', "a@example.com", "张三, 财政局"),
        ('"boss@example.com" <a@example.com>', "a@example.com", "boss@example.com"),
        ('"x <boss@example.com>" <a@example.com>', "a@example.com", "x <boss@example.com>"),
        ("=?utf-8?B?PGJvc3NAZXhhbXBsZS5jb20+?= <a@example.com>", "a@example.com", "<boss@example.com>"),
        (word("张三 <a@example.com>"), "a@example.com", "张三"),
        ("a@example.com (张三)", "a@example.com", ""),
        ("a@example.com, b@example.com", "a@example.com", ""),
        ("张三", "", "张三"),
        ("", "", ""),
        ("<>", "", "<>"),
        ("a@b@example.com", "", "a@b@example.com"),
        ('"\\"张三\\"" <a@example.com>', "a@example.com", "张三"),
        ("张\r\n 三 <a@example.com>", "a@example.com", "张 三"),
    ],
)
def test_who_sent_it(value, address, name):
    found = parse(mail(text(), head=b"From: " + value.encode() + b"\r\nReply-To: " + value.encode() + b"\r\n"))
    assert (found.sender, found.sender_name, found.reply_to) == (address, name, address)


# ---------------------------------------------------------------- ids and times


def test_what_a_reply_goes_back_to():
    ids = [f"<{number}@example.com>" for number in range(30)]
    folded = ("References: " + "\r\n\t".join(ids)).encode()
    found = parse(mail(text(), head=HEAD + folded + b"\r\nIn-Reply-To: <other@example.com>\r\n"))
    assert (found.message_id, found.references) == ("<1@example.gov.cn>", tuple(ids))
    assert parse(mail(text(), head=HEAD + b"In-Reply-To: <0@x> (from you)\r\n")).references == ("<0@x>",)


@pytest.mark.parametrize("value", ['"\\' * 45_000, "<a@" * 30_000, '"' * 90_000, "< " * 45_000])
def test_a_sender_that_is_made_to_take_time(value):
    assert parse(mail(text(), head=b"From: " + value.encode() + b"\r\n")).sender == ""


def test_of_very_many_references_the_first_and_the_newest_are_kept():
    ids = [f"<{number}@x>" for number in range(500)]
    found = parse(mail(text(), head=HEAD + b"References: " + " ".join(ids).encode() + b"\r\n")).references
    assert (len(found), found[0], found[1], found[-1]) == (100, "<0@x>", "<401@x>", "<499@x>")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("<a@b>", "<a@b>"), ("a@b", "<a@b>"), ("", ""), ("two words", ""), (" <a@b> junk", "<a@b>"), ("<<a@b>>", "<a@b>")],
)
def test_the_id_of_a_mail(value, wanted):
    assert parse(mail(text(), head=b"From: a@b\r\nMessage-ID: " + value.encode() + b"\r\n")).message_id == wanted


def test_when_it_was_sent_and_when_it_arrived():
    received = (
        b"Received: from b by c; Tue, 24 Nov 2026 08:00:05 +0800\r\n"
        b"Received: from a by b;\r\n\tMon, 23 Nov 2026 23:59:00 +0800 (CST)\r\n"
    )
    found = parse(mail(text(), head=received + HEAD))
    assert found.sent == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert found.received == datetime(2026, 11, 24, 0, 0, 5, tzinfo=UTC)
    told = datetime(2026, 11, 25, tzinfo=UTC)
    assert parse(mail(text(), head=received + HEAD), told).received == told
    assert parse(mail(text())).received is None


@pytest.mark.parametrize(
    "value", ["", "昨天", "Mon, 99 Nov 2026", "Mon, 23 Nov 99999 10:00:00 +0800", "0", "+9999999999"]
)
def test_a_time_that_is_none(value):
    assert parse(mail(text(), head=b"From: a@b\r\nDate: " + value.encode() + b"\r\n")).sent is None


# ---------------------------------------------------------------- what the standard library writes comes back

WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters="\ufffd"), min_size=1, max_size=60
).filter(lambda text: "=?" not in text and clean(text) == text and not re.search(r"\?\?|^_+\.|^\"|\"$", text))


@settings(max_examples=150)
@given(subject=WORDS, person=WORDS, names=st.lists(WORDS, min_size=1, max_size=3), said=WORDS)
def test_what_the_standard_library_writes_comes_back(subject, person, names, said):
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = Address(person, "zhang.san", "example.gov.cn")
    made.set_content(said, cte="base64")
    for place, name in enumerate(names):
        made.add_attachment(
            workbook(str(place)), maintype="application", subtype="octet-stream", filename=name + ".xlsx"
        )
    found = parse(made.as_bytes())
    assert [(one.name, one.data) for one in found.attachments] == [
        (f"{name}.xlsx", workbook(str(place))) for place, name in enumerate(names)
    ]
    assert (found.subject, found.sender) == (subject, "zhang.san@example.gov.cn")
    assert found.sender_name == person.strip("'\" ")
    assert found.problems == ()
