"""No way of allocating the money is ticked, or a combined way together with one that it is made of."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import texts_of
from perfxl.rules._required import empty_fields
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref

TWICE = Text(
    "“{label}”同时勾选了“{combined}”和“{single}”，前者已包含后者。一般只勾选一项，请核对。",
    "“{label}” has both “{combined}” and “{single}” ticked; the first holds the second. Usually one is enough.",
)


@table_rule(
    "BOX-02",
    Severity.ERROR,
    name=Text("分配方式勾选有误", "Ways of allocation"),
    what=Text(
        "绩效分配方式至少勾选一项；勾选了相结合的方式，就不必再勾选其中的一种",
        "At least one way of allocation is ticked, and none that a ticked combination already holds",
    ),
    message=Text(
        "“{label}”一项也没有读到勾选。请在选中的选项后标 ☑（或 √）。",
        "No tick was found under “{label}”. Please mark the option that applies with ☑ (or √).",
    ),
    needs="fund",
    basic=True,
    why=Text(
        "不勾或勾重了，就看不出资金按什么方式分配。",
        "With no tick, or one too many, nobody can tell how the funds are allocated.",
    ),
    fix=Text(
        "一般只勾一项；两种方式都用的，勾选相结合的方式。", "Tick one; where two ways are used, tick their combination."
    ),
    wrong=Text("因素法 ☑　项目法 □　因素法与项目法相结合 ☑", "因素法 ☑　项目法 □　因素法与项目法相结合 ☑"),
    right=Text("因素法 □　项目法 □　因素法与项目法相结合 ☑", "因素法 □　项目法 □　因素法与项目法相结合 ☑"),
)
def allocation_ticks(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The fields with ``required = "BOX-02"``; an option whose name holds another's is the combination."""
    yield from empty_fields(tables, "BOX-02")
    for row in texts_of(tables, "choice"):
        if tables.profile.forms[row.form].fields[row.field].required != "BOX-02":
            continue
        ticked = row.text.split("、")
        for combined in ticked:
            held = [option for option in ticked if option != combined and option in combined]
            if held:
                values = {"label": row.label, "combined": combined, "single": "、".join(held)}
                yield Hit((ref(row),), values, severity=Severity.NOTICE, message=TWICE)
