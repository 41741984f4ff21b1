"""The rules: one file each, named ``<code>_<what it finds>.py``, found by looking into this folder.

To add one, copy the file that is nearest to it, edit it, and add its cases in ``tests/rules/<same name>.toml``.
A sum needs no file: it is declared in the profile and judged by ``declared_sums``.
"""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from functools import cache
from importlib import import_module

from perfxl.model import Severity
from perfxl.profiles import Profile
from perfxl.profiles.loader import refuse_unknown
from perfxl.rules.declared_sums import sum_rules
from perfxl.rules.rule import DECLARED_SUMS, Hit, NotApplicable, Rule, across_files, rule, table_rule

__all__ = [
    "Hit",
    "NotApplicable",
    "Rule",
    "across_files",
    "all_rules",
    "codes_of",
    "rule",
    "rules_of",
    "severity_of",
    "table_rule",
]


@cache
def _filed() -> tuple[Rule, ...]:
    """The rules that have a file of their own, in the order of their codes."""
    modules = [import_module(f"perfxl.rules.{info.name}") for info in pkgutil.iter_modules(__path__)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Rule)]
    return tuple(sorted(found, key=lambda rule: rule.code))


@cache
def all_rules(profile: Profile) -> tuple[Rule, ...]:
    """All rules that a batch of this profile could be judged by: those with a file, and the profile's declared sums.

    The profile may say where its own instructions ask for what a rule checks. ``ProfileError`` where it names a rule
    that there is not.
    """
    stated = tuple(dict.fromkeys(declared.code for declared in profile.sums if declared.of_one_cell))
    filed = (
        replace(
            rule,
            source=profile.sources.get(rule.code, rule.source),
            follows=(*rule.follows, *stated) if DECLARED_SUMS in rule.follows else rule.follows,
        )
        for rule in _filed()
    )
    found = tuple(sorted((*filed, *sum_rules(profile)), key=lambda rule: rule.code))
    refuse_unknown(profile.named, {rule.code for rule in found})
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
