"""Programs beside perfxl that some tests run: those tests are marked ``system``, and skipped where one is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest

OFFICE = shutil.which("soffice")
DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

OFFICE_MARKS = [pytest.mark.system, pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")]
DOVECOT_MARKS = [
    pytest.mark.system,
    pytest.mark.skipif(DOVECOT is None, reason="Dovecot (dovecot-imapd) is not installed"),
]


def _marked(marks: list[pytest.MarkDecorator]) -> Callable[[Any], Any]:
    def mark(test: Any) -> Any:
        for each in marks:
            test = each(test)
        return test

    return mark


needs_office = _marked(OFFICE_MARKS)
needs_dovecot = _marked(DOVECOT_MARKS)
