"""Cells of a form that hold words or figures and were read as nothing: what nobody reads must be told."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

NO_LEVEL = Text(
    "这些指标旁边和上方都没有指标级别，不知道属于哪一类：{each}。请填在对应的一、二级指标之下。",
    "No level stands beside or above these indicators, so their kind is not known: {each}. "
    "Please put each below its level.",
)
COVERED = Text(
    "这些内容被合并单元格盖住，看不到，也没有读：{each}。请取消合并，核对后填在看得见的格子里或删除。",
    "These lie under merged cells, where nobody sees them, and were not read: {each}. "
    "Please unmerge, then move or delete them.",
)
BOX = Text(
    "这些打了勾的控件框不知道是哪个选项的，没有按勾选处理：{each}。请在选项旁的格子里写 ☑，并删除控件框。",
    "Of which option these ticked boxes are cannot be told, and they count for none: {each}. "
    "Please write ☑ beside the option in its cell and delete the boxes.",
)
MESSAGES = {"box": BOX, "level": NO_LEVEL, "covered": COVERED}
#: of a longer text the message quotes the beginning
QUOTED = 20


@table_rule(
    "LAYOUT-07",
    Severity.WARNING,
    name=Text("有内容没有读到", "Cells that were not read"),
    what=Text(
        "表内填写的内容都在表式的格子里，每一处都读得到",
        "Everything typed on a form stands in a cell of the form, so that all of it is read",
    ),
    message=Text(
        "这些格子里的内容没有读到，也没有计入合计：{each}。请按表式填在相应的格子里；不属于本表的请删除。",
        "What these cells hold was not read and counts nowhere: {each}. Please put it into the cells of the form, or "
        "delete what does not belong to it.",
    ),
    group="form",
    why=Text(
        "填在表式以外的数字和指标不会被审核，也不会汇总。",
        "Figures and indicators outside the cells of the form are neither checked nor summed up.",
    ),
    fix=Text(
        "对照空白表，把内容移到相应的格子；自己加的栏目请删除或并入已有栏目。",
        "Compare with the blank form and move the content; delete lines of your own or put them into existing ones.",
    ),
    wrong=Text("在“其他资金”下面自己加一行“县级配套：5万元”", "A line of one's own, “县级配套：5万元”, below 其他资金"),
    right=Text("把县级配套的 5.00 计入“其他资金”", "The 5.00 of 县级配套 are part of 其他资金"),
)
def not_read(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One warning a sheet for each reason: read as nothing, without a level, under a merged area."""
    strays = tables.strays
    for row in rows(strays, strays["why"].isin(["unread", *MESSAGES])):
        text = shown(row.text)
        quoted = text if len(text) <= QUOTED else f"{text[:QUOTED]}…"
        yield Hit((ref(row),), written=row.text, message=MESSAGES.get(row.why), each=f"{row.cell}“{quoted}”")
