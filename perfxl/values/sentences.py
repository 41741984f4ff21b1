"""The figures in prose, each with what it counts: ``涉改单位达124家，注册率达到95%`` -> 涉改单位 124 家, 注册率 95 %.

Chinese numerals are figures too. No year, document number, ordinal or bare number is given; what only stands beside a
target is marked: figures of other years, parts of a figure, figures each, about and between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from perfxl.values import dates, notation
from perfxl.values.notation import NUMERALS, WORDS
from perfxl.values.quantities import Quantity, digits_for_words, percent_for_words, quantities
from perfxl.values.text import name_key, normal, one_line_each, squeeze

#: measures of time, rank and size are never what a sentence counts
_NOT_COUNTED = re.compile(r"[年月日天周秒级届度点分节字]|季度|个月|小时|分钟|工作日|自然日|个百分点")
_COUNTED = frozenset(word for word in WORDS.split("|") if not _NOT_COUNTED.fullmatch(word))
_SPANS = frozenset({"工作日", "自然日", "天", "小时", "分钟", "个月", "年", "周"})

_SENTENCES = re.compile(r"[;。!?\n]")
_CLAUSES = re.compile(r":|,(?![0-9]{3}(?![0-9]))")
_AND = re.compile(r"、|和|与|以及|及")
_RATE = re.compile(r"(?:率|比例|比重|满意度|覆盖面)\Z")
_FILLERS = re.compile(
    r"(?:均|分别|都|全部|应|要|须|需|将|共计|合计|总计|共有|共|已|总数|提高|提升|保持|维持|稳定|在|到|至|有)+\Z"
)
_LINKS = re.compile(r"(?:(?<=率)|(?<=度)|(?<=例))(?:超过|突破|提高到|提升到|保持在)\Z")
#: where the noun behind a count ends: 12个县市区编办的督察, 4120家事业单位在网上登记
_NOUN_ENDS = re.compile(r"的|在|进行|开展|完成|全部|均|都|能够|及|和|与|、|并")
_COUNT_ENDS = re.compile(r"(?:总数量|数量|个数|家数|户数|总数|总量|数)\Z")
#: a share in words is rarely the whole clause: 使全市一半以上的单位…
_WORDED = re.compile(
    r"一半|半数|过半|[一二三四五六七八九]成(?=以上|以下|左右)|[百一二两三四五六七八九]分之[一二两三四五六七八九十百零]+"
)
_SHARE_END = re.compile(r"以上|以下|左右|以内")

#: a rate in tenths: 制定率达到九成; what is 九成以上 of it is compared as a share in words
_TENTHS = re.compile(r"(?<=[率度例])(?P<words>[^,;。、0-9]{0,4}?)(?P<tenths>[一二三四五六七八九])成(?![一-龥])")

_CITED = re.compile(r"[《〈][^》〉]*[》〉]|[〔\[(【](?:19|20)\d\d[〕\])】]第?\d*号?|(?<!\d)(?:19|20)\d\d年?第?\d+号")
_ALONE_IN_BRACKETS = re.compile(r"\(((?:共|合?计)?[≥≤><]*\d[\d.,]*[^\d()]{0,4})\)")
_BRACKETS = re.compile(r"\([^()]*\)")
#: from here on a sentence speaks of parts
_PARTS = re.compile(r"其中|包括|,含|分别[为是]|具体[为是]")
#: a numeral before a measure: 十三个; 一 alone is rarely a number (一批, 一次), 第三批 and 十三五 are none
_SPELT = re.compile(
    r"(?<![第每这那几前后半点十百千万])(?:[二两三四五六七八九十][百千万]?[零一二三四五六七八九十百千万]*|一[十百千万][零一二三四五六七八九十百千万]*)"
    r"(?=个(?!月|百分|季)|人次|批次|场次|[名人家项件次场期篇轮批套台份门条座处所户辆棵亩吨本张部栋幢株口支眼只间盏组起宗例])"
)
#: a figure so introduced or followed is no target of the year by itself
_EACH = re.compile(r"每(?!年)|(?:人均|户均|平均|[日月周]均|单[次场期]|各|前|等级|不满|差|分[为成]?)\Z")
_FROM = re.compile(r"(?:提高|提升|增加|增至|上升|下降|降低|降|减少|压缩|增长|扩大|缩短|压减)(?:到|至|为)?")
#: the sentence speaks of several years, and so each year is a part of them: 三年内每年培训200人
_YEARS_ON = re.compile(r"累计|规划期|[二两三四五六七八九十0-9]年[内间]|(?:19|20)\d\d年?[-—–~至到]+(?:19|20)\d\d")
#: between two figures of one thing: 12条共86公里
_IN_ALL = re.compile(r"(?:共计?|合计|总计|总长度?|全长|总面积)(?:约|达|近)?")
_FROM_WORD = re.compile(r"[由从自]\Z")
_ABOUT = re.compile(r"[余多来]|左右|上下")
_BESIDE = re.compile(r"[×xX*/:∶—~-]")
#: the clause speaks of what was before
_BEFORE = re.compile(
    r"上年|去年|往年|前年|历年|同期|上一年|原有|原来|原为|现有|目前|截至|截止|至今|以来|累计|结转|基数|同比|环比"
    r"|十[一二三四]五|相比|比上|[较比](?=[^例重,]{0,8}(?:增|减|提|下降|降|上升))|已(?:经|完成|建|有|办|开展|实施|培训|发放|安装|购)"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?度?(?:[-~—–至到]+((?:19|20)\d\d))?年")
#: the clause speaks of this year again
_NOW = re.compile(r"本年|今年|当年|全年|年内|计划|预计|拟|力争|确保|目标|达到|增[加至长]到|提高到|提升到|新增")


class CountedFigure(NamedTuple):
    """One figure in prose; ``nouns``: what it may count, as written, behind the figure and before it.

    ``context`` are the words around it, ``aside`` what is no target of its own, ``spelt`` a Chinese numeral. A date has
    its digits for a number (``read_date``) and 日 or 月 for a measure; ``fen`` is that of an amount of money.
    """

    nouns: tuple[str, ...]
    number: Decimal
    measure: str
    operator: str
    kind: Literal["count", "share", "money", "span", "date"] = "count"
    context: str = ""
    aside: bool = False
    spelt: bool = False
    fen: int | None = None
    written: str = ""

    @property
    def figure(self) -> str:
        """The figure as a person would write it: ``124家``, ``≥95%``; a date as it stands there."""
        if self.kind == "date":
            return self.written
        return f"{'' if self.operator == '=' else self.operator}{notation.written(self.number)}{self.measure}"

    @property
    def share(self) -> bool:
        """Whether it is a percentage."""
        return self.measure == "%"


def figures_of(text: str, year: int | None = None) -> tuple[CountedFigure, ...]:
    """The counts and shares of a text that are targets, in their order; of the year, if one is given. Never raises."""
    return tuple(said for said in all_figures(text, year) if said.kind in ("count", "share") and not said.aside)


@lru_cache(maxsize=16_384)
def all_figures(text: str, year: int | None = None) -> tuple[CountedFigure, ...]:
    """Every count, share, amount, time limit and date of a text, in their order. Never raises."""
    plain = one_line_each(text)
    if not any(c.isdigit() or c in NUMERALS for c in plain):
        return ()
    plain = _BRACKETS.sub("", _ALONE_IN_BRACKETS.sub(r"\1", _CITED.sub("", plain)))
    spelt: set[tuple[int, str]] = set()

    def digits(found: re.Match[str]) -> str:
        number = notation.chinese(found[0])
        if number is None:
            return found[0]
        spelt.add((number, found.string[found.end()]))
        return str(number)

    plain = _SPELT.sub(digits, _TENTHS.sub(_tenths, percent_for_words(plain)))
    found = (said for sentence in _SENTENCES.split(plain) for said in _of_sentence(sentence.replace(" ", ""), year))
    return tuple(
        said._replace(spelt=True) if said.number == int(said.number) and (int(said.number), said.measure[:1]) in spelt
        else said for said in found
    )  # fmt: skip


def _tenths(found: re.Match[str]) -> str:
    return f"{found['words']}{notation.chinese(found['tenths'])}0%"


def _of_sentence(sentence: str, year: int | None) -> Iterator[CountedFigure]:
    """The figures of a sentence: what follows 其中 is a part, what follows a figure of another year is that year's."""
    parts = _PARTS.search(sentence)
    whole, rest = (sentence[: parts.start()], sentence[parts.start() :]) if parts else (sentence, "")
    past, lead = False, ""
    for clause in _CLAUSES.split(whole):
        speaks_of_past = bool(_BEFORE.search(clause)) or _of_other_year(clause, year)
        past = speaks_of_past or (past and not _NOW.search(clause))
        found = list(_of_clause(clause, lead))
        a_year = "每年" in clause and _YEARS_ON.search(sentence)
        yield from (said._replace(aside=True) for said in found) if past or a_year else found
        past = past and (bool(found) or not speaks_of_past)
        lead = clause
    for clause in _CLAUSES.split(rest):
        yield from (said._replace(aside=True) for said in _of_clause(clause, ""))


def _of_other_year(clause: str, year: int | None) -> bool:
    """Whether a clause names a year before the one given, and not that one."""
    if year is None:
        return False
    spans = [(int(first), int(last or first)) for first, last in _YEAR.findall(clause)]
    return bool(spans) and all(last < year for _, last in spans)


def _of_clause(clause: str, lead: str) -> Iterator[CountedFigure]:
    """The figures of a clause; ``lead`` is the clause before it, for a figure without words of its own."""
    clause, when = _without_deadlines(clause)
    yield from (said._replace(context=name_key(clause or lead)) for said in when)
    found = quantities(clause) or []
    starts = [*(quantity.start for quantity in found), len(clause)]
    end, apart, risen = 0, True, ""
    for number, quantity in enumerate(found):
        before, after = clause[end : quantity.start], clause[quantity.end : starts[number + 1]]
        before, risen = (risen or before), ""
        aside = _aside(clause, quantity, before, after) or bool(number and _IN_ALL.fullmatch(before))
        if aside and _FROM.match(after):  # 满意度由88%提高到92%
            risen = _FROM_WORD.sub("", before)
        end = quantity.end
        if number + 1 < len(found):
            after = _NOUN_ENDS.split(after, maxsplit=1)[0] if _AND.search(after) else after
        own = name_key(before + after)
        context = own if len(own) > 2 or number else name_key(lead) + own
        for said in _counted(quantity, before, after, apart=apart or bool(_AND.match(before))):
            yield said._replace(context=name_key(said.nouns[0]) if said.share else context, aside=aside)
        apart = apart and quantity.measure not in _COUNTED


def _aside(clause: str, quantity: Quantity, before: str, after: str) -> bool:
    bare = _FILLERS.sub("", before)
    edges = clause[max(0, quantity.start - 1) : quantity.start], clause[quantity.end : quantity.end + 1]
    beside = any(_BESIDE.fullmatch(edge) for edge in edges) or (edges[1] in "至到" and edges[1] != "" and _digit(after))
    tied = before.endswith(("至", "到")) and _digit_before(before)
    return bool(
        quantity.approx or beside or tied or _EACH.search(bare) or _ABOUT.match(after) or _FROM.match(after)
        or "/" in quantity.measure or quantity.measure.startswith(("余", "多", "来"))
    )  # fmt: skip


def _digit(after: str) -> bool:
    return len(after) == 1  # 20至30人: nothing but 至 up to the next figure


def _digit_before(before: str) -> bool:
    return len(before) == 1


def _counted(quantity: Quantity, before: str, after: str, *, apart: bool) -> Iterator[CountedFigure]:
    number, measure, operator = quantity.number, quantity.measure, quantity.operator
    if quantity.money:
        if quantity.fen is not None and not quantity.per:
            yield CountedFigure((_before(before),), number, measure, operator, "money", fen=quantity.fen)
    elif measure == "%":
        for noun in _listed(_before(before)):
            yield CountedFigure((noun,), number, measure, operator, "share")
    elif measure in _COUNTED:
        yield CountedFigure(_counted_nouns(before, after, apart=apart), number, measure, operator)
    elif measure in _SPANS and number < 1900:
        yield CountedFigure(_counted_nouns(before, after, apart=apart), number, measure, operator, "span")


_DEADLINE = re.compile(
    r"(?:(?:(?:19|20)[0-9]{2}年度?)?(?:1[0-2]|0?[1-9])月(?:份|[0-9]{1,2}[日号]|[底末初]|[上中下]旬)?"
    r"|(?:(?:19|20)[0-9]{2}|[本当今])?年[底末])(?:之前|以前|前)?"
)


def _without_deadlines(clause: str) -> tuple[str, list[CountedFigure]]:
    """The clause less its dates of month or day, and these; both ends of a span are aside."""
    found = []
    for match in _DEADLINE.finditer(clause):
        when = dates.read_date(match[0], None)
        if when and when.kind == "date" and when.numbers and when.measure in ("日", "月"):
            tied = clause[match.end() : match.end() + 1] in tuple("至到-—~起") or clause[: match.start()].endswith(
                tuple("至到-—~从自")
            )
            said = CountedFigure((), when.numbers[-1], when.measure, when.operator, "date", "", tied, written=match[0])
            found.append(said)
    return (_DEADLINE.sub("", clause) if found else clause), found


def _counted_nouns(before: str, after: str, *, apart: bool) -> tuple[str, ...]:
    """124家涉改单位 counts the noun behind it, 涉改单位124家 the noun before it; both where both are possible.

    ``apart``: the noun before it is not behind another figure.
    """
    behind = _NOUN_ENDS.split(after, maxsplit=1)[0]
    ahead = _before(_AND.split(before)[-1]) if apart or not behind else ""
    return tuple(noun for noun in (behind, ahead) if noun)


def _before(text: str) -> str:
    return _FILLERS.sub("", _LINKS.sub("", text.strip('、("“”')))


def _listed(text: str) -> tuple[str, ...]:
    """注册率、挂标率 are two nouns where both are rates; else it is one, its last part if that is a rate."""
    parts = [part for part in _AND.split(text) if part]
    if len(parts) < 2:
        return (text,)
    rates = [part for part in parts if _RATE.search(part)]
    return tuple(rates) if len(rates) == len(parts) else (text,)


@lru_cache(maxsize=16_384)
def worded_shares(text: str) -> tuple[tuple[str, CountedFigure], ...]:
    """The shares that are given in words, each with the words: 一半以上 is ``≥50%``. Never raises."""
    found = []
    plain = normal(text)
    for match in _WORDED.finditer(plain):
        end = _SHARE_END.match(plain, match.end())
        words = plain[match.start() : end.end() if end else match.end()]
        read = quantities(digits_for_words(words))
        if read and len(read) == 1 and read[0].measure == "%":
            operator = "≥" if match[0] == "过半" else read[0].operator
            found.append((words, CountedFigure((), read[0].number, "%", operator, "share")))
    return tuple(found)


@lru_cache(maxsize=65_536)
def noun_key(noun: str, noise: tuple[str, ...]) -> str:
    """What two nouns are compared by: without 的, 数量 and leading words without meaning (完成, 全市, 各类)."""
    key = name_key(noun).replace("的", "")
    if not _RATE.search(key):
        key = _COUNT_ENDS.sub("", key)
    before = None
    while key != before:
        before = key
        for word in noise:
            key = key.removeprefix(word)
    return key if len(key) > 1 else ""


def nouns_of_name(name: str) -> tuple[str, ...]:
    """The nouns of an indicator's name: 注册率和挂标率 are two."""
    return _listed(squeeze(name))
