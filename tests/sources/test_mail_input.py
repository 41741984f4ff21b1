"""Saved mails given to ``perfxl check`` as files: what is attached is checked, and a mail without a return is named."""

import os

from containers import CLEAN, TYPED, packed
from mails import HEAD, attached, mail, text
from outlook_files import attachment, container
from outlook_files import message as outlook_mail

import perfxl
from perfxl import cli, sources

GOOD, FINE = TYPED.read_bytes(), CLEAN.read_bytes()
WRONG, RIGHT = "未通过", "通过"
NONE = "这封邮件没有附件，没有可审核的申报表。如果应当附有，请让发件单位把工作簿作为附件重发。"
SENT = b"From zhang@example.gov.cn Mon Nov 23 10:00:00 2026\n"


def seen(*inputs):
    """Display name -> status, or the reason in place of it where a file could not be read."""
    batch = perfxl.check(list(inputs))
    unread = {f.file: f.message for f in batch.findings if f.code == "FILE-01"}
    return {s.file: unread.get(s.file, s.status.value) for s in batch.submissions}


def put(place, data):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


def test_what_is_attached_to_a_mail_is_checked(tmp_path):
    raw = mail(text(), attached("教育局.xlsx", GOOD), attached("农业局.zip", packed({"内/农业局.xlsx": FINE})))
    expected = {"来信.eml/教育局.xlsx": WRONG, "来信.eml/农业局.zip/内/农业局.xlsx": RIGHT}
    assert seen(put(tmp_path / "来信.eml", raw)) == expected
    assert seen(tmp_path) == expected


def test_a_mail_in_an_archive_is_a_mail(tmp_path):
    inner = packed({"信/1.eml": mail(text(), attached("a.xlsx", GOOD)), "信/说明.txt": b"Subject: x\n\n"})
    found = seen(put(tmp_path / "导出.zip", inner))
    assert found["导出.zip/信/1.eml/a.xlsx"] == WRONG
    assert found["导出.zip/信/说明.txt"].startswith("这是文本文件")  # a head alone makes no mail
    assert len(found) == 2


def test_a_forwarded_mail_names_what_it_forwards(tmp_path):
    inner = mail(text(), attached("../../a/b.xlsx", GOOD), subject="定稿/终稿")
    raw = mail(text(), attached("转发.eml", inner))
    assert seen(put(tmp_path / "来信.eml", raw)) == {"来信.eml/定稿／终稿/..／..／a／b.xlsx": WRONG}


def test_a_mail_without_attachments_is_named(tmp_path):
    assert seen(put(tmp_path / "问候.eml", HEAD + b"Subject: x\r\n\r\nhi\r\n")) == {"问候.eml": NONE}


def test_a_mail_that_a_program_wrote_asks_for_nothing(tmp_path):
    raw = b"Auto-Submitted: auto-replied\r\n" + HEAD + b"Subject: x\r\n\r\nhi\r\n"
    reason = "这封邮件没有附件，没有可审核的申报表（自动答复，不作回复）。"
    assert seen(put(tmp_path / "答复.eml", raw)) == {"答复.eml": reason}


def test_what_a_mail_did_not_give_is_told_beside_what_it_gave(tmp_path):
    raw = mail(text(), attached("a.xlsx", GOOD), attached("winmail.dat", b"\x78\x9f\x3e\x22broken"))
    found = seen(put(tmp_path / "来信.eml", raw))
    assert found["来信.eml/a.xlsx"] == WRONG
    assert "winmail.dat，取不出其中的文件" in found["来信.eml"]
    assert len(found) == 2


def test_every_mail_of_an_mbox_is_accounted_for(tmp_path):
    raws = [
        mail(text(), attached("申报表.xlsx", GOOD), subject="教育局"),
        HEAD + b"Subject: hello\r\n\r\nhi\r\n",
        mail(text(), attached("申报表.xlsx", FINE), subject=""),
        mail(text(), attached("申报表.xlsx", FINE), subject="教育局"),
        HEAD + b"Subject: hello\r\n\r\nhello?\r\n",
    ]
    box = put(tmp_path / "邮箱.mbox", b"".join(SENT + raw + b"\n" for raw in raws))
    assert seen(box) == {
        "邮箱.mbox/教育局/申报表.xlsx": WRONG,
        "邮箱.mbox/hello": NONE,
        "邮箱.mbox/无主题/申报表.xlsx": RIGHT,
        "邮箱.mbox/教育局/申报表 (2).xlsx": RIGHT,
        "邮箱.mbox/hello (2)": NONE,
    }


def test_the_mails_of_a_maildir(tmp_path):
    for folder in ("cur", "new", "tmp"):
        (tmp_path / "箱" / folder).mkdir(parents=True)
    put(tmp_path / "箱" / "cur" / "1582000000.1.host:2,S", mail(text(), attached("a.xlsx", GOOD)))
    put(tmp_path / "箱" / "new" / "1582000001.2.host", mail(text(), attached("b.xlsx", FINE)))
    found = seen(tmp_path / "箱")
    assert found == {"cur/1582000000.1.host:2,S/a.xlsx": WRONG, "new/1582000001.2.host/b.xlsx": RIGHT}


def test_a_text_file_with_the_name_of_a_mail_is_none(tmp_path):
    assert seen(put(tmp_path / "a.eml", "没有邮件头".encode()))["a.eml"].startswith("这是文本文件")


def test_a_workbook_with_the_name_of_a_mail_is_a_workbook(tmp_path):
    assert seen(put(tmp_path / "a.eml", GOOD)) == {"a.eml": WRONG}


def test_a_mailbox_on_a_server_is_sent_to_the_command_that_fetches(tmp_path, capsys):
    code = cli.run(["check", "imaps://zhang@mail.example.gov.cn/INBOX"])
    assert code == 2
    assert "请用 perfxl mail check imaps://zhang@mail.example.gov.cn/INBOX --round 批次" in capsys.readouterr().err


def test_what_came_with_a_mail_knows_its_mail(tmp_path):
    put(tmp_path / "a.zip", packed({"1.eml": mail(text(), attached("a.xlsx", GOOD)), "b.xlsx": FINE}))
    letter = put(tmp_path / "c.eml", mail(text(), attached("c.zip", packed({"c.xlsx": FINE}))))
    files, _ = sources.collect([tmp_path])
    by_name = {item.file: item.mails for item in files}
    assert by_name["a.zip/b.xlsx"] is None
    assert by_name["c.eml/c.zip/c.xlsx"] == letter
    inside = by_name["a.zip/1.eml/a.xlsx"]
    assert inside is not None
    assert os.fspath(inside) not in (os.fspath(tmp_path / "a.zip"), os.fspath(letter))
    assert inside.read_bytes().startswith(HEAD)


def test_a_message_that_outlook_saved(tmp_path):
    tree = outlook_mail({0x0037: "申报表"}, attachment("教育局.xlsx", GOOD))
    assert seen(put(tmp_path / "来信.msg", container(tree))) == {"来信.msg/教育局.xlsx": WRONG}
