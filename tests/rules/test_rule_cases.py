"""Every rule against its cases: a sample workbook, cells edited by name, and all that must be reported."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pprint import pformat

import pytest
from case_files import Base, Bench, Case, bad_sentences, groups

from perfxl.engine.run import run

Group = tuple[Base, int]


def name_of(group: Group) -> str:
    (profile, base, severity), part = group
    return " ".join([profile, base, *(f"{code}={value}" for code, value in severity), str(part)])


every_case = pytest.mark.parametrize(
    ("group", "case"),
    [pytest.param(group, case, id=f"{case.file}: {case.name}") for group, own in groups().items() for case in own],
)
every_group = pytest.mark.parametrize("group", list(groups()), ids=name_of)


@pytest.fixture(scope="session")
def bench_of(request, tmp_path_factory) -> Callable[[Group], Bench]:
    """Group -> its checked workbooks: those of all its cases that this run asks for."""
    asked: dict[Group, dict[tuple[str, str], Case]] = {}
    for item in request.session.items:
        if "bench_of" in item.fixturenames and "case" in item.callspec.params:
            case = item.callspec.params["case"]
            asked.setdefault(item.callspec.params["group"], {})[case.file, case.name] = case

    @cache
    def bench(group: Group) -> Bench:
        return Bench(*group[0], tmp_path_factory.mktemp("cases"), list(asked.get(group, {}).values()))

    return bench


@every_case
def test_it_says_this_and_nothing_else(bench_of, group, case):
    wrong = bench_of(group).wrong(case)
    if wrong:
        pytest.fail(pformat(wrong, width=160, sort_dicts=False), pytrace=False)


@every_group
def test_nothing_is_said_of_the_bases_but_what_is_known(bench_of, group):
    assert bench_of(group).wrong_of_the_base() == []


@every_group
def test_messages_are_whole_sentences_in_both_languages(bench_of, group):
    bench = bench_of(group)
    assert bad_sentences(bench.all_findings(), "zh") == []
    assert bad_sentences(bench.in_english(), "en") == []


@pytest.mark.slow
@every_group
def test_all_messages_are_whole_sentences_in_english(bench_of, group):
    assert bad_sentences(run(bench_of(group).batch.tables, "en").findings, "en") == []


@pytest.mark.slow
@every_group
def test_it_says_the_same_in_another_order_of_the_files(bench_of, group):
    bench = bench_of(group)
    assert [case.name for case in bench.cases if bench.new(case) != bench.new(case, again=True)] == []
