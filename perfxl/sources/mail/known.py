"""What mail programs write, from ``known.toml``, with its patterns ready for use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Known:
    """Words, links and patterns by which mail of programs is told; all of it in lower case."""

    links: tuple[str, ...]
    words: tuple[str, ...]
    quoted: re.Pattern[str]
    head: re.Pattern[str]
    next: re.Pattern[str]
    senders: re.Pattern[str]
    subjects: re.Pattern[str]
    precedence: frozenset[str]
    own_types: frozenset[str]
    own_endings: tuple[str, ...]
    own_names: re.Pattern[str]
    return_endings: tuple[str, ...]
    drafts: frozenset[str]


@cache
def known() -> Known:
    """The contents of ``known.toml``."""
    found = tomllib.loads(Path(__file__).with_name("known.toml").read_text("utf-8"))
    large, quoted, automatic, files = (found[key] for key in ("large_attachments", "quoted", "automatic", "files"))
    return Known(
        links=tuple(large["links"]),
        words=tuple(large["words"]),
        quoted=_any(quoted["lines"]),
        head=re.compile(quoted["head"]),
        next=re.compile(quoted["next"]),
        senders=_any(automatic["senders"]),
        subjects=_any(automatic["subjects"]),
        precedence=frozenset(automatic["precedence"]),
        own_types=frozenset(files["own_types"]),
        own_endings=tuple(files["own_endings"]),
        own_names=_any(files["own_names"]),
        return_endings=tuple(files["return_endings"]),
        drafts=frozenset(found["drafts"]["names"]),
    )


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
