"""A review that is dated before the form was filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import texts_of
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import squeeze

_DAY = re.compile(r"(?<!\d)(20\d\d)[年.\-/](1[0-2]|0?[1-9])[月.\-/](3[01]|[12]\d|0?[1-9])(?!\d)")


@table_rule(
    "DATE-07",
    Severity.WARNING,
    name=Text("审核日期早于填报日期", "Reviewed before filled in"),
    what=Text("审核在填报之后", "A form is reviewed after it was filled in"),
    message=Text(
        "“{label}”的日期 {reviewed} 早于填报日期 {filled}（{where}）。请核对两个日期。",
        "“{label}” is dated {reviewed}, before the form was filled in on {filled} ({where}). Please check both dates.",
    ),
    why=Text(
        "先填报、后审核，日期倒置说明有一个写错了。",
        "A form is reviewed after it was filled in; one of the dates is wrong.",
    ),
    fix=Text("核对两个日期，改正写错的一个。", "Check both dates and correct the wrong one."),
    wrong=Text("填报日期 2019年11月20日，审核日期 2019年11月19日", "Filled in 2019年11月20日, reviewed 2019年11月19日"),
    right=Text("填报日期 2019年11月20日，审核日期 2019年11月25日", "Filled in 2019年11月20日, reviewed 2019年11月25日"),
)
def reviewed_before(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Where a review holds several dates, the last one counts."""
    filled = {row.form_id: row for row in texts_of(tables, "date")}
    for row in texts_of(tables, "review"):
        reviewed = _DAY.findall(squeeze(row.text))
        other = filled.get(row.form_id)
        written = _DAY.findall(squeeze(other.text)) if other is not None else []
        if reviewed and written and _number(reviewed[-1]) < _number(written[0]):
            values = {
                "label": row.label, "reviewed": "-".join(reviewed[-1]), "filled": "-".join(written[0]),
                "where": str(ref(other)),
            }  # fmt: skip
            yield Hit((ref(row),), values, (ref(other),), written=row.text)


def _number(day: tuple[str, str, str]) -> tuple[int, ...]:
    return tuple(map(int, day))
