"""SUM-19, SCORE-17: the weights of indicators, what they add up to, and by what indicators are scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.profiles import Indicators, Profile
from perfxl.reading import FormRows, IndicatorRow, TextRow
from perfxl.rules.rule import Family, Hit
from perfxl.rules.score import number
from perfxl.rules.wording import shown
from perfxl.tables import Return
from perfxl.values import is_placeholder

RULES = Family(needs="weights")

#: a message gives the names of no more indicators
NAMED = 3


def weights_of(profile: Profile, form: FormRows) -> list[TextRow | None]:
    """The weights outside the indicator table of a form; ``None`` for one that it has not."""
    scores = (field for field in profile.forms[form.kind].fields.values() if field.kind == "points" and field.of)
    texts = {row.field: row for row in form.texts}
    return [texts.get(key) for key in dict.fromkeys(field.of[0] for field in scores)]


NO_WEIGHT = Text(
    "{names} {n} 条指标的分值未填写或不是数字；其余分值合计 {weight} 分，应为 {quota} 分。\n补填所列指标的"
    "分值，使合计等于 {quota} 分。",
    "{n} indicators have no weight: {names}. The others add up to {weight}; all must make {quota}.\nFill "
    "them in so that all make {quota}.",
)
NOT_POSITIVE = Text(
    "{names} {n} 条指标的分值不大于 0，不计分。每条指标的分值应大于 0，全部分值合计应为 {quota} 分。",
    "{n} indicators have a weight of 0 or less, so that they do not count: {names}. Each must be above 0, and all must "
    "make {quota}.",
)
EMPTY = Text(
    "“{level}”未填写，其余分值合计 {weight} 分，应为 {quota} 分。",
    "“{level}” is empty; the others add up to {weight}, and all must make {quota}.",
)
TOTAL = Text(
    "“总分”行的分值合计填写“{text}”，应为 {quota} 分。\n将分值合计改填为 {quota}。",
    "The weights are said to make “{text}”; it must be {quota}.\nWrite {quota}.",
)
OF_A_LEVEL = Text(
    "全部指标分值合计 {weight} 分，应为 {quota} 分；其中“{level}”{own} 分，一般为 {usual} 分。",
    "All weights add up to {weight}; they must make {quota}. Those under “{level}” make {own}, as a rule {usual}.",
)
QUOTA = Text(
    "“{level}”下各指标分值合计 {weight} 分，应为 {quota} 分。",
    "The weights under “{level}” add up to {weight}; they must make {quota}.",
)

USUAL = Text(
    "“{level}”下各指标分值合计 {weight} 分，本类表一般为 {quota} 分。",
    "The weights under “{level}” add up to {weight}; on such a form it is {quota} as a rule.",
)


@RULES.error(
    "SUM-19",
    name=Text("分值合计不符", "Weights do not add up"),
    what=Text(
        "全部指标分值合计、各级指标分值合计应等于规定分值",
        "All weights, and those of each level that has a quota, must make the allotted figure",
    ),
    message=Text(
        "全部指标分值合计 {weight} 分，应为 {quota} 分。", "All weights add up to {weight}; they must make {quota}."
    ),
    source="分值合计应为 100",
    needs="weights",
    why=Text(
        "分值合计不是规定的分数，各单位的得分就不能比较。",
        "Scores can only be compared where the weights make the same whole.",
    ),
    fix=Text(
        "核对各指标的分值和分值合计：每条分值大于 0，各项分值相加、填写的合计都等于规定分值。",
        "Change the weights, each above 0, and the total that is written, so that both make the allotted figure.",
    ),
    wrong=Text("规定 100 分，全部指标分值合计 85 分", "100 allotted, the weights make 85"),
    right=Text("规定 100 分，全部指标分值合计 100 分", "100 allotted, the weights make 100"),
)
def weights_do_not_add_up(book: Return, lang: Lang) -> Iterator[Hit]:
    """By ``weight_total``, ``quotas`` and the levels' ``weight``; weights beside the table are part of the whole.

    The total of the weights that a form prints is a figure that people may overwrite.
    """
    levels = book.profile.levels
    weighed: dict[tuple[FormRows, str], list[IndicatorRow]] = {}
    for line in book.indicators:
        if line.weight is not None or (line.weight_row and line.name_key):
            weighed.setdefault((line.form, line.period), []).append(line)
    for (form, _), lines in weighed.items():
        if (spec := book.spec(form).indicators) is None or not any(line.weight is not None for line in lines):
            continue
        usual = _against_usual(book, spec, lines)
        whole = _whole(book, form, lines, spec.weight_total)
        total = _wrong_total(book, form, spec.weight_total)
        # the total goes with weights that do not add up, and so does the level that makes the difference
        for hit in whole:
            yield replace(_by_level(hit, usual), cells=(*_by_level(hit, usual).cells, *(ref for ref, _ in total)))
        for ref, text in total if not whole else ():
            values = {"text": shown(text), "quota": f"{spec.weight_total:g}"}
            cells = tuple(line.weight_ref for line in lines)
            yield Hit((ref,), values, cells, shown(text), f"{spec.weight_total:g}", written=text, message=TOTAL)
        if whole and whole[0].message in (NO_WEIGHT, NOT_POSITIVE):
            continue
        for level in spec.levels:
            if level.weight is not None:
                under = [line for line in lines if level.key in (line.first, line.second)]
                yield from _against_quota(under, level.weight, QUOTA, levels[level.key].name)
        yield from usual if not whole else ()


def _against_usual(book: Return, spec: Indicators, lines: Sequence[IndicatorRow]) -> list[Hit]:
    """The first levels whose weights are not those that are usual beside just these levels."""
    firsts = {line.first for line in lines}
    usual = next((quotas for quotas in spec.quotas if set(quotas) == firsts), {})
    found: list[Hit] = []
    for key, quota in usual.items():
        under = [line for line in lines if line.first == key]
        found += _against_quota(under, quota, USUAL, book.profile.levels[key].name, Severity.WARNING)
    return found


def _by_level(whole: Hit, usual: Sequence[Hit]) -> Hit:
    """All the weights together, reported at the level that alone is as far from its usual figure."""
    if whole.message is not None or len(usual) != 1:
        return whole
    values = usual[0].values
    own, most = str(values["weight"]), str(values["quota"])
    if Decimal(own) - Decimal(most) != Decimal(str(whole.values["weight"])) - Decimal(str(whole.values["quota"])):
        return whole
    said = {**whole.values, "level": values["level"], "own": own, "usual": most}
    others = tuple(cell for cell in (*whole.cells, *whole.related) if cell not in usual[0].cells)
    return replace(whole, cells=usual[0].cells, related=others, values=said, message=OF_A_LEVEL)


def _whole(book: Return, form: FormRows, lines: Sequence[IndicatorRow], quota: float) -> list[Hit]:
    """What is wrong with all the weights of a form together."""
    others = weights_of(book.profile, form)
    beside = [number(row.text) if row else None for row in others]
    added = float(sum(filter(None, beside)))
    if empty := [line for line in lines if line.weight is None]:
        return [_no_weight(lines, empty, quota, added, NO_WEIGHT)]
    scored = any(result.form is form for result in book.results)
    if not scored and (nothing := [line for line in lines if line.weight is not None and line.weight <= 0]):
        return [_no_weight(lines, nothing, quota, added, NOT_POSITIVE)]
    refs = tuple(row.ref for row in others if row)
    for row in (row for row in others if row and not row.text):
        # left empty, unless the others alone make the whole
        if found := list(_against_quota(lines, quota, EMPTY, row.label, beside=added)):
            return [replace(found[0], cells=(row.ref,), related=(*found[0].cells, *found[0].related))]
    if None in beside:
        return []
    found = list(_against_quota(lines, quota, None, "", beside=added, also=refs))
    notes = [number(book.spec(form).fields[row.field].note) for row in others if row]
    alone = len(refs) == 1 and notes[0] is not None and notes[0] != beside[0]
    if found and alone and round(sum(line.weight or 0.0 for line in lines) + float(notes[0] or 0), 6) == quota:
        # the others are right beside the weight that the form prints
        return [replace(found[0], cells=refs, related=(*found[0].cells, *found[0].related[:-1]))]
    return found


def _wrong_total(book: Return, form: FormRows, quota: float) -> list[tuple[Ref, str]]:
    """The cell and the text of the printed total of the weights, where it is another figure or none."""
    text, row, col = form.weight_total or ("", 0, 0)
    if not text or is_placeholder(text, book.profile.words.placeholders) or number(text) == Decimal(str(quota)):
        return []
    return [(form.ref(row, col), text)]


def _no_weight(
    lines: Sequence[IndicatorRow], empty: Sequence[IndicatorRow], quota: float, beside: float, message: Text
) -> Hit:
    """Weights that are not there, or count for nothing; the others cannot be judged until they are."""
    names = "".join(f"“{shown(line.name)}”" for line in empty[:NAMED]) + ("等" if len(empty) > NAMED else "")
    weight = f"{round(sum(line.weight or 0.0 for line in lines) + beside, 6):g}"
    values = {"names": names, "n": len(empty), "weight": weight, "quota": f"{quota:g}"}
    related = tuple(line.weight_ref for line in lines if line not in empty)
    return Hit(tuple(line.weight_ref for line in empty), values, related, weight, f"{quota:g}", message=message)


def _against_quota(
    lines: Sequence[IndicatorRow], quota: float, message: Text | None, level: str, severity: Severity | None = None,
    beside: float = 0.0, also: tuple[Ref, ...] = (),
) -> Iterator[Hit]:  # fmt: skip
    weight = round(sum(line.weight or 0.0 for line in lines) + beside, 6)
    if lines and weight != quota:
        cells, stated, computed = tuple(line.weight_ref for line in lines), f"{weight:g}", f"{quota:g}"
        values = {"weight": stated, "quota": computed, "level": level}
        yield Hit(cells[:1], values, (*cells[1:], *also), stated, computed, message=message, severity=severity)


@RULES.notice(
    "SCORE-17",
    name=Text("评分标准未填写", "No standard of scoring"),
    what=Text(
        "列有“评分标准”栏的，每条指标都应填写",
        "A column 评分标准, where there is one, is filled in for every indicator",
    ),
    message=Text(
        "{names} {n} 条指标的评分标准未填写，其余指标已填写。", "{n} indicators have no standard of scoring: {names}."
    ),
    source="评分标准应写明扣分办法",
    why=Text("没有评分标准，年终自评时无法确定得分。", "Without it nobody knows what to score at the end of the year."),
    fix=Text("补填评分标准，写明未完成时怎样扣分。", "Write how many marks a missed target takes off."),
    wrong=Text("指标值 ≥90%，评分标准空白", "target ≥90%, no standard"),
    right=Text("指标值 ≥90%，评分标准：每低1%扣1分", "target ≥90%, 每低1%扣1分"),
)
def no_standard(book: Return, lang: Lang) -> Iterator[Hit]:
    """Empty where most others of the form are filled in: one finding a form."""
    marks = book.profile.words.placeholders
    for form in book.forms:
        names = {line.name_row: line.name for line in form.indicators}
        cells = {(row, col): text for text, row, col in form.standards}
        empty = [place for place, text in cells.items() if not text or is_placeholder(text, marks)]
        if empty and len(empty) * 2 < len(cells):
            named = [f"“{shown(names.get(row, ''))}”" for row, _ in empty[:NAMED]]
            values = {"names": "".join(named) + ("等" if len(empty) > NAMED else ""), "n": len(empty)}
            yield Hit(tuple(form.ref(row, col) for row, col in empty), values)
