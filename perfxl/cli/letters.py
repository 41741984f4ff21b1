"""``perfxl letters``: the templates of the letters to the units, to edit, to try and to look at."""

from __future__ import annotations

from pathlib import Path

import click

from perfxl.cli.dress import Command, Option, in_a_line, lang_option
from perfxl.cli.output import CANNOT_WRITE
from perfxl.model import Lang, Text

ABOUT = Text(
    "生成可以修改的函件模板（审核意见、催报等），并检查已经改过的模板。已有的文件不会覆盖。",
    "Write the templates of the letters to the units (results, reminders) for you to edit, and try those that you "
    "have edited. Files that are there stay as they are.",
)
SHOW = Text(
    "用示例数据显示一种函件的样子，如 未通过。",
    "Show what a kind of letter looks like with made-up data, like: failed.",
)
WRITTEN = Text("已写入 {n} 个模板：{path}", "{n} template(s) written to: {path}")
COMPLETE = Text("模板齐全，没有改动任何文件：{path}", "All templates are there; no file was changed: {path}")
SOUND = Text("已试填全部函件，没有发现问题。", "All letters were tried; nothing is wrong.")


def command(lang: Lang) -> click.Command:
    """``perfxl letters`` with its help in one language."""
    from perfxl.letters.letter import KINDS

    kinds = click.Choice([name.render(lang) for name in KINDS.values()])
    return Command(
        "letters",
        lang=lang,
        help=ABOUT.render(lang),
        callback=letters,
        params=[
            click.Argument(["folder"], type=click.Path(path_type=Path), metavar=Text("文件夹", "FOLDER").render(lang)),
            Option(["--show"], type=kinds, metavar=Text("函件", "LETTER").render(lang), help=SHOW.render(lang)),
            lang_option(lang),
        ],
    )


def letters(folder: Path, show: str | None, lang: Lang) -> int:
    """Write what is missing, try everything, show one; the exit code."""
    from perfxl.letters.templates import check_templates, write_templates

    try:
        written = write_templates(folder, lang)
    except OSError as error:
        raise click.ClickException(CANNOT_WRITE.render(lang, path=folder, error=in_a_line(error))) from error
    click.echo((WRITTEN if written else COMPLETE).render(lang, n=len(written), path=folder), err=bool(show))
    wrong = check_templates(folder, lang)
    for fault in wrong:
        click.echo(fault.render(lang), err=True)
    if wrong:
        return 1
    click.echo(SOUND.render(lang), err=bool(show))
    if show:
        _show(show, folder, lang)
    return 0


def _show(name: str, folder: Path, lang: Lang) -> None:
    from perfxl.letters.letter import KINDS
    from perfxl.letters.templates import fill_sample, sample_letter

    kind = next(kind for kind, said in KINDS.items() if said.render(lang) == name)
    letter = fill_sample(sample_letter(kind, lang), folder, lang)
    click.echo(f"{letter.subject}\n\n{letter.body}", nl=False)
