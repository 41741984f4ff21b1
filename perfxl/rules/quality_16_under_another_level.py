"""An indicator that by its name belongs under another level: 超出预算比率 under 经济效益."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.rules._wording import QUANTITY, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, rows
from perfxl.values import squeeze

STOCK = Text(
    "“{name}”可能是已有的总量，不是本年度要完成的数量。建议换成本项目实际要做的数量，如检查、办理的单位数。",
    "“{name}” may be what is there already, not what this year's work brings about. "
    "Better give a quantity of the work itself.",
)


@table_rule(
    "QUALITY-16",
    Severity.NOTICE,
    name=Text("指标可能放错类别", "Perhaps under another level"),
    what=Text("指标应放在相应的二级指标下", "An indicator stands under the level it belongs to"),
    message=Text(
        "“{name}”列在“{level}”下，可能应列在“{belongs}”下。请核对类别。",
        "“{name}” stands under “{level}” and may belong under “{belongs}”. Please check.",
    ),
    needs="indicators",
    why=Text(
        "放错了类别，同类指标汇不到一起，本类也像是缺了一条。",
        "Under another level an indicator is missing where it belongs.",
    ),
    fix=Text(
        "移到相应的二级指标下；确属本类的，可以不改。",
        "Move it to the level it belongs to; if it is in its place, leave it.",
    ),
    wrong=Text("数量指标“培训合格率”：≥95%", "Quantity 培训合格率: ≥95%"),
    right=Text("质量指标“培训合格率”：≥95%", "Quality 培训合格率: ≥95%"),
)
def under_another_level(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile's ``belongs`` says which words tell of which level, its ``stocks`` what counts what is there."""
    profile, lines = tables.profile, tables.indicators
    stocks = profile.lexicon.get("stocks", ())
    telling = [(word, level) for level, words in profile.belongs.items() for word in words]
    if not telling and not stocks:
        return
    for line in rows(lines, (lines["name_key"] != "") & lines["second"].isin(profile.levels)):
        name = squeeze(line.name)
        levels = {level for word, level in telling if word in name}
        if levels and not levels & {line.second, line.first}:
            values = {
                "name": shown(line.name), "level": _name(profile, line.second), "belongs": _name(profile, min(levels)),
            }  # fmt: skip
            yield Hit((name_ref(line),), values, written=line.name)
        elif stocks and line.second == QUANTITY and name.startswith(stocks):
            yield Hit((name_ref(line),), {"name": shown(line.name)}, written=line.name, message=STOCK)


def _name(profile: Profile, level: str) -> str:
    return profile.levels[level].name
