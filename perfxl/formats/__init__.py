"""Bytes of a received file -> grids of cells, and what the cells hold besides their values."""

from perfxl.formats.book import Book, read_book, read_grids
from perfxl.formats.cell_details import TYPED, CellDetails, summed_cells
from perfxl.formats.documents import LINES, RowAddress
from perfxl.formats.errors import MAX_FILE, Unreadable
from perfxl.formats.formulas import UnknownError, worked_out
from perfxl.formats.grid import LONGEST_LABEL, Cell, Grid, Merge, as_text, is_number
from perfxl.formats.our_marks import is_list
from perfxl.formats.package import Package, Relationship, relationships_part
from perfxl.formats.xlsx_details import TickBox, picture_rows, read_details, tick_boxes

__all__ = [
    "LINES", "LONGEST_LABEL", "MAX_FILE", "TYPED", "Book", "Cell", "CellDetails", "Grid", "Merge", "Package",
    "Relationship", "RowAddress", "TickBox", "UnknownError", "Unreadable", "as_text", "is_list", "is_number",
    "picture_rows", "read_book", "read_details", "read_grids", "relationships_part", "summed_cells", "tick_boxes",
    "worked_out",
]  # fmt: skip
