"""What the sheets say, looked up once: amounts by form, findings by file and form, what counts in a total, links."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from perfxl.model import Finding, Severity, Status, Submission, Text
from perfxl.profiles import Form
from perfxl.reports.out_folder import by_unit
from perfxl.reports.sheets.amounts import Amounts, columns_of
from perfxl.reports.sheets.book import path_link
from perfxl.reports.sheets.names import FILE, NO_UNIT, UNIT
from perfxl.reports.sheets.table import Column, Link
from perfxl.reports.unit_report import NAME as REPORT

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

#: stands where a file that was not read has nothing to show
NOT_READ = "—"
NOT_CHECKED = (Status.UNREADABLE, Status.NOT_A_RETURN)


class FormRow(NamedTuple):
    """A form that was filled in, as ``Tables.forms`` has it."""

    form_id: int
    submission: int
    form: str
    file: str
    sheet: str
    row: int
    name: str
    unit: str
    project: str
    alone: bool


class Task(NamedTuple):
    """A task, as ``Tables.tasks`` has it."""

    form_id: int
    submission: int
    file: str
    sheet: str
    cell: str
    item: int
    name: str
    content: str
    kind: str
    project: str
    paired_by: str


_Starts = dict[tuple[str, str], list[FormRow]]


class Facts:
    """A batch, looked up."""

    def __init__(self, batch: Batch) -> None:
        self.batch, self.profile, self.lang = batch, batch.profile, batch.lang
        self.main = next((form for form in batch.profile.forms.values() if not form.repeats and not form.same_as), None)
        self.checked = [s for s in batch.submissions if s.status not in NOT_CHECKED and not s.duplicate_of]
        self.read = {item.file for item in batch.submissions if item.status not in NOT_CHECKED}
        self.units = {item.file: self.unit(item.unit) for item in batch.submissions}
        self.counted = _counted(self.checked)
        #: whether a file must be named beside its unit, because a unit sent several
        self.several = len(self.counted) < len(self.checked) or any(not s.unit for s in self.checked)
        filled = batch.tables.forms[~batch.tables.forms["blank"].astype(bool)]
        self.forms = [FormRow(*row) for row in columns_of(filled, FormRow._fields)]
        self.tasks = [Task(*row) for row in columns_of(batch.tables.tasks, Task._fields)]
        self.amounts = Amounts(batch.tables)
        self._count_findings()
        self._folders = {
            submission.file: folder.as_posix() for _, folder, sent in by_unit(batch) for submission in sent
        }
        for item in batch.submissions:
            if item.duplicate_of in self._folders:
                self._folders[item.file] = self._folders[item.duplicate_of]

    def unit(self, name: str) -> str:
        """A unit's name, or words for a missing one."""
        return name or NO_UNIT.render(self.lang)

    def who(self, file: str) -> list[str]:
        """The unit of a file, and the file where that is needed to tell two returns apart."""
        return [self.units[file], file] if self.several else [self.units[file]]

    def who_columns(self) -> list[Column]:
        """The columns for ``who``."""
        return [Column(UNIT, 16), Column(FILE, 18)] if self.several else [Column(UNIT, 18)]

    def owner(self, finding: Finding) -> str:
        """The unit of a finding; a dash for a file that was not read."""
        return self.unit(finding.unit) if finding.unit or finding.file in self.read else NOT_READ

    def _count_findings(self) -> None:
        self.by_file: dict[str, Counter[Severity]] = defaultdict(Counter)
        self.by_form: Counter[int] = Counter()
        #: how many of a file's findings are waived, which the others leave out
        self.waived: Counter[str] = Counter()
        #: the form in which each finding of the batch stands
        self.form_of: list[FormRow | None] = []
        starts: _Starts = defaultdict(list)
        for each in sorted(self.forms, key=lambda form: form.row):
            starts[each.file, each.sheet].append(each)
        for finding in self.batch.findings:
            form = _form_at(starts, finding)
            self.form_of.append(form)
            if finding.waived:
                self.waived[finding.file] += 1
                continue
            self.by_file[finding.file][finding.severity] += 1
            if finding.severity is Severity.ERROR and form is not None:
                self.by_form[form.form_id] += 1

    def counts(self, form: FormRow) -> bool:
        """Whether a project's amounts are added: not those of a fund form whose project has a project form."""
        spec = self.profile.forms[form.form]
        return spec.repeats or (bool(spec.same_as) and form.alone)

    def forms_of(self) -> dict[str, list[FormRow]]:
        """The filled forms of every file."""
        found: dict[str, list[FormRow]] = defaultdict(list)
        for form in self.forms:
            found[form.file].append(form)
        return found

    def report(self, file: str, words: str) -> Link:
        """A link to the error report of the file's unit."""
        folder = self._folders.get(file)
        if folder is None:
            return Link("", "")
        return Link(path_link(f"{folder}/{REPORT.render(self.lang)}"), words)

    def form_name(self, form: Form) -> str:
        """What a form is called in a narrow column: ``附件10 项目``."""
        return Text(f"{form.attachment} {form.sheet.format(n='').strip()}".strip(), form.title_en).render(self.lang)

    def form_name_of(self, finding: int) -> str:
        """What the form is called in which finding number ``finding`` of the batch stands."""
        form = self.form_of[finding]
        return self.form_name(self.profile.forms[form.form]) if form else ""


def _counted(checked: list[Submission]) -> set[str]:
    """Of several returns of one unit only the last counts in a total; without a unit's name each does."""
    last = {item.unit or f"\0{item.file}": item.file for item in checked}
    return set(last.values())


def _form_at(starts: _Starts, finding: Finding) -> FormRow | None:
    """The form that a finding stands in: the last on its sheet that begins at or above it."""
    ref = finding.ref
    found = starts.get((ref.file, ref.sheet)) if ref else None
    if not ref or not found:
        return None
    return found[max(0, bisect_right(found, ref.row, key=lambda form: form.row) - 1)]
