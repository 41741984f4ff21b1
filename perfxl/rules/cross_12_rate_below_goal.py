"""A quality indicator of the department that is below the rate which its goal or a task promises."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._narrative import Claim, Line, claims, likely, lines, match, quoted
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref


@table_rule(
    "CROSS-12",
    Severity.WARNING,
    name=Text("质量指标低于目标", "Quality indicator below the goal"),
    what=Text(
        "部门总体目标、任务内容写的比率，与部门质量指标中同一比率应一致",
        "A rate in the department's goal or a task is not higher than its quality indicator",
    ),
    message=Text(
        "质量指标“{name}”填“{stated}”，而总体目标或任务（{where}）写{said}，可能是同一事项。请核对，两处应一致。",
        "The quality indicator “{name}” is “{stated}”, but the goal or a task ({where}) says {said}, probably of the "
        "same thing. Please check that they agree.",
    ),
    source="绩效指标应与绩效目标对应",
    needs="tasks",
    why=Text(
        "总体目标靠指标来考核，指标定得比目标低，目标就落了空。",
        "Indicators measure the goal; one that asks for less lets the goal go.",
    ),
    fix=Text("核对哪个正确，使两处一致。", "Find out which is right and make both agree."),
    wrong=Text(
        "总体目标写“中文域名注册率达到95%”，质量指标“中文域名注册率”填91.8%",
        "Goal 中文域名注册率达到95%, quality indicator 中文域名注册率: 91.8%",
    ),
    right=Text(
        "总体目标写“中文域名注册率达到95%”，质量指标“中文域名注册率”填≥95%",
        "Goal 中文域名注册率达到95%, quality indicator 中文域名注册率: ≥95%",
    ),
)
def rate_below_goal(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Also takes 全市域名注册覆盖率 for 中文域名注册率: words in front and the profile's ``rate_noise`` may differ."""
    said = [claim for claim in claims(tables) if claim.said.share and tables.profile.forms[claim.form].tasks]
    of_form = lines(tables) if said else {}
    found: dict[int, tuple[Line, dict[Claim, str]]] = {}
    for claim in said:
        for key, line in _against(claim, of_form.get(claim.form_id, []), tables):
            found.setdefault(id(line.row), (line, {}))[1][claim] = key
    for line, told in found.values():
        cells = tuple(dict.fromkeys(claim.cell for claim in told))
        first, stated = next(iter(told)), line.row.value.strip()
        values = {
            "name": " ".join(line.row.name.split()), "stated": stated, "where": "、".join(map(str, cells)),
            "said": quoted(claim.words(key) for claim, key in told.items()),
        }  # fmt: skip
        yield Hit((ref(line.row),), values, cells, stated, first.said.figure, written=line.row.value)


def _against(claim: Claim, here: list[Line], tables: Tables) -> list[tuple[str, Line]]:
    """The quality indicators that may be the rate, if none of them reaches it; those of its very name before others."""
    rates = [line for line in here if line.measure == "%" and line.row.second == "quality"]
    same = [(key, line) for line in rates for key, exact in [match(claim, line, tables.profile)] if exact]
    matched = same or [(key, line) for line in rates if (key := likely(claim, line, tables.profile))]
    return matched if all(_below(claim, line) for _, line in matched) else []


def _below(claim: Claim, line: Line) -> bool:
    if claim.said.operator in ("≤", "<"):
        return line.number > claim.said.number
    return claim.said.operator != "≈" and line.number < claim.said.number
