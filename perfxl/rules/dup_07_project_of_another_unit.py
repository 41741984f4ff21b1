"""One project on the returns of two units."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import first_word
from perfxl.rules.across import Across, Fact
from perfxl.rules.rule import Hit, NotApplicable, across_files
from perfxl.values import name_key, wan

ONE_UNIT = Text("本批只有一个单位", "the batch is of one unit only")
#: so many of the others are named
_SHOWN = 3
#: among so many units each is compared with each; among more that would grow with their square
_EXACT = 20
PLACE = Text("“{unit}”（{file}，{cell}{amount}）", "“{unit}” ({file}, {cell}{amount})")
AMOUNT = Text("，{amount} 万元", ", {amount} 万元")
MORE = Text("等 {n} 个单位", " and others, {n} units in all")


@across_files(
    "DUP-07",
    Severity.WARNING,
    name=Text("同一项目由两个单位申报", "A project of two units"),
    what=Text("同一项目只由一个单位申报", "One project is sent in by one unit"),
    message=Text(
        "项目“{name}”在{others}的申报表中也有。请核对是否重复申报；如各做一部分，请在项目名称中写明。",
        "The project “{name}” is also on the return of {others}. Please check whether it was sent in twice; if each "
        "does a part of it, let the names say so.",
    ),
    source="同一项目不得重复申报",
    why=Text("同一项目安排两次，会重复安排资金。", "A project that is counted twice is paid twice."),
    fix=Text("由一个单位申报；分头实施的，在项目名称中写明各自的部分。", "Let one unit send it in, or name the parts."),
    wrong=Text("甲局和乙局都申报“统一社会信用代码赋码”5.00万元", "Two units send in 统一社会信用代码赋码, 5.00 万元"),
    right=Text("只由甲局申报，乙局列为配合单位", "One of them does, the other helps"),
)
def project_of_another_unit(batch: Across, lang: Lang) -> Iterator[Hit | NotApplicable]:
    """Compares names; where they are short, amounts too. Names that every unit has (``common_projects``) are left.

    A unit under a shorter name (市委编办) is the same: what it sent in twice is for the round to say.
    """
    if len({name_key(unit) for unit in batch.units.values()} - {""}) < 2:
        yield from (NotApplicable(file, ONE_UNIT) for file in batch.units)
        return
    projects = batch.projects
    units = projects[projects["unit_key"] != ""].groupby("name_key")["unit_key"].nunique()
    groups: dict[str, list[Fact]] = {}
    for fact in batch.facts(projects["name_key"].isin(units.index[units > 1])):
        if fact.unit_key and not first_word(batch.profile, "common_projects", fact.name):
            groups.setdefault(fact.name_key, []).append(fact)
    long_name = batch.profile.limits.get("own_name", 8)
    for same in groups.values():
        for facts in [same] if len(same[0].name_key) >= long_name else _by_amount(same):
            by_unit: dict[str, Fact] = {}
            for fact in sorted(facts, key=lambda fact: fact.ref):
                by_unit.setdefault(fact.unit_key, fact)
            for fact in facts:
                if told := _say(fact, by_unit, batch, lang):
                    values = {"name": " ".join(fact.name.split()), "others": told}
                    yield Hit((fact.ref,), values, written=fact.name)


def _by_amount(same: list[Fact]) -> list[list[Fact]]:
    amounts: dict[int, list[Fact]] = {}
    for fact in same:
        if fact.fen is not None:
            amounts.setdefault(fact.fen, []).append(fact)
    return list(amounts.values())


def _one_unit(one: str, other: str) -> bool:
    """Whether one name may be short for the other: its characters stand in it in their order."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return all(char in rest for char in short)


def _say(fact: Fact, by_unit: dict[str, Fact], batch: Across, lang: Lang) -> str:
    """The other units that have the project, the first few of them; ``""`` for none. Of very many all are counted."""
    others = (other for unit, other in by_unit.items() if not _one_unit(fact.unit_key, unit))
    first = list(others) if len(by_unit) <= _EXACT else list(islice(others, _SHOWN))
    number = len(first) if len(by_unit) <= _EXACT else len(by_unit) - 1
    told = "、".join(_place(other, batch.units[other.file], lang) for other in first[:_SHOWN])
    return told + (MORE.render(lang, n=number) if number > _SHOWN else "")


def _place(other: Fact, unit: str, lang: Lang) -> str:
    amount = "" if other.fen is None else AMOUNT.render(lang, amount=wan(other.fen))
    return PLACE.render(lang, unit=unit, file=other.file, cell=other.ref, amount=amount)
