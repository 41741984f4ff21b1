"""Commands in Chinese and English: their help and errors, and options that several take, with what these name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from perfxl.model import Lang, Text, UserError, listed
from perfxl.profiles import DEFAULT

if TYPE_CHECKING:
    from perfxl.profiles import Profile
    from perfxl.rounds.folder import Round


#: between sentences, after a heading
SEMICOLON, COLON = Text("；", "; "), Text("：", ": ")

HEADINGS = {"Options": Text("选项", "Options"), "Commands": Text("命令", "Commands")}
USAGE = Text("用法：", "Usage: ")
OPTIONS_METAVAR = Text("[选项]", "[OPTIONS]")
COMMAND_METAVAR = Text("命令 [参数]…", "COMMAND [ARGS]...")
HELP = Text("显示本说明。", "Show this help.")
JSON = Text("在标准输出给出 JSON。", "Print JSON.")
LANG = Text("界面与报告的语言：zh 中文（默认），en 英文。", "Language of output and reports: zh (default) or en.")

ERROR = Text("错误：{message}", "Error: {message}")
TRY = Text("查看用法：{command} --help", "For help: {command} --help")
MISSING = Text("缺少 {name}。", "{name} is missing.")
NO_OPTION = Text("没有选项 {name}。", "There is no option {name}.")
NO_COMMAND = Text("没有命令 {name}，可用的命令有：{known}。", "There is no command {name}; there are: {known}.")
MEANT = Text("是否为 {names}？", " Did you mean {names}?")
BAD_VALUE = Text("{name} 的值不对：{detail}", "Bad value for {name}: {detail}")
NO_VALUE = Text("选项 {name} 后面缺少值。", "Option {name} needs a value.")

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


def language(args: Sequence[str], environ: Mapping[str, str]) -> Lang:
    """The language of a command line, before click parses it: ``--lang``, else ``PERFXL_LANG``, else Chinese."""
    chosen = environ.get("PERFXL_LANG", "")
    for word, following in zip(args, [*args[1:], ""], strict=False):
        if word == "--":
            break
        if word == "--lang":
            chosen = following
        elif word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
    return "en" if chosen.lower().startswith("en") else "zh"


class Option(click.Option):
    """An option whose help is complete as given; click would add ranges and defaults in English."""

    def get_help_extra(self, ctx: click.Context) -> Any:
        """Nothing."""
        return {}


def lang_option(lang: Lang, **more: Any) -> click.Option:
    """``--lang``, which every command takes."""
    return Option(["--lang"], type=click.Choice(["zh", "en"]), default=lang, help=LANG.render(lang), **more)


def json_option(lang: Lang) -> click.Option:
    """``--json``."""
    return Option(["--json", "as_json"], is_flag=True, help=JSON.render(lang))


class Formatter(click.HelpFormatter):
    """Help with its headings in one language, no wider than a console that shows Chinese comfortably."""

    def __init__(self, lang: Lang, width: int | None) -> None:
        self.lang = lang
        super().__init__(width=width, max_width=100)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """``用法：perfxl check …``."""
        super().write_usage(prog, args, USAGE.render(self.lang) if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """A heading that click names in English."""
        known = HEADINGS.get(heading)
        colon = COLON.render(self.lang).strip()
        self.write(f"{'':>{self.current_indent}}{known.render(self.lang) if known else heading}{colon}\n")


class Context(click.Context):
    """A context whose help is in the language of its command."""

    def make_formatter(self) -> click.HelpFormatter:
        """The formatter of that language."""
        return Formatter(cast(InOneLanguage, self.command).lang, self.terminal_width)


class InOneLanguage(click.Command):
    """What a command and a group have in common: their help is in ``lang``."""

    context_class = Context

    def __init__(self, name: str, lang: Lang, about: Text, **more: Any) -> None:
        self.lang = lang
        super().__init__(name, help=about.render(lang), options_metavar=OPTIONS_METAVAR.render(lang), **more)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, described in that language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP.render(self.lang)
        return option


class Command(InOneLanguage):
    """A command with its help in one language, and ``--lang``; ``short`` describes it in the list of commands."""

    def __init__(
        self,
        name: str,
        lang: Lang,
        about: Text,
        callback: Callable[..., int],
        params: Sequence[click.Parameter],
        short: Text | None = None,
    ) -> None:
        brief = short.render(lang) if short else None
        every = [*params, lang_option(lang)]
        super().__init__(name, lang, about, short_help=brief, callback=callback, params=every)


class Group(InOneLanguage, click.Group):
    """A group of commands with its help in one language."""

    def __init__(self, name: str, lang: Lang, about: Text, **more: Any) -> None:
        super().__init__(name, lang, about, subcommand_metavar=COMMAND_METAVAR.render(lang), **more)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. Raises ``UsageError``, which lists all, for one that does not exist."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            known = ", ".join(self.list_commands(ctx))
            raise click.UsageError(NO_COMMAND.render(self.lang, name=args[0], known=known), ctx)
        return super().resolve_command(ctx, args)


def in_a_line(error: BaseException) -> str:
    """An error in one line: the text of the system where it has one, else the class and the message."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(f"{type(error).__name__}: {error}".split())


def show_usage_error(error: click.ClickException, lang: Lang) -> None:
    """One line on stderr for a wrong command line, and how to get help for it."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    click.echo(ERROR.render(lang, message=_message(error, lang)), err=True)
    context = getattr(error, "ctx", None)
    if context is not None:
        click.echo(TRY.render(lang, command=context.command_path), err=True)


def _message(error: click.ClickException, lang: Lang) -> str:
    if isinstance(error, click.NoSuchOption):
        near = error.possibilities or ()
        meant = MEANT.fill(names=listed(near)).render(lang) if near else ""
        return NO_OPTION.render(lang, name=error.option_name) + meant
    if isinstance(error, click.MissingParameter):
        return MISSING.render(lang, name=_name(error.param))
    if isinstance(error, click.BadOptionUsage) and "argument" in error.message:
        return NO_VALUE.render(lang, name=error.option_name)
    if isinstance(error, click.BadParameter):
        kind = error.param.type if error.param is not None else None
        detail = error.message
        if lang == "zh" and isinstance(kind, click.Choice):
            detail = f"可选的值有 {'、'.join(map(str, kind.choices))}。"
        elif lang == "zh" and isinstance(kind, click.IntRange):
            detail = f"应是 {kind.min} 到 {kind.max} 的整数。"
        return BAD_VALUE.render(lang, name=_name(error.param), detail=detail)
    return error.format_message()


def _name(param: click.Parameter | None) -> str:
    if param is None:
        return ""
    return param.opts[-1] if isinstance(param, click.Option) else param.make_metavar(click.Context(click.Command("")))


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
    from perfxl.rounds.folder import open_round

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
    from perfxl.rounds.passwords import DATABASE_PASSWORD, find_password

    return lambda account: find_password(DATABASE_PASSWORD, account, _ask(lang))


def mail_password(lang: Lang) -> Callable[[str], str]:
    """Finds the password of a mail account, once in a run. Raises a ``UserError`` where there is none."""
    from perfxl.rounds.passwords import MAIL_PASSWORD, find_password

    @cache
    def password(account: str) -> str:
        found = find_password(MAIL_PASSWORD, account, _ask(lang))
        if not found:
            raise UserError(NO_PASSWORD, account=account)
        return found

    return password


def _ask(lang: Lang) -> Callable[[str], str] | None:
    """Asks for a password on the terminal; ``None`` where there is none."""
    if not sys.stdin.isatty():
        return None
    return lambda account: str(click.prompt(ASK_PASSWORD.render(lang, account=account), hide_input=True, err=True))
