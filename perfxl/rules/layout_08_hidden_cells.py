"""Values in hidden rows and columns: they count like others, and their sender may have forgotten them."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text, column_letters
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

ROW, COLUMN = Text("第 {row} 行", "row {row}"), Text("{col} 列", "column {col}")


@table_rule(
    "LAYOUT-08",
    Severity.NOTICE,
    name=Text("隐藏的行或列里有内容", "Values in hidden rows or columns"),
    what=Text(
        "隐藏的行和列照常审核，其中填有内容时给出提示",
        "Hidden rows and columns are checked like others; what is filled in there is pointed out",
    ),
    message=Text(
        "{each}是隐藏的，里面填的内容已照常审核，金额也计入勾稽。要报的请取消隐藏，不报的请删除后重新报送。",
        "Hidden, yet filled in: {each}. The values were checked, and amounts count. Show them if they belong to the "
        "return, delete them if not, and send the workbook again.",
    ),
    group="form",
    why=Text(
        "看不见的行列容易是旧数，数字却会进入合计。",
        "Rows and columns that nobody sees are often left from before, yet their figures enter the sums.",
    ),
    fix=Text(
        "全选工作表，右键单击行号或列标，选“取消隐藏”，再决定保留还是删除。",
        "Select the whole sheet, right-click a row or column head, choose Unhide, keep or delete.",
    ),
    wrong=Text("第 12 行填有任务和金额，却被隐藏", "Row 12 has a task and its amounts, and is hidden"),
    right=Text("填有内容的行和列都看得见", "Every row and column that is filled in is visible"),
)
def hidden_cells(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One notice a sheet, with all its hidden values."""
    strays = tables.strays
    for row in rows(strays, strays["why"].isin(["hidden_row", "hidden_col"])):
        where = ROW if row.why == "hidden_row" else COLUMN
        yield Hit((ref(row),), written=row.text, each=where.render(lang, row=row.row, col=column_letters(row.col)))
