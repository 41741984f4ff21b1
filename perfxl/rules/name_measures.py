"""What the name of an indicator says it is counted in: 人数 in people, 年限 in times, 面积 in sizes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from perfxl.values import squeeze
from perfxl.values.measures import (
    AREA,
    BODIES,
    EVENTS,
    GENERIC,
    LENGTH,
    MONEY,
    PAPERS,
    PEOPLE,
    SHARE,
    SIZES,
    THINGS,
    TIMES,
    VOLUME,
    WEIGHT,
    kinds_of,
)  # fmt: skip

_IN_BRACKETS = re.compile(r"\([^()]*\)")
_COUNT = "(?:总数量|总数|数量|个数|数)"
#: the measure in which a name counts: 座数, 人次, 天数; not where it is the end of a noun: 讲座数, 专家数, 用户数
_OWN_MEASURE = re.compile(
    r"(?P<measure>人次|场次|批次|班次|车次|课时|学时|工作日|小时|(?<![机法])人|(?<![用客农商账帐门窗困租储网])户|(?<!讲)座|条"
    r"|(?<![平视电站讲灶阳套])台|套|份|篇|栋|天|亩|公里|吨|棵|株|盏|(?<![龙源码])头|(?<!市|广|牧|农|工|商|赛|立|磁|会|剧)场|(?<![学周日])期|(?<!事)处|(?<![青少老中成幼])年|月|(?<![档层])次|件|起)"
    rf"(?:{_COUNT}|(?<=[人场批班车]次))\Z"
)
_COUNTED = frozenset({PEOPLE, BODIES, THINGS, PAPERS, EVENTS})
_OF_MONEY = (MONEY, SHARE)


class _Noun(NamedTuple):
    """What an indicator whose name ends so can be counted in."""

    ending: re.Pattern[str]
    kinds: frozenset[str]


#: what is weighed, measured or poured, what grows, and what is bought or built
_PAPER = "纸张|用纸|纸"
_STUFF = (
    "漂浮物|垃圾|废[物水气渣料油]|废弃物|污[泥水]|淤泥|渣土|杂物|粮食|蔬菜|水果|稻谷|小麦|玉米|化肥|肥料|农药|用药|粪污|秸秆"
    "|煤炭|标准?煤|燃煤|柴油|汽油|用油|水泥|沙石|砂石|二氧化碳|碳排放|化学需氧|氨氮|节水|用水|用电|节电|补水"
)
_GROWN = "树木|苗木|树苗|草木|花卉|牲畜|生猪|家禽|鱼苗|种苗"
_BUILT = (
    "设备|设施|仪器|装置|水闸|泵站|河道|渠道|管网|桥梁|道路|公路|村道|街道路面|路面|路灯|车辆|救护车|警车|校车|房屋|校舍|水库|摄像头"
    "|公厕|厕所|文物建筑|古建筑|建筑|大棚|井盖|护栏|堤防|沟渠|水井|机井"
)
_OF_STUFF = (WEIGHT, VOLUME, AREA, LENGTH, THINGS, "千瓦时", MONEY, SHARE)
#: of these there is an amount of money only where it is spared, sold or paid for
_THINGS_THEMSELVES = re.compile(rf"(?:{_STUFF}|{_GROWN})\Z")
_PAID = re.compile("[节省采购销买卖奖补投付费]|收购|减少|产值|价值|发放|资金|募")


def _noun(ending: str, *kinds: str) -> _Noun:
    return _Noun(re.compile(rf"(?:{ending})\Z"), frozenset(kinds))


_NOUNS = (
    _noun(f"(?:人口|人员|职工|学生|学员|教师|干部|患者|游客|志愿者|队员|民警){_COUNT}", PEOPLE),
    _noun("人口|人员|职工|学生|学员|教师|干部|患者|游客|志愿者|队员|民警|劳动力", PEOPLE, *_OF_MONEY),
    _noun("(?:居民|群众|农民|村民|市民|农户|商户|用户|客户|[困贫]户)(?:数量?)?", PEOPLE, BODIES, *_OF_MONEY),
    _noun(f"(?:单位|企业|机构|学校|医院|部门|公司|合作社|乡镇|社区|编办){_COUNT}", *_COUNTED - {PEOPLE}),
    _noun(
        "(?:设备|设施|仪器|装置|水闸|泵站|河道|渠道|管网|桥梁|道路|公路|路灯|车辆|房屋|水库|机组|断面|站点|监控|摄像头|域名"
        f"|数据库|系统|平台){_COUNT}",
        LENGTH, *_COUNTED - {PEOPLE},
    ),
    _noun(
        f"(?:报告|方案|证书|文件|资料|手册|论文|专利|标准|制度|简报|问题|建议|课题|意见|信息){_COUNT}",
        *_COUNTED - {PEOPLE},
    ),
    _noun("报告|方案|证书|简报|问题", *_COUNTED - {PEOPLE}, *_OF_MONEY),
    _noun("年限|期限", *TIMES),
    _noun("时间|时限|时长|工期", *TIMES, SHARE),
    _noun("金额|支出|费用|经费|收入|产值|利润|税收|销售额|营业额|交易额|投资额|增加值", *_OF_MONEY),
    _noun("长度|里程", LENGTH, *_OF_MONEY),
    _noun("面积", AREA, *_OF_MONEY),
    _noun("重量", WEIGHT, *_OF_MONEY),
    _noun("[用补节供蓄排引调输污]水量|库容", VOLUME, WEIGHT, *_OF_MONEY),
    _noun("产量|访问量|访问总量|业务量|交易量|排放量", *_COUNTED, *SIZES, *_OF_MONEY),
    _noun("优良天|天数|日数", "天", SHARE),
    _noun(f"(?:{_PAPER})(?:数量|用量|量)?", PAPERS, *_OF_STUFF),
    _noun(f"(?:{_STUFF})(?:数量|总量|用量|施用|减施|施|产|减)?量?", *_OF_STUFF),
    _noun(f"(?:{_GROWN})(?:存栏|出栏|数)?量?", *_OF_STUFF),
    _noun(
        rf"\A(?!.*(?:租|使用|运行|开放|维护|服务)).*(?:{_BUILT})(?:数量)?",
        BODIES, THINGS, PAPERS, EVENTS, *SIZES, *_OF_MONEY,
    ),
    _noun("(?<=[节减用排清增产施还处])[水电气油煤粮]?(?:田|施|处理)?量", *_OF_STUFF),
    # so many of whatever is counted one by one
    _noun("(?<![指系参函分倍基频代点模位岁时日周率额款税钱])数量?", *_COUNTED),
)  # fmt: skip
_USUAL = {PEOPLE: "人", LENGTH: "公里", AREA: "亩", VOLUME: "立方米", WEIGHT: "吨", MONEY: "万元"}
_NO_COUNT = re.compile(r"(?:时间|工期|面积|里程|长度|资金|金额|产值|百分|学分|成本)\w{0,2}数量?\Z")
#: two things in one name
_TWO = re.compile("[、和与及/]")
_RATE = re.compile(r"(?:满意度|认可度|知晓度|覆盖面|占比|比例|比重|[^频倍汇帧码速心功转辨积效]率|(?:成功|有效)率)\Z")
#: rates that are a number of people or cases in so many
_NO_SHARE = re.compile(r"(?:死亡|发病|患病|出生|自然|周转|分辨|容积|事故|发生|感染|投诉)\w{0,2}率\Z")


def fits(name: str, measure: str) -> bool:
    """Whether an indicator of this name can be measured so."""
    kinds = kinds_of(measure)
    if is_rate(name):
        return not kinds or SHARE in kinds
    named = said_kinds(name)
    if MONEY in kinds and _THINGS_THEMSELVES.search(_bare(name)) and not _PAID.search(name):
        return False
    return not kinds or not named or bool(kinds & named) or (measure in GENERIC and not named <= _COUNTED | TIMES)


@lru_cache(maxsize=16_384)
def said_kinds(name: str) -> frozenset[str]:
    """What a name by its last word can be counted in: 年限 in times; nothing where it does not say."""
    name = _bare(name)
    if _NO_COUNT.search(name) or _TWO.search(name):
        return frozenset()
    if own := _OWN_MEASURE.search(name):
        return kinds_of(own["measure"])
    return next((noun.kinds for noun in _NOUNS if noun.ending.search(name)), frozenset())


def usual_measure(name: str) -> str:
    """A measure that an indicator of this name may have: 人 of 人数, 年 of 年限, else 个."""
    name = _bare(name)
    own, kinds = _OWN_MEASURE.search(name), said_kinds(name)
    if own:
        return own["measure"]
    if kinds & TIMES:
        return "年" if name.endswith("年限") else "个工作日"
    return next((usual for kind, usual in _USUAL.items() if kind in kinds and not kinds & {BODIES, THINGS}), "个")


def is_rate(name: str) -> bool:
    """Whether a name is that of a share of something, by its last word."""
    name = _bare(name)
    return bool(_RATE.search(name) and not _NO_SHARE.search(name))


def _bare(name: str) -> str:
    """A name without what it says in brackets."""
    return _IN_BRACKETS.sub("", squeeze(name)) or squeeze(name)
