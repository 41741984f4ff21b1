"""A profile file with a mistake: the message names the file, the line and the key, and says what to write instead."""

from __future__ import annotations

import pickle
import tomllib
from pathlib import Path

import pytest

from perfxl import cli
from perfxl.profiles import ProfileError, built_in, load
from perfxl.profiles.source import lines_of
from perfxl.rules import all_rules

HERE = Path(__file__).parent
RIGHT = (HERE / "weights.toml").read_text("utf-8")
ROOT = Path(__file__).parents[2]

#: what is replaced, by what, the line and key that are named, what is said of them
WRONG = [
    ('id = "weights_2023"', "", 1, "id", "没有填写这一项"),
    ('id = "weights_2023"', 'id = "某市-2023"', 3, "id", "只用字母、数字和下划线"),
    ("year = 2023", 'year = "2023"', 5, "year", "应填整数，现在是 '2023'"),
    ("version = 1", "version = true", 4, "version", "应填整数，现在是 true"),
    ('title = "项目支出绩效目标表"\ntitle_en = "Project t', 'title = ""\ntitle_en = "Project t',
     6, "title", "不能是空的"),
    ("[severity]", "[severty]", 20, "severty", "是否为 severity？"),
    ('measure = "万元"', 'measure = "万"', 11, "money.measure", "没有“万”这种写法，可以填：万元, 亿元, 元, 千元"),
    ("decimals = 4", "decimals = 9", 12, "money.decimals", "应在 0 到 6 之间"),
    ('COMPLETE-06 = "error"', 'COMPLETE-06 = "错误"', 22, "severity.COMPLETE-06", "没有“错误”这种写法"),
    ('graded = ["优", "良"]', 'graded = "优"', 27, "words.graded", "应填列表 [ … ]，现在是 '优'"),
    ('graded = ["优", "良"]', 'graded = ["优", 1]', 27, "words.graded", "应填文字的列表"),
    ('graded = ["优", "良"]', 'graded = ["...", "良"]', 27, "words.graded", "没有可沿用的"),
    ("graded = [", "grades = [", 27, "words.grades", "没有名为“grades”的项。是否为 graded？"),
    ("near_name = 0.8", "near_names = 0.8", 17, "limits.near_names", "是否为 near_name？"),
    ('operator = ["指标符号"]', 'sign = ["指标符号"]', 132, "headers.sign", "没有名为“sign”的项。"),
    ('COMPLETE-06 = "error"', 'COMPLETE-66 = "error"', 22, "severity.COMPLETE-66",
     "没有编号为“COMPLETE-66”的规则。编号见 perfxl rules"),
    ("[severity]", '[sources]\nSUMM-99 = "某市办法"\n\n[severity]', 21, "sources.SUMM-99", "没有编号为“SUMM-99”的规则"),
    ('{ label = "主管部门", required = "COMPLETE-01"', '{ label = "主管部门", required = "COMPLETE-O1"', 80,
     "forms.project.fields.unit.required", "没有编号为“COMPLETE-O1”的规则"),
    ('required = "COMPLETE-06", weight = 10', 'required = "COMPLETE-6", weight = 10', 121,
     "forms.project.indicators.levels[3].required", "没有编号为“COMPLETE-6”的规则"),
    ('source = "某市绩效目标编制说明"', 'follows = ["CITY-03"]', 155, "sums[2].follows", "没有编号为“CITY-03”的规则"),
    ('key = "quality"\nname', 'key = "quantity"\nname', 51, "levels[5].key", "“quantity”写了两次"),
    ('parent = "output"\n\n[[levels]]\nkey = "cost"', 'parent = "out"\n\n[[levels]]\nkey = "cost"', 53,
     "levels[5].parent", "上级指标“out”不在"),
    ('{ label = "主管部门", required', '{ label = "主管部门", requird', 80, "forms.project.fields.unit.requird",
     "是否为 required？"),
    ('{ label = "主管部门", required', '{ label = "主管\\u0007部门", required', 80,
     "forms.project.fields.unit.label", "不可见的控制字符"),
    ('{ label = "主管部门", ', "{ ", 80, "forms.project.fields.unit.label", "没有填写这一项"),
    ('{ label = "区县配套资金", kind = "amount"', '{ label = "区县配套资金", kind = "money"', 83,
     "forms.project.fields.county.kind", "没有“money”这种写法，可以填：amount"),
    ('sheet = "项目{n}"', 'sheet = "项目"', 73, "forms.project.sheet", "要有 {n}"),
    ('sheet = "项目{n}"', 'sheet = "项目/{n}"', 73, "forms.project.sheet", "不能作工作表名"),
    ('kind = "goals"', 'kind = "goal"', 105, "forms.project.blocks[5].kind", "没有“goal”这种写法"),
    ('fields = ["year_goal"]', 'fields = ["long_goal"]', 107, "forms.project.blocks[5].fields",
     "没有名为“long_goal”的项"),
    ('["total", "fiscal", "county"]', '["total", "fiscal", "city"]', 102,
     "forms.project.blocks[4].columns[1].fields", "没有名为“city”的项"),
    ('["total", "fiscal", "county"]', '["total", "fiscal"]', 83, "forms.project.fields.county",
     "不在任何一个 blocks 之中"),
    ('{ label = "区县配套资金",', '{ after = "other", label = "区县配套资金",', 83,
     "forms.project.fields.county.after", "“other”不在任何一个 blocks 之中"),
    ('kind = "indicators"', 'kind = "tasks"', 86, "forms.project.blocks", "没有 [forms.project.tasks]"),
    ('value = "指标值", measure', 'measure', 114, "forms.project.indicators.header", "third（三级指标）和 value"),
    ('{ key = "cost", rows', '{ key = "costs", rows', 121, "forms.project.indicators.levels[3].key",
     "“costs”不在 [[levels]] 之中"),
    ('"COMPLETE-06", weight = 10', '"COMPLETE-06", weight = "10分"', 121, "forms.project.indicators.levels[3].weight",
     "应填数字"),
    ('parts = ["project.fiscal", "project.county"]', 'parts = ["project.fiscal", "project.city"]', 142,
     "sums[1].parts", "没有金额项“city”"),
    ('parts = ["project.fiscal", "project.county"]', 'parts = ["project.fiscal", "fund.city"]', 142,
     "sums[1].parts", "没有表“fund”"),
    ('parts = ["project.fiscal", "project.county"]', 'parts = ["财政拨款 + 配套"]', 142, "sums[1].parts", "写法不对"),
    ('parts = ["project.fiscal", "project.county"]', "parts = []", 142, "sums[1].parts", "至少要写一项"),
    ('parts = ["project.fiscal", "project.county"]', 'parts = ["project.tasks[rows].total"]', 142, "sums[1].parts",
     "没有任务表"),
    ('["project.indicators[cost]"]', '["project.indicators[price]"]', 153, "sums[2].parts", "没有指标“price”"),
    ('["project.indicators[cost]"]', '["project.indicators[cost@long]"]', 153, "sums[2].parts", "没有时段“long”"),
    ('code = "CITY-02"\nname = "成本不超过总额"', 'code = "CITY-01"\nname = "区县配套"', 148, "sums[2].name",
     "与前面的一条相同"),
    ('id = "weights_2023"', 'id = "weights_2023"\nvocabulary = "beijing"', 4, "vocabulary", "没有表式“beijing”"),
    ('id = "weights_2023"', 'id = "hengyang_2020"\nextends = "hengyang_2020"', 3, "id", "要有自己的 id"),
    ('id = "weights_2023"', 'id = "weights_2023"\nforms_order = ["project", "fund"]', 4, "forms_order",
     "没有表“fund”"),
]  # fmt: skip
#: what is no TOML at all
BROKEN = [
    ('title_en = "Project', "title_en = Project", 7, "文字要加英文引号"),
    ("decimals = 4", "decimals = 4\ndecimals = 2", 13, "写了两次"),
    ("decimals = 4", "decimals 4", 12, "缺少等号"),
    ("[severity]", "[money]\n[severity]", 20, "写了两次"),
    ('graded = ["优", "良"]', 'graded = ["优"，"良"]', 27, "缺少逗号或右方括号"),
    ('measure = "万元"', 'measure = "万元', 11, "没有在本行内用引号结束"),
    ('measure = "万元"', "measure = “万元”", 11, "文字要加英文引号"),
]


#: what could not be laid out on a blank form: what is replaced, by what, the key that is named, what is said
NO_LAYOUT = [
    ('columns = [{ fields = ["total", "fiscal", "county"] }]', "", "forms.project.blocks[4].columns", "没有填写"),
    ('columns = [{ fields = ["total", "fiscal", "county"] }]', "columns = []", "forms.project.blocks[4].columns",
     "不能是空的"),
    ('columns = [{ fields = ["total", "fiscal", "county"] }]', "columns = [{ fields = [] }]",
     "forms.project.blocks[4].columns[1].fields", "不能是空的"),
    ('"fiscal", "county"] }]', '"fiscal", "county", ""] }]', "forms.project.blocks[4].columns[1].fields", "没有名为"),
    ('field = "unit"', "", "forms.project.blocks[3].fields", "没有填写"),
    ('field = "unit"', 'fields = ["unit", "year"]', "forms.project.blocks[3].fields", "只有一项"),
    ('field = "unit"', 'field = "project_name"', "forms.project.fields.project_name", "两个位置"),
    ('fields = ["year_goal"]', 'fields = ["year_goal", "unit"]', "forms.project.fields.unit", "两个位置"),
    ('fields = ["year_goal"]', 'fields = ["year_goal"]\nhead = "unit"', "forms.project.blocks[5].head", "没有 head"),
    ('fields = ["year_goal"]', 'fields = ["year_goal"]\nheight = -1', "forms.project.blocks[5].height", "0 到 400"),
    ('[[forms.project.blocks]]\nkind = "indicators"', "", "forms.project.indicators", "没有它的位置"),
    ('kind = "indicators"\n', 'kind = "indicators"\n[[forms.project.blocks]]\nkind = "indicators"\n',
     "forms.project.blocks", "只能有一个"),
    ('{ first = "一级指标", second = "二级指标", third', '{ second = "二级指标", first = "一级指标", third',
     "forms.project.indicators.header", "前两栏"),
    ('periods = [{ key = "year", label = "年度" }]', "periods = []", "forms.project.indicators.periods", "不能是空的"),
    ('{ key = "quality", rows = 2', '{ key = "quantity", rows = 2', "forms.project.indicators.levels[2].key", "两次"),
    ('[forms.project.indicators]\n', '[forms.project.indicators]\nfirst_levels = ["output", " "]\n',
     "forms.project.indicators.first_levels", "不在 [[levels]] 之中"),
    ('{ key = "quality", rows = 2', '{ key = "quality", rows = 0', "forms.project.indicators.levels[2].rows", "500"),
    ('sheet = "项目{n}"', 'sheet = "{n}{x}"', "forms.project.sheet", "花括号"),
    ('sheet = "项目{n}"\nrepeats = true', 'sheet = "校验"', "forms.project.sheet", "另有一张工作表"),
    ('county = {', '"a-b" = { label = "甲" }\ncounty = {', "forms.project.fields.a-b", "字母、数字和下划线"),
    ('per = "form"\ntotal = ["project.total"]\nparts', 'per = "row"\ntotal = ["project.total"]\nparts', "sums[1].total",
     "任务表的栏"),
    ('per = "form"\ntotal = ["project.total"]\nrelation', 'per = "project"\ntotal = ["project.total"]\nrelation',
     "sums[2].parts", "都是任务"),
    ('total = ["project.total"]\nparts', 'total = ["project[alone].total"]\nparts', "sums[1].total", "[alone]"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "says"), NO_LAYOUT, ids=[f"{w[2]} {w[3]}" for w in NO_LAYOUT])
def test_what_cannot_be_laid_out_is_an_error_of_the_profile(tmp_path, old, new, key, says):
    assert RIGHT.count(old) == 1
    path = tmp_path / "某市.toml"
    path.write_text(RIGHT.replace(old, new), "utf-8")
    error = complaint(path)
    assert error.render("zh").startswith(f"{path} 第 ")
    assert f" 行，{key}：" in error.render("zh")
    assert says in error.render("zh")
    assert f", {key}: " in error.render("en")


def test_more_cells_side_by_side_than_columns(tmp_path, capsys):
    path = tmp_path / "某市.toml"
    wide = "".join(
        '{ fields = ["total"], label = "甲" }, '.replace("total", key) for key in ("total", "fiscal", "county")
    )
    columns = 'columns = [{ fields = ["total", "fiscal", "county"] }]'
    more = "".join(f'x{n} = {{ label = "乙{n}", kind = "amount" }}\n' for n in range(9))
    wide += "".join(f'{{ fields = ["x{n}"], label = "丙" }}, ' for n in range(9))
    text = RIGHT.replace(columns, f"columns = [{wide}]").replace("county = {", f"{more}county = {{")
    path.write_text(text, "utf-8")
    assert "并排的有 12 格" in complaint(path).render("zh")
    for args in (["check", "x"], ["template", "-o", str(tmp_path / "x.xlsx")]):
        assert cli.run([*args, "--profile", str(path)]) == 2
        assert "，forms.project.blocks[4]：并排的有 12 格" in capsys.readouterr().err.replace("\n", "")


EVALUATION = (ROOT / "perfxl" / "profiles" / "self_evaluation_2020.toml").read_text("utf-8")
#: what only an evaluation has: what is replaced (where it first stands), by what, the key that is named, what is said
OF_AN_EVALUATION = [
    ('kind = "rate", required = "COMPLETE-01", of = ["spent_total", "total"]', 'kind = "rate", of = ["spent_total"]',
     "forms.department.fields.rate.of", "两项金额"),
    ('of = ["rate_weight", "rate"]', 'of = ["rate", "rate_weight"]', "forms.department.fields.rate_score.of",
     "points 的 of 写它的分值"),
    ('"rate", "rate_basic", "rate_projects"]', '"rate", "rate_basic"]', "forms.department.blocks[3].columns",
     "都要有 3 项"),
    ('"rate", "rate_basic", "rate_projects"]', '"rate", "rate_basic", "rates"]',
     "forms.department.blocks[3].columns[5].fields", "没有名为“rates”的项"),
    ('label = "年度总体目标"', 'label = "实际完成情况"', "forms.department.blocks[5].label", "分不清"),
    ('total = "total_score"', 'total = "score"', "forms.department.indicators.total", "没有名为“score”的项"),
    ("approval = 10 }", "approvals = 10 }", "forms.department.indicators.quotas[1].approvals", "不在 [[levels]] 之中"),
    ('"良" = 80', '"良" = "80分"', "grades.良", "应填数字"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "says"), OF_AN_EVALUATION, ids=[w[2] + w[3] for w in OF_AN_EVALUATION])
def test_it_names_them_in_an_evaluation_too(tmp_path, old, new, key, says):
    path = tmp_path / "某市.toml"
    path.write_text(EVALUATION.replace(old, new, 1), "utf-8")
    line = EVALUATION[: EVALUATION.index(old)].count("\n") + 1
    said = complaint(path).render("zh")
    assert f"，{key}：" in said
    assert says in said
    near = int(said.partition(" 第 ")[2].partition(" 行")[0])
    assert near == line if "blocks[3].columns：" not in said else near <= line


def complaint(path: Path) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        all_rules(load(str(path)))
    return caught.value


@pytest.mark.parametrize(("old", "new", "line", "key", "says"), WRONG, ids=[f"{w[3]} {w[4]}" for w in WRONG])
def test_it_names_file_line_and_key(tmp_path, old, new, line, key, says):
    assert RIGHT.count(old) == 1
    path = tmp_path / "某市.toml"
    path.write_text(RIGHT.replace(old, new), "utf-8")
    error = complaint(path)
    start, english = f"{path} 第 {line} 行，{key}：", f"{path}, line {line}, {key}: "
    assert str(error) == error.render("zh")
    assert error.render("zh").startswith(start)
    assert says in error.render("zh").removeprefix(start)
    assert error.render("zh")[-1] in "。？"
    assert error.render("en").startswith(english)
    assert "{" not in error.render("en").replace("{n}", "").replace("{ … }", "")


@pytest.mark.parametrize(("old", "new", "line", "says"), BROKEN, ids=[w[1] for w in BROKEN])
def test_what_is_no_toml_is_told_with_its_line(tmp_path, old, new, line, says):
    path = tmp_path / "某市.toml"
    path.write_text(RIGHT.replace(old, new, 1), "utf-8")
    error = complaint(path)
    assert error.render("zh").startswith(f"{path} 第 {line} 行：不合 TOML 写法，")
    assert says in error.render("zh")
    assert error.render("en").startswith(f"{path}, line {line}: not TOML: ")


def test_a_file_that_cannot_be_read(tmp_path):
    absent, gbk = tmp_path / "没有.toml", tmp_path / "gbk.toml"
    gbk.write_bytes(RIGHT.encode("gbk", "replace"))
    assert complaint(absent).render("zh").startswith(f"{absent}：读不到文件（")
    assert complaint(gbk).render("zh") == f"{gbk}：不是 UTF-8 文本。请在编辑器中另存为 UTF-8。"


def test_an_unknown_name_lists_the_built_in_ones():
    with pytest.raises(ProfileError) as caught:
        load("moon")
    assert caught.value.render("zh") == f"没有表式“moon”。内置的表式有：{', '.join(built_in())}。"


def test_the_error_goes_whole_from_a_worker_to_its_parent(tmp_path):
    error = complaint(tmp_path / "没有.toml")
    assert pickle.loads(pickle.dumps(error)).message == error.message  # noqa: S301 -- our own bytes


@pytest.mark.parametrize(
    ("lang", "says"), [("zh", "表式文件不能用：{} 第 83 行"), ("en", "cannot be used: {}, line 83")]
)
def test_every_command_says_it_and_ends_with_2(tmp_path, capsys, lang, says):
    path = tmp_path / "某市.toml"
    path.write_text(
        RIGHT.replace('kind = "amount", period = "year" }\nyear_goal', 'kind = "sum" }\nyear_goal'), "utf-8"
    )
    for args in (["check", "x"], ["template", "-o", str(tmp_path / "x.xlsx")]):
        assert cli.run([*args, "--profile", str(path), "--lang", lang]) == 2
        said = capsys.readouterr().err
        assert says.format(path) in said.replace("\n", "")


@pytest.mark.parametrize(
    "path", [*(ROOT / "perfxl/profiles").glob("*.toml"), *HERE.glob("*.toml")], ids=lambda p: p.stem
)
def test_every_key_of_a_file_has_its_line(path):
    text = path.read_text("utf-8")
    lines, found = text.split("\n"), lines_of(text)
    assert set(found) == {place for place in walk(tomllib.loads(text)) if place}
    for place, line in found.items():
        named = [part for part in place if isinstance(part, str)][-1]
        if isinstance(place[-1], str):
            assert named in lines[line - 1], place


def walk(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from walk(item, (*path, key))


def test_places_in_every_way_that_toml_writes_keys():
    text = "\n".join([
        'a.b = 1 # a "comment"', '"x.y" = "]"', "'q' = '''", "z = 1", "'''", "[t]", "[t.u]", "k = [", "  [1, 2],",
        '  { m = "}", n.o = [1] },', "]", "[[l]]", "[l.s]", "v = 1", "[[l]]", "[l.s]", 'w = """', '" \\" """',
        "e = 1.5",
    ])  # fmt: skip
    found = lines_of(text)
    assert set(found) == {place for place in walk(tomllib.loads(text)) if place}
    assert {place: line for place, line in found.items() if isinstance(place[-1], str)} == {
        ("a",): 1, ("a", "b"): 1, ("x.y",): 2, ("q",): 3, ("t",): 6, ("t", "u"): 7, ("t", "u", "k"): 8,
        ("t", "u", "k", 1, "m"): 10, ("t", "u", "k", 1, "n"): 10, ("t", "u", "k", 1, "n", "o"): 10, ("l",): 12,
        ("l", 0, "s"): 13, ("l", 0, "s", "v"): 14, ("l", 1, "s"): 16, ("l", 1, "s", "w"): 17, ("l", 1, "s", "e"): 19,
    }  # fmt: skip
