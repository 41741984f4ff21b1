"""What is said of a file as a whole. The batch finds it while it reads; the tables hold only what could be read."""

from __future__ import annotations

from perfxl.model import Severity, Text
from perfxl.rules.rule import Rule

CANNOT_BE_READ = Rule(
    code="FILE-01",
    severity=Severity.ERROR,
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

NOT_A_RETURN = Rule(
    code="FILE-02",
    severity=Severity.ERROR,
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

SENT_TWICE = Rule(
    code="FILE-04",
    severity=Severity.NOTICE,
    name=Text("重复报送", "Sent twice"),
    what=Text("同一份文件只报送一次", "A file is sent once"),
    message=Text("与“{other}”内容完全相同，只审核了一份。", "It is identical to “{other}”; one of them was checked."),
    why=Text(
        "内容相同的文件只审核、汇总一份，免得重复计算。", "Files of the same content are checked and counted once."
    ),
    fix=Text(
        "不用处理；本应是另一份的，请把那一份发来。",
        "Nothing to do; if another workbook was meant, send that one.",
    ),
    wrong=Text("申报表.xlsx 和 申报表(1).xlsx 内容完全相同", "申报表.xlsx and 申报表(1).xlsx are identical"),
    right=Text("每个单位一份，内容各不相同", "One workbook a unit, each its own"),
)

RULES = (CANNOT_BE_READ, NOT_A_RETURN, SENT_TWICE)
