"""Kinds of mistakes: each changes cells of a right workbook and knows what must be said of it, and where.

A kind is a function from a world and a die to ``Slip``, or to ``None`` where the world has no place for it. ``code`` is
the rule that must speak; ``place`` the cell that must be its own or among its operands.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from worlds import World, wan

Made = tuple[Mapping[str, Any], str]
Kind = Callable[[World, random.Random], Made | None]

PROJECT = r"项目\d+"
DEPARTMENT, FUND = "部门整体支出", "专项资金"
ANY = r"(?:项目\d+|部门整体支出|专项资金)"


@dataclass(frozen=True)
class Slip:
    """A mistake that was made: which kind, what was typed where, and what must be found."""

    kind: str
    code: str
    edits: Mapping[str, Any]
    place: str


KINDS: dict[str, tuple[str, Kind]] = {}


def kind(name: str, code: str) -> Callable[[Kind], Kind]:
    """Enter a kind of mistake into ``KINDS``."""

    def enter(make: Kind) -> Kind:
        KINDS[name] = (code, make)
        return make

    return enter


def slip(name: str, world: World, dice: random.Random) -> Slip | None:
    """Make a mistake of a kind, if the world has a place for it."""
    code, make = KINDS[name]
    made = make(world, dice)
    return Slip(name, code, *made) if made else None


# ---------------------------------------------------------------- helpers


def _pick(world: World, dice: random.Random, pattern: str, fits: Callable[[Any], bool] = lambda value: True) -> str:
    names = [name for name in world.names(pattern) if fits(world.cells[name])]
    return dice.choice(names) if names else ""


def _typed(kinds: Mapping[str, tuple[str, str]], what: Callable[[World, str, random.Random], Any]) -> None:
    """Enter kinds that differ only in the cell they change."""
    for name, (code, pattern) in kinds.items():

        def make(world: World, dice: random.Random, pattern: str = pattern) -> Made | None:
            place = _pick(world, dice, pattern)
            return ({place: what(world, place, dice)}, place) if place else None

        kind(name, code)(make)


def _shaped(world: World, place: str, amount: int) -> Any:
    """An amount as the cell had it: a number, or with 万元."""
    return f"{wan(amount):.2f}万元" if isinstance(world.cells[place], str) else wan(amount)


def _more(world: World, place: str, dice: random.Random) -> Any:
    """A figure that is too high by an amount that nothing explains."""
    return _shaped(world, place, world.fen(place) + dice.randrange(2_000_000, 9_000_000, 10_000) + 70_000)


# ---------------------------------------------------------------- amounts that do not add up

_typed(
    {
        "total of a project": ("SUM-01", rf"{PROJECT}\.total"),
        "fiscal funds of a project": ("SUM-01", rf"{PROJECT}\.fiscal"),
        "total of a fund": ("SUM-02", rf"{FUND}\.total"),
        "whole term of a fund": ("SUM-03", rf"{FUND}\.long_fiscal"),
        "income of a department": ("SUM-06", rf"{DEPARTMENT}\.fiscal"),
        "expenditure of a department": ("SUM-07", rf"{DEPARTMENT}\.basic"),
        "income against expenditure": ("SUM-08", rf"{DEPARTMENT}\.projects"),
        "amount of a task": ("SUM-09", rf"{DEPARTMENT}\.tasks\[\d+\]\.total"),
        "a task in the total of the tasks": ("SUM-10", rf"{DEPARTMENT}\.tasks\[\d+\]\.fiscal"),
        "total of the tasks": ("SUM-10", rf"{DEPARTMENT}\.tasks\[sum\]\.\w+"),
        "tasks against the budget": ("SUM-11", rf"{DEPARTMENT}\.tasks\[sum\]\.total"),
        "cost item of a project": ("SUM-13", rf"{PROJECT}\.indicators\[cost,\d\]\.value"),
        "cost item of a department": ("SUM-14", rf"{DEPARTMENT}\.indicators\[cost,\d\]\.value"),
        "project against its task": ("CROSS-01", rf"{PROJECT}\.total"),
        "projects against the department": ("CROSS-02", rf"{PROJECT}\.total"),
        "fund form against project form": ("CROSS-04", rf"{FUND}\.fiscal"),
        "cost item on two forms": ("CROSS-06", rf"{FUND}\.indicators\[cost,\d,year\]\.value"),
    },
    _more,
)


@kind("year above the whole term", "SUM-04")
def year_above_term(world: World, dice: random.Random) -> Made | None:
    half = world.fen(f"{FUND}.total") // 2 // 10_000 * 10_000
    keys = {f"{FUND}.long_total": wan(half), f"{FUND}.long_fiscal": wan(half), f"{FUND}.long_other": 0}
    return keys, f"{FUND}.long_total"


@kind("a row added twice", "SUM-10")
def added_twice(world: World, dice: random.Random) -> Made | None:
    row = _pick(world, dice, rf"{DEPARTMENT}\.tasks\[\d+\]\.total")
    place = f"{DEPARTMENT}.tasks[sum].total"
    return {place: wan(world.fen(place) + world.fen(row))}, row


@kind("a row left out", "SUM-10")
def left_out(world: World, dice: random.Random) -> Made | None:
    row = _pick(world, dice, rf"{DEPARTMENT}\.tasks\[\d+\]\.total")
    place = f"{DEPARTMENT}.tasks[sum].total"
    return {place: wan(world.fen(place) - world.fen(row))}, row


@kind("two digits swapped", "SUM-01")
def swapped(world: World, dice: random.Random) -> Made | None:
    place = _pick(world, dice, rf"{PROJECT}\.total")
    digits = f"{wan(world.fen(place)):.2f}"
    for at in range(len(digits) - 1):
        one, two = digits[at], digits[at + 1]
        if one != two and "." not in (one, two) and not (at == 0 and two == "0"):
            return {place: float(digits[:at] + two + one + digits[at + 2 :])}, place
    return None


@kind("a decimal point slipped", "SUM-01")
def decimal(world: World, dice: random.Random) -> Made | None:
    place = _pick(world, dice, rf"{PROJECT}\.total")
    return {place: wan(world.fen(place) * 10)}, place


@kind("a negative amount", "SUM-16")
def negative(world: World, dice: random.Random) -> Made | None:
    place = _pick(world, dice, rf"{PROJECT}\.total")
    return {place: -wan(world.fen(place))}, place


# ---------------------------------------------------------------- how amounts are written

_typed({"yuan among 万元": ("AMOUNT-01", rf"{PROJECT}\.total")}, lambda w, p, d: f"{wan(w.fen(p)) * 10_000:.0f}元")
_typed(
    {"a misspelt unit": ("AMOUNT-02", rf"{PROJECT}\.fiscal")},
    lambda w, p, d: f"{wan(w.fen(p))}万{d.choice('无园')}",
)
_typed({"too many decimals": ("AMOUNT-05", rf"{PROJECT}\.total")}, lambda w, p, d: f"{wan(w.fen(p)):.2f}37")
_typed({"no amount": ("AMOUNT-08", rf"{PROJECT}\.total")}, lambda w, p, d: d.choice(("待定", "见附表", "按实际")))

# ---------------------------------------------------------------- what is not filled in

_typed(
    {
        "an empty amount": ("COMPLETE-01", rf"{PROJECT}\.total"),
        "an empty name": ("COMPLETE-01", rf"(?:{PROJECT}|{FUND})\.project_name"),
        "an empty goal": ("COMPLETE-01", rf"{ANY}\.year_goal"),
        "no signature": ("COMPLETE-02", rf"{ANY}\.(?:filler|phone|date|reporter)"),
        "an empty fund field": ("COMPLETE-03", rf"{FUND}\.(?:plan|fund_rules|grounds|scope|conditions)"),
        "an empty value": ("COMPLETE-09", rf"{ANY}\.indicators\[(?!cost)\w+,\d(?:,\w+)?\]\.value"),
        "an empty indicator name": ("COMPLETE-09", rf"{ANY}\.indicators\[(?!cost)\w+,\d(?:,\w+)?\]\.third"),
        "a task without content": ("COMPLETE-15", rf"{DEPARTMENT}\.tasks\[\d+\]\.content"),
    },
    lambda world, place, dice: "",
)
_typed(
    {"a placeholder": ("COMPLETE-12", rf"{PROJECT}\.indicators\[(?:social|ecological)\,1\]\.value")},
    lambda world, place, dice: dice.choice(("/", "——", "无", "XX")),
)
_typed(
    {"a goal without a figure": ("COMPLETE-17", rf"{PROJECT}\.year_goal")},
    lambda world, place, dice: dice.choice(("完成本年度各项工作任务。", "做好相关工作，确保正常运转。")),
)


def _without(levels: str, place: str) -> Kind:
    """A form on which all the indicators of some levels are missing."""

    def make(world: World, dice: random.Random) -> Made | None:
        sheet = dice.choice(sorted({name.split(".")[0] for name in world.names(rf"{PROJECT}\..+")}))
        gone = world.names(rf"{sheet}\.indicators\[(?:{levels}),\d\]\.\w+")
        return (dict.fromkeys(gone, ""), f"{sheet}.{place}") if gone else None

    return make


_OUTPUT = "quantity|quality|timeliness|cost"
_BENEFIT = "economic|social|ecological|sustainable"
kind("no output at all", "COMPLETE-04")(_without(_OUTPUT, "indicators[quantity,1].third"))
kind("no benefit at all", "COMPLETE-05")(_without(f"{_BENEFIT}|satisfaction", "indicators[economic,1].third"))
kind("no quality", "COMPLETE-06")(_without("quality", "indicators[quality,1].third"))
kind("no satisfaction", "COMPLETE-08")(_without("satisfaction", "indicators[satisfaction,1].third"))

# ---------------------------------------------------------------- how indicators are worded

_RATE = rf"{PROJECT}\.indicators\[quality,\d\]\.value"
_COUNT = rf"{PROJECT}\.indicators\[quantity,\d\]\.value"
_typed(
    {"a vague value": ("QUALITY-01", rf"{PROJECT}\.indicators\[(?:social|sustainable),1\]\.value")},
    lambda world, place, dice: dice.choice(("比较广泛", "前景广阔", "效果明显", "有所提升", "稳步提高")),
)


@kind("more than the whole", "QUALITY-04")
def more_than_the_whole(world: World, dice: random.Random) -> Made | None:
    rates = [name for name in world.names(_RATE) if world.cells[name.replace("value", "third")].endswith("率")]
    place = dice.choice(rates) if rates else ""
    return ({place: f"{dice.randrange(101, 400)}%"}, place) if place else None


_typed({"words for a sign": ("QUALITY-05", _RATE)}, lambda world, place, dice: dice.choice(("95%以上", "大于95%")))
_typed(
    {"no measure": ("QUALITY-09", _COUNT)},
    lambda world, place, dice: "".join(char for char in world.cells[place] if char.isdigit()),
)
_typed(
    {"two figures in a value": ("QUALITY-10", _RATE)},
    lambda world, place, dice: "2020年完成注册率95%，2021年完成注册率97%",
)
_typed(
    {"a time that is no time": ("QUALITY-13", rf"{PROJECT}\.indicators\[timeliness,1\]\.value")},
    lambda world, place, dice: dice.choice(("98%", "100%")),
)
_typed(
    {"a cost that is no amount": ("QUALITY-14", rf"{PROJECT}\.indicators\[cost,\d\]\.value")},
    lambda world, place, dice: dice.choice(("按标准执行", "若干", "详见合同")),
)
_typed(
    {"satisfaction of nothing": ("QUALITY-15", rf"{PROJECT}\.indicators\[satisfaction,\d\]\.third")},
    lambda world, place, dice: dice.choice(("主管考核部门", "服务对象")),
)
_typed(
    {"a sentence for a name": ("QUALITY-18", rf"{PROJECT}\.indicators\[social,1\]\.third")},
    lambda world, place, dice: "使得各机关事业单位和部门能够按时成功办理各项业务，拓宽服务的渠道，更好地服务社会",
)
_typed(
    {"what is put in": ("QUALITY-19", rf"{PROJECT}\.indicators\[quality,1\]\.third")},
    lambda world, place, dice: "资金到位率",
)

# ---------------------------------------------------------------- forms that contradict each other

_typed({"another year": ("CROSS-10", rf"{ANY}\.year")}, lambda world, place, dice: "（2021年度）")
_typed({"another unit": ("CROSS-09", rf"{PROJECT}\.unit")}, lambda world, place, dice: "某某市供销合作社")
_typed(
    {"a misspelt project": ("CROSS-08", rf"{FUND}\.project_name")},
    lambda world, place, dice: "中文域明注册管理",
)
_typed(
    {"an indicator of two values": ("CROSS-07", rf"{FUND}\.indicators\[quality,\d,year\]\.value")},
    lambda world, place, dice: f"≥{dice.randrange(61, 94)}%",
)


@kind("a goal against its indicator", "NARRATIVE-02")
def goal_against_indicator(world: World, dice: random.Random) -> Made | None:
    place = "项目1.indicators[quality,1].value"
    return {place: f"≥{dice.randrange(61, 94)}%"}, place


@kind("a task against its project", "CROSS-11")
def task_against_project(world: World, dice: random.Random) -> Made | None:
    place = f"{DEPARTMENT}.tasks[2].content"
    return {place: f"注册中文域名{dice.randrange(9999)}5个，注册率、挂标率均不低于95%。"}, place


# ---------------------------------------------------------------- dates, contacts, ticks, copies, spelling

_typed(
    {"no such day": ("DATE-06", rf"{ANY}\.date")},
    lambda world, place, dice: dice.choice(("2019年11月31日", "2019年13月2日")),
)
_typed({"a term that ends before it starts": ("DATE-02", rf"{FUND}\.span")}, lambda w, p, d: "2021年—2019年")
_typed(
    {"done after the year": ("DATE-08", rf"{PROJECT}\.indicators\[timeliness,1\]\.value")},
    lambda world, place, dice: f"2021年{dice.randrange(2, 12)}月底前",
)
_typed(
    {"no telephone": ("CONTACT-01", rf"{ANY}\.phone")},
    lambda world, place, dice: dice.choice(("0734-00000", "12345", "办公室")),
)
_typed({"a doubled fragment": ("DUP-06", rf"{PROJECT}\.year_goal")}, lambda w, p, d: w.cells[p] + w.cells[p])
_typed(
    {"a misspelt word": ("TYPO-01", rf"{PROJECT}\.indicators\[social,1\]\.third")},
    lambda world, place, dice: dice.choice(("配训覆盖人数", "拔款单位数", "帐户管理户数")),
)


@kind("no type ticked", "BOX-01")
def no_type(world: World, dice: random.Random) -> Made | None:
    return {name: text.replace("☑", "□") for name, text in world.types.items()}, next(iter(world.types))


@kind("the same project twice", "DUP-01")
def project_twice(world: World, dice: random.Random) -> Made | None:
    one, two, *_ = world.names(rf"{PROJECT}\.project_name")
    return {two: world.cells[one]}, two


@kind("the same indicator twice", "DUP-02")
def indicator_twice(world: World, dice: random.Random) -> Made | None:
    first = _pick(world, dice, rf"{PROJECT}\.indicators\[quality,2\]\.third")
    if not first:
        return None
    return {first: world.cells[first.replace(",2]", ",1]")]}, first
