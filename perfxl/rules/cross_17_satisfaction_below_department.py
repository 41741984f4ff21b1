"""Projects that aim at less satisfaction than the whole department."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import PERCENT, SATISFACTION, first_word, plain, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "CROSS-17",
    Severity.NOTICE,
    name=Text("项目满意度低于部门", "Projects below the department"),
    what=Text(
        "项目的满意度目标不低于部门整体的满意度目标",
        "No project aims at less satisfaction than the whole department",
    ),
    message=Text(
        "部门整体的满意度目标是 {target}（{where}），而 {n} 个项目的目标较低（{values}）。请核对，应支撑部门目标。",
        "The department aims at {target} satisfied ({where}), but {n} projects at less ({values}). "
        "Please check: the projects should carry the target of the department.",
    ),
    source="项目目标应与部门目标衔接",
    needs="satisfaction",
    why=Text(
        "部门的满意度由各项目的服务对象打分；项目目标都低于部门目标，部门目标难以实现。",
        "The department is judged by those whom its projects serve; if they aim lower, it will not get there.",
    ),
    fix=Text(
        "提高项目的满意度目标，或据实调整部门目标。", "Raise the targets of the projects, or lower the department's."
    ),
    wrong=Text("部门：服务对象满意度95%；项目：90%", "Department 95%, project 90%"),
    right=Text("部门：服务对象满意度≥95%；项目：≥95%", "Department ≥95%, project ≥95%"),
)
def satisfaction_below_department(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One notice a file. A line is compared with the department's of the same name, else with its lowest."""
    lines = tables.indicators
    rate = (lines["second"] == SATISFACTION) & (lines["kind"] == "number") & (lines["measure"] == PERCENT)
    least = [line for line in rows(lines, rate & ~lines["operator"].isin(["≤", "<"])) if _is_praise(tables, line)]
    whole: dict[int, list[Any]] = {}
    for line in least:
        if tables.profile.forms[line.form].tasks:
            whole.setdefault(line.submission, []).append(line)
    below: dict[int, list[tuple[Any, Any]]] = {}
    for line in least:
        if line.form in tables.profile.project_forms and line.submission in whole:
            target = _target(line, whole[line.submission])
            if line.number < target.number:
                below.setdefault(line.submission, []).append((line, target))
    for found in below.values():
        yield _at(found)


def _is_praise(tables: Tables, line: Any) -> bool:
    """A share of complaints is the better the lower."""
    return not first_word(tables.profile, "complaints", line.name) and len(line.numbers) == 1


def _target(line: Any, whole: list[Any]) -> Any:
    same = [other for other in whole if other.name_key == line.name_key]
    return min(same or whole, key=lambda other: other.number)


def _at(found: list[tuple[Any, Any]]) -> Hit:
    targets = {ref(target): target for _, target in found}
    values = {
        "target": "、".join(dict.fromkeys(f"{plain(target.number)}%" for target in targets.values())),
        "where": "、".join(map(str, targets)),
        "n": len({line.form_id for line, _ in found}),
        "values": "、".join(dict.fromkeys(shown(line.value) for line, _ in found)),
    }  # fmt: skip
    lowest, target = min(found, key=lambda pair: (pair[0].number, pair[0].value))
    cells = tuple(ref(line) for line, _ in found)
    return Hit(cells, values, tuple(targets), shown(lowest.value), shown(target.value), written=lowest.value)
