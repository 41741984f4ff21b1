"""BOX: ticks that are missing, contradict each other or are marked in two ways."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.reading.marks import TICKED, UNTICKED, read_marks
from perfxl.rules.completeness import gaps
from perfxl.rules.rule import Family, Hit
from perfxl.rules.texts import declared, in_quotes, texts_of
from perfxl.tables import Return, Tables

RULES = Family()


@RULES.table_rule(
    "BOX-01",
    Severity.ERROR,
    name=Text("项目类型未勾选", "No type ticked"),
    what=Text("项目类型至少勾选一项，可多选", "At least one type of project is ticked, several may be"),
    message=Text(
        "“{label}”未勾选。",
        "No tick was found under “{label}”.",
    ),
    needs="fund",
    basic=True,
    why=Text(
        "未勾选则无法确认项目类型，不能分类汇总。",
        "Without a tick nobody can tell the type of the project, nor group by it.",
    ),
    fix=Text("将符合的选项后的 □ 改为 ☑ 或 √，可多选。", "Turn the □ of each option that applies into ☑ or √."),
    wrong=Text("产业发展 □　民生保障 □　基础设施 □　其他 □", "产业发展 □　民生保障 □　基础设施 □　其他 □"),
    right=Text("产业发展 □　民生保障 ☑　基础设施 □　其他 □", "产业发展 □　民生保障 ☑　基础设施 □　其他 □"),
)
def no_type_ticked(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile declares which fields: ``required = "BOX-01"``. Their text is the options that are ticked."""
    for gap in gaps(tables, "BOX-01"):
        yield Hit(gap.cells, {"label": gap.label})


TWICE = Text(
    "“{label}”同时勾选“{combined}”和“{single}”，前者已包含后者。\n只保留“{combined}”或“{single}”中符合实际的一项。",
    "“{label}” has both “{combined}” and “{single}” ticked; the first holds the second.\nKeep the one that applies.",
)


@RULES.table_rule(
    "BOX-02",
    Severity.ERROR,
    name=Text("分配方式勾选有误", "Ways of allocation"),
    what=Text(
        "绩效分配方式至少勾选一项；已勾选相结合的方式的，不再勾选其中一种",
        "At least one way of allocation is ticked, and none that a ticked combination already holds",
    ),
    message=Text(
        "“{label}”未勾选。",
        "No tick was found under “{label}”.",
    ),
    needs="fund",
    basic=True,
    why=Text(
        "未勾选或重复勾选，无法确认资金的分配方式。",
        "With no tick, or one too many, nobody can tell how the funds are allocated.",
    ),
    fix=Text(
        "勾选一项；两种方式并用的，只勾选相结合的方式。", "Tick one; where two ways are used, tick their combination."
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
                    yield Hit((row.ref,), values, severity=Severity.WARNING, message=TWICE)


@RULES.notice(
    "BOX-03",
    name=Text("同时勾选了“其他”", "“Other” beside a named option"),
    what=Text("已勾选具体类型的，一般不再勾选“其他”", "Where a named option is ticked, 其他 usually is not"),
    message=Text(
        "“{label}”已勾选“{named}”，又勾选了“{other}”。",
        "“{label}” has “{named}” ticked and “{other}” too.",
    ),
    needs="fund",
    why=Text("勾了具体类型又勾“其他”，往往是误勾。", "A tick at 其他 beside a named type is often a slip."),
    fix=Text(
        "核对是否都适用：不适用的取消勾选；“其他”确有内容的，予以保留并写明内容。",
        "Remove the tick at 其他; where it does apply, leave it.",
    ),
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


@RULES.warning(
    "BOX-05",
    name=Text("勾选了互相排斥的选项", "Options that exclude each other"),
    what=Text("新增与延续等互相排斥的选项只勾选一项", "Of options that exclude each other, only one is ticked"),
    message=Text(
        "“{label}”同时勾选了{options}，两者不能并存。",
        "Under “{label}” {options} are ticked, of which only one can apply.",
    ),
    why=Text("同时勾选则无法确认项目属于哪一类。", "With both ticked nobody can tell which kind the project is."),
    fix=Text("只保留符合实际的一项，其余取消勾选。", "Keep the one that applies and clear the others."),
    wrong=Text("新增项目 ☑　延续项目 ☑", "新增项目 ☑　延续项目 ☑"),
    right=Text("新增项目 □　延续项目 ☑", "新增项目 □　延续项目 ☑"),
)
def options_that_exclude(book: Return, lang: Lang) -> Iterator[Hit]:
    """Which options do is the profile's ``exclusive``."""
    words = book.profile.lexicon.get("exclusive", ())
    for row in texts_of(book, "choice"):
        found = [option for option in row.text.split("、") if any(word in option for word in words)]
        if len(found) > 1:
            yield Hit((row.ref,), {"label": row.label, "options": in_quotes(found)}, written=row.written)


#: marks that are the same in another typeface
_SAME = str.maketrans("✓✔✅Rþ", "√√☑☑☑")

ODD = Text(
    "“{label}”中“{option}”旁的“{mark}”不是规定的勾选标记，未按勾选处理。\n该选项适用的，改为 ☑（或 "
    "√）；不适用的，改为 □。",
    "Under “{label}” the “{mark}” beside “{option}” is no known mark and was not taken for a tick.\n"
    "Write ☑ (or √) if the option applies, □ if it does not.",
)
BOTH = Text(
    "“{label}”中“{option}”旁既有空框又有勾选（“{mark}”），已按勾选处理。\n只保留一个标记：☑ 或 □。",
    "Under “{label}” the option “{option}” has a box and a tick (“{mark}”), and was taken as ticked"
    ".\nKeep one mark: ☑ or □.",
)
OPEN = Text(
    "“{label}”中“{mark}”在“{option}”与“{after}”之间，所属选项不明确，已计入“{option}”。\n将标记紧靠所属的选项。",
    "Under “{label}” the “{mark}” between “{option}” and “{after}” may belong to either, and was "
    "taken for that of “{option}”.\nPut each mark right beside its option.",
)


@RULES.notice(
    "BOX-04",
    name=Text("勾选标记不统一", "Marks of two kinds"),
    what=Text("同一栏只用一种勾选标记（☑ 或 √）", "One kind of tick in a field, ☑ or √"),
    message=Text(
        "“{label}”使用了不同的勾选标记（{marks}），均已按勾选处理。",
        "“{label}” has different marks ({marks}), all taken for ticks.",
    ),
    needs="fund",
    why=Text("标记不统一，容易误判勾选的选项。", "With different marks it is easy to misread what is ticked."),
    fix=Text("符合的选项统一标注 ☑，其余标注 □。", "☑ for what applies, □ for what does not."),
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
