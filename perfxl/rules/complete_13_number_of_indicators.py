"""Few or many indicators on a form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_form, name_ref, rows

FEW = Text(
    "绩效指标偏少，少于 {least} 条：{each}。请补填，各类产出和效益都应有指标。",
    "Fewer than {least} indicators: {each}. Please add some, so that every kind of output and benefit has one.",
)
EACH = Text("“{form}”{period}{n} 条", "“{form}”{period}: {n}")


@table_rule(
    "COMPLETE-13",
    Severity.NOTICE,
    name=Text("指标条数偏多或偏少", "Number of indicators"),
    what=Text("每张表的绩效指标条数适中", "A form has neither very few nor very many indicators"),
    message=Text(
        "绩效指标偏多，超过 {most} 条：{each}。建议保留最能反映效果的，删去重复和次要的；确有需要的不必改动。",
        "More than {most} indicators: {each}. Better keep those that tell most; if all are needed, keep them.",
    ),
    needs="indicators",
    group="file",
    follows=("COMPLETE-04", "COMPLETE-05"),
    why=Text("太少不能反映全貌，太多则抓不住重点。", "Few do not show the whole, many hide what matters."),
    fix=Text("每类指标选一至三条最重要的。", "One to three of each kind."),
    wrong=Text("一张表填了 35 条指标", "35 indicators on one form"),
    right=Text("一张表 10 至 20 条指标", "10 to 20 indicators on a form"),
)
def number_of_indicators(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Counts each period of a form. The limits are ``indicators_least`` and ``indicators_most`` of the profile."""
    limits = tables.profile.limits
    least, most = int(limits.get("indicators_least", 0)), int(limits.get("indicators_most", 0))
    lines = tables.indicators
    names = {form.form_id: form.name for form in rows(tables.forms)}
    for found in by_form(lines, lines["name_key"] != "") if least or most else ():
        for period in dict.fromkeys(line.period for line in found):
            named = [line for line in found if line.period == period]
            form = names[found[0].form_id] or tables.profile.forms[found[0].form].title
            values = {"form": " ".join(form.split()), "period": _period(tables, named[0]), "n": len(named)}
            each = EACH.render(lang, **values)
            if len(named) < least:
                yield Hit((name_ref(named[0]),), {"least": least}, each=each, message=FEW)
            elif most and len(named) > most:
                yield Hit((name_ref(named[0]),), {"most": most}, each=each)


def _period(tables: Tables, line: Any) -> str:
    """What the period is called, where a form has more than one."""
    spec = tables.profile.forms[line.form].indicators
    periods = {period.key: f"（{period.label}）" for period in spec.periods} if spec else {}
    return periods.get(line.period, "") if len(periods) > 1 else ""
