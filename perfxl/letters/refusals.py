"""Why a letter was not sent: what the answers of servers and broken connections mean, and what to do."""

from __future__ import annotations

import re
import socket
import ssl

from perfxl.letters.mail_text import without_links
from perfxl.model import Text, UserError

#: characters of a server's answer that are shown
LONGEST_ANSWER = 200
NO_HOST = Text(
    "找不到服务器 {host}。请检查服务器名称和网络连接。", "There is no server {host}. Check its name and the network."
)
NO_SERVICE = Text(
    "{host} 的 {port} 端口没有邮件服务。请核对端口：smtps 一般是 465，smtp+starttls 一般是 587；也可能被防火墙拦截。",
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
NO_NETWORK = Text("连不上 {host}（{why}）。请检查网络。", "{host} cannot be reached ({why}). Check the network.")
#: OpenSSL's numbers of what is wrong with a certificate
_CERTIFICATES = {10: EXPIRED, 62: OTHER_NAME} | dict.fromkeys(range(18, 22), UNKNOWN_ISSUER)
#: why there is no connection, by the error of the system: the first counts
_BROKEN = (
    (ConnectionRefusedError, NO_SERVICE),
    ((ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError), DROPPED),
    (ssl.SSLError, NO_TLS),
    (socket.gaierror, NO_HOST),
    (TimeoutError, SLOW),
    (OSError, NO_NETWORK),
)
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
ANSWERED = Text("{reason}服务器答复：{code} {answer}", "{reason} The server said: {code} {answer}")


class SendError(UserError):
    """A letter that was not sent."""


class UncertainError(SendError):
    """The connection broke between the letter and the confirmation of the server: it may have arrived."""


#: why a server refuses: patterns of the step, the code and the text, of which empty ones match all; the first counts
_REFUSALS = (
    ("login", "", r"frequen|too many|频繁|limit exceed", OFTEN),
    ("login", "4..", "", BUSY),
    ("", "53[045]", "", LOGIN),
    ("login", "", "", LOGIN),
    ("", "5..", r"authori[sz]ed user|same as auth|mail from must|sender address rejected|not owned by", SENDER),
    ("", "", r"frequen|too many|频繁|rate limit|limit exceed", OFTEN),
    ("", "[45].2", r"quota|full|over ?limit|已满", FULL),
    ("", "552|523", "", LARGE),
    ("", "5..", r"too large|size|too big|过大", LARGE),
    ("", "4..", "", LATER),
    ("", "5..", r"spam|\bDT:|\bHL:|blacklist|blocked|垃圾", SPAM),
    ("from", "5..", "", SENDER),
    ("to", "5..", "", NOBODY),
    ("", "", "", OTHER),
)


def refusal(step: str, code: int, text: str) -> SendError:
    """What an answer of the server means. ``step`` is greeting, login, from, to or data."""
    why = next(
        reason
        for steps, codes, words, reason in _REFUSALS
        if re.match(steps, step) and re.match(codes, str(code)) and re.search(words, text, re.IGNORECASE)
    )
    return SendError(ANSWERED, reason=why, code=code, answer=without_links(text, LONGEST_ANSWER))


def connection_error(error: OSError, host: str, port: int) -> SendError:
    """Why there is no connection to the server; nothing has been sent yet."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = _CERTIFICATES.get(error.verify_code, Text(error.verify_message, error.verify_message))
        return SendError(CERTIFICATE, host=host, why=why)
    reason = next(reason for kinds, reason in _BROKEN if isinstance(error, kinds))
    return SendError(reason, host=host, port=port, why=error.strerror or type(error).__name__)
