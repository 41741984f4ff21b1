"""Figures inside prose: what is counted, how often, in what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfxl.values.measures import measure_class
from perfxl.values.sentences import figures_of, noun_key, nouns_of_name, worded_shares

NOISE = ("完成", "统计", "全市", "各类", "规定时限内")


def said(text: str) -> list[tuple[tuple[str, ...], str]]:
    return [(item.nouns, item.figure) for item in figures_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("涉改单位达124家，涉改人员达28759人；", [(("涉改单位",), "124家"), (("涉改人员",), "28759人")]),
        ("涉改单位124家、涉改人员1,234人转隶到位", [(("涉改单位",), "124家"), (("转隶到位", "涉改人员"), "1234人")]),
        ("1、统计各类编制185422个；\n2、在编162819名。", [(("统计各类编制",), "185422个"), (("在编",), "162819名")]),
        ("2020年完成对全市12个县市区编办的督察", [(("县市区编办", "完成对全市"), "12个")]),
        ("域名注册率达到９５％，挂标率 95%以上", [(("域名注册率",), "95%"), (("挂标率",), "≥95%")]),
        ("目标2：注册率、挂标率均不低于95%", [(("注册率",), "≥95%"), (("挂标率",), "≥95%")]),
        ("中文域名的注册率和达标率达到95%", [(("中文域名的注册率",), "95%"), (("达标率",), "95%")]),
        ("督察12个县市区和25个部门", [(("县市区", "督察"), "12个"), (("部门",), "25个")]),
        ("培训2万人次", [(("培训",), "20000人次")]),
        ("《办法》（中央编办发〔2014〕6号）第3个，2015—2025年，2020年3月5日", []),
        ("资金17万元，共17.5，电话0734-0000000", []),
        ("95%", [(("",), "95%")]),
        ("", []),
    ],
)  # fmt: skip
def test_every_figure_has_its_noun(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    ("noun", "key"),
    [
        ("统计各类编制数", "编制"), ("涉改单位数", "涉改单位"), ("涉改单位", "涉改单位"),
        ("全市的域名注册率", "域名注册率"),
        ("规定时限内完成挂标率", "挂标率"), ("完成", ""), ("  ", ""),
    ],
)  # fmt: skip
def test_a_noun_is_compared_without_what_says_nothing(noun, key):
    assert noun_key(noun, NOISE) == key


def test_a_name_that_joins_two_rates_is_two_nouns():
    assert nouns_of_name("注册率和\n挂标率") == ("注册率", "挂标率")
    assert nouns_of_name("涉改单位和人员") == ("涉改单位和人员",)


def test_shares_in_words():
    words = "使全市一半以上的单位和三分之二的人员，八成左右的村、过半数"
    assert [(text, said.figure) for text, said in worded_shares(words)] == [
        ("一半以上", "≥50%"), ("三分之二", "66.7%"), ("八成左右", "≈80%"), ("过半", "≥50%")
    ]  # fmt: skip


def test_measures_of_one_class():
    assert measure_class("家") == measure_class("个") != measure_class("人")
    assert measure_class("名") == measure_class("人") != measure_class("人次")


@given(
    st.text(
        alphabet="0123456789.,%〔〕第年月家个人名率和、，；。≥不低于达到以上万一二成半分之百 \n涉改单位", max_size=60
    )
)
def test_no_text_makes_it_fail(text):
    for item in figures_of(text):
        assert item.figure
        assert noun_key(item.nouns[0], NOISE) is not None if item.nouns else True
    worded_shares(text)
    nouns_of_name(text)


@given(st.text())
def test_nor_does_any_other(text):
    figures_of(text)
    worded_shares(text)
    nouns_of_name(text)
