"""Departments that do not exist: workbooks in which everything is right, no two alike.

A world starts from the clean sample of a profile. The unit has a name of its own, the counts grow or shrink together
so that goals and indicators still agree, and all amounts differ: of the standard profile some projects are kept and
every amount is made up anew so that all sums hold; of the others all amounts are a multiple of the sample's.
"""

from __future__ import annotations

import copy
import io
import random
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import fill
from openpyxl import Workbook, load_workbook
from workbook_edits import Places

from perfxl import template
from perfxl.profiles import Profile, load
from perfxl.template import SheetLayout

PROFILES = ("hengyang_2020", "mof_2015", "mof_2021", "self_evaluation_2020")
SAMPLES = Path(__file__).parents[2] / "samples"
UNIT = re.compile("中共衡阳市委机构编制委员会办公室|某市水务局")
KINDS = ("农业农村局", "教育局", "文化旅游局", "水利局", "卫生健康委员会", "交通运输局", "科学技术局", "民政局")
#: a count with what is counted: it may be any number, if all the texts agree on it; but there are 12 counties
COUNT = re.compile(r"(?<![\d.〔])(?!12(?!\d))(\d{2,})(?=(?:个|家|名|人次|人|张|套|条|份)(?!月|工作日|县))")
#: where value and measure stand in cells of their own a text cannot be rewritten with its count
DIVIDED = "mof_2021"
MONEY = re.compile(r"(\d+(?:\.\d+)?)(?=万元)")
PROJECTS = (2, 8)


@dataclass(frozen=True)
class World:
    """A right workbook: its bytes, its data, and where everything stands in it."""

    profile: Profile
    data: Mapping[str, Any]
    book: bytes
    places: Places
    cells: Mapping[str, Any]
    #: address of a box of 项目类型 -> what stands in it
    types: Mapping[str, str]
    #: the same of 等级
    grades: Mapping[str, str]
    layout: tuple[SheetLayout, ...]

    def names(self, pattern: str) -> list[str]:
        """The names of the filled cells that match a regular expression as a whole, in the order of the sheets."""
        return [name for name in self.cells if re.fullmatch(pattern, name)]

    def fen(self, name: str) -> int:
        """An amount in fen, whether it is typed as a number or as 5.00万元."""
        return fen(self.cells[name])


def fen(value: Any) -> int:
    """``17.5`` or ``"17.50万元"`` -> 1750000."""
    return int(Decimal(str(value).removesuffix("万元")) * 1_000_000)


def wan(amount: int) -> float:
    """Fen as the number of 万元 that a clerk types."""
    return float(Decimal(amount) / 1_000_000)


def make(dice: random.Random, name: str = PROFILES[0]) -> World:
    """One department of a profile."""
    data = copy.deepcopy(dict(_clean(name.replace("_", "-"))))
    profile = load(name)
    if name == PROFILES[0]:
        _keep_some_projects(data, dice)
        _new_amounts(data, dice)
    else:
        data = _multiplied(profile, data, dice.randrange(1, 40))
    unit = f"{dice.choice('甲乙丙丁戊己庚辛')}市{dice.choice(KINDS)}"
    factor = Decimal(1) if name == DIVIDED else Decimal(dice.randrange(60, 300)) / 100
    data = _rewritten(data, lambda text: COUNT.sub(lambda m: str(_scaled(m[1], factor)), UNIT.sub(unit, text)))
    book = fill.workbook(profile, data)
    projects = sum(profile.forms[form["form"]].repeats for form in data["forms"])
    layout = template.layout(profile, projects=projects)
    places = Places(layout)
    sheets = load_workbook(io.BytesIO(book))
    types, grades = (_boxes(sheets, layout, key) for key in ("project_type", "grade"))
    return World(profile, data, book, places, _cells(sheets, places), types, grades, layout)


def _boxes(sheets: Workbook, layout: tuple[SheetLayout, ...], wanted: str) -> dict[str, str]:
    return {
        f"{sheet.sheet}!{spot.cell}": str(sheets[sheet.sheet][spot.cell].value)
        for sheet in layout
        for key, spots in sheet.choices.items()
        if key == wanted
        for spot in spots
    }


def _multiplied(profile: Profile, data: dict[str, Any], factor: int) -> dict[str, Any]:
    """The data with so many times the money: in fields, tasks and indicators."""
    for form in data["forms"]:
        spec = profile.forms[form["form"]]
        for key, value in form["fields"].items():
            if spec.fields[key].kind == "amount" and value != "":
                form["fields"][key] = _times(value, factor)
        for task in form.get("tasks", ()):
            task[2:] = [_times(value, factor) for value in task[2:]]
        if "task_sum" in form:
            form["task_sum"] = [_times(value, factor) for value in form["task_sum"]]
        for lines in (lines for levels in form["indicators"].values() for lines in levels.values()):
            for line in lines:
                if "万元" in line:  # sign, value and measure in cells of their own
                    line[2] = _times(line[2], factor)
    return _rewritten(data, lambda text: MONEY.sub(lambda m: f"{_times(m[1], factor):.2f}", text))


def _times(value: Any, factor: int) -> float:
    return float(Decimal(str(value)) * factor)


def _scaled(number: str, factor: Decimal) -> int:
    return max(10, int(int(number) * factor))


@cache
def _clean(folder: str) -> Mapping[str, Any]:
    return tomllib.loads((SAMPLES / folder / "clean.toml").read_text("utf-8"))


def _cells(sheets: Workbook, places: Places) -> dict[str, Any]:
    """Name -> what stands in the cell, for all the cells that are filled in."""
    found = {}
    for name in places.all_names():
        sheet, cell = places.address(name).split("!")
        value = sheets[sheet][cell].value
        if value not in (None, ""):
            found[name] = value
    return found


def _keep_some_projects(data: dict[str, Any], dice: random.Random) -> None:
    """Two to eight projects, the one with a fund form among them, and the tasks that belong to them."""
    projects = [form for form in data["forms"] if form["form"] == "project"]
    department = data["forms"][-1]
    kept = [projects[0], *dice.sample(projects[1:], dice.randrange(*PROJECTS) - 1)]
    basic, *tasks = department["tasks"]
    by_amount = _tasks_of(projects, tasks)
    department["tasks"] = [basic, *(by_amount[form["fields"]["project_name"]] for form in kept)]
    data["forms"] = [*kept, *(form for form in data["forms"] if form["form"] != "project")]


def _tasks_of(projects: list[dict[str, Any]], tasks: list[list[Any]]) -> dict[str, list[Any]]:
    """Project -> its task: the one whose name shares most characters with the project's."""
    found = {}
    for form in projects:
        name = form["fields"]["project_name"]
        found[name] = max(tasks, key=lambda task: len(set(task[0]) & set(name)) / len(set(task[0]) | set(name)))
    return found


def _new_amounts(data: dict[str, Any], dice: random.Random) -> None:
    """Made-up amounts for every project; whatever is a sum of them follows."""
    *projects, fund, department = data["forms"]
    staff, running = (dice.randrange(3000, 90000) * 10_000 for _ in range(2))
    rows = [(staff + running, staff + running, 0)]
    for form in projects:
        costs = [dice.randrange(150, 6000) * 10_000 for _ in form["indicators"]["year"]["cost"]]
        total = sum(costs)
        other = dice.choice((0, 0, dice.randrange(1, total // 20_000) * 10_000))
        _set_costs(form["indicators"]["year"], costs)
        _set_funds(form["fields"], "", total, other)
        rows.append((total, total - other, other))
        if form["fields"]["project_name"] == fund["fields"]["project_name"]:
            _set_costs(fund["indicators"]["year"], costs)
            _set_costs(fund["indicators"]["long"], [3 * cost for cost in costs])
            _set_funds(fund["fields"], "", total, other)
            _set_funds(fund["fields"], "long_", 3 * total, 3 * other)
    for task, row in zip(department["tasks"], rows, strict=True):
        task[2:] = map(wan, row)
    department["task_sum"] = [wan(sum(column)) for column in zip(*rows, strict=True)]
    total, fiscal, other = (sum(column) for column in zip(*rows, strict=True))
    department["fields"] |= {
        "total": wan(total), "fiscal": wan(fiscal), "other": wan(other),
        "basic": wan(rows[0][0]), "projects": wan(total - rows[0][0]),
    }  # fmt: skip
    _set_costs(department["indicators"]["year"], [total - rows[0][0], running, staff])


def _set_costs(levels: dict[str, Any], costs: list[int]) -> None:
    for pair, cost in zip(levels["cost"], costs, strict=True):
        pair[1] = f"{wan(cost):.2f}万元"


def _set_funds(fields: dict[str, Any], prefix: str, total: int, other: int) -> None:
    fields |= {f"{prefix}total": wan(total), f"{prefix}fiscal": wan(total - other), f"{prefix}other": wan(other)}


def _rewritten(value: Any, change: Callable[[str], str]) -> Any:
    """The data with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _rewritten(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_rewritten(item, change) for item in value]
    return value
