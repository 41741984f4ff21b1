"""The clerk's own templates: what they change, and what is reported where they are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from perfxl.cli import run
from perfxl.letters import bounded
from perfxl.letters.letter import KINDS
from perfxl.letters.templates import HERE, check_templates, fill_sample, sample_letter, value_names, write_templates
from perfxl.model import UserError

PARTS = {
    "zh": {
        "称呼.txt",
        "来件.txt",
        "办理时限.txt",
        "问题.txt",
        "变化.txt",
        "附件.txt",
        "落款.txt",
        "另收.txt",
        "计入.txt",
    },
    "en": {
        "greeting.txt",
        "received.txt",
        "by_when.txt",
        "findings.txt",
        "changes.txt",
        "attachments.txt",
        "also.txt",
        "counted.txt",
        "closing.txt",
    },
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_templates_are_written_to_be_edited_in_notepad(lang, tmp_path):
    written = write_templates(tmp_path / "函件", lang)
    assert {path.name for path in written} == {f"{name.render(lang)}.txt" for name in KINDS.values()} | PARTS[lang]
    for path in written:
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\n") == data.count(b"\r\n") > 0
        assert data.decode("utf-8-sig").replace("\r\n", "\n") == (HERE / lang / path.name).read_text("utf-8")
    assert check_templates(tmp_path / "函件", lang) == []
    for kind in KINDS:
        letter = sample_letter(kind, lang)
        assert fill_sample(letter, tmp_path / "函件", lang) == fill_sample(letter, None, lang)


def test_what_the_clerk_has_edited_stays(tmp_path):
    own = tmp_path / "通过.txt"
    own.write_text("主题：收到\n\n好。\n", "utf-8")
    written = write_templates(tmp_path)
    assert own not in written
    assert write_templates(tmp_path) == []
    assert fill_sample(sample_letter("passed", "zh"), tmp_path, "zh") == ("收到", "好。\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_part_of_the_clerks_goes_into_every_letter(encoding, tmp_path):
    (tmp_path / "落款.txt").write_bytes("此致\r\n敬礼！\r\n{{ 署名 }}".encode(encoding))
    for kind in KINDS:
        assert fill_sample(sample_letter(kind, "zh"), tmp_path, "zh").body.endswith("\n\n此致\n敬礼！\n某某市财政局\n")
    english = sample_letter("passed", "en")
    assert fill_sample(english, tmp_path, "en") == fill_sample(english, None, "en")


def test_lines_stay_lines_where_they_end_in_a_tag(tmp_path):
    text = "主题：{{ 批次 }}\n\n一{% if 单位 %}二{% endif %}\n"
    text += "{% if 单位 %}\n三\n{% endif %}\n\n{% if 单位 %}四{% endif %}\n五"
    (tmp_path / "通过.txt").write_text(text, "utf-8")
    assert fill_sample(sample_letter("passed", "zh"), tmp_path, "zh").body == "一二\n三\n\n四\n五\n"


def test_the_clerk_may_include_a_file_of_their_own(tmp_path):
    (tmp_path / "通过.txt").write_text('主题：通过\n\n{% include "地址.txt" %}\n', "utf-8")
    (tmp_path / "地址.txt").write_text("解放路 1 号\n", "utf-8")
    assert fill_sample(sample_letter("passed", "zh"), tmp_path, "zh").body == "解放路 1 号\n"
    assert check_templates(tmp_path, "zh") == []


#: a template of the clerk's -> line and words of the message
WRONG = {
    "a name that is none": ("主题：一\n\n二\n{{ 联系仁 }}", 4, "没有“联系仁”这一项。是否为 联系人？"),
    "a name of a finding": (
        "主题：一\n{% for 问题 in 主要问题 %}\n{{ 问题.位子 }}\n{% endfor %}",
        3,
        "没有“位子”这一项。",
    ),
    "braces": ("主题：一\n\n{{ 单位 }\n三\n", 3, "花括号里的写法无法解析（unexpected '}'）。"),
    "an end that is missing": ("主题：一\n\n{% if 单位 %}\n", 3, "花括号里的写法无法解析（Unexpected end of template."),
    "a file that is not there": (
        '主题：一\n\n{% include "称乎.txt" %}\n',
        3,
        "要插入的“称乎.txt”不存在。是否为 称呼.txt？",
    ),
    "a file elsewhere": ('主题：一\n\n{% include "../x.txt" %}\n', 3, "要插入的“../x.txt”不存在。"),
    "what cannot be worked out": ("主题：一\n\n\n{{ 单位 + 1 }}\n", 4, "此行无法计算（TypeError"),
    "itself": ('主题：一\n{% include "未通过.txt" %}\n', 2, "此行无法计算（RecursionError"),
    "no subject": ("您好！\n", 1, "第一行应是邮件主题，写成“主题：……”；现在是“您好！”。"),
    "nothing": ("", 1, "第一行应是邮件主题，写成“主题：……”；现在是“”。"),
    "code": ("主题：一\n{{ 单位.__class__.__mro__ }}\n", 2, "此行无法计算（SecurityError"),
    "more code": ("主题：一\n{{ 主要问题.append(1) }}\n", 2, "此行无法计算（SecurityError"),
    "a loop without end": ("主题：一\n{% for x in range(10**9) %}一{% endfor %}\n", 2, "此行无法计算（OverflowError"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_reported_with_file_and_line(case, tmp_path):
    text, line, problem = WRONG[case]
    path = tmp_path / "未通过.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError) as caught:
        fill_sample(sample_letter("failed", "zh"), tmp_path, "zh")
    assert caught.value.reason.zh.startswith(f"{path} 第 {line} 行：{problem}")
    assert caught.value.reason.en.startswith(f"{path}, line {line}: ")
    assert caught.value.reason in check_templates(tmp_path, "zh")


def test_a_template_reaches_no_file_elsewhere(tmp_path):
    folder = tmp_path / "函件"
    folder.mkdir()
    (tmp_path / "秘密.txt").write_text("秘密", "utf-8")
    for name in ("../秘密.txt", str(tmp_path / "秘密.txt"), "..\\\\秘密.txt"):
        (folder / "通过.txt").write_text(f'主题：一\n\n{{% include "{name}" %}}\n', "utf-8")
        with pytest.raises(UserError, match="line 3: There is no"):
            fill_sample(sample_letter("passed", "zh"), folder, "zh")


def test_a_mistake_in_a_part_is_reported_there(tmp_path):
    path = tmp_path / "来件.txt"
    path.write_text("\n{{ 单位 or 查无此项 }}{{ 文件名 }}", "utf-8")
    assert [fault.zh for fault in check_templates(tmp_path, "zh")] == [
        f"{path} 第 2 行：没有“文件名”这一项。是否为 文件？",
        f"{path} 第 2 行：没有“查无此项”这一项。",
    ]


def test_a_file_that_is_no_text_is_reported(tmp_path):
    (tmp_path / "通过.txt").write_bytes(b"\xff\xfe;\x00\xd8\xff")
    with pytest.raises(UserError) as caught:
        fill_sample(sample_letter("passed", "zh"), tmp_path, "zh")
    assert (
        caught.value.reason.zh
        == f"{tmp_path / '通过.txt'} 第 1 行：既不是 UTF-8 也不是 GBK 编码的文本，请用记事本另存为 UTF-8。"
    )


def test_a_file_that_nothing_uses_is_reported(tmp_path):
    path = tmp_path / "没通过.txt"
    path.write_text("主题：一\n", "utf-8")
    (tmp_path / "备忘.doc").write_text("一", "utf-8")
    assert [fault.zh for fault in check_templates(tmp_path, "zh")] == [
        f"{path}：各类函件均未使用该文件，修改后不起作用。是否为 通过、未通过？"
    ]


def test_what_is_filled_in_is_not_filled_in_again(tmp_path):
    (tmp_path / "通过.txt").write_text("主题：{{ 原主题 }}\n\n{{ 单位 }}\n", "utf-8")
    letter = sample_letter("passed", "zh")
    evil = replace(letter, unit="{{ 署名 }}{% include '落款.txt' %}")
    assert fill_sample(evil, tmp_path, "zh").body == "{{ 署名 }}{% include '落款.txt' %}\n"


# ---- the page and the command

PAGE = Path(__file__).resolve().parents[2] / "docs" / "letters.md"


def test_the_page_names_every_word_and_every_file():
    page = PAGE.read_text("utf-8")
    for name in value_names():
        assert f"| `{name.zh}` | `{name.en}` |" in page
    for lang in ("zh", "en"):
        for path in (HERE / lang).glob("*.txt"):
            assert f"`{path.name}`" in page


def test_perfxl_letters_writes_tries_and_shows(tmp_path, capsys):
    folder = tmp_path / "函件"
    assert run(["letters", str(folder)]) == 0
    assert capsys.readouterr() == (f"已写入 21 个模板：{folder}\n已试填全部函件，没有发现问题。\n", "")
    assert run(["letters", str(folder), "--show", "通过"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("【审核通过】2020年绩效目标申报\n\n某某局 张三：\n\n您好！")
    assert err == f"模板齐全，没有改动任何文件：{folder}\n已试填全部函件，没有发现问题。\n"
    (folder / "通过.txt").write_text("主题：{{ 题目 }}\n", "utf-8")
    assert run(["letters", str(folder), "--show", "通过"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[1:]) == ("", [f"{folder / '通过.txt'} 第 1 行：没有“题目”这一项。"])


def test_perfxl_letters_reports_what_it_cannot_do(tmp_path, capsys):
    (tmp_path / "file").write_text("", "utf-8")
    assert run(["letters", str(tmp_path / "file" / "函件")]) == 2
    assert "无法写入" in capsys.readouterr().err
    assert run(["letters", str(tmp_path), "--show", "x"]) == 2
    assert "可选的值有 通过、通过有提示、未通过" in capsys.readouterr().err


@pytest.fixture
def a_second() -> Iterator[None]:
    """A letter may take a second of the processor; no patch, as patched tests fill templates in their own process."""
    before, bounded.LIMITS = bounded.LIMITS, bounded.LIMITS._replace(seconds=1.0)
    yield
    bounded.LIMITS = before


@pytest.mark.usefixtures("a_second")
@pytest.mark.parametrize(
    "body",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% set at = namespace(x='aa') %}{% for i in range(60) %}{% set at.x = at.x ~ at.x %}{% endfor %}",
        "{{ 'x' * 10**10 }}",
        "{{ 'x'|center(9999999999) }}",
        "{% for i in range(90000) %}xxxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}",
    ],
)
def test_a_template_that_never_ends_is_told(tmp_path, body):
    (tmp_path / "通过.txt").write_text(f"主题：x\n{body}", "utf-8")
    with pytest.raises(UserError) as error:
        fill_sample(sample_letter("passed", "zh"), tmp_path, "zh")
    assert "可能有循环不能结束" in error.value.reason.zh
    # the next letter is filled as ever
    (tmp_path / "通过.txt").write_text("主题：x\n好", "utf-8")
    assert fill_sample(sample_letter("passed", "zh"), tmp_path, "zh").body == "好\n"
