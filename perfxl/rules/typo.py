"""TYPO: words that are misspelt or spelt in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from perfxl.model import Lang, Ref, Text
from perfxl.rules.rule import Family, Hit
from perfxl.rules.texts import prose
from perfxl.tables import Return

RULES = Family()

MISSPELT = Text("“{word}”可能应为“{meant}”", "“{word}” should possibly be “{meant}”")
SPELT = Text("“{odd}”写了 {n} 处，另有 {m} 处写作“{usual}”", "“{odd}” stands in {n} places, “{usual}” in {m} others")


@RULES.notice(
    "TYPO-01",
    name=Text("疑似错别字", "Likely misspelt"),
    what=Text("常见的错别字、漏字、多字", "Words that are often misspelt"),
    message=Text("疑似错别字：{each}。", "Words look misspelt: {each}."),
    group="file",
    why=Text("错别字易致误解，也影响按名称查找和汇总。", "A misspelt word misleads, and is not found by its name."),
    fix=Text("按提示改正错别字；确属专用名称的，不作修改。", "Check and correct it; if it is meant so, leave it."),
    wrong=Text("网站管理配训费", "网站管理配训费"),
    right=Text("网站管理培训费", "网站管理培训费"),
)
def misspelt_words(book: Return, lang: Lang) -> Iterator[Hit]:
    """Words of the profile's ``typos``: one finding a file with all cells."""
    typos, words_at = book.profile.typos, dict[Ref, set[str]]()
    pattern = _misspelt(tuple(typos))
    for item in prose(book) if typos else ():
        if words := pattern.findall(item.text):
            words_at.setdefault(item.ref, set()).update(words)
    semicolon = Text("；", "; ").render(lang)
    for ref, found in words_at.items():
        each = semicolon.join(MISSPELT.render(lang, word=word, meant=typos[word]) for word in sorted(found))
        yield Hit((ref,), each=each)


@lru_cache(maxsize=8)
def _misspelt(words: tuple[str, ...]) -> re.Pattern[str]:
    """The words, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


@RULES.notice(
    "TYPO-02",
    name=Text("同一词两种写法", "Two spellings of a word"),
    what=Text("同一个词在一个文件中写法一致", "A word is spelt in one way throughout a workbook"),
    message=Text(
        "同一词有两种写法：{each}。",
        "Words are spelt in two ways: {each}.",
    ),
    group="file",
    why=Text("同一个词有两种写法，易误作两个事项。", "A word in two spellings is easily taken for two things."),
    fix=Text("全文统一为一种写法。", "Use one spelling throughout."),
    wrong=Text("项目1 写“其他成本”，项目2 写“其它成本”", "其他成本 on one form, 其它成本 on another"),
    right=Text("各表都写“其他成本”", "其他成本 on all forms"),
)
def two_spellings(book: Return, lang: Lang) -> Iterator[Hit]:
    """A word in two spellings (``spellings`` of the profile): the cells of the rarer one, of equal ones the second."""
    pairs = [tuple(words.split("/")) for words in book.profile.lexicon.get("spellings", ())]
    found: dict[tuple[str, ...], dict[str, list[Ref]]] = {}
    for item in prose(book) if pairs else ():
        for pair in pairs:
            for word in pair:
                if word in item.text:
                    found.setdefault(pair, {}).setdefault(word, []).append(item.ref)
    for pair, cells in found.items():
        usual = max(pair, key=lambda word: len(cells.get(word, ())))
        for odd in pair:
            if odd != usual and odd in cells:
                places = tuple(dict.fromkeys(cells[odd]))
                values = {"odd": odd, "n": len(places), "usual": usual, "m": len(set(cells[usual]))}
                yield Hit(places, written=odd, each=SPELT.render(lang, **values))
