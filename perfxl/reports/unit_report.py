"""The report ``错误报告.html``: what a unit has to correct, cell by cell, to read on a screen, a phone or paper.

One page for each unit, complete in itself: no script, no picture, no address outside it. This module works out what
the page shows; its template only arranges it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from perfxl import __version__
from perfxl.model import Outcome, Result, Severity, Status, Text
from perfxl.output_files import UNKNOWN_UNIT, save
from perfxl.reports.out_folder import DOCUMENT, Incomplete, by_unit, not_saved

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from perfxl.model import Finding, Lang, Ref, Submission
from perfxl.rules import rules_of
from perfxl.values import wan

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch
from collections.abc import Iterator

from perfxl.model import column_letters
from perfxl.tables import Tables, rows

NAME = Text("错误报告.html", "report.html")
WHEN = Text("{now.year} 年 {now.month} 月 {now.day} 日 {now:%H:%M}", "{now:%Y-%m-%d %H:%M}")
#: of amounts that are compared, and of other texts
STATED, OTHER, GAP = Text("填报数", "stated"), Text("核对数", "compared with"), Text("相差", "difference")
STATED_TEXT, OTHER_TEXT = Text("填写", "written"), Text("核对", "compared with")
#: characters of the text of a cell; the page names the cell, where the rest can be read
LONGEST = 160
#: so many labels name some cells; more of them would be a list
MOST_LABELS = 3


def write(batch: Batch, out: Path) -> list[Path]:
    """Write one page for each unit below ``out``; unreadable files and files that are no returns share one.

    Raises ``Incomplete`` if some pages could not be written, ``OSError`` if none can.
    """
    cells = CellIndex(batch.tables, batch.findings, batch.lang)
    now = datetime.now().astimezone()
    outcomes: dict[str, list[Outcome]] = {}
    for outcome in batch.outcomes:
        outcomes.setdefault(outcome.file, []).append(outcome)
    written: list[Path] = []
    missing: list[str] = []
    for unit, folder, submissions in by_unit(batch):
        files = [file_view(batch, item, outcomes.get(item.file, []), cells) for item in submissions]
        html = page(batch, unit, files, now)
        path = out / folder / NAME.render(batch.lang)
        try:
            written.append(save(path, html.encode("utf-8", "replace")))  # the name of a file may be no Unicode
        except OSError as error:
            missing.append(not_saved(error, path, batch.lang))
    if missing:
        raise Incomplete(written, missing)
    return written


def page(batch: Batch, unit: str, files: Sequence[FileView], now: datetime) -> str:
    """The page of a unit as HTML."""
    lang = batch.lang
    return _template().render(
        lang=lang,
        render=lambda zh, en, **values: Text(zh, en).render(lang, **values),
        unit=unit or UNKNOWN_UNIT.render(lang),
        profile=batch.profile,
        when=WHEN.render(lang, now=now),
        files=files,
        DOCUMENT=DOCUMENT,
        version=__version__,
        Severity=Severity,
        Status=Status,
        Result=Result,
    )


@cache
def _template() -> Template:
    """The template of the page; all values are escaped."""
    environment = Environment(
        loader=PackageLoader("perfxl", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("unit_report.html.j2")


class CellsView(NamedTuple):
    """Cells of one sheet: ``about`` is the project of the sheet, ``label`` the labels of the cells."""

    sheet: str
    about: str
    cells: list[str]
    label: str


class OperandView(NamedTuple):
    """A related cell: its sheet and address, its label and its text."""

    sheet: str
    cell: str
    label: str
    text: str


class FigureView(NamedTuple):
    """A line of the comparison beside a finding; ``rest`` is the difference, below the others."""

    label: str
    amount: str
    rest: bool


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding on the page, or ``times`` findings with the same message on several sheets.

    ``label`` is the label that all cells have in common, else ``""``; ``figures`` are the amounts that are compared,
    ``texts`` other things that are compared.
    """

    number: int
    times: int
    finding: Finding
    label: str
    places: list[CellsView]
    written: str
    figures: list[FigureView]
    texts: list[FigureView]
    operands: list[OperandView]


class SectionView(NamedTuple):
    """The ``found`` findings of one severity."""

    severity: Severity
    found: int
    shown: list[FindingView]


class RuleView(NamedTuple):
    """A rule, its result, and the number of its findings, some of them waived."""

    code: str
    names: list[str]
    result: Result
    found: int
    waived: int
    reason: str


class FormView(NamedTuple):
    """A sheet that was read as a form."""

    name: str
    form: str
    about: str
    blank: bool


@dataclass(frozen=True, slots=True)
class FileView:
    """One file on the page; ``repeats`` are the files with the same bytes."""

    submission: Submission
    counts: dict[str, int]
    sections: list[SectionView]
    waived: list[FindingView]
    checks: list[RuleView]
    tally: dict[str, int]
    sheets: list[FormView]
    repeats: list[str]


def file_view(batch: Batch, submission: Submission, outcomes: Sequence[Outcome], cells: CellIndex) -> FileView:
    """All that the page shows of one file; its findings are numbered through."""
    findings = batch.of(submission.file)
    about = {form.sheet: form.name for form in submission.forms}
    numbers = count(1)
    sections = []
    for severity in Severity:
        alike = _alike([one for one in findings if one.severity is severity and not one.waived])
        shown = [_item(next(numbers), group, cells, about, batch.lang) for group in alike]
        sections.append(SectionView(severity, sum(item.times for item in shown), shown))
    waived = _alike([one for one in findings if one.waived])
    checks = _checks(batch, findings, outcomes)
    return FileView(
        submission,
        {section.severity.value: section.found for section in sections},
        [section for section in sections if section.found],
        [_item(next(numbers), group, cells, about, batch.lang) for group in waived],
        checks,
        {result.name: sum(check.result is result for check in checks) for result in Result},
        _sheets(batch, submission),
        [item.file for item in batch.submissions if item.duplicate_of == submission.file],
    )


def _alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Groups of findings with the same message that compare nothing; any other finding is a group of its own."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        alone = finding.related or finding.hints or finding.stated is not None
        key = id(finding) if alone else (finding.code, finding.message, finding.waived)
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _item(number: int, group: Sequence[Finding], cells: CellIndex, about: dict[str, str], lang: Lang) -> FindingView:
    finding = group[0]
    sheets = by_sheet(ref for one in group for ref in one.cells)
    places = [_place(sheet, refs, about.get(sheet, ""), cells) for sheet, refs in sheets.items()]
    labels = {place.label for place in places}
    return FindingView(
        number,
        len(group),
        finding,
        labels.pop() if len(labels) == 1 and len(places) > 1 else "",
        places,
        _written(finding, cells) if len(group) == 1 else "",
        _figures(finding, lang),
        _texts(finding, lang),
        [_operand(ref, cells) for ref in dict.fromkeys(finding.related)],
    )


def _place(sheet: str, refs: Sequence[Ref], about: str, cells: CellIndex) -> CellsView:
    labels = list(dict.fromkeys(filter(None, (cells.of(ref).label for ref in refs))))
    return CellsView(sheet, about, ranges(refs), "、".join(labels) if len(labels) <= MOST_LABELS else "")


def _operand(ref: Ref, cells: CellIndex) -> OperandView:
    return OperandView(ref.sheet, ref.cell, cells.of(ref).label, _cut(cells.of(ref).text))


def _written(finding: Finding, cells: CellIndex) -> str:
    """The text of a finding with one cell: as the rule quotes it, else as it is in the tables."""
    if finding.written or len(finding.cells) != 1:
        return _cut(finding.written) if len(finding.cells) == 1 else ""
    return _cut(cells.of(finding.cells[0]).text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _figures(finding: Finding, lang: Lang) -> list[FigureView]:
    """The amounts of a comparison, all with the same number of decimals."""
    amounts = [
        (label, fen, rest)
        for label, fen, rest in (
            (STATED, finding.stated, False), (OTHER, finding.computed, False), (GAP, finding.difference, True)
        )
        if isinstance(fen, int)
    ]  # fmt: skip
    places = max((len(wan(fen).partition(".")[2]) for _, fen, _ in amounts), default=2)
    return [FigureView(label.render(lang), _padded(fen, places, rest), rest) for label, fen, rest in amounts]


def _padded(fen: int, places: int, signed: bool) -> str:
    whole, _, decimals = wan(fen).partition(".")
    return f"{'+' if signed and fen > 0 else ''}{whole}.{decimals.ljust(places, '0')}"


def _texts(finding: Finding, lang: Lang) -> list[FigureView]:
    """The texts of a comparison."""
    pairs = ((STATED_TEXT, finding.stated), (OTHER_TEXT, finding.computed))
    return [
        FigureView(label.render(lang), _cut(text), False) for label, text in pairs if isinstance(text, str) and text
    ]


def _checks(batch: Batch, findings: Iterable[Finding], outcomes: Sequence[Outcome]) -> list[RuleView]:
    """The result of each rule on a file, in the order of the codes; sums with one code share a line."""
    names: dict[str, list[str]] = {}
    for rule in rules_of(batch.profile):
        known = names.setdefault(rule.code, [])
        if (name := rule.name.render(batch.lang)) not in known:
            known.append(name)
    found = Counter(finding.code for finding in findings)
    waived = Counter(finding.code for finding in findings if finding.waived)
    return [
        RuleView(o.code, names.get(o.code, [o.code]), o.result, found[o.code], waived[o.code], o.reason)
        for o in outcomes
    ]


def _sheets(batch: Batch, submission: Submission) -> list[FormView]:
    return [
        FormView(seen.sheet, batch.profile.forms[seen.form].name(batch.lang), seen.name, seen.blank)
        for seen in submission.forms
    ]


class CellWords(NamedTuple):
    """A cell: its label in the form (``金额合计·总额``) and its text, both ``""`` if they are not known."""

    label: str = ""
    text: str = ""


_Key = tuple[str, str, int, int]


class CellIndex:
    """The cells of some findings, looked up in the tables once."""

    def __init__(self, tables: Tables, findings: Iterable[Finding], lang: Lang) -> None:
        wanted = {_key(ref) for finding in findings for ref in (*finding.cells, *finding.related)}
        self._cells: dict[_Key, CellWords] = {}
        for key, cell in _known(tables, lang):
            if key in wanted:
                self._cells.setdefault(key, cell)

    def of(self, ref: Ref) -> CellWords:
        """The label and the text of a cell."""
        return self._cells.get(_key(ref), CellWords())


def _key(ref: Ref) -> _Key:
    return ref.file, ref.sheet, ref.row, ref.col


def _known(tables: Tables, lang: Lang) -> Iterator[tuple[_Key, CellWords]]:
    """Every cell of the tables; of several labels of a cell the most precise one comes first."""
    profile = tables.profile
    for row in rows(tables.amounts):
        yield (row.file, row.sheet, row.row, row.col), CellWords(row.label, row.text)
    for row in rows(tables.texts):
        yield (row.file, row.sheet, row.row, row.col), CellWords(row.label, row.text)
    for row in rows(tables.indicators):
        level = row.second_text or row.first_text
        yield (row.file, row.sheet, row.row, row.col), CellWords(row.name or level, row.value)
        yield (row.file, row.sheet, row.name_row, row.name_col), CellWords(level, row.name)
    for row in rows(tables.tasks):
        spec = profile.forms[row.form].tasks
        labels = {column.key: column.label for column in spec.columns} if spec else {}
        yield (row.file, row.sheet, row.row, row.col), CellWords(labels.get("name", ""), row.name)
        yield (row.file, row.sheet, row.content_row, row.content_col), CellWords(labels.get("content", ""), row.content)
    for row in rows(tables.open_lines):
        if level := row.second or row.first:
            yield (row.file, row.sheet, row.row, row.col), CellWords(profile.levels[level].name)
    for row in rows(tables.forms):
        yield (row.file, row.sheet, row.row, row.col), CellWords(profile.forms[row.form].name(lang))


def by_sheet(refs: Iterable[Ref]) -> dict[str, list[Ref]]:
    """The cells by sheet, sheets in the order of their first cell."""
    sheets: dict[str, list[Ref]] = {}
    for ref in refs:
        sheets.setdefault(ref.sheet, []).append(ref)
    return sheets


def ranges(refs: Iterable[Ref]) -> list[str]:
    """The cells of one sheet as ranges of Excel: ``E15:G24``, ``D7``."""
    columns: dict[int, set[int]] = {}
    for ref in refs:
        columns.setdefault(ref.row, set()).add(ref.col)
    blocks: list[tuple[int, int, int, int]] = []  # top, bottom, left, right
    open_blocks: dict[tuple[int, int], tuple[int, int]] = {}
    for row in sorted(columns):
        runs = set(_runs(columns[row]))
        for run, (top, bottom) in list(open_blocks.items()):
            if run not in runs or bottom != row - 1:
                blocks.append((top, bottom, *run))
                del open_blocks[run]
        for run in runs:
            open_blocks[run] = (open_blocks.get(run, (row, row))[0], row)
    blocks += [(top, bottom, *run) for run, (top, bottom) in open_blocks.items()]
    return [_range(*block) for block in sorted(blocks, key=lambda b: (b[0], b[2]))]


def _runs(cols: set[int]) -> Iterator[tuple[int, int]]:
    """Runs of adjacent columns as (first, last)."""
    for col in sorted(cols):
        if col - 1 not in cols:
            last = col
            while last + 1 in cols:
                last += 1
            yield col, last


def _range(top: int, bottom: int, left: int, right: int) -> str:
    first, last = f"{column_letters(left)}{top}", f"{column_letters(right)}{bottom}"
    return first if first == last else f"{first}:{last}"
