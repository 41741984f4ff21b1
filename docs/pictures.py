"""Make the pictures of the round from the sample mailbox: ``python docs/pictures.py [--out FOLDER]``.

It wants LibreOffice, pdftoppm (Poppler) and Chromium, and a Chinese font.
"""

from __future__ import annotations

import argparse
import html
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import openpyxl

from perfxl import cli

HERE = Path(__file__).parent
MAKE = HERE.parent / "samples" / "mailbox" / "make.py"
SHEET, LETTER = "round-status.png", "round-letter.png"
BEGIN = ("--year", "2020", "--deadline", "2026-12-20", "--title", "2020年度绩效目标申报", "--sender",
         "jx@czj.example.gov.cn", "--signature", "某市财政局绩效科", "--contact", "0734-0000000")  # fmt: skip
#: dots an inch, and what of the page is shown: left, top, width, height
RESOLUTION, PART = "100", ("28", "40", "1112", "470")
WIDTH, HEIGHT = 860, 830
#: how many rows of units are shown
UNITS = 20
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #fff; color: #222; font: 15px/1.6 "Noto Sans CJK SC", sans-serif }}
header {{ padding: 18px 26px 12px; background: #f3f6fa; border-bottom: 1px solid #d6dce5 }}
h1 {{ margin: 0 0 8px; font-size: 19px; font-weight: 600 }}
dl {{ display: grid; grid-template-columns: 5em 1fr; margin: 0; font-size: 13px; color: #555 }}
dd {{ margin: 0 }}
.file {{ display: inline-block; margin: 2px 8px 2px 0; padding: 1px 9px; background: #fff; border: 1px solid #c5cedb;
  border-radius: 4px }}
pre {{ margin: 0; padding: 18px 26px; font: inherit; white-space: pre-wrap }}
</style><header><h1>{subject}</h1><dl><dt>发件人</dt><dd>{sender}</dd><dt>收件人</dt><dd>{to}</dd>
<dt>附件</dt><dd>{files}</dd></dl></header><pre>{text}</pre>"""


def sample_round(folder: Path) -> Path:
    """A round over the sample mailbox; its folder."""
    mailbox, round_ = folder / "mailbox", folder / "round"
    run(sys.executable, MAKE, mailbox)
    cli.run(["round", "init", str(round_), "--roster", str(mailbox / "应报单位.xlsx"), *BEGIN])
    cli.run(["mail", "check", str(mailbox / "邮件"), "--round", str(round_)])
    return round_


def sheet_picture(round_: Path, folder: Path, target: Path) -> None:
    """The sheet 报送情况 of the summary as it is printed, its first units."""
    cli.run(["round", "report", "--round", str(round_), "--out", str(folder / "out")])
    book = openpyxl.load_workbook(folder / "out" / "汇总表.xlsx")
    for name in book.sheetnames:
        if name != "报送情况":
            del book[name]
    book["报送情况"].print_area = f"A1:J{3 + UNITS}"
    path = folder / "sheet.xlsx"
    book.save(path)
    run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, path)
    left, top, width, height = PART
    crop = ("-x", left, "-y", top, "-W", width, "-H", height)
    run("pdftoppm", "-png", "-singlefile", "-r", RESOLUTION, *crop, folder / "sheet.pdf", target.with_suffix(""))


def letter_picture(round_: Path, folder: Path, target: Path) -> None:
    """A draft that says what has to be corrected, as a mail program shows it."""
    path = min((round_ / "草稿").glob("*_未通过.eml"))
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    page = folder / "letter.html"
    page.write_text(shown(letter), "utf-8")
    browser = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    run(
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={WIDTH},{HEIGHT}",
        f"--user-data-dir={folder / 'browser'}", f"--screenshot={target}", page.as_uri(),
    )  # fmt: skip


def shown(letter: EmailMessage) -> str:
    """A letter as a page: subject, addresses, the names of what is attached, text."""
    body = letter.get_body()
    names = [html.escape(part.get_filename() or "") for part in letter.iter_attachments()]
    return PAGE.format(
        subject=html.escape(letter["Subject"]),
        sender=html.escape(letter["From"]),
        to=html.escape(letter["To"]),
        files="".join(f'<span class="file">{name}</span>' for name in names),
        text=html.escape(body.get_content() if body else ""),
    )


def run(*command: object) -> None:
    """Run a program. Raises ``CalledProcessError`` when it fails, ``FileNotFoundError`` when it is not there."""
    subprocess.run([str(part) for part in command], check=True, capture_output=True)  # noqa: S603 - no shell; names of ours


def main(args: Sequence[str] | None = None) -> None:
    """Write both pictures into a folder, this one by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE)
    out = parser.parse_args(args).out.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        round_ = sample_round(folder)
        sheet_picture(round_, folder, out / SHEET)
        letter_picture(round_, folder, out / LETTER)


if __name__ == "__main__":
    main()
