"""The command line: what it shows, what it writes, its exit codes, on any console."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import pytest
from click.testing import CliRunner

import perfxl
from perfxl import cli
from perfxl.cli import check as check_command

ROOT = Path(__file__).parents[1]
#: the console of a Chinese Windows, and others that know fewer characters
CONSOLES = ["cp936", *(pytest.param(name, marks=pytest.mark.slow) for name in ("ascii", "cp1252"))]
SAMPLES = ROOT / "samples" / "hengyang-2020"
TYPED = SAMPLES / "中共衡阳市委编办_绩效目标申报表.xlsx"
CLEAN = SAMPLES / "中共衡阳市委编办_绩效目标申报表.clean.xlsx"
UNIT = "中共衡阳市委机构编制委员会办公室"


def perfxl_run(*args, encoding="utf-8", **env):
    return subprocess.run(
        [sys.executable, "-m", "perfxl", *map(str, args)],
        capture_output=True,
        encoding=encoding,
        errors="replace",
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PERFXL_DEBUG": "", "PERFXL_LANG": "", **env},
    )


def inside(capsys, *args):
    """The same in this process: (exit code, stdout, stderr)."""
    code = cli.run([str(arg) for arg in args])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def one_line(text):
    """Undo the folding of the text in a cell of a table."""
    return "".join(text.split())


@pytest.fixture
def mixed(tmp_path):
    """A good workbook among all that people send instead."""
    folder = tmp_path / "报送"
    folder.mkdir()
    (folder / CLEAN.name).write_bytes(CLEAN.read_bytes())
    (folder / "空.xlsx").write_bytes(b"")
    (folder / "文本.xlsx").write_text("单位,金额\n", "utf-8")
    (folder / "图片.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))
    (folder / "截断.xlsx").write_bytes(CLEAN.read_bytes()[:2000])
    (folder / "~$x.xlsx").write_bytes(b"\x05owner" + bytes(159))
    with (folder / "加密.xlsx").open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(CLEAN.read_bytes())).encrypt("1234", target)
    book = openpyxl.Workbook()
    book.active.append(["姓名", "电话"])
    book.save(folder / "通讯录.xlsx")
    return folder


REASONS = {
    "空.xlsx": "0 字节",
    "文本.xlsx": "文本文件",
    "图片.xlsx": "PNG 图片",
    "截断.xlsx": "损坏",
    "加密.xlsx": "密码",
    "通讯录.xlsx": "未找到申报表",
}


# ---------------------------------------------------------------- check


def test_a_bad_file_costs_no_other(mixed, capsys):
    code, out, err = inside(capsys, "check", mixed, "--json")
    data = json.loads(out)
    status = {item["file"]: item["status"] for item in data["submissions"]}
    assert code == 1
    assert set(status) == {*REASONS, CLEAN.name}
    assert status[CLEAN.name].startswith("通过")
    assert status["通讯录.xlsx"] == "不是申报表"
    lines = err.splitlines()
    for name, reason in REASONS.items():
        [line] = [line for line in lines if name in line]
        assert reason in line
    assert "Traceback" not in err


def test_every_bad_file_is_in_the_table_with_its_reason(mixed, capsys):
    code, out, _ = inside(capsys, "check", mixed)
    assert code == 1
    for name, reason in REASONS.items():
        assert name in out
        assert one_line(reason) in one_line(out)
    assert "共 7 个文件" in out
    assert "未写入文件" in out


def test_exit_codes(capsys):
    assert inside(capsys, "check", CLEAN)[0] == 0
    assert inside(capsys, "check", TYPED)[0] == 1
    assert inside(capsys, "check", CLEAN, TYPED)[0] == 1


def test_a_missing_path_is_reported_and_the_others_are_checked(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    code, out, err = inside(
        capsys, "check", "没有.xlsx", tmp_path / "empty", "https://example.invalid/a.xlsx", CLEAN, "--json"
    )
    assert code == 1
    assert len(json.loads(out)["submissions"]) == 1
    lines = err.splitlines()
    assert len(lines) == 3
    for words in ("没有这个文件或文件夹：没有.xlsx", "文件夹里没有文件", "不支持网址"):
        assert [line for line in lines if words in line]


def test_an_only_file_that_cannot_be_read_is_exit_code_1(tmp_path, capsys):
    (tmp_path / "空.xlsx").write_bytes(b"")
    code, out, err = inside(capsys, "check", tmp_path)
    assert code == 1
    assert "空.xlsx" in out + err


@pytest.mark.parametrize("given", ["没有.xlsx", "文件夹"])
def test_nothing_to_check_is_exit_code_2(tmp_path, monkeypatch, capsys, given):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "文件夹").mkdir()
    code, out, err = inside(capsys, "check", given)
    assert code == 2
    assert given in out + err


def test_a_file_that_is_open_in_excel_is_checked_and_reported(mixed, capsys):
    (mixed / f"~${CLEAN.name}").write_bytes(b"\x05owner" + bytes(159))
    code, out, err = inside(capsys, "check", mixed / CLEAN.name, "--json")
    assert code == 0
    assert len(json.loads(out)["submissions"]) == 1
    assert err.splitlines() == [check_command.OPEN_ELSEWHERE.render("zh", file=CLEAN.name)]
    (mixed / f"~${CLEAN.name}").unlink()
    assert inside(capsys, "check", mixed / CLEAN.name)[2] == ""


def test_an_owner_file_is_no_submission(mixed, capsys):
    _, out, _ = inside(capsys, "check", mixed)
    assert "~$" not in out


def test_reports_are_written_and_named(tmp_path, capsys):
    out = tmp_path / "结果"
    wanted = ("--report", "findings_json", "--report", "unit_report")
    code, shown, err = inside(capsys, "check", TYPED, "--out", out, *wanted)
    assert (code, err) == (1, "")
    assert str(out) in one_line(shown)
    assert "findings.json" in shown
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == [
        "findings.json", f"单位/{UNIT}/错误报告.html",
    ]  # fmt: skip


def test_json_is_what_findings_json_holds(tmp_path, capsys):
    _, out, _ = inside(capsys, "check", TYPED, "--json", "--out", tmp_path, "--report", "findings_json")
    assert out == (tmp_path / "findings.json").read_text("utf-8")


def test_the_output_inside_the_input_is_left_out(tmp_path, capsys):
    (tmp_path / "a.xlsx").write_bytes(CLEAN.read_bytes())
    for _ in range(2):
        code, out, _ = inside(capsys, "check", tmp_path, "--out", tmp_path / "out", "--report", "unit_report", "--json")
        assert (code, [item["file"] for item in json.loads(out)["submissions"]]) == (0, ["a.xlsx"])


def test_an_output_that_cannot_be_used_is_reported_before_the_check(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(check_command, "_checked", lambda *_: pytest.fail("it was not reported before the check"))
    (tmp_path / "file").write_text("")
    for out, words in (
        (tmp_path / "file", "不是文件夹"),
        (tmp_path / "file" / "below", "无法写入"),
        (SAMPLES, "不能就是输入文件夹"),
    ):
        code, _, err = inside(capsys, "check", SAMPLES, "--out", out)
        assert code == 2
        assert words in err
        assert len(err.splitlines()) == 1


def test_a_locked_report_gets_another_name_and_is_reported(tmp_path, capsys, monkeypatch):
    (tmp_path / "findings.json").write_text("old")
    replace = Path.replace

    def locked(self, target):
        if Path(target).name == "findings.json":
            raise PermissionError(13, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    code, _, err = inside(capsys, "check", CLEAN, "--out", tmp_path, "--report", "findings_json")
    assert code == 1
    assert "请关闭" in err
    assert (tmp_path / "findings.json").read_text() == "old"
    [dated] = tmp_path.glob("findings_*.json")
    assert dated.name in err
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.faults
def test_a_report_that_fails_costs_no_other(tmp_path, capsys, monkeypatch):
    from perfxl.reports import unit_report

    def broken(batch, out):
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr(unit_report, "write", broken)
    monkeypatch.delenv("PERFXL_DEBUG", raising=False)
    (tmp_path / "a.xlsx").write_bytes(CLEAN.read_bytes())
    code, shown, err = inside(
        capsys, "check", tmp_path / "a.xlsx", "--out", tmp_path, "--report", "unit_report", "--report", "findings_json"
    )
    assert code == 2
    assert err.splitlines() == ["报告 unit_report 未能写入：ZeroDivisionError: oh no。"]
    assert (tmp_path / "findings.json").is_file()
    assert "a.xlsx" in shown


def test_many_files_in_several_processes_give_the_same(tmp_path):
    for number in range(16):
        (tmp_path / f"{number:02}.xlsx").write_bytes((CLEAN if number % 2 else TYPED).read_bytes())
    (tmp_path / "bad.xlsx").write_bytes(b"")
    several = perfxl_run("check", tmp_path, "--json", "--jobs", 2)
    alone = perfxl_run("check", tmp_path, "--json", "--jobs", 1)
    assert several.returncode == alone.returncode == 1
    assert several.stdout == alone.stdout
    assert len(json.loads(alone.stdout)["submissions"]) == 17


# ---------------------------------------------------------------- wrong command lines, languages, errors


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["check"], "缺少 INPUT"),
        (["check", "x", "--jsn"], "没有选项 --jsn。是否为 --json"),
        (["check", "x", "--jobs", "0"], "1 到 256 的整数"),
        (["check", "x", "--lang", "fr"], "可选的值有 zh、en"),
        (["check", "x", "--out"], "选项 --out 后面缺少值"),
        (["check", "x", "--report", "pdf", "--out", "o"], "没有报告 pdf"),
        (["check", "x", "--report", "unit_report"], "--report 须与 --out 同用"),
        (["check", "x", "--profile", "moon"], "没有表式 moon"),
        (["check", "x", "--profile", "moon.toml"], "表式文件不能用"),
        (["chek", "x"], "没有命令 chek"),
        (["template", "--projects", "51", "-o", "x.xlsx"], "1 到 50 的整数"),
        (["template"], "缺少 --output"),
        (["template", "-o", "x.docx"], ".xlsx 结尾"),
    ],
)
def test_a_wrong_command_line(capsys, args, words):
    code, out, err = inside(capsys, *args)
    assert (code, out) == (2, "")
    assert err.startswith("错误：")
    assert words in err
    assert len(err.splitlines()) <= 2


def test_no_command_shows_the_help(capsys):
    code, out, err = inside(capsys)
    assert code == 2
    assert "用法：perfxl" in out + err


def test_version_and_help(capsys, monkeypatch):
    assert inside(capsys, "--version")[:2] == (0, f"perfxl {perfxl.__version__}\n")
    code, out, _ = inside(capsys, "--help")
    assert code == 0
    assert "审核报送的申报表工作簿" in out
    assert "Options" not in out
    assert "Usage" in inside(capsys, "--lang", "en", "check", "--help")[1]
    assert "Usage" in inside(capsys, "check", "--help", "--lang", "en")[1]
    monkeypatch.setenv("PERFXL_LANG", "en")
    assert "Check the workbooks" in inside(capsys, "--help")[1]
    assert "用法" in inside(capsys, "--lang=zh", "--help")[1]


def test_english(capsys):
    code, out, _ = inside(capsys, "check", CLEAN, "--lang", "en")
    assert code == 0
    assert "passed" in out
    assert "通过" not in out
    code, _, err = inside(capsys, "check", "--lang", "en", "nowhere.xlsx")
    assert code == 2
    assert err == "There is no such file or folder: nowhere.xlsx. Check the path.\n"


@pytest.mark.faults
def test_an_unexpected_error_is_one_line(capsys, monkeypatch):
    def broken(*_):
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(check_command, "_checked", broken)
    monkeypatch.delenv("PERFXL_DEBUG", raising=False)
    code, out, err = inside(capsys, "check", CLEAN)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "RuntimeError: two lines" in err
    monkeypatch.setenv("PERFXL_DEBUG", "1")
    with pytest.raises(RuntimeError):
        cli.run(["check", str(CLEAN)])


def test_an_interrupt_is_quiet(capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(check_command, "_checked", interrupted)
    code, out, err = inside(capsys, "check", CLEAN)
    assert (code, out, err.strip()) == (130, "", "")


# ---------------------------------------------------------------- consoles


@pytest.mark.parametrize("encoding", CONSOLES)
def test_any_console(tmp_path, encoding):
    (tmp_path / "☃[red]\x1b[31m.xlsx").write_bytes(b"")
    good = perfxl_run("check", CLEAN, encoding=encoding)
    mixed = perfxl_run("check", CLEAN, TYPED, tmp_path, "没有.xlsx", encoding=encoding)
    assert (good.returncode, mixed.returncode) == (0, 1)
    assert "Traceback" not in good.stderr + mixed.stderr
    assert "UnicodeEncodeError" not in mixed.stderr
    assert "\x1b" not in mixed.stdout
    assert "[red]" in mixed.stdout
    if encoding == "cp936":
        assert "未通过" in mixed.stdout


@pytest.mark.parametrize("encoding", CONSOLES)
@pytest.mark.parametrize("args", [
    ["rules"], ["rules", "SUM-10"], ["profiles"], ["profiles", "hengyang_2020"], ["check", "--help"], ["chek"],
    ["template", "-o", "{}/模板.xlsx"], ["waivers", "-o", "{}/豁免.xlsx"],
], ids=" ".join)  # fmt: skip
def test_every_command_on_any_console(tmp_path, args, encoding):
    """Into a file, as ``perfxl rules > x.txt`` in a console of Windows does."""
    args = [arg.replace("{}", str(tmp_path)) for arg in args]
    shown, problems = tmp_path / "out.txt", tmp_path / "err.txt"
    with shown.open("wb") as out, problems.open("wb") as err:
        done = subprocess.run(
            [sys.executable, "-m", "perfxl", *args], stdout=out, stderr=err, check=False, cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": encoding, "PERFXL_DEBUG": "", "PERFXL_LANG": ""},
        )  # fmt: skip
    assert done.returncode == (2 if args == ["chek"] else 0)
    written, said = shown.read_bytes(), problems.read_bytes()
    assert (bool(written), bool(said)) == (args != ["chek"], args == ["chek"])
    assert b"Error" not in said
    if encoding == "cp936":
        assert "\ufffd" not in (written + said).decode("cp936")


@pytest.mark.parametrize("encoding", CONSOLES)
def test_json_is_utf8_whatever_the_console_speaks(encoding):
    done = subprocess.run(
        [sys.executable, "-m", "perfxl", "check", str(TYPED), "--json"],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert done.returncode == 1
    assert json.loads(done.stdout.decode("utf-8"))["submissions"][0]["unit"] == UNIT


def test_a_reader_that_goes_away(tmp_path):
    command = f'"{sys.executable}" -m perfxl check "{TYPED}" --json | head -c 10'
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_help_brings_nothing_heavy():
    code = (
        "import sys, perfxl.cli\n"
        "for args in (['--help'], ['--version'], ['check', '--help'], ['template', '--help']):\n"
        "    assert perfxl.cli.run(args) == 0\n"
        "heavy = {'pandas', 'numpy', 'openpyxl', 'xlsxwriter', 'python_calamine', 'lxml', 'jinja2', 'rich'}\n"
        "heavy |= {'sqlalchemy', 'perfxl.profiles.loader', 'perfxl.values'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_click_can_drive_it():
    done = CliRunner().invoke(cli.commands("zh"), ["check", str(CLEAN), "--json"])
    assert done.exception is None
    assert json.loads(done.stdout)["profile"] == "hengyang_2020"


# ---------------------------------------------------------------- template


def test_template(tmp_path, capsys):
    target = tmp_path / "新" / "模板.xlsx"
    args = ("template", "--year", "2021", "--unit", "市教育局", "--projects", "3", "-o", target)
    code, out, err = inside(capsys, *args)
    assert (code, err) == (0, "")
    assert str(target) in out
    assert "2021" in out
    sheets = openpyxl.load_workbook(target).sheetnames
    assert sum(name.startswith("项目") for name in sheets) == 3
    before = target.read_bytes()
    code, out, err = inside(capsys, *args)
    assert (code, out) == (2, "")
    assert "未予覆盖" in err
    assert target.read_bytes() == before
    assert inside(capsys, *args, "--force")[0] == 0


def test_template_defaults_to_the_year_of_the_profile(tmp_path, capsys):
    code, out, _ = inside(capsys, "template", "-o", tmp_path / "t.xlsx", "--lang", "en")
    assert code == 0
    assert "2020" in out
    assert "8 project sheets" in out
