"""A grid and a profile -> rows for the tables, each with its cell. No pandas here: workers stay light."""

from perfxl.reading.pairing import Fixed, Pair
from perfxl.reading.rows import (
    AmountRow,
    FormRows,
    IndicatorRow,
    OpenLine,
    ResultRow,
    StrayRow,
    TaskRow,
    TextRow,
    WorkbookRows,
)
from perfxl.reading.workbook import extract

__all__ = [
    "AmountRow",
    "Fixed",
    "FormRows",
    "IndicatorRow",
    "OpenLine",
    "Pair",
    "ResultRow",
    "StrayRow",
    "TaskRow",
    "TextRow",
    "WorkbookRows",
    "extract",
]
