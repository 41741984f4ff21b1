"""A total score (总分) other than the scores make."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._scores import UNREAD, Score, exact, fields_of, number, rounded, scores_of
from perfxl.rules._wording import plain
from perfxl.rules.rule import Hit, NotApplicable, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "SCORE-03",
    Severity.ERROR,
    name=Text("总分与各项得分不符", "Total score differs"),
    what=Text("总分等于各指标得分与预算执行率得分之和", "The total is the sum of all scores"),
    message=Text(
        "“{label}”填报 {stated} 分，{n} 项得分相加是 {computed} 分，{more} {gap} 分。请核对后改正。",
        "“{label}” states {stated}; the {n} scores make {computed}: {gap} too {more}. Please check and correct.",
    ),
    source="总分为各项得分之和",
    needs="scores",
    follows=("SCORE-01",),
    why=Text("总分决定等级，要由各项得分得出。", "The total decides the grade and follows from the scores."),
    fix=Text("把各项得分重新相加；改动得分后记得改总分。", "Add the scores again; change the total after a score."),
    wrong=Text("10＋48＋29＋9＝96，总分填 98", "10 + 48 + 29 + 9, total 98"),
    right=Text("10＋48＋29＋9＝96，总分填 96", "10 + 48 + 29 + 9, total 96"),
)
def total_score_differs(tables: Tables, lang: Lang) -> Iterator[Hit | NotApplicable]:
    """A total that is rounded to fewer decimals than the scores is right."""
    texts = fields_of(tables)
    others: dict[int, list[Score]] = {}
    for one in scores_of(tables):
        others.setdefault(one.row.form_id, []).append(one)
    lines: dict[int, list[Any]] = {}
    for line in rows(tables.results):
        lines.setdefault(line.form_id, []).append(line)
    for form_id, found in lines.items():
        total = texts.get((form_id, _total_of(tables, found[0].form)))
        stated = number(total.text) if total else None
        if total is None or stated is None:
            continue
        scores = _scores(found, others.get(form_id, ()))
        if scores is None:
            yield NotApplicable(total.file, UNREAD)
            continue
        computed = sum((score for _, score in scores), Decimal(0))
        if not rounded(computed, stated):
            values = {
                "label": total.label, "stated": plain(stated), "n": len(scores), "computed": plain(computed),
                "gap": plain(abs(stated - computed)),
                "more": (Text("多", "much") if stated > computed else Text("少", "little")).render(lang),
            }  # fmt: skip
            cells = tuple(cell for cell, _ in scores)
            yield Hit((ref(total),), values, cells, plain(stated), plain(computed), written=total.text)


def _total_of(tables: Tables, form: str) -> str:
    spec = tables.profile.forms[form].indicators
    return spec.total if spec else ""


def _scores(lines: list[Any], others: list[Score] | tuple[()]) -> list[tuple[Ref, Decimal]] | None:
    """Cell and figure of every score; ``None`` where one cannot be read."""
    found = [(ref(line), None if line.score is None else exact(line.score)) for line in lines]
    found += [(ref(one.row), number(one.row.text)) for one in others]
    scores = [(cell, score) for cell, score in found if score is not None]
    return scores if len(scores) == len(found) else None
