"""The report ``错误报告.html``: what a unit has to correct, cell by cell, to read on a screen, a phone or paper.

One page for each unit, complete in itself: no script, no picture, no address outside it. This module works out what
the page shows; its template only arranges it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import count, groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from xlsxwriter.utility import xl_range

from perfxl import __version__
from perfxl.model import Finding, Lang, Outcome, Ref, Result, Severity, Status, Submission, Text, by_rule, severities
from perfxl.output_files import UNKNOWN_UNIT, save
from perfxl.reports.out_folder import DOCUMENT, REPORT, Incomplete, by_unit, names_of, not_saved
from perfxl.rules import rules_of
from perfxl.values import wan

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

WHEN = Text("{now.year} 年 {now.month} 月 {now.day} 日 {now:%H:%M}", "{now:%Y-%m-%d %H:%M}")
#: the cells of the result of an indicator
RESULT, SCORE, REASON = Text("实际完成值", "result"), Text("得分", "score"), Text("偏差原因", "reason")
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
    words = cell_words(batch)
    now = datetime.now().astimezone()
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in batch.outcomes:
        outcomes[outcome.file].append(outcome)
    written: list[Path] = []
    missing: list[str] = []
    for unit, folder, submissions in by_unit(batch):
        names = names_of(submissions)
        files = [file_view(batch, item, outcomes[item.file], words, names) for item in submissions]
        html = page(batch, unit, files, now)
        path = out / folder / REPORT.render(batch.lang)
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
        lang=lang, render=lambda zh, en, **values: Text(zh, en).render(lang, **values),
        unit=unit or UNKNOWN_UNIT.render(lang), profile=batch.profile, when=WHEN.render(lang, now=now), files=files,
        DOCUMENT=DOCUMENT, version=__version__, Severity=Severity, Status=Status, Result=Result,
    )  # fmt: skip


@cache
def _template() -> Template:
    return Environment(
        loader=PackageLoader("perfxl", "reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("unit_report.html.j2")  # fmt: skip


class CellWords(NamedTuple):
    """A cell: its label in the form (``金额合计·总额``) and its text, both ``""`` if they are not known."""

    label: str = ""
    text: str = ""


_Words = Mapping[Ref, CellWords]


class CellsView(NamedTuple):
    """Cells of one sheet: ``about`` is the project of the sheet, ``label`` the labels of the cells."""

    sheet: str
    about: str
    cells: list[str]
    label: str


class FigureView(NamedTuple):
    """A line of the comparison beside a finding; ``rest`` is the difference, below the others."""

    label: str
    amount: str
    rest: bool = False


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding on the page, or ``times`` findings with the same message on several sheets.

    ``label`` is one that all cells have, else ``""``; ``operands`` are the related cells with their label and text.
    """

    number: int
    times: int
    finding: Finding
    label: str
    places: list[CellsView]
    written: str
    figures: list[FigureView]
    texts: list[FigureView]
    operands: list[tuple[Ref, str, str]]


class RuleView(NamedTuple):
    """A rule with its findings; ``place`` is the first cell of the first, ``cells`` the number of all."""

    first: Finding
    times: int
    cells: int
    place: str
    items: list[FindingView]


@dataclass(frozen=True, slots=True)
class FileView:
    """One file on the page; ``notices`` are those of a checked file by rule, ``repeats`` the number of files like it.

    ``checks`` are the outcome of each rule, its names, the number of its findings and of those that are waived.
    """

    submission: Submission
    counts: Counter[str]
    sections: dict[Severity, list[FindingView]]
    notices: list[RuleView]
    waived: list[FindingView]
    checks: list[tuple[Outcome, list[str], int, int]]
    tally: dict[str, int]
    repeats: int
    name: str
    parts: list[str]


def file_view(
    batch: Batch, submission: Submission, outcomes: Sequence[Outcome], words: _Words, names: Mapping[str, str]
) -> FileView:
    """All that the page shows of one file; its findings are numbered through. ``names`` are those of its files."""
    findings = batch.of(submission.file)
    about = {form.sheet: form.name for form in submission.forms}
    numbers = count(1)

    def shown(found: Iterable[Finding]) -> list[FindingView]:
        return [_item(next(numbers), group, words, about, batch.lang) for group in _alike(found)]

    asked = {each: [one for one in findings if one.severity is each and not one.waived] for each in Severity}
    told = asked.pop(Severity.NOTICE) if submission.status.checked else []
    sections = {severity: shown(found) for severity, found in asked.items() if found}
    notices = [
        RuleView(
            rule[0], len(rule), len({ref for one in rule for ref in one.cells}), rule[0].place(batch.lang), shown(rule)
        )
        for rule in by_rule(told)
    ]
    waived = shown(one for one in findings if one.waived)
    checks = _checks(batch, findings, outcomes)
    return FileView(
        submission,
        severities(findings),
        sections,
        notices,
        waived,
        checks,
        {result.name: sum(outcome.result is result for outcome, *_ in checks) for result in Result},
        sum(item.duplicate_of == submission.file for item in batch.submissions),
        names[submission.file],
        [names.get(part, part.rpartition("/")[2]) for part in submission.parts],
    )


def _alike(findings: Iterable[Finding]) -> Iterable[list[Finding]]:
    """Groups of findings with the same message that compare nothing; any other finding is a group of its own."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        alone = finding.related or finding.hints or finding.stated is not None
        key = id(finding) if alone else (finding.code, finding.message, finding.waived)
        groups.setdefault(key, []).append(finding)
    return groups.values()


def _item(number: int, group: Sequence[Finding], words: _Words, about: dict[str, str], lang: Lang) -> FindingView:
    finding = group[0]
    sheets: dict[str, list[Ref]] = {}
    for ref in (ref for one in group for ref in one.cells):
        sheets.setdefault(ref.sheet, []).append(ref)
    places = [CellsView(name, about.get(name, ""), ranges(refs), _label(refs, words)) for name, refs in sheets.items()]
    labels = {place.label for place in places}
    written = ""
    if len(group) == len(finding.cells) == 1:  # as the rule quotes it, else as it is in the tables
        written = _cut(finding.written or words[finding.cells[0]].text)
    return FindingView(
        number,
        len(group),
        finding,
        labels.pop() if len(labels) == 1 and len(places) > 1 else "",
        places,
        written,
        _figures(finding, lang),
        _texts(finding, lang),
        [(_shown(ref, finding), words[ref].label, _cut(words[ref].text)) for ref in dict.fromkeys(finding.related)],
    )


def _shown(ref: Ref, finding: Finding) -> Ref:
    """A cell, its sheet with the name of its file where that is another one than the finding's."""
    return ref if ref.file == finding.file else ref._replace(sheet=f"“{ref.file.rpartition('/')[2]}” {ref.sheet}")


def _label(refs: Iterable[Ref], words: _Words) -> str:
    labels = list(dict.fromkeys(filter(None, (words[ref].label for ref in refs))))
    return "、".join(labels) if len(labels) <= MOST_LABELS else ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _figures(finding: Finding, lang: Lang) -> list[FigureView]:
    pairs = ((STATED, finding.stated), (OTHER, finding.computed), (GAP, finding.difference))
    amounts = [(label, fen) for label, fen in pairs if isinstance(fen, int)]
    places = max((len(wan(fen).partition(".")[2]) for _, fen in amounts), default=2)
    views = []
    for label, fen in amounts:
        whole, _, decimals = wan(fen).partition(".")
        sign = "+" if label is GAP and fen > 0 else ""
        views.append(FigureView(label.render(lang), f"{sign}{whole}.{decimals.ljust(places, '0')}", label is GAP))
    return views


def _texts(finding: Finding, lang: Lang) -> list[FigureView]:
    pairs = ((STATED_TEXT, finding.stated), (OTHER_TEXT, finding.computed))
    return [FigureView(label.render(lang), _cut(text)) for label, text in pairs if isinstance(text, str) and text]


def _checks(
    batch: Batch, findings: Iterable[Finding], outcomes: Sequence[Outcome]
) -> list[tuple[Outcome, list[str], int, int]]:
    """The result of each rule on a file, in the order of the codes; sums with one code share a line."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for rule in rules_of(batch.profile):
        names[rule.code][rule.name.render(batch.lang)] = None
    found = Counter(finding.code for finding in findings)
    waived = Counter(finding.code for finding in findings if finding.waived)
    return [(one, list(names.get(one.code, [one.code])), found[one.code], waived[one.code]) for one in outcomes]


def cell_words(batch: Batch) -> _Words:
    """The words of the cells that findings are about."""
    wanted = {ref for finding in batch.findings for ref in (*finding.cells, *finding.related)}
    found: dict[Ref, CellWords] = defaultdict(CellWords)
    for ref, label, text in _known(batch):
        if ref in wanted:
            found.setdefault(ref, CellWords(label, text))
    return found


def _known(batch: Batch) -> Iterator[tuple[Ref, str, str]]:
    """Every cell of the rows with its label and text; of several labels of a cell the most precise one comes first."""
    for book in batch.tables.returns:
        for amount in book.amounts:
            yield amount.ref, amount.label, amount.text
        for text in book.texts:
            yield text.ref, text.label, text.text
        for line in book.indicators:
            level = line.second_text or line.first_text
            yield line.ref, line.name or level, line.value
            yield line.name_ref, level, line.name
        for result in book.results:
            for ref, head, written in (
                (result.actual_ref, RESULT, result.actual.text), (result.ref, SCORE, result.score_text),
                (result.reason_ref, REASON, result.reason),
            ):  # fmt: skip
                yield ref, f"{result.name}·{head.render(batch.lang)}", written
        for task in book.tasks:
            spec = book.spec(task.form).tasks
            labels = {column.key: column.label for column in spec.columns} if spec else {}
            yield task.ref, labels.get("name", ""), task.name
            yield task.content_ref, labels.get("content", ""), task.content
        for blank in book.open_lines:
            if key := blank.second or blank.first:
                yield blank.ref, batch.profile.levels[key].name, ""
        for form in book.all_forms:
            yield form.title_ref, book.spec(form).name(batch.lang), ""


def ranges(refs: Iterable[Ref]) -> list[str]:
    """The cells of one sheet as ranges of Excel: ``E15:G24``, ``D7``."""
    columns: dict[int, set[int]] = defaultdict(set)
    for ref in refs:
        columns[ref.row].add(ref.col)
    rows: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in sorted(columns):
        for run in _runs(columns[row]):
            rows[run].append(row)
    blocks = sorted((top, left, bottom, right) for (left, right), at in rows.items() for top, bottom in _runs(at))
    return [xl_range(top - 1, left - 1, bottom - 1, right - 1) for top, left, bottom, right in blocks]


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    for _, run in groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        yield found[0], found[-1]
