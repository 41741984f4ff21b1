"""``perfxl check --round``: what is checked is entered into the ledger of a round, and judged as the round wants it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from perfxl.cli import round_option
from perfxl.cli.dress import Option
from perfxl.model import Lang, Text
from perfxl.profiles import DEFAULT

if TYPE_CHECKING:
    from perfxl.cli.clerk import Files
    from perfxl.engine.batch import Batch

ROUND = Text(
    "把这些文件记入这个批次的台账，并按该批次的表式、设置和控制数审核。",
    "Enter the files into the ledger of this round, and check them by its forms, settings and control figures.",
)
OTHER_PROFILE = Text(
    "批次用的表式是 {mine}，不能同时给 --profile {given}。",
    "The round uses the profile {mine}: --profile {given} cannot be given with it.",
)
FED = Text(
    "记入批次“{title}”的台账：新收 {new} 份，{old} 份此前已收。",
    "Entered into the ledger of “{title}”: {new} new file(s), {old} were there before.",
)


def option(lang: Lang) -> Option:
    """``--round FOLDER``."""
    path = click.Path(path_type=Path)
    return Option(["--round", "folder"], type=path, metavar="FOLDER", help=ROUND.render(lang))


def terms(folder: Path, profile: str, beside: Files, lang: Lang) -> str:
    """The round's profile; the files of the round are put ``beside`` where the clerk gives no others."""
    with round_option.opened(folder, lang) as round_:
        if profile not in (DEFAULT, round_.settings.profile):
            raise click.ClickException(OTHER_PROFILE.render(lang, mine=round_.settings.profile, given=profile))
        own = round_.clerk_files
        beside["config"] = beside["config"] or own["config"]
        beside["waivers"] = beside["waivers"] or own["waivers"]
        beside["pairs"] = beside["pairs"] or own["pairs"]
        beside["control"] = beside["control"] or own["control"]
        return round_.profile_name


def feed(folder: Path, batch: Batch, lang: Lang) -> None:
    """Enter the files of a checked batch."""
    with round_option.opened(folder, lang) as round_:
        from perfxl.rounds.intake import collect_files

        taken = collect_files(round_, batch.received)
        new = sum(one.new for one in taken)
        click.echo(FED.render(lang, title=round_.settings.title, new=new, old=len(taken) - new), err=True)
