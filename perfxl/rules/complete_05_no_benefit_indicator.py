"""A form without a single benefit indicator."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import levels_filled, open_cells, periods_to_fill
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "COMPLETE-05",
    Severity.ERROR,
    name=Text("效益指标一条也没有", "No benefit indicator"),
    what=Text(
        "效益指标下至少填报一条三级指标（分期填写的表，每期都要）",
        "At least one benefit indicator, in each period that is filled in",
    ),
    message=Text(
        "{period}“效益指标”下一条三级指标也没有填。请至少填一条，写明指标名称和指标值。",
        "There is no benefit indicator{period}. Fill in at least one, with name and value.",
    ),
    needs="indicators",
    basic=True,
    why=Text(
        "没有效益指标，就看不出事情办成后有什么效果。", "Without a benefit nobody can tell what comes of the work."
    ),
    fix=Text("在效益指标下至少填一条，名称和指标值都要写。", "Fill in at least one benefit with its name and value."),
    wrong=Text("效益指标下各行都空着", "All rows under 效益指标 are empty"),
    right=Text("社会效益指标“查询服务次数”：≥300次", "Social benefit 查询服务次数: ≥300次"),
)
def no_benefit_indicator(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Looks for any named row under the first level ``benefit``."""
    filled, cells = levels_filled(tables), open_cells(tables)
    for form, period, label in periods_to_fill(tables, lang):
        if (form.form_id, period, "benefit") not in filled:
            yield Hit(cells.of(form, period, "benefit"), {"period": label})
