"""The 34 rows of text that real forms hold (money, rows 1 to 34), numbered as in the catalogue of rules."""

from __future__ import annotations

import pytest

from perfxl.values import Amount, parse_amount

#: row, text, the form's measure, state, fen, everything else that is not the default
ROWS = [
    (1, "17万元", "万元", "ok", 17_000_000, {"measure": "万元", "decimals": 0}),
    (
        2,
        "资金总额：             17万元",
        "万元",
        "ok",
        17_000_000,
        {"measure": "万元", "decimals": 0, "notes": ("leading_text", "embedded")},
    ),
    (
        3,
        "        其中：财政拨款：17万元",
        "万元",
        "ok",
        17_000_000,
        {"measure": "万元", "decimals": 0, "notes": ("leading_text", "embedded")},
    ),
    (4, "0万元", "万元", "ok", 0, {"measure": "万元", "decimals": 0}),
    (5, "260万无", "万元", "ok", 260_000_000, {"measure": "万元", "misspelt": "万无", "decimals": 0}),
    (6, "260元", "万元", "ok", 26000, {"measure": "元", "decimals": 0}),
    (7, "394.03万元", "万元", "ok", 394_030_000, {"measure": "万元", "decimals": 2}),
    (
        8,
        "其中：公共财政拨款：394.03万元\n政府性基金拨款：0万元\n纳入专户管理的非税收入拨款：0万元\n其他资金：0万元",
        "万元",
        "several",
        None,
        {"notes": ("leading_text", "embedded", "sentence")},
    ),
    (9, "", "万元", "blank", None, {}),
    (9, "　 \n", "万元", "blank", None, {}),
    (10, "10606.7522万元", "万元", "ok", 10_606_752_200, {"measure": "万元", "decimals": 4}),
    (
        11,
        "总额10606.7522万元 财政拨款:6923.3552万元(其中:上级财政资金:6923.3552万元;本级财政:0万元)"
        "二、自有资金:0万元三、其他:3683.3970万元",
        "万元",
        "several",
        10_606_752_200,
        {
            "measure": "万元",
            "decimals": 4,
            "parts": (6_923_355_200, 0, 3_683_397_000),
            "notes": ("leading_text",),
        },
    ),
    (12, "250万", "万元", "ok", 250_000_000, {"measure": "万元", "misspelt": "万", "decimals": 0}),
    (
        13,
        "854万(高标准农田建设400万元,示范建设295万元,畅通工程159万元)",
        "万元",
        "several",
        854_000_000,
        {
            "measure": "万元",
            "misspelt": "万",
            "decimals": 0,
            "parts": (400_000_000, 295_000_000, 159_000_000),
        },
    ),
    (
        14,
        "854万854万(高标准农田建设400万元,示范建设295万元,畅通工程159万元)",
        "万元",
        "several",
        854_000_000,
        {
            "measure": "万元",
            "misspelt": "万",
            "decimals": 0,
            "parts": (400_000_000, 295_000_000, 159_000_000),
            "notes": ("repeated",),
        },
    ),
    (15, "10000万元", "万元", "ok", 10_000_000_000, {"measure": "万元", "decimals": 0}),
    (16, "16", "万元", "ok", 16_000_000, {"decimals": 0}),
    (16, "500", "万元", "ok", 500_000_000, {"decimals": 0}),
    (16, "90", "万元", "ok", 90_000_000, {"decimals": 0}),
    (17, "1,000,000.00", "元", "ok", 100_000_000, {"decimals": 2, "notes": ("thousands",)}),
    (17, "226,145,100.00", "元", "ok", 22_614_510_000, {"decimals": 2, "notes": ("thousands",)}),
    (
        18,
        "22,614.51 万元",
        "万元",
        "ok",
        22_614_510_000,
        {"measure": "万元", "decimals": 2, "notes": ("thousands",)},
    ),
    (19, "2300.67", "万元", "ok", 2_300_670_000, {"decimals": 2}),
    (19, "442.43", "万元", "ok", 442_430_000, {"decimals": 2}),
    (19, "1858.24", "万元", "ok", 1_858_240_000, {"decimals": 2}),
    (20, "471.23元", "万元", "ok", 47123, {"measure": "元", "decimals": 2}),
    (20, "189.63万元", "万元", "ok", 189_630_000, {"measure": "万元", "decimals": 2}),
    (20, "281.6万元", "万元", "ok", 281_600_000, {"measure": "万元", "decimals": 1}),
    (21, "136800", "万元", "ok", 136_800_000_000, {"decimals": 0}),
    (22, "7,548,150", "元", "ok", 754_815_000, {"decimals": 0, "notes": ("thousands",)}),
    (23, "1600元/亩", "万元", "ok", 160_000, {"measure": "元", "per": "亩", "decimals": 0}),
    (23, "<=475元/亩", "万元", "ok", 47500, {"measure": "元", "per": "亩", "decimals": 0, "operator": "≤"}),
    (
        23,
        "<=3000元/平方米",
        "万元",
        "ok",
        300_000,
        {"measure": "元", "per": "平方米", "decimals": 0, "operator": "≤"},
    ),
    (
        23,
        "<=2875元/个",
        "万元",
        "ok",
        287_500,
        {"measure": "元", "per": "个", "decimals": 0, "operator": "≤"},
    ),
    (24, "15万元。", "万元", "ok", 15_000_000, {"measure": "万元", "decimals": 0}),
    (
        24,
        "按合同10.5万元。",
        "万元",
        "ok",
        10_500_000,
        {"measure": "万元", "decimals": 1, "notes": ("leading_text",)},
    ),
    (25, "达到5亿元", "万元", "ok", 50_000_000_000, {"measure": "亿元", "decimals": 0}),
    (25, "6.47亿元", "万元", "ok", 64_700_000_000, {"measure": "亿元", "decimals": 2}),
    (26, "0", "万元", "ok", 0, {"decimals": 0}),
    (27, "１７", "万元", "ok", 17_000_000, {"decimals": 0, "notes": ("full_width",)}),
    (27, "1,234.50", "万元", "ok", 1_234_500_000, {"decimals": 2, "notes": ("thousands",)}),
    (27, "1，234.50", "万元", "ok", 1_234_500_000, {"decimals": 2, "notes": ("full_width", "thousands")}),
    (
        28,
        "壹拾柒万",
        "万元",
        "ok",
        17_000_000,
        {"measure": "万元", "misspelt": "万", "decimals": 0, "notes": ("capitals",)},
    ),
    (
        28,
        "壹拾柒万元整",
        "万元",
        "ok",
        17_000_000,
        {"measure": "万元", "decimals": 0, "notes": ("capitals",)},
    ),
    (29, "—", "万元", "placeholder", None, {}),
    (29, "——", "万元", "placeholder", None, {}),
    (29, "-", "万元", "placeholder", None, {}),
    (29, "/", "万元", "placeholder", None, {}),
    (29, "无", "万元", "placeholder", None, {}),
    (29, "*", "万元", "placeholder", None, {}),
    (30, "5万元/年", "万元", "ok", 5_000_000, {"measure": "万元", "per": "年", "decimals": 0}),
    (
        30,
        "5万/人",
        "万元",
        "ok",
        5_000_000,
        {"measure": "万元", "misspelt": "万", "per": "人", "decimals": 0},
    ),
    (31, "约17万元", "万元", "ok", 17_000_000, {"measure": "万元", "decimals": 0, "operator": "≈"}),
    (31, "17万元左右", "万元", "ok", 17_000_000, {"measure": "万元", "decimals": 0, "operator": "≈"}),
    (31, "不超过17万元", "万元", "ok", 17_000_000, {"measure": "万元", "decimals": 0, "operator": "≤"}),
    (32, "17+3", "万元", "unreadable", None, {"notes": ("formula_text",)}),
    (32, "=SUM(A1:A3)", "万元", "unreadable", None, {"notes": ("formula_text",)}),
    (
        33,
        "17.0万元（其中：上年结转3万元）",
        "万元",
        "several",
        17_000_000,
        {"measure": "万元", "decimals": 1, "parts": (3_000_000,)},
    ),
    (
        34,
        "人民币17万元",
        "万元",
        "ok",
        17_000_000,
        {"measure": "万元", "decimals": 0, "notes": ("currency",)},
    ),
    (
        34,
        "￥170,000.00",
        "万元",
        "ok",
        17_000_000,
        {"measure": "元", "decimals": 2, "notes": ("thousands", "currency")},
    ),
    (34, "¥170000", "万元", "ok", 17_000_000, {"measure": "元", "decimals": 0, "notes": ("currency",)}),
]


@pytest.mark.parametrize(("row", "text", "measure", "state", "fen", "others"), ROWS)
def test_row(row, text, measure, state, fen, others):
    written = "" if state == "blank" else text
    limits = "operator" in others
    assert parse_amount(text, measure, limits=limits) == Amount(state, fen, written, **others)


def test_no_row_is_missing():
    assert {row[0] for row in ROWS} == set(range(1, 35))


def test_an_empty_cell_is_blank_not_zero():
    assert parse_amount(None) == Amount("blank", None, "")
