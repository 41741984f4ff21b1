"""A share in words that is not the rate of the same thing: 一半以上 beside 80%."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._narrative import goals
from perfxl.rules._wording import PERCENT, QUALITY, TIMELINESS, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, ref, rows
from perfxl.values import name_key
from perfxl.values.quantities import CountedFigure, figures_of, worded_shares

#: so many characters in common tell that two texts speak of one thing
_COMMON = 4
#: a rate is of the two characters before its 率
_RATE = re.compile(r"(\w\w)(?:率|比例)\Z")
#: where what is counted ends, and what is said of it begins
_COUNTED_ENDS = re.compile(r"都|均|全部|能够|能|可以|得到|实现|完成|进行|开展|有")


class Told(NamedTuple):
    """A text with a share: its cell, its words, the share, and what is said of those who are counted."""

    form_id: int
    period: str
    cell: Ref
    text: str
    words: str
    share: CountedFigure
    about: str


@table_rule(
    "NARRATIVE-03",
    Severity.WARNING,
    name=Text("文字比例与指标不一致", "Share in words against a rate"),
    what=Text(
        "“一半以上”“八成”等文字比例，应与同一张表中同一事项的比率一致",
        "A share in words (一半以上, 八成) agrees with the rate of the same thing on the same form",
    ),
    message=Text(
        "“{text}”写“{stated}”，而指标“{name}”（{where}）填“{computed}”，可能是同一事项。请核对，建议写成同一个比率。",
        "“{text}” says “{stated}”, while the indicator “{name}” ({where}) is “{computed}”, probably of the same. "
        "Please check; one rate in both places is better.",
    ),
    source="绩效指标应与绩效目标对应",
    needs="indicators",
    why=Text(
        "同一件事写两个比例，年终按哪个考核说不清。",
        "Of two shares for one thing nobody knows which is to be judged.",
    ),
    fix=Text("改为与指标相同的比率。", "Write the rate of the indicator."),
    wrong=Text("一半以上单位建成实名制数据库；建成率80%", "一半以上单位建成实名制数据库; 建成率80%"),
    right=Text("80%以上单位建成实名制数据库；建成率≥80%", "80%以上单位建成实名制数据库; 建成率≥80%"),
)
def share_in_words(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Shares in words in goals and in names of indicators, in names also those in figures.

    A rate is of the same thing if its act, or so many characters of its name, are in what is said. It may be above
    “at least” by less than ``worded_gap`` points.
    """
    told = list(_told(tables))
    if not told:
        return
    lines = tables.indicators
    rate = (lines["kind"] == "number") & (lines["measure"] == PERCENT) & lines["second"].isin([QUALITY, TIMELINESS])
    rates: dict[tuple[int, str], list[Any]] = {}
    for line in rows(lines, rate & lines["form_id"].isin({one.form_id for one in told})):
        rates.setdefault((line.form_id, line.period), []).append(line)
    gap = Decimal(str(tables.profile.limits.get("worded_gap", 20)))
    plain = tables.profile.lexicon.get("plain_rates", ())
    for one in told:
        same = [
            line for line in rates.get((one.form_id, one.period), ())
            if name_ref(line) != one.cell and len(line.numbers) == 1 and _same_thing(line.name_key, one.about, plain)
        ]  # fmt: skip
        if same and not any(_agree(one.share, line.number, gap) for line in same):
            line = same[0]
            values = {
                "text": _shorter(one.text), "stated": one.words, "name": shown(line.name), "where": str(ref(line)),
                "computed": shown(line.value),
            }  # fmt: skip
            yield Hit((one.cell,), values, tuple(map(ref, same)), one.words, shown(line.value), written=one.text)


def _told(tables: Tables) -> Iterator[Told]:
    for row, period in goals(tables):
        for words, share in worded_shares(row.text):
            yield Told(row.form_id, period, ref(row), row.text, words, share, _about(row.text, words))
    names = tables.indicators["name"]
    for line in rows(tables.indicators, names.str.contains("[%％半成]|分之", regex=True)):
        in_figures = ((said.figure, said) for said in figures_of(line.name) if said.share)
        for words, share in (*worded_shares(line.name), *in_figures):
            yield Told(line.form_id, line.period, name_ref(line), line.name, words, share, _about(line.name, words))


def _about(text: str, words: str) -> str:
    """What is said behind the share, up to the next comma, without those who are counted.

    机关事业单位 is in many a name.
    """
    plain = shown(text).replace(" ", "")
    clause = re.split(r"[，,。；;\n]", plain.partition(words)[2] or plain)[0]
    ends = _COUNTED_ENDS.search(clause)
    return name_key(clause[ends.end() :] if ends else clause)


def _same_thing(rate: str, about: str, plain: tuple[str, ...]) -> bool:
    act = _RATE.search(rate)
    if act and not rate.endswith(plain) and act[1] in about:
        return True
    return any(rate[start : start + _COMMON] in about for start in range(len(rate) - _COMMON + 1))


def _agree(share: CountedFigure, number: Decimal, gap: Decimal) -> bool:
    if share.operator in ("≥", ">"):
        return share.number <= number < share.number + gap
    if share.operator in ("≤", "<"):
        return share.number - gap < number <= share.number
    return abs(share.number - number) < (gap / 2 if share.operator == "≈" else 1)


def _shorter(text: str, most: int = 20) -> str:
    line = shown(text)
    return line if len(line) <= most else f"{line[:most]}…"
