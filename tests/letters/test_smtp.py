from __future__ import annotations

import ssl
import traceback
from datetime import date, datetime, timedelta, timezone
from email import message_from_bytes, policy

import pytest
import trustme
from mail_servers import END, GREETS, SECRET, USER, Scripted, real

from perfxl.letters.compose import compose
from perfxl.letters.letter import Letter
from perfxl.letters.refusals import CERTIFICATE, OTHER_NAME, UNKNOWN_ISSUER, SendError, UncertainError
from perfxl.letters.smtp import RateLimit, Smtp
from perfxl.model import Text

WRONG = "wrong"
UNIT = "unit@example.gov.cn"
WRITTEN = datetime(2020, 3, 10, 9, tzinfo=timezone(timedelta(hours=8)))
SENT = datetime(2020, 3, 12, 15, 30, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusting(authority) -> ssl.SSLContext:
    """What a machine that knows the authority checks certificates with."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def serving(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture
def letter(tmp_path) -> bytes:
    workbook = tmp_path / "教育局2024年绩效目标申报表_审核意见.xlsx"
    workbook.write_bytes(b"PK\3\4 .\r\n.\r\n..")
    about = Letter(
        kind="failed",
        unit="某某局",
        to=UNIT,
        to_name="张三",
        original=None,
        round_title="2020年绩效目标申报",
        year=2020,
        deadline=date(2020, 3, 31),
        signature="某某市财政局",
        contact="0734-0000000",
        attachments=(workbook,),
    )
    return compose(about, USER, templates=None, lang="zh", message_id="<1@cz.example.gov.cn>", date=WRITTEN)


def account(
    port: int, context: ssl.SSLContext | None, scheme: str = "smtps", password: str = SECRET, user: str = USER
) -> Smtp:
    return Smtp(f"{scheme}://{user}@localhost:{port}", password, context=context, patience=10, now=lambda: SENT)


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_letter_arrives_whole(scheme, authority, trusting, letter):
    with real(serving(authority), starttls=scheme == "smtp+starttls") as (inbox, port):
        smtp = account(port, trusting, scheme)
        smtp.send(letter, UNIT)
        smtp.send(letter, "another@example.gov.cn")
    dated = letter.replace(b"Date: Tue, 10 Mar 2020 09:00:00 +0800", b"Date: Thu, 12 Mar 2020 15:30:00 +0800")
    expected = dated.replace(b"X-Unsent: 1\r\n", b"")
    assert inbox.mails == [(USER, [UNIT], expected), (USER, ["another@example.gov.cn"], expected)]
    got = message_from_bytes(inbox.mails[0][2], policy=policy.default)
    assert [part.get_filename() for part in got.iter_attachments()] == ["教育局2024年绩效目标申报表_审核意见.xlsx"]
    assert [part.get_content() for part in got.iter_attachments()] == [b"PK\3\4 .\r\n.\r\n.."]


def test_a_draft_that_a_mail_program_saved_goes_out_as_a_letter(authority, trusting):
    raw = b"Subject: x\nBcc: <boss@example.gov.cn>\nX-Unsent:\n 1\nFrom: A\n <a@example.gov.cn>\n\n.\nend\n"
    with real(serving(authority)) as (inbox, port):
        account(port, trusting).send(raw, UNIT)
    expected = (
        b"Date: Thu, 12 Mar 2020 15:30:00 +0800\r\nSubject: x\r\nFrom: A\r\n <a@example.gov.cn>\r\n\r\n.\r\nend\r\n"
    )
    assert inbox.mails == [(USER, [UNIT], expected)]


def test_a_login_that_is_no_address_sends_as_whom_the_letter_is_from(authority, trusting, letter):
    with Scripted(serving(authority), {}) as server:
        account(server.port, trusting, user="jx").send(letter, UNIT)
    assert [line for line in server.heard if line.startswith(b"mail")] == [
        b"mail FROM:<%s> size=%d" % (USER.encode(), len(letter) - len(b"X-Unsent: 1\r\n"))
    ]


def test_a_letter_from_nobody_is_not_sent(authority, trusting):
    with Scripted(serving(authority), {}) as server:
        refused = refusal(account(server.port, trusting, user="jx"), b"Subject: x\r\n\r\n")
    assert refused.reason.zh.startswith("登录用户名不是邮箱地址，信中也没有发件地址")
    assert server.heard == []


def refusal(smtp: Smtp, letter: bytes, to: str = UNIT) -> SendError:
    with pytest.raises(SendError) as caught:
        smtp.send(letter, to)
    shown = f"{''.join(traceback.format_exception(caught.value))} {caught.value.reason} {smtp!r}"
    assert SECRET not in shown
    return caught.value


def test_a_wrong_password_is_reported_by_a_real_server(authority, trusting, letter):
    with real(serving(authority)) as (inbox, port):
        refused = refusal(account(port, trusting, password=WRONG), letter)
    assert not isinstance(refused, UncertainError)
    assert inbox.mails == []
    assert refused.reason.zh == (
        "邮箱拒绝登录。163、126、QQ 等邮箱要用“授权码”，不是网页登录密码：请登录网页邮箱，在“设置”中开启 SMTP 服务"
        "并生成授权码，再用授权码重试；也请核对用户名。服务器答复：535 5.7.8 Authentication credentials invalid"
    )


#: what the server answers -> what the reason begins and ends with
ANSWERS = {
    "535 in GBK": (
        {"AUTH": "535 登录失败，请使用授权码\r\n".encode("gbk")},
        "邮箱拒绝登录",
        "535 登录失败，请使用授权码",
    ),
    "login too often": ({"AUTH": b"535 Login fail. Frequency limited\r\n"}, "发送过于频繁", "Frequency limited"),
    "login for now": ({"AUTH": b"454 Temporary authentication failure\r\n"}, "邮箱服务暂时不可用", "failure"),
    "553 of 163": (
        {"MAIL": b"553 Mail from must equal authorized user\r\n"},
        "发件地址与登录的邮箱不一致",
        "user",
    ),
    "501 of QQ": (
        {"MAIL": b"501 mail from address must be same as authorization user\r\n"},
        "发件地址与登录的邮箱不一致",
        "501 mail from address must be same as authorization user",
    ),
    "login wanted": ({"MAIL": b"530 Authentication required\r\n"}, "邮箱拒绝登录", "530 Authentication required"),
    "greylisted": ({"RCPT": b"450 4.2.0 Greylisted, try again later\r\n"}, "服务器暂不接收", "try again later"),
    "nobody": ({"RCPT": b"550 User not found\r\n"}, "收件地址不存在或不收信", "550 User not found"),
    "full": ({"RCPT": b"552 Mailbox over quota\r\n"}, "对方邮箱已满", "552 Mailbox over quota"),
    "several lines in GBK": (
        {"RCPT": "550-用户不存在\r\n550 请核对\r\n".encode("gbk")},
        "收件地址不存在或不收信",
        "550 用户不存在 请核对",
    ),
    "too often": (
        {END: b"550 Mail content: too many connections, frequency limited\r\n"},
        "发送过于频繁",
        "limited",
    ),
    "too large": ({END: b"552 message size exceeds\r\n"}, "邮件超过邮箱允许的大小", "552 message size exceeds"),
    "spam, with an address": (
        {END: b"554 DT:SPM http://mail.example/help\r\n"},
        "邮件被当作垃圾邮件拒收",
        "http：//mail.example/help",
    ),
    "DATA refused": ({"DATA": b"451 busy\r\n"}, "服务器暂不接收", "451 busy"),
    "too many calls": ({GREETS: b"421 too many connections\r\n"}, "发送过于频繁", "421 too many connections"),
    "no calls": ({GREETS: b"554 go away\r\n"}, "服务器没有收下这封信", "554 go away"),
    "something else": ({END: b"554 no\r\n"}, "服务器没有收下这封信", "554 no"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_what_a_server_says_is_explained(case, authority, trusting, letter):
    script, begins, ends = ANSWERS[case]
    with Scripted(serving(authority), script) as server:
        refused = refusal(account(server.port, trusting), letter)
    assert refused.reason.zh.startswith(begins)
    assert refused.reason.zh.endswith(ends)
    assert refused.reason.en.endswith(ends)
    assert not isinstance(refused, UncertainError)


def test_a_server_that_repeats_the_password_is_not_quoted(authority, trusting, letter):
    answer = f"535 bad login {USER} {SECRET}\r\n".encode()
    with Scripted(serving(authority), {"AUTH": answer}) as server:
        refused = refusal(account(server.port, trusting), letter)
    assert refused.reason.zh.endswith(f"服务器答复：535 bad login {USER} ***")


@pytest.mark.parametrize("step", [GREETS, "EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_breaks_before_the_letter_is_out(step, authority, trusting, letter):
    with Scripted(serving(authority), {step: b""}) as server:
        refused = refusal(account(server.port, trusting), letter)
    assert refused.reason.zh == "与 localhost 的连接中断。这封信仍在待发之列，请稍后再发。"
    assert not isinstance(refused, UncertainError)


def test_a_connection_that_breaks_after_the_letter_is_out_may_have_delivered_it(authority, trusting, letter):
    with Scripted(serving(authority), {END: b""}) as server:
        refused = refusal(account(server.port, trusting), letter)
    assert server.heard[-1] == b"."
    assert isinstance(refused, UncertainError)
    assert refused.reason.zh.startswith("信已发出，但 localhost 确认收下之前连接中断，不能确定是否送达。")


def test_what_happens_after_the_letter_is_taken_changes_nothing(authority, trusting, letter):
    with Scripted(serving(authority), {"QUIT": b""}) as server:
        account(server.port, trusting).send(letter, UNIT)
    with Scripted(serving(authority), {"QUIT": b"421 too late\r\n"}) as server:
        account(server.port, trusting).send(letter, UNIT)


def test_certificates_are_checked(authority, trusting, letter):
    for context, name, why in ((None, "localhost", UNKNOWN_ISSUER), (trusting, "mail.example.gov.cn", OTHER_NAME)):
        for scheme in ("smtps", "smtp+starttls"):
            starttls = scheme == "smtp+starttls"
            with real(serving(authority, name), starttls=starttls) as (inbox, port):
                refused = refusal(account(port, context, scheme), letter)
            assert refused.reason.zh == CERTIFICATE.zh.format(host="localhost", why=why.zh)
            assert inbox.mails == []


def test_nothing_is_sent_to_a_server_that_does_not_encrypt(trusting, letter):
    with Scripted(None, {}) as server:
        refused = refusal(account(server.port, trusting, "smtp+starttls"), letter)
    assert refused.reason.zh.startswith("localhost 不提供加密（STARTTLS）")
    assert server.heard == [b"ehlo [127.0.0.1]", b"QUIT"] or server.heard == [b"ehlo [127.0.0.1]"]
    with Scripted(None, {}) as server:
        refused = refusal(account(server.port, trusting), letter)
    assert refused.reason.zh.startswith(f"localhost 的 {server.port} 端口不是加密连接")


def test_servers_that_cannot_be_reached(authority, trusting, letter):
    with Scripted(serving(authority), {}) as server:
        port = server.port
    assert refusal(account(port, trusting), letter).reason.zh.startswith(f"localhost 的 {port} 端口没有邮件服务")
    nowhere = Smtp(f"smtps://{USER}@mail.invalid", SECRET, context=trusting)
    assert refusal(nowhere, letter).reason.zh == "找不到服务器 mail.invalid。请检查服务器名称和网络连接。"


def test_a_server_that_says_nothing(authority, trusting, letter):
    with Scripted(serving(authority), {"MAIL": b"250-and\r\n"}) as server:
        smtp = Smtp(f"smtps://{USER}@localhost:{server.port}", SECRET, context=trusting, patience=0.3)
        refused = refusal(smtp, letter)
    assert refused.reason.zh == "localhost 没有及时答复。这封信仍在待发之列，请检查网络后重试。"


@pytest.mark.parametrize(
    ("url", "begins"),
    [
        ("smtp://a@example.gov.cn", "发信服务器应写成"),
        ("smtps://example.gov.cn", "发信服务器应写成"),
        ("smtps://张三@example.gov.cn", "发信服务器应写成"),
        ("smtps://a%0d%0aQUIT@example.gov.cn", "发信服务器应写成"),
        ("smtps://a@.example.gov.cn", "发信服务器应写成"),
        ("smtps://a@example.gov.cn:port", "发信服务器应写成"),
        ("smtps://a@example.gov.cn/INBOX", "发信服务器应写成"),
        (f"smtps://a:{SECRET}@example.gov.cn", "发信服务器的地址里不要写密码"),
        (f"smtps://a:{SECRET}@[example.gov.cn", "发信服务器应写成"),
    ],
)
def test_addresses_of_servers_that_are_none(url, begins):
    with pytest.raises(SendError) as caught:
        Smtp(url, SECRET)
    assert caught.value.reason.zh.startswith(begins)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_where_an_account_is():
    for url in (f"smtps://{USER}@mail.example.gov.cn", "smtps://jx%40cz.example.gov.cn@mail.example.gov.cn:465/"):
        smtp = Smtp(url, SECRET)
        assert (smtp.user, smtp.host, smtp.port) == (USER, "mail.example.gov.cn", 465)
    assert Smtp("smtp+starttls://jx@mail.example.gov.cn", SECRET).port == 587


def test_a_password_in_full_width_is_refused_before_anything_is_sent():
    with pytest.raises(SendError) as caught:
        Smtp(f"smtps://{USER}@mail.example.gov.cn", "ａｂｃ")
    assert caught.value.reason.zh.startswith("密码或授权码含有中文或全角字符")
    assert "ａｂｃ" not in repr(caught.value.reason)


@pytest.mark.parametrize("to", ["", "a", "a@b>\r\nRCPT TO:<c@d", "a@b,c@d", "张三@example.gov.cn", "<a@b>"])
def test_nothing_is_sent_to_what_is_no_address(to, letter):
    refused = refusal(Smtp(f"smtps://{USER}@mail.invalid", SECRET), letter, to)
    assert refused.reason == Text(
        f"收件地址“{' '.join(to.split())}”不是一个邮箱地址。", f"“{' '.join(to.split())}” is no mail address."
    )


class Clock:
    """Time that passes only while something sleeps or works."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_a_minute_has_no_more_letters_than_allowed():
    clock = Clock()
    limit, gone = RateLimit(3, clock, clock.sleep), []
    for _ in range(10):
        limit.wait()
        gone.append(clock.now - 1000)
        clock.now += 2  # what sending takes
    assert gone == [0, 2, 4, 60, 62, 64, 120, 122, 124, 180]
    assert clock.slept == [54, 54, 54]


def test_slow_sending_never_waits():
    clock = Clock()
    limit = RateLimit(2, clock, clock.sleep)
    for _ in range(5):
        limit.wait()
        clock.now += 31
    assert clock.slept == []


def test_a_limit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        RateLimit(0)
