"""Formulas that are worked out again, as a spreadsheet does."""

from decimal import Decimal

import pytest

from perfxl.formats import UnknownError, worked_out

NUMBERS = {("", 7, 4): "5", ("", 8, 4): "8.5", ("项目1", 7, 4): "17", ("a b", 7, 4): "1"}


def value_of(sheet, row, col):
    if row == 99:
        raise UnknownError
    if (row, col) == (9, 4):
        return None  # a text
    return Decimal(NUMBERS.get((sheet, row, col), "0"))


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("=404.03", "404.03"),
        ("=5+5", "10"),
        ("= 5 + 5 ", "10"),
        ("=D7+D8", "13.5"),
        ("=+$D$7", "5"),
        ("=SUM(D7:D9)", "13.5"),
        ("=SUM(D7,D8)", "13.5"),
        ("=sum(d7:d8)*2-1", "26"),
        ("=SUM(D7:D8,项目1!D7)/3", "10.1666666666667"),
        ("=D7*1", "5"),
        ("=项目1!D7", "17"),
        ("='a b'!D7+1", "2"),
        ("=((D7+2)*(3))", "21"),
        ("=50%", "0.5"),
        ("=D7%", "0.05"),
        ("=-D7", "-5"),
        ("=--5", "5"),
        ("=10-2-3", "5"),
        ("=12/2/3", "2"),
        ("=ROUND(D7/3,2)", "1.67"),
        ("=ROUND(-2.5,0)", "-3"),
        ("=ROUND(D7*100,-3)", "1000"),
        ("=ABS(-D8)", "8.5"),
        ('="404.03"', "404.03"),
    ],
)
def test_what_a_formula_gives(formula, result):
    assert worked_out(formula, value_of) == Decimal(result)


@pytest.mark.parametrize(
    "formula",
    [
        "", "404", "=", "=(", "=SUM(", "=SUM()", "=SUM(D7", "=D7+", "=1 2", "=D7 D8", "=D7:D8", "=SUM(D:D)",
        "=A1:XFD9999999", "=SUM(A1:XFD99999)", "=D99", "=SUM(D7:D99)", "=D7+D9", '="x"', '="1"&"2"', "=1/0",
        "=1e999*1e999", "=1e20", "=2^2", "=IF(D7>0,9,0)", "=TRUE", "=甲", "=[1]表!D7", "=#REF!+1", "=ROUND(1,99)",
        "=" + "(" * 500, "=" + "-" * 500 + "1", "=" + "SUM(" * 300 + "1" + ")" * 300, "=" + "1+" * 2000 + "1",
    ],
)  # fmt: skip
def test_what_is_not_known(formula):
    assert worked_out(formula, value_of) is None
