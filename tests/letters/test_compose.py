from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_readers import by_rfc_2047, by_rfc_2231, words

from perfxl.letters.compose import compose, write_draft
from perfxl.letters.letter import KINDS, REMINDERS, Letter, Original
from perfxl.model import UserError

NOW = datetime(2020, 3, 10, 9, tzinfo=timezone(timedelta(hours=8)))
SENDER = "jx@cz.example.gov.cn"
ORIGINAL = Original("<b@unit.example>", ("<a@unit.example>",), "报送2020年绩效目标申报表", NOW - timedelta(days=1))
LETTER = Letter(
    kind="passed",
    unit="某某局",
    to="unit@example.gov.cn",
    to_name="张三",
    original=ORIGINAL,
    round_title="2020年绩效目标申报",
    year=2020,
    deadline=date(2020, 3, 31),
    signature="某某市财政局",
    contact="李四，0734-0000000",
)


def raw(letter: Letter = LETTER, sender: str = SENDER, **more) -> bytes:
    return compose(
        letter, sender, **{"templates": None, "lang": "zh", "message_id": "<1@cz.example.gov.cn>", "date": NOW} | more
    )


def read(data: bytes) -> EmailMessage:
    mail = message_from_bytes(data, policy=policy.default)
    assert mail.defects == []
    return mail


def header(data: bytes, name: bytes, part: int = -1) -> bytes:
    """A header as it is in the last part (or another), folded."""
    return re.findall(rb"(?m)^%s:(?:.*\r\n)(?:[ \t].*\r\n)*" % name, data)[part].removesuffix(b"\r\n")


def test_a_whole_letter():
    assert raw(replace(LETTER, to_name="")).partition(b"\r\n\r\n")[0].decode().split("\r\n") == [
        "Date: Tue, 10 Mar 2020 09:00:00 +0800",
        "From: =?utf-8?b?5p+Q5p+Q5biC6LSi5pS/5bGA?=",
        " <jx@cz.example.gov.cn>",
        "To: unit@example.gov.cn",
        "Subject: =?utf-8?b?5Zue5aSN77ya44CQ5a6h5qC46YCa6L+H44CR5oql6YCBMjAyMA==?=",
        " =?utf-8?b?5bm057up5pWI55uu5qCH55Sz5oql6KGo?=",
        "Message-ID: <1@cz.example.gov.cn>",
        "In-Reply-To: <b@unit.example>",
        "References: <a@unit.example>",
        " <b@unit.example>",
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
        "X-Unsent: 1",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
    ]
    assert read(raw()).get_content() == (
        "某某局 张三：\r\n\r\n"
        "您好！贵单位于 2020年3月9日报送的2020年绩效目标申报材料已收到。"
        "经审核，未发现问题，审核通过，无需再次报送。\r\n\r\n"
        "感谢支持。\r\n\r\n如有疑问，请联系：李四，0734-0000000。\r\n\r\n"
        "某某市财政局\r\n2020年3月10日\r\n\r\n（本邮件由审核程序自动生成。）\r\n"
    )


def test_the_same_letter_is_the_same_bytes(tmp_path):
    book = tmp_path / "表.xlsx"
    book.write_bytes(b"PK")
    letter = replace(LETTER, attachments=(book, book))
    assert raw(letter) == raw(letter)
    assert raw(letter) != raw(letter, message_id="<2@cz.example.gov.cn>")
    assert raw(letter).isascii()
    assert re.sub(rb"\r\n", b"", raw(letter)).isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw(letter))


@pytest.mark.parametrize("kind", KINDS)
def test_letters_are_marked_as_automatic(kind):
    mail = read(raw(replace(LETTER, kind=kind)))
    assert mail["Auto-Submitted"] == ("auto-generated" if kind in REMINDERS else "auto-replied")
    assert (mail["X-Auto-Response-Suppress"], mail["X-Unsent"]) == ("All", "1")


# ---- threads (B073)

IDS = tuple(f"<{number:02d}.{'x' * 40}@unit.example>" for number in range(30))


@pytest.mark.parametrize(
    ("message_id", "references", "thread"),
    [
        ("<b@x>", ("<a@x>",), ("<a@x>", "<b@x>")),
        ("", ("<a@x>",), None),
        ("no id at all", (), None),
        ("<b@x>", IDS, (*IDS, "<b@x>")),
        ("<b@x>", ("<a@x>", "<b@x>", "<a@x>"), ("<a@x>", "<b@x>")),
        ("<b@x>", ("<a@x>\r\nBcc: <c@x>", "<张@x>", ""), ("<b@x>",)),
        ("<b@x>\r\nBcc: <c@x>", (), None),
        ("<b@x>", tuple(f"<{n}@x>" for n in range(500)), ("<0@x>", *(f"<{n}@x>" for n in range(450, 500)), "<b@x>")),
    ],
    ids=["usual", "no id", "no id but words", "30 folded", "twice", "injected", "injected id", "very long"],
)
def test_an_answer_stays_in_its_thread(message_id, references, thread):
    data = raw(replace(LETTER, original=replace(ORIGINAL, message_id=message_id, references=references)))
    mail = read(data)
    assert mail["In-Reply-To"] == (message_id if thread else None)
    assert (tuple(mail["References"].split()) if thread else mail["References"]) == thread
    assert "Bcc" not in mail
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("报送表", "回复：【审核通过】报送表"),
        ("回复：报送表", "回复：【审核通过】报送表"),
        ("Re: 答复: 转发：RE[2]: 报送表", "回复：【审核通过】报送表"),
        ("回复：回复：【未通过，10 处须改正】报送表", "回复：【审核通过】报送表"),
        ("回复：【未通过，10 处须改正】回复：【未通过，3 处须改正】报送表", "回复：【审核通过】报送表"),
        ("【急】报送表", "回复：【审核通过】【急】报送表"),
        ("Report: x", "回复：【审核通过】Report: x"),
        ("", "回复：【审核通过】2020年绩效目标申报"),
        ("回复：", "回复：【审核通过】2020年绩效目标申报"),
        ("报送\r\nBcc: <boss@example.gov.cn>\r\n\r\n正文", "回复：【审核通过】报送 Bcc: <boss@example.gov.cn> 正文"),
        ("长" * 200, f"回复：【审核通过】{'长' * 119}…"),
    ],
)
def test_the_subject_has_one_mark_of_a_reply(subject, answer):
    mail = read(raw(replace(LETTER, original=replace(ORIGINAL, subject=subject))))
    assert mail["Subject"] == answer
    assert "Bcc" not in mail


def test_a_reminder_answers_nothing():
    mail = read(raw(replace(LETTER, kind="reminder_missing", original=None)))
    assert (mail["Subject"], mail["In-Reply-To"], mail["References"]) == ("【催报】2020年绩效目标申报", None, None)


# ---- addresses


def test_whom_a_letter_is_from_and_to():
    mail = read(raw(sender="绩效科 <jx@cz.example.gov.cn>"))
    assert (str(mail["From"]), str(mail["To"])) == ("绩效科 <jx@cz.example.gov.cn>", "张三 <unit@example.gov.cn>")
    mail = read(raw(replace(LETTER, to_name='Zhang "S", <x@y>', signature="")))
    assert (mail["From"], mail["To"].addresses[0].display_name) == (SENDER, 'Zhang "S", <x@y>')
    assert mail["To"].addresses[0].addr_spec == "unit@example.gov.cn"


def test_a_unit_without_an_address_gets_a_draft_without_one():
    assert "To" not in read(raw(replace(LETTER, to="")))


@pytest.mark.parametrize(
    "to", ["unit", "a@b, c@d", "a@b\r\nBcc: c@d", "张三@example.gov.cn", "A <a@b>, c@d", "a b@c", "a@-b"]
)
def test_an_address_that_is_none_is_refused(to):
    with pytest.raises(UserError) as caught:
        raw(replace(LETTER, to=to))
    assert caught.value.reason.zh == (
        f"收件人“{' '.join(to.split())}”不是一个邮箱地址，应形如 name@example.gov.cn。"
        "请在应报单位名单或批次设置中改正。"
    )
    with pytest.raises(UserError, match="The sender"):
        raw(sender=to)


@pytest.mark.parametrize("message_id", ["", "a@b", "<a b@c>", "<a@b>\r\nBcc: c@d"])
def test_an_id_that_is_none_is_a_mistake_of_the_caller(message_id):
    with pytest.raises(ValueError, match="no Message-ID"):
        raw(message_id=message_id)


def test_a_kind_that_is_none_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="'lost' is no kind of letter"):
        replace(LETTER, kind="lost")


ANY = st.text(st.characters(codec=None), max_size=60)


@settings(max_examples=60)
@given(unit=ANY, name=ANY, subject=ANY, reason=ANY, title=ANY, file=ANY)
def test_nothing_that_a_unit_writes_makes_a_header_or_an_end(unit, name, subject, reason, title, file):
    letter = replace(
        LETTER,
        kind="not_a_return",
        unit=unit,
        to_name=name,
        original=replace(ORIGINAL, subject=subject),
        reason=reason,
        round_title=title,
        received=(file,),
    )
    data, plain = raw(letter), raw()
    names = [field for field, _ in message_from_bytes(data).items()]
    assert names == [field for field, _ in message_from_bytes(plain).items()]
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    body = message_from_bytes(data).get_payload(decode=True).decode()
    assert body.count("\r\n") - body.count("\n") == 0
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]|://|(?i:www\.)", body)
    assert read(data)["Subject"].startswith("回复：【附件不是申报表，请重新报送】")


# ---- attachments (B070)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = [
    "教育局2024年绩效目标申报表_审核意见.xlsx",
    "某某市经济技术开发区管理委员会（含所属事业单位）2024年部门整体支出绩效目标申报表_批注.xlsx",
    "镕喆堃㎡𠮷.xlsx",
    "report 1.xlsx",
    "a=?utf-8?q?x?=.xlsx",
    "100%；'*.xlsx",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_reader_has_the_name_of_an_attachment(name, tmp_path):
    book = tmp_path / name
    book.write_bytes(b"PK\3\4")
    data = raw(replace(LETTER, attachments=(book,)))
    disposition, kind = header(data, b"Content-Disposition"), header(data, b"Content-Type")
    shown = name.replace("?", "_").replace("*", "_")
    if shown.isascii():
        assert f'name="{shown}"'.encode() in disposition
    else:
        assert by_rfc_2231(disposition, "filename") == shown
    assert (by_rfc_2047(disposition, "filename"), by_rfc_2047(kind, "name")) == (shown, shown)
    assert kind.startswith(f"Content-Type: {XLSX};".encode())
    (part,) = read(data).iter_attachments()
    assert (part.get_filename(), part.get_content_type(), part.get_content()) == (shown, XLSX, b"PK\3\4")
    assert part.defects == []


def test_the_subject_reads_the_same_by_encoded_words_alone():
    data = raw(replace(LETTER, original=replace(ORIGINAL, subject=f"镕喆堃㎡𠮷 {'某局' * 20} =?x?=")))
    folded = header(data, b"Subject").decode().replace("\r\n", "").removeprefix("Subject: ")
    assert words(folded) == read(data)["Subject"] == f"回复：【审核通过】镕喆堃㎡𠮷 {'某局' * 20} =?x?="


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\u202excod.xlsx", "a_xcod.xlsx"),
        ('"a"; b.xlsx', "_a_; b.xlsx"),
        ("长" * 80 + ".xlsx", "长" * 60 + ".xlsx"),
        ("没有后缀", "没有后缀"),
        (".xlsx", "xlsx"),
        ("a.一二三四五六七八九", "a.一二三四五六七八九"),
    ],
)
def test_names_of_attachments_are_safe(name, shown, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"1")
    (part,) = read(raw(replace(LETTER, attachments=(path,)))).iter_attachments()
    assert part.get_filename() == shown


def test_files_that_are_too_large_are_left_out_and_listed(tmp_path):
    book, page, small = tmp_path / "某局_批注.xlsx", tmp_path / "错误报告.html", tmp_path / "说明.docx"
    with book.open("wb") as file:
        file.truncate(20 * 1024 * 1024)
    page.write_text("<p>错误</p>", "utf-8")
    small.write_bytes(b"PK")
    mail = read(raw(replace(LETTER, kind="failed", attachments=(book, page, small))))
    parts = list(mail.iter_attachments())
    assert [(part.get_filename(), part.get_content_type()) for part in parts] == [
        ("错误报告.html", "text/html"),
        ("说明.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ]
    body = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert (
        "随信附上：\n1. 错误报告.html\n2. 说明.docx\n"
        "以下文件因附件过大未随信发送，如需要请与我们联系：某局_批注.xlsx。\n"
    ) in body


def test_just_twenty_megabytes_go_along(tmp_path):
    book = tmp_path / "某局.xlsx"
    with book.open("wb") as file:
        file.truncate(20 * 1024 * 1024)
    assert [part.get_filename() for part in read(raw(replace(LETTER, attachments=(book,)))).iter_attachments()] == [
        "某局.xlsx"
    ]


def test_an_attachment_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        raw(replace(LETTER, attachments=(tmp_path / "x.xlsx",)))


def test_an_address_to_be_verified_learns_nothing(tmp_path):
    page = tmp_path / "错误报告.html"
    page.write_text("秘密", "utf-8")
    mail = read(raw(replace(LETTER, kind="to_verify", attachments=(page,))))
    assert not mail.is_multipart()


def test_drafts_have_safe_names(tmp_path):
    folder = tmp_path / "草稿"
    cases = {
        ("某某局", "failed", "zh"): "007_某某局_未通过.eml",
        ("Office", "reminder_missing", "en"): "007_Office_reminder_missing.eml",
        ("../../某局\\..:*\n", "passed", "zh"): "007__.._某局_..____通过.eml",
        ("", "unreadable", "zh"): "007_未识别单位_无法读取.eml",
        ("长" * 200, "to_verify", "zh"): f"007_{'长' * 60}_待核实.eml",
    }
    for (unit, kind, lang), name in cases.items():
        path = write_draft(folder, b"x\r\n", number="007", unit=unit, kind=kind, lang=lang)
        assert path == folder / name
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == sorted(cases.values())


def test_a_draft_is_whole_and_written_again_under_its_name(tmp_path):
    for raw in (b"one\r\n", b"two\r\n"):
        path = write_draft(tmp_path, raw, number="001", unit="某某局", kind="passed")
        assert path.read_bytes() == raw
    assert [path.name for path in tmp_path.iterdir()] == ["001_某某局_通过.eml"]
