"""FILE: workbooks that cannot be read, are no return, are not filled in or came twice.

The batch reports all but FILE-03 while it reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Family, Hit
from perfxl.tables import Return

RULES = Family()

WHOLE = Text(
    "这份工作簿还没有填写：{n} 张表都是空的。请填写后重新报送。",
    "This workbook is not filled in: all its {n} forms are empty. Fill them in and send it again.",
)
REQUIRED = Text("“{form}”没有填写，这张表必须报。请填写。", "“{form}” is not filled in; it must be. Please fill it in.")

ABSENT = Text(
    "这份工作簿里没有“{form}”，这张表必须报；与它有关的勾稽关系没有核对。请补上，或确认另有报送。",
    "This workbook has no “{form}”, which must be sent; what is checked against it was left out. "
    "Please add it, or confirm that it comes separately.",
)


@RULES.rule(
    "FILE-03",
    Severity.NOTICE,
    name=Text("未填写", "Not filled in"),
    what=Text(
        "空白的表不参加审核；必报的表空白、整份空白是错误，没有必报的表是警告",
        "Blank forms are left out; a required form or a whole workbook must not be blank, nor a required form absent",
    ),
    message=Text(
        "“{form}”没有填写，不参加审核。确实不需要的可以不管。",
        "“{form}” is not filled in and was left out of the check. Nothing to do if it is not needed.",
    ),
    source="填报说明",
    group="file",
    why=Text(
        "必报的表空着等于没有报，与它有关的勾稽也无法核对。",
        "A required form that is empty was not sent, and nothing can be checked against it.",
    ),
    fix=Text(
        "填好必报的表后重新报送；用不着的表可以空着。",
        "Fill in the required forms and send them again; leave blank what is not needed.",
    ),
    wrong=Text("只填了项目表，部门整体支出表空着", "Project forms filled in, department form empty"),
    right=Text("部门整体支出表和各项目表都填了", "Department form and project forms filled in"),
)
def not_filled_in(book: Return, lang: Lang) -> Iterator[Hit]:
    """One finding for a blank workbook, whatever the number of its forms; else one for each kind of blank form.

    A required form that has no sheet is reported at the first form: it may come in a file of its own.
    """
    if not book.all_forms:
        return
    if not book.forms:
        refs = tuple(form.title_ref for form in book.all_forms)
        yield Hit(refs, {"n": len(refs)}, severity=Severity.ERROR, message=WHOLE)
    for form in book.all_forms if book.forms else ():
        if form.blank:
            spec = book.spec(form)
            severity, message = (Severity.ERROR, REQUIRED) if spec.required else (None, None)
            yield Hit((form.title_ref,), {"form": spec.name(lang)}, severity=severity, message=message)
    here = {form.kind for form in book.all_forms}
    for spec in book.profile.forms.values():
        if spec.required and spec.key not in here:
            first = book.all_forms[0].title_ref
            yield Hit((first,), {"form": spec.name(lang)}, severity=Severity.WARNING, message=ABSENT)


CANNOT_BE_READ = RULES.add(
    "FILE-01",
    Severity.ERROR,
    name=Text("无法读取", "Cannot be read"),
    what=Text("报送的文件是能打开的 Excel 工作簿", "The file is an Excel workbook that can be opened"),
    message=Text("{reason}", "{reason}"),
    why=Text(
        "打不开的文件没有审核，等于没有报。", "A file that cannot be opened was not checked, as if it had not come."
    ),
    fix=Text(
        "按提示另存为 .xlsx 文件，不要加打开密码，再重新报送。",
        "Save it as .xlsx without a password, as the message says, and send it again.",
    ),
    wrong=Text("加了打开密码的 申报表.xlsx", "A workbook with a password"),
    right=Text("没有密码、能直接打开的 申报表.xlsx", "A workbook that opens without a password"),
)

NOT_A_RETURN = RULES.add(
    "FILE-02",
    Severity.ERROR,
    name=Text("不是申报表", "Not a return"),
    what=Text("工作簿里至少有一张申报表", "The workbook holds at least one of the forms"),
    message=Text(
        "没有找到申报表：没有一张工作表像“{title}”的表式。请确认发的是不是申报表工作簿。",
        "No form was found: no sheet looks like one of “{title}”. Is this the right workbook?",
    ),
    why=Text("没有申报表，就没有可以审核的内容。", "Without a form there is nothing to check."),
    fix=Text(
        "确认发的是不是申报表；表名和栏目名称改动过的，请改回。",
        "Make sure that it is the right workbook; restore titles and labels that were changed.",
    ),
    wrong=Text("工作簿里只有一张通讯录", "A workbook with a list of phone numbers"),
    right=Text("工作簿里有部门整体支出表和各项目表", "A workbook with the department form and the project forms"),
)

SENT_TWICE = RULES.add(
    "FILE-04",
    Severity.NOTICE,
    name=Text("重复报送", "Sent twice"),
    what=Text("同一份文件只报送一次", "A file is sent once"),
    message=Text("与“{other}”内容完全相同，只审核了一份。", "It is identical to “{other}”; one of them was checked."),
    why=Text(
        "内容相同的文件只审核、汇总一份，免得重复计算。", "Files of the same content are checked and counted once."
    ),
    fix=Text(
        "不用处理；本应是另一份的，请把那一份发来。", "Nothing to do; if another workbook was meant, send that one."
    ),
    wrong=Text("申报表.xlsx 和 申报表(1).xlsx 内容完全相同", "申报表.xlsx and 申报表(1).xlsx are identical"),
    right=Text("每个单位一份，内容各不相同", "One workbook a unit, each its own"),
)
