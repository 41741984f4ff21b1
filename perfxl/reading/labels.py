"""Which cells of a form are labels, and of what: by text, never by address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from perfxl.formats import LONGEST_LABEL, Cell, Grid
from perfxl.profiles import Field, Form, Profile
from perfxl.values import label_key, normal, squeeze

_BRACKETS = re.compile(r"\([^)]*\)?")
#: the unit of the amounts of a table; it may be behind a blank label, in the same cell or the next, and is no value
_MEASURE = re.compile(r"(?<![一-龥])[(（]?(?:金额)?单位\s*[:：]\s*(?:人民币)?[百千]?[万亿]?元[)）]?(?![一-龥])")
#: what people number or mark a label with, after NFKC
_LEAD = r"(?:[*★]|\(?[0-9一二三四五六七八九十]{1,3}[)、.])*"
#: heads of columns that are not read
OTHER = "other"
_CIRCLED = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")


class Pair(NamedTuple):
    """A label found in a cell: the fields that may carry it and, where it is in the same cell, its value."""

    fields: tuple[Field, ...]
    label: str
    value: str | None


class Labels:
    """The labels of one form, by the values of cells. Answers are remembered: a batch has the same texts many times."""

    def __init__(self, profile: Profile, form: Form) -> None:
        self.profile = profile
        self.form = form
        self._pairs, self._is_label = cache(self._find), cache(self._is_known)
        self._head, self._task_head = cache(self._find_head), cache(self._find_task_head)

    def pairs(self, value: object) -> tuple[Pair, ...]:
        """The labels in a cell: usually none or one, several for ``联系电话：…  填报日期：…``."""
        return self._pairs(value) if isinstance(value, str) else ()

    def is_label(self, value: object) -> bool:
        """Whether a cell is a label of this form in any sense (a field, a head of a block or table, a title)."""
        return isinstance(value, str) and self._is_label(value)

    def header(self, value: object) -> str:
        """``first``, ``second``, ``third``, ``value`` … if a cell heads a column of indicators, else ``""``."""
        return self._head(value) if isinstance(value, str) else ""

    def task_column(self, value: object) -> str:
        """The key of the task column that a cell heads, else ``""``."""
        return self._task_head(value) if isinstance(value, str) else ""

    def _is_known(self, text: str) -> bool:
        return bool(self._keys(text) & self._all_keys or self.pairs(text) or _MEASURE.fullmatch(text.strip()))

    def _find_head(self, text: str) -> str:
        return next((self._header_keys[key] for key in self._keys(text) if key in self._header_keys), "")

    def _find_task_head(self, text: str) -> str:
        keys = self._keys(text)
        columns = self.form.tasks.columns if self.form.tasks else ()
        return next((column.key for column in columns if keys & column.label_keys), "")

    @staticmethod
    def _keys(text: str) -> set[str]:
        """The text as labels are compared, with and without what is in brackets."""
        if len(text) > LONGEST_LABEL:
            return set()
        bare = _BRACKETS.sub("", squeeze(text))
        return {label_key(text), label_key(bare)} - {""}

    def _find(self, text: str) -> tuple[Pair, ...]:
        text = _MEASURE.sub("", text) if "单位" in text else text
        for key in sorted(self._keys(text), key=len, reverse=True):
            fields = self.form.fields_by_label.get(key)
            if fields:
                return (Pair(fields, squeeze(text).rstrip(":"), None),)
        return self._split(text) if ":" in text or "：" in text else ()

    def _split(self, text: str) -> tuple[Pair, ...]:
        """Labels and values that share a cell. The first label must open it, the others follow a break."""
        plain, places = _without_blanks(text)
        starts: list[tuple[int, re.Match[str]]] = []
        for match in self._inline.finditer(plain):
            begins = [place for place in (match.start(), match.start("bare")) if _breaks(text, places, place)]
            if match.start() == 0 or (starts and begins):
                starts.append((begins[0], match))
        if not starts:
            return ()
        ends = [*(places[start] for start, _ in starts[1:]), len(text)]
        found = []
        for (_, match), end in zip(starts, ends, strict=True):
            begin = places[match.end() - 1] + 1
            fields = self.form.fields_by_label.get(label_key(_BRACKETS.sub("", match["label"]))) or ()
            fields = fields or self.form.fields_by_label.get(label_key(match["label"]), ())
            if fields:
                found.append(Pair(fields, match["label"], text[begin:end].strip()))
        return tuple(found)

    @cached_property
    def _inline(self) -> re.Pattern[str]:
        texts = {
            squeeze(text).removeprefix("其中:")
            for field in self.form.fields.values()
            for text in (field.label, *field.synonyms)
        }
        texts |= {_BRACKETS.sub("", text) for text in texts}
        options = "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
        return re.compile(rf"{_LEAD}(?P<bare>(?:其中:)?(?P<label>(?:{options})(?:\([^)]*\))?):)")

    @cached_property
    def _header_keys(self) -> dict[str, str]:
        heads = sorted(self.profile.headers.items(), key=lambda head: head[0] != OTHER)  # any other meaning goes first
        keys = {key: name for name, texts in heads for key in texts}
        if self.form.indicators is not None:
            keys |= {label_key(text): name for name, text in self.form.indicators.header.items()}
        return keys

    @cached_property
    def _all_keys(self) -> set[str]:
        form = self.form
        texts = [block.label for block in form.blocks]
        for block in form.blocks:
            texts += [text for line in (*block.columns, *block.rows) for text in (line.label, *line.synonyms)]
        if form.tasks:
            texts += [form.tasks.label, form.tasks.amounts_label, form.tasks.sum_label, *form.tasks.sum_synonyms]
            texts += [text for column in form.tasks.columns for text in (column.label, *column.synonyms)]
        if form.indicators:
            texts += [form.indicators.label, *form.indicators.synonyms]
        keys = {key for text in texts for key in self._keys(text)}
        return keys | set(form.fields_by_label) | set(self._header_keys)


def _without_blanks(text: str) -> tuple[str, list[int]]:
    """The text after NFKC, without blanks and ①, and for each of its characters the place it had."""
    chars: list[str] = []
    places: list[int] = []
    for place, raw in enumerate(text):
        if raw in _CIRCLED:
            continue
        for char in normal(raw):
            if not char.isspace():
                chars.append(char)
                places.append(place)
    return "".join(chars), places


def _breaks(text: str, places: list[int], start: int) -> bool:
    """Whether something that ends a value precedes the label: a blank, a line end, a comma, a bracket."""
    if start == 0:
        return True
    before = text[places[start - 1] + 1 : places[start]] or text[places[start - 1]]
    return any(char.isspace() or char in "；;，,、。）)" for char in before)


#: with no title on the sheet, this many labels and an indicator table make it the form
ENOUGH_LABELS = 5


class Segment(NamedTuple):
    """A form's part of a sheet: ``title`` is ``None`` when it was recognised by its labels alone."""

    form: Form
    top: int
    bottom: int
    title: Cell | None

    @property
    def rows(self) -> range:
        """Its rows."""
        return range(self.top, self.bottom + 1)


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
            found = len({label_key(pair.label) for cell in grid for pair in labels.pairs(cell.value)})
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
