"""Waivers laid over findings: what may stand is marked, and a waiver that does nothing is a notice of its own.

Those notices speak of the clerk's file and of no return: their cells are those of the file, and no unit's status
hangs on them. Hence a family of their own: FILE tells a unit about its workbook, ROUND about who has to report.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from perfxl.clerk.notices import absent, notice
from perfxl.clerk.waivers import CODE, UNIT, UNTIL, Waiver
from perfxl.model import Finding, Lang, Ref, Text, Waived
from perfxl.reading import FormRows, SheetRows
from perfxl.rules.clerks_files import EXPIRED_WAIVER, UNUSED_WAIVER
from perfxl.values import name_key

HITS = Text("，对应的 {n} 处问题照常计入", "; {n} findings count as ever")
ELSEWHERE = Text(
    "该单位的 {code} 在{places}，请核对“项目或单元格”一栏。",
    "Its {code} stands at {places}: check the project or cell. ",
)
PART = Text("这里只指其中的{cells}。", " Here it is about {cells} only.")
#: so many places are named in a message
SHOWN = 5

_Key = tuple[str, str]


class Places:
    """Which units and projects the cells of some workbooks stand for."""

    def __init__(self, workbooks: Iterable[tuple[str, SheetRows]]) -> None:
        #: ``name_key`` of every unit -> its name
        self.units: dict[str, str] = {}
        self._forms: dict[_Key, list[tuple[int, str]]] = defaultdict(list)
        self._tasks: dict[tuple[str, str, int], str] = {}
        for file, sheets in workbooks:
            if sheets.unit:
                self.units.setdefault(name_key(sheets.unit), sheets.unit)
            names = {form.project: name_key(form.text("project_name")) for form in sheets.forms if form.project}
            for form in sheets.forms:
                self._add(file, form, names)
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
    waivers: Sequence[Waiver], findings: Sequence[Finding], places: Places, today: date, lang: Lang
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
    places: Places,
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
    places: Places,
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
