"""Amounts in full-width digits, Chinese capitals, with separators or blanks: read, but no sheet can add them."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import longest
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_file, ref

WAYS = {
    "full_width": Text("全角数字", "full-width digits"),
    "thousands": Text("千分位分隔符", "thousands separators"),
    "capitals": Text("中文大写数字", "Chinese numerals"),
    "spaces": Text("数字中间的空格", "blanks within a figure"),
}


@table_rule(
    "AMOUNT-07",
    Severity.NOTICE,
    name=Text("数字写法不规范", "Unusual writing of figures"),
    what=Text(
        "金额用半角阿拉伯数字填写，不用全角、大写数字、分隔符和空格",
        "Amounts are plain digits, without full-width characters, Chinese numerals, separators and blanks",
    ),
    message=Text(
        "金额“{text}”用了{ways}，已按数字读取。请改填普通数字，便于表格自动合计。",
        "Amounts such as “{text}” are written with {ways}; they were read. "
        "Please type plain figures, so that the sheet can add them.",
    ),
    needs="amounts",
    why=Text(
        "全角、大写或带分隔符的数是文字，表格不能自动合计。",
        "Full-width digits, numerals in words and separators are text, which a sheet cannot add.",
    ),
    fix=Text("改填半角阿拉伯数字。", "Type plain digits."),
    wrong=Text("资金总额：捌万元", "资金总额: 捌万元"),
    right=Text("资金总额：8.00", "资金总额: 8.00"),
)
def unusual_writing(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a file, with all its cells."""
    amounts = tables.amounts
    written = (amounts["state"] == "ok") & ~amounts["number"] & amounts["notes"].map(is_unusual).astype(bool)
    for found in by_file(amounts, written):
        cells = tuple(dict.fromkeys(ref(row) for row in found))
        ways = [text for note, text in WAYS.items() if any(note in row.notes for row in found)]
        values = {
            "text": longest(row.text for row in found),
            "ways": Text("、", ", ").render(lang).join(way.render(lang) for way in ways),
        }
        yield Hit(cells, values, written=found[0].text)


def is_unusual(notes: tuple[str, ...]) -> bool:
    """Whether an amount with these notes is written in one of these ways."""
    return any(note in WAYS for note in notes)
