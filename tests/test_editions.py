"""The other editions: their samples are read whole, the clean one passes, every mistake in the second is found."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from filled_template import recalculate, results
from programs import needs_office

import perfxl
from perfxl.engine.batch import Batch
from perfxl.model import Result, Severity, Status
from perfxl.profiles import load
from perfxl.reports import write
from perfxl.template import layout
from perfxl.values import wan

ROOT = Path(__file__).parents[1]
SAMPLES, TEMPLATES = ROOT / "samples", ROOT / "workbook_templates"


class Edition(NamedTuple):
    """A profile, the folder of its samples, and the names of the two workbooks in it."""

    profile: str
    folder: str
    name: str

    @property
    def clean(self) -> Path:
        return SAMPLES / self.folder / f"{self.name}.clean.xlsx"

    @property
    def wrong(self) -> Path:
        return SAMPLES / self.folder / f"{self.name}.xlsx"


MOF_2015 = Edition("mof_2015", "mof-2015", "某市水务局_绩效目标申报表")
MOF_2021 = Edition("mof_2021", "mof-2021", "某市水务局_绩效目标表")
SELF_EVALUATION = Edition("self_evaluation_2020", "self-evaluation-2020", "某市水务局_绩效自评表")
EDITIONS = [MOF_2015, MOF_2021, SELF_EVALUATION]
each_edition = pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.profile)

#: code, severity, cell, stated, computed, difference of everything that is found in the workbook with mistakes
FOUND: dict[str, list[tuple[str, str, str, str, str, str]]] = {
    "mof_2015": [
        ("SUM-10", "error", "部门整体支出!E15", "364.90", "361.90", "3.00"),
        ("SUM-01", "error", "项目1!G9", "31.00", "30.00", "1.00"),
        ("SUM-04", "error", "项目2!D9", "40.00", "45.50", "-5.50"),
        ("SUM-02", "error", "转移支付!D7", "1200.00", "1100.00", "100.00"),
        ("COMPLETE-10", "warning", "项目2!B8", "", "", ""),
        ("SUM-13", "warning", "项目2!H22", "44.80", "45.50", "-0.70"),
        ("COMPLETE-08", "warning", "转移支付!D28", "", "", ""),
    ],
    "mof_2021": [
        ("SUM-06", "error", "部门整体支出!D5", "800.00", "782.00", "18.00"),
        ("SUM-19", "error", "项目1!H18", "87", "90", ""),
        ("QUALITY-04", "error", "项目2!F26", "", "", ""),
        ("SUM-13", "warning", "项目1!F13", "270.50", "268.00", "2.50"),
        ("QUALITY-09", "warning", "项目2!F18", "", "", ""),
        ("SUM-19", "warning", "项目2!H18", "45", "50", ""),
        ("QUALITY-01", "warning", "项目2!F21", "", "", ""),
        ("SUM-19", "warning", "项目2!H25", "35", "30", ""),
        ("AMOUNT-09", "notice", "部门整体支出!D8", "", "", ""),
    ],
    "self_evaluation_2020": [
        ("SUM-11", "error", "部门整体支出自评!H17", "360.50", "365.50", "-5.00"),
        ("SUM-01", "error", "项目1自评!E8", "30.00", "28.00", "2.00"),
        ("SCORE-04", "error", "项目1自评!H8", "93%", "90%", ""),
        ("SCORE-01", "error", "项目1自评!H18", "11", "10", ""),
        ("SCORE-02", "error", "项目2自评!F25", "", "", ""),
        ("SCORE-03", "error", "项目2自评!H28", "97.5", "99", ""),
        ("SCORE-08", "error", "项目2自评!B29", "良", "优", ""),
        ("SUM-17", "warning", "部门整体支出自评!E6", "365.00", "365.50", "-0.50"),
        ("SCORE-05", "warning", "项目1自评!I8", "10", "9", ""),
        ("SCORE-16", "warning", "项目2自评!H18", "", "", ""),
        ("SCORE-06", "warning", "项目2自评!H24", "", "", ""),
    ],
}


@pytest.fixture(scope="module")
def batches() -> dict[Path, Batch]:
    return {path: perfxl.check(path, each.profile) for each in EDITIONS for path in (each.clean, each.wrong)}


def shown(value: object) -> str:
    return "" if value is None else wan(value) if isinstance(value, int) else str(value)


@each_edition
def test_the_clean_sample_passes(batches, edition):
    batch = batches[edition.clean]
    assert [(f.code, f.message) for f in batch.findings if f.severity is not Severity.NOTICE] == []
    assert [item.status for item in batch.submissions] == [Status.PASSED]
    assert {o.code: o.reason for o in batch.outcomes if o.result not in (Result.PASSED, Result.NOT_APPLICABLE)} == {}


@each_edition
def test_every_mistake_is_found_at_its_cell_and_nothing_else(batches, edition):
    batch = batches[edition.wrong]
    found = [
        (f.code, f.severity.value, str(f.cells[0]), *map(shown, (f.stated, f.computed, f.difference)))
        for f in batch.findings
    ]
    assert found == FOUND[edition.profile]
    assert [o.code for o in batch.outcomes if o.result is Result.CRASHED] == []


@each_edition
def test_the_tables_hold_what_the_data_say(batches, edition):
    tables = batches[edition.clean].tables
    forms = tomllib.loads((SAMPLES / edition.folder / "clean.toml").read_text("utf-8"))["forms"]
    assert list(tables.forms["form"]) == [form["form"] for form in forms]
    for number, form in enumerate(forms):
        kinds = load(edition.profile).forms[form["form"]].fields
        texts = tables.texts[tables.texts["form_id"] == number].set_index("field")["text"]
        amounts = tables.amounts[(tables.amounts["form_id"] == number) & (tables.amounts["table"] == "fields")]
        fen = amounts.set_index("column")["fen"]
        for key, value in form["fields"].items():
            if kinds[key].kind == "amount":
                assert (fen[key] if value != "" else None) == (round(value * 1_000_000) if value != "" else None), key
            else:
                assert texts[key] == as_read(key, value, kinds[key].kind), key
        lines = tables.indicators[tables.indicators["form_id"] == number]
        assert Counter(zip(lines["period"], lines["second"], lines["name"], strict=True)) == Counter(named(form))


def as_read(key: str, value: Any, kind: str) -> str:
    """A text of the data as the reader gives it: the year bare, ticked options in a row, a rate as it is shown."""
    if isinstance(value, list):
        return "、".join(value)
    if kind == "rate" and not isinstance(value, str):
        return f"{value:.0%}"
    return value.removesuffix("年") if key == "year" else value if isinstance(value, str) else f"{value:g}"


def named(form: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (period, level, line[0])
        for period, levels in form["indicators"].items()
        for level, lines in levels.items()
        for line in lines
    ]


@each_edition
def test_every_report_is_written(batches, edition, tmp_path):
    written = write(batches[edition.wrong], tmp_path)
    assert {path.suffix for path in written} == {".xlsx", ".html", ".json"}
    for path in written:
        if path.suffix == ".xlsx":
            openpyxl.load_workbook(path)


@needs_office
def test_the_marks_of_the_template_agree_with_the_findings(batches, tmp_path):
    """Every sum on the 校验 sheet, worked out by LibreOffice, is ✗ where it is found wrong; a unit price makes it —."""
    books = {
        f"{each.profile} {kind}": openpyxl.load_workbook(path)
        for each in EDITIONS
        for kind, path in (("clean", each.clean), ("wrong", each.wrong))
    }
    priced = books["priced"] = openpyxl.load_workbook(MOF_2021.clean)
    place = next(sheet for sheet in layout(load("mof_2021"), 2) if sheet.sheet == "项目1")
    cost = next(row for row in place.indicators if row.level == "cost")
    priced["项目1"][cost.cells["year"]["measure"].cell] = "元/米"
    done = recalculate(tmp_path, books)
    assert results(done["priced"])["SUM-13", "项目1", "经济成本与年度资金"] == "—"
    assert results(done["mof_2021 clean"])["SUM-13", "项目1", "经济成本与年度资金"] == "✓"
    for each in EDITIONS:
        assert "✗" not in results(done[f"{each.profile} clean"]).values()
        marks = results(done[f"{each.profile} wrong"])
        sums = {(item.code, item.name.zh) for item in load(each.profile).sums}
        found = (f for one in batches[each.wrong].findings for f in one.with_consequences())
        wrong = {(f.code, f.name) for f in found} & sums
        assert {(code, name) for (code, _, name), mark in marks.items() if mark == "✗"} == wrong


@each_edition
def test_a_blank_template_is_known_as_one(edition):
    batch = perfxl.check(TEMPLATES / f"{edition.profile}.xlsx", edition.profile)
    assert [(f.code, f.severity.value) for f in batch.findings] == [("FILE-03", "error")]
    assert all(batch.tables.forms["blank"])


def test_the_summary_shows_what_came_of_the_indicators(batches, tmp_path):
    (path,) = write(batches[SELF_EVALUATION.clean], tmp_path, ["summary"])
    _, _, heads, *rows = openpyxl.load_workbook(path)["指标"].iter_rows(values_only=True)
    assert heads[-5:] == ("实际完成值", "分值", "得分", "偏差原因", "位置")
    found = {(row[3], row[7]): row[-5:] for row in rows}
    assert found["城区河道保洁", "打捞漂浮物"] == (
        "285吨", 10, 9.5, "上游截污后漂浮物减少，明年按实际调整目标", "“项目1自评”表 E16"
    )  # fmt: skip
    assert found["", "沿河居民满意度"][:3] == ("88%", 10, 9.8)


def test_a_plan_has_no_such_columns(batches, tmp_path):
    (path,) = write(batches[MOF_2021.clean], tmp_path, ["summary"])
    heads = [cell.value for cell in openpyxl.load_workbook(path)["指标"][3]]
    assert not {"实际完成值", "得分"} & set(heads)
