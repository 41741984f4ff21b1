"""Check a folder in batch mode, as a program that uses perfxl would: read, tables, rules, findings; no reports."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import perfxl


def main(folder: str, workers: int) -> None:
    if workers == 1:
        batch = perfxl.check(folder)
    else:
        with ProcessPoolExecutor(workers) as executor:
            batch = perfxl.check(folder, executor=executor)
    print(len(batch.submissions), "workbooks,", len(batch.findings), "findings")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
