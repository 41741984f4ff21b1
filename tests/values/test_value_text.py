"""Labels and names brought to the form they are compared in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfxl.values import label_key, name_key, squeeze


@pytest.mark.parametrize(
    ("text", "squeezed"),
    [
        ("资金　总 额：\xa0\n", "资金总额:"),
        ("产_x000D_\n出", "产出"),
        ("１２３％", "123%"),
        ("95\u200b%\ufeff", "95%"),
        ("_xD800_", "_xD800_"),
    ],
)
def test_squeeze(text, squeezed):
    assert squeeze(text) == squeezed


@pytest.mark.parametrize(
    "text",
    [
        "财政拨款",
        "        其中：财政拨款：",
        "其中:1.财政拨款",
        "（一）财政 拨款",
        "①财政拨款*",
        "一、财政\n拨款",
        "★财政拨款",
    ],
)
def test_one_label_in_many_dresses(text):
    assert label_key(text) == "财政拨款"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("其中：", "其中"),
        ("一级指标", "一级指标"),
        ("项目资金（万元）", "项目资金万元"),
        ("2020年度", "2020年度"),
        ("1.5倍", "1.5倍"),
    ],
)
def test_what_is_no_ordinal_stays(text, key):
    assert label_key(text) == key


def test_names_keep_only_their_words_and_percent():
    assert name_key("“A、B”（率） 95％——《甲》") == "AB率95%甲"


@given(st.one_of(st.text(), st.text("_x0DF5ａ＿０ \u0301e\u200b")))
def test_squeezing_again_changes_nothing(text):
    assert squeeze(squeeze(text)) == squeeze(text)
    assert not any(character.isspace() for character in squeeze(text))


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("部⻔名称", "部门名称"),
        ("⻅附件", "见附件"),
        ("⽔务局", "水务局"),
        ("⻓江⻄路", "长江西路"),
        ("⻢⻋⻉⻚⻛⻜⻥⻦⻨⻩⻬⻮⻰⻳", "马车贝页风飞鱼鸟麦黄齐齿龙龟"),
    ],
)
def test_a_radical_is_the_character_that_it_looks_like(pasted, meant):
    assert (squeeze(pasted), label_key(pasted), name_key(pasted)) == (meant, meant, meant)
