"""The command line: parse the arguments, call one function, print its result, exit with its code.

0 no error-level finding, 1 some (or a file that could not be read), 2 perfxl could not do its job, 130 interrupted.
Nothing heavy is imported before a command runs, so that ``--help`` and ``--version`` answer at once.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import click

from perfxl import __version__
from perfxl.cli import blank_workbooks, cells, check, mail, reference, rounds
from perfxl.cli.options import ERROR, Group, Option, in_a_line, lang_option, language, show_usage_error
from perfxl.model import Lang, Text, UserError

ABOUT = Text(
    "审核预算绩效目标申报表：读取各单位报送的工作簿，核对每一处合计与勾稽关系，给出汇总表和逐单位的问题清单。",
    "Checks returns of budget performance targets: reads the workbooks that units send in, verifies every total "
    "and cross-reference, and gives a summary and a list of problems for each unit.",
)
VERSION = Text("显示版本号。", "Show the version.")
UNEXPECTED = Text(
    "perfxl 运行出错：{error}。设环境变量 PERFXL_DEBUG=1 再运行可看到详细经过。",
    "perfxl failed: {error}. Run it again with PERFXL_DEBUG=1 in the environment to see where.",
)


def commands(lang: Lang = "zh") -> click.Group:
    """All commands, with their help in one language."""
    return Group(
        "perfxl",
        lang,
        ABOUT,
        commands=[
            command
            for module in (blank_workbooks, cells, check, mail, reference, rounds)
            for command in module.commands(lang)
        ],
        params=[
            Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version,
                   help=VERSION.render(lang)),
            lang_option(lang, expose_value=False),
        ],
    )  # fmt: skip


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that cannot show a character is no reason to fail
    sys.exit(run(sys.argv[1:] if args is None else list(args)))


def run(args: Sequence[str]) -> int:
    """Run one command line; the exit code. Errors are one line on stderr, with a traceback only on demand."""
    lang = language(args, os.environ)
    try:
        code = commands(lang).main(list(args), prog_name="perfxl", standalone_mode=False)
    except click.ClickException as error:
        show_usage_error(error, lang)
        return 2
    except UserError as error:
        click.echo(ERROR.render(lang, message=error.reason.render(lang)), err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 -- for the flush at exit
        return 1
    except Exception as error:
        if os.environ.get("PERFXL_DEBUG"):
            raise
        import logging  # only here, so that --help is quick

        log = logging.getLogger("perfxl.faults")
        log.addHandler(logging.NullHandler())
        log.exception("a command failed")
        click.echo(UNEXPECTED.render(lang, error=in_a_line(error)), err=True)
        return 2
    return code if isinstance(code, int) else 0


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"perfxl {__version__}")
        ctx.exit()
