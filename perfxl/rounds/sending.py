"""Sending of drafts that the clerk named, each once: one that was interrupted is sent again only on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.utils import getaddresses
from pathlib import Path

from perfxl.ledger import records
from perfxl.ledger.records import COVERED, REFUSED, SENDING, SENT, WITHDRAWN, ReplyRecord
from perfxl.letters.refusals import SendError, UncertainError
from perfxl.letters.smtp import RateLimit, Smtp, account_name
from perfxl.model import Lang, Text, UserError
from perfxl.rounds.answers import put_aside
from perfxl.rounds.due import overtaken
from perfxl.rounds.folder import OnStep, Round, ignore_step
from perfxl.rounds.versions import read_contents

NO_DRAFT = Text(
    "台账里没有这份草稿：{path}。请写“草稿”文件夹里的文件名。",
    "The ledger knows no draft {path}. Give the name of a file in the folder 草稿.",
)
NO_SERVER = Text(
    'round.toml 没有写发信服务器。请加一行 smtp = "smtps://name@example.gov.cn@smtp.example.gov.cn:465"。',
    'round.toml names no server. Add smtp = "smtps://name@example.gov.cn@smtp.example.gov.cn:465".',
)
SENT_BEFORE = Text("已在此前发出，没有重发。", "It was sent before and is not sent again.")
WITHDRAWN_BEFORE = Text(
    "情况已有变化，本函已撤回，没有发送。", "It is not true any more and was withdrawn; it is not sent."
)
UNCERTAIN = Text(
    "上次发送时中断，不能确定是否已发出。请到邮箱的“已发送”查看；确未发出的，加 --again 重发。",
    "Sending it was interrupted, and it may have gone out. Look into “sent”; if it is not there, add --again.",
)
GONE = Text("草稿文件不在了，没有发送。", "The draft is not there any more and was not sent.")
NOT_ONE = Text("草稿的收件人应恰好是一个邮箱地址，没有发送。", "The draft must have one recipient; it was not sent.")


@dataclass(frozen=True)
class Sent:
    """A draft that was sent, with the recipient that it was sent to, or ``reason``, why it was not."""

    reply: ReplyRecord
    reason: Text | None


def chosen(round_: Round, names: Sequence[str]) -> list[ReplyRecord]:
    """The drafts that the clerk named: paths or names of files. Raises ``UserError`` for one that is not known."""
    letters = (one for one in records.all_replies(round_.ledger) if one.state != COVERED)
    by_name = {Path(one.stored).name: one for one in letters}
    found = []
    for name in dict.fromkeys(Path(name).name for name in names):
        if name not in by_name:
            raise UserError(NO_DRAFT, path=name)
        found.append(by_name[name])
    return found


def send_named(
    round_: Round, names: Sequence[str], password: Callable[[str], str], rate: int, *, again: bool, lang: Lang
) -> Iterator[Sent]:
    """Send the drafts that the clerk named by the server of the settings, ``rate`` a minute. Raises ``UserError``."""
    url = round_.settings.smtp
    if not url:
        raise UserError(NO_SERVER)
    limit = RateLimit(rate)
    return send(
        round_, chosen(round_, names), lambda: Smtp(url, password(account_name(url))), limit, again=again, lang=lang
    )


def send(
    round_: Round,
    drafts: Sequence[ReplyRecord],
    server: Callable[[], Smtp],
    rate_limit: RateLimit,
    *,
    again: bool = False,
    lang: Lang = "zh",
    on_step: OnStep = ignore_step,
) -> Iterator[Sent]:
    """Send some drafts, one after the other, and record what came of each. A refused one can be sent again."""
    smtp: Smtp | None = None
    for draft in drafts:
        raw, to, reason = _read(round_, draft, again)
        reason = reason or _not_true_any_more(round_, draft, lang)
        if reason is None and not records.change_reply(round_.ledger, draft, SENDING):
            reason = SENT_BEFORE
        if reason is not None:
            yield Sent(draft, reason)
            continue
        on_step("sending")
        smtp = smtp or server()
        rate_limit.wait()
        yield _send(round_, replace(draft, state=SENDING), smtp, raw, to, lang, on_step)


def _not_true_any_more(round_: Round, draft: ReplyRecord, lang: Lang) -> Text | None:
    """Why a draft does not apply any more, looked up at the last moment; it is withdrawn then."""
    reason = overtaken(read_contents(round_), draft)
    if reason is not None and records.change_reply(round_.ledger, draft, WITHDRAWN, reason.render(lang)):
        put_aside(round_, draft)
    return reason


def _read(round_: Round, draft: ReplyRecord, again: bool) -> tuple[bytes, str, Text | None]:
    """The bytes of a draft and its recipient, or why it cannot be sent."""
    if draft.state == SENT:
        return b"", "", SENT_BEFORE
    if draft.state == WITHDRAWN:
        return b"", "", WITHDRAWN_BEFORE
    if draft.state == SENDING and not again:
        return b"", "", UNCERTAIN
    path = round_.below(draft.stored)
    if not path.is_file():
        return b"", "", GONE
    raw = path.read_bytes()
    to = _only_recipient(raw)
    return raw, to, None if to else NOT_ONE


def _send(round_: Round, draft: ReplyRecord, smtp: Smtp, raw: bytes, to: str, lang: Lang, on_step: OnStep) -> Sent:
    try:
        smtp.send(raw, to)
    except SendError as error:
        if not isinstance(error, UncertainError):
            records.change_reply(round_.ledger, draft, REFUSED, error.reason.render(lang))
        return Sent(draft, error.reason)
    on_step("sent")
    records.change_reply(round_.ledger, draft, SENT, recipient=to)
    return Sent(replace(draft, state=SENT, recipient=to), None)


def _only_recipient(raw: bytes) -> str:
    """The one address that a draft goes to, which the clerk may have corrected; ``""`` for none or several."""
    mail = message_from_bytes(raw)
    found = [address for _, address in getaddresses(list(map(str, mail.get_all("To", [])))) if address]
    return found[0] if len(found) == 1 and not mail.get_all("Cc") else ""
