"""``perfxl diff``: what a unit changed between its last two versions, and what became of the findings."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from perfxl.cli import round_option
from perfxl.cli.dress import Command, Option, lang_option
from perfxl.model import Lang, Text

if TYPE_CHECKING:
    from perfxl.model import Finding
    from perfxl.rounds.compare import Comparison

ABOUT = Text(
    "比较一个单位最近两版：已改正、仍未改正、新出现的问题，以及改动的单元格。",
    "Compare the last two versions of a unit: findings closed, still open and new, and the cells that changed.",
)
JSON = Text("在标准输出给出 JSON。", "Print JSON.")
NO_UNIT = Text("名单中没有“{unit}”。{meant}", "“{unit}” is not on the roster.{meant}")
ONE_VERSION = Text(
    "“{unit}”只报送过 {n} 版，没有可以比较的。", "“{unit}” has sent {n} version(s): there is nothing to compare."
)
HEADLINE = Text("{unit}：第 {before} 版与第 {after} 版", "{unit}: version {before} and version {after}")
CLOSED, STILL, NEW = Text("已改正", "Closed"), Text("仍未改正", "Still open"), Text("新出现", "New")
CHANGES = Text("改动的单元格", "Cells that changed")
HEAD = Text("{head}（{n}）", "{head} ({n})")
LINE = Text("  {severity} {code} {place}{message}", "  {severity} {code} {place}{message}")
NONE = Text("  无", "  none")


def command(lang: Lang) -> click.Command:
    """The command with its help in one language."""
    return Command(
        "diff",
        lang=lang,
        help=ABOUT.render(lang),
        callback=run,
        params=[
            click.Argument(["unit"], metavar="UNIT"),
            round_option.option(lang),
            Option(["--json", "as_json"], is_flag=True, help=JSON.render(lang)),
            lang_option(lang),
        ],
    )


def run(unit: str, folder: Path, as_json: bool, lang: Lang) -> int:
    """Show the comparison; the exit code is 1 while an error is open."""
    with round_option.opened(folder, lang) as round_:
        from perfxl.clerk.errors import did_you_mean
        from perfxl.model import Severity
        from perfxl.rounds.compare import compare
        from perfxl.rounds.versions import histories

        member = round_.roster.named(unit)
        if member is None:
            near = did_you_mean(unit, [each.name for each in round_.roster.units]).render(lang)
            raise click.ClickException(NO_UNIT.render(lang, unit=unit, meant=near))
        versions = histories(round_)[member.name].versions
        if len(versions) < 2:
            raise click.ClickException(ONE_VERSION.render(lang, unit=member.name, n=len(versions)))
        found = compare(round_, *versions[-2:])
        if as_json:
            data = json.dumps(_data(member.name, len(versions), found), ensure_ascii=False, indent=1) + "\n"
            click.echo(data if sys.stdout.isatty() else data.encode(), nl=False)
        else:
            click.echo(HEADLINE.render(lang, unit=member.name, before=len(versions) - 1, after=len(versions)))
            _show(found, lang)
        return int(any(finding.severity is Severity.ERROR for finding in (*found.still, *found.new)))


def _show(found: Comparison, lang: Lang) -> None:
    for head, findings in ((CLOSED, found.closed), (STILL, found.still), (NEW, found.new)):
        _list(head, [_line(finding, lang) for finding in findings], lang)
    _list(CHANGES, [f"  {change.render(lang)}" for change in found.changes], lang)


def _list(head: Text, lines: Sequence[str], lang: Lang) -> None:
    click.echo(HEAD.render(lang, head=head.render(lang), n=len(lines)))
    for line in lines or [NONE.render(lang)]:
        click.echo("".join(c if c.isprintable() else "?" for c in line))


def _line(finding: Finding, lang: Lang) -> str:
    place = f"{finding.ref} " if finding.ref else ""
    label = finding.severity.label.render(lang)
    return LINE.render(lang, severity=label, code=finding.code, place=place, message=finding.message)


def _data(unit: str, version: int, found: Comparison) -> dict[str, Any]:
    lists = {"closed": found.closed, "still": found.still, "new": found.new}
    return {
        "unit": unit,
        "version": version,
        **{key: [_finding(finding) for finding in findings] for key, findings in lists.items()},
        "changes": [
            {"sheet": each.sheet, "cell": each.cell, "label": each.label, "before": each.before, "after": each.after}
            for each in found.changes
        ],
    }


def _finding(finding: Finding) -> dict[str, str]:
    ref = finding.ref
    return {
        "code": finding.code, "name": finding.name, "severity": finding.severity.value,
        "sheet": ref.sheet if ref else "", "cell": ref.cell if ref else "", "message": finding.message,
    }  # fmt: skip
