"""What a clerk's own script would do: open each workbook with openpyxl and add up the columns whose total is stated.

It knows the addresses of this one template, finds nothing that has moved, and checks nothing but sums.
"""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def amount(value: object) -> Decimal:
    match = NUMBER.search(str(value or ""))
    return Decimal(match[0]) if match else Decimal(0)


def project(sheet: Worksheet) -> bool:
    return amount(sheet["D7"].value) == amount(sheet["D8"].value) + amount(sheet["D9"].value)


def department(sheet: Worksheet) -> list[bool]:
    rows = range(15, 25)
    return [
        amount(sheet[f"{column}25"].value) == sum((amount(sheet[f"{column}{row}"].value) for row in rows), Decimal(0))
        for column in "EFG"
    ]


def main(folder: str) -> None:
    wrong = 0
    for path in sorted(Path(folder).glob("*.xlsx")):
        workbook = load_workbook(path)
        for sheet in workbook.worksheets:
            if sheet.title.startswith("项目"):
                wrong += not project(sheet)
            elif sheet.title == "部门整体支出":
                wrong += department(sheet).count(False)
    print(wrong, "sums do not hold")


if __name__ == "__main__":
    main(sys.argv[1])
