"""SUM: the sums that a profile declares, what is stated against what adds up to it; and amounts that none checks.

One mechanism for SUM-01…14, 17 and CROSS-01…04 of a standard profile and for any sum that a bureau adds. The rows
that a term names are taken from ``amounts`` and added per form, per row of a table, per project or per file; then
both sides are compared exactly, in fen. Two figures that differ by no more than their rounding to the form's
decimals could explain, or that are equal as the sheet shows them, are a notice; anything else has the severity that
the profile gives the sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from perfxl.diagnose import Operand, by_what_is_shown, explain
from perfxl.model import Change, Hint, Lang, Ref, Severity, Text, cells_in_words
from perfxl.profiles import Profile, Sum, describe, distinct_labels, example, marks_of
from perfxl.reading import AmountRow, FormRows
from perfxl.rules.projects import is_continued_list, total_rows
from perfxl.rules.rule import Family, Hit, NotApplicable, Rule
from perfxl.rules.sum_sides import (
    Mask,
    amounts_in_words,
    amounts_of,
    candidates,
    is_rate_or_price,
    is_unread,
    may_hold,
    measure_of,
    possible,
    rounding,
)
from perfxl.rules.texts import goals, project_terms
from perfxl.tables import Return, Tables
from perfxl.values import parse_amount, squeeze, wan

RULES = Family()

STATED = Text(
    "{label} {stated} 万元，{parts} {computed} 万元，{excess} {gap} 万元。",
    "{label} {stated} 万元; {parts} {computed} 万元: {gap} too {excess}.",
)
BLANK = Text(
    "{label}未填写，{parts} {computed} 万元。\n核对各项金额后补填。",
    "{label} is empty; {parts} {computed} 万元.\nCheck the parts and fill it in.",
)
ROUNDING = Text(
    "{label} {stated} 万元，{parts} {computed} 万元，相差 {gap} 万元，可能由四舍五入造成。",
    "{label} {stated} 万元; {parts} {computed} 万元. The {gap} between them may come from rounding.",
)
AT_LEAST = Text(
    "{label} {stated} 万元，少于{parts} {computed} 万元；前者应不少于后者。",
    "{label} {stated} 万元, less than {parts} {computed} 万元, which it must at least equal.",
)
UNREADABLE = Text(
    "{cells} 单元格的金额无法识别，改正后方可核对", "{cells} cannot be read, so the sum cannot be checked"
)
RATES = Text("成本指标中有单价或比率，不能相加", "some costs are prices or rates, which cannot be added")
MISSING = Text("有必填金额未填写，无法核对", "a required amount is empty, so the sum cannot be checked")
IMPOSSIBLE = Text(
    "{cells} 单元格的金额无法识别；按其可能的数额计，{label} {stated}，{parts} {computed}，两者不相符。",
    "{cells} cannot be read. Whatever it may mean, {label} {stated}; {parts} {computed}: they do not meet.",
)
ALL_PARTS = Text("各项合计", "the parts make")
CONTINUED = Text(
    "中长期、年度两栏的成本指标没有同名项，可能将一份清单分填在两栏；两栏合计 {both} 万元。",
    "No cost item stands in both columns: one list seems to run over both; together they make {both} 万元.",
)
#: more fen than any amount
ENDLESS = 10**30
#: so many operands are named in a message; of more, their number is
SHOWN = 4
STATED_ONE, STATED_EMPTY = Text("“{label}”填报", "“{label}” states"), Text("“{label}”", "“{label}”")
STATED_SEVERAL = Text("{names} {n} 项合计", "{names} ({n} figures) add up to")
PART = Text("“{label}”（{where}）填报", "“{label}” ({where}) states")
PART_EMPTY = Text("“{label}”（{where}）未填写，计为", "“{label}” ({where}) is empty and counts as")
NOT_LESS_THAN = Text("“{label}”（{where}）的", "“{label}” ({where}) of")
MANY_TASKS = Text("{n} 项任务的{label}合计为", "{label} of {n} tasks add up to")
MANY_COSTS = Text("{n} 项成本指标合计为", "{n} cost indicators add up to")
MANY_FORMS = Text("{n} 张表的{label}合计为", "{label} of {n} forms add up to")
MANY = Text("{n} 项合计为", "the {n} figures add up to")
NO_ROWS = Text("相关金额均未填写", "these amounts are not filled in")
ONE_ITEM = Text("同类项目只填了一项，不构成合计", "only one of the named items is there, which makes no whole")


def sum_rules(profile: Profile) -> list[Rule]:
    """One rule for each sum that the profile declares."""
    return [_rule(declared, profile) for declared in profile.sums]


def _rule(declared: Sum, profile: Profile) -> Rule:
    """Its texts are made from the declaration; labels and figures are the same in both languages."""
    what, why, fix = describe(profile, declared), *_why_and_fix(declared)
    wrong, right = example(profile, declared)

    def check(tables: Tables, lang: Lang) -> Iterator[Hit | NotApplicable]:
        yield from _check(declared, tables, lang)

    return Rule(
        code=declared.code, severity=Severity(declared.severity), name=declared.name, what=Text(what, what),
        message=STATED, source=declared.source, of_tables=check, follows=declared.follows, why=why, fix=fix,
        wrong=Text(wrong, wrong), right=Text(right, right),
    )  # fmt: skip


def _check(declared: Sum, tables: Tables, lang: Lang) -> Iterator[Hit | NotApplicable]:
    amounts = amounts_of(tables)
    submission = amounts.keys(declared.per).submission
    total, parts = amounts.side(declared.total, declared.per), amounts.side(declared.parts, declared.per)
    both = total.here & parts.here
    compared = set(submission[both].tolist())
    for number, book in enumerate(tables.returns):
        if number not in compared:
            yield NotApplicable(book.file, NO_ROWS)
    unread = both & (total.unread | parts.unread)
    if unread.any():
        both &= ~unread
        stated, added = amounts.rows(total, declared.per, unread), amounts.rows(parts, declared.per, unread)
        for key in unread.nonzero()[0].tolist():
            yield from _not_read(declared, tables, lang, stated[key], added[key])
    for lacking, reason in (
        (total.missing | parts.missing, MISSING),
        (_reported_elsewhere(declared, tables.profile, ~total.filled, ~parts.filled), NO_ROWS),
        ((total.figures < 2) & any(":" in term.select for term in declared.total), ONE_ITEM),
    ):
        for number in set(submission[both & lacking].tolist()):
            yield NotApplicable(tables.returns[number].file, reason, unsettled=reason is MISSING)
        both &= ~lacking
    gap = total.fen - parts.fen
    wrong = both & (gap != 0 if declared.relation == "=" else gap < 0)
    if wrong.any():
        stated, added = amounts.rows(total, declared.per, wrong), amounts.rows(parts, declared.per, wrong)
        for key in wrong.nonzero()[0].tolist():
            yield _difference(declared, tables.profile, lang, stated[key], added[key])


def _not_read(
    declared: Sum, tables: Tables, lang: Lang, total: Sequence[AmountRow], parts: Sequence[AmountRow]
) -> Iterator[Hit | NotApplicable]:
    """Why a sum is not checked; and that it is wrong all the same, where no reading of its amounts makes it right."""
    unread = [row for row in (*total, *parts) if is_unread(row)]
    where = Text(cells_in_words(_refs(unread), "zh"), cells_in_words(_refs(unread), "en"))
    rates = all(map(is_rate_or_price, unread))
    reason = RATES if rates else UNREADABLE.fill(cells=where)
    yield NotApplicable(total[0].ref.file, reason, unsettled=not rates)
    known = [row for row in total if row.state == "ok" and not is_unread(row)]
    stated, added = (possible(side, candidates(tables)) for side in (total, parts))
    if not known or may_hold(declared.relation, stated, added, rounding((*total, *parts), tables.profile)):
        return
    if _one_part_is_more(declared, tables.profile, stated.high, parts):
        return
    names = _names(total, parts, tables.profile, lang)
    values = {
        "cells": where.render(lang), "label": _stated_words(total, names[0], lang, IMPOSSIBLE),
        "parts": _parts_words(parts, names[1], lang, IMPOSSIBLE) if len(parts) == 1 else ALL_PARTS.render(lang),
        "stated": amounts_in_words(stated, lang), "computed": amounts_in_words(added, lang),
    }  # fmt: skip
    fen, other = (min(side.exact) if len(side.exact) == 1 else None for side in (stated, added))
    gap = None if fen is None or other is None else fen - other
    place = known[0].ref
    others = tuple(ref for ref in _refs((*total, *parts)) if ref != place)
    yield Hit((place,), values, others, fen, other, gap, written=known[0].text, message=IMPOSSIBLE, added=_refs(parts))


def _one_part_is_more(declared: Sum, profile: Profile, most: int | None, parts: Sequence[AmountRow]) -> bool:
    """Whether a part alone is more than the total, which another sum that the profile declares of it reports."""
    bounds = [one for one in profile.sums if one.relation == ">=" and one.total == declared.total]
    columns = {one.parts[0].column for one in bounds if declared.code in one.follows and len(one.parts) == 1}
    return most is not None and any(row.column in columns and (row.fen or 0) > most for row in parts)


def _reported_elsewhere(declared: Sum, profile: Profile, no_total: Mask, no_parts: Mask) -> Mask:
    """Where a side is empty and another sum reports it: an empty total is reported by the first sum that states it."""
    if declared.relation != "=":
        return no_total | no_parts
    stated = [other for other in profile.sums if other.relation == "="]
    first = next(other for other in stated if other.total == declared.total)
    elsewhere = any(other.total == declared.parts for other in stated)
    return (no_total & (first is not declared)) | (no_parts & elsewhere)


def _difference(
    declared: Sum, profile: Profile, lang: Lang, total: Sequence[AmountRow], parts: Sequence[AmountRow]
) -> Hit:
    stated, computed = _add(total), _add(parts)
    gap = stated - computed
    cells = _refs(total)
    # the first cell is the place; further cells of a total that is itself a sum are its operands
    cells += tuple(cell for cell in _refs(parts) if cell not in cells)
    if declared.relation == ">=" and len(parts) == 1 < len(total):
        # one figure that is more than several allow
        cells = (parts[0].ref, *(cell for cell in cells if cell != parts[0].ref))
    blank = all(row.state != "ok" for row in total)
    severity, message = None, STATED
    operands = _operands(total, profile), _operands(parts, profile)
    unseen = () if blank else by_what_is_shown(*operands, lang)
    if declared.relation == ">=":
        message = AT_LEAST
    elif blank:
        message = BLANK
    elif unseen or abs(gap) <= rounding((*total, *parts), profile):
        severity, message = Severity.NOTICE, ROUNDING
    hints: tuple[Hint, ...] = ()
    if message is ROUNDING:
        hints = unseen
    elif declared.relation == "=" and not blank:
        hints = (*_continued_list(declared, profile, total[0].form, lang), *explain(*operands, lang))
    stated_names, added_names = _names(total, parts, profile, lang)
    values = {
        "label": _stated_words(total, stated_names, lang, message),
        "parts": _parts_words(parts, added_names, lang, message),
        "stated": wan(stated), "computed": wan(computed), "gap": wan(abs(gap)), "excess": _excess(gap, lang),
    }  # fmt: skip
    return Hit(
        cells[:1], values, cells[1:], None if blank else stated, computed, None if blank else gap, hints,
        " / ".join(row.text for row in total[:SHOWN]), severity, message, added=_refs(parts),
        repairs=_repairs(declared, total, parts, gap),
    )  # fmt: skip


def _repairs(
    declared: Sum, total: Sequence[AmountRow], parts: Sequence[AmountRow], gap: int
) -> tuple[tuple[Change, ...], ...]:
    """The changes of one cell that settle it; of what is not to be less, any that is large enough."""
    more = 0 if declared.relation == "=" else ENDLESS
    stated, added = _refs(total), _refs(parts)
    found = [Change(ref, -gap, -gap + more) for ref in stated if ref not in added]
    found += [Change(ref, gap - more, gap) for ref in added if ref not in stated]
    return tuple((change,) for change in found)


def _continued_list(declared: Sum, profile: Profile, form: FormRows, lang: Lang) -> tuple[Hint, ...]:
    """For the cost items of one period: that one list was continued in the other column, and what both make."""
    by_period = any(term.table == "indicators" and "@" in term.select for term in declared.total)
    if not by_period or not is_continued_list(profile, form):
        return ()
    costs = [row for row in form.amounts if row.table == "indicators"]
    return (Hint("continued_list", CONTINUED.render(lang, both=wan(_add(costs))), _refs(costs)),) if costs else ()


def _excess(gap: int, lang: Lang) -> str:
    return (Text("多", "much") if gap > 0 else Text("少", "little")).render(lang)


def _add(rows: Sequence[AmountRow]) -> int:
    return sum(row.fen for row in rows if row.state == "ok" and row.fen is not None)


def _refs(rows: Sequence[AmountRow]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys(row.ref for row in rows))


def _operands(rows: Sequence[AmountRow], profile: Profile) -> list[Operand]:
    return [
        Operand(
            row.ref, row.label, row.fen, row.measure, row.number, row.formula, row.decimals or 0,
            parse_amount(Decimal(row.shown), measure_of(row.form, profile)).fen
            if row.shown and "scaled" not in row.notes else None,
        )
        if row.state == "ok"
        else Operand(row.ref, row.label, None)
        for row in rows
    ]  # fmt: skip


def _names(
    total: Sequence[AmountRow], parts: Sequence[AmountRow], profile: Profile, lang: Lang
) -> tuple[list[str], list[str]]:
    """What the operands of both sides are called in a message, those of one label each with what tells it apart.

    A single part on another form has its cell beside it, and of more than ``SHOWN`` parts only the number is given.
    """
    of_one_row = len(parts) > 1 and len({(row.form, row.item) for row in parts}) == 1
    # 任务·财政拨款 and 任务·其他资金 of one row
    labels = [row.label for row in total]
    labels += [row.label.rpartition("·")[2] if of_one_row else row.label for row in parts]
    alone = len(parts) > SHOWN or (len(parts) == 1 and parts[0].form is not total[0].form)
    named = total if alone else (*total, *parts)
    first = labels[: len(named)]
    if len(set(first)) < len(first):
        marks = [
            (
                *marks_of(profile.forms[row.form.kind], row.column if row.table == "fields" else "", row.period),
                row.form.sheet, cells_in_words((row.ref,), lang),
            )
            for row in named
        ]  # fmt: skip
        labels[: len(named)] = distinct_labels(first, marks)
    return labels[: len(total)], labels[len(total) :]


def _stated_words(found: Sequence[AmountRow], names: Sequence[str], lang: Lang, message: Text) -> str:
    """The stated side in words: the label of the cell, or what several cells add up to."""
    if len(names) == 1:
        return (STATED_EMPTY if message is BLANK or message is AT_LEAST else STATED_ONE).render(lang, label=names[0])
    different = list(dict.fromkeys(names))
    if len(different) > SHOWN:
        return _many_words(found, lang)
    return STATED_SEVERAL.render(lang, names=Text("、", ", ").render(lang).join(different), n=len(names))


def _parts_words(found: Sequence[AmountRow], names: Sequence[str], lang: Lang, message: Text) -> str:
    if len(found) == 1:
        empty = found[0].state in ("blank", "placeholder")
        part = PART_EMPTY if empty else NOT_LESS_THAN if message is AT_LEAST else PART
        return part.render(lang, label=names[0], where=found[0].ref)
    if len(found) <= SHOWN:
        return Text("{labels} ＝", "{labels} =").render(lang, labels=Text("＋", " + ").render(lang).join(names))
    return _many_words(found, lang)


def _many_words(found: Sequence[AmountRow], lang: Lang) -> str:
    """Many figures by what they are: tasks, cost items, or one field of several forms."""
    labels = {row.label.rpartition("·")[2] for row in found}
    tables = {row.table for row in found}
    if tables == {"indicators"}:
        return MANY_COSTS.render(lang, n=len(found))
    if len(labels) == 1 and tables == {"tasks"}:
        return MANY_TASKS.render(lang, n=len(found), label=labels.pop())
    if len(labels) == 1 and len({row.form for row in found}) == len(found):
        return MANY_FORMS.render(lang, n=len(found), label=labels.pop())
    return MANY.render(lang, n=len(found))


NOT_LESS = (
    Text(
        "前者包含后者，不应少于后者；少于的，至少一处填写有误。",
        "The first figure cannot be less than the second: where it is, at least one is wrong.",
    ),
    Text("核对两处金额，改正有误的一处。", "Check both figures and correct the wrong one."),
)
INDICATORS = (
    Text(
        "成本指标把资金分到各项用途，各项之和应等于这笔资金。",
        "The cost indicators divide the funds among their uses and must make the same amount.",
    ),
    Text(
        "对照资金逐条核对成本指标，补列遗漏的，改正有误的。",
        "Compare them with the funds one by one; add what is missing and correct what is wrong.",
    ),
)
FORMS = (
    Text(
        "各表反映的是同一笔资金；金额不一致的，至少一处填写有误。",
        "The forms speak of the same money: where they differ, at least one is wrong.",
    ),
    Text("核对各表中的金额，改正有误的一处。", "Compare the forms and correct the wrong one."),
)
ONE_AMOUNT = (
    Text(
        "两处反映的是同一笔资金；金额不一致的，至少一处填写有误。",
        "Both speak of the same money: where they differ, at least one is wrong.",
    ),
    Text("核对两处金额，改正有误的一处。", "Check both and correct the wrong one."),
)
ADDED = (
    Text(
        "合计与各项之和不一致的，至少一处填写有误，并影响汇总结果。",
        "Where a total and its parts differ at least one figure is wrong, and the summary with it.",
    ),
    Text(
        "逐项核对金额，改正有误、漏加或重复相加的一处。",
        "Check every figure; correct what is wrong, left out or counted twice.",
    ),
)


def _why_and_fix(declared: Sum) -> tuple[Text, Text]:
    if declared.relation == ">=":
        return NOT_LESS
    if any(term.table == "indicators" for term in (*declared.total, *declared.parts)):
        return INDICATORS
    if len(declared.forms) > 1:
        return FORMS
    rows = any(term.table == "tasks" and term.select != "sum" for term in declared.parts)
    return ADDED if (rows or len(declared.parts) > 1) and len(declared.total) == 1 else ONE_AMOUNT


#: the goal of the term says that its years differ, or what each of them has
_UNEVEN = re.compile(
    "分年(?:度?安排|度?投入|度?实施)|逐年(?:递[增减]|增加|减少)|不均衡"
    "|分[一二两三四五六七八九十0-9]+年安排|各年(?:度)?(?:安排|资金|投入)"
)


@RULES.notice(
    "SUM-05",
    name=Text("中长期资金与年度资金不成比例", "Term funds out of proportion"),
    what=Text(
        "年度资金乘以年限，应与中长期资金大体相当",
        "The year's funds times the years should be about the funds of the term",
    ),
    message=Text(
        "中长期资金 {long} 万元；年度资金 {year} 万元乘以 {n} 年为 {product} 万元，两者相差较大。",
        "The term has {long} 万元, the year {year}; times {n} years that is {product}, which is far off.",
    ),
    source="中长期资金与年度资金的一般关系",
    needs="two_periods",
    follows=("SUM-04",),
    why=Text(
        "中长期资金由各年度资金组成；两者相差过大的，可能有一处填写有误。",
        "The funds of the term are made up of its years; far apart, one of them may be wrong.",
    ),
    fix=Text(
        "核对起止年限和两处资金总额，改正有误的一处；各年安排不均衡的，在中长期目标中写明“分年安排”及各年金额。",
        "Check the term and both totals; where the years do differ, give the amount of each in the goal of the term.",
    ),
    wrong=Text(
        "年度资金 17.00 万元，起止年限 11 年，中长期资金 51.00 万元",
        "Year 17.00 万元, term of 11 years, long term 51.00 万元",
    ),
    right=Text(
        "年度资金 17.00 万元，起止年限 3 年，中长期资金 51.00 万元",
        "Year 17.00 万元, term of 3 years, long term 51.00 万元",
    ),
)
def term_against_year(book: Return, lang: Lang) -> Iterator[Hit]:
    """The bounds are the profile's ``long_term_low`` and ``long_term_high``. Not where the goal says why."""
    told = {row.form for row, period in goals(book) if period == "long" and _UNEVEN.search(squeeze(row.text))}
    limits = book.profile.limits
    low, high = limits.get("long_term_low", 0.0), limits.get("long_term_high", float("inf"))
    fields = {(row.form, row.column): row for row in book.amounts if row.table == "fields" and row.state == "ok"}
    for term in project_terms(book):
        year, long = fields.get((term.form, "total")), fields.get((term.form, "long_total"))
        if year is None or long is None or year.fen is None or long.fen is None or term.form in told:
            continue
        product = year.fen * term.years
        if not low * long.fen <= product <= high * long.fen:
            values = {"long": wan(long.fen), "year": wan(year.fen), "n": term.years, "product": wan(product)}
            least, most = low * long.fen / term.years - year.fen, high * long.fen / term.years - year.fen
            repairs = ((Change(year.ref, int(least), int(min(most, ENDLESS))),),)
            yield Hit((long.ref,), values, related=(year.ref, term.ref), repairs=repairs)


EACH = Text(
    "“{label}”（{where}）{part} 万元，占 {total} 万元的 {share}%",
    "“{label}” ({where}) {part} of {total} 万元, {share}%",
)


@RULES.notice(
    "SUM-15",
    name=Text("其他成本占比偏高", "Large share of other cost"),
    what=Text(
        "“其他成本”占资金总额的比例超过限度，未列明用途",
        "Other cost is a large share of the total and says nothing of its use",
    ),
    message=Text(
        "未列明用途的其他成本超过资金总额的 {limit}%：{each}。",
        "Cost that says nothing of its use is more than {limit}% of the funds: {each}.",
    ),
    source="成本指标应具体、可核对",
    needs="amounts",
    group="file",
    follows=("SUM-13",),
    why=Text("“其他成本”占比过高，资金用途不明确。", "A large 其他成本 does not say what the money is for."),
    fix=Text(
        "将其中金额较大的用途单列为成本指标，其余可保留为其他成本。", "List the larger parts of it with their use."
    ),
    wrong=Text("资金总额 8.00 万元，其他成本 3.00 万元（37.5%）", "资金总额 8.00 万元, 其他成本 3.00 万元 (37.5%)"),
    right=Text(
        "资金总额 8.00 万元，会务费 2.00 万元，其他成本 1.00 万元",
        "资金总额 8.00 万元, 会务费 2.00 万元, 其他成本 1.00 万元",
    ),
)
def large_other_cost(book: Return, lang: Lang) -> Iterator[Hit]:
    """Of project forms, by ``other_cost`` and ``other_cost_share``; not where a total of 0 is less than its parts."""
    profile, whole = book.profile, total_rows(book)
    limit = profile.limits.get("other_cost_share", 1.0)
    for row in book.amounts:
        other = row.table == "indicators" and row.state == "ok" and row.label in profile.other_cost
        total = whole.get(row.form) if other and row.form.kind in profile.project_forms else None
        if total and (total.fen or 0) > 0 and (row.fen or 0) > limit * (total.fen or 0):
            share = f"{(row.fen or 0) / (total.fen or 0):.1%}".rstrip("%").removesuffix(".0")
            values = {
                "where": row.ref, "label": row.label, "part": wan(row.fen or 0), "total": wan(total.fen or 0),
                "share": share,
            }  # fmt: skip
            most = f"{limit:.0%}".rstrip("%")
            yield Hit((row.ref,), {"limit": most}, related=(total.ref,), each=EACH.render(lang, **values))


@RULES.error(
    "SUM-16",
    name=Text("金额为负数", "Negative amount"),
    what=Text("预算金额不能是负数", "A budget amount cannot be negative"),
    message=Text("“{label}”为负数：{amount} 万元。", "“{label}” is negative: {amount} 万元."),
    source="预算金额不为负",
    needs="amounts",
    why=Text(
        "预算金额不为负；负数一般为录入错误或用于轧平合计。",
        "A budget is money to be spent; a negative one mostly hides a difference.",
    ),
    fix=Text("改填实际金额，并核对合计。", "Give the actual amount and check the total again."),
    wrong=Text("资金总额 8.00，财政拨款 9.00，其他资金 -1.00", "资金总额 8.00, 财政拨款 9.00, 其他资金 -1.00"),
    right=Text("资金总额 8.00，财政拨款 8.00，其他资金 0.00", "资金总额 8.00, 财政拨款 8.00, 其他资金 0.00"),
)
def negative_amount(book: Return, lang: Lang) -> Iterator[Hit]:
    """An amount below zero, wherever it is."""
    for row in book.amounts:
        if row.state == "ok" and row.fen is not None and row.fen < 0:
            yield Hit((row.ref,), {"label": row.label, "amount": wan(row.fen)}, written=row.text)
