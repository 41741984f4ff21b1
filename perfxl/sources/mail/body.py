"""The text of a mail: what its sender wrote without the mail that was answered, and whether it links to files."""

from __future__ import annotations

import re

from perfxl.sources.mail.charsets import text_of
from perfxl.sources.mail.known import known

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
_UNSEEN = frozenset(("head", "script", "style", "title", "template", "noscript"))
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_CONTROLS = re.compile(r"[^\S\n]+|[\x00-\x09\x0b-\x1f\x7f]+")


def plain(raw: bytes, charset: str) -> str:
    """The text of a text/plain body."""
    return text_of(raw[:MAX_BODY], charset).replace("\r\n", "\n").replace("\r", "\n")


def of_html(raw: bytes, charset: str) -> str:
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
    unseen = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        unseen += (tag in _UNSEEN) * (1 if event == "start" else -1)
        if tag in _BLOCKS and (tag != "br" or event == "end"):
            out.append("\n")
        if event == "start":
            out.append(_inline(element.text) if not unseen else "")
        else:
            out.append(_link(element) if tag == "a" and not unseen else "")
            out.append(_inline(element.tail) if not unseen else "")
    return "".join(out)


def _inline(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _link(element: object) -> str:
    target = element.get("href") or ""  # type: ignore[attr-defined]
    return f" {target} " if target.lower().startswith(("http://", "https://")) else ""


def own(text: str) -> str:
    """What the sender wrote: up to the mail that is answered, or all of it where nothing stands before that."""
    lines = [_CONTROLS.sub(" ", line).strip() for line in text.split("\n")]
    end = next((number for number in range(len(lines)) if _is_quoted(lines, number)), len(lines))
    mine = "\n".join(line for line in lines[:end] if not line.startswith(">"))
    whole = mine if mine.strip() else "\n".join(line.lstrip("> ") for line in lines)
    return re.sub(r"\n{3,}", "\n\n", whole).strip()[:MAX_TEXT]


def _is_quoted(lines: list[str], number: int) -> bool:
    line = lines[number][:_LINE].lower()
    if known().quoted.fullmatch(line):
        return True
    follow = [after[:_LINE].lower() for after in lines[number + 1 : number + 1 + _CLOSE]]
    return bool(known().head.fullmatch(line) and any(known().next.fullmatch(after) for after in follow))


def links_large(text: str) -> bool:
    """Whether the text leads to a file that stayed with a mail service or on a cloud drive, instead of having it."""
    low = text.lower()
    addresses = [found.partition("://")[2] for found in _ADDRESS.findall(low)]
    if addresses and any(word in low for word in known().words):
        return True
    return any(_leads_to(address, link) for address in addresses for link in known().links)


def _leads_to(address: str, link: str) -> bool:
    host, _, path = address.partition("/")
    host = host.rpartition("@")[2].partition(":")[0]
    name, _, start = link.partition("/")
    return (host == name or host.endswith(f".{name}")) and path.startswith(start)
