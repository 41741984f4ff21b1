"""QUALITY: names of indicators, and the levels that they are under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.rules._wording import PERCENT, QUANTITY, SATISFACTION, first_word, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, ref, rows
from perfxl.values import squeeze
from perfxl.values.dates import without_dates
from perfxl.values.measures import WORDS
from perfxl.values.quantities import Quantity, measure_class, quantities

DIFFERS = Text(
    "指标名称“{name}”里写的是 {named}，指标值填的却是“{value}”，两处不一致。请核对，名称里不写数字，目标值只填一处。",
    "The name “{name}” says {named}, but the value is “{value}”. Please check; the name needs no number, "
    "the target stands in one place.",
)
#: measures of rank and age, which tell of what the indicator is and are no target
_OF_A_THING = re.compile("[级号届版岁]")
_MEASURE = re.compile(WORDS)
#: before a figure: so many of each of several things
_OF_EACH = re.compile(r"(?:每|各|人均|户均|平均|单价|单个|单次|单位成本).{0,4}\Z")


@table_rule(
    "QUALITY-08",
    Severity.NOTICE,
    name=Text("指标名称里带有数字", "Number in the name"),
    what=Text(
        "指标名称只写考核什么，目标数字填在指标值里；名称里写了的，应与指标值一致",
        "A name says what is measured and the value how much; a number in the name agrees with the value",
    ),
    message=Text(
        "指标名称里已写了数字（如“达标率100%”）。建议名称只写“达标率”，数字填到指标值中，以免两处不一致。",
        "A name holds its target (such as 达标率100%). Better call it “达标率” and give the number as the value only.",
    ),
    needs="indicators",
    group="file",
    why=Text("一个目标写在两处，改了一处就会矛盾。", "A target in two places is soon two targets."),
    fix=Text("名称去掉数字，目标只填在指标值一栏。", "Take the number out of the name."),
    wrong=Text("达标率100%：≥98%", "达标率100%: ≥98%"),
    right=Text("达标率：≥98%", "达标率: ≥98%"),
)
def number_in_the_name(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Only a figure with its measure at the end of the name; 12个县市区 in its midst says where, not how much.

    An error where name and value give the same measure another number.
    """
    lines = tables.indicators
    numbered = lines["name"].map(lambda name: _figure(name) is not None).to_numpy(bool)
    for line in rows(lines, numbered):
        figure = _figure(line.name)
        if figure is not None and _contradicts(figure, line):
            named = _undated(line.name)[figure.start :].rstrip(")。")
            values = {"name": shown(line.name), "named": named, "value": shown(line.value)}
            yield Hit(
                (ref(line),), values, (name_ref(line),), line.value, named,
                written=line.value, severity=Severity.ERROR, message=DIFFERS,
            )  # fmt: skip
        else:
            yield Hit((name_ref(line),), written=line.name)


def _undated(name: str) -> str:
    return without_dates(squeeze(name))


@lru_cache(maxsize=65_536)
def _figure(name: str) -> Quantity | None:
    """The figure in which a name ends, if it is a target: neither a date nor a rank (前10名)."""
    text = _undated(name)
    found = quantities(text)
    last = found[-1] if found else None
    if last is None or text[last.end :].strip(")。") or text[: last.start].endswith("前"):
        return None
    counted = _MEASURE.fullmatch(last.measure) and not _OF_A_THING.fullmatch(last.measure)
    return last if counted or last.money or last.measure == PERCENT else None


def _contradicts(figure: Quantity, line: Any) -> bool:
    """Whether the value gives the same measure a number that the name does not allow."""
    of_each = _OF_EACH.search(_undated(line.name)[: figure.start])
    if len(line.numbers) != 1 or of_each or figure.approx or line.approx:
        return False
    if measure_class(figure.measure) != measure_class(line.measure):
        return False
    if figure.operator in ("≥", ">"):
        return bool(line.number < figure.number)
    if figure.operator in ("≤", "<"):
        return bool(line.number > figure.number)
    return bool(line.number != figure.number)


_NAMED_MEASURE = "(?:率|比例|比重|度|数量?|人次|面积|金额)"
_TWO = re.compile(rf"\w{_NAMED_MEASURE}(?:和|与|及|以及|、|/)\w+{_NAMED_MEASURE}(?:\(|\Z)")
#: two acts of one rate, each of two characters: 注册、挂标率
_TWO_ACTS = re.compile(r"\w\w[、/]\w\w率\Z")


@table_rule(
    "QUALITY-12",
    Severity.NOTICE,
    name=Text("一条指标含两项内容", "Two measures in one indicator"),
    what=Text("一条指标只考核一项内容", "An indicator measures one thing"),
    message=Text(
        "一条指标里写了两项内容（如“注册率和挂标率”），完成情况不同时无法评价。建议拆成两条，各填指标值。",
        "An indicator names two measures (such as 注册率和挂标率), which may turn out differently. "
        "Make two of it, each with its value.",
    ),
    needs="indicators",
    group="file",
    why=Text(
        "两项内容完成得不一样时，这一条就无法评价。",
        "Where the two turn out differently the indicator cannot be judged.",
    ),
    fix=Text("拆成两条，各填指标值。", "Make two of it, each with its value."),
    wrong=Text("统计率和数据一致率：≥95%", "统计率和数据一致率: ≥95%"),
    right=Text("统计率：≥95%；数据一致率：≥95%", "统计率: ≥95%; 数据一致率: ≥95%"),
)
def two_in_one(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Two words that each end as a measure does (率, 度, 数 …), joined by 和, 与, 及 or a comma; 注册、挂标率."""
    lines = tables.indicators
    two = lines["name"].map(_names_two).to_numpy(bool)
    for line in rows(lines, two):
        yield Hit((name_ref(line),), written=line.name)


def _names_two(name: str) -> bool:
    text = squeeze(name)
    return bool(_TWO.search(text) or _TWO_ACTS.search(text))


NO_RATE = Text(
    "满意度指标值“{value}”不是百分比。建议填百分比，如“≥90%”；投诉类指标填次数，如“≤3次”。",
    "The satisfaction “{value}” is no percentage. Give one, such as “≥90%”, or a count of complaints: “≤3次”.",
)
NO_SHARE = ("text", "graded", "date", "period", "frequency", "money", "unit_price")


@table_rule(
    "QUALITY-15",
    Severity.NOTICE,
    name=Text("满意度指标不明确", "Satisfaction of what"),
    what=Text(
        "满意度指标的名称应含“满意度”或“投诉”，指标值应是百分比或次数",
        "An indicator of satisfaction is called one (满意度, 投诉), and is a rate or a count",
    ),
    message=Text(
        "满意度指标写作“{name}”，没有“满意度”“投诉”等字样，看不出考核什么。建议写成“{name}满意度”。",
        "The indicator of satisfaction “{name}” does not say so. Better call it “{name}满意度”.",
    ),
    needs="indicators",
    group="file",
    follows=("QUALITY-01", "QUALITY-09", "QUALITY-10"),
    why=Text(
        "看不出考核谁的满意度、满意到什么程度。", "It does not say whose satisfaction is measured, nor how much of it."
    ),
    fix=Text(
        "名称写“某某满意度”，指标值填百分比；投诉类的填次数。",
        "Call it …满意度 and give a percentage; of complaints give a count.",
    ),
    wrong=Text("主管考核部门：≥90%", "主管考核部门: ≥90%"),
    right=Text("主管考核部门满意度：≥90%", "主管考核部门满意度: ≥90%"),
)
def satisfaction_of_what(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The same name in many forms is one notice. The words looked for are the profile's ``satisfaction_names``."""
    profile, lines = tables.profile, tables.indicators
    here = (lines["second"] == SATISFACTION) & (lines["name_key"] != "")
    for line in rows(lines, here if profile.lexicon.get("satisfaction_names") else here & False):
        if not first_word(profile, "satisfaction_names", line.name):
            yield Hit((name_ref(line),), {"name": shown(line.name)}, written=line.name)
        elif line.kind in NO_SHARE and line.measure != PERCENT:
            yield Hit((ref(line),), {"value": shown(line.value)}, written=line.value, message=NO_RATE)


STOCK = Text(
    "“{name}”可能是已有的总量，不是本年度要完成的数量。建议换成本项目实际要做的数量，如检查、办理的单位数。",
    "“{name}” may be what is there already, not what this year's work brings about. "
    "Better give a quantity of the work itself.",
)


@table_rule(
    "QUALITY-16",
    Severity.NOTICE,
    name=Text("指标可能放错类别", "Perhaps under another level"),
    what=Text("指标应放在相应的二级指标下", "An indicator stands under the level it belongs to"),
    message=Text(
        "“{name}”列在“{level}”下，可能应列在“{belongs}”下。请核对类别。",
        "“{name}” stands under “{level}” and may belong under “{belongs}”. Please check.",
    ),
    needs="indicators",
    why=Text(
        "放错了类别，同类指标汇不到一起，本类也像是缺了一条。",
        "Under another level an indicator is missing where it belongs.",
    ),
    fix=Text(
        "移到相应的二级指标下；确属本类的，可以不改。",
        "Move it to the level it belongs to; if it is in its place, leave it.",
    ),
    wrong=Text("数量指标“培训合格率”：≥95%", "Quantity 培训合格率: ≥95%"),
    right=Text("质量指标“培训合格率”：≥95%", "Quality 培训合格率: ≥95%"),
)
def under_another_level(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile's ``belongs`` says which words tell of which level, its ``stocks`` what counts what is there."""
    profile, lines = tables.profile, tables.indicators
    stocks = profile.lexicon.get("stocks", ())
    telling = [(word, level) for level, words in profile.belongs.items() for word in words]
    if not telling and not stocks:
        return
    for line in rows(lines, (lines["name_key"] != "") & lines["second"].isin(profile.levels)):
        name = squeeze(line.name)
        levels = {level for word, level in telling if word in name}
        if levels and not levels & {line.second, line.first}:
            values = {
                "name": shown(line.name), "level": _name(profile, line.second), "belongs": _name(profile, min(levels)),
            }  # fmt: skip
            yield Hit((name_ref(line),), values, written=line.name)
        elif stocks and line.second == QUANTITY and name.startswith(stocks):
            yield Hit((name_ref(line),), {"name": shown(line.name)}, written=line.name, message=STOCK)


def _name(profile: Profile, level: str) -> str:
    return profile.levels[level].name


@table_rule(
    "QUALITY-18",
    Severity.NOTICE,
    name=Text("指标名称过长", "Long name"),
    what=Text("指标名称应简短，超过一定字数的多半是一句话", "An indicator's name is short, not a sentence"),
    message=Text(
        "指标名称超过 {most} 个字，像一句话，看不出考核什么。建议写成简短的名称，如“域名注册率”“受益单位数”。",
        "A name has more than {most} characters and reads as a sentence. Give a short one, such as “域名注册率”.",
    ),
    needs="indicators",
    group="file",
    why=Text(
        "名称太长，看不出考核什么，汇总表里也显示不下。",
        "A long name hides what is measured and does not fit the summary.",
    ),
    fix=Text("写成简短的名称，其余的话移到总体目标中。", "Give a short name and move the rest to the goal."),
    wrong=Text(
        "使得全市事业单位能够按时按期进行事业单位登记管理工作并公示：≥95%",
        "使得全市事业单位能够按时按期进行事业单位登记管理工作并公示: ≥95%",
    ),
    right=Text("事业单位登记率：≥95%", "事业单位登记率: ≥95%"),
)
def long_name(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One notice a file. The limit is the profile's ``name_chars``; what stands in brackets does not count."""
    most = int(tables.profile.limits.get("name_chars", 0))
    lines = tables.indicators
    for line in rows(lines, (lines["name_key"].map(len) > most).to_numpy(bool)) if most else ():
        if len(squeeze(line.name).partition("(")[0]) > most:
            yield Hit((name_ref(line),), {"most": most}, written=line.name)


@table_rule(
    "QUALITY-19",
    Severity.NOTICE,
    name=Text("把投入当作目标", "Input given as a target"),
    what=Text(
        "绩效指标反映产出和效果，资金到位、人力物力投入不是产出",
        "Indicators tell of outputs and effects; money and people put in are neither",
    ),
    message=Text(
        "“{name}”反映的是投入，不是产出或效果。建议换成用这些投入做成了什么的指标。",
        "“{name}” tells what is put in, not what comes out. An indicator of what is done with it would say more.",
    ),
    needs="indicators",
    why=Text(
        "资金和人员到位了，不等于事情办成了。", "Money and people that are there do not mean that the work is done."
    ),
    fix=Text("换成用这些投入做成了什么的指标。", "Give an indicator of what is done with them."),
    wrong=Text("专项资金到位率：100%", "专项资金到位率: 100%"),
    right=Text("培训网站管理人员：≥150人", "培训网站管理人员: ≥150人"),
)
def input_as_target(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The words looked for in the names are the profile's ``inputs``."""
    for line in rows(tables.indicators):
        if first_word(tables.profile, "inputs", line.name):
            yield Hit((name_ref(line), ref(line)), {"name": shown(line.name)}, written=line.name)


RULES = (
    number_in_the_name,
    two_in_one,
    satisfaction_of_what,
    under_another_level,
    long_name,
    input_as_target,
)
