"""Word documents: the ten real forms one after the other, and all that Word does to a table."""

import io
import re
from collections import Counter

import docx
import openpyxl
import pytest
from containers import PASTED, changed, packed, parts_of, without
from word_forms import (
    FORMS,
    PROFILE,
    add_line,
    add_sheet,
    append,
    p,
    paragraphs,
    paste,
    raw,
    rows,
    run,
    saved,
    table,
    tc,
    ten_forms,
)

import perfxl
from perfxl.formats import Unreadable, read_book
from perfxl.formats.guard import examine
from perfxl.reports import write


@pytest.fixture(scope="module")
def ten():
    return ten_forms()


@pytest.fixture(scope="module")
def pasted():
    return perfxl.check(PASTED)


def checked(data, folder, name="申报表.docx"):
    path = folder / name
    path.write_bytes(data)
    return perfxl.check(path)


def said(batch):
    """What is found, without the places, which no two formats have in common."""
    places = re.compile(r"(?:“[^“”]+”(?:表 | ))?(?<![A-Za-z0-9“])[A-Z]{1,3}[0-9]+(?![A-Za-z0-9])")
    return Counter(
        (f.code, f.severity, f.stated, f.computed, f.difference, len(f.cells), f.written, places.sub("", f.message),
         tuple(hint.kind for hint in f.hints))
        for finding in batch.findings for f in finding.with_consequences()
    )  # fmt: skip


# ---------------------------------------------------------------- the ten real forms


def test_ten_forms_in_one_document_are_ten_forms(ten, pasted, tmp_path):
    batch = checked(ten, tmp_path)
    submission = batch.submissions[0]
    assert [(form.form, form.name) for form in submission.forms] == [
        (form.form, form.name) for form in pasted.submissions[0].forms
    ]
    assert [form.sheet for form in submission.forms] == [f"表{n}" for n in range(1, 11)]
    assert (submission.unit, submission.year, submission.ignored_sheets) == (
        "中共衡阳市委机构编制委员会办公室", 2020, (),
    )  # fmt: skip
    assert said(batch) == said(pasted)


def test_every_amount_and_indicator_stands_where_the_table_has_it(ten, pasted, tmp_path):
    """A row of the pasted sheet less the lines above its table is the row of the table."""
    ours, theirs = checked(ten, tmp_path).tables, pasted.tables
    for frame, columns in (("amounts", ["label", "fen", "text"]), ("indicators", ["second", "name", "value"])):
        mine, other = getattr(ours, frame), getattr(theirs, frame)
        assert mine[columns].values.tolist() == other[columns].values.tolist()
        above = other["sheet"].map(lines_above).astype(int)
        assert mine["row"].tolist() == (other["row"] - above).tolist()
        assert mine["col"].tolist() == other["col"].tolist()


def lines_above(sheet):
    form = next(form for form in FORMS["forms"] if form["sheet"] == sheet)
    return min(cell.row for cell in paste._sheet(PROFILE, form).cells if cell.style in ("label", "text"))


def test_the_lines_around_a_table_are_named_as_lines(ten, tmp_path):
    texts = checked(ten, tmp_path).tables.texts
    around = texts[texts["field"].isin(["year", "phone", "date"])]
    assert set(around["sheet"]) == {"正文"}
    book = openpyxl.load_workbook(io.BytesIO(copy_of(ten, tmp_path)))
    for row in around.itertuples():
        assert row.text in str(book["正文"][row.cell].value)


def copy_of(data, folder):
    batch = checked(data, folder)
    [path] = write(batch, folder / "out", ["annotated"])
    assert path.name == "申报表_批注.xlsx"
    return path.read_bytes()


def test_the_marked_workbook_has_the_tables_of_the_document(ten, tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(copy_of(ten, tmp_path)))
    assert book.sheetnames == ["问题清单", *(f"表{n}" for n in range(1, 11)), "正文"]
    assert book["表5"]["E17"].value == "404.03万元"
    assert "SUM-10" in book["表5"]["E17"].comment.text
    head = " ".join(str(cell.value) for row in book["问题清单"].iter_rows(max_row=8) for cell in row if cell.value)
    assert "原文件的格式不能直接加批注" in head
    assert "第 3 张表的第 14 行" in head


def test_the_report_says_what_an_address_means(ten, tmp_path):
    batch = checked(ten, tmp_path)
    [page] = write(batch, tmp_path / "out", ["unit_report"])
    assert "“表3!D14”指文档里第 3 张表的第 14 行" in page.read_text("utf-8")


@pytest.mark.parametrize("name", ["x.xlsx", "x.doc", "x"])
def test_a_document_is_told_by_content(name, tmp_path):
    batch = checked(ten_forms(["域名"]), tmp_path, name)
    assert [form.name for form in batch.submissions[0].forms] == ["中文域名注册管理"]


def test_other_tables_are_named_as_not_checked(tmp_path):
    document = docx.Document()
    append(document, table([], 0, 1, 2))
    add_sheet(document, paste._sheet(PROFILE, FORMS["forms"][0]))
    append(document, table([], 0, 1, 2))
    submission = checked(saved(document), tmp_path).submissions[0]
    assert [form.sheet for form in submission.forms] == ["表2"]
    assert submission.ignored_sheets == ("表1", "表3")


def test_a_document_of_letters_only_is_no_return(tmp_path):
    document = docx.Document()
    add_line(document, ["关于报送项目绩效目标申报表的函"])
    add_line(document, ["现将我单位申报表报上。"])
    batch = checked(saved(document), tmp_path)
    assert [(f.code, f.file) for f in batch.findings] == [("FILE-02", "申报表.docx")]


def test_a_table_merged_by_the_library_itself(tmp_path):
    document = docx.Document()
    made = document.add_table(4, 4)
    made.cell(0, 0).merge(made.cell(2, 0)).text = "产出指标"
    made.cell(0, 1).merge(made.cell(0, 3)).text = "质量指标"
    made.cell(1, 1).merge(made.cell(3, 2)).text = "x"
    made.cell(3, 3).text = "末"
    [grid] = read_book(saved(document)).parts
    assert sorted(grid.merges) == [(1, 1, 3, 1), (1, 2, 1, 3), (2, 2, 4, 2)]  # the third column is never seen
    assert [(c.row, c.col, c.text) for c in grid] == [(1, 1, "产出指标"), (1, 2, "质量指标"), (2, 2, "x"), (4, 3, "末")]


# ---------------------------------------------------------------- what Word shows


def cell_text(*content):
    """The text of the only cell of a document."""
    [grid] = read_book(raw(rows([tc("".join(content))]))).parts
    return grid.at(1, 1).text


SYM = '<w:r><w:sym w:font="{}" w:char="{}"/></w:r>'
BOX = (
    '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr>'
    "<w:sdtContent><w:r><w:t>{}</w:t></w:r></w:sdtContent></w:sdt>"
)
OLD_BOX = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{}</w:checkBox></w:ffData></w:fldChar></w:r>'
    '<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
EQ = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>eq \\o\\ac(□,</w:instrText></w:r>'
    '<w:r><w:instrText>√)</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>394.03</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
TEXT_BOX = (
    "<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>框里</w:t></w:r></w:p></w:txbxContent>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框里</w:t></w:r></w:p></w:txbxContent>"
    "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
SHOWN = {
    "runs": (p(run("17") + run("万元")), "17万元"),
    "paragraphs": (p(run("资金总额")) + p(run("17万元")), "资金总额\n17万元"),
    "blank paragraphs at the end": (p(run("17")) + p("") + p(""), "17"),
    "a break": (p("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r>"), "甲\n乙"),
    "a tab": (p("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>"), "甲\t乙"),
    "a hyphen that holds": (p("<w:r><w:t>2019</w:t><w:noBreakHyphen/><w:t>2021</w:t></w:r>"), "2019-2021"),
    "inserted": (p(run("1") + f'<w:ins w:id="1">{run("7万元")}</w:ins>'), "17万元"),
    "deleted": (p(run("17") + '<w:del w:id="1"><w:r><w:delText>6</w:delText></w:r></w:del>' + run("万元")), "17万元"),
    "a deleted box and break": (
        p(run("17") + f"<w:del>{SYM.format('Wingdings', 'F0FE')}<w:r><w:br/></w:r></w:del>"), "17"),
    "moved": (p(f"<w:moveFrom>{run('旧')}</w:moveFrom><w:moveTo>{run('新')}</w:moveTo>"), "新"),
    "hidden": (p(run("17") + run("说明", "<w:vanish/>")), "17"),
    "not hidden": (p(run("17", '<w:vanish w:val="0"/>')), "17"),
    "a link": (p(f"<w:hyperlink>{run('a@b')}</w:hyperlink>"), "a@b"),
    "a wrapped run": (p(f"<w:smartTag><w:customXml>{run('衡阳')}</w:customXml></w:smartTag>"), "衡阳"),
    "a content control": (p(f"<w:sdt><w:sdtPr/><w:sdtContent>{run('2020')}</w:sdtContent></w:sdt>"), "2020"),
    "a guide above": (p("<w:r><w:ruby><w:rt><w:r><w:t>xm</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>项目</w:t></w:r>"
                        "</w:rubyBase></w:ruby></w:r>"), "项目"),
    "a field": (p(FIELD), "394.03"),
    "a ticked box": (p(run("其他") + BOX.format(1, "☒")), "其他☑"),
    "a box": (p(run("其他") + BOX.format(0, "☐")), "其他☐"),
    "an old ticked box": (p(OLD_BOX.format('<w:checked w:val="1"/>')), "☑"),
    "an old box ticked from the start": (p(OLD_BOX.format('<w:default w:val="1"/>')), "☑"),
    "an old box": (p(OLD_BOX.format('<w:default w:val="0"/>') + run("其他")), "☐其他"),
    "a box as a formula": (p(EQ + run("其他")), "☑其他"),
    "a ticked symbol": (p(SYM.format("Wingdings", "F0FE")), "☑"),
    "a tick": (p(SYM.format("Wingdings", "F0FC")), "√"),
    "an empty symbol": (p(SYM.format("Wingdings", "F0A8")), "□"),
    "a symbol of the second font": (p(SYM.format("Wingdings 2", "F052")), "☑"),
    "a sign of Symbol": (p(SYM.format("Symbol", "F0B3") + run("95%")), "≥95%"),
    "a letter in a font of symbols": (p(run("þ", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>')), "☑"),
    "a private character": (p(run("其他\uf0fe")), "其他☑"),
    "a letter like any other": (p(run("þ R")), "þ R"),
    "a nested table": (
        p(run("甲")) + rows([tc(p(run("乙"))), tc(p(run("丙")))], [tc(p(run("丁"))), tc("")]), "甲\n乙 丙\n丁"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "text"), SHOWN.values(), ids=SHOWN)
def test_a_cell_holds_what_word_shows(content, text):
    if "<w:tbl>" in content:
        [grid] = read_book(raw(rows([tc(content), tc(p(run("右")))]))).parts
        assert (grid.at(1, 1).text, grid.at(1, 2).text) == (text, "右")
    else:
        assert cell_text(content) == text


def test_text_boxes_are_not_read_and_told(tmp_path):
    document = docx.Document()
    add_sheet(document, paste._sheet(PROFILE, FORMS["forms"][0]))
    xml = f"<w:p>{TEXT_BOX}{run('表后')}</w:p>"
    data = saved(document)
    data = changed(data, (r"word/document\.xml", lambda x: x.replace(b"<w:sectPr", spaced(xml) + b"<w:sectPr", 1)))
    batch = checked(data, tmp_path)
    assert batch.submissions[0].ignored_sheets == ("文本框",)
    book = read_book(data)
    assert "框里" not in str(book.grids[0].rows)
    assert book.grids[0].rows[-1] == ["表后"]


def spaced(xml):
    from word_forms import SPACES

    return xml.replace("<w:p>", f"<w:p {SPACES}>", 1).encode()


@pytest.mark.parametrize("ticked", ["project", "fund"])
def test_the_boxes_of_the_fund_form_are_ticked(ticked, tmp_path):
    """附件11 with its boxes as content controls: what is ticked is read, what is not is not."""
    sheet = paste._sheet(PROFILE, next(form for form in FORMS["forms"] if form["form"] == "fund"))
    document = docx.Document()
    add_sheet(document, sheet)
    data = changed(
        saved(document),
        (
            r"word/document\.xml",
            lambda x: with_boxes(x.decode(), "民生保障" if ticked == "project" else "其他").encode(),
        ),
    )
    texts = checked(data, tmp_path).tables.texts
    assert texts.loc[texts["field"] == "project_type", "text"].item() == ("民生保障" if ticked == "project" else "其他")


def with_boxes(xml, ticked):
    def box(match):
        return f"{match[1]}</w:t></w:r>{BOX.format(int(match[1] == ticked), '☐')}<w:r><w:t>"

    return re.sub(r"(产业发展|民生保障|基础设施|其他) ?[□☑]", box, xml)


# ---------------------------------------------------------------- shapes of tables


def shape(data):
    grid = read_book(data).parts[0]
    return [list(row) for row in grid.rows], sorted(grid.merges)


def c(text, properties=""):
    return tc(paragraphs(text), properties)


SPAN, DOWN, ON = '<w:gridSpan w:val="{}"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_merged_cells():
    data = raw(
        rows([c("甲", SPAN.format(2) + DOWN), c("乙")], [c("", SPAN.format(2) + ON), c("丙")], [c("1"), c("2"), c("3")])
    )
    assert shape(data) == ([["甲", "", "乙"], ["", "", "丙"], ["1", "2", "3"]], [(1, 1, 2, 2)])


def test_two_merged_areas_below_each_other():
    data = raw(rows([c("甲", DOWN)], [c("", ON)], [c("乙", DOWN)], [c("藏", ON)], [c("丙")]))
    assert shape(data) == ([["甲"], [""], ["乙"], [""], ["丙"]], [(1, 1, 2, 1), (3, 1, 4, 1)])


def test_a_cell_that_goes_on_from_nothing_is_its_own():
    assert shape(raw(rows([c("甲", ON), c("乙")]))) == ([["甲", "乙"]], [])


def test_a_row_that_begins_further_right():
    row = '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>' + c("乙") + "</w:tr>"
    data = raw(rows([c("甲"), c("1")]).replace("</w:tbl>", row + "</w:tbl>"))
    assert shape(data) == ([["甲", "1"], ["", "乙"]], [])


def test_deleted_rows_are_gone():
    row = '<w:tr><w:trPr><w:del w:id="1"/></w:trPr>' + c("删") + "</w:tr>"
    assert shape(raw(rows([c("甲")]).replace("</w:tbl>", row + "</w:tbl>"))) == ([["甲"]], [])


def test_rows_and_cells_in_controls():
    wrapped = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
    row = wrapped.format("<w:tr>" + wrapped.format(c("乙")) + c("丙") + "</w:tr>")
    data = raw(rows([c("甲"), c("1")]).replace("</w:tbl>", row + "</w:tbl>"))
    assert shape(data) == ([["甲", "1"], ["乙", "丙"]], [])


def test_borders_dragged_by_a_hair_are_one_column():
    """Three columns as seen, six in the grid of the table."""
    data = raw(rows(
        [c("一", SPAN.format(1)), c("二", SPAN.format(3)), c("三", SPAN.format(2))],
        [c("甲", SPAN.format(2)), c("乙", SPAN.format(1)), c("丙", SPAN.format(3))],
        [c("整行", SPAN.format(6))],
        grid=[2000, 60, 1900, 100, 80, 2000],
    ))  # fmt: skip
    assert shape(data) == ([["一", "二", "三"], ["甲", "乙", "丙"], ["整行", "", ""]], [(3, 1, 3, 3)])


@pytest.mark.parametrize("grid", [[], [2000, 0, 2000], [2000], [30, 30, 30]])
def test_a_grid_that_tells_nothing_is_not_believed(grid):
    data = raw(rows([c("一"), c("二"), c("三")], [c("甲", SPAN.format(2)), c("乙")], grid=grid))
    assert shape(data) == ([["一", "二", "三"], ["甲", "", "乙"]], [(2, 1, 2, 2)])


def test_a_form_in_a_frame_is_read(tmp_path):
    """Everything in the only cell of a table, as some templates have it."""
    document = docx.Document()
    add_sheet(document, paste._sheet(PROFILE, FORMS["forms"][0]))
    data = saved(document)

    def framed(xml):
        body = re.search(rb"<w:body>(.*)(<w:sectPr)", xml, re.DOTALL)
        cell = b"<w:tbl><w:tr><w:tc>" + body[1] + b"</w:tc></w:tr></w:tbl>"
        return xml[: body.start(1)] + cell + xml[body.start(2) :]

    inside, plain = checked(changed(data, (r"word/document\.xml", framed)), tmp_path), checked(data, tmp_path, "b.docx")
    assert said(inside) == said(plain)
    assert [form.sheet for form in inside.submissions[0].forms] == ["表1"]


# ---------------------------------------------------------------- odd and broken documents


def strict(data):
    swap = [(b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main"),
            (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
             b"http://purl.oclc.org/ooxml/officeDocument/relationships")]  # fmt: skip
    parts = parts_of(data)
    for old, new in swap:
        parts = {name: content.replace(old, new) for name, content in parts.items()}
    return packed(parts)


def renamed(data):
    parts = {
        name.replace("word/document.xml", "word/document2.xml"): content for name, content in parts_of(data).items()
    }
    return packed(parts)


ODD = {
    "Strict": strict,
    "with macros": lambda d: changed(d, (r"\[Content_Types\]\.xml", lambda x: x.replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml"))),
    "another name of the main part": renamed,
    "a link to nowhere": lambda d: changed(d, (r"word/_rels/document\.xml\.rels", lambda x: x.replace(
        b"styles.xml", b"NULL"))),
    "no styles": lambda d: without(d, r"word/styles\.xml"),
    "backslashes": lambda d: packed({n.replace("/", "\\"): c for n, c in parts_of(d).items()}),
}  # fmt: skip


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_odd_documents_are_read_like_any_other(make, tmp_path):
    data = ten_forms(["域名", "附件11"])
    assert said(checked(make(data), tmp_path)) == said(checked(data, tmp_path, "b.docx"))


def kind_of(data):
    with pytest.raises(Unreadable) as caught:
        read_book(data)
    return caught.value.kind


def test_broken_documents_are_refused():
    data = ten_forms(["域名"])
    assert examine(data).kind == "docx"
    assert kind_of(changed(data, (r"word/document\.xml", lambda x: x[:-200]))) == "damaged"
    assert kind_of(data[:3000]) == "damaged"
    assert (
        kind_of(
            changed(data, (r"word/document\.xml", lambda x: x.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY z "a">]>', 1)))
        )
        == "unsafe"
    )
    padding = (r"word/document\.xml", lambda x: x.replace(b"<w:body>", b"<w:body>" + b" " * 50 * 2**20))
    assert kind_of(changed(data, padding)) == "bomb"


def test_nesting_without_end_is_refused():
    deep = b"<w:smartTag>" * 50_000 + b"</w:smartTag>" * 50_000
    data = changed(
        saved(docx.Document()),
        (r"word/document\.xml", lambda x: x.replace(b"<w:body>", b"<w:body><w:p>" + deep + b"</w:p>")),
    )
    assert kind_of(data) == "damaged"


def test_rows_without_end_are_refused():
    many = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 30_000
    data = changed(
        saved(docx.Document()), (r"word/document\.xml", lambda x: x.replace(b"<w:body>", b"<w:body>" + many))
    )
    assert kind_of(data) == "bomb"
