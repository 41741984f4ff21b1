"""A goal that promises a figure for which there is no indicator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from decimal import Decimal
from typing import Any

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._narrative import Claim, claims, goals, keys_of, likely, lines, quoted
from perfxl.rules._same_project import continued_lists
from perfxl.rules._wording import PERCENT, QUALITY, QUANTITY
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import squeeze
from perfxl.values.quantities import figures_of, measure_class, nouns_of_name, quantities

#: what follows speaks of parts, or stands beside the sentence
_PARTS = re.compile(r"[,，、]?(?:其中|包括|含)[^。；;\n]*|[（(][^（）()]*[）)]")
#: what was, how often, which rank: no target of its own
_NO_TARGET = re.compile(r"每|[由从自比较前第]\Z|上年|去年|往年|比上|较上")

#: measures that have larger and smaller ones
_SIZE = re.compile(r"[米亩里顷吨克斤升a-zA-Z]")


@table_rule(
    "NARRATIVE-01",
    Severity.WARNING,
    name=Text("目标的数字没有指标", "Figure without an indicator"),
    what=Text(
        "总体目标写的数字，在绩效指标中应有相应的指标值",
        "A figure in the goal stands among the indicators too",
    ),
    message=Text(
        "总体目标写{said}，而绩效指标中没有这个数字。请补充相应的指标，或核对总体目标。",
        "The goal says {said}, but no indicator has this figure. Please add the indicator, or check the goal.",
    ),
    source="绩效指标应与绩效目标对应",
    needs="indicators",
    why=Text(
        "总体目标的数字要靠指标来考核；没有指标，年终就不知道是否完成。",
        "A figure in the goal is judged by its indicator; without one nobody knows at the end whether it was reached.",
    ),
    fix=Text(
        "为这个数字补一条三级指标，指标值与目标一致。",
        "Add an indicator for the figure, with the value that the goal says.",
    ),
    wrong=Text("目标：培训网站管理人员200人；没有培训人数指标", "Goal: 培训200人; no indicator of it"),
    right=Text("数量指标：培训网站管理人员数，≥200人", "Quantity: 培训网站管理人员数, ≥200人"),
)
def figure_without_indicator(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a goal. Where an indicator of the noun has another figure, NARRATIVE-02 or CROSS-11, 12 compare them.

    The department's goal may also rest on the indicators of the projects.
    """
    told: dict[Ref, list[Claim]] = {}
    of_form = {
        form: {(line.number, line.measure == PERCENT, line.row.period) for line in found}
        for form, found in lines(tables).items()
    }
    for claim in claims(tables):
        plainly = (claim.said.number, claim.said.share, claim.period) in of_form.get(claim.form_id, ())
        if not claim.task and not plainly and _is_target(claim, tables):
            told.setdefault(claim.cell, []).append(claim)
    if not told:
        return
    texts = {ref(row): row.text for row, _ in goals(tables)}
    shown = _Shown(tables, {found[0].submission for found in told.values()})
    for cell, found in told.items():
        whole = set(figures_of(_PARTS.sub("", texts[cell])))
        left = shown.without([claim for claim in found if claim.said in whole])
        if left:
            said = quoted(f"{claim.keys[0] if claim.keys else ''}{claim.said.figure}" for claim in left)
            figures = "、".join(dict.fromkeys(claim.said.figure for claim in left))
            yield Hit((cell,), {"said": said}, stated=figures, written=texts[cell])


def _is_target(claim: Claim, tables: Tables) -> bool:
    """Not 3项工作, 前3名, 每季度1次, 由90%提高到…; nor a figure of which nothing is said."""
    outline = tables.profile.lexicon.get("outline_nouns", ())
    nouns = [noun for noun in claim.said.nouns if noun]
    return bool(nouns) and not any(_NO_TARGET.search(noun) or noun.endswith(outline) for noun in nouns)


class _Shown:
    """What the indicators of some files show: their nouns, and every figure of their values and names."""

    def __init__(self, tables: Tables, submissions: Set[int]) -> None:
        self._tables, self._continued = tables, continued_lists(tables)
        self._parts: dict[int, list[int]] = {}
        kinds = tables.profile.project_forms | tables.profile.fund_forms
        for form in rows(tables.forms, tables.forms["form"].isin(kinds)):
            self._parts.setdefault(form.submission, []).append(form.form_id)
        self._rows: dict[int, list[Any]] = {}
        for row in rows(tables.indicators, tables.indicators["submission"].isin(submissions)):
            self._rows.setdefault(row.form_id, []).append(row)

    def without(self, told: list[Claim]) -> list[Claim]:
        """The claims of one goal that no indicator bears out: none has their figure, and none speaks of the noun.

        Where there is no quantity, or no quality, at all, COMPLETE-06 asks for it.
        """
        if not told:
            return []
        first, profile = told[0], self._tables.profile
        forms = [first.form_id, *(self._parts.get(first.submission, ()) if profile.forms[first.form].tasks else ())]
        here = [row for form in forms for row in self._rows.get(form, ()) if self._in_period(row, first.period)]
        known = [line for form in forms for line in lines(self._tables).get(form, ())]
        nouns = {key for row in here for key in keys_of(nouns_of_name(row.name), profile)}
        kinds = {row.second for row in here}
        figures = {share: set(_figures(here, share=share)) for share in (True, False)}
        sums: dict[str, Decimal] = {}
        for claim in told:
            measure = measure_class(claim.said.measure)
            sums[measure] = sums.get(measure, Decimal(0)) + claim.said.number
        return [
            claim for claim in told
            if (QUALITY if claim.said.share else QUANTITY) in kinds
            and not nouns & set(claim.keys)
            and not _same(claim.said.number, figures[claim.said.share], claim.said.measure)
            and sums[measure_class(claim.said.measure)] not in figures[claim.said.share]
            and not any(likely(claim, line, profile) for line in known)
        ]  # fmt: skip

    def _in_period(self, row: Any, period: str) -> bool:
        return row.period == period or row.form_id in self._continued


def _figures(found: Iterable[Any], *, share: bool) -> Iterator[Decimal]:
    for row in found:
        yield from (number for number in row.numbers if (row.measure == PERCENT) == share)
        for text in (row.value, row.name):
            yield from (q.number for q in quantities(squeeze(text)) or () if (q.measure == PERCENT) == share)


def _same(number: Decimal, figures: set[Decimal], measure: str) -> bool:
    """The very figure; of a size also one of the same digits: 2公里 and 2000米."""
    if number in figures:
        return True
    return bool(_SIZE.search(measure)) and _digits(number) in map(_digits, figures)


def _digits(number: Decimal) -> tuple[int, ...]:
    return number.normalize().as_tuple().digits
