"""What a rule is: a function from the tables of a batch to the places where something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from perfxl.model import Hint, Lang, Ref, Severity, Text
from perfxl.rules.across import Across
from perfxl.rules.needs import NEEDS
from perfxl.tables import Tables


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that a rule found. ``values`` fill the rule's message; the engine stamps code, severity and words.

    ``severity`` and ``message`` stand in for the rule's own where a case of it is milder or reads otherwise.
    ``each`` is what the message says of this place at its ``{each}``; places that are grouped are listed there.
    ``added`` are the cells of a sum that make ``computed``.
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

Check = Callable[[Tables, Lang], Iterator[Hit | NotApplicable]]
AcrossCheck = Callable[[Across, Lang], Iterator[Hit | NotApplicable]]


@dataclass(frozen=True)
class Rule:
    """A rule with all that is known of it.

    ``group``: ``""`` each place is a finding of its own; ``form`` or ``file``:
    the same message at many cells of one form or file is one finding. ``basic``: where it speaks, later rules are
    silent about the same cell. ``follows``: codes that make this rule silent at the same cell. ``off``: asked only
    where the profile's ``[severity]`` names it. ``hinted``: silent about the cells that a hint of this kind names.
    ``across``: stands in for ``check`` where a rule looks at all files of
    a batch; see ``across_files``.

    What ``perfxl rules CODE`` explains: ``why`` it matters, how to ``fix`` it, an example that is ``wrong`` and one
    that is ``right``.
    """

    code: str
    severity: Severity
    name: Text
    what: Text
    message: Text
    check: Check
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
    across: AcrossCheck | None = None

    @property
    def of_returns(self) -> bool:
        """Whether it is about what units send in, and not about the clerk's own lists or a round."""
        return self.needs not in ("clerk", "round")


def rule(
    code: str,
    severity: Severity,
    *,
    name: Text,
    what: Text,
    message: Text,
    why: Text,
    fix: Text,
    wrong: Text,
    right: Text,
    source: str = "",
    needs: str = "",
    group: str = "",
    basic: bool = False,
    follows: tuple[str, ...] = (),
    off: bool = False,
    hinted: str = "",
) -> Callable[[Check], Rule]:
    """Make a ``Rule`` of the function below; see ``Rule`` for the arguments."""
    if needs not in NEEDS or group not in ("", "form", "file"):
        raise ValueError(f"{code}: needs {needs!r} or group {group!r} is not known")

    def make(check: Check) -> Rule:
        return Rule(
            code, severity, name, what, message, check, why, fix, wrong, right, source, needs, group, basic, follows,
            off, hinted,
        )  # fmt: skip

    return make


def across_files(
    code: str,
    severity: Severity,
    *,
    name: Text,
    what: Text,
    message: Text,
    why: Text,
    fix: Text,
    wrong: Text,
    right: Text,
    source: str = "",
) -> Callable[[AcrossCheck], Rule]:
    """Make a ``Rule`` of a function that is asked once for a whole batch, and skips the files it cannot speak of."""

    def make(check: AcrossCheck) -> Rule:
        return Rule(
            code, severity, name, what, message, _silent, why, fix, wrong, right, source, across=check,
        )  # fmt: skip

    return make


def _silent(tables: Tables, lang: Lang) -> Iterator[Hit | NotApplicable]:
    return iter(())
