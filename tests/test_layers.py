"""The layers of the house: imports go down only, and no module grows too large to know by heart."""

from __future__ import annotations

import ast
from collections.abc import Collection
from graphlib import TopologicalSorter
from pathlib import Path

import perfxl

PACKAGE = Path(perfxl.__file__).parent
#: the lowest first; what is on one layer does not import each other
LAYERS = (
    {"model", "values", "temp_folders"},
    {"untrusted"},
    {"profiles", "formats", "sources", "workbook_styles", "output_files"},
    {"reading"},
    {"tables", "diagnose"},
    {"rules"},
    {"template", "clerk"},
    {"engine", "ledger"},
    {"reports", "letters"},
    {"rounds"},
    {"cli"},
)
LEVEL = {name: level for level, layer in enumerate(LAYERS) for name in layer}
TREES = {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
LONGEST_FILE, LONGEST_FUNCTION = 600, 40


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree: ast.Module) -> set[str]:
    """Rooms that a module imports at run time, in functions too; what only the type checker reads is left out."""
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    names: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("perfxl"):
            parts = node.module.split(".")
            names |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("perfxl.")}
    return names - {"__version__"}


def test_imports_go_down_only() -> None:
    for path, tree in TREES.items():
        if room(path) not in ("__init__", "__main__"):
            above = {name for name in imported(tree) - {room(path)} if LEVEL[name] >= LEVEL[room(path)]}
            assert not above, f"{path.name} is on layer {LEVEL[room(path)]} and imports {above}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = {".".join(("perfxl", *path.relative_to(PACKAGE).with_suffix("").parts)): path for path in TREES}
    # what a package offers comes from its own modules, which import each other by their full names
    modules = {name: TREES[path] for name, path in names.items() if path.name != "__init__.py"}
    TopologicalSorter({name: imported_modules(tree, modules) - {name} for name, tree in modules.items()}).prepare()


def imported_modules(tree: ast.Module, names: Collection[str]) -> set[str]:
    """The modules that a module imports, also in functions and for the type checker."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    found = {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}
    return (found | {str(node.module) for node in nodes}) & set(names)


def test_every_room_has_its_layer() -> None:
    assert {room(path) for path in TREES} - {"__init__", "__main__"} == set(LEVEL)


def test_rooms_stay_small() -> None:
    for path, tree in TREES.items():
        assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE, path
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.end_lineno:
                assert node.end_lineno - node.lineno < LONGEST_FUNCTION, f"{path.name}: {node.name} is too long"


def test_a_form_is_data() -> None:
    """What belongs to one edition of the forms is in its profile, and nowhere in Python."""
    for path, tree in TREES.items():
        nodes = list(ast.walk(tree))
        docs = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        strings = [
            n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs
        ]
        for word in ("衡阳", "附件1", "中共"):
            assert not [string for string in strings if word in string], path
