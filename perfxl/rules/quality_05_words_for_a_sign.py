"""Words for a sign: 95%以上, 大于90%, 力争95%."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import noted
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "QUALITY-05",
    Severity.NOTICE,
    name=Text("用文字代替符号", "Words for a sign"),
    what=Text("“以上”“大于”“不低于”等建议改用符号", "以上, 大于, 不低于 are better written as signs"),
    message=Text(
        "指标值用“以上”“大于”“不低于”“力争”等文字表示范围。建议改用符号，如“≥95%”“≤3%”。",
        "A value says in words (以上, 大于, 不低于, 力争) what a sign says better: “≥95%”, “≤3%”.",
    ),
    needs="indicators",
    group="file",
    why=Text("文字的写法不一，汇总和自评时难以比较。", "Words differ from form to form and cannot be compared."),
    fix=Text("写成“符号＋数字＋单位”。", "Write sign, number and unit."),
    wrong=Text("满意度：大于90%", "Satisfaction: 大于90%"),
    right=Text("满意度：≥90%", "Satisfaction: ≥90%"),
)
def words_for_a_sign(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One notice a file. 约 and 左右 are QUALITY-06; 3个工作日内 is how people write a limit."""
    lines = tables.indicators
    worded = noted(lines, "open_wording") & ~lines["approx"].to_numpy(bool)
    for line in rows(lines, worded):
        if not line.value.rstrip("。 ").endswith("内"):
            yield Hit((ref(line),), written=line.value)
