"""A form without a single output indicator."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import levels_filled, open_cells, periods_to_fill
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "COMPLETE-04",
    Severity.ERROR,
    name=Text("产出指标一条也没有", "No output indicator"),
    what=Text(
        "产出指标下至少填报一条三级指标（分期填写的表，每期都要）",
        "At least one output indicator, in each period that is filled in",
    ),
    message=Text(
        "{period}“产出指标”下一条三级指标也没有填。请至少填一条，写明指标名称和指标值。",
        "There is no output indicator{period}. Fill in at least one, with name and value.",
    ),
    needs="indicators",
    basic=True,
    why=Text(
        "没有产出指标，就看不出资金要办成什么事。", "Without an output nobody can tell what the money is to achieve."
    ),
    fix=Text("在产出指标下至少填一条，名称和指标值都要写。", "Fill in at least one output with its name and value."),
    wrong=Text("数量、质量、时效、成本指标都空着", "No indicator of quantity, quality, timeliness or cost"),
    right=Text("数量指标“统计机关事业单位数”：853家", "Quantity 统计机关事业单位数: 853家"),
)
def no_output_indicator(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Looks for any named row under the first level ``output``."""
    filled, cells = levels_filled(tables), open_cells(tables)
    for form, period, label in periods_to_fill(tables, lang):
        if (form.form_id, period, "output") not in filled:
            yield Hit(cells.of(form, period, "output"), {"period": label})
