"""Boxes of a choice, ticked in every way that people have: read as they are meant, or named."""

from __future__ import annotations

from itertools import product

import openpyxl
import pytest
from containers import packed, parts_of

from perfxl.engine.batch import check
from perfxl.reading.marks import chosen, is_option, read_marks

OPTIONS = ("产业发展", "民生保障", "基础设施", "其他")
SECOND = ["民生保障"]


TICKS = [*"☑■√✓✔☒⊠●✅Rþ🗹Sýü", "\uf0fe", "\uf052", "\uf0fc", "☑️", "✔️", "(√)", "（√）", "[√]", "【√】", "［√］", "( ✓ )"]
BOXES = [*"□☐○◯〇口囗▢◻⬜£¨o", "\uf0a8", "\uf0a3", "\uf06f", "()", "（ ）", "[ ]", "【　】"]
TIGHT, LOOSE = ["{0}{1}", "{1}{0}"], ["{0} {1}", "{1}\n{0}", "{0}、{1}"]


@pytest.mark.parametrize("tick", TICKS)
def test_marks_of_every_kind_on_every_side(tick):
    for empty, shape in [*product(BOXES, TIGHT + LOOSE), *product([""], TIGHT)]:
        beside = [tick if option in SECOND else empty for option in OPTIONS]
        text = "　".join(shape.format(mark, option) for mark, option in zip(beside, OPTIONS, strict=True))
        assert chosen(text, OPTIONS) == SECOND, text
        assert not read_marks(text, OPTIONS).odd, text
        assert not read_marks(text, OPTIONS).open, text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("产业发展 √民生保障 基础设施 其他", SECOND),
        ("产业发展、√民生保障、基础设施、其他", SECOND),
        ("产业发展 民生保障√ 基础设施 其他", SECOND),
        ("产业发展\n√ 民生保障\n基础设施", SECOND),
        ("产业发展□民生保障√基础设施□其他□", SECOND),
        ("□产业发展√民生保障□基础设施□其他", SECOND),
        ("□产业发展 □√民生保障 □基础设施 □其他", SECOND),
        ("□产业发展 □ √民生保障 □基础设施 □其他", SECOND),
        ("产业发展□ 民生保障□√ 基础设施□ 其他□", SECOND),
        ("□1.产业发展 ☑2.民生保障 □3.基础设施 □4.其他", SECOND),
        ("A.产业发展□ B.民生保障☑ C.基础设施□ D.其他□", SECOND),
        ("（1）产业发展（ ）（2）民生保障（√）（3）基础设施（ ）（4）其他（ ）", SECOND),
        ("①产业发展□ ②民生保障☑ ③基础设施□ ④其他□", SECOND),
        ("产业 发展 □  民 生 保 障 ☑  基础\n设施 □  其 他 □", SECOND),
        ("产业发展□  民生保障☑  基础设施□  其他□（请注明：        ）", SECOND),
        ("产业发展□  民生保障☑  基础设施□  其他□（人口发展）", SECOND),
        ("☑民生保障", SECOND),
        ("民生保障", SECOND),
        ("民生保障 基础设施", []),
        ("√", []),
        ("产业发展□ 民生保障□ 基础设施□ 其他□", []),
        ("（）产业发展（）民生保障（）基础设施（）其他", []),
        ("", []),
    ],
)
def test_what_is_meant(text, meant):
    assert chosen(text, OPTIONS) == meant
    assert not read_marks(text, OPTIONS).odd
    assert not read_marks(text, OPTIONS).open


@pytest.mark.parametrize("odd", [*"×✗✘◆▲★△◇◎VvXPO∨û", "❌", "⭕", "是", "对", "\uf0aa"])
@pytest.mark.parametrize(
    "shape",
    [
        "产业发展□ 民生保障{} 基础设施□ 其他☑",
        "□产业发展 {}民生保障 □基础设施 ☑其他",
        "产业发展 □ 民生保障 {} 基础设施 □ 其他 ☑",
    ],
)
def test_a_mark_that_nobody_knows_is_no_tick_and_is_named(odd, shape):
    text = shape.format(odd)
    assert chosen(text, OPTIONS) == ["其他"]
    assert list(read_marks(text, OPTIONS).odd) == SECOND


@pytest.mark.parametrize(
    ("text", "read", "named"),
    [
        ("产业发展 √ 民生保障 基础设施 其他", ["产业发展"], [("√", "产业发展", "民生保障")]),
        ("产业发展√民生保障基础设施其他", ["产业发展"], [("√", "产业发展", "民生保障")]),
        (
            "产业发展 民生保障 √ 基础设施 √ 其他",
            ["民生保障", "基础设施"],
            [("√", "民生保障", "基础设施"), ("√", "基础设施", "其他")],
        ),
        ("√ 产业发展 √ 民生保障 基础设施 其他", ["产业发展", "民生保障"], []),
    ],
)
def test_a_mark_between_two_options_is_named(text, read, named):
    assert chosen(text, OPTIONS) == read
    assert read_marks(text, OPTIONS).open == named


def test_a_box_and_a_tick_are_both_there():
    assert read_marks("其他 □√", OPTIONS).beside == {"其他": "□√"}


@pytest.mark.parametrize("text", ["其他", "其他（✔）", "√ 其他", "其 他", "其他（ ）", "其他:", "其他资金"])
def test_an_option_alone(text):
    assert is_option(text, OPTIONS) == (text not in ("其他:", "其他资金"))


# ---------------------------------------------------------------- options and marks in cells of their own

HEADS = [
    ["专项资金绩效目标申报表"], ["（2020年度）"], ["项目名称", "培训"], ["预算单位", "某局"],
    [], ["分配方式", "因素法☑"], ["使用范围", "全市"], ["立项依据", "某办法"], ["年度目标", "培训200人"],
    [None, "一级指标", "二级指标", "三级指标", "指标值"], [None, "产出指标", "数量指标", "培训人数", "≥200人"],
]  # fmt: skip


def fund(path, *rows):
    """A form of few rows; its types stand from row 5 on, right of a label over all their rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line in [*HEADS[:4], *([None, *row] for row in rows), *HEADS[5:]]:
        sheet.append(line)
    sheet["A5"] = "项目类型"
    sheet.merge_cells(f"A5:A{4 + len(rows)}")
    book.save(path)
    return path


def types(path):
    """What was read as ticked, and what BOX rules say of it."""
    batch = check(path)
    [text] = batch.tables.texts.query("field == 'project_type'")["text"]
    return text, sorted({f.code for f in batch.findings if f.code.startswith("BOX")})


@pytest.mark.parametrize(
    "rows",
    [
        [["产业发展", "□", "民生保障", "√", "基础设施", "□", "其他", "□"]],
        [["□", "产业发展", "√", "民生保障", "□", "基础设施", "□", "其他"]],
        [["产业发展", None, "民生保障", "√", "基础设施", None, "其他", None]],
        [[None, "产业发展", "√", "民生保障", None, "基础设施", None, "其他"]],
        [["产业发展", False, "民生保障", True, "基础设施", False, "其他", False]],
        [[False, "产业发展", True, "民生保障", False, "基础设施", False, "其他"]],
        [["产业发展", "民生保障", "基础设施", "其他"], [None, "√", None, None]],
        [["产业发展", "民生保障", "基础设施", "其他"], [False, True, False, False]],
        [["□", "☑", "□", "□"], ["产业发展", "民生保障", "基础设施", "其他"]],
        [["产业发展□", "民生保障☑"], ["基础设施□", "其他□"]],
        [["产业发展", "□", "民生保障", "√"], ["基础设施", "□", "其他", "□"]],
        [["□产业发展 ☑民生保障 □基础设施 □其他"]],
        [["£产业发展 R民生保障 £基础设施 £其他"]],
        [["民生保障"]],
    ],
    ids=str,
)
def test_options_and_marks_in_cells(rows, tmp_path):
    assert types(fund(tmp_path / "a.xlsx", *rows)) == ("民生保障", [])


@pytest.mark.parametrize(
    ("rows", "read", "codes"),
    [
        ([["产业发展", "×", "民生保障", "V", "基础设施", "√", "其他", "×"]], "基础设施", ["BOX-04"]),
        ([["产业发展 √ 民生保障 基础设施 其他"]], "产业发展", ["BOX-04"]),
        ([["产业发展", "民生保障", "基础设施", "其他"]], "", ["BOX-01"]),
        ([["产业发展：否", "民生保障：是", "基础设施：否", "其他：否"]], "", ["BOX-01"]),
    ],
    ids=str,
)
def test_what_cannot_be_told_is_named(rows, read, codes, tmp_path):
    assert types(fund(tmp_path / "a.xlsx", *rows)) == (read, codes)


# ---------------------------------------------------------------- tick boxes that lie on the sheet

SHAPE = """<v:shape id="_x0000_s{n}" type="#_x0000_t201"><v:textbox style='mso-direction-alt:auto'><div
style='text-align:left'><font face="宋体" size="180">{words}</font></div></v:textbox>
<x:ClientData ObjectType="{kind}"><x:SizeWithCells/><x:Anchor>{col}, 15, {row}, 2, {right}, 40, {row}, 20</x:Anchor>
{checked}<x:NoThreeD/></x:ClientData></v:shape>"""
LINK = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing" '
    'Target="../drawings/vmlDrawing1.vml"/></Relationships>'
)


def with_boxes(path, boxes, kind="Checkbox"):
    """Lay tick boxes on the first sheet: row and column of the cell, words, whether it is ticked."""
    shapes = [
        SHAPE.format(
            n=n, words=words, kind=kind, row=row - 1, col=col - 1, right=col,
            checked="<x:Checked>1</x:Checked>" if is_ticked else "",
        )
        for n, (row, col, words, is_ticked) in enumerate(boxes)
    ]  # fmt: skip
    parts = parts_of(path.read_bytes())
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = LINK.encode()
    parts["xl/drawings/vmlDrawing1.vml"] = f"<xml><br>{''.join(shapes)}</xml>".encode()
    path.write_bytes(packed(parts))
    return path


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ([], OPTIONS),
        (["产业发展", "民生保障", "基础设施", "其他"], [""] * 4),
        (["产业发展□", "民生保障□", "基础设施□", "其他□"], [""] * 4),
    ],
    ids=str,
)
def test_tick_boxes_that_lie_on_the_form(row, words, tmp_path):
    boxes = [(5, col, word, col == 3) for col, word in enumerate(words, 2)]
    assert types(with_boxes(fund(tmp_path / "a.xlsx", row), boxes)) == ("民生保障", [])


def test_tick_boxes_left_of_their_options(tmp_path):
    row = [None, "产业发展", None, "民生保障", None, "基础设施", None, "其他"]
    boxes = [(5, col, "", col == 4) for col in (2, 4, 6, 8)]
    assert types(with_boxes(fund(tmp_path / "a.xlsx", row), boxes)) == ("民生保障", [])


def test_other_things_that_lie_on_the_form(tmp_path):
    path = fund(tmp_path / "a.xlsx", ["产业发展□", "民生保障☑", "基础设施□", "其他□"])
    assert types(with_boxes(path, [(5, 2, "产业发展", True)], kind="Note")) == ("民生保障", [])
    assert types(with_boxes(path, [(9, 2, "产业发展", True), (5, 5, "已阅", False)])) == ("民生保障", [])


@pytest.mark.parametrize("words", ["产业发张", ""])
def test_a_ticked_box_of_no_option_is_told(words, tmp_path):
    path = with_boxes(
        fund(tmp_path / "a.xlsx", ["产业发展□", "民生保障□"]), [(5, 9, words, True), (5, 10, words, False)]
    )
    assert types(path) == ("", ["BOX-01"])
    [told] = [finding for finding in check(path).findings if finding.code == "LAYOUT-07"]
    assert [str(cell) for cell in told.cells] == ["Sheet!I5"]
    assert f"未按勾选处理：I5“{words or '☑'}”。" in told.message
