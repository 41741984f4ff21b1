"""Killed at every step in turn and run again, a round loses nothing and has nothing twice; nor with two at once."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from round_files import Die, dump, mail, new_round, no_password, password, saved, workbook

from perfxl.ledger import records
from perfxl.rounds.answers import draft_answers
from perfxl.rounds.folder import Round, open_round
from perfxl.rounds.intake import collect_mails

STEPS = {"raw", "message", "attachment", "checked", "filed", "done", "draft", "answered"}
KILLED = 9


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    one, two = workbook("甲局"), workbook("甲局", clean=True)
    return saved(
        tmp_path_factory.mktemp("mails"),
        mail(1, "jia@example.gov.cn", "第一版", ("申报表.xlsx", one)),
        mail(2, "jia@example.gov.cn", "第二版", ("申报表.xlsx", two)),
        mail(3, "who@example.com", "不明", ("申报表.xlsx", workbook("乙局", clean=True))),
        mail(4, "yi@example.gov.cn", "零报", text="我局零报。"),
    )


def whole(round_: Round, source: Path, after: Die = lambda _: None) -> None:
    collect_mails(round_, str(source), no_password, after)
    draft_answers(round_, on_step=after)


def in_a_child(work: Callable[[], None]) -> int:
    """Do something in another process; its exit code."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, source) -> dict[str, object]:
    round_ = new_round(tmp_path_factory.mktemp("round") / "R")
    whole(round_, source)
    found = dump(round_)
    round_.ledger.close()
    assert [len(found[key]) for key in ("messages", "files", "replies", "drafts", "mails")] == [
        4,
        4,
        4,
        3,
        4,
    ]
    return found


def kind_of(database: str) -> str:
    return "sqlite" if database.startswith("sqlite") else database


@pytest.mark.slow
def test_killed_at_every_step_in_turn(tmp_path, database, source, undisturbed):
    new_round(tmp_path / "R", kind_of(database)).ledger.close()
    log = tmp_path / "died.txt"
    log.touch()

    def run() -> None:
        round_ = open_round(tmp_path / "R", password)
        done = sum(one.state == "done" for one in records.all_messages(round_.ledger))
        passed = [done, len(records.all_replies(round_.ledger))]

        def die(step: str) -> None:
            """The first time that it comes here."""
            here = f"{step} {passed}"
            if here not in log.read_text().splitlines():
                with log.open("a") as file:
                    file.write(f"{here}\n")
                os._exit(KILLED)
            passed[0] += step == "done"
            passed[1] += step == "answered"

        whole(round_, source, die)

    for _ in range(100):
        code = in_a_child(run)
        assert code in (0, KILLED)
        if code == 0:
            break
    died = log.read_text().splitlines()
    assert {line.split()[0] for line in died} == STEPS
    assert len(died) >= 4 * 7
    round_ = open_round(tmp_path / "R", password)
    assert dump(round_) == undisturbed
    whole(round_, source)
    assert dump(round_) == undisturbed
    round_.ledger.close()


@pytest.mark.slow
def test_two_at_once(tmp_path, database, source, undisturbed):
    new_round(tmp_path / "R", kind_of(database)).ledger.close()

    def run() -> None:
        whole(open_round(tmp_path / "R", password), source)

    def both() -> None:
        other = os.fork()
        run()
        if other == 0:
            os._exit(0)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]))

    assert in_a_child(both) == 0
    round_ = open_round(tmp_path / "R", password)
    assert dump(round_) == undisturbed
    round_.ledger.close()
