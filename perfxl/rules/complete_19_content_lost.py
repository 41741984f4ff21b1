"""Cells that do not hold what was meant: an error value, a formula without a result, a number that lost its digits."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

NO_RESULT = Text(
    "这些格子是公式，但没有存下计算结果，读不到内容：{each}。请在 Excel 或 WPS 中打开、保存后重新报送，"
    "或直接填写内容。",
    "These cells are formulas without a stored result, so nothing can be read: {each}. Open and save the file in Excel "
    "or WPS and send it again, or type what is meant.",
)
DIGITS = Text(
    "这些格子按数字录入，超过 15 位，Excel 只保留前 15 位，后面的变成了 0：{each}。请把格式改为“文本”后重新输入。",
    "These were typed as numbers of more than 15 digits, of which Excel keeps 15 and makes the rest 0: {each}. Format "
    "the cells as text and type them again.",
)
MESSAGES = {"no_result": NO_RESULT, "no_result_beside": NO_RESULT, "digits": DIGITS}
#: what is wrong for certain: a field that shows an error, or that nobody can read before it is saved again
ERRORS = ("error", "no_result")
#: of a longer formula the message quotes the beginning
QUOTED = 30


@table_rule(
    "COMPLETE-19",
    Severity.WARNING,
    name=Text("格子里没有存下内容", "Content that was not stored"),
    what=Text(
        "名称、目标、单位、电话等格子里是填写的内容，不是错误值、没有结果的公式或被截断的长数字",
        "Names, goals, units and numbers are there: no error values, formulas without a result or numbers cut off",
    ),
    message=Text(
        "这些格子显示错误值，读不到内容：{each}。请改正公式，或直接填写内容。",
        "These cells show an error, so nothing can be read: {each}. Mend the formula or type what is meant.",
    ),
    group="form",
    basic=True,
    why=Text(
        "格子里看得到错误值或 0，原来要填的内容并没有存下来。",
        "What was meant to be there is not stored in the file, whatever was typed.",
    ),
    fix=Text(
        "改正公式或直接填写；没有结果的公式打开、保存一次；长号码先把格式改为文本再输入。",
        "Mend the formula or type the content; open and save formulas without a result; format long numbers as text.",
    ),
    wrong=Text("项目名称的格子显示 #REF!", "The cell of 项目名称 shows #REF!"),
    right=Text("项目名称：机构改革", "项目名称: 机构改革"),
)
def content_lost(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Amounts are AMOUNT-08's, values of indicators AMOUNT-10's. An error in a field; beside the fields a warning."""
    strays = tables.strays
    for row in rows(strays, strays["why"].isin(["error", "error_beside", *MESSAGES])):
        quoted = row.text if len(row.text) <= QUOTED else f"{row.text[:QUOTED]}…"
        yield Hit(
            (ref(row),), written=row.text, severity=Severity.ERROR if row.why in ERRORS else None,
            message=MESSAGES.get(row.why), each=f"{row.cell} {quoted}",
        )  # fmt: skip
