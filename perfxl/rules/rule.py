"""What a rule is: a function that yields the places where something is wrong, with all that is known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict, Unpack

from perfxl.model import Hint, Lang, Ref, Severity, Text
from perfxl.rules.across import Across
from perfxl.rules.needs import NEEDS
from perfxl.tables import Return, Tables


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a rule found something; the engine adds code, severity and text.

    ``values`` fill the rule's message. ``severity`` and ``message`` replace the rule's own for a milder or different
    case. ``each`` is the text about this place at the ``{each}`` of the message, which lists those of all places that
    are grouped. ``added`` are the cells of a sum that make ``computed``.
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


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The rule could not be applied to a file, and why (a sum with an unreadable operand, say)."""

    file: str
    reason: Text


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
    ``right``.
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

    @property
    def of_returns(self) -> bool:
        """Whether it is about what units send in, and not about the clerk's own lists or a round."""
        return self.needs not in ("clerk", "round")


class Family(list[Rule]):
    """The rules of a module, in the order in which they are made there."""

    def add(self, code: str, severity: Severity, **texts: Unpack[RuleTexts]) -> Rule:
        """A rule without a check: the batch, a round or the clerk's lists report it themselves."""
        return self._add(Rule(code=code, severity=severity, **texts))

    def rule(self, code: str, severity: Severity, **texts: Unpack[RuleTexts]) -> Callable[[ReturnCheck], Rule]:
        """Make a rule of a function that checks one workbook, on its rows."""
        return lambda check: self._add(Rule(code=code, severity=severity, of_return=check, **texts))

    def table_rule(self, code: str, severity: Severity, **texts: Unpack[RuleTexts]) -> Callable[[TablesCheck], Rule]:
        """Make a rule of a function that checks many workbooks at once, on their pandas tables."""
        return lambda check: self._add(Rule(code=code, severity=severity, of_tables=check, **texts))

    def across_files(self, code: str, severity: Severity, **texts: Unpack[RuleTexts]) -> Callable[[AcrossCheck], Rule]:
        """Make a rule of a function that compares the workbooks of a batch; it skips the files it cannot judge."""
        return lambda check: self._add(Rule(code=code, severity=severity, across=check, **texts))

    def _add(self, rule: Rule) -> Rule:
        self.append(rule)
        return rule
