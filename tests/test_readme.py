"""What the front pages say is so: their commands parse, their links lead somewhere, the names they give exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

import perfxl
from perfxl.cli import commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "README.md",
    "README.zh-CN.md",
    "CHANGELOG.md",
    "benchmarks/README.md",
    "samples/README.md",
    "docs/formats.md",
    "docs/rules.md",
    "docs/rules.zh-CN.md",
    "docs/clerk-files.md",
    "docs/clerk-files.zh-CN.md",
    "docs/letters.md",
    "docs/round.md",
    "docs/round.zh-CN.md",
    "docs/mail.md",
    "docs/mail.zh-CN.md",
)
COMMAND = re.compile(r"^\s{4}(perfxl .+?)(?:\s{2,}#.*)?$|`(perfxl [^`]+)`", re.MULTILINE)


def said(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def lines(page: str) -> list[str]:
    found = [(block or inline).split(" > ")[0] for block, inline in COMMAND.findall(said(page))]
    return [line for line in found if "…" not in line and "<" not in line]


@pytest.mark.parametrize("line", sorted({line for page in PAGES for line in lines(page)}))
def test_commands_parse(line):
    group = commands("zh")
    _, name, *args = shlex.split(line)
    command = group.commands[name]
    with click.Context(command, info_name=name, resilient_parsing=True) as context:
        command.parse_args(context, args)


def test_the_pages_give_commands():
    assert len(lines("README.md")) >= 5
    assert len(lines("README.zh-CN.md")) >= 4


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", said(page)):
        assert (ROOT / page).parent.joinpath(target).exists(), target


def test_every_command_is_told_of():
    for name in commands("zh").commands:
        assert f"perfxl {name}" in said("README.md")
        assert f"perfxl {name}" in said("README.zh-CN.md")


def test_the_rooms_that_the_readme_names_are_there():
    for path in re.findall(r"`(perfxl/[a-z_/]*?)/?(?:<[^`]*)?`", said("README.md")):
        assert (ROOT / path).exists(), path


def test_the_notebook_functions_can_be_called_twice(samples):
    path = next(samples.glob("*clean.xlsx"))
    for _ in range(2):
        assert len(perfxl.read(path).forms) == 10
        assert perfxl.check(path).worst == 0
