"""A profile that starts from another one, or takes its words: what comes from where, and what is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from filled_template import Book

import perfxl
from perfxl.profiles import Form, Profile, ProfileError, load
from perfxl.rules import all_rules
from perfxl.template import layout

BASE = load("hengyang_2020")
ALIKE = "填报的表上分不清。请改其中一个。"
HEAD = 'id = "city"\nextends = "hengyang_2020"\n'


@pytest.fixture
def city(tmp_path):
    def made(text: str) -> Profile:
        path = tmp_path / "city.toml"
        path.write_text(HEAD + text, "utf-8")
        return load(str(path))

    return made


def refused(city, text: str) -> str:
    with pytest.raises(ProfileError) as caught:
        city(text)
    return caught.value.render("zh").rpartition("city.toml")[2]


def told(one: Profile | Form, *but: str) -> dict[str, str]:
    """What a profile or form says, but for a few keys."""
    return {each.name: str(getattr(one, each.name)) for each in dataclasses.fields(one) if each.name not in but}


def test_nothing_of_its_own_is_the_base_under_another_id(city):
    profile = city("")
    assert profile.id == "city"
    assert told(profile, "id", "forms", "rule_codes") == told(BASE, "id", "forms", "rule_codes")
    assert profile.rule_codes == ()
    assert [told(form) for form in profile.forms.values()] == [told(form) for form in BASE.forms.values()]


def test_tables_merge_by_key_and_lists_replace(city):
    profile = city('year = 2024\n[limits]\nname_chars = 30\n[words]\nother_cost = ["杂费"]\n[words.typos]\n"甲" = "乙"')
    assert (profile.year, profile.measure) == (2024, "万元")
    assert profile.limits == {**BASE.limits, "name_chars": 30.0}
    assert profile.other_cost == ("杂费",)
    assert profile.basic_tasks == BASE.basic_tasks
    assert profile.typos == {**BASE.typos, "甲": "乙"}


def test_three_dots_in_a_list_stand_for_what_is_inherited(city):
    profile = city('[words]\nother_cost = ["杂费", "..."]\n[headers]\nthird = ["...", "考核内容"]')
    assert profile.other_cost == ("杂费", *BASE.other_cost)
    assert profile.headers["third"] == BASE.headers["third"] | {"考核内容"}


def test_a_label_is_renamed_and_the_rest_of_the_field_stays(city):
    before = BASE.forms["project"].fields["total"]
    profile = city('[forms.project.fields.total]\nlabel = "项目预算"\nsynonyms = ["...", "资金总额"]')
    after = profile.forms["project"].fields["total"]
    assert (after.label, after.synonyms) == ("项目预算", (*before.synonyms, "资金总额"))
    assert (after.kind, after.required, after.period) == (before.kind, before.required, before.period)
    assert profile.forms["department"].fields == BASE.forms["department"].fields


def test_a_field_is_put_after_another_one_in_its_block(city):
    profile = city('[forms.project.fields]\ncounty = { label = "县配套", kind = "amount", after = "fiscal" }')
    blocks = [block for block in profile.forms["project"].blocks if block.kind == "amounts"]
    assert [column.fields for column in blocks[0].columns] == [("total", "fiscal", "county", "other")]


LEADER = '[forms.project.fields]\nleader = { label = "项目负责人", required = "COMPLETE-01", after = "unit" }\n'


def test_a_field_after_one_that_has_a_block_alone_gets_a_block_of_its_own(city):
    profile = city(LEADER + 'deputy = { label = "副负责人", after = "leader" }')
    blocks = [block.fields for block in profile.forms["project"].blocks if block.kind == "field"]
    first = blocks.index(("unit",))
    assert blocks[first : first + 3] == [("unit",), ("leader",), ("deputy",)]
    sheets = {sheet.form: sheet.fields for sheet in layout(profile, 1)}
    rows = [sheets["project"][key].row for key in ("unit", "leader", "deputy")]
    assert rows == [rows[0], rows[0] + 1, rows[0] + 2]


def test_the_field_with_a_block_of_its_own_is_read_from_the_template(city, tmp_path):
    book = Book(city(LEADER), 1)
    for key, value in {"project_name": "河道保洁", "unit": "某局", "total": 5, "fiscal": 5}.items():
        book.field("项目1", key, value)
    assert not_filled_in(book, tmp_path) == 1
    book.field("项目1", "leader", "张三")
    assert not_filled_in(book, tmp_path) == 0


def not_filled_in(book: Book, folder: Path) -> int:
    path = folder / "报送.xlsx"
    book.book.save(path)
    found = perfxl.check(path, profile=str(folder / "city.toml")).findings
    return len([each for each in found if each.code == "COMPLETE-01" and "项目负责人" in each.message])


def test_a_field_after_a_figure_of_a_matrix_is_put_below_it(tmp_path):
    path = tmp_path / "city.toml"
    own = '[forms.department.fields]\nextra = { label = "结转资金", kind = "amount", after = "initial_basic" }'
    path.write_text(f'id = "city"\nextends = "self_evaluation_2020"\n{own}', "utf-8")
    blocks = load(str(path)).forms["department"].blocks
    before = load("self_evaluation_2020").forms["department"].blocks
    place = next(number for number, block in enumerate(blocks) if block.kind == "matrix")
    assert blocks[place] == before[place]
    assert (blocks[place + 1].kind, blocks[place + 1].fields) == ("field", ("extra",))
    assert len(blocks) == len(before) + 1


#: the table of tasks without its column of other funds
NO_OTHER = """
[forms.department.tasks]
columns = [
  { key = "name", label = "任务名称" }, { key = "content", label = "主要内容" },
  { key = "total", label = "总额", kind = "amount" }, { key = "fiscal", label = "财政拨款", kind = "amount" },
]
"""
OTHER_SUMS = """
[[sums]]
code = "SUM-09"
name = "任务金额"
parts = ["department.tasks[rows].fiscal"]
[[sums]]
code = "SUM-10"
name = "金额合计·其他资金"
severity = "off"
"""


def test_a_column_that_inherited_sums_need_is_told_at_the_key_that_dropped_it(city):
    assert refused(city, NO_OTHER) == (
        " 第 5 行，forms.department.tasks.columns：所沿用的合计“SUM-09 任务金额”用到的“department.tasks[rows].other”，"
        '这里没有了。请以同样的 code 和 name 另写这一条的 total 或 parts，或在其中写 severity = "off"；'
        '整个编号都不用的，在 [severity] 中写 SUM-09 = "off"。'
    )
    assert "“SUM-10 金额合计·其他资金”" in refused(city, NO_OTHER + '[severity]\nSUM-09 = "off"')
    assert "“CROSS-03 各项目其他资金与任务其他资金”" in refused(city, NO_OTHER + OTHER_SUMS)


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ('[severity]\nCROSS-03 = "off"\n' + OTHER_SUMS,
         {"CROSS-03 各项目其他资金与任务其他资金", "SUM-10 金额合计·其他资金"}),
        ('[severity]\nCROSS-03 = "off"\nSUM-09 = "off"\nSUM-10 = "off"',
         {"CROSS-03 各项目其他资金与任务其他资金", "SUM-10 金额合计·其他资金", "SUM-09 任务金额"}),
    ],
)  # fmt: skip
def test_an_inherited_sum_without_its_column_is_left_out_where_it_is_off(city, more, missing):
    profile = city(NO_OTHER + more)
    left, base = ({f"{each.code} {each.name.zh}" for each in one.sums} for one in (profile, BASE))
    assert base - left == missing
    assert {rule.code for rule in all_rules(profile)} >= {"SUM-10", "SUM-11"}


def test_a_block_is_added_to_the_inherited_ones(city):
    own = '[forms.project]\nblocks = ["...", { kind = "field", field = "leader" }]\n'
    profile = city(own + LEADER.replace(', after = "unit"', ""))
    assert profile.forms["project"].blocks[:-1] == BASE.forms["project"].blocks
    assert profile.forms["project"].blocks[-1].fields == ("leader",)


def test_sums_are_known_by_code_and_name(city):
    profile = city(
        '[[sums]]\ncode = "SUM-01"\nname = "项目资金总额"\nseverity = "warning"\n'
        '[[sums]]\ncode = "SUM-01"\nname = "别的"\ntotal = ["project.total"]\nparts = ["project.fiscal"]'
    )
    assert len(profile.sums) == len(BASE.sums) + 1
    first, last = profile.sums[0], profile.sums[-1]
    assert (first.severity, first.parts) == ("warning", BASE.sums[0].parts)
    assert profile.sums[1:-1] == BASE.sums[1:]
    assert (last.code, last.name.zh) == ("SUM-01", "别的")


def test_levels_are_known_by_their_key(city):
    profile = city(
        '[[levels]]\nkey = "quality"\nname = "质量"\n[[levels]]\nkey = "green"\nname = "绿色"\nparent = "benefit"'
    )
    assert profile.levels["quality"].name == "质量"
    assert profile.levels["quality"].parent == "output"
    assert list(profile.levels) == [*BASE.levels, "green"]


def test_a_form_left_out_takes_its_sums_along(city):
    profile = city('forms_order = ["department", "project"]')
    assert list(profile.forms) == ["department", "project"]
    left = [each for each in BASE.sums if "fund" not in each.forms]
    assert [each.name for each in profile.sums] == [each.name for each in left]


def test_a_sum_of_its_own_about_a_form_left_out_is_a_mistake(city):
    text = 'forms_order = ["department", "project"]\n[[sums]]\ncode = "A-1"\nname = "甲"\ntotal = ["fund.total"]\n'
    assert refused(city, text + 'parts = ["fund.fiscal"]') == " 第 7 行，sums[1].total：“fund.total”：没有表“fund”。"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[forms.project.fields]\ntotal = "资金"',
         " 第 4 行，forms.project.fields.total：应填表 [ … ] 或 { … }，现在是 '资金'。"),
        ("[forms.project.fields.total]\nlabl = 1",
         " 第 4 行，forms.project.fields.total.labl：这里没有名为“labl”的项。是否为 label？"),
        ('[[sums]]\ncode = "SUM-01"\nname = "项目资金总额"\nparts = ["project.city"]',
         " 第 6 行，sums[1].parts：“project.city”：表“project”没有金额项“city”。"),
        ('[[sums]]\ncode = "SUM-01"\nname = "项目资金"\nparts = ["project.fiscal"]',
         " 第 3 行，sums[1].total：至少要写一项。"),
        ('[forms.project.fields]\nleader = { label = "项目负责人", after = "unot" }',
         " 第 4 行，forms.project.fields.leader.after：“unot”不在任何一个 blocks 之中，不能排在它之后。是否为 unit？"),
        ('[[sums]]\ncode = "A-1"\nname = "甲"\ntotal = ["project.totl"]\nparts = ["project.fiscal"]',
         " 第 6 行，sums[1].total：“project.totl”：表“project”没有金额项“totl”。是否为 total？"),
        ('[[sums]]\ncode = "A-1"\nname = "甲"\ntotal = ["department.tasks[sum].fiscl"]\nparts = ["project.fiscal"]',
         " 第 6 行，sums[1].total：“department.tasks[sum].fiscl”：任务表没有金额栏“fiscl”。是否为 fiscal？"),
        ('[forms.project.fields]\nfiled = { label = "备案号", after = "phone" }',
         " 第 4 行，forms.project.fields.filed：并排的有 8 格，排不进 7 列。请减少并排的项，或分成几块。"),
        ("forms_order = []", " 第 3 行，forms_order：不能是空的。"),
        ('[[sums]]\ncode = "SUM-17"\nname = "财政拨款不超过资金总额"\nfollows = ["SUM-17"]',
         " 第 6 行，sums[1].follows：“SUM-17”是这一条自己的编号，请删去。"),
        ('[forms.project.fields]\nleader = { label = "预算单位", after = "unit" }',
         " 第 4 行，forms.project.fields.leader.label：“预算单位”也是“unit”的名称或别名，" + ALIKE),
        ('[forms.project.fields.other]\nlabel = "财政拨款"\n[forms.project.fields.fiscal]\nlabel = "财政拨款"',
         " 第 4 行，forms.project.fields.other.label：“财政拨款”也是“fiscal”的名称或别名，" + ALIKE),
        ('[forms.project.fields.total]\nlabel = "其他资金"',
         " 第 4 行，forms.project.fields.total.label：“其他资金”也是“other”的名称或别名，" + ALIKE),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_in_the_own_file(city, text, says):
    assert refused(city, text) == says


def test_what_the_own_file_breaks_in_the_base_is_told_where_it_stands(city):
    said = refused_whole(city, '[[forms.project.blocks]]\nkind = "indicators"')
    assert said.startswith("hengyang_2020 第 ")
    assert "forms.project.fields.reporter：这一项不在任何一个 blocks 之中" in said
    assert said.endswith('要保留所沿用的各块，写 blocks = ["...", { … }]。')


def refused_whole(city, text: str) -> str:
    with pytest.raises(ProfileError) as caught:
        city(text)
    return caught.value.render("zh")


def test_the_vocabulary_of_another_profile_is_words_and_levels_without_forms(tmp_path):
    path = tmp_path / "own.toml"
    own = (Path(__file__).parent / "weights.toml").read_text("utf-8")
    path.write_text('vocabulary = "hengyang_2020"\n' + own, "utf-8")
    profile, alone = load(str(path)), load(str(Path(__file__).parent / "weights.toml"))
    assert (profile.id, list(profile.forms), profile.sums) == (alone.id, ["project"], alone.sums)
    assert profile.lexicon["vague"] == BASE.lexicon["vague"]
    assert profile.words.graded == alone.words.graded
    assert profile.limits == {**BASE.limits, **alone.limits}
    assert profile.levels["satisfaction"].parent == "benefit"
    assert profile.levels["satisfaction"].name == "满意度指标"
    assert profile.severity == alone.severity
    assert profile.sources == {}


@pytest.mark.parametrize("name", ["mof_2015", "mof_2021", "self_evaluation_2020"])
def test_a_profile_that_takes_its_words_from_another_can_be_extended(tmp_path, name):
    path = tmp_path / "city.toml"
    path.write_text(f'id = "city"\nextends = "{name}"\nyear = 2024\n[words]\nvague = ["...", "到位"]', "utf-8")
    profile, base = load(str(path)), load(name)
    assert (profile.id, profile.year, list(profile.forms), len(profile.sums)) == (
        "city", 2024, list(base.forms), len(base.sums),
    )  # fmt: skip
    assert profile.lexicon["vague"] == (*BASE.lexicon["vague"], "到位")
    assert profile.levels == base.levels
