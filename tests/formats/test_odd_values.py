"""Values in XML that no office program writes: read as openpyxl reads them, or refused with the cell that is wrong."""

import io
import warnings

import openpyxl
import pytest
from containers import packed
from raw_books import MAIN, RELATIONSHIPS, STYLES

from perfxl.formats import Unreadable, read_book

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OTHER = 'xmlns:x="urn:x"'
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TEXTS = "<si><t>zero</t></si><si><t>one</t></si>"


def workbook(sheet: str, texts: str = TEXTS, root: str = f'<sst xmlns="{MAIN}">') -> bytes:
    """A workbook of one sheet; of rows alone where that is all that is given."""
    if not sheet.startswith(("<worksheet", "<x:worksheet")):
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
    kinds = {"worksheet": "worksheets/sheet1", "sharedStrings": "sharedStrings", "styles": "styles"}
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONSHIPS}/{kind}" Target="{part}.xml"/>'
        for n, (kind, part) in enumerate(kinds.items(), 1)
    )
    types = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{TYPES}.{kind}+xml"/>' for kind, part in kinds.items()
    )
    main = f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    start = f'<Relationship Id="rId1" Type="{RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/>'
    listed = f'<Relationships xmlns="{PACKAGE}/relationships">{{}}</Relationships>'
    return packed({
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{rels}{main}{types}</Types>'.encode(),
        "_rels/.rels": listed.format(start).encode(),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><sheets><sheet name="表" sheetId="1" r:id="rId1"/>'
            "</sheets></workbook>"
        ).encode(),
        "xl/_rels/workbook.xml.rels": listed.format(links).encode(),
        "xl/worksheets/sheet1.xml": sheet.encode(),
        "xl/sharedStrings.xml": f"{root}{texts}</{root[1:].split(' ')[0]}>".encode(),
        "xl/styles.xml": STYLES.format("", "<xf/>", "<xf/>").encode(),
    })  # fmt: skip


def seen(data: bytes) -> dict[str, object]:
    """The cells with something, an error by its name."""
    book = read_book(data)
    [grid] = book.grids
    found = {f"{chr(64 + cell.col)}{cell.row}": cell.value for cell in grid}
    details = book.read_details(book.cells_without_value())
    return found | {f"{chr(64 + col)}{row}": one.error or one.formula for (_, row, col), one in details.items()}


def by_openpyxl(data: bytes) -> dict[str, object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    return {cell.coordinate: cell.value for row in page.iter_rows() for cell in row if cell.value is not None}


AS_OPENPYXL = {
    "single quotes": "<row r='1'><c r='A1'><v>394.03</v></c><c r='B1' t='e'><v>#REF!</v></c></row>",
    "a comment in a value": '<row r="1"><c r="A1"><v>39<!-- 40 -->4.03</v></c></row>',
    "CDATA": '<row r="1"><c r="A1"><v><![CDATA[394.03]]></v></c></row>',
    "an instruction in a value": '<row r="1"><c r="A1"><v>39<?x 1?>4.03</v></c></row>',
    "entities in a value": '<row r="1"><c r="A1"><v>&#51;94.03</v></c><c r="B1" t="str"><v>3&#57;4</v></c></row>',
    "entities in attributes": '<row r="1"><c r="A&#49;" t="&#101;"><v>#REF!</v></c></row>',
    "the same value twice": '<row r="1"><c r="A1"><v>394.03</v><v>394.03</v></c></row>',
    "a row in two pieces": '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>',
    "a row of another kind": f'<x:row {OTHER} r="1"><x:c r="B1"/></x:row><row r="1"><c r="A1"><v>394</v></c></row>',
    "a value of another kind": f'<row r="1" {OTHER}><c r="A1"><x:v>404</x:v><v>394</v></c></row>',
    "a type of another kind": f'<row r="1" {OTHER}><c r="A1" x:t="e"><v>394</v></c></row>',
    "no addresses": '<row><c><v>1</v></c><c r="D1"><v>2</v></c><c><v>3</v></c></row><row r="4"><c><v>5</v></c></row>',
    "a cell of another row": '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B3"><v>2</v></c></row>',
    "rows from last to first": '<row r="3"><c r="B3"><v>2</v></c><c r="A3"><v>1</v></c></row><row r="1"/>',
    "line breaks": '<row r="1"><c r="A1"><v>\n 17 \n</v></c><c r="B1" t="s"><v>\n1\n</v></c></row>',
    "a text of a cell with reading aids": (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>39</t></r><r><t>4</t></r><rPh sb="0" eb="1"><t>99</t></rPh>'
        "</is></c></row>"
    ),
    "a decoy in a comment": (
        f'<worksheet xmlns="{MAIN}"><!-- <sheetData><row r="1"><c r="A1"><v>404</v></c></row></sheetData> -->'
        '<sheetData><row r="1"><c r="A1"><v>394</v></c></row></sheetData></worksheet>'
    ),
    "a decoy of another kind": (
        f'<worksheet xmlns="{MAIN}" {OTHER}><x:sheetData><x:row r="1"><x:c r="A1"><x:v>404</x:v></x:c></x:row>'
        '</x:sheetData><sheetData><row r="1"><c r="A1"><v>394</v></c></row></sheetData></worksheet>'
    ),
    "a prefix": (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>394</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    ),
    "a prefix of some elements": (
        f'<worksheet xmlns="{MAIN}" xmlns:x="{MAIN}"><sheetData><x:row r="1"><c r="A1"><x:v>394</x:v></c></x:row>'
        "</sheetData></worksheet>"
    ),
}


@pytest.mark.parametrize("sheet", AS_OPENPYXL.values(), ids=AS_OPENPYXL)
def test_a_value_is_what_openpyxl_reads(sheet):
    data = workbook(sheet)
    assert seen(data) == by_openpyxl(data)


TWO = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "texts",
    [
        "<!-- <si><t>decoy</t></si> --><si><t>3<!-- 9 -->94</t></si><si><t><![CDATA[b]]></t></si>",
        f"<x:si {OTHER}><t>404</t></x:si><si><t>394</t></si><si {OTHER}><x:t>9</x:t><t>b</t></si>",
        '<si><t>394</t><rPh sb="0" eb="1"><t>9</t></rPh></si><si><rPh sb="0" eb="1"><t>9</t></rPh><r><t>b</t></r></si>',
    ],
    ids=["comments", "of another kind", "reading aids"],
)
def test_shared_texts_are_what_openpyxl_reads(texts):
    data = workbook(TWO, texts)
    assert seen(data) == by_openpyxl(data)


def test_more_texts_than_there_can_be_are_not_believed():
    root = f'<sst xmlns="{MAIN}" count="4000000000" uniqueCount="4000000000">'
    with pytest.raises(Unreadable):
        read_book(workbook(TWO, root=root))


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ('<c r="A1"><v>394.03</v><v>404.03</v></c>', "A1"),
        ('<c r="A1"><v>394.03</v></c><c r="A1"><v>404.03</v></c>', "A1"),
        ('<c r="A1"><v>394.03</v></c></row><row r="1"><c r="A1"><v>404.03</v></c>', "A1"),
        (f'<c r="B1"><v>39<x:y {OTHER}>4</x:y>4.03</v></c>', "B1"),
        ('<c r="A1"><v>1</v><c r="B1"><v>2</v></c></c>', "A1"),
        (f'<x:y {OTHER}><c r="A1"><v>1</v></c></x:y>', "1"),
        ('<c r="A0"><v>1</v></c>', "A0"),
        ('<c r="AAAAAAAAAAAAAAAA1"><v>1</v></c>', "AAAAAAAAAAAAAAAA1"),
    ],
)
def test_a_cell_that_cannot_be_right_is_named(cells, place):
    with pytest.raises(Unreadable) as refused:
        read_book(workbook(f'<row r="1">{cells}</row>'))
    assert f"“表”工作表的 {place} 单元格" in refused.value.reason.zh


def test_what_is_no_number_is_a_text():
    cells = "".join(
        f'<c r="{col}1"><v>{text}</v></c>' for col, text in zip("ABCD", ("17x", "nan", "inf", "1e999"), strict=True)
    )
    assert seen(workbook(f'<row r="1">{cells}</row>')) == {"A1": "17x", "B1": "nan", "C1": "inf", "D1": "1e999"}


def test_rows_and_columns_without_height_and_width_are_hidden():
    cols = '<cols><col min="1" max="1" width="0" customWidth="1"/><col min="2" max="2" width="8"/></cols>'
    rows = (
        '<row r="1" ht="0" customHeight="1"><c r="A1"><v>1</v></c></row><row r="2" ht="12"><c r="A2"><v>1</v></c></row>'
    )
    [grid] = read_book(workbook(f'<worksheet xmlns="{MAIN}">{cols}<sheetData>{rows}</sheetData></worksheet>')).grids
    assert (grid.hidden_rows, grid.hidden_cols) == ({1}, {1})
