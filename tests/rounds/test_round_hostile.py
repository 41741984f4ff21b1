"""Mails that are made to do harm, and mistakes that let one unit learn of another: each is caught and reported."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import Message
from io import BytesIO
from pathlib import Path

import pytest
from round_files import ROWS, mail, new_round, no_password, saved, workbook

from perfxl.ledger import records
from perfxl.ledger.records import FileRecord
from perfxl.model import UserError
from perfxl.rounds.answers import draft_answers
from perfxl.rounds.folder import Round
from perfxl.rounds.intake import collect_mails
from perfxl.rounds.report import register, write_report
from perfxl.sources.mail.headers import clean

CLEAN, OTHERS = workbook("甲局", clean=True), workbook("乙局", clean=True)
JIA, YI = "jia@example.gov.cn", "yi@example.gov.cn"


@pytest.fixture
def round_(tmp_path):
    made = new_round(tmp_path / "R")
    yield made
    made.ledger.close()


def take(round_: Round, folder: Path, *mails: bytes) -> list[FileRecord]:
    """Take in mails; all files of the round."""
    collect_mails(round_, str(saved(folder, *mails)), no_password)
    return records.all_files(round_.ledger)


def drafts(round_: Round) -> dict[str, Message]:
    """The drafts by the address that they go to, as a mail program reads them."""
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in (round_.folder / "草稿").iterdir()
    ]
    return {str(one["To"].addresses[0].addr_spec) if one["To"] else "": one for one in found}


def text_of(letter: Message) -> str:
    """The text of a letter, with the names of what is attached."""
    names = [part.get_filename() or "" for part in letter.iter_attachments()]
    return "\n".join([str(letter["Subject"]), letter.get_body().get_content(), *names])


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def within(depth: int) -> bytes:
    """A return in so many archives."""
    data, name = CLEAN, "a.xlsx"
    for number in range(depth):
        data, name = zipped({name: data}), f"{number}.zip"
    return data


def with_links() -> bytes:
    """A link to a file of the system, a name that leads out, one with a colour of the terminal in it."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.xlsx")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../../evil.xlsx", CLEAN)
        archive.writestr("a\x1b[31m.xlsx", CLEAN)
    return buffer.getvalue()


def taped() -> bytes:
    """A tar with a name that is no text, an absolute one, and a link."""
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", encoding="utf-8", errors="surrogateescape") as archive:
        for name in ("\udcff.xlsx", "/evil.xlsx"):
            info = tarfile.TarInfo(name)
            info.size = len(CLEAN)
            archive.addfile(info, BytesIO(CLEAN))
        link = tarfile.TarInfo("l.xlsx")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return buffer.getvalue()


ARCHIVES = {
    "deep": (within(9), ["无法读取"]),
    "damaged within": (zipped({"b.zip": zipped({"c.xlsx": CLEAN, "d.xlsx": OTHERS})[:-60]}), ["无法读取"]),
    "links": (with_links(), ["无法读取", "通过", "通过"]),
    "tar": (taped(), ["通过", "通过", "无法读取"]),
    "nothing": (zipped({}), ["无法读取"]),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_no_archive_leads_out_or_stops_the_round(round_, tmp_path, kind):
    data, wanted = ARCHIVES[kind]
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(round_.folder)}
    found = take(round_, tmp_path / "m", mail(1, JIA, "x", ("a.zip", data)), mail(2, YI, "y", ("b.xlsx", OTHERS)))
    assert [one.status for one in found] == [*wanted, "通过"]
    assert {one.state for one in records.all_messages(round_.ledger)} == {"done"}
    assert all(one.name == clean(one.name) and round_.below(one.stored).is_file() for one in found)
    now = {path for path in tmp_path.rglob("*") if not path.is_relative_to(round_.folder)}
    assert now - before == {tmp_path / "m", tmp_path / "m" / "01.eml", tmp_path / "m" / "02.eml"}
    assert not [path for path in round_.folder.rglob("*") if path.is_symlink()]
    draft_answers(round_)
    assert len(register(round_)) == len(found)


def test_a_unit_whose_name_holds_what_no_database_takes(tmp_path, database):
    made = new_round(tmp_path / "R", database if database.startswith("postgresql") else "sqlite")
    [one] = take(made, tmp_path / "m", mail(1, JIA, "x", ("a.xlsx", workbook("甲_x0000_局", clean=True))))
    made.ledger.close()
    assert (one.written, one.unit, one.standing) == ("甲局", "甲局", "counted")


def test_no_name_or_id_begins_a_header_of_its_own(round_, tmp_path):
    evil = "=?utf-8?q?x=0D=0ABcc=3A_thief=40example=2Ecom?="
    raw = (
        f"From: {evil} <{JIA}>\r\nReply-To: {evil} <{JIA}>\r\nSubject: {evil}\r\n"
        "Message-ID: <a\r\n\tBcc: thief@example.com>\r\n"
        "References: <b@x>\r\n <c\x0bBcc:thief@example.com> <=?utf-8?q?=0D=0ABcc:?=>\r\n"
        "Date: Sat, 01 Feb 2020 09:00:00 +0800\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n'
        '<script>alert(1)</script><img src="http://thief.example.com/x.png"><p>请查收</p>\r\n'
        f'--b\r\nContent-Type: application/x; name="{evil}.xlsx"\r\nContent-Transfer-Encoding: 8bit\r\n\r\nPK\x03\x04'
        "\r\n--b--\r\n"
    ).encode()
    take(round_, tmp_path / "m", raw)
    draft_answers(round_)
    [(to, letter)] = drafts(round_).items()
    assert to == JIA
    assert sorted(set(map(str.lower, letter.keys()))) == sorted([
        "date", "from", "to", "subject", "message-id", *(["in-reply-to", "references"] if letter["References"] else []),
        "auto-submitted", "x-auto-response-suppress", "x-unsent", "mime-version", "content-type",
        "content-transfer-encoding",
    ])  # fmt: skip
    assert letter["Bcc"] is None
    assert "<script" not in text_of(letter)
    assert "http://" not in text_of(letter)


# ---------------------------------------------------------------- what one unit may learn of another


@pytest.mark.parametrize(
    "sent",
    [("a.xlsx", workbook("甲局")), ("a.zip", zipped({"甲/a.xlsx": workbook("甲局")}))],
    ids=["workbook", "archive"],
)
def test_who_sends_the_return_of_another_unit_learns_nothing_of_it(round_, tmp_path, sent):
    """Not from the first answer, and not when the clerk counts the return for the unit that it is of."""
    take(round_, tmp_path / "m", mail(1, JIA, "甲", ("a.xlsx", CLEAN)), mail(2, YI, "乙", sent))
    draft_answers(round_)
    letters = drafts(round_)
    assert set(letters) == {JIA, YI}
    for word in ("必须改正", "错误", "万元", "第 2 次", "已改正", "SUM-"):
        assert word not in text_of(letters[YI])
    assert list(letters[YI].iter_attachments()) == []
    [waiting] = [one for one in records.all_files(round_.ledger) if one.standing == records.TO_VERIFY]
    with round_.ledger.begin() as connection:
        records.accept_file(connection, waiting, "甲局")
    [answer] = draft_answers(round_).drafted
    assert (answer.kind, answer.unit, answer.recipient) == ("failed", "甲局", JIA)


def test_the_same_workbook_again_from_another_unit_is_not_reported_as_the_same(round_, tmp_path):
    take(round_, tmp_path / "m", mail(1, JIA, "甲", ("a.xlsx", CLEAN)), mail(2, YI, "甲", ("a.xlsx", CLEAN)))
    assert [(one.kind, one.recipient) for one in draft_answers(round_).drafted] == [
        ("passed", JIA), ("to_verify", YI),
    ]  # fmt: skip
    assert "相同" not in text_of(drafts(round_)[YI])


def test_a_unit_without_an_address_leaves_it_to_the_clerk(tmp_path):
    made = new_round(tmp_path / "R", rows=[("甲局", "", "", "", "", "", ""), *ROWS[1:]])
    mails = mail(1, YI, "甲", ("a.xlsx", CLEAN)), mail(2, "who@example.com", "甲", ("b.xlsx", workbook("甲局")))
    found = take(made, tmp_path / "m", *mails)
    with made.ledger.begin() as connection:
        for one in found:
            records.accept_file(connection, one, "甲局")
    assert [one.recipient for one in draft_answers(made).drafted] == ["who@example.com"]  # the last counts
    made.ledger.close()


def test_what_goes_back_to_a_unit_names_no_other(round_, tmp_path):
    """The summary reports it: the same project, and the same workbook, from two units."""
    mails = (
        mail(1, JIA, "甲", ("a.xlsx", CLEAN)),
        mail(2, YI, "甲", ("a.xlsx", CLEAN)),
        mail(3, YI, "乙", ("b.xlsx", OTHERS)),
    )
    take(round_, tmp_path / "m", *mails)
    batch, written = write_report(round_, tmp_path / "out")
    assert {"ROUND-02", "DUP-07"} <= {one.code for one in batch.findings}
    pages = {path.parent.name: path.read_text("utf-8") for path in written if path.suffix == ".html"}
    assert {unit: ("甲局" in page, "乙局" in page) for unit, page in pages.items()} == {
        "甲局": (True, False), "乙局": (False, True),
    }  # fmt: skip
    for path in (path for path in written if path.parent.name in pages and path.suffix == ".xlsx"):
        other = "乙局" if path.parent.name == "甲局" else "甲局"
        with zipfile.ZipFile(path) as book:
            assert not [name for name in book.namelist() if other.encode() in book.read(name)]


# ---------------------------------------------------------------- links that somebody put into the folder


def test_a_link_in_the_folder_is_not_followed(round_, tmp_path):
    take(round_, tmp_path / "m", mail(1, JIA, "甲", ("a.xlsx", workbook("甲局"))))
    away = tmp_path / "away"
    away.mkdir()
    for name in ("草稿", "回复附件/000001/单位"):
        link = round_.folder / name
        shutil.rmtree(link, ignore_errors=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(away)
        with pytest.raises(UserError, match="outside the round's folder"):
            draft_answers(round_)
        link.unlink()
    assert list(away.iterdir()) == []
    assert records.all_replies(round_.ledger) == []
    (tmp_path / "geheim").write_bytes(b"From: x\r\n\r\n")
    stored = round_.below(records.all_messages(round_.ledger)[0].stored)
    stored.unlink()
    stored.symlink_to(tmp_path / "geheim")
    with pytest.raises(UserError, match="outside"):
        round_.below(records.all_messages(round_.ledger)[0].stored)
