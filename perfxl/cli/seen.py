"""The words for what a cell was read as, and for the value that was understood."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from perfxl.model import Lang, Text
from perfxl.values import Amount, Value, wan

if TYPE_CHECKING:
    from perfxl.profiles import Form, Profile
    from perfxl.reading.explain import CellSeen
    from perfxl.reading.trace import Seen

ROLES = {
    "title": Text("表名：{form}", "title of the form {form}"),
    "label": Text("“{label}”的标签", "label of {label}"),
    "value": Text("“{label}”的内容", "value of {label}"),
    "task": Text("任务的“{label}”", "task: {label}"),
    "line": Text("{label}", "{label}"),
    "level": Text("指标级别：{label}", "level {label}"),
    "head": Text("表头或栏目名", "head"),
    "unused": Text("“{label}”栏，不审核", "column “{label}”, not checked"),
    "note": Text("说明文字，不读", "a note, not read"),
    "mark": Text("符号、编号或空白标记，不读", "marks or numbers of rows, not read"),
    "heading": Text("表头以上的文字，不读", "words above the form, not read"),
    "beside": Text("表格以外的内容，不读", "beside the table, not read"),
    "text": Text("其他文字，不读", "other words, not read"),
    "unread": Text("没有读到（LAYOUT-07）", "could not be placed (LAYOUT-07)"),
    "covered": Text("被合并单元格盖住，没有读", "lies under a merged area, not read"),
    "outside": Text("不在申报表之内，不读", "outside the forms, not read"),
    "ignored": Text("这张工作表上没有认出申报表，不读", "no form was recognised on this sheet, not read"),
    "own": Text("审核时加的问题清单，不读", "the list of findings of an annotated copy, not read"),
}
COLUMNS = {
    "third": Text("指标名称", "name of the indicator"),
    "value": Text("指标值", "value of the indicator"),
    "operator": Text("指标值的符号", "sign of the value"),
    "measure": Text("指标值的计量单位", "measure of the value"),
    "weight": Text("指标的分值", "weight of the indicator"),
    "actual": Text("实际完成值", "actual value"),
    "score": Text("得分", "score"),
    "reason": Text("偏差原因", "reason"),
}
UNKNOWN_LEVEL = Text("表式里没有的级别", "not known to the profile")
HIDDEN = Text("（隐藏）", " (hidden)")
WAN = Text("{amount} 万元", "{amount} 万元")
TICKED = Text("勾选：{options}", "ticked: {options}")
NO_TICK = Text("没有勾选", "nothing ticked")
SAID_NOTHING = Text("等于没填", "says nothing")
NOT_UNDERSTOOD = Text("读不出数", "no figure can be read")
NOTHING_READ = Text("错误值或没有结果的公式，读不到", "an error or a formula without a result, nothing read")
WORDS = Text("文字", "words")


def read_as(cell: CellSeen, profile: Profile, lang: Lang) -> str:
    """Everything that a cell was read as, in words."""
    comma = "；" if lang == "zh" else "; "
    told = comma.join(_role(one, profile, cell.form, lang) for one in cell.seen)
    return told + (HIDDEN.render(lang) if cell.hidden else "")


def _role(seen: Seen, profile: Profile, form: Form | None, lang: Lang) -> str:
    name = form.name(lang) if form else ""
    return ROLES[seen.role].render(lang, label=_label(seen, profile, form, lang), form=name)


def _label(seen: Seen, profile: Profile, form: Form | None, lang: Lang) -> str:
    if seen.role == "unused":
        return str(seen.value)
    if seen.role == "level":
        return profile.levels[seen.key].name if seen.key else UNKNOWN_LEVEL.render(lang)
    if seen.role == "line":
        return COLUMNS[seen.key].render(lang)
    if form is not None and seen.role in ("label", "value"):
        return form.fields[seen.key].plain_label
    if form is not None and form.tasks and seen.role == "task":
        return next(column.label for column in form.tasks.columns if column.key == seen.key)
    return ""


def understood(seen: Seen, profile: Profile, form: Form | None, lang: Lang) -> str:
    """The value in words, ``""`` where it is just the text of the cell."""
    value = seen.value
    if isinstance(value, Amount):
        return _amount(value, lang)
    if isinstance(value, Value):
        return _value(value, lang)
    if seen.role == "value" and form is not None and form.fields[seen.key].kind == "choice":
        return TICKED.render(lang, options=value) if value else NO_TICK.render(lang)
    return value if seen.role == "value" and form and form.fields[seen.key].kind == "year" else ""


def _amount(amount: Amount, lang: Lang) -> str:
    if amount.fen is not None:
        return WAN.render(lang, amount=wan(amount.fen))
    return (SAID_NOTHING if amount.state in ("blank", "placeholder") else NOT_UNDERSTOOD).render(lang)


def _value(value: Value, lang: Lang) -> str:
    if value.kind in ("empty", "placeholder"):
        return SAID_NOTHING.render(lang)
    if value.kind == "unread":
        return NOT_UNDERSTOOD.render(lang)
    if not value.numbers:
        return WORDS.render(lang)
    if value.fen is not None:
        return f"{value.operator} {WAN.render(lang, amount=wan(value.fen))}".strip()
    if value.kind in ("date", "period"):
        return f"{value.operator} {'~'.join(map(_day, value.numbers))}".strip()
    numbers = "~".join(f"{number:f}" for number in value.numbers)
    return " ".join(part for part in (value.operator, numbers, value.measure) if part)


def _day(number: Decimal) -> str:
    """20201231 -> 2020-12-31; a month or a year has less."""
    digits = f"{number:f}"
    return "-".join(part for part in (digits[:4], digits[4:6], digits[6:]) if part)


def facts(seen: Seen, profile: Profile, form: Form | None) -> dict[str, Any]:
    """The same for a program: keys of the profile, amounts as decimal strings in 万元."""
    data: dict[str, Any] = {"role": seen.role, "key": seen.key}
    value = seen.value
    if isinstance(value, Amount):
        data |= {"state": value.state, "amount": None if value.fen is None else wan(value.fen)}
    elif isinstance(value, Value):
        numbers = [f"{number:f}" for number in value.numbers]
        data |= {"kind": value.kind, "operator": value.operator, "numbers": numbers, "measure": value.measure}
    elif seen.role == "value" and form is not None and form.fields[seen.key].kind == "choice":
        data["ticked"] = [one for one in value.split("、") if one]
    return data
