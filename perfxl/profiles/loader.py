"""Reads a profile from its TOML file. An unusable file raises ``ProfileError`` with file, line and key."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from perfxl.model import Text
from perfxl.profiles.declarations import level_keys, read_form, read_sums, refuse_twice
from perfxl.profiles.layout import layout
from perfxl.profiles.schema import MOST_PROJECTS, OTHER_SHEETS, Form, Level, Profile
from perfxl.profiles.source import KeyLocation, ProfileError, TomlFile, TomlTable, merged, with_locations
from perfxl.values import Words, label_key

#: what ``vocabulary`` takes from another profile
VOCABULARY = ("words", "belongs", "limits", "headers", "levels")
#: the tables that may hold only keys that a built-in profile has in them: perfxl uses no others
KNOWN_KEYS = ("words", "limits", "headers")

NO_PROFILE = Text("没有表式“{name}”。内置的表式有：{known}。", "there is no profile “{name}”. Built in are: {known}.")
CANNOT_READ = Text("{file}：读不到文件（{reason}）。", "{file}: cannot be read ({reason}).")
NOT_UTF8 = Text(
    "{file}：不是 UTF-8 文本。请在编辑器中另存为 UTF-8。",
    "{file}: is no UTF-8 text. Please save it as UTF-8 in your editor.",
)
NOT_TOML = Text("{file} 第 {line} 行：不合 TOML 写法，{problem}", "{file}, line {line}: not TOML: {problem}")
#: the messages of tomllib, by their beginning, in Chinese
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
NO_FORM = Text("没有表“{key}”，[forms] 中有：{known}。", "there is no form “{key}”; [forms] has: {known}.")
SHEET_TWICE = Text("另有一张工作表也叫“{sheet}”，请改名。", "another sheet is called “{sheet}” too; rename one.")
NO_RULE = Text(
    "没有编号为“{code}”的规则。编号见 perfxl rules。", "there is no rule “{code}”; perfxl rules lists the codes."
)


def built_in() -> tuple[str, ...]:
    """Ids of the profiles that come with perfxl."""
    folder = resources.files("perfxl.profiles")
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".toml")))


@cache
def load(name: str) -> Profile:
    """Load a built-in profile by id, or a user's own by the path of its ``.toml`` file.

    Raises ``ProfileError`` when there is no such profile, or the file cannot be used or its forms not be laid out.
    """
    if name in built_in():
        return _profile(_whole(_read(name)))
    if not name.endswith(".toml"):
        raise ProfileError(NO_PROFILE.fill(name=name, known=", ".join(built_in())))
    data = _whole(_read(name))
    base = [_read(each) for each in built_in()]
    for key in KNOWN_KEYS:
        data.optional_table(key).allow({known for table in base for known in table.get(key, {})})
    profile = _profile(data)
    layout(profile, projects=1)
    return profile


def _read(name: str) -> TomlTable:
    """The file as it is, without the profile that it extends."""
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
    table: TomlTable = with_locations(data, KeyLocation(TomlFile(name, text), ()))
    return table


def _not_toml(name: str, text: str, message: str) -> ProfileError:
    place = re.search(r"at line (\d+)", message)
    line = int(place[1]) if place else text.rstrip().count("\n") + 1
    problem = next((zh for start, zh in SYNTAX if message.startswith(start)), ANY_SYNTAX)
    return ProfileError(NOT_TOML.fill(file=name, line=line, problem=Text(problem, message)))


def _whole(own: TomlTable) -> TomlTable:
    """The file over the profile that it extends, or over the vocabulary of another one. One level, no more."""
    if "extends" in own:
        base, name = _base(own, "extends"), own["extends"]
        if own.get("id", name) == name:
            raise own.error("id", OWN_ID.fill(base=name))
        whole = merged(_whole(base), own)
        _leave_out_sums(whole, own)
        return whole
    if "vocabulary" in own:
        base = _base(own, "vocabulary")
        for key in base.keys() - set(VOCABULARY):
            del base[key]
        return merged(base, own)
    return own


def _base(own: TomlTable, key: str) -> TomlTable:
    name = own.value(key, str)
    if name not in built_in():
        raise own.error(key, NO_PROFILE.fill(name=name, known=", ".join(built_in())))
    return _read(name)


def _leave_out_sums(whole: TomlTable, own: TomlTable) -> None:
    """Drop inherited sums over a form that this profile leaves out."""
    order = whole.get("forms_order")
    if isinstance(order, list) and isinstance(whole.get("sums"), list):
        whole["sums"] = [
            item
            for item in whole["sums"]
            if not isinstance(item, TomlTable)
            or item.location.file is own.location.file
            or all(re.split(r"[\[.]", term)[0] in order for side in ("total", "parts") for term in item[side])
        ]


def _profile(data: TomlTable) -> Profile:
    known = {field.name for field in dataclasses.fields(Profile)}
    data.allow(known | {"title_en", "money", "forms_order", "extends", "vocabulary"})
    levels = _levels(data)
    forms = _forms(data, levels)
    if not re.fullmatch(r"\w+", data.text("id")):
        raise data.error("id", BAD_ID.fill(id=data.text("id")))
    words, headers, money = data.table("words"), data.table("headers"), data.table("money")
    severity, sources, limits, grades = map(data.optional_table, ("severity", "sources", "limits", "grades"))
    typos, belongs = words.optional_table("typos"), data.optional_table("belongs")
    return Profile(
        id=data.text("id"),
        version=data.value("version", int, 1),
        year=data.value("year", int),
        title=Text(data.text("title"), data.value("title_en", str, data.text("title"))),
        basis=data.strings("basis"),
        measure=money.one_of("measure", {"元", "千元", "万元", "亿元"}),
        decimals=money.whole("decimals", 2, 0, 6),
        forms=forms,
        levels=levels,
        headers={key: frozenset(map(label_key, headers.strings(key))) for key in headers},
        sums=read_sums(data, forms, levels),
        limits={key: limits.value(key, float) for key in limits},
        severity={key: severity.one_of(key, ("error", "warning", "notice", "off")) for key in severity},
        sources={key: sources.value(key, str) for key in sources},
        words=Words(frozenset(words.strings("graded")), frozenset(words.strings("placeholders"))),
        basic_tasks=words.strings("basic_tasks"),
        name_noise=words.strings("name_noise"),
        other_cost=words.strings("other_cost"),
        lexicon={key: words.strings(key) for key in words if key != "typos"},
        belongs={key: belongs.strings(key) for key in level_keys(belongs, levels)},
        grades={key: grades.value(key, float) for key in grades},
        typos={key: typos.value(key, str) for key in typos},
        rule_codes=tuple(used for used in _rule_codes(data) if used[1].file is data.location.file),
    )


def _forms(data: TomlTable, levels: Mapping[str, Level]) -> dict[str, Form]:
    """The forms in their order; no two sheets of the blank workbook may have one name, whatever its case."""
    forms_data = data.table("forms")
    order: Sequence[str] = data.required("forms", list(forms_data))
    if "forms_order" in data:
        order = data.required("forms_order", data.strings("forms_order"))
    for key in order:
        if key not in forms_data:
            raise data.error("forms_order", NO_FORM.fill(key=key, known=", ".join(forms_data)))
    forms = {key: read_form(key, forms_data.table(key), levels, order) for key in order}
    taken = {name.casefold() for name in OTHER_SHEETS}
    for key, form in forms.items():
        for number in range(1, MOST_PROJECTS + 1) if form.repeats else (0,):
            sheet = form.sheet.format(n=number)
            if sheet.casefold() in taken:
                raise forms_data.table(key).error("sheet", SHEET_TWICE.fill(sheet=sheet))
            taken.add(sheet.casefold())
    return forms


def _levels(data: TomlTable) -> dict[str, Level]:
    items = list(data.tables("levels"))
    levels = {level.key: level for level in (item.read(Level) for item in items)}
    refuse_twice(items)
    for level, item in zip(levels.values(), items, strict=True):
        if level.parent and level.parent not in levels:
            raise item.error("parent", NO_PARENT.fill(parent=level.parent))
    return levels


def _rule_codes(data: TomlTable) -> Iterator[tuple[str, KeyLocation]]:
    sums = {item.get("code") for item in data.tables("sums")}
    for name in ("severity", "sources"):
        yield from (used for used in data.optional_table(name).key_locations.items() if used[0] not in sums)
    for item in data.tables("sums"):
        for code in item.strings("follows"):
            yield code, item.key_locations["follows"]
    forms = data.table("forms")
    for form in map(forms.table, forms):
        fields = form.optional_table("fields")
        for item in (*map(fields.table, fields), *form.optional_table("indicators").tables("levels")):
            if code := item.value("required", str, ""):
                yield code, item.key_locations["required"]


def refuse_unknown_codes(codes: Iterable[tuple[str, KeyLocation]], known: Collection[str]) -> None:
    """``ProfileError`` for the first code that is none of the known ones."""
    for code, location in codes:
        if code not in known:
            raise location.error(NO_RULE.fill(code=code))
