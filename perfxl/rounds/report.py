"""The summary of a round: the register of arrivals (来件登记), and all versions that count, checked together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from perfxl import reports
from perfxl.engine.batch import Batch, check_collected
from perfxl.ledger import records
from perfxl.ledger.records import RETURNED, TO_VERIFY, FileRecord, MessageRecord, ReplyRecord
from perfxl.letters.letter import KINDS, REMINDERS
from perfxl.model import Arrival, Finding, Lang, Outcome, Progress, Result, State, Status, Text, listed
from perfxl.rounds.checking import other_year, round_finding, second_of, with_findings
from perfxl.rounds.due import IDENTICAL, answers_due
from perfxl.rounds.folder import Round
from perfxl.rounds.joining import join_returns
from perfxl.rounds.versions import BETWEEN, Contents, History, day_of, histories, local_time, progress_of, read_contents
from perfxl.rules import catalogue
from perfxl.rules.submissions import SAME_AGAIN, SAME_FROM_BOTH, SAME_FROM_TWO, TO_BE_VERIFIED, UNIT_MISSING
from perfxl.sources import Received

_ADDRESS = re.compile(r"([^\s@，。、；：（）“”<>()])[^\s@，。、；：（）“”<>()]*@")

HANDED_OVER = Text("（直接交来）", "(handed over)")
HOW = {
    "": Text("", ""),
    "form": Text("表上单位名称", "name on the form"),
    "alias": Text("表上别名", "alias on the form"),
    "sender": Text("发件邮箱", "sender"),
    "clerk": Text("人工核实", "clerk"),
}
LABELS = {word.value: word.label for word in (*Status, State.NIL)}
TONES = {
    Status.PASSED.value: "good",
    Status.PASSED_WITH_NOTES.value: "good",
    Status.FAILED.value: "error",
    Status.UNREADABLE.value: "warning",
    Status.NOT_A_RETURN.value: "faint",
    State.NIL.value: "notice",
}
SAME = Text("重复报送", "identical")
AUTOMATIC = Text("自动邮件", "automatic mail")
PROBLEM = Text("附件未能取出", "attachment not had")
NO_FILE = Text("没有附件", "no attachment")
UNFINISHED = Text("未处理完", "not finished")
RESUME = Text("收取时中断，再运行一次 perfxl mail check 即可。", "It was interrupted; perfxl mail check finishes it.")

DUE = "due"
STATES = {
    records.DRAFTED: Text("草稿", "draft"),
    records.SENDING: Text("发送中断", "interrupted"),
    records.SENT: Text("已发出", "sent"),
    records.REFUSED: Text("未能发出", "refused"),
    records.COVERED: Text("已一并回复", "with another one"),
    records.WITHDRAWN: Text("已撤回", "withdrawn"),
}
ANSWER = Text("{kind}（{state}）", "{kind} ({state})")
NO_ANSWER = Text("", "")
TO_BE_WRITTEN = Text("待写", "to be written")
NOT_TO_PROGRAMS = Text("不回复（自动邮件）", "none (automatic mail)")
NOT_TO_US = Text("不回复（本单位邮箱）", "none (our own mail)")
NOT_TO_STRANGERS = Text("不回复（陌生邮箱）", "none (a stranger)")
TO_BE_READ = Text("未自动回复（请阅看）", "none (to be read)")
WITH_OTHERS = Text("同封邮件已回复", "with others of the mail")
REFUSAL = Text("回复未能发出：{reason}", "The answer was refused: {reason}")

DAYS = Text("离截止日期还有 {n} 天。", "{n} days are left. ")
TODAY = Text("今天截止。", "Today is the last day. ")
OVER = Text("已过截止日期 {n} 天。", "The deadline passed {n} days ago. ")
UNIT = Text(" --unit 单位名称", " --unit NAME")


def anonymise(text: str) -> str:
    """A text in which no address of a person can be read: ``z***@example.gov.cn``."""
    return _ADDRESS.sub(r"\1***@", text)


#: what became of a file or mail, how that is to be taken (``Arrival.tone``), and why
_Result = tuple[Text, str, tuple[Text, ...]]


@dataclass(frozen=True)
class _Register:
    """What is looked up for each row: the ledger, the replies by file and by message, and what has no reply yet."""

    contents: Contents
    lang: Lang
    of_file: Mapping[int | None, ReplyRecord]
    of_message: Mapping[int | None, ReplyRecord]
    due: frozenset[tuple[int, int]]
    anonymous: bool

    def row(self, message: MessageRecord, file: FileRecord | None) -> Arrival:
        """The row of a file, or of a mail without any."""
        lang, number = self.lang, file.id if file else 0
        history = self.contents.history_of(file) if file else None
        repeated = history.repeated(file) if file and history else 0
        version = repeated or (history.number(file) if file and history else 0)
        result, tone, reasons = _result(message, file, repeated)
        # of a mail without a file the only unit that sends from the address
        member = None if file else self.contents.round_.roster.only_sending(message.sender)
        unit, how = (file.unit, file.how) if file else (member.name, "sender") if member else ("", "")
        completed = history.completed_by(file) if file and history else None
        reply = self.of_file.get(number) if file else self.of_message.get(message.id)
        if reply is None and completed is not None:
            reply = self.of_file.get(completed.id)
        answer, state = self._answer(message, number, reply)
        remarks = [self.contents.reasons[number]] if number in self.contents.reasons else []
        remarks += [text.render(lang) for text in (*reasons, *message.problems)]
        remarks += [REFUSAL.render(lang, reason=reply.reason)] if reply and reply.reason else []
        hide = anonymise if self.anonymous else str
        return Arrival(
            message.id, number, local_time(message.received),
            hide(message.sender) if message.is_mail else HANDED_OVER.render(lang),
            hide(message.subject) if message.is_mail else "",
            hide(file.name) if file and file.stored else "",
            unit, HOW[how].render(lang), version, result.render(lang), tone,
            answer.render(lang), state, reply.stored.rpartition("/")[2] if reply else "",
            hide(BETWEEN.render(lang).join(dict.fromkeys(remarks))),
        )  # fmt: skip

    def _answer(self, message: MessageRecord, number: int, reply: ReplyRecord | None) -> tuple[Text, str]:
        """The answer and its state, or why there is none."""
        if reply is not None:
            return ANSWER.fill(kind=KINDS[reply.kind], state=STATES[reply.state]), reply.state
        if (message.id, number) in self.due:
            return TO_BE_WRITTEN, DUE
        if not message.is_mail or not message.is_done:
            return NO_ANSWER, ""
        if message.automatic is not None:
            return NOT_TO_PROGRAMS, ""
        if message.id in self.of_message:
            return WITH_OTHERS, ""
        round_ = self.contents.round_
        if message.sender == round_.settings.own_address:
            return NOT_TO_US, ""
        if not round_.roster.sending(message.sender):
            return NOT_TO_STRANGERS, ""
        return (NO_ANSWER if number else TO_BE_READ), ""


def register(round_: Round, lang: Lang = "zh", *, anonymous: bool = True) -> tuple[Arrival, ...]:
    """One row for each file, and one for each mail without any, by the moment of arrival."""
    contents = read_contents(round_)
    due = frozenset((item.message.id, item.file.id if item.file else 0) for item in answers_due(contents, lang))
    answers = [reply for reply in contents.replies if reply.kind not in REMINDERS]
    of_file = {reply.file: reply for reply in answers}
    of_message = {reply.message: reply for reply in answers}
    no_file: list[FileRecord | None] = [None]
    rows = _Register(contents, lang, of_file, of_message, due, anonymous)
    came = sorted(contents.messages, key=lambda one: (one.received, one.id))
    return tuple(rows.row(message, file) for message in came for file in contents.files[message.id] or no_file)


def _result(message: MessageRecord, file: FileRecord | None, repeated: int) -> _Result:
    automatic = (message.automatic,) if message.automatic else ()
    if not message.is_done:
        return UNFINISHED, "warning", (RESUME,)
    if file is None:
        if automatic:
            return AUTOMATIC, "faint", automatic
        return (PROBLEM, "warning", ()) if message.problems else (NO_FILE, "faint", ())
    if file.standing == TO_VERIFY:
        return State.TO_VERIFY.label, "warning", (*automatic, *([file.why] if file.why else []))
    if repeated:
        return SAME, "notice", (*automatic, IDENTICAL.fill(version=repeated))
    return LABELS[file.status], TONES[file.status], automatic


def write_report(round_: Round, out: Path, lang: Lang = "zh", *, anonymous: bool = True) -> tuple[Batch, list[Path]]:
    """Write all reports of the round; the batch, and what was written. What a unit gets names no other unit."""
    batch = round_batch(round_, lang, anonymous=anonymous)
    return batch, reports.write(batch, out)


def round_batch(round_: Round, lang: Lang = "zh", *, anonymous: bool = True) -> Batch:
    """What counts, as one batch for the reports. Addresses of senders are made unreadable unless asked for."""
    join_returns(round_)
    found = histories(round_)
    chosen = [one for history in found.values() for one in _chosen(history)]
    files = _names(chosen)
    received = [
        Received(files[one.id], round_.below(one.stored), unit=one.unit, when=second_of(one.received)) for one in chosen
    ]
    batch = check_collected(received, (), round_.profile_name, lang=lang, **round_.clerk_files)
    progress = replace(progress_of(round_, found, lang), arrivals=register(round_, lang, anonymous=anonymous))
    returned = [item for item in batch.submissions if item.status in RETURNED]
    extra = [finding for item in returned for finding in other_year(batch, item, round_.settings.year)]
    extra += _round_findings(round_, batch, found, files, progress)
    if anonymous:
        extra = [_anonymous(one) for one in extra]
    return _with_round(batch, extra, progress)


def _anonymous(finding: Finding) -> Finding:
    bureau = finding.for_bureau and replace(finding.for_bureau, message=anonymise(finding.for_bureau.message))
    return replace(finding, message=anonymise(finding.message), for_bureau=bureau)


def _chosen(history: History) -> Iterator[FileRecord]:
    """What counts of a unit, and what came after it and could not be read."""
    valid = history.valid
    if valid is not None:
        yield from history.files_of(valid)
    yield from (one for one in history.unreadable if valid is None or one.received > valid.received)


def _names(chosen: Iterable[FileRecord]) -> dict[int, str]:
    """The names by which files are reported, by their numbers: unit and name, and the number where two are alike."""
    names: dict[int, str] = {}
    for one in chosen:
        unit, name = one.unit or one.id, Path(one.stored).name
        names[one.id] = f"{unit}/{name}" if f"{unit}/{name}" not in names.values() else f"{unit}/{one.id}/{name}"
    return names


def _with_round(batch: Batch, extra: Sequence[Finding], progress: Progress) -> Batch:
    """The batch with the findings of the round before its others, and the statuses and outcomes that follow."""
    order = {item.file: number for number, item in enumerate(batch.submissions)}
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in extra:
        by_file[finding.file].append(finding)
    return replace(
        batch,
        submissions=tuple(
            with_findings(item, [each for file in item.parts or (item.file,) for each in by_file[file]])
            for item in batch.submissions
        ),
        findings=tuple(sorted((*extra, *batch.findings), key=lambda one: order.get(one.file, len(order)))),
        outcomes=(*batch.outcomes, *_outcomes(batch, extra)),
        progress=progress,
    )


def _outcomes(batch: Batch, extra: Iterable[Finding]) -> Iterator[Outcome]:
    """How the rules of the round ended on the returns that count; those about units that are missing have none."""
    hits = {(one.code, one.file) for one in extra}
    entries = [entry for entry in catalogue(batch.profile) if entry.rule.needs == "round" and entry.severity]
    for code in dict.fromkeys(entry.code for entry in entries):
        for item in batch.submissions:
            result = Result.FAILED if (code, item.file) in hits else Result.PASSED
            yield Outcome(code, item.file, result)


def _round_findings(
    round_: Round, batch: Batch, found: Mapping[str, History], files: Mapping[int, str], progress: Progress
) -> Iterator[Finding]:
    """What only the round can find; ``files`` are the names by which files are reported, by their numbers."""
    lang = batch.lang
    finding = partial(round_finding, batch)
    # units that are missing, at their cells on the roster
    for unit, standing in zip(round_.roster.units, progress.units, strict=True):
        if standing.state is State.MISSING:
            days = _days(progress.days_left, lang)
            yield from finding(UNIT_MISSING, round_.roster.file, unit.name, [unit.ref], unit=unit.name, days=days)
    for name, history in found.items():
        for one in history.waiting:
            values = {"number": one.id, "why": one.why.render(lang) if one.why else ""}
            option = "" if name else UNIT.render(lang)
            yield from finding(TO_BE_VERIFIED, files.get(one.id, one.name), name, unit=option, **values)
        for one, version in history.repeats:
            first = history.versions[version - 1]
            values = {"day": day_of(one.received) or "", "file": one.name, "version": version}
            yield from finding(SAME_AGAIN, files.get(first.id, first.name), name, **values)
    for one, units in _shared(round_, found):
        values = {"unit": one.unit, "others": listed(sorted(units - {one.unit})).render(lang), "file": one.name}
        yield from finding(SAME_FROM_TWO, files.get(one.id, one.name), one.unit, (), SAME_FROM_BOTH, **values)


def _days(left: int | None, lang: Lang) -> str:
    if left is None:
        return ""
    return (TODAY if left == 0 else DAYS if left > 0 else OVER).render(lang, n=abs(left))


def _shared(round_: Round, found: Mapping[str, History]) -> Iterator[tuple[FileRecord, set[str]]]:
    """Workbooks that came from two units, each with those units; naming a unit on the form does not count."""
    units: dict[str, set[str]] = defaultdict(set)
    first: dict[str, FileRecord] = {}
    for history in found.values():
        for one in (*history.returns, *(repeat for repeat, _ in history.repeats), *history.waiting):
            sending = [unit.name for unit in round_.roster.sending(one.sender)]
            if one.sha256:
                units[one.sha256].add(one.unit if one.unit in sending or not sending else sending[0])
                first.setdefault(one.sha256, one)
    for digest, names in units.items():
        if len(names - {""}) > 1:
            yield first[digest], names - {""}
