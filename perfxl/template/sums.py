"""Declared sums as live formulas of the blank workbook: on the sheet 校验, and as marks beside the totals of a form.

Only functions that Excel, WPS and LibreOffice all have are used. A range begins with the heads of a table and ends
above its total, so that a row that a clerk inserts anywhere is included; the text of the heads counts as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from perfxl.model import column_letters
from perfxl.profiles import PROJECT_NAME, Profile, Sum, Term, describe
from perfxl.profiles.layout import CellArea, SheetLayout

#: arguments of one SUM; Excel takes 255
MOST_ARGUMENTS = 200
#: texts that VALUE would read as a number though they are no amounts: a share, a fraction, a date, another measure
NO_AMOUNT = ("%", "/", "年", "月", "元")
PASSED, FAILED, NOTHING = "✓", "✗", "—"


@dataclass(frozen=True)
class SumExpression:
    """Excel expressions for a term, ``array`` or not: its total, its count of numbers and of texts that are none."""

    total: str
    count: str
    unsure: str = ""
    array: bool = False


@dataclass(frozen=True)
class ProjectList:
    """Ranges of the list of projects on the check sheet: their names, and one range for each amount field."""

    names: str
    amounts: Mapping[str, str]


def quote(text: str) -> str:
    """A text as a literal of a formula."""
    return '"' + text.replace('"', '""') + '"'


def cleaned(ref: str) -> str:
    """An expression for a name without blanks, as names are compared."""
    return f'SUBSTITUTE(SUBSTITUTE({ref}," ",""),"　","")'


def added(amounts: Iterable[SumExpression]) -> SumExpression:
    """The sum of several terms."""
    every = list(amounts)
    return SumExpression(
        "+".join(amount.total for amount in every),
        "+".join(amount.count for amount in every),
        "+".join(amount.unsure for amount in every if amount.unsure),
        any(amount.array for amount in every),
    )


@dataclass(frozen=True)
class SumWriter:
    """Writes the terms of sums as expressions; ``here`` is the sheet that will contain the formula."""

    profile: Profile
    sheets: Sequence[SheetLayout]
    matches: Mapping[str, ProjectList] = field(default_factory=dict)
    here: str = ""

    def of(self, terms: Iterable[Term], sheet: SheetLayout | None) -> SumExpression:
        """The sum of terms, on one sheet or, without one, over all sheets of their forms."""
        return added(self.amount(term, sheet) for term in terms)

    def amount(self, term: Term, sheet: SheetLayout | None) -> SumExpression:
        """One term, on one sheet or over all sheets of its form."""
        on_sheet = sheet is not None and sheet.form == term.form
        sheets = [sheet] if sheet and on_sheet else [each for each in self.sheets if each.form == term.form]
        if term.alone:
            return added(self._alone(term, each) for each in sheets)
        if term.table == "fields":
            return _sum([self.ref(each, each.fields[term.column].cell) for each in sheets])
        write = self._tasks if term.table == "tasks" else self._indicators
        return added(write(term, each) for each in sheets)

    def ref(self, sheet: SheetLayout, cells: str) -> str:
        """``'项目1'!$D$7``, or ``$D$7`` on the sheet itself."""
        absolute = re.sub("([A-Z]+)([0-9]+)", r"$\1$\2", cells)
        name = sheet.sheet.replace("'", "''")
        return absolute if sheet.sheet == self.here else f"'{name}'!{absolute}"

    def task_range(self, sheet: SheetLayout, column: str) -> str:
        """A column of the task table, with its head and without its total."""
        letters = column_letters(sheet.tasks[0][column].col)
        last = next(iter(sheet.task_sum.values())).row
        head = self.ref(sheet, f"{letters}{sheet.amounts_head}")
        block = self.ref(sheet, f"{letters}{sheet.amounts_head}:{letters}{last}")
        return f"{head}:INDEX({block},ROWS({block})-1)"

    def task_kind(self, sheet: SheetLayout, kind: str) -> str:
        """An array that is true for tasks of basic expenditure (``basic``), or for those of projects."""
        words = self.profile.basic_tasks
        texts = "&".join(self.task_range(sheet, key) for key in sheet.tasks[0] if key not in sheet.task_sum)
        if not words:
            return f"(LEN({texts}){'<' if kind == 'basic' else '>='}0)"
        listed = ",".join(quote(_literal(word)) for word in words)
        ones = ";".join("1" for _ in words)
        sign = ">" if kind == "basic" else "="
        return f"(MMULT(--ISNUMBER(SEARCH({{{listed}}},{texts})),{{{ones}}}){sign}0)"

    def _tasks(self, term: Term, sheet: SheetLayout) -> SumExpression:
        if term.select == "sum":
            return _sum([self.ref(sheet, sheet.task_sum[term.column].cell)])
        values = self.task_range(sheet, term.column)
        if term.select == "rows":
            return _sum([values])
        kind = self.task_kind(sheet, term.select)
        return SumExpression(f"SUM(IFERROR({kind}*{values},0))", f"SUM({kind}*ISNUMBER({values}))", "", array=True)

    def _indicators(self, term: Term, sheet: SheetLayout) -> SumExpression:
        rest, _, named = term.select.partition(":")
        level, _, period = rest.partition("@")
        rows = [row for row in sheet.indicators if row.level == level]
        periods = [key for key in rows[0].cells if not period or key == period] if rows else []
        amounts = []
        for key in periods:
            first, last = rows[0].cells[key], rows[-1].cells[key]
            columns = [c for c in ("third", "value", "measure") if c in first]
            ranges = {c: self.ref(sheet, f"{first[c].cell}:{last[c].cell}") for c in columns}
            amounts.append(_written(ranges, [n for n in named.split("|") if n], self.profile.measure))
        return added(amounts) if amounts else SumExpression("0", "0")

    def _alone(self, term: Term, sheet: SheetLayout) -> SumExpression:
        """An amount that counts only if no project has the same name."""
        own = _sum([self.ref(sheet, sheet.fields[term.column].cell)])
        other = self.matches.get(self.profile.forms[sheet.form].same_as)
        if other is None:
            return own
        name = cleaned(self.ref(sheet, sheet.fields[PROJECT_NAME].cell))
        found = f'SUMPRODUCT(({other.names}={name})*({other.names}<>""))'
        return SumExpression(f"IF({found}=0,{own.total},0)", f"IF({found}=0,{own.count},0)")


def _sum(refs: Sequence[str]) -> SumExpression:
    groups = [",".join(refs[start : start + MOST_ARGUMENTS]) for start in range(0, len(refs), MOST_ARGUMENTS)]
    return SumExpression("+".join(f"SUM({g})" for g in groups), "+".join(f"COUNT({g})" for g in groups))


def _written(ranges: Mapping[str, str], names: Sequence[str], measure: str) -> SumExpression:
    """Amounts that are written as texts, ``5万元`` or plain ``5``; one such as ``5元/人`` counts as unsure."""
    values = "&".join(ranges[column] for column in ("value", "measure") if column in ranges)
    text = f"SUBSTITUTE({values},{quote(measure)},{quote('')})"
    for sign in NO_AMOUNT:
        text = f"SUBSTITUTE({text},{quote(sign)},{quote('?')})"
    number = f"VALUE({text})"
    hits = "+".join(f"ISNUMBER(SEARCH({quote(_literal(name))},{ranges['third']}))" for name in names)
    only = f"(({hits})>0)*" if names else ""
    return SumExpression(
        f"SUM(IFERROR({only}{number},0))",
        f"SUM({only or '--'}ISNUMBER({number}))",
        f'SUM({only}({values}<>"")*ISERROR({number}))',
        array=True,
    )


def _literal(word: str) -> str:
    """A word for SEARCH, in which ``?`` and ``*`` are wildcards."""
    return "".join(f"~{char}" if char in "~?*" else char for char in word)


@dataclass(frozen=True)
class LiveFormula:
    """A formula, its result on the blank form, and whether it is an array formula."""

    text: str
    blank: str = ""
    array: bool = False


@dataclass(frozen=True)
class CheckRow:
    """The formulas of one row of the check sheet."""

    stated: LiveFormula
    computed: LiveFormula
    difference: LiveFormula
    result: LiveFormula
    note: LiveFormula
    #: whether the figures are numbers of rows, not amounts
    counts: bool = False


def checks(profile: Profile, sheets: Sequence[SheetLayout]) -> list[tuple[Sum, SheetLayout | None]]:
    """Each declared sum on each sheet of its form, sheet by sheet; then those over several sheets, without a sheet."""
    found: list[tuple[Sum, SheetLayout | None]] = [
        (item, sheet)
        for sheet in sheets
        for item in profile.sums
        if item.per in ("form", "row") and item.total[0].form == sheet.form
    ]
    for item in profile.sums:
        if item.per == "project":
            own = [sheet for sheet in sheets if sheet.form == item.total[0].form]
            found += [(item, sheet) for sheet in own if PROJECT_NAME in sheet.fields or _against_tasks(item)]
        elif item.per == "submission":
            found.append((item, None))
    return found


def _against_tasks(item: Sum) -> bool:
    return any(term.table == "tasks" for term in item.parts)


def formulas(item: Sum, sheet: SheetLayout | None, writer: SumWriter, row: int) -> CheckRow:
    """The formulas of a check in ``row``: D stated, E computed, F difference, G result, H note."""
    if item.per in ("row", "project") and sheet:
        write = _by_row if item.per == "row" else _among_tasks if _against_tasks(item) else _by_name
        return write(item, sheet, writer, row)
    both = item.relation == ">=" or any(term.table == "indicators" for term in (*item.total, *item.parts))
    stated, computed = (writer.of(side, sheet) for side in (item.total, item.parts))
    return _compare(item, _figure(writer, stated), _figure(writer, computed), writer, row, both=both)


def _figure(writer: SumWriter, amount: SumExpression) -> LiveFormula:
    """An amount, or nothing if no number is given or one cannot be read."""
    nothing = f"({amount.count})=0"
    if amount.unsure:
        nothing = f"OR({nothing},{amount.unsure}>0)"
    return LiveFormula(f'=IF({nothing},"",ROUND({amount.total},{writer.profile.decimals}))', "", amount.array)


def _compare(
    item: Sum, stated: LiveFormula, computed: LiveFormula, writer: SumWriter, row: int, *, both: bool, note: str = ""
) -> CheckRow:
    """Stated against computed. Unless ``both`` must be given, one of them is enough to be compared."""
    sign = "OR" if both else "AND"
    holds = f"ROUND(N(D{row})-N(E{row}),{writer.profile.decimals}){item.relation}0"
    nothing = f'{sign}(D{row}="",E{row}="")'
    return CheckRow(
        stated,
        computed,
        LiveFormula(f'=IF(G{row}="{NOTHING}","",ROUND(N(D{row})-N(E{row}),{writer.profile.decimals}))'),
        LiveFormula(f'=IF({nothing},"{NOTHING}",IF({holds},"{PASSED}","{FAILED}"))', NOTHING),
        LiveFormula(note),
    )


def _bad_rows(item: Sum, sheet: SheetLayout, writer: SumWriter) -> tuple[str, str]:
    """Two arrays over the rows of a table: which are filled in, and which do not add up."""
    total, parts = ([writer.task_range(sheet, term.column) for term in side] for side in (item.total, item.parts))
    gap = f"ROUND({'+'.join(total)}-({'+'.join(parts)}),{writer.profile.decimals})"
    given = [f"({'+'.join(f'ISNUMBER({values})' for values in side)}>0)" for side in (total, parts)]
    if item.relation == "=":
        return f"(({'+'.join(given)})>0)", f"IFERROR(--({gap}<>0),0)"
    filled = "*".join(given)
    return f"({filled}>0)", f"IFERROR(({gap}<0)*{filled},0)"


def _by_row(item: Sum, sheet: SheetLayout, writer: SumWriter, row: int) -> CheckRow:
    """The number of rows that are filled in, of those that add up, and the first that does not."""
    filled, bad = _bad_rows(item, sheet, writer)
    number = f"ROW({writer.task_range(sheet, item.total[0].column)})"
    return CheckRow(
        LiveFormula(f'=IF(SUM(--{filled})=0,"",SUM(--{filled}))', "", array=True),
        LiveFormula(f'=IF(D{row}="","",D{row}-SUM({bad}))', "", array=True),
        LiveFormula(f'=IF(D{row}="","",D{row}-E{row})'),
        LiveFormula(f'=IF(D{row}="","{NOTHING}",IF(F{row}=0,"{PASSED}","{FAILED}"))', NOTHING),
        LiveFormula(f'=IF(G{row}="{FAILED}","最先不符的是第"&MIN(IF({bad}>0,{number}))&"行","")', "", array=True),
        counts=True,
    )


def _among_tasks(item: Sum, sheet: SheetLayout, writer: SumWriter, row: int) -> CheckRow:
    """Whether the amount of a project is that of a task; tasks have sentences for names, which cannot be matched."""
    stated = _figure(writer, writer.of(item.total, sheet))
    decimals = writer.profile.decimals
    hits, tasks = [], []
    for term in item.parts:
        for other in writer.sheets:
            if other.form == term.form and other.tasks:
                values = writer.task_range(other, term.column)
                kind = "1" if term.select == "rows" else writer.task_kind(other, term.select)
                hits.append(f"SUM(IFERROR({kind}*(ROUND({values},{decimals})=D{row})*ISNUMBER({values}),0))")
                tasks.append(writer.amount(term, other))
    computed = LiveFormula(f'=IF(D{row}="","",IF(({"+".join(hits)})=0,"",D{row}))', "", array=True)
    given = added(tasks)
    text = f'=IF(OR(D{row}="",({given.count})=0),"{NOTHING}",IF(E{row}="","{FAILED}","{PASSED}"))'
    result = LiveFormula(text, NOTHING, given.array)
    note = LiveFormula(f'=IF(G{row}="{FAILED}","任务表中没有金额相同的项目任务","")')
    return CheckRow(stated, computed, LiveFormula(f'=IF(E{row}="","",D{row}-E{row})'), result, note)


def _by_name(item: Sum, sheet: SheetLayout, writer: SumWriter, row: int) -> CheckRow:
    """A form against the forms of the same project, looked up by name in the list of projects."""
    name = cleaned(writer.ref(sheet, sheet.fields[PROJECT_NAME].cell))
    amounts = []
    for term in item.parts:
        other = writer.matches[term.form]
        values = other.amounts[term.column]
        same = f"--({other.names}={name}),--({other.names}<>{quote('')})"
        amounts.append(SumExpression(f"SUMPRODUCT({same},{values})", f"SUMPRODUCT({same},--ISNUMBER({values}))"))
    stated = _figure(writer, writer.of(item.total, sheet))
    note = f'=IF(G{row}="{NOTHING}","",IF(G{row}="{FAILED}","与同名项目不一致",""))'
    return _compare(item, stated, _figure(writer, added(amounts)), writer, row, both=True, note=note)


def matched_forms(profile: Profile) -> dict[str, list[str]]:
    """The forms that others are matched with by project name -> the amount fields that are compared."""
    found: dict[str, list[str]] = {}
    for item in profile.sums:
        for term in item.parts:
            if item.per == "project" and term.table == "fields" and PROJECT_NAME in profile.forms[term.form].fields:
                found.setdefault(term.form, []).append(term.column)
        for term in (*item.total, *item.parts):
            same = profile.forms[term.form].same_as
            if term.alone and same in profile.forms:
                found.setdefault(same, [])
    return {form: list(dict.fromkeys(columns)) for form, columns in found.items()}


@dataclass(frozen=True)
class Mark:
    """A live ✓ or ✗ beside a total; ``nth`` counts the marks of a row, ``about`` describes the sums that it checks."""

    total: CellArea
    nth: int
    formula: LiveFormula
    about: str


def marks(profile: Profile, sheet: SheetLayout) -> list[Mark]:
    """The marks of one form sheet: one for each total that can be checked with figures of the form itself."""
    writer = SumWriter(profile, [sheet], here=sheet.sheet)
    by_cell: dict[CellArea, list[tuple[Sum, str, str, bool]]] = {}
    for item in profile.sums:
        if item.severity == "error" and len(item.total) == 1 and item.total[0].form == sheet.form:
            for cell, given, holds, array in _mark_parts(item, sheet, writer):
                by_cell.setdefault(cell, []).append((item, given, holds, array))
    found = []
    for cell in sorted(by_cell, key=lambda cell: (cell.row, cell.col)):
        parts = by_cell[cell]
        nth = sum(other.row == cell.row and other.col < cell.col for other in by_cell)
        bad = ",".join(f"AND({given},NOT({holds}))" for _, given, holds, _ in parts)
        any_given = ",".join(given for _, given, _, _ in parts)
        text = f'=IF(OR({bad}),"{FAILED}",IF(OR({any_given}),"{PASSED}",""))'
        about = "；".join(describe(profile, item) for item, *_ in parts)
        found.append(Mark(cell, nth, LiveFormula(text, "", any(a for *_, a in parts)), about))
    return found


def _mark_parts(item: Sum, sheet: SheetLayout, writer: SumWriter) -> Iterator[tuple[CellArea, str, str, bool]]:
    """Each total of a sum on this sheet: its cell, the expressions whether it is given and holds, whether arrays."""
    term = item.total[0]
    if item.per == "form" and term.table != "indicators":
        cell = sheet.fields[term.column] if term.table == "fields" else sheet.task_sum[term.column]
        yield cell, *_condition(item, writer.of(item.total, sheet), writer.of(item.parts, sheet), writer)
    elif item.per == "row":
        for row in sheet.tasks:
            refs = ([writer.ref(sheet, row[t.column].cell) for t in side] for side in (item.total, item.parts))
            total, parts = (added(SumExpression(f"N({ref})", f"COUNT({ref})") for ref in side) for side in refs)
            yield row[term.column], *_condition(item, total, parts, writer)


def _condition(item: Sum, total: SumExpression, parts: SumExpression, writer: SumWriter) -> tuple[str, str, bool]:
    given = f"AND(({total.count})>0,({parts.count})>0)"
    holds = f"ROUND({total.total}-({parts.total}),{writer.profile.decimals}){item.relation}0"
    return given, holds, total.array or parts.array
