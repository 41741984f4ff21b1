"""Text from outside made fit for a line of a letter: one line, nothing invisible, nothing to click on."""

from __future__ import annotations

import re

#: line breaks and other controls, of which a header or a list could be made to begin anew
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: what nobody sees, marks that turn the direction of reading, halves of a character
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
#: what a mail program would make a link of
_LINK = re.compile(r"(?i)(?<=[a-z]):(?=//)|(?<=mailto):|(?<=www)\.")


def line(text: str, most: int = 0) -> str:
    """The text on one line, runs of blanks as one, cut to ``most`` characters if that is given."""
    plain = " ".join(_INVISIBLE.sub("", _CONTROL.sub(" ", text)).split())
    return f"{plain[: most - 1]}…" if most and len(plain) > most else plain


def foreign(text: str, most: int = 0) -> str:
    """The same for text that a unit sent: what would become a link is written so that it does not."""
    return _LINK.sub(lambda mark: "：" if mark[0] == ":" else "．", line(text, most))
