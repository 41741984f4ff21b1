"""``--waivers FILE``: problems that the bureau accepts, each with a reason, the person who approved it and a last day.

A waived finding is marked, and a waiver without effect gives a notice. These notices are about the clerk's file, not
about a return: their cells are those of the file, and they change no unit's status.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from perfxl.clerk import lists
from perfxl.clerk.errors import did_you_mean
from perfxl.clerk.lists import SHOWN, ClerkList, ListColumn, ListEntry, absent_units, notice, read_entries
from perfxl.model import Finding, Lang, Ref, Text, Waived, cells_in_words, seen_from
from perfxl.reading import WorkbookRows
from perfxl.rules.submissions import EXPIRED_WAIVER, UNUSED_WAIVER
from perfxl.values import name_key, squeeze

UNIT = lists.UNIT._replace(
    how=Text(
        "单位全称，与申报表上的部门名称一致。空格和标点不影响。",
        "The unit's full name as on its form. Blanks and marks do not matter.",
    )
)
CODE = ListColumn(
    "code", Text("规则编号", "Code"), ("编号", "规则", "代码"), width=15, style="text",
    how=Text("从下拉框选取，与问题清单上的编号一致。", "Choose it from the list; it stands beside the finding."),
    example="SUM-10", prompt=Text("请从下拉框选取规则编号。", "Choose a code from the list."),
)  # fmt: skip
WHERE = ListColumn(
    "where", Text("项目或单元格", "Project or cell"), ("项目", "项目名称", "单元格", "位置"), required=False, width=26,
    style="text_left",
    how=Text(
        "不填：豁免该单位这条规则的所有问题。填项目名称：只豁免这个项目的。填“项目3!D14”这样的单元格：只豁免这一处。",
        "Empty: the rule in the whole unit. A project's name: only there. A cell such as 项目3!D14: only that one.",
    ),
    example="部门整体支出!E25",
    prompt=Text(
        "可不填；或写项目名称，或写“项目3!D14”。", "May stay empty; a project's name, or a cell like 项目3!D14."
    ),
)  # fmt: skip
REASON = ListColumn(
    "reason", Text("理由", "Reason"), ("豁免理由", "原因", "说明"), width=40, style="text_left",
    how=Text(
        "会写进汇总表和退回单位的材料，请写明依据。", "Shown in the summary and to the unit: say on what grounds."
    ),
    example="批复文件同意保留",
)  # fmt: skip
BY = ListColumn(
    "by", Text("批准人", "Approved by"), ("批准", "审批人", "经办人"), width=14, style="text",
    how=Text("同意豁免的人。", "Who agreed to it."), example="张三",
)  # fmt: skip
UNTIL = ListColumn(
    "until", Text("有效期至", "Valid until"), ("有效期", "到期日", "截止日期"), width=14, style="date",
    how=Text(
        "日期，如 2026-12-31。当天仍有效；过期的不再适用，并有提示。",
        "A date such as 2026-12-31, the last day on which it holds. An expired waiver is not applied, and told.",
    ),
    example="2026-12-31", prompt=Text("请写日期，如 2026-12-31。", "Write a date such as 2026-12-31."),
    accepts={"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)},
)  # fmt: skip
WAIVERS = ClerkList(
    "waiver", (UNIT, CODE, WHERE, REASON, BY, UNTIL), Text("豁免", "Waivers"), Text("审核问题豁免登记表", "Waivers"),
    Text(
        "每行一条，除“项目或单元格”外都要填，填法见“填写说明”。审核时加 --waivers 本文件。",
        "One waiver a row; only the project or cell may stay empty. Give the file to perfxl check by --waivers.",
    ),
    Text(
        "豁免的问题照样列出并注明理由，只是不计入审核结果；未使用的豁免也有提示，请及时清理。",
        "Waived findings are still listed, with the reason, and do not count. "
        "A waiver that is not used is told as well.",
    ),
    rows=200,
)  # fmt: skip

NO_CODE = Text("没有规则“{code}”。{meant}", "There is no rule {code!r}.{meant}")
NO_SHEET = Text(
    "“{where}”没有写工作表。单元格请写成“项目3!D14”。", "{where!r} names no sheet. Write a cell as 项目3!D14."
)
HITS = Text("，对应的 {n} 处问题照常计入", "; {n} findings count as ever")
ELSEWHERE = Text(
    "该单位的 {code} 在{places}，请核对“项目或单元格”一栏。",
    "Its {code} stands at {places}: check the project or cell. ",
)
PART = Text("本条仅涉及其中的{cells}。", " Here it is about {cells} only.")
AND_MORE = Text(" 等 {n} 处", " … ({n})")

_CELL = re.compile(r"(?:(?P<sheet>.+)!)?\$?(?P<col>[A-Za-z]{1,3})\$?(?P<row>[1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Waiver:
    """A problem that is accepted: of a unit, by its rule, everywhere or at one project or cell.

    ``unit``, ``project`` and ``sheet`` are as they are compared, the latter ``""`` where they do not matter.
    """

    unit: str
    code: str
    project: str
    sheet: str
    cell: str
    waived: Waived
    entry: ListEntry

    def valid(self, today: date) -> bool:
        """Whether it has not expired; its last day counts."""
        return today <= self.waived.until

    def covers(self, ref: Ref, projects: Collection[str]) -> bool:
        """Whether it applies to a cell of these projects."""
        if self.cell:
            return (squeeze(ref.sheet), ref.cell) == (self.sheet, self.cell)
        return not self.project or self.project in projects


def read_waivers(path: str | Path, codes: Collection[str]) -> tuple[Waiver, ...]:
    """The waivers of a file; ``codes`` are those of all rules. Raises ``UserError`` with file, row and column."""
    return tuple(_waiver(entry, codes) for entry in read_entries(path, WAIVERS))


def _waiver(entry: ListEntry, codes: Collection[str]) -> Waiver:
    unit, code = entry.needed(UNIT), squeeze(entry.needed(CODE)).upper()
    if code not in codes:
        raise entry.error(CODE, NO_CODE, code=entry.text(CODE), meant=did_you_mean(code, codes))
    where = entry.text(WHERE)
    cell = _CELL.fullmatch(squeeze(where))
    if cell and not cell["sheet"]:
        raise entry.error(WHERE, NO_SHEET, where=where)
    return Waiver(
        name_key(unit),
        code,
        "" if cell else name_key(where),
        cell["sheet"].strip("'") if cell else "",
        f"{cell['col'].upper()}{cell['row']}" if cell else "",
        Waived(entry.needed(REASON), entry.needed(BY), entry.day(UNTIL)),
        entry,
    )


class ProjectCells:
    """The unit and the projects that the cells of some workbooks belong to."""

    def __init__(self, workbooks: Iterable[WorkbookRows]) -> None:
        #: ``name_key`` of every unit -> its name
        self.units: dict[str, str] = {}
        self._forms: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        self._tasks: dict[tuple[str, str, int], str] = {}
        for sheets in workbooks:
            if sheets.unit:
                self.units.setdefault(name_key(sheets.unit), sheets.unit)
            names = {form.project: name_key(form.text("project_name")) for form in sheets.forms if form.project}
            for form in sheets.forms:
                own = name_key(form.text("project_name"))
                self._forms[form.file, form.sheet].append((form.title_row, own))
                for task in form.tasks:
                    if task.project in names:
                        self._tasks[form.file, form.sheet, task.row] = names[task.project]
        for forms in self._forms.values():
            forms.sort()

    def projects(self, ref: Ref) -> set[str]:
        """The project whose form, or whose task, a cell belongs to, as ``name_key``."""
        forms = self._forms.get((ref.file, ref.sheet), [])
        number = bisect_right(forms, ref.row, key=lambda form: form[0]) - 1
        own = forms[max(0, number)][1] if forms else ""
        return {own, self._tasks.get((ref.file, ref.sheet, ref.row), "")} - {""}


def waive(
    waivers: Sequence[Waiver], findings: Sequence[Finding], workbooks: Iterable[WorkbookRows], today: date, lang: Lang
) -> tuple[list[Finding], list[Finding]]:
    """The findings, waived ones marked and behind the others of their file; and the notices about the waivers.

    A waived finding stands by itself; what stood under it is led by its own gravest.
    """
    run = _Waiving(waivers, ProjectCells(workbooks), today, lang)
    marked = [part for finding in findings for part in run.group(finding)]
    order = {file: number for number, file in enumerate(dict.fromkeys(finding.file for finding in findings))}
    marked.sort(key=lambda one: (order[one.file], one.waived is not None, 0 if one.waived else one.severity.rank))
    return marked, list(run.notices([one for finding in findings for one in finding.with_consequences()]))


class _Waiving:
    """Waivers applied to the findings of a batch; ``hits`` are the cells that each one, by its number, was used for."""

    def __init__(self, waivers: Sequence[Waiver], places: ProjectCells, today: date, lang: Lang) -> None:
        self.waivers, self.places, self.today, self.lang = waivers, places, today, lang
        self.hits: dict[int, list[Ref]] = {}
        self._by_rule: dict[tuple[str, str], list[tuple[int, Waiver]]] = defaultdict(list)
        for number, waiver in enumerate(waivers):
            self._by_rule[waiver.unit, waiver.code].append((number, waiver))

    def group(self, finding: Finding) -> Iterator[Finding]:
        """A finding and what stands under it, without those that are waived, which come by themselves."""
        if not finding.consequences:
            yield from self.parts(finding)
            return
        found = [part for one in finding.with_consequences() for part in self.parts(replace(one, consequences=()))]
        left = [part for part in found if part.waived is None]
        if left:
            lead = left[0] if left[0].code == finding.code else min(left, key=lambda part: part.severity.rank)
            yield replace(lead, consequences=tuple(part for part in left if part is not lead))
        yield from (part for part in found if part.waived)

    def parts(self, finding: Finding) -> Iterator[Finding]:
        """A finding split into the cells that each waiver covers, and the rest. The most specific waiver counts.

        The message of a part is that of the whole, which may count and list all its cells: hence it lists its own.
        """
        waivers = self._by_rule.get((name_key(finding.unit), finding.code), [])
        if not waivers or not finding.cells:  # without cells, only a waiver for the whole unit covers it
            whole = [pair for pair in waivers if not (pair[1].cell or pair[1].project) and pair[1].valid(self.today)]
            self.hits |= {number: [] for number, _ in whole[:1]}
            yield replace(finding, waived=whole[0][1].waived) if whole else finding
            return
        parts: dict[Waived | None, list[Ref]] = defaultdict(list)
        nearest = sorted(waivers, key=lambda pair: (not pair[1].cell, not pair[1].project))
        for ref in finding.cells:
            projects = self.places.projects(ref)
            covering = [(number, waiver) for number, waiver in nearest if waiver.covers(ref, projects)]
            used = next((pair for pair in covering if pair[1].valid(self.today)), None)
            for number, waiver in covering:
                if not waiver.valid(self.today) or (used and number == used[0]):
                    self.hits.setdefault(number, []).append(ref)
            parts[used[1].waived if used else None].append(ref)
        for waived, cells in parts.items():
            written = finding.written if finding.ref in cells else ""
            part = PART.render(self.lang, cells=self._listed(cells)) if len(parts) > 1 else ""
            message = finding.message + seen_from(part, finding.file, finding.one_sheet, self.lang)
            yield replace(finding, cells=tuple(cells), written=written, waived=waived, message=message)

    def notices(self, findings: Sequence[Finding]) -> Iterator[Finding]:
        """WAIVER-01 for an expired waiver, WAIVER-02 for one that was not used; one for all of absent units."""
        for number, waiver in enumerate(self.waivers):
            values = {"unit": waiver.entry.text(UNIT), "code": waiver.code}
            if waiver.unit not in self.places.units:
                continue
            if not waiver.valid(self.today):
                refs = self.hits.get(number, ())
                hits = HITS.render(self.lang, n=len(refs)) if refs else ""
                message = EXPIRED_WAIVER.message.render(self.lang, until=waiver.waived.until, hits=hits, **values)
                yield notice(EXPIRED_WAIVER, waiver.entry, UNTIL, message, self.lang, refs)
            elif number not in self.hits:
                rule, bounded = (waiver.unit, waiver.code), waiver.cell or waiver.project
                alike = [one for one in findings if bounded and (name_key(one.unit), one.code) == rule]
                others = [ref for finding in alike for ref in finding.cells]
                places = self._listed(others)
                elsewhere = ELSEWHERE.render(self.lang, code=waiver.code, places=places) if others else ""
                message = UNUSED_WAIVER.message.render(self.lang, elsewhere=elsewhere, **values)
                yield notice(UNUSED_WAIVER, waiver.entry, CODE, message, self.lang, others[:SHOWN])
        absent = [waiver.entry for waiver in self.waivers if waiver.unit not in self.places.units]
        if absent:
            yield absent_units(UNUSED_WAIVER, absent, self.places.units.values(), self.lang)

    def _listed(self, cells: Sequence[Ref]) -> str:
        more = AND_MORE.render(self.lang, n=len(cells)) if len(cells) > SHOWN else ""
        return cells_in_words(cells[:SHOWN], self.lang) + more
