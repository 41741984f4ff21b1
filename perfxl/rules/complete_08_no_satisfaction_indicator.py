"""A form that does not say how content those served are to be."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import form_levels, level_name, levels_filled, open_cells, periods_to_fill
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "COMPLETE-08",
    Severity.WARNING,
    name=Text("缺少满意度指标", "No satisfaction indicator"),
    what=Text("社会公众或服务对象满意度指标至少一条", "At least one indicator of satisfaction"),
    message=Text("{period}没有“{level}”。请至少填一条。", "There is no “{level}”{period}. Add at least one."),
    needs="indicators",
    follows=("COMPLETE-05",),
    why=Text(
        "服务对象满意不满意，是效果好不好的直接反映。",
        "Whether those who are served are content tells most directly how good the result is.",
    ),
    fix=Text(
        "至少填一条满意度指标，写明谁的满意度和比率。", "Add at least one, saying whose satisfaction and what rate."
    ),
    wrong=Text("没有填满意度指标", "No indicator of satisfaction"),
    right=Text("服务对象满意度：≥90%", "服务对象满意度: ≥90%"),
)
def no_satisfaction_indicator(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile says which level: ``required = "COMPLETE-08"``."""
    filled, cells = levels_filled(tables), open_cells(tables)
    for form, period, label in periods_to_fill(tables, lang):
        for level in form_levels(tables.profile, form.form, "COMPLETE-08"):
            if (form.form_id, period, level) not in filled:
                values = {"period": label, "level": level_name(tables.profile, level)}
                yield Hit(cells.of(form, period, level), values)
