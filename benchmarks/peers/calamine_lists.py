"""The floor: python-calamine reads every sheet of the files to lists, and nothing else is done with them."""

from __future__ import annotations

import sys
from pathlib import Path

from python_calamine import CalamineWorkbook


def main(folder: str) -> None:
    cells = 0
    for path in sorted(Path(folder).glob("*.xlsx")):
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            cells += sum(map(len, workbook.get_sheet_by_name(name).to_python()))
    print(cells, "cells")


if __name__ == "__main__":
    main(sys.argv[1])
