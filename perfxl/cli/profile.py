"""``--profile``, which every command takes that speaks of forms."""

from __future__ import annotations

import click

from perfxl.cli.dress import Option
from perfxl.model import Lang, Text
from perfxl.profiles import DEFAULT, Profile, ProfileError, built_in, load

HELP = Text(
    "表式：内置表式的名称，或自定义表式 .toml 文件的路径。默认 {default}。",
    "Edition of the forms: the id of a built-in profile, or the path of a .toml file. Default: {default}.",
)
UNKNOWN = Text(
    "没有表式 {name}。内置的表式有：{known}；自定义表式请给出 .toml 文件的路径。",
    "There is no profile {name}. Built in are: {known}; for one of your own give the path of its .toml file.",
)
UNUSABLE = Text("表式文件不能用：{error}", "The profile cannot be used: {error}")


def option(lang: Lang) -> Option:
    """``--profile ID|FILE.toml``."""
    return Option(["--profile"], metavar="ID|FILE.toml", default=DEFAULT, help=HELP.render(lang, default=DEFAULT))


def loaded(name: str, lang: Lang) -> Profile:
    """The profile of that name; a ``ClickException`` says in words why there is none."""
    from perfxl.rules import all_rules  # brings pandas, which --help does not need

    if name not in built_in() and not name.endswith(".toml"):
        raise click.ClickException(UNKNOWN.render(lang, name=name, known="、".join(built_in())))
    try:
        profile = load(name)
        all_rules(profile)
    except ProfileError as error:
        raise click.ClickException(UNUSABLE.render(lang, error=error.render(lang))) from error
    return profile
