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
LOST_ZERO = Text(
    "“{label}”是“{text}”，像是按数字录入，丢了区号开头的“0”。请把单元格设为文本格式，填“0{text}”或“区号-号码”。",
    "“{label}” is “{text}”: it seems to have been typed as a number, which loses the 0 of the area code. "
    "Format the cell as text and write “0{text}”.",
)


@RULES.warning(
    "CONTACT-01",
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
def no_phone_number(book: Return, lang: Lang) -> Iterator[Hit]:
    """A cell may contain several numbers; each must be valid. Words around a number are ignored."""
    for row in texts_of(book, "phone"):
        plain = _DASHES.sub("-", _OTHER_WORDS.sub("", squeeze(row.text)))
        numbers = [number for number in _BETWEEN.split(plain) if number]
        if not numbers or not all(map(_NUMBER.fullmatch, numbers)):
            lost = plain.isdigit() and _NUMBER.fullmatch(f"0{plain}") is not None
            values = {"label": row.label, "text": shown(row.text)}
            yield Hit((row.ref,), values, written=row.text, message=LOST_ZERO if lost else None)


@RULES.notice(
    "CONTACT-02",
    name=Text("同一填报人电话不一致", "A person with two numbers"),
    what=Text("同一填报人在各表上的联系电话应一致", "A person has the same number on all forms"),
    message=Text(
        "填报人“{person}”的电话在 {where} 是“{other}”，这里是“{text}”。请核对哪个正确。",
        "The number of “{person}” is “{other}” at {where}, and “{text}” here. Please check which is right.",
    ),
    group="file",
    why=Text("同一个人写了两个号码，多半有一个是错的。", "Of two numbers of one person, one is probably wrong."),
    fix=Text("核对后统一；两个号码都能联系到的，可以不改。", "Use one of them; if both are right, leave them."),
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
