"""COMPLETE: indicators that are missing, half filled in, too few or under other levels."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.reading import FormRows, IndicatorRow
from perfxl.rules.completeness import FIRST_LEVELS, Gap, gaps, missing_levels, periods_to_fill, requirements
from perfxl.rules.rule import Family, Hit, Rule
from perfxl.rules.texts import project_terms, year_of
from perfxl.rules.wording import shown
from perfxl.tables import Return, Tables
from perfxl.values import label_key

RULES = Family(needs="indicators")

PERIOD = Text("{label}栏", " in the column {label}")


def _period(profile: Profile, form: FormRows, key: str, words: Text | None = None, lang: Lang = "zh") -> str:
    """What a period is called, or ``words`` with it; ``""`` on a form that has only one."""
    spec = profile.forms[form.kind].indicators
    labels = {period.key: period.label for period in spec.periods} if spec else {}
    label = labels.get(key, "") if len(labels) > 1 else ""
    return words.render(lang, label=label) if words and label else label


def _values(tables: Tables, gap: Gap, lang: Lang) -> dict[str, str]:
    """The level that is missing and the period, for a message."""
    return {"period": _period(tables.profile, gap.form, gap.required.part, PERIOD, lang), "level": gap.label}


INSTEAD = Text(
    "{period}“{level}”未填写，此处的二级指标为“{instead}”，表式中没有这一类。",
    "There is no “{level}”{period}, but “{instead}” here, which is no kind that the form lists.",
)


def _missing(tables: Tables, gap: Gap, lang: Lang) -> Iterator[Hit]:
    """A level without an indicator; none where indicators stand under no level, which is LAYOUT-07."""
    if not gap.unmarked:
        values = _values(tables, gap, lang) | {"instead": shown(gap.instead)}
        yield Hit(gap.cells, values, message=INSTEAD if gap.instead else None)


def _no_indicator_under(first: str, level: Text, *, why: Text, wrong: Text, right: Text) -> Rule:
    """The rule about a first level without a single indicator; ``level`` is the word for it."""
    code = FIRST_LEVELS[first]

    @RULES.table_rule(
        code,
        Severity.ERROR,
        name=Text("{level}指标未填写", "No {level} indicator").fill(level=level),
        what=Text(
            "{level}指标下至少填写一条三级指标，分期填写的表每期均应填写",
            "At least one {level} indicator, in each period that is filled in",
        ).fill(level=level),
        message=Text(
            "{period}“{level}指标”下未填写三级指标。",
            "There is no {level} indicator{period}.",
        ),
        basic=True,
        why=why,
        fix=Text(
            "在{level}指标下按表式所列类别填写三级指标的名称和指标值（含列于其下的满意度指标）；中长期、年度分栏的，两栏均应填写。",
            "Fill in the {level} indicators of the kinds that the form lists, satisfaction included, in both periods.",
        ).fill(level=level),
        wrong=wrong,
        right=right,
    )
    def check(tables: Tables, lang: Lang) -> Iterator[Hit]:
        for gap in gaps(tables, code):
            yield Hit(gap.cells, _values(tables, gap, lang) | {"level": level.render(lang)})

    return check


no_output_indicator = _no_indicator_under(
    "output",
    Text("产出", "output"),
    why=Text(
        "没有产出指标，无法反映资金安排的工作任务。", "Without an output nobody can tell what the money is to achieve."
    ),
    wrong=Text("数量、质量、时效、成本指标均未填写", "No indicator of quantity, quality, timeliness or cost"),
    right=Text("数量指标“统计机关事业单位数”：853家", "Quantity 统计机关事业单位数: 853家"),
)
no_benefit_indicator = _no_indicator_under(
    "benefit",
    Text("效益", "benefit"),
    why=Text("没有效益指标，无法反映工作完成后的效果。", "Without a benefit nobody can tell what comes of the work."),
    wrong=Text("效益指标下各行均未填写", "All rows under 效益指标 are empty"),
    right=Text("社会效益指标“查询服务次数”：≥300次", "Social benefit 查询服务次数: ≥300次"),
)


@RULES.table_rule(
    "COMPLETE-06",
    Severity.WARNING,
    name=Text("缺少一类产出指标", "A kind of output indicator is missing"),
    what=Text(
        "数量、质量、时效、成本指标各至少一条", "At least one indicator each of quantity, quality, timeliness and cost"
    ),
    message=Text(
        "{period}“{level}”未填写。",
        "There is no “{level}”{period}.",
    ),
    follows=("COMPLETE-04",),
    why=Text(
        "数量、质量、时效、成本各反映一个方面，缺少一类则该方面无法考核。",
        "Each kind shows one side of the work; what is missing cannot be measured.",
    ),
    fix=Text(
        "补填所缺的一类指标，写明名称和指标值；二级指标的名称改动过的，恢复为表式所列名称。",
        "Add the missing kind, with its name and value; restore a second level whose name was changed.",
    ),
    wrong=Text("填了数量、质量、时效指标，没有成本指标", "Quantity, quality and timeliness, but no cost"),
    right=Text("数量、质量、时效、成本指标各有一条", "One indicator each of quantity, quality, timeliness and cost"),
)
def no_indicator_of_a_kind(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile declares which levels: ``required = "COMPLETE-06"``. Silent where the whole first level is empty."""
    missing = missing_levels(tables)
    for gap in gaps(tables, "COMPLETE-06"):
        if gap.required.parent not in missing[gap.form, gap.required.part]:
            yield from _missing(tables, gap, lang)


FEW_KINDS = Text(
    "{period}{kinds}中已填写 {n} 类，至少应填写 {least} 类。",
    "Of {kinds}, {n} are filled in{period}; at least {least} must be.",
)


@RULES.table_rule(
    "COMPLETE-07",
    Severity.NOTICE,
    name=Text("效益指标类别不全", "Not all kinds of benefit"),
    what=Text(
        "经济、社会、生态、可持续影响四类效益指标按项目实际填写",
        "A few of the four kinds of benefit are needed; those missing are noted",
    ),
    message=Text(
        "{period}“{level}”未填写。",
        "There is no “{level}”{period}.",
    ),
    group="file",
    follows=("COMPLETE-05", "COMPLETE-11"),
    why=Text(
        "项目的效益通常不止一个方面，漏填不能全面反映效果。",
        "A project often has several benefits; those left out make it look smaller.",
    ),
    fix=Text(
        "有此类效益的，补填一条本项目特有的指标，各项目不得照抄；没有的，保持不变；改动过二级指标名称的，恢复原名称。",
        "Add one where there is such an effect, otherwise leave it; restore a second level whose name was changed.",
    ),
    wrong=Text("只填写了经济、社会效益指标", "Economic and social benefits only"),
    right=Text(
        "经济、社会、生态、可持续影响各有一条", "One each of economic, social, ecological and sustainable benefit"
    ),
)
def few_kinds_of_benefit(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile declares which levels (``required = "COMPLETE-07"``) and how many (``limits.benefit_kinds``).

    A warning where there are fewer, else a notice for each that is missing. Silent where there is no benefit at all.
    """
    missing, least = missing_levels(tables), int(tables.profile.limits.get("benefit_kinds", 1))
    found: dict[tuple[FormRows, str], list[Gap]] = {}
    for gap in gaps(tables, "COMPLETE-07"):
        found.setdefault((gap.form, gap.required.part), []).append(gap)
    for (form, period), lacking in found.items():
        kinds = [
            kind for kind in requirements(tables.profile)
            if (kind.kind, kind.part, kind.code) == (form.kind, period, "COMPLETE-07")
        ]  # fmt: skip
        if all(kind.parent in missing[form, period] for kind in kinds):
            continue
        n = len(kinds) - len(lacking)
        if n < least:
            cells = tuple(dict.fromkeys(cell for gap in lacking for cell in gap.cells))
            words = {"n": n, "least": least, "kinds": "、".join(kind.label for kind in kinds)}
            values = _values(tables, lacking[0], lang) | words
            yield Hit(cells, values, severity=Severity.WARNING, message=FEW_KINDS)
            continue
        for gap in lacking:
            yield from _missing(tables, gap, lang)


@RULES.table_rule(
    "COMPLETE-08",
    Severity.WARNING,
    name=Text("缺少满意度指标", "No satisfaction indicator"),
    what=Text("社会公众或服务对象满意度指标至少一条", "At least one indicator of satisfaction"),
    message=Text("{period}“{level}”未填写。", "There is no “{level}”{period}."),
    follows=("COMPLETE-05",),
    why=Text(
        "服务对象的满意度直接反映实施效果。",
        "Whether those who are served are content tells most directly how good the result is.",
    ),
    fix=Text(
        "至少填写一条满意度指标，写明对象和比率；二级指标的名称改动过的，恢复为表式所列名称。",
        "Add at least one, saying whose satisfaction and what rate; restore a second level whose name was changed.",
    ),
    wrong=Text("满意度指标未填写", "No indicator of satisfaction"),
    right=Text("服务对象满意度：≥90%", "服务对象满意度: ≥90%"),
)
def no_satisfaction_indicator(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile declares which level: ``required = "COMPLETE-08"``."""
    for gap in gaps(tables, "COMPLETE-08"):
        yield from _missing(tables, gap, lang)


NO_NAME = Text(
    "指标值“{value}”没有对应的指标名称。\n补填指标名称。",
    "The value “{value}” has no indicator name.\nAdd it.",
)


@RULES.error(
    "COMPLETE-09",
    name=Text("指标名称与指标值不成对", "Half an indicator"),
    what=Text("每条三级指标应有名称和指标值", "Every indicator needs a name and a value"),
    message=Text("指标“{name}”的指标值未填写。", "The indicator “{name}” has no value."),
    basic=True,
    follows=("COMPLETE-19",),
    why=Text(
        "只有名称或只有指标值，年终无法对照。",
        "A name without a value, or a value without a name, cannot be compared with anything.",
    ),
    fix=Text("补填所缺的名称或指标值；不需要该条指标的，两处均清空。", "Add the missing half, or clear both cells."),
    wrong=Text("统计机关事业单位数：（空）", "统计机关事业单位数: no value"),
    right=Text("统计机关事业单位数：853家", "统计机关事业单位数: 853家"),
)
def half_an_indicator(book: Return, lang: Lang) -> Iterator[Hit]:
    """Reported at the one of the two cells that is empty."""
    for line in book.indicators:
        if line.name_key and line.kind == "empty":
            yield Hit((line.ref,), {"name": shown(line.name)}, related=(line.name_ref,))
        elif line.kind != "empty" and not line.name_key:
            yield Hit((line.name_ref,), {"value": line.value}, related=(line.ref,), message=NO_NAME)


FUNDS, INDICATORS, AND = Text("资金", "funds"), Text("指标", "indicators"), Text("和", " and ")
NOT_NEEDED = Text(
    "项目期到 {end} 年为止，本年度为最后一年，只需填写年度各栏，{period}各栏不需填写。\n核对项目期：有误的"
    "，改正项目期；无误的，清空{period}各栏。",
    "The project ends in {end}, so that nothing is needed for {period}.\nCheck the term: correct it if it "
    "is wrong; otherwise clear that side.",
)


NO_LONG_GOAL = Text(
    "项目期到 {end} 年，“{label}”未填写。\n补填项目期内的目标。",
    "The project goes on until {end}, and “{label}” is empty.\nGive the goal of its whole term.",
)


@RULES.warning(
    "COMPLETE-10",
    name=Text("中长期内容与项目期不符", "Long-term side against the project's term"),
    what=Text(
        "项目期超过本年度的，应填写中长期目标、资金和指标；一次性项目和项目期最后一年的项目不填",
        "A project that goes on past the year needs a long-term side; a one-off project needs none",
    ),
    message=Text(
        "项目期到 {end} 年，{period}{lacking}未填写。",
        "The project goes on until {end}, and there are no {lacking} for {period}.",
    ),
    needs="two_periods",
    why=Text(
        "跨年度项目按项目期考核，当年结束的项目按年度考核。",
        "A project of several years is judged by its whole term, one that ends this year by the year alone.",
    ),
    fix=Text(
        "跨年度项目补填所缺的中长期目标、资金或指标；一次性项目或项目期最后一年的，清空中长期各栏。",
        "Fill in the long-term side of a project that goes on; clear that of one that ends this year.",
    ),
    wrong=Text(
        "2020 年度的表，起止年限“2018年—2020年”，填了中长期指标",
        "Form of 2020, term 2018年—2020年, with long-term indicators",
    ),
    right=Text(
        "2020 年度的表，起止年限“2019年—2021年”，中长期、年度都填",
        "Form of 2020, term 2019年—2021年, with both sides filled in",
    ),
)
def long_term_against_span(book: Return, lang: Lang) -> Iterator[Hit]:
    """Compares 项目起止年限 with the year of the form. A term that cannot be read is DATE-02."""
    for term in project_terms(book):
        form, year = term.form, year_of(book, term.form)
        funds = [row for row in form.amounts if row.table == "fields" and row.period == "long"]
        aimed = any(line.period == "long" for line in form.indicators)
        paid = any(row.state not in ("blank", "placeholder") for row in funds)
        values = {"end": term.end, "period": _period(book.profile, form, "long")}
        if term.start == term.end or (year is not None and term.end <= year):
            if aimed or paid:
                yield Hit((term.ref,), values, message=NOT_NEEDED)
            continue
        lacking = [name.render(lang) for name, there in ((FUNDS, paid), (INDICATORS, aimed)) if not there]
        if lacking:
            at = tuple(row.ref for row in funds if row.state == "blank") if not paid and aimed else (term.ref,)
            related = () if term.ref in at else (term.ref,)
            yield Hit(at or (term.ref,), values | {"lacking": AND.render(lang).join(lacking)}, related)
        goals = (row for row in form.texts if book.spec(form).fields[row.field].period == "long" and not row.text)
        for goal in goals if aimed and paid else ():
            yield Hit((goal.ref,), values | {"label": goal.label}, (term.ref,), message=NO_LONG_GOAL)


@RULES.table_rule(
    "COMPLETE-11",
    Severity.WARNING,
    name=Text("中长期与年度指标不对应", "Indicators in one period only"),
    what=Text(
        "同一类指标，中长期和年度两栏应同时填写或同时不填",
        "A kind of indicator should have both periods filled in, or neither",
    ),
    message=Text(
        "“{level}”已填写{other}栏，未填写{missing}栏。",
        "“{level}” is filled in for {other} only, not for {missing}.",
    ),
    needs="two_periods",
    follows=("COMPLETE-04", "COMPLETE-05", "COMPLETE-06", "COMPLETE-08"),
    why=Text(
        "两栏不对应，年度指标与中长期目标无法衔接。",
        "Where the columns do not match, the year does not lead to the long-term goal.",
    ),
    fix=Text("补填所缺的一栏；该类指标均不适用的，两栏均清空。", "Fill in both columns of a kind, or neither."),
    wrong=Text("社会效益指标在中长期栏填了，年度栏空着", "Social benefit: long term filled in, year empty"),
    right=Text("社会效益指标在中长期、年度两栏都填了", "Social benefit: both filled in"),
)
def one_period_only(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Silent where the long-term side is not filled in at all, which is COMPLETE-10."""
    profile, missing = tables.profile, missing_levels(tables)
    for form in dict.fromkeys(form for form, _ in missing):
        spec, periods = profile.forms[form.kind].indicators, periods_to_fill(profile, form)
        for level in spec.levels if spec else ():
            lacking = {key: gap for key in periods if (gap := missing.get((form, key), {}).get(level.key))}
            other = next((key for key in periods if key not in lacking), "")
            for key, gap in lacking.items() if other else ():
                if gap.unmarked:
                    continue
                words = {"other": _period(profile, form, other), "missing": _period(profile, form, key)}
                yield Hit(gap.cells, {"level": gap.label} | words)


FEW_INDICATORS = Text(
    "绩效指标少于 {least} 条：{each}。\n补填指标，使各类产出和效益均有指标。",
    "Fewer than {least} indicators: {each}.\nAdd some, so that every kind of output and benefit has one.",
)
EACH = Text("“{form}”{period}{n} 条", "“{form}”{period}: {n}")


@RULES.notice(
    "COMPLETE-13",
    name=Text("指标条数偏多或偏少", "Number of indicators"),
    what=Text("每张表的绩效指标条数适中", "A form has neither very few nor very many indicators"),
    message=Text(
        "绩效指标超过 {most} 条：{each}。\n删去重复和次要的指标，保留最能反映效果的指标，总数不超过 {most} 条。",
        "More than {most} indicators: {each}.\nKeep those that tell most, {most} at most, and delete the others.",
    ),
    group="file",
    follows=("COMPLETE-04", "COMPLETE-05"),
    why=Text("指标过少不能反映全貌，过多则重点不突出。", "Few do not show the whole, many hide what matters."),
    fix=Text("每类指标保留一至三条最重要的，不足的补填。", "One to three of each kind."),
    wrong=Text("一张表填写了 35 条指标", "35 indicators on one form"),
    right=Text("一张表 10 至 20 条指标", "10 to 20 indicators on a form"),
)
def number_of_indicators(book: Return, lang: Lang) -> Iterator[Hit]:
    """Counts each period of a form. The limits are ``indicators_least`` and ``indicators_most`` of the profile."""
    limits = book.profile.limits
    least, most = int(limits.get("indicators_least", 0)), int(limits.get("indicators_most", 0))
    by_period: dict[tuple[FormRows, str], list[IndicatorRow]] = {}
    for line in book.indicators if least or most else ():
        if line.name_key:
            by_period.setdefault((line.form, line.period), []).append(line)
    for (form, period), named in by_period.items():
        n = len(named)
        if n < least or 0 < most < n:
            label, name = _period(book.profile, form, period), shown(form.name or book.spec(form).title)
            each = EACH.render(lang, form=name, period=f"（{label}）" if label else "", n=n)
            values, message = ({"least": least}, FEW_INDICATORS) if n < least else ({"most": most}, None)
            yield Hit((named[0].name_ref,), values, each=each, message=message)


SHORTENED = Text(
    "一级指标写作“{level}”，与表式所列的“{name}”不同。",
    "The first level reads “{level}”, while the form prints “{name}”.",
)
NOT_MARKED = Text(
    "“{second}”之前没有标明一级指标，应为“{name}”。",
    "No first level stands beside “{second}”; it should be “{name}”.",
)
NESTED = Text(
    "“{level}”列于“{parent}”之下，而填报说明将其列为一级指标（{levels}）。此为表式与填报说明不一致，由表式制定单位处理。",
    "“{level}” stands under “{parent}”, while the instructions name it a first level ({levels}): the form differs from "
    "its instructions, which is for those who issue it.",
)


@RULES.notice(
    "COMPLETE-14",
    name=Text("一级指标与表式不一致", "First levels differ"),
    what=Text("一级指标不得修改", "The first levels may not be changed"),
    message=Text(
        "一级指标“{level}”不在表式所列范围（{levels}）之内。",
        "“{level}” is no first level of the form ({levels}).",
    ),
    group="form",
    why=Text(
        "一级指标统一，各单位的指标方可分类汇总。",
        "Indicators of many units can only be put together under the same first levels.",
    ),
    fix=Text("将一级指标恢复为表式所列名称。", "Restore the first level as the form prints it."),
    wrong=Text("一级指标写成“社会贡献”", "First level 社会贡献"),
    right=Text("一级指标写“效益指标”", "First level 效益指标"),
)
def first_levels_differ(book: Return, lang: Lang) -> Iterator[Hit]:
    """Compares the first levels on the sheet with those of the profile's form, each where it stands.

    One that the form itself prints under another level is told only where the profile's ``[severity]`` names the rule.
    """
    profile, seen = book.profile, set()
    asked = "COMPLETE-14" in profile.severity
    yield from _not_marked(book)
    known = {(line.first, label_key(line.first_text)) for line in book.indicators}
    for line in book.indicators:
        written = (line.form, line.first_ref, line.first_text, line.second if asked else "")
        if not line.first_text or written in seen:
            continue
        seen.add(written)
        allowed = book.spec(line.form).first_levels(profile.levels)
        names = "、".join(profile.levels[key].name for key in allowed)
        values = {"level": shown(line.first_text), "levels": names}
        level = profile.levels_by_label.get(label_key(line.first_text))
        if level is None:
            yield Hit((line.first_ref,), values, written=line.first_text)
        elif level.key in allowed and label_key(level.name) != label_key(line.first_text):
            if (level.key, label_key(level.name)) in known:
                yield Hit((line.first_ref,), values | {"name": level.name}, message=SHORTENED)
        elif asked and line.second in allowed and line.first != line.second:
            values = {"level": profile.levels[line.second].name, "parent": line.first_text, "levels": names}
            yield Hit((line.name_ref,), values, message=NESTED)


def _not_marked(book: Return) -> Iterator[Hit]:
    """The first line under a first level that other forms of the workbook name, and this form does not."""
    levels = book.profile.levels
    named = {(line.form, line.first) for line in book.indicators if line.first_text}
    elsewhere, seen = {first for _, first in named}, set[tuple[FormRows, str]]()
    for line in book.indicators:
        parent = levels[line.second].parent if line.second else ""
        allowed = book.spec(line.form).first_levels(levels)
        printed = bool(line.first_col) and parent in allowed and line.second not in allowed
        if not printed or (line.form, parent) in named | seen or parent not in elsewhere:
            continue
        above = book.profile.levels_by_label.get(label_key(line.first_text)) if line.first_text else None
        if not line.first_text or (above is not None and above.key != parent):
            seen.add((line.form, parent))
            values = {"second": shown(line.second_text), "name": levels[parent].name}
            yield Hit((line.form.ref(line.name_row, line.first_col),), values, message=NOT_MARKED)
