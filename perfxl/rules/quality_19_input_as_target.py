"""What is put into a project, given as what comes out of it: 资金到位率."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import first_word, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, ref, rows


@table_rule(
    "QUALITY-19",
    Severity.NOTICE,
    name=Text("把投入当作目标", "Input given as a target"),
    what=Text(
        "绩效指标反映产出和效果，资金到位、人力物力投入不是产出",
        "Indicators tell of outputs and effects; money and people put in are neither",
    ),
    message=Text(
        "“{name}”反映的是投入，不是产出或效果。建议换成用这些投入做成了什么的指标。",
        "“{name}” tells what is put in, not what comes out. An indicator of what is done with it would say more.",
    ),
    needs="indicators",
    why=Text(
        "资金和人员到位了，不等于事情办成了。", "Money and people that are there do not mean that the work is done."
    ),
    fix=Text("换成用这些投入做成了什么的指标。", "Give an indicator of what is done with them."),
    wrong=Text("专项资金到位率：100%", "专项资金到位率: 100%"),
    right=Text("培训网站管理人员：≥150人", "培训网站管理人员: ≥150人"),
)
def input_as_target(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The words looked for in the names are the profile's ``inputs``."""
    for line in rows(tables.indicators):
        if first_word(tables.profile, "inputs", line.name):
            yield Hit((name_ref(line), ref(line)), {"name": shown(line.name)}, written=line.name)
