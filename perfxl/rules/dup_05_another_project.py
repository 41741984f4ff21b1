"""An indicator that speaks of another project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, rows

MENTIONED = Text(
    "指标“{name}”提到的“{word}”是另一个项目“{other}”的内容。请核对是否填错了表。",
    "The indicator “{name}” speaks of “{word}”, which is another project ({other}). Please check that it belongs here.",
)


@table_rule(
    "DUP-05",
    Severity.WARNING,
    name=Text("写了别的项目的内容", "Speaks of another project"),
    what=Text("指标写本项目的内容，不照抄别的项目", "Indicators are about their own project"),
    message=Text(
        "指标“{name}”与项目“{other}”的一条指标（{where}）一字不差，说的是“{word}”，疑似照抄。请改为本项目的内容。",
        "The indicator “{name}” is word for word one of the project “{other}” ({where}) and speaks of “{word}”, "
        "possibly copied. Please write what is true of this project.",
    ),
    needs="forms",
    why=Text("写了别的项目的内容，多半是复制后忘了改。", "Words of another project are mostly left over from copying."),
    fix=Text("改成本项目的内容。", "Write what is true of this project."),
    wrong=Text(
        "项目“事业登记”填了项目“机构改革”的指标“机构改革方案执行年限”",
        "Project 事业登记 has 机构改革方案执行年限, an indicator of the project 机构改革",
    ),
    right=Text("项目“事业登记”填“登记结果公示年限”", "Project 事业登记 has 登记结果公示年限"),
)
def another_project(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """A project's word is its name less the profile's ``name_noise``; a name that holds its own word too is left."""
    forms = {form.form_id: form for form in _forms(tables)}
    words = {form_id: _word(form.name_key, tables.profile.name_noise) for form_id, form in forms.items()}
    lines = tables.indicators
    known: dict[int, dict[str, set[int]]] = {}
    for form_id, form in forms.items():
        known.setdefault(form.submission, {}).setdefault(words[form_id], set()).add(form_id)
    least = int(tables.profile.limits.get("project_word", 4))
    found: list[tuple[Any, str, set[int]]] = []
    for line in rows(lines, lines["form_id"].isin(forms) & (lines["name_key"].str.len() >= least)):
        own = words[line.form_id]
        for word, others in known[line.submission].items():
            if len(word) < least or word not in line.name_key or _akin(word, own, line.name_key):
                continue
            found.append((line, word, others))
            break
    alike = _first_lines(lines, {line.name_key for line, _, _ in found})
    for line, word, others in found:
        places = ((form_id, line.name_key) for form_id in sorted(others))
        original = next((alike[place] for place in places if place in alike), None)
        yield _said(line, word, forms[min(others)], original)


def _forms(tables: Tables) -> Iterator[Any]:
    forms = tables.forms
    kinds = tables.profile.project_forms | tables.profile.fund_forms
    yield from rows(forms, forms["form"].isin(kinds))


def _word(name: str, noise: tuple[str, ...]) -> str:
    """机构改革工作 -> 机构改革: what tells a project from others."""
    for word in noise:
        name = name.removesuffix(word).removeprefix(word)
    return name


def _akin(word: str, own: str, name: str) -> bool:
    """Whether the words of both projects overlap, or the name holds its own project's too."""
    return not own or own in name or word in own or own in word


def _first_lines(lines: Any, names: set[str]) -> dict[tuple[int, str], Any]:
    """(form, name) -> the first of its lines that is called so."""
    found: dict[tuple[int, str], Any] = {}
    for line in rows(lines, lines["name_key"].isin(names)) if names else ():
        found.setdefault((line.form_id, line.name_key), line)
    return found


def _said(line: Any, word: str, other: Any, original: Any | None) -> Hit:
    values = {"name": " ".join(line.name.split()), "word": word, "other": other.name}
    if original is None:
        return Hit((name_ref(line),), values, severity=Severity.NOTICE, message=MENTIONED)
    values["where"] = str(name_ref(original))
    return Hit((name_ref(line),), values, (name_ref(original),), written=line.name)
