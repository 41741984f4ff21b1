"""``perfxl check``: what the units sent in, checked and reported on."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from perfxl.cli import clerk, round_feed
from perfxl.cli import profile as profiles
from perfxl.cli.dress import Command, Option, in_a_line, lang_option
from perfxl.model import Lang, Status, Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from perfxl.engine.batch import Batch

#: below this many files the workers cost more than they save
MANY_FILES = 16
#: below this many files a progress bar only flickers
BAR_FROM = 6
#: the name that a report gets where its own is in use
_DATED = re.compile(r"_\d{8}-\d{6}$")

ABOUT = Text(
    "审核报送的申报表工作簿。INPUT 可以是文件、文件夹、压缩包或存下的邮件，可以给多个。"
    "不加 --out 时只在屏幕上显示结果，不写任何文件。"
    "\n\n退出码：0 没有必须改正的问题；1 有问题，或有文件无法读取；2 未能完成审核。",
    "Check the workbooks that were sent in. INPUT is a file, a folder, an archive or a saved mail; several may be "
    "given. Without --out the result is only shown and nothing is written."
    "\n\nExit code: 0 nothing must be corrected; 1 something must, or a file could not be read; 2 nothing could be "
    "checked.",
)
SHORT = Text("审核报送的申报表工作簿。", "Check the workbooks that were sent in.")
OUT = Text("把汇总表、批注工作簿和错误报告写入这个文件夹。", "Write summary, annotated workbooks and reports here.")
JSON = Text("在标准输出给出 JSON（与 findings.json 相同）。", "Print JSON, the same as findings.json.")
REPORT = Text("只写这一种报告（可重复）：{names}。", "Write only this report (may be repeated): {names}.")
JOBS = Text("并行的进程数。默认为处理器核数。", "How many processes to use. Default: the number of processors.")

NO_REPORT = Text("没有报告 {name}，可用的有：{known}。", "There is no report {name}; there are: {known}.")
REPORT_WITHOUT_OUT = Text("--report 须与 --out 同用。", "--report needs --out.")
OUT_IS_INPUT = Text(
    "输出文件夹不能就是输入文件夹：{path}。请另选一个（可以是它的子文件夹）。",
    "The output folder cannot be the input folder: {path}. Choose another one (it may lie inside).",
)
NOT_A_FOLDER = Text("输出位置不是文件夹：{path}。", "The output is not a folder: {path}.")
CANNOT_WRITE = Text("无法写入 {path}：{error}。", "Cannot write {path}: {error}.")
REPORT_FAILED = Text("报告 {name} 没有写成：{error}。", "The report {name} could not be written: {error}.")
DISK_FULL = Text(
    "磁盘空间不足。已写入的文件都是完整的；清理磁盘后请再运行一次",
    "the disk is full. Every file that was written is whole; make room and run it again",
)
LOCKED = Text(
    "{path} 正被 Excel 或 WPS 占用，没有替换；请关闭它。新结果已另存为 {other}。",
    "{path} is open in Excel or WPS and was not replaced; close it. The new one was saved as {other}.",
)
OPEN_ELSEWHERE = Text(
    "“{file}”可能正在 Excel 或 WPS 中打开，审核的是最后一次保存的内容。如有改动，请保存并关闭后再审核一次。",
    "“{file}” seems to be open in Excel or WPS; what was last saved is checked. Save and close it and check again if "
    "it has changed.",
)
NOT_READ = Text("{status}：{file}：{reason}", "{status}: {file}: {reason}")
READING = Text("读取工作簿", "Reading workbooks")


def command(lang: Lang) -> click.Command:
    """The command with its help in one language."""
    from perfxl.reports import REPORTS

    return Command(
        "check",
        lang=lang,
        help=ABOUT.render(lang),
        short_help=SHORT.render(lang),
        callback=run,
        params=[
            click.Argument(["inputs"], nargs=-1, required=True, metavar="INPUT..."),
            Option(["--out"], type=click.Path(path_type=Path), metavar="DIR", help=OUT.render(lang)),
            profiles.option(lang),
            *clerk.options(lang),
            Option(["--json", "as_json"], is_flag=True, help=JSON.render(lang)),
            Option(
                ["--report", "wanted"],
                multiple=True,
                metavar="NAME",
                help=REPORT.render(lang, names=", ".join(REPORTS)),
            ),
            round_feed.option(lang),
            Option(["--jobs"], type=click.IntRange(1, 256), metavar="N", help=JOBS.render(lang)),
            lang_option(lang),
        ],
    )


def run(
    inputs: Sequence[str],
    out: Path | None,
    profile: str,
    as_json: bool,
    wanted: Sequence[str],
    jobs: int | None,
    lang: Lang,
    write_pairs: Path | None = None,
    folder: Path | None = None,
    **beside: Unpack[clerk.Files],
) -> int:
    """Check, show, write; the exit code. ``beside`` are the files of the clerk's own, ``folder`` that of a round."""
    if folder is not None:
        profile = round_feed.terms(folder, profile, beside, lang)
    _known(wanted, out, lang)
    profiles.loaded(profile, lang)
    if write_pairs is not None:
        clerk.free_for_pairs(write_pairs, lang)
    if out is not None:
        _ready(out, inputs, lang)
    with clerk.complaints(lang):
        batch = _checked(inputs, out, profile, jobs, lang, beside)
    paired = clerk.write_pairs(batch, write_pairs, lang) if write_pairs is not None else 0
    _say_problems(batch, as_json, lang)
    written, code = _write(batch, out, wanted, lang) if out is not None and batch.submissions else ([], 0)
    if as_json:
        from perfxl.reports.findings_json import as_json as text

        # a file or a pipe gets UTF-8 whatever the console speaks
        click.echo(text(batch) if sys.stdout.isatty() else text(batch).encode(), nl=False)
    else:
        from perfxl.reports.screen import show

        show(batch, out, written)
    if folder is not None:
        round_feed.feed(folder, batch, lang)
    return max(batch.worst, code, paired)


def _known(wanted: Sequence[str], out: Path | None, lang: Lang) -> None:
    from perfxl.reports import REPORTS

    if wanted and out is None:
        raise click.UsageError(REPORT_WITHOUT_OUT.render(lang))
    for name in wanted:
        if name not in REPORTS:
            raise click.UsageError(NO_REPORT.render(lang, name=name, known=", ".join(REPORTS)))


def _ready(out: Path, inputs: Sequence[str], lang: Lang) -> None:
    """Make the output folder before the work, so that a mistake in it costs no time."""
    if out.exists() and not out.is_dir():
        raise click.ClickException(NOT_A_FOLDER.render(lang, path=out))
    for given in inputs:
        if Path(given).is_dir() and Path(given).resolve() == out.resolve():
            raise click.ClickException(OUT_IS_INPUT.render(lang, path=out))
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(CANNOT_WRITE.render(lang, path=out, error=error.strerror)) from error


def _checked(
    inputs: Sequence[str],
    out: Path | None,
    profile: str,
    jobs: int | None,
    lang: Lang,
    beside: clerk.Files,
) -> Batch:
    from perfxl.engine.batch import check_collected
    from perfxl.sources import collect, is_open_elsewhere

    files, problems = collect(inputs, out)
    for item in files:
        if item.shelf is None and is_open_elsewhere(item.path):
            click.echo(OPEN_ELSEWHERE.render(lang, file=item.file), err=True)
    number = len(files)
    with _progress(number, lang) as progress, _workers(number, jobs) as executor:
        return check_collected(files, problems, profile, lang=lang, executor=executor, progress=progress, **beside)


@contextmanager
def _workers(files: int, jobs: int | None) -> Iterator[Executor | None]:
    """A pool of processes where there is enough to do; what is still waiting is dropped when the user interrupts."""
    number = min(jobs or os.cpu_count() or 1, (files + 7) // 8)
    if number < 2 or files < MANY_FILES:
        yield None
        return
    from perfxl.engine.workers import pool_of

    pool = pool_of(min(number, 61))  # Windows waits for no more
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _progress(files: int, lang: Lang) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr while it takes long enough to need one and somebody looks at it."""
    if files < BAR_FROM or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(READING.render(lang), total=files)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _say_problems(batch: Batch, as_json: bool, lang: Lang) -> None:
    """Inputs that gave nothing, and unread files where the table that names them is not seen."""
    for problem in batch.problems:
        click.echo(problem.render(lang), err=True)
    if as_json or not sys.stdout.isatty():
        for item in batch.submissions:
            if item.status in (Status.UNREADABLE, Status.NOT_A_RETURN):
                status, reason = item.status.label.render(lang), batch.of(item.file)[0].message
                click.echo(NOT_READ.render(lang, status=status, file=item.file, reason=reason), err=True)


def _write(batch: Batch, out: Path, wanted: Sequence[str], lang: Lang) -> tuple[list[Path], int]:
    """Each report on its own, so that one that fails costs no other; what was written, and the exit code of it."""
    import logging

    from perfxl import reports
    from perfxl.output_files import clean_up

    written: list[Path] = []
    code = 0
    clean_up(out)
    for name in wanted or reports.REPORTS:
        try:
            paths = reports.write(batch, out, [name])
        except reports.Incomplete as error:
            click.echo("\n".join(error.reasons), err=True)
            paths, code = error.written, 2
        except Exception as error:
            if os.environ.get("PERFXL_DEBUG"):
                raise
            if not isinstance(error, OSError):
                logging.getLogger("perfxl.faults").exception("the report %s could not be written", name)
            click.echo(_failed(name, error, lang), err=True)
            code = 2
            continue
        written.extend(paths)
        for path in paths:
            asked = path.with_stem(_DATED.sub("", path.stem))
            if asked != path and asked.exists():
                click.echo(LOCKED.render(lang, path=asked, other=path.name), err=True)
                code = max(code, 1)
    return written, code


def _failed(name: str, error: Exception, lang: Lang) -> str:
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return REPORT_FAILED.render(lang, name=name, error=DISK_FULL.render(lang) if full else in_a_line(error))
