"""Options that several commands take, ``--profile`` and ``--round``, and what they name: a profile, a round."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from perfxl.cli.locale import Option
from perfxl.model import Lang, Text, UserError
from perfxl.profiles import DEFAULT

if TYPE_CHECKING:
    from perfxl.profiles import Profile
    from perfxl.rounds import Round

PROFILE = Text(
    "表式：内置表式的名称，或自定义表式 .toml 文件的路径。默认 {default}。",
    "Edition of the forms: the id of a built-in profile, or the path of a .toml file. Default: {default}.",
)
UNKNOWN = Text(
    "没有表式 {name}。内置的表式有：{known}；自定义表式请给出 .toml 文件的路径。",
    "There is no profile {name}. Built in are: {known}; for one of your own give the path of its .toml file.",
)
UNUSABLE = Text("表式文件不能用：{error}", "The profile cannot be used: {error}")
ROUND = Text("批次文件夹。默认为当前文件夹。", "The round's folder. Default: the current one.")
ASK_PASSWORD = Text("{account} 的密码（输入时不显示）", "Password of {account} (not shown)")
PROBLEM = Text("无法读写 {path}：{error}", "{path} cannot be read or written: {error}")
NO_PASSWORD = Text(
    "没有 {account} 的密码。请设环境变量 PERFXL_MAIL_PASSWORD，或存入系统钥匙串（keyring set perfxl {account}）。"
    "163、126、QQ 邮箱要用授权码。",
    "There is no password of {account}. Set PERFXL_MAIL_PASSWORD, or put it into the keyring "
    "(keyring set perfxl {account}).",
)


def profile_option(lang: Lang) -> Option:
    """``--profile ID|FILE.toml``."""
    return Option(["--profile"], metavar="ID|FILE.toml", default=DEFAULT, help=PROFILE.render(lang, default=DEFAULT))


def load_profile(name: str) -> Profile:
    """The profile of that name. Raises a ``UserError`` where there is none or it has a mistake."""
    from perfxl.profiles import ProfileError, built_in, load
    from perfxl.rules import all_rules  # imports pandas, which --help does not need

    if name not in built_in() and not name.endswith(".toml"):
        raise UserError(UNKNOWN, name=name, known="、".join(built_in()))
    try:
        profile = load(name)
        all_rules(profile)
    except ProfileError as error:
        raise UserError(UNUSABLE, error=error.message) from error
    return profile


def round_option(lang: Lang) -> Option:
    """``--round FOLDER``."""
    path = click.Path(path_type=Path)
    return Option(["--round", "folder"], type=path, metavar="FOLDER", default=Path(), help=ROUND.render(lang))


@contextmanager
def opened_round(folder: Path, lang: Lang) -> Iterator[Round]:
    """The round in a folder, closed at the end. Raises ``UserError``, for errors of the system too."""
    from perfxl.rounds import open_round

    with system_errors():
        round_ = open_round(folder, database_password(lang))
        try:
            yield round_
        finally:
            round_.ledger.close()


@contextmanager
def system_errors() -> Iterator[None]:
    """Make an error of the system, but for a closed pipe, a ``UserError``."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UserError(PROBLEM, path=error.filename or "", error=error.strerror or error) from error


def database_password(lang: Lang) -> Callable[[str], str | None]:
    """Finds the password of the ledger's database; ``None`` leaves it to the database's own ways."""
    from perfxl.rounds.folder import DATABASE_PASSWORD, find_password

    return lambda account: find_password(DATABASE_PASSWORD, account, _ask(lang))


def mail_password(lang: Lang) -> Callable[[str], str]:
    """Finds the password of a mail account, once in a run. Raises a ``UserError`` where there is none."""
    from perfxl.rounds.folder import MAIL_PASSWORD, find_password

    known: dict[str, str] = {}

    def password(account: str) -> str:
        if account not in known:
            found = find_password(MAIL_PASSWORD, account, _ask(lang))
            if not found:
                raise UserError(NO_PASSWORD, account=account)
            known[account] = found
        return known[account]

    return password


def _ask(lang: Lang) -> Callable[[str], str] | None:
    """Asks for a password on the terminal; ``None`` where there is none."""
    if not sys.stdin.isatty():
        return None
    return lambda account: str(click.prompt(ASK_PASSWORD.render(lang, account=account), hide_input=True, err=True))
