"""Which forms stand on a sheet, and from which row to which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from perfxl.formats import Cell, Grid
from perfxl.profiles import Form, Profile
from perfxl.reading.labels import Labels
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
        form_of = self._form_of
        titles = [(row, col, form) for row, col, text in grid.short_texts if (form := form_of(text)) is not None]
        if not titles:
            return self._by_labels(grid)
        ends = [row - 1 for row, _, _ in titles[1:]] + [grid.last_row]
        return [
            Segment(form, row, _before_instructions(grid, row, end), grid.at(row, col))
            for (row, col, form), end in zip(titles, ends, strict=True)
        ]

    def _by_labels(self, grid: Grid) -> list[Segment]:
        texts = {text for _, _, text in grid.short_texts}
        scores = []
        for labels in self.labels:
            if not {"third", "value"} <= {labels.header(text) for text in texts}:
                continue
            pairs = [pair for cell in grid if isinstance(cell.value, str) for pair in labels.pairs(cell.value)]
            found = len({label_key(pair.label) for pair in pairs})
            if found >= ENOUGH_LABELS:
                scores.append((found, found / len(labels.form.fields), labels.form))
        if not scores:
            return []
        form = max(scores, key=lambda score: score[:2])[2]
        top = min(grid.cells_by_row)
        return [Segment(form, top, _before_instructions(grid, top - 1, grid.last_row), None)]


def _before_instructions(grid: Grid, top: int, bottom: int) -> int:
    """The last row before 填报说明, which is not part of the form."""
    for row, _, text in grid.short_texts:
        if top < row <= bottom and text.rstrip().endswith("明") and label_key(text).endswith("填报说明"):
            return row - 1
    return bottom
