"""The fifty mails, one after the other, each with what has to become of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import archives
import letters
import winmail
from units import BY_NAME, Unit
from workbooks import workbook

BEGIN = datetime(2019, 11, 20, 9, 0, tzinfo=letters.CHINA)
STEP = timedelta(minutes=47)
NAME = "{}2020年预算绩效目标申报表.xlsx"
HELLO = "预算科：\n您好！现报送我单位2020年预算绩效目标申报表，请查收。\n{}\n联系电话：0734-0000000"
#: what each unit that simply reports does, in turn
PLAIN = (
    "教育局", "公安局", "民政局", "司法局", "自然资源局", "生态环境局", "交通运输局", "水务局", "农业农村局", "商务局",
    "文化和旅游局", "审计局", "大碶街道办事处", "喆里镇人民政府",
)  # fmt: skip
#: the bureau's own mail below an answer to it
NOTICE = (
    "<br><br>------------------ 原始邮件 ------------------<br>发件人: 预算科<br>没有项目的单位请在正文中写明零报。"
    "<br>从QQ邮箱发来的超大附件：http://mail.qq.com/cgi-bin/ftnExs_download?k=1"
)
#: these lay their form out as the instructions ask, and have nothing to be told
PROPER = frozenset(("教育局", "司法局", "林业局"))

Result = dict[str, str | int]


@dataclass(frozen=True)
class Planned:
    """A mail and what has to become of it: for each file (or for the mail as a whole) the unit and the outcome."""

    about: str
    raw: bytes
    results: list[Result] = field(default_factory=list)


def result(outcome: str, unit: Unit | None = None, attachment: str = "", version: int = 0) -> Result:
    """``version`` is 0 for what is no version of a unit's return."""
    return {"attachment": attachment, "unit": unit.name if unit else "", "outcome": outcome, "version": version}


class Post:
    """Writes mails: each arrives a while after the one before."""

    def __init__(self) -> None:
        self.count = 0

    def mail(self, sender: Unit | str, subject: str, *parts: bytes, **more: object) -> bytes:
        """A mail of several parts, or of one that is already whole."""
        sent = BEGIN + STEP * self.count
        self.count += 1
        address, name = (sender.address, sender.name) if isinstance(sender, Unit) else (sender, "李四")
        body = parts[0] if len(parts) == 1 else letters.multipart("mixed", *parts)
        headers = more.pop("headers", ())
        early = more.pop("early", timedelta())
        return letters.mail(address, name, subject, sent - early, body, *headers, arrived=sent, **more)  # type: ignore[arg-type,operator,misc]


def hello(unit: Unit) -> bytes:
    """The text of an ordinary mail, in the code page of some programs or others."""
    return letters.text(HELLO.format(unit.name), "gb2312" if len(unit.short) % 2 else "utf-8")


def mails() -> Iterator[Planned]:
    """All of them, in the order in which they arrive."""
    post = Post()
    yield from _plain(post)
    yield from _wrapped(post)
    yield from _without_a_workbook(post)
    yield from _versions(post)
    yield from _to_verify(post)
    yield from _of_programs(post)


def _one(
    post: Post, unit: Unit, about: str, *, way: int = 0, outcome: str = "", version: int = 1, **how: object
) -> Planned:
    """A mail with the one workbook of a unit."""
    proper = unit.short in PROPER and not how
    data = workbook(unit.filled(proper=proper, **how))
    name = NAME.format(unit.short)
    raw = post.mail(unit, f"{unit.short}报送绩效目标申报表", hello(unit), letters.WAYS[way](name, data))
    return Planned(about, raw, [result(outcome or "passed", unit, name, version)])


def _plain(post: Post) -> Iterator[Planned]:
    """One workbook, attached in each of the ways that programs know."""
    for place, short in enumerate(PLAIN):
        way = place % len(letters.WAYS)
        unit = BY_NAME[short]
        if short == "公安局":
            yield _one(post, unit, "合计多10.00万元，与控制数也不符", way=way, outcome="failed", too_much=1000)
        elif short == "水务局":
            yield _one(post, unit, "合计404.03万元，各行之和394.03万元", way=way, outcome="failed", too_much=1000)
        else:
            yield _one(post, unit, f"附件写法：{letters.WAYS[way].__name__}", way=way)
    unit = BY_NAME["体育局"]
    name, data = NAME.format(unit.short), workbook(unit.filled())
    photo = letters.part(letters.PNG, 'Content-Type: image/png; name="scan.png"', "Content-Disposition: attachment")
    body = (letters.with_logo("请查收。"), letters.rfc2047(name, data), photo)
    yield Planned("签名中有图片，另附盖章扫描件", post.mail(unit, "申报表", *body), [result("passed", unit, name, 1)])
    unit = BY_NAME["人力资源和社会保障局"]
    data = workbook(Unit("人社局", unit.box, unit.subject, unit.basic).filled())
    raw = post.mail(unit, "人社局申报表", hello(unit), letters.raw_gbk("申报表.xlsx", data))
    yield Planned("表上写的是别名", raw, [result("passed", unit, "申报表.xlsx", 1)])


def _wrapped(post: Post) -> Iterator[Planned]:
    """A workbook inside of something: forwarded mails, archives, winmail.dat."""
    for short, encoded in (("住房和城乡建设局", False), ("卫生健康局", True)):
        unit = BY_NAME[short]
        name = NAME.format(unit.short)
        inner = letters.mail(
            f"bgs.{unit.box}@example.com", "王五", "申报表定稿", BEGIN, letters.multipart(
                "mixed", letters.text("定稿见附件"), letters.rfc2231(name, workbook(unit.filled()))
            ),
        )  # fmt: skip
        raw = post.mail(unit, "转发：申报表定稿", letters.text("请查收。"), letters.forwarded(inner, encoded=encoded))
        yield Planned(f"作为附件转发的邮件{'（base64）' if encoded else ''}", raw, [result("passed", unit, name, 1)])
    unit = BY_NAME["退役军人事务局"]
    name = NAME.format(unit.short)
    inner = letters.mail(unit.address, unit.name, "定稿", BEGIN, letters.rfc2231(name, workbook(unit.filled())))
    middle = letters.mail(
        unit.address, unit.name, "转发：定稿", BEGIN, letters.multipart("mixed", letters.forwarded(inner))
    )
    raw = post.mail(unit, "转发：转发：定稿", letters.text("请查收。"), letters.forwarded(middle))
    yield Planned("两层转发", raw, [result("passed", unit, name, 1)])
    for short, pack, about in (
        ("应急管理局", archives.windows, "压缩包，名称为GBK"),
        ("市场监督管理局", archives.macos, "压缩包，名称为UTF-8，夹有系统文件"),
    ):
        unit = BY_NAME[short]
        archive = pack(f"{unit.short}/{NAME.format(unit.short)}", workbook(unit.filled()))
        raw = post.mail(unit, "申报表（压缩包）", hello(unit), letters.rfc2047(f"{unit.short}.zip", archive))
        yield Planned(about, raw, [result("passed", unit, f"{unit.short}.zip", 1)])
    unit = BY_NAME["医疗保障局"]
    name = NAME.format(unit.short)
    packed = winmail.packed([(name, workbook(unit.filled()))])
    kind = 'Content-Type: application/ms-tnef; name="winmail.dat"'
    yield Planned(
        "winmail.dat，取得出文件", post.mail(unit, "申报表", hello(unit), letters.part(packed, kind)),
        [result("passed", unit, name, 1)],
    )  # fmt: skip
    unit = BY_NAME["城市管理局"]
    broken = winmail.packed([(NAME.format(unit.short), workbook(unit.filled()))])[:5000]
    raw = post.mail(unit, "申报表", hello(unit), letters.part(broken, kind))
    yield Planned("winmail.dat，已损坏", raw, [result("unreadable", unit)])
    yield _one(post, unit, "改用普通附件重发")


def _without_a_workbook(post: Post) -> Iterator[Planned]:
    """Nothing, a link, a picture, another file; and what comes after the answer to that."""
    unit = BY_NAME["林业局"]
    address = "http://mail.qq.com/cgi-bin/ftnExs_download?k=0&code=0"
    link = f"从QQ邮箱发来的超大附件\n\n申报表.xlsx (52.3M, 2019年12月20日 到期)进入下载页面：{address}"
    yield Planned("超大附件，只有链接", post.mail(unit, "申报表", letters.text(link)), [result("unreadable", unit)])
    yield _one(post, unit, "作为普通附件重发", way=1)
    unit = BY_NAME["档案馆"]
    yield Planned("忘了附件", post.mail(unit, "报送申报表", hello(unit)), [result("no_attachment", unit)])
    yield _one(post, unit, "补上附件", way=2)
    unit = BY_NAME["交通运输局"]
    asked = "<p>请问申报表什么时候截止？</p>"
    raw = post.mail(unit, "咨询", letters.text(asked, "gbk", "html"), raw_subject="咨询截止时间".encode("gbk"))
    yield Planned("只是来问的，主题是未编码的GBK", raw, [result("no_attachment", unit)])
    unit = BY_NAME["图书馆"]
    photo = letters.part(letters.PNG, 'Content-Type: image/png; name="image.png"', "Content-Disposition: attachment")
    raw = post.mail(unit, "申报表照片", letters.text("见照片"), photo)
    yield Planned("只有照片", raw, [result("unreadable", unit, "image.png")])
    other = _other_book()
    raw = post.mail(unit, "申报表", hello(unit), letters.rfc2231("通讯录.xlsx", other))
    yield Planned("附错了工作簿", raw, [result("not_a_return", unit, "通讯录.xlsx")])
    yield _one(post, unit, "改正后报送", way=3)
    unit = BY_NAME["慈善总会"]
    said = "预算科：\n我单位2020年没有安排项目支出，申报表作零报。\n" + unit.name
    notice = "\n\n------------------ 原始邮件 ------------------\n发件人: 预算科\n请于11月底前报送申报表。"
    yield Planned("零报", post.mail(unit, "零报", letters.text(said + notice)), [result("nil_return", unit)])
    unit = BY_NAME["信访局"]
    raw = post.mail(unit, "申报表", hello(unit), letters.rfc2231("申报表.xlsx", b""))
    yield Planned("附件是空的", raw, [result("unreadable", unit, "申报表.xlsx")])
    cut = workbook(unit.filled())[:20_000]
    raw = post.mail(unit, "申报表", hello(unit), letters.rfc2231("申报表.xlsx", cut))
    yield Planned("附件不完整", raw, [result("unreadable", unit, "申报表.xlsx")])
    yield _one(post, unit, "重新报送", way=4, unsigned=True)


def _other_book() -> bytes:
    """A workbook that is no return."""
    import openpyxl
    import pack
    from workbooks import SAVED

    book = openpyxl.Workbook()
    for row in (("姓名", "电话"), ("张三", "0734-0000000")):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return pack.steady(buffer.getvalue(), SAVED)


def _versions(post: Post) -> Iterator[Planned]:
    """One unit three times, one the same again, one mail for two units, and an id used twice."""
    unit = BY_NAME["统计局"]
    first = {"too_much": 1000, "unsigned": True}
    yield _one(post, unit, "第一版：合计不符，没有签名", outcome="failed", **first)
    yield _one(post, unit, "第二版：合计仍不符", way=1, outcome="failed", version=2, too_much=1000)
    name = NAME.format(unit.short)
    attached = letters.inline(name, workbook(unit.filled()))
    early = timedelta(days=2)
    raw = post.mail("wangwu.tjj@example.com", "统计局第三版", letters.text("请以此为准。"), attached, early=early)
    yield Planned("第三版：改好了，发件时间却早于第二版", raw, [result("passed", unit, name, 3)])
    unit = BY_NAME["民政局"]
    name = NAME.format(unit.short)
    raw = post.mail(unit, "再次报送", hello(unit), letters.rfc2231(name, workbook(unit.filled())))
    yield Planned("与已报的完全相同", raw, [result("identical", unit, name)])
    sport, centre = BY_NAME["体育局"], BY_NAME["体育中心"]
    again = workbook(sport.filled(unsigned=True))
    body = (letters.rfc2231("申报表.xlsx", again), letters.rfc2231("申报表.xlsx", workbook(centre.filled())))
    two = [result("passed", sport, "申报表.xlsx", 2), result("passed", centre, "申报表.xlsx", 1)]
    one_id = "<1@sport.example.gov.cn>"
    raw = post.mail(sport, "体育局及所属单位", hello(sport), *body, message_id=one_id)
    yield Planned("一封邮件两个单位，附件同名", raw, two)
    raw = post.mail(sport, "补充说明", letters.text("所属单位的申报表以刚才的为准。"), message_id=one_id)
    yield Planned("另一封邮件用了同一个编号", raw, [result("no_attachment", sport)])
    unit = BY_NAME["商务局"]
    name = NAME.format(unit.short)
    said = letters.text("修改后的申报表见附件。" + NOTICE, kind="html")
    attached = letters.nameless_type(name, workbook(unit.filled(unsigned=True)))
    raw = post.mail(unit, "回复：报送通知", said, attached, headers=("In-Reply-To: <notice@czj.example.gov.cn>",))
    yield Planned("回复中引用了通知，通知里有零报和云附件的字样", raw, [result("passed", unit, name, 2)])


def _to_verify(post: Post) -> Iterator[Planned]:
    """What the clerk has to look at first."""
    unit = BY_NAME["自然资源局"]
    name = NAME.format(unit.short)
    raw = post.mail(
        "lisi1980@example.com",
        "申报表",
        letters.text("请查收"),
        letters.rfc2231(name, workbook(unit.filled(unsigned=True))),
    )
    yield Planned("名单上没有的邮箱", raw, [result("to_verify", unit, name)])
    sender, other = BY_NAME["审计局"], BY_NAME["文化和旅游局"]
    data = workbook(other.filled(unsigned=True))
    raw = post.mail(sender, "申报表", hello(sender), letters.rfc2047("申报表.xlsx", data))
    yield Planned("表上是另一个单位", raw, [result("to_verify", other, "申报表.xlsx")])
    sender, other = BY_NAME["商务局"], BY_NAME["司法局"]
    data = workbook(other.filled(proper=True))
    raw = post.mail(sender, "申报表", hello(sender), letters.rfc2047("申报表.xlsx", data))
    yield Planned("与另一单位报的是同一个文件", raw, [result("to_verify", other, "申报表.xlsx")])
    data = workbook(Unit("园林处", "ylc", "园林绿化", 4444).filled())
    raw = post.mail("ylc@example.com", "申报表", letters.text("请查收"), letters.rfc2231("申报表.xlsx", data))
    yield Planned("名单上没有的单位", raw, [result("to_verify", None, "申报表.xlsx")])


def _of_programs(post: Post) -> Iterator[Planned]:
    """Mails that nobody wrote, and that must not be answered."""
    unit = BY_NAME["公安局"]
    raw = post.mail(
        unit, "自动回复：审核意见", letters.text("您的邮件已收到。"), headers=("Auto-Submitted: auto-replied",)
    )
    yield Planned("自动回复", raw, [result("automatic", unit)])
    lost = letters.mail(letters.BUREAU, "预算科", "催报", BEGIN, letters.text("请尽快报送。"))
    status = letters.part(b"Status: 5.1.1", "Content-Type: message/delivery-status")
    kind = "report; report-type=delivery-status"
    report = letters.multipart(kind, letters.text("退信"), status, letters.forwarded(lost))
    raw = post.mail("MAILER-DAEMON@example.com", "系统退信", report, headers=("Return-Path: <>",))
    yield Planned("退信", raw, [result("automatic")])
    raw = post.mail(
        "noreply@example.com", "邮箱容量提醒", letters.text("您的邮箱即将用满。"), headers=("Precedence: bulk",)
    )
    yield Planned("系统通知", raw, [result("automatic")])
