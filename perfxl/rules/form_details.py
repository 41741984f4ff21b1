"""BOX, CONTACT, LAYOUT, TYPO: ticks, telephone numbers, cells that are hidden or not read, spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from perfxl.model import Lang, Ref, Severity, Text, column_letters
from perfxl.reading import TextRow
from perfxl.reading.marks import TICKED, UNTICKED, read_marks
from perfxl.rules.completeness import gaps
from perfxl.rules.rule import Family, Hit
from perfxl.rules.texts import declared, prose, texts_of
from perfxl.rules.wording import beginning, shown
from perfxl.tables import Return, Tables
from perfxl.values import name_key, squeeze

RULES = Family()


@RULES.table_rule(
    "BOX-01",
    Severity.ERROR,
    name=Text("项目类型没有勾选", "No type ticked"),
    what=Text("项目类型至少勾选一项，可多选", "At least one type of project is ticked, several may be"),
    message=Text(
        "“{label}”一项也没有读到勾选。请在选中的选项后标 ☑（或 √），可多选。",
        "No tick was found under “{label}”. Please mark the options that apply with ☑ (or √); several may be.",
    ),
    needs="fund",
    basic=True,
    why=Text(
        "一项不勾，就看不出项目属于哪一类，不能分类汇总。",
        "Without a tick nobody can tell the type of the project, nor group by it.",
    ),
    fix=Text("把选中的选项后的 □ 改为 ☑ 或 √，可多选。", "Turn the □ of each option that applies into ☑ or √."),
    wrong=Text("产业发展 □　民生保障 □　基础设施 □　其他 □", "产业发展 □　民生保障 □　基础设施 □　其他 □"),
    right=Text("产业发展 □　民生保障 ☑　基础设施 □　其他 □", "产业发展 □　民生保障 ☑　基础设施 □　其他 □"),
)
def no_type_ticked(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile declares which fields: ``required = "BOX-01"``. Their text is the options that are ticked."""
    for gap in gaps(tables, "BOX-01"):
        yield Hit(gap.cells, {"label": gap.label})


TWICE = Text(
    "“{label}”同时勾选了“{combined}”和“{single}”，前者已包含后者。一般只勾选一项，请核对。",
    "“{label}” has both “{combined}” and “{single}” ticked; the first holds the second. Usually one is enough.",
)


@RULES.table_rule(
    "BOX-02",
    Severity.ERROR,
    name=Text("分配方式勾选有误", "Ways of allocation"),
    what=Text(
        "绩效分配方式至少勾选一项；勾选了相结合的方式，就不必再勾选其中的一种",
        "At least one way of allocation is ticked, and none that a ticked combination already holds",
    ),
    message=Text(
        "“{label}”一项也没有读到勾选。请在选中的选项后标 ☑（或 √）。",
        "No tick was found under “{label}”. Please mark the option that applies with ☑ (or √).",
    ),
    needs="fund",
    basic=True,
    why=Text(
        "不勾或勾重了，就看不出资金按什么方式分配。",
        "With no tick, or one too many, nobody can tell how the funds are allocated.",
    ),
    fix=Text(
        "一般只勾一项；两种方式都用的，勾选相结合的方式。", "Tick one; where two ways are used, tick their combination."
    ),
    wrong=Text("因素法 ☑　项目法 □　因素法与项目法相结合 ☑", "因素法 ☑　项目法 □　因素法与项目法相结合 ☑"),
    right=Text("因素法 □　项目法 □　因素法与项目法相结合 ☑", "因素法 □　项目法 □　因素法与项目法相结合 ☑"),
)
def allocation_ticks(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The fields with ``required = "BOX-02"``; an option whose name contains another's is the combination."""
    for gap in gaps(tables, "BOX-02"):
        yield Hit(gap.cells, {"label": gap.label})
    for book in tables.returns:
        for row, _ in declared(book, lambda field: field.required == "BOX-02" and field.kind == "choice"):
            ticked = row.text.split("、")
            for combined in ticked:
                if parts := [option for option in ticked if option != combined and option in combined]:
                    values = {"label": row.label, "combined": combined, "single": "、".join(parts)}
                    yield Hit((row.ref,), values, severity=Severity.NOTICE, message=TWICE)


@RULES.notice(
    "BOX-03",
    name=Text("同时勾选了“其他”", "“Other” beside a named option"),
    what=Text("已勾选具体类型的，一般不再勾选“其他”", "Where a named option is ticked, 其他 usually is not"),
    message=Text(
        "“{label}”已勾选“{named}”，又勾选了“{other}”。请核对是否都适用。",
        "“{label}” has “{named}” ticked and “{other}” too. Please check that both apply.",
    ),
    needs="fund",
    why=Text("勾了具体类型又勾“其他”，往往是误勾。", "A tick at 其他 beside a named type is often a slip."),
    fix=Text("去掉“其他”的勾；确有其他内容的，可以不改。", "Remove the tick at 其他; where it does apply, leave it."),
    wrong=Text("民生保障 ☑　其他 ☑", "民生保障 ☑　其他 ☑"),
    right=Text("民生保障 ☑　其他 □", "民生保障 ☑　其他 □"),
)
def other_beside_named(book: Return, lang: Lang) -> Iterator[Hit]:
    """What counts as 其他 is the profile's ``other_cost``."""
    for row in texts_of(book, "choice"):
        ticked = row.text.split("、")
        other = [option for option in ticked if option in book.profile.other_cost]
        named = [option for option in ticked if option not in other]
        if other and named:
            yield Hit((row.ref,), {"label": row.label, "named": "、".join(named), "other": "、".join(other)})


#: marks that are the same in another typeface
_SAME = str.maketrans("✓✔✅Rþ", "√√☑☑☑")

ODD = Text(
    "“{label}”中“{option}”旁的“{mark}”不是认得的勾选标记，没有按勾选处理。如要勾选，请改为 ☑（或 √）。",
    "Under “{label}” the “{mark}” beside “{option}” is no known mark and was not taken for a tick. "
    "To tick it, use ☑ (or √).",
)
BOTH = Text(
    "“{label}”中“{option}”旁既有空框又有勾（“{mark}”），已按勾选处理。请只留一个标记：☑ 或 □。",
    "Under “{label}” the option “{option}” has a box and a tick (“{mark}”), and was taken as ticked. "
    "Please keep one mark: ☑ or □.",
)
OPEN = Text(
    "“{label}”中“{mark}”在“{option}”和“{after}”之间，看不出属于哪一项，按“{option}”的标记读。请让标记紧靠所属的选项。",
    "Under “{label}” the “{mark}” between “{option}” and “{after}” may belong to either, and was taken for that of "
    "“{option}”. Please put each mark right beside its option.",
)


@RULES.notice(
    "BOX-04",
    name=Text("勾选标记不统一", "Marks of two kinds"),
    what=Text("同一栏只用一种勾选标记（☑ 或 √）", "One kind of tick in a field, ☑ or √"),
    message=Text(
        "“{label}”用了不同的勾选标记（{marks}），都已按勾选处理。请统一为 ☑（或 √）。",
        "“{label}” has different marks ({marks}), all taken for ticks. Please use one, ☑ (or √).",
    ),
    needs="fund",
    why=Text("标记不统一时，哪些是选中的容易看错。", "With different marks it is easy to misread what is ticked."),
    fix=Text("选中的写 ☑，没选的写 □。", "☑ for what applies, □ for what does not."),
    wrong=Text("产业发展 ■　民生保障 √　其他 V", "产业发展 ■　民生保障 √　其他 V"),
    right=Text("产业发展 ☑　民生保障 ☑　其他 □", "产业发展 ☑　民生保障 ☑　其他 □"),
)
def marks_of_two_kinds(book: Return, lang: Lang) -> Iterator[Hit]:
    """□ for what does not apply beside √ for what does is one way of ticking, and not reported."""
    for row in texts_of(book, "choice"):
        marks = read_marks(row.written, book.spec(row.form).fields[row.field].options)
        runs = marks.beside
        both = {option: run for option, run in runs.items() if set(run) & set(TICKED) and set(run) & set(UNTICKED)}
        kinds = dict.fromkeys(mark.translate(_SAME) for run in runs.values() for mark in run if mark in TICKED)
        found: list[tuple[Text | None, dict[str, str]]] = [
            *((ODD, {"option": option, "mark": mark}) for option, mark in marks.odd.items()),
            *((OPEN, {"option": option, "mark": mark, "after": after}) for mark, option, after in marks.open),
            *((BOTH, {"option": option, "mark": run}) for option, run in both.items()),
        ]
        if len(kinds) > 1:
            found.append((None, {"marks": "、".join(kinds)}))
        for message, values in found:
            yield Hit((row.ref,), {"label": row.label} | values, written=row.written, message=message)


_DASHES = re.compile(r"[-—–－―‐‑−~]+")
_NUMBER = re.compile(
    r"(?:\+?(?:00)?86-?)?(?:1[3-9]\d(?:-?\d{4}){2}|\(?0\d{2,3}\)?-?\d{3,4}-?\d{4}|[48]00-?\d{3,4}-?\d{3,4})"
    r"(?:-\d{1,6}|\(?(?:转|分机)\d{1,6}\)?)?"
)
_BETWEEN = re.compile(r"[、,;/或]+")
_OTHER_WORDS = re.compile(r"[^\d+()\-—–－―‐‑−~、,;/或转分机]")
LOST_ZERO = Text(
    "“{label}”是“{text}”，像是按数字录入，丢了区号开头的“0”。请把单元格设为文本格式，填“0{text}”或“区号-号码”。",
    "“{label}” is “{text}”: it seems to have been typed as a number, which loses the 0 of the area code. "
    "Format the cell as text and write “0{text}”.",
)


@RULES.warning(
    "CONTACT-01",
    name=Text("联系电话有误", "Telephone number"),
    what=Text(
        "联系电话是 11 位手机号码，或带区号的座机号码",
        "A mobile number of 11 digits, or an area code and 7 or 8 digits",
    ),
    message=Text(
        "“{label}”写的是“{text}”，位数或格式不像电话号码。请填 11 位手机号码，或“区号-号码”。",
        "“{label}” says “{text}”, which does not look like a telephone number. "
        "Please give a mobile number of 11 digits, or area code and number.",
    ),
    group="file",
    follows=("COMPLETE-19",),
    why=Text("号码不对，有问题时联系不到填报人。", "With a wrong number nobody can be asked."),
    fix=Text("填 11 位手机号码，或“区号-号码”。", "Give a mobile number of 11 digits, or area code and number."),
    wrong=Text("联系电话：0734-00000", "联系电话: 0734-00000"),
    right=Text("联系电话：0734-0000000", "联系电话: 0734-0000000"),
)
def no_phone_number(book: Return, lang: Lang) -> Iterator[Hit]:
    """A cell may contain several numbers; each must be valid. Words around a number are ignored."""
    for row in texts_of(book, "phone"):
        plain = _DASHES.sub("-", _OTHER_WORDS.sub("", squeeze(row.text)))
        numbers = [number for number in _BETWEEN.split(plain) if number]
        if not numbers or not all(map(_NUMBER.fullmatch, numbers)):
            lost = plain.isdigit() and _NUMBER.fullmatch(f"0{plain}") is not None
            values = {"label": row.label, "text": shown(row.text)}
            yield Hit((row.ref,), values, written=row.text, message=LOST_ZERO if lost else None)


@RULES.notice(
    "CONTACT-02",
    name=Text("同一填报人电话不一致", "A person with two numbers"),
    what=Text("同一填报人在各表上的联系电话应一致", "A person has the same number on all forms"),
    message=Text(
        "填报人“{person}”的电话在 {where} 是“{other}”，这里是“{text}”。请核对哪个正确。",
        "The number of “{person}” is “{other}” at {where}, and “{text}” here. Please check which is right.",
    ),
    group="file",
    why=Text("同一个人写了两个号码，多半有一个是错的。", "Of two numbers of one person, one is probably wrong."),
    fix=Text("核对后统一；两个号码都能联系到的，可以不改。", "Use one of them; if both are right, leave them."),
    wrong=Text(
        "填报人张三，一张表填 0734-0000000，另一张填 0734-0000001",
        "张三: 0734-0000000 on one form, 0734-0000001 on another",
    ),
    right=Text("填报人张三，各表都填 0734-0000000", "张三: 0734-0000000 on all forms"),
)
def two_numbers(book: Return, lang: Lang) -> Iterator[Hit]:
    """Two people with two numbers are right: projects are often filled in by those who run them."""
    people = {row.form: row.text for row in book.texts if row.field == "filler" and row.text}
    first: dict[str, TextRow] = {}
    for row in texts_of(book, "phone"):
        if person := people.get(row.form):
            before = first.setdefault(name_key(person), row)
            if re.sub(r"\D", "", before.text) != re.sub(r"\D", "", row.text):
                values = {"person": person, "text": row.text, "other": before.text, "where": str(before.ref)}
                yield Hit((row.ref,), values, (before.ref,), written=row.text)


@RULES.notice(
    "LAYOUT-06",
    name=Text("申报表在隐藏的工作表上", "A form on a hidden sheet"),
    what=Text(
        "隐藏的工作表照常审核，其中填有申报表时给出提示",
        "Hidden sheets are checked like others; a filled form on one is pointed out",
    ),
    message=Text(
        "这张表所在的工作表是隐藏的，已照常审核，金额也计入勾稽。要报的请取消隐藏，不报的请删除后重新报送。",
        "This form stands on a hidden sheet. It was checked, and its amounts count. "
        "Show the sheet if it belongs to the return, delete it if not, and send the workbook again.",
    ),
    group="file",
    why=Text(
        "看不见的表容易是旧稿或别的项目留下的，数字却会进入合计。",
        "A sheet that nobody sees is often an old draft, yet its figures enter the sums.",
    ),
    fix=Text(
        "右键单击任一工作表标签，选“取消隐藏”，再决定保留还是删除。",
        "Right-click a tab, choose Unhide, keep or delete it.",
    ),
    wrong=Text("“项目4”填好后被隐藏", "“项目4” is filled in and hidden"),
    right=Text("要报的表都看得见，不报的表已删除", "Every form of the return is visible, all others are deleted"),
)
def hidden_form(book: Return, lang: Lang) -> Iterator[Hit]:
    """One notice a file. A blank form on a hidden sheet is a spare one of the template."""
    for form in book.forms:
        if form.hidden:
            yield Hit((form.title_ref,))


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
TICKED_BOX = Text(
    "这些打了勾的控件框不知道是哪个选项的，没有按勾选处理：{each}。请在选项旁的格子里写 ☑，并删除控件框。",
    "Of which option these ticked boxes are cannot be told, and they count for none: {each}. "
    "Please write ☑ beside the option in its cell and delete the boxes.",
)
NOT_READ = {"unread": None, "box": TICKED_BOX, "level": NO_LEVEL, "covered": COVERED}


@RULES.warning(
    "LAYOUT-07",
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
def not_read(book: Return, lang: Lang) -> Iterator[Hit]:
    """One warning a sheet for each reason: not read, under no level, under a merged area, a box of no known option."""
    for row in book.strays:
        if row.why in NOT_READ:
            each = f"{row.ref.cell}“{beginning(shown(row.text))}”"
            yield Hit((row.ref,), written=row.text, message=NOT_READ[row.why], each=each)


HIDDEN = {"hidden_row": Text("第 {row} 行", "row {row}"), "hidden_col": Text("{col} 列", "column {col}")}


@RULES.notice(
    "LAYOUT-08",
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
def hidden_cells(book: Return, lang: Lang) -> Iterator[Hit]:
    """One notice a sheet, with all its hidden values."""
    for row in book.strays:
        if row.why in HIDDEN:
            each = HIDDEN[row.why].render(lang, row=row.ref.row, col=column_letters(row.col))
            yield Hit((row.ref,), written=row.text, each=each)


LEVEL_READ = Text("{cell}“{name}”（按“{level}”读）", "{cell} “{name}” (read as {level})")


@RULES.notice(
    "LAYOUT-09",
    name=Text("看不出属于哪一级指标", "Level not certain"),
    what=Text(
        "一眼能看出每条指标属于哪个二级指标：级别合并到所辖各行、写在第一行或逐行填写",
        "It is plain under which level an indicator stands: the level is merged over its lines, beside the first of "
        "them or beside each",
    ),
    message=Text(
        "指标级别没有合并，看不出写在所辖各行的第一行还是中间，这些指标可能读错了级别：{each}。"
        "请把级别合并到所辖各行，或逐行填写。",
        "The levels are not merged, and may stand beside the first of their lines or beside the middle one. "
        "The level of these may have been misread: {each}. Please merge each level over its lines, or repeat it.",
    ),
    group="form",
    needs="indicators",
    why=Text(
        "读错了级别，指标就归到别的类里，成本指标的金额也可能漏计。",
        "Under a wrong level an indicator counts for another kind, and an amount of a cost may be left out.",
    ),
    fix=Text(
        "选中一个二级指标所辖的各行，点“合并后居中”；不合并的，每行都写上级别。",
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


MISSPELT = Text("“{word}”可能应为“{meant}”（{where}）", "“{word}” should possibly be “{meant}” ({where})")
SPELT = Text("“{odd}”写了 {n} 处，另有 {m} 处写作“{usual}”", "“{odd}” stands in {n} places, “{usual}” in {m} others")


@RULES.notice(
    "TYPO-01",
    name=Text("疑似错别字", "Likely misspelt"),
    what=Text("常见的错别字、漏字、多字", "Words that are often misspelt"),
    message=Text(
        "疑似错别字 {n} 处：{words}。请核对改正。", "{n} places look misspelt: {words}. Please check and correct them."
    ),
    why=Text(
        "错别字会使人误解，按名称查找和汇总时也找不到。", "A misspelt word misleads, and is not found by its name."
    ),
    fix=Text("核对改正；本来就这样写的，可以不改。", "Check and correct it; if it is meant so, leave it."),
    wrong=Text("网站管理配训费", "网站管理配训费"),
    right=Text("网站管理培训费", "网站管理培训费"),
)
def misspelt_words(book: Return, lang: Lang) -> Iterator[Hit]:
    """Words of the profile's ``typos``: one finding a file with all cells."""
    typos, words_at = book.profile.typos, dict[Ref, set[str]]()
    pattern = _misspelt(tuple(typos))
    for item in prose(book) if typos else ():
        if words := pattern.findall(item.text):
            words_at.setdefault(item.ref, set()).update(words)
    cells_of: dict[str, list[str]] = {}
    for ref, found in words_at.items():
        for word in sorted(found):
            cells_of.setdefault(word, []).append(str(ref))
    comma, semicolon = Text("、", ", ").render(lang), Text("；", "; ").render(lang)
    listed = [
        MISSPELT.render(lang, word=word, meant=typos[word], where=comma.join(cells)) for word, cells in cells_of.items()
    ]
    if listed:
        yield Hit(tuple(words_at), {"n": sum(map(len, cells_of.values())), "words": semicolon.join(listed)})


@lru_cache(maxsize=8)
def _misspelt(words: tuple[str, ...]) -> re.Pattern[str]:
    """The words, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


@RULES.notice(
    "TYPO-02",
    name=Text("同一词两种写法", "Two spellings of a word"),
    what=Text("同一个词在一个文件中写法一致", "A word is spelt in one way throughout a workbook"),
    message=Text(
        "同一词有两种写法：{each}。如指同一件事，请统一写法。",
        "Words are spelt in two ways: {each}. If they mean one thing, use one spelling.",
    ),
    group="file",
    why=Text("同一个词两种写法，容易被当成两件事。", "A word in two spellings is easily taken for two things."),
    fix=Text("全文统一用一种写法。", "Use one spelling throughout."),
    wrong=Text("项目1 写“其他成本”，项目2 写“其它成本”", "其他成本 on one form, 其它成本 on another"),
    right=Text("各表都写“其他成本”", "其他成本 on all forms"),
)
def two_spellings(book: Return, lang: Lang) -> Iterator[Hit]:
    """A word in two spellings (``spellings`` of the profile): the cells of the rarer one, of equal ones the second."""
    pairs = [tuple(words.split("/")) for words in book.profile.lexicon.get("spellings", ())]
    found: dict[tuple[str, ...], dict[str, list[Ref]]] = {}
    for item in prose(book) if pairs else ():
        for pair in pairs:
            for word in pair:
                if word in item.text:
                    found.setdefault(pair, {}).setdefault(word, []).append(item.ref)
    for pair, cells in found.items():
        usual = max(pair, key=lambda word: len(cells.get(word, ())))
        for odd in pair:
            if odd != usual and odd in cells:
                places = tuple(dict.fromkeys(cells[odd]))
                values = {"odd": odd, "n": len(places), "usual": usual, "m": len(set(cells[usual]))}
                yield Hit(places, written=odd, each=SPELT.render(lang, **values))
