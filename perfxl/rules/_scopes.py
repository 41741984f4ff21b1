"""Shared by CROSS-13: the indicators that name one thing on several forms of a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from perfxl.profiles import Profile
from perfxl.rules._narrative import Line, lines
from perfxl.rules._same_project import continued_lists
from perfxl.rules._wording import PERCENT, QUALITY, QUANTITY
from perfxl.tables import Tables, rows
from perfxl.values import squeeze
from perfxl.values.quantities import measure_class

#: so many characters of a project's name tell that a department's indicator is about it
_ABOUT = 6
#: a shorter noun is in many a name
_NOUN = 4


class Named(NamedTuple):
    """An output indicator and the form it stands on."""

    line: Line
    form: Any

    @property
    def row(self) -> Any:
        """Its row of the table."""
        return self.line.row


Outputs = dict[int, list[Named]]


def outputs(tables: Tables) -> Outputs:
    """Submission -> quantities and rates of quality of the year, with one figure.

    Of a form with two periods also the other one's, where one list was run over both.
    """
    forms = {form.form_id: form for form in rows(tables.forms)}
    continued = continued_lists(tables)
    found: Outputs = {}
    for form_id, of_form in lines(tables).items():
        for line in of_form:
            row = line.row
            of_year = row.period == "year" or form_id in continued
            if of_year and row.second in (QUANTITY, QUALITY) and len(row.numbers) == 1:
                found.setdefault(row.submission, []).append(Named(line, forms[form_id]))
    return found


def is_whole(profile: Profile, form: Any) -> bool:
    """Whether a form is the whole department's."""
    return profile.forms[form.form].tasks is not None


def by_noun(found: list[Named], profile: Profile) -> dict[tuple[str, str], list[Named]]:
    """(noun, class of measure) -> the indicators of exactly that noun, rates that any work has left out."""
    groups: dict[tuple[str, str], list[Named]] = {}
    plain = profile.lexicon.get("plain_rates", ())
    for named in found:
        for key in named.line.keys:
            if key not in plain:
                groups.setdefault((key, measure_class(named.line.measure)), []).append(named)
    return groups


def says_stock(profile: Profile, named: Named) -> bool:
    """Whether an indicator counts what is there whatever the project does: 辐射机关事业单位."""
    return named.row.second == QUANTITY and squeeze(named.row.name).startswith(
        profile.lexicon.get("stock_words", ()) or ("\0",)
    )


def other_scopes(found: list[Named], profile: Profile) -> Iterator[tuple[Named, Named]]:
    """(the department's quantity, the project's) that seem to count one thing, but the department counts fewer.

    Its name says that it speaks of all and holds the noun of a stock, or it holds much of one project's name.
    """
    quantities = [named for named in found if named.row.second == QUANTITY and named.line.measure != PERCENT]
    whole = [named for named in quantities if is_whole(profile, named.form)]
    parts = [named for named in quantities if not is_whole(profile, named.form)]
    for named in whole:
        other = _of_all(named, parts, profile) or _of_project(named, parts)
        if other is not None:
            yield named, other


def _of_all(named: Named, parts: list[Named], profile: Profile) -> Named | None:
    name = squeeze(named.row.name)
    if not name.startswith(profile.lexicon.get("all_words", ()) or ("\0",)):
        return None
    stocks = [
        (len(key), part) for part in parts if says_stock(profile, part)
        for key in part.line.keys if len(key) >= _NOUN and key in name and key not in named.line.keys
    ]  # fmt: skip
    longest = max((length for length, _ in stocks), default=0)
    return _fewer(named, [part for length, part in stocks if length == longest])


def _of_project(named: Named, parts: list[Named]) -> Named | None:
    key = named.row.name_key
    pieces = [key[start : start + _ABOUT] for start in range(len(key) - _ABOUT + 1)]
    about = [part for part in parts if any(piece in part.form.name_key for piece in pieces)]
    return _fewer(named, about) if len({part.form.project for part in about}) == 1 else None


def _fewer(named: Named, parts: list[Named]) -> Named | None:
    """The part to compare with: all of its measure are more than the department counts."""
    alike = [part for part in parts if measure_class(part.line.measure) == measure_class(named.line.measure)]
    if not alike or any(part.line.number <= named.line.number for part in alike):
        return None
    return min(alike, key=lambda part: (part.line.number, part.row.name))
