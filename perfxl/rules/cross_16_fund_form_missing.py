"""A project that should have a fund form and has none, and a fund form without its project form."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._projects import filled_projects, total_rows
from perfxl.rules._wording import first_word
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import FEN_PER_WAN, wan

BY_AMOUNT = Text(
    "项目“{name}”年度资金 {amount} 万元，达到 {limit} 万元，通常须另填专项资金表，没有找到。请核对是否漏报。",
    "The project “{name}” has {amount} 万元 this year, {limit} 万元 or more, and as a rule needs a fund form; none was "
    "found. Please check whether it was left out.",
)
ALONE = Text(
    "专项资金表的项目“{name}”没有找到同名的项目表。请核对是否漏报项目表，或项目名称不一致。",
    "No project form was found for the fund form of “{name}”. Please check whether it was left out or is named "
    "otherwise.",
)


@table_rule(
    "CROSS-16",
    Severity.NOTICE,
    name=Text("专项资金表与项目表不配套", "Fund form and project form go together"),
    what=Text(
        "专项资金类项目和金额较大的项目应有专项资金表；专项资金表应有同名项目表",
        "A project of a special fund, or a large one, has a fund form; a fund form has a project form",
    ),
    message=Text(
        "项目“{name}”看名称（“{word}”）属于专项资金，应另填专项资金表，没有找到。请核对是否漏报。",
        "By its name (“{word}”) the project “{name}” is a special fund and needs a fund form; none was found. "
        "Please check whether it was left out.",
    ),
    source="专项资金须填报专项资金绩效目标",
    needs="projects_or_funds",
    follows=("AMOUNT-01", "SUM-01", "CROSS-01"),
    why=Text(
        "专项资金有中长期目标和分配办法，只有专项资金表里写得下。",
        "A special fund has long-term goals and rules of allocation, for which only its own form has room.",
    ),
    fix=Text("补报缺少的表；两张表的项目名称写成一样。", "Send the form that is missing; use one name on both."),
    wrong=Text("项目“农田建设专项资金”只有项目表", "农田建设专项资金 has a project form only"),
    right=Text("项目表和专项资金表各一张，名称相同", "A project form and a fund form of one name"),
)
def fund_form_missing(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Names with a word of ``fund_names``, and amounts from ``fund_form_from`` (万元) on, if the profile has it."""
    if not tables.profile.fund_forms:
        return
    funds = list(filled_projects(tables, funds=True))
    having = {(fund.form.submission, fund.form.project) for fund in funds}
    amounts = {row.form_id: row for row in total_rows(tables)}
    limit = int(tables.profile.limits.get("fund_form_from", 0) * FEN_PER_WAN)
    for project in filled_projects(tables):
        form = project.form
        total = amounts.get(form.form_id)
        word = first_word(tables.profile, "fund_names", form.name)
        if (form.submission, form.project) in having:
            continue
        if word:
            yield Hit((project.cell,), {"name": form.name, "word": word})
        elif total is not None and 0 < limit <= total.fen:
            values = {"name": form.name, "amount": wan(total.fen), "limit": wan(limit)}
            yield Hit((ref(total),), values, message=BY_AMOUNT, written=total.text)
    for fund in funds:
        if fund.form.alone and fund.form.name_key:
            yield Hit((fund.cell,), {"name": fund.form.name}, message=ALONE)
