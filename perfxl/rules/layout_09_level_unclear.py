"""Indicators of which the sheet does not tell for certain under which level they stand."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

EACH = Text("{cell}“{name}”（按“{level}”读）", "{cell} “{name}” (read as {level})")
#: of a longer name the message quotes the beginning
QUOTED = 20


@table_rule(
    "LAYOUT-09",
    Severity.NOTICE,
    name=Text("看不出属于哪一级指标", "Level not certain"),
    what=Text(
        "一眼能看出每条指标属于哪个二级指标：级别合并到所辖各行、写在第一行或逐行填写",
        "It is plain under which level an indicator stands: the level is merged over its lines, beside the first of "
        "them or beside each",
    ),
    message=Text(
        "指标级别没有合并，看不出写在所辖各行的第一行还是中间，这些指标可能读错了级别：{each}。"
        "请把级别合并到所辖各行，或逐行填写。",
        "The levels are not merged, and may stand beside the first of their lines or beside the middle one. "
        "The level of these may have been misread: {each}. Please merge each level over its lines, or repeat it.",
    ),
    group="form",
    needs="indicators",
    why=Text(
        "读错了级别，指标就归到别的类里，成本指标的金额也可能漏计。",
        "Under a wrong level an indicator counts for another kind, and an amount of a cost may be left out.",
    ),
    fix=Text(
        "选中一个二级指标所辖的各行，点“合并后居中”；不合并的，每行都写上级别。",
        "Select the lines of a level and merge them; or write the level beside every line.",
    ),
    wrong=Text(
        "“质量指标”写在“培训合格率”“考试及格率”“持证率”三行中间一行",
        "质量指标 beside the middle of 培训合格率, 考试及格率 and 持证率",
    ),
    right=Text("“质量指标”合并到这三行", "质量指标 merged over the three"),
)
def level_unclear(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One notice a sheet. The reader says which lines it could have read otherwise."""
    strays = tables.strays
    unsure = strays[strays["why"] == "unsure"]
    if unsure.empty:
        return
    lines = tables.indicators
    levels = {
        (line.form_id, line.name_row, line.name_col): line.second_text or line.first_text
        for line in rows(lines, lines["form_id"].isin(set(unsure["form_id"])))
    }
    for row in rows(unsure):
        name = shown(row.text)
        quoted = name if len(name) <= QUOTED else f"{name[:QUOTED]}…"
        level = levels.get((row.form_id, row.row, row.col), "")
        yield Hit((ref(row),), written=row.text, each=EACH.render(lang, cell=row.cell, name=quoted, level=level))
