"""TOML -> ``Profile``. A wrong file gets an error that names the file, the line and the key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from perfxl.model import Text
from perfxl.profiles.declarations import form_of, read_form, read_sums
from perfxl.profiles.schema import Level, Profile
from perfxl.profiles.source import KeyLocation, Node, ProfileError, TomlFile, TomlTable, complaint, merged, placed
from perfxl.values import Words, label_key

#: what ``vocabulary`` takes from another profile
VOCABULARY = ("words", "belongs", "limits", "headers", "levels")

NO_PROFILE = Text("没有表式“{name}”。内置的表式有：{known}。", "there is no profile “{name}”. Built in are: {known}.")
CANNOT_READ = Text("{file}：读不到文件（{reason}）。", "{file}: cannot be read ({reason}).")
NOT_UTF8 = Text(
    "{file}：不是 UTF-8 文本。请在编辑器中另存为 UTF-8。",
    "{file}: is no UTF-8 text. Please save it as UTF-8 in your editor.",
)
NOT_TOML = Text("{file} 第 {line} 行：不合 TOML 写法，{problem}", "{file}, line {line}: not TOML: {problem}")
#: what tomllib says, in words
SYNTAX = (
    ("Cannot overwrite a value", "这一项写了两次。"),
    ("Cannot declare", "这个表写了两次。"),
    ("Expected '='", "名称后面缺少等号，或名称不是字母、数字和下划线（中文名称要加引号）。"),
    ("Invalid value", "等号后面的值不对：文字要加英文引号，列表用英文方括号和逗号。"),
    ("Unclosed array", "列表缺少逗号或右方括号 ]。"),
    ("Unclosed inline table", "花括号中缺少逗号或右花括号 }。"),
    ("Unterminated string", "文字缺少右引号。"),
    ("Expected newline or end of document", "一行只能写一项。"),
    ("Illegal character", "文字没有在本行内用引号结束，或有不能用的字符。"),
)
ANY_SYNTAX = "请对照其他行检查引号、括号和等号。"
OWN_ID = Text(
    "沿用“{base}”的表式要有自己的 id，请另起一个。",
    "a profile that extends “{base}” needs an id of its own; please give it one.",
)
BAD_ID = Text(
    "“{id}”不能作为 id，请只用字母、数字和下划线。", "“{id}” is no id; use letters, digits and underscores only."
)
NO_PARENT = Text("上级指标“{parent}”不在 [[levels]] 之中。", "“{parent}” is not one of the [[levels]].")
NO_LEVEL = Text("“{key}”不在 [[levels]] 之中。", "“{key}” is not one of the [[levels]].")
TWICE = Text("“{key}”写了两次。", "“{key}” is there twice.")
NO_FORM = Text("没有表“{key}”，[forms] 中有：{known}。", "there is no form “{key}”; [forms] has: {known}.")
DECIMALS = Text("应在 0 到 6 之间。", "must be 0 to 6.")


def built_in() -> tuple[str, ...]:
    """Ids of the profiles that come with perfxl."""
    folder = resources.files("perfxl.profiles")
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".toml")))


@cache
def load(name: str) -> Profile:
    """Load a built-in profile by id, or a user's own by the path of its ``.toml`` file.

    Raises ``ProfileError`` when there is no such profile or the file says something that cannot be used.
    """
    if name not in built_in() and not name.endswith(".toml"):
        raise ProfileError(NO_PROFILE.fill(name=name, known=", ".join(built_in())))
    node = Node(_whole(_read(name)))
    if name not in built_in():
        refuse_others(node, keys_of(map(_read, built_in())))
    return _profile(node)


def _read(name: str) -> TomlTable:
    """The file as it is."""
    try:
        if name in built_in():
            text = (resources.files("perfxl.profiles") / f"{name}.toml").read_text("utf-8")
        else:
            text = Path(name).read_text("utf-8-sig")
    except OSError as error:
        raise ProfileError(CANNOT_READ.fill(file=name, reason=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise ProfileError(NOT_UTF8.fill(file=name)) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(name, text, str(error)) from error
    table: TomlTable = placed(data, KeyLocation(TomlFile(name, text), ()))
    return table


def _not_toml(name: str, text: str, said: str) -> ProfileError:
    place = re.search(r"at line (\d+)", said)
    line = int(place[1]) if place else text.rstrip().count("\n") + 1
    problem = next((zh for start, zh in SYNTAX if said.startswith(start)), ANY_SYNTAX)
    return ProfileError(NOT_TOML.fill(file=name, line=line, problem=Text(problem, said)))


def _whole(own: TomlTable) -> TomlTable:
    """The file over the profile that it extends, or over the vocabulary of another one. One level, no more."""
    node = Node(own)
    if "extends" in own:
        base = _base(node, "extends")
        name = str(own["extends"])
        if own.get("id", name) == name:
            raise node.fail("id", OWN_ID.fill(base=name))
        whole = merged(_whole(base), own)
        _leave_out(whole, own)
        return whole
    if "vocabulary" in own:
        base = _base(node, "vocabulary")
        for key in base.keys() - set(VOCABULARY):
            del base[key]
        return merged(base, own)
    return own


def _base(node: Node, key: str) -> TomlTable:
    name = node.get(key, str)
    if name not in built_in():
        raise node.fail(key, NO_PROFILE.fill(name=name, known=", ".join(built_in())))
    return _read(name)


def _leave_out(whole: TomlTable, own: TomlTable) -> None:
    """Inherited sums that speak of a form which this profile has not."""
    order = whole.get("forms_order")
    if isinstance(order, list) and isinstance(whole.get("sums"), list):
        whole["sums"] = [
            item
            for item in whole["sums"]
            if item.place.source is own.place.source
            or {form_of(term) for side in ("total", "parts") for term in item[side]} <= set(order)
        ]


def _profile(node: Node) -> Profile:
    node.only(Profile, "title_en", "money", "forms_order", "extends", "vocabulary")
    levels = _levels(node)
    forms_node = node.node("forms")
    order = node.strings("forms_order") or tuple(forms_node.data)
    for key in order:
        if key not in forms_node.data:
            raise node.fail("forms_order", NO_FORM.fill(key=key, known=", ".join(forms_node.data)))
    forms = {key: read_form(key, forms_node.node(key), levels, order) for key in order}
    words, headers, money = node.node("words"), node.node("headers"), node.node("money")
    severity, sources, limits = node.below("severity"), node.below("sources"), node.below("limits")
    return Profile(
        id=_id(node),
        version=node.get("version", int, 1),
        year=node.get("year", int),
        title=Text(node.name("title"), node.get("title_en", str, node.name("title"))),
        basis=node.strings("basis"),
        measure=money.one_of("measure", {"元", "千元", "万元", "亿元"}),
        decimals=_decimals(money),
        forms=forms,
        levels=levels,
        headers={key: frozenset(map(label_key, headers.strings(key))) for key in headers.data},
        sums=read_sums(node, forms, levels),
        limits={key: limits.get(key, float) for key in limits.data},
        severity={key: severity.one_of(key, ("error", "warning", "notice", "off")) for key in severity.data},
        sources={key: sources.get(key, str) for key in sources.data},
        words=Words(frozenset(words.strings("graded")), frozenset(words.strings("placeholders"))),
        basic_tasks=words.strings("basic_tasks"),
        name_noise=words.strings("name_noise"),
        other_cost=words.strings("other_cost"),
        lexicon={key: words.strings(key) for key in words.data if key != "typos"},
        belongs=_belongs(node.below("belongs"), levels),
        grades={key: node.below("grades").get(key, float) for key in node.below("grades").data},
        typos={key: words.below("typos").get(key, str) for key in words.below("typos").data},
        named=tuple((code, place) for code, place in codes_named(node) if place.source is node.data.place.source),
    )


def _id(node: Node) -> str:
    text = node.name("id")
    if not re.fullmatch(r"\w+", text):
        raise node.fail("id", BAD_ID.fill(id=text))
    return text


def _decimals(money: Node) -> int:
    decimals = money.get("decimals", int, 2)
    if not 0 <= decimals <= 6:
        raise money.fail("decimals", DECIMALS)
    return decimals


def _levels(node: Node) -> dict[str, Level]:
    levels: dict[str, Level] = {}
    nodes: dict[str, Node] = {}
    for item in node.nodes("levels"):
        item.only(Level)
        level = Level(item.name("key"), item.name("name"), item.get("parent", str, ""), item.strings("synonyms"))
        if level.key in levels:
            raise item.fail("key", TWICE.fill(key=level.key))
        levels[level.key], nodes[level.key] = level, item
    for level in levels.values():
        if level.parent and level.parent not in levels:
            raise nodes[level.key].fail("parent", NO_PARENT.fill(parent=level.parent))
    return levels


def _belongs(belongs: Node, levels: Mapping[str, Level]) -> dict[str, tuple[str, ...]]:
    for key in belongs.data:
        if key not in levels:
            raise belongs.fail(key, NO_LEVEL.fill(key=key))
    return {key: belongs.strings(key) for key in belongs.data}


#: the tables whose keys mean something to perfxl only if they are those of a built-in profile
KEYED = ("words", "limits", "headers")
NO_RULE = Text(
    "没有编号为“{code}”的规则。编号见 perfxl rules。", "there is no rule “{code}”; perfxl rules lists the codes."
)


def keys_of(tables: Iterable[TomlTable]) -> dict[str, set[str]]:
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


def codes_named(node: Node) -> Iterator[tuple[str, KeyLocation]]:
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


def refuse_unknown(named: Iterable[tuple[str, KeyLocation]], known: Collection[str]) -> None:
    """``ProfileError`` for the first code that is none of these."""
    for code, place in named:
        if code not in known:
            raise complaint(place, NO_RULE.fill(code=code))
