"""Addresses of people made unreadable, for what leaves the round."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"([^\s@，。、；：（）“”<>()])[^\s@，。、；：（）“”<>()]*@")


def mask(text: str) -> str:
    """A text in which no address of a person can be read: ``z***@example.gov.cn``."""
    return _ADDRESS.sub(r"\1***@", text)
