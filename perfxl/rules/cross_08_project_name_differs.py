"""A project whose name is spelt in two ways on its two forms."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "CROSS-08",
    Severity.WARNING,
    name=Text("项目名称不一致", "Project name differs"),
    what=Text("同一项目在项目表与专项资金表中的名称应相同", "A project has the same name on both its forms"),
    message=Text(
        "项目名称“{name}”与项目表的“{other}”（{where}）相近而不相同。如是同一项目，请统一名称。",
        "The project name “{name}” is close to “{other}” on the project form ({where}) but not equal. "
        "If they are one project, use one name.",
    ),
    needs="fund_and_project",
    why=Text("名称不同，两张表就会被当成两个项目。", "Two names are taken for two projects."),
    fix=Text("统一名称；确是两个项目的，可以不改。", "Use one name; if they are two projects, leave them."),
    wrong=Text(
        "项目表写“中文域名注册管理”，专项资金表写“中文域名注册管理项目”",
        "中文域名注册管理 on the project form, 中文域名注册管理项目 on the fund form",
    ),
    right=Text("两张表都写“中文域名注册管理”", "中文域名注册管理 on both forms"),
)
def project_name_differs(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """How near is near enough is the profile's ``near_name``."""
    names = tables.texts[tables.texts["field"] == "project_name"]
    places = {row.form_id: row for row in rows(names)}
    forms = tables.forms[~tables.forms["blank"]]
    projects = {
        (row.submission, row.project): row.form_id
        for row in rows(forms) if row.form in tables.profile.project_forms
    }  # fmt: skip
    for form in rows(forms, (forms["likeness"] > 0) & (forms["likeness"] < 1)):
        here, there = places[form.form_id], places[projects[form.submission, form.project]]
        values = {"name": here.text, "other": there.text, "where": str(ref(there))}
        yield Hit((ref(here),), values, (ref(there),), here.text, there.text, written=here.text)
