"""The sums that a profile declares: what is stated against what adds up to it.

One mechanism for SUM-01…14, 17 and CROSS-01…04 of a standard profile and for any sum that a bureau adds. The rows
that a term names are taken from ``amounts`` and added per form, per row of a table, per project or per file; then
both sides are compared exactly, in fen. Two figures that differ by no more than their rounding to the form's
decimals could explain, or that are equal as the sheet shows them, are a notice; anything else has the severity that
the profile gives the sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from perfxl.diagnose import Operand, by_what_is_shown, explain
from perfxl.model import Hint, Lang, Ref, Severity, Text
from perfxl.profiles import Profile, Sum
from perfxl.profiles.wording import describe
from perfxl.rules._explained import explained
from perfxl.rules._same_project import continued_lists
from perfxl.rules._sides import Mask, amounts_of
from perfxl.rules.rule import Hit, NotApplicable, Rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import FEN_PER_WAN, parse_amount, wan

STATED = Text(
    "{label} {stated} 万元，{parts} {computed} 万元，{excess} {gap} 万元。{ask}",
    "{label} {stated} 万元; {parts} {computed} 万元: {gap} too {excess}. {ask}",
)
BLANK = Text(
    "{label}没有填，{parts} {computed} 万元。请填上。",
    "{label} is empty; {parts} {computed} 万元. Please fill it in.",
)
ROUNDING = Text(
    "{label} {stated} 万元，{parts} {computed} 万元，相差 {gap} 万元，四舍五入即可造成，请确认。",
    "{label} {stated} 万元; {parts} {computed} 万元. Rounding can explain the {gap} between them. Please confirm.",
)
AT_LEAST = Text(
    "{label} {stated} 万元，不应少于{parts} {computed} 万元。{ask}",
    "{label} {stated} 万元, which cannot be less: {parts} {computed} 万元. {ask}",
)
CORRECT = Text("请核对后改正。", "Please check and correct.")
CHECK = Text("请核对。", "Please check.")
UNREADABLE = Text("有金额读不出来，无法核对", "an amount cannot be read, so the sum cannot be checked")
MISSING = Text("有必填的金额没有填，无法核对", "a required amount is empty, so the sum cannot be checked")
CONTINUED = Text(
    "中长期、年度两栏的成本指标没有同名项，像是一张清单分填在两栏；两栏合计 {both} 万元。",
    "No cost item stands in both columns: one list seems to run over both; together they make {both} 万元.",
)
#: so many operands are named in a message; of more, their number is
SHOWN = 4
NO_ROWS = Text("没有填写这些金额", "these amounts are not filled in")
ONE_ITEM = Text("同类项目只填了一项，凑不成合计", "only one of the named items is there, which makes no whole")


def sum_rules(profile: Profile) -> list[Rule]:
    """One rule for each sum that the profile declares."""
    return [_rule(declared, profile) for declared in profile.sums]


def _rule(declared: Sum, profile: Profile) -> Rule:
    what = describe(profile, declared)

    def check(tables: Tables, lang: Lang) -> Iterator[Hit | NotApplicable]:
        yield from _judge(declared, tables, lang)

    return Rule(
        code=declared.code,
        severity=Severity(declared.severity),
        name=declared.name,
        what=Text(what, what),
        message=STATED,
        source=declared.source,
        of_tables=check,
        follows=declared.follows,
        **explained(profile, declared),
    )


def _judge(declared: Sum, tables: Tables, lang: Lang) -> Iterator[Hit | NotApplicable]:
    amounts = amounts_of(tables)
    submission = amounts.keys(declared.per).submission
    total, parts = amounts.side(declared.total, declared.per), amounts.side(declared.parts, declared.per)
    both = total.here & parts.here
    files = list(tables.submissions["file"])
    places = {number: place for place, number in enumerate(tables.submissions["submission"])}
    for number in places.keys() - set(submission[both].tolist()):
        yield NotApplicable(files[places[number]], NO_ROWS)
    for lacking, reason in (
        (total.unread | parts.unread, UNREADABLE),
        (total.missing | parts.missing, MISSING),
        (_said_elsewhere(declared, tables.profile, ~total.filled, ~parts.filled), NO_ROWS),
        ((total.figures < 2) & any(":" in term.select for term in declared.total), ONE_ITEM),
    ):
        for number in set(submission[both & lacking].tolist()):
            yield NotApplicable(files[places[number]], reason)
        both &= ~lacking
    gap = total.fen - parts.fen
    wrong = both & (gap != 0 if declared.relation == "=" else gap < 0)
    if wrong.any():
        stated, added = amounts.rows(total, declared.per, wrong), amounts.rows(parts, declared.per, wrong)
        lists = _Lists(declared, tables)
        for key in wrong.nonzero()[0].tolist():
            yield _at(declared, tables.profile, lists, lang, stated[key], added[key])


def _said_elsewhere(declared: Sum, profile: Profile, no_total: Mask, no_parts: Mask) -> Mask:
    """Where a side is empty and another sum says so: of one empty total, the first sum that states it speaks."""
    if declared.relation != "=":
        return no_total | no_parts
    stated = [other for other in profile.sums if other.relation == "="]
    first = next(other for other in stated if other.total == declared.total)
    elsewhere = any(other.total == declared.parts for other in stated)
    return (no_total & (first is not declared)) | (no_parts & elsewhere)


def _at(declared: Sum, profile: Profile, lists: _Lists, lang: Lang, total: Sequence[Any], parts: Sequence[Any]) -> Hit:
    stated, computed = _add(total), _add(parts)
    gap = stated - computed
    cells = _refs(total)
    # the first cell is the place; further cells of a total that is itself a sum are its operands
    related = (*cells[1:], *(cell for cell in _refs(parts) if cell not in cells))
    blank = all(row.state != "ok" for row in total)
    severity, message = None, STATED
    operands = _operands(total, profile), _operands(parts, profile)
    unseen = () if blank else by_what_is_shown(*operands, lang)
    if declared.relation == ">=":
        message = AT_LEAST
    elif blank:
        message = BLANK
    elif unseen or abs(gap) <= _rounding(profile, len(total) + len(parts)):
        severity, message = Severity.NOTICE, ROUNDING
    hints: tuple[Hint, ...] = ()
    if message is ROUNDING:
        hints = unseen
    elif declared.relation == "=" and not blank:
        hints = (*lists.hint(total, lang), *explain(*operands, lang))
    values = {
        "label": _say_side(total, lang, blank=message is BLANK), "parts": _say_parts(parts, lang),
        "stated": wan(stated), "computed": wan(computed), "gap": wan(abs(gap)), "excess": _excess(gap, lang),
        "ask": (CORRECT if declared.severity == Severity.ERROR else CHECK).render(lang),
    }  # fmt: skip
    return Hit(
        cells[:1], values, related, None if blank else stated, computed, None if blank else gap, hints,
        " / ".join(row.text for row in total[:SHOWN]), severity, message, added=_refs(parts),
    )  # fmt: skip


class _Lists:
    """For the cost items of one period: whether the clerk ran one list over both columns, and what both make."""

    def __init__(self, declared: Sum, tables: Tables) -> None:
        by_period = any(term.table == "indicators" and "@" in term.select for term in declared.total)
        self._costs: dict[int, list[Any]] = {}
        if by_period and (forms := continued_lists(tables)):
            amounts = tables.amounts
            for row in rows(amounts, (amounts["table"] == "indicators") & amounts["form_id"].isin(forms)):
                self._costs.setdefault(row.form_id, []).append(row)

    def hint(self, total: Sequence[Any], lang: Lang) -> tuple[Hint, ...]:
        """What to say of the form that these rows stand on."""
        costs = self._costs.get(total[0].form_id)
        return (Hint("continued_list", CONTINUED.render(lang, both=wan(_add(costs))), _refs(costs)),) if costs else ()


def _excess(gap: int, lang: Lang) -> str:
    return (Text("多", "much") if gap > 0 else Text("少", "little")).render(lang)


def _add(found: Sequence[Any]) -> int:
    return sum(int(row.fen) for row in found if row.state == "ok")


def _refs(found: Sequence[Any]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys(ref(row) for row in found))


def _operands(found: Sequence[Any], profile: Profile) -> list[Operand]:
    return [
        Operand(
            ref(row),
            row.label,
            int(row.fen),
            row.measure,
            row.number,
            row.formula,
            int(row.decimals),
            parse_amount(Decimal(row.shown), profile.measure).fen if row.shown and "scaled" not in row.notes else None,
        )
        if row.state == "ok"
        else Operand(ref(row), row.label, None)
        for row in found
    ]


def _rounding(profile: Profile, figures: int) -> int:
    """How far two sides may be apart when every figure stands for itself and half a last decimal either way, in fen."""
    half: int = FEN_PER_WAN // (2 * 10**profile.decimals)
    return half * figures


def _say_side(found: Sequence[Any], lang: Lang, *, blank: bool) -> str:
    """The stated side in words: what the cell's label states, or what several cells add up to."""
    labels = list(dict.fromkeys(row.label for row in found))
    if len(found) == 1:
        return f"“{labels[0]}”" + ("" if blank else Text("填报", " states").render(lang))
    more = Text("等", " …").render(lang) if len(labels) > SHOWN else ""
    names = Text("、", ", ").render(lang).join(labels[:SHOWN])
    return Text(f"{names}{more} {len(found)} 项合计", f"{names}{more} ({len(found)} figures) add up to").render(lang)


def _say_parts(found: Sequence[Any], lang: Lang) -> str:
    labels = [row.label for row in found]
    if len(found) == 1:
        where = f"{found[0].sheet}!{found[0].cell}"
        if found[0].state != "ok":
            empty = Text(f"“{labels[0]}”（{where}）没有填，算作", f"“{labels[0]}” ({where}) is empty and counts as")
            return empty.render(lang)
        return Text(f"“{labels[0]}”（{where}）填报", f"“{labels[0]}” ({where}) states").render(lang)
    if len(found) <= SHOWN:
        if len({row.form_id for row in found}) == 1 and len({row.item for row in found}) == 1:
            labels = [label.rpartition("·")[2] for label in labels]  # 任务·财政拨款 and 任务·其他资金 of one row
        return Text(f"{'＋'.join(labels)} ＝", f"{' + '.join(labels)} =").render(lang)
    return Text(f"{len(found)} 项相加得", f"the {len(found)} figures add up to").render(lang)
