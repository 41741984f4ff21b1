"""A department whose total is not the control figure that it was given."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.across import Across, Fact
from perfxl.rules.rule import Hit, NotApplicable, across_files
from perfxl.values import FEN_PER_WAN, name_key, wan

NO_LIST = Text("没有给出控制数名单（--control）", "no list of control figures was given (--control)")
NOT_LISTED = Text("控制数名单中没有该单位", "the list of control figures does not name the unit")
NO_TOTAL = Text("没有读到部门整体支出表的资金总额", "no total of a department form could be read")
ROUNDING = Text(
    "“{label}”填报 {stated} 万元，控制数是 {computed} 万元，相差 {gap} 万元，四舍五入即可造成，请确认。",
    "“{label}” is {stated} 万元, the control figure {computed} 万元. Rounding can explain the {gap} between them. "
    "Please confirm.",
)


@across_files(
    "CROSS-18",
    Severity.ERROR,
    name=Text("与控制数不符", "Not the control figure"),
    what=Text(
        "部门的资金总额应等于下达的预算控制数", "The total of a department is the control figure that it was given"
    ),
    message=Text(
        "“{label}”填报 {stated} 万元，控制数是 {computed} 万元，{excess} {gap} 万元。请按控制数改正，或与财政核对。",
        "“{label}” is {stated} 万元, the control figure {computed} 万元: {gap} too {excess}. "
        "Please correct it, or ask the finance bureau.",
    ),
    source="预算控制数（审核人提供）",
    why=Text(
        "控制数是下达给单位的预算总额，申报的总额与它不同，汇总就对不上。",
        "The control figure is the budget that the unit was given; with another total the returns do not add up to it.",
    ),
    fix=Text("按控制数改正资金总额及其构成。", "Correct the total and what it is made of."),
    wrong=Text("资金总额 404.03，控制数 394.03", "Total 404.03, control figure 394.03"),
    right=Text("资金总额 394.03，控制数 394.03", "Total 394.03, control figure 394.03"),
)
def control_figure(batch: Across, lang: Lang) -> Iterator[Hit | NotApplicable]:
    """Units are compared by name without blanks and punctuation."""
    with_total = {total.file for total in batch.totals}
    for file, unit in batch.units.items():
        if not batch.control:
            yield NotApplicable(file, NO_LIST)
        elif name_key(unit) not in batch.control:
            yield NotApplicable(file, NOT_LISTED)
        elif file not in with_total:
            yield NotApplicable(file, NO_TOTAL)
    for total in batch.totals:
        given = batch.control.get(total.unit_key)
        if given is not None and total.fen is not None and given != total.fen:
            yield _at(total, total.fen, given, batch.profile.decimals, lang)


def _at(total: Fact, stated: int, given: int, decimals: int, lang: Lang) -> Hit:
    gap = stated - given
    excess = (Text("多", "much") if gap > 0 else Text("少", "little")).render(lang)
    values = {
        "label": total.name,
        "stated": wan(stated),
        "computed": wan(given),
        "gap": wan(abs(gap)),
        "excess": excess,
    }
    # each figure stands for itself and half a last decimal either way
    rounded = abs(gap) <= FEN_PER_WAN // 10**decimals
    return Hit(
        (total.ref,), values, (), stated, given, gap,
        written=total.text, severity=Severity.NOTICE if rounded else None, message=ROUNDING if rounded else None,
    )  # fmt: skip
