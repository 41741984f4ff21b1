"""A round on the command line: begun, fed, looked at, and the messages where something is wrong."""

from __future__ import annotations

import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import openpyxl
import pytest
from clerk_files import sheet
from databases import PASSWORD, new_database
from round_files import HEADS, ROWS, mail, saved, workbook

from perfxl import cli
from perfxl.rounds.folder import open_round
from perfxl.rounds.report import anonymise


def run_command(*args):
    """Exit code, stdout and stderr of a command."""
    raw = BytesIO(), BytesIO()
    out, err = (TextIOWrapper(each, "utf-8", write_through=True) for each in raw)
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.run([str(arg) for arg in args])
    return code, *(each.getvalue().decode() for each in raw)


@pytest.fixture(name="run")
def _run():
    return run_command


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Path:
    """A folder with a round that has a failed return, one to verify and a nil return; and with its mails."""
    folder = tmp_path_factory.mktemp("begun")
    roster = sheet(folder / "应报单位.xlsx", HEADS, *ROWS, name="应报单位")
    options = ("--year", 2020, "--roster", roster, "--deadline", "2020-02-28", "--sender", "jx@example.gov.cn")
    code, out, err = run_command("round", "init", folder / "R", *options)
    assert (code, err) == (0, "")
    assert out.startswith("已建批次“2020年度市级预算绩效目标申报表”（3 个单位）：")
    wrong = workbook("甲局", clean=True, amounts=(("部门整体支出", "E25", 1),))
    mails = saved(
        folder / "m",
        mail(1, "jia@example.gov.cn", "甲局", ("a.xlsx", wrong)),
        mail(2, "who@example.com", "丙局", ("b.xlsx", workbook("丙局", clean=True))),
        mail(3, "yi@example.gov.cn", "零报"),
    )
    assert run_command("mail", "check", mails, "--round", folder / "R")[0] == 0
    return folder


@pytest.fixture
def folder(begun, tmp_path) -> Path:
    """The round, for a test to change."""
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return tmp_path / "R"


def test_the_settings_can_be_read_back(folder):
    round_ = open_round(folder)
    settings = round_.settings
    round_.ledger.close()
    text = (folder / "round.toml").read_text("utf-8")
    assert (settings.profile, settings.year, settings.roster) == ("hengyang_2020", 2020, "应报单位.xlsx")
    assert "deadline = 2020-02-28\n" in text
    assert '# smtp = ""\n' in text


def test_status_shows_what_waits_and_accept_counts_it(run, folder):
    code, out, _ = run("status", "--round", folder)
    assert code == 1
    assert "截止日期 2020-02-28" in out
    assert "已报未通过 1，零报 1，待核实 1" in out
    assert "第 2 号 2020-02-02 丙局 b.xlsx：发件邮箱 who@example.com 不属于名单中“丙局”的邮箱。" in out
    assert run("round", "accept", 1, "--round", folder)[0] == 2
    assert "名单中没有“没有”" in run("round", "accept", 2, "--unit", "没有", "--round", folder)[2]
    code, out, _ = run("round", "accept", 2, "--round", folder)
    assert (code, out.splitlines()[0]) == (0, "第 2 号已计入“丙局”（b.xlsx）。")
    assert "通过 1，零报 1" in run("status", "--round", folder)[1]
    again = run("round", "accept", 2, "--unit", "甲局", "--round", folder)
    assert (again[0], "第 2 号已由 " in again[2], "计入“丙局”，本次未作改动" in again[2]) == (2, True, True)
    assert "没有第 9 号待核实的报送件" in run("round", "accept", 9, "--round", folder)[2]
    assert "写好草稿 1 份" in run("mail", "check", folder.parent / "m", "--round", folder)[1]


def test_what_waits_for_tomorrow_is_reported(run, folder, tmp_path):
    settings = folder / "round.toml"
    settings.write_text(settings.read_text("utf-8").replace("answers_per_day = 10", "answers_per_day = 1"), "utf-8")
    mails = saved(tmp_path / "n", *(mail(number, "jia@example.gov.cn", str(number)) for number in (5, 6)))
    code, out, _ = run("mail", "check", mails, "--round", folder)
    assert code == 0
    assert "写好草稿 0 份" in out
    assert out.splitlines()[-1] == (
        "jia@example.gov.cn 今天已写了 1 封回复，还有 1 封没有写。请明天再运行 perfxl mail check；"
        "要今天写，请改 round.toml 的 answers_per_day。"
    )


def test_diff_is_shown_in_words_and_wants_two_versions(run, folder, tmp_path):
    assert run("diff", "甲局", "--round", folder)[2] == "错误：“甲局”只报送过 1 版，没有可以比较的。\n"
    assert "名单中没有“甲局局”。是否为 甲局？" in run("diff", "甲局局", "--round", folder)[2]
    (tmp_path / "新.xlsx").write_bytes(workbook("甲局", clean=True))
    code, _, err = run("check", tmp_path / "新.xlsx", "--round", folder)
    assert (code, err) == (0, "记入批次“2020年度市级预算绩效目标申报表”的台账：新收 1 份，0 份此前已收。\n")
    code, out, _ = run("diff", "甲办", "--round", folder)
    assert code == 0
    assert out.splitlines()[0] == "甲局：第 1 版与第 2 版"
    assert "已改正（1）" in out
    assert "新出现（0）\n  无\n" in out
    assert "改动的单元格（1）\n  “部门整体支出”表 E25“金额合计·总额”：“1”改为“394.03”\n" in out
    assert "Closed (1)" in run("diff", "甲局", "--round", folder, "--lang", "en")[1]


def test_check_uses_the_settings_of_the_round(run, folder, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(workbook("甲局", clean=True, amounts=(("部门整体支出", "D6", 400),)))
    code, out, _ = run("check", tmp_path / "x.xlsx", "--round", folder, "--json")
    assert code == 1
    assert "CROSS-18" in {one["code"] for one in json.loads(out)["findings"]}
    assert "不能同时给 --profile" in run("check", tmp_path, "--round", folder, "--profile", "mof_2021")[2]


def test_the_summary_anonymises_addresses_unless_asked(run, folder, tmp_path):
    for option, shown, hidden in (((), "w***@example.com", "who@"), (("--contacts",), "who@example.com", "***")):
        out = tmp_path / f"out{len(option)}"
        assert run("round", "report", "--round", folder, "--out", out, *option)[0] == 1
        text = json.dumps(json.loads((out / "findings.json").read_text("utf-8")), ensure_ascii=False)
        assert (shown in text, hidden in text) == (True, False)
    page = openpyxl.load_workbook(tmp_path / "out0" / "汇总表.xlsx")["报送情况"]
    assert [cell.value for cell in page["C"][3:]] == ["已报未通过", "零报", "待核实"]
    assert anonymise("（lisi1980@example.com）a.b@x.cn") == "（l***@example.com）a***@x.cn"
    assert anonymise("发件邮箱 张三@example.com 和 _li@x.cn") == "发件邮箱 张***@example.com 和 _***@x.cn"


def test_there_is_no_such_sheet_without_a_round(run, folder, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(workbook("甲局", clean=True))
    run("check", tmp_path / "x.xlsx", "--out", tmp_path / "out")
    assert "报送情况" not in openpyxl.load_workbook(tmp_path / "out" / "汇总表.xlsx").sheetnames


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('titel = "x"', "round.toml 没有 titel 这一项。是否为 title？"),
        ("year = 1", "round.toml 的 year 应是年度，如 year = 2026。"),
        ('deadline = "x"', "round.toml 的 deadline 应是日期，如 deadline = 2026-02-28。"),
        ("title = 3", "round.toml 的 title 应是文字，写在引号里。"),
        ('sender = "a\\nBcc: b@example.com"', "不是邮箱地址"),
        ("answers_per_day = 0", "round.toml 的 answers_per_day 应是 1 以上的整数，如 answers_per_day = 10。"),
        ('title = ""', "round.toml 缺少 title（批次名称，写进回复和汇总表）。"),
        ('database = "postgresql://a:geheim@h/d"', "不要写密码"),
        ('id = "other"', "台账中没有本批次（编号 other）"),
        ("=", "round.toml 不是正确的 TOML"),
    ],
)
def test_a_wrong_setting_is_reported(run, folder, line, message):
    path = folder / "round.toml"
    key = line.partition(" ")[0]
    kept = [each for each in path.read_text("utf-8").splitlines() if not each.startswith(f"{key} =")]
    path.write_text("\n".join([*kept, line]), "utf-8")
    code, out, err = run("status", "--round", folder)
    assert (code, out, message in err) == (2, "", True), err
    assert "geheim" not in err
    assert "{" not in run("status", "--round", folder, "--lang", "en")[2]


def test_what_is_no_round_or_cannot_be_one_is_reported(run, folder, tmp_path):
    assert "不是批次文件夹（没有 round.toml）" in run("status", "--round", tmp_path)[2]
    roster = tmp_path / "应报单位.xlsx"
    again = run("round", "init", folder, "--year", 2020, "--roster", roster)
    assert (again[0], "已有一个批次" in again[2]) == (2, True)
    missing = run("round", "init", tmp_path / "N", "--year", 2020, "--roster", tmp_path / "没有.xlsx")
    assert (missing[0], "文件不存在" in missing[2], (tmp_path / "N").exists()) == (2, True, False)
    secret = ("--database", "postgresql://a:geheim@h/d")
    code, _, err = run("round", "init", tmp_path / "N", "--year", 2020, "--roster", roster, *secret)
    assert (code, "不要写密码" in err, "geheim" in err, (tmp_path / "N").exists()) == (2, True, False, False)
    assert run("mail", "check", tmp_path / "没有", "--round", folder)[0] == 2


def test_a_path_in_the_ledger_is_held_to_the_folder(folder, run):
    from sqlalchemy import update

    from perfxl.ledger.tables import file_table

    (folder.parent / "geheim.xlsx").write_bytes(workbook("甲局", clean=True))
    round_ = open_round(folder)
    with round_.ledger.begin() as connection:
        connection.execute(update(file_table).where(file_table.c.id == 1).values(stored="../geheim.xlsx"))
    round_.ledger.close()
    code, _, err = run("round", "report", "--round", folder, "--out", folder / "out")
    assert (code, "../geheim.xlsx 不在批次文件夹内，未予使用。" in err) == (2, True)


@pytest.mark.system
def test_a_round_in_postgresql(run, tmp_path, postgres, monkeypatch):
    monkeypatch.setenv("PERFXL_DATABASE_PASSWORD", PASSWORD)
    roster = sheet(tmp_path / "应报单位.xlsx", HEADS, *ROWS, name="应报单位")
    url = new_database(postgres, "commands")
    assert run("round", "init", tmp_path / "R", "--year", 2020, "--roster", roster, "--database", url)[0] == 0
    assert PASSWORD not in (tmp_path / "R" / "round.toml").read_text("utf-8")
    mails = saved(tmp_path / "m", mail(1, "jia@example.gov.cn", "甲局", ("a.xlsx", workbook("甲局", clean=True))))
    code, out, err = run("mail", "check", mails, "--round", tmp_path / "R")
    assert (code, "无法起草回复：round.toml 未填写发件邮箱" in err) == (2, True)
    assert "收进邮件 1 封（其中文件 1 份）" in out
    assert "通过 1" in run("status", "--round", tmp_path / "R")[1]
    monkeypatch.setenv("PERFXL_DATABASE_PASSWORD", "wrong")
    code, _, err = run("status", "--round", tmp_path / "R")
    assert (code, "连不上台账数据库" in err, "wrong" in err) == (2, True, False)


def test_the_blank_roster(run, tmp_path):
    path = tmp_path / "名单.xlsx"
    assert run("round", "roster", "-o", path) == (0, f"已生成空白应报单位名单：{path}\n", "")
    assert openpyxl.load_workbook(path).sheetnames == ["应报单位", "填写说明"]
    assert run("round", "roster", "-o", path)[0] == 2


def test_mails_that_are_checked_as_files_are_the_mails_they_are(run, folder, tmp_path):
    before = run("status", "--round", folder, "--mails", "--json")
    mails = sorted((tmp_path / "m").glob("*.eml"))
    _, _, err = run("check", *mails, "--round", folder)
    assert f"新收 0 份，{len(mails)} 份此前已收" in err
    assert run("status", "--round", folder, "--mails", "--json") == before
