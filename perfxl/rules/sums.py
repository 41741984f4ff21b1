"""SUM: amounts and weights that no declared sum checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from perfxl.model import Lang, Severity, Text
from perfxl.reading import IndicatorRow
from perfxl.rules.fields import project_terms
from perfxl.rules.rule import Family, Hit
from perfxl.rules.score import weights_of
from perfxl.tables import Return, Tables, pick
from perfxl.values import wan

RULES = Family()


@RULES.rule(
    "SUM-05",
    Severity.NOTICE,
    name=Text("中长期资金与年度资金不成比例", "Term funds out of proportion"),
    what=Text(
        "年度资金乘以年限，应与中长期资金大体相当",
        "The year's funds times the years should be about the funds of the term",
    ),
    message=Text(
        "中长期资金 {long} 万元；年度资金 {year} 万元，乘以 {n} 年是 {product} 万元，相差较大，请确认。",
        "The term has {long} 万元, the year {year}; times {n} years that is {product}, which is far off. "
        "Please confirm.",
    ),
    source="中长期资金与年度资金的一般关系",
    needs="two_periods",
    follows=("SUM-04",),
    why=Text(
        "中长期资金由各年的资金组成，相差太远，可能有一个填错了。",
        "The funds of the term are made up of its years; far apart, one of them may be wrong.",
    ),
    fix=Text(
        "核对起止年限和两个总额；各年安排确实不均的，可以不改。",
        "Check the term and both totals; where the years do differ, leave them.",
    ),
    wrong=Text(
        "年度资金 17.00 万元，起止年限 11 年，中长期资金 51.00 万元",
        "Year 17.00 万元, term of 11 years, long term 51.00 万元",
    ),
    right=Text(
        "年度资金 17.00 万元，起止年限 3 年，中长期资金 51.00 万元",
        "Year 17.00 万元, term of 3 years, long term 51.00 万元",
    ),
)
def term_against_year(book: Return, lang: Lang) -> Iterator[Hit]:
    """The bounds are the profile's ``long_term_low`` and ``long_term_high``."""
    limits = book.profile.limits
    low, high = limits.get("long_term_low", 0.0), limits.get("long_term_high", float("inf"))
    fields = {(row.form, row.column): row for row in book.amounts if row.table == "fields" and row.state == "ok"}
    for term in project_terms(book):
        year, long = fields.get((term.form, "total")), fields.get((term.form, "long_total"))
        if year is None or long is None or year.fen is None or long.fen is None:
            continue
        product = year.fen * term.years
        if not low * long.fen <= product <= high * long.fen:
            values = {"long": wan(long.fen), "year": wan(year.fen), "n": term.years, "product": wan(product)}
            yield Hit((long.ref,), values, related=(year.ref, term.ref))


EACH = Text(
    "“{label}”（{where}）{part} 万元，占 {total} 万元的 {share}%",
    "“{label}” ({where}) {part} of {total} 万元, {share}%",
)


@RULES.table_rule(
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
    """Names and the limit are the profile's ``other_cost`` and ``other_cost_share``; project forms only.

    A total of 0 above parts that are more is reported by the sum itself.
    """
    profile, frame = tables.profile, tables.amounts
    limit = profile.limits.get("other_cost_share", 1.0)
    ok = frame["state"] == "ok"
    is_total = ok & (frame["table"] == "fields") & (frame["column"] == "total")
    totals = {row.form: row for row in pick(tables.amount_rows, is_total)}
    others = ok & (frame["table"] == "indicators") & frame["label"].isin(profile.other_cost)
    others &= frame["form"].isin(profile.project_forms)
    whole = frame["form_id"].map(frame[is_total].groupby("form_id")["fen"].last())
    for row in pick(
        tables.amount_rows, others & (whole > 0).fillna(False) & (frame["fen"] > limit * whole).fillna(False)
    ):
        total = totals[row.form]
        part, all_of_it = row.fen or 0, total.fen or 0
        share = f"{part / all_of_it:.1%}".rstrip("%").removesuffix(".0")
        values = {
            "where": str(row.ref), "label": row.label, "part": wan(part), "total": wan(all_of_it), "share": share,
        }  # fmt: skip
        most = f"{limit:.0%}".rstrip("%")
        yield Hit((row.ref,), {"limit": most}, related=(total.ref,), each=EACH.render(lang, **values))


@RULES.table_rule(
    "SUM-16",
    Severity.ERROR,
    name=Text("金额为负数", "Negative amount"),
    what=Text("预算金额不能是负数", "A budget amount cannot be negative"),
    message=Text(
        "“{label}”是负数：{amount} 万元。请改正。", "“{label}” is negative: {amount} 万元. Please correct it."
    ),
    source="预算金额不为负",
    needs="amounts",
    why=Text(
        "预算是要花的钱，不会是负数；负数多半是为了凑平合计。",
        "A budget is money to be spent; a negative one mostly hides a difference.",
    ),
    fix=Text("改成实际金额，再核对合计。", "Give the actual amount and check the total again."),
    wrong=Text("资金总额 8.00，财政拨款 9.00，其他资金 -1.00", "资金总额 8.00, 财政拨款 9.00, 其他资金 -1.00"),
    right=Text("资金总额 8.00，财政拨款 8.00，其他资金 0.00", "资金总额 8.00, 财政拨款 8.00, 其他资金 0.00"),
)
def negative_amount(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """An amount below zero, wherever it is."""
    for row in pick(tables.amount_rows, (tables.amounts["fen"].fillna(0) < 0) & (tables.amounts["state"] == "ok")):
        yield Hit((row.ref,), {"label": row.label, "amount": wan(row.fen or 0)}, written=row.text)


QUOTA = Text(
    "“{level}”下各指标分值合计 {weight}，应为 {quota}。请调整。",
    "The weights under “{level}” add up to {weight}; they must make {quota}.",
)

USUAL = Text(
    "“{level}”下各指标分值合计 {weight}，这样的表一般为 {quota}。请核对。",
    "The weights under “{level}” add up to {weight}; on such a form it is {quota} as a rule. Please check.",
)


@RULES.table_rule(
    "SUM-19",
    Severity.ERROR,
    name=Text("分值合计不符", "Weights do not add up"),
    what=Text(
        "全部指标分值合计、各级指标分值合计应等于规定分值",
        "All weights, and those of each level that has a quota, must make the allotted figure",
    ),
    message=Text(
        "全部指标分值合计 {weight}，应为 {quota}。请调整。", "All weights add up to {weight}; they must make {quota}."
    ),
    source="分值合计应为 100",
    needs="weights",
    why=Text(
        "分值合计不是规定的分数，各单位的得分就不能比较。",
        "Scores can only be compared where the weights make the same whole.",
    ),
    fix=Text("调整各指标的分值，使合计等于规定分值。", "Change the weights so that they make the allotted figure."),
    wrong=Text("规定 100 分，全部指标分值合计 85 分", "100 allotted, the weights make 85"),
    right=Text("规定 100 分，全部指标分值合计 100 分", "100 allotted, the weights make 100"),
)
def weights_do_not_add_up(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Quotas are ``weight_total`` and ``quotas`` of the indicator table and the ``weight`` of its levels.

    Weights beside the table, such as that of 预算执行率, are part of the whole.
    """
    levels = tables.profile.levels
    weighed = tables.indicators[tables.indicators["weight"].notna()]
    for _, group in weighed.groupby(["form_id", "period"], sort=False, observed=True):
        lines = [tables.indicator_rows[number] for number in group.index]
        spec = tables.profile.forms[lines[0].form.kind].indicators
        if spec is None:
            continue
        beside = weights_of(tables.profile, lines[0].form)
        if None not in beside:
            yield from _against_quota(lines, spec.weight_total, None, "", beside=float(sum(filter(None, beside))))
        for level in spec.levels:
            if level.weight is not None:
                under = [line for line in lines if level.key in (line.first, line.second)]
                yield from _against_quota(under, level.weight, QUOTA, levels[level.key].name)
        for key, quota in _usual(lines, spec.quotas).items():
            under = [line for line in lines if line.first == key]
            yield from _against_quota(under, quota, USUAL, levels[key].name, Severity.WARNING)


def _usual(lines: Sequence[IndicatorRow], quotas: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    """The quotas of a form with just these first levels; none where it has others."""
    firsts = {line.first for line in lines}
    return next((each for each in quotas if set(each) == firsts), {})


def _against_quota(
    lines: Sequence[IndicatorRow],
    quota: float,
    message: Text | None,
    level: str,
    severity: Severity | None = None,
    beside: float = 0.0,
) -> Iterator[Hit]:
    weight = round(sum(line.weight or 0.0 for line in lines) + beside, 6)
    if lines and weight != quota:
        cells = tuple(line.weight_ref for line in lines)
        values = {"weight": f"{weight:g}", "quota": f"{quota:g}", "level": level}
        stated, computed = f"{weight:g}", f"{quota:g}"
        yield Hit(cells[:1], values, cells[1:], stated, computed, message=message, severity=severity)
