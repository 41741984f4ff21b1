"""Values of cells: amounts of money, indicator values, and texts in the form in which they are compared."""

from perfxl.values.dates import date_of_serial, in_digits, read_date, without_dates
from perfxl.values.indicator import Kind, Value, Words, parse_value
from perfxl.values.mistyped import is_mistyped, put_right
from perfxl.values.money import PLACEHOLDERS, Amount, parse_amount, says_nothing
from perfxl.values.notation import (
    FEN_PER_WAN,
    LEADING,
    NUMERALS,
    WORDS,
    decimals,
    from_cell,
    inexact,
    money_unit,
    shown_figure,
    to_fen,
    wan,
    written,
)
from perfxl.values.readings import Readings, readings
from perfxl.values.text import is_placeholder, is_total, label_key, name_key, normal, one_line_each, squeeze

__all__ = [
    "FEN_PER_WAN", "LEADING", "NUMERALS", "PLACEHOLDERS", "WORDS", "Amount", "Kind", "Readings", "Value", "Words",
    "date_of_serial", "decimals", "from_cell", "in_digits", "inexact", "is_mistyped", "is_placeholder", "is_total",
    "label_key", "money_unit", "name_key", "normal", "one_line_each", "parse_amount", "parse_value", "put_right",
    "read_date", "readings", "says_nothing", "shown_figure", "squeeze", "to_fen", "wan", "without_dates", "written",
]  # fmt: skip
