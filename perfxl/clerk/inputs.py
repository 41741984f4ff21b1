"""The clerk's files for one batch, read before any workbook is, and their effect on the findings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TypedDict

from perfxl.clerk.config import Config, edition, read_config
from perfxl.clerk.pairs import Pairs, read_pairs, unused
from perfxl.clerk.roster import read_control
from perfxl.clerk.waivers import Waiver, read_waivers, waive
from perfxl.model import Finding, Lang, Severity
from perfxl.profiles import Profile
from perfxl.reading import Fixed, WorkbookRows
from perfxl.rules import codes_of


class ClerkFiles(TypedDict):
    """The paths of the clerk's files for one batch, as ``load_inputs`` takes them, ``None`` for those not given.

    ``control`` may also give each unit's control figure in fen by ``name_key`` of its name.
    """

    config: Path | None
    waivers: Path | None
    pairs: Path | None
    control: Path | Mapping[str, int] | None


@dataclass(frozen=True)
class ClerkInputs:
    """The clerk's files, read; ``today`` decides whether a waiver has expired."""

    config: Config | None = None
    waivers: tuple[Waiver, ...] = ()
    pairs: Pairs | None = None
    #: unit, as ``name_key`` compares it -> its control figure in fen
    control: Mapping[str, int] = field(default_factory=dict)
    today: date = field(default_factory=lambda: datetime.now().astimezone().date())
    #: the real paths of the files themselves, which are no returns
    paths: frozenset[str] = frozenset()

    @property
    def fixed(self) -> Fixed | None:
        """The pairs in the shape that the reader of workbooks takes."""
        return self.pairs.fixed if self.pairs else None

    def owns(self, path: Path) -> bool:
        """Whether a file among the returns is one of the clerk's own."""
        return bool(self.paths) and os.path.realpath(path) in self.paths

    def settle(
        self, findings: Sequence[Finding], books: Iterable[WorkbookRows], profile: Profile, lang: Lang
    ) -> tuple[Sequence[Finding], list[Finding]]:
        """The findings with waived ones marked, and the notices about waivers and pairs without effect."""
        books = list(books)
        notices = list(unused(self.pairs, books, profile, lang)) if self.pairs else []
        if self.waivers:
            findings, more = waive(self.waivers, findings, books, self.today, lang)
            notices += more
        return findings, list(_with_severity(notices, profile))


def _with_severity(notices: Iterable[Finding], profile: Profile) -> Iterator[Finding]:
    """The notices with the severity that the profile gives them, without those that it switches off."""
    for finding in notices:
        severity = profile.severity.get(finding.code, finding.severity)
        if severity != "off":
            yield replace(finding, severity=Severity(severity))


def load_inputs(
    profile: str | Profile,
    config: str | Path | None = None,
    waivers: str | Path | None = None,
    pairs: str | Path | None = None,
    control: str | Path | Mapping[str, int] | None = None,
    today: date | None = None,
) -> tuple[Profile, ClerkInputs]:
    """The profile with the clerk's settings, and the other files. Raises ``UserError`` for an unusable file."""
    settings = read_config(config) if config is not None else None
    form = edition(profile, settings)
    day = {"today": today} if today is not None else {}
    return form, ClerkInputs(
        settings,
        read_waivers(waivers, codes_of(form)) if waivers is not None else (),
        read_pairs(pairs) if pairs is not None else None,
        read_control(control) if isinstance(control, str | Path) else control or {},
        paths=frozenset(
            os.path.realpath(path) for path in (config, waivers, pairs, control) if isinstance(path, str | Path)
        ),
        **day,
    )
