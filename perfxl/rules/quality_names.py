"""QUALITY: names of indicators and the levels that they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Text
from perfxl.rules.rule import Family, Hit
from perfxl.rules.wording import PERCENT, QUANTITY, SATISFACTION, first_word, quoted
from perfxl.tables import Return
from perfxl.values import squeeze

RULES = Family(needs="indicators")

#: kinds of value that are no share of people
NO_SHARE = ("text", "graded", "date", "period", "frequency", "money", "unit_price")
NO_RATE = Text(
    "满意度指标值“{value}”不是百分比。\n改填百分比，如“≥90%”；属于投诉类指标的，填次数，如“≤3次”。",
    "The satisfaction “{value}” is no percentage.\nGive one, such as “≥90%”, or a count of complaints: “≤3次”.",
)
STOCK = Text(
    "“{name}”可能为已有的总量，不是本年度的工作量。\n改为本项目计划完成的数量，如检查、办理的单位数。",
    "“{name}” may be what is there already, not what this year's work brings about.\nGive a quantity of "
    "the work itself.",
)
_MEASURED = "(?:率|比例|比重|度|数量?|人次|面积|金额)"
_TWO = re.compile(rf"\w{_MEASURED}(?:和|与|及|以及|、|/)\w+{_MEASURED}(?:\(|\Z)")
#: two acts of one rate, each of two characters: 注册、挂标率
_TWO_ACTS = re.compile(r"\w\w[、/]\w\w率\Z")


@RULES.notice(
    "QUALITY-12",
    name=Text("一条指标含两项内容", "Two measures in one indicator"),
    what=Text("一条指标只考核一项内容", "An indicator measures one thing"),
    message=Text(
        "一条指标含有两项内容（如“注册率和挂标率”），完成情况不同时无法评价。",
        "An indicator names two measures (such as 注册率和挂标率), which may turn out differently.",
    ),
    group="file",
    why=Text(
        "两项内容完成情况不同时，该条指标无法评价。",
        "Where the two turn out differently the indicator cannot be judged.",
    ),
    fix=Text("将该条指标拆分为两条，分别填写指标值。", "Make two of it, each with its value."),
    wrong=Text("统计率和数据一致率：≥95%", "统计率和数据一致率: ≥95%"),
    right=Text("统计率：≥95%；数据一致率：≥95%", "统计率: ≥95%; 数据一致率: ≥95%"),
)
def two_in_one(book: Return, lang: Lang) -> Iterator[Hit]:
    """A name with two measures: words that end in 率, 度, 数 …, joined by 和, 与, 及 or a comma; 注册、挂标率."""
    for line in book.indicators:
        name = squeeze(line.name)
        if _TWO.search(name) or _TWO_ACTS.search(name):
            yield Hit((line.name_ref,), written=line.name)


@RULES.notice(
    "QUALITY-15",
    name=Text("满意度指标不明确", "Satisfaction of what"),
    what=Text(
        "满意度指标的名称应含“满意度”或“投诉”，指标值应是百分比或次数",
        "An indicator of satisfaction is called one (满意度, 投诉), and is a rate or a count",
    ),
    message=Text(
        "满意度指标“{name}”没有“满意度”“投诉”等字样，考核内容不明确。\n将名称改为“{name}满意度”，指标"
        "值填百分比；属于投诉类指标的，名称写明投诉，指标值填次数。",
        "The indicator of satisfaction “{name}” does not say so.\nCall it “{name}满意度” and give a "
        "percentage; of complaints say so and give a count.",
    ),
    group="file",
    follows=("QUALITY-01", "QUALITY-09", "QUALITY-10"),
    why=Text("考核对象和满意程度不明确。", "It does not say whose satisfaction is measured, nor how much of it."),
    fix=Text(
        "名称写明“某某满意度”，指标值填百分比；投诉类指标填次数。",
        "Call it …满意度 and give a percentage; of complaints give a count.",
    ),
    wrong=Text("主管考核部门：≥90%", "主管考核部门: ≥90%"),
    right=Text("主管考核部门满意度：≥90%", "主管考核部门满意度: ≥90%"),
)
def satisfaction_of_what(book: Return, lang: Lang) -> Iterator[Hit]:
    """A name without ``satisfaction_names``, or no rate or count. The same name on many forms is one notice."""
    if not book.profile.lexicon.get("satisfaction_names"):
        return
    for line in book.indicators:
        if line.second != SATISFACTION or not line.name_key:
            continue
        if not first_word(book.profile, "satisfaction_names", line.name):
            yield Hit((line.name_ref,), quoted(line), written=line.name)
        elif line.kind in NO_SHARE and line.measure != PERCENT:
            yield Hit((line.ref,), quoted(line), written=line.value, message=NO_RATE)


@RULES.notice(
    "QUALITY-16",
    name=Text("指标可能放错类别", "Perhaps under another level"),
    what=Text("指标应放在相应的二级指标下", "An indicator stands under the level it belongs to"),
    message=Text(
        "“{name}”列在“{level}”下，可能应列入“{belongs}”。",
        "“{name}” stands under “{level}” and may belong under “{belongs}”.",
    ),
    why=Text(
        "类别有误，同类指标无法归集，应列的类别则缺少指标。",
        "Under another level an indicator is missing where it belongs.",
    ),
    fix=Text(
        "移至相应的二级指标下；名称反映已有总量的，改为本年度完成的数量（如办理、检查的单位数）；确属本类的，可予保留。",
        "Move it to the level it belongs to; for what is there already give what this year's work does; or leave it.",
    ),
    wrong=Text("数量指标“培训合格率”：≥95%", "Quantity 培训合格率: ≥95%"),
    right=Text("质量指标“培训合格率”：≥95%", "Quality 培训合格率: ≥95%"),
)
def under_another_level(book: Return, lang: Lang) -> Iterator[Hit]:
    """By words of levels (``belongs``): 超出预算比率 under 经济效益; a quantity of what is there (``stocks``)."""
    profile = book.profile
    stocks = profile.lexicon.get("stocks", ())
    level_of = [(word, level) for level, words in profile.belongs.items() for word in words]
    for line in book.indicators:
        if not line.name_key or line.second not in profile.levels:
            continue
        name = squeeze(line.name)
        levels = {level for word, level in level_of if word in name}
        if levels and not levels & {line.second, line.first}:
            here, belongs = profile.levels[line.second].name, profile.levels[min(levels)].name
            yield Hit((line.name_ref,), quoted(line) | {"level": here, "belongs": belongs}, written=line.name)
        elif stocks and line.second == QUANTITY and name.startswith(stocks):
            yield Hit((line.name_ref,), quoted(line), written=line.name, message=STOCK)


@RULES.notice(
    "QUALITY-18",
    name=Text("指标名称过长", "Long name"),
    what=Text("指标名称应简短，一般不超过规定字数", "An indicator's name is short, not a sentence"),
    message=Text(
        "指标名称超过 {most} 个字，名称过长，考核内容不明确。",
        "A name has more than {most} characters and reads as a sentence.",
    ),
    group="file",
    why=Text(
        "名称过长，考核内容不明确，汇总表中也不便显示。",
        "A long name hides what is measured and does not fit the summary.",
    ),
    fix=Text(
        "改为简短的名称，如“域名注册率”“受益单位数”，其余文字移至总体目标。",
        "Give a short name, such as “域名注册率”, and move the rest to the goal.",
    ),
    wrong=Text(
        "使得全市事业单位能够按时按期进行事业单位登记管理工作并公示：≥95%",
        "使得全市事业单位能够按时按期进行事业单位登记管理工作并公示: ≥95%",
    ),
    right=Text("事业单位登记率：≥95%", "事业单位登记率: ≥95%"),
)
def long_name(book: Return, lang: Lang) -> Iterator[Hit]:
    """A name of more characters than ``name_chars``, not counting brackets and punctuation: one notice a file."""
    most = int(book.profile.limits.get("name_chars", 0))
    for line in book.indicators if most else ():
        if len(line.name_key) > most and len(squeeze(line.name).partition("(")[0]) > most:
            yield Hit((line.name_ref,), {"most": most}, written=line.name)


@RULES.notice(
    "QUALITY-19",
    name=Text("把投入当作目标", "Input given as a target"),
    what=Text(
        "绩效指标反映产出和效果，资金到位、人力物力投入不是产出",
        "Indicators tell of outputs and effects; money and people put in are neither",
    ),
    message=Text(
        "“{name}”反映投入，不反映产出或效果。",
        "“{name}” tells what is put in, not what comes out.",
    ),
    why=Text("资金和人员到位，不等于工作完成。", "Money and people that are there do not mean that the work is done."),
    fix=Text(
        "改为反映投入所形成产出的指标，写明完成的数量、比率或时间。", "Give an indicator of what is done with them."
    ),
    wrong=Text("专项资金到位率：100%", "专项资金到位率: 100%"),
    right=Text("培训网站管理人员：≥150人", "培训网站管理人员: ≥150人"),
)
def input_as_target(book: Return, lang: Lang) -> Iterator[Hit]:
    """A name with a word for what is put into a project (``inputs`` of the profile): 资金到位率."""
    for line in book.indicators:
        if first_word(book.profile, "inputs", line.name):
            yield Hit((line.name_ref, line.ref), quoted(line), written=line.name)
