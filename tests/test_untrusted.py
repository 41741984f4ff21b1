"""What a stranger sent is opened in another process: whatever it does there is one reason, and the next is opened."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from containers import CLEAN, PASTED, changed

from perfxl import untrusted
from perfxl.engine.batch import check
from perfxl.model import Text, UserError
from perfxl.rounds import intake
from perfxl.untrusted import Limits, Unreadable, run

POSIX = pytest.mark.skipif(os.name != "posix", reason="the bounds are those of POSIX")


class PanicError(BaseException):
    """What a library in Rust raises."""


def add(one: int, other: int) -> int:
    return one + other


def number() -> int:
    return os.getpid()


def die(how: str) -> None:
    if how == "abort":
        os.write(2, b"memory allocation of 96000000000 bytes failed\n")
        os.abort()
    elif how == "leave":
        os._exit(0)
    elif how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "panic":
        raise PanicError("index out of bounds: the len is 1")
    elif how == "memory":
        bytearray(3 << 30)
    elif how == "deep":
        die("deep")
    elif how == "busy":
        while True:
            pass
    elif how == "stubborn":  # as a library that holds on to what it does
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGVTALRM})
        while True:
            pass
    elif how == "sleep":
        time.sleep(600)
    elif how == "refuse":
        raise Unreadable(Text("坏了", "broken"), "damaged")
    elif how == "mistake":
        raise UserError(Text("错了", "wrong"))
    elif how == "fault":
        raise KeyError("x")


@pytest.fixture
def hasty() -> Iterator[None]:
    """Little time and memory."""
    usual, grace = untrusted.LIMITS, untrusted._GRACE
    untrusted.end()
    untrusted.LIMITS, untrusted._GRACE = Limits(2**28, 0.3, 3.0), 0.3
    yield
    untrusted.end()
    untrusted.LIMITS, untrusted._GRACE = usual, grace


def test_what_a_function_gives_or_raises_comes_back() -> None:
    assert run(add, 1, 2) == 3
    assert run(number) == run(number) != os.getpid()
    with pytest.raises(Unreadable) as caught:
        run(die, "refuse")
    assert (caught.value.reason.zh, caught.value.kind) == ("坏了", "damaged")
    with pytest.raises(UserError) as mistake:
        run(die, "mistake")
    assert mistake.value.reason.zh == "错了"
    with pytest.raises(KeyError):
        run(die, "fault")
    with pytest.raises(RecursionError):
        run(die, "deep")


@POSIX
@pytest.mark.parametrize(("how", "kind"), [
    ("abort", "died"), ("leave", "died"), ("panic", "died"), ("kill", "memory"), ("memory", "memory"), ("busy", "time"),
    ("stubborn", "time"), ("sleep", "time"),
])  # fmt: skip
def test_its_death_is_one_reason_and_the_next_is_opened(
    how: str, kind: str, hasty: None, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Unreadable) as caught:
        run(die, how)
    assert caught.value.kind == kind
    assert "其他文件不受影响" in caught.value.reason.zh
    assert run(add, 1, 2) == 3
    assert capfd.readouterr() == ("", "")


@POSIX
def test_where_other_threads_run_it_is_a_new_python(hasty: None) -> None:
    waits = threading.Event()
    thread = threading.Thread(target=waits.wait)
    thread.start()
    try:
        untrusted.LIMITS = Limits()
        assert run(Path.exists, Path.cwd()) is True
        assert untrusted._warm is not None
        assert untrusted._warm._process is not None
        with pytest.raises(Unreadable):
            run(os.abort)
        assert run(Path.exists, Path.cwd()) is True
    finally:
        waits.set()
        thread.join()


def test_many_threads_may_ask(hasty: None) -> None:
    untrusted.LIMITS = Limits()
    found: list[int] = []
    threads = [threading.Thread(target=lambda n=n: found.append(run(max, n, 0))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(8))


@POSIX
def test_it_ends_with_a_parent_that_is_killed() -> None:
    code = "import os, time\nfrom perfxl.untrusted import run\nprint(run(os.getpid), flush=True)\ntime.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 10
    while time.monotonic() < until and _runs(child):
        time.sleep(0.05)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@POSIX
def test_a_fork_of_the_program_has_no_part_in_it() -> None:
    mine = run(number)
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if run(number) not in (mine, os.getpid()) and run(add, 1, 1) == 2 else 1)
        finally:
            os._exit(2)
    assert os.waitpid(pid, 0)[1] == 0
    assert run(number) != pid


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize(("declared", "read"), [("4000000000", False), ("18446744073709551615", False), ("9", True)])
def test_a_file_that_declares_more_texts_than_it_has_costs_only_itself(
    tmp_path: Path, declared: str, read: bool, quote: str
) -> None:
    data = PASTED.read_bytes()
    (tmp_path / "a.xlsx").write_bytes(
        changed(data, ("xl/sharedStrings.xml", lambda xml: _counted(xml, declared, quote)))
    )
    (tmp_path / "b.xlsx").write_bytes(CLEAN.read_bytes())
    first, second = check(tmp_path).submissions
    assert (first.status.checked, second.status.checked) == (read, True)


def _counted(xml: bytes, declared: str, quote: str) -> bytes:
    number = f"uniqueCount={quote}{declared}{quote}".encode()
    return re.sub(rb'uniqueCount="[0-9]+"', number, xml, count=1)


@POSIX
def test_a_mail_whose_parsing_dies_is_told_by_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    def deadly(function: Callable[..., Any], raw: bytes, received: object) -> Any:
        if b"deadly" in raw:
            raise Unreadable(untrusted.DIED, "died")
        return function(raw, received)

    monkeypatch.setattr(intake, "run", deadly)
    mail = intake.parsed(b"From: a@example.org\r\nSubject: x\r\n\r\ndeadly")
    assert (mail.sender, mail.subject) == ("a@example.org", "x")
    assert untrusted.DIED in mail.problems
    assert intake.parsed(b"From: deadly@example.org\r\n\r\n").problems[-1] == untrusted.DIED
