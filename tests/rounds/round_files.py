"""Mails, rosters and rounds for the tests, made of the sample department under other names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from clerk_files import CLEAN, TYPED, UNIT, sheet
from databases import PASSWORD
from raw_books import edited, replaced

from perfxl.ledger import records
from perfxl.rounds.folder import Round, create
from perfxl.rounds.settings import Settings

HEADS = ("单位", "别名", "邮箱", "联系人", "电话", "控制数（万元）", "允许零报")
SENDER = "jx@example.gov.cn"
ROWS = (
    ("甲局", "甲办", "jia@example.gov.cn", "张三", "", 394.03, ""),
    ("乙局", "", "yi@example.gov.cn；both@example.gov.cn", "", "", "", "是"),
    ("丙局", "", "bing@example.gov.cn;both@example.gov.cn", "", "", "", ""),
)


@cache
def workbook(
    unit: str, *, clean: bool = False, year: str = "", amounts: tuple[tuple[str, str, object], ...] = ()
) -> bytes:
    """The department's return in the name of a unit; ``amounts`` are (sheet, cell, value)."""
    cells = {f"{sheet}!{cell}": value for sheet, cell, value in amounts}
    data = edited((CLEAN if clean else TYPED).read_bytes(), cells)
    return replaced(data, (UNIT, unit), ("2020年度", f"{year or 2020}年度"))


def mail(
    number: int, sender: str, subject: str, *attached: tuple[str, bytes], text: str = "请查收。", **headers: str
) -> bytes:
    """A mail that arrived on the day ``number`` of February."""
    letter = EmailMessage()
    letter["From"] = f"李四 <{sender}>"
    letter["To"] = SENDER
    letter["Subject"] = subject
    letter["Message-ID"] = f"<{number}@example.gov.cn>"
    letter["Date"] = f"{number:02d} Feb 2020 09:00:00 +0800"
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    for name, data in attached:
        letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return letter.as_bytes()


def saved(folder: Path, *mails: bytes) -> Path:
    """A folder with these mails."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(mails, 1):
        (folder / f"{number:02d}.eml").write_bytes(raw)
    return folder


def password(_account: str) -> str:
    return PASSWORD


def new_round(folder: Path, database: str = "sqlite", rows: Sequence[Sequence[object]] = ROWS, **more: object) -> Round:
    """A round of 2020."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    roster = sheet(folder.parent / "应报单位.xlsx", HEADS, *rows, name="应报单位")
    settings = {"deadline": date(2020, 2, 28), "sender": SENDER, "signature": "某市财政局绩效科", **more}
    wanted = Settings("", "2020年度申报", "hengyang_2020", 2020, roster.name, database=database, **settings)
    return create(folder, wanted, roster, password)


def dump(round_: Round) -> dict[str, object]:
    """All that the ledger and the folder hold, without moments and numbers that may differ from run to run."""
    subjects = {one.id: one.subject for one in records.all_messages(round_.ledger)}
    filed = records.all_files(round_.ledger)
    found = records.findings_of(round_.ledger, [one.id for one in filed])
    return {
        "messages": sorted((one.identity, one.state, one.subject) for one in records.all_messages(round_.ledger)),
        "files": sorted(
            (subjects[one.message], one.name, one.sha256, one.status, one.unit, one.standing, len(found[one.id]))
            for one in filed
        ),
        "replies": sorted((one.unit, one.kind, one.recipient, one.state) for one in records.all_replies(round_.ledger)),
        "drafts": sorted(path.name.partition("_")[2] for path in (round_.folder / "草稿").glob("*.eml")),
        "mails": sorted(path.name for path in (round_.folder / "邮件").glob("*.eml")),
    }


def no_password(account: str) -> str:
    raise AssertionError(f"nobody asks for {account}")


Die = Callable[[str], None]
