"""Forms that are shifted, merged otherwise, re-ordered or relabelled give the same findings at the moved cells."""

import random

import moves
import pytest
from draws import dice
from hypothesis import given, settings
from hypothesis import strategies as st
from moves import PASTED, TYPED, assert_same, pages_of

from perfxl.engine.batch import check

SAMPLES = pytest.mark.parametrize(
    "path", [pytest.param(TYPED, id="typed"), pytest.param(PASTED, id="pasted", marks=pytest.mark.slow)]
)
FEW = settings(max_examples=4)


@SAMPLES
def test_a_workbook_taken_apart_and_written_again_says_the_same(path, tmp_path):
    assert_same(path, pages_of(path), moves.stay, tmp_path)


# ---------------------------------------------------------------- shifted, renamed, re-ordered, stacked


@SAMPLES
@FEW
@given(rows=st.integers(0, 300), cols=st.integers(0, 60))
def test_shifted(path, rows, cols, tmp_path):
    pages, where = moves.shift(pages_of(path), lambda number: (rows + number, cols + number % 3))
    assert_same(path, pages, where, tmp_path)


@SAMPLES
def test_renamed(path, tmp_path):
    names = [" 项目支出表", "项目支出表 (2)", "项目支出表１", "SHEET", "a!b'c", "2020", "表(1)", "x", "一", "二"]
    pages, where = moves.rename(pages_of(path), lambda number, _: names[number] if number < 10 else f"s{number}")
    assert_same(path, pages, where, tmp_path)


@SAMPLES
@FEW
@given(seed=st.integers(0, 1000))
def test_sheets_in_another_order(path, seed, tmp_path):
    pages = pages_of(path)
    random.Random(seed).shuffle(pages)
    pages, where = moves.shift(pages, lambda number: (number, 0))
    assert_same(path, pages, where, tmp_path)


@SAMPLES
@pytest.mark.parametrize("gap", [0, 1, 7])
def test_all_forms_on_one_sheet(path, gap, tmp_path):
    pages, where = moves.stack(pages_of(path), "全部", gap)
    batch = assert_same(path, pages, where, tmp_path)
    assert len(batch.submissions[0].forms) == 10


def test_all_forms_on_one_sheet_in_another_order_and_shifted(tmp_path):
    pages = pages_of(PASTED)
    dice(3).shuffle(pages)
    stacked, first = moves.stack(pages, "汇", 2)
    shifted, second = moves.shift(stacked, lambda _: (11, 4))
    assert_same(PASTED, shifted, moves.chained(first, second), tmp_path)


# ---------------------------------------------------------------- rows more and rows less


def blocks(page):
    """The first row of each block, and of the line below the table."""
    starts = ("项目资金", "年度预算申请", "总体目标", "年度总体目标", "绩效指标", "部门整体支出年度绩效指标", "填报人")
    labels = {row for row, col in page.cells if col == 1 and page.text(row, col).startswith(starts)}
    return sorted(labels | {page.last_indicator + 1})


@SAMPLES
@FEW
@given(seed=st.integers(0, 1000))
def test_blank_rows_between_blocks(path, seed, tmp_path):
    chance = random.Random(seed)
    pages, where = moves.insert_rows(
        pages_of(path), lambda page: [row for row in blocks(page) for _ in range(chance.randint(0, 3))]
    )
    assert_same(path, pages, where, tmp_path)


@SAMPLES
def test_two_blank_rows_below_the_title(path, tmp_path):
    pages, where = moves.insert_rows(pages_of(path), lambda page: [page.title[0] + 1] * 2)
    assert_same(path, pages, where, tmp_path)


@SAMPLES
@pytest.mark.parametrize("at", range(2, 8))
def test_a_blank_column_within_the_forms(path, at, tmp_path):
    pages, where = moves.insert_column(pages_of(path), at)
    assert_same(path, pages, where, tmp_path)


def deep_levels(page):
    """The second levels that take up several rows, once each (not in both columns of two periods)."""
    second = max(page.level_columns()) if page.is_form else 0
    return [area for area in page.levels() if area[1] == second and area[2] > area[0]] if page.is_form else []


def add_lines(pages, rows_before):
    """Write an indicator in every row that was inserted; returns the places of the new values."""
    added = set()
    for page, before in zip(pages, rows_before, strict=True):
        for number, at in enumerate(sorted(before)):
            head = [(col, page.text(row, col)) for row, col in page.cells if row == page.head]
            name = max(col for col, text in head if text == "三级指标")
            value = max(col for col, text in head if text.startswith("指标值"))
            page.cells[at + number, name] = f"另加的一条{number}"
            page.cells[at + number, value] = "≥12345个"
            added.add((page.name, at + number, value))
    return added


@SAMPLES
@pytest.mark.parametrize("at_end", [False, True], ids=["inside", "at the end"])
@pytest.mark.parametrize("grow", [False, True], ids=["merge as it was", "merge extended"])
def test_lines_added_to_a_level(path, at_end, grow, tmp_path):
    pages = pages_of(path)
    before = [[area[2] + at_end for area in deep_levels(page)] for page in pages]
    levels = {
        (page.name, f"另加的一条{number}"): page.text(*area[:2])
        for page in pages
        for number, area in enumerate(deep_levels(page))
    }
    moved, where = moves.insert_rows(
        pages, lambda page: [area[2] + at_end for area in deep_levels(page)], grow_at_end=grow
    )
    added = add_lines(moved, before)
    batch = assert_all_there(path, moved, where, tmp_path)
    lines = batch.tables.indicators
    new = lines[lines["name"].str.startswith("另加的一条")]
    assert {(line.sheet, line.row, line.col) for line in new.itertuples()} == added
    assert {(line.sheet, line.name): line.second_text for line in new.itertuples()} == levels
    assert len(lines) == len(moves.original(path).tables.indicators) + len(added)


def assert_all_there(path, pages, where, folder):
    """The amounts, tasks and indicators of the sample are all there, at their moved cells."""
    batch = check(moves.save(pages, folder / "moved.xlsx"))
    for name, columns in (
        ("amounts", ["table", "role", "column", "period", "state", "fen", "text"]),
        ("indicators", ["period", "first", "second", "name", "value"]),
        ("tasks", ["name", "content", "kind"]),
    ):
        after = set(_places(getattr(batch.tables, name), columns, moves.stay))
        for row in _places(getattr(moves.original(path).tables, name), columns, where):
            assert row in after
    return batch


def _places(table, columns, where):
    for row in table.itertuples():
        yield where((row.sheet, row.row, row.col)), tuple(str(getattr(row, column)) for column in columns)


@SAMPLES
def test_without_the_title_row(path, tmp_path):
    pages, where = moves.delete_row(pages_of(path), lambda page: page.title[0])
    assert_same(path, pages, where, tmp_path)


@SAMPLES
def test_without_the_title_row_and_shifted(path, tmp_path):
    pages, first = moves.delete_row(pages_of(path), lambda page: page.title[0])
    pages, second = moves.shift(pages, lambda number: (25, 2))
    assert_same(path, pages, moves.chained(first, second), tmp_path)


@SAMPLES
def test_heads_repeated_in_the_middle_of_the_tables(path, tmp_path):
    pages = pages_of(path)
    heads = {}

    def rows(page):
        middle = [(page.head, page.head + (page.last_indicator - page.head) // 2)]
        if page.holds("任务名称"):
            top = page.find("任务名称")[0]
            middle += [(top, top + 5), (top + 1, top + 5)]
        heads[page.name] = middle
        return [at for _, at in middle]

    copies = {page.name: dict(page.cells) for page in pages}
    moved, where = moves.insert_rows(pages, rows)
    for page in moved:
        for number, (head, at) in enumerate(sorted(heads.get(page.name, ()), key=lambda pair: pair[1])):
            for (row, col), value in copies[page.name].items():
                if row == head and value is not None and col > 1:
                    page.cells[at + number, col] = value
    assert_same(path, moved, where, tmp_path)


# ---------------------------------------------------------------- levels and labels written otherwise


@SAMPLES
@pytest.mark.parametrize("repeat", [False, True], ids=["in the top row only", "on every row"])
def test_levels_not_merged(path, repeat, tmp_path):
    assert_same(path, moves.unmerge_levels(pages_of(path), repeat=repeat), moves.stay, tmp_path)


LABELS = {
    "一级指标", "二级指标", "三级指标", "指标值", "产出指标", "效益指标", "数量指标", "质量指标", "时效指标",
    "成本指标", "经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标", "社会公众或服务对象满意度指标",
    "项目名称", "预算单位", "部门名称", "年度总体目标", "年度目标", "任务名称", "主要内容", "预算金额", "总额",
    "财政拨款", "其他资金", "金额合计", "资金总额", "基本支出", "项目支出", "填报人", "联系电话", "填报日期",
    "立项依据", "使用范围", "项目类型", "绩效分配方式", "项目起止年限",
}  # fmt: skip


def labels(change):
    """Change a text where it is one of the labels alone."""
    return lambda text: change(text) if text.strip() in LABELS else text


@SAMPLES
@pytest.mark.parametrize(
    "change",
    [
        labels(" ".join),
        labels("　".join),
        labels(lambda text: f"{text[:2]}\n{text[2:]}"),
        labels(lambda text: f"\n{text} \n"),
        labels("​".join),
        lambda text: text.replace("：", ":"),
        lambda text: text.replace(":", "："),
        lambda text: text.replace("：", " ： "),
        lambda text: text.replace("（", "(").replace("）", ")"),
    ],
    ids=[
        "blanks",
        "wide blanks",
        "line break",
        "line ends",
        "unseen",
        "half colon",
        "full colon",
        "loose colon",
        "brackets",
    ],
)
def test_labels_with_blanks_breaks_and_other_marks(path, change, tmp_path):
    pages = moves.rewrite(pages_of(path), change)
    if change("（备注：无）") != "（备注：无）" or change("（备注:无）") != "（备注:无）":
        assert_same_tables(path, pages, tmp_path)
    else:
        assert_same(path, pages, moves.stay, tmp_path)


def assert_same_tables(path, pages, folder):
    """Where the texts change too, the figures and their findings must still be the same."""
    batch = check(moves.save(pages, folder / "moved.xlsx"))
    for name, columns in (
        ("amounts", ["table", "role", "item", "column", "period", "state", "fen"]),
        ("indicators", ["item", "period", "first", "second", "kind"]),
        ("texts", ["field"]),
    ):
        after = list(_places(getattr(batch.tables, name), columns, moves.stay))
        assert after == list(_places(getattr(moves.original(path).tables, name), columns, moves.stay))
    codes = [(f.code, f.cells, f.stated, f.computed) for f in moves.original(path).findings if f.code[:3] == "SUM"]
    assert [(f.code, len(f.cells)) for f in batch.findings if f.code[:3] == "SUM"] == [(c[0], len(c[1])) for c in codes]


@SAMPLES
@pytest.mark.parametrize("mark", ["一、{}", "1.{}", "（一）{}", "1、{}", "(3){}", "①{}", "*{}"])
def test_labels_with_ordinals(path, mark, tmp_path):
    """Also before a label that shares its cell with the value."""

    def change(text):
        bare = text.strip()
        pair = any(bare.startswith((f"{label}：", f"其中：{label}：")) for label in LABELS)
        return mark.format(bare) if bare in LABELS or pair or bare.startswith("其中：") else text

    assert_same(path, moves.rewrite(pages_of(path), change), moves.stay, tmp_path)
