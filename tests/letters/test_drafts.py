"""Drafts as files, and the limit of letters a minute."""

from __future__ import annotations

import pytest

from perfxl.letters.compose import write_draft
from perfxl.letters.smtp import RateLimit


def test_drafts_have_safe_names(tmp_path):
    folder = tmp_path / "草稿"
    cases = {
        ("某某局", "failed", "zh"): "007_某某局_未通过.eml",
        ("Office", "reminder_missing", "en"): "007_Office_reminder_missing.eml",
        ("../../某局\\..:*\n", "passed", "zh"): "007__.._某局_..____通过.eml",
        ("", "unreadable", "zh"): "007_未识别单位_无法读取.eml",
        ("长" * 200, "to_verify", "zh"): f"007_{'长' * 60}_待核实.eml",
    }
    for (unit, kind, lang), name in cases.items():
        path = write_draft(folder, b"x\r\n", number="007", unit=unit, kind=kind, lang=lang)
        assert path == folder / name
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == sorted(cases.values())


def test_a_draft_is_whole_and_written_again_under_its_name(tmp_path):
    for raw in (b"one\r\n", b"two\r\n"):
        path = write_draft(tmp_path, raw, number="001", unit="某某局", kind="passed")
        assert path.read_bytes() == raw
    assert [path.name for path in tmp_path.iterdir()] == ["001_某某局_通过.eml"]


class Clock:
    """Time that passes only while something sleeps or works."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_a_minute_has_no_more_letters_than_allowed():
    clock = Clock()
    limit, gone = RateLimit(3, clock, clock.sleep), []
    for _ in range(10):
        limit.wait()
        gone.append(clock.now - 1000)
        clock.now += 2  # what sending takes
    assert gone == [0, 2, 4, 60, 62, 64, 120, 122, 124, 180]
    assert clock.slept == [54, 54, 54]


def test_slow_sending_never_waits():
    clock = Clock()
    limit = RateLimit(2, clock, clock.sleep)
    for _ in range(5):
        limit.wait()
        clock.now += 31
    assert clock.slept == []


def test_a_limit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        RateLimit(0)
