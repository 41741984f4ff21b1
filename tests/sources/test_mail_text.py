"""What the sender wrote, links to files that are not there, and mail of programs that must not be answered (B074)."""

import pytest
from mails import HEAD, attached, forwarded, mail, part, text

from perfxl.sources.mail import attachments
from perfxl.sources.mail.mime import ANSWER, BOUNCE, BULK, NO_REPLY, REPORT, SYSTEM, parse

NIL = "我单位本年度无项目支出，零报。"
NOTICE = "无项目的单位请在正文中写明零报。\n超大附件请勿使用。"


def body(*parts: bytes) -> str:
    return parse(mail(*parts)).text


# ---------------------------------------------------------------- text


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030", "big5", "utf-16", "hz"])
def test_text_in_every_code_page(charset):
    said = "我单位本年度无项目，零报。" if charset != "big5" else "本年度無項目"
    assert body(text(said, charset)) == said
    assert body(part(said.encode(charset), f"Content-Type: text/plain; charset={charset}")) == said


@pytest.mark.parametrize("label", ["", "us-ascii", "nonsense", "gb2312", "idna", "unicode_escape", "rot13", "zlib"])
def test_text_whose_code_page_is_not_what_it_says(label):
    kind = "Content-Type: text/plain" + (f"; charset={label}" if label else "")
    assert body(part("零报，喆".encode("gbk"), kind)) == "零报，喆"
    assert body(part("零报，喆".encode(), kind)) == "零报，喆"


def test_plain_text_before_html():
    assert body(text("甲"), text("<p>乙</p>", kind="html")) == "甲"
    assert body(text("  \r\n"), text("<p>乙</p>", kind="html")) == "乙"
    assert body(text("甲"), text("乙")) == "甲\n乙"
    assert body() == ""


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("<p>甲</p><p>乙</p>", "甲\n\n乙"),
        ("甲<br>乙<br/>丙", "甲\n乙\n丙"),
        (
            "<html><head><title>x</title><style>p{}</style></head><body>甲<script>alert(1)</script>乙</body></html>",
            "甲乙",
        ),
        ("甲 &lt;b&gt; &amp;nbsp; &#x4e59;", "甲 <b> &nbsp; 乙"),
        ("<a href='https://example.org/x'>甲</a>", "甲 https://example.org/x"),
        ("<a href='javascript:alert(1)'>甲</a><img src='https://example.org/x.png'>", "甲"),
        ("<b>甲<i>乙", "甲乙"),
        ("<!-- 甲 -->乙", "乙"),
        ("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><p>甲&e;</p>", "]>\n甲&e;"),
        ("<?xml version='1.0' encoding='gb2312'?><p>甲</p>", "甲"),
        ("", ""),
        ("<" * 50_000, None),
        ("<div>" * 50_000 + "甲", None),
    ],
)
def test_text_out_of_html(page, wanted):
    found = body(text(page, kind="html"))
    assert wanted is None or " ".join(found.split(" ")) == wanted


@pytest.mark.parametrize(
    "quoted",
    [
        "------------------ 原始邮件 ------------------\n发件人: \"budget\" <b@example.gov.cn>;\n",
        "-----原始邮件-----\n发件人:b@example.gov.cn\n",
        "---- 回复的原邮件 ----\n| 发件人 | b@example.gov.cn |\n",
        "在 2026-11-20 10:00:00，\"budget\" <b@example.gov.cn> 写道：\n",
        "At 2026-11-20 10:00:00, \"budget\" <b@example.gov.cn> wrote:\n",
        "张三 <b@example.gov.cn> 于2026年11月20日周五 10:00写道：\n",
        "On Fri, Nov 20, 2026 at 10:00 AM budget <b@example.gov.cn> wrote:\n",
        "发件人: budget\n发送时间: 2026-11-20 10:00\n收件人: a@example.com\n",
        "发件人：budget\n日期：2026-11-20\n收件人：a\n",
        "From: budget\nSent: Friday\nTo: a\n",
        "-----Original Message-----\n",
    ],
)  # fmt: skip
def test_the_mail_that_is_answered_is_not_what_the_sender_wrote(quoted):
    link = "\nhttps://mail.qq.com/cgi-bin/ftnExs_download?k=1"
    found = parse(mail(text(f"{NIL}\n\n{quoted}{NOTICE}{link}")))
    assert (found.text, found.problems) == (NIL, ())
    page = f"<div>{NIL}</div><div>" + quoted.replace("<", "&lt;").replace("\n", "<br>") + f"{NOTICE}{link}</div>"
    found = parse(mail(text(page, kind="html")))
    assert (found.text, found.problems) == (NIL, ())


def test_a_mail_that_only_passes_another_one_on_says_what_that_says():
    said = f"------------------ 原始邮件 ------------------\n发件人: a\n\n{NIL}"
    assert NIL in body(text(said))
    assert body(text(f"> {NIL}")) == NIL
    assert body(text(f"{NIL}\n> {NOTICE}".replace("。\n超", "。\n>超"))) == NIL


def test_words_that_are_no_mark_of_an_answer():
    for said in ("发件人：张三\n请查收", "原始邮件见附件", "他写道：好", "From: here\nto there"):
        assert body(text(said)) == said


def test_text_has_an_end():
    assert len(body(text("甲" * 1_000_000))) == 20_000


# ---------------------------------------------------------------- links to large files


@pytest.mark.parametrize(
    "said",
    [
        "从QQ邮箱发来的超大附件\n\n申报表.xlsx (120M)进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?k=1&code=2",
        "http://wx.mail.qq.com/ftn/download?func=3&key=1",
        "https://mail.163.com/large-attachment-download/index.html?p=1",
        "https://dashi.163.com/html/cloud-attachment-download/?key=1",
        "从某市企业邮箱发来的超大附件 https://mail.example.gov.cn/big/1",
        "链接：https://pan.baidu.com/s/1abc 提取码：1234",
        "HTTPS://MAIL.QQ.COM/cgi-bin/ftnExs_download?k=1",
    ],
)
def test_a_file_that_stayed_with_the_mail_service_is_told(said):
    for raw in (mail(text(said)), mail(text(f"<p>{said.replace('&', '&amp;')}</p>", kind="html"))):
        found = parse(raw)
        assert (found.attachments, found.problems) == ((), (attachments.LINKED,))
    address = said[said.lower().index("http") :].split()[0].replace("&", "&amp;")
    hidden = text(
        f"<div>申报表</div><a href='{address}'>{'邮箱发来的超大附件' if 'big' in said else '下载'}</a>", kind="html"
    )
    assert parse(mail(text("请下载"), hidden)).problems == (attachments.LINKED,)
    assert parse(mail(text(), forwarded(mail(text(said), subject="x")))).problems == (attachments.LINKED,)


@pytest.mark.parametrize(
    "said",
    [
        "请勿使用超大附件。", "来自QQ邮箱 https://mail.qq.com", "从QQ邮箱发来的超大附件", "https://www.example.gov.cn/tz/2026.html",
        "https://example.org/?u=mail.qq.com/cgi-bin/ftnExs_download", "https://notmail.qq.com.example.org/cgi-bin/ftnExs_download",
        "https://mail.qq.com@example.org/cgi-bin/ftnExs_download",
    ],
)  # fmt: skip
def test_other_links_and_words_are_not(said):
    assert parse(mail(text(said))).problems == ()


# ---------------------------------------------------------------- mail of programs (B074)


def reason(*headers: str, head: bytes = HEAD, kind: str = "multipart/mixed", subject: str = "申报表"):
    extra = b"".join(header.encode() + b"\r\n" for header in headers)
    return parse(mail(text(), head=extra + head, kind=kind, subject=subject)).automatic


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        (["Auto-Submitted: auto-replied"], ANSWER),
        (["Auto-Submitted: auto-replied; owner-email=x"], ANSWER),
        (["AUTO-SUBMITTED: Auto-Generated"], SYSTEM),
        (["X-Autoreply: yes"], ANSWER),
        (["Precedence: auto_reply"], ANSWER),
        (["Precedence: bulk"], BULK),
        (["List-Id: <all.example.gov.cn>"], BULK),
        (["Return-Path: <>"], BOUNCE),
        (["Return-Path: < >"], BOUNCE),
    ],
)
def test_headers_of_programs(headers, wanted):
    assert reason(*headers) == wanted


@pytest.mark.parametrize(
    ("sender", "wanted"),
    [
        ("MAILER-DAEMON@example.com", BOUNCE), ("postmaster@example.com", NO_REPLY), ("no-reply@example.com", NO_REPLY),
        ("noreply@example.com", NO_REPLY), ("DoNotReply@example.com", NO_REPLY), ("noreply-cw@example.com", NO_REPLY),
    ],
)  # fmt: skip
def test_senders_that_are_programs(sender, wanted):
    assert reason(head=f"From: {sender}\r\n".encode()) == wanted


def test_bounces_and_answers_by_their_form():
    assert reason(kind="multipart/report; report-type=delivery-status") == REPORT
    for subject in (
        "自动回复: 申报表",
        "自动答复：申报表",
        "Automatic reply: x",
        "=?utf-8?B?6Ieq5Yqo5Zue5aSNOiDmlLbliLA=?=",
    ):
        assert reason(subject=subject) == ANSWER


@pytest.mark.parametrize(
    "headers",
    [
        [], ["Auto-Submitted: no"], ["Return-Path: <a@example.com>"], ["Precedence: first-class"],
        ["X-Auto-Response-Suppress: OOF"], ["Disposition-Notification-To: a@example.com"], ["Auto-Submitted:"],
    ],
)  # fmt: skip
def test_mail_of_people_is_answered(headers):
    assert reason(*headers) is None
    assert reason(*headers, subject="回复：自动回复设置") is None
    assert reason(head=b"From: noreplyshop.zhang@example.com\r\n") is None


def test_an_automatic_mail_keeps_its_attachments():
    found = parse(mail(text(), attached("x.xlsx"), head=b"Auto-Submitted: auto-generated\r\n" + HEAD))
    assert (found.automatic, len(found.attachments)) == (SYSTEM, 1)
