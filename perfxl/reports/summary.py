"""The report ``汇总表.xlsx``: the whole batch in one workbook for the bureau; its sheets are made in ``sheets``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.model import Text
from perfxl.output_files import save
from perfxl.reports.sheets import amounts, findings, indicators, round_sheets
from perfxl.reports.sheets.facts import BatchFacts
from perfxl.reports.sheets.overview import TITLE, Overview
from perfxl.reports.sheets.table import SummaryBook

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

NAME = Text("汇总表.xlsx", "summary.xlsx")
#: with so many indicators and findings the cells are not kept in memory
MANY = 150_000


def write(batch: Batch, out: Path) -> list[Path]:
    """Write the summary workbook; returns its path."""
    return [save(out / NAME.render(batch.lang), workbook(batch))]


def workbook(batch: Batch, when: datetime | None = None) -> bytes:
    """The bytes of the summary workbook; ``when`` is the time of the check, now by default."""
    facts = BatchFacts(batch)
    title = TITLE.render(batch.lang, title=batch.profile.title.render(batch.lang))
    frugal = len(batch.tables.indicators) + len(batch.findings) > MANY
    book = SummaryBook(batch.lang, title, when or datetime.now().astimezone(), frugal=frugal)
    overview = Overview(book, facts)
    if batch.progress is not None:
        round_sheets.write_standing(book, batch.progress)
        round_sheets.write_arrivals(book, batch.progress)
    findings.write_differences(book, facts)
    units = amounts.UnitsSheet(book, facts)
    amounts.write_projects(book, facts, units)
    amounts.write_tasks(book, facts)
    indicators.write_indicators(book, facts)
    indicators.write_completeness(book, facts)
    findings.write_findings(book, facts)
    findings.write_unread(book, facts)
    findings.write_rules(book, facts)
    overview.write(units)
    return book.data()
