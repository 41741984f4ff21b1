"""What is written for one unit names no other one: no unit, no file, no figure, in no part of any file."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from round_files import mail, new_round, no_password, saved, workbook

from perfxl.engine.batch import check
from perfxl.ledger import records
from perfxl.reports import write
from perfxl.rounds.answers import draft_answers, remind
from perfxl.rounds.folder import Round
from perfxl.rounds.intake import collect_mails
from perfxl.rounds.report import write_report

UNITS = ("甲局", "乙局", "丙局")
#: what only one unit has: its name, its files, the amount of a project that all of them have
WORDS = {
    "甲局": ("甲局", "部门甲一", "171.31"),
    "乙局": ("乙局", "部门乙二", "272.32"),
    "丙局": ("丙局", "部门丙三", "373.33"),
}


def book_of(unit: str) -> bytes:
    amount = float(WORDS[unit][2])
    return workbook(unit, clean=True, amounts=(("项目1", "D7", amount), ("项目1", "D8", amount)))


def texts_in(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """All texts in a file: the parts of a workbook, the letter and the attachments of a mail."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            for part in parts.namelist():
                yield from texts_in(f"{name}!{part}", parts.read(part))
    elif name.endswith(".eml"):
        letter = message_from_bytes(data, policy=policy.default)
        yield name, " ".join(f"{key}: {value}" for key, value in letter.items())
        for part in letter.walk():
            if not part.is_multipart():
                yield from texts_in(f"{name}!{part.get_filename() or 'text'}", part.get_payload(decode=True))
    else:
        yield name, html.unescape(data.decode("utf-8", "replace"))


def others_named(unit: str, paths: list[Path], root: Path) -> list[tuple[str, str]]:
    """Where the material of a unit has a word of another one, also in the names of its files."""
    words = [word for other in UNITS if other != unit for word in WORDS[other]]
    found = []
    for path in paths:
        named = path.relative_to(root).as_posix()
        for place, text in [(named, named), *texts_in(path.name, path.read_bytes())]:
            found += [(place, word) for word in words if word in text]
    return found


def of_unit(out: Path, unit: str) -> list[Path]:
    return [path for path in (out / "单位" / unit).rglob("*") if path.is_file()]


def flat(folder: Path) -> None:
    for unit, (_, file, _) in WORDS.items():
        (folder / f"{file}.xlsx").write_bytes(book_of(unit))


def in_folders_of_others(folder: Path) -> None:
    """Each unit's workbook lies below the name of another one, beside a damaged file of it."""
    for unit, other in zip(UNITS, (*UNITS[1:], UNITS[0]), strict=True):
        (folder / other).mkdir(exist_ok=True)
        (folder / other / "申报表.xlsx").write_bytes(book_of(unit))
        (folder / other / f"{WORDS[other][1]}坏.xlsx").write_bytes(b"PK\3\4 cut off")


def in_an_archive(folder: Path) -> None:
    with zipfile.ZipFile(folder / "甲局乙局丙局汇总.zip", "w") as packed:
        for unit in UNITS:
            packed.writestr(f"部门甲一部门乙二部门丙三/{unit}/申报表.xlsx", book_of(unit))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("laid_out", [flat, in_folders_of_others, in_an_archive])
def test_a_batch(tmp_path, laid_out, lang):
    (tmp_path / "in").mkdir()
    laid_out(tmp_path / "in")
    batch = check(tmp_path / "in", lang=lang)
    write(batch, tmp_path / "out")
    twice = [one for one in batch.findings if one.code == "DUP-07"]
    assert twice
    root = tmp_path / "out" / ("单位" if lang == "zh" else "units")
    for unit in UNITS:
        paths = [path for path in (root / unit).rglob("*") if path.is_file()]
        assert {path.suffix for path in paths} == {".html", ".xlsx"}
        assert others_named(unit, paths, root) == []
    data = (tmp_path / "out" / "findings.json").read_text("utf-8")
    assert all(f"“{unit}”（" in data or f"“{unit}” (" in data for unit in UNITS)  # the bureau reads of all


def material(round_: Round, out: Path) -> dict[str, list[Path]]:
    """What a round has written for each unit: its letters, what is enclosed, its reports."""
    write_report(round_, out)
    found = {unit: of_unit(out, unit) for unit in UNITS}
    for reply in records.all_replies(round_.ledger):
        found[reply.unit].append(round_.folder / reply.stored)
    return found


def test_a_round(tmp_path):
    """Each unit sends its own; then the clerk counts for 甲局 what 乙局 has sent, and reminds all."""
    round_ = new_round(tmp_path / "R", contact="李四，0734-0000000")
    sent = {"甲局": "jia", "乙局": "yi", "丙局": "bing"}
    mails = [
        mail(number, f"{sent[unit]}@example.gov.cn", f"{unit}报送", (f"{WORDS[unit][1]}.xlsx", book_of(unit)))
        for number, unit in enumerate(UNITS, 1)
    ]
    collect_mails(round_, str(saved(tmp_path / "m", *mails)), no_password)
    draft_answers(round_)
    remind(round_)
    for unit, paths in material(round_, tmp_path / "out").items():
        assert {path.suffix for path in paths} >= {".html", ".xlsx", ".eml"}
        assert others_named(unit, paths, tmp_path) == []
    round_.ledger.close()
