"""The pandas tables: the same columns and types with rows and with none, and every row at its cell."""

from collections import Counter

import openpyxl
import pandas as pd
import pytest
from containers import CLEAN, PASTED, TYPED
from moves import pages_of
from openpyxl.utils import get_column_letter

from perfxl.engine.batch import check, read
from perfxl.profiles import load
from perfxl.tables import COLUMNS, PLACE, Tables, build

PROFILE = load("hengyang_2020")
NAMES = tuple(COLUMNS)
SEEDS = pytest.mark.parametrize("path", [TYPED, PASTED], ids=["typed", "pasted"])


@pytest.fixture(scope="module")
def tables():
    return {path: read(path) for path in (TYPED, PASTED, CLEAN)}


@pytest.fixture(scope="module")
def none() -> Tables:
    return build(PROFILE, [])


# ---------------------------------------------------------------- contracts


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_the_same_with_rows_and_with_none(tables, none, name):
    wanted = [*PLACE, *COLUMNS[name]]
    assert list(getattr(none, name).columns) == wanted
    for some in tables.values():
        assert list(getattr(some, name).columns) == wanted
    assert len(getattr(none, name)) == 0


@pytest.mark.parametrize("name", NAMES)
def test_whole_numbers_are_whole_with_rows_and_with_none(tables, none, name):
    for some in (*tables.values(), none):
        table = getattr(some, name)
        for column in {"fen", "decimals", "year"} & set(table):
            assert table[column].dtype == pd.Int64Dtype(), column


@pytest.mark.parametrize("name", NAMES)
def test_no_column_is_a_float(tables, name):
    """A figure that passed through a float is no longer what was written."""
    for some in tables.values():
        table = getattr(some, name)
        assert [c for c in table if pd.api.types.is_float_dtype(table[c].dtype)] == (
            ["likeness"] if name == "forms" and pd.api.types.is_float_dtype(table["likeness"].dtype) else []
        )


def test_tables_of_one_file_have_the_types_of_all(tables):
    both = read([TYPED, CLEAN])
    one = Tables(both.profile, both.returns[1:])
    for name in NAMES:
        whole, part = getattr(both, name), getattr(one, name)
        assert part.dtypes.map(type).to_list() == whole.dtypes.map(type).to_list()
        assert set(part["submission"]) <= {0}
        assert len(part) == len(getattr(tables[CLEAN], name))


def test_a_batch_is_its_files_one_after_another(tables):
    both = read([TYPED, CLEAN])
    for name in NAMES:
        lengths = [len(getattr(tables[path], name)) for path in (TYPED, CLEAN)]
        assert getattr(both, name)["submission"].value_counts().to_dict() == {
            number: length for number, length in enumerate(lengths) if length
        }
    assert both.forms["form_id"].tolist() == list(range(20))


# ---------------------------------------------------------------- places


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", [TYPED, PASTED, CLEAN], ids=["typed", "pasted", "clean"])
def test_the_cell_is_the_row_and_the_column(tables, path, name):
    for row in getattr(tables[path], name).itertuples():
        assert row.cell == f"{get_column_letter(row.col)}{row.row}"
        assert row.file == path.name
        assert row.form in PROFILE.forms


@pytest.mark.parametrize("path", [TYPED, PASTED, CLEAN], ids=["typed", "pasted", "clean"])
def test_every_value_stands_in_the_cell_that_its_row_names(tables, path):
    """Compared with what openpyxl finds in that cell."""
    book = openpyxl.load_workbook(path)

    def shown(row, prefix=""):
        value = book[row.sheet].cell(getattr(row, f"{prefix}row"), getattr(row, f"{prefix}col")).value
        return "" if value is None else "".join(str(value).split())

    def bare(text):
        return "".join(str(text).split())

    found = tables[path]
    for row in found.amounts.itertuples():
        assert bare(row.text) in shown(row), row
    for row in found.indicators.itertuples():
        assert bare(row.value) in shown(row), row
        assert bare(row.name) == shown(row, "name_"), row
    for row in found.tasks.itertuples():
        assert bare(row.name) == shown(row), row
        assert bare(row.content) == shown(row, "content_"), row
    choices = {f.key for form in PROFILE.forms.values() for f in form.fields.values() if f.kind == "choice"}
    for row in found.texts.itertuples():
        if row.field not in choices:
            assert bare(row.text) in shown(row), row
    for row in found.forms.itertuples():
        assert "绩效目标申报表" in shown(row), row


@pytest.mark.parametrize("path", [TYPED, PASTED, CLEAN], ids=["typed", "pasted", "clean"])
def test_open_lines_are_the_printed_lines_without_a_name_and_a_value(tables, path):
    empty = set()
    for page in (page for page in pages_of(path) if page.is_form):
        heads = sorted((col, page.text(row, col)) for row, col in page.cells if row == page.head)
        names = [col for col, text in heads if text == "三级指标"]
        values = [col for col, text in heads if text.startswith("指标值")]
        for name, value in zip(names, values, strict=True):
            for row in range(page.head + 1, page.last_indicator + 1):
                if not page.text(row, name) and not page.text(row, value):
                    empty.add((page.name, row, name))
    lines = tables[path].open_lines
    assert {(line.sheet, line.row, line.col) for line in lines.itertuples()} == empty
    assert len(lines) == len(empty)


# ---------------------------------------------------------------- the department


@SEEDS
def test_ten_forms_143_indicators_nine_tasks(tables, path):
    found = tables[path]
    assert Counter(found.forms["form"]) == {"project": 8, "fund": 1, "department": 1}
    assert len(found.indicators) == 143
    assert len(found.tasks) == 9
    assert not found.forms["blank"].any()
    assert found.submissions[["unit", "year"]].values.tolist() == [["中共衡阳市委机构编制委员会办公室", 2020]]


#: what a row says, its place left out; a template has more printed lines, so ``item`` is left out too
SAID = {
    "forms": ["form", "name", "unit", "year", "project", "alone", "blank"],
    "amounts": ["form", "table", "role", "column", "period", "label", "kind", "project", "alone", "state", "fen",
                "text", "measure", "misspelt", "per", "decimals", "notes"],
    "tasks": ["item", "name", "name_key", "content", "kind", "project", "paired_by"],
    "indicators": ["form", "period", "first", "second", "first_text", "name", "name_key", "value", "kind",
                   "operator", "number", "measure", "fen", "weight"],
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_both_layouts_say_the_same(tables, name):
    typed, pasted = (
        Counter(
            tuple("".join(str(value).split()) for value in row)
            for row in getattr(tables[path], name)[SAID[name]].itertuples(index=False)
        )
        for path in (TYPED, PASTED)
    )
    assert typed - pasted == pasted - typed == Counter()


def test_both_layouts_have_the_same_sums_wrong():
    def sums(path):
        return Counter(
            (f.code, str(f.severity), f.stated, f.computed, f.difference)
            for finding in check(path).findings
            for f in finding.with_consequences()
            if f.code.startswith(("SUM", "CROSS", "AMOUNT-0")) and f.code != "AMOUNT-06"
        )

    assert sums(TYPED) == sums(PASTED)
    assert sums(TYPED)["SUM-10", "error", 404_030_000, 394_030_000, 10_000_000] == 2


def test_the_figures_that_the_department_wrote(tables):
    amounts = tables[TYPED].amounts
    whole = amounts[(amounts["form"] == "department") & (amounts["table"] == "fields")].set_index("column")["fen"]
    wrote = {"total": 394_030_000, "fiscal": 394_030_000, "basic": 334_030_000, "projects": 60_000_000}
    assert whole[list(wrote)].to_dict() == wrote
    fund = amounts[(amounts["form"] == "fund") & (amounts["table"] == "fields")].set_index("column")
    assert fund.loc["long_total", ["fen", "misspelt"]].tolist() == [260_000_000, "万无"]
    assert fund.loc["long_fiscal", "fen"] == 26_000
