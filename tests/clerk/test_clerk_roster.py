"""The list of the units of a round: what is read of it, what is said where it cannot be, and the blank one."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from clerk_files import sheet, written

from perfxl.clerk.roster import Member, Roster, read_roster
from perfxl.clerk.workbooks import blank_roster
from perfxl.model import Ref, UserError

HEADS = ("单位", "别名", "邮箱", "联系人", "电话", "控制数（万元）", "允许零报")


def saved(path: Path, *rows: tuple[object, ...]) -> Path:
    return sheet(path, HEADS, *rows, name="应报单位")


def said(path: Path, lang: str = "zh") -> str:
    with pytest.raises(UserError) as caught:
        read_roster(path)
    return caught.value.reason.render(lang)


def test_units_are_read_with_all_that_is_known_of_them(tmp_path):
    path = saved(
        tmp_path / "应报单位.xlsx",
        (
            "某 局",
            "市某局、某管理局；某 局",
            "A@Example.gov.cn；ｂ@example.gov.cn, a@example.gov.cn",
            "张三",
            "0734-0000000",
            394.03,
            "是",
        ),
        ("某办（本级）", None, None, None, None, "1,200.5", None),
        (None, None, None, None, None, None, None),
        ("合计", None, None, None, None, 1594.53, None),
    )
    first = Member(
        "某 局", ("市某局", "某管理局"), ("a@example.gov.cn", "b@example.gov.cn"), "张三", "0734-0000000",
        394_030_000, True, Ref("应报单位.xlsx", "应报单位", 2, 1),
    )  # fmt: skip
    second = Member("某办（本级）", (), (), "", "", 1_200_500_000, False, Ref("应报单位.xlsx", "应报单位", 3, 1))
    roster = read_roster(path)
    assert roster == Roster("应报单位.xlsx", (first, second))
    assert roster.named("某管理局") == roster.named(" 某局 ") == first
    assert (roster.named("某办本级"), roster.named("别的"), roster.named("")) == (second, None, None)
    assert (roster.sending("B@EXAMPLE.gov.cn"), roster.sending("c@example.gov.cn"), roster.sending("")) == (
        (first,),
        (),
        (),
    )
    assert roster.control == {
        "某局": 394_030_000, "市某局": 394_030_000, "某管理局": 394_030_000, "某办本级": 1_200_500_000,
    }  # fmt: skip


def test_figures_in_yuan_are_read_as_such(tmp_path):
    path = sheet(tmp_path / "a.xlsx", ("单位名称", "控制数（元）"), ("某局", 3_940_300))
    assert read_roster(path).units[0].control == 394_030_000


def test_one_address_may_send_for_two_units(tmp_path):
    path = saved(tmp_path / "a.xlsx", ("甲", "", "a@b.cn", "", "", "", ""), ("乙", "", "a@b.cn", "", "", "", ""))
    assert [unit.name for unit in read_roster(path).sending("a@b.cn")] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("某局",), ("某 局",)], "a.xlsx 工作表“应报单位”A3“单位”：“某 局”在第 2 行已经列过。同一单位只留一行。"),
        (
            [("甲局", "局办"), ("乙局", "局办")],
            "a.xlsx 工作表“应报单位”B3“别名”：“局办”在第 2 行已是“甲局”的名称或别名。"
            "一个名称只能属于一个单位，请删去一处。",
        ),
        ([("甲局", "乙局"), ("乙局",)], "a.xlsx 工作表“应报单位”A3“单位”：“乙局”在第 2 行已是“甲局”的名称或别名。"),
        ([("甲局", "", "甲局邮箱")], "C2“邮箱”：“甲局邮箱”不是邮箱地址。请写成 name@example.gov.cn"),
        ([("甲局", "", "a@b@c.cn")], "C2“邮箱”：“a@b@c.cn”不是邮箱地址。"),
        ([("甲局", "", "", "", "", "约十几万")], "F2“控制数（万元）”：“约十几万”无法识别为金额。请只填数字"),
        ([("甲局", "", "", "", "", "", "也许")], "G2“允许零报”：“也许”应为“是”或“否”，不填为“否”。"),
        ([("", "甲局")], "A2“单位”：未填写。"),
        ([], "a.xlsx：表头下面没有单位。请在“单位”一栏逐行填写应报单位。"),
    ],
)
def test_what_is_wrong_is_said_with_its_cell(tmp_path, rows, message):
    path = saved(tmp_path / "a.xlsx", *rows)
    assert message in said(path)
    assert "{" not in said(path, "en")


def test_a_list_in_toml(tmp_path):
    path = written(tmp_path / "a.toml", '[[unit]]\nunit = "甲局"\naddresses = "a@b.cn"\nnil = "是"\n')
    assert read_roster(path).units == (Member("甲局", (), ("a@b.cn",), "", "", None, True, Ref("a.toml", "", 1, 1)),)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_blank_list_can_be_filled_in_and_read(tmp_path, lang):
    book = openpyxl.load_workbook(BytesIO(blank_roster(lang)))
    page = book.worksheets[0]
    for col, value in enumerate(("甲局", "局办", "a@example.gov.cn", "张三", "0734-0000000", 12.5, "是"), 1):
        page.cell(4, col).value = value
    book.save(tmp_path / "a.xlsx")
    [unit] = read_roster(tmp_path / "a.xlsx").units
    assert unit == Member(
        "甲局", ("局办",), ("a@example.gov.cn",), "张三", "0734-0000000", 12_500_000, True,
        Ref("a.xlsx", page.title, 4, 1),
    )  # fmt: skip
    checks = {str(one.sqref): one.type for one in page.data_validations.dataValidation}
    assert checks == {"G4:G503": "list", "F4:F503": "decimal"}
    assert len(book.worksheets[1]["A"]) - 3 == len(HEADS)
    said_blank = tmp_path / "b.xlsx"
    said_blank.write_bytes(blank_roster(lang))
    assert "没有单位" in said(said_blank)
