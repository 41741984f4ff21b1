"""What holds for every rule: it has cases, it is silent on the clean sample, and it can say what it means."""

from __future__ import annotations

import pkgutil
from collections import Counter
from importlib import import_module
from string import Formatter

import pytest
from case_files import CLEAN, HERE, STANDARD, Case, cases, profile_of

import perfxl
import perfxl.rules
from perfxl import diagnose
from perfxl.diagnose.causes import Kind
from perfxl.model import Result, Text
from perfxl.rules import FAMILIES, Rule, all_rules, rule, rules_of, sums

CASES = cases()
OWN = "weights.toml"
MODULES = [import_module(f"perfxl.rules.{info.name}") for info in pkgutil.iter_modules(perfxl.rules.__path__)]
DIAGNOSE = [import_module(f"perfxl.diagnose.{info.name}") for info in pkgutil.iter_modules(diagnose.__path__)]
RULES = all_rules(profile_of(STANDARD))
#: with the sums that a bureau declares for itself
EXPLAINED = [*RULES, *sums.sum_rules(profile_of(OWN))]
#: the rules that check returns; the engine, the clerk's lists and the rounds report the others themselves
CHECKING = [rule for rule in perfxl.rules.listed() if rule.of_return or rule.of_tables or rule.across]
SUMS = [f"{declared.code} {declared.name.zh}" for name in (STANDARD, OWN) for declared in profile_of(name).sums]


def case_file(code: str) -> str:
    """The stem of the file with the cases of a rule."""
    found = sorted(HERE.glob(f"{code.lower().replace('-', '_')}_*.toml"))
    assert len(found) == 1, f"write cases into {HERE / code.lower().replace('-', '_')}_<what it finds>.toml"
    return found[0].stem


def fires(case: Case, code: str, name: str = "") -> bool:
    """Whether a case expects a rule to speak; of several with one code, the one of that name."""
    return any(item["code"] == code and item.get("named", name) == name for item in case.expect)


@pytest.fixture(scope="module")
def clean() -> dict[str, perfxl.model.Outcome]:
    return {outcome.code: outcome for outcome in perfxl.check(CLEAN).outcomes}


@pytest.mark.parametrize("code", [rule.code for rule in CHECKING])
def test_it_has_cases_in_which_it_fires_and_near_misses(code):
    file = case_file(code)
    counts = Counter(fires(case, code) for case in CASES if case.file == file)
    assert counts[True] >= 2, f"{file}: two cases in which {code} fires"
    assert counts[False] >= 2, f"{file}: two cases in which it does not"


@pytest.mark.parametrize("declared", SUMS)
def test_every_declared_sum_fires_in_one_case_and_not_in_another(declared):
    own = [case for case in CASES if case.about == declared]
    code, _, name = declared.partition(" ")
    assert {fires(case, code, name) for case in own} == {True, False}, f"cases about {declared}"


def test_no_case_file_is_left_over_and_no_case_is_about_nothing():
    assert {case.file for case in CASES} == {*(case_file(rule.code) for rule in CHECKING), "declared_sums"}
    assert {case.about for case in CASES} - {""} == set(SUMS)
    assert [name for name, n in Counter((case.file, case.name) for case in CASES).items() if n > 1] == []


def test_every_rule_is_listed_once():
    """A rule that is written and not listed, and a module that no family names, would never be asked."""
    listed = [id(rule) for name in FAMILIES for rule in import_module(f"perfxl.rules.{name}").RULES]
    written = {id(value) for module in MODULES for value in vars(module).values() if isinstance(value, Rule)}
    assert len(listed) == len(set(listed))
    assert written <= set(listed)


def test_a_code_that_is_listed_twice_is_refused(monkeypatch):
    box = import_module("perfxl.rules.box")
    monkeypatch.setattr(box, "RULES", [*box.RULES, box.RULES[0]])
    with pytest.raises(ValueError, match=r"BOX-01 is listed twice: in \['box', 'box'\]"):
        perfxl.rules.listed.__wrapped__()


@pytest.mark.parametrize("code", sorted({rule.code for rule in rules_of(profile_of(STANDARD))}))
def test_it_passes_on_the_clean_sample_or_says_why_it_does_not_apply(clean, code):
    outcome = clean[code]
    if outcome.result is not Result.PASSED:
        assert (outcome.result, bool(outcome.reason)) == (Result.NOT_APPLICABLE, True)


@pytest.mark.parametrize("rule", all_rules(profile_of(STANDARD)), ids=lambda rule: f"{rule.code} {rule.name.en}")
def test_name_what_and_message_are_there_in_both_languages(rule):
    for text in (rule.name, rule.what, rule.message):
        assert text.zh.strip()
        assert text.en.strip()
    # what a declared sum checks is said in the words of the form, which are Chinese
    assert rule.name.zh != rule.name.en
    # why a file cannot be opened is said by whatever opens it
    assert rule.message.zh != rule.message.en or rule.message.zh == "{reason}"


@pytest.mark.parametrize("rule", EXPLAINED, ids=lambda rule: f"{rule.code} {rule.name.en}")
def test_it_says_why_it_matters_how_to_fix_it_and_shows_an_example(rule):
    for text in (rule.why, rule.fix, rule.wrong, rule.right):
        assert text.zh.strip()
        assert text.en.strip()
    for text in (rule.why, rule.fix):
        assert text.zh != text.en
        assert (text.zh[-1], text.en[-1]) == ("。", ".")
    assert rule.wrong != rule.right


@pytest.mark.parametrize("module", [*MODULES, sums, rule, *DIAGNOSE], ids=lambda m: m.__name__.removeprefix("perfxl."))
def test_both_languages_of_a_text_have_the_same_blanks(module):
    values = list(vars(module).values())
    texts = [value for value in values if isinstance(value, Text)]
    texts += [rule.message for rule in values if isinstance(rule, Rule)]
    texts += [text for kind in values if isinstance(kind, Kind) for text in (kind.one, kind.many, kind.item)]
    for text in texts:
        assert blanks(text.zh) == blanks(text.en), text.zh


def blanks(text: str) -> set[str]:
    return {name.partition(".")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}
