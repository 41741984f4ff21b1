"""Every rule against its cases: a sample workbook, cells edited by name, and all that must be said of it."""

from __future__ import annotations

import pytest
from case_files import BASE, Bench, Case, cases

from perfxl.engine.run import run
from perfxl.model import Result

CASES = cases()
SUSPICIOUS = ("None", "nan", "NaN", "dtype", "Text(", "{", "}")
#: the standard form itself prints 满意度 under 效益, and a template is blank
OF_BASES = {"clean": ["COMPLETE-14"], "template": ["FILE-03"]}
ENDS = {"zh": "。？）", "en": ".?)"}


@pytest.fixture(scope="session")
def benches(request, tmp_path_factory) -> dict[tuple[object, ...], Bench]:
    """One folder a base workbook, with the cases that this run asks for."""
    asked = [item.callspec.params["case"] for item in request.session.items if _has_case(item)]
    wanted: dict[tuple[object, ...], dict[tuple[str, str], Case]] = {}
    for case in asked:
        wanted.setdefault(case.bench, {})[case.file, case.name] = case
    return {
        bench: Bench(*bench, tmp_path_factory.mktemp("cases"), list(found.values())) for bench, found in wanted.items()
    }


def _has_case(item: pytest.Item) -> bool:
    return hasattr(item, "callspec") and isinstance(item.callspec.params.get("case"), Case)


every_case = pytest.mark.parametrize("case", CASES, ids=[f"{case.file}: {case.name}" for case in CASES])


@every_case
def test_it_says_this_and_nothing_else(benches, case):
    bench = benches[case.bench]
    new, gone = bench.new(case)
    waiting, unexpected = list(case.expect), []
    for finding in new:
        match = next((item for item in waiting if bench.fits(item, finding)), None)
        if match is None:
            unexpected.append(bench.told(finding))
        else:
            waiting.remove(match)
    assert (unexpected, waiting) == ([], [])
    assert sorted(finding.code for finding in gone) == sorted(case.gone)


def test_nothing_is_said_of_the_bases_but_what_is_known(benches):
    for (_, base, severity), bench in benches.items():
        said = [finding.code for finding in bench.batch.of(f"{BASE}.xlsx") if finding.code not in dict(severity)]
        assert said == OF_BASES.get(base, []), base


@every_case
def test_it_says_the_same_in_another_order_of_the_files(benches, case):
    bench = benches[case.bench]
    assert bench.new(case) == bench.new(case, again=True)


@every_case
def test_rules_end_as_the_case_says_and_none_crashes(benches, case):
    outcomes = benches[case.bench].outcomes(case)
    assert [o.code for o in outcomes.values() if o.result is Result.CRASHED] == []
    assert [o.code for o in outcomes.values() if o.result is Result.NOT_APPLICABLE and not o.reason] == []
    assert {code: outcomes[code].result for code in case.outcome} == case.outcome
    assert {item["code"] for item in case.expect} <= {o.code for o in outcomes.values() if o.result is Result.FAILED}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_messages_are_whole_sentences_in_both_languages(benches, lang):
    for bench in benches.values():
        for finding in run(bench.batch.tables, lang).findings:
            sentences = [finding.message, *(hint.message for hint in finding.hints)]
            for text in (finding.name, *sentences):
                assert text
                assert not [word for word in SUSPICIOUS if word in text], text
            assert [text for text in sentences if text[-1] not in ENDS[lang]] == []
