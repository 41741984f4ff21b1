"""CROSS: the indicators of the department against those of its projects."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from perfxl.model import Lang, Ref, Severity, Text, listed
from perfxl.profiles import Profile
from perfxl.reading import IndicatorRow
from perfxl.rules.contradictions import hit_of, likely_contradictions
from perfxl.rules.projects import continued_lists, filled_projects
from perfxl.rules.rule import Family, Hit
from perfxl.rules.same_thing import alike, amount_in, two_floors
from perfxl.rules.texts import Claim, Line, agree, claims, in_quotes, likely, lines, match
from perfxl.rules.wording import (
    PERCENT,
    QUALITY,
    QUANTITY,
    SATISFACTION,
    TIMELINESS,
    first_word,
    plain,
    shown,
    single_rate,
)
from perfxl.tables import Return
from perfxl.values import squeeze
from perfxl.values.measures import compatible, measure_class

RULES = Family()

#: so many characters of a project's name tell that a department's indicator is about it
_ABOUT = 6
#: a shorter noun is in many a name
_NOUN = 4


LIKELY = Text(
    "指标“{name}”填“{stated}”，而部门整体支出表（{where}）写“{said}”，可能是同一事项。",
    "The indicator “{name}” is “{stated}”, but the department form ({where}) says “{said}”, probably of the same.",
)


@RULES.error(
    "CROSS-11",
    name=Text("任务与项目指标矛盾", "Task contradicts project indicator"),
    what=Text(
        "部门整体支出表的任务内容和总体目标写的数字，与对应项目表中同一事项的指标值应一致",
        "A number in a task or the department's goal is that of the project's indicator of the same thing",
    ),
    message=Text(
        "指标“{name}”填“{stated}”，而部门整体支出表（{where}）写“{said}”。",
        "The indicator “{name}” is “{stated}”, but on the department form ({where}) it is “{said}”.",
    ),
    source="项目指标应与部门任务对应",
    needs="tasks_and_projects",
    why=Text(
        "部门任务由项目完成，同一事项在两张表上应为同一个数。",
        "Projects carry out the tasks; the same thing has the same figure on both forms.",
    ),
    fix=Text(
        "核对该事项的计划数，将任务内容、总体目标和项目指标改为同一个数、同一计量单位。",
        "Find out which number and measure are right and correct the others.",
    ),
    wrong=Text(
        "任务内容写“涉改单位124家”，项目指标“涉改单位”填100家", "Task 涉改单位124家, project indicator 涉改单位: 100家"
    ),
    right=Text(
        "任务内容写“涉改单位124家”，项目指标“涉改单位”填124家", "Task 涉改单位124家, project indicator 涉改单位: 124家"
    ),
)
def task_contradicts_project(book: Return, lang: Lang) -> Iterator[Hit]:
    """A task is compared with its own project; a goal with the one project that counts the same noun."""
    said = [claim for claim in claims(book) if book.spec(claim.form).tasks and claim.keys]
    projects = {form.project: lines(book).get(form, []) for form in filled_projects(book)} if said else {}
    found: dict[int, tuple[Line, str, bool, list[Claim]]] = {}
    for claim in sorted(said, key=lambda claim: not claim.task):
        matched = _matched(claim, projects, book.profile)
        if any(agree(claim, line) for _, _, line in matched):
            continue
        for key, same, line in matched:
            entry = found.setdefault(id(line.row), (line, key, same, []))
            if claim.said.number == (entry[3] or [claim])[0].said.number:
                entry[3].append(claim)
    for line, key, same, different in found.values():
        first, stated = different[0], line.row.value.strip()
        same = same and (first.said.share or not two_floors(first.said.operator, line.operator))
        values = {"name": shown(line.row.name), "stated": stated, "said": first.words(key), "where": first.cell}
        related = tuple(dict.fromkeys(claim.cell for claim in different))
        yield Hit(
            (line.row.ref,), values, related, stated, first.said.figure, written=line.row.value,
            severity=None if same else Severity.WARNING, message=None if same else LIKELY,
        )  # fmt: skip
    told = {line.row.ref for line, *_ in found.values()}
    yield from (hit_of(one, LIKELY) for one in likely_contradictions(book) if one.across and one.row.ref not in told)


def _matched(claim: Claim, projects: dict[str, list[Line]], profile: Profile) -> list[tuple[str, bool, Line]]:
    """The lines of the same noun in the one project that has it, those of exactly its name before others."""
    if claim.task:
        wanted = [projects.get(claim.project, [])]
    else:
        wanted = list(projects.values()) if not claim.said.share else []
    per_project = ([(*match(claim, line, profile), line) for line in of_one] for of_one in wanted)
    having = [matched for found in per_project if (matched := [one for one in found if one[0]])]
    if len(having) != 1:
        return []
    return [found for found in having[0] if found[1]] or having[0]


@RULES.warning(
    "CROSS-12",
    name=Text("质量指标低于目标", "Quality indicator below the goal"),
    what=Text(
        "部门总体目标、任务内容写的比率，与部门质量指标中同一比率应一致",
        "A rate in the department's goal or a task is not higher than its quality indicator",
    ),
    message=Text(
        "质量指标“{name}”填“{stated}”，而总体目标或任务（{where}）写{said}，可能是同一事项。",
        "The quality indicator “{name}” is “{stated}”, but the goal or a task ({where}) says {said}, probably of the "
        "same thing.",
    ),
    source="绩效指标应与绩效目标对应",
    needs="tasks",
    why=Text(
        "总体目标由指标考核，指标低于目标，目标难以落实。",
        "Indicators measure the goal; one that asks for less lets the goal go.",
    ),
    fix=Text(
        "核对该比率的计划值，使总体目标、任务内容与质量指标一致。", "Find out which is right and make both agree."
    ),
    wrong=Text(
        "总体目标写“中文域名注册率达到95%”，质量指标“中文域名注册率”填91.8%",
        "Goal 中文域名注册率达到95%, quality indicator 中文域名注册率: 91.8%",
    ),
    right=Text(
        "总体目标写“中文域名注册率达到95%”，质量指标“中文域名注册率”填≥95%",
        "Goal 中文域名注册率达到95%, quality indicator 中文域名注册率: ≥95%",
    ),
)
def rate_below_goal(book: Return, lang: Lang) -> Iterator[Hit]:
    """Also takes 全市域名注册覆盖率 for 中文域名注册率: words in front and the profile's ``rate_noise`` may differ."""
    found: dict[int, tuple[Line, dict[Claim, str]]] = {}
    for claim in claims(book):
        if claim.said.share and book.spec(claim.form).tasks:
            for key, line in _against(claim, lines(book).get(claim.form, []), book.profile):
                found.setdefault(id(line.row), (line, {}))[1][claim] = key
    for line, different in found.values():
        cells = tuple(dict.fromkeys(claim.cell for claim in different))
        first, stated = next(iter(different)), line.row.value.strip()
        values = {
            "name": shown(line.row.name), "stated": stated, "where": cells,
            "said": in_quotes(claim.words(key) for claim, key in different.items()),
        }  # fmt: skip
        yield Hit((line.row.ref,), values, cells, stated, first.said.figure, written=line.row.value)


def _against(claim: Claim, here: list[Line], profile: Profile) -> list[tuple[str, Line]]:
    """The quality indicators that may be the rate, if none of them reaches it; those of exactly its name first."""
    rates = [line for line in here if line.measure == "%" and line.row.second == "quality"]
    same = [(key, line) for line in rates for key, exact in [match(claim, line, profile)] if exact]
    matched = same or [(key, line) for line in rates if (key := likely(claim, line, profile))]
    return matched if all(_below(claim, line) for _, line in matched) else []


def _below(claim: Claim, line: Line) -> bool:
    if claim.said.operator in ("≤", "<"):
        return line.number > claim.said.number
    return claim.said.operator != "≈" and line.number < claim.said.number


STOCKS = Text(
    "“{noun}”在各项目表的数量不同：{values}。\n口径不同的，在指标名称后用括号写明范围，如“（市直）”；应当相同的，改为同一个数。",
    "The projects count “{noun}” differently: {values}.\nIf they mean different ones, let the names say "
    "which; else use one figure.",
)
MEASURES = Text(
    "“{noun}”在各表的数量相同，计量单位不同：{values}。\n将各表改为同一计量单位。",
    "“{noun}” has one figure but several measure words: {values}.\nUse one measure on all forms.",
)
SIGNS = Text(
    "任务（{where}）写明{said}，对应的项目指标填“{stated}”，未写“≥”。\n将指标值改为“{computed}”。",
    "The task ({where}) says {said}, the indicator of its project “{stated}”: at least so much, and no "
    "sign.\nWrite “{computed}”.",
)
SCOPES = Text(
    "部门指标与项目指标可能为同一事项而数字不同，口径不清：{values}。\n核对是否为同一事项：是的，改为同一"
    "个数；不是的，在指标名称后用括号写明范围，如“（市直）”。",
    "Indicators of the department and of projects seem to count one thing but differ: {values}.\nCheck: "
    "if they do, use one figure; if not, let the names say what is counted.",
)
VALUE_AT = Text("{value}（{cells}）", "{value} ({cells})")
PAIR = Text("{here}（{cell}），项目表{there}（{other}）", "{here} ({cell}) and on the project form {there} ({other})")


@RULES.warning(
    "CROSS-13",
    name=Text("同名指标的值不同", "One indicator, two values"),
    what=Text(
        "同一指标在部门表和各项目表中的值、计量单位和口径应一致",
        "An indicator has one value, measure and meaning on the department form and the project forms",
    ),
    message=Text(
        "指标“{name}”填“{stated}”，而部门整体支出表的同名指标（{where}）填“{computed}”。",
        "The indicator “{name}” is “{stated}” here and “{computed}” on the department form ({where}).",
    ),
    source="各表同一指标应一致",
    needs="forms",
    why=Text("同名指标有两个数，汇总时无法取数。", "Of one name with two figures nobody knows which to add up."),
    fix=Text(
        "核实后将各表的数字、符号和计量单位改为一致；范围不同的，在指标名称后用括号写明范围，如“（市直）”。",
        "Use one figure, sign and measure; where they differ in scope write it in brackets behind the name: （市直）.",
    ),
    wrong=Text("项目1：辐射机关事业单位785个；项目2：辐射机关事业单位6729家", "辐射机关事业单位 785个, and 6729家"),
    right=Text("项目1：辐射市直机关事业单位785个", "项目1: 辐射市直机关事业单位 785个"),
)
def one_name_two_values(book: Return, lang: Lang) -> Iterator[Hit]:
    """A warning between department and project; notices, one a noun or file, where two projects may well differ.

    Two projects are only compared in what exists anyway (``stock_words``): each may train its own number of people.
    """
    said = [claim for claim in claims(book) if book.spec(claim.form).tasks]
    found = _outputs(book)
    for (noun, _), same in _by_noun(found, book.profile).items():
        yield from _department(noun, same, said, book)
        yield from _projects(noun, same, book)
    yield from _signs(found, said, book.profile)
    yield from _scopes(list(_other_scopes(found, book)), lang)


def _department(noun: str, same: list[Line], said: list[Claim], book: Return) -> Iterator[Hit]:
    """The department against the one project that has the indicator; CROSS-11 and NARRATIVE-02 come first."""
    whole = [line for line in same if _is_whole(book, line)]
    parts = [line for line in same if line.row.form.kind in book.profile.project_forms]
    if len(whole) != 1 or len(parts) != 1 or _agree(whole[0], parts[0]):
        return
    here, there = parts[0], whole[0]
    if {here.row.ref, there.row.ref} & {one.row.ref for one in likely_contradictions(book)}:
        return
    for claim in said:
        if noun in claim.keys and measure_class(claim.said.measure) == measure_class(here.measure):
            numbers = (here.number,) if claim.task else (here.number, there.number)
            if any(number != claim.said.number for number in numbers):
                return
    stated, computed = shown(here.row.value), shown(there.row.value)
    values = {"name": shown(here.row.name), "stated": stated, "computed": computed, "where": there.row.ref}
    yield Hit((here.row.ref,), values, (there.row.ref,), stated, computed, written=here.row.value)


def _agree(one: Line, other: Line) -> bool:
    """The same number, or one that is open to the side of the other."""
    low, high = sorted((one, other), key=lambda line: line.number)
    return low.number == high.number or low.operator in ("≥", ">", "≈") or high.operator in ("≤", "<", "≈")


def _projects(noun: str, same: list[Line], book: Return) -> Iterator[Hit]:
    """A stock on several projects: different numbers, or one number with different measure words."""
    same = [line for line in same if not _says_scope(line.row)]
    stocks = [line for line in same if _counts_stock(book.profile, line)]
    if not stocks:
        return
    parts = [line for line in same if not _is_whole(book, line)]
    numbers, measures = {line.number for line in parts}, {line.measure for line in parts}
    if len({line.row.form.project for line in stocks}) > 1 and len({line.number for line in stocks}) > 1:
        message = STOCKS
    elif len({line.row.form.project for line in parts}) > 1 and len(numbers) == 1 and len(measures) > 1:
        message = MEASURES
    else:
        return
    places: dict[str, list[Ref]] = {}
    for line in parts:
        places.setdefault(shown(line.row.value), []).append(line.row.ref)
    values = listed(VALUE_AT.fill(value=value, cells=tuple(cells)) for value, cells in places.items())
    cells = tuple(line.row.ref for line in parts)
    yield Hit(cells, {"noun": noun, "values": values}, severity=Severity.NOTICE, message=message)


def _signs(found: list[Line], said: list[Claim], profile: Profile) -> Iterator[Hit]:
    """注册率95%以上 in a task, and 95% as the value of its project's indicator."""
    pairs: dict[str, list[tuple[Claim, str, IndicatorRow]]] = {}
    for claim in said:
        if claim.said.operator not in ("≥", ">") or not claim.project:
            continue
        for line in found:
            of_task = line.row.form.project == claim.project and line.operator == "="
            if of_task and line.number == claim.said.number and (key := match(claim, line, profile)[0]):
                pairs.setdefault(claim.said.figure, []).append((claim, key, line.row))
    for figure, same in pairs.items():
        stated = "、".join(dict.fromkeys(shown(row.value) for _, _, row in same))
        where = tuple(dict.fromkeys(claim.cell for claim, _, _ in same))
        values = {
            "where": where, "said": in_quotes(claim.words(key) for claim, key, _ in same),
            "stated": stated, "computed": figure,
        }  # fmt: skip
        cells = tuple(dict.fromkeys(row.ref for _, _, row in same))
        yield Hit(cells, values, where, stated, figure, severity=Severity.NOTICE, message=SIGNS)


def _scopes(pairs: list[tuple[IndicatorRow, IndicatorRow]], lang: Lang) -> Iterator[Hit]:
    if pairs:
        figures = (
            PAIR.render(lang, here=_figure(here), cell=here.ref, there=_figure(there), other=there.ref)
            for here, there in pairs
        )
        related = tuple(dict.fromkeys(there.ref for _, there in pairs))
        cells, values = tuple(here.ref for here, _ in pairs), {"values": "；".join(figures)}
        yield Hit(cells, values, related, severity=Severity.NOTICE, message=SCOPES)


def _figure(row: IndicatorRow) -> str:
    return f"“{shown(row.name)}”{shown(row.value)}"


@RULES.notice(
    "CROSS-17",
    name=Text("项目满意度低于部门", "Projects below the department"),
    what=Text(
        "项目的满意度目标不低于部门整体的满意度目标", "No project aims at less satisfaction than the whole department"
    ),
    message=Text(
        "部门整体的满意度目标是 {target}（{where}），而 {n} 个项目的目标较低（{values}）。",
        "The department aims at {target} satisfied ({where}), but {n} projects at less ({values}).",
    ),
    source="项目目标应与部门目标衔接",
    needs="satisfaction",
    why=Text(
        "部门的满意度由各项目的服务对象打分；项目目标都低于部门目标，部门目标难以实现。",
        "The department is judged by those whom its projects serve; if they aim lower, it will not get there.",
    ),
    fix=Text(
        "提高项目的满意度目标，或据实调整部门目标。", "Raise the targets of the projects, or lower the department's."
    ),
    wrong=Text("部门：服务对象满意度95%；项目：90%", "Department 95%, project 90%"),
    right=Text("部门：服务对象满意度≥95%；项目：≥95%", "Department ≥95%, project ≥95%"),
)
def satisfaction_below_department(book: Return, lang: Lang) -> Iterator[Hit]:
    """One notice a file. A line is compared with the department's of the same name, else with its lowest."""
    rates = [line for line in book.indicators if _is_satisfaction(line, book.profile)]
    whole = [line for line in rates if book.spec(line.form).tasks]
    below = [
        (line, target) for line in rates
        if whole and line.form.kind in book.profile.project_forms
        and line.numbers[0] < (target := _target(line, whole)).numbers[0]
    ]  # fmt: skip
    if below:
        yield _below_target(below)


def _is_satisfaction(line: IndicatorRow, profile: Profile) -> bool:
    """Whether it is a rate of satisfaction; not a share of complaints, which is the better the lower."""
    rate = line.second == SATISFACTION and single_rate(line) is not None and line.operator not in ("≤", "<")
    return rate and not first_word(profile, "complaints", line.name)


def _target(line: IndicatorRow, whole: list[IndicatorRow]) -> IndicatorRow:
    same = [other for other in whole if other.name_key == line.name_key]
    return min(same or whole, key=lambda other: other.numbers[0])


def _below_target(found: list[tuple[IndicatorRow, IndicatorRow]]) -> Hit:
    targets = {target.ref: target for _, target in found}
    values = {
        "target": "、".join(dict.fromkeys(f"{plain(target.numbers[0])}%" for target in targets.values())),
        "where": tuple(targets), "n": len({line.form for line, _ in found}),
        "values": "、".join(dict.fromkeys(shown(line.value) for line, _ in found)),
    }  # fmt: skip
    lowest, target = min(found, key=lambda pair: (pair[0].numbers[0], pair[0].value))
    cells = tuple(line.ref for line, _ in found)
    return Hit(cells, values, tuple(targets), shown(lowest.value), shown(target.value), written=lowest.value)


def _outputs(book: Return) -> list[Line]:
    """Quantities and rates of quality of the year with one figure; also the long term's, of a continued list."""
    continued = continued_lists(book)
    return [
        line for form, of_form in lines(book).items() for line in of_form
        if (line.row.period == "year" or form in continued) and line.row.second in (QUANTITY, QUALITY)
        and len(line.row.numbers) == 1
    ]  # fmt: skip


def _is_whole(book: Return, line: Line) -> bool:
    """Whether an indicator is on the form of the whole department."""
    return book.spec(line.row.form).tasks is not None


def _by_noun(found: list[Line], profile: Profile) -> dict[tuple[str, str], list[Line]]:
    """(noun, class of measure) -> the indicators of exactly that noun, rates that any work has left out."""
    groups: dict[tuple[str, str], list[Line]] = {}
    plain = profile.lexicon.get("plain_rates", ())
    for line in found:
        for key in line.keys:
            if key not in plain:
                groups.setdefault((key, measure_class(line.measure)), []).append(line)
    return groups


def _counts_stock(profile: Profile, line: Line) -> bool:
    """Whether an indicator counts what is there whatever the project does: 辐射机关事业单位."""
    return line.row.second == QUANTITY and squeeze(line.row.name).startswith(profile.lexicon.get("stock_words", ()))


def _other_scopes(found: list[Line], book: Return) -> Iterator[tuple[IndicatorRow, IndicatorRow]]:
    """(the department's quantity, the project's) that seem to count one thing, but the department counts fewer.

    Its name has a word for all and the noun of a stock, or much of one project's name.
    """
    quantities = [line for line in found if line.row.second == QUANTITY and line.measure != PERCENT]
    parts = [line for line in quantities if not _is_whole(book, line)]
    for line in quantities:
        if _is_whole(book, line):
            other = _of_all(line, parts, book.profile) or _of_project(line, parts)
            if other is not None and not (_says_scope(line.row) or _says_scope(other.row)):
                yield line.row, other.row


def _says_scope(row: IndicatorRow) -> bool:
    """Whether a name says in brackets which ones it counts: 办理机关事业单位（市直）."""
    return "(" in squeeze(row.name)


def _of_all(line: Line, parts: list[Line], profile: Profile) -> Line | None:
    name = squeeze(line.row.name)
    if not name.startswith(profile.lexicon.get("all_words", ())):
        return None
    stocks = [
        (len(key), part) for part in parts if _counts_stock(profile, part)
        for key in part.keys if len(key) >= _NOUN and key in name and key not in line.keys
    ]  # fmt: skip
    longest = max((length for length, _ in stocks), default=0)
    return _fewer(line, [part for length, part in stocks if length == longest])


def _of_project(line: Line, parts: list[Line]) -> Line | None:
    key = line.row.name_key
    pieces = [key[start : start + _ABOUT] for start in range(len(key) - _ABOUT + 1)]
    names = {part.row.form: part.row.form.name_key for part in parts}
    about = {form for form, name in names.items() if any(piece in name for piece in pieces)}
    return _fewer(line, [p for p in parts if p.row.form in about]) if len({f.project for f in about}) == 1 else None


def _fewer(line: Line, parts: list[Line]) -> Line | None:
    """The part to compare with: all of its measure are more than the department counts."""
    alike = [part for part in parts if measure_class(part.measure) == measure_class(line.measure)]
    if not alike or any(part.number <= line.number for part in alike):
        return None
    return min(alike, key=lambda part: (part.number, part.row.name))


OTHER_MEASURE = Text(
    "指标“{name}”中长期填“{stated}”，年度填“{computed}”（{where}），计量单位不符。\n核对计量单位，两栏改为同一计量单位。",
    "The indicator “{name}” is “{stated}” in the long term and “{computed}” in the year ({where}). Please check the "
    "measures.",
)


@RULES.warning(
    "CROSS-22",
    name=Text("中长期指标低于年度指标", "Long term below the year"),
    what=Text(
        "同一指标的中长期指标值不低于年度指标值", "An indicator is not lower over the long term than in the year"
    ),
    message=Text(
        "指标“{name}”中长期填“{stated}”，低于年度的“{computed}”（{where}）。",
        "The indicator “{name}” is “{stated}” in the long term, below the year's “{computed}” ({where}).",
    ),
    needs="two_periods",
    why=Text(
        "中长期目标涵盖本年度，低于年度即有一处填错。", "The long term includes the year; if it is lower one is wrong."
    ),
    fix=Text(
        "核对两栏的指标值和计量单位，改正填错的一栏，使中长期不低于年度。",
        "Check both values and correct the wrong one, so that the long term is not below the year.",
    ),
    wrong=Text("打捞漂浮物：中期 ≥100吨，年度 ≥300吨", "打捞漂浮物: ≥100吨 over the long term, ≥300吨 in the year"),
    right=Text("打捞漂浮物：中期 ≥900吨，年度 ≥300吨", "打捞漂浮物: ≥900吨 over the long term, ≥300吨 in the year"),
)
def long_term_below_year(book: Return, lang: Lang) -> Iterator[Hit]:
    """Compares what stands in one line under like names; not limits from above, nor a list run over both columns."""
    continued = continued_lists(book)
    for form in book.forms:
        if form.kind not in book.profile.two_period_forms or form in continued:
            continue
        of_year = {line.row: line for line in form.indicators if line.period == "year"}
        for line in form.indicators:
            year = of_year.get(line.row)
            if line.period == "year" or year is None:
                continue
            other_measure = alike(line.name, year.name) and not compatible(line.measure, year.measure)
            if _is_below(line, year) or (other_measure and {line.kind, year.kind} <= {"number", "money"}):
                stated, computed = shown(line.value), shown(year.value)
                values = {"name": shown(line.name), "stated": stated, "computed": computed, "where": year.ref}
                message = OTHER_MEASURE if other_measure else None
                yield Hit((line.ref,), values, (year.ref,), stated, computed, written=line.value, message=message)


def _is_below(line: IndicatorRow, year: IndicatorRow) -> bool:
    """Whether two lines of one thing, both exact or at least so much, are in the wrong order."""
    limits = {"≤", "<", "≈"} & {line.operator, year.operator}
    same = line.kind == year.kind and line.kind in ("number", "money") and line.second != TIMELINESS
    if limits or not same or len(line.numbers) != 1 or len(year.numbers) != 1 or not alike(line.name, year.name):
        return False
    one, other = (amount_in(row.numbers[0], row.measure) for row in (line, year))
    if line.kind == "money":
        one, other = (("fen", Decimal(row.fen or 0)) for row in (line, year))
    return one[0] == other[0] and one[1] < other[1]
