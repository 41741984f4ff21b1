"""The ledger on real databases: what goes in comes out, once, whoever else writes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from perfxl.ledger import records
from perfxl.ledger.database import database_url, enter_round, has_round, moment, open_ledger
from perfxl.ledger.records import FileRecord, MessageRecord, ReplyRecord, finding_from_json, finding_to_json
from perfxl.ledger.tables import ledger_table, metadata
from perfxl.model import Finding, Hint, Ref, Severity, Text, UserError, Waived

MAIL = MessageRecord(
    0, "digest", "mail", "<1@example.gov.cn>", "a@example.gov.cn", "张三", "", "申报表", "",
    "2026-02-05T00:00:00+00:00", ("<0@example.gov.cn>",), None, (Text("附件不全", "not all"),),
    "邮件/digest.eml", "stored",
)  # fmt: skip
REF, OTHER = Ref("a.xlsx", "项目3", 14, 4), Ref("a.xlsx", "部门整体支出", 7, 2)
FINDING = Finding(
    "SUM-10", "金额合计·总额", Severity.ERROR, "a.xlsx", "某局", "多 10.00 万元", (REF,), (OTHER,), 404_030_000,
    394_030_000, 10_000_000, (Hint("twice", "重复相加", (OTHER,), (REF, -5), (Hint("left", "漏加"),)),), "404.03",
    Waived("照旧", "张三", date(2026, 12, 31)), (OTHER, REF),
)  # fmt: skip


@pytest.fixture
def ledger(database):
    opened = open_ledger(database_url(database), "round-1", password)
    enter_round(opened, "hengyang_2020", 2020, "2020年申报")
    yield opened
    opened.close()


def password(account: str) -> str:
    from databases import PASSWORD

    assert account == "clerk@127.0.0.1"
    return PASSWORD


def filed(number: int, **more: object) -> FileRecord:
    return FileRecord(
        number,
        0,
        "申报表.xlsx",
        "报送/000001/申报表.xlsx",
        "0" * 64,
        "未通过",
        "某局",
        "某局",
        "form",
        "counted",
        **more,
    )


def test_a_message_is_entered_once_and_known_when_it_is_done(ledger):
    first, new = records.enter_message(ledger, MAIL, "imap:a@b/INBOX;1;7")
    assert (first, new) == (replace(MAIL, id=first.id), True)
    assert not records.is_known(ledger, "imap:a@b/INBOX;1;7")
    assert records.unfinished_messages(ledger) == [first]
    with ledger.begin() as connection:
        assert records.finish_message(connection, first.id)
        assert not records.finish_message(connection, first.id)
    assert records.is_known(ledger, "imap:a@b/INBOX;1;7")
    assert records.unfinished_messages(ledger) == []
    again, new = records.enter_message(ledger, MAIL, "sha256:other way")
    assert (again, new) == (replace(first, state="done"), False)
    assert records.is_known(ledger, "sha256:other way")
    assert records.all_messages(ledger) == [again]


def test_a_file_comes_out_as_it_went_in(ledger):
    mail, _ = records.enter_message(ledger, MAIL, "k")
    why = Text("发件人不明", "who is it")
    one = filed(mail.id, why=why, year=2020, errors=3, warnings=2, notices=1, total=404_030_000_000_000)
    with ledger.begin() as connection:
        number = records.add_file(connection, one, [FINDING, replace(FINDING, waived=None, stated="四百", hints=())])
    assert records.all_files(ledger) == [replace(one, id=number, received=MAIL.received)]
    assert records.findings_of(ledger, [number]) == {
        number: [FINDING, replace(FINDING, waived=None, stated="四百", hints=())]
    }


def test_the_json_of_a_finding_stays_as_ledgers_have_it():
    stored = (
        '{"code": "SUM-10", "name": "金额合计·总额", "severity": "error", "file": "a.xlsx", "unit": "某局", '
        '"message": "多 10.00 万元", "cells": [["a.xlsx", "项目3", 14, 4]], '
        '"related": [["a.xlsx", "部门整体支出", 7, 2]], '
        '"stated": 404030000, "computed": 394030000, "difference": 10000000, "hints": [{"kind": "twice", '
        '"message": "重复相加", "cells": [["a.xlsx", "部门整体支出", 7, 2]], "mend": [["a.xlsx", "项目3", 14, 4], -5], '
        '"among": [{"kind": "left", "message": "漏加", "cells": [], "mend": null, "among": []}]}], '
        '"written": "404.03", "waived": ["照旧", "张三", "2026-12-31"], '
        '"added": [["a.xlsx", "部门整体支出", 7, 2], ["a.xlsx", "项目3", 14, 4]]}'
    )
    assert finding_from_json(stored) == FINDING
    whole = replace(FINDING, fix="请核对", consequences=(replace(FINDING, code="SUM-11"),))
    assert finding_to_json(whole).startswith(stored[:-1])
    assert finding_from_json(finding_to_json(whole)) == whole


def test_findings_keep_all_they_have_even_a_name_that_is_no_text():
    odd = replace(FINDING, file="\udce4.xlsx", cells=(Ref("\udce4.xlsx", "项目3", 14, 4),))
    assert finding_from_json(finding_to_json(odd)) == odd


def test_only_what_waits_is_accepted_and_only_once(ledger):
    mail, _ = records.enter_message(ledger, MAIL, "k")
    with ledger.begin() as connection:
        number = records.add_file(connection, replace(filed(mail.id), standing="to_verify", unit=""), [])
        waiting = replace(filed(mail.id), standing="to_verify", unit="", id=number)
        assert records.accept_file(connection, waiting, "某局")
        assert not records.accept_file(connection, waiting, "别的局")
    [one] = records.all_files(ledger)
    assert (one.unit, one.how, one.standing) == ("某局", "clerk", "counted")


def test_one_thing_is_answered_once(ledger):
    answer = ReplyRecord("file 1", "failed", "某局", "a@example.gov.cn", "<r@example.gov.cn>", "草稿/001.eml")
    assert records.add_reply(ledger, answer)
    assert not records.add_reply(ledger, answer)
    [one] = records.all_replies(ledger)
    assert records.change_reply(ledger, one, "sending")
    assert not records.change_reply(ledger, one, "sending")
    assert records.change_reply(ledger, records.all_replies(ledger)[0], "refused", "对方邮箱已满。")
    assert [(each.state, each.reason) for each in records.all_replies(ledger)] == [("refused", "对方邮箱已满。")]


def test_what_fails_leaves_nothing(ledger):
    mail, _ = records.enter_message(ledger, MAIL, "k")
    twice = [filed(mail.id), filed(mail.id)]
    with pytest.raises(IntegrityError), ledger.begin() as connection:
        [records.add_file(connection, one, [FINDING]) for one in twice]
    assert records.all_files(ledger) == []
    with pytest.raises(IntegrityError), ledger.begin() as connection:
        records.add_file(connection, filed(4711), [])


def test_many_at_once_enter_a_message_once(ledger, database):
    def enter(number: int) -> tuple[int, bool]:
        mine = open_ledger(database_url(database), "round-1", password)
        try:
            entered, _ = records.enter_message(mine, MAIL, f"way {number % 3}")
            with mine.begin() as connection:
                done = records.finish_message(connection, entered.id)
                if done:
                    records.add_file(connection, filed(entered.id), [FINDING])
            return entered.id, done
        finally:
            mine.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(enter, range(24)))
    assert len({number for number, _ in found}) == 1
    assert sum(done for _, done in found) == 1
    assert len(records.all_files(ledger)) == len(records.all_messages(ledger)) == 1


def test_rounds_share_a_database_and_see_nothing_of_each_other(ledger, database):
    other = open_ledger(database_url(database), "round-2", password)
    assert not has_round(other)
    enter_round(other, "mof_2021", 2021, "别的")
    mine, _ = records.enter_message(ledger, MAIL, "k")
    with ledger.begin() as connection:
        records.finish_message(connection, mine.id)
        records.add_file(connection, filed(mine.id), [])
    records.add_reply(ledger, ReplyRecord("x", "failed", "", "", "", ""))
    assert (records.all_messages(other), records.all_files(other), records.all_replies(other)) == ([], [], [])
    assert not records.is_known(other, "k")
    assert records.enter_message(other, MAIL, "k")[1]
    other.close()


def test_a_ledger_of_another_version_is_refused(ledger, database):
    with ledger.begin() as connection:
        connection.execute(update(ledger_table).values(version=99))
    with pytest.raises(UserError) as caught:
        open_ledger(database_url(database), "round-1", password)
    assert "台账是第 99 版的，本程序用第 2 版。" in caught.value.reason.zh


def test_no_float_and_no_password_is_in_the_tables(ledger):
    kinds = {str(column.type) for table in metadata.tables.values() for column in table.columns}
    assert not [kind for kind in kinds if "FLOAT" in kind or "NUMERIC" in kind]
    assert not [c for t in metadata.tables.values() for c in t.columns if "password" in c.name]


def test_sqlite_is_set_up_for_several_processes(tmp_path):
    ledger = open_ledger(database_url(f"sqlite:///{tmp_path / 'a.sqlite'}"), "r")
    with ledger.begin() as connection:
        values = [
            connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    ledger.close()
    assert values == ["wal", 1, 60_000]


def test_moments_are_utc_and_sort():
    china = timezone(timedelta(hours=8))
    early, late = datetime(2026, 2, 5, 7, tzinfo=china), datetime(2026, 2, 5, 0, tzinfo=UTC)
    assert moment(early) == "2026-02-04T23:00:00.000000+00:00"
    assert moment(early) < moment(late)
    assert moment(None) == ""


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("postgresql://clerk:geheim@host/db", "不要写密码"),
        ("postgresql://host/db?password=geheim", "不要写密码"),
        ("mysql://host/db", "不能用"),
        ("nonsense", "不能用"),
    ],
)
def test_an_address_that_cannot_be_used_is_reported_without_its_password(written, message):
    with pytest.raises(UserError) as caught:
        database_url(written)
    assert message in caught.value.reason.zh
    assert "geheim" not in str(caught.value) + caught.value.reason.zh


def test_a_database_that_does_not_answer_is_reported_without_the_password():
    with pytest.raises(UserError) as caught:
        open_ledger(database_url("postgresql://clerk@127.0.0.1:1/x"), "r", lambda _: "geheim")
    assert "连不上台账数据库（postgresql+psycopg://clerk:***@127.0.0.1:1/x）" in caught.value.reason.zh
    assert "geheim" not in f"{caught.value!r}{caught.value.reason}"
