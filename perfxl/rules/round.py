"""ROUND: units that sent nothing, workbooks that came twice or belong elsewhere; ``perfxl.rounds`` reports them."""

from __future__ import annotations

from perfxl.model import Severity, Text
from perfxl.rules.rule import Family

RULES = Family()

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
