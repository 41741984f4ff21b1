"""What could not be had from a mail, in words for its sender."""

from __future__ import annotations

from perfxl.model import Text

#: bytes of one mail, files in one mail with all the mails in it, and how deep mails may lie in each other
MAX_MAIL = 100 * 2**20
MAX_FILES = 200
MAX_DEPTH = 8

WINMAIL = Text(
    "附件被 Outlook 打包成了 winmail.dat，取不出其中的文件。请改用纯文本/HTML 格式重发"
    "（Outlook：设置文本格式 → 纯文本），或换用网页邮箱发送。",
    "Outlook packed the attachments into winmail.dat, and the files in it cannot be had. Send the mail again as plain "
    "text or HTML (Outlook: Format Text, Plain Text), or from a web mailbox.",
)
LINKED = Text(
    "邮件里有超大附件（云附件、网盘）的下载链接，文件不在邮件里，链接没有打开。"
    "如果申报表在其中，请把工作簿作为普通附件重发。",
    "The mail holds a link to a large (cloud) attachment, not the file itself; the link was not opened. If the return "
    "is there, send the workbook again as an ordinary attachment.",
)
TOO_DEEP = Text(
    f"邮件里一层套一层地附着邮件，超过 {MAX_DEPTH} 层，没有再往里读。请把工作簿直接作为附件重发。",
    f"Mails lie in each other more than {MAX_DEPTH} deep; it was not read further. Send the workbook as an attachment.",
)
TOO_LARGE = Text(
    f"邮件超过 {MAX_MAIL >> 20} MB，没有读取。请只附工作簿重发。",
    f"The mail is larger than {MAX_MAIL >> 20} MB and was not read. Send it again with the workbook only.",
)
TOO_TANGLED = Text(
    "邮件的结构过于复杂（行数或层数过多），没有读取。请新写一封邮件，只附工作簿重发。",
    "The mail is too tangled to be read (too many lines or parts in parts). Write a new mail with the workbook only.",
)
TOO_MANY = Text(
    f"邮件里的文件超过 {MAX_FILES} 个，后面的没有读取。请只附工作簿，分几封邮件重发。",
    f"The mail holds more than {MAX_FILES} files; the rest was not read. Send only the workbooks, in several mails.",
)
SEALED = Text(
    "邮件加了密，或整封签了名（S/MIME、PGP），取不出附件。请不要加密、不要签名，重发一次。",
    "The mail is encrypted or signed as a whole (S/MIME, PGP), and its attachments cannot be had. Send it "
    "again without.",
)
BROKEN = Text(
    "邮件内容已损坏，没有全部读出。请重发一次。",
    "The mail is damaged and not all of it could be read. Send it again.",
)
NOT_A_MAIL = Text(
    "这不像一封邮件：没有发件人、主题和日期。请从邮箱里另存为 .eml 文件。",
    "This does not look like a mail: it has no sender, subject or date. Save it from the mailbox as an .eml file.",
)
