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
    "本工作簿尚未填写：{n} 张表均为空表。\n填写各表后重新报送。",
    "This workbook is not filled in: all its {n} forms are empty.\nFill them in and send it again.",
)
ABSENT = Text(
    "本工作簿中没有必报的“{form}”，与其有关的勾稽关系未能核对。\n补报“{form}”；已在其他文件中报送的，"
    "合并为一个工作簿，或各文件填写相同的单位名称和年度。",
    "This workbook has no “{form}”, which must be sent; what is checked against it was left out.\nAdd it"
    "; if it comes in another file, give the same unit and year in both.",
)

OTHER_EDITION = Text(
    "这是“{other}”，不是本次审核的“{title}”，未审核。\n报送“{title}”；本次要审核的确是“{other}”的，改用该表式审核。",
    "This is “{other}” and not “{title}”, which is asked for; it was not checked.\nSend “{title}”, or check it by the "
    "profile of “{other}” if that is what is asked for.",
)


@RULES.error(
    "FILE-03",
    name=Text("必报的表未填写", "Not filled in"),
    what=Text(
        "必报的表应填写，工作簿不得整份空白；不需要的表可以留空，不参加审核",
        "A required form or a whole workbook must not be blank; other forms may be, and are left out of the check",
    ),
    message=Text(
        "“{form}”为必报表，尚未填写。",
        "“{form}” is not filled in; it must be.",
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
    what=Text("报送的文件应为可正常打开的 Excel 工作簿", "The file is an Excel workbook that can be opened"),
    message=Text("{reason}", "{reason}"),
    why=Text(
        "文件无法打开即无法审核，视同未报送。", "A file that cannot be opened was not checked, as if it had not come."
    ),
    fix=Text(
        "按所述情况处理后另存为 .xlsx 文件（不设打开密码），重新报送。",
        "Save it as .xlsx without a password, as the message says, and send it again.",
    ),
    wrong=Text("设有打开密码的“申报表.xlsx”", "A workbook with a password"),
    right=Text("未设密码、可直接打开的“申报表.xlsx”", "A workbook that opens without a password"),
)

NOT_A_RETURN = RULES.add(
    "FILE-02",
    Severity.ERROR,
    name=Text("不是申报表", "Not a return"),
    what=Text("工作簿中至少应有一张申报表", "The workbook holds at least one of the forms"),
    message=Text(
        "未找到申报表：各工作表均不符合“{title}”的表式。",
        "No form was found: no sheet looks like one of “{title}”.",
    ),
    why=Text("工作簿中没有申报表，无法审核。", "Without a form there is nothing to check."),
    fix=Text(
        "核对报送的是否为申报表工作簿；改动过表名或栏目名称的，恢复原名后重新报送。",
        "Make sure that it is the right workbook; restore titles and labels that were changed.",
    ),
    wrong=Text("工作簿中只有一张通讯录", "A workbook with a list of phone numbers"),
    right=Text("工作簿中有部门整体支出表和各项目表", "A workbook with the department form and the project forms"),
)

SENT_TWICE = RULES.add(
    "FILE-04",
    Severity.NOTICE,
    name=Text("重复报送", "Sent twice"),
    what=Text("同一文件只报送一次", "A file is sent once"),
    message=Text(
        "与“{other}”内容完全相同，只审核、汇总一份。",
        "It is identical to “{other}”; one of them was checked.",
    ),
    why=Text(
        "内容相同的文件只审核、汇总一份，避免重复计算。", "Files of the same content are checked and counted once."
    ),
    fix=Text("核对是否误发；误发的，报送正确的文件。", "Nothing to do; if another workbook was meant, send that one."),
    wrong=Text("“申报表.xlsx”与“申报表(1).xlsx”内容完全相同", "申报表.xlsx and 申报表(1).xlsx are identical"),
    right=Text("每个单位报送一份，内容各不相同", "One workbook a unit, each its own"),
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
        "在各文件中填写一致的单位名称和年度，同一张表只保留正确的一份；无法读取的文件另存为 .xlsx，一并重新报送。",
        "Give the same unit and year in all files, keep only the right version of each form, save as .xlsx what cannot "
        "be read, and send them all again.",
    ),
    wrong=Text(
        "“1 部门.xlsx”和“2 项目.xlsx”中都有“编制统计”项目表，金额不同", "编制统计 in two files, with two amounts"
    ),
    right=Text("部门整体支出表在“1 部门.xlsx”，各项目表在“2 项目.xlsx”，单位、年度一致", "Each form in one file only"),
)
UNIT_TAKEN = Text(
    "本文件未填写单位名称，因与“{other}”在同一文件夹且项目名称相符，已作为同一份申报表合并审核。\n填写单位名称。",
    "This file names no unit. It is in one folder with “{other}”, has the same projects, and was "
    "checked as a part of the same return.\nFill in the unit.",
)
REPLACED = Text(
    "{form}（“{project}”）在“{other}”中另有一份，内容不同；已按较晚的“{other}”审核、汇总。\n核对两份"
    "内容，只保留正确的一份后重新报送。",
    "The form of “{project}” ({form}) is in “{other}” too, with other contents. The one in “{other}"
    "” is later and was checked.\nKeep only the right one.",
)
COMES_LATER = Text(
    "本文件的表在“{other}”中另有一份；汇总按较晚的“{other}”计算，本文件单独审核。\n核对两份内容，只保"
    "留正确的一份后重新报送。",
    "The forms of this file are in “{other}” too, which is later and counts. This file was checked by "
    "itself.\nKeep only the right one.",
)
VERSIONS = Text(
    "本单位同一年度的申报表在“{other}”中另有一份；两份均已审核，汇总只计一份。\n核对两份内容，只保留正确"
    "的一份后重新报送。",
    "“{other}” is a return of the same unit and year. Both were checked, and one of them counts.\nSend "
    "only the right one.",
)
OTHER_UNIT = Text(
    "本文件与“{other}”可以互相补齐，但单位名称不同（“{here}”与“{there}”），未合并审核。\n属于同一单"
    "位的，统一单位名称后重新报送。",
    "This file and “{other}” complete each other, but name different units (“{here}” and “{there}”)"
    " and were not checked together.\nIf they are of one unit, use one name.",
)
MAY_BE_OTHER_UNIT = Text(
    "本文件缺少的表，可能已由单位名称填写不同的文件报送；本文件填写的单位为“{here}”，未合并审核。\n同一单位的各文件"
    "填写一致的单位名称后重新报送。",
    "What this file lacks may have come in a file that names the unit differently; this one names “{here}” and was "
    "checked by itself.\nUse one name in all files of the unit.",
)
OTHER_YEAR_THERE = Text(
    "本文件与“{other}”可以互相补齐，但年度不同（{here} 与 {there}），未合并审核。\n核对并改正年度后重新报送。",
    "This file and “{other}” complete each other, but are for different years ({here} and {there}) and "
    "were not checked together.\nCorrect the year.",
)
SOME_PART_UNREAD = Text(
    "与本文件一并报送的文件中有无法读取的，可能是本单位申报表的一部分，与其有关的勾稽关系未审核。\n将该文件另存为 .xlsx"
    "（不设打开密码），一并重新报送。",
    "A file that came with this one cannot be read and may be a part of this return; what is checked against it was "
    "left out.\nSend that file again.",
)
PART_UNREAD = Text(
    "同一文件夹中的“{other}”无法读取，可能是本单位申报表的一部分，与其有关的勾稽关系未审核。\n将该文件另"
    "存为 .xlsx（不设打开密码），一并重新报送。",
    "“{other}” in the same folder cannot be read and may be a part of this return; what is checked "
    "against it was left out.\nSend that file again.",
)


UNIT_MISSING = RULES.add(
    "ROUND-01",
    Severity.ERROR,
    name=Text("未报送", "Unit missing"),
    what=Text("名单中的单位均应报送", "Every unit on the roster has sent its return"),
    message=Text(
        "“{unit}”尚未报送申报表。{days}",
        "“{unit}” has not sent its return. {days}",
    ),
    needs="round",
    why=Text("有单位未报送，汇总不完整。", "Without it the summary is not complete."),
    fix=Text("向该单位催报；运行 perfxl remind 可生成催报邮件。", "Remind it: perfxl remind writes the mails."),
    wrong=Text("名单中的某局至截止日仍未报送", "On the roster, and nothing has come by the deadline"),
    right=Text("各单位均已报送申报表，或按规定零报", "Every unit has sent its return, or a nil return"),
)

SAME_FROM_TWO = RULES.add(
    "ROUND-02",
    Severity.WARNING,
    name=Text("两个单位报送同一文件", "One workbook from two units"),
    what=Text("不同单位报送的文件不应完全相同", "Two units do not send the same workbook"),
    message=Text(
        "本文件与其他单位报送的文件完全相同。",
        "Another unit sent the very same workbook.",
    ),
    needs="round",
    why=Text(
        "同一文件只能属于一个单位，另一单位可能误发附件。",
        "A workbook is of one unit: the other one probably attached the wrong file.",
    ),
    fix=Text(
        "核对是否误发其他单位的文件；误发的，重新报送本单位的申报表。",
        "Check whether it is another unit's workbook; if so, send your own.",
    ),
    wrong=Text("甲局、乙局的邮件中为同一文件", "The mails of two units hold the same file"),
    right=Text("各单位报送本单位的文件", "Each unit sends its own"),
)

SAME_FROM_BOTH = Text(
    "“{unit}”和“{others}”报送了完全相同的文件（{file}）。\n与两个单位核对，由误发的单位重新报送。",
    "“{unit}” and “{others}” sent the very same workbook ({file}).\nAsk both; the one that was wrong sends its own.",
)

OTHER_YEAR = RULES.add(
    "ROUND-03",
    Severity.ERROR,
    name=Text("不是本批次的年度", "Year of another round"),
    what=Text("申报表的年度应与本批次一致", "The year of the return is that of the round"),
    message=Text(
        "申报表填写的年度为 {stated} 年度，本次应报送 {computed} 年度。",
        "The return is for {stated}, the round for {computed}.",
    ),
    needs="round",
    why=Text("年度不同，一般为误发往年的文件。", "With another year it is mostly the workbook of a year ago."),
    fix=Text("改正年度；误发文件的，改报本年度的申报表。", "Correct the year, or send this year's workbook."),
    wrong=Text("2021 年度的批次，表中填写“2020年度”", "2020年度 in the round of 2021"),
    right=Text("表中填写“2021年度”", "2021年度"),
)

OTHER_PROFILE = RULES.add(
    "ROUND-04",
    Severity.ERROR,
    name=Text("不是本批次的表式", "Forms of another round"),
    what=Text("申报表应采用本批次的表式", "The return is on the forms of the round"),
    message=Text(
        "本文件采用的是“{found}”的表式，本次报送应采用“{wanted}”。",
        "The workbook is on the forms of “{found}”; the round wants those of “{wanted}”.",
    ),
    needs="round",
    why=Text("表式不同，栏目不一致，无法审核和汇总。", "Other forms can neither be checked nor be added up."),
    fix=Text("使用本次下发的模板重新填报。", "Fill in the template of this round."),
    wrong=Text("申报批次中报送了自评表", "An evaluation sent in for a round of targets"),
    right=Text("用本次下发的模板填报", "The template of the round, filled in"),
)

TO_BE_VERIFIED = RULES.add(
    "ROUND-05",
    Severity.WARNING,
    name=Text("待核实", "To be verified"),
    what=Text("报送件应来自名单中该单位的邮箱", "A return comes from an address of its unit"),
    message=Text(
        "第 {number} 号报送件暂未计入：{why}核实无误后，运行 perfxl round accept {number}{unit} 计入。",
        "Number {number} is not counted: {why} If it is right, perfxl round accept {number}{unit} counts it.",
    ),
    needs="round",
    why=Text("冒用名义或误发的申报表不应计入汇总。", "A return from a stranger must not get into the summary."),
    fix=Text(
        "致电该单位核实；今后仍使用该邮箱的，将其补入名单。",
        "Ring the unit up; add the address to the roster where it will be used again.",
    ),
    wrong=Text("某局的申报表由名单以外的邮箱发来", "A return that came from an address that is not on the roster"),
    right=Text("由名单中某局的邮箱发来", "A return from the unit's own address"),
)

SAME_AGAIN = RULES.add(
    "ROUND-06",
    Severity.NOTICE,
    name=Text("重复报送", "Sent again"),
    what=Text("再次报送的申报表应有改动", "What is sent again was changed"),
    message=Text(
        "{day}收到的“{file}”与第 {version} 版完全相同，不另计一版。",
        "“{file}”, which came on {day}, is identical to version {version} and is no version of its own.",
    ),
    needs="round",
    why=Text("内容相同的只计一版；单位可能漏附改正后的文件。", "The unit may have forgotten to attach the new one."),
    fix=Text(
        "单位称已改正的，请其重新报送改正后的文件。", "Nothing to do; if it says it corrected it, ask for the file."
    ),
    wrong=Text("第二次报送的文件与第一次完全相同", "The second workbook is the first one again"),
    right=Text("第二次报送的为改正后的文件", "The second workbook is the corrected one"),
)


EXPIRED_WAIVER = RULES.add(
    "WAIVER-01",
    Severity.NOTICE,
    name=Text("豁免已过期", "Expired waiver"),
    what=Text("豁免登记表中的各条均应在有效期内", "Every waiver is still valid"),
    message=Text(
        "“{unit}”{code} 的豁免已于{until.year}年{until.month}月{until.day}日到期，未予适用{hits}。",
        "The waiver of {code} for {unit} ended on {until:%Y-%m-%d} and was not applied{hits}.",
    ),
    needs="clerk",
    why=Text("超过有效期，原豁免理由不一定仍然成立。", "After its last day the reason may no longer hold."),
    fix=Text("重新报批后改写有效期，或删去该条。", "Have it approved anew and change the date, or delete it."),
    wrong=Text("有效期至 2019-12-31，2020 年仍列在表中", "Valid until 2019-12-31 and still listed in 2020"),
    right=Text("有效期至 2020-12-31", "Valid until 2020-12-31"),
)

UNUSED_WAIVER = RULES.add(
    "WAIVER-02",
    Severity.NOTICE,
    name=Text("豁免登记表有未使用的条目", "Unused waiver"),
    what=Text("豁免登记表中的各条均应有对应的问题", "Every waiver meets a finding"),
    message=Text(
        "“{unit}”{code} 的豁免未使用：本次审核没有对应的问题。{elsewhere}",
        "The waiver of {code} for {unit} was not used: there is no such finding. {elsewhere}",
    ),
    needs="clerk",
    why=Text("豁免未使用，可能是单位、编号或位置填写有误。", "Unit, code or place of an unused waiver may be wrong."),
    fix=Text("核对单位名称、规则编号和位置；问题已改正的，删去该条。", "Check unit, code and place, or delete it."),
    wrong=Text("豁免 SUM-10，而该单位的合计已经改正", "A waiver of SUM-10 for a unit whose total was corrected"),
    right=Text("豁免 SUM-10，该单位的合计确有差额", "A waiver of SUM-10 for a unit whose total does differ"),
)

UNUSED_PAIR = RULES.add(
    "PAIR-01",
    Severity.NOTICE,
    name=Text("配对表有未使用的条目", "Unused pair"),
    what=Text("配对表中的各条均应使用", "Every pair was used"),
    message=Text("{reason}", "{reason}"),
    needs="clerk",
    why=Text(
        "配对未使用的，任务与项目可能仍然配对有误。", "Without it a task may still be paired with the wrong project."
    ),
    fix=Text("核对单位、任务和项目的名称，与申报表填写一致。", "Write unit, task and project as the forms have them."),
    wrong=Text("项目名称“域名管理”，申报表中没有该项目", "The project 域名管理, of which there is no form"),
    right=Text("项目名称“中文域名注册管理”", "The project 中文域名注册管理"),
)
