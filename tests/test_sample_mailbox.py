"""The sample mailbox: the same on every run, read to the last mail, and each workbook in it judged as it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import mail_server
import openpyxl
import pytest
from programs import needs_dovecot

import perfxl
from perfxl.sources.mail.attachments import Mail
from perfxl.sources.mail.fetch import fetch
from perfxl.sources.mail.mime import parse

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "samples" / "mailbox" / "make.py"
STATUS = {
    "passed": "通过", "passed_with_notes": "通过(有提示)", "failed": "未通过", "unreadable": "无法读取",
    "not_a_return": "不是申报表",
}  # fmt: skip
CITY = "某市"


@pytest.fixture(scope="module")
def made(sample_mailbox: Path) -> Path:
    return sample_mailbox


@pytest.fixture(scope="module")
def expected(made: Path) -> dict:
    return json.loads((made / "expected.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def mails(made: Path) -> dict[str, Mail]:
    return {path.name: parse(path.read_bytes()) for path in sorted((made / "邮件").iterdir())}


def all_fetched(source: Path) -> list[bytes]:
    return [one.raw for one in fetch(str(source), lambda _: False, lambda _: "")]


@pytest.mark.slow
def test_every_run_gives_the_same_bytes(made, tmp_path):
    subprocess.run([sys.executable, SCRIPT, tmp_path], check=True, capture_output=True)
    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (made, tmp_path)
    )
    assert first == second
    assert len(first) == 53


def test_the_folder_and_the_mbox_hold_the_same_fifty_mails(made, expected):
    folder = all_fetched(made / "邮件")
    assert folder == all_fetched(made / "邮箱.mbox")
    assert len(folder) == len(set(folder)) == len(expected["mails"]) == 50
    assert [parse(raw).message_id for raw in folder] == [one["message_id"] for one in expected["mails"]]


@needs_dovecot
def test_a_server_gives_them_as_they_are(made, monkeypatch):
    wanted = [path.read_bytes() for path in sorted((made / "邮件").iterdir())]
    with mail_server.running() as server:
        monkeypatch.setenv("PERFXL_CA_FILE", str(server.ca))
        for raw in wanted:
            server.deliver(raw)
        found = list(fetch(server.url(), lambda _: False, lambda _: mail_server.PASSWORD))
    assert [one.raw for one in found] == wanted
    assert [parse(one.raw) for one in found] == [parse(raw) for raw in wanted]


def test_what_is_expected_of_them_covers_every_unit_and_outcome(made, expected):
    sheet = openpyxl.load_workbook(made / "应报单位.xlsx").active
    units = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    results = [one for mail in expected["mails"] for one in mail["results"]]
    assert len(units) == 31
    assert set(units) - {one["unit"] for one in results} == set(expected["silent"])
    assert Counter(one["outcome"] for one in results) == {
        "passed": 29, "failed": 4, "unreadable": 5, "not_a_return": 1, "no_attachment": 3,
        "nil_return": 1, "identical": 1, "to_verify": 4, "automatic": 3,
    }  # fmt: skip
    versions = Counter(one["unit"] for one in results if one["version"])
    assert Counter(versions.values()) == {1: 26, 2: 2, 3: 1}


def test_every_file_is_found_under_its_name(mails, expected):
    for one in expected["mails"]:
        found = [file.name for file in mails[one["file"]].attachments]
        assert found == [result["attachment"] for result in one["results"] if result["attachment"]], one


def test_what_is_in_no_file_is_told(mails, expected):
    for one in expected["mails"]:
        mail = mails[one["file"]]
        outcomes = {result["outcome"] for result in one["results"]}
        lost = "unreadable" in outcomes and not mail.attachments
        assert len(mail.problems) == lost, one
        assert (mail.automatic is not None) == (outcomes == {"automatic"}), one
        assert ("零报" in mail.text) == (outcomes == {"nil_return"}), one
        assert not {"\ufffd", "?"} & set(mail.subject + mail.sender_name), one
    assert Counter(problem.zh[:4] for mail in mails.values() for problem in mail.problems) == {
        "附件被 ": 1,
        "邮件里有": 1,
    }


def test_senders_are_on_the_list_or_meant_not_to_be(made, mails, expected):
    sheet = openpyxl.load_workbook(made / "应报单位.xlsx").active
    allowed = {row[0]: row[2].split("；") for row in sheet.iter_rows(min_row=2, values_only=True)}
    for one in expected["mails"]:
        for result in one["results"]:
            listed = mails[one["file"]].sender in allowed.get(result["unit"], ())
            assert listed == (result["outcome"] != "to_verify" and bool(result["unit"])), one


def test_every_workbook_is_judged_as_expected(tmp_path, mails, expected):
    wanted = {}
    for one in expected["mails"]:
        files = [result for result in one["results"] if result["attachment"]]
        for place, (file, result) in enumerate(zip(mails[one["file"]].attachments, files, strict=True)):
            if result["outcome"] in STATUS and not file.name.endswith(".zip"):
                name = f"{one['file'][:2]}-{place}.xlsx"
                (tmp_path / name).write_bytes(file.data)
                wanted[name] = (STATUS[result["outcome"]], result["unit"])
    batch = perfxl.check(tmp_path)
    found = {item.file: (item.status, item.unit) for item in batch.submissions}
    for name, (status, unit) in wanted.items():
        assert found[name][0] == status, name
        assert found[name][1] in ("", unit, "某市人社局"), name
    codes = Counter(finding.code for finding in batch.findings if finding.severity == "error")
    assert set(codes) == {"SUM-10", "FILE-01", "FILE-02"}
    said = [finding.message for finding in batch.findings if finding.code == "SUM-10"]
    assert sum("404.03" in message and "394.03" in message for message in said) == 1


def test_nothing_in_it_is_anybodys(made):
    text = b"".join(path.read_bytes() for path in made.rglob("*.*ml"))
    addresses = set(re.findall(rb"[\w.+-]+@[\w.-]+", text))
    assert all(address.endswith((b"example.gov.cn", b"example.com")) for address in addresses if b"." in address)
    assert not re.search(rb"(?<!\d)1[3-9]\d{9}(?!\d)", b"".join(line for line in text.split(b"\r\n") if len(line) < 60))
