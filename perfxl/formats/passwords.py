"""Files with a password: those that open with the one that every program knows, and all others, which are told.

Excel encrypts a workbook whose structure is protected with a password of its own that nobody is ever asked for.
"""

from __future__ import annotations

import io
import re

from perfxl.formats.errors import ENCRYPTED, Unreadable

_EVERYBODY_KNOWS = "VelvetSweatshop"
#: rounds of the key that are tried; Excel writes 100,000, which take a tenth of a second
_MOST_ROUNDS = 200_000
_ROUNDS = re.compile(rb'spinCount="(\d+)"')


def opened(data: bytes) -> bytes:
    """The file without its encryption. Raises ``Unreadable`` where it has a password of its own."""
    import msoffcrypto

    if any(len(rounds) > 7 or int(rounds) > _MOST_ROUNDS for rounds in _ROUNDS.findall(data)):
        raise Unreadable(*ENCRYPTED)
    out = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        file.load_key(password=_EVERYBODY_KNOWS)
        file.decrypt(out)
    except Exception as error:  # the library raises many kinds of errors, on a wrong password too
        raise Unreadable(*ENCRYPTED) from error
    return out.getvalue()
