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

from perfxl.cli.options import Command, Option, in_a_line, load_profile, opened_round, profile_option
from perfxl.cli.output import CANNOT_WRITE, check_path, print_data, save_workbook
from perfxl.model import Lang, Text, UserError
from perfxl.profiles import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from perfxl.clerk.inputs import ClerkFiles
    from perfxl.engine.batch import Batch

#: below this many files, starting worker processes takes longer than they save
MANY_FILES = 16
#: below this many files a progress bar only flickers
BAR_FROM = 6
#: the date in the name of a report whose own name was in use
_DATED = re.compile(r"_\d{8}-\d{6}$")

ABOUT = Text(
    "审核报送的申报表工作簿。INPUT 可以是文件、文件夹、压缩包或存下的邮件，可以给多个。"
    "不加 --out 时只在屏幕上显示结果，不写任何文件。"
    "\n\n退出码：0 无必须改正的错误；1 有错误，或有文件无法读取；2 未能完成审核。",
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
REPORT_FAILED = Text("报告 {name} 未能写入：{error}。", "The report {name} could not be written: {error}.")
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

CONFIG = Text(
    "调整级别、限额和词表的 .toml 文件，盖在表式之上。",
    "A .toml file with severities, limits and words, laid over the profile.",
)
WAIVERS = Text(
    "豁免登记表（.xlsx 或 .toml）：所列问题注明理由，不再计入。",
    "Waivers (.xlsx or .toml): what they name is shown with its reason and counts no more.",
)
PAIRS = Text(
    "任务与项目配对表（.xlsx 或 .toml）：按它配对，其余照常。",
    "Pairs of tasks and projects (.xlsx or .toml), which come before those that perfxl finds.",
)
CONTROL = Text(
    "预算控制数名单（工作簿，列：单位、控制数（万元）），用来核对各部门的资金总额。",
    "Control figures to hold the totals of the departments to: a workbook with the columns 单位 and 控制数（万元）.",
)
WRITE_PAIRS = Text(
    "把现在的配对写成工作簿，改好后用 --pairs 交回。",
    "Write today's pairs to a workbook, to be corrected and given back by --pairs.",
)
PAIRS_EXIST = Text(
    "文件已经存在，未予覆盖：{path}。请另给一个文件名。",
    "The file is already there and was not overwritten: {path}. Choose another name.",
)
PAIRS_WRITTEN = Text("配对已写入：{path}", "Pairs written to: {path}")

ROUND = Text(
    "把这些文件记入这个批次的台账，并按该批次的表式、设置和控制数审核。",
    "Enter the files into the ledger of this round, and check them by its forms, settings and control figures.",
)
OTHER_PROFILE = Text(
    "批次用的表式是 {mine}，不能同时给 --profile {given}。",
    "The round uses the profile {mine}: --profile {given} cannot be given with it.",
)
FED = Text(
    "记入批次“{title}”的台账：新收 {new} 份，{old} 份此前已收。",
    "Entered into the ledger of “{title}”: {new} new file(s), {old} were there before.",
)


def commands(lang: Lang) -> list[click.Command]:
    """``perfxl check`` with its help in one language."""
    from perfxl.reports import REPORTS

    path = click.Path(path_type=Path)
    params = [
        click.Argument(["inputs"], nargs=-1, required=True, metavar="INPUT..."),
        Option(["--out"], type=path, metavar="DIR", help=OUT.render(lang)),
        profile_option(lang),
        Option(["--config"], type=path, metavar="FILE.toml", help=CONFIG.render(lang)),
        Option(["--waivers"], type=path, metavar="FILE", help=WAIVERS.render(lang)),
        Option(["--pairs"], type=path, metavar="FILE", help=PAIRS.render(lang)),
        Option(["--control"], type=path, metavar="FILE.xlsx", help=CONTROL.render(lang)),
        Option(["--write-pairs"], type=path, metavar="FILE.xlsx", help=WRITE_PAIRS.render(lang)),
        Option(["--json", "as_json"], is_flag=True, help=JSON.render(lang)),
        Option(
            ["--report", "wanted"], multiple=True, metavar="NAME", help=REPORT.render(lang, names=", ".join(REPORTS))
        ),
        Option(["--round", "folder"], type=path, metavar="FOLDER", help=ROUND.render(lang)),
        Option(["--jobs"], type=click.IntRange(1, 256), metavar="N", help=JOBS.render(lang)),
    ]
    return [Command("check", lang, ABOUT, check, params, SHORT)]


def check(
    inputs: Sequence[str],
    out: Path | None,
    profile: str,
    as_json: bool,
    wanted: Sequence[str],
    jobs: int | None,
    lang: Lang,
    write_pairs: Path | None = None,
    folder: Path | None = None,
    **clerk_files: Unpack[ClerkFiles],
) -> int:
    """Check the inputs, show and write the result; the exit code. ``folder`` is that of a round."""
    if folder is not None:
        profile = _apply_round(folder, profile, clerk_files, lang)
    _check_reports(wanted, out, lang)
    load_profile(profile)
    if write_pairs is not None:  # the clerk's corrections may be in a file of that name
        check_path(write_pairs, lang, exists=PAIRS_EXIST)
    if out is not None:
        _prepare(out, inputs, lang)
    batch = _checked(inputs, out, profile, jobs, lang, clerk_files)
    pairs_code = _write_pairs(batch, write_pairs, lang) if write_pairs is not None else 0
    _show_problems(batch, as_json, lang)
    written, code = _write(batch, out, wanted, lang) if out is not None and batch.submissions else ([], 0)
    if as_json:
        from perfxl.reports.findings_json import as_json as json_text

        print_data(json_text(batch))
    else:
        from perfxl.reports.screen import show

        show(batch, out, written)
    if folder is not None:
        _enter_into_round(folder, batch, lang)
    return max(batch.worst, code, pairs_code)


def _apply_round(folder: Path, profile: str, clerk_files: ClerkFiles, lang: Lang) -> str:
    """The profile of the round; its files are put into ``clerk_files`` where the command line gives no others."""
    with opened_round(folder, lang) as round_:
        settings = round_.settings
        if profile not in (DEFAULT, settings.profile):
            raise UserError(OTHER_PROFILE, mine=settings.profile, given=profile)
        own = round_.clerk_files
        clerk_files["config"] = clerk_files["config"] or own["config"]
        clerk_files["waivers"] = clerk_files["waivers"] or own["waivers"]
        clerk_files["pairs"] = clerk_files["pairs"] or own["pairs"]
        clerk_files["control"] = clerk_files["control"] or own["control"]
        return round_.profile_name


def _enter_into_round(folder: Path, batch: Batch, lang: Lang) -> None:
    """Enter the files of a checked batch into the ledger of a round."""
    with opened_round(folder, lang) as round_:
        from perfxl.rounds.intake import collect_files

        taken = collect_files(round_, batch.received)
        new = sum(one.new for one in taken)
        click.echo(FED.render(lang, title=round_.settings.title, new=new, old=len(taken) - new), err=True)


def _write_pairs(batch: Batch, path: Path, lang: Lang) -> int:
    """Write the pairs of a checked batch; the exit code."""
    from perfxl.clerk.workbooks import current_pairs

    written, code = save_workbook(path, current_pairs(batch.workbooks, batch.profile, lang), lang)
    click.echo(PAIRS_WRITTEN.render(lang, path=written), err=True)
    return code


def _check_reports(wanted: Sequence[str], out: Path | None, lang: Lang) -> None:
    from perfxl.reports import REPORTS

    if wanted and out is None:
        raise click.UsageError(REPORT_WITHOUT_OUT.render(lang))
    for name in wanted:
        if name not in REPORTS:
            raise click.UsageError(NO_REPORT.render(lang, name=name, known=", ".join(REPORTS)))


def _prepare(out: Path, inputs: Sequence[str], lang: Lang) -> None:
    """Make the output folder before the check, so that a mistake in its path costs no time."""
    if out.exists() and not out.is_dir():
        raise UserError(NOT_A_FOLDER, path=out)
    for given in inputs:
        if Path(given).is_dir() and Path(given).resolve() == out.resolve():
            raise UserError(OUT_IS_INPUT, path=out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(CANNOT_WRITE, path=out, error=error.strerror) from error


def _checked(
    inputs: Sequence[str], out: Path | None, profile: str, jobs: int | None, lang: Lang, clerk_files: ClerkFiles
) -> Batch:
    from perfxl.engine.batch import check_collected
    from perfxl.sources import collect, is_open_elsewhere

    files, problems = collect(inputs, out)
    for item in files:
        if item.folder is None and is_open_elsewhere(item.path):
            click.echo(OPEN_ELSEWHERE.render(lang, file=item.file), err=True)
    number = len(files)
    with _progress(number, lang) as progress, _workers(number, jobs) as executor:
        return check_collected(files, problems, profile, lang=lang, executor=executor, progress=progress, **clerk_files)


@contextmanager
def _workers(files: int, jobs: int | None) -> Iterator[Executor | None]:
    """A pool of processes where there are many files; tasks that have not begun are dropped on an interrupt."""
    number = min(jobs or os.cpu_count() or 1, (files + 7) // 8)
    if number < 2 or files < MANY_FILES:
        yield None
        return
    from perfxl.engine.parts import pool_of

    pool = pool_of(min(number, 61))  # the most that Windows can wait for
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _progress(files: int, lang: Lang) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on stderr, where that is a terminal and there are enough files."""
    if files < BAR_FROM or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(READING.render(lang), total=files)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show_problems(batch: Batch, as_json: bool, lang: Lang) -> None:
    """Inputs without any file; unread files too where the table that lists them is not shown on a terminal."""
    for problem in batch.problems:
        click.echo(problem.render(lang), err=True)
    if as_json or not sys.stdout.isatty():
        for item in batch.submissions:
            if not item.status.checked:
                status, reason = item.status.label.render(lang), batch.of(item.file)[0].told.message
                click.echo(NOT_READ.render(lang, status=status, file=item.file, reason=reason), err=True)


def _write(batch: Batch, out: Path, wanted: Sequence[str], lang: Lang) -> tuple[list[Path], int]:
    """Write each report on its own, so that one that fails costs no other; the written paths and the exit code."""
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
            full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
            why = DISK_FULL.render(lang) if full else in_a_line(error)
            click.echo(REPORT_FAILED.render(lang, name=name, error=why), err=True)
            code = 2
            continue
        written.extend(paths)
        for remark in paths.remarks:
            click.echo(remark, err=True)
        for path in paths:
            asked = path.with_stem(_DATED.sub("", path.stem))
            if asked != path and asked.exists():
                click.echo(LOCKED.render(lang, path=asked, other=path.name), err=True)
                code = max(code, 1)
    return written, code
