"""来件登记: each mail and file is there once, with what became of it and of its answer."""

from __future__ import annotations

import json

import openpyxl
from round_files import ROWS as ROSTER
from round_files import SENDER, mail, new_round, no_password, saved, workbook

from perfxl import cli
from perfxl.ledger import records
from perfxl.ledger.records import REFUSED, SENT
from perfxl.rounds.answers import draft_answers
from perfxl.rounds.intake import collect_files, collect_mails
from perfxl.rounds.report import register
from perfxl.sources import collect

CLEAN = workbook("甲局", clean=True)
FIRST = (
    mail(1, "jia@example.gov.cn", "=1+1", ("a.xlsx", CLEAN)),
    mail(2, "jia@example.gov.cn", "再报", ("b.xlsx", CLEAN), ("说明.txt", b"x")),
    mail(3, "who@example.com", "丙局 who@example.com", ("c.xlsx", workbook("丙局", clean=True))),
    mail(4, "yi@example.gov.cn", "零报"),
    mail(5, "yi@example.gov.cn", "外出", Auto_Submitted="auto-replied"),
    mail(6, "who@example.com", "推销"),
    mail(7, SENDER, "自己的"),
    mail(8, "yi@example.gov.cn", "坏的", ("坏.xlsx", b"PK\x03\x04")),
    mail(9, "both@example.gov.cn", "请问"),
)
BAD = workbook("甲局")
WAITS = "发件邮箱 w***@example.com 不属于名单中“丙局”的邮箱。"
#: number of the file, sender, subject, attachment, unit, by what, version, result, answer, state
ROWS = [
    (1, "j***@example.gov.cn", "=1+1", "a.xlsx", "甲局", "表上单位名称", 1, "通过",
     "通过（已发出）", "sent"),
    (2, "j***@example.gov.cn", "再报", "b.xlsx", "甲局", "表上单位名称", 1, "重复报送", "重复报送（未能发出）",
     "refused"),
    (3, "j***@example.gov.cn", "再报", "说明.txt", "甲局", "发件邮箱", 0, "无法读取", "同封邮件已回复", ""),
    (4, "w***@example.com", "丙局 w***@example.com", "c.xlsx", "丙局", "表上单位名称", 0, "待核实", "待核实（草稿）",
     "drafted"),
    (5, "y***@example.gov.cn", "零报", "", "乙局", "发件邮箱", 0, "零报", "零报（草稿）", "drafted"),
    (0, "y***@example.gov.cn", "外出", "", "乙局", "发件邮箱", 0, "自动邮件", "不回复（自动邮件）", ""),
    (0, "w***@example.com", "推销", "", "", "", 0, "没有附件", "不回复（陌生邮箱）", ""),
    (0, "j***@example.gov.cn", "自己的", "", "", "", 0, "没有附件", "不回复（本单位邮箱）", ""),
    (6, "y***@example.gov.cn", "坏的", "坏.xlsx", "乙局", "发件邮箱", 0, "无法读取", "零报（已一并回复）", "covered"),
    (0, "b***@example.gov.cn", "请问", "", "", "", 0, "没有附件", "未自动回复（请阅看）", ""),
    (7, "（直接交来）", "", "d.xlsx", "丙局", "表上单位名称", 1, "通过", "", ""),
    (8, "j***@example.gov.cn", "新的", "e.xlsx", "甲局", "表上单位名称", 2, "未通过", "待写", "due"),
]  # fmt: skip


def test_every_mail_and_file_has_its_row(tmp_path, capsys):
    made = new_round(tmp_path / "R", rows=[("甲局", "", "jia@example.gov.cn", "", "", "", ""), *ROSTER[1:]])
    for number in (1, len(FIRST)):
        collect_mails(made, str(saved(tmp_path / f"m{number}", *FIRST[:number])), no_password)
        draft_answers(made)
    one, two, *_ = records.all_replies(made.ledger)
    records.change_reply(made.ledger, one, SENT)
    records.change_reply(made.ledger, two, REFUSED, "邮箱 jia@example.gov.cn 不存在。")
    (tmp_path / "d.xlsx").write_bytes(workbook("丙局", clean=True))
    collect_files(made, collect([tmp_path / "d.xlsx"])[0])
    collect_mails(
        made, str(saved(tmp_path / "n", mail(10, "jia@example.gov.cn", "新的", ("e.xlsx", BAD)))), no_password
    )
    rows = register(made)
    made.ledger.close()
    shown = [
        (one.file, one.sender, one.subject, one.name, one.unit, one.how, one.version, one.result, one.answer, one.state)
        for one in rows
    ]
    # the file that was handed over came today, after all mails of its time
    assert shown == [*ROWS[:-2], ROWS[-1], ROWS[-2]]
    by_file = {one.file: one for one in rows}
    assert by_file[4].remark == WAITS
    assert by_file[2].remark == "与第 1 版完全相同。；回复未能发出：邮箱 j***@example.gov.cn 不存在。"
    assert by_file[1].draft == "001_甲局_通过.eml"
    assert f"{by_file[1].received:%d}" == "01"

    assert cli.run(["round", "report", "--round", str(tmp_path / "R"), "--out", str(tmp_path / "out")]) == 1
    book = openpyxl.load_workbook(tmp_path / "out" / "汇总表.xlsx")
    assert book.sheetnames[1:3] == ["报送情况", "来件登记"]
    page = book["来件登记"]
    assert [cell.value for cell in page["A"][3:]] == [
        "001", "002", "003", "004", "005", "邮件005", "邮件006", "邮件007", "006", "邮件009", "008", "007",
    ]  # fmt: skip
    assert (page["D4"].value, page["D4"].data_type) == ("=1+1", "s")
    assert "来件 11 件，文件 7 份" in page["A2"].value
    assert "who@" not in json.dumps([[cell.value for cell in row] for row in page], default=str)
    capsys.readouterr()

    cli.run(["status", "--mails", "--round", str(tmp_path / "R")])
    out = capsys.readouterr().out
    assert ("邮件006" in out, "不回复" in out, "who@example.com" in out.partition("来件 11 件")[2]) == (
        True,
        True,
        False,
    )
    for more, sender in (((), "w***@example.com"), (("--contacts",), "who@example.com")):
        cli.run(["status", "--mails", "--json", "--round", str(tmp_path / "R"), *more])
        data = json.loads(capsys.readouterr().out)
        assert (len(data["mails"]), data["mails"][3]["sender"], data["to_verify"][0]["sender"]) == (12, sender, sender)
    cli.run(["status", "--json", "--round", str(tmp_path / "R")])
    assert "mails" not in json.loads(capsys.readouterr().out)


def test_what_was_interrupted_is_told(tmp_path):
    made = new_round(tmp_path / "R")

    def stop(step: str) -> None:
        if step == "message":
            raise KeyboardInterrupt

    try:
        collect_mails(made, str(saved(tmp_path / "m", FIRST[0])), no_password, stop)
    except KeyboardInterrupt:
        [row] = register(made)
    made.ledger.close()
    assert (row.result, row.answer) == ("未处理完", "")
    assert "再运行一次 perfxl mail check" in row.remark


def test_an_empty_round_says_so(tmp_path, capsys):
    new_round(tmp_path / "R").ledger.close()
    cli.run(["round", "report", "--round", str(tmp_path / "R"), "--out", str(tmp_path / "out")])
    page = openpyxl.load_workbook(tmp_path / "out" / "汇总表.xlsx")["来件登记"]
    assert page["A4"].value == "还没有收到任何材料。"
    capsys.readouterr()
