"""Write the sample mailbox: ``python samples/mailbox/make.py FOLDER``.

Into the folder come 邮件/ with an .eml file for each mail, 邮箱.mbox with all of them, 应报单位.xlsx, and
expected.json: what has to become of each mail. Every run gives the same bytes. ``samples/README.md`` says what it is.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import plan  # noqa: E402 - it lies beside this script, and needs what lies one folder up
import units  # noqa: E402

MAILS, MBOX, ROSTER, EXPECTED = "邮件", "邮箱.mbox", "应报单位.xlsx", "expected.json"
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


def files() -> dict[str, bytes]:
    """Path below the folder, and bytes, of everything."""
    made: dict[str, bytes] = {}
    expected = []
    box = b""
    for number, planned in enumerate(plan.mails(), 1):
        name = f"{number:02}.eml"
        made[f"{MAILS}/{name}"] = planned.raw
        found = _ID.search(planned.raw)
        expected.append(
            {
                "file": name,
                "message_id": found[1].decode() if found else "",
                "about": planned.about,
                "results": planned.results,
            }
        )
        time = (plan.BEGIN + plan.STEP * (number - 1)).strftime("%a %b %d %H:%M:%S %Y")
        box += f"From MAILER-DAEMON {time}\r\n".encode() + _FROM.sub(rb">\1", planned.raw) + b"\r\n"
    made[MBOX] = box
    made[ROSTER] = units.roster()
    said = {"silent": [units.SILENT.name], "mails": expected}
    made[EXPECTED] = json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"
    return made


def main() -> None:
    """Write the mailbox and say where."""
    parser = argparse.ArgumentParser(description="Write the sample mailbox.")
    parser.add_argument("folder", type=Path, help="a folder, made if need be")
    folder: Path = parser.parse_args().folder
    for name, content in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    print(folder)


if __name__ == "__main__":
    main()
