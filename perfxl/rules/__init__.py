"""The rules: one file each, named ``<code>_<what it finds>.py``, found by looking into this folder.

To add one, copy the file that is nearest to it, edit it, and add its cases in ``tests/rules/<same name>.toml``.
A sum needs no file: it is declared in the profile and judged by ``declared_sums``.
"""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from functools import cache
from importlib import import_module

from perfxl.profiles import Profile
from perfxl.rules.declared_sums import sum_rules
from perfxl.rules.rule import At, Rule, Skipped, across_files, rule

__all__ = ["At", "Rule", "Skipped", "across_files", "rule", "rules_of"]


@cache
def _filed() -> tuple[Rule, ...]:
    """The rules that have a file of their own, in the order of their codes."""
    modules = [import_module(f"perfxl.rules.{info.name}") for info in pkgutil.iter_modules(__path__)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Rule)]
    return tuple(sorted(found, key=lambda rule: rule.code))


@cache
def rules_of(profile: Profile) -> tuple[Rule, ...]:
    """All rules that judge a batch of this profile: those with a file, and the profile's declared sums.

    Rules that the profile switches off are left out; it may say where its own instructions ask for what a rule checks.
    """
    filed = (replace(rule, source=profile.sources.get(rule.code, rule.source)) for rule in _filed())
    rules = sorted((*filed, *sum_rules(profile)), key=lambda rule: rule.code)
    return tuple(rule for rule in rules if profile.severity.get(rule.code) != "off")
