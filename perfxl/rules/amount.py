"""AMOUNT: how amounts of money are written and stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from perfxl.model import Change, Lang, Severity, Text
from perfxl.profiles import Field
from perfxl.reading import AmountRow, FormRows
from perfxl.rules.rule import DECLARED_SUMS, Family, Hit
from perfxl.rules.sum_sides import measure_of
from perfxl.rules.texts import declared
from perfxl.rules.wording import shown
from perfxl.tables import Return
from perfxl.values import decimals, parse_amount, squeeze, to_fen, wan

RULES = Family(needs="amounts")

#: notes of the reader about the digits of an amount
WAYS = {
    "full_width": Text("全角数字", "full-width digits"),
    "thousands": Text("千分位分隔符", "thousands separators"),
    "capitals": Text("中文大写数字", "Chinese numerals"),
    "spaces": Text("数字中间的空格", "blanks within a figure"),
}
SHORT = Text(
    "金额单位写作“{unit}”，应为“{measure}”，已按{measure}审核。\n删去单位，只填数字。",
    "The unit is written “{unit}”; it should be {measure}, and was read so.\nRemove the unit and give figures only.",
)
SHOWN = Text(
    "“{label}”存储 {text}，表上只显示 {shown}，未显示的小数会计入合计。",
    "“{label}” holds {text}, of which the sheet shows {shown}; what nobody sees counts in the totals.",
)
HIDDEN = Text(
    "“{label}”存储 {text}，表上只显示 {shown}，未显示的小数会计入合计。\n核对数额，将单元格格式设为保留小数点后 "
    "{decimals} 位。",
    "“{label}” holds {text}, of which the sheet shows {shown}; what nobody sees counts in the totals.\nCheck it, and "
    "let the cell show {decimals} decimals.",
)
FORMULA_UNREAD = Text(
    "指标值是公式，文件中没有保存计算结果：{each}。\n在 Excel 或 WPS 中打开，重新计算并保存。",
    "Values are formulas without a stored result: {each}.\nOpen and save the file in Excel or WPS and send it again.",
)
FORMULA_BROKEN = Text(
    "指标值显示错误值：{each}。\n改正公式或直接填写数字。",
    "Values show an error: {each}.\nMend the formula or type the figure.",
)
SHOWS = Text("“{label}”存储 {text}，显示为“{shown}”", "“{label}” holds {text} and shows “{shown}”")
SHOWS_NOTHING = Text("“{label}”存储 {text}，不显示任何内容", "“{label}” holds {text} and shows nothing")


@RULES.error(
    "AMOUNT-01",
    name=Text("金额单位不符", "Unit of money differs"),
    what=Text("单元格内注明的单位与表头的金额单位不同", "The cell states another unit than the head of the form"),
    message=Text(
        "“{label}”填写“{text}”，表头的金额单位是{measure}；按所写单位折合 {amount} 万元。",
        "“{label}” says “{text}” while the form counts in {measure}; as written it is {amount} 万元.",
    ),
    why=Text(
        "单位不同的数不能直接相加，元和万元差一万倍。",
        "Figures in different units cannot be added: 元 and 万元 are ten thousand apart.",
    ),
    fix=Text(
        "核对所写单位：单位写错的，删去单位，只填数字；单位无误的，换算为表头的单位后只填数字。",
        "If the unit is wrong, remove it and keep the figure; if it is right, convert to the unit of the head.",
    ),
    wrong=Text("表头是“万元”，单元格填“80000元”", "The head says 万元, the cell 80000元"),
    right=Text("表头是“万元”，单元格填“8.00”", "The head says 万元, the cell 8.00"),
)
def other_unit(book: Return, lang: Lang) -> Iterator[Hit]:
    """Costs among the indicators have a unit of their own and are left out. 0元 is 0 in any unit, hence a notice."""
    for row in _readable(book):
        measure = measure_of(row.form, book.profile)
        if row.measure not in ("", measure) and not row.per:
            values = {"label": row.label, "text": row.text, "measure": measure, "amount": wan(row.fen or 0)}
            repairs = ((_as_in(row, measure),),) if row.fen else ()
            yield Hit(
                (row.ref,), values, written=row.text, severity=None if row.fen else Severity.NOTICE, repairs=repairs
            )


def _as_in(row: AmountRow, measure: str) -> Change:
    """By how much the amount changes if the unit that it is written with was meant to be another."""
    fen, units = row.fen or 0, (to_fen(Decimal(1), unit) for unit in (measure, row.measure))
    meant, written = (unit[0] if unit else 1 for unit in units)
    by = fen * meant // written - fen
    return Change(row.ref, by, by)


def _readable(book: Return) -> Iterator[AmountRow]:
    """The amounts of fields and tasks that can be read."""
    return (row for row in book.amounts if row.table != "indicators" and row.state == "ok")


@RULES.error(
    "AMOUNT-02",
    name=Text("金额单位写错", "Unit misspelt"),
    what=Text("单位疑为“万元”，但有错字", "The unit looks like 万元 but is misspelt"),
    message=Text(
        "“{label}”填写“{text}”，单位有误，疑为“万元”。\n核对数额；确为万元的，改填 {amount}，不写单位。",
        "“{label}” says “{text}”: the unit is misspelt, probably for 万元.\nCheck the amount; if 万元 is "
        "meant, write {amount} without a unit.",
    ),
    group="form",
    why=Text("单位有误，无法确定金额。", "With a misspelt unit nobody can be sure of the amount."),
    fix=Text("删去单位，只填以表头单位计的数字，并核对数额。", "Remove the unit, keep the figure, and check it."),
    wrong=Text("财政拨款：5.00万无", "财政拨款: 5.00万无"),
    right=Text("财政拨款：5.00", "财政拨款: 5.00"),
)
def misspelt_unit(book: Return, lang: Lang) -> Iterator[Hit]:
    """A unit of money that is misspelt (万无, 万园). ``250万`` is only short for 万元: one notice for a whole form."""
    for row in book.amounts:
        if not row.misspelt or row.state != "ok":
            continue
        measure = measure_of(row.form, book.profile)
        if measure.startswith(row.misspelt):
            values = {"unit": row.misspelt, "measure": measure}
            yield Hit((row.ref,), values, written=row.text, severity=Severity.NOTICE, message=SHORT)
        else:
            values = {"label": row.label, "text": row.text, "amount": wan(row.fen or 0)}
            yield Hit((row.ref,), values, written=row.text)


@RULES.notice(
    "AMOUNT-04",
    name=Text("小数位数不足", "Fewer decimals than asked for"),
    what=Text("金额以万元为单位，保留小数点后两位", "Amounts in 万元 with two decimals"),
    message=Text(
        "金额应保留小数点后 {decimals} 位，如 17 写作 {example}。",
        "Amounts need {decimals} decimals: 17 is written {example}.",
    ),
    group="file",
    follows=("AMOUNT-11",),
    why=Text("小数位数一致，便于核对。", "Figures with the same decimals line up and are easier to compare."),
    fix=Text("将金额补足规定的小数位数，或将单元格改为数值格式。", "Add the decimals, or make the cell a number."),
    wrong=Text("金额都按文本填写，财政拨款写“5”", "All amounts are text, 财政拨款 says 5"),
    right=Text("财政拨款写“5.00”", "财政拨款 says 5.00"),
)
def not_two_decimals(book: Return, lang: Lang) -> Iterator[Hit]:
    """An amount typed as text with fewer decimals than the profile asks for; of a number, the cell's format decides.

    A cell that repeats its unit, and a text among numbers, has to be typed again anyway: AMOUNT-06 and AMOUNT-11.
    """
    wanted = book.profile.decimals
    for row in _readable(book):
        if not row.number and not row.measure and row.decimals is not None and row.decimals < wanted:
            yield Hit((row.ref,), {"decimals": wanted, "example": f"{17:.{wanted}f}"}, written=row.text)


@RULES.warning(
    "AMOUNT-05",
    name=Text("小数位数过多或未显示", "Too many decimals, or not shown"),
    what=Text("金额保留小数点后两位，并全部显示", "Amounts have two decimals, and show them"),
    message=Text(
        "“{label}”填写 {text}，有 {n} 位小数，应保留 {decimals} 位。",
        "“{label}” is {text}, with {n} decimals; {decimals} are allowed.",
    ),
    why=Text(
        "多余的小数打印时不显示，各项之和与合计会出现尾差。",
        "Decimals that do not show in print make totals differ in the last digit.",
    ),
    fix=Text(
        "将金额四舍五入到规定的小数位数，再核对合计。", "Round to the decimals asked for and check the totals again."
    ),
    wrong=Text("资金总额：5.0012", "资金总额: 5.0012"),
    right=Text("资金总额：5.00", "资金总额: 5.00"),
)
def too_many_decimals(book: Return, lang: Lang) -> Iterator[Hit]:
    """An amount with more decimals, as written or as stored, than the profile allows. 5.000 is 5.00 and passes.

    Where the number format displays fewer, also of two that are allowed, the message gives the displayed figure too.
    """
    wanted = book.profile.decimals
    for row in _readable(book):
        measure = measure_of(row.form, book.profile)
        step, _ = to_fen(Decimal(10) ** -wanted, measure) or (1, True)
        exact = (row.fen or 0) % max(step, 1) == 0 and "sub_fen" not in row.notes
        hidden = bool(row.shown) and "scaled" not in row.notes
        if (exact and not hidden) or row.measure not in ("", measure):
            continue
        values = {"label": row.label, "text": row.text, "n": row.decimals, "decimals": wanted, "shown": row.shown}
        # a format may still show too many
        rounded = hidden and decimals(Decimal(row.shown)) <= wanted
        yield Hit((row.ref,), values, written=row.text, message=HIDDEN if exact else SHOWN if rounded else None)


@RULES.notice(
    "AMOUNT-06",
    name=Text("金额中重复注明单位", "Unit repeated in the cell"),
    what=Text(
        "表头已注明金额单位，单元格里只填数字，保留两位小数",
        "The head names the unit; the cell holds the figure only, with two decimals",
    ),
    message=Text(
        "金额填写为“{text}”等文字，表头已注明单位，表格无法自动合计。\n删去单位，只填数字并保留小数点后 "
        "{decimals} 位，如 {example}。",
        "Amounts are typed as text such as “{text}”, which the sheet cannot add; the head names the unit.\n"
        "Remove the unit and give figures only, with {decimals} decimals, such as {example}.",
    ),
    why=Text("带单位的金额是文本，表格不能自动合计。", "A cell with a unit in it is text, which a sheet cannot add."),
    fix=Text("删去单元格内的单位，只保留数字。", "Remove the unit and keep the figure."),
    wrong=Text("财政拨款：8.00万元", "财政拨款: 8.00万元"),
    right=Text("财政拨款：8.00", "财政拨款: 8.00"),
)
def unit_repeated(book: Return, lang: Lang) -> Iterator[Hit]:
    """Amounts that repeat the unit of the head (8.00万元): one finding a file, with all cells."""
    wanted, profile = book.profile.decimals, book.profile
    repeated = (row for row in _readable(book) if row.measure == measure_of(row.form, profile))
    found = [row for row in repeated if not row.misspelt and not row.per]
    if found:
        quoted = found[0]
        figure = Decimal(quoted.fen or 0) / (to_fen(Decimal(1), quoted.measure) or (1, True))[0]
        example = {"text": quoted.text, "decimals": wanted, "example": f"{figure:.{wanted}f}"}
        yield Hit(tuple(dict.fromkeys(row.ref for row in found)), example, written=found[0].text)


WITH_MEASURE = Text(
    "分值、得分“{text}”带有“分”字，已按 {figure} 审核。\n删去“分”字，只填数字。",
    "Weights or scores such as “{text}” have 分 behind them; {figure} was read.\nType the figure alone.",
)
_POINTS = re.compile(r"\d+(?:\.\d+)?分")


@RULES.notice(
    "AMOUNT-07",
    name=Text("数字写法不规范", "Unusual writing of figures"),
    what=Text(
        "金额、分值和得分用半角阿拉伯数字填写，不用全角、大写数字、分隔符和空格，不带“分”字",
        "Amounts, weights and scores are plain digits: no full-width ones, Chinese numerals, separators, blanks or 分",
    ),
    message=Text(
        "金额“{text}”使用了{ways}，已按数字审核。",
        "Amounts such as “{text}” are written with {ways}; they were read.",
    ),
    why=Text(
        "全角、大写或带分隔符的数是文本，表格不能自动合计。",
        "Full-width digits, numerals in words and separators are text, which a sheet cannot add.",
    ),
    fix=Text("改填为半角阿拉伯数字，不加单位、分隔符和空格。", "Type plain digits and nothing else."),
    wrong=Text("资金总额：捌万元", "资金总额: 捌万元"),
    right=Text("资金总额：8.00", "资金总额: 8.00"),
)
def unusual_writing(book: Return, lang: Lang) -> Iterator[Hit]:
    """They are read, but no sheet can add them: one finding a file, with the costs among the indicators."""
    found = [row for row in book.amounts if row.state == "ok" and not row.number and _is_unusual(row)]
    if found:
        ways = [way.render(lang) for note, way in WAYS.items() if any(note in row.notes for row in found)]
        values = {"text": found[0].text, "ways": Text("、", ", ").render(lang).join(ways)}
        yield Hit(tuple(dict.fromkeys(row.ref for row in found)), values, written=found[0].text)
    points = [(form.ref(row, col), text) for form in book.forms for text, row, col in form.with_measure]
    points += [(row.ref, row.written) for row, _ in declared(book, _is_points) if squeeze(row.written).endswith("分")]
    points = [(ref, text) for ref, text in dict(points).items() if _POINTS.fullmatch(squeeze(text))]
    if points:
        values = {"text": shown(points[0][1]), "figure": squeeze(points[0][1])[:-1]}
        yield Hit(tuple(ref for ref, _ in points), values, written=points[0][1], message=WITH_MEASURE)


def _is_points(field: Field) -> bool:
    return field.kind == "points"


def _is_unusual(row: AmountRow) -> bool:
    return not WAYS.keys().isdisjoint(row.notes)


@RULES.notice(
    "AMOUNT-09",
    name=Text("金额留空", "Amount left blank"),
    what=Text("同一组金额中部分未填写的，按 0 处理", "Of amounts that belong together, a blank one counts as 0"),
    message=Text(
        "“{label}”未填写，已按 0 处理。",
        "“{label}” is blank and was taken as 0.",
    ),
    group="file",
    follows=(DECLARED_SUMS,),
    why=Text(
        "未填写的，无法区分没有该项资金与漏填。", "A blank does not say whether there is none or it was forgotten."
    ),
    fix=Text("没有该项资金的填 0，漏填的补填金额。", "Write 0 where there is none, or add the amount."),
    wrong=Text("资金总额 5.00，财政拨款 5.00，其他资金空着", "资金总额 5.00, 财政拨款 5.00, 其他资金 blank"),
    right=Text("资金总额 5.00，财政拨款 5.00，其他资金 0.00", "资金总额 5.00, 财政拨款 5.00, 其他资金 0.00"),
)
def blank_among_filled(book: Return, lang: Lang) -> Iterator[Hit]:
    """A blank amount among amounts of one period of a form, or of one line of a table, that are filled in.

    Amounts of tasks are named by their column, so that the same column of many tasks is one notice.
    """
    filled = {_group(row) for row in book.amounts if row.state == "ok"}
    for row in book.amounts:
        if row.state == "blank" and row.table != "indicators" and _group(row) in filled:
            yield Hit((row.ref,), {"label": row.label.rpartition("·")[2] if row.role == "row" else row.label})


def _group(row: AmountRow) -> tuple[FormRows, str, int, str, str]:
    return row.form, row.table, row.item, row.role, row.period


@RULES.error(
    "AMOUNT-10",
    name=Text("公式没有重新计算", "Formula not worked out"),
    what=Text("公式保存的结果与表内数据一致", "What a formula last gave is what it gives now"),
    message=Text(
        "“{label}”是公式 {formula}，保存的结果为 {stated} 万元，按表内现有数据应为 {computed} 万元。",
        "“{label}” is the formula {formula} with the stored result {stated}; by the figures on the sheet "
        "it is {computed}.",
    ),
    needs="",
    group="file",
    follows=(DECLARED_SUMS, "AMOUNT-08"),
    why=Text("文件打开并重新计算后，金额将与报送数不一致。", "When somebody opens the file the amount will change."),
    fix=Text("在 Excel 或 WPS 中打开文件，按 F9 重新计算，核对后保存。", "Press F9, check, and save."),
    wrong=Text("=SUM(E15:E23)，存下 404.03，应为 394.03", "=SUM(E15:E23) stored as 404.03, should be 394.03"),
    right=Text("=SUM(E15:E23)，存下 394.03", "=SUM(E15:E23) stored as 394.03"),
)
def formula_not_worked_out(book: Return, lang: Lang) -> Iterator[Hit]:
    """A formula whose stored result is out of date, or an indicator value that is a formula without a usable result.

    Only formulas that add cells of their sheet are calculated again. An amount without any result is AMOUNT-08; of a
    total that differs, the sum itself reports that its result is old.
    """
    for row in book.amounts:
        if row.state == "ok" and row.fen is not None and row.again is not None and row.again != row.fen:
            values = {
                "label": row.label, "formula": row.formula, "stated": wan(row.fen), "computed": wan(row.again),
            }  # fmt: skip
            yield Hit((row.ref,), values, (), row.fen, row.again, row.fen - row.again, written=row.formula)
    for line in book.indicators:
        if line.kind == "unread":
            message = FORMULA_BROKEN if "error_value" in line.notes else FORMULA_UNREAD
            yield Hit(
                (line.ref,), written=line.value, message=message, each=f"“{shown(line.name)}”{line.value}",
                severity=Severity.WARNING,
            )  # fmt: skip


@RULES.notice(
    "AMOUNT-11",
    name=Text("数字存为文本", "Number stored as text"),
    what=Text("金额应存为数字，不存为文本", "Amounts are stored as numbers, not as text"),
    message=Text(
        "以下金额存为文本，Excel 求和时不计入：{each}。审核时已按所写数字计算。",
        "These amounts are stored as text, which sums of Excel pass over: {each}. They were checked as written.",
    ),
    group="file",
    hinted="text_not_added",
    why=Text(
        "求和公式不计算文本，自动算出的合计将少于各项之和，汇总时也会漏计。",
        "SUM passes over text: what the sheet or the bureau adds up lacks these amounts.",
    ),
    fix=Text(
        "将单元格格式改为“数值”，重新输入数字；有绿色三角标记的，可选“转换为数字”。",
        "Format the cells as numbers and type them again, or choose “Convert to Number” at the green triangle.",
    ),
    wrong=Text("其他金额都是数字，财政拨款的“5.00”是文字", "All amounts are numbers but 财政拨款, whose 5.00 is text"),
    right=Text("财政拨款的 5.00 也是数字", "The 5.00 of 财政拨款 is a number too"),
)
def number_as_text(book: Return, lang: Lang) -> Iterator[Hit]:
    """An amount stored as text in a file whose other amounts are numbers: the file's own sums leave it out.

    Not where all amounts are text, as in a document. A text with a unit is AMOUNT-02's or AMOUNT-06's, one in unusual
    digits AMOUNT-07's; they ask for the same. 0 changes no sum.
    """
    with_numbers = any(row.number for row in book.amounts if row.table != "indicators")
    for row in _readable(book) if with_numbers else ():
        with_unit = row.measure or row.misspelt or row.per
        if not row.number and row.fen and not with_unit and not _is_unusual(row):
            yield Hit((row.ref,), written=row.text, each=f"“{row.label}”{shown(row.text)}")


@RULES.warning(
    "AMOUNT-12",
    name=Text("显示内容与实际存储的数值不一致", "Shown otherwise than stored"),
    what=Text(
        "单元格显示的就是所存的数，数字格式不缩小、不隐藏、不改变它",
        "A cell shows the number that it holds; no number format scales, hides or changes it",
    ),
    message=Text(
        "单元格格式使显示内容与存储的数值不一致：{each}。审核和汇总以存储的数值为准。",
        "A number format shows something else than the cell holds: {each}. What is stored is checked and added.",
    ),
    needs="",
    group="file",
    why=Text(
        "打印和阅看的是显示内容，审核、汇总和导入系统取的是存储的数值，两者不一致会造成误判。",
        "People read what is shown; what is checked, added and imported is what is stored.",
    ),
    fix=Text(
        "在“设置单元格格式”中选“数值”，保留规定的小数位数，再按表头的单位重新填写这个数。",
        "Set a plain number format with the decimals asked for, and type the number again in the unit of the form.",
    ),
    wrong=Text(
        "单元格存储 50000，格式为 0!.0000，显示 5.0000", "A cell holds 50000 under the format 0!.0000 and shows 5.0000"
    ),
    right=Text("单元格存储 5，显示 5.00", "A cell holds 5 and shows 5.00"),
)
def shown_as_something_else(book: Return, lang: Lang) -> Iterator[Hit]:
    """A number format that leaves digits out (``0.00,``), draws others (``"9"0.00``), or shows no figure (``;;;``).

    A unit that is drawn beside the figure is no other figure, unless it is another unit than that of the form.
    """
    for row in book.amounts:
        if "scaled" in row.notes or "drawn" in row.notes:
            seen = row.shown if "scaled" in row.notes else shown(row.seen)
            yield Hit((row.ref,), written=row.text, each=_each(row.label, row.text, seen, lang))
    for stray in book.strays:
        if stray.why == "drawn":
            stored, _, seen = stray.text.partition("\n")
            yield Hit((stray.ref,), written=stored, each=_each(stray.ref.cell, stored, seen.strip(), lang))


def _each(label: str, stored: str, seen: str, lang: Lang) -> str:
    shows = SHOWS if seen else SHOWS_NOTHING
    return shows.render(lang, label=label, text=shown(stored), shown=seen)


@RULES.error(
    "AMOUNT-14",
    name=Text("注明的金额单位与金额不符", "Printed unit of money and amounts differ"),
    what=Text(
        "表头、栏目注明的金额单位就是本表金额的单位，与其他各表一致",
        "The unit of money that a head or label names is that of the amounts, and that of the other forms",
    ),
    message=Text(
        "此处注明的金额单位是“{printed}”，而本表金额应以“{unit}”为单位：如“{example}”，按{printed}折合 "
        "{one} 万元，按{unit}折合 {other} 万元。",
        "The unit of money is given as {printed} here, but the amounts are in {unit}: {example} is {one} 万元"
        " in {printed} and {other} in {unit}.",
    ),
    why=Text(
        "单位与金额不符，汇总和核对时金额会差成百上千倍。",
        "Where the unit is wrong, the amounts are wrong by hundreds or thousands of times.",
    ),
    fix=Text(
        "将此处的金额单位改为本表金额实际使用的单位；如金额确以所注单位填写，请换算各项金额。",
        "Name the unit in which the amounts are given; if they are in the unit named here, convert the amounts.",
    ),
    wrong=Text("金额单位：元（表中资金总额 17.00，实为 17 万元）", "金额单位：元 over 17.00, which is 17 万元"),
    right=Text("金额单位：万元（表中资金总额 17.00）", "金额单位：万元 over 17.00"),
)
def printed_unit_differs(book: Return, lang: Lang) -> Iterator[Hit]:
    """A head (金额单位：元) or label (项目资金（元）) with another unit than that by which the amounts were read."""
    for stray in book.strays:
        if stray.why == "unit":
            printed, unit, example = stray.text.split("\n")
            one, other = (wan(parse_amount(example, each).fen or 0) for each in (printed, unit))
            values = {"printed": printed, "unit": unit, "example": example, "one": one, "other": other}
            yield Hit((stray.ref,), values, written=printed)
