"""What people read: in the register of an office, short, without codes and addresses of a program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import perfxl
from perfxl.model import Finding
from perfxl.profiles import built_in, load
from perfxl.rules import rules_of

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "perfxl"
LONGEST = 120
CODE = re.compile(r"\b[A-Z]{3,}-\d\d\b")
ADDRESS = re.compile(r"[\w”]![A-Z]{1,3}\d")


def outside_lists(message: str) -> str:
    """A message without what it quotes, what stands in brackets and what it lists."""
    while (shorter := re.sub(r"“[^“”]*”|（[^（）]*）", "", message)) != message:
        message = shorter
    return re.sub(r"：[^：。]*；[^。]*", "：", message)


@pytest.mark.parametrize("profile", built_in())
def test_the_texts_of_the_rules_are_short_and_name_no_rule(profile):
    for rule in rules_of(load(profile)):
        for text in (rule.name, rule.message, rule.fix):
            assert not CODE.search(text.zh), (rule.code, text.zh)
            assert not ADDRESS.search(text.zh), (rule.code, text.zh)
        assert len(re.sub(r"\{[^}]*\}", "", outside_lists(rule.message.zh))) <= LONGEST, (rule.code, rule.message.zh)
        assert rule.fix.zh.endswith("。"), rule.code


def texts_of(finding: Finding) -> Iterator[str]:
    yield from (finding.message, finding.fix, *(hint.message for hint in finding.hints))
    yield from (text for _, text in finding.notes)
    for other in finding.consequences:
        yield from texts_of(other)


@pytest.mark.parametrize("path", sorted((ROOT / "samples").rglob("*.xlsx")), ids=lambda path: path.name)
def test_findings_are_short_and_name_sheets_in_words(path):
    for finding in perfxl.check(path).findings:
        for text in texts_of(finding):
            assert not CODE.search(text), text
            assert not ADDRESS.search(text), text
            assert len(outside_lists(text)) <= LONGEST, text
