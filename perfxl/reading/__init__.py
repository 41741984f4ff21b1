"""A grid and a profile -> rows for the tables, each with its cell. No pandas here: workers stay light."""

from perfxl.reading.cell_roles import CellRole
from perfxl.reading.pairing import OTHER_NAME, Fixed, Pair, likeness, pair, place, typed_twice
from perfxl.reading.rows import (
    COST,
    AmountRow,
    CoverRow,
    FormRows,
    IndicatorRow,
    OpenLine,
    ResultRow,
    StrayRow,
    TaskRow,
    TextRow,
    WorkbookRows,
)
from perfxl.reading.workbook import ExplainedCell, ExplainedSheet, explain, extract

__all__ = [
    "COST", "OTHER_NAME", "AmountRow", "CellRole", "CoverRow", "ExplainedCell", "ExplainedSheet", "Fixed", "FormRows",
    "IndicatorRow", "OpenLine", "Pair", "ResultRow", "StrayRow", "TaskRow", "TextRow", "WorkbookRows", "explain",
    "extract", "likeness", "pair", "place", "typed_twice",
]  # fmt: skip
