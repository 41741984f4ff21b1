"""Mails that are made to take the parser's time: told, and never taken apart."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from perfxl.sources.mail import attachments
from perfxl.sources.mail.mime import parse

HEAD = b"From: jia@example.gov.cn\r\nSubject: x\r\nDate: Sat, 01 Feb 2020 09:00:00 +0800\r\n"


def nested(depth: int, lines: int) -> bytes:
    """Parts in parts, and in the innermost many lines that might each end any of them."""
    opened = (b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return HEAD + b"".join(opened) + b"Content-Type: text/plain\r\n\r\n" + b"--x\r\n" * lines


@pytest.mark.parametrize(
    "raw",
    [
        nested(90, 500_000),
        HEAD + b"Content-Type: multipart/mixed; boundary*=utf-8''b\r\n\r\n" + b"--b\r\n\r\n\r\n" * 300_000,
        HEAD + b"X: y\r\n" * 500_000 + b"\r\nx",
        HEAD + b"\r\n" + b"\r" * 5_000_000,
    ],
    ids=["parts in parts", "parts", "headers", "lines"],
)
def test_a_mail_made_to_take_time_is_told_and_not_taken_apart(raw):
    mail = parse(raw)
    assert (mail.sender, mail.subject, mail.attachments) == ("jia@example.gov.cn", "x", ())
    assert [problem.zh for problem in mail.problems] == [
        "邮件的结构过于复杂（行数或层数过多），未读取。请新写一封邮件，只附工作簿重发。"
    ]


def test_mails_in_a_mail_cost_it_together():
    """Each alone could be read; the workbook beside them still is."""
    inner = nested(10, 60_000)
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "jia@example.gov.cn", "x"
    mail.set_content("x")
    mail.add_attachment(b"PK\x03\x04", maintype="application", subtype="octet-stream", filename="a.xlsx")
    for number in range(5):
        mail.add_attachment(inner, maintype="application", subtype="octet-stream", filename=f"{number}.eml")
    assert parse(inner).problems == ()
    found = parse(mail.as_bytes())
    assert [file.name for file in found.attachments] == ["a.xlsx"]
    assert found.problems == (attachments.TOO_TANGLED,)


@pytest.mark.slow
def test_a_large_mail_of_people_is_read():
    """Thirty megabytes in a mail that was forwarded twice."""
    data = bytes(30 << 20)
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "jia@example.gov.cn", "x"
    inner.set_content("x")
    inner.add_alternative("<p>x</p>", subtype="html")
    inner.add_attachment(data, maintype="application", subtype="octet-stream", filename="a.xlsx")
    for _ in range(2):
        outer = EmailMessage()
        outer["From"], outer["Subject"] = "yi@example.gov.cn", "转发"
        outer.set_content("x")
        outer.add_alternative("<p>x</p>", subtype="html")
        outer.add_attachment(inner)
        inner = outer
    mail = parse(inner.as_bytes())
    assert (mail.problems, [len(file.data) for file in mail.attachments]) == ((), [len(data)])
