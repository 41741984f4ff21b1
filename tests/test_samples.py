"""The sample workbooks are what ``samples/make.py`` makes, and hold what the department wrote."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from perfxl import template
from perfxl.profiles import load

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "samples" / "hengyang-2020"
TYPED = "中共衡阳市委编办_绩效目标申报表.xlsx"
PASTED = "中共衡阳市委编办_Word粘贴.xlsx"
CLEAN = "中共衡阳市委编办_绩效目标申报表.clean.xlsx"
WORKBOOKS = (TYPED, PASTED, CLEAN)
PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[-\s]?\d{7,8}|1[3-9]\d{9})(?!\d)")


def toml(name):
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def pairs(form):
    """Every (period, level, name, value) of a form of a data file."""
    return [
        (period, level, *pair)
        for period, levels in form["indicators"].items()
        for level, found in levels.items()
        for pair in found
    ]


@cache
def book(name):
    return openpyxl.load_workbook(FOLDER / name)


def texts(name):
    """What stands in the cells; of an array formula its text, not its place in memory, which may look like a phone."""
    values = [cell.value for sheet in book(name) for row in sheet.rows for cell in row if cell.value is not None]
    return [value.text if isinstance(value, ArrayFormula) else str(value) for value in values]


def parts(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two fresh runs of the script."""
    runs = [tmp_path_factory.mktemp("run") for _ in range(2)]
    for out in runs:
        subprocess.run(
            [sys.executable, str(ROOT / "samples" / "make.py"), "--out", str(out)],
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        )
    return [out / FOLDER.name for out in runs]


@pytest.fixture(scope="module")
def profile():
    return load("hengyang_2020")


@pytest.fixture(scope="module")
def places(profile):
    return template.layout(profile, projects=8)


# ---------------------------------------------------------------- the script


@pytest.mark.slow
def test_it_makes_these_workbooks_and_no_others(made):
    assert sorted(path.name for path in made[0].iterdir()) == sorted(WORKBOOKS)
    assert sorted(path.name for path in FOLDER.glob("*.xlsx")) == sorted(WORKBOOKS)


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKBOOKS)
def test_two_runs_give_the_same_bytes(made, name):
    assert (made[0] / name).read_bytes() == (made[1] / name).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKBOOKS)
def test_the_committed_workbook_is_the_one_it_makes(made, name):
    assert parts(made[0] / name) == parts(FOLDER / name), "run make generated"


@pytest.mark.slow
def test_the_samples_of_the_other_editions_are_those_it_makes(made):
    for folder in sorted(made[0].parent.iterdir()):
        assert [p.name for p in sorted(folder.iterdir())] == [
            p.name for p in sorted((FOLDER.parent / folder.name).glob("*.xlsx"))
        ]
        for path in folder.iterdir():
            assert parts(path) == parts(FOLDER.parent / folder.name / path.name), f"{path.name}: run make generated"
            assert set(PHONE.findall(" ".join(map(str, texts(path))))) == {"0734-0000000"}


# ---------------------------------------------------------------- the data


@pytest.mark.parametrize("name", ["forms.toml", "clean.toml"])
def test_ten_forms_nine_tasks_and_only_keys_of_the_profile(profile, name):
    forms = toml(name)["forms"]
    assert Counter(form["form"] for form in forms) == {"project": 8, "fund": 1, "department": 1}
    assert [len(form["tasks"]) for form in forms if "tasks" in form] == [9]
    for form in forms:
        kind = profile.forms[form["form"]]
        assert set(form["fields"]) == set(kind.fields) - {"review"}
        levels = {level.key for level in kind.indicators.levels}
        assert {level for _, level, *_ in pairs(form)} <= levels
        assert set(form["indicators"]) == {period.key for period in kind.indicators.periods}


def test_the_department_wrote_143_indicators():
    counts = [len(pairs(form)) for form in toml("forms.toml")["forms"]]
    assert counts == [14, 14, 14, 14, 11, 11, 13, 14, 16, 22]
    assert sum(counts) == 143


def test_its_mistakes_are_kept_to_the_letter():
    forms = toml("forms.toml")["forms"]
    fund, department = forms[8], forms[9]
    assert (fund["fields"]["long_total"], fund["fields"]["long_fiscal"]) == ("260万无", "260元")
    assert fund["fields"]["plan"] == fund["fields"]["fund_rules"] == fund["fields"]["grounds"]
    assert department["task_sum"] == ["404.03万元", "404.03万元", ""]
    written = [pair[2:] for form in forms for pair in pairs(form)]
    assert ("与实名制数据库\n内数据一致", "100%") in written
    assert ("注册中名域名", "785个") in written
    assert ("实际支出超出预算比率", "0") in written
    assert Counter(value for _, value in written)["比较广泛"] == 9
    assert Counter(value for _, value in written)["前景广阔"] == 8
    assert {form["fields"]["reporter"] for form in forms} == {""}


def test_what_the_pasted_cells_show_is_what_the_fields_hold():
    for form in toml("forms.toml")["forms"]:
        for key in ("total", "fiscal", "other", "long_total", "long_fiscal", "long_other"):
            if key in form["cells"] and key in form["fields"]:
                assert form["cells"][key].replace(" ", "").endswith("：" + form["fields"][key])


# ---------------------------------------------------------------- the workbooks


def test_the_pasted_workbook_holds_143_indicators_under_its_own_heads():
    found = 0
    for sheet in book(PASTED):
        heads = [cell for row in sheet.rows for cell in row if cell.value == "三级指标"]
        for head in heads:
            below = [sheet.cell(row, head.column).value for row in range(head.row + 1, sheet.max_row + 1)]
            labels = [sheet.cell(row, 1).value for row in range(head.row + 1, sheet.max_row + 1)]
            table = next(index for index, label in enumerate(labels) if label)
            found += sum(bool(text and text.strip()) for text in below[:table])
    assert found == 143


def test_the_pasted_workbook_has_one_form_a_sheet_in_another_order():
    data, pasted = toml("forms.toml"), book(PASTED)
    assert pasted.sheetnames == data["pasted_order"]
    assert pasted.sheetnames != [form["sheet"] for form in data["forms"]]
    assert len(pasted.sheetnames) == 10
    shown = texts(PASTED)
    assert shown.count("填报人：张三") == shown.count("联系电话：0734-0000000     填报日期：2020年2月5日") == 10
    assert "其中：公共财政拨款：394.03万元\n政府性基金拨款：0万元" in "\n".join(shown)
    assert "因素法□  项目法□ 据实据效□  因素法与项目法相结合☑" in shown
    assert "指标值(包含数字\n\n及文字描述" in shown


@pytest.mark.parametrize(("name", "source"), [(TYPED, "forms.toml"), (CLEAN, "clean.toml")])
def test_the_filled_template_holds_the_data_in_its_places(places, profile, name, source):
    filled, waiting = book(name), toml(source)["forms"]
    for place in places:
        sheet, form = filled[place.sheet], next(f for f in waiting if f["form"] == place.form)
        waiting.remove(form)
        shown = [
            (period, row.level, *(sheet[columns[key].cell].value for key in ("third", "value")))
            for row in place.indicators
            for period, columns in row.cells.items()
        ]
        assert sorted(row for row in shown if row[2]) == sorted(pairs(form))
        for key, spot in place.fields.items():
            if key not in ("year", "review"):
                assert (sheet[spot.cell].value or "") == (form["fields"][key] or "")
        names = [sheet[task["name"].cell].value for task in place.tasks]
        assert [text for text in names if text] == [task[0] for task in form.get("tasks", ())]
    assert not waiting


@pytest.mark.parametrize(("name", "years"), [(TYPED, "2015年-2025年"), (CLEAN, "2019年—2021年")])
def test_the_years_of_the_long_term_stand_in_its_head(places, name, years):
    spot = places[-1].fields["long_goal"]
    assert book(name)[places[-1].sheet].cell(spot.row - 1, spot.col).value == f"中长期目标（{years}）"


@pytest.mark.parametrize("name", [TYPED, CLEAN])
def test_the_filled_template_is_still_the_template(profile, tmp_path, name):
    blank = tmp_path / "blank.xlsx"
    blank.write_bytes(template.build(profile, year=2020, projects=8))
    before, after = openpyxl.load_workbook(blank), book(name)
    assert after.sheetnames == before.sheetnames
    assert sorted(after.defined_names) == sorted(before.defined_names)
    for old, new in zip(before, after, strict=True):
        assert new.protection.sheet == old.protection.sheet
        assert {str(area) for area in new.merged_cells.ranges} == {str(a) for a in old.merged_cells.ranges}
        assert _rules(new) == _rules(old)
        for row in old.iter_rows():
            for cell in row:
                assert new[cell.coordinate].number_format == cell.number_format
                assert new[cell.coordinate].protection.locked == cell.protection.locked


def _rules(sheet):
    validations = {(str(v.sqref), v.type, v.formula1) for v in sheet.data_validations.dataValidation}
    return validations, {str(area.sqref) for area in sheet.conditional_formatting}


def test_amounts_are_text_as_typed_and_numbers_once_put_right(places):
    for name, kind in ((TYPED, str), (CLEAN, (int, float))):
        sheet = book(name)[places[0].sheet]
        assert isinstance(sheet[places[0].fields["total"].cell].value, kind)
        assert isinstance(sheet[places[0].task_sum["total"].cell].value, kind)
    typed = book(TYPED)[places[0].sheet]
    assert typed[places[0].task_sum["other"].cell].value is None


def test_the_sums_of_the_clean_forms_hold():
    forms = toml("clean.toml")["forms"]
    cents = {id(form): _cents(form["fields"]) for form in forms}
    department, fund = forms[9], forms[8]
    whole, special = cents[id(department)], cents[id(fund)]
    for form in forms[:9]:
        money = cents[id(form)]
        assert money["total"] == money["fiscal"] + money["other"] == _cost(form, "year")
    assert special["long_total"] == special["long_fiscal"] + special["long_other"] == _cost(fund, "long")
    assert whole["total"] == whole["basic"] + whole["projects"] == _cost(department, "year") == 39403
    rows = [[round(amount * 100) for amount in task[2:]] for task in department["tasks"]]
    assert [sum(column) for column in zip(*rows, strict=True)] == [39403, 39403, 0]
    assert [round(amount * 100) for amount in department["task_sum"]] == [39403, 39403, 0]
    assert sum(cents[id(form)]["total"] for form in forms[:8]) == whole["projects"]


def _cents(fields):
    return {key: round(value * 100) for key, value in fields.items() if isinstance(value, float)}


def _cost(form, period):
    values = [value for _, value in form["indicators"][period]["cost"]]
    return sum(round(float(value.removesuffix("万元")) * 100) for value in values)


def test_the_clean_forms_repeat_no_pair_in_three_forms_and_no_name_with_another_value():
    forms = toml("clean.toml")["forms"]
    every = Counter(pair[2:] for form in forms for pair in set(pairs(form)))
    assert max(every.values()) == 2
    assert len({name for name, _ in every}) == len(every)


# ---------------------------------------------------------------- nobody's name or number


@pytest.mark.parametrize("name", WORKBOOKS)
def test_no_phone_number_and_no_name_but_the_made_up_ones(name):
    numbers = {number for text in texts(name) for number in PHONE.findall(text)}
    assert numbers == {"0734-0000000"}
    properties = parts(FOLDER / name)["docProps/core.xml"].decode()
    assert re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]+)<", properties) in ([], ["openpyxl"])


@pytest.mark.parametrize("name", ["forms.toml", "clean.toml"])
def test_nobody_but_the_made_up_person_fills_in_and_signs(name):
    forms = toml(name)["forms"]
    assert {form["fields"]["filler"] for form in forms} == {"张三"}
    assert {form["fields"].get("head", "") for form in forms} <= {"张三", ""}
    numbers = PHONE.findall((FOLDER / name).read_text("utf-8"))
    assert set(numbers) == {"0734-0000000"}
