"""Fewer kinds of benefit (经济, 社会, 生态, 可持续) than the profile asks for."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import form_levels, level_name, levels_filled, open_cells, periods_to_fill
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables

FEW = Text(
    "{period}{kinds}中填了 {n} 类，至少应填 {least} 类。请补填。",
    "Of {kinds}, {n} are filled in{period}; at least {least} must be.",
)


@table_rule(
    "COMPLETE-07",
    Severity.NOTICE,
    name=Text("效益指标类别不全", "Not all kinds of benefit"),
    what=Text(
        "经济、社会、生态、可持续影响四类效益指标中至少填若干类；缺少的类别作提示",
        "A few of the four kinds of benefit are needed; those missing are noted",
    ),
    message=Text(
        "{period}没有填“{level}”。如项目确有这方面效果，请补填。",
        "There is no “{level}”{period}. Add one if the project has such an effect.",
    ),
    needs="indicators",
    group="file",
    follows=("COMPLETE-05", "COMPLETE-11"),
    why=Text(
        "项目的效益往往不止一个方面，漏填会看低它的效果。",
        "A project often has several benefits; those left out make it look smaller.",
    ),
    fix=Text(
        "确有这方面效果的补填一条，没有的可以不改。", "Add one where there is such an effect; otherwise leave it."
    ),
    wrong=Text("只填了经济、社会效益指标", "Economic and social benefits only"),
    right=Text(
        "经济、社会、生态、可持续影响各有一条", "One each of economic, social, ecological and sustainable benefit"
    ),
)
def few_kinds_of_benefit(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile says which levels (``required = "COMPLETE-07"``) and how many (``limits.benefit_kinds``)."""
    filled, cells = levels_filled(tables), open_cells(tables)
    least = int(tables.profile.limits.get("benefit_kinds", 1))
    for form, period, label in periods_to_fill(tables, lang):
        kinds = form_levels(tables.profile, form.form, "COMPLETE-07")
        missing = [kind for kind in kinds if (form.form_id, period, kind) not in filled]
        parents = {tables.profile.levels[kind].parent for kind in kinds}
        if not any((form.form_id, period, parent) in filled for parent in parents):
            continue
        if missing and len(kinds) - len(missing) < least:
            places = dict.fromkeys(cell for kind in missing for cell in cells.of(form, period, kind))
            values = {
                "period": label, "n": len(kinds) - len(missing), "least": least,
                "kinds": "、".join(level_name(tables.profile, kind) for kind in kinds),
            }  # fmt: skip
            yield Hit(tuple(places), values, severity=Severity.WARNING, message=FEW)
            continue
        for kind in missing:
            yield Hit(cells.of(form, period, kind), {"period": label, "level": level_name(tables.profile, kind)})
