"""A mistake in any amount that takes part in a sum is found, and found at its cell."""

import re
import zipfile
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from containers import CLEAN, packed, parts_of, sheet_part
from draws import dice

from perfxl.engine.batch import check, read

FIGURE = re.compile(r"\d+(?:\.\d+)?")


def swapped(value):
    """The figure with its first two neighbouring digits that differ exchanged; ``None`` if there are none."""
    text = f"{value:.2f}"
    digits = text.replace(".", "")
    for n in range(len(digits) - 1):
        if digits[n] != digits[n + 1]:
            digits = digits[:n] + digits[n + 1] + digits[n] + digits[n + 2 :]
            return Decimal(digits).scaleb(-2)
    return None


MISTAKES = {
    "more": lambda value: value + Decimal("1.23"),
    "less": lambda value: value - Decimal("0.01"),
    "tenfold": lambda value: value * 10,
    "digits swapped": swapped,
    "yuan taken for wan": lambda value: value / 10_000,
    "wan typed in yuan": lambda value: value * 10_000,
}


def raw(address, style, value, text):
    """The XML of the mistaken cell: a number where it was one, else its text with the other figure."""
    if isinstance(value, str):
        return f'<c r="{address}"{style} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if text is None:
        return f'<c r="{address}"{style}><v>{value}</v></c>'
    return raw(address, style, FIGURE.sub(f"{value:f}", text, count=1), None)


class Clean:
    """The clean sample, ready to have one cell changed many times."""

    def __init__(self):
        self.data = CLEAN.read_bytes()
        self.parts = parts_of(self.data)
        self.names = {}

    def with_cell(self, sheet, address, value, text):
        name = self.names.setdefault(sheet, sheet_part(self.data, sheet))
        xml = self.parts[name].decode()
        old = re.search(rf'<c r="{address}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)', xml)
        new = raw(address, old[1] or "", value, text)
        return packed(self.parts | {name: (xml[: old.start()] + new + xml[old.end() :]).encode()}, zipfile.ZIP_STORED)


@pytest.fixture(scope="module")
def amounts():
    """Every amount of the clean sample: (sheet, cell, value in 万元, text unless it is a number cell)."""
    table = read(CLEAN).amounts
    table = table[table["state"] == "ok"]
    return [
        (row.sheet, row.cell, Decimal(int(row.fen)).scaleb(-6), None if row.number else row.text)
        for row in table.itertuples()
    ]


@pytest.fixture(scope="module", params=[1, pytest.param(3, marks=pytest.mark.slow)])
def variants(request, amounts, tmp_path_factory):
    """Files with one mistake, or for each of three, in each amount, and what was found in them."""
    folder, clean, made = tmp_path_factory.mktemp("mistakes"), Clean(), {}
    for number, (sheet, cell, value, text) in enumerate(amounts):
        wrong = {name: change(value) for name, change in MISTAKES.items()}
        wrong |= {"yuan written": f"{value:f}元"}
        if text is None:  # an indicator may be words
            wrong["unreadable"] = "见附表"
        others = [(name, other) for name, other in wrong.items() if other is not None and other != value]
        if request.param == 1:
            chosen = others[number % max(len(others), 1) :][:1]
        else:
            chosen = dice(f"{sheet}!{cell}").sample(others, min(request.param, len(others)))
        for name, other in chosen:
            file = f"{len(made):04}.xlsx"
            (folder / file).write_bytes(clean.with_cell(sheet, cell, other, text))
            made[file] = (sheet, cell, name, str(other))
    assert len(made) > 100 * request.param
    assert {name for _, _, name, _ in made.values()} == {*MISTAKES, "yuan written", "unreadable"}
    batch = check(folder)
    return made, batch


def test_the_clean_sample_has_amounts_everywhere_and_no_findings(amounts):
    assert len(amounts) > 100
    assert {sheet for sheet, *_ in amounts} == {"部门整体支出", *(f"项目{n}" for n in range(1, 9)), "专项资金"}
    assert usual() == set()


def places(finding):
    return tuple((cell.sheet, cell.cell) for cell in finding.cells)


def usual():
    """What is found in the clean sample itself: nothing."""
    return {(f.code, places(f)) for f in check(CLEAN).findings}


def test_every_mistake_is_found_at_its_cell(variants):
    made, batch = variants
    assert [s.file for s in batch.submissions] == sorted(made)
    known = usual()
    missed = []
    for file, place in made.items():
        new = [f for f in batch.of(file) if (f.code, places(f)) not in known]
        if not any((c.sheet, c.cell) == place[:2] for f in new for c in (*f.cells, *f.related)):
            missed.append(place)
    assert missed == []


def test_the_files_of_a_batch_are_judged_apart(variants):
    made, batch = variants
    assert not [o for o in batch.outcomes if o.result == "crashed"]
    for file, (sheet, cell, *_) in made.items():
        assert {f.file for f in batch.of(file)} == {file}
        assert all(ref.file == file for f in batch.of(file) for ref in (*f.cells, *f.related)), (sheet, cell)
