"""NARRATIVE: the figures of the goals against the indicators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from perfxl.model import Lang, Ref, Text
from perfxl.profiles import Profile
from perfxl.reading import FormRows, IndicatorRow
from perfxl.rules.contradictions import hit_of, likely_contradictions, targets
from perfxl.rules.projects import continued_lists
from perfxl.rules.rule import Family, Hit
from perfxl.rules.same_thing import speaks_of
from perfxl.rules.texts import Claim, Line, agree, claims, goals, in_quotes, keys_of, likely, lines, match
from perfxl.rules.wording import PERCENT, QUALITY, QUANTITY, TIMELINESS, beginning, shown
from perfxl.tables import Return
from perfxl.values import name_key, squeeze
from perfxl.values.measures import measure_class
from perfxl.values.quantities import quantities
from perfxl.values.sentences import CountedFigure, figures_of, nouns_of_name, worded_shares

RULES = Family(needs="indicators")

#: what was, how often, which rank: no target of its own
_NO_TARGET = re.compile(r"每|[由从自比较前第分]\Z|上年|去年|往年|比上|较上")

#: measures that have larger and smaller ones
_SIZE = re.compile(r"[米亩里顷吨克斤升a-zA-Z]")


@RULES.warning(
    "NARRATIVE-01",
    name=Text("目标的数字没有指标", "Figure without an indicator"),
    what=Text("总体目标写的数字，在绩效指标中应有相应的指标值", "A figure in the goal stands among the indicators too"),
    message=Text(
        "总体目标写明{said}，绩效指标中没有相应的指标。",
        "The goal says {said}, but no indicator has this figure.",
    ),
    source="绩效指标应与绩效目标对应",
    why=Text(
        "总体目标中的数字须有指标对应，否则年终无法考核是否完成。",
        "A figure in the goal is judged by its indicator; without one nobody knows at the end whether it was reached.",
    ),
    fix=Text(
        "在相应的二级指标下增填一条三级指标，指标值与总体目标一致；总体目标有误的，改正总体目标。",
        "Add an indicator with the value that the goal says; if the goal is wrong, correct the goal.",
    ),
    wrong=Text("目标：培训网站管理人员200人；没有培训人数指标", "Goal: 培训200人; no indicator of it"),
    right=Text("数量指标：培训网站管理人员数，≥200人", "Quantity: 培训网站管理人员数, ≥200人"),
)
def figure_without_indicator(book: Return, lang: Lang) -> Iterator[Hit]:
    """One finding a goal. Where an indicator of the noun has another figure, NARRATIVE-02 or CROSS-11, 12 compare them.

    The department's goal may also rest on the indicators of the projects.
    """
    open_claims: dict[Ref, list[Claim]] = {}
    of_form = {
        form: {(line.number, line.measure == PERCENT, line.row.period) for line in found}
        for form, found in lines(book).items()
    }
    for claim in claims(book):
        plainly = (claim.said.number, claim.said.share, claim.period) in of_form.get(claim.form, ())
        if not claim.task and not plainly and _is_target(claim, book.profile):
            open_claims.setdefault(claim.cell, []).append(claim)
    texts = {row.ref: row.text for row, _ in goals(book)} if open_claims else {}
    for cell, found in open_claims.items():
        left = _without_indicator(found, book)
        if left:
            said = in_quotes(f"{claim.keys[0] if claim.keys else ''}{claim.said.figure}" for claim in left)
            figures = "、".join(dict.fromkeys(claim.said.figure for claim in left))
            yield Hit((cell,), {"said": said}, stated=figures, written=texts[cell])


def _is_target(claim: Claim, profile: Profile) -> bool:
    """Not 3项工作, 前3名, 每季度1次, 由90%提高到…; nor one alone, or a figure without a noun."""
    outline = profile.lexicon.get("outline_nouns", ())
    nouns = [noun for noun in claim.said.nouns if noun and not claim.said.spelt]
    return (
        bool(nouns)
        and claim.said.number != 1
        and not any(_NO_TARGET.search(noun) or noun.endswith(outline) for noun in nouns)
    )


def _without_indicator(open_claims: list[Claim], book: Return) -> list[Claim]:
    """Those with neither figure nor noun in any indicator; without any quantity or quality it is COMPLETE-06."""
    if not open_claims:
        return []
    form, period, profile = open_claims[0].form, open_claims[0].period, book.profile
    kinds = profile.project_forms | profile.fund_forms if book.spec(form).tasks else frozenset()
    forms = [form, *(other for other in book.forms if other.kind in kinds)]
    continued = continued_lists(book)
    here = [row for form in forms for row in form.indicators if row.period == period or form in continued]
    known = [line for form in forms for line in lines(book).get(form, ())]
    nouns = {key for row in here for key in keys_of(nouns_of_name(row.name), profile)}
    levels = {row.second for row in here}
    figures = {share: set(_figures(here, share=share)) for share in (True, False)}
    alike = [target for form in forms for target in targets([form], period)]
    sums: dict[str, Decimal] = {}
    for claim in open_claims:
        measure = measure_class(claim.said.measure)
        sums[measure] = sums.get(measure, Decimal(0)) + claim.said.number
    return [
        claim for claim in open_claims
        if (QUALITY if claim.said.share else QUANTITY) in levels
        and not nouns & set(claim.keys)
        and not _same(claim.said.number, figures[claim.said.share], claim.said.measure)
        and not _same(sums[measure_class(claim.said.measure)], figures[claim.said.share], claim.said.measure)
        and not any(likely(claim, line, profile) for line in known)
        and not any(speaks_of(target, claim.said) for target in alike)
    ]  # fmt: skip


def _figures(found: Iterable[IndicatorRow], *, share: bool) -> Iterator[tuple[Decimal, str]]:
    for row in found:
        if (row.measure == PERCENT) == share:
            yield from ((number, measure_class(row.measure)) for number in row.numbers)
        for text in (row.value, row.name):
            for q in quantities(squeeze(text)) or ():
                if (q.measure == PERCENT) == share:
                    yield q.number, measure_class(q.measure)


#: a number below this is in many a value of something else
_RARE = 60


def _same(number: Decimal, figures: set[tuple[Decimal, str]], measure: str) -> bool:
    """The very figure, a small one in its measure; of a size also one of the same digits: 2公里 and 2000米."""
    digits, own = number.normalize().as_tuple().digits, measure_class(measure)
    return any(
        (number == figure and (number >= _RARE or other == own))
        or (_SIZE.search(measure) and figure.normalize().as_tuple().digits == digits)
        for figure, other in figures
    )


LIKELY = Text(
    "指标“{name}”填“{stated}”，而 {where} 写“{said}”，可能是同一事项。\n属于同一事项的，两处改为同一"
    "个数；不属于的，在指标名称中写明区别。",
    "The indicator “{name}” is “{stated}”, but {where} says “{said}”, probably of the same.\nIf it "
    "is the same, write one figure in both places; if not, let the name say how it differs.",
)


@RULES.error(
    "NARRATIVE-02",
    name=Text("目标与指标矛盾", "Goal contradicts indicator"),
    what=Text(
        "同一张表中，总体目标写的数字与同一事项的指标值应一致",
        "A number in the goal is that of the indicator of the same thing on the same form",
    ),
    message=Text(
        "指标{names}填“{stated}”，而总体目标（{where}）写{said}。",
        "The indicator {names} is “{stated}”, but the goal ({where}) says {said}.",
    ),
    source="绩效指标应与绩效目标对应",
    why=Text(
        "绩效指标是总体目标的细化和量化，同一事项只应有一个数。",
        "Indicators put the goal into figures; one thing has one figure.",
    ),
    fix=Text(
        "核对该事项的计划数，将总体目标、任务内容和指标值改为同一个数、同一计量单位。",
        "Check the figure that is planned; write the same number and measure in the goal or task and in the indicator.",
    ),
    wrong=Text("年度目标写“涉改单位100家”，数量指标“涉改单位”填124家", "Goal 涉改单位100家, quantity 涉改单位: 124家"),
    right=Text("年度目标写“涉改单位124家”，数量指标“涉改单位”填124家", "Goal 涉改单位124家, quantity 涉改单位: 124家"),
)
def goal_contradicts_indicator(book: Return, lang: Lang) -> Iterator[Hit]:
    """Compares what is counted by the same noun and a like measure; rates of the department are CROSS-12.

    What is only likely the same thing (``same_thing``) is a warning; so are dates, time limits and amounts.
    """
    told: set[Ref] = set()
    for hit in _of_one_noun(book):
        told.update(hit.cells)
        yield hit
    for found in likely_contradictions(book):
        if not found.across and found.row.ref not in told:
            yield hit_of(found, LIKELY)


def _of_one_noun(book: Return) -> Iterator[Hit]:
    found: dict[tuple[Ref, str, str], list[tuple[str, Line]]] = {}
    for claim in claims(book):
        if claim.task or (claim.said.share and book.spec(claim.form).tasks):
            continue
        here = [line for line in lines(book).get(claim.form, ()) if line.row.period == claim.period]
        for key, line in _against(claim, here, book.profile):
            found.setdefault((claim.cell, claim.said.figure, line.row.value), []).append((claim.words(key), line))
    for (cell, figure, stated), matched in found.items():
        rows = list({line.row.ref: line.row for _, line in matched}.values())
        values = {
            "names": in_quotes(row.name for row in rows), "stated": stated.strip(), "where": cell,
            "said": in_quotes(words for words, _ in matched),
        }  # fmt: skip
        yield Hit(tuple(row.ref for row in rows), values, (cell,), stated.strip(), figure, written=stated)


def _against(claim: Claim, here: list[Line], profile: Profile) -> list[tuple[str, Line]]:
    """The indicators of the noun, if none of them agrees with the claim; those of exactly its name first."""
    matched = [(*match(claim, line, profile), line) for line in here]
    same = [found for found in matched if found[1]] or [found for found in matched if found[0]]
    if any(agree(claim, line) for _, _, line in same):
        return []
    return [(key, line) for key, _, line in same]


#: with so many characters in common two texts are about one thing
_COMMON = 4
#: the two characters before 率 name what a rate is of
_SHARE = re.compile("[%％半成]|分之")
_RATE = re.compile(r"(\w\w)(?:率|比例)\Z")
#: where the words for what is counted end
_COUNTED_ENDS = re.compile(r"都|均|全部|能够|能|可以|得到|实现|完成|进行|开展|有")


class SharePhrase(NamedTuple):
    """A share in a text: its cell and words, and the share."""

    form: FormRows
    period: str
    cell: Ref
    text: str
    words: str
    share: CountedFigure

    def about(self) -> str:
        """The words behind the share up to the next comma, without those who are counted, as in many names."""
        plain = shown(self.text).replace(" ", "")
        clause = re.split(r"[，,。；;\n]", plain.partition(self.words)[2] or plain)[0]
        ends = _COUNTED_ENDS.search(clause)
        return name_key(clause[ends.end() :] if ends else clause)


@RULES.warning(
    "NARRATIVE-03",
    name=Text("文字比例与指标不一致", "Share in words against a rate"),
    what=Text(
        "“一半以上”“八成”等文字比例，应与同一张表中同一事项的比率一致",
        "A share in words (一半以上, 八成) agrees with the rate of the same thing on the same form",
    ),
    message=Text(
        "“{text}”写“{stated}”，而指标“{name}”（{where}）填“{computed}”，可能是同一事项。",
        "“{text}” says “{stated}”, while the indicator “{name}” ({where}) is “{computed}”, probably of the same.",
    ),
    source="绩效指标应与绩效目标对应",
    why=Text(
        "同一事项写有两个比例，年终考核没有确定的依据。",
        "Of two shares for one thing nobody knows which is to be judged.",
    ),
    fix=Text("将文字中的比例改为与该指标相同的比率。", "Write the rate of the indicator."),
    wrong=Text("一半以上单位建成实名制数据库；建成率80%", "一半以上单位建成实名制数据库; 建成率80%"),
    right=Text("80%以上单位建成实名制数据库；建成率≥80%", "80%以上单位建成实名制数据库; 建成率≥80%"),
)
def share_in_words(book: Return, lang: Lang) -> Iterator[Hit]:
    """Shares in words in goals and in names of indicators, in names also those in figures.

    A rate is of the same thing if its act, or so many characters of its name, are in what the share is about. It may be
    above “at least” by less than ``worded_gap`` points.
    """
    rates: dict[tuple[FormRows, str], list[IndicatorRow]] = {}
    for line in book.indicators:
        if line.kind == "number" and line.measure == PERCENT and line.second in (QUALITY, TIMELINESS):
            rates.setdefault((line.form, line.period), []).append(line)
    gap = Decimal(str(book.profile.limits.get("worded_gap", 20)))
    plain = book.profile.lexicon.get("plain_rates", ())
    for one in _share_phrases(book) if rates else ():
        about = one.about()
        same = [
            line for line in rates.get((one.form, one.period), ())
            if line.name_ref != one.cell and len(line.numbers) == 1 and _same_thing(line.name_key, about, plain)
        ]  # fmt: skip
        if same and not any(_agree(one.share, line.numbers[0], gap) for line in same):
            line = same[0]
            values = {
                "text": beginning(shown(one.text)), "stated": one.words, "name": shown(line.name),
                "where": line.ref, "computed": shown(line.value),
            }  # fmt: skip
            related = tuple(line.ref for line in same)
            yield Hit((one.cell,), values, related, one.words, shown(line.value), written=one.text)


def _share_phrases(book: Return) -> Iterator[SharePhrase]:
    for row, period in goals(book):
        for words, share in worded_shares(row.text):
            yield SharePhrase(row.form, period, row.ref, row.text, words, share)
    for line in book.indicators:
        if _SHARE.search(line.name):
            in_figures = ((said.figure, said) for said in figures_of(line.name) if said.share)
            for words, share in (*worded_shares(line.name), *in_figures):
                yield SharePhrase(line.form, line.period, line.name_ref, line.name, words, share)


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
