"""A word in two spellings within one workbook."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._prose import prose
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables

EACH = Text("“{odd}”写了 {n} 处，另有 {m} 处写作“{usual}”", "“{odd}” stands in {n} places, “{usual}” in {m} others")


@table_rule(
    "TYPO-02",
    Severity.NOTICE,
    name=Text("同一词两种写法", "Two spellings of a word"),
    what=Text("同一个词在一个文件中写法一致", "A word is spelt in one way throughout a workbook"),
    message=Text(
        "同一词有两种写法：{each}。如指同一件事，请统一写法。",
        "Words are spelt in two ways: {each}. If they mean one thing, use one spelling.",
    ),
    group="file",
    why=Text("同一个词两种写法，容易被当成两件事。", "A word in two spellings is easily taken for two things."),
    fix=Text("全文统一用一种写法。", "Use one spelling throughout."),
    wrong=Text("项目1 写“其他成本”，项目2 写“其它成本”", "其他成本 on one form, 其它成本 on another"),
    right=Text("各表都写“其他成本”", "其他成本 on all forms"),
)
def two_spellings(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a file: of each pair of the profile's ``spellings``, the cells of the rarer one."""
    pairs = [tuple(words.split("/")) for words in tables.profile.lexicon.get("spellings", ())]
    found: dict[tuple[str, tuple[str, ...]], dict[str, list[Ref]]] = {}
    for item in prose(tables) if pairs else ():
        for pair in pairs:
            for word in pair:
                if word in item.text:
                    found.setdefault((item.ref.file, pair), {}).setdefault(word, []).append(item.ref)
    for (_, pair), cells in found.items():
        usual = max(pair, key=lambda word: len(cells.get(word, ())))
        for odd in pair:
            if odd != usual and odd in cells:
                places = tuple(dict.fromkeys(cells[odd]))
                values = {"odd": odd, "n": len(places), "usual": usual, "m": len(set(cells[usual]))}
                yield Hit(places, written=odd, each=EACH.render(lang, **values))
