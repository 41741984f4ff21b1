"""``perfxl rules``: which rules there are, and what each of them means."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from perfxl.cli import profile as profiles
from perfxl.cli.dress import Command, Option, lang_option
from perfxl.model import Lang, Text

if TYPE_CHECKING:
    from perfxl.rules.catalogue import Entry

ABOUT = Text(
    "列出全部审核规则；给出编号时，说明这一条：审核什么、为什么、依据、怎样改、错误和正确的示例。编号不分大小写，可以不写连字符。",
    "List all rules; with a CODE, explain one: what is checked, why, its source, how to fix it, an example that is "
    "wrong and one that is right. The case of a code and its hyphen do not matter.",
)
SHORT = Text("列出审核规则，或说明其中一条。", "List the rules, or explain one.")
JSON = Text("在标准输出给出 JSON。", "Print JSON.")
NO_RULE = Text("没有规则 {code}。", "There is no rule {code}.")
NEAR = Text("相近的有：{codes}。", " Did you mean {codes}?")
ALL = Text("用 perfxl rules 查看全部。", " perfxl rules lists them all.")
COUNT = Text(
    "共 {n} 条。perfxl rules 编号 说明其中一条，如 perfxl rules {example}。",
    "{n} rules. perfxl rules CODE explains one, as perfxl rules {example}.",
)


def command(lang: Lang) -> click.Command:
    """The command with its help in one language."""
    return Command(
        "rules",
        lang=lang,
        help=ABOUT.render(lang),
        short_help=SHORT.render(lang),
        callback=run,
        params=[
            click.Argument(["code"], required=False, metavar="[CODE]"),
            profiles.option(lang),
            Option(["--json", "as_json"], is_flag=True, help=JSON.render(lang)),
            lang_option(lang),
        ],
    )


def run(code: str | None, profile: str, as_json: bool, lang: Lang) -> int:
    """Show the list or one rule; the exit code."""
    form = profiles.loaded(profile, lang)
    from perfxl.rules.catalogue import catalogue, find

    entries: Sequence[Entry] = catalogue(form)
    if code is not None:
        entries = find(entries, code)
        if not entries:
            raise click.ClickException(_unknown(code, catalogue(form), lang))
    if as_json:
        text = json.dumps([_data(entry, lang) for entry in entries], ensure_ascii=False, indent=1) + "\n"
        # a file or a pipe gets UTF-8 whatever the console speaks
        click.echo(text if sys.stdout.isatty() else text.encode(), nl=False)
    elif code is not None:
        click.echo("\n\n".join("\n".join(_explained(entry, lang)) for entry in entries))
    elif sys.stdout.isatty():
        _table(entries, lang)
    else:
        for entry in entries:
            click.echo("\t".join(_row(entry, lang)))
    return 0


def _unknown(code: str, entries: Sequence[Entry], lang: Lang) -> str:
    from perfxl.rules.catalogue import near

    meant = near(entries, code)
    hint = NEAR.render(lang, codes=("、" if lang == "zh" else ", ").join(meant)) if meant else ALL.render(lang)
    return NO_RULE.render(lang, code=code) + hint


def _row(entry: Entry, lang: Lang) -> list[str]:
    from perfxl.rules.catalogue import OFF

    severity = entry.severity.label if entry.severity else OFF
    return [entry.code, *(text.render(lang) for text in (entry.rule.name, severity, entry.rule.what))]


def _data(entry: Entry, lang: Lang) -> dict[str, Any]:
    rule = entry.rule
    texts = {key: getattr(rule, key).render(lang) for key in ("name", "what", "why", "fix", "wrong", "right")}
    severity = entry.severity.value if entry.severity else "off"
    return {"code": entry.code, "severity": severity, "source": rule.source, **texts}


def _explained(entry: Entry, lang: Lang) -> Iterator[str]:
    from perfxl.rules.catalogue import SEVERITY

    yield click.style(f"{entry.code} {entry.rule.name.render(lang)}", bold=True)
    colon = "：" if lang == "zh" else ": "
    yield f"  {SEVERITY.render(lang)}{colon}{entry.grade(lang)}"
    for head, text in entry.told():
        yield f"  {head.render(lang)}{colon}{text.render(lang)}"


def _table(entries: Sequence[Entry], lang: Lang) -> None:
    from perfxl.cli.table import show
    from perfxl.model import Severity
    from perfxl.rules.catalogue import CODE, NAME, OFF, SEVERITY, WHAT

    tones = {Severity.ERROR.label: "red", Severity.WARNING.label: "yellow", OFF: "dim"}
    show(
        [head.render(lang) for head in (CODE, NAME, SEVERITY, WHAT)],
        [_row(entry, lang) for entry in entries],
        {text.render(lang): style for text, style in tones.items()},
    )
    click.secho(COUNT.render(lang, n=len(entries), example=entries[-1].code), dim=True)
