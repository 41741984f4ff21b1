"""A form in which too many indicator values are words."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import value_cells
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_form

#: kinds of value that say nothing, of which there is nothing to count
NOTHING = ("empty", "placeholder", "unread")
WORDS = ("text", "graded", "relative")


@table_rule(
    "QUALITY-02",
    Severity.WARNING,
    name=Text("定性指标偏多", "Many values in words"),
    what=Text(
        "绩效指标以定量为主，一张表里定性指标的比例不超过限度",
        "Most indicators are figures; those in words are no more than a certain share of a form",
    ),
    message=Text(
        "本表 {all} 条指标中有 {n} 条是定性的，占 {share}%，超过 {limit}%。请尽量改成数量、比率、金额或时间，"
        "先改“{name}”等能够量化的。",
        "Of the {all} indicators of this form {n} are in words, {share}%, more than {limit}%. Give figures, rates, "
        "amounts or times where you can, beginning with those that can be counted, such as “{name}”.",
    ),
    needs="indicators",
    why=Text("定性指标年终难以对照打分。", "Nobody can measure words at the end of the year."),
    fix=Text(
        "能数的写数量，能比的写比率；确实不能量化的，写明达到什么标准。",
        "Count what can be counted, give rates for the rest; where there is no figure, name the standard.",
    ),
    wrong=Text("10 条指标中 4 条写“良好”“广泛”等", "4 of 10 indicators say 良好, 广泛 and the like"),
    right=Text("10 条指标中不超过 3 条是定性的", "No more than 3 of 10 are in words"),
)
def mostly_words(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a form; grades (合格) are words too. The limit is the profile's ``words_share``."""
    lines, limit = tables.indicators, tables.profile.limits.get("words_share", 1)
    for found in by_form(lines, ~lines["kind"].isin(NOTHING)) if limit < 1 else ():
        worded = [line for line in found if line.kind in WORDS and line.number is None]
        if len(worded) <= limit * len(found):
            continue
        share = f"{len(worded) / len(found):.1%}".rstrip("%").removesuffix(".0")
        values = {
            "all": len(found), "n": len(worded), "share": share, "limit": f"{limit:.0%}".rstrip("%"),
            "name": " ".join(worded[0].name.split()),
        }  # fmt: skip
        yield Hit(value_cells(worded), values, written=worded[0].value)
