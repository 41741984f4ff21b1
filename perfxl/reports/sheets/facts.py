"""A batch looked up for the sheets of the summary: amounts by form, findings by file and form, what totals count."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from perfxl.model import Finding, Ref, Severity, Submission, Text, by_rule, cells_in_words, seen_from
from perfxl.profiles import Form, Level
from perfxl.reading import FormRows
from perfxl.reports.out_folder import REPORT, by_unit
from perfxl.reports.sheets.table import FILE, UNIT, CellLink, TableColumn, Toned

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

#: shown in place of the values of a file that was not read
NOT_READ = "—"
OPEN = Text("打开", "open")
#: the rule that reports what could not be checked
NOT_CHECKED = "AMOUNT-13"
WAIVED_COUNT = Text("已豁免 {n} 处", "{n} waived")
NO_UNIT = Text("（未填单位名称）", "(no unit name)")
#: characters that are escaped in the path of a link; Chinese ones are not
_ESCAPED = {ord(character): f"%{ord(character):02X}" for character in '%#?"<>[]^`{}| \\'}
#: the period of the indicators of the year
YEAR = "year"
#: English heads for keys of the profile; the Chinese ones are its labels
_EN = {
    "total": "Total",
    "fiscal": "Fiscal funds",
    "other": "Other funds",
    "basic": "Basic expenditure",
    "projects": "Project expenditure",
    "reporter": "Reporting unit (seal)",
    "head": "Head (signature)",
    "filler": "Filled in by",
    "phone": "Phone",
    "date": "Date",
    "unit": "Unit",
    "year": "Year",
    "project_name": "Project name",
    "year_goal": "Goal of the year",
    "long_goal": "Goal of the term",
    "long": "whole term",
}


class ShownAmount(NamedTuple):
    """An amount in fen; without a figure ``None`` and the text that was written."""

    fen: int | None
    text: str = ""

    @property
    def shown(self) -> Any:
        """The value of a cell: the figure, else the text in red."""
        if self.fen is not None:
            return self.fen
        return Toned(self.text, "bad") if self.text else None


NONE = ShownAmount(None)


class Listed(NamedTuple):
    """A finding in the list: its index in the batch, how many notices of its rule it folds, or that it is folded."""

    at: int
    more: int = 0
    folded: bool = False


class BatchFacts:
    """A batch, looked up once.

    ``forms`` are those that are filled in; ``counted`` the files whose amounts are added; ``several`` is whether a file
    has to be named beside its unit. ``costs`` are all cost indicators of (form, period), in fen; ``levels`` the number
    of its indicators of each second level that have a name, ``""`` for an unknown level.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch, self.profile, self.lang = batch, batch.profile, batch.lang
        self.main = next((form for form in batch.profile.forms.values() if not form.repeats and not form.same_as), None)
        self.checked = [s for s in batch.submissions if s.status.checked and not s.duplicate_of]
        self.read = {item.file for item in batch.submissions if item.status.checked}
        self.units = {item.file: self.unit(item.unit) for item in batch.submissions}
        #: the last return of each unit, and each one without a unit
        last = {item.unit or f"\0{item.file}": item for item in sorted(self.checked, key=self._weight)}
        self.counted = {file for item in last.values() for file in item.parts or (item.file,)}
        self.several = len(last) < len(self.checked) or any(not s.unit for s in self.checked)
        self.forms = [form for book in batch.tables.returns for form in book.forms]
        #: each file -> the one that stands for all files of its return
        self.return_of = {file: book.file for book in batch.tables.returns for file in book.files}
        self._look_up_rows()
        self._count_findings()
        self._folders = {item.file: folder.as_posix() for _, folder, sent in by_unit(batch) for item in sent}
        for item in batch.submissions:
            if item.duplicate_of in self._folders:
                self._folders[item.file] = self._folders[item.duplicate_of]

    def _weight(self, item: Submission) -> tuple[bool, bool]:
        """Of several returns of a unit one with the department's form counts first, then one of several files."""
        main = any(self.main and form.form == self.main.key and not form.blank for form in item.forms)
        return main or bool(item.parts), bool(item.parts)

    def _look_up_rows(self) -> None:
        self._amounts: dict[tuple[FormRows, str, int, str], ShownAmount] = {}
        self.costs: Counter[tuple[FormRows, str]] = Counter()
        self.levels: dict[tuple[FormRows, str], Counter[str]] = defaultdict(Counter)
        for form in self.forms:
            for row in form.amounts:
                exact = row.fen if row.state == "ok" and not row.per else None
                amount = ShownAmount(exact, "" if row.state == "blank" else row.text)
                if row.table != "indicators":
                    self._amounts[form, row.table, row.item, row.column] = amount
                elif exact is not None:
                    self.costs[form, row.period] += exact
            for line in form.indicators:
                if line.name_key:
                    self.levels[form, line.period][line.second] += 1

    def amount(self, form: FormRows, key: str, table: str = "fields", item: int = 0) -> ShownAmount:
        """The amount of a field, or in a column of the table of tasks, of which 0 is the total row."""
        return self._amounts.get((form, table, item, key), NONE)

    def unit(self, name: str) -> str:
        """The name of a unit, or a text for a missing one."""
        return name or NO_UNIT.render(self.lang)

    def who(self, file: str) -> list[str]:
        """The unit of a file, and the file itself where a unit sent several."""
        return [self.units[file], file] if self.several else [self.units[file]]

    def who_columns(self) -> list[TableColumn]:
        """The columns of ``who``."""
        return [TableColumn(UNIT, 16), TableColumn(FILE, 18)] if self.several else [TableColumn(UNIT, 18)]

    def owner(self, finding: Finding) -> str:
        """The unit of a finding; a dash if its file was not read."""
        return self.unit(finding.unit) if finding.unit or finding.file in self.read else NOT_READ

    def _count_findings(self) -> None:
        self.by_file: dict[str, Counter[Severity]] = defaultdict(Counter)
        self.by_form: Counter[FormRows] = Counter()
        #: waived findings of each file, which the other counts leave out
        self.waived: Counter[str] = Counter()
        #: totals and rates of each file that could not be checked, wherever they stand
        self.unchecked: Counter[str] = Counter()
        #: the form of each finding of the batch
        self.form_of: list[FormRows | None] = []
        starts: dict[tuple[str, str], list[FormRows]] = defaultdict(list)
        for each in sorted(self.forms, key=_first_row):
            starts[each.file, each.sheet].append(each)
        self._list_findings()
        for finding in self.batch.findings:
            ref, form = finding.ref, None
            if ref and (found := starts.get((ref.file, ref.sheet))):
                # the last one on its sheet that begins at or above the cell
                form = found[max(0, bisect_right(found, ref.row, key=_first_row) - 1)]
            self.form_of.append(form)
            self.unchecked[finding.file] += sum(one.code == NOT_CHECKED for one in finding.with_consequences())
            if finding.waived:
                self.waived[finding.file] += 1
                continue
            self.by_file[finding.file][finding.severity] += 1
            if finding.severity is Severity.ERROR and form is not None:
                self.by_form[form] += 1

    def _list_findings(self) -> None:
        """The lines of the list; of each finding its number, and its row from 0: consequences have rows too."""
        findings = self.batch.findings
        self.listed = list(_listed(findings))
        self.list_row, self.list_number = [0] * len(findings), [0] * len(findings)
        row = 0
        for number, line in enumerate(self.listed, 1):
            self.list_row[line.at], self.list_number[line.at] = row, number
            row += 1 + len(findings[line.at].consequences)

    def place(self, ref: Ref) -> str:
        """A cell in words, for a table whose rows name the file."""
        return seen_from(cells_in_words((ref,), self.lang), ref.file, "", self.lang)

    def counts(self, form: FormRows) -> bool:
        """Whether the amounts of a form are added: not those of a fund form whose project has a project form."""
        spec = self.profile.forms[form.kind]
        return spec.repeats or (bool(spec.same_as) and form.alone)

    def report(self, file: str) -> CellLink:
        """A link to the error report of the file's unit."""
        if file not in self._folders:
            return CellLink("", "")
        path = f"{self._folders[file]}/{REPORT.render(self.lang)}"
        return CellLink(f"external:{path.translate(_ESCAPED)}", OPEN.render(self.lang))

    def form_name(self, form: Form) -> str:
        """The name of a form for a narrow column: ``附件10 项目``."""
        printed = f"{form.attachment} {form.sheet.format(n='').strip()}".strip()
        return Text(printed, form.title_en).render(self.lang)


def _listed(findings: Sequence[Finding]) -> Iterator[Listed]:
    """The findings file by file: what asks for something, then the notices, those of one rule under the first."""
    at = {id(finding): index for index, finding in enumerate(findings)}
    for _, same in groupby(findings, key=lambda finding: finding.file):
        found = list(same)
        notices = [one for one in found if one.severity is Severity.NOTICE and not one.waived]
        told = {id(one) for one in notices}
        yield from (Listed(at[id(one)]) for one in found if id(one) not in told)
        for first, *others in by_rule(notices):
            yield Listed(at[id(first)], len(others))
            yield from (Listed(at[id(one)], folded=True) for one in others)


def _first_row(form: FormRows) -> int:
    return form.title_ref.row


def short_name(level: Level) -> Text:
    """The shortest name of a level, for the head of a narrow column."""
    names = [level.name.removesuffix("指标"), *(word for word in level.synonyms if "目标" not in word)]
    return Text(min(names, key=len), level.key.capitalize())


def shown_levels(facts: BatchFacts) -> list[Level]:
    """The second levels that any form of the profile has."""
    used = {level.key for form in facts.profile.forms.values() if form.indicators for level in form.indicators.levels}
    return [level for key, level in facts.profile.levels.items() if key in used]


def headed(text: Text) -> Text:
    """A word as the head of a column: with a capital in English."""
    return Text(*(word[:1].upper() + word[1:] for word in text))


def labelled(key: str, label: str) -> Text:
    """The head of a column: a label of the profile, in English the word for its key."""
    return Text(label, _EN.get(key, key.replace("_", " ").capitalize()))
