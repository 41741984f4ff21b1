"""Bytes -> grids of cells: the guard, the fast look (calamine) and the second look (raw XML)."""

from perfxl.formats.controls import TickBox, tick_boxes
from perfxl.formats.fast import Book, read_book
from perfxl.formats.grid import Cell, Grid
from perfxl.formats.pictures import picture_rows
from perfxl.formats.refusal import Unreadable
from perfxl.formats.second import Truth, look_again

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
