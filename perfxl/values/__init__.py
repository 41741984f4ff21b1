"""Values of cells: amounts of money, indicator values, and texts in the form in which they are compared."""

from perfxl.values.indicator import Kind, Value, Words, parse_value
from perfxl.values.money import PLACEHOLDERS, Amount, parse_amount
from perfxl.values.notation import FEN_PER_WAN, wan
from perfxl.values.text import is_total, label_key, name_key, squeeze

__all__ = [
    "FEN_PER_WAN",
    "PLACEHOLDERS",
    "Amount",
    "Kind",
    "Value",
    "Words",
    "is_total",
    "label_key",
    "name_key",
    "parse_amount",
    "parse_value",
    "squeeze",
    "wan",
]
