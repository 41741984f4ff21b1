"""What a message is to be answered with: one answer for each return, one for a mail that brings none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from perfxl.ledger.files import COUNTED, TO_VERIFY, Filed
from perfxl.ledger.messages import DONE, Entered
from perfxl.model import Lang, State, Status, Text
from perfxl.rounds.folder import Round
from perfxl.rounds.intake import MAIL
from perfxl.rounds.judged import READABLE
from perfxl.rounds.versions import History

_READABLE = {status.value for status in READABLE}
_KINDS = {
    Status.PASSED.value: "passed",
    Status.PASSED_WITH_NOTES.value: "passed_with_notes",
    Status.FAILED.value: "failed",
}
IDENTICAL = Text("与第 {version} 版完全相同。", "It is identical to version {version}.")
NAMED = Text("“{name}”：{why}", "“{name}”: {why}")


@dataclass(frozen=True)
class Due:
    """An answer that is due. ``about`` is what the ledger calls it; ``unit`` is the roster's name, or as written.

    ``file`` is what it is about, the first of several; ``None`` for a mail that brings no file.
    """

    about: str
    kind: str
    message: Entered
    unit: str
    file: Filed | None = None
    reason: str = ""
    version: int = 1


def due(
    round_: Round,
    message: Entered,
    filed: Sequence[Filed],
    found: Mapping[str, History],
    reasons: Mapping[int, str],
    lang: Lang,
) -> Iterator[Due]:
    """The answers to one message.

    None goes to automatic mail, to files that were handed over, and to strangers without a return. ``reasons`` says of
    each file that is no return why.
    """
    if message.kind != MAIL or message.state != DONE or message.automatic is not None:
        return
    returns = [one for one in filed if one.status in _READABLE or one.status == State.NIL.value]
    for one in returns:
        if one.standing == COUNTED:
            yield _counted(message, one, found, lang)
    waiting = [one for one in returns if one.standing == TO_VERIFY]
    if waiting:
        # to a stranger nothing is told but what it wrote itself
        yield Due(f"message {message.id} to verify", "to_verify", message, waiting[0].written, waiting[0])
    if not returns and message.sender != round_.settings.sender.lower():
        yield from _nothing(round_, message, filed, reasons, lang)


def _counted(message: Entered, one: Filed, found: Mapping[str, History], lang: Lang) -> Due:
    history, about = found[one.unit], f"file {one.id}"
    if one.status == State.NIL.value:
        return Due(about, "nil_return", message, one.unit, one)
    for again, version in history.again:
        if again.id == one.id:
            reason = IDENTICAL.render(lang, version=version)
            return Due(about, "identical", message, one.unit, one, reason, version)
    return Due(about, _KINDS[one.status], message, one.unit, one, "", history.number(one))


def _nothing(
    round_: Round, message: Entered, filed: Sequence[Filed], reasons: Mapping[int, str], lang: Lang
) -> Iterator[Due]:
    """The answer to a unit whose mail brings no return."""
    units = round_.roster.sending(message.sender)
    if not units:
        return
    unit = units[0].name if len(units) == 1 else ""
    unread = [one for one in filed if one.status == Status.UNREADABLE.value]
    named = unread or filed
    told = [NAMED.render(lang, name=one.name, why=reasons.get(one.id, "")) for one in named]
    told += [problem.render(lang) for problem in message.problems]
    kind = "unreadable" if unread or message.problems else "not_a_return"
    yield Due(f"message {message.id}", kind, message, unit, next(iter(named), None), "\n".join(told))
