"""CROSS: what the forms of a workbook must have in common, and what its total is compared with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import Prefix

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.reading import OTHER_NAME, TextRow, likeness
from perfxl.rules.projects import Across, filled_projects, same_lines, same_value
from perfxl.rules.rule import Family, Hit, NotApplicable
from perfxl.rules.sum_sides import is_unread_cost
from perfxl.rules.texts import goals
from perfxl.tables import Return
from perfxl.values import FEN_PER_WAN, name_key, wan

RULES = Family()

#: so much of each text is shown from where they part
_SHOWN = 12


@RULES.warning(
    "CROSS-05",
    name=Text("同一项目的年度目标不同", "Goal differs between forms"),
    what=Text(
        "同一项目在专项资金表与项目表中的年度目标应相同",
        "A project has the same goal for the year on its fund form and its project form",
    ),
    message=Text(
        "年度目标与项目表（{where}）不同（相似度 {likeness}%）：此处写“{here}”，项目表写“{there}”。",
        "The goal differs from that on the project form ({where}; {likeness}% alike): “{here}” here, “{there}” there.",
    ),
    source="同一项目各表应一致",
    needs="same_project",
    why=Text(
        "两张表反映同一项目，目标不同则无法确定考核依据。",
        "Both forms are about one project; with two goals nobody knows which of them holds.",
    ),
    fix=Text("以批准的目标为准，将两张表的年度目标改为一致。", "Write the approved goal on both forms."),
    wrong=Text(
        "专项资金表：注册率达到95%；项目表：注册率达到90%", "注册率达到95% on one form, 注册率达到90% on the other"
    ),
    right=Text("两张表都写：注册率达到95%", "注册率达到95% on both forms"),
)
def goal_differs(book: Return, lang: Lang) -> Iterator[Hit]:
    """Blanks and punctuation do not count; COMPLETE-01 reports a goal that is empty."""
    projects = {form.project: form for form in filled_projects(book)}
    goal_of = {row.form: row for row, period in goals(book) if period == "year"}
    for fund in filled_projects(book, funds=True):
        here, there = goal_of.get(fund), goal_of.get(projects.get(fund.project, fund))
        if here is None or there is None:
            continue
        one, other = name_key(here.text), name_key(there.text)
        if one != other:
            start = max(0, Prefix.similarity(one, other) - _SHOWN // 2)
            values = {
                "where": there.ref, "likeness": int(fuzz.ratio(one, other)), "here": _piece(one, start),
                "there": _piece(other, start),
            }  # fmt: skip
            yield Hit((here.ref,), values, (there.ref,), here.text, there.text, written=here.text)


def _piece(text: str, start: int) -> str:
    end = start + _SHOWN
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


EACH_COST = Text(
    "“{name}”填 {stated} 万元，项目表（{where}）填 {computed} 万元",
    "“{name}” {stated} 万元 here, {computed} there ({where})",
)


@RULES.warning(
    "CROSS-06",
    name=Text("同一成本项目金额不同", "Cost item differs between forms"),
    what=Text(
        "同一项目的同名成本指标，项目表与专项资金表金额应相同",
        "A cost item of one project has the same amount on both forms",
    ),
    message=Text(
        "成本指标与项目表不一致：{each}。",
        "Cost items differ from the project form: {each}.",
    ),
    needs="same_project",
    group="form",
    why=Text(
        "两张表反映同一项目的同一项成本，只应有一个金额。", "Both forms speak of the same cost of the same project."
    ),
    fix=Text("核对该项成本的测算金额，将两张表改为同一金额。", "Find out which is right and correct the other."),
    wrong=Text(
        "培训费：项目表 3.00万元，专项资金表 4.00万元",
        "培训费: 3.00万元 on the project form, 4.00万元 on the fund form",
    ),
    right=Text("培训费：两张表都是 3.00万元", "培训费: 3.00万元 on both forms"),
)
def cost_item_differs(book: Return, lang: Lang) -> Iterator[Hit]:
    """Pairs cost items of a fund form and of its project form by name. Not an amount that cannot be read."""
    unread = {row.ref for row in book.amounts if is_unread_cost(row, book.profile)}
    for line, other in same_lines(book, cost=True):
        if not {line.ref, other.ref}.isdisjoint(unread):
            continue
        if line.fen is not None and other.fen is not None and line.fen != other.fen:
            values = {"name": line.name, "stated": wan(line.fen), "computed": wan(other.fen), "where": other.ref}
            gap, each = line.fen - other.fen, EACH_COST.render(lang, **values)
            yield Hit((line.ref,), {}, (other.ref,), line.fen, other.fen, gap, written=line.value, each=each)


@RULES.warning(
    "CROSS-07",
    name=Text("同一指标的值不同", "Indicator differs between forms"),
    what=Text(
        "同一项目的同名指标，项目表与专项资金表的指标值应相同",
        "An indicator of one project has the same value on both forms",
    ),
    message=Text(
        "指标“{name}”填“{stated}”，而项目表（{where}）填“{computed}”。",
        "The indicator “{name}” is “{stated}” here and “{computed}” on the project form ({where}).",
    ),
    needs="same_project",
    why=Text(
        "两张表反映同一项目的同一指标，考核时不应有两个标准。",
        "Both forms speak of one indicator of one project; it cannot have two targets.",
    ),
    fix=Text("核对该指标的计划值，将两张表改为同一指标值。", "Find out which is right and correct the other."),
    wrong=Text(
        "域名注册率：项目表 ≥95%，专项资金表 ≥90%", "域名注册率: ≥95% on the project form, ≥90% on the fund form"
    ),
    right=Text("域名注册率：两张表都是 ≥95%", "域名注册率: ≥95% on both forms"),
)
def indicator_differs(book: Return, lang: Lang) -> Iterator[Hit]:
    """Pairs indicators by second level and name; cost items are CROSS-06."""
    for line, other in same_lines(book, cost=False):
        if not {line.kind, other.kind} & {"empty", "unread"} and not same_value(line, other):
            values = {"name": line.name, "stated": line.value, "computed": other.value, "where": other.ref}
            yield Hit((line.ref,), values, (other.ref,), line.value, other.value, written=line.value)


OTHERWISE = Text(
    "项目名称“{name}”与{others}不一致，而两表的绩效指标相同。\n属于同一项目的，统一项目名称；不属于的，"
    "按各自项目填写指标。",
    "The project name “{name}” is not that of {others}, but the indicators of both forms are the same.\n"
    "If they are one project, use one name; if not, give each its own indicators.",
)


@RULES.warning(
    "CROSS-08",
    name=Text("项目名称不一致", "Project name differs"),
    what=Text("同一项目在项目表与专项资金表中的名称应相同", "A project has the same name on both its forms"),
    message=Text(
        "项目名称“{name}”与项目表的“{other}”（{where}）相近而不相同。\n属于同一项目的，以批准的项目名称为"
        "准，统一两表和任务的名称；不属于的，在名称中写明区别。",
        "The project name “{name}” is close to “{other}” on the project form ({where}) but not equal.\nIf "
        "they are one project, use the approved name on both forms and in the tasks; if not, let the names "
        "say how they differ.",
    ),
    needs="fund_and_project",
    why=Text(
        "名称不同，两张表会被当成两个项目，金额重复计算。", "Two names are taken for two projects and counted twice."
    ),
    fix=Text(
        "以批准的项目名称为准，在各表和年度主要任务中统一填写。",
        "Use the approved name of the project on every form and in the list of tasks.",
    ),
    wrong=Text(
        "项目表写“中文域名注册管理”，专项资金表写“中文域名注册管理项目”",
        "中文域名注册管理 on the project form, 中文域名注册管理项目 on the fund form",
    ),
    right=Text("两张表都写“中文域名注册管理”", "中文域名注册管理 on both forms"),
)
def project_name_differs(book: Return, lang: Lang) -> Iterator[Hit]:
    """The least similarity is the profile's ``near_name``; of forms with the same indicators any name will do.

    The name is told that the task does not bear out.
    """
    names = {row.form: row for row in book.texts if row.field == "project_name"}
    projects = {form.project: form for form in filled_projects(book)}
    for form in book.forms:
        if not 0 < form.likeness < 1:
            continue
        here, there = names[form], names[projects[form.project]]
        if form.likeness == OTHER_NAME:
            yield _named_otherwise(book, here, there)
        else:
            values = {"name": here.text, "other": there.text, "where": there.ref}
            yield Hit((here.ref,), values, (there.ref,), here.text, there.text, written=here.text)


def _named_otherwise(book: Return, fund: TextRow, project: TextRow) -> Hit:
    task = next((task for task in book.tasks if task.project == project.form.project), None)
    noise = book.profile.name_noise
    of_fund, of_project = (
        likeness(name_key(row.text), task.name_key, noise) if task else 0.0 for row in (fund, project)
    )
    odd, other = (project, fund) if of_fund > of_project else (fund, project)
    others = f"“{other.text}”（{other.ref}）"
    related: tuple[Ref, ...] = (other.ref,)
    if task is not None and of_fund != of_project:
        others += f"、“{task.name}”（{task.ref}）"
        related += (task.ref,)
    return Hit(
        (odd.ref,), {"name": odd.text, "others": others}, related, odd.text, other.text, written=odd.text,
        message=OTHERWISE,
    )  # fmt: skip


@RULES.error(
    "CROSS-09",
    name=Text("单位名称不一致", "Unit differs"),
    what=Text("预算单位（部门名称）在各表中应相同", "One unit name on all the forms"),
    message=Text(
        "“{label}”填“{stated}”，其他表填“{computed}”（如 {where}）。",
        "“{label}” is “{stated}” here and “{computed}” on the other forms (such as {where}).",
    ),
    needs="forms",
    why=Text("单位名称不同，汇总时会误作两个单位。", "Two names are taken for two units."),
    fix=Text("将各表的单位名称改为本单位全称。", "Give the full name on every form."),
    wrong=Text(
        "项目表填“某市市场监督管理局”，专项资金表填“市监局”", "某市市场监督管理局 on one form, 市监局 on another"
    ),
    right=Text("各表都填“某市市场监督管理局”", "某市市场监督管理局 on all forms"),
)
def unit_differs(book: Return, lang: Lang) -> Iterator[Hit]:
    """The value of most forms is taken as right; on a tie, that of the first form.

    Who fills in a form may be an office of the unit's, but no other bureau; of the only form, that is CROSS-21.
    """
    yield from _unlike_most(book, "unit")
    names = [(row, _unit_key(row.text)) for row in book.texts if row.field == "reporter" and row.text]
    known = {_unit_key(row.text) for row in book.texts if row.field == "unit"} - {""}
    usual = Counter(key for _, key in names).most_common(1)
    if len(known) != 1 or not usual:
        return
    unit = next(row for row in book.texts if row.field == "unit" and row.text)
    for row, key in names:
        odd = key != usual[0][0] or (usual[0][1] == 1 and len(book.forms) > 1)
        if odd and _BUREAU.search(key) and not _akin(key, *known):
            values = {"label": row.label, "stated": row.text, "computed": unit.text, "where": unit.ref}
            yield Hit(
                (row.ref,), values, (unit.ref,), row.text, unit.text, written=row.text,
                severity=Severity.WARNING, message=OTHER_BUREAU,
            )  # fmt: skip


OTHER_BUREAU = Text(
    "“{label}”填“{stated}”，而预算单位为“{computed}”（{where}），可能套用了其他单位的表。\n将填写有"
    "误的单位名称改为本单位名称；套用了其他单位表格的，逐项核对内容。",
    "“{label}” is “{stated}”, but the unit is “{computed}” ({where}): the form of another unit may "
    "have been copied.\nGive the name of this unit; if a form was copied, check all of it.",
)
#: how the names of bureaus end, not those of their offices (站, 所, 中心)
_BUREAU = re.compile(r"(?:局|委|委员会|办公室|厅|署|政府|法院|检察院|总工会|联合会)\Z")
_CODE = re.compile(r"[\[(【]?[0-9]{3,}[\])】]?")
_SEAL = re.compile(r"[(（](?:盖章|公章|印章|签章|章)[)）]")


def _unit_key(text: str) -> str:
    """What the names of units are compared by: without codes and words for the seal."""
    return name_key(_CODE.sub("", _SEAL.sub("", text)))


def _akin(one: str, other: str) -> bool:
    """Whether one name may be short for the other."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return all(char in rest for char in short)


@RULES.error(
    "CROSS-10",
    name=Text("年度不一致", "Year differs"),
    what=Text("各表的年度应相同", "One year on all the forms"),
    message=Text(
        "“{label}”填“{stated}”，其他表填“{computed}”（如 {where}）。",
        "“{label}” is “{stated}” here and “{computed}” on the other forms (such as {where}).",
    ),
    needs="forms",
    why=Text("年度不同的表无法一并核对和汇总。", "Forms of different years cannot be compared or added."),
    fix=Text("将各表的年度统一改为申报的年度。", "Give the year that is applied for."),
    wrong=Text("项目1 填“2020年度”，项目4 填“2021年度”", "2020年度 on one form, 2021年度 on another"),
    right=Text("各表都填“2020年度”", "2020年度 on all forms"),
)
def year_differs(book: Return, lang: Lang) -> Iterator[Hit]:
    """The value of most forms is taken as right; on a tie, that of the first form. No year at all is DATE-01."""
    return _unlike_most(book, "year", like="20[0-9]{2}")


def _unlike_most(book: Return, field: str, like: str = ".+") -> Iterator[Hit]:
    """The cells of a field that differ from most forms of their workbook; only texts that match ``like``."""
    pattern = re.compile(like, re.DOTALL)
    key_of = _unit_key if field == "unit" else name_key
    found = [(row, key_of(row.text)) for row in book.texts if row.field == field and pattern.fullmatch(row.text)]
    counts = Counter(key for _, key in found)
    usual = max(counts, key=counts.__getitem__, default="")
    example = next((row for row, key in found if key == usual), None)
    for row, key in found:
        if example is not None and key != usual:
            values = {"label": row.label, "stated": row.text, "computed": example.text, "where": example.ref}
            yield Hit((row.ref,), values, (example.ref,), row.text, example.text, written=row.text)


ON_THE_COVER = Text(
    "封面填写的单位为“{stated}”，申报表填写的单位为“{computed}”（如 {where}）。",
    "The cover names the unit “{stated}”, the forms “{computed}” (such as {where}).",
)
YEAR_OF_THE_COVER = Text(
    "封面的年度为 {stated} 年度，申报表的年度为 {computed} 年度（如 {where}）。",
    "The cover is for {stated}, the forms are for {computed} (such as {where}).",
)


@RULES.warning(
    "CROSS-21",
    name=Text("填报单位或封面与申报表不符", "Reporting unit or cover differs"),
    what=Text(
        "填报单位与预算单位为同一单位或其所属单位，封面的单位、年度与申报表一致",
        "The reporting unit is the budget unit or one below it; unit and year of the cover are those of the forms",
    ),
    message=Text(
        "“{label}”填写“{stated}”，与“{of}”“{computed}”（{where}）不是同一单位。",
        "“{label}” is “{stated}”, not the unit “{computed}” of “{of}” ({where}).",
    ),
    group="file",
    why=Text(
        "单位或年度不符，可能沿用了其他单位或以前年度的表。",
        "The form or the cover may have been copied from another unit or from an older return.",
    ),
    fix=Text(
        "改正填写有误的单位名称或年度，使封面、填报单位与各表一致。",
        "Correct the unit or the year that is wrong, so that cover, reporting unit and forms agree.",
    ),
    wrong=Text("预算单位为“某市水务局”，填报单位为“某市教育局”", "预算单位 某市水务局, 填报单位 某市教育局"),
    right=Text("预算单位、填报单位均为“某市水务局”", "Both are 某市水务局"),
)
def other_unit(book: Return, lang: Lang) -> Iterator[Hit]:
    """An abbreviation, a fuller name and an office below the budget unit (…中心) may report, another department not.

    A form that alone has another reporting unit is CROSS-09.
    """
    reporters = Counter(name_key(row.text) for row in book.texts if row.field == "reporter" and row.text)
    units = [row for row in book.texts if row.field in UNITS and row.text]
    for row in (row for row in book.texts if row.field == "reporter" and row.text):
        own = next((unit.text for unit in units if unit.form is row.form), "")
        mine = next((unit for unit in units if unit.text == own), None) or next(iter(units), None)
        known = any(same_unit(row.text, unit.text) for unit in units)
        times = reporters[name_key(row.text)]
        known = known or (len(book.forms) > 1 and (times == 1 or 2 * times <= reporters.total()))
        if mine and not known and _DEPARTMENT.search(name_key(_PART.sub("", row.text))):
            values = {
                "label": row.label, "stated": row.text, "of": mine.label, "computed": mine.text, "where": mine.ref,
            }  # fmt: skip
            yield Hit((row.ref,), values, (mine.ref,), row.text, mine.text, written=row.text)
    yield from _covers(book, units)


#: the fields that name a unit
UNITS = ("unit", "implementer")
#: how the names of departments end; offices below them are 中心, 站, 所, 馆, 队
_DEPARTMENT = re.compile(r"(?:局|委员会|厅|署|委|办|办公室|部|总工会|联合会|办事处|政府|法院|检察院)\Z")
#: what a name may have or not: the part of a unit that is meant
_PART = re.compile(r"[(（](?:本级|机关|本部|汇总|含下属单位)[)）]|(?:本级|机关)\Z")


def same_unit(one: str, other: str) -> bool:
    """Whether two names may be of one unit, or of one below the other: equal, one within the other, or short for it."""
    short, long = sorted((name_key(_PART.sub("", text)) for text in (one, other)), key=len)
    rest = iter(long)
    return short in long or all(char in rest for char in short)


def _covers(book: Return, units: Sequence[TextRow]) -> Iterator[Hit]:
    years = [row for row in book.texts if row.field == "year" and row.text == str(book.year)]
    for cover in book.covers:
        if cover.what == "unit" and units and not any(same_unit(cover.text, unit.text) for unit in units):
            first, message = units[0], ON_THE_COVER
        elif cover.what == "year" and years and not any(cover.text == form.text("year") for form in book.forms):
            first, message = years[0], YEAR_OF_THE_COVER
        else:
            continue
        values = {"label": first.label, "stated": cover.text, "computed": first.text, "where": first.ref}
        yield Hit((cover.ref,), values, (first.ref,), cover.text, first.text, written=cover.text, message=message)


NO_LIST = Text("没有给出控制数名单（--control）", "no list of control figures was given (--control)")
NOT_LISTED = Text("控制数名单中没有该单位", "the list of control figures does not name the unit")
NO_TOTAL = Text("没有读到部门整体支出表的资金总额", "no total of a department form could be read")
ROUNDING = Text(
    "“{label}”填报 {stated} 万元，控制数是 {computed} 万元，相差 {gap} 万元，可能由四舍五入造成。",
    "“{label}” is {stated} 万元, the control figure {computed} 万元. Rounding can explain the {gap} between them.",
)


@RULES.across_files(
    "CROSS-18",
    Severity.ERROR,
    name=Text("与控制数不符", "Not the control figure"),
    what=Text(
        "部门的资金总额应等于下达的预算控制数", "The total of a department is the control figure that it was given"
    ),
    message=Text(
        "“{label}”填报 {stated} 万元，控制数是 {computed} 万元，{excess} {gap} 万元。",
        "“{label}” is {stated} 万元, the control figure {computed} 万元: {gap} too {excess}.",
    ),
    source="预算控制数（审核人提供）",
    why=Text(
        "控制数是下达给单位的预算总额，申报总额与其不同，汇总数与下达数不符。",
        "The control figure is the budget that the unit was given; with another total the returns do not add up to it.",
    ),
    fix=Text(
        "按下达的控制数改正资金总额及其构成；控制数有误的，与财政部门核对。",
        "Correct the total and its parts by the control figure; if that is wrong, ask the finance bureau.",
    ),
    wrong=Text("资金总额 404.03，控制数 394.03", "Total 404.03, control figure 394.03"),
    right=Text("资金总额 394.03，控制数 394.03", "Total 394.03, control figure 394.03"),
)
def control_figure(batch: Across, lang: Lang) -> Iterator[Hit | NotApplicable]:
    """Units are compared by name without blanks and punctuation."""
    with_total = {total.file for total in batch.totals}
    for file, unit in batch.units.items():
        if not batch.control:
            yield NotApplicable(file, NO_LIST)
        elif name_key(unit) not in batch.control:
            yield NotApplicable(file, NOT_LISTED)
        elif file not in with_total:
            yield NotApplicable(file, NO_TOTAL)
    # each figure is exact to half a last decimal either way
    rounding = FEN_PER_WAN // 10**batch.profile.decimals
    for total in batch.totals:
        stated, given = total.fen, batch.control.get(total.unit_key)
        if given is None or stated is None or given == stated:
            continue
        gap, rounded = stated - given, abs(stated - given) <= rounding
        excess = (Text("多", "much") if gap > 0 else Text("少", "little")).render(lang)
        values = {"label": total.name, "stated": wan(stated), "computed": wan(given), "gap": wan(abs(gap))}
        yield Hit(
            (total.ref,), values | {"excess": excess}, (), stated, given, gap, written=total.text,
            severity=Severity.NOTICE if rounded else None, message=ROUNDING if rounded else None,
        )  # fmt: skip
