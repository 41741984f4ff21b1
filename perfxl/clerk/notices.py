"""What is said of the clerk's own files: notices whose cells are those of the file."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from perfxl.clerk.errors import meant
from perfxl.clerk.table import Entry
from perfxl.model import Finding, Lang, Ref, Text
from perfxl.rules import Rule

IN_TOML = Text("第 {number} 条：{message}", "Entry {number}: {message}")
#: the column that every list of the clerk's has
UNIT = "unit"
ABSENT = Text(
    "有 {n} 条所列的单位不在这次审核的单位中，没有用到：{units}。如属本批，请核对单位名称。",
    "The units of {n} entries are not among those checked: {units}. Check the names if they should be.",
)
#: so many units are named in a message
SHOWN = 5


def notice(rule: Rule, entry: Entry, key: str, message: str, lang: Lang, related: Sequence[Ref] = ()) -> Finding:
    """A notice about one value of one entry; where that has no cell, its number is said."""
    if not entry.sheet:
        message = IN_TOML.render(lang, number=entry.number, message=message)
    return Finding(
        rule.code, rule.name.render(lang), rule.severity, entry.file, entry.text(UNIT), message, entry.ref(key),
        tuple(dict.fromkeys(related)), written=entry.text(key),
    )  # fmt: skip


def absent(rule: Rule, entries: Sequence[Entry], units: Collection[str], lang: Lang) -> Finding:
    """One notice about all the entries whose units are not there: one file alone is often checked by the whole list."""
    names = list(dict.fromkeys(entry.text(UNIT) for entry in entries))
    shown = [_asked(unit, units, lang) for unit in names[:SHOWN]]
    more = Text("等", " …").render(lang) if len(names) > SHOWN else ""
    message = ABSENT.render(lang, n=len(entries), units=Text("、", ", ").render(lang).join(shown) + more)
    cells = tuple(ref for entry in entries for ref in entry.ref(UNIT))
    return Finding(rule.code, rule.name.render(lang), rule.severity, entries[0].file, "", message, cells)


def _asked(unit: str, units: Collection[str], lang: Lang) -> str:
    """The unit's name, and which one it may be meant for."""
    near = meant(unit, units).render(lang).strip()
    return Text(f"“{unit}”" + (f"（{near}）" if near else ""), f"“{unit}”" + (f" ({near})" if near else "")).render(
        lang
    )
