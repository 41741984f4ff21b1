"""What a letter to a unit is about, and the values that its template can use, named in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from perfxl.letters.mail_text import one_line, without_links
from perfxl.model import Finding, Lang, Ref, Severity, Text, cells_in_words, seen_from, severities

#: kind -> its name for people, which is also the name of its template
KINDS = {
    "passed": Text("通过", "passed"),
    "passed_with_notes": Text("通过有提示", "passed_with_notes"),
    "failed": Text("未通过", "failed"),
    "unreadable": Text("无法读取", "unreadable"),
    "not_a_return": Text("不是申报表", "not_a_return"),
    "to_verify": Text("待核实", "to_verify"),
    "no_attachment": Text("未附文件", "no_attachment"),
    "nil_return": Text("零报", "nil_return"),
    "identical": Text("重复报送", "identical"),
    "reminder_missing": Text("催报", "reminder_missing"),
    "reminder_failed": Text("催改", "reminder_failed"),
    "reminder_unreadable": Text("催重报", "reminder_unreadable"),
}
REMINDERS = frozenset({"reminder_missing", "reminder_failed", "reminder_unreadable"})

#: findings that the letter itself names; the attached report lists all of them
MOST_MAIN = 3
#: rules of fields left empty, and of control figures
GAPS = frozenset(("COMPLETE-01", "COMPLETE-02", "COMPLETE-03"))
CONTROL = frozenset(("CROSS-18",))
EMPTY_FIELDS = Text("{labels} 等 {n} 栏未填写。", "{labels}: {n} fields are empty.")
#: what a message names
QUOTED = re.compile("“[^”]*”")
#: cells that are named one by one
MOST_CELLS = 6
LONGEST_MESSAGE, LONGEST_NAME, LONGEST_SUBJECT = 400, 80, 120

DATE = Text("{d.year}年{d.month}月{d.day}日", "{d:%Y-%m-%d}")
DAY = Text("{d.year}年{d.month}月{d.day}日星期{zh}", "{en}, {d:%Y-%m-%d}")
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHOLE_FILE = Text("整个文件", "the whole file")
MORE_CELLS = Text("{first} 等 {n} 处", "{first} and {more} more")
IN_FILE = Text("{file}：{place}", "{file}: {place}")
MORE_FILES = Text("{first} 等 {n} 个文件", "{first} and {more} more files")
#: between the names of files, which the letter puts in quotation marks; of more files the first is named
NEXT_FILE, MOST_FILES = Text("”、“", "”, “"), 10
REPLY = re.compile(r"(?i)^\s*(?:(?:re|fwd?|aw|回复|答复|转发|回覆|轉寄)\s*(?:\[\d+\])?\s*[:：]\s*)+")
#: the verdict in front of the subject of a letter of ours that a unit has answered
VERDICT = re.compile(r"^【[^】]*】\s*|^\[[^\]]*\]\s*")


@dataclass(frozen=True, slots=True)
class Original:
    """The mail that is answered: its ids with ``<>``, ``''`` where it has none; ``sent`` has a time zone."""

    message_id: str
    references: tuple[str, ...]
    subject: str
    sent: datetime | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one unit; ``kind`` is a key of ``KINDS``, with an empty ``to`` the clerk fills in the address.

    ``findings`` are those of the version that the letter is about, in reading order; ``closed``, ``new``, ``still`` and
    ``changed`` (cells, in words) compare it with the version before. ``reason`` is why a file could not be read, is no
    return or must be verified, ``remedy`` what the sender may do then. ``received`` are the file names as the unit sent
    them, ``also`` what came with or after them and does not count, ``counting`` the file that counts nevertheless.
    """

    kind: str
    unit: str
    to: str
    to_name: str
    original: Original | None
    round_title: str
    year: int
    deadline: date | None
    signature: str
    contact: str
    findings: tuple[Finding, ...] = ()
    closed: tuple[Finding, ...] = ()
    new: tuple[Finding, ...] = ()
    still: tuple[Finding, ...] = ()
    changed: tuple[str, ...] = ()
    reason: str = ""
    attachments: tuple[Path, ...] = ()
    version: int = 1
    received: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    remedy: str = ""
    counting: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of letter; there are {', '.join(KINDS)}")


def template_values(
    letter: Letter, lang: Lang, now: datetime, attached: Sequence[str], left_out: Sequence[str]
) -> dict[Text, object]:
    """All values by their names in both languages; ``left_out`` are files too large to attach.

    Neither waived findings nor notices are in them, but for the number of notices.
    """
    sent = letter.original.sent if letter.original else None
    return {
        Text("单位", "unit"): without_links(letter.unit, LONGEST_NAME),
        Text("联系人", "name"): "" if letter.to_name == letter.unit else without_links(letter.to_name, LONGEST_NAME),
        Text("原主题", "subject"): bare_subject(letter),
        Text("批次", "round"): one_line(letter.round_title),
        Text("年度", "year"): letter.year,
        Text("期限", "deadline"): _deadline(letter, lang),
        Text("剩余天数", "days_left"): (letter.deadline - now.date()).days if letter.deadline else 0,
        Text("署名", "signature"): one_line(letter.signature),
        Text("联系方式", "contact"): one_line(letter.contact),
        Text("日期", "today"): DATE.render(lang, d=now.date()),
        Text("报送日期", "sent"): DATE.render(lang, d=sent.astimezone(now.tzinfo)) if sent else "",
        Text("文件", "files"): _files([without_links(name, LONGEST_NAME) for name in letter.received], lang),
        Text("次数", "version"): letter.version,
        Text("原因", "reason"): without_links(letter.reason, LONGEST_MESSAGE),
        Text("办法", "remedy"): one_line(letter.remedy),
        Text("另收", "also"): [without_links(text, LONGEST_MESSAGE) for text in letter.also],
        Text("有效文件", "counting"): without_links(letter.counting, LONGEST_NAME),
        **_values_of_findings(letter, lang),
        Text("改动", "changed"): [without_links(text, LONGEST_MESSAGE) for text in letter.changed],
        Text("附件", "attached"): list(attached),
        Text("未附", "left_out"): list(left_out),
    }


def _values_of_findings(letter: Letter, lang: Lang) -> dict[Text, object]:
    findings, counts = _asking(letter.findings), severities(letter.findings)
    main = main_findings(findings, lang)
    several = len(letter.received) > 1 or len({finding.file for finding in findings}) > 1
    return {
        Text("错误数", "errors"): counts[Severity.ERROR],
        Text("警告数", "warnings"): counts[Severity.WARNING],
        Text("提示数", "notices"): counts[Severity.NOTICE],
        Text("主要问题", "main"): _items(main, lang, several),
        Text("其余", "rest"): len(findings) - sum(map(_number_told, main)),
        Text("已改正", "closed"): _items(_no_notices(letter.closed), lang, several),
        Text("仍存在", "still"): _items(_asking(letter.still), lang, several),
        Text("新出现", "new"): _items(_asking(letter.new), lang, several),
    }


def bare_subject(letter: Letter) -> str:
    """The subject of the mail that is answered, without reply marks and our verdict; else the title of the round."""
    subject = one_line(letter.original.subject) if letter.original else ""
    while mark := REPLY.match(subject):
        subject = VERDICT.sub("", subject[mark.end() :])
    return one_line(subject, LONGEST_SUBJECT) or one_line(letter.round_title, LONGEST_SUBJECT)


def main_findings(findings: Iterable[Finding], lang: Lang) -> list[Finding]:
    """The ``MOST_MAIN`` findings that the letter names, the weightiest; no notices.

    Of several with the same difference on one sheet only the first is named; fields left empty are one.
    """
    chosen: list[Finding] = []
    seen: set[tuple[str, str, int]] = set()
    for finding in sorted(_with_gaps_joined(_no_notices(findings), lang), key=_weight):
        key = _same_slip(finding)
        if key is None or key not in seen:
            chosen.append(finding)
        if key is not None:
            seen.add(key)
    return chosen[:MOST_MAIN]


def _weight(finding: Finding) -> tuple[int, int, int]:
    """Errors before warnings; of each what explains others, control figures, differences by size, the rest, gaps."""
    if finding.code in GAPS:
        kind = 4
    elif finding.consequences:
        kind = 0
    else:
        kind = 1 if finding.code in CONTROL else 2 if finding.difference else 3
    return finding.severity.rank, kind, -abs(finding.difference or 0)


def _with_gaps_joined(findings: Sequence[Finding], lang: Lang) -> list[Finding]:
    """The findings, those of empty fields as one for each severity, with a note for each."""
    gaps: dict[Severity, list[Finding]] = {}
    for one in findings:
        if one.code in GAPS:
            gaps.setdefault(one.severity, []).append(one)
    joined = []
    for first, *more in gaps.values():
        if not more:
            joined.append(first)
            continue
        every = [first, *more]
        labels = list(dict.fromkeys(label for one in every for label in QUOTED.findall(one.message)))
        shown = Text("、", ", ").render(lang).join(labels[:MOST_CELLS])
        message = EMPTY_FIELDS.render(lang, labels=shown, n=len(labels)) if labels else first.message
        cells = tuple(ref for one in every for ref in one.cells)
        notes = tuple((one.ref, one.message) for one in every if one.ref)
        joined.append(replace(first, message=message, cells=cells, notes=notes, hints=(), difference=None))
    return [one for one in findings if one.code not in GAPS] + joined


def _number_told(finding: Finding) -> int:
    """How many findings are named by one."""
    return max(1, len(finding.notes)) if finding.code in GAPS else 1


def _same_slip(finding: Finding) -> tuple[str, str, int] | None:
    """What two findings have in common that come from one mistake: two sums on a sheet with the same difference."""
    if finding.ref is None or not finding.difference:
        return None
    return finding.file, finding.ref.sheet, abs(finding.difference)


def _asking(findings: Iterable[Finding]) -> list[Finding]:
    """Those that ask for something."""
    return [finding for finding in _no_notices(findings) if finding.waived is None]


def _no_notices(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is not Severity.NOTICE]


def in_language(values: Mapping[Text, object], lang: Lang) -> dict[str, object]:
    """The values by their names in one language, as a template of that language takes them."""
    return {name.render(lang): value for name, value in values.items()}


def _items(findings: Iterable[Finding], lang: Lang, several: bool) -> list[dict[str, object]]:
    return [in_language(finding_values(*one, lang, several), lang) for one in enumerate(findings, 1)]


def finding_values(number: int, finding: Finding, lang: Lang, several: bool = False) -> dict[Text, object]:
    """The values of one finding in a list of findings, by their names in both languages."""
    return {
        Text("序号", "number"): number,
        Text("级别", "severity"): finding.severity.label.render(lang),
        Text("编号", "code"): finding.code,
        Text("名称", "title"): finding.name,
        Text("位置", "place"): _location(finding, lang, several),
        Text("说明", "message"): without_links(finding.message, LONGEST_MESSAGE),
        Text("可能原因", "cause"): without_links(finding.hints[0].message, LONGEST_MESSAGE) if finding.hints else "",
        Text("怎么改", "fix"): without_links(finding.fix, LONGEST_MESSAGE),
        Text("连带问题", "consequences"): _consequences(finding, lang),
    }


def _location(finding: Finding, lang: Lang, several: bool) -> str:
    """The cells of a finding; with its file where the letter is about several."""
    cells = list(dict.fromkeys(finding.cells))
    place = _words(cells[:1], finding, lang) if cells else WHOLE_FILE.render(lang)
    if len(cells) > 1:
        place = MORE_CELLS.render(lang, first=place, n=len(cells), more=len(cells) - 1)
    if not several:
        return place
    return IN_FILE.render(lang, file=without_links(finding.file.rpartition("/")[2], LONGEST_NAME), place=place)


def _consequences(finding: Finding, lang: Lang) -> str:
    """The cells of what goes with the finding."""
    first = (ref for other in finding.consequences for ref in other.cells[:1])
    cells = [ref for ref in dict.fromkeys(first) if ref not in finding.cells]
    more = (
        MORE_CELLS.render(lang, first="", n=len(cells), more=len(cells) - MOST_CELLS) if len(cells) > MOST_CELLS else ""
    )
    return _words(cells[:MOST_CELLS], finding, lang) + more


def _words(cells: Sequence[Ref], finding: Finding, lang: Lang) -> str:
    return without_links(seen_from(cells_in_words(cells, lang), finding.file, "", lang))


def _files(names: Sequence[str], lang: Lang) -> str:
    if 1 < len(names) <= MOST_FILES:
        return NEXT_FILE.render(lang).join(names)
    if names[1:]:
        return MORE_FILES.render(lang, first=names[0], n=len(names), more=len(names) - 1)
    return names[0] if names else ""


def _deadline(letter: Letter, lang: Lang) -> str:
    if letter.deadline is None:
        return ""
    weekday = letter.deadline.weekday()
    return DAY.render(lang, d=letter.deadline, zh=WEEKDAYS_ZH[weekday], en=WEEKDAYS_EN[weekday])
