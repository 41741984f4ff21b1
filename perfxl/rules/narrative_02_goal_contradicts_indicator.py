"""A goal that says one number of a thing, and an indicator of the same form that says another."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._narrative import Claim, Line, agree, claims, lines, match, quoted
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref


@table_rule(
    "NARRATIVE-02",
    Severity.ERROR,
    name=Text("目标与指标矛盾", "Goal contradicts indicator"),
    what=Text(
        "同一张表中，总体目标写的数字与同一事项的指标值应一致",
        "A number in the goal is that of the indicator of the same thing on the same form",
    ),
    message=Text(
        "指标{names}填“{stated}”，而总体目标（{where}）写{said}。请核对，两处应一致。",
        "The indicator {names} is “{stated}”, but the goal ({where}) says {said}. Please make them agree.",
    ),
    source="绩效指标应与绩效目标对应",
    needs="indicators",
    why=Text(
        "指标是把目标细化成数字，同一件事不会有两个数。",
        "Indicators put the goal into figures; one thing has one figure.",
    ),
    fix=Text("核对哪个正确，改正另一个。", "Find out which is right and correct the other."),
    wrong=Text("年度目标写“涉改单位100家”，数量指标“涉改单位”填124家", "Goal 涉改单位100家, quantity 涉改单位: 124家"),
    right=Text("年度目标写“涉改单位124家”，数量指标“涉改单位”填124家", "Goal 涉改单位124家, quantity 涉改单位: 124家"),
)
def goal_contradicts_indicator(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Compares what is counted by the same noun and a like measure; rates of the department are CROSS-12."""
    found: dict[tuple[Ref, str, str], list[tuple[str, Line]]] = {}
    of_form = lines(tables) if claims(tables) else {}
    for claim in claims(tables):
        if claim.task or (claim.said.share and tables.profile.forms[claim.form].tasks):
            continue
        here = [line for line in of_form.get(claim.form_id, ()) if line.row.period == claim.period]
        for key, line in _against(claim, here, tables):
            found.setdefault((claim.cell, claim.said.figure, line.row.value), []).append((claim.words(key), line))
    for (cell, figure, stated), pairs in found.items():
        told = tuple(dict.fromkeys(line.row for _, line in pairs))
        values = {
            "names": quoted(row.name for row in told), "stated": stated.strip(), "where": str(cell),
            "said": quoted(words for words, _ in pairs),
        }  # fmt: skip
        places = tuple(map(ref, told))
        yield Hit(places, values, (cell,), stated.strip(), figure, written=stated)


def _against(claim: Claim, here: list[Line], tables: Tables) -> list[tuple[str, Line]]:
    """The indicators of the noun, if none of them says what the claim says; those of its very name before others."""
    matched = [(*match(claim, line, tables.profile), line) for line in here]
    same = [found for found in matched if found[1]] or [found for found in matched if found[0]]
    if any(agree(claim, line) for _, _, line in same):
        return []
    return [(key, line) for key, _, line in same]
