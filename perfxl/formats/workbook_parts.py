"""Where the parts of an .xlsx, .xlsb or .docx are: by relationships and content types, and never by their names.

Programs call the workbook ``workbook22.xml``, keep sheets in folders of their own, write targets from the root or from
the folder of the workbook, and mind no case.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple, NoReturn
from xml.parsers import expat

from perfxl.formats.errors import DAMAGED, MALFORMED_PART, UNSAFE, Unreadable
from perfxl.formats.package import Package, local_name

_TYPES = "[Content_Types].xml"
#: the types of the main part of a workbook, a template, one with macros, an add-in; the same of a document
_MAIN_TYPE = re.compile(
    r"(?:sheet|template|addin|document)(?:\.binary)?(?:\.macroEnabled(?:Template)?)?\.main(?:\+xml)?$", re.IGNORECASE
)
#: where it is when nothing tells
_MAIN_NAME = re.compile(r"(?:.*/)?(?:workbook|document)\d*\.(?:xml|bin)$", re.IGNORECASE)
_WORKSHEET = re.compile(rb"[<:]worksheet[\s>/]")
STRINGS, STYLES = "sharedStrings", "styles"


class Tab(NamedTuple):
    """A tab of a workbook: its name, its part (``""``: it points at nothing), whether it has cells, and is hidden."""

    name: str
    part: str
    has_cells: bool
    hidden: bool


class Parts(NamedTuple):
    """The parts of a workbook that are read: the main one, its tabs, its shared texts and formats (``""``: none)."""

    main: str
    tabs: list[Tab]
    strings: str
    styles: str
    since_1904: bool

    @property
    def sheets(self) -> list[str]:
        """The parts of the sheets that have cells."""
        return list(dict.fromkeys(tab.part for tab in self.tabs if tab.has_cells))


def main_part(package: Package) -> str:
    """The name of the main part of an office file, ``""`` if there is none."""
    with suppress(*MALFORMED_PART):
        for target in package.related("", "officeDocument"):
            if target in package:
                return package.named(target)
    with suppress(*MALFORMED_PART):
        for node in package.elements(_TYPES):
            name = node.get("PartName", "").lstrip("/")
            if local_name(node) == "Override" and _MAIN_TYPE.search(node.get("ContentType", "")) and name in package:
                return package.named(name)
    return min((name for name in package.names if _MAIN_NAME.fullmatch(name)), key=len, default="")


def workbook_parts(package: Package) -> Parts:
    """The parts of a workbook in XML. Raises ``Unreadable`` where a tab has lost its sheet."""
    main = main_part(package)
    workbook = _Workbook(package.part(main))
    links = package.relationships(main)
    found: dict[str, tuple[str, str]] = {}
    for link in links:
        found[link.id] = link.kind, _there(package, main, link.target)
    tabs = []
    for name, number, hidden in workbook.sheets:
        kind, part = found.get(number, ("", ""))
        if number and part not in package:
            raise Unreadable(*DAMAGED)
        has_cells = bool(part) and (kind == "worksheet" or bool(_WORKSHEET.search(package.head(part))))
        tabs.append(Tab(name, part, has_cells, hidden))
    others = {kind: part for kind, part in found.values() if part in package}
    return Parts(main, tabs, others.get(STRINGS, ""), others.get(STYLES, ""), workbook.since_1904)


def _there(package: Package, main: str, target: str) -> str:
    """The part that a link means: some programs write its target from the root of the package, without the stroke."""
    folder = main.rpartition("/")[0]
    if target not in package and folder and target.startswith(f"{folder}/") and target[len(folder) + 1 :] in package:
        target = target[len(folder) + 1 :]
    return package.named(target)


class _ReadError(Exception):
    """All that is asked for was read."""


class _Workbook:
    """The head of the workbook part: name, number of the link and hiding of each tab, and the calendar.

    What follows the tabs may be thousands of names and is not looked at.
    """

    def __init__(self, xml: bytes) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.since_1904 = False
        self._path: list[str] = []
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartDoctypeDeclHandler = _refuse
        try:
            parser.Parse(xml, True)
        except _ReadError:
            return
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise Unreadable(*DAMAGED) from error
        if not self._has_sheets:
            raise Unreadable(*DAMAGED)

    _has_sheets = False

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "sheet" and self._path[-1:] == ["sheets"]:
            number = next((text for key, text in attributes.items() if key.endswith(":id")), attributes.get("id", ""))
            self.sheets.append((attributes.get("name", ""), number, attributes.get("state", "visible") != "visible"))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904", "0") in ("1", "true", "on")
        self._path.append(name)

    def _end(self, _: str) -> None:
        if self._path.pop() == "sheets":
            self._has_sheets = True
            raise _ReadError


def _refuse(*_: object) -> NoReturn:
    raise Unreadable(*UNSAFE)
