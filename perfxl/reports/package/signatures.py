"""The digital signature of a workbook: it vouches for the bytes as they were, and no longer for those of a copy."""

from __future__ import annotations

from perfxl.formats import Package, Unreadable
from perfxl.reports.package.links import ContentTypes, Relationships, remove_part
from perfxl.reports.package.markup import CannotAnnotate, opened

#: how the links of a package to its signatures are called, and those from there
_ORIGIN, _FURTHER = "origin", ("signature", "certificate")
_FOLDER = "_xmlsignatures/"
_TYPE = "application/vnd.openxmlformats-package.digital-signature"


def is_signed(source: bytes) -> bool:
    """Whether the bytes are a package with a digital signature. That of its macros alone does not count."""
    try:
        return bool(Relationships(opened(source), "").of_kind(_ORIGIN))
    except (CannotAnnotate, Unreadable):
        return False


def remove_signature(package: Package) -> None:
    """Take the signature out with all its parts, as Excel does when a signed workbook is changed.

    The signature of the macros stays: it vouches for them alone, and they are unchanged.
    """
    root = Relationships(package, "")
    found = root.of_kind(_ORIGIN)
    parts = {name for name in package.names if name.lower().startswith(_FOLDER)}
    waiting, seen = [one.target for one in found], {""}
    while waiting:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            own = Relationships(package, part)
            parts |= {part, own.file}
            waiting += [one.target for one in own.all if one.kind in _FURTHER]
    for one in found:
        root.remove(one.id)
    for part in parts:
        remove_part(package, part)
    if found or parts:
        ContentTypes(package).forget_kind(_TYPE)
