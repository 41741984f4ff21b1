"""Anything typed into the cells of a workbook, but for those of the sum that is broken in it."""

from __future__ import annotations

import random
import re
from collections.abc import Collection
from xml.sax.saxutils import escape

from damage import Parts, closed, opened

#: what must never come out of a report as anything but text
IMAGE, LINK = "<img src=x onerror=EVIL>", '=HYPERLINK("http://evil.example/EVIL","EVIL")'
TEXTS = (
    "", " ", "　", "\n", "无", "/", "—", "-", "0", "同上", "见附表", "N/A", "None", "null", "nan", "17万元",
    "17 万 元", "1,7万元", "１７．５万元", "17万元左右", "约17万", "17万元（其中：财政拨款10万元）", "壹拾柒万元整",
    "17元", "170000", "1e5", "-17", "(17)", "17.5.3", "1.7E+308", "9" * 400, "0." + "1" * 400, "≥95%", "≥９５％",
    "95%-90%", "≧95", "100.01%", "2020年12月底前", "2020-13-45", "2020年2月30日", "9999999年", "二〇二〇年度",
    "202O年", "￥", "%", "≥", "万元", "√", "□√", "合计", "项目支出绩效目标申报表", "项目名称", "资金总额：",
    "项目名称：甲：乙", "单位：万元", "金额单位：元", "一级指标", "{}", "{0}", "%s", "\\", "'", '"', "&", "]]>",
    "_x000D_", "_x0000_", "\U0001f600", "e\u0301", "\u202e倒", "\u200b", "\ufeff", "长" * 40_000, "x\n" * 3_000,
    "（" * 500, "1" + "0" * 30 + "万元", "1、甲；2、乙；" * 200, "甲单位124家，" * 300, "99" + "%，合格率" * 200,
    IMAGE, LINK, "@SUM(A1)", "+1+1", "=1+1", "../../x",
)  # fmt: skip
VALUES = (
    "0", "-1", "1", "17.5", "1E-9", "1E+15", "1E+300", "-0", "0.95", "43831", "2958466", "1E400", "NaN", "", "x",
    "394.03000000000003",
)  # fmt: skip
FORMULAS = (
    "SUM(D7:D9)", "D7", "1/0", "#REF!", "[1]x!A1", "SUM(" * 60, "VLOOKUP(A1,B:C,2)", "$A$1", "SUM(A1:XFD1048576)", "",
)  # fmt: skip
TYPES = "ebdsn"
_CELL = re.compile(rb'<c r="([A-Z]+\d+)"([^<>]*?)(?:/>|>.*?</c>)', re.DOTALL)


def any_cells(dice: random.Random, data: bytes, sheets: dict[str, str], spared: Collection[tuple[str, str]]) -> bytes:
    """Some cells of a workbook typed over. ``sheets`` are the parts by the names of their sheets."""
    parts: Parts = opened(data) or []
    kept = {sheets[sheet]: {cell for other, cell in spared if other == sheet} for sheet in sheets}
    names = [at for at, (name, _) in enumerate(parts) if name in kept]
    for at in dice.sample(names, min(len(names), dice.choice((1, 1, 2, 3)))):
        name, content = parts[at]
        parts[at] = name, _typed_over(dice, content, kept[name])
    return closed(dice, parts)


def _typed_over(dice: random.Random, content: bytes, spared: Collection[str]) -> bytes:
    share = dice.choice((0.01, 0.03, 0.1, 0.5))

    def other(match: re.Match[bytes]) -> bytes:
        if match[1].decode() in spared or dice.random() > share:
            return match[0]
        style = re.search(rb's="\d+"', match[2])
        return b'<c r="%s" %s %s' % (match[1], style[0] if style else b"", cell(dice).encode("utf-8", "surrogatepass"))

    return _CELL.sub(other, content)


def cell(dice: random.Random) -> str:
    """The rest of a ``<c>`` element: a text, a number, a formula, an error, a date, nothing."""
    kind = dice.randrange(10)
    if kind < 5:
        return f't="inlineStr"><is><t xml:space="preserve">{escape(text(dice))}</t></is></c>'
    if kind < 7:
        return f"><v>{dice.choice(VALUES)}</v></c>"
    if kind == 7:
        kind_of_result = dice.choice(("", 't="str"', 't="e"'))
        result = dice.choice(("", "<v></v>", "<v>17</v>", "<v>x</v>"))
        return f"{kind_of_result}><f>{escape(dice.choice(FORMULAS))}</f>{result}</c>"
    if kind == 8:
        told = dice.choice(
            ("#REF!", "#N/A", "#DIV/0!", "1", "true", "2020-02-30", "2020-12-31T25:00:00", "99999", "-1")
        )
        return f't="{dice.choice(TYPES)}"><v>{told}</v></c>'
    return "/>"


def text(dice: random.Random) -> str:
    """Something people type, or a jumble of several such things."""
    if dice.random() < 0.7:
        return dice.choice(TEXTS)
    pieces = [dice.choice(TEXTS)[:40] for _ in range(dice.randrange(2, 8))]
    return "".join(pieces)
