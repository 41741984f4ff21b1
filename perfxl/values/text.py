"""Texts of cells in the form in which labels, names and figures are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: characters nobody sees: control and format characters (zero width, marks of direction), fillers
_UNSEEN = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
_UNSEEN += "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
_INVISIBLE = re.compile(f"[{_UNSEEN}]+")
_DROPPED = re.compile(rf"[\s{_UNSEEN}]+")
#: how Excel writes a character that XML cannot hold: _x000D_ is a carriage return
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: radicals that look like a character and are pasted in its place, of which NFKC knows only a few: ⻔ for 门
_RADICALS = re.compile("[\u2e80-\u2ef3]")
_CHARACTERS = str.maketrans(
    "⺁⺂⺃⺄⺅⺆⺈⺉⺊⺋⺌⺍⺎⺏⺐⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺫⺬⺭⺮⺯⺰⺲⺶⺷⺸⺹⺺⺻"
    "⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮"
    "⻯⻰⻱⻲⻳",
    "厂乛乚乙亻冂刀刂卜㔾小小兀尣尢巳幺彑彐忄㣺扌攵旡日月歺民氵氺灬爫爫丬牛犭王罒示礻竹糹纟罒羊羊羊耂肀聿"
    "肉臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阝雨青韦页风飞食食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿"
    "竜龙龜亀龟",
)  # fmt: skip
_BLANKS = re.compile(r"[^\S\r\n\v\f]+")
_LINE_ENDS = re.compile(r" ?[\r\n\v\f]+ ?")

#: a longer text is prose, not a value, and is not searched for one
LONGEST = 500
#: a value of more characters is a sentence
SENTENCE = 15

_CIRCLED = re.compile("[①-⑳]")
_LABEL_MARKS = str.maketrans("", "", "::()（）、*★")
_LABEL_LEAD = re.compile(
    r"(?:其中[:,、]?|\([0-9一二三四五六七八九十]{1,3}\)|[0-9一二三四五六七八九十]{1,3}(?:、|[.)](?![0-9])))+(?=[^:,、])"
)


def _unescape(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    # half of a surrogate pair is no character, and could not be written to a file again
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def normal(text: str) -> str:
    """NFKC with ``_x000D_`` escapes decoded: full-width digits, letters and brackets become ASCII.

    A radical becomes the character that it looks like.
    """
    if text.isascii() and "_x" not in text:
        return text
    if _RADICALS.search(text):
        text = text.translate(_CHARACTERS)
    return unicodedata.normalize("NFKC", _ESCAPE.sub(_unescape, text))


def one_line_each(text: str) -> str:
    r"""``normal`` text without unseen characters, a run of blanks as one, line ends as ``\n``, ends bare."""
    text = normal(text)
    if not _DROPPED.search(text):
        return text
    visible = _INVISIBLE.sub("", text)
    return _LINE_ENDS.sub("\n", _BLANKS.sub(" ", visible)).strip()


@lru_cache(maxsize=65_536)
def squeeze(text: str) -> str:
    """``normal`` text without any blank, line end or unseen character: ``'资金 总额：'`` is ``'资金总额:'``.

    What is dropped can bring together what then has a shorter form, hence until nothing changes.
    """
    before = None
    while text != before:
        before = text
        text = _DROPPED.sub("", normal(text))
    return text


@lru_cache(maxsize=65_536)
def label_key(text: str) -> str:
    """What two labels are compared by: no blanks, marks, leading 其中 or ordinal.

    ``'  其中：财政拨款：'`` and ``'（1）财政 拨款'`` are both ``'财政拨款'``.
    """
    bare = _LABEL_LEAD.sub("", squeeze(_CIRCLED.sub("", text)).lstrip("*★"), count=1)
    return bare.translate(_LABEL_MARKS)


@lru_cache(maxsize=65_536)
def name_key(text: str) -> str:
    """What two project or indicator names are compared by: no blanks, punctuation or symbols but ``%``."""
    return "".join(c for c in squeeze(text) if c == "%" or unicodedata.category(c)[0] not in "PS")


def is_placeholder(text: str, placeholders: frozenset[str]) -> bool:
    """Whether the text only means that there is no value: ``无``, ``/``, a mark repeated, ``———``."""
    bare = squeeze(text)
    if bare in placeholders or text in placeholders:
        return True
    return len(bare) > 1 and bare[0] in placeholders and not bare[0].isalnum() and bare == bare[0] * len(bare)


def is_total(name: str) -> bool:
    """Whether a row so named adds up others: ``合计``, ``项目支出小计``."""
    return label_key(name).endswith(("小计", "合计", "总计"))
