"""A grid and a profile -> rows for the tables, each with its cell. No pandas here: workers stay light."""

from perfxl.reading.pairing import Fixed, Pair
from perfxl.reading.rows import (
    AmountRow,
    FormRows,
    IndicatorRow,
    OpenLine,
    ResultRow,
    SheetRows,
    StrayRow,
    TaskRow,
    TextRow,
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
    "SheetRows",
    "StrayRow",
    "TaskRow",
    "TextRow",
    "extract",
]
