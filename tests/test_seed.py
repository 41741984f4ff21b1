"""The real department: what was found wrong by hand is found, at its cell, and nothing else.

The same ten forms as typed into the template and as pasted from Word; D-numbers are those of the list made by hand.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

import perfxl
from perfxl.engine.batch import Batch
from perfxl.model import Finding, Result, Severity
from perfxl.values import wan

FOLDER = Path(__file__).parents[1] / "samples" / "hengyang-2020"
TYPED = "中共衡阳市委编办_绩效目标申报表.xlsx"
PASTED = "中共衡阳市委编办_Word粘贴.xlsx"
CLEAN = "中共衡阳市委编办_绩效目标申报表.clean.xlsx"
RETURNS = (TYPED, PASTED)

#: D-number: code, severity, cell in the template and as pasted, stated, computed, difference, kinds of hints
AMOUNTS = {
    "D01": (
        "SUM-10",
        "error",
        "部门整体支出!E25",
        "附件12!E21",
        "404.03",
        "394.03",
        "10.00",
        {"counted_twice", "culprit"},
    ),
    "D02": ("SUM-10", "error", "部门整体支出!F25", "附件12!F21", "404.03", "394.03", "10.00", set()),
    "D03": ("SUM-11", "error", "部门整体支出!E25", "附件12!E21", "404.03", "394.03", "10.00", set()),
    "D05": (
        "SUM-14",
        "warning",
        "部门整体支出!E39",
        "附件12!F35",
        "393.99",
        "394.03",
        "-0.04",
        {"mistyped_digit"},
    ),
    "D06": ("SUM-14", "warning", "部门整体支出!E40", "附件12!F36", "333.99", "334.03", "-0.04", set()),
    "D08": ("SUM-03", "error", "专项资金!D15", "附件11!B15", "260.00", "0.026", "259.974", set()),
    "D09 and D10": ("SUM-13", "warning", "专项资金!H26", "附件11!H24", "2.00", "17.00", "-15.00", {"continued_list"}),
    "D11": ("SUM-13", "warning", "专项资金!E26", "附件11!E24", "6.00", "260.00", "-254.00", {"continued_list"}),
}
#: D-number: code, severity, cell in the template and as pasted, how many cells in each
PLACES = {
    "D04": ("AMOUNT-09", "notice", "部门整体支出!G25", "附件12!G21", 1, 1),
    "D07": ("AMOUNT-02", "error", "专项资金!D15", "附件11!B15", 1, 1),
    "D08, its unit": ("AMOUNT-01", "error", "专项资金!D16", "附件11!B16", 1, 1),
    "D40": ("COMPLETE-05", "error", "专项资金!G30", "附件11!G26", 6, 6),
    "D41": ("COMPLETE-07", "notice", "部门整体支出!D45", "Sheet1!A2", 9, 9),
    "D43, stamps": ("COMPLETE-02", "warning", "部门整体支出!C4", "Sheet1!B4", 10, 10),
}
#: told only where it is asked for: what the form itself is to blame for, and what goes on the paper copy
ASKED = {
    "D42": ("COMPLETE-14", "notice", "部门整体支出!D49", "附件12!D44", 1, 1),
    "D43, head": ("COMPLETE-20", "notice", "部门整体支出!G4", "附件12!E4", 1, 1),
}
#: D15: where the amounts of each form repeat the unit: first cell and number of cells, in the template and as pasted
UNITS = {
    "部门整体支出!E15": 36, "专项资金!G15": 4, **{f"项目{n}!D7": 3 for n in range(1, 9)}
}, {
    "附件12!E12": 32, "附件11!F15": 4,
    **{f"{name}!B7": 3 for name in ("域名", "编制统计 (2)", "Sheet1", "Sheet3", "机改", "事业登记", "网站", "赋码")},
}  # fmt: skip
#: D17: the projects in which 其他成本 is more than 30%, and its share
OTHER_COST = {
    "项目6!E22": "50%", "项目7!E22": "40%", "项目4!E23": "37.5%", "项目1!E23": "35.3%", "项目5!E22": "33.3%"
}, {
    "网站!E18": "50%", "赋码!E20": "40%", "机改!E21": "37.5%", "域名!E21": "35.3%", "事业登记!E18": "33.3%"
}  # fmt: skip
#: numbers that contradict each other: code, severity, cell in the template and as pasted, cells, stated, computed
SAID = {
    "D20": ("CROSS-11", "error", "项目4!E13", "机改!E13", 1, "100家", "124家"),
    "D21": ("CROSS-11", "error", "项目4!E14", "机改!E14", 1, "18341人", "28759人"),
    "D22": ("NARRATIVE-02", "error", "专项资金!E23", "附件11!E22", 2, "95%", "100%"),
    "D29": ("NARRATIVE-03", "warning", "项目8!D25", "Sheet3!D23", 1, "一半以上", "80%"),
    "D23": ("CROSS-12", "warning", "部门整体支出!E35", "附件12!F31", 1, "91.8%", "95%"),
}
#: D50: the vague values of each form: first cell and number of cells
VAGUE = {
    "部门整体支出!E43": 5, "项目1!E25": 2, "项目2!E25": 2, "项目3!E18": 3, "项目4!E18": 3, "项目5!E25": 2,
    "项目6!E25": 2, "项目7!E25": 2, "项目8!E25": 2, "专项资金!E31": 3,
}, {
    "附件12!F39": 5, "域名!E23": 2, "编制统计 (2)!E23": 2, "Sheet1!E17": 3, "机改!E17": 3, "事业登记!E20": 2,
    "网站!E20": 2, "赋码!E22": 2, "Sheet3!E23": 2, "附件11!E27": 3,
}  # fmt: skip

#: D16, D24-D27, D30-D35, D45-D47, D49-D62, D70-D76: code, severity, first cell in the template and as pasted, number
WORDING = (
    ("QUALITY-01", "warning", ("部门整体支出!E43", "Sheet1!E17"), 26),
    ("QUALITY-05", "notice", ("项目1!E24", "域名!E22"), 6),
    ("QUALITY-09", "warning", ("部门整体支出!E42", "附件12!F38"), 1),
    ("QUALITY-10", "warning", ("项目1!E18", "域名!E17"), 1),
    ("QUALITY-11", "notice", ("项目3!E17", "Sheet1!E16"), 1),
    ("QUALITY-12", "notice", ("项目1!D16", "域名!D15"), 3),
    ("QUALITY-13", "notice", ("项目2!E18", "附件11!E23"), 7),
    ("QUALITY-15", "notice", ("项目1!D28", "Sheet1!D25"), 9),
    ("QUALITY-16", "notice", ("部门整体支出!D42", "附件12!D38"), 1),
    ("QUALITY-16", "notice", ("项目3!D13", "Sheet1!D13"), 1),
    ("QUALITY-17", "warning", ("项目3!E16", "Sheet1!E15"), 1),
    ("QUALITY-18", "notice", ("部门整体支出!D37", "Sheet1!D17"), 13),
    ("QUALITY-19", "notice", ("部门整体支出!D38", "附件12!D34"), 2),
    ("QUALITY-22", "warning", ("项目1!E16", "域名!E15"), 6),
    ("CROSS-06", "warning", ("专项资金!H26", "附件11!H24"), 3),
    ("QUALITY-23", "warning", ("项目5!E18", "事业登记!E15"), 1),
    ("COMPLETE-13", "notice", ("部门整体支出!D28", "附件12!D24"), 1),
    ("COMPLETE-18", "notice", ("项目3!B11", "Sheet1!B11"), 1),
    ("COMPLETE-17", "warning", ("项目4!B11", "赋码!B11"), 5),
    ("CROSS-13", "notice", ("部门整体支出!E31", "附件12!F27"), 2),
    ("CROSS-13", "notice", ("项目1!E13", "域名!E13"), 6),
    ("CROSS-13", "notice", ("项目1!E16", "域名!E15"), 2),
    ("CROSS-15", "notice", ("部门整体支出!B26", "附件12!B22"), 1),
    ("CROSS-17", "notice", ("项目1!E28", "域名!E25"), 12),
    ("CROSS-19", "notice", ("部门整体支出!E39", "附件12!F35"), 1),
    ("DATE-04", "notice", ("专项资金!D14", "附件11!D14"), 1),
    ("DATE-05", "warning", ("项目1!E18", "域名!E17"), 1),
    ("DATE-06", "notice", ("部门整体支出!G52", "Sheet1!A29"), 10),
    ("DUP-03", "warning", ("项目1!D24", "Sheet1!D22"), 9),
    ("DUP-03", "notice", ("项目1!D27", "Sheet1!D24"), 4),
    ("DUP-04", "warning", ("专项资金!D8", "附件11!D8"), 3),
    ("DUP-05", "warning", ("项目5!D27", "事业登记!D21"), 1),
    ("DUP-06", "warning", ("项目7!D25", "赋码!D22"), 1),
    ("TYPO-01", "notice", ("部门整体支出!B12", "附件11!B19"), 16),
    ("TYPO-02", "notice", ("项目3!B11", "Sheet1!B11"), 4),
)

#: where the findings of AMOUNT-06 and SUM-15 begin
GROUPED = (
    ("AMOUNT-06", ("部门整体支出!E15", "Sheet1!B7")),
    ("SUM-15", ("项目1!E23", "域名!E21")),
)


@pytest.fixture(scope="module")
def seed() -> Batch:
    return perfxl.check([FOLDER / name for name in (*RETURNS, CLEAN)])


def shown(value: int | str | None) -> str:
    return wan(value) if isinstance(value, int) else value or ""


def all_of(batch: Batch, name: str) -> list[Finding]:
    """The findings of a file and all that stand under them."""
    return [one for finding in batch.of(name) for one in finding.with_consequences()]


def at(batch: Batch, name: str, code: str, cell: str) -> list[Finding]:
    return [f for f in all_of(batch, name) if f.code == code and str(f.ref) == cell]


def only(found: list[Finding]) -> Finding:
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize("name", RETURNS)
@pytest.mark.parametrize("number", AMOUNTS)
def test_every_wrong_amount_is_found_at_its_cell(seed, name, number):
    code, severity, *cells, stated, computed, difference, hints = AMOUNTS[number]
    finding = only(at(seed, name, code, cells[RETURNS.index(name)]))
    assert finding.severity == severity
    assert (shown(finding.stated), shown(finding.computed), shown(finding.difference)) == (stated, computed, difference)
    assert hints <= {hint.kind for hint in finding.hints}
    assert finding.related


@pytest.mark.parametrize("name", RETURNS)
@pytest.mark.parametrize("number", PLACES)
def test_everything_missing_or_misspelt_is_found_at_its_cell(seed, name, number):
    code, severity, *rest = PLACES[number]
    which = RETURNS.index(name)
    finding = only(at(seed, name, code, rest[which]))
    assert (finding.severity, len(finding.cells)) == (severity, rest[2 + which])


@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> Batch:
    config = tmp_path_factory.mktemp("asked") / "设置.toml"
    config.write_text('[severity]\nCOMPLETE-14 = "notice"\nCOMPLETE-20 = "notice"\n', "utf-8")
    return perfxl.check([FOLDER / name for name in RETURNS], config=config)


@pytest.mark.parametrize("name", RETURNS)
@pytest.mark.parametrize("number", ASKED)
def test_what_asks_nothing_of_the_unit_is_found_where_it_is_asked_for(asked, name, number):
    code, severity, *rest = ASKED[number]
    which = RETURNS.index(name)
    finding = only(at(asked, name, code, rest[which]))
    assert (finding.severity, len(finding.cells)) == (severity, rest[2 + which])


@pytest.mark.parametrize("name", RETURNS)
@pytest.mark.parametrize("number", SAID)
def test_numbers_that_contradict_each_other_are_found_with_both(seed, name, number):
    code, severity, *cells, count, stated, computed = SAID[number]
    finding = only(at(seed, name, code, cells[RETURNS.index(name)]))
    assert (finding.severity, len(finding.cells)) == (severity, count)
    assert (shown(finding.stated), shown(finding.computed)) == (stated, computed)
    assert stated in finding.message
    assert computed in finding.message
    assert finding.related


@pytest.mark.parametrize("name", RETURNS)
@pytest.mark.parametrize(
    ("code", "places", "severity"), [("AMOUNT-06", UNITS, "notice"), ("QUALITY-01", VAGUE, "warning")]
)
def test_what_every_form_repeats_is_one_finding_with_all_its_cells(seed, name, code, places, severity):
    finding = only([f for f in all_of(seed, name) if f.code == code])
    assert finding.severity == severity
    sheets = {sheet: list(cells) for sheet, cells in groupby(finding.cells, key=lambda ref: ref.sheet)}
    assert {str(cells[0]): len(cells) for cells in sheets.values()} == places[RETURNS.index(name)]
    assert not [f for f in all_of(seed, name) if f.code in ("AMOUNT-04", "AMOUNT-05", "AMOUNT-08")]


@pytest.mark.parametrize("name", RETURNS)
def test_a_large_rest_is_noted_with_its_share(seed, name):
    finding = only([f for f in all_of(seed, name) if f.code == "SUM-15"])
    wanted = OTHER_COST[RETURNS.index(name)]
    assert finding.severity is Severity.NOTICE
    assert {str(cell) for cell in finding.cells} == set(wanted)
    for cell, share in wanted.items():
        sheet, address = cell.split("!")
        assert re.search(rf"（“{re.escape(sheet)}”表 {address}）[^；]* {share}[；。]", finding.message)


@pytest.mark.parametrize("name", RETURNS)
def test_the_list_by_hand_is_the_whole_list(seed, name):
    which = RETURNS.index(name)
    wanted = Counter((row[0], row[2 + which]) for row in (*AMOUNTS.values(), *PLACES.values(), *SAID.values()))
    wanted += Counter((code, cells[which]) for code, cells in GROUPED)
    wanted += Counter((code, cells[which]) for code, _, cells, _ in WORDING)
    assert Counter((f.code, str(f.ref)) for f in all_of(seed, name)) == wanted


@pytest.mark.parametrize("name", RETURNS)
def test_what_is_worded_badly_is_found_at_its_cell(seed, name):
    which = RETURNS.index(name)
    for code, severity, cells, count in WORDING:
        finding = only(at(seed, name, code, cells[which]))
        assert (finding.severity, len(finding.cells)) == (severity, count), code


@pytest.mark.parametrize("name", RETURNS)
def test_what_is_to_be_done_is_no_more_than_a_person_reads(seed, name):
    found = Counter(finding.severity for finding in seed.of(name))
    assert found[Severity.ERROR] + found[Severity.WARNING] <= 25
    assert len(seed.of(name)) <= 55


@pytest.mark.parametrize("name", RETURNS)
def test_404_03_names_the_nine_rows_and_the_one_that_was_counted_twice(seed, name):
    stated = ("部门整体支出!E25", "附件12!E21")[RETURNS.index(name)]
    finding = only(at(seed, name, "SUM-10", stated))
    assert len(finding.cells) + len(finding.related) == 10
    sheet, first = (("部门整体支出", 15), ("附件12", 12))[RETURNS.index(name)]
    assert [str(ref) for ref in finding.related] == [f"{sheet}!E{row}" for row in range(first, first + 9)]
    assert shown(finding.difference) == "10.00"
    hint, culprit = finding.hints
    assert (hint.kind, culprit.kind) == ("counted_twice", "culprit")
    assert [str(ref) for ref in culprit.cells] == [stated, stated.replace("!E", "!F")]
    assert "推动本市机构编制信息化管理工作" in hint.message
    assert [str(ref) for ref in hint.cells] == [f"{sheet}!E{first + 2}"]


#: what one change settles: the finding that says so, and those that stand under it
ONE_CAUSE = (("D01", ("D02", "D03")), ("D05", ("D06",)), ("D08, its unit", ("D08",)))


@pytest.mark.parametrize("name", RETURNS)
def test_what_one_change_would_settle_stands_under_one_finding(seed, name):
    which = RETURNS.index(name)
    for lead, under in ONE_CAUSE:
        places = [
            (code, cells[which]) for number in (lead, *under) for code, _, *cells in [(AMOUNTS | PLACES)[number][:4]]
        ]
        finding = only([f for f in seed.of(name) if (f.code, str(f.ref)) == places[0]])
        assert {(f.code, str(f.ref)) for f in finding.consequences} == set(places[1:])


@pytest.mark.parametrize("name", RETURNS)
def test_the_one_cell_is_named_that_meets_both_sums(seed, name):
    """D05 and D06: 人员经费, which meets both with one other digit."""
    which = RETURNS.index(name)
    cell = ("部门整体支出!E41", "附件12!F37")[which]
    [digit] = only(at(seed, name, "SUM-14", AMOUNTS["D05"][2 + which])).hints
    assert digit.kind == "mistyped_digit"
    assert str(digit.cells[0]) == cell
    assert "若为 287.67 万元" in digit.message


@pytest.mark.parametrize("name", RETURNS)
def test_one_list_run_over_both_columns_is_told_with_what_both_make(seed, name):
    """D10: 5 + 1 on the left and 1 + 1 on the right."""
    found = [f for f in all_of(seed, name) if f.code == "SUM-13"]
    hints = [hint for finding in found for hint in finding.hints if hint.kind == "continued_list"]
    assert len(hints) == len(found) == 2
    assert all("8.00" in hint.message and len(hint.cells) == 4 for hint in hints)


def test_both_ways_of_filling_in_say_the_same(seed):
    typed, pasted = ([f for f in all_of(seed, name) if f.severity is not Severity.NOTICE] for name in RETURNS)
    assert Counter(map(told, typed)) == Counter(map(told, pasted))


def told(finding: Finding) -> tuple[str, ...]:
    return (
        finding.code, finding.severity.value, shown(finding.stated), shown(finding.computed), shown(finding.difference)
    )  # fmt: skip


#: what passes, by hand: the sums of the forms, the tasks and the projects, and what both forms of a project share
PASSED = (
    "SUM-01", "SUM-02", "SUM-04", "SUM-05", "SUM-06", "SUM-07", "SUM-08", "SUM-09", "SUM-12", "SUM-16", "SUM-17",
    "CROSS-01", "CROSS-02", "CROSS-03", "CROSS-04", "CROSS-05", "CROSS-07", "CROSS-08", "CROSS-09", "CROSS-10",
    "CROSS-14", "CROSS-16", "NARRATIVE-01", "AMOUNT-05", "AMOUNT-08", "COMPLETE-01", "COMPLETE-03",
    "COMPLETE-04", "COMPLETE-09", "COMPLETE-10", "COMPLETE-15", "FILE-03",
)  # fmt: skip


@pytest.mark.parametrize("name", RETURNS)
@pytest.mark.parametrize("code", PASSED)
def test_what_is_right_passes(seed, name, code):
    assert [o.result for o in seed.outcomes if (o.code, o.file) == (code, name)] == [Result.PASSED]


@pytest.mark.parametrize("name", RETURNS)
def test_the_costs_of_all_eight_projects_add_up(seed, name):
    funds = {"专项资金", "附件11"}
    assert {f.ref.sheet for f in seed.of(name) if f.code == "SUM-13"} <= funds


@pytest.mark.parametrize("name", RETURNS)
def test_the_fund_form_repeats_a_project_and_is_not_added(seed, name):
    tables = seed.tables
    forms = tables.forms[(tables.forms["file"] == name) & (tables.forms["form"] == "fund")]
    assert list(forms["alone"]) == [False]
    assert list(forms["project"]) == ["中文域名注册管理"]


@pytest.mark.parametrize("name", RETURNS)
def test_every_project_has_its_task(seed, name):
    tasks = seed.tables.tasks[seed.tables.tasks["file"] == name]
    assert Counter(tasks["kind"]) == {"project": 8, "basic": 1}
    assert len(set(tasks.loc[tasks["kind"] == "project", "project"]) - {""}) == 8


def test_the_clean_forms_pass_without_a_word(seed):
    assert not seed.of(CLEAN)
    assert {o.result for o in seed.outcomes if o.file == CLEAN} <= {
        Result.PASSED,
        Result.NOT_APPLICABLE,
    }
