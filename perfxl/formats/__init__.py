"""Bytes of a received file -> grids of cells, and what the cells hold besides their values."""

from perfxl.formats.book import Book, read_book
from perfxl.formats.cell_details import CellDetails
from perfxl.formats.drawings import TickBox, picture_rows, tick_boxes
from perfxl.formats.errors import Unreadable
from perfxl.formats.grid import Cell, Grid
from perfxl.formats.xlsx_details import read_details

__all__ = [
    "Book",
    "Cell",
    "CellDetails",
    "Grid",
    "TickBox",
    "Unreadable",
    "picture_rows",
    "read_book",
    "read_details",
    "tick_boxes",
]
