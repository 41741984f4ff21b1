"""The text of a mail: what its sender wrote, without the mail that was answered; ``known.toml`` has the patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from perfxl.sources.mail.headers import Headers, text_of

#: bytes of a body that are looked at, and characters of it that are kept
MAX_BODY = 2 * 2**20
MAX_TEXT = 20_000
#: lines after the head of an answered mail in which the rest of that head must follow
_CLOSE = 4
#: characters of a line that are compared with patterns
_LINE = 300

_BLOCKS = frozenset(
    ("address", "blockquote", "br", "div", "dd", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
     "pre", "table", "tr", "ul")
)  # fmt: skip
_INVISIBLE = frozenset(("head", "script", "style", "title", "template", "noscript"))
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_CONTROLS = re.compile(r"[^\S\n]+|[\x00-\x09\x0b-\x1f\x7f]+")


def _any(several: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in several))


_KNOWN = tomllib.loads(Path(__file__).with_name("known.toml").read_text("utf-8"))
_LARGE, _ANSWERED, _AUTOMATIC, _FILES = (_KNOWN[key] for key in ("large_attachments", "quoted", "automatic", "files"))
_QUOTED, _HEAD, _NEXT = _any(_ANSWERED["lines"]), re.compile(_ANSWERED["head"]), re.compile(_ANSWERED["next"])
#: senders, subjects and values of Precedence of mails that programs write; all patterns are for lower case
SENDERS, SUBJECTS, PRECEDENCE = _any(_AUTOMATIC["senders"]), _any(_AUTOMATIC["subjects"]), _AUTOMATIC["precedence"]
#: parts that mail programs add by themselves, and files that may be returns
OWN_TYPES, OWN_NAMES, OWN_ENDINGS = _FILES["own_types"], _any(_FILES["own_names"]), tuple(_FILES["own_endings"])
RETURN_ENDINGS: tuple[str, ...] = tuple(_FILES["return_endings"])
#: names of the folder for drafts
DRAFTS = _KNOWN["drafts"]["names"]


@dataclass(frozen=True, slots=True)
class Letter:
    """The headers of one mail, what its sender wrote, and the same with the addresses of all its links."""

    headers: Headers
    text: str
    linked: str


@dataclass(slots=True)
class Bodies:
    """The texts of one mail, plain and as HTML: mostly the same text twice."""

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    def add(self, kind: str, data: bytes, charset: str) -> None:
        """Add a body of the type text/html or text/plain."""
        if kind == "text/html":
            self.pages.append(html_text(data, charset))
        else:
            self.texts.append(text_of(data[:MAX_BODY], charset).replace("\r\n", "\n").replace("\r", "\n"))

    def letter(self, headers: Headers) -> Letter:
        """The mail with the plain text, or with that of the HTML where there is none."""
        plain_ones = any(text.strip() for text in self.texts)
        shown = own_text("\n".join(self.texts if plain_ones else self.pages))
        return Letter(headers, shown, "\n".join(map(own_text, (*self.texts, *self.pages))))


def html_text(raw: bytes, charset: str) -> str:
    """The text of an HTML body, each link followed by its address. Nothing is fetched, run or resolved."""
    from lxml import etree

    page = text_of(raw[:MAX_BODY], charset).replace("\0", "")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, recover=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root is None:
        return ""
    out: list[str] = []
    invisible = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        invisible += (tag in _INVISIBLE) * (1 if event == "start" else -1)
        if tag in _BLOCKS and (tag != "br" or event == "end"):
            out.append("\n")
        if event == "start":
            out.append(_inline(element.text) if not invisible else "")
        else:
            out.append(_link(element) if tag == "a" and not invisible else "")
            out.append(_inline(element.tail) if not invisible else "")
    return "".join(out)


def _inline(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _link(element: object) -> str:
    target = element.get("href") or ""  # type: ignore[attr-defined]
    return f" {target} " if target.lower().startswith(("http://", "https://")) else ""


def own_text(text: str) -> str:
    """What the sender wrote: the text before the mail that is answered, or all of it where nothing comes before."""
    lines = [_CONTROLS.sub(" ", line).strip() for line in text.split("\n")]
    end = next((number for number in range(len(lines)) if _is_quoted(lines, number)), len(lines))
    mine = "\n".join(line for line in lines[:end] if not line.startswith(">"))
    whole = mine if mine.strip() else "\n".join(line.lstrip("> ") for line in lines)
    return re.sub(r"\n{3,}", "\n\n", whole).strip()[:MAX_TEXT]


def _is_quoted(lines: list[str], number: int) -> bool:
    line = lines[number][:_LINE].lower()
    if _QUOTED.fullmatch(line):
        return True
    follow = [after[:_LINE].lower() for after in lines[number + 1 : number + 1 + _CLOSE]]
    return bool(_HEAD.fullmatch(line) and any(_NEXT.fullmatch(after) for after in follow))


def links_large(text: str) -> bool:
    """Whether the text links to a file that stayed with a mail service or on a cloud drive."""
    low = text.lower()
    addresses = [found.partition("://")[2] for found in _ADDRESS.findall(low)]
    if addresses and any(word in low for word in _LARGE["words"]):
        return True
    return any(_leads_to(address, link) for address in addresses for link in _LARGE["links"])


def _leads_to(address: str, link: str) -> bool:
    host, _, path = address.partition("/")
    host = host.rpartition("@")[2].partition(":")[0]
    name, _, start = link.partition("/")
    return (host == name or host.endswith(f".{name}")) and path.startswith(start)
