"""Why a source of mail cannot be opened, in words for the clerk."""

from __future__ import annotations

from collections.abc import Mapping

from perfxl.model import Lang, Text


class MailError(Exception):
    """A source of mail that cannot be opened, or not be read to its end; ``reason`` says why and what to do."""

    def __init__(self, reason: Text, **values: object) -> None:
        """Fill the values into the reason; a value may itself be said in both languages."""
        self.reason = Text(_filled(reason, "zh", values), _filled(reason, "en", values))
        super().__init__(self.reason.en)


def _filled(reason: Text, lang: Lang, values: Mapping[str, object]) -> str:
    said = {name: value.render(lang) if isinstance(value, Text) else value for name, value in values.items()}
    return reason.render(lang, **said)


NOT_THERE = Text(
    "没有这个文件或文件夹：{path}。请检查路径。", "There is no such file or folder: {path}. Check the path."
)
NO_MAILS = Text(
    "文件夹里没有邮件（.eml、.msg、.mbox）：{path}。请先从邮箱把邮件另存到这里。",
    "The folder holds no mails (.eml, .msg, .mbox): {path}. Save mails from the mailbox there first.",
)
NO_MAIL = Text(
    "这不是邮件文件：{path}。可以读取 .eml、.msg、.mbox 文件，放这些文件的文件夹，Maildir，以及 imaps:// 邮箱地址。",
    "This is no mail: {path}. Readable are .eml, .msg and .mbox files, folders of them, a Maildir, and imaps:// "
    "addresses.",
)
CANNOT_OPEN = Text(
    "打不开：{paths}（{error}）。其余的邮件已经读取；请检查这些文件是否被占用或没有权限，然后再运行一次。",
    "Cannot be opened: {paths} ({error}). All other mails were read. Check whether the files are in use or locked, and "
    "run it again.",
)
OTHER_KIND = Text(
    "不支持这种地址：{scheme}://。邮箱请写成 imaps://用户名@服务器/INBOX（加密连接）。",
    "Addresses of the kind {scheme}:// are not supported. Write imaps://user@server/INBOX (an encrypted connection).",
)
BAD_ADDRESS = Text(
    "邮箱地址不完整：{source}。请写成 imaps://用户名@服务器/INBOX，例如 imaps://budget@mail.example.gov.cn/INBOX。",
    "The address is not complete: {source}. Write imaps://user@server/INBOX, as imaps://budget@mail.example.gov.cn/INBOX.",
)
PASSWORD_IN_ADDRESS = Text(
    "请不要把密码写在邮箱地址里，命令记录会留下它。请去掉冒号和密码，perfxl 会另行询问；这个密码也建议改掉。",
    "Do not write the password into the address: it stays in the list of commands. Leave it out, perfxl asks for it; "
    "and better change that password.",
)
ONLY_IMAP = Text(
    "只有 imaps:// 邮箱里的邮件可以标记，也只有那里有草稿箱：{source}。",
    "Only mails of an imaps:// mailbox can be marked, and only there is a folder for drafts: {source}.",
)
BAD_PASSWORD = Text(
    "密码是空的，或含有换行等不可见字符。请重新输入，注意复制时不要带上换行。",
    "The password is empty or holds invisible characters such as a line break. Enter it again.",
)
LOGIN_REFUSED = Text(
    "邮箱 {account} 登录失败{said}。请检查用户名和密码。163、126、QQ 和企业邮箱要用“授权码”，不是网页登录密码："
    "请在网页邮箱的“设置 → POP3/SMTP/IMAP”里开启 IMAP 服务并生成授权码。",
    "Login to {account} was refused{said}. Check user and password. 163, 126, QQ and company mail want a code of their "
    "own (授权码), not the password of the web page: switch IMAP on in the settings of the web mailbox and make one.",
)
UNSAFE_LOGIN = Text(
    "邮箱 {account} 拒绝了这个程序{said}。请在网页邮箱的“设置 → POP3/SMTP/IMAP”里开启 IMAP 服务，用新生成的授权码再试；"
    "仍不行，请联系邮箱客服，或把邮件另存为 .eml 文件后读取文件夹。",
    "The mailbox {account} refused this program{said}. Switch IMAP on in the settings of the web mailbox, make a new "
    "code (授权码) and try again; else ask the provider, or save the mails as .eml files and read the folder.",
)
NO_HOST = Text(
    "找不到邮箱服务器 {host}。请检查地址是否写对、网络是否接通。",
    "The mail server {host} cannot be found. Check its name and the network.",
)
UNREACHABLE = Text(
    "连不上邮箱服务器 {host} 的 {port} 端口（{error}）。请检查网络和防火墙，或向信息中心核对服务器地址和端口。",
    "The mail server {host} cannot be reached at port {port} ({error}). Check network and firewall, or ask for the "
    "right server and port.",
)
CERTIFICATE = Text(
    "服务器 {host} 的安全证书通不过检查（{error}），为防止密码泄露没有登录。单位自建的邮箱请向信息中心要根证书文件，"
    "把它的路径写进环境变量 PERFXL_CA_FILE。",
    "The certificate of {host} does not pass ({error}); to keep the password safe there was no login. For an office's "
    "own mail server get its root certificate and put the path of its file into the variable PERFXL_CA_FILE.",
)
NO_TLS = Text(
    "服务器 {host} 的 {port} 端口不能建立加密连接（{error}）。加密的 IMAP 一般是 993 端口，请检查地址。",
    "The server {host} gives no encrypted connection at port {port} ({error}). Encrypted IMAP is mostly port 993.",
)
NO_CA_FILE = Text(
    "环境变量 PERFXL_CA_FILE 指的证书文件读不出来：{path}（{error}）。请检查路径，文件应为 PEM 格式。",
    "The certificates that PERFXL_CA_FILE names cannot be read: {path} ({error}). Check the path; the format is PEM.",
)
NO_FOLDER = Text(
    "邮箱 {account} 里没有文件夹“{folder}”{said}。现有：{folders}。",
    "The mailbox {account} has no folder “{folder}”{said}. There are: {folders}.",
)
NO_DRAFTS = Text(
    "邮箱 {account} 里找不到草稿箱。现有：{folders}。请先在网页邮箱里存一封草稿，再试一次。",
    "The mailbox {account} has no folder for drafts. There are: {folders}. Save a draft in the web mailbox first.",
)
OTHER_MAILBOX = Text(
    "文件夹“{folder}”已被服务器重建（UIDVALIDITY 变了），没有标记任何邮件。请先重新收取一次。",
    "The server has made the folder “{folder}” anew (other UIDVALIDITY); nothing was marked. Receive it again first.",
)
LOST = Text(
    "和邮箱服务器 {host} 的连接中断（{error}）。已经收到的不会重收，请再运行一次。",
    "The connection to {host} was lost ({error}). What was received is not received again; run it once more.",
)
REFUSED = Text(
    "邮箱服务器 {host} 没有执行{what}{said}。请稍后再试。",
    "The mail server {host} did not carry out {what}{said}. Try again later.",
)

SAID = Text("（服务器答复：{words}）", " (the server said: {words})")
NOTHING_SAID = Text("", "")
REFUSES = Text("连接被拒绝", "connection refused")
NO_ANSWER = Text("没有应答", "no answer")
HUNG_UP = Text("对方挂断", "the server hung up")
EXPIRED = Text("证书已过期", "it has expired")
OTHER_NAME = Text("证书上的名称与服务器地址不符", "it was made for another name")
NOT_TRUSTED = Text("证书不是受信任的机构签发的", "it was not issued by anybody who is trusted")
SEARCHING = Text("查找邮件", "the search for mails")
FETCHING = Text("读取邮件", "the reading of a mail")
MARKING = Text("标记邮件", "the marking of mails")
APPENDING = Text("存草稿", "the saving of a draft")
OPENING = Text("打开邮箱", "the opening of the mailbox")
