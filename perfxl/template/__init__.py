"""Profile -> the blank workbook that the units fill in, and where everything stands in it."""

from perfxl.template.book import build
from perfxl.template.layout import layout
from perfxl.template.spots import IndicatorRow, SheetLayout, Spot

__all__ = ["IndicatorRow", "SheetLayout", "Spot", "build", "layout"]
