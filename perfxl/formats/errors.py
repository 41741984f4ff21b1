"""Why a file cannot be read as a workbook, in words for its sender."""

from __future__ import annotations

from xml.parsers.expat import ExpatError

from perfxl.model import Text


class Unreadable(Exception):  # noqa: N818 - it is a verdict on a file, not a fault of ours
    """A file that cannot be read as a workbook; ``reason`` tells its sender what it is and what to do."""

    def __init__(self, reason: Text, kind: str) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.kind = kind

    def __reduce__(self) -> tuple[type[Unreadable], tuple[Text, str]]:
        """Survive the way home from a worker process."""
        return type(self), (self.reason, self.kind)


#: what parsers raise on XML that is broken or in an encoding that they do not know
BROKEN_XML = (SyntaxError, ExpatError, LookupError, ValueError)

RESAVE = Text(
    "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。",
    "Open it in Excel or WPS, save as .xlsx and send it again.",
)


def unreadable(kind: str, zh: str, en: str, *, resave: bool = True) -> Unreadable:
    """An ``Unreadable`` whose reason ends in what to do about it."""
    tail = RESAVE if resave else Text("", "")
    return Unreadable(Text(zh + tail.zh, f"{en} {tail.en}".strip()), kind)


def damaged() -> Unreadable:
    """The file has the right form, but what is in it cannot be read."""
    return unreadable("damaged", "文件已损坏，读不出内容。", "The file is damaged and cannot be read.")


def broken_zip() -> Unreadable:
    """The zip container itself is incomplete."""
    return unreadable(
        "damaged", "文件已损坏（压缩包结构不完整）。", "The file is damaged (its zip structure is broken)."
    )


def encrypted() -> Unreadable:
    """The file asks for a password."""
    return unreadable(
        "encrypted",
        "文件设有打开密码，无法读取。请取消密码（另存为 → 工具 → 常规选项）后重新报送。",
        "The file is protected by a password. Remove the password and send it again.",
        resave=False,
    )


def too_much() -> Unreadable:
    """The file unpacks to far more than any return."""
    return unreadable(
        "bomb",
        "文件解压后过大，不像申报表，为安全起见没有打开。",
        "The file unpacks to far more than a return holds; it was not opened.",
    )


def too_many_cells() -> Unreadable:
    """The sheets hold more than any return, or hold it in cells far from everything else."""
    return unreadable(
        "large",
        "工作表里的单元格、文字或合并区域过多，或离表格过远，不像申报表，没有读取。"
        "请删去申报表以外的工作表、行和列（连同格式），保存后重新报送。",
        "The sheets have too many cells, texts or merged areas, or cells too far away; no return is like that. "
        "Delete the sheets, rows and columns that are no part of it, formats too, and send it again.",
        resave=False,
    )


def unsafe() -> Unreadable:
    """The file holds declarations that no office program writes and that attacks are made of."""
    return unreadable(
        "unsafe",
        "文件里夹带了普通工作簿不会有的代码，为安全起见没有打开。",
        "The file carries code that no ordinary workbook has; it was not opened.",
    )


def damaged_document() -> Unreadable:
    """A Word document that cannot be read."""
    return unreadable(
        "damaged",
        "文件已损坏，读不出内容。请用 Word 或 WPS 打开，另存为 .docx 后重新报送。",
        "The file is damaged and cannot be read. Open it in Word or WPS, save as .docx and send it again.",
        resave=False,
    )


def no_office(ending: str) -> Unreadable:
    """An old kind of Word document, and nothing here that reads it."""
    return unreadable(
        "word",
        f"这是旧版或其他格式的文字文档（{ending}），本机没有能读它的 LibreOffice。"
        "请用 Word 或 WPS 打开，另存为 .docx 后重新报送。",
        f"This document ({ending}) needs LibreOffice to be read, which is not installed. "
        "Open it in Word or WPS, save as .docx and send it again.",
        resave=False,
    )


def unknown_merges() -> Unreadable:
    """A format that does not tell which cells are merged: values would be looked for in the wrong cells."""
    return unreadable(
        "format",
        "这种格式的工作簿读不出合并单元格，会读错位置。",
        "The merged cells of this format cannot be read, and values would be looked for in the wrong places.",
    )
