"""Indicator values beyond the catalogue's rows."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfxl.values import Words, parse_value

WORDS = Words(frozenset({"优", "良", "良好", "合格"}), frozenset({"无", "/", "—"}))


def read(value, year=2020):
    return parse_value(value, WORDS, year)


def summary(value):
    return value.kind, value.operator, " ".join(map(str, value.numbers)), value.measure


@pytest.mark.parametrize(
    ("text", "kind", "operator", "numbers", "measure"),
    [
        ("6万人", "number", "=", "60000", "人"),
        ("6-8万人", "range", "=", "60000 80000", "人"),
        ("5-8万元", "range", "=", "5 8", "万元"),
        ("每亩1600元", "unit_price", "=", "1600", "元/亩"),
        ("5万元/年", "unit_price", "=", "5", "万元/年"),
        ("17万5000元", "money", "=", "175000", "元"),
        ("260万无", "money", "=", "260", "万元"),
        ("5万美元", "number", "=", "50000", "美元"),
        ("20m²", "number", "=", "20", "m2"),
        ("35μg/m³", "number", "=", "35", "μg/m3"),
        ("≥-5%", "number", "≥", "-5", "%"),
        ("控制在5%以内", "number", "≤", "5", "%"),
        ("力争达到95%", "number", "=", "95", "%"),
        ("大于等于90%", "number", "≥", "90", "%"),
        ("约100人", "number", "≈", "100", "人"),
        ("提高到95%", "number", "=", "95", "%"),
        ("百分之百", "number", "=", "100", "%"),
        ("百分之九十五点五", "number", "=", "95.5", "%"),
        ("不少于两次", "number", "≥", "2", "次"),
        ("三个工作日内", "number", "≤", "3", "工作日"),
        ("1 234人", "number", "=", "1234", "人"),
        ("95 97%", "number", "=", "95 97", "%"),
        ("95,97%", "number", "=", "95 97", "%"),
        ("2000", "number", "=", "2000", ""),
        ("0734-0000000", "text", "", "", ""),
        ("1.2.3", "text", "", "", ""),
        ("十分满意", "text", "", "", ""),
        ("一次性", "text", "", "", ""),
        ("第3期", "text", "", "", ""),
        ("xx个", "placeholder", "", "", ""),
        ("——", "placeholder", "", "", ""),
        ("达到良好以上", "graded", "", "", ""),
        ("不高于上年", "relative", "≤", "", ""),
        ("[90%,100%]", "range", "=", "90 100", "%"),
        ("（90%，100%]", "range", "=", "90 100", "%"),
        ("≥95%且≤100%", "range", "=", "95 100", "%"),
        ("介于90%和100%之间", "range", "=", "90 100", "%"),
        ("1比20", "ratio", "=", "1 20", ""),
        ("≤±0.5%", "number", "≤", "0.5", "%"),
        ("控制在95%以上", "number", "≥", "95", "%"),
        ("全省前10名", "number", "=", "10", "名"),
        ("收到申请后3个工作日内", "number", "≤", "3", "工作日"),
        ("每季度末", "frequency", "=", "4", "次/年"),
        ("每月5日前", "frequency", "=", "12", "次/年"),
        ("每周五", "frequency", "=", "52", "次/年"),
        ("双周", "frequency", "=", "26", "次/年"),
        ("按季支付", "frequency", "=", "4", "次/年"),
        ("7×24小时", "period", "=", "", ""),
        ("全天候", "period", "=", "", ""),
        ("当日办结", "period", "=", "", ""),
        ("汛期前", "period", "=", "", ""),
        ("符合GB/T 22239—2019", "graded", "", "", ""),
        ("符合JTG B01-2014二级公路标准", "graded", "", "", ""),
        ("良好及以上", "graded", "", "", ""),
        ("≥", "placeholder", "", "", ""),
        ("家", "placeholder", "", "", ""),
        ("≥无%", "placeholder", "", "", ""),
        ("个工作日内", "placeholder", "", "", ""),
        ("近期", "text", "", "", ""),
        ("比上年（2019年100家）增长10%", "relative", "=", "10", "%"),
        ("≥110家（上年100家）", "number", "≥", "110", "家"),
        ("不低于上年（95%）", "number", "≥", "95", "%"),
        ("4次/年", "frequency", "=", "4", "次/年"),
        ("每年不少于2次", "frequency", "≥", "2", "次/年"),
        ("每3个月一次", "frequency", "=", "4", "次/年"),
        ("每月更新", "frequency", "=", "12", "次/年"),
        ("一年两次", "frequency", "=", "2", "次/年"),
        ("1、2020年完成95%；2、完成12个。", "number", "=", "95 12", "%"),
        ("目标1：完成95%", "number", "=", "95", "%"),
        ("5、7天", "number", "=", "5 7", "天"),
        ("≥3/4", "ratio", "≥", "3 4", ""),
    ],
)
def test_reads(text, kind, operator, numbers, measure):
    assert summary(read(text)) == (kind, operator, numbers, measure)


@pytest.mark.parametrize(
    ("text", "kind", "operator", "numbers", "measure", "year"),
    [
        ("2020年2月30日", "date", "≤", "", "", 2020),
        ("2021-12-31", "date", "≤", "20211231", "日", 2021),
        ("2021年内", "date", "≤", "2021", "年", 2021),
        ("不晚于6月30日", "date", "≤", "20200630", "日", 2020),
        ("2月底", "date", "≤", "20200229", "日", 2020),
        ("6月中旬", "date", "≤", "20200620", "日", 2020),
        ("三季度末", "date", "≤", "20200930", "日", 2020),
        ("2021年以后", "date", "≥", "2021", "年", 2021),
        ("项目于2021年12月底前完成", "date", "≤", "20211231", "日", 2021),
        ("上半年", "period", "=", "202001 202006", "月", 2020),
        ("第一季度", "period", "=", "202001 202003", "月", 2020),
        ("2015-2025年", "period", "=", "2015 2025", "年", 2025),
        ("2023年3月至6月", "period", "=", "202303 202306", "月", 2023),
        ("3-6月", "period", "=", "202003 202006", "月", 2020),
        ("2020年1月至12月31日", "period", "=", "20200101 20201231", "日", 2020),
    ],
)
def test_dates(text, kind, operator, numbers, measure, year):
    value = read(text)
    assert summary(value) == (kind, operator, numbers, measure)
    assert value.year == year


def test_a_date_without_any_year_keeps_what_it_says():
    assert summary(read("12月底", None)) == ("date", "≤", "1231", "日")
    assert summary(read("全年", None)) == ("period", "=", "", "年")
    assert read("12月底", None).year is None


@pytest.mark.parametrize(
    ("value", "kind", "numbers", "text"),
    [
        (0.95, "number", "0.95", "0.95"),
        (394.03000000000003, "number", "394.03", "394.03"),
        (20201231, "date", "20201231", "20201231"),
        (datetime.date(2020, 1, 2), "date", "20200102", "2020-01-02"),
        (datetime.time(8, 30), "text", "", "08:30:00"),
        (True, "text", "", "TRUE"),
        (float("nan"), "text", "", "nan"),
        (None, "empty", "", ""),
        ("　", "empty", "", ""),
    ],
)
def test_cells_that_are_no_text(value, kind, numbers, text):
    found = read(value)
    assert (found.kind, " ".join(map(str, found.numbers)), found.text) == (kind, numbers, text)


@pytest.mark.parametrize("token", ["NA", "None", "null", "N/A"])
def test_a_word_is_a_placeholder_only_where_the_profile_says_so(token):
    assert (read(token).kind, read(token).text) == ("text", token)
    assert parse_value(token, Words(frozenset(), frozenset({token}))).kind == "placeholder"


MEASURES = ["%", "‰", "个", "人次", "平方米", "万元", "元/亩", "工作日", "km", "次", "个百分点"]
OPERATORS = {
    "": "=",
    "=": "=",
    "≥": "≥",
    ">=": "≥",
    "≤": "≤",
    "<=": "≤",
    ">": ">",
    "<": "<",
    "不低于": "≥",
    "不超过": "≤",
}


@given(
    st.sampled_from(sorted(OPERATORS)),
    st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False),
    st.sampled_from(MEASURES),
)
def test_operator_number_and_measure_come_back(operator, number, measure):
    value = read(f"{operator}{number}{measure}")
    assert (value.operator, value.numbers, value.measure) == (OPERATORS[operator], (abs(number),), measure)


@given(st.integers(1, 9999), st.sampled_from(["人", "次", "天"]))
def test_a_year_is_never_a_value(count, measure):
    assert read(f"2021年完成{count}{measure}").numbers == (Decimal(count),)


@given(
    st.one_of(
        st.text(),
        st.text("0123456789.,-~/:%年月日底前每次季度全上下半≥≤不低于以内约万元个人百分之一二三成零; \n*"),
        st.floats(),
        st.integers(),
    ),
    st.sampled_from([None, 2020]),
)
def test_no_value_breaks_it(value, year):
    found = read(value, year)
    assert (found.operator == "") == (found.kind in ("text", "graded", "empty", "placeholder"))
    assert found.fen is None or found.kind == "money"
