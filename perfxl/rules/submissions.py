"""FILE, ROUND, PAIR, WAIVER: workbooks that cannot be used, are missing or came twice; unused entries of clerk's lists.

All but FILE-03 are reported elsewhere: by the batch while it reads, by ``perfxl.rounds`` and by ``perfxl.clerk``.
"""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Family, Hit
from perfxl.tables import Return

RULES = Family()

WHOLE = Text(
    "本工作簿尚未填写：{n} 张表均为空表。请填写后重新报送。",
    "This workbook is not filled in: all its {n} forms are empty. Fill them in and send it again.",
)
ABSENT = Text(
    "本工作簿中没有必报的“{form}”，与其有关的勾稽关系未能核对。请补报；已另行报送的，请确认。",
    "This workbook has no “{form}”, which must be sent; what is checked against it was left out. "
    "Please add it, or confirm that it comes separately.",
)


@RULES.error(
    "FILE-03",
    name=Text("必报的表未填写", "Not filled in"),
    what=Text(
        "必报的表应填写，工作簿不得整份空白；不需要的表可以留空，不参加审核",
        "A required form or a whole workbook must not be blank; other forms may be, and are left out of the check",
    ),
    message=Text(
        "“{form}”为必报表，尚未填写。请填写后重新报送。", "“{form}” is not filled in; it must be. Please fill it in."
    ),
    source="填报说明",
    group="file",
    why=Text(
        "必报的表空白视同未报，与其有关的勾稽关系也无法核对。",
        "A required form that is empty was not sent, and nothing can be checked against it.",
    ),
    fix=Text(
        "将必报的表填写完整后重新报送。",
        "Fill in the required forms and send them again.",
    ),
    wrong=Text("只填写了项目表，部门整体支出表空白", "Project forms filled in, department form empty"),
    right=Text("部门整体支出表和各项目表均已填写", "Department form and project forms filled in"),
)
def not_filled_in(book: Return, lang: Lang) -> Iterator[Hit]:
    """One finding for a blank workbook, whatever the number of its forms; else one for each required form.

    A required form that has no sheet is reported at the first form: it may come in a file of its own.
    """
    if not book.all_forms:
        return
    if not book.forms:
        refs = tuple(form.title_ref for form in book.all_forms)
        yield Hit(refs, {"n": len(refs)}, message=WHOLE)
    for form in book.all_forms if book.forms else ():
        if form.blank and book.spec(form).required:
            yield Hit((form.title_ref,), {"form": book.spec(form).name(lang)})
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


OF_PARTS = RULES.add(
    "FILE-05",
    Severity.WARNING,
    name=Text("分文件报送需核对", "Parts of a return to be verified"),
    what=Text(
        "一个单位的申报表分几个文件报送的，各文件的单位、年度一致，同一张表只报送一次",
        "Where a return comes in several files, they name one unit and one year, and each form comes once",
    ),
    message=Text("{reason}", "{reason}"),
    why=Text(
        "分几个文件报送的申报表合并审核；归属或先后不能确定的，审核和汇总可能有误。",
        "The files of a return are checked together; if it is not sure what belongs together, results may be wrong.",
    ),
    fix=Text(
        "核对各文件的单位名称和年度并填写一致；同一张表只保留最新的一份，重新报送。",
        "Give the same unit and year in all files, keep only the latest version of each form, and send them again.",
    ),
    wrong=Text(
        "“1 部门.xlsx”和“2 项目.xlsx”中都有“编制统计”项目表，金额不同", "编制统计 in two files, with two amounts"
    ),
    right=Text("部门整体支出表在“1 部门.xlsx”，各项目表在“2 项目.xlsx”，单位、年度一致", "Each form in one file only"),
)
UNIT_TAKEN = Text(
    "本文件未填写单位名称，因与“{other}”在同一文件夹且项目名称相符，已作为同一份申报表合并审核。请填写单位名称。",
    "This file names no unit. It is in one folder with “{other}”, has the same projects, and was checked as a part of "
    "the same return. Please fill in the unit.",
)
REPLACED = Text(
    "{form}（“{project}”）在“{other}”中另有一份，内容不同；已按较晚的“{other}”审核、汇总。请只保留正确的一份。",
    "The form of “{project}” ({form}) is in “{other}” too, with other contents. The one in “{other}” is later and was "
    "checked. Please keep only the right one.",
)
COMES_LATER = Text(
    "本文件的表在“{other}”中另有一份；汇总按较晚的“{other}”计算，本文件单独审核。请只保留正确的一份。",
    "The forms of this file are in “{other}” too, which is later and counts. This file was checked by itself. "
    "Please keep only the right one.",
)
VERSIONS = Text(
    "本单位同一年度的申报表在“{other}”中另有一份；两份均已审核，汇总只计一份。请只保留正确的一份重新报送。",
    "“{other}” is a return of the same unit and year. Both were checked, and one of them counts. "
    "Please send only the right one.",
)
OTHER_UNIT = Text(
    "本文件与“{other}”可以互相补齐，但单位名称不同（“{here}”与“{there}”），未合并审核。如属同一单位，请统一单位名称。",
    "This file and “{other}” complete each other, but name different units (“{here}” and “{there}”) and were not "
    "checked together. If they are of one unit, use one name.",
)
OTHER_YEAR_THERE = Text(
    "本文件与“{other}”可以互相补齐，但年度不同（{here} 与 {there}），未合并审核。请核对并改正年度。",
    "This file and “{other}” complete each other, but are for different years ({here} and {there}) and were not "
    "checked together. Please correct the year.",
)
PART_UNREAD = Text(
    "同一文件夹中的“{other}”无法读取，可能是本单位申报表的一部分，与其有关的勾稽关系未审核。请重新报送该文件。",
    "“{other}” in the same folder cannot be read and may be a part of this return; what is checked against it was left "
    "out. Please send that file again.",
)


UNIT_MISSING = RULES.add(
    "ROUND-01",
    Severity.ERROR,
    name=Text("未报送", "Unit missing"),
    what=Text("名单中的单位都已报送", "Every unit on the roster has sent its return"),
    message=Text(
        "“{unit}”还没有报送申报表。{days}请催报。", "“{unit}” has not sent its return. {days}Please remind it."
    ),
    needs="round",
    why=Text("缺一个单位，汇总就不完整。", "Without it the summary is not complete."),
    fix=Text("催报：perfxl remind 会为未报的单位写好催报邮件。", "Remind it: perfxl remind writes the mails."),
    wrong=Text("名单中有某局，截止日没有收到它的申报表", "On the roster, and nothing has come by the deadline"),
    right=Text("每个单位都报了申报表，或按规定零报", "Every unit has sent its return, or a nil return"),
)

SAME_FROM_TWO = RULES.add(
    "ROUND-02",
    Severity.WARNING,
    name=Text("两个单位报送同一文件", "One workbook from two units"),
    what=Text("不同单位报送的文件不应完全相同", "Two units do not send the same workbook"),
    message=Text(
        "“{unit}”和“{others}”报送了完全相同的文件（{file}）。请核对是否发错，或由哪个单位申报。",
        "“{unit}” and “{others}” sent the very same workbook ({file}). Which of them is it of?",
    ),
    needs="round",
    why=Text(
        "同一份文件只能属于一个单位，另一个单位很可能发错了附件。",
        "A workbook is of one unit: the other one probably attached the wrong file.",
    ),
    fix=Text("与两个单位核对，请发错的单位重新报送。", "Ask both units; the one that was wrong sends its own."),
    wrong=Text("甲局、乙局的邮件里是同一个文件", "The mails of two units hold the same file"),
    right=Text("每个单位报送自己的文件", "Each unit sends its own"),
)

OTHER_YEAR = RULES.add(
    "ROUND-03",
    Severity.ERROR,
    name=Text("不是本批次的年度", "Year of another round"),
    what=Text("申报表的年度是本批次的年度", "The year of the return is that of the round"),
    message=Text(
        "申报表填的是 {stated} 年度，本次报送的是 {computed} 年度。请改正年度；如发错文件，请重新报送。",
        "The return is for {stated}, the round for {computed}. Please correct the year, or send the right workbook.",
    ),
    needs="round",
    why=Text("年度不同，多半是发了往年的文件。", "With another year it is mostly the workbook of a year ago."),
    fix=Text("改正年度，或换成本年度的申报表。", "Correct the year, or send this year's workbook."),
    wrong=Text("2021 年度的批次，表上填“2020年度”", "2020年度 in the round of 2021"),
    right=Text("表上填“2021年度”", "2021年度"),
)

OTHER_PROFILE = RULES.add(
    "ROUND-04",
    Severity.ERROR,
    name=Text("不是本批次的表式", "Forms of another round"),
    what=Text("申报表用的是本批次的表式", "The return is on the forms of the round"),
    message=Text(
        "这份文件用的是“{found}”的表式，本次报送要用“{wanted}”。请改用本次下发的模板填报。",
        "The workbook is on the forms of “{found}”; the round wants those of “{wanted}”. Please use its template.",
    ),
    needs="round",
    why=Text("表式不同，栏目对不上，不能审核和汇总。", "Other forms can neither be checked nor be added up."),
    fix=Text("用本次下发的模板重新填报。", "Fill in the template of this round."),
    wrong=Text("申报的批次里报了自评表", "An evaluation sent in for a round of targets"),
    right=Text("用本次下发的模板填报", "The template of the round, filled in"),
)

TO_BE_VERIFIED = RULES.add(
    "ROUND-05",
    Severity.WARNING,
    name=Text("待核实", "To be verified"),
    what=Text("报送件来自名单上该单位的邮箱", "A return comes from an address of its unit"),
    message=Text(
        "第 {number} 号报送件没有计入：{why}核实无误后运行 perfxl round accept {number}{unit} 计入。",
        "Number {number} is not counted: {why} If it is right, perfxl round accept {number}{unit} counts it.",
    ),
    needs="round",
    why=Text("冒用或发错的申报表不能计入汇总。", "A return from a stranger must not get into the summary."),
    fix=Text(
        "打电话向单位核实；以后也用这个邮箱的，把它加进名单。",
        "Ring the unit up; add the address to the roster where it will be used again.",
    ),
    wrong=Text("某局的申报表从名单以外的邮箱发来", "A return that came from an address that is not on the roster"),
    right=Text("从名单上某局的邮箱发来", "A return from the unit's own address"),
)

SAME_AGAIN = RULES.add(
    "ROUND-06",
    Severity.NOTICE,
    name=Text("重复报送", "Sent again"),
    what=Text("再次报送的申报表有改动", "What is sent again was changed"),
    message=Text(
        "{day}收到的“{file}”与第 {version} 版完全相同，没有另算一版。",
        "“{file}”, which came on {day}, is identical to version {version} and is no version of its own.",
    ),
    needs="round",
    why=Text("内容相同的只算一版；单位可能忘了附上改过的文件。", "The unit may have forgotten to attach the new one."),
    fix=Text(
        "不用处理；单位说已改正的，请它重新发送。", "Nothing to do; if it says it corrected it, ask for the file."
    ),
    wrong=Text("第二次报送的文件和第一次完全相同", "The second workbook is the first one again"),
    right=Text("第二次报送的是改正后的文件", "The second workbook is the corrected one"),
)


EXPIRED_WAIVER = RULES.add(
    "WAIVER-01",
    Severity.NOTICE,
    name=Text("豁免已过期", "Expired waiver"),
    what=Text("豁免登记表中的每一条都在有效期内", "Every waiver is still valid"),
    message=Text(
        "“{unit}”{code} 的豁免已于{until.year}年{until.month}月{until.day}日到期，没有适用{hits}。"
        "仍需豁免的，请重新报批后改写有效期；不再需要的，请删去这一条。",
        "The waiver of {code} for {unit} ended on {until:%Y-%m-%d} and was not applied{hits}. "
        "Have it approved anew and change the date, or delete it.",
    ),
    needs="clerk",
    why=Text("过了有效期，原来的理由不一定还成立。", "After its last day the reason may no longer hold."),
    fix=Text("重新报批后改写有效期，或删去这一条。", "Have it approved anew and change the date, or delete it."),
    wrong=Text("有效期至 2019-12-31，2020 年仍在表中", "Valid until 2019-12-31 and still listed in 2020"),
    right=Text("有效期至 2020-12-31", "Valid until 2020-12-31"),
)

UNUSED_WAIVER = RULES.add(
    "WAIVER-02",
    Severity.NOTICE,
    name=Text("豁免没有用到", "Unused waiver"),
    what=Text("豁免登记表中的每一条都对应一处问题", "Every waiver meets a finding"),
    message=Text(
        "“{unit}”{code} 的豁免没有用到：这次审核没有对应的问题。{elsewhere}问题已改正的，请删去这一条。",
        "The waiver of {code} for {unit} was not used: there is no such finding. {elsewhere}"
        "If the problem was corrected, delete it.",
    ),
    needs="clerk",
    why=Text("没有用到的豁免，可能是单位、编号或位置写错了。", "Unit, code or place of an unused waiver may be wrong."),
    fix=Text("核对单位名称、规则编号和位置；问题已改正的，删去。", "Check unit, code and place, or delete it."),
    wrong=Text("豁免 SUM-10，而该单位的合计已经改正", "A waiver of SUM-10 for a unit whose total was corrected"),
    right=Text("豁免 SUM-10，该单位的合计确有差额", "A waiver of SUM-10 for a unit whose total does differ"),
)

UNUSED_PAIR = RULES.add(
    "PAIR-01",
    Severity.NOTICE,
    name=Text("配对表没有用到", "Unused pair"),
    what=Text("配对表中的每一条都用上了", "Every pair was used"),
    message=Text("{reason}", "{reason}"),
    needs="clerk",
    why=Text(
        "没有用到的配对，任务和项目可能仍配错了。", "Without it a task may still be paired with the wrong project."
    ),
    fix=Text("核对单位、任务和项目的名称，与申报表中一致。", "Write unit, task and project as the forms have them."),
    wrong=Text("项目名称“域名管理”，申报表中没有这个项目", "The project 域名管理, of which there is no form"),
    right=Text("项目名称“中文域名注册管理”", "The project 中文域名注册管理"),
)
