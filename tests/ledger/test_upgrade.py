"""A ledger that an earlier version made: it is opened by ours with everything that is in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from test_ledger import FINDING, MAIL, filed, password

from perfxl.ledger import records
from perfxl.ledger.database import VERSION, database_url, has_round, open_ledger
from perfxl.ledger.tables import file_table, ledger_table
from perfxl.model import Text

#: the statements that made the tables of version 1, with which its rows are written too
MADE = (Path(__file__).parent / "version_1.sql").read_text("utf-8")
DAY = "2026-02-05T00:00:00.000000+00:00"
STORED = records.finding_to_json(FINDING).partition(', "fix"')[0] + "}"
_MESSAGE = {
    "round": "round-1", "message_id": "<1@example.gov.cn>", "sender": "a@example.gov.cn", "sender_name": "张三",
    "reply_to": "", "subject": "申报表", "sent": "", "received": "2026-02-05T00:00:00+00:00",
    "references": '["<0@example.gov.cn>"]', "automatic": "null", "stored": "邮件/digest.eml",
}  # fmt: skip
_FILE = {
    "message": 1, "name": "申报表.xlsx", "stored": "报送/000001/申报表.xlsx", "sha256": "0" * 64, "sender": "",
    "status": "未通过", "written": "某局", "unit": "某局", "how": "form", "standing": "counted",
}  # fmt: skip
TOTAL = 404_030_000_000_000
_COUNTS = {"errors": 1, "warnings": 2, "notices": 3}
ROWS = {
    "perfxl_ledger": [{"version": 1}],
    "round": [{"id": "round-1", "profile": "hengyang_2020", "year": 2020, "title": "2020年申报", "created": DAY}],
    "message": [
        {**_MESSAGE, "identity": "digest", "kind": "mail", "problems": '[["附件不全", "not all"]]', "state": "done"},
        {**_MESSAGE, "identity": "other", "kind": "file", "problems": "[]", "state": "stored"},
    ],
    "file": [
        {**_FILE, "place": 0, "why": '["发件人不明", "who is it"]', "year": 2020, **_COUNTS, "total": TOTAL},
        {**_FILE, "place": 1, "why": "null", "year": None, **_COUNTS, "total": None},
    ],
    "seen": [{"round": "round-1", "key": "imap:a@b/INBOX;1;7", "message": 1}],
    "finding": [{"file": 1, "place": 0, "code": "SUM-10", "severity": "error", "data": STORED}],
    "reply": [
        {
            "round": "round-1", "about": "file 1", "message": 1, "file": 1, "unit": "某局", "kind": "failed",
            "recipient": "a@example.gov.cn", "message_id": "<r@example.gov.cn>", "stored": "答复/1.eml",
            "state": "sent", "reason": "", "created": DAY, "changed": DAY,
        },
    ],
    "event": [{"round": "round-1", "at": DAY, "what": "sent", "message": 1, "file": None, "detail": "答复"}],
}  # fmt: skip


@pytest.fixture
def old(database):
    """The URL of a ledger of version 1 with a row or two in each table."""
    url = database_url(database)
    if url.get_backend_name() == "postgresql":
        url = url.set(password=password(f"{url.username}@{url.host}"))
    engine = sa.create_engine(url)
    made = MADE.replace("id INTEGER", "id SERIAL") if url.get_backend_name() == "postgresql" else MADE
    with engine.begin() as connection:
        for statement in filter(str.strip, made.split(";")):
            connection.exec_driver_sql(statement)
        for name, rows in ROWS.items():
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            assert {"whole", "parts", "checked_with"}.isdisjoint(table.columns.keys())
            for row in rows:
                connection.execute(sa.insert(table).values(**row))
    engine.dispose()
    return database


def opened(url):
    return open_ledger(database_url(url), "round-1", password)


def in_tables(ledger):
    with ledger.begin() as connection:
        return {
            name: [dict(row) for row in connection.execute(sa.text(f'SELECT * FROM "{name}"')).mappings()]  # noqa: S608
            for name in ROWS
        }


def test_every_row_of_version_1_is_kept_and_read(old):
    ledger = opened(old)
    found = in_tables(ledger)
    assert found.pop("perfxl_ledger") == [{"version": VERSION}]
    for name, rows in found.items():
        assert [{key: row[key] for key in want} for row, want in zip(rows, ROWS[name], strict=True)] == ROWS[name]
    assert has_round(ledger)
    assert [mail.identity for mail in records.all_messages(ledger)] == ["digest", "other"]
    assert records.all_messages(ledger)[0] == replace(MAIL, id=1, state="done")
    assert [mail.identity for mail in records.unfinished_messages(ledger)] == ["other"]
    assert records.is_known(ledger, "imap:a@b/INBOX;1;7")
    first, second = records.all_files(ledger)
    assert (first.why, first.total, second.total) == (Text("发件人不明", "who is it"), TOTAL, None)
    assert all((one.whole, one.parts, one.checked_with) == (1, (), ()) for one in (first, second))
    assert records.findings_of(ledger, [1]) == {1: [FINDING]}
    assert [reply.about for reply in records.all_replies(ledger)] == ["file 1"]
    ledger.close()


def test_it_goes_on_as_one_of_ours(old):
    ledger = opened(old)
    more = filed(1, why=None, year=2020, errors=0, warnings=0, notices=0, whole=0, parts=(1,), checked_with=(1, 2))
    with ledger.begin() as connection:
        number = records.add_file(connection, replace(more, place=2), [FINDING])
    assert (number, records.all_files(ledger)[-1].parts) == (3, (1,))
    with ledger.begin() as connection:
        columns = {each["name"]: each["nullable"] for each in sa.inspect(connection).get_columns("file")}
    assert columns == {column.name: column.nullable for column in file_table.columns}
    ledger.close()


def test_several_that_open_it_at_once_bring_it_up_once(old):
    with ThreadPoolExecutor(4) as pool:
        ledgers = list(pool.map(opened, [old] * 4))
    with ledgers[0].begin() as connection:
        assert connection.scalars(sa.select(ledger_table.c.version)).all() == [VERSION]
    assert [len(rows) for rows in in_tables(ledgers[-1]).values()] == [len(rows) for rows in ROWS.values()]
    for ledger in ledgers:
        ledger.close()
