"""A kind of output (数量, 质量, 时效, 成本) without an indicator."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import form_levels, level_name, levels_filled, open_cells, periods_to_fill
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "COMPLETE-06",
    Severity.WARNING,
    name=Text("缺少一类产出指标", "A kind of output indicator is missing"),
    what=Text(
        "数量、质量、时效、成本指标各至少一条",
        "At least one indicator each of quantity, quality, timeliness and cost",
    ),
    message=Text(
        "{period}没有“{level}”。请补填，确实不适用的请在备注中说明。",
        "There is no “{level}”{period}. Add one, or say why it does not apply.",
    ),
    needs="indicators",
    follows=("COMPLETE-04",),
    why=Text(
        "数量、质量、时效、成本各说明一个方面，缺一类就有一个方面无法考核。",
        "Each kind shows one side of the work; what is missing cannot be measured.",
    ),
    fix=Text("补填所缺的一类；确实不适用的，说明原因。", "Add the missing kind, or say why it does not apply."),
    wrong=Text("填了数量、质量、时效指标，没有成本指标", "Quantity, quality and timeliness, but no cost"),
    right=Text("数量、质量、时效、成本指标各有一条", "One indicator each of quantity, quality, timeliness and cost"),
)
def no_indicator_of_a_kind(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile says which levels: ``required = "COMPLETE-06"``. Silent where the whole first level is empty."""
    filled, cells = levels_filled(tables), open_cells(tables)
    for form, period, label in periods_to_fill(tables, lang):
        for level in form_levels(tables.profile, form.form, "COMPLETE-06"):
            parent = tables.profile.levels[level].parent
            if (form.form_id, period, parent) in filled and (form.form_id, period, level) not in filled:
                values = {"period": label, "level": level_name(tables.profile, level)}
                yield Hit(cells.of(form, period, level), values)
