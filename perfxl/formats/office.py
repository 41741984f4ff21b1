"""Old formats through LibreOffice, where it is installed: in a private folder, without macros, links or network.

The user's own settings of LibreOffice are not touched; the program is stopped when it takes too long.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

from perfxl.temp_folders import private_folder
from perfxl.untrusted import without_limits

#: seconds for one file; a form takes 3
TIMEOUT = 90
#: what it is to write -> the filter of LibreOffice
_TO = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
)


def program() -> str | None:
    """The path of LibreOffice, ``None`` where it is not installed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def convert(office: str, data: bytes, suffix: str, to: str, reader: str = "") -> bytes | None:
    """The bytes of a file converted to ``docx`` or ``xlsx``; ``None`` when LibreOffice cannot read it.

    ``suffix`` is the ending that fits the content; ``reader`` the filter that must read it, so that garbage is not
    taken for plain text.
    """
    folder = private_folder()
    try:
        source = folder / f"in.{suffix}"
        source.write_bytes(data)
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_settings(), "utf-8")
        command = [
            office, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile.as_uri()}",
            *([f"--infilter={reader}"] if reader else []),
            "--convert-to", _TO[to], "--outdir", str(folder / "out"), str(source),
        ]  # fmt: skip
        _run(command, folder)
        result = folder / "out" / f"in.{to}"
        return result.read_bytes() if result.is_file() else None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], folder: Path) -> None:
    """Run it to its end, or stop it and what it started after ``TIMEOUT``."""
    with without_limits():
        process = subprocess.Popen(  # noqa: S603 - no shell, and no argument comes from a file
            command, cwd=folder, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _settings() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>'
    )
