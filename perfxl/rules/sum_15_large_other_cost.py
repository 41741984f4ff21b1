"""其他成本 that is a large, unexplained part of a project."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import wan

EACH = Text(
    "“{label}”（{where}）{part} 万元，占 {total} 万元的 {share}%",
    "“{label}” ({where}) {part} of {total} 万元, {share}%",
)


@table_rule(
    "SUM-15",
    Severity.NOTICE,
    name=Text("其他成本占比偏高", "Large share of other cost"),
    what=Text(
        "“其他成本”占资金总额的比例超过限度，没有说明用途",
        "Other cost is a large share of the total and says nothing of its use",
    ),
    message=Text(
        "没有说明用途的其他成本超过资金总额的 {limit}%：{each}。建议细化列明用途。",
        "Cost that says nothing of its use is more than {limit}% of the funds: {each}. Please say what it is for.",
    ),
    source="成本指标应具体、可核对",
    needs="amounts",
    group="file",
    follows=("SUM-13",),
    why=Text("“其他成本”占得多，就看不出钱用在哪里。", "A large 其他成本 does not say what the money is for."),
    fix=Text("把其中金额大的单列出来，写明用途。", "List the larger parts of it with their use."),
    wrong=Text("资金总额 8.00 万元，其他成本 3.00 万元（37.5%）", "资金总额 8.00 万元, 其他成本 3.00 万元 (37.5%)"),
    right=Text(
        "资金总额 8.00 万元，会务费 2.00 万元，其他成本 1.00 万元",
        "资金总额 8.00 万元, 会务费 2.00 万元, 其他成本 1.00 万元",
    ),
)
def large_other_cost(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Names and the limit are the profile's ``other_cost`` and ``other_cost_share``; project forms only."""
    amounts, limit = tables.amounts, tables.profile.limits.get("other_cost_share", 1.0)
    ok = amounts[amounts["state"] == "ok"]
    totals = {row.form_id: row for row in rows(ok, (ok["table"] == "fields") & (ok["column"] == "total"))}
    others = ok[
        (ok["table"] == "indicators")
        & ok["label"].isin(tables.profile.other_cost)
        & ok["form"].isin(tables.profile.project_forms)
    ]
    for row in rows(others):
        total = totals.get(row.form_id)
        if total is None or int(total.fen) <= 0 or int(row.fen) <= limit * int(total.fen):
            continue
        share = f"{int(row.fen) / int(total.fen):.1%}".rstrip("%").removesuffix(".0")
        values = {
            "where": str(ref(row)), "label": row.label, "part": wan(int(row.fen)), "total": wan(int(total.fen)),
            "share": share,
        }  # fmt: skip
        most = f"{limit:.0%}".rstrip("%")
        yield Hit((ref(row),), {"limit": most}, related=(ref(total),), each=EACH.render(lang, **values))
