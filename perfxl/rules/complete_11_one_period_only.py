"""A second level that has indicators in one period and none in the other."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import level_name, levels_filled, open_cells, periods_to_fill
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "COMPLETE-11",
    Severity.WARNING,
    name=Text("中长期与年度指标不对应", "Indicators in one period only"),
    what=Text(
        "同一类指标，中长期和年度两栏应同时填写或同时不填",
        "A kind of indicator should have both periods filled in, or neither",
    ),
    message=Text(
        "“{level}”只填了{other}，没有填{missing}。请补填。",
        "“{level}” is filled in for {other} only, not for {missing}. Please add it.",
    ),
    needs="two_periods",
    follows=("COMPLETE-04", "COMPLETE-05", "COMPLETE-06", "COMPLETE-08"),
    why=Text(
        "两栏不对应，年度的安排就接不上中长期的目标。",
        "Where the columns do not match, the year does not lead to the long-term goal.",
    ),
    fix=Text("同一类指标两栏都填，或都不填。", "Fill in both columns of a kind, or neither."),
    wrong=Text("社会效益指标在中长期栏填了，年度栏空着", "Social benefit: long term filled in, year empty"),
    right=Text("社会效益指标在中长期、年度两栏都填了", "Social benefit: both filled in"),
)
def one_period_only(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Silent where the long-term side is not filled in at all: COMPLETE-10 speaks of that."""
    filled, cells = levels_filled(tables), open_cells(tables)
    active: dict[int, list[str]] = {}
    forms = {}
    for form, period, _ in periods_to_fill(tables, lang):
        active.setdefault(form.form_id, []).append(period)
        forms[form.form_id] = form
    for form_id, keys in active.items():
        spec = tables.profile.forms[forms[form_id].form].indicators
        names = {period.key: period.label for period in spec.periods} if spec else {}
        for level in spec.levels if spec else ():
            having = [key for key in keys if (form_id, key, level.key) in filled]
            for key in set(keys) - set(having) if having else ():
                words = {
                    "level": level_name(tables.profile, level.key),
                    "other": names[having[0]],
                    "missing": names[key],
                }
                yield Hit(cells.of(forms[form_id], key, level.key), words)
