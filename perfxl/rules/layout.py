"""LAYOUT: forms and cells that are hidden or were not read, levels that are not clear."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text, column_letters
from perfxl.rules.rule import Family, Hit
from perfxl.rules.wording import beginning, shown
from perfxl.tables import Return

RULES = Family()


REPLACED = Text(
    "隐藏的工作表“{sheet}”是“{newer}”表的另一份，已按可见的表审核，隐藏的表未纳入审核。\n删除隐藏的工作表后重新报送。",
    "The hidden sheet “{sheet}” holds another copy of the form on “{newer}”, and was left out of the "
    "check.\nDelete the hidden sheet and send the workbook again.",
)


@RULES.notice(
    "LAYOUT-06",
    name=Text("申报表在隐藏的工作表中", "A form on a hidden sheet"),
    what=Text(
        "隐藏的工作表中不应有申报表：与可见的表重复的不予审核，其余照常审核",
        "No form is on a hidden sheet: a copy of a visible form is left out, any other is checked",
    ),
    message=Text(
        "本表所在的工作表已隐藏，仍作为报送内容审核，金额计入勾稽。",
        "This form stands on a hidden sheet. It was checked, and its amounts count.",
    ),
    group="file",
    why=Text(
        "隐藏的表可能是旧稿或其他项目的表，其金额会影响合计。",
        "A sheet that nobody sees is often an old draft, yet its figures enter the sums.",
    ),
    fix=Text(
        "右键单击任一工作表标签，选择“取消隐藏”；需报送的表保留，不需报送的表删除，然后重新报送。",
        "Right-click a tab and choose Unhide; keep the form or delete its sheet, and send the workbook again.",
    ),
    wrong=Text("“项目4”填写后被隐藏", "“项目4” is filled in and hidden"),
    right=Text("报送的表均可见，不报送的表已删除", "Every form of the return is visible, all others are deleted"),
)
def hidden_form(book: Return, lang: Lang) -> Iterator[Hit]:
    """One notice a file, and one for each copy of a visible form. A blank hidden form is a spare of the template."""
    for form in book.forms:
        if form.hidden:
            yield Hit((form.title_ref,))
    for row in book.strays:
        if row.why == "replaced":
            yield Hit((row.ref,), {"sheet": row.form.sheet, "newer": row.text}, message=REPLACED)


NO_LEVEL = Text(
    "以下指标未标明指标级别：{each}。\n将指标移至对应的一、二级指标之下。",
    "No level stands beside or above these indicators, so their kind is not known: {each}.\nPut each below its level.",
)
COVERED = Text(
    "以下内容被合并单元格遮盖，未纳入审核：{each}。\n取消合并，核对后填写在可见的单元格中或删除。",
    "These lie under merged cells, where nobody sees them, and were not read: {each}.\nUnmerge, then move "
    "or delete them.",
)
TICKED_BOX = Text(
    "以下已勾选的控件框无法对应选项，未按勾选处理：{each}。\n在选项旁填写 ☑，并删除控件框。",
    "Of which option these ticked boxes are cannot be told, and they count for none: {each}.\nWrite ☑ "
    "beside the option in its cell and delete the boxes.",
)
OUTSIDE = Text(
    "以下内容写在表外，未纳入审核和合计：{each}。\n属于本表内容的，填入相应的单元格；不属于的，删除。",
    "These stand outside the form, and were neither checked nor added up: {each}.\nPut what belongs to "
    "the form into its cells, and delete the rest.",
)
NOT_READ = {"outside": OUTSIDE, "unread": None, "box": TICKED_BOX, "level": NO_LEVEL, "covered": COVERED}


@RULES.warning(
    "LAYOUT-07",
    name=Text("表外填写的内容未纳入审核", "Cells that were not read"),
    what=Text(
        "填写的内容均在表式规定的单元格内",
        "Everything typed on a form stands in a cell of the form, so that all of it is read",
    ),
    message=Text(
        "以下内容不在表式规定的单元格内，未纳入审核和合计：{each}。",
        "What these cells hold was not read and counts nowhere: {each}.",
    ),
    group="form",
    why=Text(
        "填写在表式以外的数据和指标不参加审核和汇总。",
        "Figures and indicators outside the cells of the form are neither checked nor summed up.",
    ),
    fix=Text(
        "对照空白表，将内容移至相应的单元格；自行增加的栏目删除或并入已有栏目。",
        "Compare with the blank form and move the content; delete lines of your own or put them into existing ones.",
    ),
    wrong=Text("在“其他资金”下面自己加一行“县级配套：5万元”", "A line of one's own, “县级配套：5万元”, below 其他资金"),
    right=Text("把县级配套的 5.00 计入“其他资金”", "The 5.00 of 县级配套 are part of 其他资金"),
)
def not_read(book: Return, lang: Lang) -> Iterator[Hit]:
    """One warning a sheet for each reason: not read, under no level, under a merged area, a box of no known option."""
    lines = {line.name_ref: line for line in book.indicators if not line.second_text}
    for row in book.strays:
        if row.why in NOT_READ:
            line = lines.get(row.ref) if row.why == "level" else None
            cell = line.second_ref if line and line.second_col else row.ref
            each = f"{row.ref.cell}“{beginning(shown(row.text))}”"
            mild = Severity.NOTICE if row.why == "outside" else None
            yield Hit((cell,), severity=mild, related=(row.ref,) if cell != row.ref else (), written=row.text,
                      message=NOT_READ[row.why], each=each)  # fmt: skip


HIDDEN = {"hidden_row": Text("第 {row} 行", "row {row}"), "hidden_col": Text("{col} 列", "column {col}")}


@RULES.notice(
    "LAYOUT-08",
    name=Text("隐藏的行或列里有内容", "Values in hidden rows or columns"),
    what=Text(
        "填有内容的行和列不得隐藏；已隐藏的仍予审核",
        "Hidden rows and columns are checked like others; what is filled in there is pointed out",
    ),
    message=Text(
        "{each}已隐藏，所填内容仍作为报送内容审核，金额计入勾稽。",
        "Hidden, yet filled in: {each}. The values were checked, and amounts count.",
    ),
    group="form",
    off=True,
    why=Text(
        "隐藏的行列可能是以前的数据，其金额会影响合计。",
        "Rows and columns that nobody sees are often left from before, yet their figures enter the sums.",
    ),
    fix=Text(
        "全选工作表，右键单击行号或列标，选择“取消隐藏”，保留需报送的内容，删除不需报送的内容。",
        "Select the whole sheet, right-click a row or column head, choose Unhide, keep or delete.",
    ),
    wrong=Text("第 12 行填有任务和金额，却被隐藏", "Row 12 has a task and its amounts, and is hidden"),
    right=Text("填有内容的行和列都看得见", "Every row and column that is filled in is visible"),
)
def hidden_cells(book: Return, lang: Lang) -> Iterator[Hit]:
    """One notice a sheet, with all its hidden values."""
    for row in book.strays:
        if row.why in HIDDEN:
            each = HIDDEN[row.why].render(lang, row=row.ref.row, col=column_letters(row.col))
            yield Hit((row.ref,), written=row.text, each=each)


LEVEL_READ = Text("{cell}“{name}”（按“{level}”读）", "{cell} “{name}” (read as {level})")


@RULES.notice(
    "LAYOUT-09",
    name=Text("无法判断指标所属级别", "Level not certain"),
    what=Text(
        "每条指标所属的二级指标应明确：级别合并到所辖各行，或逐行填写",
        "It is plain under which level an indicator stands: the level is merged over its lines, beside the first of "
        "them or beside each",
    ),
    message=Text(
        "指标级别未合并到所辖各行，以下指标所属级别无法确定：{each}。",
        "The levels are not merged, and may stand beside the first of their lines or beside the middle one. "
        "The level of these may have been misread: {each}.",
    ),
    group="form",
    needs="indicators",
    why=Text(
        "级别判断有误，指标会归入其他类别，成本指标的金额可能漏计。",
        "Under a wrong level an indicator counts for another kind, and an amount of a cost may be left out.",
    ),
    fix=Text(
        "选中一个二级指标所辖的各行，点击“合并后居中”；不合并的，每行填写级别。",
        "Select the lines of a level and merge them; or write the level beside every line.",
    ),
    wrong=Text(
        "“质量指标”写在“培训合格率”“考试及格率”“持证率”三行中间一行",
        "质量指标 beside the middle of 培训合格率, 考试及格率 and 持证率",
    ),
    right=Text("“质量指标”合并到这三行", "质量指标 merged over the three"),
)
def level_unclear(book: Return, lang: Lang) -> Iterator[Hit]:
    """One notice a sheet. Which lines could have been read otherwise is found by the reader."""
    unsure = [row for row in book.strays if row.why == "unsure"]
    forms = {row.form for row in unsure}
    lines = (line for line in book.indicators if line.form in forms)
    levels = {(line.form, line.name_row, line.name_col): line.second_text or line.first_text for line in lines}
    for row in unsure:
        name, level = beginning(shown(row.text)), levels.get((row.form, row.row, row.col), "")
        yield Hit((row.ref,), written=row.text, each=LEVEL_READ.render(lang, cell=row.ref.cell, name=name, level=level))


@RULES.notice(
    "LAYOUT-10",
    name=Text("隐藏的行重复可见的行", "A hidden copy of a line"),
    what=Text(
        "隐藏的行不应重复可见的任务或指标；重复的不予审核、不计入合计",
        "No hidden row repeats a visible task or indicator; one that does is left out",
    ),
    message=Text(
        "以下各行已隐藏，内容与可见的行相同，未纳入审核和合计：{each}。",
        "These rows are hidden, repeat a visible line, and were left out of the check: {each}.",
    ),
    group="form",
    why=Text(
        "隐藏的行一般为旧稿，取消隐藏后会重复计算。", "A hidden row is mostly left from a draft, and would count twice."
    ),
    fix=Text(
        "选中上下相邻的行，右键单击行号，选择“取消隐藏”，核对后删去重复的行。",
        "Select the rows around it, right-click and choose Unhide; then delete the copy.",
    ),
    wrong=Text("隐藏的第 10 行与第 9 行的任务、金额相同", "Row 10, which is hidden, repeats the task of row 9"),
    right=Text("每项任务只有一行，均可见", "One visible row for each task"),
)
def hidden_copies(book: Return, lang: Lang) -> Iterator[Hit]:
    """One notice a sheet. A copy that the total of the tasks counts is DUP-08."""
    for row in book.strays:
        if row.why == "hidden_copy":
            line = HIDDEN["hidden_row"].render(lang, row=row.ref.row)
            yield Hit((row.ref,), written=row.text, each=f"{line}“{beginning(shown(row.text))}”")
