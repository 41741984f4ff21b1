"""One cause, one finding: what one change would settle is joined, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from raw_books import edited

from perfxl.engine.batch import check
from perfxl.model import Finding
from perfxl.values import wan

SAMPLES = Path(__file__).parents[2] / "samples"

D, P1, P2, P3, FUND = "部门整体支出", "项目1", "项目2", "项目3", "专项资金"
TWICE = {
    "B24": "推进中文域名注册管理", "D24": "注册中文域名746个，注册率、挂标率均不低于95%。",
    "E24": 17, "F24": 17, "G24": 0, "E25": 411.03, "F25": 411.03, "D6": 411.03, "D8": 411.03, "G9": 77,
}  # fmt: skip


@pytest.fixture
def found(samples, tmp_path):
    data = next(samples.glob("*clean.xlsx")).read_bytes()

    def of(edits: dict[str, object]) -> list[Finding]:
        path = tmp_path / "x.xlsx"
        path.write_bytes(edited(data, edits))
        return list(check(path).findings)

    return of


def tree(findings: list[Finding]) -> list[tuple[str, str, set[str]]]:
    """Code and cell of each finding, and the codes under it."""
    return [(f.code, str(f.ref), {one.code for one in f.consequences}) for f in findings]


@pytest.mark.parametrize(
    ("edits", "lead", "under"),
    [
        ({f"{P2}!D7": 7.3}, ("SUM-01", f"{P2}!D7"), {"CROSS-01", "CROSS-02", "SUM-13"}),
        ({f"{D}!E25": 399.03}, ("SUM-10", f"{D}!E25"), {"SUM-11"}),
        ({f"{D}!E25": 404.03, f"{D}!F25": 404.03}, ("SUM-10", f"{D}!E25"), {"SUM-10", "SUM-11"}),
        ({f"{P2}!D8": "5元"}, ("AMOUNT-01", f"{P2}!D8"), {"SUM-01", "CROSS-03"}),
        ({f"{P2}!D7": 50000, f"{P2}!D8": 50000}, ("CROSS-01", f"{P2}!D7"), {"CROSS-02", "CROSS-03", "SUM-13"}),
        ({f"{D}!{cell}": to for cell, to in TWICE.items()}, ("DUP-08", f"{D}!B24"), {"CROSS-02", "CROSS-03", "SUM-14"}),
    ],
)  # fmt: skip
def test_one_mistake_is_one_finding(found, edits, lead, under):
    [(code, cell, codes)] = tree(found(edits))
    assert (code, cell) == lead
    assert under <= codes


def test_the_gravest_leads(found):
    [finding] = found({f"{P2}!D7": 7.3})
    assert finding.severity == min((f.severity for f in finding.with_consequences()), key=lambda one: one.rank)


def test_two_mistakes_of_one_difference_stay_two(found):
    places = {(code, cell) for code, cell, _ in tree(found({f"{P2}!D7": 7.3, f"{FUND}!D15": 53.3}))}
    assert places == {("SUM-01", f"{P2}!D7"), ("SUM-03", f"{FUND}!D15")}


def test_a_part_and_its_total_that_both_differ_from_the_other_form_are_one(found):
    [(code, _, codes)] = tree(found({f"{FUND}!G15": 20, f"{FUND}!G16": 20}))
    assert code == "CROSS-04"
    assert codes >= {"CROSS-04", "SUM-13"}


def test_the_cell_is_named_and_nothing_by_chance(found):
    """The amount equals that of another row: it was typed wrong, nothing was left out."""
    [finding] = found({f"{D}!G17": 10})
    assert [hint.kind for hint in finding.hints] == ["culprit"]
    assert [str(cell) for cell in finding.hints[0].cells] == [f"{D}!G17"]


DIRTY = {
    "hengyang-2020": "hengyang_2020", "mof-2015": "mof_2015", "mof-2021": "mof_2021",
    "self-evaluation-2020": "self_evaluation_2020",
}  # fmt: skip


@pytest.mark.parametrize("folder", DIRTY)
def test_what_stands_under_a_finding_is_gone_when_its_hint_is_followed(folder, tmp_path):
    """Every hint of the samples that names figures to change is followed, and the workbook is checked again."""
    [sample] = (p for p in (SAMPLES / folder).glob("*.xlsx") if not p.stem.endswith((".clean", "粘贴")))
    batch = check(sample, DIRTY[folder])
    amounts = {row.ref: row.fen for book in batch.tables.returns for row in book.amounts if row.state == "ok"}
    for number, (finding, hint) in enumerate((f, h) for f in batch.findings for h in f.hints if h.change):
        cell, by = hint.change
        cells = hint.cells if cell in hint.cells else (cell,)
        # the reason beside the hint that names all the cells
        if (len(finding.hints) > 1 and hint.kind != "culprit") or not {*cells} <= {*amounts}:
            continue
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(edited(sample.read_bytes(), {str(at): float(wan(amounts[at] + by)) for at in cells}))
        left = {
            (f.code, str(f.ref)) for found in check(path, DIRTY[folder]).findings for f in found.with_consequences()
        }
        assert left.isdisjoint((f.code, str(f.ref)) for f in finding.with_consequences()), hint.message


def test_a_total_is_no_cause_where_figures_of_another_form_would_have_to_change_too():
    """A source was left out: the total agrees with the tasks and is not named; the score of the rate stands alone."""
    [sample] = (p for p in (SAMPLES / "self-evaluation-2020").glob("*.xlsx") if not p.stem.endswith(".clean"))
    findings = check(sample, "self_evaluation_2020").findings
    own = {(f.code, str(f.ref)): f for f in findings}
    assert own["SUM-01", "项目1自评!E8"].hints == ()
    assert own["SUM-01", "项目1自评!E8"].consequences == ()
    assert ("SCORE-05", "项目1自评!I8") in own
