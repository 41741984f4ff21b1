"""One project on the returns of two units."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.lang import Lang, Text
from perfxl.model import Severity, wan
from perfxl.rules._wording import first_word
from perfxl.rules.across import Across, Fact
from perfxl.rules.rule import At, Skipped, across_files
from perfxl.values import name_key

ONE_UNIT = Text("本批只有一个单位", "the batch is of one unit only")
#: so many of the others are named
_SHOWN = 3
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
def project_of_another_unit(batch: Across, lang: Lang) -> Iterator[At | Skipped]:
    """Compares names; where they are short, amounts too. Names that every unit has (``common_projects``) are left.

    A unit under a shorter name (市委编办) is the same: what it sent in twice is for the round to say.
    """
    if len({name_key(unit) for unit in batch.units.values()} - {""}) < 2:
        yield from (Skipped(file, ONE_UNIT) for file in batch.units)
        return
    projects = batch.projects
    units = projects[projects["unit_key"] != ""].groupby("name_key")["unit_key"].nunique()
    groups: dict[str, list[Fact]] = {}
    for fact in batch.facts(projects["name_key"].isin(units.index[units > 1])):
        if fact.unit_key and not first_word(batch.profile, "common_projects", fact.name):
            groups.setdefault(fact.name_key, []).append(fact)
    long_name = batch.profile.limits.get("own_name", 8)
    for same in groups.values():
        for fact in same:
            others = [
                other for other in same
                if (len(fact.name_key) >= long_name or (other.fen is not None and other.fen == fact.fen))
                and not _one_unit(fact.unit_key, other.unit_key)
            ]  # fmt: skip
            if others:
                values = {"name": " ".join(fact.name.split()), "others": _say(others, batch, lang)}
                yield At((fact.ref,), values, written=fact.name)


def _one_unit(one: str, other: str) -> bool:
    """Whether one name may be short for the other: its characters stand in it in their order."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return all(char in rest for char in short)


def _say(others: list[Fact], batch: Across, lang: Lang) -> str:
    by_unit: dict[str, Fact] = {}
    for other in sorted(others, key=lambda fact: fact.ref):
        by_unit.setdefault(other.unit_key, other)
    told = [_place(other, batch.units[other.file], lang) for other in list(by_unit.values())[:_SHOWN]]
    more = MORE.say(lang, n=len(by_unit)) if len(by_unit) > _SHOWN else ""
    return "、".join(told) + more


def _place(other: Fact, unit: str, lang: Lang) -> str:
    amount = "" if other.fen is None else AMOUNT.say(lang, amount=wan(other.fen))
    return PLACE.say(lang, unit=unit, file=other.file, cell=other.ref, amount=amount)
