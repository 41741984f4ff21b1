"""AMOUNT-08, -13: amounts that cannot be read, with what they may mean; and what cannot be checked because of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from perfxl.model import Hint, Lang, Ref, Severity, Text, cells_in_words
from perfxl.profiles import Profile
from perfxl.reading import COST, AmountRow
from perfxl.rules.rule import DECLARED_SUMS, Family, Hit
from perfxl.rules.score import fields_of
from perfxl.rules.sum_sides import (
    Implied,
    Unread,
    candidates,
    implied,
    is_rate_or_price,
    is_unread,
    is_unread_cost,
    may_hold,
    measure_of,
    possible,
    readings_of,
    rounding,
    unread_sums,
)
from perfxl.rules.wording import beginning, shown
from perfxl.tables import Return, Tables
from perfxl.values import money_unit, to_fen, wan

RULES = Family(needs="amounts")

NO_RESULT = Text(
    "“{label}”是公式 {text}，文件中没有保存计算结果，金额无法识别。\n在 Excel 或 WPS 中打开，重新计算并"
    "保存，或直接填写数字。",
    "“{label}” is the formula {text} without a stored result.\nOpen the file, recalculate and save it, "
    "or type the figure.",
)
BROKEN = Text(
    "“{label}”显示错误值 {text}，金额无法识别。\n改正公式或直接填写数字。",
    "“{label}” shows the error {text}.\nMend the formula or type the figure.",
)
SEVERAL = Text(
    "“{label}”填写的“{text}”含有不止一个数，无法确定金额。\n核对后只填一个数字，其余说明删去或移至总体目标、任务内容。",
    "“{label}” says “{text}”, which holds more than one figure.\nCheck it and give one only; remove "
    "the rest or put it into the goal or task.",
)
DIFFER = Text(
    "“{label}”填写的“{text}”含有不止一个金额，各项合计 {parts} 万元，与 {total} 万元不符。\n核对后只填一个数字。",
    "“{label}” says “{text}”: its parts make {parts} 万元, not {total}.\nCheck it and give one figure only.",
)
WORKED_OUT = Text(
    "按表内现有数据计算为 {amount}，请核对；如是，请改填 {typed}。",
    "By the figures on the sheet it gives {amount}. Check it; if that is so, type {typed}.",
)
READING = Text("如所指为 {amount}，请改填 {typed}。", "If {amount} is meant, type {typed}.")
READINGS = Text(
    "所指可能为 {amounts}，请核对后只填一个数字。", "It may mean {amounts}: check, and type one figure only."
)
IMPLIED = Text(
    "按“{label}”（{cell}）推算应为 {amount}，请核对；如是，请改填 {typed}。",
    "By “{label}” ({cell}) it would be {amount}. Check it; if that is so, type {typed}.",
)
#: so many cells that cannot be read are named at a total
NAMED = 3
OR = Text(" 或 ", " or ")
AMOUNT = Text("{amount} 万元", "{amount} 万元")
COST_UNREAD = Text(
    "成本指标“{label}”的值“{text}”不是金额；其余成本指标合计 {others} 万元，无法与资金 {funds} 万元核"
    "对。\n将该指标值改填金额（以万元为单位）。",
    "The cost “{label}” is “{text}”, which is no amount; the other costs make {others} 万元 and "
    "cannot be compared with the funds of {funds}.\nGive its amount in 万元.",
)


@RULES.table_rule(
    "AMOUNT-08",
    Severity.ERROR,
    name=Text("金额无法识别", "No amount can be read"),
    what=Text("金额单元格应是一个数字", "An amount cell holds one figure"),
    message=Text(
        "“{label}”填写的“{text}”无法识别为一个金额，相关合计无法核对。",
        "“{label}” says “{text}”, which is no single amount, so its sums cannot be checked.",
    ),
    basic=True,
    why=Text(
        "金额无法识别，与其有关的合计均无法核对，汇总时也会漏计。",
        "Without the amount, no total that it belongs to can be checked, and the summary lacks it.",
    ),
    fix=Text(
        "将该单元格改为一个数字（只填阿拉伯数字，不加文字、符号和说明）；用公式的，算出结果并保存后再报送。",
        "Give one figure in this cell, without words, signs or remarks; save a formula with its result.",
    ),
    wrong=Text("财政拨款：待核", "财政拨款: 待核"),
    right=Text("财政拨款：5.00", "财政拨款: 5.00"),
)
def no_amount_readable(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """A filled-in amount cell from which no single amount can be read, or which contains a unit price.

    The sums with it are judged as far as they can be; the rest is AMOUNT-13. What the text may mean is a hint, with
    the sums in mind that it is part of.
    """
    asked = implied(tables)
    for row in tables.amount_rows:
        if not (is_unread_cost(row, tables.profile) if row.table == "indicators" else is_unread(row)):
            continue
        measure = measure_of(row.form, tables.profile)
        values = {"label": row.label, "text": beginning(shown(row.text), 40)}
        differ = row.state == "several" and "parts_differ" in row.notes and row.fen is not None
        parts = sum(row.parts) if differ else None
        if differ:
            values |= {"parts": wan(parts or 0), "total": wan(row.fen or 0)}
        gap = (row.fen or 0) - (parts or 0) if differ else None
        hints = tuple(_hints(row, asked.get(row.ref, ()), measure, tables.profile, lang))
        yield Hit(
            (row.ref,), values, (), row.fen if differ else None, parts, gap, hints,
            written=row.text, message=_message(row, tables.profile, differ=differ),
        )  # fmt: skip


def _message(row: AmountRow, profile: Profile, *, differ: bool) -> Text | None:
    if "no_result" in row.notes:
        return NO_RESULT
    if "error_value" in row.notes:
        return BROKEN
    several = row.state == "several" and (row.parts or len(readings_of(row, profile).fens) > 1)
    return DIFFER if differ else SEVERAL if several else None


def _hints(row: AmountRow, asked: Sequence[Implied], measure: str, profile: Profile, lang: Lang) -> Iterator[Hint]:
    """What is meant: what its formula gives, or a reading that makes its sums right, all readings, what they ask."""
    if "no_result" in row.notes and row.again is not None and (typed := _typed(row.again, measure, profile)):
        words = {"amount": AMOUNT.render(lang, amount=wan(row.again)), "typed": typed}
        yield Hint("reading", WORKED_OUT.render(lang, **words), (row.ref,))
        return
    fens = [fen for fen in readings_of(row, profile).fens if fen >= 0 and _typed(fen, measure, profile)]
    own = [one.fen for one in asked if one.stated]
    fitting = [fen for fen in fens if all(one.fen == fen for one in asked)]
    offered = fitting[:1] if asked and fitting else [fen for fen in fens if all(fen == wanted for wanted in own)]
    if len(offered) == 1:
        amount = AMOUNT.render(lang, amount=wan(offered[0]))
        words = {"amount": amount, "typed": _typed(offered[0], measure, profile)}
        yield Hint("reading", READING.render(lang, **words), (row.ref,))
    elif offered:
        amounts = OR.render(lang).join(AMOUNT.render(lang, amount=wan(fen)) for fen in offered)
        yield Hint("reading", READINGS.render(lang, amounts=amounts), (row.ref,))
    elif len({one.fen for one in asked}) == 1 and asked[0].fen >= 0:
        fen, at, _ = asked[0]
        if typed := _typed(fen, measure, profile):
            amount = AMOUNT.render(lang, amount=wan(fen))
            message = IMPLIED.render(
                lang, label=at.label, cell=cells_in_words((at.ref,), lang), amount=amount, typed=typed
            )
            yield Hint("implied", message, (row.ref,))


def _typed(fen: int, measure: str, profile: Profile) -> str:
    """The figure to type, with the decimals of the form; ``""`` where it has more."""
    unit = to_fen(Decimal(1), money_unit(measure)[0])
    if unit is None:
        return ""
    exact = Decimal(fen) / unit[0]
    figure = round(exact, profile.decimals)
    return f"{figure:.{profile.decimals}f}" if figure == exact else ""


@RULES.table_rule(
    "AMOUNT-13",
    Severity.ERROR,
    name=Text("合计暂无法核对", "Cannot be checked yet"),
    what=Text(
        "各项合计、比率都以能够识别的金额核对", "Every total and every rate is checked on amounts that can be read"
    ),
    message=Text(
        "“{label}”暂无法核对：{cells} 单元格的金额无法识别，须先改正。",
        "“{label}” cannot be checked until {cells} can be read. Please correct it first.",
    ),
    follows=(DECLARED_SUMS, "AMOUNT-10"),
    why=Text(
        "合计未经核对，不能确认正确；通过审核的报表，每一项合计均应核对无误。",
        "A total that was not checked is not known to be right; a return passes only if all of them were.",
    ),
    fix=Text(
        "先将无法识别的金额改为数字，再核对与其有关的合计。",
        "Correct the amount that cannot be read, then check the total.",
    ),
    wrong=Text("资金总额 5.00，财政拨款 5.O0，其他资金 0.00", "资金总额 5.00, 财政拨款 5.O0, 其他资金 0.00"),
    right=Text("资金总额 5.00，财政拨款 5.00，其他资金 0.00", "资金总额 5.00, 财政拨款 5.00, 其他资金 0.00"),
)
def not_checked(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """A total, or a rate, that may be right or wrong: an amount in it cannot be read. One finding for a cell.

    It follows from the finding at that amount. A cost in words is told at its own cell.
    """
    places: dict[Ref, tuple[AmountRow, dict[Ref, None]]] = {}
    costs: dict[Ref, Hit] = {}
    for one in unread_sums(tables):
        costs = {hit.cells[0]: hit for hit in _costs(one, tables.profile, lang)} | costs
        rows = [row for row in one.rows if row.table != "indicators"]
        if not rows or not _may_hold(one, tables):
            continue
        sides = sorted((one.total, one.parts), key=lambda side: len(side) > 1)
        place = next((side[0] for side in sides if not is_unread(side[0])), None)
        if place is not None:
            places.setdefault(place.ref, (place, {}))[1].update(dict.fromkeys(row.ref for row in rows))
    yield from costs.values()
    for place, unread in places.values():
        yield _hit(place.ref, place.label, tuple(unread), place.text, lang)
    for book in tables.returns:
        yield from _rates(book, lang)


def _hit(ref: Ref, label: str, unread: tuple[Ref, ...], text: str, lang: Lang) -> Hit:
    return Hit((ref,), {"label": label, "cells": cells_in_words(unread[:NAMED], lang)}, unread, written=text)


def _may_hold(one: Unread, tables: Tables) -> bool:
    """Whether the sum may be right; where it cannot, it is a finding of its own."""
    if not any(row.state == "ok" and not is_unread(row) for row in one.total):
        return True
    stated, added = (possible(side, candidates(tables)) for side in (one.total, one.parts))
    return may_hold(one.declared.relation, stated, added, rounding((*one.total, *one.parts), tables.profile))


def _costs(one: Unread, profile: Profile, lang: Lang) -> Iterator[Hit]:
    """The costs of a sum that mean no amount; not prices, rates and ranges, which are targets of their own."""
    costs, funds = (one.total, one.parts) if one.total[0].column == COST else (one.parts, one.total)
    for row in one.rows:
        if row.table != "indicators" or is_rate_or_price(row) or readings_of(row, profile).between:
            continue
        if is_unread_cost(row, profile):
            continue
        values = {
            "label": row.label, "text": beginning(shown(row.text)),
            "others": wan(sum(each.fen or 0 for each in costs if not is_unread(each))),
            "funds": wan(sum(each.fen or 0 for each in funds if not is_unread(each))),
        }  # fmt: skip
        beside = "other_figure" in row.notes  # 5万元,3个; a figure in words is none of money
        hints = tuple(_hints(row, (), measure_of(row.form, profile), profile, lang)) if beside else ()
        yield Hit(
            (row.ref,), values, (row.ref,), hints=hints, written=row.text, severity=Severity.WARNING,
            message=COST_UNREAD,
        )  # fmt: skip


def _rates(book: Return, lang: Lang) -> Iterator[Hit]:
    """The rates that are filled in and whose amounts cannot be read."""
    unread = {(row.form, row.column): row.ref for row in book.amounts if row.table == "fields" and is_unread(row)}
    for row, field in fields_of(book, "rate") if unread else ():
        cells = tuple(unread[row.form, key] for key in field.of if (row.form, key) in unread)
        if row.text and cells:
            yield _hit(row.ref, row.label, cells, row.text, lang)
