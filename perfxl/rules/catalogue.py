"""The catalogue of the rules: what ``perfxl rules``, the pages in ``docs``, template and summary tell of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.rules import Rule, all_rules, severity_of

OFF = Text("不启用", "off")
CODE, NAME, SEVERITY = Text("编号", "Code"), Text("名称", "Rule"), Text("级别", "Severity")
WHAT, WHY, SOURCE = Text("审核内容", "What is checked"), Text("为什么", "Why"), Text("依据", "Source")
FIX, WRONG, RIGHT = Text("怎样改", "How to fix it"), Text("错误示例", "Wrong"), Text("正确示例", "Right")
GRADE = Text("{severity}（{gate}）", "{severity} ({gate})")
#: so many codes are named where one is not known
NEAR = 5
_CODE = re.compile(r"([A-Z]+)[^0-9A-Z]*0*([0-9]+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule as a profile judges by it; ``severity`` is ``None`` where it is switched off."""

    rule: Rule
    severity: Severity | None

    @property
    def code(self) -> str:
        """The code of its rule; several sums may share one."""
        return self.rule.code

    def grade(self, lang: Lang) -> str:
        """How much a finding weighs, and whether it blocks: 错误（强制性审核）."""
        if self.severity is None:
            return OFF.render(lang)
        return GRADE.render(lang, severity=self.severity.label.render(lang), gate=self.severity.gate.render(lang))

    def texts(self) -> list[tuple[Text, Text]]:
        """What there is to say beside code, name and severity: heads and texts; a rule without a source has none."""
        rule = self.rule
        source = [(SOURCE, Text(rule.source, rule.source))] if rule.source else []
        return [
            (WHAT, rule.what), (WHY, rule.why), *source, (FIX, rule.fix), (WRONG, rule.wrong), (RIGHT, rule.right),
        ]  # fmt: skip


@cache
def catalogue(profile: Profile) -> tuple[Entry, ...]:
    """All rules, in the order of their codes."""
    return tuple(Entry(rule, severity_of(rule, profile)) for rule in all_rules(profile))


def codes(entries: Iterable[Entry]) -> list[str]:
    """Every code once."""
    return list(dict.fromkeys(entry.code for entry in entries))


def find(entries: Iterable[Entry], text: str) -> list[Entry]:
    """The entries of a code as people type it: ``sum10``, ``SUM 10``, ``ＳＵＭ－１０``."""
    wanted = _plain(text)
    return [entry for entry in entries if _plain(entry.code) == wanted]


def near(entries: Iterable[Entry], text: str) -> list[str]:
    """Codes that may have been meant: the first of a family, or those that are spelt alike."""
    known, wanted = {_plain(code): code for code in codes(entries)}, _plain(text)
    family = [code for key, code in known.items() if wanted and key.startswith(wanted)]
    return family[:NEAR] or sorted(known[key] for key in get_close_matches(wanted, known, NEAR, 0.7))


def _plain(text: str) -> str:
    """``SUM10`` for ``sum-010``; the hyphen and leading zeros tell nothing apart."""
    upper = unicodedata.normalize("NFKC", text).strip(" -").upper()
    match = _CODE.fullmatch(upper)
    return f"{match[1]}{match[2]}" if match else upper
