"""The rules, by family: each module collects its own in ``RULES``, and ``FAMILIES`` lists the modules.

To add one, write it beside the rule that is nearest to it, and add its cases in ``tests/rules``. A sum needs
no Python: it is declared in the profile and checked by ``sums``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile, refuse_unknown_codes
from perfxl.rules.rule import DECLARED_SUMS, NEEDS, Hit, NotApplicable, Rule
from perfxl.rules.sums import sum_rules

__all__ = ["NEEDS", "Hit", "NotApplicable", "Rule", "all_rules", "codes_of", "listed", "rules_of", "severity_of"]


#: the modules of the families, in the order of their codes
FAMILIES = (
    "amount", "box", "complete_fields", "complete_indicators", "completion", "contact", "cross_forms",
    "cross_indicators", "cross_projects", "date", "dup", "layout", "narrative", "quality_names", "quality_signs",
    "quality_targets", "quality_values", "score", "actual", "submissions", "sums", "typo",
    "unread_amounts", "weights",
)  # fmt: skip


@cache
def listed() -> tuple[Rule, ...]:
    """The rules of all families, in the order of their codes. Raises ``ValueError`` for a code that is listed twice."""
    found = [(rule, name) for name in FAMILIES for rule in import_module(f"perfxl.rules.{name}").RULES]
    for code, times in Counter(rule.code for rule, _ in found).items():
        if times > 1:
            raise ValueError(f"{code} is listed twice: in {[name for rule, name in found if rule.code == code]}")
    return tuple(sorted((rule for rule, _ in found), key=lambda rule: rule.code))


@cache
def all_rules(profile: Profile) -> tuple[Rule, ...]:
    """All rules that a batch of this profile could be checked by: those of the families, and its declared sums.

    The profile may name the part of its instructions that a rule checks. ``ProfileError`` where it names a rule
    that there is not.
    """
    stated = tuple(dict.fromkeys(declared.code for declared in profile.sums if declared.of_one_cell))
    filed = (
        replace(
            rule,
            source=profile.sources.get(rule.code, rule.source),
            follows=(*rule.follows, *stated) if DECLARED_SUMS in rule.follows else rule.follows,
        )
        for rule in listed()
    )
    found = tuple(sorted((*filed, *sum_rules(profile)), key=lambda rule: rule.code))
    refuse_unknown_codes(profile.rule_codes, {rule.code for rule in found})
    return found


@cache
def codes_of(profile: Profile) -> frozenset[str]:
    """The codes of all rules that there are for a profile, also of those that it switches off."""
    return frozenset(rule.code for rule in all_rules(profile))


def severity_of(rule: Rule, profile: Profile) -> Severity | None:
    """What a finding of the rule weighs in this profile; ``None`` where it is off."""
    said = profile.severity.get(rule.code, "off" if rule.off else rule.severity)
    return None if said == "off" else Severity(said)


@cache
def rules_of(profile: Profile) -> tuple[Rule, ...]:
    """The rules that judge a batch of this profile: all but those off and those about the clerk's files."""
    return tuple(rule for rule in all_rules(profile) if severity_of(rule, profile) and rule.of_returns)


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
