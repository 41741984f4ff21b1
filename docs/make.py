"""Write the catalogue of the rules and the tables of the clerk's lists: ``python docs/make.py [--out FOLDER]``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from perfxl.clerk.lists import ClerkList
from perfxl.clerk.pairs import PAIRS
from perfxl.clerk.roster import CONTROL_FIGURES, ROSTER
from perfxl.clerk.waivers import WAIVERS
from perfxl.model import Lang, Text
from perfxl.profiles import DEFAULT, load
from perfxl.rules import CODE, NAME, SEVERITY, WHAT, Entry, catalogue

HERE = Path(__file__).parent
PAGES: dict[str, Lang] = {"rules.zh-CN.md": "zh", "rules.md": "en"}
#: the pages with the columns of the clerk's lists, between two comments
LIST_PAGES: dict[str, Lang] = {"clerk-files.zh-CN.md": "zh", "clerk-files.md": "en"}
COLUMNS = re.compile("(?<=<!-- columns: make docs -->\n).*?(?=<!-- end of columns -->)", re.DOTALL)
LISTS: tuple[ClerkList, ...] = (WAIVERS, PAIRS, CONTROL_FIGURES, ROSTER)
COLUMN, REQUIRED, HOW = Text("栏目", "column"), Text("必填", "required"), Text("怎样填", "what to write")
EXAMPLE, KEY = Text("例", "example"), Text("TOML 中", "in TOML")
YES = Text("是", "yes")
TITLE = Text("审核规则", "The rules")
OTHER = Text("[English](rules.md)", "[中文](rules.zh-CN.md)")
ABOUT = Text(
    "表式 `{profile}`（{title}）的全部规则。错误（强制性审核）必须改正；警告和提示（提示性审核）请核对，如属实可不改。"
    "在命令行查看：`perfxl rules`，`perfxl rules {example}`。",
    "All rules of the profile `{profile}` ({title}). Errors block and must be corrected; warnings and notices are to "
    "be checked and may stay as they are. On the command line: `perfxl rules`, `perfxl rules {example}`.",
)
GENERATED = Text("本页由 `make docs` 从规则生成，请勿手改。", "Generated from the rules by `make docs`; do not edit.")
FAMILIES = {
    "AMOUNT": Text("金额的写法", "How amounts are written"),
    "BOX": Text("勾选", "Ticks"),
    "COMPLETE": Text("完整性", "Completeness"),
    "CONTACT": Text("联系方式", "Contacts"),
    "CROSS": Text("表间勾稽", "Between the forms"),
    "DATE": Text("日期与年度", "Dates and years"),
    "DUP": Text("重复与照抄", "Copies"),
    "FILE": Text("文件", "Files"),
    "LAYOUT": Text("版面与读取", "Layout and reading"),
    "PAIR": Text("配对表", "Lists of pairs"),
    "WAIVER": Text("豁免登记表", "Lists of waivers"),
    "NARRATIVE": Text("目标与指标", "Goals and indicators"),
    "QUALITY": Text("指标质量", "Quality of the indicators"),
    "ROUND": Text("批次", "The round"),
    "SCORE": Text("自评得分", "Scores of a self-evaluation"),
    "SUM": Text("合计", "Sums"),
    "TYPO": Text("错别字", "Spelling"),
}


def page(lang: Lang) -> str:
    """The page in one language."""
    profile = load(DEFAULT)
    entries = catalogue(profile)
    title = profile.title.render(lang)
    about = ABOUT.render(lang, profile=profile.id, title=title, example="SUM-10")
    lines = [f"# {TITLE.render(lang)}", "", OTHER.render(lang), "", about, "", GENERATED.render(lang), ""]
    for family, found in groupby(entries, key=lambda entry: entry.code.partition("-")[0]):
        lines += _family(family, list(found), lang)
    return "\n".join(lines)


def _family(family: str, entries: Sequence[Entry], lang: Lang) -> Iterator[str]:
    """What there is in a family, and then one heading a code: several sums may share it."""
    name = FAMILIES.get(family)
    yield from (f"## {family} {name.render(lang)}" if name else f"## {family}", "")
    yield _row(text.render(lang) for text in (CODE, NAME, SEVERITY, WHAT))
    yield "|---|---|---|---|"
    for entry in entries:
        rule = entry.rule
        link = f"[{entry.code}](#{entry.code.lower()})"
        yield _row((link, _plain(rule.name.render(lang)), entry.grade(lang), _plain(rule.what.render(lang))))
    yield ""
    for code, same in groupby(entries, key=lambda entry: entry.code):
        # the heading is its own anchor: #sum-10
        yield from (f"### {code}", "")
        for entry in same:
            yield from _entry(entry, lang)


def _entry(entry: Entry, lang: Lang) -> Iterator[str]:
    colon = "：" if lang == "zh" else ": "
    yield from (f"**{_plain(entry.rule.name.render(lang))}**{colon}{entry.grade(lang)}", "")
    yield from (f"- {head.render(lang)}{colon}{_plain(text.render(lang))}" for head, text in entry.texts())
    yield ""


def _row(cells: Iterator[str] | Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """A text in which nothing is markup."""
    return re.sub(r"([\\`*_|<>\[\]])", r"\\\1", text)


def with_columns(text: str, lang: Lang) -> str:
    """A page about the clerk's lists with the columns as they are declared."""
    return COLUMNS.sub(lambda _: "\n".join(line for kind in LISTS for line in _columns(kind, lang)) + "\n", text)


def _columns(kind: ClerkList, lang: Lang) -> Iterator[str]:
    heads = (COLUMN, REQUIRED, HOW, EXAMPLE, *((KEY,) if kind.table else ()))
    yield from ("", f"### {_plain(kind.title.render(lang))}", "", _row([head.render(lang) for head in heads]))
    yield "|" + "---|" * len(heads)
    for column in kind.columns:
        if column.width:
            required = YES.render(lang) if column.required else ""
            cells = [_plain(text) for text in (column.label.render("zh"), required, column.how.render(lang))]
            yield _row([*cells, f"`{column.example}`", *([f"`{column.key}`"] if kind.table else [])])


def main() -> None:
    """Write the pages and print their names."""
    parser = argparse.ArgumentParser(description="Write the generated pages and tables.")
    parser.add_argument("--out", type=Path, default=HERE, help="folder (default: beside this script)")
    out: Path = parser.parse_args().out
    for name, lang in PAGES.items():
        (out / name).write_text(page(lang), "utf-8", newline="\n")
        print(out / name)
    for name, lang in LIST_PAGES.items():
        (out / name).write_text(with_columns((HERE / name).read_text("utf-8"), lang), "utf-8", newline="\n")
        print(out / name)


if __name__ == "__main__":
    main()
