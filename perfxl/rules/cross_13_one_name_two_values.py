"""One indicator with several values on the forms of a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._narrative import Claim, claims, match, quoted
from perfxl.rules._scopes import Named, by_noun, is_whole, other_scopes, outputs, says_stock
from perfxl.rules._wording import shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values.quantities import measure_class

STOCKS = Text(
    "“{noun}”在各项目表的数量不同：{values}。如口径不同，请在指标名称中写明范围；如应相同，请统一。",
    "The projects count “{noun}” differently: {values}. If they mean different ones, let the names say which; else use "
    "one figure.",
)
MEASURES = Text(
    "“{noun}”在各表的数量相同，计量单位不同：{values}。建议统一。",
    "“{noun}” has one figure but several measure words: {values}. It is better to use one.",
)
SIGNS = Text(
    "任务（{where}）写{said}，对应的项目指标填“{stated}”：一处是“不低于”，一处没有写符号。建议指标值写成“{computed}”。",
    "The task ({where}) says {said}, the indicator of its project “{stated}”: at least so much, and no sign. "
    "It is better to write “{computed}”.",
)
SCOPES = Text(
    "部门指标与项目指标像是同一事项而数字不同，口径不清：{values}。请核对，并在指标名称中写明范围。",
    "Indicators of the department and of projects seem to count one thing but differ: {values}. "
    "Please check, and let the names say what is counted.",
)
PAIR = Text("{here}（{cell}），项目表{there}（{other}）", "{here} ({cell}) and on the project form {there} ({other})")


@table_rule(
    "CROSS-13",
    Severity.WARNING,
    name=Text("同名指标的值不同", "One indicator, two values"),
    what=Text(
        "同一指标在部门表和各项目表中的值、计量单位和口径应一致",
        "An indicator has one value, measure and meaning on the department form and the project forms",
    ),
    message=Text(
        "指标“{name}”填“{stated}”，而部门整体支出表的同名指标（{where}）填“{computed}”。请核对，两表应一致。",
        "The indicator “{name}” is “{stated}” here and “{computed}” on the department form ({where}). Make them agree.",
    ),
    source="各表同一指标应一致",
    needs="forms",
    why=Text(
        "同一个名称两个数，汇总时不知道用哪个。",
        "Of one name with two figures nobody knows which to add up.",
    ),
    fix=Text("核实数字后统一；范围不同的，在指标名称中写明。", "Use one figure, or let the names say what differs."),
    wrong=Text("项目1：辐射机关事业单位785个；项目2：辐射机关事业单位6729家", "辐射机关事业单位 785个, and 6729家"),
    right=Text("项目1：辐射市直机关事业单位785个", "项目1: 辐射市直机关事业单位 785个"),
)
def one_name_two_values(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """A warning between department and project; notices, one a noun or file, where two projects may well differ.

    Two projects are only compared in what is there anyway (``stock_words``): each may train its own number of people.
    """
    told = [claim for claim in claims(tables) if tables.profile.forms[claim.form].tasks]
    of_submission: dict[int, list[Claim]] = {}
    for claim in told:
        of_submission.setdefault(claim.submission, []).append(claim)
    for number, found in outputs(tables).items():
        said = of_submission.get(number, [])
        for (noun, _), same in by_noun(found, tables.profile).items():
            yield from _department(noun, same, said, tables)
            yield from _projects(noun, same, tables)
        yield from _signs(found, said, tables)
        yield from _scopes(list(other_scopes(found, tables.profile)), lang)


def _department(noun: str, same: list[Named], said: list[Claim], tables: Tables) -> Iterator[Hit]:
    """The department against the one project that has the indicator; CROSS-11 and NARRATIVE-02 come first."""
    whole = [named for named in same if is_whole(tables.profile, named.form)]
    parts = [named for named in same if named.form.form in tables.profile.project_forms]
    if not whole or len(parts) != 1 or _agree(whole[0], parts[0]) or len(whole) > 1:
        return
    here, there = parts[0], whole[0]
    for claim in said:
        if noun in claim.keys and measure_class(claim.said.measure) == measure_class(here.line.measure):
            numbers = (here.line.number,) if claim.task else (here.line.number, there.line.number)
            if any(number != claim.said.number for number in numbers):
                return
    values = {
        "name": shown(here.row.name), "stated": shown(here.row.value), "computed": shown(there.row.value),
        "where": str(ref(there.row)),
    }  # fmt: skip
    yield Hit(
        (ref(here.row),), values, (ref(there.row),), shown(here.row.value), shown(there.row.value),
        written=here.row.value,
    )  # fmt: skip


def _agree(one: Named, other: Named) -> bool:
    """The same number, or one that is open to the side of the other."""
    if one.line.number == other.line.number:
        return True
    low, high = sorted((one.line, other.line), key=lambda line: line.number)
    return low.operator in ("≥", ">", "≈") or high.operator in ("≤", "<", "≈")


def _projects(noun: str, same: list[Named], tables: Tables) -> Iterator[Hit]:
    """What several projects say of a stock: other numbers, or one number with other measure words."""
    stocks = [named for named in same if says_stock(tables.profile, named)]
    parts = [named for named in same if not is_whole(tables.profile, named.form)]
    if len({named.form.project for named in stocks}) > 1 and len({named.line.number for named in stocks}) > 1:
        told, message = parts, STOCKS
    elif (
        stocks and len({named.form.project for named in parts}) > 1
        and len({named.line.number for named in parts}) == 1 and len({named.line.measure for named in parts}) > 1
    ):  # fmt: skip
        told, message = parts, MEASURES
    else:
        return
    places: dict[str, list[Ref]] = {}
    for named in told:
        places.setdefault(shown(named.row.value), []).append(ref(named.row))
    values = "、".join(f"{value}（{'、'.join(map(str, cells))}）" for value, cells in places.items())
    cells = tuple(ref(named.row) for named in told)
    yield Hit(cells, {"noun": noun, "values": values}, severity=Severity.NOTICE, message=message)


def _signs(found: list[Named], said: list[Claim], tables: Tables) -> Iterator[Hit]:
    """注册率95%以上 in a task, and 95% as the value of its project's indicator."""
    pairs: dict[str, list[tuple[Claim, str, Any]]] = {}
    for claim in said:
        if claim.said.operator not in ("≥", ">"):
            continue
        for named in found:
            if named.form.project == claim.project and claim.project and named.line.operator == "=":
                key, _ = match(claim, named.line, tables.profile)
                if key and named.line.number == claim.said.number:
                    pairs.setdefault(claim.said.figure, []).append((claim, key, named.row))
    for figure, same in pairs.items():
        stated = "、".join(dict.fromkeys(shown(row.value) for _, _, row in same))
        where = tuple(dict.fromkeys(claim.cell for claim, _, _ in same))
        values = {
            "where": "、".join(map(str, where)), "said": quoted(claim.words(key) for claim, key, _ in same),
            "stated": stated, "computed": figure,
        }  # fmt: skip
        cells = tuple(dict.fromkeys(ref(row) for _, _, row in same))
        yield Hit(cells, values, where, stated, figure, severity=Severity.NOTICE, message=SIGNS)


def _scopes(pairs: list[tuple[Named, Named]], lang: Lang) -> Iterator[Hit]:
    if not pairs:
        return
    values = "；".join(
        PAIR.render(lang, here=_figure(here), cell=ref(here.row), there=_figure(there), other=ref(there.row))
        for here, there in pairs
    )
    cells = tuple(ref(here.row) for here, _ in pairs)
    related = tuple(dict.fromkeys(ref(there.row) for _, there in pairs))
    yield Hit(cells, {"values": values}, related, severity=Severity.NOTICE, message=SCOPES)


def _figure(named: Named) -> str:
    return f"“{shown(named.row.name)}”{shown(named.row.value)}"
