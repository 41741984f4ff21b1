"""The rules, by family: each module collects its own in ``RULES``, and ``FAMILIES`` lists the modules.

To add one, write it beside the rule that is nearest to it, and add its cases in ``tests/rules``. A sum needs
no Python: it is declared in the profile and checked by ``declared_sums``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from importlib import import_module

from perfxl.model import Severity
from perfxl.profiles import Profile
from perfxl.profiles.loader import refuse_unknown_codes
from perfxl.rules.declared_sums import sum_rules
from perfxl.rules.rule import DECLARED_SUMS, Hit, NotApplicable, Rule

__all__ = ["Hit", "NotApplicable", "Rule", "all_rules", "codes_of", "listed", "rules_of", "severity_of"]


#: the modules of the families, in the order of their codes
FAMILIES = (
    "amount",
    "box",
    "clerk_lists",
    "complete_fields",
    "complete_indicators",
    "contact",
    "cross_forms",
    "cross_indicators",
    "cross_projects",
    "date",
    "dup",
    "file",
    "layout",
    "narrative",
    "quality_names",
    "quality_targets",
    "quality_values",
    "round",
    "score",
    "sums",
    "typo",
)


@cache
def listed() -> tuple[Rule, ...]:
    """The rules of all families, in the order of their codes. Raises ``ValueError`` for a code that is listed twice."""
    found: list[Rule] = [rule for name in FAMILIES for rule in import_module(f"perfxl.rules.{name}").RULES]
    if twice := [code for code, times in Counter(rule.code for rule in found).items() if times > 1]:
        raise ValueError(f"rules listed twice: {twice}")
    return tuple(sorted(found, key=lambda rule: rule.code))


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
