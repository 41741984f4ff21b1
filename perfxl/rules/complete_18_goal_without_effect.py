"""A goal (总体目标) that lists work and does not say what comes of it."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._narrative import goals
from perfxl.rules._wording import first_word
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref


@table_rule(
    "COMPLETE-18",
    Severity.NOTICE,
    name=Text("总体目标没有写效果", "Goal without an effect"),
    what=Text("总体目标既写做什么，也写达到什么效果", "A goal says what is done and what comes of it"),
    message=Text(
        "“{label}”可能只写了做什么工作，没有写达到什么效果。建议补上，如“……率达到95%”“……时间缩短3天”。",
        "“{label}” may only list work and not what comes of it. Better add the effect, such as “……率达到95%”.",
    ),
    group="file",
    follows=("COMPLETE-17",),
    why=Text("只列工作，看不出花了钱有什么效果。", "A list of work does not tell what the money brings."),
    fix=Text("在工作之后写明数量、质量和效果。", "Say how much is done, how well, and what changes."),
    wrong=Text("完成12个县市区的督查。", "完成12个县市区的督查。"),
    right=Text("完成12个县市区的督查，问题整改率达到100%。", "完成12个县市区的督查，问题整改率达到100%。"),
)
def goal_without_effect(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """A guess by words, hence a notice: the goal has none of the profile's ``effects``."""
    if not tables.profile.lexicon.get("effects"):
        return
    for row, _ in goals(tables):
        if not first_word(tables.profile, "effects", row.text):
            yield Hit((ref(row),), {"label": row.label}, written=row.text)
