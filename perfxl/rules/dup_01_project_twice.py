"""Two forms of one kind for one project."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "DUP-01",
    Severity.ERROR,
    name=Text("项目重复填报", "A project twice"),
    what=Text("同一项目只填一张项目表、一张专项资金表", "A project has one project form and one fund form"),
    message=Text(
        "项目名称“{name}”在 {where} 已填过一张同样的表。如是同一项目请删去一张，不是请改名称。",
        "The project “{name}” has a form of this kind already ({where}). Remove one of them, or correct the name.",
    ),
    needs="forms",
    why=Text("同一项目填了两张同样的表，资金会算两次。", "A project with two forms of a kind is counted twice."),
    fix=Text("删去多余的一张；不是同一项目的，改正名称。", "Remove one of them, or correct the name."),
    wrong=Text("两张项目表的项目名称都是“机构改革”", "Two project forms named 机构改革"),
    right=Text("“机构改革”“编制统计”各填一张项目表", "One project form for 机构改革, one for 编制统计"),
)
def project_twice(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Names are compared without blanks and punctuation; reported at the name on the later form."""
    forms = tables.forms[~tables.forms["blank"] & (tables.forms["name_key"] != "")]
    twice = forms.duplicated(["submission", "form", "name_key"], keep=False)
    if not twice.any():
        return
    places = {row.form_id: row for row in rows(tables.texts, tables.texts["field"] == "project_name")}
    first: dict[tuple[int, str, str], Ref] = {}
    for form in rows(forms, twice):
        place = ref(places.get(form.form_id, form))
        before = first.setdefault((form.submission, form.form, form.name_key), place)
        if before != place:
            yield Hit((place,), {"name": form.name, "where": str(before)}, (before,), written=form.name)
