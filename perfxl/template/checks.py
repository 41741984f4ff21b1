"""The declared sums -> the live formulas of the 校验 sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perfxl.profiles import Profile, Sum
from perfxl.template.spots import SheetLayout
from perfxl.template.terms import Amount, Terms, cleaned, quote, together

#: the field that two forms of one project share
NAME = "project_name"
PASSED, FAILED, NOTHING = "✓", "✗", "—"


@dataclass(frozen=True)
class Formula:
    """A formula, what it gives on the blank form, and whether it is an array."""

    text: str
    blank: str = ""
    array: bool = False


@dataclass(frozen=True)
class Check:
    """A declared sum on one sheet, or over all of them."""

    sum: Sum
    sheet: SheetLayout | None

    @property
    def place(self) -> str:
        """Where it holds, for people."""
        return self.sheet.sheet if self.sheet else "各表之间"


@dataclass(frozen=True)
class Row:
    """The formulas of one row of the check sheet."""

    stated: Formula
    computed: Formula
    difference: Formula
    result: Formula
    note: Formula
    #: whether it counts rows instead of money
    counts: bool = False


def checks(profile: Profile, sheets: Sequence[SheetLayout]) -> list[Check]:
    """Every declared sum on every sheet it speaks of, sheet by sheet, the cross-checks last."""
    found = [
        Check(item, sheet)
        for sheet in sheets
        for item in profile.sums
        if item.per in ("form", "row") and item.total[0].form == sheet.form
    ]
    for item in profile.sums:
        if item.per == "project":
            own = [sheet for sheet in sheets if sheet.form == item.total[0].form]
            found += [Check(item, sheet) for sheet in own if NAME in sheet.fields or _against_tasks(item)]
        elif item.per == "submission":
            found.append(Check(item, None))
    return found


def _against_tasks(item: Sum) -> bool:
    return any(term.table == "tasks" for term in item.parts)


def formulas(check: Check, terms: Terms, row: int) -> Row:
    """The formulas of a check that stands in ``row``: D stated, E computed, F difference, G result."""
    item = check.sum
    if item.per == "row" and check.sheet:
        return _by_row(item, check.sheet, terms, row)
    if item.per == "project" and check.sheet:
        if _against_tasks(item):
            return _among_tasks(item, check.sheet, terms, row)
        return _by_name(item, check.sheet, terms, row)
    both = item.relation == ">=" or any(term.table == "indicators" for term in (*item.total, *item.parts))
    stated, computed = (terms.of(side, check.sheet) for side in (item.total, item.parts))
    return _compare(item, _figure(terms, stated), _figure(terms, computed), terms, row, both=both)


def _figure(terms: Terms, amount: Amount) -> Formula:
    """An amount, or nothing where no number is given or one cannot be read."""
    nothing = f"({amount.count})=0"
    if amount.unsure:
        nothing = f"OR({nothing},{amount.unsure}>0)"
    return Formula(f'=IF({nothing},"",ROUND({amount.total},{terms.profile.decimals}))', "", amount.array)


def _compare(
    item: Sum, stated: Formula, computed: Formula, terms: Terms, row: int, *, both: bool, note: str = ""
) -> Row:
    """Stated against computed; ``both`` sides must be there, or one is enough to ask for the other."""
    sign = "OR" if both else "AND"
    holds = f"ROUND(N(D{row})-N(E{row}),{terms.profile.decimals}){item.relation}0"
    nothing = f'{sign}(D{row}="",E{row}="")'
    return Row(
        stated,
        computed,
        Formula(f'=IF(G{row}="{NOTHING}","",ROUND(N(D{row})-N(E{row}),{terms.profile.decimals}))'),
        Formula(f'=IF({nothing},"{NOTHING}",IF({holds},"{PASSED}","{FAILED}"))', NOTHING),
        Formula(note),
    )


def _bad_rows(item: Sum, sheet: SheetLayout, terms: Terms) -> tuple[str, str]:
    """Arrays over the rows of a table: which are filled in, which do not add up."""
    total, parts = ([terms.task_range(sheet, term.column) for term in side] for side in (item.total, item.parts))
    gap = f"ROUND({'+'.join(total)}-({'+'.join(parts)}),{terms.profile.decimals})"
    given = [f"({'+'.join(f'ISNUMBER({values})' for values in side)}>0)" for side in (total, parts)]
    if item.relation == "=":
        return f"(({'+'.join(given)})>0)", f"IFERROR(--({gap}<>0),0)"
    filled = "*".join(given)
    return f"({filled}>0)", f"IFERROR(({gap}<0)*{filled},0)"


def _by_row(item: Sum, sheet: SheetLayout, terms: Terms, row: int) -> Row:
    """How many rows are filled in, how many of them add up, and the first that does not."""
    filled, bad = _bad_rows(item, sheet, terms)
    number = f"ROW({terms.task_range(sheet, item.total[0].column)})"
    return Row(
        Formula(f'=IF(SUM(--{filled})=0,"",SUM(--{filled}))', "", array=True),
        Formula(f'=IF(D{row}="","",D{row}-SUM({bad}))', "", array=True),
        Formula(f'=IF(D{row}="","",D{row}-E{row})'),
        Formula(f'=IF(D{row}="","{NOTHING}",IF(F{row}=0,"{PASSED}","{FAILED}"))', NOTHING),
        Formula(f'=IF(G{row}="{FAILED}","最先不符的是第"&MIN(IF({bad}>0,{number}))&"行","")', "", array=True),
        counts=True,
    )


def _among_tasks(item: Sum, sheet: SheetLayout, terms: Terms, row: int) -> Row:
    """Whether the amount of a project occurs among the tasks: their names are sentences, not names."""
    stated = _figure(terms, terms.of(item.total, sheet))
    decimals = terms.profile.decimals
    hits, tasks = [], []
    for term in item.parts:
        for other in terms.sheets:
            if other.form == term.form and other.tasks:
                values = terms.task_range(other, term.column)
                kind = "1" if term.select == "rows" else terms.task_kind(other, term.select)
                hits.append(f"SUM(IFERROR({kind}*(ROUND({values},{decimals})=D{row})*ISNUMBER({values}),0))")
                tasks.append(terms.amount(term, other))
    computed = Formula(f'=IF(D{row}="","",IF(({"+".join(hits)})=0,"",D{row}))', "", array=True)
    given = together(tasks)
    result = Formula(
        f'=IF(OR(D{row}="",({given.count})=0),"{NOTHING}",IF(E{row}="","{FAILED}","{PASSED}"))',
        NOTHING,
        given.array,
    )
    note = Formula(f'=IF(G{row}="{FAILED}","任务表中没有金额相同的项目任务","")')
    return Row(stated, computed, Formula(f'=IF(E{row}="","",D{row}-E{row})'), result, note)


def _by_name(item: Sum, sheet: SheetLayout, terms: Terms, row: int) -> Row:
    """A form against the forms of the same project, found by its name in the list of projects."""
    name = cleaned(terms.ref(sheet, sheet.fields[NAME].cell))
    amounts = []
    for term in item.parts:
        other = terms.matches[term.form]
        values = other.amounts[term.column]
        same = f"--({other.names}={name}),--({other.names}<>{quote('')})"
        amounts.append(Amount(f"SUMPRODUCT({same},{values})", f"SUMPRODUCT({same},--ISNUMBER({values}))"))
    stated = _figure(terms, terms.of(item.total, sheet))
    note = f'=IF(G{row}="{NOTHING}","",IF(G{row}="{FAILED}","与同名项目不一致",""))'
    return _compare(item, stated, _figure(terms, together(amounts)), terms, row, both=True, note=note)


def matched_forms(profile: Profile) -> dict[str, list[str]]:
    """Forms that others are matched with by project name, and the amounts asked of them."""
    found: dict[str, list[str]] = {}
    for item in profile.sums:
        for term in item.parts:
            if item.per == "project" and term.table == "fields" and NAME in profile.forms[term.form].fields:
                found.setdefault(term.form, []).append(term.column)
        for term in (*item.total, *item.parts):
            same = profile.forms[term.form].same_as
            if term.alone and same in profile.forms:
                found.setdefault(same, [])
    return {form: list(dict.fromkeys(columns)) for form, columns in found.items()}
