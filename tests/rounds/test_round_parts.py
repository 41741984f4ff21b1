"""A return whose forms came in several files: by one mail, by several, or after a file was accepted."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from round_files import mail, new_round, no_password, saved
from split_returns import DEPARTMENT, FUND, PROJECTS, part

from perfxl.ledger import records
from perfxl.rounds.answers import draft_answers, remind
from perfxl.rounds.compare import compare
from perfxl.rounds.folder import Round
from perfxl.rounds.intake import collect_mails
from perfxl.rounds.joining import join_returns
from perfxl.rounds.report import register, round_batch
from perfxl.rounds.versions import accept, histories, progress_of

JIA = "jia@example.gov.cn"
WRONG = (("项目2!D7", 15), ("项目2!D8", 15))
HEAD = part(*DEPARTMENT, unit="甲局")
REST = part(*PROJECTS, *FUND, unit="甲局")
REST_WRONG = part(*PROJECTS, *FUND, unit="甲局", cells=WRONG)


@pytest.fixture
def round_(tmp_path):
    made = new_round(tmp_path / "R")
    yield made
    made.ledger.close()


def take(round_: Round, folder: Path, *mails: bytes) -> None:
    collect_mails(round_, str(saved(folder, *mails)), no_password)


def letter(round_: Round, stored: str) -> tuple[str, list[str]]:
    """Text and names of the attachments of a draft."""
    message = message_from_bytes((round_.folder / stored).read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return body.get_content() if body else "", [one.get_filename() or "" for one in message.iter_attachments()]


def found(round_: Round) -> list[tuple[str, str, str]]:
    valid = histories(round_)["甲局"].valid
    assert valid is not None
    return [(one.code, one.file, str(one.ref)) for one in records.findings_of(round_.ledger, [valid.id])[valid.id]]


def test_two_attachments_of_one_mail_are_one_version_with_one_answer(round_, tmp_path):
    take(round_, tmp_path / "m", mail(1, JIA, "报送", ("1 部门.xlsx", HEAD), ("2 项目.xlsx", REST_WRONG)))
    history = histories(round_)["甲局"]
    assert (len(history.versions), [one.name for one in history.files_of(history.versions[0])]) == (
        1, ["1 部门.xlsx", "2 项目.xlsx"],
    )  # fmt: skip
    assert ("CROSS-01", "2 项目.xlsx", "项目2!D7") in found(round_)
    assert not [code for code, *_ in found(round_) if code.startswith("FILE")]
    [standing] = [one for one in progress_of(round_, histories(round_), "zh").units if one.unit == "甲局"]
    assert (standing.state.value, standing.versions, standing.total) == ("已报未通过", 1, 394_030_000)
    assert standing.remark == "申报表由 2 个文件组成：1 部门.xlsx、2 项目.xlsx"
    [reply] = draft_answers(round_).drafted
    text, attached = letter(round_, reply.stored)
    assert "1 部门.xlsx" in text and "2 项目.xlsx" in text  # noqa: PT018
    assert attached == ["1 部门_批注.xlsx", "2 项目_批注.xlsx", "错误报告.html"]
    assert draft_answers(round_).drafted == []
    assert [(one.version, one.draft) for one in register(round_)] == [(1, Path(reply.stored).name)] * 2
    batch = round_batch(round_)
    assert [len(item.parts) for item in batch.submissions] == [2, 2]


def test_parts_on_two_days_in_whatever_order_they_are_read(round_, tmp_path):
    take(round_, tmp_path / "a", mail(3, JIA, "项目", ("2 项目.xlsx", REST)))
    assert histories(round_)["甲局"].valid.status == "通过(有提示)"
    draft_answers(round_)
    take(round_, tmp_path / "b", mail(2, JIA, "部门", ("1 部门.xlsx", HEAD)))
    assert not [code for code, *_ in found(round_) if code.startswith(("FILE", "CROSS"))]
    history = histories(round_)["甲局"]
    assert [one.name for one in history.files_of(history.versions[-1])] == ["1 部门.xlsx", "2 项目.xlsx"]
    [reply] = draft_answers(round_).drafted
    assert "1 部门.xlsx" in letter(round_, reply.stored)[0]


def test_a_part_that_came_again(round_, tmp_path):
    first = mail(1, JIA, "报送", ("1 部门.xlsx", HEAD), ("2 项目.xlsx", REST_WRONG))
    take(round_, tmp_path / "m", first, mail(2, JIA, "更正", ("2 项目.xlsx", REST)))
    history = histories(round_)["甲局"]
    assert [[one.name for one in history.files_of(version)] for version in history.versions] == [
        ["1 部门.xlsx", "2 项目.xlsx"], ["1 部门.xlsx", "2 项目.xlsx"],
    ]  # fmt: skip
    assert history.versions[0].status == "未通过"
    # which one counts is sure: no doubt, and what was found is closed
    assert not [code for code, *_ in found(round_) if code.startswith(("FILE", "CROSS"))]
    compared = compare(round_, *(history.files_of(version) for version in history.versions))
    assert "CROSS-01" in {one.code for one in compared.closed}
    assert ("项目2", "D7") in {(change.sheet, change.cell) for change in compared.changes}
    drafted = draft_answers(round_).drafted
    assert [one.kind for one in drafted][-1] != "failed"
    batch = round_batch(round_)
    assert [item.status.value for item in batch.submissions] == [history.versions[-1].status] * 2


def test_parts_that_came_again_as_they_were_have_one_answer(round_, tmp_path):
    both = ("1 部门.xlsx", HEAD), ("2 项目.xlsx", REST_WRONG)
    take(round_, tmp_path / "a", mail(1, JIA, "报送", *both))
    draft_answers(round_)
    take(round_, tmp_path / "b", mail(2, JIA, "再报", *both))
    [reply] = draft_answers(round_).drafted
    assert (reply.kind, "“1 部门.xlsx”、“2 项目.xlsx”" in letter(round_, reply.stored)[0]) == ("identical", True)
    assert draft_answers(round_).drafted == []
    # one of them is new: the answer is about the return as it is now
    take(round_, tmp_path / "c", mail(3, JIA, "更正", ("1 部门.xlsx", HEAD), ("2 项目.xlsx", REST)))
    [reply] = draft_answers(round_).drafted
    assert reply.kind == "passed"
    assert "“1 部门.xlsx”、“2 项目.xlsx”" in letter(round_, reply.stored)[0]


def test_a_whole_workbook_after_parts_counts_alone(round_, tmp_path):
    whole = part(*DEPARTMENT, *PROJECTS, *FUND, unit="甲局")
    take(round_, tmp_path / "a", mail(1, JIA, "报送", ("1.xlsx", HEAD), ("2.xlsx", REST_WRONG)))
    take(round_, tmp_path / "b", mail(2, JIA, "更正", ("3.xlsx", whole)))
    history = histories(round_)["甲局"]
    assert ([one.name for one in history.versions], history.valid.parts) == (["2.xlsx", "3.xlsx"], ())


def test_a_form_that_came_after_a_whole_workbook_replaces_it(round_, tmp_path):
    whole = part(*DEPARTMENT, *PROJECTS, *FUND, unit="甲局")
    wrong = part(*DEPARTMENT, unit="甲局", cells=(("部门整体支出!G9", 61),))
    take(round_, tmp_path / "a", mail(1, JIA, "报送", ("全部.xlsx", whole)), mail(2, JIA, "更正", ("部门.xlsx", wrong)))
    history = histories(round_)["甲局"]
    assert [one.name for one in history.files_of(history.valid)] == ["全部.xlsx", "部门.xlsx"]
    assert ("CROSS-02", "部门.xlsx", "部门整体支出!G9") in found(round_)


def test_an_alias_or_no_name_on_a_part_is_settled_by_the_roster(round_, tmp_path):
    for number, unit in enumerate(("甲办", ""), 1):
        rest = part(*PROJECTS, *FUND, unit=unit)
        take(round_, tmp_path / str(number), mail(number, JIA, "报送", ("1.xlsx", HEAD), (f"{number + 1}.xlsx", rest)))
        history = histories(round_)["甲局"]
        assert len(history.files_of(history.valid)) == 2


def test_a_part_that_waits_joins_when_it_is_accepted(round_, tmp_path):
    stranger = mail(1, "someone@example.org", "部门", ("1 部门.xlsx", HEAD))
    take(round_, tmp_path / "m", stranger, mail(2, JIA, "项目", ("2 项目.xlsx", REST)))
    draft_answers(round_)
    assert "FILE-03" in {code for code, *_ in found(round_)}
    accept(round_, [one.id for one in histories(round_)["甲局"].waiting])
    join_returns(round_)
    assert "FILE-03" not in {code for code, *_ in found(round_)}
    assert len(draft_answers(round_).drafted) == 1


def test_parts_of_two_units_in_one_mail_stay_apart(round_, tmp_path):
    other = part(*PROJECTS, *FUND, unit="丙局")
    sender = "both@example.gov.cn"
    own = part(*DEPARTMENT, unit="乙局")
    take(round_, tmp_path / "m", mail(1, sender, "报送", ("1.xlsx", own), ("2.xlsx", other)))
    assert [histories(round_)[unit].valid.parts for unit in ("乙局", "丙局")] == [(), ()]
    assert len(draft_answers(round_).drafted) == 2


def test_a_reminder_speaks_of_the_whole_return(round_, tmp_path):
    take(round_, tmp_path / "m", mail(1, JIA, "报送", ("1 部门.xlsx", HEAD), ("2 项目.xlsx", REST_WRONG)))
    written = remind(round_).drafted
    [stored] = [one.stored for one in written if one.unit == "甲局"]
    assert "项目2" in letter(round_, stored)[0]
