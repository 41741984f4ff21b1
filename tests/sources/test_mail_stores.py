"""Where mails lie: files, folders, .mbox (B076, B077), Maildir, and messages that Outlook saved."""

import mailbox
import os
from datetime import UTC, datetime

import outlook_files as outlook
import pytest
from mails import BOOK, HEAD, PNG, attached, digest, mail, part, text, workbook

from perfxl.sources.mail import attachments, stores
from perfxl.sources.mail.attachments import Attachment
from perfxl.sources.mail.fetch import Fetched, fetch
from perfxl.sources.mail.mime import parse
from perfxl.sources.mail.stores import MailError

FIRST = mail(text(), attached("x.xlsx"), subject="一")
SECOND = mail(text(), attached("x.xlsx", workbook("2")), subject="二")
LINE = b"From a@example.com Mon Nov 23 10:00:00 2026\r\n"


def no_password(account):
    raise AssertionError(f"asked for the password of {account}")


def fetched(source, known=()):
    return list(fetch(str(source), set(known).__contains__, no_password))


def raws(source):
    found = fetched(source)
    assert [one.key for one in found] == [f"sha256:{digest(one.raw)}" for one in found]
    return [one.raw for one in found]


def reason(source):
    with pytest.raises(MailError) as caught:
        fetched(source)
    return caught.value.reason.zh


# ---------------------------------------------------------------- files and folders


def test_one_file(tmp_path):
    (tmp_path / "x.eml").write_bytes(FIRST)
    assert fetched(tmp_path / "x.eml") == [Fetched(f"sha256:{digest(FIRST)}", FIRST)]


def test_a_folder_with_folders_in_it(tmp_path):
    for place, raw in {"b.eml": FIRST, "a.EML": SECOND, "丙/c.eml": FIRST, "丙/d/e.eml": b"From: x\n\n"}.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(raw)
    for other in ("说明.txt", "申报表.xlsx", "._b.eml", "丙/名单.csv"):
        (tmp_path / other).write_bytes(FIRST)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert raws(tmp_path) == [SECOND, FIRST, FIRST, b"From: x\n\n"]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_what_is_known_is_not_given_again(tmp_path):
    (tmp_path / "a.eml").write_bytes(FIRST)
    (tmp_path / "b.eml").write_bytes(SECOND)
    (tmp_path / "c.mbox").write_bytes(LINE + FIRST + b"\r\n" + LINE + SECOND + b"\r\n")
    keys = [one.key for one in fetched(tmp_path)]
    assert keys == [f"sha256:{digest(raw)}" for raw in (FIRST, SECOND, FIRST, SECOND)]
    assert [one.raw for one in fetched(tmp_path, keys[:1])] == [SECOND, SECOND]
    assert fetched(tmp_path, keys) == []


def test_links_lead_nowhere(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.eml").write_bytes(SECOND)
    (tmp_path / "in" / "x.eml").write_bytes(FIRST)
    try:
        (tmp_path / "in" / "y.eml").symlink_to(tmp_path / "secret.eml")
        (tmp_path / "in" / "z").symlink_to(tmp_path, target_is_directory=True)
    except OSError as error:
        pytest.skip(f"no links here: {error}")
    assert raws(tmp_path / "in") == [FIRST]


def test_a_source_that_cannot_be_opened_is_told(tmp_path):
    (tmp_path / "x.txt").write_bytes("说明".encode())
    (tmp_path / "x.xlsx").write_bytes(BOOK)
    assert reason(tmp_path / "没有") == f"没有这个文件或文件夹：{tmp_path / '没有'}。请检查路径。"
    assert reason(tmp_path).startswith(f"文件夹里没有邮件（.eml、.msg、.mbox）：{tmp_path}。")
    for name in ("x.txt", "x.xlsx"):
        assert reason(tmp_path / name).startswith(f"这不是邮件文件：{tmp_path / name}。")
    for source in ("imap://a@example.com/INBOX", "https://mail.example.com", "pop3s://a@example.com"):
        assert reason(source).startswith(f"不支持这种地址：{source.partition(':')[0]}://。")


def test_what_is_no_file_is_not_waited_for(tmp_path):
    (tmp_path / "a.eml").write_bytes(FIRST)
    os.mkfifo(tmp_path / "f.eml")
    assert raws(tmp_path) == [FIRST]


def test_a_file_that_went_away_is_told_after_the_others(tmp_path, monkeypatch):
    for name, raw in {"a.eml": FIRST, "b.eml": SECOND}.items():
        (tmp_path / name).write_bytes(raw)
    listed = [tmp_path / "没有.eml", tmp_path / "a.eml", tmp_path / "b.eml"]
    monkeypatch.setattr(stores, "_in_folder", lambda _: listed)
    found: list[Fetched] = []
    with pytest.raises(MailError) as caught:
        found.extend(fetch(str(tmp_path), lambda _: False, no_password))
    assert [one.raw for one in found] == [FIRST, SECOND]
    assert caught.value.reason.zh.startswith(f"无法打开：{tmp_path / '没有.eml'}（")


# ---------------------------------------------------------------- .mbox (B076, B077)


def test_an_mbox_gives_what_was_put_into_it(tmp_path):
    store = mailbox.mbox(tmp_path / "x.mbox")
    made = [
        b"From: a@example.com\nSubject: x\n\nFrom the bureau: please see\n>From here\n\nFrom there",
        b"From: b@example.com\nSubject: y\n\nb\n",
        FIRST.replace(b"\r\n", b"\n"),
    ]
    for raw in made:
        store.add(raw)
    store.close()
    found = raws(tmp_path / "x.mbox")
    assert [one.replace(b">From", b"From").strip() for one in found] == [
        one.replace(b">From", b"From").strip() for one in made
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_of_the_text_that_begins_with_from_ends_no_mail(tmp_path, end):
    said = (
        b"From the bureau: please see" + end + end + b"From Monday on: Nov 23 10:00" + end
        + b"From a@example.com Mon Nov 23 10:00:00 2026" + end + b"no header" + end
    )  # fmt: skip
    first = FIRST.replace(b"\r\n", end) + said
    second = SECOND.replace(b"\r\n", end)
    line = LINE.replace(b"\r\n", end)
    (tmp_path / "x").write_bytes(line + first + end + line + second + end)
    assert raws(tmp_path / "x") == [first, second]
    assert [one.data for raw in raws(tmp_path / "x") for one in parse(raw).attachments] == [BOOK, workbook("2")]


@pytest.mark.parametrize(
    "line",
    [
        b"From a@example.com Mon Nov 23 10:00:00 2026", b"From a@example.com  Mon Nov  2 10:00 2026",
        b"From - Mon Nov 23 10:00:00 2026", b"From MAILER-DAEMON Mon Nov 23 10:00:00 2026 +0800",
        b"From 123@xxx Mon Nov 23 10:00:00 +0000 2026", b"From \"a b\"@example.com Mon Nov 23 10:00:00 CST 2026",
        b"From Mon Nov 23 10:00:00 2026", b"From a@example.com Mon, 23 Nov 2026 10:00:00 +0800",
    ],
)  # fmt: skip
def test_separators_of_many_programs(tmp_path, line):
    (tmp_path / "x.mbox").write_bytes(b"\r\n".join((line, FIRST, line, SECOND, b"")))
    assert raws(tmp_path / "x.mbox") == [FIRST, SECOND]


def test_quoted_lines_are_as_they_were(tmp_path):
    raw = b"From: a@example.com\n\n>From here\n>>From there\n> From\n"
    (tmp_path / "x.mbox").write_bytes(LINE.replace(b"\r", b"") + raw + b"\n")
    assert raws(tmp_path / "x.mbox") == [b"From: a@example.com\n\nFrom here\n>From there\n> From\n"]


def test_a_mail_too_large_in_an_mbox_costs_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr("perfxl.sources.mail.stores.MAX_MAIL", 5_000)
    monkeypatch.setattr("perfxl.sources.mail.attachments.MAX_MAIL", 5_000)
    large = mail(text("甲" * 9_000), subject="大")
    (tmp_path / "x.mbox").write_bytes(LINE + large + b"\r\n" + LINE + FIRST + b"\r\n")
    found = [parse(raw) for raw in raws(tmp_path / "x.mbox")]
    assert [(one.subject, one.problems) for one in found] == [("大", (attachments.TOO_LARGE,)), ("一", ())]


def test_two_mails_that_share_an_id_are_two(tmp_path):
    (tmp_path / "x.mbox").write_bytes(LINE + FIRST + b"\r\n" + LINE + SECOND + b"\r\n")
    found = fetched(tmp_path / "x.mbox")
    assert len({one.key for one in found}) == 2
    assert {parse(one.raw).message_id for one in found} == {"<1@example.gov.cn>"}


# ---------------------------------------------------------------- Maildir


def test_a_maildir(tmp_path):
    store = mailbox.Maildir(tmp_path / "dir")
    for name in ("cur", "new", "tmp"):
        (tmp_path / "dir" / name).mkdir(exist_ok=True)
    assert fetched(tmp_path / "dir") == []
    (tmp_path / "dir/new/1795400000.M1P1.host").write_bytes(SECOND)
    (tmp_path / "dir/cur/1795300000.M1P1.host:2,S").write_bytes(FIRST)
    (tmp_path / "dir/tmp/1795200000.M1P1.host").write_bytes(b"From: half")
    found = fetched(tmp_path / "dir")
    assert [(one.raw, one.received) for one in found] == [
        (FIRST, datetime.fromtimestamp(1795300000, UTC)),
        (SECOND, datetime.fromtimestamp(1795400000, UTC)),
    ]
    assert {path.name for path in (tmp_path / "dir/new").iterdir()} == {"1795400000.M1P1.host"}
    store.close()


# ---------------------------------------------------------------- Outlook's own files

SENT, ARRIVED = datetime(2026, 11, 23, 2, tzinfo=UTC), datetime(2026, 11, 23, 3, tzinfo=UTC)
TEXTS = {
    0x0037: "教育局申报表", 0x0C1A: "张三", 0x0C1F: "/O=OFFICE/CN=ZHANGSAN", 0x5D01: "Zhang.San@example.gov.cn",
    0x1035: "<1@example.gov.cn>", 0x1042: "<0@example.gov.cn>", 0x1000: "请查收。\r\n",
}  # fmt: skip
TIMES = {0x0039: SENT, 0x0E06: ARRIVED}


def test_a_message_saved_by_outlook(tmp_path):
    logo = outlook.attachment("image001.png", PNG, texts={0x3712: "image001", 0x370E: "image/png"})
    raw = outlook.container(
        outlook.message(TEXTS, outlook.attachment("申报表（喆）.xlsx", BOOK * 60), logo, numbers=TIMES)
    )
    (tmp_path / "邮件.msg").write_bytes(raw)
    assert raws(tmp_path) == raws(tmp_path / "邮件.msg") == [raw]
    found = parse(raw)
    assert found.attachments == (
        Attachment("申报表（喆）.xlsx", BOOK * 60, digest(BOOK * 60), "zhang.san@example.gov.cn"),
    )
    assert (found.sender, found.sender_name, found.subject) == ("zhang.san@example.gov.cn", "张三", "教育局申报表")
    assert (found.message_id, found.references) == ("<1@example.gov.cn>", ("<0@example.gov.cn>",))
    assert (found.sent, found.received, found.text) == (SENT, ARRIVED, "请查收。")
    assert (found.automatic, found.problems, found.reply_to) == (None, (), "")


def test_the_headers_with_which_it_travelled_come_first():
    travelled = "From: =?utf-8?B?5p2O5Zub?= <li.si@example.com>\r\nAuto-Submitted: auto-replied\r\nSubject: x\r\n"
    found = parse(outlook.container(outlook.message(TEXTS | {0x007D: travelled})))
    assert (found.sender, found.sender_name, found.subject) == ("li.si@example.com", "李四", "x")
    assert found.automatic is not None
    assert found.message_id == "<1@example.gov.cn>"


def test_a_body_that_is_html_only():
    page = "<p>零报</p>".encode("gbk")
    raw = outlook.container(outlook.message({0x0037: "x", 0x1013: page}, numbers={0x3FDE: 936}))
    assert parse(raw).text == "零报"


def test_messages_in_messages():
    inner = outlook.message(TEXTS | {0x0037: "里面"}, outlook.attachment("x.xlsx", BOOK), inner=True)
    outer = outlook.message({0x0037: "外面", 0x5D01: "out@example.com"}, outlook.attached_message(inner))
    found = parse(outlook.container(outer))
    wanted = Attachment("x.xlsx", BOOK, digest(BOOK), "zhang.san@example.gov.cn", ("里面",))
    assert (found.attachments, found.sender) == ((wanted,), "out@example.com")
    sent = parse(mail(text(), attached("转发.msg", outlook.container(outer))))
    assert [one.inside for one in sent.attachments] == [("外面", "里面")]


def test_a_damaged_message_is_told():
    raw = outlook.container(outlook.message(TEXTS, outlook.attachment("x.xlsx", BOOK * 60), numbers=TIMES))
    assert parse(raw).problems == ()
    for cut in range(600, len(raw) - 600, 500):
        found = parse(raw[:cut])
        assert found.problems or found.attachments == parse(raw).attachments


def test_a_workbook_in_which_a_message_lies_is_a_workbook():
    inner = outlook.message(TEXTS, inner=True)
    old = outlook.container({"Workbook": b"\x09\x08\x10\0" * 2_000, "MBD0001": inner})
    found = parse(mail(text(), attached("x.xls", old)))
    assert [(one.name, one.data) for one in found.attachments] == [("x.xls", old)]


def test_parts_of_a_mail_are_no_mails(tmp_path):
    (tmp_path / "x.eml").write_bytes(part(BOOK, "Content-Type: application/octet-stream"))
    found = parse(raws(tmp_path)[0])
    assert attachments.NOT_A_MAIL in found.problems
    assert parse(HEAD + b"\r\n").problems == ()
