"""``--round``, which every command of a round takes, and what is said when a round cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from perfxl.cli.dress import Option
from perfxl.model import Lang, Text

if TYPE_CHECKING:
    from perfxl.rounds import Round

ROUND = Text("批次文件夹。默认为当前文件夹。", "The round's folder. Default: the current one.")
ASK_PASSWORD = Text("{account} 的密码（输入时不显示）", "Password of {account} (not shown)")
PROBLEM = Text("无法读写 {path}：{error}", "{path} cannot be read or written: {error}")


def option(lang: Lang) -> Option:
    """``--round FOLDER``."""
    path = click.Path(path_type=Path)
    return Option(["--round", "folder"], type=path, metavar="FOLDER", default=Path(), help=ROUND.render(lang))


def asking(lang: Lang) -> Callable[[str], str] | None:
    """Asks for a password on the terminal; ``None`` where nobody sits at one."""
    import sys

    if not sys.stdin.isatty():
        return None
    return lambda account: str(click.prompt(ASK_PASSWORD.render(lang, account=account), hide_input=True, err=True))


def database_password(lang: Lang) -> Callable[[str], str | None]:
    """The password of the ledger's database; without one, the system's own ways are tried."""
    from perfxl.rounds.folder import DATABASE_PASSWORD, find_password

    return lambda account: find_password(DATABASE_PASSWORD, account, asking(lang))


NO_PASSWORD = Text(
    "没有 {account} 的密码。请设环境变量 PERFXL_MAIL_PASSWORD，或存入系统钥匙串（keyring set perfxl {account}）。"
    "163、126、QQ 邮箱要用授权码。",
    "There is no password of {account}. Set PERFXL_MAIL_PASSWORD, or put it into the keyring "
    "(keyring set perfxl {account}).",
)


def mail_password(lang: Lang) -> Callable[[str], str]:
    """The password of a mail account, asked for once in a run."""
    from perfxl.rounds.folder import MAIL_PASSWORD, find_password

    known: dict[str, str] = {}

    def password(account: str) -> str:
        if account not in known:
            found = find_password(MAIL_PASSWORD, account, asking(lang))
            if not found:
                raise click.ClickException(NO_PASSWORD.render(lang, account=account))
            known[account] = found
        return known[account]

    return password


@contextmanager
def opened(folder: Path, lang: Lang) -> Iterator[Round]:
    """The round in a folder; what is wrong with it is said in one line."""
    from perfxl.rounds import open_round

    with complaints(lang):
        round_ = open_round(folder, database_password(lang))
        try:
            yield round_
        finally:
            round_.ledger.close()


@contextmanager
def complaints(lang: Lang) -> Iterator[None]:
    """Say in one line what is wrong with a round, its ledger, a clerk's file or a mailbox."""
    from perfxl.clerk import ClerkError
    from perfxl.ledger import LedgerError
    from perfxl.letters.smtp import SendError
    from perfxl.rounds import RoundError
    from perfxl.sources.mail.errors import MailError

    try:
        yield
    except (ClerkError, LedgerError, MailError, SendError, RoundError) as error:
        raise click.ClickException(error.reason.render(lang)) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        where = error.filename or ""
        raise click.ClickException(PROBLEM.render(lang, path=where, error=error.strerror or error)) from error
