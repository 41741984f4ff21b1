"""Commands of the mails of a round: ``perfxl mail``, ``perfxl remind``, and ``perfxl letters`` for their templates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from perfxl.cli.options import SEMICOLON, Command, Group, Option, in_a_line, mail_password, opened_round, round_option
from perfxl.cli.output import CANNOT_WRITE, printable
from perfxl.model import Lang, Text, UserError, listed

if TYPE_CHECKING:
    from perfxl.ledger.records import FileRecord, ReplyRecord
    from perfxl.rounds.answers import Append
    from perfxl.rounds.folder import Round
    from perfxl.rounds.intake import Collected

MAIL = Text("收取报送邮件、写好回复、发出回复。", "Take in mails, write the answers, send them.")
CHECK = Text(
    "读取邮件，审核其中的申报表，记入台账，并为每份报送件写好回复草稿。SOURCE 是 .eml、.msg、.mbox 文件、文件夹、"
    "Maildir，或 imaps://用户@主机/INBOX（密码取自 PERFXL_MAIL_PASSWORD、系统钥匙串或当场输入）。"
    "收过的邮件不会再处理；邮箱里不删除任何邮件，不加 --mark 也不改已读标记。",
    "Read mails, check the returns in them, enter them into the ledger and write a draft of an answer to each. SOURCE "
    "is a file (.eml, .msg, .mbox), a folder, a Maildir or imaps://user@host/INBOX (password from "
    "PERFXL_MAIL_PASSWORD, the keyring or typed in). What was taken in before is left alone; nothing in the mailbox is "
    "deleted, or marked without --mark.",
)
SHORT_CHECK = Text("收取邮件，审核，写回复草稿。", "Take in mails, check them, write drafts of answers.")
SEND = Text(
    "发出点名的草稿（“草稿”文件夹里的文件名，可给多个），每封只发一次；发不出的留在待发之列并说明原因。",
    "Send the drafts that are named (files in the folder 草稿), each once; one that is refused stays, with its reason.",
)
REMIND = Text("为未报、未通过的单位写催报邮件草稿。", "Write drafts of reminders to units that are missing or failed.")
MARK = Text("把收进台账的邮件标为已读（仅 IMAP）。", "Mark the mails that were taken in as read (IMAP only).")
DRAFTS = Text(
    "草稿放在哪里：folder（默认）写成 .eml 文件；imap 另存一份到邮箱的草稿箱（round.toml 的 imap）。",
    "Where drafts go: folder (default), as .eml files; imap, into the mailbox's folder for drafts too.",
)
AGAIN = Text("上次发送中断、经核对确未发出的，重发。", "Send again what was interrupted and did not go out.")
RATE = Text("每分钟最多发几封。默认 10。", "How many letters a minute at most. Default: 10.")
NO_IMAP = Text(
    'round.toml 没有写草稿信箱。请加一行 imap = "imaps://name@mail.example.gov.cn"。',
    'round.toml names no mailbox for drafts. Add imap = "imaps://name@mail.example.gov.cn".',
)
TAKEN = Text(
    "收进邮件 {new} 封（其中文件 {files} 份）；另有 {old} 封已在台账，没有重复处理。",
    "Took in {new} mail(s) with {files} file(s); {old} were in the ledger before.",
)
LINE = Text("  {sender}“{subject}”：{what}", "  {sender} “{subject}”: {what}")
FILED = Text("{unit} {name} {status}", "{unit} {name} {status}")
WAITS = Text("{name} 待核实（第 {id} 号）：{why}", "{name} to be verified (number {id}): {why}")
NO_FILE = Text("没有附件", "no attachment")
DRAFTED = Text(
    "写好草稿 {n} 份，在 {path}。核对后用 perfxl mail send 发出。",
    "Wrote {n} draft(s) in {path}. Check them; perfxl mail send sends them.",
)
WITHDRAWN = Text(
    "撤回不再适用的草稿 {n} 份（移入“草稿/已撤回”；另存在邮箱草稿箱的，请自行删除）：",
    "Withdrew {n} draft(s) that are not true any more (now in 草稿/已撤回; delete copies in the mailbox yourself):",
)
#: what a letter must not lack -> the line of the settings
LACKING = {
    "signature": Text('signature = "某某市财政局绩效科"', 'signature = "Bureau of Finance of X"'),
    "contact": Text('contact = "张三，0734-0000000"', 'contact = "Zhang San, 0734-0000000"'),
}
INCOMPLETE = Text(
    "注意：以上草稿缺少落款或咨询电话。请在 round.toml 中填写下列各行，以后的函件即写入；"
    "已写的草稿请补填后再发：\n{lines}",
    "Note: the drafts lack the name or the telephone of the bureau. Write into round.toml, for letters to come, and "
    "complete these drafts before they are sent:\n{lines}",
)
HELD = Text(
    "{to} 今天已写了 {most} 封回复，还有 {n} 封没有写。请明天再运行 perfxl mail check；"
    "要今天写，请改 round.toml 的 answers_per_day。",
    "{to} has had {most} answer(s) today; {n} more were not written. Run perfxl mail check again tomorrow, or raise "
    "answers_per_day in round.toml.",
)
SENT = Text("已发出：{path} → {to}", "Sent: {path} to {to}")
NOT_SENT = Text("未发出：{path}：{reason}", "Not sent: {path}: {reason}")
NO_ADDRESS = Text("名单上没有邮箱，请电话催报：{units}。", "No address on the roster; ring them up: {units}.")
NOBODY = Text("没有需要催报的单位（或今天已写过）。", "There is nobody to remind, or it was done today.")

LETTERS = Text(
    "生成可以修改的函件模板（审核意见、催报等），并检查已经改过的模板。已有的文件不会覆盖。",
    "Write the templates of the letters to the units (results, reminders) for you to edit, and try those that you "
    "have edited. Files that are there stay as they are.",
)
SHOW = Text(
    "用示例数据显示一种函件的样子，如 未通过。",
    "Show what a kind of letter looks like with made-up data, like: failed.",
)
TEMPLATES_WRITTEN = Text("已写入 {n} 个模板：{path}", "{n} template(s) written to: {path}")
TEMPLATES_COMPLETE = Text("模板齐全，没有改动任何文件：{path}", "All templates are there; no file was changed: {path}")
NO_PROBLEMS = Text("已试填全部函件，没有发现问题。", "All letters were tried; nothing is wrong.")


def commands(lang: Lang) -> list[click.Command]:
    """``perfxl mail``, ``remind`` and ``letters`` with their help in one language."""
    from perfxl.letters.letter import KINDS

    folder = round_option(lang)
    drafts = Option(["--drafts"], type=click.Choice(["folder", "imap"]), default="folder", help=DRAFTS.render(lang))
    source = click.Argument(["source"], metavar="SOURCE")
    mark = Option(["--mark"], is_flag=True, help=MARK.render(lang))
    sending = [
        click.Argument(["drafts"], nargs=-1, required=True, metavar="DRAFT..."),
        folder,
        Option(["--again"], is_flag=True, help=AGAIN.render(lang)),
        Option(["--rate"], type=click.IntRange(1, 600), metavar="N", default=10, help=RATE.render(lang)),
    ]
    kinds = click.Choice([name.render(lang) for name in KINDS.values()])
    templates = [
        click.Argument(["folder"], type=click.Path(path_type=Path), metavar=Text("文件夹", "FOLDER").render(lang)),
        Option(["--show"], type=kinds, metavar=Text("函件", "LETTER").render(lang), help=SHOW.render(lang)),
    ]
    taking_in = Command("check", lang, CHECK, check, [source, folder, drafts, mark], SHORT_CHECK)
    return [
        Group("mail", lang, MAIL, commands=[taking_in, Command("send", lang, SEND, send, sending)]),
        Command("remind", lang, REMIND, remind, [folder, drafts]),
        Command("letters", lang, LETTERS, letters, templates),
    ]


def check(source: str, folder: Path, drafts: str, mark: bool, lang: Lang) -> int:
    """Take in mails and write drafts of answers; the exit code is 1 when the source could not be read to its end."""
    with opened_round(folder, lang) as round_:
        password = mail_password(lang)
        append = _appender(round_, drafts, lang)
        from perfxl.rounds.answers import draft_answers
        from perfxl.rounds.intake import collect_mails
        from perfxl.sources.mail.imap import mark_seen

        came = collect_mails(round_, source, password)
        _print_arrivals(round_, came, lang)
        if came.failed is not None:
            click.echo(came.failed.reason.render(lang), err=True)
        if mark and source.lower().startswith("imaps://"):
            mark_seen(source, came.keys, password)
        answers = draft_answers(round_, lang, append)
        _print_withdrawn(answers.withdrawn, lang)
        _print_drafts(round_, answers.drafted, lang)
        for to, count in answers.held.items():
            click.echo(HELD.render(lang, to=to, most=round_.settings.answers_per_day, n=count))
        return int(came.failed is not None)


def _appender(round_: Round, drafts: str, lang: Lang) -> Append | None:
    """The function that puts a draft into the mailbox, where ``drafts`` is ``imap``."""
    if drafts != "imap":
        return None
    if not round_.settings.imap:
        raise UserError(NO_IMAP)
    from perfxl.sources.mail.imap import append_draft

    password = mail_password(lang)
    return lambda raw: append_draft(round_.settings.imap, raw, password)


def _print_arrivals(round_: Round, came: Collected, lang: Lang) -> None:
    """A line for each new mail: its files with their results, or why it has none."""
    from perfxl.ledger import records

    new = [one.message for one in came.taken if one.new]
    every = records.all_files(round_.ledger)
    of = {message.id: [each for each in every if each.message == message.id] for message in new}
    total = sum(len(each) for each in of.values())
    click.echo(TAKEN.render(lang, new=len(new), files=total, old=max(0, len(came.keys) - len(new))))
    for message in new:
        parts = [_file_result(one, lang) for one in of[message.id]]
        parts += [problem.render(lang) for problem in message.problems]
        if message.automatic:
            parts.append(message.automatic.render(lang))
        what = SEMICOLON.render(lang).join(parts) or NO_FILE.render(lang)
        line = LINE.render(lang, sender=message.sender, subject=message.subject, what=what)
        click.echo(printable(line))


def _file_result(one: FileRecord, lang: Lang) -> str:
    from perfxl.ledger.records import TO_VERIFY

    if one.standing == TO_VERIFY:
        return WAITS.render(lang, name=one.name, id=one.id, why=one.why.render(lang) if one.why else "")
    return FILED.render(lang, unit=one.unit, name=one.name, status=one.status).strip()


def _print_drafts(round_: Round, drafted: Sequence[ReplyRecord], lang: Lang) -> None:
    from perfxl.rounds.folder import DRAFTS

    click.echo(DRAFTED.render(lang, n=len(drafted), path=(round_.folder / DRAFTS).resolve()))
    for one in drafted:
        click.echo(f"  {Path(one.stored).name}")
    lacking = [one for one in LACKING if drafted and not getattr(round_.settings, one)]
    if lacking:
        lines = "\n".join(f"  {LACKING[one].render(lang)}" for one in lacking)
        click.echo(INCOMPLETE.render(lang, lines=lines), err=True)


def _print_withdrawn(withdrawn: Sequence[ReplyRecord], lang: Lang) -> None:
    if withdrawn:
        click.echo(WITHDRAWN.render(lang, n=len(withdrawn)))
        for one in withdrawn:
            click.echo(f"  {Path(one.stored).name}")


def send(drafts: Sequence[str], folder: Path, again: bool, rate: int, lang: Lang) -> int:
    """Send the drafts that are named; the exit code is 1 when one was not sent."""
    with opened_round(folder, lang) as round_:
        from perfxl.rounds.sending import send_named

        code = 0
        for sent in send_named(round_, drafts, mail_password(lang), rate, again=again, lang=lang):
            path = Path(sent.reply.stored).name
            if sent.reason is None:
                click.echo(SENT.render(lang, path=path, to=sent.reply.recipient))
            else:
                click.echo(NOT_SENT.render(lang, path=path, reason=sent.reason.render(lang)), err=True)
                code = 1
        return code


def remind(folder: Path, drafts: str, lang: Lang) -> int:
    """Write drafts of reminders; the exit code is 1 when a unit has no address."""
    with opened_round(folder, lang) as round_:
        from perfxl.rounds.answers import remind as write

        written, without, withdrawn = write(round_, lang, _appender(round_, drafts, lang))
        _print_withdrawn(withdrawn, lang)
        if written:
            _print_drafts(round_, written, lang)
        elif not without:
            click.echo(NOBODY.render(lang))
        if without:
            click.echo(NO_ADDRESS.render(lang, units=listed(without).render(lang)), err=True)
        return int(bool(without))


def letters(folder: Path, show: str | None, lang: Lang) -> int:
    """Write the templates that are missing, check all, show one; the exit code."""
    from perfxl.letters.letter import KINDS
    from perfxl.letters.templates import check_templates, fill_sample, sample_letter, write_templates

    try:
        written = write_templates(folder, lang)
    except OSError as error:
        raise UserError(CANNOT_WRITE, path=folder, error=in_a_line(error)) from error
    message = TEMPLATES_WRITTEN if written else TEMPLATES_COMPLETE
    click.echo(message.render(lang, n=len(written), path=folder), err=bool(show))
    problems = check_templates(folder, lang)
    for problem in problems:
        click.echo(problem.render(lang), err=True)
    if problems:
        return 1
    click.echo(NO_PROBLEMS.render(lang), err=bool(show))
    if show:
        kind = next(kind for kind, name in KINDS.items() if name.render(lang) == show)
        letter = fill_sample(sample_letter(kind, lang), folder, lang)
        click.echo(f"{letter.subject}\n\n{letter.body}", nl=False)
    return 0
