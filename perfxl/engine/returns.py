"""Which workbooks are one return: the forms of a unit may come in several files, and a form may come again later.

Workbooks of one unit and year whose forms complete each other are parts of one return. Of a form that came twice the
later one counts. A workbook that is whole by itself (the required forms and a project) is a return of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz

from perfxl.model import FormSeen, Ref, Text
from perfxl.profiles import Profile
from perfxl.reading import Fixed, FormRows, WorkbookRows, likeness, pair
from perfxl.rules.submissions import (
    COMES_LATER,
    MAY_BE_OTHER_UNIT,
    OTHER_UNIT,
    OTHER_YEAR_THERE,
    PART_UNREAD,
    REPLACED,
    SOME_PART_UNREAD,
    UNIT_TAKEN,
    VERSIONS,
)
from perfxl.sources import Received
from perfxl.values import name_key

#: two units with names so much alike, of 100, may be one
NEAR_UNIT = 85
#: more workbooks of one unit in a folder of their own are no versions of one return
MOST_VERSIONS = 5
#: more returns of one unit and year are not compared with each other
MOST_RETURNS = 50
#: kind of a form, and its project as ``name_key`` compares it
FormKey = tuple[str, str]


class Doubt(NamedTuple):
    """What is not sure about the parts of a return: at which cells, and in words.

    ``for_bureau`` is the same with the name of a file that may be another unit's.
    """

    file: str
    unit: str
    cells: tuple[Ref, ...]
    message: Text
    for_bureau: Text | None = None


class Grouped(NamedTuple):
    """The rows of one return, of all its workbooks together, and what is doubtful about them."""

    rows: WorkbookRows
    doubts: tuple[Doubt, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The names of its workbooks, first the one that stands for all."""
        return self.rows.parts or (self.rows.file,)


def is_whole(profile: Profile, forms: Iterable[FormRows | FormSeen]) -> bool:
    """Whether a workbook with these forms is a return by itself: every required form, and a project if there can be."""
    filled = {form.kind if isinstance(form, FormRows) else form.form for form in forms if not form.blank}
    required = {form.key for form in profile.forms.values() if form.required}
    of_projects = profile.project_forms | profile.fund_forms
    return bool(required) and required <= filled and (not of_projects or bool(of_projects & filled))


@dataclass(eq=False)
class _Piece:
    """One workbook while its return is looked for."""

    number: int
    item: Received
    book: WorkbookRows
    profile: Profile
    unit: str
    replaced: dict[FormRows, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return self.book.file

    @property
    def folder(self) -> str:
        return self.file.rpartition("/")[0]

    @cached_property
    def year(self) -> int | None:
        return self.book.year

    @cached_property
    def forms(self) -> dict[FormKey, list[FormRows]]:
        """The filled forms by their keys; one that repeats and has no name is like no other."""
        found: dict[FormKey, list[FormRows]] = defaultdict(list)
        for number, form in enumerate(form for form in self.book.forms if not form.blank):
            name = form.name_key
            if not name and self.profile.forms[form.kind].repeats:
                name = f"\0{self.file}\0{number}"
            found[form.kind, name].append(form)
        return found

    @cached_property
    def when(self) -> tuple[float, int]:
        """When it came, as far as that is known: by mail, else when the file was saved."""
        if self.item.when:
            return self.item.when, self.number
        try:
            return self.item.path.stat().st_mtime, self.number
        except OSError:
            return 0.0, self.number

    @cached_property
    def whole(self) -> bool:
        return is_whole(self.profile, self.book.forms)

    @property
    def title(self) -> tuple[Ref, ...]:
        return (self.book.forms[0].title_ref,)


#: pieces of one return, the newest first
_Pieces = list[_Piece]


def group(
    items: Sequence[tuple[Received, WorkbookRows]],
    profile: Profile,
    fixed: Fixed | None = None,
    unread: Sequence[Received] = (),
) -> list[Grouped]:
    """The returns of a batch in the order of their first files; forms and tasks of parts are paired anew.

    ``unread`` are files that could not be read, and may have been parts.
    """
    pieces = [
        _Piece(number, item, book, profile, name_key(item.unit or book.unit))
        for number, (item, book) in enumerate(items)
    ]
    by_unit: dict[str, _Pieces] = defaultdict(list)
    for piece in pieces:
        by_unit[piece.unit].append(piece)
    nameless = by_unit.pop("", [])
    groups = [found for same in by_unit.values() for found in _of_unit(same)]
    doubts: list[Doubt] = []
    groups = _with_nameless(groups, nameless, doubts)
    doubts += [*_replaced(groups), *_versions(groups)]
    doubts += _apart(groups, unread)
    made = [_settled(found, profile, fixed, doubts) for found in groups]
    order = {piece.file: piece.number for piece in pieces}
    return sorted(made, key=lambda one: min(order[file] for file in one.files))


def _of_unit(pieces: _Pieces) -> Iterator[_Pieces]:
    """The returns of one unit: by years, a workbook without a year with the others if they have but one."""
    if len(pieces) == 1:
        yield pieces
        return
    years = dict.fromkeys(piece.year for piece in pieces if piece.year is not None)
    if len(years) <= 1:
        yield from _assembled(pieces)
        return
    for year in (*years, None):
        if same := [piece for piece in pieces if piece.year == year]:
            yield from _assembled(same)


def _assembled(pieces: _Pieces) -> Iterator[_Pieces]:
    """Workbooks of one unit and year as returns: what completes the newest, then the same of those that are left."""
    left = [piece for piece in pieces if piece.forms]
    yield from ([piece] for piece in pieces if not piece.forms)
    if sum(piece.whole for piece in left) > 1:  # of several versions nobody knows which one a part completes
        yield from ([piece] for piece in left)
        return
    keys = [key for piece in left for key in piece.forms]
    if len(keys) > len(set(keys)):
        left.sort(key=lambda piece: piece.when)
    while left:
        *older, newest = left
        found, left = [newest], []
        for piece in reversed(older):
            if found[-1].whole or not _joins(piece, found):
                left.insert(0, piece)
            else:
                found.append(piece)
        yield found


def _joins(piece: _Piece, newer: _Pieces) -> bool:
    """Whether an older workbook has forms that newer ones lack; its other forms are replaced then."""
    taken = {key: other for other in newer for key in other.forms}
    replaced = {key: taken[key] for key in piece.forms if key in taken}
    for kind in {kind for kind, _ in replaced}:
        mine = [key for key in piece.forms if key[0] == kind]
        theirs = [key for key in taken if key[0] == kind]
        again = [key for key in mine if key in replaced]
        # a list that came again as a whole, in which a project may have another name
        if len(theirs) >= len(mine) and len(again) * 2 >= len(mine):
            replaced |= {key: replaced.get(key, replaced[again[0]]) for key in mine}
    if len(replaced) == len(piece.forms):
        return False
    piece.replaced = {form: other.file for key, other in replaced.items() for form in piece.forms[key]}
    return True


def _with_nameless(groups: list[_Pieces], nameless: _Pieces, doubts: list[Doubt]) -> list[_Pieces]:
    """Workbooks that name no unit join the only return of their folder that they complete by names of projects."""
    found = [list(one) for one in groups]
    waiting = []
    for piece in nameless:  # tasks first: projects are told by them
        (found.append([piece]) if any(form.tasks for form in piece.book.forms) else waiting.append(piece))
    for piece in waiting:
        fitting = [one for one in found if piece.folder == one[0].folder and _completes(piece, one)]
        if len(fitting) == 1:
            fitting[0].append(piece)
        else:
            found.append([piece])
    # tasks without a unit, beside projects with one
    for one in [one for one in found if len(one) == 1 and not one[0].unit]:
        others = [other for other in found if other[0].unit and other[0].folder == one[0].folder]
        fitting = [other for other in others if _completes(one[0], other)]
        if len(fitting) == 1:
            fitting[0].extend(one)
            found.remove(one)
    for one in found:
        doubts += _unit_taken(one)
    return found


def _unit_taken(pieces: _Pieces) -> Iterator[Doubt]:
    """At each workbook without a unit that it was taken for that of the others."""
    if len(pieces) > 1:
        named = next((piece for piece in pieces if piece.unit), None)
        for piece in pieces:
            if not piece.unit and (named or piece is not pieces[0]):
                other = named or pieces[0]
                message = UNIT_TAKEN.fill(other=_short(other.file, piece.file))
                yield Doubt(piece.file, other.book.unit, piece.title, message)


def _completes(piece: _Piece, others: _Pieces) -> bool:
    """Whether a workbook has none of the forms of others, and its projects are theirs by name."""
    if (
        not piece.forms
        or any(other.whole for other in others)
        or any(key in other.forms for other in others for key in piece.forms)
    ):
        return False
    years = {one.year for one in (piece, *others)} - {None}
    return len(years) <= 1 and any(_same_projects(piece, other) for other in others)


def _same_projects(one: _Piece, other: _Piece) -> bool:
    """Whether at least half of the projects of a workbook are tasks or projects of another one, by their names."""
    for here, there in ((one, other), (other, one)):
        projects = {name for kind, name in here.forms if name and not name.startswith("\0")}
        tasks = {name_key(task.name) for form in there.book.forms for task in form.tasks}
        names = tasks | {name for _, name in there.forms if name}
        noise, least = here.profile.name_noise, here.profile.limits.get("task_likeness", 0.34)
        known = [p for p in projects if any(p == name or likeness(p, name, noise) >= least for name in names)]
        if known and len(known) * 2 >= len(projects):
            return True
    return False


def _replaced(groups: Iterable[_Pieces]) -> Iterator[Doubt]:
    """At forms that differ from a later version of them; where the mails tell which is later, there is no doubt."""
    alone: dict[tuple[str, int | None], _Pieces] = defaultdict(list)
    several: dict[tuple[str, int | None], _Pieces] = {}
    for pieces in groups:
        newest = pieces[0]
        if len(pieces) > 1:
            several.setdefault((newest.unit, newest.year), pieces)
        else:
            alone[newest.unit, newest.year].append(newest)
        for piece in pieces:
            yield from _replaced_forms(piece, {each.file: each for each in pieces})
    for key, pieces in several.items():
        for piece in alone[key] if key[0] else ():
            other = next((each for each in pieces if piece.forms.keys() & each.forms.keys()), pieces[0])
            if not piece.whole and piece.forms and not _surely_later(other, piece):
                yield Doubt(
                    piece.file, piece.book.unit, piece.title, COMES_LATER.fill(other=_short(other.file, piece.file))
                )


def _versions(groups: Iterable[_Pieces]) -> Iterator[Doubt]:
    """At whole returns beside a later one of the same unit and year: in its folder, above or below it."""
    found: dict[tuple[str, int | None], _Pieces] = defaultdict(list)
    for first, *more in groups:
        if first.whole and first.unit and first.folder and not more:
            found[first.unit, first.year].append(first)
    for same in (same for same in found.values() if 1 < len(same) <= MOST_RETURNS):
        ordered = sorted(same, key=lambda piece: piece.when)
        for piece in ordered:
            *_, newest = beside = [one for one in ordered if _in_one_folder(one, piece)]
            if piece is not newest and len(beside) <= MOST_VERSIONS and not _surely_later(newest, piece):
                message = VERSIONS.fill(other=_short(newest.file, piece.file))
                yield Doubt(piece.file, piece.book.unit, piece.title, message)


def _in_one_folder(one: _Piece, other: _Piece) -> bool:
    """Whether the folder of a file is that of another one, or above or below it."""
    short, long = sorted((f"{one.folder}/", f"{other.folder}/"), key=len)
    return long.startswith(short)


def _replaced_forms(piece: _Piece, pieces: Mapping[str, _Piece]) -> Iterator[Doubt]:
    for form, file in piece.replaced.items():
        later = pieces[file]
        if not _surely_later(later, piece) and not any(_same_content(form, other) for other in later.book.forms):
            name = Text(*(piece.profile.forms[form.kind].name(lang) for lang in ("zh", "en")))
            message = REPLACED.fill(form=name, project=form.name or form.sheet, other=_short(file, piece.file))
            yield Doubt(piece.file, piece.book.unit, (form.title_ref,), message)


def _surely_later(one: _Piece, other: _Piece) -> bool:
    """Whether mails tell that a workbook came after another one."""
    return bool(other.item.when) and one.item.when > other.item.when


def _same_content(form: FormRows, other: FormRows) -> bool:
    return form.kind == other.kind and _content(form) == _content(other)


def _content(form: FormRows) -> tuple[object, ...]:
    texts = [(row.field, row.text) for row in form.texts]
    amounts = [(row.table, row.role, row.item, row.column, row.period, row.text) for row in form.amounts]
    lines = [(row.period, row.second, row.name, row.value) for row in form.indicators]
    return texts, amounts, lines, [(task.name, task.content) for task in form.tasks]


def _apart(groups: Sequence[_Pieces], unread: Sequence[Received]) -> Iterator[Doubt]:
    """Returns that lack forms, beside a file that may have them: of another unit or year, or one that was not read."""
    folders: dict[str, list[_Pieces]] = defaultdict(list)
    for pieces in groups:
        folders[pieces[0].folder].append(pieces)
    lost: dict[str, list[Received]] = defaultdict(list)
    for item in unread:
        lost[item.file.rpartition("/")[0]].append(item)
    for folder, found in folders.items():
        open_ones = [pieces for pieces in found if not _is_complete(pieces)]
        for pieces in open_ones if len(open_ones) > 1 else ():
            yield from _not_joined(pieces, open_ones)
        for pieces in open_ones:
            for item in lost.get(folder, ()):
                named = pieces[0].unit and pieces[0].unit in name_key(item.file)
                if named or (folder and len(found) == 1):
                    first = pieces[0]
                    told = PART_UNREAD.fill(other=_short(item.file, first.file))
                    yield Doubt(first.file, first.book.unit, first.title, SOME_PART_UNREAD, told)


def _is_complete(pieces: _Pieces) -> bool:
    return is_whole(pieces[0].profile, [form for piece in pieces for form in piece.book.forms])


def _not_joined(pieces: _Pieces, others: Sequence[_Pieces]) -> Iterator[Doubt]:
    """At a return that another one would complete but for its unit or its year."""
    first = pieces[0]
    for other in (other for other in others if other is not pieces):
        that = other[0]
        if not first.unit or not that.unit:
            continue
        keys = {key for piece in pieces for key in piece.forms}
        if any(key in piece.forms for piece in other for key in keys):
            continue
        if not _complete_each_other(pieces, other):
            continue
        if first.unit == that.unit and first.year != that.year:
            message = OTHER_YEAR_THERE.fill(other=_short(that.file, first.file), here=first.year, there=that.year)
            yield Doubt(first.file, first.book.unit, first.title, message)
        elif first.unit != that.unit and _alike(first.unit, that.unit):
            told = OTHER_UNIT.fill(other=_short(that.file, first.file), here=first.book.unit, there=that.book.unit)
            yield Doubt(first.file, first.book.unit, first.title, MAY_BE_OTHER_UNIT.fill(here=first.book.unit), told)


def _complete_each_other(pieces: _Pieces, others: _Pieces) -> bool:
    same = any(_same_projects(one, other) for one in pieces for other in others)
    return same and _is_complete([*pieces, *others])


def _alike(one: str, other: str) -> bool:
    """Whether two names may be of one unit: nearly alike, or the shorter one in the longer one, letter by letter."""
    short, long = sorted((one, other), key=len)
    letters = iter(long)
    return fuzz.ratio(one, other) >= NEAR_UNIT or all(letter in letters for letter in short)


def _settled(pieces: _Pieces, profile: Profile, fixed: Fixed | None, doubts: Sequence[Doubt]) -> Grouped:
    """One return; of several workbooks the forms are marked as parts, and tasks are paired over all of them."""
    files = {piece.file for piece in pieces}
    mine = tuple(doubt for doubt in doubts if doubt.file in files)
    required = {form.key for form in profile.forms.values() if form.required}
    ordered = sorted(pieces, key=lambda one: (not any(kind in required for kind, _ in one.forms), one.number))
    several = len(pieces) > 1
    forms = [form for piece in ordered for form in piece.book.forms]
    if not several and not any(form.in_parts for form in forms):
        return Grouped(pieces[0].book, mine)
    replaced = {form: file for piece in pieces for form, file in piece.replaced.items()} if several else {}
    for form in forms:
        form.in_parts, form.replaced_by = several, replaced.get(form, "")
    unit = next((piece.unit for piece in ordered if piece.unit), "")
    pair([form for form in forms if not form.replaced_by], profile, fixed.get(unit, ()) if fixed else ())
    if not several:
        return Grouped(pieces[0].book, mine)
    names = tuple(piece.file for piece in ordered)
    covers = [row for piece in ordered for row in piece.book.covers]
    return Grouped(WorkbookRows(names[0], _forms_that_count(forms), parts=names, covers=covers), mine)


def _forms_that_count(forms: Sequence[FormRows]) -> list[FormRows]:
    """No form of which another file has a later version, and of a kind that is filled in anywhere no blank one."""
    left = [form for form in forms if not form.replaced_by]
    blank = {form for form in left if form.blank}
    filled = {form.kind for form in left if form not in blank}
    return [form for form in left if form not in blank or form.kind not in filled]


def _short(file: str, own: str) -> str:
    """The name of a file without its folder, unless the own file is called like it."""
    name = file.rpartition("/")[2]
    return file if name == own.rpartition("/")[2] else name
