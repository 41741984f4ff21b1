"""What a rule is: a function that yields the places where something is wrong, with all that is known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, NotRequired, TypedDict, Unpack

from perfxl.model import Change, Hint, Lang, Ref, Severity, Text
from perfxl.rules.projects import Across
from perfxl.rules.wording import SATISFACTION
from perfxl.tables import Return, Tables


class Need(NamedTuple):
    """Whether a workbook has something, and the reason given where it has not."""

    holds: Callable[[Return], bool]
    reason: Text


def _filled(zh: str, en: str, *groups: str, tasks: bool = False) -> Need:
    """That a form of each of these groups of a profile (``fund_forms``) is filled in; with ``tasks`` tasks too."""

    def holds(book: Return) -> bool:
        kinds = {form.kind for form in book.forms}
        return (bool(book.tasks) or not tasks) and not any(kinds.isdisjoint(getattr(book.profile, g)) for g in groups)

    return Need(holds, Text(zh, en))


def _whole_and_parts_satisfied(book: Return) -> bool:
    kinds = {line.form.kind for line in book.indicators if line.second == SATISFACTION}
    whole = any(book.profile.forms[kind].tasks for kind in kinds)
    return whole and any(kind in book.profile.project_forms for kind in kinds)


#: what a rule may need of a workbook; one without it gets ``not applicable`` and the reason
NEEDS = {
    "": Need(lambda book: True, Text("", "")),
    "amounts": Need(lambda book: bool(book.amounts), Text("没有填写金额", "no amounts are filled in")),
    "tasks": Need(lambda book: bool(book.tasks), Text("没有填写年度主要任务", "no tasks are filled in")),
    "indicators": _filled("没有绩效指标表", "there is no indicator table", "indicator_forms"),
    "fund": _filled("没有专项资金表", "there is no fund form", "fund_forms"),
    "fund_and_project": _filled(
        "没有同时填写项目表和专项资金表", "there are not both a project and a fund form", "fund_forms", "project_forms"
    ),
    "same_project": Need(
        lambda book: any(form.kind in book.profile.fund_forms and form.likeness > 0 for form in book.forms),
        Text("没有与项目表同名的专项资金表", "no fund form has a project form of its name"),
    ),
    "two_periods": _filled("没有分中长期和年度填写的表", "no form has two periods side by side", "two_period_forms"),
    "tasks_and_projects": _filled(
        "没有同时填写年度主要任务和项目表", "there are not both tasks and project forms", "project_forms", tasks=True
    ),
    "projects_or_funds": Need(
        lambda book: any(form.kind in book.profile.project_forms | book.profile.fund_forms for form in book.forms),
        Text("没有项目表和专项资金表", "there is neither a project nor a fund form"),
    ),
    "satisfaction": Need(
        _whole_and_parts_satisfied,
        Text("部门表和项目表没有都填满意度指标", "not both the department and a project have a satisfaction indicator"),
    ),
    "weights": Need(
        lambda book: any(line.weight is not None for line in book.indicators),
        Text("本表式没有分值（权重）栏", "the forms have no weight column"),
    ),
    "clerk": Need(
        lambda book: False, Text("只针对随审核交来的豁免、配对文件", "it speaks of the lists of waivers and pairs only")
    ),
    "round": Need(lambda book: False, Text("只针对一个批次的报送", "it speaks of a whole round only")),
    "scores": _filled("本表式没有得分栏", "the forms have no scores", "scored_forms"),
    "forms": Need(lambda book: len(book.forms) > 1, Text("只有一张表", "there is only one form")),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a rule found something; the engine adds code, severity and text.

    ``values`` fill the rule's message. ``severity`` and ``message`` replace the rule's own for a milder or different
    case; a second line of a message is what to do in that case, in place of the rule's ``fix``. ``each`` is the text
    about this place at the ``{each}`` of the message, which lists those of all places that are grouped. ``added`` are
    the cells of a sum that make ``computed``. ``repairs`` are what would settle it, each by itself and each of one or
    more changes: findings that one of them settles together become one. Those of a ``difference`` are known without.
    ``for_bureau`` is the message with the data of other units, which are ``others`` in it and in no other message.
    """

    cells: tuple[Ref, ...]
    values: Mapping[str, object] = field(default_factory=dict)
    related: tuple[Ref, ...] = ()
    stated: int | str | None = None
    computed: int | str | None = None
    difference: int | None = None
    hints: tuple[Hint, ...] = ()
    written: str = ""
    severity: Severity | None = None
    message: Text | None = None
    each: str = ""
    added: tuple[Ref, ...] = ()
    repairs: tuple[tuple[Change, ...], ...] = ()
    for_bureau: Text | None = None
    others: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The rule could not be applied to a file, and why.

    ``unsettled``: it would apply, but what stands there keeps it from being judged (an amount that cannot be read).
    """

    file: str
    reason: Text
    unsettled: bool = False


#: in ``follows``: the codes of all the sums that the profile declares of one stated cell
DECLARED_SUMS = "declared sums"

Found = Iterator[Hit | NotApplicable]
ReturnCheck = Callable[[Return, Lang], Found]
TablesCheck = Callable[[Tables, Lang], Found]
AcrossCheck = Callable[[Across, Lang], Found]


class RuleTexts(TypedDict):
    """What there is to say of a rule; see ``Rule``."""

    name: Text
    what: Text
    message: Text
    why: Text
    fix: Text
    wrong: Text
    right: Text
    source: NotRequired[str]
    needs: NotRequired[str]
    group: NotRequired[str]
    basic: NotRequired[bool]
    follows: NotRequired[tuple[str, ...]]
    off: NotRequired[bool]
    hinted: NotRequired[str]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule with all that is known of it.

    One of three functions checks: ``of_return`` each workbook by itself, on its rows; ``of_tables`` many workbooks at
    once, on their pandas tables; ``across`` the whole batch, comparing its workbooks.

    ``group``: ``""`` each place is a finding of its own; ``form`` or ``file``: the same message at many cells of one
    form or file is one finding. ``basic``: other rules do not report the same cell. ``follows``: codes of rules whose
    finding at the same cell suppresses this one. ``off``: applied only where the profile's ``[severity]`` names it.
    ``hinted``: cells named by a hint of this kind are not reported. ``needs``: a key of ``NEEDS``.

    ``perfxl rules CODE`` prints ``why`` it matters, how to ``fix`` it, an example that is ``wrong`` and one that is
    ``right``. The ``message`` says what is wrong; a second line of it, what to do in that very case.
    """

    code: str
    severity: Severity
    name: Text
    what: Text
    message: Text
    why: Text
    fix: Text
    wrong: Text
    right: Text
    source: str = ""
    needs: str = ""
    group: str = ""
    basic: bool = False
    follows: tuple[str, ...] = ()
    off: bool = False
    hinted: str = ""
    of_return: ReturnCheck | None = None
    of_tables: TablesCheck | None = None
    across: AcrossCheck | None = None

    def __post_init__(self) -> None:
        if self.needs not in NEEDS or self.group not in ("", "form", "file"):
            raise ValueError(f"{self.code}: needs {self.needs!r} or group {self.group!r} is not known")

    def told(self, lang: Lang, message: Text | None = None, /, **values: object) -> tuple[str, str]:
        """What is wrong, in the words of a message or its own, and what to do about it."""
        said = [sentence.partition("\n") for sentence in message or self.message]
        wrong, remedy = Text(*(first for first, _, _ in said)), Text(*(second for _, _, second in said))
        return wrong.render(lang, **values), remedy.render(lang, **values) or self.fix.render(lang)

    @property
    def of_returns(self) -> bool:
        """Whether it is about what units send in, and not about the clerk's own lists or a round."""
        return self.needs not in ("clerk", "round")


class Family(list[Rule]):
    """The rules of a module, in the order in which they are made there; ``needs``: of those that name no other."""

    def __init__(self, needs: str = "") -> None:
        super().__init__()
        self._needs = needs

    def add(self, code: str, severity: Severity, **texts: Unpack[RuleTexts]) -> Rule:
        """A rule without a check: the batch, a round or the clerk's lists report it themselves."""
        texts.setdefault("needs", self._needs)
        self.append(Rule(code=code, severity=severity, **texts))
        return self[-1]

    def error(self, code: str, **texts: Unpack[RuleTexts]) -> Callable[[ReturnCheck], Rule]:
        """Make a rule that finds errors of a function that checks one workbook, on its rows."""
        return lambda check: self._checked(self.add(code, Severity.ERROR, **texts), of_return=check)

    def warning(self, code: str, **texts: Unpack[RuleTexts]) -> Callable[[ReturnCheck], Rule]:
        """The same for warnings."""
        return lambda check: self._checked(self.add(code, Severity.WARNING, **texts), of_return=check)

    def notice(self, code: str, **texts: Unpack[RuleTexts]) -> Callable[[ReturnCheck], Rule]:
        """The same for notices."""
        return lambda check: self._checked(self.add(code, Severity.NOTICE, **texts), of_return=check)

    def table_rule(self, code: str, severity: Severity, **texts: Unpack[RuleTexts]) -> Callable[[TablesCheck], Rule]:
        """Make a rule of a function that checks many workbooks at once, on their pandas tables."""
        return lambda check: self._checked(self.add(code, severity, **texts), of_tables=check)

    def across_files(self, code: str, severity: Severity, **texts: Unpack[RuleTexts]) -> Callable[[AcrossCheck], Rule]:
        """Make a rule of a function that compares the workbooks of a batch; it skips the files it cannot judge."""
        return lambda check: self._checked(self.add(code, severity, **texts), across=check)

    def _checked(self, rule: Rule, **check: Any) -> Rule:
        self[-1] = replace(rule, **check)
        return self[-1]
