"""QUALITY: values of indicators that set no clear target, by their kind or by the way they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Change, Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.reading import COST, IndicatorRow
from perfxl.rules.name_measures import said_kinds, usual_measure
from perfxl.rules.rule import Family, Hit
from perfxl.rules.sum_sides import is_unread_cost
from perfxl.rules.wording import (
    ONE_VALUE,
    PERCENT,
    TIMELINESS,
    first_word,
    is_share,
    plain,
    quoted,
    shown,
    single_rate,
    usual,
)  # fmt: skip
from perfxl.tables import Return
from perfxl.values import WORDS as MEASURE_WORDS
from perfxl.values import date_of_serial, money_unit, squeeze, without_dates
from perfxl.values.measures import SHARE, TIMES

RULES = Family(needs="indicators")

#: kinds of value: without any content, in words, and those that are no cost
NOTHING = ("empty", "placeholder", "unread")
WORDS = ("text", "graded", "relative")
SUSTAINABLE, _FOR_LONG = "sustainable", ("长期", "长效", "可持续", "持续")
_SIGN, _SO_MANY = "[≥≤><=]*", rf"(?:[十百千万亿]*(?:{MEASURE_WORDS}|元))?(?:以[上下])?"
#: words that say no more than that something is done: 按计划进行, 全力推进, 应保尽保, 上百户
_VAGUE = re.compile(
    r"(?:[按依据照]|根据|视|对照).{1,10}(?:完成|进行|执行|开展|推进|实施|办理|落实|支付|发放|拨付|而定|确定|安排|控制)"
    r"|(?:[按依]|根据|及时|定期|实时|适时|主动|全面|如期|应).{0,5}(?:公开|公示|公布|发布|反馈|公告)"
    r"|(?:较|比较|很|非常|十分)[长高多好快强大久低少广]|基本(?:覆盖|完成|达到|实现|满足|解决|建成|满意|消除|到位)"
    r"|(?:全[面力部程]|有[序力]|高[质效]量?|保质保量|积极|扎实|稳妥|定期|正常|持续|顺畅|良性|平稳|安全|充分|科学|合理|切实)"
    r"(?:完成|进行|执行|开展|推进|实施|办理|落实|运行|运转|发展|使用|发挥|利用|安排|管理|到位)"
    r"|(?:落实|执行|完成|保障|服务|管理|措施|人员|资金)到位|应.尽.|\w{2}化"
    rf"|{_SIGN}(?:数|几|好几|上|近|成|约)[十百千万]+[多余来几]?{_SO_MANY}|{_SIGN}[十百千万]+[多余来几]{_SO_MANY}"
    rf"|{_SIGN}[一二两三四五六七八九](?:[十百千万]*[几多余来][十百千万]*|[一二三四五六七八九][十百千万]+){_SO_MANY}"
    rf"|{_SIGN}成[百千]上[千万]{_SO_MANY}|{_SIGN}(?:多|若干|一定|部分|大量|大批|少量|适量|足量|相应|较多|较少|很多|许多)\w{{0,3}}"
    rf"|{_SIGN}(?:大量|大批|若干|一定|较多|很多|许多|不少|众多|可观|海量|无数|更多|最多|多数|较大|较长)(?:数[量目])?{_SO_MANY}"
)
_STILL = re.compile("长期|永久|持续|终身|全年|常年|一致|[《〔]")
_HOW_LONG = re.compile("期|年限|时间|时长|持续")
NO_COST = ("text", "graded", "date", "period", "frequency", "ratio")
_FEE = re.compile("(?:费|费用|经费|购置款|工程款)$")
_TIME = re.compile("个?(?:工作日|自然日|天|日|小时|时|分钟|分|秒|周|星期|月|季|年)|.*/(?:天|日|周|月|季|年)")
IN_ITS_COLUMN = Text(
    "“{name}”的指标值是“{value}”，没有填写计量单位。\n在“{column}”栏补填计量单位，如“{measure}”。",
    "“{name}” is “{value}” without a unit of measure.\nAdd it in the column “{column}”, such as {measure}.",
)
_BASE_FIGURE = re.compile("[0-9]")
#: names that ask for a day or a limit
_WHEN = re.compile("(?:时间|月份|日期|时限|期限|工期|时点|节点|时长|天数|进度时间)$")
_OFTEN = re.compile("次|期|轮|批次|场次|回|遍")
OF_A_RATE = Text(
    "“{name}”是比率，只填“{value}”，缺少“%”，也未写明是不低于还是不高于。\n补全符号和“%”，如“{full}”。",
    "“{name}” is a rate, but “{value}” has no “%” or does not say whether it is the most or the "
    "least.\nComplete it, such as “{full}”.",
)
SERIAL = Text(
    "“{name}”显示为数字 {value}，疑为日期 {day} 未设日期格式。\n将单元格设为日期格式，或改填“12月31日前”等文字。",
    "“{name}” shows the number {value}, as the date {day} does without a format.\nFormat the cell as a "
    "date, or write it as “12月31日前”.",
)
SENTENCE = Text(
    "指标值“{value}”为整句文字，没有可对照的数字。\n将说明移至指标名称或总体目标，本栏只填目标值（符号、数字和计量单位）。",
    "The value “{value}” is a sentence without a figure.\nMove the words to the name or the goal; give "
    "the target only.",
)
RATE = Text(
    "时效指标填写了百分比，未写明完成时间。",
    "A timeliness is given as a rate, which does not say when. A date, a limit or a frequency says more: "
    "“12月底前”, “≤10个工作日”, “每季度1次”.",
)


@RULES.warning(
    "QUALITY-01",
    name=Text("指标值笼统", "Vague value"),
    what=Text(
        "指标值应细化、量化，不用“显著提高”“比较广泛”一类的词",
        "Values are figures, not words such as 显著提高 or 比较广泛",
    ),
    message=Text(
        "指标值使用笼统表述，年终无法对照考核：{each}。",
        "These values are vague words, which nobody can measure: {each}.",
    ),
    group="file",
    why=Text(
        "笼统表述没有衡量标准，年终无法对照考核。",
        "Vague words set no standard that the result could be compared with.",
    ),
    fix=Text(
        "改填数量、比率、金额或时间，指标名称相应写为“××数”“××率”“××年限”；确实不能量化的，写明应达到的标准。",
        "Give a number, rate, amount or time and name the indicator after it; where there is none, name the standard.",
    ),
    wrong=Text("查询服务效率：显著提升", "查询服务效率: 显著提升"),
    right=Text("查询服务次数：≥300次", "查询服务次数: ≥300次"),
)
def vague_value(book: Return, lang: Lang) -> Iterator[Hit]:
    """A word of ``vague``, no figure or date: one a file. ``graded`` words (优) pass; costs are QUALITY-14."""
    inside, alone = (book.profile.lexicon.get(words, ()) for words in ("vague", "vague_alone"))
    texts = [line for line in book.indicators if line.kind in ("text", "graded") and line.second != COST]
    for line in texts:
        if (_is_vague(inside, alone, line) or _has_no_figure(line)) and not _lasts(line):
            yield Hit((line.ref,), written=line.value, each=usual([line.value]))


def _is_vague(inside: tuple[str, ...], alone: tuple[str, ...], line: IndicatorRow) -> bool:
    text = squeeze(line.value).strip("。;,、!")
    # 良好以上 and 全部合格 are grades, 达标 is none
    in_words = line.kind == "text" and "〔" not in line.value and "《" not in line.value
    return text in alone or (in_words and (any(word in text for word in inside) or bool(_VAGUE.fullmatch(text))))


def _has_no_figure(line: IndicatorRow) -> bool:
    """Words where the name asks for a figure: 年限 较长, 提前时间 提前预警. What is due when is QUALITY-13's."""
    if line.kind != "text" or "sentence" in line.notes or line.second == TIMELINESS or _BASE_FIGURE.search(line.value):
        return False
    named = said_kinds(line.name)
    asked = named <= {*TIMES, SHARE} or squeeze(line.name).endswith(("数", "数量"))
    return bool(named) and asked and not _STILL.search(line.value)


def _lasts(line: IndicatorRow) -> bool:
    """长期 as how long something is to last."""
    return squeeze(line.value) in _FOR_LONG and (line.second == SUSTAINABLE or bool(_HOW_LONG.search(line.name)))


@RULES.warning(
    "QUALITY-02",
    name=Text("定性指标偏多", "Many values in words"),
    what=Text(
        "绩效指标以定量为主，一张表里定性指标的比例不超过限度",
        "Most indicators are figures; those in words are no more than a certain share of a form",
    ),
    message=Text(
        "本表 {all} 条指标中 {n} 条为定性指标，占 {share}%，超过 {limit}%。\n将“{name}”等能够量化的改填数量"
        "、比率、金额或时间，使定性指标不超过 {limit}%。",
        "Of the {all} indicators of this form {n} are in words, {share}%, more than {limit}%.\nGive figures, "
        "rates, amounts or times where you can, beginning with “{name}”.",
    ),
    why=Text("定性指标年终难以对照评分。", "Nobody can measure words at the end of the year."),
    fix=Text(
        "将能够量化的指标改填数量、比率、金额或时间；确实不能量化的，写明应达到的标准。",
        "Count what can be counted, give rates for the rest; where there is no figure, name the standard.",
    ),
    wrong=Text("10 条指标中 4 条写“良好”“广泛”等", "4 of 10 indicators say 良好, 广泛 and the like"),
    right=Text("10 条指标中不超过 3 条是定性的", "No more than 3 of 10 are in words"),
)
def mostly_words(book: Return, lang: Lang) -> Iterator[Hit]:
    """A form with more values in words, grades (合格) included, than the profile's ``words_share``."""
    limit = book.profile.limits.get("words_share", 1)
    for form in book.forms if limit < 1 else ():
        filled = [line for line in form.indicators if line.kind not in NOTHING]
        words = [line for line in filled if line.kind in WORDS and line.number is None]
        if len(words) > limit * len(filled):
            values = {
                "all": len(filled), "n": len(words),
                "share": f"{len(words) / len(filled):.1%}".rstrip("%").removesuffix(".0"),
                "limit": f"{limit:.0%}".rstrip("%"), "name": shown(words[0].name),
            }  # fmt: skip
            yield Hit(tuple(line.ref for line in words), values, written=words[0].value)


@RULES.notice(
    "QUALITY-05",
    name=Text("用文字代替符号", "Words for a sign"),
    what=Text("“以上”“大于”“不低于”等建议改用符号", "以上, 大于, 不低于 are better written as signs"),
    message=Text(
        "指标值用“以上”“大于”“不低于”“力争”等文字表示范围。",
        "A value says in words (以上, 大于, 不低于, 力争) what a sign such as ≥ or ≤ says better.",
    ),
    group="file",
    why=Text("文字写法不统一，汇总和自评时难以比较。", "Words differ from form to form and cannot be compared."),
    fix=Text("改用“≥”“≤”等符号，将指标值写成“符号＋数字＋计量单位”。", "Write sign, number and unit."),
    wrong=Text("满意度：大于90%", "Satisfaction: 大于90%"),
    right=Text("满意度：≥90%", "Satisfaction: ≥90%"),
)
def words_for_a_sign(book: Return, lang: Lang) -> Iterator[Hit]:
    """Words for a sign (95%以上): one notice a file. Not 约 and 左右 (QUALITY-06), nor 3个工作日内, a usual limit."""
    for line in book.indicators:
        if "open_wording" in line.notes and not line.approx and not line.value.rstrip("。 ").endswith("内"):
            yield Hit((line.ref,), written=line.value)


@RULES.warning(
    "QUALITY-06",
    name=Text("指标值是约数", "Approximate value"),
    what=Text("指标值写确定的数，不写“约”“左右”“上下”", "A value is definite, without 约, 左右 or 上下"),
    message=Text(
        "指标值使用“约”“左右”“余”等字样，完成标准不明确。",
        "A value says 约, 左右 or 余 (about), so nobody can tell when it is met.",
    ),
    group="file",
    why=Text("约数没有上下限，评价时容易产生争议。", "What is about right has no bound and is open to dispute."),
    fix=Text("将约数改为下限（≥）、上限（≤）或一个确定的数。", "Give the least (≥), the most (≤), or one number."),
    wrong=Text("培训人数：200人左右", "Persons trained: 200人左右"),
    right=Text("培训人数：≥200人", "Persons trained: ≥200人"),
)
def approximate_value(book: Return, lang: Lang) -> Iterator[Hit]:
    """Values that the reader takes for approximate (约95%; see ``perfxl.values.notation``): one finding a file."""
    for line in book.indicators:
        if line.approx:
            yield Hit((line.ref,), written=line.value)


@RULES.warning(
    "QUALITY-09",
    name=Text("指标值没有计量单位", "No unit of measure"),
    what=Text("指标值的数字后面应有计量单位", "A number needs its unit of measure"),
    message=Text(
        "“{name}”只填“{value}”，缺少计量单位。\n补填计量单位，如“{full}”。",
        "“{name}” is “{value}” without a unit of measure.\nAdd it, such as “{full}”.",
    ),
    follows=("COMPLETE-12", "COMPLETE-19"),
    why=Text(
        "缺少单位，无法判断是个数、家数还是百分比。",
        "Without a unit nobody can tell what is counted, or whether it is a rate.",
    ),
    fix=Text("在数字后补填计量单位；表中设有计量单位栏的，填入该栏。", "Add the unit of measure."),
    wrong=Text("统计各类编制：185422", "统计各类编制: 185422"),
    right=Text("统计各类编制：185422个", "统计各类编制: 185422个"),
)
def number_without_measure(book: Return, lang: Lang) -> Iterator[Hit]:
    """A notice where the name gives what is counted (人数, 次数).

    Not of cost, which is in 万元; nor where the name has the measure in brackets (“（人）”).
    """
    counted = book.profile.lexicon.get("counted", ())
    for line in book.indicators:
        name, spec = squeeze(line.name), book.spec(line.form).indicators
        column = spec.header.get("measure", "") if spec else ""
        bare = line.kind in ("number", "range") and not line.measure
        if not bare or not line.name_key or first_word(book.profile, "unitless", name):
            continue
        if not column and line.second == COST:
            continue
        if not column and name.endswith(")"):
            continue
        none = line.number == 0 and len(line.numbers) == 1 and "率" not in name
        if none and first_word(book.profile, "small_is_good", name):
            continue  # none is none, whatever is counted
        if line.second == TIMELINESS and (day := date_of_serial(line.value)):
            yield Hit((line.ref,), quoted(line) | {"day": day}, written=line.value, message=SERIAL)
            continue
        rate = is_share(book.profile, name) or name.endswith("率")
        measure = PERCENT if rate else usual_measure(name)
        full = _percent(book.profile, line) if rate else f"{shown(line.value)}{measure}"
        message = IN_ITS_COLUMN if column else OF_A_RATE if rate else None
        more = {"column": column, "measure": measure, "full": full}
        of_name = Severity.NOTICE if not column and name.endswith(counted) else None
        yield Hit((line.ref,), quoted(line) | more, written=line.value, message=message, severity=of_name)


def _percent(profile: Profile, line: IndicatorRow) -> str:
    """A rate that lacks its measure as it is meant: ≥95% for 95, ≥0.95 and 0.95."""
    number = max(line.numbers)
    sign = line.operator if line.operator in ("≥", "≤", ">", "<") else ""
    if not sign and number not in (1, 100):
        sign = "≤" if first_word(profile, "small_is_good", line.name) else "≥"
    return f"{sign}{plain(100 * number if 0 < number <= 1 else number)}%"


@RULES.warning(
    "QUALITY-10",
    name=Text("指标值是整句话或有多个数", "Value is a sentence or several figures"),
    what=Text("一个指标值只填一个目标，不写成句子", "A value is one target, not a sentence"),
    message=Text(
        "指标值“{value}”为整句文字或含有多个数，无法确定以哪个为准。",
        "The value “{value}” is a sentence or holds several figures; which is the target?",
    ),
    follows=("QUALITY-01", "QUALITY-14"),
    why=Text(
        "整句文字或多个数并列，年终无法确定考核标准。",
        "Of a sentence, or of several figures, nobody knows which is the target.",
    ),
    fix=Text(
        "只保留本年度的一个目标值，其余另列指标；时效指标只填完成时间，比率列入质量指标。",
        "Keep the one target of the year; make others indicators of their own; timeliness is a date alone.",
    ),
    wrong=Text("统计率：2020年95%，2021年97%", "统计率: 2020年95%，2021年97%"),
    right=Text("统计率：≥95%", "统计率: ≥95%"),
)
def several_in_one_value(book: Return, lang: Lang) -> Iterator[Hit]:
    """A value that is a sentence (more than fifteen characters) or has several figures; a range is one target."""
    for line in book.indicators:
        if "sentence" in line.notes or "several" in line.notes:
            message = None if line.numbers else SENTENCE
            repairs = ((Change(line.ref, to=ONE_VALUE),),)
            yield Hit((line.ref,), quoted(line), written=line.value, message=message, repairs=repairs)


@RULES.notice(
    "QUALITY-11",
    name=Text("指标值中夹有文字", "Words around a figure"),
    what=Text("指标值只填符号、数字和单位", "A value is a sign, a number and a unit"),
    message=Text(
        "指标值夹有文字。",
        "A value has words around its figure.",
    ),
    group="file",
    why=Text("数字夹在文字中，不便汇总和比较。", "Figures among words are hard to collect and compare."),
    fix=Text(
        "指标值只填符号、数字和计量单位（如“检查率达100%”写作“100%”），其余文字移至指标名称。",
        "Give sign, number and unit only (“100%” for “检查率达100%”); move the words to the name.",
    ),
    wrong=Text("督察检查：检查率达100%", "督察检查: 检查率达100%"),
    right=Text("督察检查率：100%", "督察检查率: 100%"),
)
def figure_inside_words(book: Return, lang: Lang) -> Iterator[Hit]:
    """A figure among words (检查率达100%): one notice a file. Not 较上年增长5%, nor what QUALITY-10 reports."""
    for line in book.indicators:
        long = "sentence" in line.notes or "several" in line.notes
        if "embedded" in line.notes and not long and line.kind in ("number", "range", "money", "unit_price"):
            yield Hit((line.ref,), written=line.value)


@RULES.warning(
    "QUALITY-13",
    name=Text("时效指标不是时间", "Timeliness is no time"),
    what=Text(
        "时效指标值应是完成时间、时限、频次或及时率", "A timeliness is a date, a limit, a frequency or a rate of time"
    ),
    message=Text(
        "时效指标值“{value}”不是完成时间、时限或频次。",
        "The timeliness “{value}” is no date, limit or frequency.",
    ),
    group="file",
    follows=("QUALITY-01", "QUALITY-09", "QUALITY-10", "QUALITY-17", "QUALITY-19"),
    why=Text("时效指标考核完成的时间和频次，不考核完成的数量。", "Timeliness is about when, not about how much."),
    fix=Text(
        "改填完成时间、时限或频次，如“12月底前”“≤10个工作日”“每季度1次”；考核数量或比率的，移至相应的指标。",
        "Give a date, a limit or a frequency: “12月底前”, “≤10个工作日”, “每季度1次”.",
    ),
    wrong=Text("年报上报：12份", "年报上报: 12份"),
    right=Text("年报上报：12月底前", "年报上报: 12月底前"),
)
def timeliness_without_time(book: Return, lang: Lang) -> Iterator[Hit]:
    """A rate is a notice, a warning where the name asks for a day; accepted in a rate of time (``timely_rates``)."""
    for line in book.indicators:
        if line.second != TIMELINESS or line.kind in (*NOTHING, "date", "period", "frequency"):
            continue
        if _lasts(line):
            continue
        if line.numbers and (_TIME.match(line.measure) or not line.measure):
            continue
        if line.numbers and _OFTEN.fullmatch(line.measure) and first_word(book.profile, "how_often", line.name):
            continue
        if line.measure != PERCENT:
            yield Hit((line.ref,), quoted(line), written=line.value)
        elif _WHEN.search(squeeze(line.name)):
            yield Hit((line.ref,), written=line.value, message=RATE)
        elif not first_word(book.profile, "timely_rates", line.name):
            yield Hit((line.ref,), severity=Severity.NOTICE, message=RATE)


OF_A_FEE = Text(
    "成本指标“{name}”填“{value}”，未写明金额。",
    "The cost “{name}” is “{value}”, which is no amount.",
)


@RULES.warning(
    "QUALITY-14",
    name=Text("成本指标没有金额", "Cost without an amount"),
    what=Text("成本指标值应是金额、单位成本或控制比率", "A cost is an amount, a price or a rate"),
    message=Text(
        "成本指标值{values}不是金额、单位成本或控制比率，无法与资金核对。",
        "The cost {values} is no amount, price or rate and cannot be compared with the funds.",
    ),
    why=Text("成本指标没有金额，无法与资金核对。", "A cost without an amount cannot be compared with the funds."),
    fix=Text(
        "将成本指标值改填金额（万元，保留两位小数）、单位成本（元/人等）或控制比率（如“≤100%”）。",
        "Give an amount in 万元, a price in 元/人 and the like, or a rate.",
    ),
    wrong=Text("培训费：参照政府采购成本控制", "培训费: 参照政府采购成本控制"),
    right=Text("培训费：3.00万元", "培训费: 3.00万元"),
)
def cost_without_amount(book: Return, lang: Lang) -> Iterator[Hit]:
    """Values of costs that are words, dates or counts: one a file. A bare number is in 万元. Not what is AMOUNT-08."""
    wrong = []
    unread = {row.ref for row in book.amounts if is_unread_cost(row, book.profile)}
    for line in book.indicators:
        if line.ref in unread:
            continue
        counted = line.kind in ("number", "range") and line.measure not in ("", PERCENT, "‰")
        within = line.kind == "relative" and "budget" in line.notes
        if line.second == COST and (counted or within or line.kind in NO_COST) and not money_unit(line.measure)[0]:
            wrong.append(line)
        elif line.second == COST and line.operator == "=" and single_rate(line) is not None and _is_fee(line):
            yield Hit((line.ref,), quoted(line), written=line.value, severity=Severity.NOTICE, message=OF_A_FEE)
    if wrong:
        values = {"values": usual(line.value for line in wrong)}
        yield Hit(tuple(line.ref for line in wrong), values, written=wrong[0].value)


def _is_fee(line: IndicatorRow) -> bool:
    return bool(_FEE.search(squeeze(line.name)))


@RULES.warning(
    "QUALITY-17",
    name=Text("对比基数没有写明", "Base not given"),
    what=Text("与往年比较的指标值应写明往年的数", "A value that compares with an earlier year gives its figure"),
    message=Text(
        "指标值“{value}”与往年比较，但未写明往年的数，无法考核。",
        "The value “{value}” compares with an earlier year but does not give its figure.",
    ),
    why=Text("未写明往年的数，年终无法对照比较。", "Without the earlier figure nobody knows what to compare with."),
    fix=Text(
        "在指标值中写明往年的数，如“较上年（300次）增长5%”；或直接填写本年度的目标数。",
        "Give the earlier figure, such as “较上年（300次）增长5%”, or the target of this year.",
    ),
    wrong=Text("控制编制数：保持与2012年编制数持平", "控制编制数: 保持与2012年编制数持平"),
    right=Text("控制编制数：≤185422个", "控制编制数: ≤185422个"),
)
def base_not_given(book: Return, lang: Lang) -> Iterator[Hit]:
    """与2012年持平, 比上年增长10% without the earlier figure in value or name. Not 增长5%; 不超预算 is QUALITY-14."""
    for line in book.indicators:
        open_base = "unbased" in line.notes or (line.kind == "relative" and line.number is None)
        if open_base and "budget" not in line.notes and not _BASE_FIGURE.search(without_dates(squeeze(line.name))):
            yield Hit((line.ref,), quoted(line), written=line.value)


@RULES.notice(
    "QUALITY-21",
    name=Text("指标值没有方向", "No direction"),
    what=Text("比率前写明“≥”“≤”或“＝”", "A rate says ≥, ≤ or ＝"),
    message=Text(
        "比率只填数字，未写明是不低于、不高于还是等于。",
        "A rate is a bare number and does not say whether it is the least or the most.",
    ),
    group="file",
    off=True,
    why=Text(
        "没有符号的指标值按“等于”登记，超额完成时难以认定。",
        "A bare value counts as “equal”, which leaves open what more than that is.",
    ),
    fix=Text("在比率前补填符号：越高越好的用“≥”，越低越好的用“≤”。", "Write ≥ where more is better, ≤ where less is."),
    wrong=Text("登记率：95%", "Registered: 95%"),
    right=Text("登记率：≥95%", "Registered: ≥95%"),
)
def no_direction(book: Return, lang: Lang) -> Iterator[Hit]:
    """A rate without a sign (95%): one notice a file, off unless a profile asks for it. 0% and 100% need none."""
    for line in book.indicators:
        rate = single_rate(line)
        bare = line.operator == "=" and "=" not in line.value and "＝" not in line.value
        if rate is not None and bare and 0 < rate < 100:
            yield Hit((line.ref,), written=line.value)
