"""``--waivers FILE``: problems that the bureau lets stand, each with a reason, by whom and until when."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from perfxl.clerk.errors import did_you_mean
from perfxl.clerk.lists import ListColumn, ListEntry, absent, notice, read_entries
from perfxl.model import Finding, Lang, Ref, Text, Waived
from perfxl.reading import FormRows, WorkbookRows
from perfxl.rules.clerk_lists import EXPIRED_WAIVER, UNUSED_WAIVER
from perfxl.values import name_key, squeeze

UNIT = ListColumn("unit", Text("单位", "Unit"), ("单位名称", "预算单位", "部门名称", "部门"))
CODE = ListColumn("code", Text("规则编号", "Code"), ("编号", "规则", "代码"))
WHERE = ListColumn(
    "where", Text("项目或单元格", "Project or cell"), ("项目", "项目名称", "单元格", "位置"), required=False
)
REASON = ListColumn("reason", Text("理由", "Reason"), ("豁免理由", "原因", "说明"))
BY = ListColumn("by", Text("批准人", "Approved by"), ("批准", "审批人", "经办人"))
UNTIL = ListColumn("until", Text("有效期至", "Valid until"), ("有效期", "到期日", "截止日期"))
HEADS = (UNIT, CODE, WHERE, REASON, BY, UNTIL)

NO_CODE = Text("没有规则“{code}”。{meant}", "There is no rule {code!r}.{meant}")
NO_SHEET = Text(
    "“{where}”没有写工作表。单元格请写成“项目3!D14”。",
    "{where!r} names no sheet. Write a cell as 项目3!D14.",
)

_CELL = re.compile(r"(?:(?P<sheet>.+)!)?\$?(?P<col>[A-Za-z]{1,3})\$?(?P<row>[1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Waiver:
    """A problem that may stand: of a unit, by its rule, everywhere or at one project or cell.

    ``project`` and ``sheet`` are as they are compared, ``""`` where they do not matter; ``entry`` is its place.
    """

    unit: str
    code: str
    project: str
    sheet: str
    cell: str
    waived: Waived
    entry: ListEntry

    def holds(self, today: date) -> bool:
        """Whether it has not ended; its last day counts."""
        return today <= self.waived.until

    def covers(self, ref: Ref, projects: Collection[str]) -> bool:
        """Whether it speaks of a cell that stands for these projects."""
        if self.cell:
            return (squeeze(ref.sheet), ref.cell) == (self.sheet, self.cell)
        return not self.project or self.project in projects


def read_waivers(path: str | Path, codes: Collection[str]) -> tuple[Waiver, ...]:
    """The waivers of a file; ``codes`` are those of the rules that there are.

    Raises ``ClerkError`` with file, row and column when something cannot be used.
    """
    return tuple(_waiver(entry, codes) for entry in read_entries(path, "waiver", HEADS))


def _waiver(entry: ListEntry, codes: Collection[str]) -> Waiver:
    unit, code = entry.needed(UNIT.key), squeeze(entry.needed(CODE.key)).upper()
    if code not in codes:
        raise entry.fail(CODE.key, NO_CODE, code=entry.text(CODE.key), meant=did_you_mean(code, codes))
    where = entry.text(WHERE.key)
    cell = _CELL.fullmatch(squeeze(where))
    if cell and not cell["sheet"]:
        raise entry.fail(WHERE.key, NO_SHEET, where=where)
    return Waiver(
        name_key(unit),
        code,
        "" if cell else name_key(where),
        cell["sheet"].strip("'") if cell else "",
        f"{cell['col'].upper()}{cell['row']}" if cell else "",
        Waived(entry.needed(REASON.key), entry.needed(BY.key), entry.day(UNTIL.key)),
        entry,
    )


HITS = Text("，对应的 {n} 处问题照常计入", "; {n} findings count as ever")
ELSEWHERE = Text(
    "该单位的 {code} 在{places}，请核对“项目或单元格”一栏。",
    "Its {code} stands at {places}: check the project or cell. ",
)
PART = Text("这里只指其中的{cells}。", " Here it is about {cells} only.")
#: so many places are named in a message
SHOWN = 5

_Key = tuple[str, str]


class FindingPlaces:
    """Which units and projects the cells of some workbooks stand for."""

    def __init__(self, workbooks: Iterable[WorkbookRows]) -> None:
        #: ``name_key`` of every unit -> its name
        self.units: dict[str, str] = {}
        self._forms: dict[_Key, list[tuple[int, str]]] = defaultdict(list)
        self._tasks: dict[tuple[str, str, int], str] = {}
        for sheets in workbooks:
            if sheets.unit:
                self.units.setdefault(name_key(sheets.unit), sheets.unit)
            names = {form.project: name_key(form.text("project_name")) for form in sheets.forms if form.project}
            for form in sheets.forms:
                self._add(sheets.file, form, names)
        for forms in self._forms.values():
            forms.sort()

    def _add(self, file: str, form: FormRows, names: Mapping[str, str]) -> None:
        self._forms[file, form.sheet].append((form.title_row, name_key(form.text("project_name"))))
        for task in form.tasks:
            if task.project in names:
                self._tasks[file, form.sheet, task.row] = names[task.project]

    def projects(self, ref: Ref) -> set[str]:
        """The project whose form, or whose task, a cell belongs to, as ``name_key``."""
        forms = self._forms.get((ref.file, ref.sheet), [])
        number = bisect_right(forms, ref.row, key=lambda form: form[0]) - 1
        own = forms[max(0, number)][1] if forms else ""
        return {own, self._tasks.get((ref.file, ref.sheet, ref.row), "")} - {""}


def waive(
    waivers: Sequence[Waiver], findings: Sequence[Finding], places: FindingPlaces, today: date, lang: Lang
) -> tuple[list[Finding], list[Finding]]:
    """The findings, those that may stand marked and behind the others of their file; and notices about the waivers."""
    by_key: dict[_Key, list[tuple[int, Waiver]]] = defaultdict(list)
    for number, waiver in enumerate(waivers):
        by_key[waiver.unit, waiver.code].append((number, waiver))
    hits: dict[int, list[Ref]] = {}
    marked: list[Finding] = []
    for finding in findings:
        mine = by_key.get((name_key(finding.unit), finding.code), [])
        marked += _marked(finding, mine, places, today, hits, lang) if mine else [finding]
    order = {file: number for number, file in enumerate(dict.fromkeys(finding.file for finding in findings))}
    marked.sort(key=lambda finding: (order[finding.file], finding.waived is not None))
    return marked, list(_notices(waivers, hits, findings, places, today, lang))


def _marked(
    finding: Finding,
    waivers: Sequence[tuple[int, Waiver]],
    places: FindingPlaces,
    today: date,
    hits: dict[int, list[Ref]],
    lang: Lang,
) -> Iterator[Finding]:
    """A finding in parts: the cells that each waiver speaks of, and what is left. A cell is waived by what names it.

    The message of a part is that of the whole, which may count and list all its cells: hence it says which are meant.
    """
    parts: dict[Waived | None, list[Ref]] = defaultdict(list)
    nearest = sorted(waivers, key=lambda pair: (not pair[1].cell, not pair[1].project))
    for ref in finding.cells:
        projects = places.projects(ref)
        fit = [(number, waiver) for number, waiver in nearest if waiver.covers(ref, projects)]
        valid = next((pair for pair in fit if pair[1].holds(today)), None)
        for number, waiver in fit:
            if not waiver.holds(today) or (valid and number == valid[0]):
                hits.setdefault(number, []).append(ref)
        parts[valid[1].waived if valid else None].append(ref)
    if not finding.cells:
        whole = [pair for pair in waivers if not (pair[1].cell or pair[1].project) and pair[1].holds(today)]
        hits.update({number: [] for number, _ in whole[:1]})
        yield replace(finding, waived=whole[0][1].waived) if whole else finding
    for waived, cells in parts.items():
        written = finding.written if finding.ref in cells else ""
        message = finding.message + (PART.render(lang, cells=_listed(cells, lang)) if len(parts) > 1 else "")
        yield replace(finding, cells=tuple(cells), written=written, waived=waived, message=message)


def _notices(
    waivers: Sequence[Waiver],
    hits: Mapping[int, Sequence[Ref]],
    findings: Sequence[Finding],
    places: FindingPlaces,
    today: date,
    lang: Lang,
) -> Iterator[Finding]:
    """WAIVER-01 of an expired waiver, WAIVER-02 of one that met nothing; one for all whose units are not there."""
    for number, waiver in enumerate(waivers):
        values = {"unit": waiver.entry.text(UNIT.key), "code": waiver.code}
        refs = hits.get(number, ())
        if waiver.unit not in places.units:
            continue
        if not waiver.holds(today):
            said = HITS.render(lang, n=len(refs)) if refs else ""
            message = EXPIRED_WAIVER.message.render(lang, until=waiver.waived.until, hits=said, **values)
            yield notice(EXPIRED_WAIVER, waiver.entry, UNTIL.key, message, lang, refs)
        elif number not in hits:
            others = _others(waiver, findings)
            listed = _listed(others, lang)
            elsewhere = ELSEWHERE.render(lang, code=waiver.code, places=listed) if others else ""
            message = UNUSED_WAIVER.message.render(lang, elsewhere=elsewhere, **values)
            yield notice(UNUSED_WAIVER, waiver.entry, CODE.key, message, lang, others[:SHOWN])
    gone = [waiver.entry for waiver in waivers if waiver.unit not in places.units]
    if gone:
        yield absent(UNUSED_WAIVER, gone, places.units.values(), lang)


def _listed(cells: Sequence[Ref], lang: Lang) -> str:
    """The first of some cells, as a message names them."""
    more = Text(f" 等 {len(cells)} 处", f" … ({len(cells)})").render(lang) if len(cells) > SHOWN else ""
    return Text("、", ", ").render(lang).join(map(str, cells[:SHOWN])) + more


def _others(waiver: Waiver, findings: Sequence[Finding]) -> list[Ref]:
    """Where a unit has findings of the code that the waiver does not speak of."""
    if not (waiver.cell or waiver.project):
        return []
    mine = (f for f in findings if (name_key(f.unit), f.code) == (waiver.unit, waiver.code))
    return [ref for finding in mine for ref in finding.cells]
