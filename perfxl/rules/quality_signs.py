"""QUALITY: the sign and the measure of a value: two that contradict, one the wrong way round or of another kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.reading import COST, IndicatorRow
from perfxl.rules.name_measures import fits, is_rate
from perfxl.rules.rule import Family, Hit
from perfxl.rules.wording import PERCENT, QUANTITY, SATISFACTION, TIMELINESS, first_word, quoted, without_figure
from perfxl.tables import Return
from perfxl.values import squeeze
from perfxl.values.measures import BODIES, MONEY, PEOPLE, SHARE, kinds_of

RULES = Family(needs="indicators")

AT_LEAST, AT_MOST = "≥", "≤"
_UP, _DOWN = ("≥", ">"), ("≤", "<")
_SIGN = re.compile("^(?:>=|<=|=>|=<|[≥≧⩾≤≦⩽><＞＜=＝≈])")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
#: measures of a time limit, of which less is better
_LIMIT = re.compile("个?(?:工作日|自然日|天|日|小时|h|分钟|秒|个?月|周)")
#: what may stand behind the word of a name that tells which way is better
_TAIL = re.compile(
    "(?:发生|总|平均|占)*(?:率|数量?|次数|件数|起数|人数|人次|例数|比例|比率|占比|总?量|强度|水平|金额|值|指数|浓度|频次|案件|事件|情况|指标)*$"
)
#: measures of which a number may be below zero
_MAY_BE_BELOW = (PERCENT, "‰", "°C", "个百分点", "度", "米", "毫米", "厘米")
_CHANGES = re.compile("增减|变化|变动|净|温|盈|差额|偏差|误差")
_PLAIN = re.compile("[0-9.,]+[^0-9]{0,5}")
_PLAIN_DIGIT = re.compile("[0-9０-９]")
_OF_TIME = re.compile("(?:时间|时限|时长|用时|耗时|天数)$")
#: times of which more is better
_GOOD_TIME = re.compile(
    r"(?:优良|达标|良好|开放|服务|运行|培训|学习|教学|有效|持续|使用|存续|稳定|作业|公示|质保|保修)\w{0,3}"
    r"(?:时间|时长|天数|小时数?|时数|日数)\Z|课时|学时"
)
#: an amount for each, which is no more than so many 万元
_EACH = re.compile("人均|户均|生均|每[人户生]|人平")
_MUCH = 50
#: 11月底后 is no time by which something is completed
_AFTER = re.compile("[月日底末初旬年号](?:之|以)?后(?:完成|完工|竣工)?$")
_DONE = re.compile("完成|完工|竣工|验收|办结|结束|上线|上报|到位|通车|封顶|交付|发放|投入使用|建成|报送|调试|期满|截止")
#: what less is spent of, or what is spared
_SAVED = re.compile("支出|费用|开支|成本|损失|资金|经费|负担|节约|节省|节支")
#: … down to so much: 减少至, 降低后的支出
_REACHED = re.compile("[至到后]")
_SHARE_OF = re.compile("(?:占比|比例|比重|比率|覆盖面)\\Z")
_DENIED = ("不", "未", "非", "没有")
#: a rate of so many percent with “≤” is no rate of which less is better
_HIGH = 60
#: … and “≤100%” says nothing even of one that is a cost
_ALL = 100

EACH = Text("“{name}”只填了“{value}”", "“{name}” is just “{value}”")
CLASH = Text(
    "“{name}”的指标值“{value}”前后有两个相反的符号，无法确定目标。\n核对目标，只保留一个符号。",
    "The value “{value}” of “{name}” has two signs that contradict each other.\nCheck the target and keep one sign.",
)
MEASURES = Text(
    "“{name}”的指标值“{value}”写了两个计量单位。\n核对后只保留一个计量单位。",
    "The value “{value}” of “{name}” has two units of measure.\nKeep one unit.",
)
DOUBLED = Text(
    "“{name}”的指标值“{value}”重复写了符号。\n只保留一个符号。",
    "The value “{value}” of “{name}” has a sign twice.\nKeep one sign.",
)
AGAIN = Text(
    "“{name}”的指标值“{value}”已带计量单位，与计量单位栏重复。\n指标值栏只填数字。",
    "“{name}” is “{value}”, and the measure has a column of its own.\nGive the number only.",
)
SPELT = Text(
    "“{name}”的指标值“{value}”为中文数字。\n指标值栏改填阿拉伯数字。",
    "The value “{value}” of “{name}” is in words.\nGive it in digits.",
)
NEGATIVE = Text(
    "“{name}”的指标值“{value}”是负数，目标值一般不为负。\n删去负号或改填正确的数；表示减少的，填减少的"
    "数量或比率，名称写明“减少”“下降”。",
    "The value “{value}” of “{name}” is negative.\nRemove the minus or give the right figure; for a "
    "decrease let the name say so.",
)
NO_SIGN = Text(
    "“{name}”填“{value}”，“{column}”栏没有填写或填写有误。\n在“{column}”栏选填“≥”“≤”或“=”。",
    "“{name}” is “{value}”, and the column “{column}” is empty or not a sign.\nChoose ≥, ≤ or = there.",
)
PERMILLE = Text(
    "“{name}”填“{value}”，“‰”是千分比，一般用“%”。\n核对计量单位，有误的改为“%”。",
    "“{name}” is “{value}”, and “‰” is one in a thousand; “%” is usual.\nCheck the measure; write % if that is meant.",
)
PER_HEAD = Text(
    "“{name}”填“{value}”，按人、按户计算的金额偏大，疑为“元”误作“万元”。\n核对计量单位，有误的改为“元”；金额有误"
    "的，改正金额。",
    "“{name}” is “{value}”, much for one person or household.\nWrite 元 if that is meant, or correct the amount.",
)
AFTER = Text(
    "“{name}”填“{value}”，是某时间之后，没有完成期限。\n核对时间，改填最迟完成时间，如“12月底前”。",
    "“{name}” is “{value}”, after a day and without an end.\nGive the day by which it is done, such as “12月底前”.",
)
LEAST = Text("一般越高越好，用“≥”", "more is better as a rule, hence “≥”")
MOST = Text("一般越低越好，用“≤”", "less is better as a rule, hence “≤”")


@RULES.error(
    "QUALITY-24",
    name=Text("指标值不完整或写法有误", "No figure in the value"),
    what=Text(
        "指标值应有一个符号、一个数字和一个计量单位，不能只有符号、单位或“—”“/”",
        "A value has one sign, one figure and one measure, and is not just a sign, a unit or a dash",
    ),
    message=Text(
        "指标值没有目标内容：{each}。",
        "Values without content: {each}.",
    ),
    group="file",
    why=Text("没有目标内容，年终无法对照考核。", "Without a target nothing can be measured at the end of the year."),
    fix=Text(
        "填写完整的目标值（符号、数字和计量单位），符号和计量单位各只写一个；没有这项指标的，名称和指标值都清空。",
        "Give sign, figure and unit, each once; where there is no such indicator clear both name and value.",
    ),
    wrong=Text("数据准确率：≥", "数据准确率: ≥"),
    right=Text("数据准确率：≥92%", "数据准确率: ≥92%"),
)
def no_figure(book: Return, lang: Lang) -> Iterator[Hit]:
    """A sign, a measure or a mark alone beside a name; signs, measures and numbers that cannot be meant.

    Words without content (无) are COMPLETE-12.
    """
    for line in book.indicators:
        values = quoted(line) | {"column": _sign_column(book, line)}
        if without_figure(line) and line.name_key:
            yield Hit((line.ref,), written=line.value, each=EACH.render(lang, **values))
        elif found := _wrong_writing(line, signed=not values["column"]):
            message, severity = found
            yield Hit((line.ref,), values, written=line.value, message=message, severity=severity)


def _wrong_writing(line: IndicatorRow, *, signed: bool) -> tuple[Text, Severity] | None:
    """What is wrong with the sign or the number of a value, and how grave that is."""
    counted = line.kind in ("number", "range") and line.measure not in (*_MAY_BE_BELOW, "")
    if "clash" in line.notes:
        return CLASH, Severity.ERROR
    money = line.kind == "money" and line.second != COST  # a negative cost is SUM-16's
    if (counted or money) and min(line.numbers, default=0) < 0 and not _CHANGES.search(line.name):
        return NEGATIVE, Severity.ERROR
    if "two_measures" in line.notes:
        return MEASURES, Severity.WARNING
    if "doubled" in line.notes:
        return DOUBLED, Severity.NOTICE
    if "measure_again" in line.notes and line.numbers and line.measure != PERCENT:
        return AGAIN, Severity.NOTICE
    if not signed and line.kind == "number" and "number_words" in line.notes and not _PLAIN_DIGIT.search(line.value):
        return SPELT, Severity.NOTICE
    if not signed and line.kind == "number" and _PLAIN.fullmatch(squeeze(line.value)):
        return NO_SIGN, Severity.WARNING
    return None


def _sign_column(book: Return, line: IndicatorRow) -> str:
    """What the column of signs is called, where the form has one and another line has a sign in it."""
    spec = book.spec(line.form).indicators
    column = spec.header.get("operator", "") if spec else ""
    used = column and any(_SIGN.match(other.value.strip()) for other in line.form.indicators if other is not line)
    return column if used else ""


@RULES.warning(
    "QUALITY-26",
    name=Text("计量单位与指标不符", "Measure that does not fit"),
    what=Text(
        "计量单位应与指标名称相符：人数用“人”，年限用“年”，比率用“%”",
        "The measure fits the name: people are counted in 人, years in 年, rates in %",
    ),
    message=Text(
        "“{name}”填“{value}”，计量单位“{measure}”与指标名称不符。",
        "“{name}” is “{value}”, but it cannot be measured in “{measure}”.",
    ),
    follows=("QUALITY-13", "QUALITY-14", "QUALITY-15", "QUALITY-24", "NARRATIVE-02", "CROSS-11"),
    why=Text(
        "计量单位与考核内容不符，年终无法对照考核。",
        "In the wrong measure nothing can be compared with the result.",
    ),
    fix=Text(
        "改用与指标名称相符的计量单位；单位无误的，改正指标名称。",
        "Write the measure that fits the name; if it is right, correct the name.",
    ),
    wrong=Text("培训人数：≥200座", "培训人数: ≥200座"),
    right=Text("培训人数：≥200人", "培训人数: ≥200人"),
)
def measure_does_not_fit(book: Return, lang: Lang) -> Iterator[Hit]:
    """A measure of another kind than the end of the name; what is not in the lists may be measured in anything."""
    for line in book.indicators:
        if line.kind not in ("number", "range", "money") or line.second == COST or not line.measure:
            continue
        if line.measure == "‰" and is_rate(line.name) and max(line.numbers, default=0) >= 1:
            yield Hit((line.ref,), quoted(line), written=line.value, message=PERMILLE)
        elif not fits(line.name, line.measure) or _no_satisfaction(book.profile, line):
            yield Hit((line.ref,), quoted(line) | {"measure": line.measure}, written=line.value)
        elif line.kind == "money" and max(line.numbers) >= _MUCH and line.measure == "万元" and _EACH.search(line.name):
            values = quoted(line) | {"measure": line.measure}
            yield Hit((line.ref,), values, written=line.value, severity=Severity.NOTICE, message=PER_HEAD)


def _no_satisfaction(profile: Profile, line: IndicatorRow) -> bool:
    """Satisfaction in people or money; not what counts complaints or votes."""
    counted = bool(kinds_of(line.measure) & {PEOPLE, MONEY, BODIES}) and SHARE not in kinds_of(line.measure)
    said = re.search("数量?$|人次$|投诉|件$", squeeze(line.name)) or first_word(profile, "small_is_good", line.name)
    return line.second == SATISFACTION and counted and not said


@RULES.warning(
    "QUALITY-25",
    name=Text("指标方向可能填反", "Sign the wrong way round"),
    what=Text(
        "满意度、合格率等越高越好的指标用“≥”，时限、成本、投诉等越低越好的用“≤”",
        "≥ where more is better (satisfaction, rates of success), ≤ where less is (time limits, costs, complaints)",
    ),
    message=Text(
        "“{name}”填“{value}”，符号方向可能填反：这类指标{usual}。\n核对符号；确属填反的，改用“{sign}”。",
        "“{name}” is “{value}”, perhaps the wrong way round: {usual}.\nCheck the sign; if it is, write “{sign}”.",
    ),
    follows=("QUALITY-24", "QUALITY-14"),
    why=Text(
        "方向填反后，完成得差反而算达标。", "With the sign the wrong way round a bad result would count as a good one."
    ),
    fix=Text(
        "核对符号：越高越好的用“≥”，越低越好的用“≤”。",
        "Check the sign: ≥ where more is better, ≤ where less is; leave it where it is meant.",
    ),
    wrong=Text("服务对象满意度：≤95%", "服务对象满意度: ≤95%"),
    right=Text("服务对象满意度：≥95%", "服务对象满意度: ≥95%"),
)
def wrong_way_round(book: Return, lang: Lang) -> Iterator[Hit]:
    """By the end of the name (``aim_high``, ``aim_low``), then by the level and the measure.

    Quantities and benefits with ``≤`` are meant the other way, unless the name is that of a limit (``limited``).
    """
    for line in book.indicators:
        if line.kind not in ("number", "money", "unit_price", "date", "frequency") or line.operator not in (
            *_UP,
            *_DOWN,
        ):
            continue
        if line.kind == "date" and _AFTER.search(squeeze(line.value)) and _DONE.search(squeeze(line.name)):
            yield Hit((line.ref,), quoted(line), written=line.value, message=AFTER)
            continue
        if "clash" in line.notes or (line.kind == "date" and not _SIGN.match(squeeze(line.value))):
            continue
        usual, severity = _usual(book.profile, line)
        if usual and line.operator not in (_UP if usual == AT_LEAST else _DOWN):
            why = (LEAST if usual == AT_LEAST else MOST).render(lang)
            yield Hit((line.ref,), quoted(line) | {"usual": why, "sign": usual}, written=line.value, severity=severity)


def _usual(profile: Profile, line: IndicatorRow) -> tuple[str, Severity | None]:
    """The usual sign of an indicator, ``""`` where either may be meant."""
    name = _IN_BRACKETS.sub("", squeeze(line.name)) or squeeze(line.name)
    rate, benefit = line.measure in (PERCENT, "‰"), line.first == "benefit"
    limited = bool(first_word(profile, "limited", name))
    if rate and _ends_in(profile, "aim_high", name):
        return AT_LEAST, None
    if benefit and first_word(profile, "more_of_it", name) and not (limited and not _SAVED.search(name)):
        return ("" if _REACHED.search(name) else AT_LEAST), None
    if first_word(profile, "less_of_it", name):
        spared = benefit and line.kind == "money" and _SAVED.search(name) and not _REACHED.search(name)
        return (AT_LEAST if spared else ""), None
    if _ends_in(profile, "aim_low", name):
        return ("" if rate and _OF_TIME.search(name) else AT_MOST), None
    if line.first == "costs" or line.second == COST:
        return _usual_of_costs(profile, line, name), None
    if line.second == TIMELINESS and (line.kind == "date" or _LIMIT.fullmatch(line.measure)):
        return ("" if first_word(profile, "lasting", name) else AT_MOST), None
    if first_word(profile, "small_is_good", name):
        return "", None
    if line.second == SATISFACTION:
        return AT_LEAST, None
    if rate:
        return (AT_LEAST if _is_high(profile, line, name) else ""), None
    counted = (line.second == QUANTITY or benefit) and not limited
    if _LIMIT.fullmatch(line.measure) and not _GOOD_TIME.search(name):
        return "", None
    return (AT_LEAST, Severity.NOTICE if line.kind == "money" and not benefit else None) if counted else ("", None)


def _usual_of_costs(profile: Profile, line: IndicatorRow, name: str) -> str:
    """Costs are limited; of a rate of them all is no limit."""
    if line.measure not in (PERCENT, "‰"):
        return AT_MOST
    all_of_it = bool(line.numbers) and line.numbers[0] >= _ALL and is_rate(name)
    return AT_LEAST if all_of_it and not first_word(profile, "limited_rates", name) else ""


def _is_high(profile: Profile, line: IndicatorRow, name: str) -> bool:
    """Whether a rate is one of so many percent that more of it must be wanted."""
    share = name.endswith(("率", "度")) or bool(_SHARE_OF.search(name))
    words = "limited_shares" if _SHARE_OF.search(name) else "limited_rates"
    few = first_word(profile, words, name) or (words == "limited_shares" and first_word(profile, "limited", name))
    return share and bool(line.numbers) and line.numbers[0] >= _HIGH and not few


def _ends_in(profile: Profile, words: str, name: str) -> bool:
    """Whether a name ends in a word of a list, or in one with no more behind it than 率, 数, 次数 and the like.

    投诉处理满意度 is a satisfaction and 失业人员培训人数 no unemployment; 不合格率 is the opposite of 合格率.
    """
    bare = _TAIL.sub("", name)
    for text in dict.fromkeys((name, bare)):
        word = next((word for word in profile.lexicon.get(words, ()) if text.endswith(word)), "")
        if word and not text.removesuffix(word).endswith(_DENIED):
            return True
    return False
