"""A task, or the department's goal, that says another number of a thing than the project's indicator."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._narrative import Claim, Line, agree, claims, lines, match
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

LIKELY = Text(
    "指标“{name}”填“{stated}”，而部门整体支出表（{where}）写“{said}”，可能是同一事项。请核对，两表应一致。",
    "The indicator “{name}” is “{stated}”, but the department form ({where}) says “{said}”, probably of the same. "
    "Please check that they agree.",
)


@table_rule(
    "CROSS-11",
    Severity.ERROR,
    name=Text("任务与项目指标矛盾", "Task contradicts project indicator"),
    what=Text(
        "部门整体支出表的任务内容和总体目标写的数字，与对应项目表中同一事项的指标值应一致",
        "A number in a task or the department's goal is that of the project's indicator of the same thing",
    ),
    message=Text(
        "指标“{name}”填“{stated}”，而部门整体支出表（{where}）写“{said}”。请核对，两表应一致。",
        "The indicator “{name}” is “{stated}”, but on the department form ({where}) it is “{said}”. Make them agree.",
    ),
    source="项目指标应与部门任务对应",
    needs="tasks_and_projects",
    why=Text(
        "部门的任务由项目来完成，同一件事在两张表上应是同一个数。",
        "Projects carry out the tasks; the same thing has the same figure on both forms.",
    ),
    fix=Text("核对哪个正确，改正另一个。", "Find out which is right and correct the other."),
    wrong=Text(
        "任务内容写“涉改单位124家”，项目指标“涉改单位”填100家", "Task 涉改单位124家, project indicator 涉改单位: 100家"
    ),
    right=Text(
        "任务内容写“涉改单位124家”，项目指标“涉改单位”填124家", "Task 涉改单位124家, project indicator 涉改单位: 124家"
    ),
)
def task_contradicts_project(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """A task is compared with its own project; a goal with the one project that counts the same noun."""
    said = [claim for claim in claims(tables) if tables.profile.forms[claim.form].tasks and claim.keys]
    projects = _project_lines(tables) if said else {}
    found: dict[int, tuple[Line, str, bool, list[Claim]]] = {}
    for claim in sorted(said, key=lambda claim: not claim.task):
        matched = _matched(claim, projects.get(claim.submission, {}), tables)
        if any(agree(claim, line) for _, _, line in matched):
            continue
        for key, same, line in matched:
            entry = found.setdefault(id(line.row), (line, key, same, []))
            if claim.said.number == (entry[3] or [claim])[0].said.number:
                entry[3].append(claim)
    for line, key, same, told in found.values():
        first, stated = told[0], line.row.value.strip()
        values = {"name": " ".join(line.row.name.split()), "stated": stated, "said": first.words(key),
                  "where": str(first.cell)}  # fmt: skip
        related = tuple(dict.fromkeys(claim.cell for claim in told))
        yield Hit(
            (ref(line.row),), values, related, stated, first.said.figure, written=line.row.value,
            severity=None if same else Severity.WARNING, message=None if same else LIKELY,
        )  # fmt: skip


def _project_lines(tables: Tables) -> dict[int, dict[str, list[Line]]]:
    """Submission -> project -> the lines of its project form."""
    found: dict[int, dict[str, list[Line]]] = {}
    of_form = lines(tables)
    for form in rows(tables.forms, tables.forms["form"].isin(tables.profile.project_forms)):
        found.setdefault(form.submission, {})[form.project] = of_form.get(form.form_id, [])
    return found


def _matched(claim: Claim, projects: dict[str, list[Line]], tables: Tables) -> list[tuple[str, bool, Line]]:
    """The lines that speak of the same noun, those of its very name before others."""
    if claim.task:
        wanted = [projects.get(claim.project, [])]
    else:
        wanted = list(projects.values()) if not claim.said.share else []
    per_project = [
        [(key, same, line) for line in of_one for key, same in [match(claim, line, tables.profile)] if key]
        for of_one in wanted
    ]
    having = [matched for matched in per_project if matched]
    if len(having) != 1:
        return []
    return [found for found in having[0] if found[1]] or having[0]
