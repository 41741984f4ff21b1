"""COMPLETE: fields and tasks that are not filled in, or with something that is no answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules.completeness import TASK_CODE, gaps
from perfxl.rules.rule import Family, Hit, NotApplicable, Rule
from perfxl.rules.texts import Prose, declared, goals, prose
from perfxl.rules.wording import beginning, first_word, none_of_it, shown, usual, without_figure
from perfxl.tables import Return, Tables
from perfxl.values import is_placeholder, squeeze

RULES = Family()


NOT_PRINTED = Text(
    "表中未找到必填的“{label}”栏。\n按表式恢复该栏并填写。",
    "The form has no “{label}”, which must be filled in.\nRestore it as the form prints it, and fill it in.",
)


def _required(code: str, *, name: Text, what: Text, why: Text, fix: Text, wrong: Text, right: Text, needs: str) -> Rule:
    """The rule about empty fields that a profile requires under its code: ``required = "COMPLETE-01"``."""

    @RULES.table_rule(
        code, Severity.ERROR, name=name, what=what,
        message=Text("“{label}”未填写。", "“{label}” is empty."),
        needs=needs, basic=True, follows=("COMPLETE-19",), why=why, fix=fix, wrong=wrong, right=right,
    )  # fmt: skip
    def check(tables: Tables, lang: Lang) -> Iterator[Hit]:
        for gap in gaps(tables, code):
            yield Hit(gap.cells, {"label": gap.label}, message=None if gap.printed else NOT_PRINTED)

    return check


required_field_empty = _required(
    "COMPLETE-01",
    name=Text("必填项未填写", "Required field empty"),
    what=Text(
        "年度、项目名称、预算单位、资金总额、财政拨款、年度目标等为必填项",
        "Year, project, unit, funds and goal must be filled in",
    ),
    needs="",
    why=Text(
        "缺少必填内容，无法确认项目、核对资金和评价绩效。",
        "Without these nobody can tell the project, check its funds or judge its results.",
    ),
    fix=Text(
        "补填未填写的栏目；表中没有该栏的，按表式恢复后填写。", "Fill in what is empty; restore what the form lacks."
    ),
    wrong=Text("项目名称：（空）", "项目名称: empty"),
    right=Text("项目名称：机构改革", "项目名称: 机构改革"),
)
fund_description_empty = _required(
    "COMPLETE-03",
    name=Text("专项资金概况不全", "Fund description incomplete"),
    what=Text(
        "中长期规划、资金管理办法、立项依据、使用范围、申报条件、起止年限必须填写",
        "Plan, rules, grounds, scope, conditions and term of a fund must be filled in",
    ),
    needs="fund",
    why=Text(
        "缺少这些内容，无法确认专项资金的设立依据、使用方式和期限。",
        "Without these nobody can tell why the fund exists, how it is used and until when.",
    ),
    fix=Text("按填报说明补填未填写的栏目。", "Fill in what is empty as the instructions ask."),
    wrong=Text("项目起止年限：（空）", "项目起止年限: empty"),
    right=Text("项目起止年限：2019年—2021年", "项目起止年限: 2019年—2021年"),
)


@RULES.warning(
    "COMPLETE-21",
    name=Text("合计行缺失", "Row of totals missing"),
    what=Text("任务表的合计行应填写，用以核对各项任务的金额", "The table of tasks has its row of totals"),
    message=Text(
        "表中未找到“{label}”行，各项任务的合计无法核对。",
        "The form has no row “{label}”, so that the totals of the tasks cannot be checked.",
    ),
    needs="tasks",
    why=Text("没有合计，任务金额与资金总额无法对照。", "Without totals the tasks cannot be held against the funds."),
    fix=Text("按表式恢复合计行，填写各栏合计。", "Restore the row as the form prints it, and fill in the totals."),
    wrong=Text("任务表至最后一项任务为止", "The table ends with its last task"),
    right=Text("最后一行为“金额合计”，填写各栏合计", "Its last row is 金额合计, with the totals"),
)
def totals_missing(book: Return, lang: Lang) -> Iterator[Hit]:
    """Of a form whose profile prints such a row and that has amounts of tasks; at the last of them."""
    for form in book.forms:
        spec = book.spec(form).tasks
        rows = [row for row in form.amounts if row.table == "tasks"]
        if spec and spec.sum_label and rows and all(row.role != "sum" for row in rows):
            yield Hit((rows[-1].ref,), {"label": spec.sum_label}, (form.title_ref,))


@RULES.table_rule(
    "COMPLETE-02",
    Severity.WARNING,
    name=Text("填报信息不全", "Signature line incomplete"),
    what=Text(
        "填报单位、职能职责、填报人、联系电话、填报日期应填写",
        "Reporting unit, duties, author, phone and date should be filled in",
    ),
    message=Text(
        "{each}未填写。",
        "Not filled in: {each}.",
    ),
    group="file",
    basic=True,
    follows=("COMPLETE-19",),
    why=Text("填报人和联系电话不全，需要核实时无法联系经办人。", "Without a name and a number nobody can be asked."),
    fix=Text(
        "补填所列各项（单位名称、职能职责、填报人、联系电话或填报日期）。",
        "Add what is listed: unit, duties, author, phone or date.",
    ),
    wrong=Text("填报人：张三　联系电话：（空）", "填报人: 张三　联系电话: empty"),
    right=Text("填报人：张三　联系电话：0734-0000000", "填报人: 张三　联系电话: 0734-0000000"),
)
def signature_line_empty(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The fields with ``required = "COMPLETE-02"``, and a description of the department that the form prints."""
    for gap in gaps(tables, "COMPLETE-02"):
        yield Hit(gap.cells, each=f"“{gap.label}”")
    for book in tables.returns:
        for row, field in declared(book, lambda field: field.kind == "long_text", empty=True):
            described = book.spec(row.form).tasks and not (field.required or field.period)
            if described and not row.text and row.form.kind not in book.profile.scored_forms:
                yield Hit((row.ref,), each=f"“{row.label}”")


@RULES.table_rule(
    "COMPLETE-20",
    Severity.NOTICE,
    name=Text("签名栏为空", "No signature"),
    what=Text("报送前，签名栏填写姓名", "The line for the signature has a name before the form is sent"),
    message=Text(
        "{each}为空。",
        "{each} is empty.",
    ),
    group="file",
    basic=True,
    off=True,
    follows=("COMPLETE-19",),
    why=Text("签名栏为空，无法确认由谁负责。", "Without a name nobody can tell who answers for the form."),
    fix=Text("在签名栏填写负责人姓名，并在纸质件上签名。", "Give the name of the head, and sign the paper copy."),
    wrong=Text("单位负责人（签名）：（空）", "单位负责人（签名）: empty"),
    right=Text("单位负责人（签名）：张三", "单位负责人（签名）: 张三"),
)
def no_signature(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Signatures go on the paper copy, so that this is told only where it is asked for."""
    for gap in gaps(tables, "COMPLETE-20"):
        yield Hit(gap.cells, each=f"“{gap.label}”")


#: kinds of fields that are words
WORDS = ("text", "long_text")
#: no placeholder is longer: 三级指标名称, 三级指标12
_LONGEST = 6
#: so many values that are all the same were not filled in one by one
_MANY = 5
#: so much of a text is quoted on either side of a mark
_AROUND = 6
_NAMED = re.compile(r"(?:三级)?指标(?:[0-9]+|名称|内容)?:?")
_MARK = re.compile(r"\*{2,}|(?<![0-9A-Za-z])[×xX]{2,}(?![0-9A-Za-z])|_{2,}|○{2,}")
FIELD = Text(
    "“{label}”仅填写“{text}”，无实际内容。\n填写实际内容；确无此项内容的，写明原因。",
    "“{label}” says no more than “{text}”.\nFill it in; where there is none, say why.",
)
LEFT = Text(
    "有 {n} 处文字仍保留表样符号{marks}（{values}）。\n将表样符号改为实际内容。",
    "{marks} still stands in {n} texts ({values}).\nWrite what is meant in place of the sample's signs.",
)
ALIKE = Text(
    "本表 {n} 条指标的指标值均为“{value}”，疑未逐条填写。\n逐条填写实际的目标值。",
    "All {n} values of this form are “{value}”, as if they had not been filled in one by one.\nGive "
    "each indicator its own target.",
)


@RULES.warning(
    "COMPLETE-12",
    name=Text("填写“无”“/”等无效内容", "Placeholder"),
    what=Text(
        "指标和必填栏目不得仅填写“无”“/”“同上”等，不得保留表样的“≥**”“××”；各指标值不应完全相同",
        "Indicators and required fields are not just 无, / or 同上, no ≥** or ×× is left, and not all values are alike",
    ),
    message=Text(
        "有 {n} 处指标仅填写{values}，无实际内容。",
        "{n} cells say no more than {values}.",
    ),
    needs="indicators",
    why=Text("“无”“/”等没有实际内容，却计为一条指标。", "无 or / says nothing and yet counts as an indicator."),
    fix=Text(
        "填写实际内容；没有该项指标的，将名称和指标值一并清空。",
        "Fill it in; where there is no such indicator, clear both name and value.",
    ),
    wrong=Text("查询服务次数：无", "查询服务次数: 无"),
    right=Text("查询服务次数：≥300次", "查询服务次数: ≥300次"),
)
def placeholder(book: Return, lang: Lang) -> Iterator[Hit]:
    """One finding a file for indicators, one for marks among words, one a field, one a form whose values are all alike.

    The marks are the profile's ``placeholders``; a name that is a bare number, or the template's 指标1, is one too.
    """
    placeholders, marks = book.profile.words.placeholders, list[tuple[Ref, str]]()
    for line in book.indicators:
        if (line.kind == "placeholder" or len(line.name_key) <= _LONGEST) and _no_name(line.name, placeholders):
            marks.append((line.name_ref, line.name))
        if (
            line.kind == "placeholder"
            and not (without_figure(line) and line.name_key)
            and not none_of_it(book.profile, line)
        ):
            marks.append((line.ref, line.value))
    if marks:
        values = {"n": len(marks), "values": usual(text for _, text in marks)}
        yield Hit(tuple(cell for cell, _ in marks), values, written=marks[0][1])
    for row, _ in declared(book, lambda field: bool(field.required) and field.kind in WORDS):
        if is_placeholder(row.text, placeholders):
            yield Hit((row.ref,), {"label": row.label, "text": shown(row.text)}, written=row.text, message=FIELD)
    reported = {cell for cell, _ in marks}
    yield from _among_words([item for item in prose(book) if item.ref not in reported] if marks else prose(book))
    yield from _alike(book)


@lru_cache(maxsize=65_536)
def _no_name(name: str, marks: frozenset[str]) -> bool:
    """A number, the template's own name, a mark and nothing else; ××人员查询次数 is a name."""
    name = squeeze(name)
    bare = _NAMED.fullmatch(name) or not _MARK.sub("", name)
    return bool(name) and (bool(bare) or name.isdigit() or is_placeholder(name, marks))


@lru_cache(maxsize=65_536)
def _mark(text: str) -> re.Match[str] | None:
    return _MARK.search(text)


def _among_words(items: list[Prose]) -> Iterator[Hit]:
    found = [(item, mark) for item in items if (mark := _mark(item.text))]
    if found:
        around = (text[max(0, mark.start() - _AROUND) : mark.end() + _AROUND] for (_, _, text), mark in found)
        values = {"n": len(found), "marks": usual(mark[0] for _, mark in found), "values": usual(around)}
        yield Hit(tuple(item.ref for item, _ in found), values, written=found[0][0].text, message=LEFT)


def _alike(book: Return) -> Iterator[Hit]:
    for form in book.forms:
        found = [line for line in form.indicators if line.value and line.kind != "placeholder"]
        several = len({line.second for line in found}) > 1
        if several and len(found) >= _MANY and len({squeeze(line.value) for line in found}) == 1:
            values = {"n": len(found), "value": shown(found[0].value)}
            yield Hit(tuple(line.ref for line in found), values, written=found[0].value, message=ALIKE)


NONE = Text(
    "年度主要任务未填写。\n至少填写一项任务。",
    "No task is filled in.\nFill in at least one.",
)


@RULES.table_rule(
    "COMPLETE-15",
    Severity.ERROR,
    name=Text("年度主要任务不全", "Tasks incomplete"),
    what=Text("至少一项任务，每项都要有名称、内容和总额", "At least one task, each with name, content and amount"),
    message=Text("第 {n} 项任务的“{label}”未填写。", "Task {n} has no “{label}”."),
    basic=True,
    follows=("COMPLETE-19",),
    why=Text(
        "任务缺少名称、内容或金额，无法与项目和预算核对。",
        "A task without name, content or amount cannot be checked against projects and budget.",
    ),
    fix=Text(
        "补填该项任务未填写的内容；不需要该项任务的，清空整行。", "Fill in what is empty, or clear the whole row."
    ),
    wrong=Text("任务“编制统计”，主要内容空着，总额 5.00", "Task 编制统计, no content, 总额 5.00"),
    right=Text(
        "任务“编制统计”，主要内容“统计各类编制185422个”，总额 5.00",
        "Task 编制统计, content 统计各类编制185422个, 总额 5.00",
    ),
)
def task_incomplete(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Amounts other than the total may be left out: an empty one counts as 0 (AMOUNT-09)."""
    for gap in gaps(tables, TASK_CODE):
        if gap.task:
            yield Hit(gap.cells, {"n": gap.task, "label": gap.label})
        elif gap.required.key == "name":
            yield Hit(gap.cells, message=NONE)
    for book in tables.returns:
        for task in book.tasks:
            if task.content and is_placeholder(task.content, book.profile.words.placeholders):
                values = {"n": task.item, "text": shown(task.content)}
                yield Hit((task.content_ref,), values, written=task.content, message=NO_CONTENT)


NO_CONTENT = Text(
    "第 {n} 项任务的主要内容填“{text}”，不是任务内容。\n写明本项任务做什么、做多少。",
    "The content of task {n} is “{text}”, which says nothing.\nWrite what is done, and how much.",
)


UNKNOWN = Text("该格式的文件无法读取图片", "files of this format do not tell of their pictures")


@RULES.notice(
    "COMPLETE-16",
    name=Text("没有签名或盖章图片", "No picture of stamp or signature"),
    what=Text(
        "报送电子件时，要求盖章、签名的表上应有盖章或签名的图片",
        "Where the file itself is to be stamped or signed, the form holds a picture of it",
    ),
    message=Text(
        "{each}处没有签名或盖章的图片。",
        "There is no picture on the form, where a signature or stamp is asked for: {each}.",
    ),
    group="file",
    off=True,
    why=Text("没有盖章的电子件不能确认是本单位报出的。", "Without a stamp nobody can tell who sent the file."),
    fix=Text("插入签名、盖章的图片，或随附扫描件。", "Insert the picture, or attach a scan."),
    wrong=Text("“填报单位（盖章）”处只有文字", "“填报单位（盖章）” with words only"),
    right=Text("“填报单位（盖章）”处有盖章图片", "“填报单位（盖章）” with a picture of the stamp"),
)
def no_picture_of_stamp(book: Return, lang: Lang) -> Iterator[Hit | NotApplicable]:
    """Fields to be stamped are known by their labels (``stamped``); what a picture shows is for people to judge."""
    words = book.profile.lexicon.get("stamped", ())
    if any(form.pictures is None for form in book.forms):
        yield NotApplicable(book.file, UNKNOWN)
    for row, field in declared(book, lambda field: any(word in field.label for word in words), empty=True):
        if row.form.pictures == 0:
            yield Hit((row.ref,), each=f"“{field.label}”")


#: a figure, or a number word before a measure word: 九成, 三个, 一半
_HAS_FIGURE = re.compile(
    "[0-9]|[一二两三四五六七八九十百千万半][个家项次名人份户条套所篇成倍期批处件]|一半|全覆盖|百分之"
)
SHORT = Text(
    "“{label}”不足 {least} 个字，内容过于简单。",
    "“{label}” has fewer than {least} characters.",
)


@RULES.warning(
    "COMPLETE-17",
    name=Text("总体目标过于简单", "Goal says too little"),
    what=Text("总体目标应写明数量和效果，不能只有一句话", "A goal names figures and effects"),
    message=Text(
        "“{label}”没有数量和比率，目标不明确。",
        "“{label}” holds no figure, so nobody can tell how much is to be done, or how well.",
    ),
    group="file",
    follows=("COMPLETE-12",),
    why=Text(
        "目标没有数量和比率，年终无法考核是否完成。",
        "Without a figure nobody can say at the end of the year whether the goal was met.",
    ),
    fix=Text(
        "写明工作内容、数量、比率和预期效果，并与绩效指标一致。",
        "Say what is done, how much, and what comes of it, as in the indicators.",
    ),
    wrong=Text("完成本年度的登记工作，提高效率。", "完成本年度的登记工作，提高效率。"),
    right=Text(
        "涉改单位124家全部完成改革，涉改人员28759人转隶到位。", "涉改单位124家全部完成改革，涉改人员28759人转隶到位。"
    ),
)
def goal_without_figure(book: Return, lang: Lang) -> Iterator[Hit]:
    """The length asked for is the profile's ``goal_chars``. An empty goal is COMPLETE-01."""
    least = int(book.profile.limits.get("goal_chars", 0))
    for row, _ in goals(book):
        if not _HAS_FIGURE.search(squeeze(row.text)):
            yield Hit((row.ref,), {"label": row.label}, written=row.text)
        elif len(squeeze(row.text)) < least:
            yield Hit((row.ref,), {"label": row.label, "least": least}, written=row.text, message=SHORT)


@RULES.notice(
    "COMPLETE-18",
    name=Text("总体目标未写明效果", "Goal without an effect"),
    what=Text("总体目标既写做什么，也写达到什么效果", "A goal says what is done and what comes of it"),
    message=Text(
        "“{label}”可能只写明了工作内容，未写明预期效果。",
        "“{label}” may only list work and not what comes of it.",
    ),
    group="file",
    follows=("COMPLETE-17",),
    why=Text("只列工作内容，无法反映资金的使用效果。", "A list of work does not tell what the money brings."),
    fix=Text("在工作内容之后写明预期效果，并与效益指标一致。", "Say how much is done, how well, and what changes."),
    wrong=Text("完成12个县市区的督查。", "完成12个县市区的督查。"),
    right=Text("完成12个县市区的督查，问题整改率达到100%。", "完成12个县市区的督查，问题整改率达到100%。"),
)
def goal_without_effect(book: Return, lang: Lang) -> Iterator[Hit]:
    """A guess by words, hence a notice: the goal has none of the profile's ``effects``."""
    for row, _ in goals(book) if book.profile.lexicon.get("effects") else ():
        if not first_word(book.profile, "effects", row.text):
            yield Hit((row.ref,), {"label": row.label}, written=row.text)


NO_RESULT = Text(
    "以下单元格的公式没有计算结果：{each}。\n在 Excel 或 WPS 中打开并保存后重新报送，或直接填写内容。",
    "These cells are formulas without a stored result, so nothing can be read: {each}.\nOpen and save the "
    "file in Excel or WPS and send it again, or type what is meant.",
)
DIGITS = Text(
    "以下单元格的号码超过 15 位，按数字录入后末尾已变为 0：{each}。\n将单元格格式改为“文本”后重新录入。",
    "These were typed as numbers of more than 15 digits, of which Excel keeps 15 and makes the rest 0: "
    "{each}.\nFormat the cells as text and type them again.",
)
MESSAGES = {
    "error": None, "error_beside": None, "no_result": NO_RESULT, "no_result_beside": NO_RESULT, "digits": DIGITS,
}  # fmt: skip
#: what is wrong for certain: a field that shows an error, or that nobody can read before it is saved again
ERRORS = ("error", "no_result")
#: of a longer formula the message quotes the beginning
QUOTED = 30


@RULES.warning(
    "COMPLETE-19",
    name=Text("单元格内容无效", "Content that was not stored"),
    what=Text(
        "名称、目标、单位、电话等单元格不得为错误值、无结果的公式或被截断的号码",
        "Names, goals, units and numbers are there: no error values, formulas without a result or numbers cut off",
    ),
    message=Text(
        "以下单元格为错误值，没有内容：{each}。\n改正公式，或直接填写内容。",
        "These cells show an error, so nothing can be read: {each}.\nMend the formula or type what is meant.",
    ),
    group="form",
    basic=True,
    why=Text(
        "原应填写的内容没有保存在文件中，无法审核。",
        "What was meant to be there is not stored in the file, whatever was typed.",
    ),
    fix=Text(
        "错误值改正公式或直接填写；公式无结果的，打开文件并保存一次；号码被截断的，将单元格格式改为文本后重新录入。",
        "Mend the formula or type the content; open and save formulas without a result; format long numbers as text.",
    ),
    wrong=Text("项目名称的单元格显示 #REF!", "The cell of 项目名称 shows #REF!"),
    right=Text("项目名称：机构改革", "项目名称: 机构改革"),
)
def content_lost(book: Return, lang: Lang) -> Iterator[Hit]:
    """Amounts are AMOUNT-08's, values of indicators AMOUNT-10's. An error in a field; beside the fields a warning."""
    for row in book.strays:
        if row.why in MESSAGES:
            yield Hit(
                (row.ref,), written=row.text, severity=Severity.ERROR if row.why in ERRORS else None,
                message=MESSAGES[row.why], each=f"{row.ref.cell} {beginning(row.text, QUOTED)}",
            )  # fmt: skip
