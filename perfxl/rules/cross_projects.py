"""CROSS: the tasks and goals of the department against the forms of its projects."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from perfxl.model import Change, Lang, Severity, Text
from perfxl.reading import COST, AmountRow, FormRows, TaskRow, likeness, typed_twice
from perfxl.rules.projects import (
    amount_alone,
    filled_projects,
    misnamed,
    name_cell,
    open_tasks,
    total_rows,
    totals,
    unpaired_tasks,
)
from perfxl.rules.rule import Family, Hit
from perfxl.rules.texts import goals, in_quotes, lines
from perfxl.rules.wording import first_word, shown
from perfxl.tables import Return
from perfxl.values import FEN_PER_WAN, is_total, name_key, wan

RULES = Family(needs="tasks_and_projects")

AMBIGUOUS = Text(
    "{n} 个项目（{names}）与 {m} 项任务（{tasks}）金额同为 {amount} 万元，名称不能相互印证，无法确定对应"
    "关系。\n在各项任务名称中写明所对应的项目名称。",
    "{n} projects ({names}) and {m} tasks ({tasks}) are of the same amount, {amount} 万元, and their "
    "names do not tell which belongs to which.\nUse the project's name in the task's.",
)
TOO_FEW = Text(
    "{n} 个项目（{names}）金额同为 {amount} 万元，而同金额、未对应项目的任务只有 {m} 项（{tasks}），名称"
    "不能相互印证。\n补填缺少的任务，并在任务名称中写明项目名称。",
    "{n} projects ({names}) are of the same amount, {amount} 万元, and only {m} tasks of it have no "
    "project ({tasks}); the names do not tell which belongs to which.\nAdd the task, and use the "
    "project's name in the task's.",
)


@RULES.error(
    "CROSS-01",
    name=Text("项目没有对应任务", "Project without a task"),
    what=Text(
        "每个项目在部门整体支出表的年度主要任务中有一项对应任务，金额相等",
        "Every project has a task of the same amount on the department form",
    ),
    message=Text(
        "项目“{name}”在年度主要任务中没有对应的任务。",
        "No task on the department form belongs to the project “{name}”.",
    ),
    why=Text(
        "项目支出由各项目组成，项目没有对应任务，两处金额无法核对。",
        "Projects make up the project expenditure; one without a task cannot be checked against it.",
    ),
    fix=Text(
        "核对年度主要任务：名称不同的，在任务名称中写明项目名称；漏列的，补填该项任务及金额。",
        "Check the name of the task, or add the task that is missing.",
    ),
    wrong=Text(
        "项目“编制统计”5.00 万元，任务中没有同名的，也没有同金额的",
        "Project 编制统计 of 5.00 万元, no task of its name or amount",
    ),
    right=Text(
        "项目“编制统计”5.00 万元，任务“编制统计”5.00 万元", "Project 编制统计 of 5.00 万元, task 编制统计 of 5.00 万元"
    ),
)
def project_without_task(book: Return, lang: Lang) -> Iterator[Hit]:
    """Pairs are made by name first and amount second; their amounts are compared by the declared sum CROSS-01."""
    paired = {task.project for task in book.tasks}
    left = [form for form in filled_projects(book) if form.project not in paired] if paired else []
    fen, tasks = (totals(book), open_tasks(book)) if left else ({}, {})
    alike: dict[int, list[FormRows]] = {}
    for form in left:
        amount = fen.get(form)
        if amount is not None and amount in tasks:
            alike.setdefault(amount, []).append(form)
        else:
            yield Hit((name_cell(form),), {"name": form.name})
    for amount, forms in alike.items():
        yield _unclear(forms, tasks[amount], amount)


def _unclear(forms: list[FormRows], tasks: list[TaskRow], fen: int) -> Hit:
    """Projects and tasks of one amount: a warning, but an error where a task is missing among them."""
    enough = len(tasks) >= len(forms)
    values = {
        "n": len(forms), "m": len(tasks), "amount": wan(fen), "names": in_quotes(form.name for form in forms),
        "tasks": in_quotes(task.name for task in tasks),
    }  # fmt: skip
    return Hit(
        tuple(map(name_cell, forms)), values, tuple(task.ref for task in tasks),
        severity=Severity.WARNING if enough else None, message=AMBIGUOUS if enough else TOO_FEW,
    )  # fmt: skip


@RULES.warning(
    "CROSS-20",
    name=Text("项目与任务仅金额相同", "Paired by the amount alone"),
    what=Text(
        "项目名称与对应任务的名称、内容应能相互印证",
        "The name of a project and of its task tell that they belong together",
    ),
    message=Text(
        "项目“{name}”与任务“{task}”（{where}）仅金额相同（{amount} 万元），名称无共同之处。",
        "The project “{name}” and the task “{task}” ({where}) have only their amount in common, {amount} 万元.",
    ),
    needs="tasks_and_projects",
    why=Text(
        "仅凭金额相同对应的任务和项目可能不是一回事，错配后金额和目标无法核对。",
        "A task and a project of one amount may be two things; their amounts and goals are then compared in vain.",
    ),
    fix=Text(
        "以批准的项目名称为准，在任务名称中写明项目名称；确非同一项目的，分别补报任务和项目表。",
        "Use the approved name of the project in the name of the task; if they are two, add the task and the form.",
    ),
    wrong=Text(
        "项目“购置办公车辆”5.00 万元，任务只有“推进编制统计”5.00 万元",
        "Project 购置办公车辆 of 5.00 万元, the only task of that amount is 推进编制统计",
    ),
    right=Text("项目“编制统计”，任务“推进编制统计”", "Project 编制统计, task 推进编制统计"),
)
def paired_by_amount_alone(book: Return, lang: Lang) -> Iterator[Hit]:
    """A word of two characters in common is enough; a pair that the clerk has given is settled.

    A project that has another name on its fund form is CROSS-08, the name of another project DUP-01.
    """
    fen = totals(book)
    for task, form in amount_alone(book):
        amount = wan(fen.get(form, 0))
        values = {"name": shown(form.name), "task": shown(task.name), "where": task.ref, "amount": amount}
        yield Hit((name_cell(form),), values, (task.ref,), written=form.name)


NO_FORMS = Text(
    "年度主要任务中有 {n} 项项目任务，未填报任何项目表，项目的金额和绩效目标未能核对。\n补报各项目的项目表"
    "；已在其他文件中报送的，各文件填写相同的单位名称和年度。",
    "There are {n} tasks of projects, but no project form: neither amounts nor targets could be checked.\n"
    "Add the forms; if they come in another file, give the same unit and year in both.",
)


@RULES.warning(
    "CROSS-14",
    name=Text("任务数与项目表数不符", "Tasks and forms differ in number"),
    what=Text(
        "项目表张数加基本支出任务数，应等于年度主要任务的项数",
        "There are as many tasks as project forms and tasks of basic expenditure together",
    ),
    message=Text(
        "年度主要任务有 {stated} 项，而项目表 {forms} 张、基本支出任务 {basic} 项，合计 {computed}；{tasks}没"
        "有找到对应的项目表。",
        "There are {stated} tasks, but {forms} project forms and {basic} tasks of basic expenditure, "
        "{computed} in all; no form was found for {tasks}.",
    ),
    source="任务与项目应一一对应",
    why=Text(
        "任务没有项目表，其绩效目标和金额无从审核。",
        "Of a task without a form neither the targets nor the amount can be checked.",
    ),
    fix=Text(
        "为该项任务补报项目表；已有项目表的，在任务名称中写明项目名称；属于基本支出的，在任务名称中写明。",
        "Add the project form of the task; if it is basic expenditure, let its name say so.",
    ),
    wrong=Text("任务9项，项目表7张，基本支出任务1项", "9 tasks, 7 project forms, 1 task of basic expenditure"),
    right=Text("任务9项，项目表8张，基本支出任务1项", "9 tasks, 8 project forms, 1 task of basic expenditure"),
)
def number_of_tasks(book: Return, lang: Lang) -> Iterator[Hit]:
    """Reports tasks that are too many; a form that is one too many is a project without a task, CROSS-01.

    A task without a name is COMPLETE-15, one typed twice DUP-08; a subtotal among the tasks is
    no task, the sums report it.
    """
    kinds = book.profile.project_forms
    again = {(form, item) for form in book.forms for item in typed_twice(form)}
    named = (task for task in book.tasks if task.name_key and not is_total(task.name))
    tasks = [task for task in named if (task.form, task.item) not in again]
    left = [task for task in unpaired_tasks(book) if task.name_key and not is_total(task.name)]
    projects = sum(form.kind in kinds or form.alone for form in book.forms)
    basic = sum(task.kind == "basic" for task in tasks)
    here = projects + basic
    present = {form.kind for form in book.forms}
    # where only the fund form is there, the sums say that the projects are not
    told = kinds.isdisjoint(present) and not book.profile.fund_forms.isdisjoint(present)
    if left and kinds and not told and len(tasks) > here:
        values = {
            "stated": len(tasks), "forms": projects, "basic": basic, "computed": here,
            "tasks": in_quotes(task.name for task in left),
        }  # fmt: skip
        none = {"n": len(left)} if not projects else None
        refs, text = tuple(task.ref for task in left), NO_FORMS if none else None
        yield Hit(refs, none or values, (), f"{len(tasks)}", f"{here}", message=text)


#: a shorter noun is in many a goal
_TELLING = 4
MORE = Text(
    "；另有较小的项目{names}（共 {amount} 万元）也没有提到",
    "; nor does it mention the smaller {names} ({amount} 万元)",
)


@RULES.notice(
    "CROSS-15",
    name=Text("总体目标没有提到重点项目", "Goal leaves out a project"),
    what=Text(
        "部门年度总体目标应覆盖占项目支出比重较大的项目", "The goal of the department covers every project of weight"
    ),
    message=Text(
        "年度总体目标没有提到占项目支出 {share}% 以上的项目{names}（{amount} 万元）{more}。",
        "The goal does not mention {names} ({amount} 万元), {share}% of the projects or more{more}.",
    ),
    source="绩效目标应完整",
    why=Text(
        "总体目标应概括全部预算资金的产出和效果；金额较大的项目未列目标，年终无从评价。",
        "The goal sums up what all the money is to bring; a large project without one cannot be judged at the end.",
    ),
    fix=Text(
        "在部门年度总体目标中补写所列项目的工作内容和预期达到的水平。",
        "Add a sentence of what each of these projects is to achieve.",
    ),
    wrong=Text("项目“信息化管理”占17%，总体目标只写机构改革", "信息化管理 is 17%, the goal speaks of 机构改革 only"),
    right=Text("目标5：推进信息化管理，建成实名制数据库", "目标5：推进信息化管理，建成实名制数据库"),
)
def goal_leaves_out_project(book: Return, lang: Lang) -> Iterator[Hit]:
    """Covered by words that no other name has, or what an indicator counts. The least weight is ``goal_share``."""
    amounts, share = total_rows(book), book.profile.limits.get("goal_share", 0.1)
    projects = {form: row for form in filled_projects(book) if (row := amounts.get(form)) and row.fen is not None}
    bar = share * _fen(projects.values())
    for goal, period in goals(book):
        if period != "year" or not book.spec(goal.form).tasks:
            continue
        left = [projects[form] for form in _left_out(goal.text, list(projects), book)]
        large = [row for row in left if (row.fen or 0) >= bar > 0]
        if large:
            small = [row for row in left if (row.fen or 0) < bar]
            others = in_quotes(row.form.name for row in small)
            more = MORE.render(lang, names=others, amount=wan(_fen(small))) if small else ""
            values = {
                "names": in_quotes(row.form.name for row in large), "amount": wan(_fen(large)), "more": more,
                "share": f"{100 * share:g}",
            }  # fmt: skip
            yield Hit((goal.ref,), values, tuple(row.ref for row in (*large, *small)))


def _fen(rows: Iterable[AmountRow]) -> int:
    return sum(row.fen or 0 for row in rows)


def _left_out(goal: str, forms: Sequence[FormRows], book: Return) -> list[FormRows]:
    text = name_key(goal)
    pairs = Counter(pair for form in forms for pair in _parts(form.name_key, 2))
    own = {pair for pair, n in pairs.items() if n == 1}
    doubtful = misnamed(book)
    named = (form for form in forms if form.name_key and form.project not in doubtful)
    return [form for form in named if not _covers(text, form, own, book)]


def _covers(goal: str, form: FormRows, own: set[str], book: Return) -> bool:
    noise = book.profile.name_noise
    if likeness(form.name_key, goal, noise) >= book.profile.limits.get("task_likeness", 0.34):
        return True
    words = _parts(form.name_key, _TELLING) | {pair for pair in _parts(form.name_key, 2) & own if pair not in noise}
    words |= {key for line in lines(book).get(form, ()) for key in line.keys if len(key) >= _TELLING}
    return any(word in goal for word in words)


def _parts(name: str, length: int) -> set[str]:
    return {name[start : start + length] for start in range(len(name) - length + 1)}


BY_AMOUNT = Text(
    "项目“{name}”年度资金 {amount} 万元，达到 {limit} 万元，一般应另填专项资金表，本次未报。\n属于专项资"
    "金的，补报专项资金表，项目名称与项目表一致；不属于的，核对年度资金。",
    "The project “{name}” has {amount} 万元 this year, {limit} 万元 or more, and as a rule needs a "
    "fund form; none was found.\nIf it is a special fund, add its fund form under the same name; if not, "
    "check the amount.",
)
ALONE = Text(
    "专项资金表的项目“{name}”没有找到同名的项目表。\n漏报的，补报项目表；已报的，统一两张表的项目名称。",
    "No project form was found for the fund form of “{name}”.\nAdd the project form if it was left out; "
    "if it is there, use one name on both.",
)


@RULES.notice(
    "CROSS-16",
    name=Text("专项资金表与项目表不配套", "Fund form and project form go together"),
    what=Text(
        "专项资金类项目和金额较大的项目应有专项资金表；专项资金表应有同名项目表",
        "A project of a special fund, or a large one, has a fund form; a fund form has a project form",
    ),
    message=Text(
        "项目“{name}”的名称含“{word}”，属于专项资金，应另填专项资金表，本次未报。\n补报专项资金表，项目名"
        "称与项目表一致；不属于专项资金的，改正项目名称。",
        "By its name (“{word}”) the project “{name}” is a special fund and needs a fund form; none was "
        "found.\nAdd its fund form under the same name; if it is no fund, correct the name.",
    ),
    source="专项资金须填报专项资金绩效目标",
    needs="projects_or_funds",
    follows=("AMOUNT-01", "SUM-01", "CROSS-01"),
    why=Text(
        "专项资金有中长期目标和分配办法，只有专项资金表设有相应栏目。",
        "A special fund has long-term goals and rules of allocation, for which only its own form has room.",
    ),
    fix=Text("补报缺少的表，两张表填写同一项目名称。", "Send the form that is missing; use one name on both."),
    wrong=Text("项目“农田建设专项资金”只有项目表", "农田建设专项资金 has a project form only"),
    right=Text("项目表和专项资金表各一张，名称相同", "A project form and a fund form of one name"),
)
def fund_form_missing(book: Return, lang: Lang) -> Iterator[Hit]:
    """Names with a word of ``fund_names``, and amounts from ``fund_form_from`` (万元) on, if the profile has it."""
    if not book.profile.fund_forms:
        return
    funds, amounts = filled_projects(book, funds=True), total_rows(book)
    having = {form.project for form in funds}
    limit = int(book.profile.limits.get("fund_form_from", 0) * FEN_PER_WAN)
    for form in filled_projects(book):
        if form.project in having:
            continue
        total = amounts.get(form)
        if word := first_word(book.profile, "fund_names", form.name):
            yield Hit((name_cell(form),), {"name": form.name, "word": word})
        elif total is not None and total.fen is not None and 0 < limit <= total.fen:
            values = {"name": form.name, "amount": wan(total.fen), "limit": wan(limit)}
            yield Hit((total.ref,), values, message=BY_AMOUNT, written=total.text)
    for form in funds:
        if form.alone and form.name_key:
            yield Hit((name_cell(form),), {"name": form.name}, message=ALONE)


OTHER_AMOUNT = Text(
    "成本指标“{name}”填 {stated} 万元，而项目“{project}”（{where}）的资金总额是 {computed} 万元。",
    "The cost item “{name}” is {stated} 万元, but the funds of the project “{project}” ({where}) are {computed}.",
)
_COST_OF = re.compile("(.{2,}?)(?:项目)?(总?)(?:成本|费用|支出|经费|投入|投资|资金|金额|额)")
#: words that name no project of their own
_ANY_PROJECT = frozenset(("项目", "工程", "部门", "单位", "年度", "全部", "全年", "经济", "运行", "管理", "各项"))


@RULES.notice(
    "CROSS-19",
    name=Text("成本名称与金额不符", "Cost named after one project"),
    what=Text(
        "部门成本指标写的是一个项目的名称，金额应是这个项目的",
        "A cost item of the department called after a project has that project's amount",
    ),
    message=Text(
        "成本指标“{name}”填 {stated} 万元，等于全部 {n} 个项目的合计，而项目“{project}”（{where}）是 {computed} 万元。",
        "The cost item “{name}” is {stated} 万元, which all {n} projects make together; the project “"
        "{project}” ({where}) is {computed}.",
    ),
    source="成本指标应与预算资金对应",
    why=Text(
        "名称与金额不符，无法判断资金用途。", "Where name and amount do not fit, nobody sees what it is spent on."
    ),
    fix=Text(
        "核对金额：有误的，改为该项目的资金总额；所含不止一个项目的，名称改为各项目的统称，或按项目分行填写。",
        "Give the amount of the project; or, where the item is more than the project, change its name or divide it.",
    ),
    wrong=Text(
        "“机构改革费用”60.00 万元，而机构改革项目 8.00 万元，全部项目 60.00 万元",
        "机构改革费用 60.00, project 8.00, all projects 60.00",
    ),
    right=Text("“各项目支出”60.00 万元", "各项目支出 60.00"),
)
def cost_named_after_one_project(book: Return, lang: Lang) -> Iterator[Hit]:
    """The amount of all projects under a name with that of one; as a warning, another amount under the name of one."""
    yield from _other_amounts(book)
    forms, amounts, fen = filled_projects(book), total_rows(book), totals(book)
    if not all(form in fen for form in forms):
        return
    whole, names = sum(fen[form] for form in forms), {form: form.name_key for form in forms}
    for line in book.indicators:
        if line.fen != whole or not book.spec(line.form).tasks:
            continue
        named = [form for form, name in names.items() if len(name) >= _TELLING and name in line.name_key]
        if len(named) == 1 and fen[named[0]] != whole:
            own = amounts[named[0]]
            values = {
                "name": shown(line.name), "stated": wan(whole), "n": len(forms), "project": shown(named[0].name),
                "where": own.ref, "computed": wan(fen[named[0]]),
            }  # fmt: skip
            yield Hit((line.ref,), values, (own.ref,), written=line.value)


def _other_amounts(book: Return) -> Iterator[Hit]:
    """老旧水闸改造成本 beside the project 老旧水闸改造; 水闸改造总成本 where one project only is called so."""
    forms, amounts, fen = filled_projects(book), total_rows(book), totals(book)
    whole = sum(fen[form] for form in forms if form in fen)
    for row in book.amounts:
        named = _COST_OF.fullmatch(name_key(row.label)) if row.column == COST and row.state == "ok" else None
        if named is None or row.per or row.fen in (None, whole) or not book.spec(row.form).tasks:
            continue
        called, all_of_it = named[1], bool(named[2])
        own = [form for form in forms if form.name_key == called]
        if all_of_it and not own and called not in _ANY_PROJECT:
            own = [form for form in forms if called in form.name_key]
        if len(own) == 1 and own[0] in fen and fen[own[0]] != row.fen:
            total, right, stated = amounts[own[0]], fen[own[0]], row.fen or 0
            values = {
                "name": shown(row.label), "stated": wan(stated), "project": shown(own[0].name), "where": total.ref,
                "computed": wan(right),
            }  # fmt: skip
            change = Change(row.ref, right - stated, right - stated)
            yield Hit(
                (row.ref,), values, (total.ref,), stated, right, stated - right, written=row.text,
                severity=Severity.WARNING, message=OTHER_AMOUNT, repairs=((change,),),
            )  # fmt: skip
