"""The target stands in the indicator's name too: 达标率100%, 新建水泥路1条."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import PERCENT, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, ref, rows
from perfxl.values import squeeze
from perfxl.values.dates import without_dates
from perfxl.values.measures import WORDS
from perfxl.values.quantities import Quantity, measure_class, quantities

DIFFERS = Text(
    "指标名称“{name}”里写的是 {named}，指标值填的却是“{value}”，两处不一致。请核对，名称里不写数字，目标值只填一处。",
    "The name “{name}” says {named}, but the value is “{value}”. Please check; the name needs no number, "
    "the target stands in one place.",
)
#: measures of rank and age, which tell of what the indicator is and are no target
_OF_A_THING = re.compile("[级号届版岁]")
_MEASURE = re.compile(WORDS)
#: before a figure: so many of each of several things
_OF_EACH = re.compile(r"(?:每|各|人均|户均|平均|单价|单个|单次|单位成本).{0,4}\Z")


@table_rule(
    "QUALITY-08",
    Severity.NOTICE,
    name=Text("指标名称里带有数字", "Number in the name"),
    what=Text(
        "指标名称只写考核什么，目标数字填在指标值里；名称里写了的，应与指标值一致",
        "A name says what is measured and the value how much; a number in the name agrees with the value",
    ),
    message=Text(
        "指标名称里已写了数字（如“达标率100%”）。建议名称只写“达标率”，数字填到指标值中，以免两处不一致。",
        "A name holds its target (such as 达标率100%). Better call it “达标率” and give the number as the value only.",
    ),
    needs="indicators",
    group="file",
    why=Text("一个目标写在两处，改了一处就会矛盾。", "A target in two places is soon two targets."),
    fix=Text("名称去掉数字，目标只填在指标值一栏。", "Take the number out of the name."),
    wrong=Text("达标率100%：≥98%", "达标率100%: ≥98%"),
    right=Text("达标率：≥98%", "达标率: ≥98%"),
)
def number_in_the_name(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Only a figure with its measure at the end of the name; 12个县市区 in its midst says where, not how much.

    An error where name and value give the same measure another number.
    """
    lines = tables.indicators
    numbered = lines["name"].map(lambda name: _figure(name) is not None).to_numpy(bool)
    for line in rows(lines, numbered):
        figure = _figure(line.name)
        if figure is not None and _contradicts(figure, line):
            named = _undated(line.name)[figure.start :].rstrip(")。")
            values = {"name": shown(line.name), "named": named, "value": shown(line.value)}
            yield Hit(
                (ref(line),), values, (name_ref(line),), line.value, named,
                written=line.value, severity=Severity.ERROR, message=DIFFERS,
            )  # fmt: skip
        else:
            yield Hit((name_ref(line),), written=line.name)


def _undated(name: str) -> str:
    return without_dates(squeeze(name))


@lru_cache(maxsize=65_536)
def _figure(name: str) -> Quantity | None:
    """The figure in which a name ends, if it is a target: neither a date nor a rank (前10名)."""
    text = _undated(name)
    found = quantities(text)
    last = found[-1] if found else None
    if last is None or text[last.end :].strip(")。") or text[: last.start].endswith("前"):
        return None
    counted = _MEASURE.fullmatch(last.measure) and not _OF_A_THING.fullmatch(last.measure)
    return last if counted or last.money or last.measure == PERCENT else None


def _contradicts(figure: Quantity, line: Any) -> bool:
    """Whether the value gives the same measure a number that the name does not allow."""
    of_each = _OF_EACH.search(_undated(line.name)[: figure.start])
    if len(line.numbers) != 1 or of_each or figure.approx or line.approx:
        return False
    if measure_class(figure.measure) != measure_class(line.measure):
        return False
    if figure.operator in ("≥", ">"):
        return bool(line.number < figure.number)
    if figure.operator in ("≤", "<"):
        return bool(line.number > figure.number)
    return bool(line.number != figure.number)
