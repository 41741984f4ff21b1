"""The terms of a declared sum -> Excel expressions over the form sheets.

Only functions that Excel, WPS and LibreOffice all have. A range runs from the heads of a table to the row
above its total, so a row that a clerk inserts anywhere is inside; the text of the heads counts as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from perfxl.model import column_letters
from perfxl.profiles import Form, Profile, Term
from perfxl.template.spots import SheetLayout

#: arguments of one SUM; Excel takes 255
MOST_ARGUMENTS = 200
#: what VALUE would read as a number though it is no amount: a share, a fraction, a date, another measure
NO_AMOUNT = ("%", "/", "年", "月", "元")


@dataclass(frozen=True)
class Amount:
    """What a term comes to: its sum, how many numbers that sum has, and how many texts could not be read."""

    total: str
    count: str
    unsure: str = ""
    #: whether Excel has to compute it as an array
    array: bool = False


@dataclass(frozen=True)
class Matches:
    """Ranges of the list of projects on the check sheet: their names, and a range an amount field."""

    names: str
    amounts: Mapping[str, str]

    def found(self, name: str) -> str:
        """How many projects have this name."""
        return f'SUMPRODUCT(({self.names}={name})*({self.names}<>""))'


def quote(text: str) -> str:
    """A text as Excel writes it in a formula."""
    return '"' + text.replace('"', '""') + '"'


def cleaned(ref: str) -> str:
    """A name without its blanks, as it is compared."""
    return f'SUBSTITUTE(SUBSTITUTE({ref}," ",""),"　","")'


def together(amounts: Iterable[Amount]) -> Amount:
    """Several terms added up."""
    every = list(amounts)
    return Amount(
        "+".join(amount.total for amount in every),
        "+".join(amount.count for amount in every),
        "+".join(amount.unsure for amount in every if amount.unsure),
        any(amount.array for amount in every),
    )


class Terms:
    """Writes terms as expressions; ``here`` is the sheet that the formula stands on."""

    def __init__(
        self,
        profile: Profile,
        sheets: Sequence[SheetLayout],
        matches: Mapping[str, Matches] | None = None,
        here: str = "",
    ) -> None:
        self.profile = profile
        self.sheets = sheets
        self.matches = matches or {}
        self.here = here

    def of(self, terms: Iterable[Term], sheet: SheetLayout | None) -> Amount:
        """Terms added up, on one sheet or, without one, over every sheet of their forms."""
        return together(self.amount(term, sheet) for term in terms)

    def amount(self, term: Term, sheet: SheetLayout | None) -> Amount:
        """One term, on one sheet or over every sheet of its form."""
        if sheet is not None and sheet.form == term.form:
            sheets = [sheet]
        else:
            sheets = [each for each in self.sheets if each.form == term.form]
        if term.alone:
            return together(self._alone(term, each) for each in sheets)
        if term.table == "fields":
            return _sum([self.ref(each, each.fields[term.column].cell) for each in sheets])
        write = self._tasks if term.table == "tasks" else self._indicators
        return together(write(term, each) for each in sheets)

    def ref(self, sheet: SheetLayout, cells: str) -> str:
        """``'项目1'!$D$7``, or ``$D$7`` on the sheet itself."""
        absolute = ":".join(_dollars(cell) for cell in cells.split(":"))
        if sheet.sheet == self.here:
            return absolute
        name = sheet.sheet.replace("'", "''")
        return f"'{name}'!{absolute}"

    def task_range(self, sheet: SheetLayout, column: str) -> str:
        """A column of the task table, heads included."""
        letters = column_letters(sheet.tasks[0][column].col)
        last = next(iter(sheet.task_sum.values())).row
        head = self.ref(sheet, f"{letters}{sheet.amounts_head}")
        block = self.ref(sheet, f"{letters}{sheet.amounts_head}:{letters}{last}")
        return f"{head}:INDEX({block},ROWS({block})-1)"

    def task_kind(self, sheet: SheetLayout, kind: str) -> str:
        """An array that is true where a task is one of the basic ones, or one of the projects."""
        words = self.profile.basic_tasks
        texts = "&".join(self.task_range(sheet, key) for key in sheet.tasks[0] if key not in sheet.task_sum)
        if not words:
            return f"(LEN({texts}){'<' if kind == 'basic' else '>='}0)"
        listed = ",".join(quote(_literal(word)) for word in words)
        ones = ";".join("1" for _ in words)
        sign = ">" if kind == "basic" else "="
        return f"(MMULT(--ISNUMBER(SEARCH({{{listed}}},{texts})),{{{ones}}}){sign}0)"

    def _tasks(self, term: Term, sheet: SheetLayout) -> Amount:
        if term.select == "sum":
            return _sum([self.ref(sheet, sheet.task_sum[term.column].cell)])
        values = self.task_range(sheet, term.column)
        if term.select == "rows":
            return _sum([values])
        kind = self.task_kind(sheet, term.select)
        return Amount(f"SUM(IFERROR({kind}*{values},0))", f"SUM({kind}*ISNUMBER({values}))", "", array=True)

    def _indicators(self, term: Term, sheet: SheetLayout) -> Amount:
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
        return together(amounts) if amounts else Amount("0", "0")

    def _alone(self, term: Term, sheet: SheetLayout) -> Amount:
        """An amount that counts only while no project has the same name."""
        own = _sum([self.ref(sheet, sheet.fields[term.column].cell)])
        other = self.matches.get(self._form(sheet).same_as)
        if other is None:
            return own
        found = other.found(cleaned(self.ref(sheet, sheet.fields["project_name"].cell)))
        return Amount(f"IF({found}=0,{own.total},0)", f"IF({found}=0,{own.count},0)")

    def _form(self, sheet: SheetLayout) -> Form:
        return self.profile.forms[sheet.form]


def _sum(refs: Sequence[str]) -> Amount:
    groups = [",".join(refs[start : start + MOST_ARGUMENTS]) for start in range(0, len(refs), MOST_ARGUMENTS)]
    return Amount("+".join(f"SUM({g})" for g in groups), "+".join(f"COUNT({g})" for g in groups))


def _written(ranges: Mapping[str, str], names: Sequence[str], measure: str) -> Amount:
    """Amounts that are written as text, ``5万元`` or plain ``5``; ``5元/人`` makes them unsure."""
    values = "&".join(ranges[column] for column in ("value", "measure") if column in ranges)
    text = f"SUBSTITUTE({values},{quote(measure)},{quote('')})"
    for sign in NO_AMOUNT:
        text = f"SUBSTITUTE({text},{quote(sign)},{quote('?')})"
    number = f"VALUE({text})"
    if not names:
        return Amount(
            f"SUM(IFERROR({number},0))",
            f"SUM(--ISNUMBER({number}))",
            f'SUM(({values}<>"")*ISERROR({number}))',
            array=True,
        )
    third = ranges["third"]
    hits = "+".join(f"ISNUMBER(SEARCH({quote(_literal(name))},{third}))" for name in names)
    return Amount(
        f"SUM(IFERROR((({hits})>0)*{number},0))",
        f"SUM((({hits})>0)*ISNUMBER({number}))",
        f'SUM((({hits})>0)*({values}<>"")*ISERROR({number}))',
        array=True,
    )


def _literal(word: str) -> str:
    """A word for SEARCH, which takes ``?`` and ``*`` for wildcards."""
    return "".join(f"~{char}" if char in "~?*" else char for char in word)


def _dollars(cell: str) -> str:
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"
