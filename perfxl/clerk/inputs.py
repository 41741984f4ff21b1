"""All that was handed over with one batch, read before any workbook is, and what it does to the findings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from perfxl.clerk.config import Config, edition, read_config
from perfxl.clerk.pairs import Pairs, read_pairs, unused
from perfxl.clerk.roster import read_control
from perfxl.clerk.waivers import FindingPlaces, Waiver, read_waivers, waive
from perfxl.model import Finding, Lang, Severity
from perfxl.profiles import Profile
from perfxl.reading import Fixed, WorkbookRows
from perfxl.rules import codes_of


@dataclass(frozen=True)
class ClerkInputs:
    """The clerk's files, read; ``today`` is the day by which a waiver has ended or not."""

    config: Config | None = None
    waivers: tuple[Waiver, ...] = ()
    pairs: Pairs | None = None
    #: unit, as ``name_key`` compares it -> its control figure in fen
    control: Mapping[str, int] = field(default_factory=dict)
    today: date = field(default_factory=lambda: datetime.now().astimezone().date())
    #: where the files themselves lie, which are no returns
    places: frozenset[str] = frozenset()

    @property
    def fixed(self) -> Fixed | None:
        """The fixed pairs, as a reader of workbooks takes them."""
        return self.pairs.fixed if self.pairs else None

    def owns(self, path: Path) -> bool:
        """Whether a file among the returns is one of the clerk's own."""
        return bool(self.places) and os.path.realpath(path) in self.places

    def settle(
        self, findings: Sequence[Finding], books: Iterable[WorkbookRows], profile: Profile, lang: Lang
    ) -> tuple[Sequence[Finding], list[Finding]]:
        """The findings with those marked that are waived, and notices about waivers and pairs that did nothing."""
        books = list(books)
        notices = list(unused(self.pairs, books, profile, lang)) if self.pairs else []
        if self.waivers:
            findings, more = waive(self.waivers, findings, FindingPlaces(books), self.today, lang)
            notices += more
        return findings, list(_weighed(notices, profile))


def _weighed(notices: Iterable[Finding], profile: Profile) -> Iterator[Finding]:
    """The notices with the severity that the profile gives them, without those that it switches off."""
    for finding in notices:
        said = profile.severity.get(finding.code, finding.severity)
        if said != "off":
            yield replace(finding, severity=Severity(said))


def load_inputs(
    profile: str | Profile,
    config: str | Path | None = None,
    waivers: str | Path | None = None,
    pairs: str | Path | None = None,
    control: str | Path | Mapping[str, int] | None = None,
    today: date | None = None,
) -> tuple[Profile, ClerkInputs]:
    """The profile as the clerk wants it, and the rest. ``ClerkError`` says what is wrong with a file."""
    setting = read_config(config) if config is not None else None
    form = edition(profile, setting)
    day = {"today": today} if today is not None else {}
    return form, ClerkInputs(
        setting,
        read_waivers(waivers, codes_of(form)) if waivers is not None else (),
        read_pairs(pairs) if pairs is not None else None,
        read_control(control) if isinstance(control, str | Path) else control or {},
        places=frozenset(
            os.path.realpath(path) for path in (config, waivers, pairs, control) if isinstance(path, str | Path)
        ),
        **day,
    )
