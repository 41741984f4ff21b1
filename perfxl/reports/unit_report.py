"""``错误报告.html``: what a unit's clerk has to correct, cell by cell, to read on a screen, a phone or paper.

One page for each unit, whole in itself: no script, no picture, no address outside it.
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
from perfxl.reports._cells import Cells
from perfxl.reports._unit_view import Part, part
from perfxl.reports.out_folder import DOCUMENT, Incomplete, by_unit, not_saved

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

NAME = Text("错误报告.html", "report.html")


def write(batch: Batch, out: Path) -> list[Path]:
    """Write one page for each unit below ``out``; files that are no returns share one."""
    cells = Cells(batch.tables, batch.findings, batch.lang)
    now = datetime.now().astimezone()
    outcomes: dict[str, list[Outcome]] = {}
    for outcome in batch.outcomes:
        outcomes.setdefault(outcome.file, []).append(outcome)
    written: list[Path] = []
    missing: list[str] = []
    for unit, folder, submissions in by_unit(batch):
        parts = [part(batch, item, outcomes.get(item.file, []), cells) for item in submissions]
        html = page(batch, unit, parts, now)
        # a file name that is no Unicode must not cost the page
        path = out / folder / NAME.render(batch.lang)
        try:
            written.append(save(path, html.encode("utf-8", "replace")))
        except OSError as error:
            missing.append(not_saved(error, path, batch.lang))
    if missing:
        raise Incomplete(written, missing)
    return written


def page(batch: Batch, unit: str, parts: Sequence[Part], now: datetime) -> str:
    """The page of a unit as HTML."""
    lang = batch.lang
    when = Text(f"{now.year} 年 {now.month} 月 {now.day} 日 {now:%H:%M}", f"{now:%Y-%m-%d %H:%M}")
    return _template().render(
        lang=lang,
        render=lambda zh, en, **values: Text(zh, en).render(lang, **values),
        unit=unit or UNKNOWN_UNIT.render(lang),
        profile=batch.profile,
        when=when.render(lang),
        parts=parts,
        DOCUMENT=DOCUMENT,
        version=__version__,
        Severity=Severity,
        Status=Status,
        Result=Result,
    )


@cache
def _template() -> Template:
    """The page; whatever comes from a submission is escaped."""
    environment = Environment(
        loader=PackageLoader("perfxl", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("unit_report.html.j2")
