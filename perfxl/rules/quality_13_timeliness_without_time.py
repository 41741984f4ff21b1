"""Timeliness indicators (时效) whose value is no time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import PERCENT, TIMELINESS, first_word, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

RATE = Text(
    "时效指标填的是百分比，看不出什么时候完成。建议改填完成时间、时限或频次，如“12月底前”“≤10个工作日”“每季度1次”。",
    "A timeliness is given as a rate, which does not say when. A date, a limit or a frequency says more: "
    "“12月底前”, “≤10个工作日”, “每季度1次”.",
)
TIMES = ("date", "period", "frequency", "placeholder", "empty", "unread")
_TIME = re.compile("个?(?:工作日|天|日|小时|时|分钟|分|秒|周|星期|月|季|年)|.*/(?:天|日|周|月|季|年)")


@table_rule(
    "QUALITY-13",
    Severity.WARNING,
    name=Text("时效指标不是时间", "Timeliness is no time"),
    what=Text(
        "时效指标值应是完成时间、时限、频次或及时率",
        "A timeliness is a date, a limit, a frequency or a rate of time",
    ),
    message=Text(
        "时效指标值“{value}”不是时间、时限或频次。请改填，如“12月底前”“≤10个工作日”“每季度1次”。",
        "The timeliness “{value}” is no date, limit or frequency. Give one, such as “12月底前” or “≤10个工作日”.",
    ),
    needs="indicators",
    group="file",
    follows=("QUALITY-01", "QUALITY-09", "QUALITY-10", "QUALITY-17", "QUALITY-19"),
    why=Text("时效指标考核什么时候完成，不是完成多少。", "Timeliness is about when, not about how much."),
    fix=Text("填完成时间、时限或频次。", "Give a date, a limit or a frequency."),
    wrong=Text("年报上报：12份", "年报上报: 12份"),
    right=Text("年报上报：12月底前", "年报上报: 12月底前"),
)
def timeliness_without_time(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """A rate is a notice, and none where its name says that it is one of time (``timely_rates`` of the profile)."""
    lines = tables.indicators
    for line in rows(lines, (lines["second"] == TIMELINESS) & ~lines["kind"].isin(TIMES)):
        if line.numbers and (_TIME.match(line.measure) or not line.measure):
            continue
        if line.measure != PERCENT:
            yield Hit((ref(line),), {"value": shown(line.value)}, written=line.value)
        elif not first_word(tables.profile, "timely_rates", line.name):
            yield Hit((ref(line),), severity=Severity.NOTICE, message=RATE)
