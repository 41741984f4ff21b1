"""A grade (优良中差) other than the total score is given."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._scores import fields_of, number
from perfxl.rules._wording import plain
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref


@table_rule(
    "SCORE-08",
    Severity.ERROR,
    name=Text("等级与总分不符", "Grade does not fit the score"),
    what=Text("自评等级由总分决定，只选一级", "The grade follows from the total score, and there is one"),
    message=Text(
        "“{label}”选的是“{grade}”，总分 {score} 分应为“{right}”（{bounds}）。请核对后改正。",
        "“{label}” is “{grade}”, but a total of {score} is “{right}” ({bounds}). Please check and correct.",
    ),
    source="等级按总分确定",
    needs="scores",
    follows=("SCORE-03",),
    why=Text("等级是总分的结论，两者不能矛盾。", "The grade is what the score comes to."),
    fix=Text("先核对总分，再按总分选等级。", "Check the total first, then tick its grade."),
    wrong=Text("总分 86，等级 优", "total 86, grade 优"),
    right=Text("总分 86，等级 良", "total 86, grade 良"),
)
def grade_against_score(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The bounds are the profile's ``grades``; its grade is any choice among just these."""
    grades = tables.profile.grades
    texts = fields_of(tables)
    for (form_id, key), row in texts.items():
        form = tables.profile.forms[row.form]
        field = form.fields[key]
        total = texts.get((form_id, form.indicators.total)) if form.indicators else None
        score = number(total.text) if total is not None else None
        if field.kind != "choice" or not set(field.options) <= set(grades) or not row.text or score is None:
            continue
        right = max((grade for grade in grades if score >= grades[grade]), key=lambda g: grades[g], default="")
        if right and row.text != right:
            bounds = "，".join(f"{grade} ≥{least:g}" for grade, least in grades.items() if least)
            values = {"label": row.label, "grade": row.text, "score": plain(score), "right": right, "bounds": bounds}
            yield Hit((ref(row),), values, (ref(total),), row.text, right, written=row.text)
