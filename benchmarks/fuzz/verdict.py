"""What must hold of any batch, whatever its files hold."""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from contents import IMAGE
from originals import Original, Place
from python_calamine import CalamineWorkbook

from perfxl import reports
from perfxl.engine.batch import Batch, check
from perfxl.formats import Grid, is_list, read_book
from perfxl.model import Result, Status
from perfxl.rules import rules_of

#: how an error of Python looks in a message: people never see that
_PYTHON = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Warning)\b|Traceback|<class |object at 0x|\bNaN\b|\bnan\b")
_QUOTED = re.compile(r"“[^”]*”")
#: so many annotated copies of a batch are checked in their turn
COPIES = 6
_UNREAD = (Status.UNREADABLE, Status.NOT_A_RETURN)


@dataclass(frozen=True)
class Case:
    """A damaged file, and ``how`` it was damaged."""

    name: str
    data: bytes
    original: Original
    how: str


def failures(cases: Mapping[str, Case], folder: Path, out: Path, ends: Counter[str]) -> Iterator[tuple[str, str]]:
    """(file, what is wrong with what perfxl made of it) for a folder of cases; ``ends`` counts how they ended."""
    profile = next(iter(cases.values())).original.profile
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        batch = check(folder, profile)
        ends.update(item.status.value for item in batch.submissions)
        yield from _lost(batch, cases)
        yield from _faults(batch)
        yield from _passed(batch, cases)
        yield from _written(batch, out)
        yield from _again(batch, cases, out)
    yield from (("", f"warning: {one.category.__name__}: {one.message}") for one in warned)


def _lost(batch: Batch, cases: Mapping[str, Case]) -> Iterator[tuple[str, str]]:
    """Every file that went in comes out, and every sheet of it."""
    seen = [item.file for item in batch.submissions]
    for name, case in cases.items():
        mine = [file for file in seen if file == name or file.startswith(f"{name}/")]
        if not mine or (not case.original.archive and case.data[:2] != b"PK" and mine != [name]):
            yield name, f"comes out as {mine}"
    if len(set(seen)) < len(seen):
        yield "", f"two submissions of one name: {seen}"
    for item in batch.submissions:
        path = batch.paths[item.file]
        if item.status in _UNREAD and not batch.of(item.file):
            yield item.file, "no reason is given"
        if item.status not in _UNREAD and not item.duplicate_of and not item.document:
            named = {form.sheet for form in item.forms} | set(item.ignored_sheets)
            grids = [grid for grid in read_book(path.read_bytes()).grids if grid.rows and not is_list(grid)]
            missing = [grid.sheet for grid in grids if grid.sheet not in named]
            if missing:
                yield item.file, f"nothing is said of its sheets {missing}"


def _faults(batch: Batch) -> Iterator[tuple[str, str]]:
    """No rule crashes; no message speaks Python; every finding has a place in its own file."""
    for outcome in batch.outcomes:
        if outcome.result is Result.CRASHED:
            yield outcome.file, f"{outcome.code} crashed: {outcome.reason}"
    own = "\n".join(batch.tables.tasks["name"])  # the names of tasks are said without quotation marks
    for finding in batch.findings:
        told = "\n".join((finding.message, *(hint.message for hint in finding.hints)))
        if any(word not in own for word in _PYTHON.findall(_QUOTED.sub("", told))):
            yield finding.file, f"{finding.code} speaks Python: {told[:500]}"
        for ref in (*finding.cells, *finding.related, *finding.added):
            if ref.row < 1 or ref.col < 1 or ref.file not in batch.paths:
                yield finding.file, f"{finding.code} at {ref!r}"


def _passed(batch: Batch, cases: Mapping[str, Case]) -> Iterator[tuple[str, str]]:
    """No file passes in which the broken sum still stands."""
    for item in batch.submissions:
        case = cases.get(item.file)
        if case is None or case.original.broken is None or item.status in (*_UNREAD, Status.FAILED):
            continue
        if _stands(case):
            yield item.file, f"{item.status}, though {case.original.broken.message}"


def _stands(case: Case) -> bool:
    """Whether the cells of the broken sum hold what they held, as another program reads them."""
    before, after = _read(case.original.data), _read(case.data)
    return all(before.get(place) == after.get(place) for place in case.original.operands)


def _read(data: bytes) -> dict[Place, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            cells = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
            return {(c.parent.title, c.row, c.column): str(c.value) for c in cells if c.value is not None}
        except Exception:  # the other program is not the one that is tried
            grids = read_book(data).sheets
            return {(grid.sheet, row, col): str(value) for grid in grids for row, col, value in _filled(grid)}


def _filled(grid: Grid) -> Iterator[tuple[int, int, object]]:
    for row, values in enumerate(grid.rows, 1):
        yield from ((row, col, value) for col, value in enumerate(values, 1) if value != "")


def _written(batch: Batch, out: Path) -> Iterator[tuple[str, str]]:
    """Every report is written and can be opened; what a file says stays text in it."""
    for name in reports.REPORTS:
        try:
            paths = reports.write(batch, out, [name])
        except Exception as error:
            yield "", f"report {name}: {type(error).__name__}: {error}"
            continue
        yield from (("", f"{path.name}: {wrong}") for path in paths for wrong in _unsound(path))
    copies = {path.stem for path in out.rglob("*_批注*")}
    for item in batch.submissions:
        if item.status not in _UNREAD and not item.duplicate_of and "/" not in item.file:
            stem = Path(item.file).stem
            if not any(copy.startswith(stem) for copy in copies):
                yield item.file, "no annotated copy"


def _unsound(path: Path) -> Iterator[str]:
    data = path.read_bytes()
    if path.suffix == ".html":
        if IMAGE.encode() in data:
            yield "a text has become HTML"
    elif path.suffix == ".json":
        json.loads(data)
    else:
        try:
            CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        except Exception as error:
            yield f"cannot be opened: {type(error).__name__}: {error}"
            return
        if path.stem == "汇总表":
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                for name in package.namelist():
                    content = package.read(name)
                    if re.search(rb"<f>[^<]*EVIL", content) or (name.endswith(".rels") and b"evil" in content):
                        yield f"a text has become a formula or a link in {name}"


def _again(batch: Batch, cases: Mapping[str, Case], out: Path) -> Iterator[tuple[str, str]]:
    """An annotated copy that comes back says what its original said; the last of the batch are tried."""
    copies = {}
    for item in [s for s in batch.submissions if s.status not in _UNREAD and not s.duplicate_of][-COPIES:]:
        case = cases.get(item.file)
        if case is not None and case.data[:2] == b"PK" and case.original.ending == "xlsx":
            found = out.rglob(f"{Path(item.file).stem}_批注.xls[xm]")
            copies |= {copy.name: (item.file, copy) for copy in found}
    if not copies:
        return
    across = {rule.code for rule in rules_of(batch.profile) if rule.across}
    again = check([copy for _, copy in copies.values()], batch.profile)
    for name, (file, _) in copies.items():
        one, other = (
            {(f.code, ", ".join(map(str, f.cells)), f.message) for f in findings if f.cells and f.code not in across}
            for findings in (batch.of(file), again.of(name))
        )
        if one != other:
            yield file, f"its copy says something else: {sorted(one ^ other)[:4]}"
