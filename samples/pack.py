"""Make a workbook's bytes the same on every run: fixed times in the zip and in its properties."""

from __future__ import annotations

import io
import re
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)


def steady(workbook: bytes, saved: str) -> bytes:
    """The same workbook with ``saved`` (``2020-02-05T09:30:00Z``) as its only date."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _dated(part, saved)
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, part)
    return out.getvalue()


def _dated(core: bytes, saved: str) -> bytes:
    pattern = rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*"
    return re.sub(pattern, lambda match: match[1] + saved.encode(), core)
