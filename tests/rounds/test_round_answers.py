"""What answers are written: under which names, and how many to one address."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from clerk_files import sheet
from round_files import HEADS, mail, new_round, no_password, saved, workbook
from sqlalchemy import update

from perfxl.ledger import records
from perfxl.ledger.database import moment
from perfxl.ledger.tables import reply_table
from perfxl.rounds.answers import draft_answers, remind
from perfxl.rounds.folder import Round, open_round
from perfxl.rounds.intake import collect_mails
from perfxl.rounds.report import register


@pytest.fixture
def round_(tmp_path):
    made = new_round(tmp_path / "R", answers_per_day=2)
    yield made
    made.ledger.close()


def take(round_: Round, folder: Path, *mails: bytes) -> None:
    collect_mails(round_, str(saved(folder, *mails)), no_password)


def test_the_names_of_drafts_never_meet(round_, tmp_path):
    """Of a file, of a mail without one, and of reminders on two days, all of one number and one unit."""
    mails = (
        mail(1, "jia@example.gov.cn", "一", ("坏.xlsx", b"PK\x03\x04")),
        mail(2, "jia@example.gov.cn", "二", ("winmail.dat", b"x")),
        mail(3, "jia@example.gov.cn", "三", ("坏2.xlsx", b"PK\x03\x05"), ("坏3.xlsx", b"PK\x03\x06")),
    )
    for number, one in enumerate(mails):
        take(round_, tmp_path / str(number), one)
        draft_answers(round_, today=date(2020, 2, 20) + timedelta(number))
    for day in (date(2020, 2, 20), date(2020, 2, 21)):
        remind(round_, today=day)
    of_jia = [one for one in records.all_replies(round_.ledger) if one.unit == "甲局"]
    assert [Path(one.stored).name for one in of_jia] == [
        "001_甲局_无法读取.eml", "邮件002_甲局_无法读取.eml", "002_甲局_无法读取.eml",
        "催报20200220-001_甲局_催重报.eml", "催报20200221-001_甲局_催重报.eml",
    ]  # fmt: skip
    assert [one.file for one in of_jia] == [1, None, 2, 3, 3]
    names = {path.name for path in (round_.folder / "草稿").iterdir()}
    assert names == {Path(one.stored).name for one in records.all_replies(round_.ledger)}


def written_on(round_: Round, day: date, numbers: list[int]) -> None:
    """Put the answers to some messages down as written on a day."""
    noon = moment(datetime.combine(day, time(12)))
    with round_.ledger.begin() as connection:
        connection.execute(update(reply_table).where(reply_table.c.message.in_(numbers)).values(created=noon))


def test_one_address_gets_so_many_answers_a_day_and_the_others_on_the_next(round_, tmp_path):
    """Of an address of two units each mail is answered by itself, as it does not tell of which one it is."""
    notes = [mail(number, "both@example.gov.cn", str(number)) for number in range(1, 6)]
    take(round_, tmp_path / "m", *notes, mail(6, "yi@example.gov.cn", "另一个单位"))
    today = datetime.now().astimezone().date()
    results = []
    for day in (0, 0, 1, 2):
        drafted, held, _ = draft_answers(round_, today=today + timedelta(day))
        results.append(([one.message for one in drafted], dict(held)))
        written_on(round_, today + timedelta(day), [one.message for one in drafted])
    both = "both@example.gov.cn"
    assert results == [([1, 2, 6], {both: 3}), ([], {both: 3}), ([3, 4], {both: 1}), ([5], {})]


def test_a_unit_that_has_another_name_on_the_roster_now_is_still_answered(tmp_path):
    """The old name is an alias then; a unit that is gone from the roster gets no answer, and nothing stops."""
    made = new_round(tmp_path / "R")
    sent = [
        mail(number, f"{key}@example.gov.cn", unit, ("a.xlsx", workbook(unit, clean=True)))
        for number, (key, unit) in enumerate((("jia", "甲局"), ("yi", "乙局")), 1)
    ]
    take(made, tmp_path / "m", *sent)
    sheet(
        made.folder / "应报单位.xlsx", HEADS, ("新甲局", "甲局", "jia@example.gov.cn", "", "", "", ""), name="应报单位"
    )
    again = open_round(made.folder)
    assert [(one.unit, one.kind, one.recipient) for one in draft_answers(again).drafted] == [
        ("新甲局", "passed", "jia@example.gov.cn")
    ]
    assert [(one.unit, one.version) for one in register(again)] == [("新甲局", 1), ("乙局", 0)]
    made.ledger.close()
    again.ledger.close()
