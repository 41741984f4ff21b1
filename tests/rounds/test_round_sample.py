"""The sample mailbox from end to end: each of the fifty mails accounted for, the right verdicts, the right drafts."""

from __future__ import annotations

import json
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import mail_server
import openpyxl
import pytest
import sample_round
from databases import PASSWORD, new_database
from programs import needs_dovecot

from perfxl import cli
from perfxl.ledger import records
from perfxl.rounds.folder import open_round

#: ``make demo`` takes the same mailbox in
pytestmark = pytest.mark.slow
DRAFTED = {"no_attachment": "not_a_return"}


@pytest.fixture(scope="module")
def mailbox(sample_mailbox) -> tuple[Path, dict]:
    return sample_mailbox, json.loads((sample_mailbox / "expected.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def taken(tmp_path_factory, mailbox) -> Path:
    """The round after all mails were checked."""
    folder, (source, _) = tmp_path_factory.mktemp("round") / "R", mailbox
    begin(folder, source)
    assert cli.run(["mail", "check", str(source / "邮件"), "--round", str(folder)]) == 0
    return folder


def begin(folder: Path, source: Path, *more: str) -> None:
    roster = str(source / "应报单位.xlsx")
    options = ["--year", "2020", "--deadline", "2019-12-20", "--sender", "jx@czj.example.gov.cn", *more]
    assert cli.run(["round", "init", str(folder), "--roster", roster, *options]) == 0


def expected(mailbox: tuple[Path, dict]) -> list[list[dict]]:
    return [each["results"] for each in mailbox[1]["mails"]]


def test_every_mail_ends_as_it_should(taken, mailbox):
    round_ = open_round(taken)
    assert sample_round.results(round_) == expected(mailbox)
    round_.ledger.close()


def test_the_same_mails_from_a_mailbox_file_are_known(taken, mailbox, capsys):
    assert cli.run(["mail", "check", str(mailbox[0] / "邮箱.mbox"), "--round", str(taken)]) == 0
    assert "收进邮件 0 封" in capsys.readouterr().out
    round_ = open_round(taken)
    assert len(records.all_messages(round_.ledger)) == 50
    round_.ledger.close()


def test_each_return_has_its_draft_and_no_program_gets_one(taken, mailbox):
    round_ = open_round(taken)
    wanted = Counter(
        DRAFTED.get(result["outcome"], result["outcome"])
        for results in expected(mailbox)
        for result in results
        if result["outcome"] != "automatic"
    )
    every = records.all_replies(round_.ledger)
    answers = [one for one in every if one.state != records.COVERED]
    assert [one.kind for one in every if one.kind not in wanted] == []
    by_id = {one.id: one for one in records.all_messages(round_.ledger)}
    for one in answers:
        draft = message_from_bytes((taken / one.stored).read_bytes(), policy=policy.default)
        assert draft["In-Reply-To"] == by_id[one.message].message_id
        assert draft["To"].addresses[0].addr_spec == one.recipient == by_id[one.message].sender
        names = [part.get_filename() for part in draft.iter_attachments()]
        assert bool(names) == (one.kind in ("failed", "passed_with_notes"))
    assert len({(taken / one.stored).name for one in answers}) == len(answers)
    round_.ledger.close()


def test_a_stranger_learns_nothing_of_a_unit(taken):
    round_ = open_round(taken)
    for one in records.all_replies(round_.ledger):
        if one.kind == "to_verify":
            draft = message_from_bytes((taken / one.stored).read_bytes(), policy=policy.default)
            text = draft.get_body().get_content()
            assert "必须改正" not in text
            assert "万元" not in text
            assert list(draft.iter_attachments()) == []
    round_.ledger.close()


def test_the_summary_shows_how_every_unit_stands(taken, mailbox, tmp_path, capsys):
    assert cli.run(["round", "report", "--round", str(taken), "--out", str(tmp_path / "out")]) == 1
    page = openpyxl.load_workbook(tmp_path / "out" / "汇总表.xlsx")["报送情况"]
    rows = {row[1]: row[2:] for row in page.iter_rows(min_row=4, values_only=True)}
    assert Counter(row[0] for row in rows.values()) == {"通过": 27, "已报未通过": 2, "零报": 1, "未报": 1}
    [silent] = mailbox[1]["silent"]
    assert rows[silent] == ("未报", 0, "", 0, 75.69, None, None, "")
    assert rows["某市统计局"][:2] == ("通过", 3)
    # what came from somebody else's address on the next day has no effect on when the unit reported
    assert rows["某市司法局"][:3] == ("通过", 1, "2019-11-20")
    assert "最近" in [cell.value for cell in page[3]][4]
    check_register(openpyxl.load_workbook(tmp_path / "out" / "汇总表.xlsx")["来件登记"])
    found = json.loads((tmp_path / "out" / "findings.json").read_text("utf-8"))
    codes = Counter(one["code"] for one in found["findings"] if one["code"].startswith("ROUND"))
    assert codes == {"ROUND-01": 1, "ROUND-02": 1, "ROUND-05": 4, "ROUND-06": 1}
    [missing] = [one for one in found["findings"] if one["code"] == "ROUND-01"]
    roster = openpyxl.load_workbook(mailbox[0] / "应报单位.xlsx")
    assert roster[missing["sheet"]][missing["cell"]].value == silent
    text = json.dumps(found, ensure_ascii=False)
    assert "lisi1980@" not in text
    assert "l***@example.com" in text
    capsys.readouterr()


def check_register(page) -> None:
    """Each of the fifty mails has a row, or one for each of its files."""
    rows = [row[:10] for row in page.iter_rows(min_row=4, values_only=True)]
    assert len({row[1] for row in rows}) == 50
    assert len({row[0] for row in rows}) == len(rows) == 51
    assert Counter(row[8] for row in rows) == {
        "通过": 29, "未通过": 4, "待核实": 4, "无法读取": 3, "不是申报表": 1, "零报": 1,
        "重复报送": 1, "没有附件": 3, "附件未能取出": 2, "自动邮件": 3,
    }  # fmt: skip
    assert {row[9].rpartition("（")[2] for row in rows} == {"草稿）", "自动邮件）", "已一并回复）", "请阅看）"}


def test_status_says_it_to_a_program(taken, mailbox, capsys):
    assert cli.run(["status", "--round", str(taken), "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert len(data["units"]) == 31
    assert [one["unit"] for one in data["to_verify"]] == ["某市自然资源局", "某市文化和旅游局", "某市司法局", ""]
    police = next(one for one in data["units"] if one["unit"] == "某市公安局")
    assert (police["state"], police["errors"], police["difference"]) == ("已报未通过", 2, "-17.50")


def test_three_versions_are_compared(taken, capsys):
    assert cli.run(["diff", "某市统计局", "--round", str(taken), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["version"], {one["code"] for one in data["closed"]}, data["new"]) == (3, {"SUM-10"}, [])
    [change] = data["changes"]
    assert (change["sheet"], change["before"] != change["after"]) == ("部门整体支出", True)


@needs_dovecot
def test_the_mailbox_on_a_server_gives_the_same(mailbox, tmp_path, postgres, monkeypatch, capsys):
    """Over IMAPS into PostgreSQL, with drafts in the mailbox too; nothing is marked until the clerk says so."""
    source, _ = mailbox
    folder, url = tmp_path / "R", new_database(postgres, "sample")
    monkeypatch.setenv("PERFXL_MAIL_PASSWORD", mail_server.PASSWORD)
    monkeypatch.setenv("PERFXL_DATABASE_PASSWORD", PASSWORD)
    begin(folder, source, "--database", url)
    with mail_server.running() as server:
        for path in sorted((source / "邮件").glob("*.eml")):
            server.deliver(path.read_bytes())
        monkeypatch.setenv("PERFXL_CA_FILE", str(server.ca))
        settings = folder / "round.toml"
        settings.write_text(settings.read_text("utf-8").replace('# imap = ""', f'imap = "{server.url()}"'), "utf-8")
        check = ["mail", "check", server.url(), "--round", str(folder)]
        assert cli.run(check) == 0
        assert not [name for name in server.files() if name.endswith("S")]
        round_ = open_round(folder, lambda _: PASSWORD)
        assert sample_round.results(round_) == expected(mailbox)
        round_.ledger.close()
        assert cli.run(["remind", "--round", str(folder), "--drafts", "imap"]) == 0
        assert len(server.files(".Drafts")) == 3
        assert cli.run([*check, "--mark"]) == 0
        assert len([name for name in server.files() if "S" in name.partition(",")[2]]) == 50
        assert "收进邮件 0 封（其中文件 0 份）；另有 50 封" in capsys.readouterr().out
    secrets = (mail_server.PASSWORD, PASSWORD)
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert not [secret for secret in secrets if secret.encode() in path.read_bytes()], path
