"""Goals as units write them, through real workbooks: no word about those that are right, the others each told."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from case_files import CLEAN, STANDARD, profile_of
from sentences_of_goals import MORE_RIGHT, MORE_WRONG, RIGHT, WRONG
from workbook_edits import Book, Places

from perfxl.engine.batch import check
from perfxl.model import Finding
from perfxl.rules.same_thing import Contradiction, Target, contradictions
from perfxl.template import layout
from perfxl.values import Words, parse_value

#: the project forms that a workbook of sentences fills; the first one has a fund form
SHEETS = [f"项目{number}" for number in range(2, 9)]
ROWS = {"quantity": 3, "quality": 2, "timeliness": 2, "economic": 1, "social": 1, "satisfaction": 2, "sustainable": 1}
#: what stands under a level of which a sentence has no indicator; {} is a word of the sheet's own
USUAL = {
    "quantity": ("归集{}", "260卷"),
    "quality": ("{}归集规范率", "100%"),
    "timeliness": ("{}归集完成时间", "2020年12月底前"),
    "economic": ("{}利用节约支出", "≥2.00万元"),
    "social": ("{}查阅答复率", "100%"),
    "sustainable": ("{}制度执行年限", "≥3年"),
    "satisfaction": ("{}查阅人员满意度", "≥95%"),
}
WORDS = dict(zip(SHEETS, ("档案", "图书", "票据", "合同", "证照", "地图", "标本"), strict=True))
#: a goal that is long enough and says what for
USUAL_END = "通过以上工作方便群众办事，{}查阅人员满意度达到95%以上。"


def edits_of(sheet: str, goal: str, indicators: str) -> dict[str, str]:
    """The cells of a project form with a goal and its indicators."""
    end = "" if "满意度" in goal else USUAL_END.format(WORDS[sheet])
    edits = {f"{sheet}.year_goal": goal + end}
    given: dict[str, list[tuple[str, str]]] = {level: [] for level in ROWS}
    for line in filter(None, indicators.split("; ")):
        level, name, value = re.fullmatch(r"(\w+): (?:! )?(.+?) = (.+)", line).groups()
        given[level].append((name, value))
    for level, rows in ROWS.items():
        name, value = USUAL[level]
        filled = (given[level] or [(name.format(WORDS[sheet]), value)]) + [("", "")] * rows
        for number, (name, value) in enumerate(filled[:rows], 1):
            edits[f"{sheet}.indicators[{level},{number}].third"] = name
            edits[f"{sheet}.indicators[{level},{number}].value"] = value
    return edits


def place_of(sheet: str, indicators: str) -> str:
    """The cell of the indicator that is marked."""
    counts: dict[str, int] = {}
    for line in indicators.split("; "):
        level = line.partition(":")[0]
        counts[level] = counts.get(level, 0) + 1
        if ": ! " in line:
            return f"{sheet}.indicators[{level},{counts[level]}].value"
    raise ValueError(indicators)


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[tuple[str, str], list[Finding]]:
    """Goal and indicators -> the findings on their form."""
    folder = tmp_path_factory.mktemp("goals")
    placed = written([*RIGHT, *WRONG], folder)
    batch = check(folder, profile_of(STANDARD))
    usual = {(finding.code, finding.cells) for finding in batch.of("usual.xlsx")}
    return {
        pair: [
            finding for finding in batch.of(file)
            if (finding.code, finding.cells) not in usual
            and sheet in {cell.sheet for cell in (*finding.cells, *finding.related)}
        ]
        for pair, (file, sheet) in placed.items()
    }  # fmt: skip


def written(pairs: Sequence[tuple[str, str]], folder) -> dict[tuple[str, str], tuple[str, str]]:
    """Write the workbooks, one for as many pairs as there are sheets; the file and the sheet of each pair."""
    book = Book(CLEAN.read_bytes(), Places(layout(profile_of(STANDARD), 8)))
    neutral = {f"部门整体支出.tasks[{n}].content": "按计划完成年度工作，接受社会监督。" for n in range(2, 10)}
    for sheet in SHEETS:
        neutral |= edits_of(sheet, f"按计划归集{WORDS[sheet]}260卷。", "")
    (folder / "usual.xlsx").write_bytes(book.edited(neutral))
    placed = {}
    for start in range(0, len(pairs), len(SHEETS)):
        edits, file = dict(neutral), f"{start:03}.xlsx"
        for sheet, pair in zip(SHEETS, pairs[start : start + len(SHEETS)], strict=False):
            edits |= edits_of(sheet, *pair)
            placed[pair] = (file, sheet)
        (folder / file).write_bytes(book.edited(edits))
    return placed


def test_there_are_enough_of_both():
    assert len({goal for goal, _ in RIGHT}) == len(RIGHT) >= 60
    assert len(WRONG) >= 60


@pytest.mark.parametrize("pair", RIGHT, ids=[goal for goal, _ in RIGHT])
def test_nothing_is_said_of_a_goal_that_is_right(found, pair):
    assert [(finding.code, finding.message) for finding in found[pair]] == []


@pytest.mark.parametrize("pair", WRONG, ids=[goal for goal, _ in WRONG])
def test_a_goal_that_contradicts_its_indicator_is_told_with_both_cells(found, pair):
    told = [finding for finding in found[pair] if finding.code in ("NARRATIVE-02", "CROSS-12")]
    places = Places(layout(profile_of(STANDARD), 8))
    sheets = {cell.sheet for finding in told for cell in finding.cells}
    assert len(sheets) == 1, [(finding.code, finding.message) for finding in found[pair]]
    sheet = sheets.pop()
    cells = {f"{c.sheet}!{c.cell}" for finding in told for c in (*finding.cells, *finding.related)}
    assert cells == {places.address(place_of(sheet, pair[1])), places.address(f"{sheet}.year_goal")}


def compared(goal: str, indicators: str) -> list[Contradiction]:
    """What a goal of 2020 contradicts among some indicators."""
    profile = profile_of(STANDARD)
    words = Words(frozenset(), frozenset())
    lines = [line.split(" = ") for line in indicators.split("; ")]
    targets = [Target(name, parse_value(value, words, 2020), name) for name, value in lines]
    return contradictions(goal, targets, 2020, profile.lexicon["plain_rates"], equal=True)


@pytest.mark.parametrize("pair", MORE_RIGHT, ids=[goal for goal, _ in MORE_RIGHT])
def test_a_longer_goal_that_is_right(pair):
    assert [(one.words, one.target.name) for one in compared(*pair)] == []


@pytest.mark.parametrize("pair", MORE_WRONG, ids=[goal for goal, _ in MORE_WRONG])
def test_a_goal_that_contradicts_one_indicator(pair):
    assert len(compared(*pair)) == 1
