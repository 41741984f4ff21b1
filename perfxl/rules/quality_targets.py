"""QUALITY: targets that cannot be right, figures that contradict their name or each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.reading import IndicatorRow
from perfxl.rules.rule import Family, Hit
from perfxl.rules.wording import (
    PERCENT,
    QUALITY,
    QUANTITY,
    SATISFACTION,
    TIMELINESS,
    first_word,
    is_share,
    plain,
    quoted,
    shown,
    single_rate,
)
from perfxl.tables import Return
from perfxl.values import WORDS, squeeze, without_dates
from perfxl.values.measures import measure_class
from perfxl.values.quantities import Quantity, quantities

RULES = Family(needs="indicators")

AT_LEAST_ALL = Text(
    "“{name}”填“{value}”，比率最高为 100%，不宜用“≥”“＞”。\n删去符号，只填“100%”；单设符号栏的，符号改为“=”。",
    "“{name}” is “{value}”, but a rate is 100% at most.\nWrite “100%” without a sign (with = in a column of signs).",
)
LOW = Text(
    "“{name}”填“{value}”，低于 {low}%，目标可能过低或漏填数字；满意度一般不低于 80%。\n核对数字，按往"
    "年实际情况确定满意度目标。",
    "“{name}” is “{value}”, below {low}%: the target may be too low, or a digit missing; 80% is "
    "usual at least.\nCheck the figure and take the target from past years.",
)
ALL = Text(
    "满意度目标为 100%，有一人不满意即不能完成。\n按往年实际情况确定目标，如“≥95%”。",
    "A satisfaction of 100% is missed if a single person is not content.\nTake the target from past years,"
    " such as “≥95%”.",
)
BACKWARDS = Text(
    "“{name}”填“{value}”，起始时间晚于截止时间。\n核对起止时间；截止于次年的，写明年份。",
    "“{name}” is “{value}”, which ends before it begins.\nCheck both; if it ends in the next year, say so.",
)
DIFFERS = Text(
    "指标名称“{name}”写明 {named}，指标值填“{value}”，两处不一致。\n核对目标，改正指标值；删去名称中的"
    "数字，目标只填在指标值栏。",
    "The name “{name}” says {named}, but the value is “{value}”.\nCheck the target and correct the "
    "value; take the number out of the name.",
)
#: measures of rank and age, which belong to the thing that is counted and are no target
_OF_A_THING = re.compile("[级号届版岁]")
_MEASURE = re.compile(WORDS)
#: what the figure of a name was before: （2019年基数480万立方米）
_EARLIER = re.compile("(?:19|20)[0-9]{2}年|上一?年|去年|往年|基[数期准]|原有|现有|目前|同期|历史")
#: before a figure: so many of each of several things
_OF_EACH = re.compile(r"(?:每|各|人均|户均|平均|单价|单个|单次|单位成本).{0,4}\Z")
#: the measure of accidents and the like, of which 0 is a good target
_INCIDENTS = "起"
#: QUALITY-22: how far a rate may be from the quotient, in percentage points
_ROUNDING = Decimal("0.5")
#: QUALITY-22: so many characters at the start of a name are the action: 注册中文域名, 办理机关事业单位
_VERB = 2


@RULES.error(
    "QUALITY-04",
    name=Text("比率超过 100%", "Rate above 100%"),
    what=Text("合格率、覆盖率、满意度等比率不会超过 100%", "Rates, shares and satisfaction are 100% at most"),
    message=Text(
        "“{name}”填“{value}”，比率不应超过 100%。",
        "“{name}” is “{value}”, but a rate is 100% at most.",
    ),
    why=Text(
        "部分不会多于全部，超过 100% 的一般为录入错误。", "A part is never more than the whole; something is mistyped."
    ),
    fix=Text(
        "核对数字和符号并改正；要求全部达到的，填“100%”（分设符号栏的，符号选“=”，指标值填“100”）。",
        "Check digits and sign; where all is meant, write 100% (where signs have a column, = and 100).",
    ),
    wrong=Text("数据准确率：≥292%", "数据准确率: ≥292%"),
    right=Text("数据准确率：≥92%", "数据准确率: ≥92%"),
)
def share_above_the_whole(book: Return, lang: Lang) -> Iterator[Hit]:
    """A share of more than 100%, by its name (``shares`` of the profile); growth (``not_shares``) may be more."""
    limit = book.profile.limits.get("most_done", 100)
    for line in book.indicators:
        if line.kind not in ("number", "range") or line.measure != PERCENT:
            continue
        most = max(line.numbers)
        if most < 100 or not is_share(book.profile, line.name):
            continue
        if first_word(book.profile, "over_fulfilled", line.name) and 100 < most <= limit:
            continue
        if most > 100 or line.operator == ">":
            yield Hit((line.ref,), quoted(line), written=line.value)
        elif line.operator == "≥":
            yield Hit((line.ref,), quoted(line), written=line.value, severity=Severity.NOTICE, message=AT_LEAST_ALL)


@RULES.warning(
    "QUALITY-07",
    name=Text("区间颠倒或满意度不合常理", "Range or satisfaction"),
    what=Text(
        "区间先小后大；满意度目标不过低，也不轻易定为 100%",
        "A range goes from less to more; satisfaction is neither very low nor 100%",
    ),
    message=Text(
        "“{name}”填“{value}”，前一个数不小于后一个数。\n按从小到大填写区间，或只填一个数。",
        "“{name}” is “{value}”: the first number is not below the second.\nWrite the smaller first, or "
        "one number only.",
    ),
    group="file",
    follows=("QUALITY-04",),
    why=Text(
        "区间颠倒无法对照；满意度过低没有约束力，100% 难以完成。",
        "A range upside down cannot be met; a very low satisfaction asks for nothing, 100% for too much.",
    ),
    fix=Text(
        "区间按从小到大填写；满意度按往年实际情况确定。", "Write a range upwards; take satisfaction from past years."
    ),
    wrong=Text("服务对象满意度：98%-95%", "Satisfaction: 98%-95%"),
    right=Text("服务对象满意度：≥95%", "Satisfaction: ≥95%"),
)
def range_or_satisfaction(book: Return, lang: Lang) -> Iterator[Hit]:
    """A range that does not rise (98%-95%), and a satisfaction below ``satisfaction_low`` or at ``satisfaction_high``.

    Complaints (``small_is_good``) and upper limits are no satisfaction in this sense.
    """
    profile = book.profile
    for line in book.indicators:
        falling = len(line.numbers) == 2 and line.numbers[0] >= line.numbers[1]
        if line.kind == "range" and falling and "mixed_measures" not in line.notes:
            yield Hit((line.ref,), quoted(line), written=line.value)
        elif line.kind == "period" and falling and line.numbers[0] > line.numbers[1] and "次年" not in line.value:
            yield Hit((line.ref,), quoted(line), written=line.value, message=BACKWARDS)
    low, high = profile.limits.get("satisfaction_low", 0), profile.limits.get("satisfaction_high", 101)
    for line in book.indicators:
        rate = single_rate(line)
        if rate is None or low <= rate != high or line.operator in ("≤", "<") or not _of_satisfaction(profile, line):
            continue
        if rate < low:
            yield Hit((line.ref,), quoted(line) | {"low": f"{low:g}"}, written=line.value, message=LOW)
        else:
            yield Hit((line.ref,), written=line.value, severity=Severity.NOTICE, message=ALL)


def _of_satisfaction(profile: Profile, line: IndicatorRow) -> bool:
    """Whether an indicator is about how content people are, by its level or its name; not about how many complain."""
    words, name = profile.belongs.get(SATISFACTION, ()), squeeze(line.name)
    named = line.second == SATISFACTION or any(word in name for word in words)
    return named and not first_word(profile, "small_is_good", name)


@RULES.notice(
    "QUALITY-08",
    name=Text("指标名称里带有数字", "Number in the name"),
    what=Text(
        "指标名称只写考核什么，目标数字填在指标值里；名称里写了的，应与指标值一致",
        "A name says what is measured and the value how much; a number in the name agrees with the value",
    ),
    message=Text(
        "指标名称中写有数字（如“达标率100%”）。",
        "A name holds its target (such as 达标率100%).",
    ),
    group="file",
    why=Text("同一目标写在两处，修改其中一处即产生矛盾。", "A target in two places is soon two targets."),
    fix=Text("删去指标名称中的数字，目标只填在指标值栏。", "Take the number out of the name."),
    wrong=Text("达标率100%：≥98%", "达标率100%: ≥98%"),
    right=Text("达标率：≥98%", "达标率: ≥98%"),
)
def number_in_the_name(book: Return, lang: Lang) -> Iterator[Hit]:
    """A name that ends in a figure with its measure: 达标率100%; an error where the value differs. Not 12个县市区."""
    for line in book.indicators:
        figure = _figure(line.name)
        if figure is not None and _contradicts(figure, line):
            named = without_dates(squeeze(line.name))[figure.start :].rstrip(")。")
            yield Hit(
                (line.ref,), quoted(line) | {"named": named}, (line.name_ref,), line.value, named,
                written=line.value, severity=Severity.ERROR, message=DIFFERS,
            )  # fmt: skip
        elif figure is not None:
            yield Hit((line.name_ref,), written=line.name)


@lru_cache(maxsize=65_536)
def _figure(name: str) -> Quantity | None:
    """The figure in which a name ends, if it is a target: neither a date nor a rank (前10名)."""
    text = without_dates(squeeze(name))
    found = quantities(text)
    last = found[-1] if found else None
    if last is None or text[last.end :].strip(")。") or text[: last.start].endswith("前"):
        return None
    if _EARLIER.search(squeeze(name)[squeeze(name).rfind("(") + 1 :]):
        return None
    counted = _MEASURE.fullmatch(last.measure) and not _OF_A_THING.fullmatch(last.measure)
    return last if counted or last.money or last.measure == PERCENT else None


def _contradicts(figure: Quantity, line: IndicatorRow) -> bool:
    """Whether the value gives the same measure a number that the name does not allow."""
    of_each = _OF_EACH.search(without_dates(squeeze(line.name))[: figure.start])
    if len(line.numbers) != 1 or of_each or figure.approx or line.approx:
        return False
    same = measure_class(figure.measure) == measure_class(line.measure)
    return same and _excludes(figure.operator, figure.number, line.numbers[0])


def _excludes(operator: str, bound: Decimal, number: Decimal, rounding: Decimal = Decimal(0)) -> bool:
    """Whether a number does not fit ``≥ bound``, ``≤ bound`` or ``= bound``, give or take ``rounding``."""
    if operator in ("≥", ">"):
        return number < bound - rounding
    if operator in ("≤", "<"):
        return number > bound + rounding
    return abs(number - bound) > rounding


@RULES.notice(
    "QUALITY-20",
    name=Text("目标值可能偏低", "Perhaps an easy target"),
    what=Text(
        "目标值应有一定难度，比率不宜过低，数量不应为 0",
        "A target asks for something: no very low rate, no quantity of 0",
    ),
    message=Text(
        "目标值可能偏低：{each}。",
        "Targets that may be low: {each}.",
    ),
    group="file",
    follows=("QUALITY-07",),
    why=Text("不需努力即可完成的目标没有约束作用。", "A target that is met without effort asks for nothing."),
    fix=Text(
        "参照往年完成情况或行业水平重新确定目标值；受条件限制确实只能达到该水平的，可予保留。",
        "Take the target from past years or from what others reach.",
    ),
    wrong=Text("项目完成率：50%", "Completion rate: 50%"),
    right=Text("项目完成率：≥95%", "Completion rate: ≥95%"),
)
def easy_target(book: Return, lang: Lang) -> Iterator[Hit]:
    """A rate of no more than ``easy_rate``, or a quantity of 0. It is a guess, hence a notice.

    Not where small is good (``small_is_good``), nor a rate that may well be low (``may_be_low``).
    """
    profile = book.profile
    limit = profile.limits.get("easy_rate", 0)
    for line in book.indicators if limit else ():
        if line.kind != "number" or line.operator in ("≤", "<") or not line.name_key or len(line.numbers) > 1:
            continue
        name, number = squeeze(line.name), line.numbers[0]
        rate = line.measure == PERCENT and number <= limit and is_share(profile, name)
        produced = line.second == QUANTITY or (line.first == "benefit" and not first_word(profile, "less_of_it", name))
        none = produced and number == 0 and line.measure != _INCIDENTS
        low = none or (rate and not first_word(profile, "may_be_low", name))
        if low and not first_word(profile, "small_is_good", name):
            yield Hit((line.ref,), written=line.value, each=f"“{shown(line.name)}”{shown(line.value)}")


EACH_RATE = Text(
    "“{rate}”填{stated}，而“{part}”{n}、“{whole}”{all}，相除为 {computed}",
    "“{rate}” is {stated}, “{part}” {n} of “{whole}” {all} {computed}",
)


@RULES.warning(
    "QUALITY-22",
    name=Text("数量与比率不一致", "Quantities against a rate"),
    what=Text(
        "同一张表中，完成数量与应完成数量之比应与完成比率一致",
        "The quantity done, as a part of the whole, agrees with the rate on the same form",
    ),
    message=Text(
        "比率与数量可能不一致：{each}。",
        "A rate and quantities may not agree: {each}.",
    ),
    group="file",
    why=Text(
        "完成数除以应完成数即为完成率，三个数应相互一致。",
        "What is done, divided by the whole, is the rate: the three must fit.",
    ),
    fix=Text(
        "核对比率和两个数量，改正其中有误的一项；总体目标中的同一数字一并改正。",
        "Check the rate and both quantities and correct the wrong one, in the goal as well.",
    ),
    wrong=Text("应统计单位853家，统计完成单位853家，统计率82%", "应统计单位 853家, 统计完成单位 853家, 统计率 82%"),
    right=Text("应统计单位853家，统计完成单位853家，统计率100%", "应统计单位 853家, 统计完成单位 853家, 统计率 100%"),
)
def rate_against_quantities(book: Return, lang: Lang) -> Iterator[Hit]:
    """A rate that differs from the quotient of two quantities of its form: 853 of 853 done, rate 82%.

    The whole is the one quantity whose name starts with a word of ``bases``; a part has the same measure. A rate
    belongs to a part when its name contains the first two characters of the part's name; not one of how well something
    was done (``how_well``: 准确率) or of what should be small (差错率).
    """
    profile = book.profile
    bases = profile.lexicon.get("bases", ())
    for form in book.forms if bases else ():
        numbers = [line for line in form.indicators if line.kind == "number" and line.name_key]
        counts = [line for line in numbers if line.second == QUANTITY and line.measure not in ("", PERCENT)]
        wholes = [line for line in counts if squeeze(line.name).startswith(bases)]
        if len(wholes) == 1 and wholes[0].numbers[0]:
            rates = [line for line in numbers if line.first == "output" and line.measure == PERCENT]
            others = ("how_well", "small_is_good")
            done = [line for line in rates if not any(first_word(profile, words, line.name) for words in others)]
            yield from _compare(wholes[0], [line for line in counts if line is not wholes[0]], done, lang)


def _compare(whole: IndicatorRow, parts: list[IndicatorRow], rates: list[IndicatorRow], lang: Lang) -> Iterator[Hit]:
    for part in parts:
        quotient = part.numbers[0] / whole.numbers[0] * 100
        if measure_class(part.measure) != measure_class(whole.measure) or quotient > 100:
            continue
        verb = part.name_key[:_VERB]
        of_part = [rate for rate in rates if rate.period == part.period and verb in rate.name]
        wrong = [rate for rate in of_part if _excludes(rate.operator, rate.numbers[0], quotient, _ROUNDING)]
        if wrong:
            computed = f"{plain(round(quotient, 1))}%"
            values = {
                "rate": shown(wrong[0].name), "stated": shown(wrong[0].value), "part": shown(part.name),
                "n": shown(part.value), "whole": shown(whole.name), "all": shown(whole.value), "computed": computed,
            }  # fmt: skip
            cells = tuple(line.ref for line in wrong)
            each = EACH_RATE.render(lang, **values)
            yield Hit(cells, {}, (part.ref, whole.ref), wrong[0].value, computed, written=wrong[0].value, each=each)


@RULES.warning(
    "QUALITY-23",
    name=Text("及时率高于完成率", "More in time than at all"),
    what=Text("按时完成的比率不会高于完成率", "No more can be done in time than is done at all"),
    message=Text(
        "“{name}”填{stated}，高于“{other}”的{computed}；按时完成的不应多于全部完成的。",
        "“{name}” is {stated}, above the {computed} of “{other}”: no more can be done in time than is done. "
        "One of them may be wrong.",
    ),
    why=Text(
        "按时完成的是已完成的一部分，其比率不应更高。",
        "What is done in time is a part of what is done; its rate cannot be higher.",
    ),
    fix=Text("核对两个比率，改正其中有误的一项。", "Check both rates and correct the wrong one."),
    wrong=Text(
        "质量指标“登记率”85%，时效指标“登记按时完成率”90%", "Quality 登记率: 85%, timeliness 登记按时完成率: 90%"
    ),
    right=Text(
        "质量指标“登记率”95%，时效指标“登记按时完成率”90%", "Quality 登记率: 95%, timeliness 登记按时完成率: 90%"
    ),
)
def in_time_above_done(book: Return, lang: Lang) -> Iterator[Hit]:
    """Compares a timeliness and a quality indicator of one act (登记率 and 登记…), period and sign."""
    for form in book.forms:
        rates = [(line, rate) for line in form.indicators if (rate := single_rate(line)) is not None]
        done = [(line, rate) for line, rate in rates if line.second == QUALITY]
        for line, rate in rates:
            if line.second != TIMELINESS or not line.name_key:
                continue
            other = next((o for o, most in done if rate > most and _same_act(o, line)), None)
            if other:
                values = quoted(line) | {
                    "stated": shown(line.value), "other": shown(other.name), "computed": shown(other.value),
                }  # fmt: skip
                yield Hit((line.ref,), values, (other.ref,), line.value, other.value, written=line.value)


def _same_act(done: IndicatorRow, line: IndicatorRow) -> bool:
    """Whether both are of one period and sign, and one of the two characters before 率: of 网上登记率, 登记."""
    act = done.name_key[-3:-1] if done.name_key.endswith("率") else ""
    same = done.period == line.period and done.operator == line.operator
    return same and len(act) == 2 and act in line.name_key
