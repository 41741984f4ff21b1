"""Bytes -> grids of cells: the guard, the fast look (calamine) and the second look (raw XML)."""

from perfxl.formats.book import Book, read_book
from perfxl.formats.controls import TickBox, tick_boxes
from perfxl.formats.errors import Unreadable
from perfxl.formats.grid import Cell, Grid
from perfxl.formats.pictures import picture_rows
from perfxl.formats.xlsx_details import Truth, look_again

__all__ = [
    "Book",
    "Cell",
    "Grid",
    "TickBox",
    "Truth",
    "Unreadable",
    "look_again",
    "picture_rows",
    "read_book",
    "tick_boxes",
]
