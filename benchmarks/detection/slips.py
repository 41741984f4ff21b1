"""Kinds of mistakes: each changes cells of a right workbook and knows what must be said of it, and where.

Those that change one cell are data, ``kinds.toml``: ``code`` must speak (``any``: an error or a warning of whatever
rule); ``place`` is a pattern of the names of the cells, one of which is changed, ``where`` one of what stands in it;
the finding must stand there or have it among its operands (``at``: another column of the same row). What is typed is
one of ``type``, or made by a function of ``CHANGES``. ``profiles`` are the editions, ``"all"`` or the standard one if
none is named; ``as_sent`` needs the template's layout.

Those that change several cells are functions below: from a world and a die to the cells and the place, or to ``None``
where the world has no room for it.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worlds import COUNT, PROFILES, World, wan

Made = tuple[Mapping[str, Any], str]
Make = Callable[[World, random.Random], Made | None]

STANDARD = PROFILES[0]
#: in place of a code: an error or a warning of whatever rule
ANY = "any"
NAMES = {
    "project": r"项目\d+(?:自评)?", "department": "部门整体支出(?:自评)?", "fund": "专项资金", "transfer": "转移支付",
    "any": r"(?:项目\d+|部门整体支出|专项资金|转移支付)(?:自评)?",
}  # fmt: skip
PROJECT, DEPARTMENT, FUND = NAMES["project"], "部门整体支出", NAMES["fund"]


@dataclass(frozen=True)
class Slip:
    """A mistake that was made: which kind, what was typed where, and what must be found."""

    kind: str
    code: str
    edits: Mapping[str, Any]
    place: str
    as_sent: bool


@dataclass(frozen=True)
class Kind:
    """A kind of mistake, and the profiles whose forms have room for it."""

    code: str
    make: Make
    profiles: Sequence[str] = (STANDARD,)
    as_sent: bool = False


KINDS: dict[str, Kind] = {}


def kind(name: str, code: str, *profiles: str) -> Callable[[Make], Make]:
    """Enter a kind of mistake into ``KINDS``."""

    def enter(make: Make) -> Make:
        KINDS[name] = Kind(code, make, profiles or (STANDARD,))
        return make

    return enter


def slip(name: str, world: World, dice: random.Random) -> Slip | None:
    """Make a mistake of a kind, if the world has a place for it."""
    known = KINDS[name]
    made = known.make(world, dice)
    return Slip(name, known.code, *made, known.as_sent) if made else None


# ---------------------------------------------------------------- kinds that are data


def _pick(world: World, dice: random.Random, pattern: str) -> str:
    names = world.names(pattern)
    return dice.choice(names) if names else ""


def _amount(world: World, place: str, amount: int) -> Any:
    """An amount as the cell had it: a number, or with 万元."""
    return f"{wan(amount):.2f}万元" if isinstance(world.cells[place], str) else wan(amount)


def _more(world: World, place: str, dice: random.Random) -> Any:
    """A figure that is too high by an amount that nothing explains."""
    return _amount(world, place, world.fen(place) + dice.randrange(2_000_000, 9_000_000, 10_000) + 70_000)


def _digits(world: World, place: str) -> str:
    return f"{wan(world.fen(place)):.2f}"


def _another_count(text: str, dice: random.Random) -> str:
    """The text with one of its counts (``746个``) raised, as by a slip of the finger."""
    counts = list(COUNT.finditer(text))
    one = dice.choice(counts)
    return f"{text[: one.start()]}{int(one[0]) + dice.randrange(3, 40)}{text[one.end() :]}"


CHANGES: dict[str, Callable[[World, str, random.Random], Any]] = {
    "more": _more,
    "much more": lambda w, p, d: wan(w.fen(p) * 2 + d.randrange(1, 90) * 10_000),
    "one more": lambda w, p, d: float(w.cells[p]) + 1,
    "tenfold": lambda w, p, d: wan(w.fen(p) * 10),
    "negative": lambda w, p, d: -wan(w.fen(p)),
    "in yuan": lambda w, p, d: f"{wan(w.fen(p)) * 10_000:.0f}元",
    "misspelt unit": lambda w, p, d: f"{wan(w.fen(p))}万{d.choice('无园')}",
    "four decimals": lambda w, p, d: f"{wan(w.fen(p)):.2f}37",
    "as text": lambda w, p, d: f"{wan(w.fen(p)):.2f}",
    "scaled": lambda w, p, d: {"value": wan(w.fen(p)) * 10_000, "format": d.choice(["0!.0000", "0!.0,"])},
    "full width": lambda w, p, d: f"{wan(w.fen(p)):.2f}".translate(
        str.maketrans("0123456789.", "０１２３４５６７８９．")
    ),
    "digits only": lambda w, p, d: "".join(char for char in w.cells[p] if char.isdigit()),
    "twice": lambda w, p, d: w.cells[p] + w.cells[p],
    "and 777 firms visited": lambda w, p, d: f"{w.cells[p].rstrip('。')}，走访服务企业777家。",
    "until 2030": lambda w, p, d: f"到2030年，{w.cells[p]}",
    "letter for a digit": lambda w, p, d: _digits(w, p)[:-1] + d.choice("OolSB"),
    "other full stop": lambda w, p, d: _digits(w, p).replace(".", d.choice("。·;")),
    "two points": lambda w, p, d: _digits(w, p).replace(".", d.choice(("..", ".,", ",."))),
    "with a remark": lambda w, p, d: f"{_digits(w, p)}万元（其中上年结转{d.randrange(1, 9)}万元）",
    "two amounts": lambda w, p, d: f"{_digits(w, p).split('.')[0]}万元零{d.randrange(1, 9)}00元",
    "a span": lambda w, p, d: f"{_digits(w, p)}{d.choice('-~—')}{wan(w.fen(p)) + 5:.2f}",
    "counted otherwise": lambda w, p, d: f"{_digits(w, p)}{d.choice('人次个')}",
    "shown as something else": lambda w, p, d: {
        "value": wan(w.fen(p)),
        "format": d.choice(['"404.03"', '"9"0.00', "-0.00"]),
    },
    "another count": lambda w, p, d: _another_count(w.cells[p], d),
    "the target": lambda w, p, d: w.cells[p.replace("actual", "value")],
    "at most": lambda w, p, d: f"≤{d.randrange(90, 98)}%",
    "at least": lambda w, p, d: w.cells[p].replace("≤", "≥"),
    "a third": lambda w, p, d: float(w.cells[p]) // 3,
    "old result": lambda w, p, d: {"formula": "=D7+D9", "result": 8_888},
}


def _typed(place: str, data: Mapping[str, Any]) -> Make:
    def make(world: World, dice: random.Random) -> Made | None:
        fits = re.compile(data.get("where", ""))
        cells = [name for name in world.names(place) if fits.search(str(world.cells[name]))]
        cell = dice.choice(cells) if cells else ""
        if not cell:
            return None
        what = dice.choice(data["type"]) if "type" in data else CHANGES[data["change"]](world, cell, dice)
        at = f"{cell.rpartition('.')[0]}.{data['at']}" if "at" in data else cell
        return {cell: what}, at

    return make


def _enter_data() -> None:
    for data in tomllib.loads(Path(__file__).with_name("kinds.toml").read_text("utf-8"))["kind"]:
        place = data["place"]
        for word, pattern in NAMES.items():
            place = place.replace(f"{{{word}}}", pattern)
        profiles = data.get("profiles", [STANDARD])
        KINDS[data["name"]] = Kind(
            data["code"], _typed(place, data), PROFILES if profiles == "all" else profiles, data.get("as_sent", False)
        )


_enter_data()

# ---------------------------------------------------------------- kinds that change several cells, or need a look


@kind("year above the whole term", "SUM-04")
def year_above_term(world: World, dice: random.Random) -> Made | None:
    half = world.fen(f"{FUND}.total") // 2 // 10_000 * 10_000
    keys = {f"{FUND}.long_total": wan(half), f"{FUND}.long_fiscal": wan(half), f"{FUND}.long_other": 0}
    return keys, f"{FUND}.long_total"


@kind("more fiscal funds than there are", "SUM-17", *PROFILES[:3])
def fiscal_above_total(world: World, dice: random.Random) -> Made | None:
    place = _pick(world, dice, rf"{PROJECT}\.fiscal")
    other = place.replace("fiscal", "other")
    fiscal = world.fen(place.replace("fiscal", "total")) + dice.randrange(1, 9) * 1_000_000
    return {place: wan(fiscal), other: wan(world.fen(other) + world.fen(place) - fiscal)}, place


def _of_tasks(sign: int) -> Make:
    """The total of the tasks with one of them once more, or left out."""

    def make(world: World, dice: random.Random) -> Made | None:
        row = _pick(world, dice, rf"{NAMES['department']}\.tasks\[\d+\]\.total")
        place = f"{row.partition('.')[0]}.tasks[sum].total"
        return {place: wan(world.fen(place) + sign * world.fen(row))}, row

    return make


kind("a row added twice", "SUM-10", *PROFILES)(_of_tasks(1))
kind("a row left out", "SUM-10", *PROFILES)(_of_tasks(-1))


@kind("two digits swapped", "SUM-01", *PROFILES)
def swapped(world: World, dice: random.Random) -> Made | None:
    place = _pick(world, dice, rf"{PROJECT}\.total")
    digits = f"{wan(world.fen(place)):.2f}"
    for at in range(len(digits) - 1):
        one, two = digits[at], digits[at + 1]
        if one != two and "." not in (one, two) and not (at == 0 and two == "0"):
            return {place: float(digits[:at] + two + one + digits[at + 2 :])}, place
    return None


def _without(levels: str, place: str) -> Make:
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


@kind("more than the whole", "QUALITY-04")
def more_than_the_whole(world: World, dice: random.Random) -> Made | None:
    rates = world.names(rf"{PROJECT}\.indicators\[quality,\d\]\.value")
    rates = [name for name in rates if world.cells[name.replace("value", "third")].endswith("率")]
    place = dice.choice(rates) if rates else ""
    return ({place: f"{dice.randrange(101, 400)}%"}, place) if place else None


@kind("a name with another number than the value", "QUALITY-08")
def number_in_name(world: World, dice: random.Random) -> Made | None:
    place = _pick(world, dice, rf"{PROJECT}\.indicators\[quality,1\]\.third")
    value = place.replace("third", "value")
    return {place: "按期办结率100%", value: f"≥{dice.randrange(80, 99)}%"}, value


@kind("a goal against its indicator", "NARRATIVE-02")
def goal_against_indicator(world: World, dice: random.Random) -> Made | None:
    place = "项目1.indicators[quality,1].value"
    return {place: f"≥{dice.randrange(61, 94)}%"}, place


@kind("a share in words against a rate", "NARRATIVE-03")
def words_against_rate(world: World, dice: random.Random) -> Made | None:
    names = {"third": "网上办结率", "value": f"≥{dice.randrange(85, 99)}%"}
    goal = "项目1.year_goal"
    edits = {f"项目1.indicators[quality,2].{key}": text for key, text in names.items()}
    return edits | {goal: f"{world.cells[goal].rstrip('。')}，使一半以上的单位能够网上办结业务。"}, goal


@kind("a task against its project", "CROSS-11")
def task_against_project(world: World, dice: random.Random) -> Made | None:
    place = f"{DEPARTMENT}.tasks[2].content"
    return {place: f"注册中文域名{dice.randrange(9999)}5个，注册率、挂标率均不低于95%。"}, place


@kind("a task against the department's rate", "CROSS-12")
def task_above_rate(world: World, dice: random.Random) -> Made | None:
    place = f"{DEPARTMENT}.indicators[quality,2].value"
    content = f"{DEPARTMENT}.tasks[2].content"
    return {place: f"{dice.randrange(70, 94)}%", content: "完成全市中文域名注册率达95%以上。"}, place


@kind("one stock, two numbers", "CROSS-13")
def stock_of_two_numbers(world: World, dice: random.Random) -> Made | None:
    one, two = (f"项目{number}.indicators[quantity,2]" for number in (1, 2))
    edits = {f"{row}.third": "辐射机关事业单位" for row in (one, two)}
    return edits | {f"{one}.value": "785家", f"{two}.value": f"{dice.randrange(800, 7000)}家"}, f"{two}.value"


@kind("a cost called after one project", "CROSS-19")
def cost_of_one_project(world: World, dice: random.Random) -> Made | None:
    row = f"{DEPARTMENT}.indicators[cost,1]"
    name = world.cells[_pick(world, dice, rf"{PROJECT}\.project_name")]
    return {f"{row}.third": f"{name}支出"}, f"{row}.value"


@kind("neither new nor continued", "COMPLETE-01", "mof_2015")
@kind("no type ticked", "BOX-01")
def no_type(world: World, dice: random.Random) -> Made | None:
    return {name: text.replace("☑", "□") for name, text in world.types.items()}, next(iter(world.types))


@kind("其他 beside a type", "BOX-03")
def other_beside_type(world: World, dice: random.Random) -> Made | None:
    first = next(iter(world.types))
    return {first: world.types[first].replace("□", "☑")}, first


@kind("marks of two kinds", "BOX-04")
def marks_of_two_kinds(world: World, dice: random.Random) -> Made | None:
    first = next(iter(world.types))
    return {first: world.types[first].replace("□", "√")}, first


@kind("the same project twice", "DUP-01", *PROFILES)
def project_twice(world: World, dice: random.Random) -> Made | None:
    one, two, *_ = world.names(rf"{PROJECT}\.project_name")
    return {two: world.cells[one]}, two


@kind("the same indicator twice", "DUP-02", STANDARD, "mof_2021")
def indicator_twice(world: World, dice: random.Random) -> Made | None:
    first = _pick(world, dice, rf"{PROJECT}\.indicators\[(?:quality|quantity|cost),2\]\.third")
    return ({first: world.cells[first.replace(",2]", ",1]")]}, first) if first else None


@kind("three fields alike", "DUP-04")
def fields_alike(world: World, dice: random.Random) -> Made | None:
    same = world.cells[f"{FUND}.plan"]
    return {f"{FUND}.fund_rules": same, f"{FUND}.grounds": same}, f"{FUND}.plan"


@kind("a grade that the marks do not give", "SCORE-08", "self_evaluation_2020")
def another_grade(world: World, dice: random.Random) -> Made | None:
    sheet = dice.choice(sorted({name.split("!")[0] for name in world.grades}))
    boxes = [name for name in world.grades if name.startswith(f"{sheet}!")]
    edits = {name: world.grades[name].replace("☑", "□") for name in boxes}
    wrong = dice.choice(boxes[1:])
    return edits | {wrong: world.grades[wrong].replace("□", "☑")}, boxes[0]


@kind("a total over a row that cannot be read", ANY, *PROFILES)
def total_over_unreadable(world: World, dice: random.Random) -> Made | None:
    row = _pick(world, dice, rf"{NAMES['department']}\.tasks\[\d+\]\.total")
    place = f"{row.partition('.')[0]}.tasks[sum].total"
    return {row: _digits(world, row).replace(".", "。"), place: wan(world.fen(place)) + 637.96}, place


@kind("a project of another name than its task", ANY, *PROFILES)
def pair_by_amount_alone(world: World, dice: random.Random) -> Made | None:
    place = world.names(rf"{PROJECT}\.project_name")[-1]
    return {place: dice.choice(("机关食堂改造", "离退休干部活动", "森林防火物资储备"))}, place


@kind("new and continued", ANY, "mof_2015")
def new_and_continued(world: World, dice: random.Random) -> Made | None:
    boxes = {name: text.replace("□", "☑") for name, text in world.types.items() if name.startswith("项目1!")}
    return boxes, next(iter(boxes))


@kind("carried over in one form only", ANY, "mof_2021")
def carried_in_one_form(world: World, dice: random.Random) -> Made | None:
    place = next(name for name in world.names(rf"{PROJECT}\.carried") if world.fen(name))
    fiscal = place.replace("carried", "fiscal")
    return {fiscal: wan(world.fen(fiscal) + world.fen(place)), place: 0}, place


@kind("a word for a value", ANY, "mof_2021")
def word_for_a_value(world: World, dice: random.Random) -> Made | None:
    value = _pick(world, dice, rf"{PROJECT}\.indicators\[(?:social|ecological),1\]\.value")
    row = value.rpartition(".")[0]
    return {
        value: dice.choice(("明显提高", "符合要求", "按时完成")),
        f"{row}.operator": "定性",
        f"{row}.measure": "",
    }, value
