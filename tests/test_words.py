"""What people read: in the register of an office, short, without codes and addresses of a program."""

from __future__ import annotations

import ast
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
#: speech, and words that blame or that ask for nothing
SPEECH = (
    *("看不出", "说不清", "对不上", "拿不准", "落了空", "读不出", "写得下", "没有存下", "相加得", "多半", "打不开"),
    *("不必改动", "可以不管", "可以不改", "没有用到", "一眼", "？请改为", "四舍五入即可", "像一句话", "怎么回事"),
)
CODE = re.compile(r"\b[A-Z]{3,}-\d\d\b")
ADDRESS = re.compile(r"[\w”]![A-Z]{1,3}\d")


def written() -> Iterator[tuple[str, str]]:
    """Every Chinese sentence of the package, with its place: the first text of each ``Text``, and whole data files."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text" and node.args:
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield f"{path.relative_to(ROOT)}:{part.lineno}", part.value
    for suffix in ("toml", "txt", "j2"):
        for path in sorted(PACKAGE.rglob(f"*.{suffix}")):
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                yield f"{path.relative_to(ROOT)}:{number}", line


def test_nothing_is_said_as_one_speaks():
    found = [f"{place}: {text}" for place, text in written() if any(word in text for word in SPEECH)]
    assert not found, "\n".join(found)


#: what is put right stands in the second line of a message, or in the rule's ``fix``
REQUEST = re.compile(r"[。，；？](?:请|建议)|^请")
#: half a comma, a word said twice
CLUMSY = re.compile(r"[\u4e00-\u9fff][,;?!](?=[\u4e00-\u9fff])|的的|请请|。。|，，|请核对请")


def test_nothing_is_said_clumsily():
    found = [f"{place}: {text}" for place, text in written() if CLUMSY.search(text)]
    assert not found, "\n".join(found)


def messages_of_rules() -> Iterator[tuple[str, str]]:
    """What is said to be wrong, by all rules and their variants: the messages and the texts in capitals."""
    for path in sorted((PACKAGE / "rules").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.keyword) and node.arg == "message"
            variant = isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Text(")
            if not (named or variant):
                continue
            for zh in chinese_of(node.value):
                yield f"{path.relative_to(ROOT)}:{node.value.lineno}", zh


def chinese_of(node: ast.AST) -> Iterator[str]:
    """The Chinese sentences of the texts of an expression."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "Text" and part.args:
            first = part.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


#: hints, which offer a value to type
OFFERS = ("请改填", "请核对后只填一个数字", "请核对；如是")


def test_a_message_says_what_is_wrong_and_its_fix_what_to_do():
    found = [
        f"{place}: {text}" for place, text in messages_of_rules()
        if REQUEST.search(text.partition("\n")[0]) and not any(offer in text for offer in OFFERS)
    ]  # fmt: skip
    assert not found, "\n".join(found)


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


def sentences(text: str) -> set[str]:
    return {one for one in re.split(r"[。；\n]", text) if len(one) > 5}


def test_no_sentence_is_said_twice_of_a_finding():
    for path in sorted((ROOT / "samples").rglob("*.xlsx")):
        for finding in perfxl.check(path).findings:
            for one in finding.with_consequences():
                assert not sentences(one.message) & sentences(one.fix), (one.message, one.fix)


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
