"""What a profile file names that stands elsewhere: lists of words, limits and columns, and the codes of rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from perfxl.model import Text
from perfxl.profiles.node import Node, complaint
from perfxl.profiles.source import Place, Table

#: the tables whose keys mean something to perfxl only if they are those of a built-in profile
KEYED = ("words", "limits", "headers")
NO_RULE = Text(
    "没有编号为“{code}”的规则。编号见 perfxl rules。", "there is no rule “{code}”; perfxl rules lists the codes."
)


def keys_of(tables: Iterable[Table]) -> dict[str, set[str]]:
    """Table -> its keys in any of these profiles."""
    found: dict[str, set[str]] = {name: set() for name in KEYED}
    for table in tables:
        for name in KEYED:
            found[name] |= table.get(name, {}).keys()
    return found


def refuse_others(node: Node, known: Mapping[str, Collection[str]]) -> None:
    """``ProfileError`` for a list of words, a limit or a kind of column that nothing reads."""
    for name, keys in known.items():
        node.below(name).only_keys(keys)


def codes_named(node: Node) -> Iterator[tuple[str, Place]]:
    """The codes of rules that a profile names, each with its place."""
    for name in ("severity", "sources"):
        yield from node.below(name).data.places.items()
    for declared in node.nodes("sums"):
        for code in declared.strings("follows"):
            yield code, declared.data.places["follows"]
    forms = node.node("forms")
    for form in map(forms.node, forms.data):
        fields = form.below("fields")
        levels = form.below("indicators").nodes("levels")
        for item in (*map(fields.node, fields.data), *levels):
            if code := item.get("required", str, ""):
                yield code, item.data.places["required"]


def refuse_unknown(named: Iterable[tuple[str, Place]], known: Collection[str]) -> None:
    """``ProfileError`` for the first code that is none of these."""
    for code, place in named:
        if code not in known:
            raise complaint(place, NO_RULE.fill(code=code))
