"""``汇总表.xlsx``: the whole batch in one workbook, for the bureau. Its sheets stand in ``sheets``, one module each."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.model import Text
from perfxl.output_files import save
from perfxl.reports.sheets import (
    applied,
    arrivals,
    completeness,
    differences,
    findings,
    indicators,
    projects,
    standing,
    tasks,
    unread,
)
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.facts import Facts
from perfxl.reports.sheets.overview import TITLE, Overview
from perfxl.reports.sheets.units import UnitsSheet

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

NAME = Text("汇总表.xlsx", "summary.xlsx")
#: from this many indicators and findings on, the cells are not kept in memory
MANY = 150_000


def write(batch: Batch, out: Path) -> list[Path]:
    """Write the summary workbook and return where it stands."""
    return [save(out / NAME.render(batch.lang), workbook(batch))]


def workbook(batch: Batch, when: datetime | None = None) -> bytes:
    """The bytes of the summary workbook; ``when`` the batch was checked is now unless given."""
    facts = Facts(batch)
    title = TITLE.render(batch.lang, title=batch.profile.title.render(batch.lang))
    frugal = len(batch.tables.indicators) + len(batch.findings) > MANY
    book = Book(batch.lang, title, when or datetime.now().astimezone(), frugal=frugal)
    overview = Overview(book, facts)
    if batch.progress is not None:
        standing.write(book, batch.progress)
        arrivals.write(book, batch.progress)
    differences.write(book, facts)
    units = UnitsSheet(book, facts)
    units.write()
    projects.write(book, facts, units)
    tasks.write(book, facts)
    indicators.write(book, facts)
    completeness.write(book, facts)
    findings.write(book, facts)
    unread.write(book, facts)
    applied.write(book, facts)
    overview.write(units)
    return book.data()
