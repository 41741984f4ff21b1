"""WAIVER, PAIR: entries in the lists of the clerk that expired or were not used; ``perfxl.clerk`` reports them."""

from __future__ import annotations

from perfxl.model import Severity, Text
from perfxl.rules.rule import Family

RULES = Family()

EXPIRED_WAIVER = RULES.add(
    "WAIVER-01",
    Severity.NOTICE,
    name=Text("豁免已过期", "Expired waiver"),
    what=Text("豁免登记表中的每一条都在有效期内", "Every waiver is still valid"),
    message=Text(
        "“{unit}”{code} 的豁免已于{until.year}年{until.month}月{until.day}日到期，没有适用{hits}。"
        "仍需豁免的，请重新报批后改写有效期；不再需要的，请删去这一条。",
        "The waiver of {code} for {unit} ended on {until:%Y-%m-%d} and was not applied{hits}. "
        "Have it approved anew and change the date, or delete it.",
    ),
    needs="clerk",
    why=Text("过了有效期，原来的理由不一定还成立。", "After its last day the reason may no longer hold."),
    fix=Text("重新报批后改写有效期，或删去这一条。", "Have it approved anew and change the date, or delete it."),
    wrong=Text("有效期至 2019-12-31，2020 年仍在表中", "Valid until 2019-12-31 and still listed in 2020"),
    right=Text("有效期至 2020-12-31", "Valid until 2020-12-31"),
)

UNUSED_WAIVER = RULES.add(
    "WAIVER-02",
    Severity.NOTICE,
    name=Text("豁免没有用到", "Unused waiver"),
    what=Text("豁免登记表中的每一条都对应一处问题", "Every waiver meets a finding"),
    message=Text(
        "“{unit}”{code} 的豁免没有用到：这次审核没有对应的问题。{elsewhere}问题已改正的，请删去这一条。",
        "The waiver of {code} for {unit} was not used: there is no such finding. {elsewhere}"
        "If the problem was corrected, delete it.",
    ),
    needs="clerk",
    why=Text("没有用到的豁免，可能是单位、编号或位置写错了。", "Unit, code or place of an unused waiver may be wrong."),
    fix=Text("核对单位名称、规则编号和位置；问题已改正的，删去。", "Check unit, code and place, or delete it."),
    wrong=Text("豁免 SUM-10，而该单位的合计已经改正", "A waiver of SUM-10 for a unit whose total was corrected"),
    right=Text("豁免 SUM-10，该单位的合计确有差额", "A waiver of SUM-10 for a unit whose total does differ"),
)

UNUSED_PAIR = RULES.add(
    "PAIR-01",
    Severity.NOTICE,
    name=Text("配对表没有用到", "Unused pair"),
    what=Text("配对表中的每一条都用上了", "Every pair was used"),
    message=Text("{reason}", "{reason}"),
    needs="clerk",
    why=Text(
        "没有用到的配对，任务和项目可能仍配错了。", "Without it a task may still be paired with the wrong project."
    ),
    fix=Text("核对单位、任务和项目的名称，与申报表中一致。", "Write unit, task and project as the forms have them."),
    wrong=Text("项目名称“域名管理”，申报表中没有这个项目", "The project 域名管理, of which there is no form"),
    right=Text("项目名称“中文域名注册管理”", "The project 中文域名注册管理"),
)
