"""DUP: projects, indicators and words that occur twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice

from perfxl.model import Change, Lang, Severity, Text
from perfxl.reading import FormRows, IndicatorRow, TextRow, likeness, typed_twice
from perfxl.rules.completeness import requirements
from perfxl.rules.projects import Across, Fact, misnamed, name_cell
from perfxl.rules.rule import Family, Hit, NotApplicable
from perfxl.rules.texts import prose, texts_of
from perfxl.rules.wording import ECOLOGICAL, PERCENT, first_word, shown
from perfxl.tables import Return
from perfxl.values import name_key, wan

RULES = Family()


TWO_FORMS = Text(
    "“{form}”有两张，本表之外另有“{other}”表，已按“{other}”表审核；每个单位只填一张。",
    "There are two of “{form}”: this one, and that on “{other}”, which was checked. A unit has one.",
)


@RULES.error(
    "DUP-01",
    name=Text("项目重复填报", "A project twice"),
    what=Text("同一项目只填一张项目表、一张专项资金表", "A project has one project form and one fund form"),
    message=Text(
        "项目名称“{name}”与 {where} 重复，同一项目只填一张同类的表。",
        "The project “{name}” has a form of this kind already ({where}).",
    ),
    why=Text("同一项目填两张同类的表，资金会重复计算。", "A project with two forms of a kind is counted twice."),
    fix=Text(
        "保留正确的一张，删去多余的一张；不是同一项目的，改正项目名称。",
        "Keep the right one and delete the other; where they are of two projects, correct the name.",
    ),
    wrong=Text("两张项目表的项目名称都是“机构改革”", "Two project forms named 机构改革"),
    right=Text("“机构改革”“编制统计”各填一张项目表", "One project form for 机构改革, one for 编制统计"),
)
def project_twice(book: Return, lang: Lang) -> Iterator[Hit]:
    """Names are compared without blanks and punctuation; reported at the name on the later form."""
    first: dict[tuple[str, str], FormRows] = {}
    for form in book.forms:
        if (key := form.name_key) and (before := first.setdefault((form.kind, key), form)) is not form:
            cell, other = name_cell(form), name_cell(before)
            yield Hit((cell,), {"name": form.name, "where": other}, (other,), written=form.name)
    for row in book.strays:
        if row.why == "again":
            values = {"form": book.profile.forms[row.form.kind].title, "other": row.text}
            yield Hit((row.ref,), values, message=TWO_FORMS)


@RULES.warning(
    "DUP-02",
    name=Text("指标重复", "An indicator twice"),
    what=Text("同一张表同一类指标下，三级指标名称不重复", "No two indicators of a kind have one name on a form"),
    message=Text(
        "“{level}”下的指标“{name}”与 {where} 重复。",
        "The indicator “{name}” stands under “{level}” already ({where}).",
    ),
    needs="indicators",
    why=Text("同名的两条指标，无法区分各自的考核内容。", "Two indicators of one name cannot be told apart."),
    fix=Text("删去重复的一条；内容不同的，在指标名称中写明区别。", "Remove one, or say in the names how they differ."),
    wrong=Text("数量指标下有两条“统计单位数”", "Two quantities named 统计单位数"),
    right=Text("数量指标下有“统计机关数”和“统计事业单位数”", "Quantities 统计机关数 and 统计事业单位数"),
)
def indicator_twice(book: Return, lang: Lang) -> Iterator[Hit]:
    """Names are compared without blanks and punctuation, within one period and one second level."""
    first: dict[tuple[FormRows, str, str, str], IndicatorRow] = {}
    for line in book.indicators:
        key = (line.form, line.period, line.second, line.name_key)
        if line.name_key and (cell := first.setdefault(key, line).name_ref) != line.name_ref:
            level = book.profile.levels[line.second].name if line.second else line.second_text
            values = {"level": level, "name": shown(line.name), "where": cell}
            yield Hit((line.name_ref,), values, (cell,), written=line.name)


WORDS = Text(
    "效益指标“{name}”在 {n} 个项目中完全相同，可能系照抄。",
    "The benefit “{name}” is word for word the same in {n} projects, possibly copied.",
)


@RULES.warning(
    "DUP-03",
    name=Text("效益指标照抄", "The same benefit everywhere"),
    what=Text(
        "不同项目的效益各不相同，同一条效益指标不应出现在多个项目中",
        "Projects differ in what they bring; one benefit should not stand on the forms of several",
    ),
    message=Text(
        "效益指标“{name}”在 {n} 个项目中相同（指标值：{figures}），可能系照抄。",
        "The benefit “{name}” stands in {n} projects, with the values {figures}, possibly copied.",
    ),
    needs="indicators",
    why=Text(
        "各项目内容不同，效果也应不同；照抄的指标不能反映项目的实际效果。",
        "Projects differ and so do their effects; a copied indicator measures none of them.",
    ),
    fix=Text("将各项目的效益指标改为本项目的实际效果，写明对象和数量。", "Say for each project what it brings."),
    wrong=Text("三个项目都填“产品价值增长：5%”", "产品价值增长: 5% in three projects"),
    right=Text(
        "各项目分别填“查询服务次数：≥300次”“登记公示率：100%”等",
        "查询服务次数: ≥300次 in one, 登记公示率: 100% in another",
    ),
)
def same_benefit_everywhere(book: Return, lang: Lang) -> Iterator[Hit]:
    """A warning where it has figures, else a notice. From how many projects on is ``copied_in_projects``.

    An ecological benefit with a figure, or what is counted, may well be the same in all (节约纸张 ≥3000张).
    """
    profile = book.profile
    least = int(profile.limits.get("copied_in_projects", 3))
    kinds = {level.key for level in requirements(profile) if level.code == "COMPLETE-07"}
    projects = profile.project_forms | profile.fund_forms
    copies: dict[tuple[str, str], list[IndicatorRow]] = {}
    for line in book.indicators:
        if line.second in kinds and line.form.kind in projects and line.name_key:
            copies.setdefault((line.second, line.name_key), []).append(line)
    for same in copies.values():
        n = len({line.form.project for line in same})
        if len(same) > 1 and n >= least and not _may_be_equal(same):
            figures = list(dict.fromkeys(line.value for line in same if line.number is not None))
            values = {"name": shown(same[0].name), "n": n, "figures": "、".join(figures)}
            cells, mild = tuple(dict.fromkeys(line.name_ref for line in same)), not figures
            yield Hit(cells, values, severity=Severity.NOTICE if mild else None, message=WORDS if mild else None)


def _may_be_equal(same: list[IndicatorRow]) -> bool:
    """Whether several projects may well bring the same: what is saved, or counted in a measure of its own."""
    figures = all(line.number is not None for line in same)
    counted = all(line.measure and line.measure != PERCENT and line.kind == "number" for line in same)
    return figures and (counted or same[0].second == ECOLOGICAL)


@RULES.warning(
    "DUP-04",
    name=Text("多栏内容相同", "Fields with one text"),
    what=Text("规划、办法、依据等各栏要求不同，不应填同样的内容", "Fields that ask for different things differ"),
    message=Text(
        "“{labels}”填的内容完全相同，而各栏要求不同。",
        "“{labels}” hold the very same text, though they ask for different things.",
    ),
    why=Text(
        "各栏要求不同，内容相同即至少有一栏未按要求填写。",
        "The fields ask for different things; the same text cannot answer all of them.",
    ),
    fix=Text("按各栏的要求分别填写相应的规划、办法和依据。", "Fill in each as it asks."),
    wrong=Text(
        "规划、办法、依据三栏都填《关于加强网站安全管理的通知》",
        "《关于加强网站安全管理的通知》 as plan, rules and grounds",
    ),
    right=Text("规划、办法、依据三栏分别填各自的文件", "A document of its own in each of the three"),
)
def fields_equal(book: Return, lang: Lang) -> Iterator[Hit]:
    """Three or more are a warning, two a notice; texts shorter than ``copied_text`` may be equal."""
    least = book.profile.limits.get("copied_text", 10)
    same: dict[tuple[FormRows, str], list[TextRow]] = {}
    for row in texts_of(book, "long_text"):
        if row.form.kind in book.profile.scored_forms:
            continue  # SCORE-15: the goal in place of what was done
        if len(key := name_key(row.text)) >= least:
            same.setdefault((row.form, key), []).append(row)
    for found in same.values():
        if len(found) > 1:
            severity = Severity.WARNING if len(found) > 2 else Severity.NOTICE
            values = {"labels": "”“".join(row.label for row in found)}
            yield Hit(tuple(row.ref for row in found), values, written=found[0].text, severity=severity)


MENTIONED = Text(
    "指标“{name}”提到的“{word}”是另一个项目“{other}”的内容，可能填错了表。\n填错的，移至该项目的表或"
    "改为本项目的内容；确属本项目的，在名称中写明与该项目的区别。",
    "The indicator “{name}” speaks of “{word}”, which is another project ({other}).\nMove it to that "
    "form or write what is true of this project; if it does belong here, let its name say how it differs.",
)


IN_TASK = Text(
    "任务“{name}”的主要内容写有“{word}”，属于另一个项目“{other}”的内容，可能填错。\n将主要内容改为本"
    "项任务的内容；确属本任务的，写明与该项目的分工。",
    "The content of the task “{name}” speaks of “{word}”, which is another project ({other}).\nWrite "
    "what this task does; if it is right, say which part each of them does.",
)


@RULES.warning(
    "DUP-05",
    name=Text("写有其他项目的内容", "Speaks of another project"),
    what=Text("指标应写本项目的内容，不应照抄其他项目", "Indicators are about their own project"),
    message=Text(
        "指标“{name}”与项目“{other}”的一条指标（{where}）完全相同，内容为“{word}”，疑似照抄。",
        "The indicator “{name}” is word for word one of the project “{other}” ({where}) and speaks of “"
        "{word}”, possibly copied.",
    ),
    needs="forms",
    why=Text(
        "指标写有其他项目的内容，一般为复制后未作修改。", "Words of another project are mostly left over from copying."
    ),
    fix=Text("将该指标的名称改为本项目的内容。", "Write what is true of this project."),
    wrong=Text(
        "项目“事业登记”填了项目“机构改革”的指标“机构改革方案执行年限”",
        "Project 事业登记 has 机构改革方案执行年限, an indicator of the project 机构改革",
    ),
    right=Text("项目“事业登记”填“登记结果公示年限”", "Project 事业登记 has 登记结果公示年限"),
)
def another_project(book: Return, lang: Lang) -> Iterator[Hit]:
    """A project's word is its name less the profile's ``name_noise``; a name that contains its own word too is left."""
    kinds = book.profile.project_forms | book.profile.fund_forms
    words = {form: _word(form.name_key, book.profile.name_noise) for form in book.all_forms if form.kind in kinds}
    projects: dict[str, list[FormRows]] = {}
    for form, word in words.items():
        projects.setdefault(word, []).append(form)
    least = int(book.profile.limits.get("project_word", 4))
    doubtful = misnamed(book)
    known = [word for word in projects if len(word) >= least and not any(f.project in doubtful for f in projects[word])]
    yield from _tasks_of_others(book, known, projects)
    for line in book.indicators:
        own, name = words.get(line.form), line.name_key
        if own is None or len(name) < least:
            continue
        others = (word for word in known if all(form.project != line.form.project for form in projects[word]))
        found = next((word for word in others if word in name and not _akin(word, own, name)), "")
        if found:
            lines = (other for form in projects[found] for other in form.indicators)
            original = next((other for other in lines if other.name_key == name), None)
            values: dict[str, object] = {"name": shown(line.name), "word": found, "other": projects[found][0].name}
            if original is None:
                yield Hit((line.name_ref,), values, severity=Severity.NOTICE, message=MENTIONED)
            else:
                values["where"] = original.name_ref
                yield Hit((line.name_ref,), values, (original.name_ref,), written=line.name)


def _tasks_of_others(book: Return, known: list[str], projects: dict[str, list[FormRows]]) -> Iterator[Hit]:
    """Contents of tasks with the word of another project, and not a word of their own name or project."""
    noise = book.profile.name_noise
    for task in book.tasks:
        own, text = _word(task.project or task.name_key, noise), name_key(task.content)
        if not task.project or likeness(own, text, noise):
            continue
        word = next((word for word in known if word in text and not _akin(word, own, text)), "")
        if word and all(form.project != task.project for form in projects[word]):
            values = {"name": shown(task.name), "word": word, "other": projects[word][0].name}
            yield Hit((task.content_ref,), values, severity=Severity.NOTICE, message=IN_TASK, written=task.content)


def _word(name: str, noise: tuple[str, ...]) -> str:
    """机构改革工作 -> 机构改革: the part of a name that no other project has."""
    for word in noise:
        name = name.removesuffix(word).removeprefix(word)
    return name


def _akin(word: str, own: str, name: str) -> bool:
    """Whether the words of both projects overlap, or the name contains its own project's too."""
    return not own or own in name or word in own or own in word


@RULES.warning(
    "DUP-06",
    name=Text("文字重复", "Words doubled"),
    what=Text("同一单元格内没有连续重复的文字", "No part of a text stands there twice in a row"),
    message=Text(
        "“{fragment}”连续重复，可能系多粘贴一次。",
        "“{fragment}” stands there twice in a row, possibly pasted once too often.",
    ),
    why=Text(
        "连续重复的文字，一般为多粘贴一次。",
        "Words that stand there twice in a row were mostly pasted once too often.",
    ),
    fix=Text("删去重复的文字，保留一处。", "Remove one of them."),
    wrong=Text("完成信息系统建设1项。完成信息系统建设1项。", "完成信息系统建设1项。完成信息系统建设1项。"),
    right=Text("完成信息系统建设1项。", "完成信息系统建设1项。"),
)
def doubled_fragment(book: Return, lang: Lang) -> Iterator[Hit]:
    """Looks within a clause, with at most three characters between, and at clauses followed by the same ones."""
    least = int(book.profile.limits.get("doubled_fragment", 6))
    for item in prose(book):
        if len(item.text) >= 2 * least and (fragment := _doubled(item.text, least)):
            yield Hit((item.ref,), {"fragment": fragment}, written=item.text)


@lru_cache(maxsize=16_384)
def _doubled(text: str, least: int) -> str:
    twice = re.compile(rf"(\w{{{least},}})\w{{0,3}}\1")
    clauses = re.findall(r"\w+", text)
    for clause in clauses:
        if found := twice.search(clause):
            return str(found[1])
    for start in range(len(clauses)):
        for size in range(1, (len(clauses) - start) // 2 + 1):
            run = clauses[start : start + size]
            if run == clauses[start + size : start + 2 * size] and sum(map(len, run)) >= least:
                return str(run[0]) if size == 1 else f"{run[0]}…{run[-1]}"
    return ""


ONE_UNIT = Text("本批只有一个单位", "the batch is of one unit only")
#: so many of the others are named
_SHOWN = 3
#: among so many units each is compared with each; among more that would grow with their square
_EXACT = 20
PLACE = Text("“{unit}”（{cell}{amount}）", "“{unit}” ({cell}{amount})")
AMOUNT = Text("，{amount} 万元", ", {amount} 万元")
MORE = Text("等 {n} 个单位", " and others, {n} units in all")
OF_OTHERS = Text(
    "项目“{name}”在{others}的申报表中也有。\n与各单位商定由一个单位申报；分头实施的，由各单位在项目名称中写明各自"
    "承担的部分。",
    "The project “{name}” is also on the return of {others}.\nLet one unit send it in, or each name its part.",
)


@RULES.across_files(
    "DUP-07",
    Severity.WARNING,
    name=Text("同一项目由两个单位申报", "A project of two units"),
    what=Text("同一项目只由一个单位申报", "One project is sent in by one unit"),
    message=Text(
        "项目“{name}”另有其他单位申报，可能重复申报。",
        "Another unit sends in the project “{name}” too: it may be counted twice.",
    ),
    source="同一项目不得重复申报",
    why=Text("同一项目由两个单位申报，会重复安排资金。", "A project that is counted twice is paid twice."),
    fix=Text(
        "与财政部门核对由哪个单位申报；分头实施的，在项目名称中写明本单位承担的部分。",
        "Ask the finance bureau which unit sends it in; where several share it, name the part of this unit.",
    ),
    wrong=Text("甲局和乙局都申报“统一社会信用代码赋码”5.00万元", "Two units send in 统一社会信用代码赋码, 5.00 万元"),
    right=Text("只由甲局申报，乙局列为配合单位", "One of them does, the other helps"),
)
def project_of_another_unit(batch: Across, lang: Lang) -> Iterator[Hit | NotApplicable]:
    """Compares names; where they are short, amounts too. Names that every unit has (``common_projects``) are left.

    A unit under a shorter name (市委编办) is the same: what it sent in twice is reported by the round.
    """
    if len({name_key(unit) for unit in batch.units.values()} - {""}) < 2:
        yield from (NotApplicable(file, ONE_UNIT) for file in batch.units)
        return
    projects = batch.projects
    units = projects[projects["unit_key"] != ""].groupby("name_key")["unit_key"].nunique()
    long_name = batch.profile.limits.get("own_name", 8)
    groups: dict[str, dict[int, list[Fact]]] = {}
    for fact in batch.facts(projects["name_key"].isin(units.index[units > 1])):
        by_name = len(fact.name_key) >= long_name
        known = fact.unit_key and not first_word(batch.profile, "common_projects", fact.name)
        if known and (by_name or fact.fen is not None):
            groups.setdefault(fact.name_key, {}).setdefault(0 if by_name else fact.fen or 0, []).append(fact)
    for facts in chain.from_iterable(of_name.values() for of_name in groups.values()):
        by_unit: dict[str, Fact] = {}
        for fact in sorted(facts, key=lambda fact: fact.ref):
            by_unit.setdefault(fact.unit_key, fact)
        for fact in facts:
            if others := _others(fact, by_unit, batch, lang):
                values = {"name": shown(fact.name)}
                yield Hit((fact.ref,), values, written=fact.name, for_bureau=OF_OTHERS, others={"others": others})


def _others(fact: Fact, by_unit: dict[str, Fact], batch: Across, lang: Lang) -> str:
    """The other units that have the project, the first few of them; ``""`` for none. Of very many all are counted."""
    others = (other for unit, other in by_unit.items() if not _one_unit(fact.unit_key, unit))
    exact = len(by_unit) <= _EXACT
    first = list(others) if exact else list(islice(others, _SHOWN))
    number = len(first) if exact else len(by_unit) - 1
    places = []
    for other in first[:_SHOWN]:
        amount = "" if other.fen is None else AMOUNT.render(lang, amount=wan(other.fen))
        unit = batch.units[other.file]
        places.append(PLACE.render(lang, unit=unit, cell=other.ref, amount=amount))
    return "、".join(places) + (MORE.render(lang, n=number) if number > _SHOWN else "")


def _one_unit(one: str, other: str) -> bool:
    """Whether one name may be short for the other: its characters occur in it in their order."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return all(char in rest for char in short)


SIMILAR = Text(
    "“{name}”与 {where} 的任务名称、金额相同，主要内容不同，可能重复填报。\n属于同一任务的，删去本行并核"
    "减合计；属于不同任务的，在任务名称中写明区别。",
    "“{name}” has the name and the amount of the task at {where}, but other contents.\nIf it is one task"
    ", delete this row and reduce the totals; otherwise let the names say how they differ.",
)


HIDDEN = Text(
    "隐藏的第 {row} 行填有“{name}”，与 {where} 的任务名称、金额相同，且已计入合计，属重复填报。",
    "The hidden row {row} holds “{name}” with the name and amount of the task at {where}, and the totals count it.",
)


@RULES.error(
    "DUP-08",
    name=Text("任务重复填报", "A task twice"),
    what=Text("同一任务在年度主要任务中只填一行", "A task has one row in the list of tasks"),
    message=Text(
        "“{name}”与 {where} 的任务名称、金额相同，属重复填报。",
        "“{name}” has the name and the amount of the task at {where}: it is entered twice.",
    ),
    needs="tasks",
    why=Text("同一任务填两行，预算金额会重复计算。", "A task in two rows is counted twice."),
    fix=Text(
        "删去本行（已隐藏的先取消隐藏）；金额合计、资金总额等已计入本行的，一并核减。",
        "Delete the repeated row, a hidden one after it was shown, and reduce the totals that include it.",
    ),
    wrong=Text(
        "年度主要任务填两行“推进机构改革”，金额均为 8.00 万元",
        "Two rows 推进机构改革 of 8.00 万元",
    ),
    right=Text("“推进机构改革”只填一行，8.00 万元", "One row 推进机构改革 of 8.00 万元"),
)
def task_typed_twice(book: Return, lang: Lang) -> Iterator[Hit]:
    """Compares names and totals; a warning where the contents differ."""
    for form in book.forms:
        first, hidden = typed_twice(form), {row.row for row in form.strays if row.why == "hidden_row"}
        for task in form.tasks:
            if before := first.get(task.item):
                contents = {name_key(task.content), name_key(before.content)} - {""}
                severity, message = (Severity.WARNING, SIMILAR) if len(contents) > 1 else (None, None)
                if task.row in hidden:
                    severity, message = None, HIDDEN
                values = {"name": shown(task.name), "where": before.ref, "row": task.ref.row}
                removed = tuple(
                    Change(row.ref, -row.fen, -row.fen) for row in form.amounts if row.task is task and row.fen
                )
                yield Hit(
                    (task.ref,), values, (before.ref,), written=task.name, severity=severity, message=message,
                    repairs=(removed,),
                )  # fmt: skip
