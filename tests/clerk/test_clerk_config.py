"""``--config``: what it changes, what stays as it was, and what it refuses."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from clerk_files import CLEAN, TYPED, places, written

import perfxl
from perfxl.clerk import Config, edition
from perfxl.model import Result, Severity, UserError
from perfxl.profiles import load
from perfxl.profiles.source import KeyLocation, TomlFile

PROFILE = load("hengyang_2020")


@pytest.fixture(scope="module")
def plain():
    return perfxl.check(TYPED)


def overlaid(text):
    return edition("hengyang_2020", Config("设置.toml", text))


def refused(text):
    with pytest.raises(UserError) as caught:
        overlaid(text)
    return caught.value.reason


def test_severities_limits_and_words_change_what_is_found_and_nothing_else(tmp_path, plain):
    config = written(
        tmp_path / "设置.toml",
        """
        [severity]
        QUALITY-18 = "off"
        SUM-14 = "notice"
        CROSS-06 = "error"
        [limits]
        other_cost_share = 0.36
        [words]
        vague.remove = ["持久", "强化"]
        """,
    )
    batch = perfxl.check(TYPED, config=config)
    severity = {(f.code, str(f.ref)): f.severity for f in batch.findings}
    before = {(f.code, str(f.ref)): f.severity for f in plain.findings}
    untouched = ("QUALITY-18", "SUM-14", "CROSS-06", "SUM-15", "QUALITY-01")
    assert {k: v for k, v in severity.items() if k[0] not in untouched} == {
        k: v for k, v in before.items() if k[0] not in untouched
    }
    assert "QUALITY-18" not in {code for code, _ in severity}
    assert "QUALITY-18" not in {outcome.code for outcome in batch.outcomes}
    assert {v for (code, _), v in severity.items() if code == "SUM-14"} == {Severity.NOTICE}
    assert {v for (code, _), v in severity.items() if code == "CROSS-06"} == {Severity.ERROR}
    shares = places(f for f in batch.findings if f.code == "SUM-15")
    assert shares == {("SUM-15", "项目6!E22"), ("SUM-15", "项目7!E22"), ("SUM-15", "项目4!E23")}
    vague = places(f for f in batch.findings if f.code == "QUALITY-01")
    gone = {("QUALITY-01", "项目8!E27"), ("QUALITY-01", "部门整体支出!E48")}
    assert vague == places(f for f in plain.findings if f.code == "QUALITY-01") - gone
    assert PROFILE.limits["other_cost_share"] == 0.3


def test_what_the_rule_itself_finds_milder_stays_milder(tmp_path, plain):
    """DUP-03 is a warning, and a notice where only single words are the same."""
    config = written(tmp_path / "设置.toml", '[severity]\nDUP-03 = "error"\n')
    found = [f.severity for f in perfxl.check(TYPED, config=config).findings if f.code == "DUP-03"]
    assert [f.severity for f in plain.findings if f.code == "DUP-03"] == [Severity.WARNING, Severity.NOTICE]
    assert found == [Severity.ERROR, Severity.NOTICE]


def test_an_error_that_is_made_a_warning_lets_the_return_pass(tmp_path):
    config = written(tmp_path / "设置.toml", '[severity]\nCOMPLETE-14 = "error"\n')
    assert perfxl.check(CLEAN, config=config).worst == 1
    assert perfxl.check(CLEAN).worst == 0


def test_a_rule_that_the_profile_switches_off_can_be_switched_on():
    off = edition(overlaid('[severity]\nSUM-10 = "off"\n'), Config("b.toml", '[severity]\nSUM-10 = "warning"\n'))
    assert off.severity["SUM-10"] == "warning"


def test_lists_are_replaced_or_extended():
    form = overlaid(
        """
        [words]
        graded = ["甲", "乙"]
        placeholders.add = ["待定"]
        basic_tasks.remove = ["离退休"]
        name_noise = []
        [belongs]
        quality.add = ["完好率"]
        timeliness = ["按时率"]
        """
    )
    assert form.lexicon["graded"] == ("甲", "乙")
    assert form.words.graded == {"甲", "乙"}
    assert form.words.placeholders == PROFILE.words.placeholders | {"待定"}
    assert form.basic_tasks == tuple(word for word in PROFILE.basic_tasks if word != "离退休")
    assert form.name_noise == ()
    assert form.belongs["quality"] == (*PROFILE.belongs["quality"], "完好率")
    assert form.belongs["timeliness"] == ("按时率",)
    assert form.belongs["cost"] == PROFILE.belongs["cost"]
    assert form.lexicon["vague"] == PROFILE.lexicon["vague"]


def test_typos_are_replaced_or_extended():
    assert overlaid('[typos]\n"帐号" = "账号"\n').typos == {"帐号": "账号"}
    more = overlaid('[typos]\nadd = { "帐号" = "账号" }\nremove = ["帐户"]\n').typos
    assert more == {word: right for word, right in PROFILE.typos.items() if word != "帐户"} | {"帐号": "账号"}


def test_an_empty_file_changes_nothing():
    form = overlaid("# 什么也不改\n")
    assert (form.severity, form.limits, form.lexicon, form.typos, form.words) == (
        PROFILE.severity, PROFILE.limits, PROFILE.lexicon, PROFILE.typos, PROFILE.words
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('\n[severity]\nSUM10 = "off"', "第 3 行，severity.SUM10", "SUM-10"),
        ('[severity]\nSUM-10 = "关"', "第 2 行，severity.SUM-10", "off（停用）"),
        ("[severity]\nSUM-10 = 3", "第 2 行，severity.SUM-10", "“3”"),
        ("[severities]\n", "第 1 行，severities", "是否为 severity？"),
        ("[limits]\n\nother_cost = 0.2", "第 3 行，limits.other_cost", "other_cost_share"),
        ('[limits]\nname_chars = "25"', "第 2 行，limits.name_chars", "应是不小于 0 的数"),
        ("[limits]\nname_chars = true", "第 2 行，limits.name_chars", "应是不小于 0 的数"),
        ("[limits]\nname_chars = -1", "第 2 行，limits.name_chars", "应是不小于 0 的数"),
        ("[limits]\nname_chars = nan", "第 2 行，limits.name_chars", "应是不小于 0 的数"),
        ('[words]\nvauge = ["高"]', "第 2 行，words.vauge", "vague"),
        ('[words]\ntypos = { "a" = "b" }', "第 2 行，words.typos", "无此项"),
        ('[words]\nvague = "高"', "第 2 行，words.vague", "词语的列表"),
        ("[words]\nvague = [1]", "第 2 行，words.vague", "词语的列表"),
        ('[words]\nvague = [""]', "第 2 行，words.vague", "词语的列表"),
        ('[words]\nvague.del = ["高"]', "第 2 行，words.vague.del", "add（增加）"),
        ('[words.vague]\nadd = ["甲"]\nremove = ["进一步提升"]', "第 3 行，words.vague.remove", "进一步"),
        ('[words]\nvague.add = "高"', "第 2 行，words.vague.add", "词语的列表"),
        ("[typos]\n\"帐号\" = 1", "第 2 行，typos.帐号", "误写 = 正写"),
        ('[typos]\nremove = ["张户"]', "第 2 行，typos.remove", "原无“张户”"),
        ('[typos]\nadd = ["帐号"]', "第 2 行，typos.add", "误写 = 正写"),
        ('[typos]\nadd = { "a" = "b" }\n"帐号" = "账号"', "第 3 行，typos.帐号", "add（增加）"),
        ('[belongs]\nqualty = ["合格率"]', "第 2 行，belongs.qualty", "quality"),
        ("limits = 3", "第 1 行，limits", "应是一节"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_line_and_key(text, place, words):
    reason = refused(text)
    assert reason.zh.startswith(f"设置.toml {place}：")
    assert words in reason.zh
    assert reason.en.startswith("设置.toml, line ")


def test_a_file_that_is_no_toml_or_not_there(tmp_path):
    assert "line 2" in refused("[limits]\nname_chars = \n").zh
    with pytest.raises(UserError, match="no such file"):
        perfxl.check(CLEAN, config=tmp_path / "没有.toml")
    (tmp_path / "gbk.toml").write_bytes("# 设置\n".encode("gbk"))
    with pytest.raises(UserError) as caught:
        perfxl.check(CLEAN, config=tmp_path / "gbk.toml")
    assert "UTF-8" in caught.value.reason.zh


def test_a_quoted_key_with_a_dot_and_a_list_over_several_lines():
    text = '[words]\nvague = [\n  "甲",\n]\n[typos]\n"1.2" = 3\n'
    file = TomlFile("设置.toml", text)
    assert KeyLocation(file, ("words", "vague")).line == 2
    assert KeyLocation(file, ("typos", "1.2")).line == 6
    assert KeyLocation(file, ("typos", "add", "x")).line == 5


def test_workers_judge_by_the_same_settings(tmp_path):
    config = written(tmp_path / "设置.toml", '[severity]\nSUM-10 = "off"\n[limits]\nother_cost_share = 0.36\n')
    for number in range(3):
        (tmp_path / f"{number}.xlsx").write_bytes(TYPED.read_bytes() + bytes(number))
    here = perfxl.check(tmp_path, config=config)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        there = perfxl.check(tmp_path, config=config, executor=pool)
    assert here.findings == there.findings
    assert len(here.submissions) == 3, "the settings lie among the returns and are none"
    assert "SUM-10" not in {outcome.code for outcome in there.outcomes if outcome.result is Result.FAILED}
