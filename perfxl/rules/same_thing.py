"""Which figure of a text and which indicator are of one thing, and whether they contradict each other.

Noun, number and measure pair up: 举办培训班5期 and 培训班期数 4期 are of one thing, ≥5年 is of another. Names need not
be equal: what counts is how much of the indicator's name stands around the figure, and whether the measure is unique.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from perfxl.rules.name_measures import said_kinds
from perfxl.values import Value, name_key
from perfxl.values.measures import compatible, kinds_of, measure_class, size_of
from perfxl.values.sentences import CountedFigure, all_figures


class Target(NamedTuple):
    """An indicator's name and value, with whatever it was made of; ``about`` are further words, as the project's."""

    name: str
    value: Value
    item: Any
    about: str = ""


class Contradiction(NamedTuple):
    """A figure of a text, and the indicator of the same thing that has another.

    ``rank`` is how surely they are of one thing, ``share`` how many of the words they have in common.
    """

    said: CountedFigure
    target: Target
    rank: int
    share: float
    #: the number is the same, and what it is measured in cannot be
    of_measure: bool = False

    @property
    def words(self) -> str:
        """A noun with its figure: ``设备8台``."""
        return f"{self.said.nouns[0] if self.said.nouns else ''}{self.said.figure}"


#: the same day
_DAY = {"自然日": "天", "日": "天"}
#: measures of almost anything: that only one figure has such a measure tells nothing
_ANY = frozenset({"个", "人", "次", "人次", "项", "件", "%", "年", "天", "份", "批", "类", "种"})
#: words in front of a name, and the end that only says that it counts
_LEAD = re.compile(r"(?:全年|本年度?|年度|年|规划期|累计|新增(?=\w{4})|完成|实现|确保)+")
_COUNT_END = re.compile(
    r"(?:人次|批次|场次|[条座期台次个家户名人份件项场批套亩里米只所处辆])?(?:总)?(?:数量|数|个数)\Z|人次\Z"
)
_TIME_END = re.compile(r"(?:完成|办结|结束|完工|反馈|上报|到位)?(?:的)?(?:时间|时限|期限|月份|时效|日期|时点)\Z")
_RATE_HEAD = re.compile(r"\w\w?(?:率|比例|比重|占比|满意度)\Z")
_SAYS_NOTHING = frozenset(
    {"完成", "工作", "项目", "全市", "全年", "年度", "情况", "任务", "开展", "实施", "进行", "全部"}
)
#: the whole is meant by a date without other words: 11月底前全部完工
_ALL = re.compile(
    r"(?:全部|全面|按时|如期|确保|力争|于|在|前|底|并|项目|工程|完成|完工|竣工|结束|验收|投入使用|到位|办结)+"
)
#: 持证上岗率 and 持证上岗水管员占比 are of one thing
_SHARE_NAMES, _SHARE_END, _SHORT = ("占比", "比例", "比重"), re.compile(r"(?:率|占比|比例|比重)\Z"), 3
#: the same words; many of them in common; few, but nothing else has the measure
SURE, LIKELY, UNIQUE = 3, 2, 1


#: so much of one name is in another of the same thing
_MOSTLY = 0.5


class _Match(NamedTuple):
    rank: int
    share: float


_NONE = _Match(0, 0.0)


def contradictions(
    text: str, targets: Sequence[Target], year: int | None = None, plain: Sequence[str] = (), *, equal: bool = False
) -> list[Contradiction]:
    """The figures of a text that contradict the indicator of the same thing.

    ``year``: figures of an earlier one are left. ``plain``: rates that any work has (完成率). ``equal``: both should be
    the same figure, as in a goal and the indicators beside it, though one would keep the other.
    """
    said = [figure for figure in all_figures(text, year) if not figure.aside]
    return _Text(said, targets, plain).contradictions(equal=equal)


def pairs(said: CountedFigure, targets: Sequence[Target], plain: Sequence[str] = ()) -> list[Target]:
    """The indicators that may be of the same thing as a figure."""
    one = _Text([said], targets, plain)
    return [target for target in targets if one.match(said, target).rank]


def alike(name: str, other: str) -> bool:
    """Whether two names of indicators are of one thing, but for words such as 累计 and 规划期."""
    short, long = sorted((_core(name), _core(other)), key=len)
    return bool(short) and (short in long or _overlap(short, long)[0] >= _MOSTLY)


def amount_in(number: Decimal, measure: str) -> tuple[str, Decimal]:
    """A figure in the measure by which it is compared: 2.5公里 is 2500 米."""
    return _class(measure), _number(number, measure)


def _least(said: CountedFigure) -> int:
    """How surely a figure and an indicator are of one thing for both to be asked to be equal."""
    return UNIQUE if said.kind == "span" else LIKELY


def speaks_of(target: Target, said: CountedFigure) -> bool:
    """Whether an indicator of the same measure, or of the same number without one, has a word of what is counted."""
    words = name_key(target.name + target.about)
    bare = not target.value.measure and said.number in target.value.numbers
    same = bare or _target_measure(target.value) == _measure(said)
    return same and any(_overlap(_core(noun), words)[1] for noun in (*said.nouns, said.context))


class _Text:
    """The figures of one text beside the indicators that they may be of."""

    def __init__(self, said: Sequence[CountedFigure], targets: Sequence[Target], plain: Sequence[str]) -> None:
        self._said, self._targets, self._plain = said, targets, tuple(plain)
        self._times = Counter(
            _measure(figure) for figure in {(s.context, s.number, s.measure): s for s in said}.values()
        )
        self._of_measure: dict[str, list[tuple[int, Target]]] = defaultdict(list)
        for number, target in enumerate(targets):
            self._of_measure[_target_measure(target.value)].append((number, target))
        self._lines = Counter({key: len(found) for key, found in self._of_measure.items() if key})
        self._heads = Counter(_head(target.name) for target in targets if target.value.measure == "%")
        self._said_heads = Counter(_head(noun) for figure in said if figure.share for noun in figure.nouns)

    def match(self, said: CountedFigure, target: Target) -> _Match:
        """How surely a figure and an indicator are of one thing."""
        if _target_measure(target.value) != _measure(said):
            return _NONE
        if said.kind == "date":
            return self._match_date(said, target)
        if said.share:
            return self._match_rate(said, target)
        return self._match_count(said, target)

    def _matched(self, said: CountedFigure) -> list[tuple[_Match, int]]:
        """How surely each indicator of the same measure is of one thing with a figure, and its number."""
        return [(self.match(said, target), number) for number, target in self._of_measure.get(_measure(said), ())]

    def _match_count(self, said: CountedFigure, target: Target) -> _Match:
        core, about = _core(target.name), name_key(target.about)
        nouns = [_core(noun) for noun in said.nouns]
        if core and core in nouns:
            return _Match(SURE, 1.0)
        share, hits = _overlap(core, said.context)
        named = max((_overlap(noun, core + about)[0] for noun in nouns if len(noun) > 2), default=0.0)
        head = core[-2:] in said.context
        if hits >= 2 and (share >= 0.7 or (share >= 0.5 and head) or (share >= 0.3 and named >= 0.6)):
            return _Match(LIKELY, share)
        if hits and head and _is_slip(said.number, target.value.numbers[0]) and said.number != target.value.numbers[0]:
            return _Match(LIKELY, share)
        measure = _measure(said)
        unique = measure not in _ANY and self._times[measure] == self._lines[measure] == 1
        return _Match(UNIQUE, share) if unique and hits and share >= 0.3 else _NONE

    def _match_rate(self, said: CountedFigure, target: Target) -> _Match:
        core, noun = _rate(target.name), _rate(said.nouns[0])
        head = _head(noun)
        if head and core.endswith(_SHARE_NAMES) and core.startswith(_SHARE_END.sub("", noun)) and len(noun) > _SHORT:
            return _Match(LIKELY, 1.0)
        if not head or head != _head(core):
            return _NONE
        if core == noun:
            return _Match(SURE, 1.0)
        about = name_key(target.about)
        short, long = sorted((core, noun), key=len)
        if short not in self._plain and long.endswith(short):
            return _Match(LIKELY, 1.0)
        share, hits = max(_overlap(noun, core + about), _overlap(core, noun))
        if head not in self._plain or (share >= 0.7 and hits >= 3):
            return _Match(LIKELY, share)
        own = noun.removesuffix(head)
        unique = self._heads[head] == 1 == self._said_heads[head] and (not own or _overlap(own, core + about)[1])
        return _Match(UNIQUE, share) if unique else _NONE

    def _match_date(self, said: CountedFigure, target: Target) -> _Match:
        core = _TIME_END.sub("", name_key(target.name))
        share, hits = _overlap(core, said.context) if len(core) > 1 else (0.0, 0)
        if hits and share >= 0.5:
            return _Match(LIKELY, share)
        alone = self._times["date"] == self._lines["date"] == 1
        whole = _ALL.fullmatch(said.context) or not said.context
        return _Match(UNIQUE, share) if alone and (whole or hits) else _NONE

    def wrong_measure(self, said: CountedFigure) -> Contradiction | None:
        """The indicator with the number of a figure, of the same thing, in a measure of another kind: 6座 and 6年.

        Not one that has the measure which its name asks for: 期数 4期 beside 4天.
        """
        if said.kind not in ("count", "span"):
            return None
        proper = max((match for match, _ in self._matched(said)), default=_NONE)
        found = [
            (match, target) for target in self._targets
            if _may_be(said, target) and (match := self._match_count(said, target)) > proper
            and match.rank >= (SURE if said.number == 1 else LIKELY)
        ]  # fmt: skip
        best = max((match for match, _ in found), default=_NONE)
        likely = [target for match, target in found if match == best]
        return Contradiction(said, likely[0], best.rank, best.share, of_measure=True) if len(likely) == 1 else None

    def contradictions(self, *, equal: bool) -> list[Contradiction]:
        """Of each figure the likeliest indicators, where none that it may be agrees with it."""
        found: list[tuple[CountedFigure, _Match, list[int]]] = []
        taken: set[int] = set()
        for said in self._said:
            same = [(match, number) for match, number in self._matched(said) if match.rank]
            agreeing = {
                number for match, number in same
                if agrees(said, self._targets[number].value, equal=equal and match.rank >= _least(said))
            }  # fmt: skip
            taken |= agreeing
            if same and not agreeing:
                best = max(match for match, _ in same)
                found.append((said, best, [number for match, number in same if match == best]))
        counts = Counter(number for _, _, numbers in found for number in numbers)
        return [
            Contradiction(said, self._targets[number], best.rank, best.share)
            for said, best, numbers in found if not self._adds_up(said, numbers)
            for number in numbers[:1] if number not in taken and counts[number] == 1
        ] + [
            other for said in self._said if (other := self.wrong_measure(said))
            and not any(other.target is self._targets[number] for number in {*taken, *counts})
        ]  # fmt: skip

    def _adds_up(self, said: CountedFigure, numbers: list[int]) -> bool:
        """Whether a figure is the sum of several indicators, or several figures make one indicator."""
        key = _measure(said)
        of_lines = [number for t in self._targets if _target_measure(t.value) == key for number in t.value.numbers[:1]]
        of_text = [figure.number for figure in self._said if _measure(figure) == key]
        chosen = [self._targets[number].value.numbers[0] for number in numbers]
        return bool(
            (len(of_lines) > 1 and said.number in (sum(of_lines), sum(chosen) if len(chosen) > 1 else None))
            or (len(of_text) > 1 and not said.share and sum(of_text) in chosen)
        )


def agrees(said: CountedFigure, value: Value, *, equal: bool = False) -> bool:
    """Whether an indicator may stand beside what was said: the same number, or one on the side that was left open.

    A share must be aimed at as said; a count may be more than an indicator's least. Digits out of order, or a zero too
    many, are a slip on whichever side. ``equal``: nothing but the same figure, unless one of them says about.
    """
    if said.kind == "date":
        return _same_date(said, value)
    one, other = _number(said.number, said.measure), _number(value.numbers[0], value.measure)
    if said.kind == "money" and value.fen is not None and said.fen is not None:
        one, other = Decimal(said.fen), Decimal(value.fen)
    if equal and one != other and not (said.operator == "=" and value.operator in ("≤", "<")):
        return "≈" in (said.operator, value.operator)
    if two_floors(said.operator, value.operator) and one != other and not said.share:
        return False
    return stand_together((said.operator, one), (value.operator, other), share=said.share)


def two_floors(sign: str, limit: str) -> bool:
    """Whether both are the least: 不少于100人 and ≥200人 are two targets of one thing."""
    return sign in ("≥", ">") and limit in ("≥", ">")


def stand_together(said: tuple[str, Decimal], stated: tuple[str, Decimal], *, share: bool) -> bool:
    """Whether what was said and what an indicator states may stand beside each other, each an operator and a number."""
    (sign, one), (limit, other) = said, stated
    if one == other or "≈" in (sign, limit):
        return True
    if _is_slip(one, other):
        return False
    if sign in ("≥", ">"):
        return other > one and limit not in ("≤", "<")
    if sign in ("≤", "<"):
        return other < one and limit not in ("≥", ">")
    if limit in ("≤", "<"):
        return one < other
    return limit in ("≥", ">") and not share and one > other


def _is_slip(one: Decimal, other: Decimal) -> bool:
    """Whether two numbers have the same digits in another order or with a zero more."""
    short = [number.normalize().as_tuple().digits for number in (one, other)]
    first, second = (sorted(f"{number.normalize():f}".replace(".", "")) for number in (one, other))
    return short[0] == short[1] or (len(first) > 1 and first == second)


def _same_date(said: CountedFigure, value: Value) -> bool:
    """Whether two dates are of one month, of one day where both name a day."""
    number = int(value.numbers[-1])
    digits = {"日": number % 10_000, "月": number % 100 * 100, "年": 0}[value.measure]
    own = int(said.number) % 10_000 if said.measure == "日" else int(said.number) % 100 * 100
    year, own_year = number // (10_000 if value.measure == "日" else 100), 0
    if said.number >= 100_000:
        own_year = int(said.number) // (10_000 if said.measure == "日" else 100)
    if own_year and year and own_year != year:
        return False
    return not digits or digits // 100 == own // 100


def _may_be(said: CountedFigure, target: Target) -> bool:
    """Whether a figure and an indicator have one number, in measures that cannot be of one thing."""
    value = target.value
    one = value.kind in ("number", "money") and len(value.numbers) == 1 and value.measure != "%"
    return (
        one and value.numbers[0] == said.number and not compatible(value.measure, said.measure)
        and not kinds_of(value.measure) & said_kinds(target.name)
    )  # fmt: skip


def _number(number: Decimal, measure: str) -> Decimal:
    return number * size_of(measure)[1]


def _measure(said: CountedFigure) -> str:
    if said.kind in ("money", "date"):
        return said.kind
    return _class(said.measure)


def _target_measure(value: Value) -> str:
    """What the value of an indicator is compared by; ``""`` for one that is not compared."""
    if value.kind == "date" and value.numbers and value.measure in ("日", "月"):
        return "date"
    if value.kind == "money" and value.fen is not None:
        return "money"
    plain = value.kind == "number" and len(value.numbers) == 1 and value.measure and "several" not in value.notes
    return _class(value.measure) if plain else ""


def _class(measure: str) -> str:
    return measure_class(_DAY.get(measure, size_of(measure)[0]))


@lru_cache(maxsize=16_384)
def _core(name: str) -> str:
    """What a name or noun is about: 举办培训班期数 -> 举办培训班."""
    key = name_key(name).replace("的", "")
    key = _LEAD.sub("", key, count=1) if _LEAD.match(key) else key
    return _TIME_END.sub("", _COUNT_END.sub("", key))


def _rate(name: str) -> str:
    key = name_key(name).replace("的", "")
    return f"{key}率" if key.endswith(("增长", "下降")) else key


def _head(name: str) -> str:
    """合格率 of 工程验收合格率, 增长率 of 零售额增长; ``""`` for what is no rate."""
    found = _RATE_HEAD.search(_rate(name))
    return found[0] if found else ""


@lru_cache(maxsize=65_536)
def _overlap(words: str, text: str) -> tuple[float, int]:
    """How many of the pairs of characters of some words a text holds: their share, and their number."""
    found = {words[n : n + 2] for n in range(len(words) - 1)}
    found = found - _SAYS_NOTHING or found
    hits = sum(pair in text for pair in found)
    return (hits / len(found), hits) if found else (0.0, 0)
