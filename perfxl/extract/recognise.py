"""Which forms stand on a sheet, and from which row to which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from perfxl.cells import Cell, Grid
from perfxl.extract.labels import LONGEST_LABEL, Labels
from perfxl.profiles import Form, Profile
from perfxl.values import label_key

#: with no title on the sheet, this many labels and an indicator table make it the form
ENOUGH_LABELS = 5


class Segment(NamedTuple):
    """A form's stretch of a sheet: ``title`` is ``None`` when it was told by its labels alone."""

    form: Form
    top: int
    bottom: int
    title: Cell | None


class Recogniser:
    """Finds the forms of a profile by their titles and, failing these, by their labels."""

    def __init__(self, profile: Profile, labels: Sequence[Labels]) -> None:
        self.labels = labels
        titles = {key: form for form in profile.forms.values() for key in form.title_keys}
        pattern = re.compile("|".join(re.escape(key) for key in sorted(titles, key=len, reverse=True)))

        @lru_cache(maxsize=4096)
        def form_of(text: str) -> Form | None:
            key = label_key(text)
            match = pattern.search(key)
            return titles[match[0]] if match and "填报说明" not in key else None

        self._form_of = form_of

    def segments(self, grid: Grid) -> list[Segment]:
        """The forms on a sheet from top to bottom; empty for a sheet that is none."""
        titles = [
            (cell, form)
            for cell in grid
            if isinstance(cell.value, str) and len(cell.value) <= LONGEST_LABEL and (form := self._form_of(cell.value))
        ]
        if not titles:
            return self._by_labels(grid)
        ends = [cell.row - 1 for cell, _ in titles[1:]] + [grid.last_row]
        return [
            Segment(form, cell.row, _before_instructions(grid, cell.row, end), cell)
            for (cell, form), end in zip(titles, ends, strict=True)
        ]

    def _by_labels(self, grid: Grid) -> list[Segment]:
        texts = [cell.value for cell in grid if isinstance(cell.value, str)]
        scores = []
        for labels in self.labels:
            pairs = [pair for text in texts for pair in labels.pairs(text)]
            found = len({label_key(pair.label) for pair in pairs})
            heads = {labels.header(text) for text in texts}
            if found >= ENOUGH_LABELS and {"third", "value"} <= heads:
                scores.append((found, found / len(labels.form.fields), labels.form))
        if not scores:
            return []
        form = max(scores, key=lambda score: score[:2])[2]
        top = min(grid.cells_by_row)
        return [Segment(form, top, _before_instructions(grid, top - 1, grid.last_row), None)]


def _before_instructions(grid: Grid, top: int, bottom: int) -> int:
    """The last row before 填报说明, which is not part of the form."""
    for row, cells in grid.cells_by_row.items():
        if top < row <= bottom and any(
            isinstance(c.value, str) and len(c.value) <= LONGEST_LABEL and label_key(c.value).endswith("填报说明")
            for c in cells
        ):
            return row - 1
    return bottom
