"""What is damaged: every sample with one sum broken in it, in every format that perfxl takes, and archives of them."""

from __future__ import annotations

import io
import random
import re
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import py7zr
from containers import packed, put_cells, sheet_part
from everything_book import everything
from filled_template import OFFICE
from other_formats import covered, filled, html, mhtml, shown, spreadsheetml, xlsb
from word_forms import append, page, saved, table

from perfxl.engine.batch import check, read
from perfxl.formats import Grid, read_book
from perfxl.model import Finding, Severity
from perfxl.reports.annotated import annotate

ROOT = Path(__file__).parents[2]
FIGURE = re.compile(r"\d+(?:\.\d+)?")
#: the clean sample of each edition of the forms, and how often it is taken: the small ones are quick
EDITIONS = {
    "hengyang_2020": ("hengyang-2020", 2), "mof_2015": ("mof-2015", 4), "mof_2021": ("mof-2021", 3),
    "self_evaluation_2020": ("self-evaluation-2020", 2),
}  # fmt: skip
#: broken sums of one edition
SUMS = 10
WRONG = Decimal("1.23")
Place = tuple[str, int, int]


@dataclass(frozen=True)
class Original:
    """A file to be damaged. ``broken`` is what perfxl says of its broken sum, ``None`` where it is not known."""

    ending: str
    profile: str
    data: bytes = field(repr=False)
    broken: Finding | None = None
    archive: bool = False
    sheets: dict[str, str] = field(default_factory=dict)

    @property
    def operands(self) -> frozenset[Place]:
        """The cells of the broken sum: what is stated, and what it is the sum of."""
        told = self.broken
        return (
            frozenset((c.sheet, c.row, c.col) for c in (*told.cells, *told.related, *told.added))
            if told
            else frozenset()
        )

    @property
    def spared(self) -> frozenset[tuple[str, str]]:
        """The same as addresses."""
        told = self.broken
        return frozenset((c.sheet, c.cell) for c in (*told.cells, *told.related, *told.added)) if told else frozenset()


def originals(profile: str, dice: random.Random) -> list[Original]:
    """All of one edition."""
    folder, _ = EDITIONS[profile]
    [clean] = (ROOT / "samples" / folder).glob("*.clean.xlsx")
    data = clean.read_bytes()
    books = list(_broken(clean, profile, dice))
    made = [_workbook(book, profile) for book in books]
    others = sorted((ROOT / "samples" / folder).glob("*.xlsx"))
    made += [Original("xlsx", profile, path.read_bytes()) for path in others if path != clean]
    made.append(Original("xlsm", profile, everything()))
    findings = check_bytes(books[0], profile)
    made.append(_judged("xlsx", profile, annotate(books[0], findings, "zh", ["甲", "乙"])))
    grids = read_book(books[1]).grids
    made += [
        _judged(ending, profile, content)
        for ending, content in (
            ("xlsb", xlsb(books[2])), ("xls", html(grids).encode()), ("xls", html(grids, "gb2312").encode("gb18030")),
            ("mht", mhtml(grids)), ("xml", spreadsheetml(books[3]).encode()), ("docx", _document(grids)),
            *_by_office(books[4]),
        )
    ]  # fmt: skip
    two = {"甲/申报表.xlsx": books[0], "乙.xlsx": data}
    made += [Original(ending, profile, content, archive=True) for ending, content in _archives(two)]
    return made


def check_bytes(data: bytes, profile: str) -> Sequence[Finding]:
    """The findings of one file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(data)
        return check(path, profile).findings


def sum_of(findings: Sequence[Finding]) -> Finding | None:
    """The finding of a broken sum."""
    told = (
        f for f in findings if f.severity is Severity.ERROR and f.difference and f.code.startswith(("SUM", "CROSS"))
    )
    return next(told, None)


def _workbook(data: bytes, profile: str) -> Original:
    names = openpyxl.load_workbook(io.BytesIO(data), read_only=True).sheetnames
    return Original(
        "xlsx",
        profile,
        data,
        sum_of(check_bytes(data, profile)),
        sheets={name: sheet_part(data, name) for name in names},
    )


def _judged(ending: str, profile: str, data: bytes) -> Original:
    return Original(ending, profile, data, sum_of(check_bytes(data, profile)))


def _broken(clean: Path, profile: str, dice: random.Random) -> Iterator[bytes]:
    """Workbooks with one amount other than it was, such that a sum is told to be wrong."""
    amounts = read(clean, profile).amounts
    data, made = clean.read_bytes(), 0
    rows = list(amounts[amounts["state"] == "ok"].itertuples())
    for row in dice.sample(rows, len(rows)):
        value = Decimal(int(row.fen)).scaleb(-6) + WRONG
        raw = (
            f'<c r="{row.cell}" {{s}}><v>{value}</v></c>' if row.number else
            f'<c r="{row.cell}" {{s}} t="inlineStr"><is><t>{FIGURE.sub(f"{value:f}", row.text, count=1)}</t></is></c>'
        )  # fmt: skip
        book = put_cells(data, row.sheet, {row.cell: raw})
        if sum_of(check_bytes(book, profile)) is not None:
            yield book
            made += 1
        if made == SUMS:
            return


def _document(grids: Sequence[Grid]) -> bytes:
    """The same in Word: a table for each sheet."""
    document = docx.Document()
    for grid in grids:
        rows, spans = filled(grid)
        areas = {(row, col): (row + down - 1, col + across - 1) for (row, col), (down, across) in spans.items()}
        hidden = covered(grid)
        cells = [
            page.Cell(row, col, *areas.get((row, col), (row, col)), text=shown(value), style="text")
            for row, values in enumerate(rows, 1) for col, value in enumerate(values, 1) if (row, col) not in hidden
        ]  # fmt: skip
        if cells:
            append(document, table(cells, 1, len(rows), len(rows[0]) + 1))
    return saved(document)


def _by_office(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The same as .ods and as .xls, where LibreOffice is installed to write them."""
    if OFFICE is None:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "x.xlsx").write_bytes(data)
        for ending in ("ods", "xls"):
            command = [
                OFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", ending,
                "--outdir", str(folder), str(folder / "x.xlsx"),
            ]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=300)
            yield ending, (folder / f"x.{ending}").read_bytes()


def _archives(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield "zip", packed(files)
    yield "zip", packed({"内.zip": packed(files, zipfile.ZIP_STORED), **files}, zipfile.ZIP_STORED)
    for mode, ending in (("w", "tar"), ("w:gz", "tar.gz")):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        yield ending, buffer.getvalue()
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(content, name)
    yield "7z", buffer.getvalue()
