"""The result on the terminal: a row for each file, the totals, the paths of the reports.

Only plain characters are used, so that an old console shows them; what the stream cannot encode becomes ``?``.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text as Words

from perfxl.model import Lang, Ref, Severity, Status, Submission, Text, Waived, cells_in_words, seen_from, severities
from perfxl.reports.out_folder import UNITS

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

#: rows of the table; files without problems are left out first
MOST_ROWS = 60
#: lines about waivers and about the files of the clerk
MOST_REMARKS = 12
#: columns of a stream that is no terminal
WIDTH = 140

FILE, UNIT, STATUS = Text("文件", "file"), Text("单位", "unit"), Text("结果", "result")
FIRST = Text("首要问题", "first problem")
REPEATED = Text("重复报送", "sent twice")
TOTALS = Text(
    "共 {files} 个文件：{parts}。错误（必须改正）{error} 处，警告（请核对）{warning} 处，提示 {notice} 处。",
    "{files} file(s): {parts}. {error} to correct, {warning} to check, {notice} notes.",
)
WAIVED = Text("另有 {n} 处已豁免，不计入。", "{n} more are waived and not counted.")
FOLLOWS = Text("另有连带问题 {n} 处，随所属问题改正而消除。", "{n} more follow from these and go with them.")
WAIVED_AT = Text("已豁免：{unit} {code} {place}{more}。{reason}", "waived: {unit} {code} {place}{more}. {reason}")
AT = Text("{place}：{message}", "{place}: {message}")
MORE = Text(" 等 {n} 处", " and {n} in all")
OF_CLERK = Text("{severity}：{place}：{message}", "{severity}: {place}: {message}")
REST = Text("（另有 {n} 行，见汇总表的问题清单）", "({n} more lines: see the list of findings in the summary)")
PART = Text("{status} {n}", "{n} {status}")
NOT_LISTED = Text("另有 {n} 个文件未在此列出。", "{n} more files are not listed here.")
NOTHING = Text("没有可审核的文件。", "There was nothing to check.")
WRITTEN = Text("结果已写入：{path}（{n} 个文件）", "Written to: {path} ({n} file(s))")
PER_UNIT = Text("{folder}/  发回各单位的材料（{n} 个文件）", "{folder}/  what goes back to each unit ({n} file(s))")
NOT_WRITTEN = Text(
    "未写入文件；加 --out 文件夹 可生成汇总表和各单位的错误报告。",
    "Nothing was written; --out DIR writes the summary and a report for each unit.",
)

_STYLE = {
    Status.PASSED: "green",
    Status.PASSED_WITH_NOTES: "green",
    Status.FAILED: "bold red",
    Status.UNREADABLE: "bold magenta",
    Status.NOT_A_RETURN: "magenta",
}
#: lines of the name of a file or of a message
MOST_LINES = 4
#: a narrower screen has no column for units, which the names of files mostly contain
UNIT_FROM = 110
#: pieces between which lines are broken: a word or number with its marks, a character with its closing mark
_PIECE = re.compile(r"[“（《]*(?:[\w.,%!:/_+-]+(?<=[\x21-\x7e])|.)[，。；：、？！”）》]*|\s+", re.ASCII)
#: control characters, which a terminal would act on
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def show(batch: Batch, out: Path | None = None, written: Sequence[Path] = (), stream: IO[str] | None = None) -> None:
    """Print the result of a batch; ``written`` are the files below ``out``."""
    stream, lang = stream or sys.stdout, batch.lang
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(errors="replace")
    console = Console(file=stream, width=None if stream.isatty() else WIDTH, emoji=False, markup=False, highlight=False)
    if not batch.submissions:
        console.print(NOTHING.render(lang))
        return
    console.print(_table(batch, console.width))
    if len(batch.submissions) > MOST_ROWS:
        console.print(NOT_LISTED.render(lang, n=len(batch.submissions) - MOST_ROWS), highlight=True)
    console.print(_totals(batch))
    remarks = [*_waived(batch), *_of_clerk(batch)]
    if len(remarks) > MOST_REMARKS:
        remarks[MOST_REMARKS - 1 :] = [REST.render(lang, n=len(remarks) - MOST_REMARKS + 1)]
    for line in [*remarks, NOT_WRITTEN.render(lang)] if out is None else remarks:
        console.print(line, style="dim")
    for line in _places(out, written, lang) if out is not None else ():
        console.print(line, soft_wrap=True)


def _table(batch: Batch, width: int) -> Table:
    """The table; columns are as wide as their texts up to a share of the width, and the first problem gets the rest."""
    lang = batch.lang
    items = _rows(batch.submissions)
    heads = [FILE, UNIT, STATUS, *(severity.label for severity in Severity), FIRST]
    rows = [_row(batch, item) for item in items]
    most = [max(16, width * 28 // 100), width // 5 if width >= UNIT_FROM else 0, 14, 8, 8, 8, width]
    columns = [
        min(share, max(cell_len(text) for text in (head.render(lang), *(row[n] for row in rows))))
        for n, (head, share) in enumerate(zip(heads, most, strict=True))
    ]
    columns[-1] = max(16, min(columns[-1], width - sum(columns[:-1]) - 2 * len(columns)))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    shown = [n for n, column in enumerate(columns) if column]
    for n in shown:
        justify: JustifyMethod = "right" if n in (3, 4, 5) else "left"
        table.add_column(heads[n].render(lang), width=columns[n], no_wrap=True, justify=justify)
    for item, row in zip(items, rows, strict=True):
        cells = [Words("\n".join(_lines(row[n], columns[n]))) for n in shown]
        cells[shown.index(2)].stylize("dim" if item.duplicate_of else _STYLE[item.status])
        table.add_row(*cells)
    return table


def _lines(text: str, width: int) -> list[str]:
    """At most ``MOST_LINES`` lines of a text; dots show that more was left out."""
    lines = fold(text, width)
    if len(lines) > MOST_LINES:
        lines[MOST_LINES - 1 :] = [fold(lines[MOST_LINES - 1], width - 3)[0] + "..."]
    return lines


def _row(batch: Batch, item: Submission) -> list[str]:
    counts = severities(batch.of(item.file))
    status = REPEATED if item.duplicate_of else item.status.label
    numbers = [str(counts[severity] or "") for severity in Severity]
    return [_plain(item.file), _plain(item.unit), status.render(batch.lang), *numbers, _first(batch, item)]


def fold(text: str, width: int) -> list[str]:
    """A text as lines of at most ``width`` columns, not broken inside a word or number or before a closing mark."""
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if line and cell_len(line + piece) > width:
            lines.append(line.rstrip())
            line = ""
        while cell_len(piece) > width:
            head = set_cell_size(piece, width).rstrip()
            lines.append(head)
            piece = piece[len(head) :]
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]


def _rows(submissions: Sequence[Submission]) -> Sequence[Submission]:
    """The files to list, in their order; of too many, those with problems are preferred."""
    if len(submissions) <= MOST_ROWS:
        return submissions
    passed = (Status.PASSED, Status.PASSED_WITH_NOTES)
    chosen = sorted(submissions, key=lambda item: item.status in passed or bool(item.duplicate_of))[:MOST_ROWS]
    names = {item.file for item in chosen}
    return [item for item in submissions if item.file in names]


def _first(batch: Batch, item: Submission) -> str:
    """The most severe finding that has to be dealt with: its cell and its message, ``""`` for none."""
    for finding in batch.of(item.file):
        if finding.waived is None and (finding.severity is not Severity.NOTICE or item.duplicate_of):
            place = finding.place(batch.lang)
            return _plain(
                AT.render(batch.lang, place=place, message=finding.told.message) if place else finding.told.message
            )
    return ""


def _plain(text: str) -> str:
    return _CONTROL.sub("?", text)


def _totals(batch: Batch) -> str:
    lang = batch.lang
    counts = severities(batch.findings)
    statuses = Counter(REPEATED if item.duplicate_of else item.status.label for item in batch.submissions)
    order = [*(status.label for status in Status), REPEATED]
    parts = [PART.render(lang, status=label.render(lang), n=statuses[label]) for label in order if statuses[label]]
    comma = Text("，", ", ").render(lang)
    totals = TOTALS.render(lang, files=len(batch.submissions), parts=comma.join(parts), **counts)
    waived = len(batch.findings) - counts.total()
    if follows := sum(len(finding.consequences) for finding in batch.findings if not finding.waived):
        totals += Text("", " ").render(lang) + FOLLOWS.render(lang, n=follows)
    return totals + (Text("", " ").render(lang) + WAIVED.render(lang, n=waived) if waived else "")


def _waived(batch: Batch) -> list[str]:
    lang = batch.lang
    cells: dict[tuple[str, str, Waived], list[Ref]] = {}
    for finding in batch.findings:
        if finding.waived:
            cells.setdefault((finding.unit, finding.code, finding.waived), []).extend(finding.cells)
    lines = []
    for (unit, code, waived), refs in cells.items():
        file = refs[0].file if refs else ""
        more = MORE.render(lang, n=len(refs)) if len(refs) > 1 else ""
        at = {
            "unit": unit,
            "code": code,
            "place": seen_from(cells_in_words(refs[:1], lang), file, "", lang),
            "more": more,
        }
        lines.append(_plain(WAIVED_AT.render(lang, **at, reason=waived.render(lang))))
    return lines


def _of_clerk(batch: Batch) -> list[str]:
    """The findings about the files of the clerk, which have no row in the table."""
    files = {item.file for item in batch.submissions}
    return [
        OF_CLERK.render(
            batch.lang, severity=finding.severity.label.render(batch.lang),
            place=_plain(cells_in_words(finding.cells[:1], batch.lang) or finding.file),
            message=_plain(finding.told.message),
        )
        for finding in batch.findings if finding.file not in files
    ]  # fmt: skip


def _places(out: Path, written: Sequence[Path], lang: Lang) -> list[str]:
    """The output folder, the files in it, and the number of files below it for the units."""
    folder = out / UNITS.render(lang)
    below = [path for path in written if path.is_relative_to(folder)]
    lines = [WRITTEN.render(lang, path=out.resolve(), n=len(written))]
    lines += [f"  {path.relative_to(out)}" for path in written if path not in below]
    if below:
        lines.append("  " + PER_UNIT.render(lang, folder=folder.name, n=len(below)))
    return lines
