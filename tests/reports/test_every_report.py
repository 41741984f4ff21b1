"""What holds for every registered report: it is found, and a text from a unit stays a text in its files."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from filled_template import Book, filled
from lxml import etree
from other_formats import html

from perfxl import reports
from perfxl.engine.batch import Batch, check_collected
from perfxl.formats import read_book
from perfxl.reports import REPORTS
from perfxl.sources import Received

FOLDER = Path(reports.__file__).parent
#: what a program may take for more than a text
TEXTS = (
    '=HYPERLINK("http://x","y")',
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "<img src=x onerror=alert(1)>",
    "http://x.y",
    "{{7*7}}",
)


def test_every_module_that_writes_files_is_registered_once() -> None:
    """A report is a module here with a public function that writes; its parts are in the folders below."""
    for path in FOLDER.glob("*.py"):
        functions = (node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef))
        writing = [(one.name, [arg.arg for arg in one.args.args]) for one in functions if one.name.startswith("write")]
        if writing and path.stem not in ("__init__", *REPORTS):
            pytest.fail(f"{path.name} has {writing[0][0]}: add {path.stem!r} to REPORTS in perfxl/reports/__init__.py")
        assert path.stem not in REPORTS or ("write", ["batch", "out"]) in writing, f"{path.name}: write(batch, out)"
    assert len(set(REPORTS)) == len(REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_a_registered_report_can_be_written(name: str) -> None:
    assert callable(import_module(f"perfxl.reports.{name}").write)


def test_the_registry_imports_no_report() -> None:
    heavy = ("pandas", "xlsxwriter", "lxml", "jinja2", "rich", *(f"perfxl.reports.{name}" for name in REPORTS))
    code = f"import sys, perfxl.reports; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_report_that_is_not_registered_is_refused(batch: Batch, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="screen"):
        reports.write(batch, tmp_path, ["screen"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sent")


@pytest.fixture(scope="module")
def batch(folder: Path) -> Batch:
    """A return for each text, which is the name of the file, the unit, projects, tasks and indicators.

    The first one comes as a page of HTML too, which cannot be annotated and is rebuilt, and as one that is unreadable.
    """
    book, received = filled(), []
    for number, text in enumerate(TEXTS):
        path = folder / f"{number}.xlsx"
        path.write_bytes(written(book, text))
        received.append(Received(f"{text}.xlsx", path))
    page, broken = folder / "page.xls", folder / "broken.xlsx"
    page.write_text(html(read_book(received[0].path.read_bytes()).grids), "utf-8")
    broken.write_bytes(received[0].path.read_bytes()[:3000])
    return check_collected(
        [*received, Received(f"{TEXTS[0]}.xls", page), Received(f"{TEXTS[5]}broken.xlsx", broken)], ()
    )


def written(book: Book, text: str) -> bytes:
    """The bytes of a return with this text as the name of everything, and in the fields of projects."""
    for sheet, layout in book.sheets.items():
        for key, spot in layout.fields.items():
            if key != "year" and (key == "unit" or layout.number):
                typed(book, sheet, spot.cell, text)
        for row in layout.indicators[::3]:
            for columns in row.cells.values():
                for spot in columns.values():
                    typed(book, sheet, spot.cell, text)
    for key in ("name", "content"):
        typed(book, "部门整体支出", book.sheets["部门整体支出"].tasks[0][key].cell, text)
    other = book.book.create_sheet(re.sub(r"[\[\]:*?/\\]", "_", text)[:31])
    buffer = BytesIO()
    book.book.save(buffer)
    book.book.remove(other)
    return buffer.getvalue()


def typed(book: Book, sheet: str, cell: str, text: str) -> None:
    place = book.book[sheet][cell]
    place.value = text
    place.data_type = "s"


def test_the_texts_are_what_the_units_wrote(batch: Batch) -> None:
    assert {item.unit for item in batch.submissions} >= set(TEXTS)
    assert {row.name for item in batch.submissions for row in item.forms} >= set(TEXTS)
    assert set(batch.tables.indicators["name"]) >= set(TEXTS)


@pytest.mark.parametrize("name", REPORTS)
def test_a_text_from_a_unit_stays_a_text(name: str, batch: Batch, tmp_path: Path) -> None:
    paths = reports.write(batch, tmp_path, [name])
    assert paths
    shown: set[str] = set()
    for path in paths:
        assert path.resolve().is_relative_to(tmp_path.resolve())
        assert path.suffix in CHECKS, f"add to CHECKS how the texts of {path.suffix} are read"
        shown |= CHECKS[path.suffix](path.read_bytes())
    assert {text for text in TEXTS if any(text in one for one in shown)} == set(TEXTS)


def texts_of_json(data: bytes) -> set[str]:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from strings(one)

    return set(strings(json.loads(data)))


class Page(HTMLParser):
    """The texts of a page; a tag or an attribute that does something is a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"img", "script", "iframe", "form", "object", "base"}
        for key, value in attrs:
            assert not key.startswith("on")
            assert key not in {"href", "src", "action"} or (value or "").startswith("#")

    def handle_data(self, data: str) -> None:
        self.texts.add(data)


def texts_of_html(data: bytes) -> set[str]:
    page = Page()
    page.feed(data.decode())
    return page.texts


def texts_of_workbook(data: bytes) -> set[str]:
    """The texts of its cells and notes; no formula, link or name in it is one of them."""
    texts: set[str] = set()
    active: list[str] = []
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for part in archive.namelist():
            if not part.endswith((".xml", ".rels")):
                continue
            for node in etree.fromstring(archive.read(part)).iter():
                kind = etree.QName(node).localname if isinstance(node.tag, str) else ""
                if kind == "t":
                    texts.add(node.text or "")
                elif kind in {"f", "formula", "formula1", "formula2", "definedName"}:
                    active.append(node.text or "")
                elif kind == "Relationship" and node.get("TargetMode") == "External":
                    assert re.match(r"单位[/\\]", node.get("Target")), node.get("Target")
    for formula in active:
        assert not re.search("HYPERLINK|WEBSERVICE|http:", formula), formula
        assert formula.lstrip("=") not in {text.lstrip("=") for text in TEXTS}, formula
    return texts


CHECKS = {
    ".json": texts_of_json,
    ".html": texts_of_html,
    ".xlsx": texts_of_workbook,
    ".xlsm": texts_of_workbook,
}
