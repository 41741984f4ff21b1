"""The examples of the rules are right: typed into the clean sample, the wrong one is found and the other is not.

Put to the test are examples of the forms ``栏目：内容`` and ``数量指标“名称”：指标值``, and those that show one list of
options; others describe a whole workbook and are told by the cases of their rule.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from case_files import CLEAN, PROJECTS, STANDARD, profile_of
from workbook_edits import Book, Places

import perfxl
from perfxl.profiles.schema import example
from perfxl.rules import rules_of
from perfxl.template import layout

PROFILE = profile_of(STANDARD)
PLACES = Places(layout(PROFILE, PROJECTS[STANDARD]))
#: where an indicator goes whose example does not name its level
LEVELS = {"QUALITY-13": "timeliness", "QUALITY-14": "cost", "QUALITY-15": "satisfaction", "QUALITY-25": "satisfaction"}
INDICATOR = re.compile(r"(?:(\w+)指标“)?([^“”：；]+?)”?：([^；]+)")
OPTIONS = ("产业发展", "民生保障", "基础设施", "其他", "因素法", "项目法", "因素法与项目法相结合")
TICK = re.compile(r"(\w+) ([□☑])")


def edits(code: str, example: str) -> dict[str, str]:
    """An example as cells of the clean sample; nothing where it does not say which."""
    ticks = TICK.findall(example)
    if ticks and {option for option, _ in ticks} <= set(OPTIONS):
        return {_box(option): f"{option} {tick}" for option, tick in ticks}
    fields = dict(pair.split("：") for pair in example.split("　") if pair.count("：") == 1 and "“" not in pair)
    labels = {
        field.plain_label: (form.key, key) for form in PROFILE.forms.values() for key, field in form.fields.items()
    }
    if fields and fields.keys() <= labels.keys():
        return {
            _field(*labels[label]): "" if text == "（空）" else text.partition("（按")[0].partition("（11")[0]
            for label, text in fields.items()
        }
    match = INDICATOR.fullmatch(example)
    if match is None or not code.startswith(("QUALITY", "COMPLETE")):
        return {}
    names = {level.name: key for key, level in PROFILE.levels.items()}
    level = names[f"{match[1]}指标"] if match[1] else LEVELS.get(code, "quality")
    value = "" if match[3] == "（空）" else match[3]
    return {f"项目2.indicators[{level},1].third": match[2], f"项目2.indicators[{level},1].value": value}


def _field(form: str, key: str) -> str:
    sheet = {"department": "部门整体支出", "project": "项目2", "fund": "专项资金"}[form]
    return f"项目2.{key}" if key in PROFILE.forms["project"].fields else f"{sheet}.{key}"


def _box(option: str) -> str:
    boxes = [spot for spots in layout(PROFILE, 8)[-1].choices.values() for spot in spots]
    return f"专项资金!{boxes[OPTIONS.index(option)].cell}"


EXAMPLES = [
    (rule.code, wrong, right)
    for rule in rules_of(PROFILE)
    if (wrong := edits(rule.code, rule.wrong.zh)) and (right := edits(rule.code, rule.right.zh))
]


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, set[str]]:
    """Name of a workbook -> the codes of its findings."""
    folder = tmp_path_factory.mktemp("examples")
    book = Book(CLEAN.read_bytes(), PLACES)
    for code, wrong, right in EXAMPLES:
        for name, cells in (("wrong", wrong), ("right", right)):
            (folder / f"{code} {name}.xlsx").write_bytes(book.edited(cells))
    codes: dict[str, set[str]] = {path.name: set() for path in folder.iterdir()}
    for finding in perfxl.check(folder).findings:
        codes[finding.file].add(finding.code)
    return codes


@pytest.mark.parametrize("code", [code for code, _, _ in EXAMPLES])
def test_the_wrong_one_is_found_and_the_right_one_is_not(found, code):
    assert code in found[f"{code} wrong.xlsx"]
    assert code not in found[f"{code} right.xlsx"]


def test_most_examples_are_put_to_the_test():
    assert len(EXAMPLES) >= 25


@pytest.mark.parametrize("declared", [*PROFILE.sums, *profile_of("weights.toml").sums], ids=lambda item: item.name.en)
def test_the_figures_of_a_declared_sum_add_up_only_where_they_should(declared):
    profile = PROFILE if declared in PROFILE.sums else profile_of("weights.toml")
    for text, right in zip(example(profile, declared), (False, True), strict=True):
        stated, sign, added = re.split(r" ([≠＝＜≥]) ", text)
        stated, added = (sum(Decimal(number) for number in re.findall(r"\d+\.\d+", side)) for side in (stated, added))
        assert (stated == added if declared.relation == "=" else stated >= added) is right
        assert {"≠": stated != added, "＝": stated == added, "＜": stated < added, "≥": stated >= added}[sign]
