"""Why a letter could not be sent, in words that say what to do; the server's own answer comes behind them."""

from __future__ import annotations

import re
import socket
import ssl
from typing import NamedTuple

from perfxl.letters.plain import foreign
from perfxl.model import Text

LONGEST_ANSWER = 200


class Refused(Exception):  # noqa: N818 - the letter is refused; nothing broke
    """A letter that was not sent; ``reason`` says why in both languages.

    ``permanent``: it would be refused again until somebody changes something. ``uncertain``: the connection broke
    after the letter had gone out and before the server said that it has it, so that it may have arrived.
    """

    def __init__(self, reason: Text, permanent: bool, uncertain: bool = False) -> None:
        super().__init__(reason.en)
        self.reason, self.permanent, self.uncertain = reason, permanent, uncertain


class Answer(NamedTuple):
    """An answer of the server: to which ``step`` (greeting, login, from, to, data), its code and its words."""

    step: str
    code: int
    text: str


class _Case(NamedTuple):
    steps: str
    codes: str
    words: str
    reason: Text
    permanent: bool


LOGIN = Text(
    "邮箱拒绝登录。163、126、QQ 等邮箱要用“授权码”，不是网页登录密码：请登录网页邮箱，在“设置”中开启 SMTP 服务"
    "并生成授权码，再用授权码重试；也请核对用户名。",
    "The mail service refuses the login. 163, 126, QQ and others want an authorization code (授权码) in place of the "
    "password: switch SMTP on in the settings of the web mail, make a code and try again with it; check the user "
    "name too.",
)
SENDER = Text(
    "发件地址与登录的邮箱不一致，邮箱不让代发。请把批次设置中的发件人改为登录所用的邮箱地址。",
    "The sender is not the account that logs in, and the service sends for nobody else. Make the address of the "
    "account the sender in the settings of the round.",
)
OFTEN = Text(
    "发送过于频繁，邮箱暂时不再发信。这封信仍在待发之列，请过一段时间（通常一小时以上）再发，或放慢每分钟的封数。",
    "Too many letters in a short time; the service pauses. The letter waits: try again later (an hour or more), or "
    "send fewer a minute.",
)
FULL = Text(
    "对方邮箱已满。请电话告知对方清理邮箱，再重新发送。",
    "The mailbox of the recipient is full. Tell them by telephone, then send it again.",
)
LARGE = Text(
    "邮件超过邮箱允许的大小。请减少附件（例如只附错误报告）后重发。",
    "The mail is larger than the service allows. Attach less (the report only, say) and send it again.",
)
LATER = Text(
    "服务器暂不接收（常见的反垃圾做法，稍后再发即可收下）。这封信仍在待发之列，请十几分钟后再发。",
    "The server does not take it yet (a usual measure against spam; it will later). The letter waits: try again in a "
    "quarter of an hour.",
)
NOBODY = Text(
    "收件地址不存在或不收信。请核对应报单位名单中的邮箱，或电话联系对方。",
    "There is no such recipient, or it takes no mail. Check the address in the roster, or telephone.",
)
SPAM = Text(
    "邮件被当作垃圾邮件拒收。请稍后单独重发，或请对方把本邮箱加入白名单。",
    "The mail was taken for spam. Send it again alone later, or ask the recipient to allow your address.",
)
OTHER = Text("服务器没有收下这封信。", "The server did not take the letter.")
BUSY = Text(
    "邮箱服务暂时不可用。这封信仍在待发之列，请稍后再发。",
    "The mail service is not available for now. The letter waits: try again later.",
)
ANSWERED = Text("{reason}服务器答复：{code} {said}", "{reason} The server said: {code} {said}")

#: the first that fits counts; ``steps`` and ``codes`` are patterns too, and empty ones fit all
_CASES = (
    _Case("login", "", r"frequen|too many|频繁|limit exceed", OFTEN, False),
    _Case("login", "4..", "", BUSY, False),
    _Case("", "53[045]", "", LOGIN, True),
    _Case("login", "", "", LOGIN, True),
    _Case(
        "", "5..", r"authori[sz]ed user|same as auth|mail from must|sender address rejected|not owned by", SENDER, True
    ),
    _Case("", "", r"frequen|too many|频繁|rate limit|limit exceed", OFTEN, False),
    _Case("", "[45].2", r"quota|full|over ?limit|已满", FULL, False),
    _Case("", "552|523", "", LARGE, True),
    _Case("", "5..", r"too large|size|too big|过大", LARGE, True),
    _Case("", "4..", "", LATER, False),
    _Case("", "5..", r"spam|\bDT:|\bHL:|blacklist|blocked|垃圾", SPAM, True),
    _Case("from", "5..", "", SENDER, True),
    _Case("to", "5..", "", NOBODY, True),
    _Case("", "", "", OTHER, True),
)


def answered(answer: Answer) -> Refused:
    """Why the server said no."""
    case = next(
        case
        for case in _CASES
        if re.match(case.steps, answer.step)
        and re.match(case.codes, str(answer.code))
        and re.search(case.words, answer.text, re.IGNORECASE)
    )
    said = foreign(answer.text, LONGEST_ANSWER)
    return Refused(ANSWERED.fill(reason=case.reason, code=answer.code, said=said), case.permanent)


def decoded(data: bytes | str) -> str:
    """The words of a server: UTF-8, or GBK as many a Chinese one writes."""
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


NO_HOST = Text(
    "找不到服务器 {host}。请检查服务器名称和网络连接。",
    "There is no server {host}. Check its name and the network.",
)
NO_SERVICE = Text(
    "{host} 的 {port} 端口没有邮件服务。请核对端口：smtps 一般是 465，smtp+starttls 一般是 587；也可能被防火墙拦住。",
    "{host} has no mail service at port {port}. Check the port: mostly 465 for smtps, 587 for smtp+starttls; a "
    "firewall may be in the way too.",
)
SLOW = Text(
    "{host} 没有及时答复。这封信仍在待发之列，请检查网络后重试。",
    "{host} did not answer in time. The letter waits: check the network and try again.",
)
CERTIFICATE = Text(
    "{host} 的安全证书不可信（{why}），没有登录，也没有发送密码和邮件。请核对服务器名称；"
    "若单位自建邮箱，请网络管理员换用有效证书。",
    "The certificate of {host} cannot be trusted ({why}); neither password nor letter was sent. Check the name of the "
    "server; for a mail server of your own, have its certificate renewed.",
)
EXPIRED = Text("证书已过期", "it has expired")
UNKNOWN_ISSUER = Text("不是由可信机构签发", "nobody trusted issued it")
OTHER_NAME = Text("不是发给这个服务器的", "it is another server's")
NO_TLS = Text(
    "{host} 的 {port} 端口不是加密连接，没有登录，也没有发送密码和邮件。"
    "smtps 一般用 465 端口；587 端口请用 smtp+starttls。",
    "{host} does not encrypt at port {port}; neither password nor letter was sent. smtps mostly is at port 465; use "
    "smtp+starttls for port 587.",
)
DROPPED = Text(
    "与 {host} 的连接中断。这封信仍在待发之列，请稍后再发。",
    "The connection to {host} broke. The letter waits: try again later.",
)
UNCERTAIN = Text(
    "信已发出，但 {host} 确认收下之前连接中断，不能确定是否送达。"
    "请先到网页邮箱的“已发送”查看或电话询问对方，没有送达再重发。",
    "The letter went out, but the connection to {host} broke before it was confirmed: it may have arrived. Look into "
    "“sent” of the web mail or ask the unit before you send it again.",
)
NO_NETWORK = Text("连不上 {host}（{why}）。请检查网络。", "{host} cannot be reached ({why}). Check the network.")
#: OpenSSL's numbers of what is wrong with a certificate
_CERTIFICATES = {
    10: EXPIRED,
    18: UNKNOWN_ISSUER,
    19: UNKNOWN_ISSUER,
    20: UNKNOWN_ISSUER,
    21: UNKNOWN_ISSUER,
    62: OTHER_NAME,
}


def broken(error: OSError, host: str, port: int) -> Refused:
    """Why the server could not be talked to; no letter has gone out yet."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = _CERTIFICATES.get(error.verify_code, Text(error.verify_message, error.verify_message))
        return Refused(CERTIFICATE.fill(host=host, why=why), permanent=True)
    if isinstance(error, ConnectionRefusedError):
        return Refused(NO_SERVICE.fill(host=host, port=port), permanent=False)
    if isinstance(error, ConnectionError | ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Refused(DROPPED.fill(host=host), permanent=False)
    if isinstance(error, ssl.SSLError):
        return Refused(NO_TLS.fill(host=host, port=port), permanent=True)
    if isinstance(error, socket.gaierror):
        return Refused(NO_HOST.fill(host=host), permanent=False)
    if isinstance(error, TimeoutError):
        return Refused(SLOW.fill(host=host), permanent=False)
    return Refused(NO_NETWORK.fill(host=host, why=error.strerror or type(error).__name__), permanent=False)
