"""The summary workbook: its figures, its formulas, and that nothing from a return becomes a formula or a link."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from programs import needs_office
from python_calamine import CalamineWorkbook
from summary_books import (
    SAMPLES,
    TYPED,
    Reckoner,
    check,
    edited,
    folder,
    formula_cells,
    links,
    many,
    opened,
    rows,
)

from perfxl import reports
from perfxl.engine.batch import check_collected
from perfxl.reports import summary
from perfxl.reports.sheets import table
from perfxl.sources import collect

ZH = ["总览", "差异", "单位", "项目", "任务", "指标", "完整性", "问题清单", "未审核文件", "审核规则"]
EN = ["Overview", "Differences", "Units", "Projects", "Tasks", "Indicators", "Completeness", "Findings",
      "Files not read", "Rules applied"]  # fmt: skip


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    return check(folder(tmp_path_factory.mktemp("round") / "in"))


@pytest.fixture(scope="module")
def made(batch):
    return opened(summary.workbook(batch))


@pytest.fixture(scope="module")
def english(tmp_path_factory):
    return opened(summary.workbook(check(folder(tmp_path_factory.mktemp("round") / "in"), lang="en")))


# ---------------------------------------------------------------- the whole


def test_it_is_a_report_under_its_chinese_or_english_name(batch, tmp_path):
    assert "summary" in reports.REPORTS
    assert summary.write(batch, tmp_path) == [tmp_path / "汇总表.xlsx"]
    one = check(SAMPLES / TYPED, lang="en")
    assert summary.write(one, tmp_path) == [tmp_path / "summary.xlsx"]


def test_sheets_and_their_print_set_up(made, english):
    assert made.formulas.sheetnames == ZH
    assert english.formulas.sheetnames == EN
    assert made.formulas.active.title == "总览"
    for sheet in made.formulas.worksheets[1:]:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.freeze_panes.endswith("4")
        assert sheet.auto_filter.ref.startswith("A3:")
        assert "&P" in sheet.oddFooter.center.text
        widths = [dim.width for dim in sheet.column_dimensions.values()]
        assert max(widths) <= 52
        assert min(widths) >= 5


def test_both_readers_open_it_and_agree(made):
    book = CalamineWorkbook.from_filelike(io.BytesIO(made.data))
    assert book.sheet_names == ZH
    for sheet in made.values:
        mine = [[cell for cell in row if cell not in (None, "")] for row in sheet.iter_rows(values_only=True)]
        theirs = [[cell for cell in row if cell != ""] for row in book.get_sheet_by_name(sheet.title).to_python()]
        assert [row for row in theirs if row] == [row for row in mine if row]


def test_it_has_charts_that_point_to_numbers(made):
    with zipfile.ZipFile(io.BytesIO(made.data)) as package:
        charts = [package.read(name).decode() for name in package.namelist() if "charts/chart" in name]
    assert len(charts) == 2  # one unit: no chart of units
    for chart in charts:
        for where in re.findall(r"<c:val><c:numRef><c:f>总览!\$(\w+)\$(\d+):\$\w+\$(\d+)</c:f>", chart):
            column, first, last = where
            values = [made.values["总览"][f"{column}{row}"].value for row in range(int(first), int(last) + 1)]
            assert values
            assert all(isinstance(value, int | float) for value in values)


# ---------------------------------------------------------------- formulas


def test_every_formula_has_the_result_that_it_works_out_to(made, english):
    for book in (made, english):
        reckoner = Reckoner(book.formulas, book.values)
        seen = 0
        for cell in formula_cells(book.formulas):
            seen += 1
            stored = book.values[cell.parent.title][cell.coordinate].value
            result = reckoner.work_out(cell.parent.title, cell.value)
            assert (Decimal(repr(stored)) if isinstance(stored, int | float) else stored) == result, cell
        assert seen > 100


@needs_office
def test_libreoffice_works_out_the_same(made, tmp_path):
    bare = tmp_path / "bare.xlsx"
    made.formulas.save(bare)  # openpyxl stores no results: LibreOffice has to work every one of them out
    original = tmp_path / "summary.xlsx"
    original.write_bytes(made.data)
    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    out = tmp_path / "out"
    for kind, path in (("xlsx", bare), ("pdf", original)):
        command = ["soffice", "--headless", profile, "--convert-to", kind, "--outdir", str(out), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    assert (out / "summary.pdf").read_bytes().startswith(b"%PDF")
    theirs = openpyxl.load_workbook(out / "bare.xlsx", data_only=True)
    for cell in formula_cells(made.formulas):
        mine = made.values[cell.parent.title][cell.coordinate].value
        other = theirs[cell.parent.title][cell.coordinate].value
        assert other == (pytest.approx(mine, abs=1e-9) if isinstance(mine, int | float) else mine), cell


# ---------------------------------------------------------------- text from returns


def test_text_of_a_return_becomes_neither_formula_nor_link(tmp_path):
    texts = {
        ("项目1", "B5"): '=HYPERLINK("http://x.example")',
        ("项目2", "B5"): "<r><t>粗</t></r>",
        ("项目3", "B5"): "110101199003074518",
        ("部门整体支出", "B5"): "http://x.example/a#b?c=%20 100%",
        ("部门整体支出", "B15"): "-持平",
        ("部门整体支出", "B16"): "'001",
        ("部门整体支出", "B17"): "@SUM(A1)",
        ("部门整体支出", "B18"): "mailto:a@x.example",
    }
    source = edited(tmp_path / "甲.xlsx", texts)
    batch = check(source)
    made = opened(summary.workbook(batch))
    assert rows(made.formulas["项目"])[0]["项目名称"] == texts["项目1", "B5"]
    ours = re.compile(r"(ROUND|SUMIF|SUBTOTAL|IF)\([^@]*\)|'单位'![A-Z]+[0-9]+")
    with zipfile.ZipFile(io.BytesIO(made.data)) as package:
        sheets = "".join(package.read(name).decode() for name in package.namelist() if "worksheets/sheet" in name)
    formulas = re.findall(r"<f>([^<]*)</f>", sheets)
    assert formulas
    assert all(ours.fullmatch(formula) and "HYPERLINK" not in formula for formula in formulas)
    for link in links(made.formulas):
        assert link.location or re.fullmatch(r"单位[\\/][^\\/:]+[\\/]错误报告\.html", link.target), link.target
    every = (cell.value for sheet in made.values for row in sheet.iter_rows() for cell in row)
    shown = {value.strip() for value in every if isinstance(value, str)}
    names = {"-持平", "'001", "@SUM(A1)", "mailto:a@x.example", "<r><t>粗</t></r>", "110101199003074518"}
    assert shown >= names


def test_link_to_the_folder_of_an_odd_unit(tmp_path):
    batch = check(edited(tmp_path / "甲.xlsx", {("部门整体支出", "B5"): "甲 局#1 100%[A]"} | {
        (f"项目{n}", "B6"): "甲 局#1 100%[A]" for n in range(1, 9)
    } | {("专项资金", "B6"): "甲 局#1 100%[A]"}))  # fmt: skip
    unit = batch.submissions[0].unit
    assert unit == "甲 局#1 100%[A]"
    with zipfile.ZipFile(io.BytesIO(summary.workbook(batch))) as package:
        text = "".join(package.read(name).decode() for name in package.namelist() if name.endswith("sheet2.xml.rels"))
    targets = set(re.findall(r'Target="([^"]+)"', text))
    assert {target.replace("\\", "/") for target in targets} == {"单位/甲%20局%231%20100%25%5BA%5D/错误报告.html"}


@pytest.mark.parametrize("frugal", [False, True])
def test_characters_that_no_workbook_may_hold_and_very_long_texts(monkeypatch, frugal):
    if frugal:
        monkeypatch.setattr(summary, "MANY", 0)
    long = "长" * 40_000
    wild = ["教育局\x0b\x00", "a\ud800b\ufffe", "行一\r\n行二\r行三", "_x0041_ \t", long, "😀" * 20_000]

    def change(number, form):
        form.tasks = [
            replace(task, content=text) for task, text in zip(form.tasks, [*wild, "", "", ""], strict=True)
        ] if form.tasks else []  # fmt: skip
        return form

    made = opened(summary.workbook(many(1, change)))
    shown = [row["主要内容"] for row in rows(made.values["任务"])][:6]
    assert shown[0] == "教育局□□"
    assert shown[1] == "a□b□"
    assert shown[2] == "行一\n行二\n行三"
    assert frugal or shown[3].rstrip() == "_x0041_"  # openpyxl does not undo the escape of an in-line string
    for text in shown[4:]:
        assert len(text.encode("utf-16-le")) // 2 <= 32_767
        assert text.endswith("其余未列出）")


# ---------------------------------------------------------------- sizes


def test_nothing_could_be_read(tmp_path):
    (tmp_path / "a.xlsx").write_text("no workbook", "utf-8")
    batch = check_collected(*collect([tmp_path, tmp_path / "没有.xlsx"]))
    made = opened(summary.workbook(batch))
    assert made.formulas.sheetnames == ZH
    found = rows(made.values["未审核文件"])
    assert [(row["类别"], row["文件"]) for row in found] == [
        ("没有文件", str(tmp_path / "没有.xlsx")),
        ("无法读取", "a.xlsx"),
    ]
    for name in ("差异", "项目", "任务", "指标", "完整性"):
        assert isinstance(made.values[name]["A4"].value, str)


def test_no_files_at_all(tmp_path):
    made = opened(summary.workbook(check(tmp_path)))
    assert made.values["单位"]["A4"].value == "没有收到文件。"


def test_several_units_have_a_chart_and_need_no_file_names():
    made = opened(summary.workbook(many(12)))
    with zipfile.ZipFile(io.BytesIO(made.data)) as package:
        assert sum("charts/chart" in name for name in package.namelist()) == 3
    assert "文件" not in [cell.value for cell in made.values["指标"][3]]
    assert rows(made.values["单位"])[-2]["资金总额"] == pytest.approx(12 * 394.03)


def test_long_tables_go_on_on_the_next_sheet(monkeypatch, batch):
    monkeypatch.setattr(table, "ROWS", 40)
    made = opened(summary.workbook(batch))
    names = [name for name in made.formulas.sheetnames if name.startswith("指标")]
    assert names[:3] == ["指标", "指标 (2)", "指标 (3)"]
    assert sum(len(rows(made.values[name])) for name in names) == len(batch.tables.indicators)
    last = made.formulas["差异"].max_row
    link = made.formulas["差异"].cell(last, 14).hyperlink
    sheet, row = re.fullmatch(r"'([^']+)'!A(\d+)", link.location).groups()
    assert made.values[sheet].cell(int(row), 13).value == made.values["差异"].cell(last, 13).value


def test_no_cell_says_more_decimals_than_a_fen_has(made):
    with zipfile.ZipFile(io.BytesIO(made.data)) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not re.findall(r"<v>-?\d+\.\d{7,}</v>", "".join(sheets))
