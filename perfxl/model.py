"""What all rooms share: texts in two languages, cells, severities, findings, outcomes, the state of a round.

All of it is frozen and cheap to send between processes. Money is an integer number of fen (分, 0.01 yuan).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Literal, NamedTuple, Self

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence in both languages, with ``{}`` placeholders."""

    zh: str
    en: str

    def render(self, lang: Lang, **values: object) -> str:
        """Fill the sentence of one language; a missing name raises ``KeyError``.

        A value that is a ``Text`` is put in by language, a cell or a tuple of cells in words.
        """
        template = self.zh if lang == "zh" else self.en
        return template.format(**_all_worded(values, lang)) if values else template

    def fill(self, **values: object) -> Text:
        """Both sentences with their values, as by ``render``; doubled braces become single ones in any case."""
        return Text(self.zh.format(**_all_worded(values, "zh")), self.en.format(**_all_worded(values, "en")))


#: between the items of a list
COMMA = Text("、", ", ")


def listed(names: Iterable[str | Text]) -> Text:
    """Names with the comma of each language between them."""
    items = [name if isinstance(name, Text) else Text(name, name) for name in names]
    return Text(*(comma.join(item[n] for item in items) for n, comma in enumerate(COMMA)))


class UserError(ValueError):
    """What the user can mend: ``reason`` gives the mistake, with file and place where known, in both languages."""

    def __init__(self, reason: Text, /, **values: object) -> None:
        self.reason = reason.fill(**values) if values else reason
        super().__init__(self.reason.en)

    def __reduce__(self) -> tuple[type[UserError], tuple[Text]]:
        """Keep the reason when another process sends it back."""
        return type(self), (self.reason,)


def column_letters(col: int) -> str:
    """Letters of a 1-based column number: 1 -> ``A``, 28 -> ``AB``."""
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(address: str) -> int:
    """The 1-based number of a column, by its letters or a cell in it: ``A`` -> 1, ``AB7`` -> 28."""
    number = 0
    for letter in address.upper().rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


class _Labelled(StrEnum):
    """Members with a word for people; the value of each is that of files and of the database."""

    _value_: str
    label: Text

    def __new__(cls, value: str, *label: Text) -> Self:
        member = str.__new__(cls, value)
        member._value_, (member.label,) = value, label
        return member


class Severity(_Labelled):
    """How much a finding weighs: error = 强制性审核, warning and notice = 提示性审核."""

    ERROR = "error", Text("错误", "error")
    WARNING = "warning", Text("警告", "warning")
    NOTICE = "notice", Text("提示", "notice")

    @property
    def rank(self) -> int:
        """0 for error, 1 for warning, 2 for notice: the order in which people should read."""
        return ("error", "warning", "notice").index(self)

    @property
    def gate(self) -> Text:
        """The finance system's own class of check (强制性审核 blocks, 提示性审核 does not)."""
        return Text("强制性审核", "blocking") if self is Severity.ERROR else Text("提示性审核", "advisory")


class Ref(NamedTuple):
    """One cell of one file; ``row`` and ``col`` count from 1.

    Prints as ``项目3!D14``, which is for keys; in a sentence of a ``Text`` it reads “甲局.xlsx”的“项目3”表 D14.
    """

    file: str
    sheet: str
    row: int
    col: int

    @property
    def cell(self) -> str:
        """The address on its sheet: ``D14``."""
        return f"{column_letters(self.col)}{self.row}"

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


_OF_FILE, _OF_SHEET = Text("“{file}”的", " in “{file}”"), Text("“{sheet}”{noun} ", " of sheet “{sheet}”")
_IN_FOLDER: Mapping[Lang, re.Pattern[str]] = {
    "zh": re.compile(r"“[^“”]+/(?P<name>[^“”/]+)”的(?=“)"),
    "en": re.compile(r"(?<=”) in “[^“”]+/(?P<name>[^“”/]+)”"),
}

#: the cells of a sheet in a Chinese sentence
_ON_SHEET = r"“[^“”]+”(?:表)? [A-Z]+\d+(?:、[A-Z]+\d+)*"


def cells_in_words(cells: Iterable[Ref], lang: Lang) -> str:
    """“甲局.xlsx”的“项目3”表 D14、D15: every file and sheet is named once."""
    sheets: dict[tuple[str, str], list[str]] = {}
    for ref in dict.fromkeys(cells):
        sheets.setdefault(ref[:2], []).append(ref.cell)
    comma = COMMA.render(lang)
    places = []
    for (file, sheet), addresses in sheets.items():
        in_file, on_sheet, listed = _of_file(file, lang), _of_sheet(sheet, lang), comma.join(addresses)
        places.append(f"{in_file}{on_sheet}{listed}" if lang == "zh" else f"{listed}{on_sheet}{in_file}")
    return comma.join(places)


def seen_from(text: str, file: str, sheet: str, lang: Lang) -> str:
    """A sentence for readers who look at a file and, unless ``sheet`` is ``""``, at a sheet: these are not named.

    Other files are named without their folder, unless they are called like the one that the readers see.
    """
    text = text.replace(_of_file(file, lang), "")
    own = file.rpartition("/")[2]
    text = _IN_FOLDER[lang].sub(lambda found: found[0] if found["name"] == own else _of_file(found["name"], lang), text)
    if not sheet:
        return text
    here = re.escape(_of_sheet(sheet, lang))
    # not of another file, and in a list not after the cells of another sheet, which its cells would seem to be of
    if lang == "zh":
        return re.sub(rf"(?P<list>{_ON_SHEET}、)?(?<!”的){here}(?=[A-Z]+\d)", partial(_without, own=here), text)
    return re.sub(rf"(?<=\d){here}(?! in “)", "", text)


def _without(found: re.Match[str], own: str) -> str:
    before = found["list"] or ""
    return found[0] if before and not re.match(own, before) else re.sub(own, "", before)


def _of_file(file: str, lang: Lang) -> str:
    return _OF_FILE.render(lang, file=file)


def _of_sheet(sheet: str, lang: Lang) -> str:
    noun = "" if sheet.rstrip("0123456789").endswith("表") else "表"
    return _OF_SHEET.render(lang, sheet=sheet, noun=noun)


def _all_worded(values: Mapping[str, object], lang: Lang) -> dict[str, object]:
    return {name: _worded(value, lang) for name, value in values.items()}


def _worded(value: object, lang: Lang) -> object:
    match value:
        case Text():
            return value.render(lang)
        case Ref():
            return cells_in_words((value,), lang)
        case tuple() if value and all(isinstance(item, Ref) for item in value):
            return cells_in_words(value, lang)
        case _:
            return value


class Change(NamedTuple):
    """A change of one cell: by how many fen, at least and at most; or what it should say (a year, a name)."""

    cell: Ref
    least: int = 0
    most: int = 0
    to: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A likely cause of a difference (可能原因), with its cells.

    ``change`` is the cell that would have to change and by how many fen, where that is known; where it is one of
    ``cells``, all of these would. ``among`` are the causes between which the figures cannot decide.
    """

    kind: str
    message: str
    cells: tuple[Ref, ...] = ()
    change: tuple[Ref, int] | None = None
    among: tuple[Hint, ...] = ()


WAIVED = Text("已豁免", "waived")
_WAIVED = Text(
    "豁免理由：{reason}（批准人：{by}，有效期至 {until.year}年{until.month}月{until.day}日）",
    "Waived: {reason} (by {by}, until {until:%Y-%m-%d})",
)


@dataclass(frozen=True, slots=True)
class Waived:
    """Why a finding is waived (豁免), by whom, and the last day of the waiver."""

    reason: str
    by: str
    until: date

    def render(self, lang: Lang) -> str:
        """All of it in one sentence."""
        return _WAIVED.render(lang, reason=self.reason, by=self.by, until=self.until)


@dataclass(frozen=True, slots=True)
class ForBureau:
    """A message and a fix that may name other units, their files and figures: nothing written for a unit has them."""

    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that a rule reports.

    ``cells`` are the wrong ones, none for a finding about a whole file; ``related`` are the operands or the other side,
    ``added`` those of a sum that make ``computed``. ``stated``, ``computed`` and ``difference`` (stated - computed) are
    fen for money, text for anything else, ``None`` where the rule compares nothing; ``written`` is the text of the
    cell. ``fix`` is what to do about it (怎么改). ``consequences`` are the findings that one change here would settle
    too: they stand under this one and are not counted by themselves. ``notes`` are what the message says of single
    cells, where it lists several things. A ``waived`` finding is shown and counts no more. All of this is for the unit
    and names no other one; ``for_bureau`` is the same with what other units have sent.
    """

    code: str
    name: str
    severity: Severity
    file: str
    unit: str
    message: str
    cells: tuple[Ref, ...] = ()
    related: tuple[Ref, ...] = ()
    stated: int | str | None = None
    computed: int | str | None = None
    difference: int | None = None
    hints: tuple[Hint, ...] = ()
    written: str = ""
    waived: Waived | None = None
    added: tuple[Ref, ...] = ()
    fix: str = ""
    consequences: tuple[Finding, ...] = ()
    notes: tuple[tuple[Ref, str], ...] = ()
    for_bureau: ForBureau | None = None

    @property
    def told(self) -> ForBureau:
        """What the bureau reads in place of the message and the fix, which are for the unit."""
        return self.for_bureau or ForBureau(self.message, self.fix)

    @property
    def ref(self) -> Ref | None:
        """The first cell, or ``None`` for a finding about a whole file."""
        return self.cells[0] if self.cells else None

    def place(self, lang: Lang) -> str:
        """Its first cell in words, without the name of its file; ``""`` where it has none."""
        return seen_from(cells_in_words(self.cells[:1], lang), self.file, "", lang)

    def note(self, cell: Ref) -> str:
        """What is wrong with one of its cells."""
        return dict(self.notes).get(cell, self.message)

    @property
    def one_sheet(self) -> str:
        """The sheet of its cells, ``""`` where they are on several or there are none."""
        sheets = {ref.sheet for ref in self.cells}
        return sheets.pop() if len(sheets) == 1 else ""

    @property
    def label(self) -> Text:
        """The word for its severity, or that it is waived."""
        return WAIVED if self.waived else self.severity.label

    def with_consequences(self) -> Iterator[Finding]:
        """Itself and all that stand under it."""
        yield self
        for other in self.consequences:
            yield from other.with_consequences()


def severities(findings: Iterable[Finding]) -> Counter[str]:
    """How many findings count as errors, warnings and notices, each of which is a key: waived ones as none."""
    counts: Counter[str] = Counter(dict.fromkeys(Severity, 0))
    counts.update(finding.severity for finding in findings if finding.waived is None)
    return counts


def by_rule(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings by their rule, in the order of the first of each."""
    rules: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        rules.setdefault((finding.code, finding.name), []).append(finding)
    return list(rules.values())


class Result(StrEnum):
    """The result of a rule on a submission (审核结果)."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one rule on one file and, where it was not applied, the reason."""

    code: str
    file: str
    result: Result
    reason: str = ""


class Status(_Labelled):
    """What became of a file that went in. The value is the word used in ``findings.json``."""

    PASSED = "通过", Text("通过", "passed")
    PASSED_WITH_NOTES = "通过(有提示)", Text("通过(有提示)", "passed with notes")
    FAILED = "未通过", Text("未通过", "did not pass")
    UNREADABLE = "无法读取", Text("无法读取", "cannot be read")
    NOT_A_RETURN = "不是申报表", Text("不是申报表", "not a return")

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Status:
        """The status of a return: errors are to be corrected, warnings to be checked, notices ask for neither."""
        counts = severities(findings)
        if counts[Severity.ERROR]:
            return cls.FAILED
        return cls.PASSED_WITH_NOTES if counts[Severity.WARNING] else cls.PASSED

    @property
    def checked(self) -> bool:
        """Whether the file was read as a return."""
        return self not in (Status.UNREADABLE, Status.NOT_A_RETURN)


@dataclass(frozen=True, slots=True)
class FormSeen:
    """A form that was recognised on a sheet; ``name`` is its project's name, ``''`` for the department form."""

    form: str
    sheet: str
    name: str
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """One received workbook (报送件) after the check.

    ``file`` is its display name, unique in the batch; ``duplicate_of`` the file with the same bytes that was checked
    instead; ``document`` is whether its sheets are the tables of a document. ``parts`` are the files of its return,
    where that came in several: they are checked together, share their status, and the first stands for all.
    """

    file: str
    sha256: str
    status: Status
    unit: str = ""
    year: int | None = None
    forms: tuple[FormSeen, ...] = ()
    duplicate_of: str = ""
    ignored_sheets: tuple[str, ...] = ()
    document: bool = False
    parts: tuple[str, ...] = ()

    @property
    def is_further_part(self) -> bool:
        """Whether it is a part of a return of which another file stands for all."""
        return self.file in self.parts[1:]


class State(_Labelled):
    """The state of a unit in a round (报送情况)."""

    MISSING = "未报", Text("未报", "missing")
    FAILED = "已报未通过", Text("已报未通过", "did not pass")
    PASSED = "通过", Text("通过", "passed")
    NIL = "零报", Text("零报", "nil return")
    TO_VERIFY = "待核实", Text("待核实", "to be verified")


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one unit. ``control`` and ``total`` are fen.

    ``last`` is the day of its last material; ``errors`` are those of the version that counts.
    """

    unit: str
    state: State
    versions: int = 0
    last: date | None = None
    errors: int = 0
    waiting: int = 0
    control: int | None = None
    total: int | None = None
    remark: str = ""

    @property
    def gap(self) -> int | None:
        """Total less control figure, in fen."""
        return None if self.total is None or self.control is None else self.total - self.control


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file that came in, or one mail without any (来件登记).

    ``message`` and ``file`` are their numbers in the ledger, ``file`` 0 where there is none. ``received`` is local
    time; ``version`` 0 for what is none. ``how``, ``result``, ``answer`` and ``remark`` are words for people;
    ``tone`` is what is to be thought of the result: good, notice, warning, error or faint. ``state`` is how far the
    answer is: due, drafted, sending, sent, refused, or ``""`` for none; ``draft`` the name of its file.
    """

    message: int
    file: int
    received: datetime | None
    sender: str
    subject: str
    name: str
    unit: str
    how: str
    version: int
    result: str
    tone: str
    answer: str
    state: str
    draft: str
    remark: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a round; ``days_left`` is negative when its deadline is over, ``None`` without one."""

    title: str
    deadline: date | None
    days_left: int | None
    units: tuple[Standing, ...]
    arrivals: tuple[Arrival, ...] = ()
