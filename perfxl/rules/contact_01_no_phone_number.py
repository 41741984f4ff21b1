"""A telephone number that cannot be one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import texts_of
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import squeeze

_DASHES = re.compile(r"[-—–－―‐‑−~]+")
_NUMBER = re.compile(
    r"(?:\+?(?:00)?86-?)?(?:1[3-9]\d(?:-?\d{4}){2}|\(?0\d{2,3}\)?-?\d{3,4}-?\d{4}|[48]00-?\d{3,4}-?\d{3,4})"
    r"(?:-\d{1,6}|\(?(?:转|分机)\d{1,6}\)?)?"
)
_BETWEEN = re.compile(r"[、,;/或]+")
LOST_ZERO = Text(
    "“{label}”是“{text}”，像是按数字录入，丢了区号开头的“0”。请把单元格设为文本格式，填“0{text}”或“区号-号码”。",
    "“{label}” is “{text}”: it seems to have been typed as a number, which loses the 0 of the area code. "
    "Format the cell as text and write “0{text}”.",
)


@table_rule(
    "CONTACT-01",
    Severity.WARNING,
    name=Text("联系电话有误", "Telephone number"),
    what=Text(
        "联系电话是 11 位手机号码，或带区号的座机号码",
        "A mobile number of 11 digits, or an area code and 7 or 8 digits",
    ),
    message=Text(
        "“{label}”写的是“{text}”，位数或格式不像电话号码。请填 11 位手机号码，或“区号-号码”。",
        "“{label}” says “{text}”, which does not look like a telephone number. "
        "Please give a mobile number of 11 digits, or area code and number.",
    ),
    group="file",
    follows=("COMPLETE-19",),
    why=Text("号码不对，有问题时联系不到填报人。", "With a wrong number nobody can be asked."),
    fix=Text("填 11 位手机号码，或“区号-号码”。", "Give a mobile number of 11 digits, or area code and number."),
    wrong=Text("联系电话：0734-00000", "联系电话: 0734-00000"),
    right=Text("联系电话：0734-0000000", "联系电话: 0734-0000000"),
)
def no_phone_number(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Several numbers may stand in one cell; each must be one. Words around a number are left aside."""
    for row in texts_of(tables, "phone"):
        plain = _DASHES.sub("-", re.sub(r"[^\d+()\-—–－―‐‑−~、,;/或转分机]", "", squeeze(row.text)))
        numbers = [number for number in _BETWEEN.split(plain) if number]
        if not numbers or not all(_NUMBER.fullmatch(number) for number in numbers):
            lost = plain.isdigit() and _NUMBER.fullmatch(f"0{plain}") is not None
            values = {"label": row.label, "text": " ".join(row.text.split())}
            yield Hit((ref(row),), values, written=row.text, message=LOST_ZERO if lost else None)
