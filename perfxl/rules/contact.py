"""CONTACT: telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Text
from perfxl.reading import TextRow
from perfxl.rules.rule import Family, Hit
from perfxl.rules.texts import texts_of
from perfxl.rules.wording import shown
from perfxl.tables import Return
from perfxl.values import name_key, squeeze

RULES = Family()

_DASHES = re.compile(r"[-—–－―‐‑−~]+")
_NUMBER = re.compile(
    r"(?:\+?(?:00)?86-?)?(?:1[3-9]\d(?:-?\d{4}){2}|\(?0\d{2,3}\)?-?\d{3,4}-?\d{4}|[48]00-?\d{3,4}-?\d{3,4})"
    r"(?:-\d{1,6}|\(?(?:转|分机)\d{1,6}\)?)?"
)
_BETWEEN = re.compile(r"[、,;/或]+")
_OTHER_WORDS = re.compile(r"[^\d+()\-—–－―‐‑−~、,;/或转分机]")
#: a number whose area code lost its 0: 10, 2x or 3xx to 9xx, and 7 or 8 digits that begin with 2 to 8
_LOST_ZERO = re.compile(r"(?:10[2-8]\d{7}|2\d[2-8]\d{7}|[3-9]\d{2}[2-8]\d{6,7})")
LOST_ZERO = Text(
    "“{label}”为“{text}”，疑为按数字录入后丢失区号首位的“0”。\n将单元格设为文本格式，核对后填写“0{text}”。",
    "“{label}” is “{text}”: it seems to have been typed as a number, which loses the 0 of the area "
    "code.\nFormat the cell as text and write “0{text}”.",
)


@RULES.warning(
    "CONTACT-01",
    name=Text("联系电话有误", "Telephone number"),
    what=Text(
        "联系电话为 11 位手机号码，或带区号的固定电话号码",
        "A mobile number of 11 digits, or an area code and 7 or 8 digits",
    ),
    message=Text(
        "“{label}”填写的“{text}”位数或格式有误。",
        "“{label}” says “{text}”, which does not look like a telephone number.",
    ),
    group="file",
    follows=("COMPLETE-19",),
    why=Text("号码有误，需要核实时无法联系填报人。", "With a wrong number nobody can be asked."),
    fix=Text(
        "改填 11 位手机号码，或带区号的固定电话号码。", "Give a mobile number of 11 digits, or area code and number."
    ),
    wrong=Text("联系电话：0734-00000", "联系电话: 0734-00000"),
    right=Text("联系电话：0734-0000000", "联系电话: 0734-0000000"),
)
def no_phone_number(book: Return, lang: Lang) -> Iterator[Hit]:
    """A cell may contain several numbers; each must be valid. Words around a number are ignored."""
    for row in texts_of(book, "phone"):
        plain = _DASHES.sub("-", _OTHER_WORDS.sub("", squeeze(row.text)))
        numbers = [number for number in _BETWEEN.split(plain) if number]
        if not numbers or not all(map(_NUMBER.fullmatch, numbers)):
            lost = _LOST_ZERO.fullmatch(plain) is not None
            values = {"label": row.label, "text": shown(row.text)}
            yield Hit((row.ref,), values, written=row.text, message=LOST_ZERO if lost else None)


@RULES.notice(
    "CONTACT-02",
    name=Text("同一填报人电话不一致", "A person with two numbers"),
    what=Text("同一填报人在各表上的联系电话应一致", "A person has the same number on all forms"),
    message=Text(
        "填报人“{person}”的联系电话在 {where} 为“{other}”，此处为“{text}”。",
        "The number of “{person}” is “{other}” at {where}, and “{text}” here.",
    ),
    group="file",
    follows=("CONTACT-01",),
    why=Text("同一人的两个号码不一致，其中一个可能有误。", "Of two numbers of one person, one is probably wrong."),
    fix=Text("核对后各表填写同一号码。", "Give the same number on all forms."),
    wrong=Text(
        "填报人张三，一张表填 0734-0000000，另一张填 0734-0000001",
        "张三: 0734-0000000 on one form, 0734-0000001 on another",
    ),
    right=Text("填报人张三，各表都填 0734-0000000", "张三: 0734-0000000 on all forms"),
)
def two_numbers(book: Return, lang: Lang) -> Iterator[Hit]:
    """Two people with two numbers are right: projects are often filled in by those who run them."""
    people = {row.form: row.text for row in book.texts if row.field == "filler" and row.text}
    first: dict[str, TextRow] = {}
    for row in texts_of(book, "phone"):
        if person := people.get(row.form):
            before = first.setdefault(name_key(person), row)
            if re.sub(r"\D", "", before.text) != re.sub(r"\D", "", row.text):
                values = {"person": person, "text": row.text, "other": before.text, "where": before.ref}
                yield Hit((row.ref,), values, (before.ref,), written=row.text)
