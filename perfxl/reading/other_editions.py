"""Workbooks of another edition: forms that the profile knows by their labels alone, and another one by their titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from perfxl.formats import Grid
from perfxl.model import Text
from perfxl.profiles import Profile, built_in, load
from perfxl.reading.labels import Recogniser, Segment
from perfxl.values import label_key


def other_edition(
    grids: Sequence[Grid], own: Iterable[Segment], profile: Profile, recogniser_of: Callable[[Profile], Recogniser]
) -> Text | None:
    """The title of the edition of which a workbook is, if that is another one; ``own`` is what was found of this one.

    A form with a title of the profile is its own, however little of it there is.
    """
    if any(segment.title is not None for segment in own):
        return None
    counts = {
        other: sum(_titled(recogniser_of(other), grid) for grid in grids)
        for other in map(load, built_in())
        if other.id != profile.id
    }
    best = max(counts, key=counts.__getitem__, default=None)
    return best.title if best is not None and counts[best] else None


def _titled(recogniser: Recogniser, grid: Grid) -> bool:
    """Whether the first form of a sheet has the title of one, word for word."""
    return any(
        segment.title is not None and label_key(segment.title.text) in segment.form.title_keys
        for segment in recogniser.segments(grid)[:1]
    )
