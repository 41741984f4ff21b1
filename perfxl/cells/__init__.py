"""Bytes -> grids of cells: the guard, the fast look (calamine) and the second look (raw XML)."""

from perfxl.cells.controls import TickBox, tick_boxes
from perfxl.cells.fast import Book, read_book
from perfxl.cells.grid import Cell, Grid
from perfxl.cells.pictures import picture_rows
from perfxl.cells.refusal import Unreadable
from perfxl.cells.second import Truth, look_again

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
