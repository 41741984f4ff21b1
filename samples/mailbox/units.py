"""The units of a made-up city, and the list of those who have to report."""

from __future__ import annotations

import io
from dataclasses import dataclass

import openpyxl
import pack
from workbooks import SAVED, Return

CITY = "某市"
PHONE = "0734-0000000"
PEOPLE = ("张三", "李四", "王五", "赵六", "孙七", "周八")
HEADS = ("单位", "别名", "邮箱", "联系人", "电话", "控制数（万元）", "允许零报")


@dataclass(frozen=True)
class Unit:
    """A unit: its name without the city, its mailbox, what it is about, its basic expenditure in fen."""

    short: str
    box: str
    subject: str
    basic: int
    nil: bool = False
    alias: str = ""

    @property
    def name(self) -> str:
        """Its full name."""
        return CITY + self.short

    @property
    def address(self) -> str:
        """The address from which it sends."""
        return f"{self.box}@example.gov.cn"

    def filled(self, **how: object) -> Return:
        """Its return; ``how`` as for ``Return``."""
        return Return(self.name, self.subject, self.basic, **how)  # type: ignore[arg-type]


UNITS = (
    Unit("教育局", "jyj", "教育管理", 24603, alias="市教育体育工委"),
    Unit("公安局", "gaj", "治安管理", 81250),
    Unit("民政局", "mzj", "民政救助", 20516),
    Unit("司法局", "sfj", "法律援助", 17388),
    Unit("人力资源和社会保障局", "rsj", "社会保障", 45072, alias="市人社局；某市人社局"),
    Unit("自然资源局", "zrj", "不动产登记", 52931),
    Unit("生态环境局", "hbj", "环境监测", 28764),
    Unit("住房和城乡建设局", "zjj", "住房保障", 33019, alias="市住建局"),
    Unit("交通运输局", "jtj", "道路运输", 61845),
    Unit("水务局", "swj", "防汛调度", 37403),
    Unit("农业农村局", "nyj", "农技推广", 39958),
    Unit("商务局", "swuj", "商贸流通", 15827),
    Unit("文化和旅游局", "wlj", "文化旅游", 21494),
    Unit("卫生健康局", "wjj", "疾病预防", 70336),
    Unit("退役军人事务局", "tyj", "退役安置", 12209),
    Unit("应急管理局", "yjj", "安全生产", 18745),
    Unit("审计局", "sjj", "审计监督", 16153),
    Unit("市场监督管理局", "sgj", "市场监管", 48627, alias="市市监局"),
    Unit("体育局", "tiyj", "群众体育", 13371),
    Unit("体育中心", "tyzx", "场馆运营", 9408),
    Unit("统计局", "tjj", "统计调查", 11962),
    Unit("医疗保障局", "ybj", "医疗保障", 22084),
    Unit("城市管理局", "cgj", "市容管理", 57110),
    Unit("林业局", "lyj", "森林防火", 19237),
    Unit("档案馆", "dag", "档案管理", 8645),
    Unit("图书馆", "tsg", "图书借阅", 7921),
    Unit("大碶街道办事处", "dqjd", "社区服务", 26478),
    Unit("喆里镇人民政府", "zlz", "集镇管理", 30756),
    Unit("慈善总会", "cszh", "慈善募捐", 3116, nil=True),
    Unit("信访局", "xfj", "信访接待", 6832),
    Unit("供销合作社", "gxs", "供销服务", 5569),
)
BY_NAME = {unit.short: unit for unit in UNITS}
#: on the list, and nothing comes from it
SILENT = BY_NAME["供销合作社"]
#: addresses that send for a unit beside its own
MORE = {"体育中心": ("tiyj@example.gov.cn",), "统计局": ("wangwu.tjj@example.com",)}
#: control figures that are not what the unit asks for, in fen
OTHER_CONTROL = {"公安局": 85000}


def roster() -> bytes:
    """应报单位.xlsx."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "应报单位"
    sheet.append(HEADS)
    for place, unit in enumerate(UNITS):
        control = OTHER_CONTROL.get(unit.short, unit.filled().whole) / 100
        addresses = "；".join((unit.address, *MORE.get(unit.short, ())))
        person = PEOPLE[place % len(PEOPLE)]
        sheet.append((unit.name, unit.alias or None, addresses, person, PHONE, control, "是" if unit.nil else "否"))
    for column, width in zip("ABCDEFG", (28, 24, 44, 10, 16, 16, 12), strict=True):
        sheet.column_dimensions[column].width = width
    buffer = io.BytesIO()
    book.save(buffer)
    return pack.steady(buffer.getvalue(), SAVED)
